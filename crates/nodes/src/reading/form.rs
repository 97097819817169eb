//! The form of a kind: the JSON schema of its params struct, references inlined, with titles in two languages.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// Where, and its name in Chinese and English.
///
/// The place is the dotted name of a parameter (`auth.token`; lists and alternatives are walked through), or of
/// one value of a choice (`mode=answer`, `body.type=json`).
pub type Title = (&'static str, &'static str, &'static str);

/// Types inside types; no params struct comes near.
const DEPTH: usize = 24;

/// The form. A parameter's `title` is English, `x-title-zh` Chinese; its `description` the doc comment of the field.
/// A choice has `x-titles`: `{"<value>": {"zh-CN", "en"}}`.
pub fn form<P: ToSchema>(titles: &[Title]) -> Value {
    let mut named = Vec::new();
    P::schemas(&mut named);
    let named: BTreeMap<String, Value> = named.into_iter().map(|(name, schema)| (name, value(&schema))).collect();
    let mut schema = value(&P::schema());
    inline(&mut schema, &named, 0);
    if schema.get("properties").is_none() && schema.get("oneOf").is_none() {
        // A struct without fields says nothing of itself.
        schema = json!({ "type": "object", "properties": {}, "additionalProperties": false });
    }
    for title in titles {
        let keys: Vec<&str> = title.0.split('.').collect();
        let placed = place(&mut schema, &keys, title);
        debug_assert!(placed, "the form has no `{}`", title.0);
    }
    schema
}

fn value(schema: &impl serde::Serialize) -> Value {
    // Schemas are JSON by construction.
    serde_json::to_value(schema).unwrap_or_default()
}

/// Puts definitions in the place of references to them; what stands beside a reference wins.
fn inline(schema: &mut Value, named: &BTreeMap<String, Value>, depth: usize) {
    if depth > DEPTH {
        *schema = json!({});
        return;
    }
    match schema {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.remove("$ref") {
                let name = reference.rsplit('/').next().unwrap_or_default();
                if let Some(Value::Object(definition)) = named.get(name) {
                    for (key, part) in definition {
                        map.entry(key).or_insert_with(|| part.clone());
                    }
                }
            }
            for part in map.values_mut() {
                inline(part, named, depth + 1);
            }
        }
        Value::Array(parts) => parts.iter_mut().for_each(|part| inline(part, named, depth + 1)),
        _ => {}
    }
}

/// Sets a title everywhere its place is found.
fn place(schema: &mut Value, keys: &[&str], title: &Title) -> bool {
    let Value::Object(map) = schema else { return false };
    let mut placed = false;
    match keys.split_first() {
        None => {
            // What may be absent has its doc comment one level below.
            if !map.contains_key("description") {
                let below = map
                    .get("oneOf")
                    .and_then(Value::as_array)
                    .and_then(|parts| parts.iter().find_map(|part| part.get("description").cloned()));
                map.extend(below.map(|description| ("description".to_owned(), description)));
            }
            map.insert("title".to_owned(), json!(title.2));
            map.insert("x-title-zh".to_owned(), json!(title.1));
            return true;
        }
        Some((key, rest)) => {
            let (name, choice) = key.split_once('=').map_or((*key, None), |(name, choice)| (name, Some(choice)));
            if let Some(property) = map.get_mut("properties").and_then(|properties| properties.get_mut(name)) {
                placed |= match choice {
                    Some(choice) => choose(property, choice, title),
                    None => place(property, rest, title),
                };
            }
        }
    }
    for (key, part) in map.iter_mut() {
        placed |= match (key.as_str(), part) {
            ("items", part) => place(part, keys, title),
            ("oneOf" | "anyOf" | "allOf", Value::Array(parts)) => {
                parts.iter_mut().fold(false, |placed, part| place(part, keys, title) | placed)
            }
            _ => false,
        };
    }
    placed
}

/// Names one value of a choice.
fn choose(schema: &mut Value, choice: &str, title: &Title) -> bool {
    let Value::Object(map) = schema else { return false };
    let own = map.get("enum").and_then(Value::as_array).is_some_and(|values| values.iter().any(|value| value == choice));
    if own {
        let names = map.entry("x-titles").or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(names) = names {
            names.insert(choice.to_owned(), json!({ "zh-CN": title.1, "en": title.2 }));
        }
        return true;
    }
    let mut placed = false;
    for (key, part) in map.iter_mut() {
        placed |= match (key.as_str(), part) {
            ("items", part) => choose(part, choice, title),
            ("oneOf" | "anyOf" | "allOf", Value::Array(parts)) => {
                parts.iter_mut().fold(false, |placed, part| choose(part, choice, title) | placed)
            }
            _ => false,
        };
    }
    placed
}
