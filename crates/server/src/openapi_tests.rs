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
