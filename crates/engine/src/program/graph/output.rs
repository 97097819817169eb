//! What a node gives: brought to the declared types, and what stands for it when it fails.

use flow::node::{NodeError, Output};
use flow::run::{NodeResult, RunError};
use flow::value::convert::{self, Strictness};
use flow::value::{Values, measure, path};
use flow::workflow::{ERROR, OnError};
use serde_json::{Value, json};

use super::plan::Node;

/// Whether a node with an error policy succeeded.
const IS_SUCCESS: &str = "isSuccess";
/// Why it did not.
const ERROR_BODY: &str = "errorBody";

/// What goes into the event of a node that ended well. The output may be kept beside it.
pub(super) fn result(node: &Node, output: Output, mut warnings: Vec<String>) -> Result<NodeResult, NodeError> {
    let Output { values, port, warnings: own, raw } = output;
    let mut converted = convert::outputs(values, &node.outputs, node.fill_outputs, Strictness::Lenient)?;
    warnings.extend(own);
    warnings.append(&mut converted.warnings);
    if node.policy.on_error != OnError::Fail {
        converted.value.insert(IS_SUCCESS.to_owned(), Value::Bool(true));
    }
    let output = Value::Object(converted.value);
    measure(&output)?;
    Ok(NodeResult { output, port, warnings, error: None, raw, pinned: false })
}

/// What stands for a node that failed; `None`: nothing does.
pub(super) fn instead(node: &Node, error: &NodeError, warnings: Vec<String>) -> Option<NodeResult> {
    let port = match node.policy.on_error {
        OnError::Fail => return None,
        OnError::Default => None,
        OnError::Branch => Some(ERROR.to_owned()),
    };
    let declared: Vec<_> = node.outputs.iter().filter(|field| field.name != IS_SUCCESS && field.name != ERROR_BODY).cloned().collect();
    let brought = convert::outputs(node.policy.default.clone(), &declared, true, Strictness::Lenient);
    let mut values: Values = brought.map_or_else(|_| node.policy.default.clone(), |converted| converted.value);
    values.insert(IS_SUCCESS.to_owned(), Value::Bool(false));
    values.insert(ERROR_BODY.to_owned(), json!({ "errorMessage": error.message, "errorCode": error.number() }));
    let error = RunError { code: error.code.clone(), message: error.message.clone() };
    Some(NodeResult { output: Value::Object(values), port, warnings, error: Some(error), raw: None, pinned: false })
}

/// The same as an event of a step that ended: its output stands beside the rest, which is left out if it says nothing.
pub(super) fn split(mut result: NodeResult) -> (Value, Option<Box<NodeResult>>) {
    let output = result.output.take();
    let says = result != NodeResult::default();
    (output, says.then(|| Box::new(result)))
}

/// Bytes of a value, about.
pub(super) fn bytes(value: &Value) -> u64 {
    measure(value).map_or(0, |size| size.bytes)
}

/// By how many bytes values grow when one at a path becomes another; less than 0: they shrink.
pub(super) fn growth(values: &Values, to: &[String], value: &Value) -> i64 {
    let before = path::of(values, to).map_or(0, bytes);
    let signed = |bytes| i64::try_from(bytes).unwrap_or(i64::MAX);
    signed(bytes(value)) - signed(before)
}
