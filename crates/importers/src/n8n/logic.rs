//! Conditions: if, switch, filter.

use flow::value::{Field, Type};
use flow::workflow::Node;
use serde_json::{Value, json};

use super::expr::Of;
use super::site::Site;
use crate::build::{any, items, list, node, text, whole};
use crate::report::Reason;

/// A comparison of the file.
struct Comparison<'a> {
    left: &'a Value,
    right: &'a Value,
    operation: &'a str,
    ty: &'a str,
}

/// Comparisons, and whether one is enough.
fn comparisons(conditions: &Value) -> (Vec<Comparison<'_>>, bool) {
    if let Some(listed) = conditions.get("conditions").and_then(Value::as_array) {
        let found = listed.iter().map(|each| {
            let (operation, ty) = (text(&each["operator"], "operation"), text(&each["operator"], "type"));
            Comparison { left: &each["leftValue"], right: &each["rightValue"], operation, ty }
        });
        return (found.collect(), text(conditions, "combinator") == "or");
    }
    let mut found = Vec::new();
    for (ty, listed) in conditions.as_object().into_iter().flatten() {
        for one in listed.as_array().into_iter().flatten() {
            let operation = one.get("operation").and_then(Value::as_str).unwrap_or(if ty == "boolean" { "equal" } else { "smaller" });
            found.push(Comparison { left: &one["value1"], right: &one["value2"], operation, ty });
        }
    }
    (found, false)
}

/// CEL for a comparison; `None`, and said: there is none.
fn compare(site: &mut Site<'_, '_>, one: &Comparison<'_>) -> Option<String> {
    let left = site.cel_of(one.left)?;
    let unary = match one.operation {
        "true" | "isTrue" => Some(format!("{left} == true")),
        "false" | "isFalse" => Some(format!("{left} == false")),
        "exists" => Some(format!("{left} != null")),
        "notExists" => Some(format!("{left} == null")),
        "empty" | "isEmpty" => Some(format!("({left} == null || size({left}) == 0)")),
        "notEmpty" | "isNotEmpty" => Some(format!("({left} != null && size({left}) > 0)")),
        _ => None,
    };
    if unary.is_some() {
        return unary;
    }
    let mut right = site.cel_of(one.right)?;
    // Numbers may be written as text.
    if one.ty == "number"
        && let Some(number) = one.right.as_str().and_then(|text| text.trim().parse::<f64>().ok())
    {
        right = number.to_string();
    }
    let operator = match one.operation {
        "equals" | "equal" | "" => "==",
        "notEquals" | "notEqual" => "!=",
        "gt" | "larger" | "after" => ">",
        "gte" | "largerEqual" | "afterOrEquals" => ">=",
        "lt" | "smaller" | "before" => "<",
        "lte" | "smallerEqual" | "beforeOrEquals" => "<=",
        "contains" if one.ty == "array" => return Some(format!("{right} in {left}")),
        "notContains" if one.ty == "array" => return Some(format!("!({right} in {left})")),
        "contains" => return Some(format!("{left}.contains({right})")),
        "notContains" => return Some(format!("!{left}.contains({right})")),
        "startsWith" => return Some(format!("{left}.startsWith({right})")),
        "notStartsWith" => return Some(format!("!{left}.startsWith({right})")),
        "endsWith" => return Some(format!("{left}.endsWith({right})")),
        "notEndsWith" => return Some(format!("!{left}.endsWith({right})")),
        "regex" => return Some(format!("{left}.matches({right})")),
        "notRegex" => return Some(format!("!{left}.matches({right})")),
        "lengthEquals" => return Some(format!("size({left}) == {right}")),
        "lengthGt" => return Some(format!("size({left}) > {right}")),
        "lengthLt" => return Some(format!("size({left}) < {right}")),
        other => {
            site.note(Reason::Operator, other);
            return None;
        }
    };
    Some(format!("{left} {operator} {right}"))
}

/// CEL for comparisons together; what cannot be said counts as false.
fn all(site: &mut Site<'_, '_>, conditions: &Value, any_of: bool) -> String {
    let (listed, or) = comparisons(conditions);
    let said: Vec<String> = listed.iter().map(|one| compare(site, one).unwrap_or_else(|| "false".to_owned())).collect();
    if said.is_empty() {
        return "true".to_owned();
    }
    let said: Vec<String> = said.into_iter().map(|one| format!("({one})")).collect();
    said.join(if or || any_of { " || " } else { " && " })
}

/// Two ways.
pub fn read_if(site: &mut Site<'_, '_>, title: &str) -> Node {
    let params = site.params();
    let expr = all(site, &params["conditions"], text(params, "combineOperation") == "any");
    Node { outputs: vec![Field::new("result", Type::String)], ..node("condition", title, json!({ "branches": [{ "expr": expr }] })) }
}

/// How many ways a switch has before the last, which is for the rest.
pub fn ways(params: &Value) -> usize {
    let rules = &params["rules"];
    items(rules, "values").len().max(items(rules, "rules").len())
}

/// Several ways.
pub fn read_switch(site: &mut Site<'_, '_>, title: &str) -> Node {
    let params = site.params();
    let rules = &params["rules"];
    let mut branches = Vec::new();
    for rule in items(rules, "values") {
        let expr = all(site, &rule["conditions"], false);
        branches.push(json!({ "expr": expr }));
    }
    // Older versions compare one value, and rules say their way out.
    let old = items(rules, "rules");
    let mut ordered: Vec<&Value> = old.iter().collect();
    ordered.sort_by_key(|rule| whole(&rule["output"]).unwrap_or(0));
    for rule in ordered {
        let ty = params.get("dataType").and_then(Value::as_str).unwrap_or("number");
        let operation = rule.get("operation").and_then(Value::as_str).unwrap_or("equal");
        let one = Comparison { left: &params["value1"], right: &rule["value2"], operation, ty };
        let expr = compare(site, &one).unwrap_or_else(|| "false".to_owned());
        branches.push(json!({ "expr": expr }));
    }
    if text(params, "mode") == "expression" {
        site.note(Reason::Option, "mode: expression");
    }
    Node { outputs: vec![Field::new("result", Type::String)], ..node("condition", title, json!({ "branches": branches })) }
}

/// Elements for which it holds.
pub fn read_filter(site: &mut Site<'_, '_>, title: &str) -> Node {
    let params = site.params();
    let input = items_input(site);
    site.element = Some("item");
    let expr = all(site, &params["conditions"], text(params, "combineConditions") == "OR");
    site.element = None;
    filter(title, &input, &expr)
}

/// A list of those elements for which an expression holds.
pub fn filter(title: &str, input: &str, expr: &str) -> Node {
    let outputs = vec![Field::new("output", list()), any("first"), any("last"), Field::new("count", Type::Integer)];
    Node { outputs, ..node("filter_list", title, json!({ "input": input, "expr": expr })) }
}

/// The input that is all items that come in.
pub fn items_input(site: &mut Site<'_, '_>) -> String {
    if let Some(binding) = site.items_of(&Of::Current) {
        return site.inputs.bind("items", list(), binding);
    }
    site.inputs.set("items", list(), None);
    "items".to_owned()
}
