//! What stays.

use serde_json::{Value, json};

use super::*;
use crate::testkit::{node, pure, run, wrong};

fn filter(expr: &str, negate: bool, given: Value) -> Result<Value, String> {
    let params = json!({ "input": "l", "expr": expr, "negate": negate });
    let filter = pure(&FilterList, &node(params, json!({ "l": { "list": "any" }, "least": "integer" }), json!({})));
    run(&filter, given).map(|output| Value::Object(output.values)).map_err(|error| error.code)
}

#[test]
fn elements_stay_where_the_condition_holds() {
    assert_eq!(
        filter("item.n >= least", false, json!({ "l": [{ "n": 1 }, { "n": 2 }, { "n": 3 }], "least": 2 })),
        Ok(json!({ "first": { "n": 2 }, "last": { "n": 3 }, "count": 2, "output": [{ "n": 2 }, { "n": 3 }] }))
    );
    assert_eq!(filter("index % 2 == 0", true, json!({ "l": ["a", "b", "c"] })).unwrap()["output"], json!(["b"]));
    assert_eq!(filter("true", false, json!({ "l": null })), Ok(json!({ "first": null, "last": null, "count": 0, "output": [] })));
    assert_eq!(filter("item", false, json!({ "l": [1] })), Err("expression_failed".into()));
    assert_eq!(filter("true", false, json!({ "l": "x" })), Err("list_expected".into()));
}

#[test]
fn all_elements_share_one_purse() {
    let numbers: Vec<u32> = (0..3000).collect();
    assert_eq!(filter("l.exists(x, x == item + 5000)", false, json!({ "l": numbers })), Err("expression_limit".into()));
}

#[test]
fn names_are_checked() {
    let one = node(json!({ "input": "l", "expr": "item > x" }), json!({}), json!({}));
    assert_eq!(
        wrong(&FilterList, &one),
        [("unknown_input".into(), "/params/input".into()), ("unknown_input".into(), "/params/expr".into())]
    );
    let one = node(json!({ "input": "l", "expr": "item >" }), json!({ "l": "any" }), json!({}));
    assert_eq!(wrong(&FilterList, &one), [("bad_expression".into(), "/params/expr".into())]);
}
