//! What holds for every kind.

use flow::tool::Localized;
use serde_json::Value;

use crate::ports::Services;

fn bilingual(text: &Localized, what: &str) {
    assert!(!text.zh.is_empty() && !text.en.is_empty(), "{what}");
    assert!(!text.zh.is_ascii(), "{what}: {}", text.zh);
    assert!(text.en.is_ascii(), "{what}: {}", text.en);
}

/// Every parameter and every choice has a name in both languages; no reference is left.
fn titled(schema: &Value, place: &str) {
    match schema {
        Value::Object(map) => {
            assert!(!map.contains_key("$ref"), "{place}");
            if let Some(Value::Object(properties)) = map.get("properties") {
                for (name, property) in properties {
                    assert!(property["title"].is_string() && property["x-title-zh"].is_string(), "{place}.{name} has no titles");
                    assert!(property["description"].is_string() || property.get("enum").is_some(), "{place}.{name} has no doc comment");
                }
            }
            if let Some(Value::Array(choices)) = map.get("enum") {
                for choice in choices.iter().filter_map(Value::as_str) {
                    assert!(map.get("x-titles").and_then(|titles| titles.get(choice)).is_some(), "{place}={choice} has no titles");
                }
            }
            for (key, part) in map {
                if !["default", "example", "x-titles"].contains(&key.as_str()) {
                    titled(part, &format!("{place}.{key}"));
                }
            }
        }
        Value::Array(parts) => parts.iter().for_each(|part| titled(part, place)),
        _ => {}
    }
}

#[test]
fn every_kind_says_what_it_is_in_both_languages() {
    let registry = super::registry(&Services::default());
    let mut kinds = 0;
    for spec in registry.specs() {
        kinds += 1;
        bilingual(&spec.title, &spec.kind);
        bilingual(&spec.description, &spec.kind);
        assert!(spec.kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", spec.kind);
        assert!(spec.icon.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", spec.icon);
        titled(&spec.params, &spec.kind);
        jsonschema::validator_for(&spec.params).unwrap();
    }
    assert_eq!(kinds, super::kinds(&Services::default()).len(), "two kinds of one name");
}
