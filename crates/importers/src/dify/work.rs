//! Nodes that do something: models, code, templates, HTTP, knowledge, tools; start and ends.

use flow::value::{Field, Type};
use flow::workflow::{Binding, Node};
use serde_json::{Value, json};

use super::refs::{Site, prompt, type_of};
use crate::build::{any, items, name, node, text, whole};
use crate::report::Reason;

/// Where it begins.
pub fn read_start(site: &mut Site<'_, '_>, title: &str) -> Node {
    let mut outputs = Vec::new();
    if site.world.chat {
        outputs.push(Field::new("USER_INPUT", Type::String));
        outputs.push(Field::new("CONVERSATION_NAME", Type::String));
    }
    for one in items(site.item.data, "variables") {
        let field = Field {
            required: one["required"].as_bool().unwrap_or(false),
            description: text(one, "label").to_owned(),
            default: one.get("default").filter(|value| !value.is_null() && **value != json!("")).cloned(),
            ..Field::new(name(text(one, "variable")), type_of(text(one, "type")))
        };
        if !outputs.iter().any(|there: &Field| there.name == field.name) {
            outputs.push(field);
        }
    }
    Node { outputs, ..node("start", title, json!({})) }
}

/// Where it ends.
pub fn read_end(site: &mut Site<'_, '_>, title: &str) -> Node {
    let data = site.item.data;
    site.variables(items(data, "outputs"));
    node("end", title, json!({ "mode": "variables" }))
}

/// A message; the last one is the end.
pub fn read_answer(site: &mut Site<'_, '_>, title: &str, last: bool) -> Node {
    let said = site.template(text(site.item.data, "answer"));
    if last {
        node("end", title, json!({ "mode": "answer", "answer": said, "streaming": true }))
    } else {
        Node { outputs: vec![Field::new("output", Type::String)], ..node("output", title, json!({ "message": said, "streaming": true })) }
    }
}

/// A model.
pub fn read_llm(site: &mut Site<'_, '_>, title: &str) -> Node {
    let data = site.item.data;
    let mut params = site.model();
    let (system, user) = prompt(site, &data["prompt_template"]);
    // A model is asked something; instructions alone are the question.
    let (system, user) = if user.is_empty() { (String::new(), system) } else { (system, user) };
    params["system_prompt"] = system.into();
    params["prompt"] = user.into();
    if data.get("memory").is_some_and(|memory| !memory.is_null()) {
        let rounds = whole(&data["memory"]["window"]["size"]).unwrap_or(10);
        params["history"] = json!({ "enabled": true, "rounds": rounds });
    }
    if data["structured_output_enabled"].as_bool() == Some(true) {
        site.note(Reason::Option, "structured_output");
    }
    if data["vision"]["enabled"].as_bool() == Some(true) {
        site.note(Reason::Option, "vision");
    }
    Node { outputs: vec![Field::new("text", Type::String)], ..node("model", title, params) }
}

/// What a model finds in a text.
pub fn read_extractor(site: &mut Site<'_, '_>, title: &str) -> Node {
    let data = site.item.data;
    let mut params = site.model();
    let query = site.input(&data["query"], Type::String);
    let mut outputs = Vec::new();
    for one in items(data, "parameters") {
        outputs.push(Field {
            description: text(one, "description").to_owned(),
            required: one["required"].as_bool().unwrap_or(false),
            ..Field::new(name(text(one, "name")), type_of(text(one, "type")))
        });
    }
    params["system_prompt"] = site.template(text(data, "instruction")).into();
    params["prompt"] = query.map_or_else(String::new, |query| format!("{{{{{query}}}}}")).into();
    params["response_format"] = "json".into();
    Node { outputs, ..node("model", title, params) }
}

/// A model chooses the way.
pub fn read_classifier(site: &mut Site<'_, '_>, title: &str) -> Node {
    let data = site.item.data;
    let mut params = site.model();
    let query = site.selector(&data["query_variable_selector"]);
    site.inputs.set("query", Type::String, query);
    let classes: Vec<&str> = items(data, "classes").iter().map(|class| text(class, "name")).collect();
    params["intents"] = json!(classes);
    params["system_prompt"] = site.template(text(data, "instruction")).into();
    let outputs = vec![Field::new("classificationId", Type::Integer), Field::new("reason", Type::String)];
    Node { outputs, ..node("intent", title, params) }
}

/// Code with its own way of being called.
pub fn read_code(site: &mut Site<'_, '_>, title: &str) -> Node {
    let data = site.item.data;
    site.variables(items(data, "variables"));
    let source = text(data, "code");
    let (language, code) = if text(data, "code_language").starts_with("python") {
        ("python", format!("{source}\n\n_main_of_dify = main\n\n\ndef main(args):\n    return _main_of_dify(**args.params)\n"))
    } else {
        let renamed = source.replacen("function main", "function mainOfDify", 1);
        ("javascript", format!("{renamed}\n\nasync function main({{ params }}) {{\n  return mainOfDify(params);\n}}\n"))
    };
    site.note(Reason::CodeFramed, title);
    let declared = data["outputs"].as_object().into_iter().flatten();
    let outputs = declared.map(|(key, one)| Field::new(name(key), type_of(text(one, "type")))).collect();
    Node { outputs, ..node("code", title, json!({ "language": language, "code": code })) }
}

/// A text made of values.
pub fn read_template(site: &mut Site<'_, '_>, title: &str) -> Node {
    let data = site.item.data;
    site.variables(items(data, "variables"));
    let template = text(data, "template");
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        let end = rest[start..].find("}}").map_or(rest.len(), |length| start + length);
        let inner = &rest[start + 2..end];
        if inner.contains('|') {
            site.note(Reason::Expression, format!("{{{{{inner}}}}}"));
        }
        rest = &rest[end..];
    }
    Node { outputs: vec![Field::new("output", Type::String)], ..node("template", title, json!({ "template": template })) }
}

/// Lines of `name: value`.
fn lines(site: &mut Site<'_, '_>, source: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for line in source.lines() {
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        if !key.trim().is_empty() {
            let (key, value) = (site.template(key.trim()), site.template(value.trim()));
            found.push(json!({ "name": key, "value": value }));
        }
    }
    found
}

/// A request.
pub fn read_http(site: &mut Site<'_, '_>, title: &str) -> Node {
    let data = site.item.data;
    let method = text(data, "method").to_uppercase();
    let url = site.template(text(data, "url"));
    let headers = lines(site, text(data, "headers"));
    let query = lines(site, text(data, "params"));
    let body = http_body(site, &data["body"]);
    let config = &data["authorization"]["config"];
    let mut params = json!({ "method": if method.is_empty() { "GET".to_owned() } else { method }, "url": url, "headers": headers, "query": query, "body": body });
    if text(&data["authorization"], "type") == "api-key" {
        let key = site.template(text(config, "api_key"));
        let header = text(config, "header");
        params["auth"] = match text(config, "type") {
            "custom" => json!({ "type": "header", "name": if header.is_empty() { "Authorization" } else { header }, "value": key }),
            "basic" => json!({ "type": "header", "name": "Authorization", "value": format!("Basic {key}") }),
            _ => json!({ "type": "bearer", "token": key }),
        };
        site.note(Reason::Credentials, text(config, "type"));
    }
    if let Some(seconds) = whole(&data["timeout"]["read"]).or_else(|| whole(&data["timeout"]["max_read_timeout"])).filter(|s| *s > 0) {
        params["timeout_ms"] = seconds.saturating_mul(1000).min(600_000).into();
    }
    let outputs = vec![Field::new("body", Type::String), Field::new("statusCode", Type::Integer), Field::new("headers", Type::String)];
    Node { outputs, ..node("http_request", title, params) }
}

fn http_body(site: &mut Site<'_, '_>, body: &Value) -> Value {
    let data = &body["data"];
    let raw = match data {
        Value::String(text) => text.clone(),
        other => other.get(0).map(|one| text(one, "value").to_owned()).unwrap_or_default(),
    };
    match text(body, "type") {
        "json" => json!({ "type": "json", "content": site.template(&raw) }),
        "raw-text" => json!({ "type": "text", "content": site.template(&raw) }),
        kind @ ("form-data" | "x-www-form-urlencoded") => {
            let fields = match data {
                Value::String(source) => lines(site, source),
                other => {
                    let mut fields = Vec::new();
                    for one in other.as_array().into_iter().flatten() {
                        if text(one, "type") == "file" {
                            site.note(Reason::Option, "file");
                            continue;
                        }
                        let (key, value) = (site.template(text(one, "key")), site.template(text(one, "value")));
                        fields.push(json!({ "name": key, "value": value }));
                    }
                    fields
                }
            };
            json!({ "type": if kind == "form-data" { "form" } else { "urlencoded" }, "fields": fields })
        }
        "" | "none" => json!({ "type": "none" }),
        other => {
            site.note(Reason::Option, format!("body: {other}"));
            json!({ "type": "none" })
        }
    }
}

/// A search.
pub fn read_knowledge(site: &mut Site<'_, '_>, title: &str) -> Node {
    let data = site.item.data;
    let query = site.selector(&data["query_variable_selector"]);
    site.inputs.set("Query", Type::String, query);
    let ids: Vec<&str> = items(data, "dataset_ids").iter().filter_map(Value::as_str).collect();
    for id in &ids {
        site.note(Reason::Knowledge, id);
    }
    let config = &data["multiple_retrieval_config"];
    let top = whole(&config["top_k"]).unwrap_or(4).clamp(1, 100);
    let least = config["score_threshold"].as_f64().unwrap_or(0.0).clamp(0.0, 1.0);
    let slice = Type::Object(vec![Field::new("documentId", Type::String), Field::new("output", Type::String)]);
    let params = json!({ "knowledge_ids": ids, "top_k": top, "min_score": least });
    Node { outputs: vec![Field::new("outputList", Type::List(Box::new(slice)))], ..node("knowledge_retrieve", title, params) }
}

/// A tool.
pub fn read_tool(site: &mut Site<'_, '_>, title: &str) -> Node {
    let data = site.item.data;
    let tool = text(data, "tool_name");
    site.note(Reason::Tool, format!("{}/{tool}", text(data, "provider_id")));
    let given = data["tool_parameters"].as_object().into_iter().flatten();
    for (key, one) in given {
        let value = &one["value"];
        let binding = match text(one, "type") {
            "variable" => site.selector(value),
            "mixed" => match value.as_str() {
                Some(said) if said.trim().starts_with("{{#") && said.matches("{{#").count() == 1 && said.trim().ends_with("#}}") => {
                    let inner = said.trim().trim_start_matches("{{#").trim_end_matches("#}}").to_owned();
                    site.selector(&Value::String(inner))
                }
                _ => Some(Binding::Literal(value.clone())),
            },
            _ => Some(Binding::Literal(if one.get("value").is_some() { value.clone() } else { one.clone() })),
        };
        site.inputs.set(&name(key), Type::Any, binding);
    }
    Node { outputs: vec![any("text"), any("json"), any("files")], ..node("tool", title, json!({ "tool": tool })) }
}

/// A note for people.
pub fn read_note(site: &mut Site<'_, '_>, title: &str) -> Node {
    let source = text(site.item.data, "text");
    let parsed: Value = serde_json::from_str(source).unwrap_or(Value::Null);
    let mut said = String::new();
    let mut open: Vec<&Value> = vec![&parsed];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(list) => open.extend(list.iter().rev()),
            Value::Object(map) => {
                if let Some(line) = map.get("text").and_then(Value::as_str) {
                    said.push_str(line);
                    said.push('\n');
                }
                open.extend(map.get("root"));
                open.extend(map.get("children"));
            }
            _ => {}
        }
    }
    let said = if said.is_empty() { source.to_owned() } else { said };
    node("comment", title, json!({ "text": said.trim_end() }))
}
