//! The order.

use serde_json::{Value, json};

use super::*;
use crate::testkit::{node, pure, run};

fn sort(by: Value, limit: Option<u32>, list: Value) -> Value {
    let params = json!({ "input": "l", "by": by, "limit": limit });
    let sort = pure(&SortList, &node(params, json!({ "l": { "list": "any" } }), json!({})));
    run(&sort, json!({ "l": list })).unwrap().values["output"].clone()
}

#[test]
fn values_have_one_order_and_null_is_last() {
    assert_eq!(
        sort(json!([]), None, json!([null, "b", 2, "a", 10, 1.5, true, [1], { "a": 1 }, false])),
        json!([false, true, 1.5, 2, 10, "a", "b", [1], { "a": 1 }, null])
    );
    assert_eq!(sort(json!([{ "descending": true }]), Some(2), json!([1, null, 3, 2])), json!([3, 2]));
    assert_eq!(sort(json!([{ "descending": true }]), None, json!([null, 1])), json!([1, null]));
}

#[test]
fn the_next_key_decides_where_the_one_before_is_equal() {
    let list = json!([{ "a": 1, "b": { "c": "x" } }, { "a": 2, "b": { "c": "y" } }, { "a": 1, "b": { "c": "z" } }, { "b": {} }]);
    assert_eq!(
        sort(json!([{ "path": ["a"] }, { "path": ["b", "c"], "descending": true }]), None, list),
        json!([{ "a": 1, "b": { "c": "z" } }, { "a": 1, "b": { "c": "x" } }, { "a": 2, "b": { "c": "y" } }, { "b": {} }])
    );
    let same = json!([{ "k": 1, "n": "first" }, { "k": 1, "n": "second" }]);
    assert_eq!(sort(json!([{ "path": ["k"], "descending": true }]), None, same.clone()), same);
    assert_eq!(sort(json!([]), Some(0), json!([1])), json!([]));
}
