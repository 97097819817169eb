//! Putting together and cutting.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::run::MAX_PIECES;
use super::*;
use crate::testkit::{node, pure, run, wrong};

fn concat(template: &str, separator: Option<&str>, given: Value) -> Result<Value, String> {
    let mut params = json!({ "method": "concat", "template": template });
    if let Some(separator) = separator {
        params["separator"] = json!(separator);
    }
    let text = pure(&Text, &node(params, json!({ "a": "string", "l": { "list": "string" } }), json!({})));
    run(&text, given).map(|output| output.values["output"].clone()).map_err(|error| error.code)
}

fn split(text: &str, delimiters: &[&str]) -> Value {
    let node = node(json!({ "method": "split", "input": "String", "delimiters": delimiters }), json!({ "String": "string" }), json!({}));
    run(&pure(&Text, &node), json!({ "String": text })).unwrap().values["output"].clone()
}

#[test]
fn lists_are_joined_wherever_they_stand() {
    assert_eq!(concat("new_{{a}}", None, json!({ "a": "x" })), Ok(json!("new_x")));
    assert_eq!(
        concat("{{l}}", Some("，"), json!({ "l": ["a", 1, 2.50, null, { "b": [1] }, [2]] })),
        Ok(json!("a，1，2.5，，{\"b\":[1]}，[2]"))
    );
    assert_eq!(concat("{{l}}", None, json!({ "l": ["a", "b"] })), Ok(json!("a,b")));
    assert_eq!(concat("{{a.l}}/{{a.l[1]}}", Some("-"), json!({ "a": { "l": [1, 2] } })), Ok(json!("1-2/2")));
    assert_eq!(concat("{{l}}{{none}}", Some(","), json!({ "l": [] })), Ok(json!("{{none}}")));
    assert_eq!(concat("{{l[3]}}", None, json!({ "l": [] })), Err("template_index".into()));
}

#[test]
fn a_text_that_would_be_huge_is_refused() {
    let wide = json!({ "l": vec!["x"; 4096] });
    assert_eq!(concat("{{l}}", Some(&"-".repeat(5000)), wide), Err("text_too_long".into()));
}

#[test]
fn a_text_is_cut_at_every_delimiter() {
    assert_eq!(split("a,b;c", &[",", ";"]), json!(["a", "b", "c"]));
    assert_eq!(split(",a,,", &[","]), json!(["", "a", "", ""]));
    assert_eq!(split("", &[","]), json!([""]));
    assert_eq!(split("中文", &[""]), json!(["中", "文"]));
    assert_eq!(split("a\nb", &["\n", "b"]), json!(["a", "", ""]));
    let many = ",".repeat(MAX_PIECES);
    let one = node(json!({ "method": "split", "input": "s", "delimiters": [","] }), json!({ "s": "string" }), json!({}));
    assert_eq!(run(&pure(&Text, &one), json!({ "s": many })).unwrap_err().code, "too_many_items");
}

#[test]
fn what_is_missing_is_told() {
    let check = |params: Value, expected: &[(&str, &str)]| {
        let found = wrong(&Text, &node(params, json!({}), json!({})));
        let found: Vec<(&str, &str)> = found.iter().map(|(code, path)| (code.as_str(), path.as_str())).collect();
        assert_eq!(found, expected);
    };
    check(
        json!({ "method": "split", "input": "s", "delimiters": [] }),
        &[("unknown_input", "/params/input"), ("missing_param", "/params/delimiters")],
    );
    check(json!({ "method": "shout" }), &[("invalid_params", "/params")]);
    check(json!({}), &[("invalid_params", "/params")]);
}

proptest! {
    #[test]
    fn what_was_cut_can_be_put_together_again(text in "[a-c,;中 ]{0,40}", delimiter in "[,;中]{1,2}") {
        let pieces = split(&text, &[&delimiter]);
        for piece in pieces.as_array().unwrap() {
            prop_assert!(!piece.as_str().unwrap().contains(&delimiter));
        }
        prop_assert_eq!(concat("{{l}}", Some(&delimiter), json!({ "l": pieces })), Ok(json!(text)));
    }

    #[test]
    fn any_text_is_kept(text in any::<String>()) {
        prop_assert_eq!(concat("{{a}}", None, json!({ "a": &text })), Ok(json!(text)));
    }
}
