//! Zones, calendars, forms.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::testkit::{node, pure, run, wrong};

fn time(params: Value) -> Node {
    node(params, json!({ "time": "any", "other": "any", "amount": "integer" }), json!({}))
}

fn done(params: Value, given: Value) -> Result<Value, String> {
    let output = run(&pure(&DateTime, &time(params)), given).map_err(|error| error.code)?;
    Ok(output.values["output"].clone())
}

/// `[params, inputs, output]`; an output `{"error": code}` is an error.
#[test]
fn operations_give_what_calendars_say() {
    let cases: Vec<(Value, Value, Value)> = serde_json::from_str(include_str!("cases/operations.json")).unwrap();
    assert!(cases.len() > 30);
    for (params, given, expected) in cases {
        let got = done(params.clone(), given.clone()).unwrap_or_else(|code| json!({ "error": code }));
        assert_eq!(got, expected, "{params} {given}");
    }
}

#[test]
fn a_moment_has_its_number_too() {
    let output = run(&pure(&DateTime, &time(json!({ "operation": "now", "time_zone": "Asia/Shanghai" }))), json!({})).unwrap();
    assert_eq!(Value::Object(output.values), json!({ "output": "2026-03-04 13:06:07", "timestamp": 1_772_600_767_089_i64 }));
}

#[test]
fn what_cannot_be_is_told() {
    let check = |params: Value, path: &str| assert_eq!(wrong(&DateTime, &time(params)), [("invalid_params".into(), path.into())]);
    check(json!({ "operation": "now", "time_zone": "Mars/Olympus" }), "/params/time_zone");
    check(json!({ "operation": "now", "format": "%Q" }), "/params/format");
    check(json!({ "operation": "now", "format": "%" }), "/params/format");
    check(json!({ "operation": "add", "unit": "fortnight" }), "/params");
    let alone = node(json!({ "operation": "difference", "unit": "day" }), json!({}), json!({}));
    assert_eq!(wrong(&DateTime, &alone), [("unknown_input".into(), "/inputs".into())]);
}

proptest! {
    #[test]
    fn any_input_is_answered(text in any::<String>(), number in any::<i64>(), format in "[%a-zA-Z0-9 .:+-]{0,12}") {
        for params in [
            json!({ "operation": "parse", "format": format }),
            json!({ "operation": "format", "format": format, "time_zone": "America/New_York" }),
            json!({ "operation": "add", "unit": "year", "amount": number }),
            json!({ "operation": "add", "unit": "day", "amount": number, "time_zone": "Asia/Shanghai" }),
            json!({ "operation": "start_of", "unit": "quarter", "time_zone": "Pacific/Apia" }),
        ] {
            for time_given in [json!(text), json!(number)] {
                if let Ok(flow::node::Action::Pure(operation)) = crate::testkit::compile(&DateTime, &time(params.clone())) {
                    let _ = operation.run(&crate::testkit::inputs(json!({ "time": time_given })), crate::testkit::NOW);
                }
            }
        }
    }

    #[test]
    fn what_was_added_can_be_counted(days in -40_000_i64..40_000, start in 0_i64..4_000_000_000) {
        let later = done(json!({ "operation": "add", "unit": "day", "amount": days, "format": "%+" }), json!({ "time": start })).unwrap();
        prop_assert_eq!(done(json!({ "operation": "difference", "unit": "day" }), json!({ "time": later, "other": start })), Ok(json!(days)));
    }
}
