//! Requests of the database nodes.

mod statements;

use std::sync::Arc;

use flow::node::{NodeError, Output};
use futures::executor::block_on;
use serde_json::{Value, json};

use super::*;
use crate::ports::databases::{self as port, Condition, Filter, Logic, Operator, OrderBy, Rows, SelectField};
use crate::ports::fakes::FakeDatabases;
use crate::ports::fakes::databases::Request;
use crate::testkit::{cx, inputs, node, task, values, wrong};

fn ask(kind: fn(Port) -> Box<dyn NodeType>, params: Value, given: Value, answer: Rows) -> (Result<Output, NodeError>, Vec<Request>) {
    let fake = Arc::new(FakeDatabases::default());
    fake.gives(Ok(answer));
    let types: serde_json::Map<String, Value> = values(given.clone()).into_iter().map(|(name, _)| (name, json!("any"))).collect();
    let node = node(params, Value::Object(types), json!({}));
    let output = block_on(task(kind(Some(fake.clone())).as_ref(), &node).run(&cx(), inputs(given)));
    (output, fake.requests())
}

fn rows(count: impl Into<Option<u64>>, rows: Value) -> Rows {
    Rows { rows: rows.as_array().unwrap().iter().cloned().map(values).collect(), count: count.into() }
}

fn condition(field: &str, operator: Operator, value: Value) -> Condition {
    Condition { field: field.into(), operator, value }
}

#[test]
fn rows_are_added_changed_read_and_removed() {
    // The canvas `database_crud` of the conformance suite.
    let set = json!([{ "field": "1785960530945", "input": "a" }, { "field": "1783122026497", "input": "b" }]);
    let (output, asked) = ask(
        |port| Box::new(Insert(port)),
        json!({ "database_id": "74", "set": set }),
        json!({ "a": 123, "b": "input for database curd" }),
        rows(10, json!([])),
    );
    assert_eq!(Value::Object(output.unwrap().values), json!({ "outputList": [], "rowNum": 10 }));
    let expected = vec![("1785960530945".to_owned(), json!(123)), ("1783122026497".to_owned(), json!("input for database curd"))];
    assert_eq!(asked, [Request::Insert(port::Insert { database: "74".into(), set: expected })]);

    let filter = json!({ "conditions": [{ "field": "v2", "operator": "equal", "input": "one" }, { "field": "v1", "operator": "equal", "input": "abc" }] });
    let (output, asked) = ask(
        |port| Box::new(Update(port)),
        json!({ "database_id": "74", "set": [{ "field": "1783392627713", "input": "v2" }], "where": filter }),
        json!({ "one": 1, "abc": "abc", "v2": 123 }),
        rows(None, json!([])),
    );
    assert_eq!(output.unwrap().values["rowNum"], Value::Null);
    let conditions = vec![condition("v2", Operator::Equal, json!(1)), condition("v1", Operator::Equal, json!("abc"))];
    let update = port::Update {
        database: "74".into(),
        set: vec![("1783392627713".into(), json!(123))],
        filter: Filter { logic: Logic::And, conditions },
    };
    assert_eq!(asked, [Request::Update(update)]);

    let params = json!({
        "database_id": "74", "fields": [{ "field": "1" }, { "field": "2", "distinct": true }], "limit": 10,
        "order_by": [{ "field": "1", "descending": true }],
        "where": { "logic": "or", "conditions": [{ "field": "v1", "operator": "equal", "input": "abc" }] },
    });
    let (output, asked) = ask(|port| Box::new(Select(port)), params, json!({ "abc": "abc" }), rows(10, json!([{ "v1": "vv" }])));
    assert_eq!(Value::Object(output.unwrap().values), json!({ "outputList": [{ "v1": "vv" }], "rowNum": 10 }));
    let select = port::Select {
        database: "74".into(),
        fields: vec![SelectField { field: "1".into(), distinct: false }, SelectField { field: "2".into(), distinct: true }],
        filter: Some(Filter { logic: Logic::Or, conditions: vec![condition("v1", Operator::Equal, json!("abc"))] }),
        order_by: vec![OrderBy { field: "1".into(), descending: true }],
        limit: 10,
    };
    assert_eq!(asked, [Request::Select(select)]);

    let filter = json!({ "conditions": [{ "field": "v2", "operator": "equal", "input": "n" }] });
    let (output, asked) =
        ask(|port| Box::new(Delete(port)), json!({ "database_id": "74", "where": filter }), json!({ "n": 10 }), rows(1, json!([])));
    assert_eq!(output.unwrap().values["rowNum"], 1);
    let filter = Filter { logic: Logic::And, conditions: vec![condition("v2", Operator::Equal, json!(10))] };
    assert_eq!(asked, [Request::Delete(port::Delete { database: "74".into(), filter })]);
}

#[test]
fn lists_and_nothing_are_compared_as_the_operators_need() {
    let check = |operator: &str, given: Value, expected: Value| {
        let filter = json!({ "conditions": [{ "field": "f", "operator": operator, "input": "x" }] });
        let (_, asked) =
            ask(|port| Box::new(Select(port)), json!({ "database_id": "1", "where": filter }), json!({ "x": given }), Rows::default());
        let [Request::Select(port::Select { filter: Some(filter), .. })] = asked.as_slice() else { panic!("{asked:?}") };
        assert_eq!(filter.conditions[0].value, expected, "{operator}");
    };
    check("in", json!([1, 2]), json!([1, 2]));
    check("in", json!("a"), json!(["a"]));
    check("not_in", json!(null), json!([]));
    check("is_null", json!("ignored"), json!(null));
    check("like", json!("%a"), json!("%a"));
}

#[test]
fn counts_that_nobody_tells_are_the_rows_read() {
    let (output, _) =
        ask(|port| Box::new(Select(port)), json!({ "database_id": "1" }), json!({}), rows(None, json!([{ "a": 1 }, { "a": 2 }])));
    assert_eq!(output.unwrap().values["rowNum"], 2);
}

#[test]
fn without_the_service_nothing_works() {
    let node = node(json!({ "database_id": "1" }), json!({}), json!({}));
    let error = block_on(task(&Select(None), &node).run(&cx(), inputs(json!({})))).unwrap_err();
    assert_eq!((error.code.as_str(), error.transient), ("not_available", false));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let check = |kind: &dyn NodeType, params: Value, expected: &[&str]| {
        let found: Vec<String> =
            wrong(kind, &node(params, json!({ "a": "string" }), json!({}))).into_iter().map(|(_, path)| path).collect();
        assert_eq!(found, expected);
    };
    check(&Insert(None), json!({ "database_id": "", "set": [] }), &["/params/database_id", "/params/set"]);
    let twice = json!([{ "field": "f", "input": "a" }, { "field": "f", "input": "gone" }]);
    check(&Insert(None), json!({ "database_id": "1", "set": twice }), &["/params/set/1/field", "/params/set/1/input"]);
    // A forgotten condition must not empty a table.
    check(&Delete(None), json!({ "database_id": "1", "where": {} }), &["/params/where/conditions"]);
    check(&Delete(None), json!({ "database_id": "1" }), &["/params/where"]);
    let conditions = json!([{ "field": "", "operator": "equal" }, { "field": "f", "operator": "in", "input": "gone" }, { "field": "f", "operator": "is_null" }]);
    let places = ["/params/where/conditions/0/field", "/params/where/conditions/0/input", "/params/where/conditions/1/input"];
    check(&Delete(None), json!({ "database_id": "1", "where": { "conditions": conditions } }), &places);
    let select = json!({ "database_id": "1", "limit": 0, "fields": [{ "field": "" }], "order_by": [{ "field": "" }] });
    check(&Select(None), select, &["/params/fields/0/field", "/params/order_by/0/field", "/params/limit"]);
    check(&Sql(None), json!({ "database_id": "1", "sql": "SELECT {{gone}} FROM `{{a}}` WHERE x = '" }), &["/params/sql"; 3]);
    check(&Sql(None), json!({ "database_id": "1", "sql": " " }), &["/params/sql"]);
}
