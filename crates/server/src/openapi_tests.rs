//! The committed description of the API, from which the web client's types are made.

use crate::commands::openapi;

/// `HEARTH_TEST_UPDATE=1` (`make reference`) writes the file instead.
#[tokio::test]
async fn the_document_is_the_routes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/openapi.json");
    let document = openapi::document().await.unwrap();
    if std::env::var_os("HEARTH_TEST_UPDATE").is_some() {
        std::fs::write(path, &document).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    // Without `assert_eq`: a difference would print both documents whole.
    let line = written.lines().zip(document.lines()).position(|(a, b)| a != b).unwrap_or_else(|| written.lines().count()) + 1;
    assert!(written == document, "docs/reference/openapi.json differs from the routes at line {line}: run `make reference`");
}

/// Programs that make clients of the document stop at the first reference to nothing.
#[tokio::test]
async fn every_reference_leads_somewhere() {
    fn references(value: &serde_json::Value, found: &mut std::collections::BTreeSet<String>) {
        match value {
            serde_json::Value::Object(map) => {
                found.extend(map.get("$ref").and_then(|to| to.as_str()).map(str::to_owned));
                map.values().for_each(|inner| references(inner, found));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
            _ => {}
        }
    }
    let document: serde_json::Value = serde_json::from_str(&openapi::document().await.unwrap()).unwrap();
    let mut found = std::collections::BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 100, "only {} references were found", found.len());
    let missing: Vec<&String> = found.iter().filter(|to| to.strip_prefix('#').and_then(|to| document.pointer(to)).is_none()).collect();
    assert!(missing.is_empty(), "these are not declared: {missing:?}");
}

/// A route that was renamed would have the time of all others again.
#[tokio::test]
async fn routes_that_wait_exist() {
    let document: serde_json::Value = serde_json::from_str(&openapi::document().await.unwrap()).unwrap();
    for (method, path) in crate::http::layers::WAITING {
        assert!(document["paths"][path][method].is_object(), "{method} {path}");
    }
}
