//! Params against their form: every fault with its place, in two languages.

use flow::node::NodeError;
use flow::tool::Localized;
use flow::workflow::{Finding, Node, NodeId};
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

/// Faults of one node that are told.
const MOST: usize = 20;

/// What is wrong with params that `serde` refused for this reason.
pub fn faults(id: &NodeId, node: &Node, form: &Value, refused: &str) -> Vec<Finding> {
    let params = Value::Object(node.params.clone());
    // Values that could not be stored are not walked either.
    let walkable: Result<_, NodeError> = flow::value::measure(&params);
    let validator = walkable.ok().and_then(|_| jsonschema::validator_for(form).ok());
    let mut found: Vec<Finding> = Vec::new();
    if let Some(validator) = &validator {
        for error in validator.iter_errors(&params).take(MOST) {
            let place = format!("/params{}", error.instance_path().as_str());
            one(id, &place, &error, &mut found);
        }
    }
    if found.is_empty() {
        found.push(fault(
            id,
            "/params",
            "invalid_params",
            format!("参数无法读取：{refused}"),
            format!("The parameters cannot be read: {refused}"),
        ));
    }
    found
}

fn one(id: &NodeId, place: &str, error: &jsonschema::ValidationError<'_>, found: &mut Vec<Finding>) {
    let said = error.masked().to_string();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            for name in unexpected.iter().take(MOST) {
                let at = format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
                found.push(fault(id, &at, "unknown_param", format!("没有参数 `{name}`"), format!("There is no parameter `{name}`")));
            }
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            found.push(fault(
                id,
                &format!("{place}/{name}"),
                "missing_param",
                format!("缺少参数 `{name}`"),
                format!("The parameter `{name}` is missing"),
            ));
        }
        ValidationErrorKind::Enum { options } => {
            found.push(fault(id, place, "invalid_params", format!("只能是 {options} 之一"), format!("It must be one of {options}")));
        }
        ValidationErrorKind::Type { .. } => {
            found.push(fault(id, place, "invalid_params", format!("类型不对：{said}"), format!("The type is wrong: {said}")));
        }
        ValidationErrorKind::OneOfNotValid { .. } | ValidationErrorKind::AnyOf { .. } => {
            found.push(fault(
                id,
                place,
                "invalid_params",
                "不符合任何一种允许的形式".to_owned(),
                "It has none of the allowed forms".to_owned(),
            ));
        }
        _ => found.push(fault(id, place, "invalid_params", format!("值不合规定：{said}"), format!("The value is not allowed: {said}"))),
    }
}

fn fault(id: &NodeId, place: &str, code: &str, zh: String, en: String) -> Finding {
    Finding::error(code, Some(id), place, Localized { zh, en })
}
