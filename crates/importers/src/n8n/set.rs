//! Setting fields.

use flow::value::{Field, Type};
use flow::workflow::Node;
use serde_json::{Value, json};

use super::expr::Of;
use super::site::{Site, quoted};
use crate::build::{any, is_name, items, list, node, text};
use crate::report::Reason;

/// Fields that are set: name, type, value.
fn fields(params: &Value) -> Vec<(&str, &str, &Value)> {
    let mut found = Vec::new();
    for one in items(&params["assignments"], "assignments") {
        found.push((text(one, "name"), text(one, "type"), &one["value"]));
    }
    // Older versions list them by type.
    for (ty, listed) in params.get("values").and_then(Value::as_object).into_iter().flatten() {
        for one in listed.as_array().into_iter().flatten() {
            found.push((text(one, "name"), ty.as_str(), &one["value"]));
        }
    }
    for one in items(&params["fields"], "values") {
        let ty = text(one, "type");
        found.push((text(one, "name"), ty.trim_end_matches("Value"), &one[if ty.is_empty() { "stringValue" } else { ty }]));
    }
    found.retain(|(name, ..)| !name.is_empty());
    found
}

/// Whether what comes in is not kept, and the fields are simple.
pub fn is_plain(params: &Value) -> bool {
    let keeps = params["includeOtherFields"].as_bool().unwrap_or(false)
        || (params.get("values").is_some() && !params["keepOnlySet"].as_bool().unwrap_or(false))
        || params["include"].as_str().is_some_and(|which| which == "all" && params.get("fields").is_some());
    !keeps && text(params, "mode") != "raw" && fields(params).iter().all(|(name, ..)| is_name(name))
}

fn type_of(name: &str) -> Type {
    match name {
        "string" => Type::String,
        "number" => Type::Number,
        "boolean" => Type::Boolean,
        "array" => list(),
        "object" => Type::Object(Vec::new()),
        _ => Type::Any,
    }
}

/// Reads the node.
pub fn read(site: &mut Site<'_, '_>, title: &str) -> Node {
    let params = site.params();
    if site.world.maps(site.at) {
        return read_each(site, title, params);
    }
    if !is_plain(params) {
        return read_kept(site, title, params);
    }
    let mut groups = Vec::new();
    let mut outputs = Vec::new();
    for (name, ty, value) in fields(params) {
        let binding = site.value(value);
        // An output has the field's name; helpers of expressions may have taken it as an input's.
        let input = site.inputs.bind(&format!("set_{name}"), type_of(ty), binding);
        groups.push(json!({ "name": name, "inputs": [input] }));
        outputs.push(Field::new(name, type_of(ty)));
    }
    Node { outputs, ..node("merge", title, json!({ "groups": groups })) }
}

/// What comes in is kept: an object with more in it is made by code.
fn read_kept(site: &mut Site<'_, '_>, title: &str, params: &Value) -> Node {
    site.inputs.reserve(&["json"]);
    let one = super::expr::Path { of: Of::Current, all: false, keys: Vec::new() };
    if let Some(binding) = site.path(&one) {
        site.inputs.set("json", Type::Any, Some(binding));
    } else {
        site.inputs.set("json", Type::Any, None);
    }
    let mut sets = Vec::new();
    if text(params, "mode") == "raw" {
        let raw = &params["jsonOutput"];
        let literal: Option<Value> =
            raw.as_str().and_then(|text| serde_json::from_str(text).ok()).or_else(|| raw.is_object().then(|| raw.clone()));
        if let Some(literal) = literal {
            sets.push(format!("Object.assign(given, {literal});"));
        } else {
            let binding = site.value(raw);
            let input = site.inputs.bind("set_json", Type::Any, binding);
            sets.push(format!("Object.assign(given, typeof params.{input} === \"string\" ? JSON.parse(params.{input}) : params.{input});"));
        }
    }
    for (name, ty, value) in fields(params) {
        let binding = site.value(value);
        let input = site.inputs.bind(&format!("set_{name}"), type_of(ty), binding);
        sets.push(format!("given[{}] = params.{input};", quoted(name)));
    }
    site.note(Reason::CodeFramed, title);
    let keeps = text(params, "mode") != "raw" || params["includeOtherFields"].as_bool().unwrap_or(false);
    let begin = if keeps { "{ ...params.json }" } else { "{}" };
    let code = format!(
        "async function main({{ params }}) {{\n  const given = {begin};\n  {}\n  return {{ json: given }};\n}}\n",
        sets.join("\n  ")
    );
    Node { outputs: vec![any("json")], ..node("code", title, json!({ "language": "javascript", "code": code })) }
}

/// Several items: each becomes an object of these fields.
fn read_each(site: &mut Site<'_, '_>, title: &str, params: &Value) -> Node {
    let all = site.items_of(&Of::Current).map(|binding| site.inputs.bind("items", list(), binding));
    site.element = Some("item");
    let mut entries = Vec::new();
    for (name, _, value) in fields(params) {
        let said = site.cel_of(value).unwrap_or_else(|| "null".to_owned());
        entries.push(format!("{}: {said}", quoted(name)));
    }
    site.element = None;
    if !is_plain(params) {
        site.note(Reason::Option, "includeOtherFields");
    }
    let code = format!("{}.map(item, {{{}}})", all.unwrap_or_else(|| "[]".to_owned()), entries.join(", "));
    let made = site.inputs.bind("made", list(), flow::workflow::Binding::Expr(code));
    Node {
        outputs: vec![Field::new("items", list())],
        ..node("merge", title, json!({ "groups": [{ "name": "items", "inputs": [made] }] }))
    }
}
