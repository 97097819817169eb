//! Items: sort, limit, aggregate, split out, merge.

use flow::value::Field;
use flow::value::Type;
use flow::workflow::{Binding, Node};
use serde_json::{Value, json};

use super::expr::{Of, Path};
use super::logic::{filter, items_input};
use super::site::{Site, quoted};
use crate::build::{is_name, items, list, name, node, text, whole};
use crate::report::Reason;

/// Keys of a name with dots.
fn keys(field: &str) -> Vec<String> {
    field.split('.').filter(|key| !key.is_empty()).map(str::to_owned).collect()
}

/// An element's field, in CEL.
fn of_element(field: &str) -> String {
    keys(field).iter().fold("x".to_owned(), |at, key| if is_name(key) { format!("{at}.{key}") } else { format!("{at}[{}]", quoted(key)) })
}

/// By fields.
pub fn read_sort(site: &mut Site<'_, '_>, title: &str) -> Node {
    let params = site.params();
    let input = items_input(site);
    let by: Vec<Value> = items(&params["sortFieldsUi"], "sortField")
        .iter()
        .map(|one| json!({ "path": keys(text(one, "fieldName")), "descending": text(one, "order") == "descending" }))
        .collect();
    if matches!(text(params, "type"), "random" | "code") {
        site.note(Reason::Option, text(params, "type"));
    }
    Node { outputs: vec![Field::new("output", list())], ..node("sort_list", title, json!({ "input": input, "by": by })) }
}

/// The first or the last ones.
pub fn read_limit(site: &mut Site<'_, '_>, title: &str) -> Node {
    let params = site.params();
    let input = items_input(site);
    let most = whole(&params["maxItems"]).unwrap_or(1);
    let expr = if text(params, "keep") == "lastItems" { format!("index >= size({input}) - {most}") } else { format!("index < {most}") };
    filter(title, &input, &expr)
}

/// Items as one.
pub fn read_aggregate(site: &mut Site<'_, '_>, title: &str) -> Node {
    let params = site.params();
    let input = items_input(site);
    let mut made: Vec<(String, String)> = Vec::new();
    if text(params, "aggregate") == "aggregateAllItemData" {
        let target = params.get("destinationFieldName").and_then(Value::as_str).filter(|t| !t.is_empty()).unwrap_or("data");
        made.push((name(target), input));
    } else {
        for one in items(&params["fieldsToAggregate"], "fieldToAggregate") {
            let field = text(one, "fieldToAggregate");
            let renamed = one["renameField"].as_bool().unwrap_or(false);
            let last = keys(field).pop().unwrap_or_default();
            let target = if renamed { text(one, "outputFieldName") } else { &last };
            made.push((name(target), format!("{input}.map(x, {})", of_element(field))));
        }
    }
    let mut groups = Vec::new();
    let mut outputs = Vec::new();
    for (target, code) in made {
        let all = site.inputs.bind(&format!("all_{target}"), list(), Binding::Expr(code));
        groups.push(json!({ "name": target, "inputs": [all] }));
        outputs.push(Field::new(target, list()));
    }
    Node { outputs, ..node("merge", title, json!({ "groups": groups })) }
}

/// A list inside an item becomes the items.
pub fn read_split_out(site: &mut Site<'_, '_>, title: &str) -> Node {
    let params = site.params();
    let field = params.get("fieldToSplitOut").or_else(|| params.get("fieldsToSplitOut")).and_then(Value::as_str).unwrap_or_default();
    let path = Path { of: Of::Current, all: false, keys: keys(field) };
    site.inputs.reserve(&["list"]);
    let value = site.path(&path);
    let is_split = site.world.nodes[site.at].ty == "splitOut" || matches!(text(params, "operation"), "" | "splitOutItems");
    if !is_split {
        site.note(Reason::Option, text(params, "operation"));
    }
    if params["include"].as_str().is_some_and(|include| include != "noOtherFields") {
        site.note(Reason::Option, "include");
    }
    site.inputs.set("list", list(), value);
    Node {
        outputs: vec![Field::new("items", list())],
        ..node("merge", title, json!({ "groups": [{ "name": "items", "inputs": ["list"] }] }))
    }
}

/// Whether a merge puts its inputs one after the other.
pub fn appends(params: &Value) -> bool {
    matches!(text(params, "mode"), "" | "append")
}

/// Several ways come together.
pub fn read_merge(site: &mut Site<'_, '_>, title: &str) -> Node {
    let params = site.params();
    if !appends(params) || site.world.before[site.at].len() < 2 {
        if !matches!(text(params, "mode"), "" | "append" | "chooseBranch" | "passThrough" | "wait") {
            site.note(Reason::Option, format!("mode: {}", text(params, "mode")));
        }
        return node("merge", title, json!({ "groups": [] }));
    }
    let mut lists = Vec::new();
    let sources = site.world.sources(site.at);
    if sources.is_empty() {
        site.note(Reason::Option, "append");
    }
    for source in sources.iter().copied() {
        let of = Of::Node(site.world.nodes[source].name.to_owned());
        if let Some(binding) = site.items_of(&of) {
            lists.push(site.inputs.bind("list", Type::Any, binding));
        }
    }
    let there: Vec<String> = lists.iter().map(|one| format!("({one} == null ? [] : {one})")).collect();
    let all = if there.is_empty() { "[]".to_owned() } else { there.join(" + ") };
    let made = site.inputs.bind("all", list(), Binding::Expr(all));
    Node {
        outputs: vec![Field::new("items", list())],
        ..node("merge", title, json!({ "groups": [{ "name": "items", "inputs": [made] }] }))
    }
}

/// A loop over items.
pub fn read_loop(site: &mut Site<'_, '_>, title: &str) -> Node {
    let size = whole(&site.params()["batchSize"]).unwrap_or(1);
    if size > 1 {
        site.note(Reason::Option, format!("batchSize: {size}"));
    }
    site.inputs.reserve(&["items"]);
    let items = site.items_of(&Of::Current);
    site.inputs.set("items", list(), items);
    node("loop", title, json!({ "over": "lists", "collect": [] }))
}
