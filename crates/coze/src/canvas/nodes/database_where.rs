//! Conditions of database nodes: lists of `[left, operation, right]`. What is compared with becomes inputs `where_<n>`.

use flow::value::Type;
use serde_json::{Value, json};

use super::{Reading, Writing};
use crate::canvas::report::Reason;
use crate::canvas::{binding, json as lenient};

/// Coze's operations, and Hearth's.
const OPERATIONS: &[(&str, &str)] = &[
    ("EQUAL", "equal"),
    ("NOT_EQUAL", "not_equal"),
    ("GREATER_THAN", "greater"),
    ("LESS_THAN", "less"),
    ("GREATER_EQUAL", "greater_equal"),
    ("LESS_EQUAL", "less_equal"),
    ("IN", "in"),
    ("NOT_IN", "not_in"),
    ("IS_NULL", "is_null"),
    ("IS_NOT_NULL", "is_not_null"),
    ("LIKE", "like"),
    ("NOT_LIKE", "not_like"),
];

/// Reads conditions. What `changes` rows always has them, if only an empty list.
pub fn read_where(reading: &mut Reading<'_>, given: &Value, changes: bool) {
    let mut conditions = Vec::new();
    for (at, triple) in lenient::items(&given["conditionList"]).iter().enumerate() {
        let Some(field) = lenient::filled(lenient::param(triple, "left")) else {
            reading.note(Reason::Incomplete, format!("conditionList[{at}].left"));
            continue;
        };
        let operation = lenient::text(lenient::param(triple, "operation")).unwrap_or_default();
        let known = OPERATIONS.iter().find(|(coze, _)| *coze == operation).map(|(_, ours)| (*ours).to_owned());
        let operator = known.unwrap_or_else(|| {
            reading.note(Reason::UnknownOperator, operation.clone());
            operation
        });
        let mut made = json!({ "field": field, "operator": operator });
        let right = lenient::items(triple).iter().find(|param| param["name"].as_str() == Some("right"));
        if let Some(right) = right.filter(|right| right["input"].is_object()) {
            made["input"] = reading.add(&format!("where_{}", conditions.len()), &right["input"]).into();
        }
        conditions.push(made);
    }
    if changes || !conditions.is_empty() {
        let logic = if given["logic"].as_str() == Some("OR") { "or" } else { "and" };
        reading.param("where", json!({ "logic": logic, "conditions": conditions }));
    }
}

pub fn write_where(writing: &mut Writing<'_>, made: &mut Value) {
    let given = writing.param("where");
    if given.is_null() {
        return;
    }
    let mut list = Vec::new();
    for one in lenient::items(&given["conditions"]) {
        let text = |value: &str| binding::literal(&Type::String, value);
        let operator = one["operator"].as_str().unwrap_or_default();
        let operation = OPERATIONS.iter().find(|(_, ours)| *ours == operator).map_or(operator, |(coze, _)| coze);
        let left = json!({ "name": "left", "input": text(one["field"].as_str().unwrap_or_default()) });
        let mut triple = vec![left, json!({ "name": "operation", "input": text(operation) })];
        if let Some(name) = one["input"].as_str() {
            triple.push(writing.named("right", name));
        }
        list.push(Value::from(triple));
    }
    let logic = if given["logic"].as_str() == Some("or") { "OR" } else { "AND" };
    made["condition"] = json!({ "conditionList": list, "logic": logic });
}
