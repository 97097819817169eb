//! SQL with references.

use flow::node::Inputs;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::sql::{Fault, Statement};
use super::{Rows, Sql, ask, rows};
use crate::ports::databases as port;
use crate::ports::fakes::databases::Request;
use crate::testkit::inputs;

#[track_caller]
fn check(sql: &str, given: Value, text: &str, values: Value) {
    let (statement, faults) = Statement::parse(sql);
    assert_eq!(faults, [], "{sql}");
    let (bound, found) = statement.bind(&inputs(given)).unwrap();
    assert_eq!((bound.as_str(), Value::from(found)), (text, values), "{sql}");
}

#[test]
fn references_become_numbered_values() {
    check(
        "SELECT * FROM t WHERE a = {{x}} AND b = '{{y}}'",
        json!({ "x": 1, "y": "z" }),
        "SELECT * FROM t WHERE a = $1 AND b = $2",
        json!([1, "z"]),
    );
    check("a LIKE '%{{x}}%{{ y.k }}'", json!({ "x": "1", "y": { "k": 2 } }), "a LIKE $1", json!(["%1%2"]));
    check("a = \"{{x}}\"", json!({ "x": "1" }), "a = $1", json!(["1"]));
    check("a IN ({{x}})", json!({ "x": [1, "b", null, [2]] }), "a IN ($1, $2, $3, $4)", json!([1, "b", null, "[2]"]));
    check("a IN ({{x}})", json!({ "x": [] }), "a IN (NULL)", json!([]));
    check("v = {{x}}", json!({ "x": { "k": 1 } }), "v = $1", json!(["{\"k\":1}"]));
    check("{{x}}{{x}}", json!({ "x": true }), "$1$2", json!([true, true]));
    check("v = {{x.gone}}", json!({ "x": {} }), "v = $1", json!([null]));
}

#[test]
fn what_is_quoted_or_remarked_is_no_reference_of_its_own() {
    check("'it''s {{x}}'", json!({ "x": 1 }), "$1", json!(["it's 1"]));
    check("'plain ''text'' ? $1' || {{x}}", json!({ "x": 1 }), "'plain ''text'' ? $1' || $1", json!([1]));
    check("a -- {{x}} ' ?\n+ 1 /* {{x}} \" $1 */", json!({ "x": 1 }), "a -- {{x}} ' ?\n+ 1 /* {{x}} \" $1 */", json!([]));
    check("`col` = \"name\"", json!({}), "`col` = \"name\"", json!([]));
    check("{ {{}} {x} {{a{b}}", json!({}), "{ {{}} {x} {{a{b}}", json!([]));
}

#[test]
fn values_never_reach_the_text() {
    let hostile = "'; DROP TABLE users; --";
    check("a = {{x}} AND b = '{{x}}'", json!({ "x": hostile }), "a = $1 AND b = $2", json!([hostile, hostile]));
    check("a = '{{x}}'", json!({ "x": "{{y}}", "y": 1 }), "a = $1", json!(["{{y}}"]));
}

#[test]
fn skipped_sources_are_null() {
    let (statement, _) = Statement::parse("a = {{x}}");
    let given = Inputs { absent: vec!["x".into()], ..inputs(json!({ "x": "" })) };
    assert_eq!(statement.bind(&given).unwrap(), ("a = $1".to_owned(), vec![Value::Null]));
}

#[test]
fn faults_are_found() {
    let faults = |sql: &str| Statement::parse(sql).1;
    assert_eq!(faults("'{{x}}"), [Fault::Unclosed]);
    assert_eq!(faults("/* {{x}}"), [Fault::Unclosed]);
    assert_eq!(faults("a = $1"), [Fault::Placeholder]);
    assert_eq!(faults("a = ?"), [Fault::Placeholder]);
    assert_eq!(faults("SELECT `{{x}}`"), [Fault::Name]);
    assert_eq!(faults("-- no end is an end"), []);
    assert_eq!(faults("price = $ 1"), []);
}

#[test]
fn too_many_values_are_refused() {
    let (statement, _) = Statement::parse("a IN ({{x}})");
    assert_eq!(statement.bind(&inputs(json!({ "x": vec![1; 1001] }))).unwrap_err().code, "sql_too_many_values");
}

#[test]
fn the_service_is_given_text_and_values() {
    let (output, asked) = ask(
        |port| Box::new(Sql(port)),
        json!({ "database_id": "7", "sql": "SELECT a FROM t WHERE b = '{{x}}'" }),
        json!({ "x": "y" }),
        rows(1, json!([{ "a": 5 }])),
    );
    assert_eq!(Value::Object(output.unwrap().values), json!({ "outputList": [{ "a": 5 }], "rowNum": 1 }));
    let sql = port::Sql { database: "7".into(), text: "SELECT a FROM t WHERE b = $1".into(), values: vec![json!("y")] };
    assert_eq!(asked, [Request::Sql(sql)]);
    assert_eq!(Rows::default().count, None);
}

#[test]
fn hostile_statements_are_cut_in_linear_time() {
    for unit in ["{{", "{", "{{a", "''", "'", "\"", "--", "/*", "{{a}}", "$1", "?", "{{a}", "`"] {
        let sql = unit.repeat(1_000_000 / unit.len());
        let _ = Statement::parse(&sql);
    }
}

proptest! {
    #[test]
    fn values_stay_out_of_the_text_whatever_they_are(
        sql in r#"([a-z =]|'|"|`|--|/\*|\*/|\{\{x\}\}|\{|\}|\n|é){0,30}"#,
        value in "[0-9'\"`$?{}\\-/* \n]{8,20}",
    ) {
        let (statement, faults) = Statement::parse(&sql);
        prop_assume!(faults.is_empty());
        let marked = format!("§{value}§");
        let (text, values) = statement.bind(&inputs(json!({ "x": marked }))).unwrap();
        prop_assert!(!text.contains('§'));
        for number in 1..=values.len() {
            let placed = text.contains(&format!("${number}"));
            prop_assert!(placed);
        }
    }
}
