//! The description of the routes, as the web client is generated from it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Config;
use crate::testkit::Server;

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(target)) = map.get("$ref") {
                found.insert(target.clone());
            }
            map.values().for_each(|inner| references(inner, found));
        }
        Value::Array(list) => list.iter().for_each(|inner| references(inner, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_operation_is_named_once_has_a_policy_and_describes_known_shapes() {
    let server = Server::start(Config::default()).await;
    let (_, api) = server.identity.routes().merge(server.identity.oauth_routes()).split();
    let api = serde_json::to_value(&api).unwrap();
    let mut names = BTreeSet::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters") {
            let name = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no name"));
            assert!(names.insert(name.to_owned()), "{name} twice");
            assert!(operation["x-policy"].is_string(), "{name} has no policy");
            assert!(operation["summary"].is_string(), "{name} says nothing of itself");
        }
    }
    assert_eq!(names.len(), 52, "{names:?}");
    let mut wanted = BTreeSet::new();
    references(&api, &mut wanted);
    let schemas = api["components"]["schemas"].as_object().unwrap();
    for reference in wanted {
        let name = reference.strip_prefix("#/components/schemas/").unwrap();
        assert!(schemas.contains_key(name), "{name} is not described");
    }
    let required = |schema: &str, field: &str| schemas[schema]["required"].as_array().unwrap().contains(&Value::from(field));
    assert!(required("Token", "expires_at") && required("Token", "workspace_ids"), "null is said, not left out");
    assert!(!required("TokenInput", "workspace_ids"));
}
