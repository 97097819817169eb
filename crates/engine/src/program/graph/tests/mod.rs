//! The core under scenarios, random graphs, and crashes.

mod basics;
mod called;
mod calls;
mod chaos;
mod containers;
mod debugging;
mod doubt;
mod forks;
pub(crate) mod kinds;
mod ledger;
mod limits;
mod talks;
mod tells;
pub(crate) mod world;

use serde_json::{Value, json};

/// An input by reference: `"node.path"`, or a literal.
fn input(name: &str, from: &str) -> Value {
    let (node, path) = from.split_once('.').unwrap_or((from, ""));
    let path: Vec<&str> = path.split('.').filter(|key| !key.is_empty()).collect();
    json!({ "name": name, "type": "any", "value": { "ref": { "node": node, "path": path } } })
}

/// An input that is this.
fn literal(name: &str, value: &Value) -> Value {
    json!({ "name": name, "type": "any", "value": { "literal": value } })
}
