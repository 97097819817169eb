//! Numbers of lists.

use serde_json::{Value, json};

use super::*;
use crate::testkit::{node, pure, run, wrong};

fn aggregate(params: Value, list: Value) -> (Value, Vec<String>) {
    let one = node(params, json!({ "l": { "list": "any" } }), json!({}));
    let output = run(&pure(&AggregateList, &one), json!({ "l": list })).unwrap();
    (Value::Object(output.values), output.warnings)
}

#[test]
fn every_function_over_a_list() {
    let all =
        json!({ "input": "l", "separator": "-", "functions": ["count", "sum", "avg", "min", "max", "first", "last", "join", "distinct"] });
    assert_eq!(
        aggregate(all.clone(), json!([3, 1, null, 3])),
        (
            json!({ "count": 3, "sum": 7, "avg": 7.0 / 3.0, "min": 1, "max": 3, "first": 3, "last": 3, "join": "3-1-3", "distinct": [3, 1] }),
            vec![]
        )
    );
    assert_eq!(
        aggregate(all, json!([])),
        (
            json!({ "count": 0, "sum": 0, "avg": null, "min": null, "max": null, "first": null, "last": null, "join": "", "distinct": [] }),
            vec![]
        )
    );
    let sums = json!({ "input": "l", "functions": ["sum"] });
    assert_eq!(aggregate(sums.clone(), json!([1, 0.5])).0, json!({ "sum": 1.5 }));
    assert_eq!(aggregate(sums.clone(), json!([i64::MAX, 1])).0, json!({ "sum": 9_223_372_036_854_775_808.0 }));
    assert_eq!(
        aggregate(sums, json!([1, "2", true])),
        (json!({ "sum": 1 }), vec!["2 values are no numbers and were left out of sums".into()])
    );
}

#[test]
fn groups_stand_in_the_order_of_their_first_element() {
    let list = json!([{ "g": "b", "n": 1 }, { "g": "a", "n": 2 }, { "n": 3 }, { "g": "b", "n": 4 }]);
    assert_eq!(
        aggregate(json!({ "input": "l", "path": ["n"], "functions": ["sum", "count"], "group_by": ["g"] }), list).0,
        json!({ "groups": [{ "sum": 5, "count": 2, "key": "b" }, { "sum": 2, "count": 1, "key": "a" }, { "sum": 3, "count": 1, "key": null }] })
    );
}

#[test]
fn functions_are_named_once() {
    let one = |functions: Value| node(json!({ "input": "l", "functions": functions }), json!({ "l": "any" }), json!({}));
    assert_eq!(wrong(&AggregateList, &one(json!([]))), [("missing_param".into(), "/params/functions".into())]);
    assert_eq!(wrong(&AggregateList, &one(json!(["sum", "sum"]))), [("duplicate_name".into(), "/params/functions/1".into())]);
    assert_eq!(wrong(&AggregateList, &one(json!(["median"]))), [("invalid_params".into(), "/params/functions/0".into())]);
}
