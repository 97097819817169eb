//! The smallest value that a JSON schema allows, with words from the question.

use serde_json::{Map, Value};

/// Nesting beyond which a schema is taken for endless.
const MAX_DEPTH: usize = 12;

/// A value of `schema`. Text fields hold `text`.
pub fn instance(schema: &Value, text: &str) -> Value {
    fill(schema, schema, text, 0)
}

fn fill(root: &Value, schema: &Value, text: &str, depth: usize) -> Value {
    let Some(object) = schema.as_object().filter(|_| depth < MAX_DEPTH) else {
        return Value::Null;
    };
    if let Some(target) = object.get("$ref").and_then(Value::as_str) {
        let target = target.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        return target.map_or(Value::Null, |target| fill(root, target, text, depth + 1));
    }
    let given = object.get("const").or_else(|| object.get("default")).or_else(|| object.get("enum")?.as_array()?.first());
    if let Some(given) = given {
        return given.clone();
    }
    if let Some(first) = ["anyOf", "oneOf", "allOf"].iter().find_map(|name| object.get(*name)?.as_array()?.first()) {
        return fill(root, first, text, depth + 1);
    }
    let kind = match object.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        other => other.and_then(Value::as_str),
    };
    match kind {
        Some("array") => array(root, object, text, depth),
        Some("string") => string(object, text),
        Some("integer") => object.get("minimum").filter(|least| least.is_i64()).cloned().unwrap_or_else(|| 0.into()),
        Some("number") => object.get("minimum").cloned().unwrap_or_else(|| 0.into()),
        Some("boolean") => false.into(),
        Some("null") => Value::Null,
        _ => properties(root, object, text, depth),
    }
}

fn properties(root: &Value, object: &Map<String, Value>, text: &str, depth: usize) -> Value {
    let all = object.get("properties").and_then(Value::as_object);
    all.into_iter().flatten().map(|(name, schema)| (name.clone(), fill(root, schema, text, depth + 1))).collect::<Map<_, _>>().into()
}

fn array(root: &Value, object: &Map<String, Value>, text: &str, depth: usize) -> Value {
    let least = object.get("minItems").and_then(Value::as_u64).unwrap_or(1).clamp(1, 10);
    let item = object.get("items").map_or(Value::Null, |items| fill(root, items, text, depth + 1));
    (0..least).map(|_| item.clone()).collect()
}

fn string(object: &Map<String, Value>, text: &str) -> Value {
    match object.get("format").and_then(Value::as_str) {
        Some("date") => "2024-01-01".into(),
        Some("date-time") => "2024-01-01T00:00:00Z".into(),
        Some("uri") => "https://example.com/".into(),
        Some("email") => "someone@example.com".into(),
        _ => {
            let most = object.get("maxLength").and_then(Value::as_u64).map_or(usize::MAX, |most| most as usize);
            text.chars().take(most).collect::<String>().into()
        }
    }
}
