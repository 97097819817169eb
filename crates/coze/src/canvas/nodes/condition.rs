//! Condition (8). What a condition compares becomes inputs `left_<branch>_<n>` and `right_<branch>_<n>`.

use serde_json::{Map, Value, json};

use super::{Reading, Writing};
use crate::canvas::json as lenient;
use crate::canvas::report::Reason;

/// Operators by Coze's number, from 1.
const OPERATORS: &[&str] = &[
    "equal",
    "not_equal",
    "longer",
    "longer_equal",
    "shorter",
    "shorter_equal",
    "contains",
    "not_contains",
    "empty",
    "not_empty",
    "is_true",
    "is_false",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
];

/// How an operator is called that has no name.
const UNKNOWN: &str = "coze_";

pub fn read(reading: &mut Reading<'_>) {
    let mut branches = Vec::new();
    for (branch, given) in lenient::items(&reading.inputs["branches"]).iter().enumerate() {
        let condition = &given["condition"];
        let mut conditions = Vec::new();
        for (at, one) in lenient::items(&condition["conditions"]).iter().enumerate() {
            let left = reading.add(&format!("left_{branch}_{at}"), &one["left"]["input"]);
            let mut made = json!({ "left": left, "operator": operator(reading, &one["operator"]) });
            if one["right"]["input"].is_object() {
                made["right"] = reading.add(&format!("right_{branch}_{at}"), &one["right"]["input"]).into();
            }
            conditions.push(made);
        }
        let logic = if lenient::int(&condition["logic"]) == Some(1) { "or" } else { "and" };
        branches.push(json!({ "logic": logic, "conditions": conditions }));
    }
    reading.param("branches", branches);
}

fn operator(reading: &mut Reading<'_>, given: &Value) -> String {
    let number = lenient::int(given).unwrap_or_default();
    let known = usize::try_from(number).ok().and_then(|number| OPERATORS.get(number.checked_sub(1)?));
    known.map_or_else(
        || {
            reading.note(Reason::UnknownOperator, number.to_string());
            format!("{UNKNOWN}{number}")
        },
        |name| (*name).to_owned(),
    )
}

pub fn write(writing: &mut Writing<'_>) {
    let mut branches = Vec::new();
    for (at, branch) in lenient::items(writing.param("branches")).iter().enumerate() {
        if !branch["expr"].is_null() {
            writing.note(Reason::NoCozeForm, format!("branches[{at}].expr"));
        }
        let mut conditions = Vec::new();
        for one in lenient::items(&branch["conditions"]) {
            let name = one["operator"].as_str().unwrap_or_default();
            let number = OPERATORS.iter().position(|known| *known == name).and_then(|at| i64::try_from(at + 1).ok());
            let number = number.or_else(|| name.strip_prefix(UNKNOWN)?.parse().ok());
            let mut made = Map::new();
            made.insert("operator".into(), number.unwrap_or_default().into());
            for side in ["left", "right"] {
                if let Some(name) = one[side].as_str() {
                    made.insert(side.into(), json!({ "input": writing.block(name) }));
                }
            }
            conditions.push(Value::Object(made));
        }
        let logic = if branch["logic"].as_str() == Some("or") { 1 } else { 2 };
        branches.push(json!({ "condition": { "logic": logic, "conditions": conditions } }));
    }
    writing.inputs.insert("branches".into(), branches.into());
}
