//! Nodes that do something: code, HTTP, models, other workflows, waits.

use flow::value::{Field, Type};
use flow::workflow::{Binding, Node};
use serde_json::{Value, json};

use super::expr::{Of, Path};
use super::logic::items_input;
use super::site::Site;
use crate::build::{any, items, list, name, node, text, whole};
use crate::report::Reason;

/// Code with the variables it had there.
pub fn read_code(site: &mut Site<'_, '_>, title: &str) -> Node {
    let params = site.params();
    let input = items_input(site);
    let python = text(params, "language").starts_with("python");
    let each = text(params, "mode") == "runOnceForEachItem" || site.world.nodes[site.at].ty == "functionItem";
    let source =
        [text(params, "jsCode"), text(params, "functionCode"), text(params, "pythonCode")].into_iter().find(|code| !code.is_empty());
    let source = source.unwrap_or_default();
    site.note(Reason::CodeFramed, title);
    let (language, code) =
        if python { ("python", python_frame(source, &input, each)) } else { ("javascript", frame(source, &input, each)) };
    if source.contains("$(") || source.contains("$node[") || source.contains("_(") {
        site.note(Reason::Expression, "$(…) in code");
    }
    Node { outputs: vec![any("json"), Field::new("items", list())], ..node("code", title, json!({ "language": language, "code": code })) }
}

fn frame(source: &str, input: &str, each: bool) -> String {
    let call = if each {
        "const given = [];\n  for (let at = 0; at < all.length; at++) given.push(await body(all[at], at));"
    } else {
        "const made = await body(all[0] ?? { json: {} }, 0);\n  const given = Array.isArray(made) ? made : made == null ? [] : [made];"
    };
    format!(
        "async function main({{ params }}) {{
  const all = (params.{input} ?? []).map((json) => ({{ json }}));
  const body = async (item, $itemIndex) => {{
    const items = all;
    const $json = item.json;
    const $input = {{ all: () => all, first: () => all[0], last: () => all[all.length - 1], item, params: {{}} }};
{source}
  }};
  {call}
  const list = given.filter((one) => one != null).map((one) => (one.json !== undefined ? one.json : one));
  return {{ json: list[0] ?? {{}}, items: list }};
}}
"
    )
}

fn python_frame(source: &str, input: &str, each: bool) -> String {
    let indented: String = source.lines().flat_map(|line| ["        ", line, "\n"]).collect();
    let call = if each {
        "given = [body(one) for one in every]"
    } else {
        "made = body(every[0] if every else {\"json\": {}})\n    given = made if isinstance(made, list) else [made]"
    };
    format!(
        "class _Input:
    def __init__(self, every, item):
        self._every, self.item = every, item

    def all(self):
        return self._every

    def first(self):
        return self._every[0]

    def last(self):
        return self._every[-1]


def main(args):
    every = [{{\"json\": one}} for one in (args.params.get(\"{input}\") or [])]

    def body(item):
        _items = items = every
        _json = item[\"json\"]
        _input = _Input(every, item)
{indented}
        return None

    {call}
    listed = [one[\"json\"] if isinstance(one, dict) and \"json\" in one else one for one in given if one is not None]
    return {{\"json\": listed[0] if listed else {{}}, \"items\": listed}}
"
    )
}

/// A request; what comes back is read as JSON by the node behind it.
pub fn read_http(site: &mut Site<'_, '_>, title: &str) -> Node {
    let params = site.params();
    let method = params.get("method").or_else(|| params.get("requestMethod")).and_then(Value::as_str).unwrap_or("GET").to_uppercase();
    let url = site.template(&params["url"]);
    let pairs = |site: &mut Site<'_, '_>, switch: &str, lists: [&Value; 2]| -> Vec<Value> {
        if params.get(switch).is_some_and(|on| on.as_bool() == Some(false)) {
            return Vec::new();
        }
        let listed = lists.into_iter().filter_map(Value::as_array).flatten();
        let mut found = Vec::new();
        for one in listed {
            let (name, value) = (site.template(&one["name"]), site.template(&one["value"]));
            if !name.is_empty() {
                found.push(json!({ "name": name, "value": value }));
            }
        }
        found
    };
    let query = pairs(site, "sendQuery", [&params["queryParameters"]["parameters"], &params["queryParametersUi"]["parameter"]]);
    let headers = pairs(site, "sendHeaders", [&params["headerParameters"]["parameters"], &params["headerParametersUi"]["parameter"]]);
    let fields = pairs(site, "sendBody", [&params["bodyParameters"]["parameters"], &params["bodyParametersUi"]["parameter"]]);
    let body = body(site, params, &fields);
    if let Some(credentials) = site.world.nodes[site.at].raw.get("credentials").and_then(Value::as_object) {
        for name in credentials.keys() {
            site.note(Reason::Credentials, name);
        }
    }
    for option in ["pagination", "proxy", "batching"] {
        if params["options"].get(option).is_some() {
            site.note(Reason::Option, option);
        }
    }
    let mut made = json!({ "method": method, "url": url, "query": query, "headers": headers, "body": body });
    if let Some(timeout) = whole(&params["options"]["timeout"]).filter(|ms| (1..=600_000).contains(ms)) {
        made["timeout_ms"] = timeout.into();
    }
    let outputs = vec![Field::new("body", Type::String), Field::new("statusCode", Type::Integer), Field::new("headers", Type::String)];
    Node { outputs, ..node("http_request", title, made) }
}

fn body(site: &mut Site<'_, '_>, params: &Value, fields: &[Value]) -> Value {
    if !params["sendBody"].as_bool().unwrap_or(!fields.is_empty()) {
        return json!({ "type": "none" });
    }
    let kind = params.get("contentType").or_else(|| params.get("bodyContentType")).and_then(Value::as_str).unwrap_or("json");
    let raw = [&params["jsonBody"], &params["body"], &params["rawBody"]].into_iter().find(|value| !value.is_null());
    match (kind, raw) {
        ("form-urlencoded", _) => json!({ "type": "urlencoded", "fields": fields }),
        ("multipart-form-data", _) => json!({ "type": "form", "fields": fields }),
        ("raw", Some(raw)) => json!({ "type": "text", "content": site.template(raw) }),
        ("json", Some(raw)) if text(params, "specifyBody") == "json" || fields.is_empty() => {
            json!({ "type": "json", "content": site.template(raw) })
        }
        ("json", _) => {
            let parts: Vec<String> = fields
                .iter()
                .map(|field| {
                    let value = text(field, "value");
                    // A lone reference stands without quotation marks: it may be no text.
                    let lone = value.starts_with("{{") && value.ends_with("}}") && value.matches("{{").count() == 1;
                    let said = if lone { value.to_owned() } else { Value::from(value).to_string() };
                    format!("{}: {said}", Value::from(text(field, "name")))
                })
                .collect();
            json!({ "type": "json", "content": format!("{{{}}}", parts.join(", ")) })
        }
        (other, _) => {
            site.note(Reason::Option, format!("contentType: {other}"));
            json!({ "type": "none" })
        }
    }
}

/// A model with what hangs below it.
pub fn read_model(site: &mut Site<'_, '_>, title: &str) -> Node {
    let params = site.params();
    let mut system = String::new();
    let mut prompt = String::new();
    for one in items(&params["messages"], "messageValues").iter().chain(items(&params["messages"], "values")) {
        let said = site.template(one.get("message").or_else(|| one.get("content")).unwrap_or(&Value::Null));
        let is_system = text(one, "type").to_lowercase().contains("system") || text(one, "role") == "system";
        let target = if is_system { &mut system } else { &mut prompt };
        if !target.is_empty() {
            target.push('\n');
        }
        target.push_str(&said);
    }
    let given = params.get("text").or_else(|| params.get("prompt")).filter(|value| value.is_string());
    if let Some(given) = given {
        prompt.push_str(&site.template(given));
    }
    if let Some(message) = params["options"].get("systemMessage") {
        system.push_str(&site.template(message));
    }
    if prompt.is_empty() {
        // What comes in as chat.
        let path = Path { of: Of::Current, all: false, keys: vec!["chatInput".to_owned()] };
        if let Some(binding) = site.path(&path) {
            let input = site.inputs.bind("chatInput", Type::Any, binding);
            prompt = format!("{{{{{input}}}}}");
        }
    }
    for (below, kind) in site.world.below[site.at].clone() {
        let item = &site.world.nodes[below];
        match kind {
            "ai_languageModel" => {
                let model = &item.params["model"];
                let name = model.as_str().or_else(|| model["value"].as_str()).unwrap_or(item.ty);
                site.note(Reason::Model, name);
            }
            "ai_tool" => site.note(Reason::Tool, item.name),
            other => site.note(Reason::Option, other),
        }
    }
    if let Some(model) = params["modelId"]["value"].as_str() {
        site.note(Reason::Model, model);
    }
    let output = if site.world.nodes[site.at].ty == "agent" { "output" } else { "text" };
    Node { outputs: vec![Field::new(output, Type::String)], ..node("model", title, json!({ "prompt": prompt, "system_prompt": system })) }
}

/// Another workflow.
pub fn read_workflow(site: &mut Site<'_, '_>, title: &str) -> Node {
    let params = site.params();
    let id = &params["workflowId"];
    let id = id.as_str().or_else(|| id["value"].as_str()).unwrap_or_default().to_owned();
    site.note(Reason::Workflow, &id);
    let values = params["workflowInputs"]["value"].as_object();
    for key in values.into_iter().flat_map(|map| map.keys()) {
        site.inputs.reserve(&[name(key).as_str()]);
    }
    for (key, value) in values.into_iter().flatten() {
        let binding = site.value(value);
        site.inputs.set(&name(key), Type::Any, Some(binding));
    }
    Node { outputs: vec![any("output")], ..node("workflow", title, json!({ "workflow_id": id })) }
}

/// Some time.
pub fn read_wait(site: &mut Site<'_, '_>, title: &str) -> Node {
    let params = site.params();
    let unit = match params.get("unit").and_then(Value::as_str).unwrap_or("hours") {
        "seconds" => 1000.0,
        "minutes" => 60_000.0,
        "days" => 86_400_000.0,
        _ => 3_600_000.0,
    };
    if matches!(text(params, "resume"), "webhook" | "form" | "specificTime") {
        site.note(Reason::Option, format!("resume: {}", text(params, "resume")));
    }
    let amount = params.get("amount").and_then(Value::as_f64).unwrap_or(1.0);
    let milliseconds = (amount * unit).clamp(0.0, 3.1e10) as i64;
    site.inputs.set("milliseconds", Type::Integer, Some(Binding::Literal(milliseconds.into())));
    node("wait", title, json!({}))
}

/// An answer to whoever called.
pub fn read_respond(site: &mut Site<'_, '_>, title: &str) -> Node {
    let params = site.params();
    site.inputs.reserve(&["json", "items", "body"]);
    let how = params.get("respondWith").and_then(Value::as_str).unwrap_or("firstIncomingItem");
    let body = &params["responseBody"];
    match how {
        "text" => return answer(site, title, body),
        "json" => {
            let literal = match body {
                Value::String(text) if !text.starts_with('=') => serde_json::from_str::<Value>(text).ok(),
                Value::Object(_) | Value::Array(_) => Some(body.clone()),
                _ => None,
            };
            let binding = match literal {
                Some(literal) => Binding::Literal(literal),
                None => match site.value(body) {
                    // A text with expressions in it is JSON only when they are put in.
                    Binding::Expr(_) | Binding::Literal(_) => return answer(site, title, body),
                    binding => binding,
                },
            };
            site.inputs.set("body", Type::Any, Some(binding));
        }
        "allIncomingItems" => {
            let all = site.items_of(&Of::Current);
            site.inputs.set("items", list(), all);
        }
        "noData" => {}
        other => {
            if other != "firstIncomingItem" {
                site.note(Reason::Option, format!("respondWith: {other}"));
            }
            let path = Path { of: Of::Current, all: false, keys: Vec::new() };
            let one = site.path(&path);
            site.inputs.set("json", Type::Any, one);
        }
    }
    node("end", title, json!({ "mode": "variables" }))
}

fn answer(site: &mut Site<'_, '_>, title: &str, body: &Value) -> Node {
    let template = site.template(body);
    node("end", title, json!({ "mode": "answer", "answer": template }))
}
