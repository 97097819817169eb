//! What this kind says and reads.

use serde_json::json;

use super::*;
use crate::testkit::{control, node, wrong};
use flow::workflow::VariableScope;

#[test]
fn variables_get_values_of_inputs() {
    let one = node(json!({ "set": [{ "scope": "user", "path": ["v"], "input": "a" }] }), json!({ "a": "string" }), json!({}));
    let variable = VariableRef { scope: VariableScope::User, path: vec!["v".into()] };
    assert_eq!(control(&AssignVariable, &one), Control::AssignVariable { set: vec![Assignment { variable, input: "a".into() }] });
}

#[test]
fn what_cannot_be_set_is_told() {
    let one = node(json!({ "set": [{ "scope": "app", "path": [], "input": "a" }] }), json!({}), json!({}));
    assert_eq!(
        wrong(&AssignVariable, &one),
        [("missing_param".into(), "/params/set/0/path".into()), ("unknown_input".into(), "/params/set/0/input".into())]
    );
    let system = node(json!({ "set": [{ "scope": "system", "path": ["v"], "input": "a" }] }), json!({ "a": "string" }), json!({}));
    assert_eq!(wrong(&AssignVariable, &system), [("invalid_params".into(), "/params/set/0/scope".into())]);
}
