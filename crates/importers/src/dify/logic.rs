//! Conditions, lists, variables.

use flow::value::{Field, Type};
use flow::workflow::{Binding, Node};
use serde_json::{Value, json};

use super::refs::{Site, type_of};
use crate::build::{any, is_name, items, list, name, node, text, whole};
use crate::report::Reason;

/// A literal as CEL writes it; a text that should be a number becomes one.
fn literal(value: &Value, ty: &str) -> String {
    match value {
        Value::String(text) if ty == "number" => text.trim().parse::<f64>().map_or_else(|_| value.to_string(), |n| n.to_string()),
        Value::String(text) if ty == "boolean" => text.trim().parse::<bool>().map_or_else(|_| value.to_string(), |b| b.to_string()),
        other => other.to_string(),
    }
}

/// CEL for a comparison.
fn compare(site: &mut Site<'_, '_>, left: &str, operator: &str, right: &Value, ty: &str) -> String {
    let mut value = match right {
        // A reference to another value.
        Value::String(text) if text.contains("{{#") => {
            let inner = text.trim().trim_start_matches("{{#").trim_end_matches("#}}");
            let keys = Value::Array(inner.split('.').map(Value::from).collect());
            match site.input(&keys, Type::Any) {
                Some(input) => input,
                None => literal(right, ty),
            }
        }
        other => literal(other, ty),
    };
    if value == "null" {
        value = String::from("\"\"");
    }
    match operator {
        "contains" => format!("({left} != null && {left}.contains({value}))"),
        "not contains" => format!("({left} == null || !{left}.contains({value}))"),
        "start with" => format!("{left}.startsWith({value})"),
        "end with" => format!("{left}.endsWith({value})"),
        "is" | "=" | "==" => format!("{left} == {value}"),
        "is not" | "≠" | "!=" => format!("{left} != {value}"),
        ">" => format!("{left} > {value}"),
        "<" => format!("{left} < {value}"),
        "≥" | ">=" => format!("{left} >= {value}"),
        "≤" | "<=" => format!("{left} <= {value}"),
        "empty" => format!("({left} == null || size({left}) == 0)"),
        "not empty" => format!("({left} != null && size({left}) > 0)"),
        "null" | "not exists" => format!("{left} == null"),
        "not null" | "exists" => format!("{left} != null"),
        "in" => format!("{left} in {value}"),
        "not in" => format!("!({left} in {value})"),
        other => {
            site.note(Reason::Operator, other);
            "false".to_owned()
        }
    }
}

/// CEL for conditions together.
pub fn conditions(site: &mut Site<'_, '_>, listed: &[Value], logic: &str) -> String {
    let mut said = Vec::new();
    for one in listed {
        let ty = one.get("varType").or_else(|| one.get("variable_type")).and_then(Value::as_str).unwrap_or_default();
        let Some(left) = site.input(&one["variable_selector"], Type::Any) else {
            said.push("false".to_owned());
            continue;
        };
        said.push(format!("({})", compare(site, &left, text(one, "comparison_operator"), &one["value"], ty)));
    }
    if said.is_empty() { "true".to_owned() } else { said.join(if logic == "or" { " || " } else { " && " }) }
}

/// The cases of an if-else: their ids and conditions.
pub fn cases(data: &Value) -> Vec<(&str, &[Value], &str)> {
    let listed = items(data, "cases");
    if listed.is_empty() {
        return vec![("true", items(data, "conditions"), text(data, "logical_operator"))];
    }
    listed
        .iter()
        .map(|case| {
            let key = if text(case, "case_id").is_empty() { text(case, "id") } else { text(case, "case_id") };
            (key, items(case, "conditions"), text(case, "logical_operator"))
        })
        .collect()
}

/// If-else.
pub fn read_if(site: &mut Site<'_, '_>, title: &str) -> Node {
    let data = site.item.data;
    let mut branches = Vec::new();
    for (_, listed, logic) in cases(data) {
        branches.push(json!({ "expr": conditions(site, listed, logic) }));
    }
    Node { outputs: vec![Field::new("result", Type::String)], ..node("condition", title, json!({ "branches": branches })) }
}

/// A list filtered, sorted, cut.
pub fn read_list(site: &mut Site<'_, '_>, title: &str) -> (Node, Option<Node>) {
    let data = site.item.data;
    let selected = site.selector(&data["variable"]);
    let enabled = |key: &str| data[key]["enabled"].as_bool().unwrap_or(false);
    let sorted = enabled("order_by").then(|| {
        let key = text(&data["order_by"], "key");
        let path: Vec<&str> = if key.is_empty() { Vec::new() } else { vec![key] };
        let by = json!([{ "path": path, "descending": text(&data["order_by"], "value") == "desc" }]);
        Node { outputs: vec![Field::new("output", list())], ..node("sort_list", title, json!({ "input": "list", "by": by })) }
    });
    site.inputs.set("list", list(), selected);
    let mut parts = Vec::new();
    if enabled("filter_by") {
        for one in items(&data["filter_by"], "conditions") {
            let key = text(one, "key");
            let left = if key.is_empty() { "item".to_owned() } else { format!("item.{}", name(key)) };
            let ty = if type_of(text(data, "item_var_type")) == Type::Number { "number" } else { "" };
            parts.push(format!("({})", compare(site, &left, text(one, "comparison_operator"), &one["value"], ty)));
        }
    }
    let mut expr = if parts.is_empty() { "true".to_owned() } else { parts.join(" && ") };
    if enabled("extract_by") {
        site.note(Reason::Option, "extract_by");
    }
    if enabled("limit") {
        let most = whole(&data["limit"]["size"]).unwrap_or(10);
        if expr == "true" {
            expr = format!("index < {most}");
        } else {
            site.note(Reason::Option, format!("limit: {most}"));
        }
    }
    let outputs = vec![Field::new("output", list()), any("first"), any("last"), Field::new("count", Type::Integer)];
    (Node { outputs, ..node("filter_list", title, json!({ "input": "list", "expr": expr })) }, sorted)
}

/// The first value that is there.
pub fn read_aggregator(site: &mut Site<'_, '_>, title: &str) -> Node {
    let data = site.item.data;
    let advanced = &data["advanced_settings"];
    let grouped = advanced["group_enabled"].as_bool().unwrap_or(false);
    let mut wanted: Vec<(String, &str, &[Value])> = Vec::new();
    if grouped {
        for group in items(advanced, "groups") {
            wanted.push((name(text(group, "group_name")), text(group, "output_type"), items(group, "variables")));
        }
    } else {
        wanted.push(("output".to_owned(), text(data, "output_type"), items(data, "variables")));
    }
    let mut groups = Vec::new();
    let mut outputs = Vec::new();
    for (group, ty, variables) in wanted {
        let names: Vec<String> = variables.iter().filter_map(|one| site.input(one, Type::Any)).collect();
        outputs.push(Field::new(group.clone(), type_of(ty)));
        groups.push(json!({ "name": group, "inputs": names }));
    }
    Node { outputs, ..node("merge", title, json!({ "groups": groups })) }
}

/// Variables of a loop or of the conversation are set.
pub fn read_assigner(site: &mut Site<'_, '_>, title: &str) -> Node {
    let data = site.item.data;
    let old = json!({
        "variable_selector": data["assigned_variable_selector"],
        "operation": data["write_mode"],
        "input_type": "variable",
        "value": data["input_variable_selector"],
    });
    let listed: Vec<Value> = if items(data, "items").is_empty() { vec![old] } else { items(data, "items").to_vec() };
    let mut of_loop = Vec::new();
    let mut kept = Vec::new();
    for one in &listed {
        let keys: Vec<&str> = items(one, "variable_selector").iter().filter_map(Value::as_str).collect();
        let [owner, path @ ..] = keys.as_slice() else { continue };
        let given =
            if text(one, "input_type") == "constant" { Some(Binding::Literal(one["value"].clone())) } else { site.selector(&one["value"]) };
        let operation = text(one, "operation");
        let value = match operation {
            "clear" => Some(Binding::Literal(Value::Null)),
            "+=" | "-=" | "*=" | "/=" | "append" | "extend" => {
                let before = site.input(&one["variable_selector"], Type::Any);
                let by = given.map(|given| site.inputs.bind("by", Type::Any, given));
                let (Some(before), Some(by)) = (before, by) else { continue };
                Some(Binding::Expr(match operation {
                    "append" => format!("{before} + [{by}]"),
                    "extend" => format!("{before} + {by}"),
                    _ => format!("{before} {} {by}", &operation[..1]),
                }))
            }
            "over-write" | "overwrite" | "set" | "" => given,
            other => {
                site.note(Reason::Operator, other);
                given
            }
        };
        let Some(value) = value else { continue };
        let input = site.inputs.bind(&format!("set_{}", path.last().copied().unwrap_or("value")), Type::Any, value);
        match site.world.nodes.get(owner).map(|item| (item.ty, item.id.clone())) {
            Some(("loop", id)) => of_loop.push(json!({ "variable": { "node": id, "path": path }, "input": input })),
            _ if *owner == "conversation" && path.iter().all(|key| is_name(key)) => {
                site.note(Reason::Variable, format!("conversation.{}", path.join(".")));
                kept.push(json!({ "scope": "user", "path": path, "input": input }));
            }
            _ => site.note(Reason::Operator, keys.join(".")),
        }
    }
    if of_loop.is_empty() {
        Node { outputs: vec![Field::new("isSuccess", Type::Boolean)], ..node("assign_variable", title, json!({ "set": kept })) }
    } else {
        if !kept.is_empty() {
            site.note(Reason::Option, "conversation");
        }
        node("set_variable", title, json!({ "set": of_loop }))
    }
}
