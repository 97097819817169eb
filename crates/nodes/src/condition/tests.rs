//! The table of operators, and the way that is taken.

use serde_json::{Value, json};

use super::params::Operator;
use super::run::decide;
use super::*;
use crate::testkit::{NOW, inputs, node, pure, run, wrong};

/// `[operator, left, right, expected]`; expected is true, false, or the code of an error.
#[test]
fn operators_decide_as_the_table_says() {
    let cases: Vec<(Operator, Value, Value, Value)> = serde_json::from_str(include_str!("cases/operators.json")).unwrap();
    assert!(cases.len() > 100);
    for (operator, left, right, expected) in cases {
        let decided = match decide(operator, &left, &right) {
            Ok(holds) => json!(holds),
            Err(error) => json!(error.code),
        };
        assert_eq!(decided, expected, "{operator:?} {left} {right}");
    }
}

#[test]
fn large_whole_numbers_are_compared_exactly() {
    let (low, high) = (json!(9_007_199_254_740_992_i64), json!(9_007_199_254_740_993_i64));
    assert!(!decide(Operator::Equal, &low, &high).unwrap());
    assert!(decide(Operator::Less, &low, &high).unwrap());
    assert!(decide(Operator::Greater, &json!(u64::MAX), &json!(i64::MAX)).unwrap());
}

fn branches(branches: Value) -> Node {
    node(json!({ "branches": branches }), json!({ "a": "integer", "b": "integer" }), json!({}))
}

#[test]
fn the_first_branch_that_holds_is_taken() {
    let one = branches(json!([
        { "conditions": [{ "left": "a", "operator": "greater", "right": "b" }, { "left": "b", "operator": "not_empty" }] },
        { "logic": "or", "conditions": [{ "left": "a", "operator": "is_true" }, { "left": "b", "operator": "empty" }] },
        { "expr": "a == b && b != 7" },
    ]));
    assert_eq!(Condition.ports(&one), ["branch_0", "branch_1", "branch_2", "else"]);
    let condition = pure(&Condition, &one);
    let taken = |a: i64, b: i64| {
        let output = run(&condition, json!({ "a": a, "b": b })).unwrap();
        (output.port.unwrap(), output.values["result"].clone())
    };
    assert_eq!(taken(2, 1), ("branch_0".into(), json!("pass to condition 1 branch")));
    assert_eq!(taken(2, 0), ("branch_1".into(), json!("pass to condition 2 branch")));
    assert_eq!(taken(3, 3), ("branch_2".into(), json!("pass to condition 3 branch")));
    assert_eq!(taken(7, 7), ("else".into(), json!("pass to else branch")));
}

#[test]
fn a_skipped_input_is_null() {
    let condition = pure(&Condition, &branches(json!([{ "conditions": [{ "left": "a", "operator": "equal", "right": "b" }] }])));
    let mut given = inputs(json!({ "a": 0, "b": null }));
    assert_eq!(condition.run(&given, NOW).unwrap().port.unwrap(), "else");
    given.absent = vec!["a".into()];
    assert_eq!(condition.run(&given, NOW).unwrap().port.unwrap(), "branch_0");
}

#[test]
fn an_expression_gives_true_or_false() {
    let condition = pure(&Condition, &branches(json!([{ "expr": "a + b" }])));
    assert_eq!(run(&condition, json!({ "a": 1, "b": 2 })).unwrap_err().code, "expression_failed");
}

#[test]
fn all_that_is_wrong_is_told() {
    let one = branches(json!([
        { "conditions": [] },
        { "conditions": [{ "left": "x", "operator": "equal" }, { "left": "a", "operator": "empty", "right": "y" }] },
        { "expr": "a +" },
        { "expr": "z" },
    ]));
    assert_eq!(
        wrong(&Condition, &one),
        [
            ("missing_param".into(), "/params/branches/0/conditions".into()),
            ("unknown_input".into(), "/params/branches/1/conditions/0/left".into()),
            ("missing_param".into(), "/params/branches/1/conditions/0/right".into()),
            ("unknown_input".into(), "/params/branches/1/conditions/1/right".into()),
            ("bad_expression".into(), "/params/branches/2/expr".into()),
            ("unknown_input".into(), "/params/branches/3/expr".into()),
        ]
    );
}
