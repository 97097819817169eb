//! JSON as values.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::testkit::{node, pure, run};

fn decode(input: Value) -> Result<Value, String> {
    let decode = pure(&JsonDecode, &node(json!({}), json!({ "input": "string" }), json!({})));
    run(&decode, json!({ "input": input })).map(|output| output.values["output"].clone()).map_err(|error| error.code)
}

#[test]
fn text_becomes_a_value_and_other_values_stay() {
    assert_eq!(decode(json!(r#" {"a":[1,2.5,null]} "#)), Ok(json!({ "a": [1, 2.5, null] })));
    assert_eq!(decode(json!("\u{feff}[]")), Ok(json!([])));
    assert_eq!(decode(json!({ "a": 1 })), Ok(json!({ "a": 1 })));
    assert_eq!(decode(json!(null)), Ok(json!(null)));
    for text in ["", "{", "[1,]", "{'a':1}", "NaN", "1 2", "```json\n{}\n```"] {
        assert_eq!(decode(json!(text)), Err("json_invalid".into()), "{text}");
    }
}

#[test]
fn what_could_not_be_stored_is_refused() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(decode(json!(nested(100))).is_ok());
    assert_eq!(decode(json!(nested(101))), Err("value_too_deep".into()));
    assert_eq!(decode(json!(nested(100_000))), Err("json_invalid".into()));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_do_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match (decode(json!(&text)), serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}'))) {
            (Ok(ours), Ok(theirs)) => prop_assert_eq!(ours, theirs),
            (Err(code), Err(_)) => prop_assert_eq!(code, "json_invalid"),
            other => prop_assert!(false, "{other:?}"),
        }
    }
}
