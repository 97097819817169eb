//! What a node gives: brought to the declared types, and what stands for it when it fails.

use flow::node::{NodeError, Output};
use flow::run::{NodeResult, RunError};
use flow::value::convert::{self, Strictness};
use flow::value::{Values, measure, path};
use flow::workflow::{ERROR, OUT, OnError};
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
    if node.policy.on_error == OnError::Fail {
        return None;
    }
    let declared: Vec<_> = node.outputs.iter().filter(|field| field.name != IS_SUCCESS && field.name != ERROR_BODY).cloned().collect();
    let brought = convert::outputs(node.policy.default.clone(), &declared, true, Strictness::Lenient);
    let mut values: Values = brought.map_or_else(|_| node.policy.default.clone(), |converted| converted.value);
    let port = match node.policy.on_error {
        OnError::Branch => Some(ERROR.to_owned()),
        OnError::Default | OnError::Fail => chosen(node, &values),
    };
    values.insert(IS_SUCCESS.to_owned(), Value::Bool(false));
    values.insert(ERROR_BODY.to_owned(), json!({ "errorMessage": error.message, "errorCode": error.number() }));
    let error = RunError { code: error.code.clone(), message: error.message.clone() };
    Some(NodeResult { output: Value::Object(values), port, warnings, error: Some(error), raw: None, pinned: false })
}

/// The way out that default outputs stand for, where a node has one for each choice: intents by their number from 1, options
/// by their letter. Every other choice is the last way.
fn chosen(node: &Node, values: &Values) -> Option<String> {
    let branches = node.ports.iter().any(|(port, _)| port != OUT && port != ERROR);
    if !branches {
        return None;
    }
    let intent = values.get("classificationId").and_then(Value::as_u64);
    let option = values.get("optionId").and_then(Value::as_str).and_then(|id| match id.as_bytes() {
        [letter @ b'A'..=b'Z'] => Some(u64::from(letter - b'A') + 1),
        _ => None,
    });
    let number = intent.or(option).and_then(|number| number.checked_sub(1));
    let port = number.map(|number| format!("branch_{number}")).filter(|port| node.ports.iter().any(|(own, _)| own == port));
    Some(port.unwrap_or_else(|| "else".to_owned()))
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
