//! The document's JSON schema, for editors and programs that write documents.

use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema};

use super::Document;

/// JSON schema (2020-12) of the document, made from its types. What it cannot say (references, cycles,
/// the params of each kind) says [`super::check()`].
pub fn schema() -> Value {
    let mut parts = Vec::new();
    Document::schemas(&mut parts);
    parts.push((Document::name().into_owned(), Document::schema()));
    parts.sort_by(|(a, _), (b, _)| a.cmp(b));
    let definitions: Map<String, Value> =
        parts.into_iter().filter_map(|(name, part)| Some((name, serde_json::to_value(part).ok()?))).collect();
    let mut whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Hearth workflow",
        "$ref": format!("#/components/schemas/{}", Document::name()),
        "$defs": definitions,
    });
    tidy(&mut whole);
    let defs = &mut whole["$defs"];
    defs["NodeId"]["pattern"] = json!("^[A-Za-z0-9_-]{1,64}$");
    defs["Policy"]["properties"]["backup"]["type"] = json!(["object", "null"]);
    defs["Node"]["properties"]["view"]["type"] = json!(["object", "null"]);
    for choice in ["Type", "Binding"] {
        for variant in defs[choice]["oneOf"].as_array_mut().into_iter().flatten().filter(|variant| variant["type"] == "object") {
            variant["additionalProperties"] = json!(false);
        }
    }
    whole
}

/// References of the API's description become references into the schema itself, links in
/// descriptions become words.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(to) if key == "$ref" => *to = to.replace("#/components/schemas/", "#/$defs/"),
                    Value::String(text) if key == "description" => *text = text.replace("[`", "`").replace("`]", "`").replace('\n', " "),
                    other => tidy(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::value::{Field, Type, arbitrary};
    use crate::workflow::{Binding, Input, NodeId, Ref, VariableRef, VariableScope};

    static VALIDATOR: LazyLock<jsonschema::Validator> = LazyLock::new(|| jsonschema::draft202012::new(&schema()).unwrap());

    fn whole() -> Value {
        json!({
            "format": 1,
            "mode": "chatflow",
            "nodes": {
                "start": { "kind": "start", "outputs": [{ "name": "a", "type": { "list": "string" }, "required": true, "description": "d", "default": ["x"] }] },
                "a-1_b": {
                    "kind": "model", "version": 2, "title": "T", "description": "D", "parent": "loop", "params": { "x": [1] },
                    "inputs": [{ "name": "i", "type": "any", "value": { "literal": null } }, { "name": "j", "value": null }],
                    "policy": { "timeout_ms": 1, "retries": 2, "backoff_ms": 3, "on_error": "branch", "default": { "a": 1 }, "backup": null, "on_interrupt": "ask" },
                    "batch": { "lists": [], "size": 0, "concurrency": 0 },
                    "view": { "x": 1.5, "y": -2 },
                },
            },
            "edges": [{ "from": "start", "to": "a-1_b" }, { "from": "a-1_b", "port": "error", "to": "start" }],
            "limits": { "max_steps": 1, "max_seconds": 2, "max_depth": null, "max_bytes": 4 },
        })
    }

    #[test]
    fn documents_fit_and_others_do_not() {
        let validator = &*VALIDATOR;
        for document in [json!({}), whole(), serde_json::to_value(Document::default()).unwrap()] {
            assert!(serde_json::from_value::<Document>(document.clone()).is_ok());
            assert_eq!(validator.iter_errors(&document).map(|e| e.to_string()).collect::<Vec<_>>(), Vec::<String>::new());
        }
        for (pointer, wrong) in [
            ("/mode", json!("agent")),
            ("/format", json!("1")),
            ("/nodes", json!([])),
            ("/nodes/start/kind", json!(null)),
            ("/nodes/start/outputs/0/type", json!("text")),
            ("/nodes/start/outputs/0/type", json!({ "list": "string", "object": [] })),
            ("/nodes/start/outputs/0/type", json!({ "file": "movie" })),
            ("/nodes/a-1_b/inputs/0/value", json!({ "ref": { "path": ["a"] } })),
            ("/nodes/a-1_b/inputs/0/value", json!({ "expr": "a", "literal": 1 })),
            ("/nodes/a-1_b/inputs/0/value", json!({ "variable": { "scope": "world", "path": [] } })),
            ("/nodes/a-1_b/policy", json!({ "retry": 1 })),
            ("/edges/0", json!({ "from": "a" })),
            ("/limits/max_steps", json!(-1)),
        ] {
            let mut document = whole();
            *document.pointer_mut(pointer).unwrap() = wrong;
            assert!(serde_json::from_value::<Document>(document.clone()).is_err(), "{pointer}");
            assert!(!validator.is_valid(&document), "{pointer}");
        }
    }

    #[test]
    fn every_part_is_there() {
        let schema = schema();
        let names: Vec<_> = schema["$defs"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "Binding",
                "Document",
                "Edge",
                "Field",
                "FileKind",
                "Input",
                "Limits",
                "Mode",
                "Node",
                "NodeBatch",
                "NodeId",
                "OnError",
                "OnInterrupt",
                "Policy",
                "Ref",
                "Type",
                "VariableRef",
                "VariableScope",
            ]
        );
        for reference in schema.to_string().split("\"$ref\":\"").skip(1) {
            let name = reference.split('"').next().unwrap().trim_start_matches("#/$defs/");
            assert!(names.contains(&name), "{name}");
        }
    }

    #[test]
    fn every_type_has_its_form() {
        let check = |ty: Type, form: Value| {
            assert_eq!(serde_json::to_value(&ty).unwrap(), form);
            assert_eq!(serde_json::from_value::<Type>(form).unwrap(), ty);
        };
        check(Type::String, json!("string"));
        check(Type::Integer, json!("integer"));
        check(Type::Number, json!("number"));
        check(Type::Boolean, json!("boolean"));
        check(Type::Time, json!("time"));
        check(Type::Any, json!("any"));
        check(Type::List(Box::new(Type::List(Box::new(Type::Any)))), json!({ "list": { "list": "any" } }));
        check(
            Type::Object(vec![Field::required("a", Type::Time)]),
            json!({ "object": [{ "name": "a", "type": "time", "required": true }] }),
        );
        let kinds = ["any", "image", "svg", "audio", "voice", "video", "document", "slides", "spreadsheet", "text", "code", "archive"];
        for kind in kinds {
            let form = json!({ "file": kind });
            assert_eq!(serde_json::to_value(serde_json::from_value::<Type>(form.clone()).unwrap()).unwrap(), form);
        }
    }

    #[test]
    fn every_binding_has_its_form() {
        let check = |binding: Binding, form: Value| {
            assert_eq!(serde_json::to_value(&binding).unwrap(), form);
            assert_eq!(serde_json::from_value::<Binding>(form).unwrap(), binding);
        };
        check(Binding::Literal(json!({ "ref": 1 })), json!({ "literal": { "ref": 1 } }));
        check(
            Binding::Ref(Ref { node: NodeId::from("n"), path: vec!["a".into(), "0".into()] }),
            json!({ "ref": { "node": "n", "path": ["a", "0"] } }),
        );
        for (scope, name) in [(VariableScope::App, "app"), (VariableScope::User, "user"), (VariableScope::System, "system")] {
            check(
                Binding::Variable(VariableRef { scope, path: vec!["x".into()] }),
                json!({ "variable": { "scope": name, "path": ["x"] } }),
            );
        }
        let part = Input { name: "k".into(), ty: Type::Integer, value: None };
        check(Binding::Object(vec![part]), json!({ "object": [{ "name": "k", "type": "integer" }] }));
        check(Binding::Expr("a + 1".into()), json!({ "expr": "a + 1" }));
    }

    proptest! {
        #[test]
        fn documents_come_back_and_fit(ty in arbitrary::ty(), value in arbitrary::value(), name in "[a-z]{1,8}") {
            // A default of `null` is none.
            let default = Some(value.clone()).filter(|value| !value.is_null());
            let field = Field { default, ..Field::new(name.clone(), ty.clone()) };
            let inputs = vec![Input { name, ty, value: Some(Binding::Literal(value)) }];
            let node = crate::workflow::Node { kind: "k".into(), version: 1, outputs: vec![field], inputs, ..Default::default() };
            let mut document = Document::default();
            document.nodes.insert(NodeId::from("n"), node);
            let form = serde_json::to_value(&document).unwrap();
            prop_assert!(VALIDATOR.is_valid(&form), "{form}");
            let back: Document = serde_json::from_value(form.clone()).unwrap();
            prop_assert_eq!(serde_json::to_value(&back).unwrap(), form);
        }
    }
}
