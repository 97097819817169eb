//! What models write, and what was meant.

use proptest::prelude::*;
use serde_json::json;

use super::*;

#[track_caller]
fn check(text: &str, expected: Value) {
    assert_eq!(read(text).map(|read| read.value), Some(expected), "{text}");
}

#[test]
fn valid_json_is_taken_as_it_is() {
    for text in ["{\"a\":1}", " [1, 2] ", "\"x\"", "12", "null", "```json\n{\"a\": 1}\n```"] {
        assert!(!read(text).unwrap().repaired, "{text}");
    }
    check("```\n{\"a\": \"```\"}\n```", json!({ "a": "```" }));
    check("{\"a\": \"```json\\n1\\n```\"}", json!({ "a": "```json\n1\n```" }));
}

#[test]
fn words_around_a_value_are_left_out() {
    check("Here it is:\n{\"a\": 1}\nI hope it helps {really}.", json!({ "a": 1 }));
    check("Sure!\n```json\n{\"a\": [1]}\n```\nDone.", json!({ "a": [1] }));
    assert!(read("Here it is: {\"a\": 1}").unwrap().repaired);
}

#[test]
fn usual_mistakes_are_mended() {
    check("{'a': 'it''s', b: True, c: None,}", json!({ "a": "it''s", "b": true, "c": null }));
    check("{\"a\": 1 // one\n, /* two */ \"b\": 2,,}", json!({ "a": 1, "b": 2 }));
    check("{\"a\": \"line\nbreak\", \"b\": \"say \"hi\" now\"}", json!({ "a": "line\nbreak", "b": "say \"hi\" now" }));
    check("{“a”：“好”，“b”：1}", json!({ "a": "好", "b": 1 }));
    check("{a: some words, n: -1.5e3, p: +2, q: .5}", json!({ "a": "some words", "n": -1500.0, "p": 2.0, "q": 0.5 }));
    check("[1, 2,, 3,]", json!([1, 2, 3]));
    check("{\"e\": \"\\u00e9\\ud83d\\ude00\\ud83d\\x\", }", json!({ "e": "é😀\u{fffd}x" }));
}

#[test]
fn what_stops_in_the_middle_is_closed() {
    check("{\"a\": [1, {\"b\": \"tex", json!({ "a": [1, { "b": "tex" }] }));
    check("{\"a\": 1, \"b\":", json!({ "a": 1, "b": null }));
    check("{\"a\": 1, \"b", json!({ "a": 1 }));
    check("```json\n{\"a\": [tru", json!({ "a": ["tru"] }));
    check("[{\"a\": 1, {\"b\": 2}]", json!([{ "a": 1, "b": 2 }]));
    check("[{\"a\": 1], 2", json!([{ "a": 1 }]));
}

#[test]
fn what_is_no_json_is_nothing() {
    for text in ["", " ", "hello", "}", "```json```", "```", "a: 1"] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn hostile_texts_are_read_in_linear_time_and_bounded_depth() {
    for unit in [
        "{",
        "[",
        "{\"a\":",
        "[\"",
        "{'",
        "/*",
        "[//",
        "\"",
        "{:",
        "{a",
        "[,",
        "```",
        "{\"a\":\"b\" ",
        "“",
        "[“ ",
        "{\"\\u",
        "{a:1 /**/ ",
        "[1 /**/ ",
    ] {
        let text = format!("[{}", unit.repeat(1_000_000 / unit.len()));
        if let Some(read) = read(&text) {
            flow::value::measure(&read.value).unwrap();
        }
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn json_inside_a_fence_and_words_is_found(value in value(), before in "[a-z ,.\n]{0,20}") {
        let fenced = format!("{before}```json\n{}\n```\nThere.", serde_json::to_string_pretty(&json!({ "v": value })).unwrap());
        prop_assert_eq!(read(&fenced).unwrap().value, json!({ "v": value.clone() }));
        let plain = format!("{before}{}", json!([value]));
        prop_assert_eq!(read(&plain).unwrap().value, json!([value]));
    }

    #[test]
    fn the_lenient_reader_agrees_with_the_strict_one(value in value()) {
        let text = json!({ "v": value }).to_string();
        // Texts with quotes in front of JSON's own signs have two readings; the strict one is tried first anyway.
        prop_assume!(!text.contains("\\\""));
        let mut reader = Reader { text: &text, at: 0, depth: 0 };
        prop_assert_eq!(reader.value(), Some(json!({ "v": value })));
    }

    #[test]
    fn cut_anywhere_it_never_breaks(value in value(), cut in 0.0..1.0f64, noise in "[\\[\\]{}\",:'a\\\\ \n]{0,20}") {
        let text = json!({ "v": value }).to_string();
        let mut at = (text.len() as f64 * cut) as usize;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        if let Some(read) = read(&format!("{}{noise}", &text[..at])) {
            prop_assert!(flow::value::measure(&read.value).is_ok());
        }
    }
}
