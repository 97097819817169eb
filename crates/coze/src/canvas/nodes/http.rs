//! HTTP request (45). Of the bodies and ways to authenticate that a canvas holds, the chosen one is carried over;
//! the others are kept for an export. A token that is typed into the canvas stands in the param itself, where it is sealed.

use flow::node::secret::Stored;
use flow::workflow::Node;
use serde_json::{Map, Value, json};

use super::http_text::{FORM, block, read as text_in, rows, write as text_out, write_rows};
use super::{Reading, Writing};
use crate::canvas::json as lenient;
use crate::canvas::report::Reason;

const TOKEN: &str = "__auth_authData_bearerTokenData_token";
const KEY: &str = "__auth_authData_customData_data_Key";
const VALUE: &str = "__auth_authData_customData_data_Value";
const FILE: &str = "__body_bodyData_binary_fileURL";

/// What the node of Hearth allows.
const MAX_SECONDS: i64 = 600;
const MAX_RETRIES: i64 = 10;

pub fn read(reading: &mut Reading<'_>) {
    let inputs = reading.inputs;
    let method = lenient::filled(&inputs["apiInfo"]["method"]).map_or_else(|| "GET".to_owned(), |method| method.to_ascii_uppercase());
    reading.param("method", method);
    let url = lenient::text(&inputs["apiInfo"]["url"]).unwrap_or_default();
    let url = text_in(reading, "apiInfo_url", url.trim());
    reading.param("url", url);
    let headers = rows(reading, "headers", &inputs["headers"]);
    reading.param("headers", headers);
    let query = rows(reading, "params", &inputs["params"]);
    reading.param("query", query);
    if let Some(auth) = auth(reading, &inputs["auth"]) {
        reading.param("auth", auth);
    }
    let body = body(reading, &inputs["body"]);
    reading.param("body", body);
    let setting = &inputs["setting"];
    let seconds = lenient::int(&setting["timeout"]).filter(|seconds| *seconds > 0).map(|seconds| seconds.min(MAX_SECONDS));
    reading.param_if("timeout_ms", seconds.map(|seconds| seconds * 1000));
    reading.param_if("retries", lenient::int(&setting["retryTimes"]).map(|times| times.clamp(0, MAX_RETRIES)));
}

fn auth(reading: &mut Reading<'_>, given: &Value) -> Option<Value> {
    if lenient::flag(&given["authOpen"]) != Some(true) {
        return None;
    }
    let data = &given["authData"];
    let find = |list: &Value, name: &str| {
        lenient::items(list).iter().find(|one| one["name"].as_str() == Some(name)).map_or(Value::Null, |one| one["input"].clone())
    };
    match given["authType"].as_str() {
        Some("BEARER_AUTH") => {
            let token = secret(reading, TOKEN, &find(&data["bearerTokenData"], "token"));
            Some(json!({ "type": "bearer", "token": token }))
        }
        Some("CUSTOM_AUTH") => {
            let custom = &data["customData"];
            let place = if custom["addTo"].as_str() == Some("query") { "query" } else { "header" };
            let name = reading.add(KEY, &find(&custom["data"], "Key"));
            let value = secret(reading, VALUE, &find(&custom["data"], "Value"));
            Some(json!({ "type": place, "name": format!("{{{{{name}}}}}"), "value": value }))
        }
        other => {
            reading.note(Reason::UnknownOperator, other.unwrap_or("authType"));
            None
        }
    }
}

/// What was typed, as it is; what comes from elsewhere, as an input.
fn secret(reading: &mut Reading<'_>, name: &str, block: &Value) -> String {
    let given = &block["value"];
    let typed = if given["type"] == "literal" { lenient::text(&given["content"]) } else { None };
    match typed {
        Some(text) if !matches!(Stored::of(&text), Stored::References(_)) => text,
        _ => format!("{{{{{}}}}}", reading.add(name, block)),
    }
}

/// Takes typed tokens out of what is kept of the ways to authenticate that were not chosen; whether there were any.
pub fn forget_spare_secrets(node: &mut Node) -> bool {
    let Some(rest) = node.view.pointer_mut("/coze/rest").and_then(Value::as_object_mut) else { return false };
    rest.iter_mut().filter(|(place, _)| place.starts_with("/data/inputs/auth/authData")).fold(false, |any, (_, kept)| forget(kept) | any)
}

fn forget(kept: &mut Value) -> bool {
    match kept {
        Value::Object(map) if map.get("type").is_some_and(|ty| ty == "literal") && map.contains_key("content") => {
            let before = map.insert("content".into(), "".into());
            before.is_some_and(|before| before != "")
        }
        Value::Object(map) => map.values_mut().fold(false, |any, inner| forget(inner) | any),
        Value::Array(items) => items.iter_mut().fold(false, |any, inner| forget(inner) | any),
        _ => false,
    }
}

fn body(reading: &mut Reading<'_>, given: &Value) -> Value {
    let data = &given["bodyData"];
    let content = |value: &Value| lenient::text(value).unwrap_or_default();
    match given["bodyType"].as_str() {
        Some("JSON") => json!({ "type": "json", "content": text_in(reading, "body_bodyData_json", &content(&data["json"])) }),
        Some("RAW_TEXT") => json!({ "type": "text", "content": text_in(reading, "body_bodyData_rawText", &content(&data["rawText"])) }),
        Some("FORM_DATA") => json!({ "type": "form", "fields": rows(reading, FORM, &data["formData"]["data"]) }),
        Some("FORM_URLENCODED") => {
            json!({ "type": "urlencoded", "fields": rows(reading, "body_bodyData_formURLEncoded", &data["formURLEncoded"]) })
        }
        Some("BINARY") => json!({ "type": "binary", "file": reading.add(FILE, &data["binary"]["fileURL"]) }),
        Some("EMPTY") | None => json!({ "type": "none" }),
        Some(other) => {
            reading.note(Reason::UnknownOperator, other);
            json!({ "type": "none" })
        }
    }
}

pub fn write(writing: &mut Writing<'_>) {
    let url = text_out(writing, writing.text("url"));
    writing.inputs.insert("apiInfo".into(), json!({ "method": writing.param("method"), "url": url }));
    for (coze, ours) in [("headers", "headers"), ("params", "query")] {
        let rows = write_rows(writing, writing.param(ours));
        writing.inputs.insert(coze.into(), rows);
    }
    if !writing.param("tls").is_null() {
        writing.note(Reason::NoCozeForm, "tls");
    }
    let auth = write_auth(writing);
    writing.inputs.insert("auth".into(), auth);
    let body = write_body(writing);
    writing.inputs.insert("body".into(), body);
    let mut setting = Map::new();
    if let Some(ms) = writing.param("timeout_ms").as_i64() {
        setting.insert("timeout".into(), (ms.max(0).saturating_add(999) / 1000).into());
    }
    if let Some(times) = writing.param("retries").as_i64() {
        setting.insert("retryTimes".into(), times.into());
    }
    writing.inputs.insert("setting".into(), setting.into());
}

fn write_auth(writing: &mut Writing<'_>) -> Value {
    let given = writing.param("auth");
    let mut part = |name: &str, key: &str| json!({ "name": name, "input": block(writing, given[key].as_str().unwrap_or_default(), name), "type": "string" });
    match given["type"].as_str() {
        Some("bearer") => {
            json!({ "authOpen": true, "authType": "BEARER_AUTH", "authData": { "bearerTokenData": [part("token", "token")] } })
        }
        Some(place @ ("header" | "query")) => {
            let data = [part("Key", "name"), part("Value", "value")];
            json!({ "authOpen": true, "authType": "CUSTOM_AUTH", "authData": { "customData": { "addTo": place, "data": data } } })
        }
        other => {
            if other.is_some() {
                writing.note(Reason::NoCozeForm, "auth");
            }
            json!({ "authOpen": false })
        }
    }
}

fn write_body(writing: &mut Writing<'_>) -> Value {
    let given = writing.param("body");
    let content = given["content"].as_str().unwrap_or_default();
    let (ty, data) = match given["type"].as_str() {
        Some("json") => ("JSON", json!({ "json": text_out(writing, content) })),
        Some("text") => ("RAW_TEXT", json!({ "rawText": text_out(writing, content) })),
        Some("form") => ("FORM_DATA", json!({ "formData": { "data": write_rows(writing, &given["fields"]) } })),
        Some("urlencoded") => ("FORM_URLENCODED", json!({ "formURLEncoded": write_rows(writing, &given["fields"]) })),
        Some("binary") => ("BINARY", json!({ "binary": { "fileURL": writing.block(given["file"].as_str().unwrap_or_default()) } })),
        _ => return json!({ "bodyType": "EMPTY" }),
    };
    json!({ "bodyType": ty, "bodyData": data })
}
