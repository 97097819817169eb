//! Templates: what is a reference, what it gives.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::value::Values;

fn inputs(values: Value, absent: &[&str]) -> Inputs {
    let Value::Object(values) = values else { unreachable!("inputs are objects") };
    Inputs { values, absent: absent.iter().map(|&name| name.to_owned()).collect() }
}

#[track_caller]
fn check(text: &str, values: Value, expected: &str) {
    assert_eq!(Template::parse(text).render(&inputs(values, &[])).unwrap(), expected);
}

#[test]
fn references_are_replaced_by_their_values() {
    check("{{a}} and {{ b }}!", json!({ "a": 1, "b": "two" }), "1 and two!");
    check("{{o.k}}{{o.l[1].m}}", json!({ "o": { "k": "x", "l": [0, { "m": 2.50 }] } }), "x2.5");
    check("{{o}}", json!({ "o": { "b": 1.0, "a": ["<"] } }), r#"{"a":["<"],"b":1}"#);
    check(r#"{{ a["k.l"] }}{{a['m']}}"#, json!({ "a": { "k.l": 1, "m": 2 } }), "12");
    check("{{m[1][0]}}", json!({ "m": [[1], [2]] }), "2");
    check("{{名.字}}", json!({ "名": { "字": "好" } }), "好");
    check("", json!({}), "");
}

#[test]
fn coze_s_example_of_mismatched_types_reads_as_there() {
    let values = json!({
        "int_a": false, "input": [], "obj_str": { "s": [2, false] }, "arr_str": [{ "a": 1 }], "num_a": 3,
        "bool_a": 0.0, "obj": "{\"b\":true}", "output1": "I don't know.",
    });
    let text = "{{int_a}} {{input}} {{obj_str}} {{arr_str}} {{num_a}} {{bool_a}} {{obj}}\n{{output1}} {{arr_str[0]}} {{obj_str.s[1]}}";
    check(text, values, "false [] {\"s\":[2,false]} [{\"a\":1}] 3 0 {\"b\":true}\nI don't know. {\"a\":1} false");
}

#[test]
fn what_is_not_there_stays_as_written() {
    check("{{x}} {{ o.k }} {{s.k}} {{s[0]}} {{o[0]}}", json!({ "o": {}, "s": "text" }), "{{x}} {{ o.k }} {{s.k}} {{s[0]}} {{o[0]}}");
}

#[test]
fn null_and_what_lies_in_it_is_nothing() {
    check("[{{n}}|{{n.k}}|{{o.n}}|{{o.n.k}}]", json!({ "n": null, "o": { "n": null } }), "[|||]");
}

#[test]
fn a_skipped_source_is_nothing_even_where_a_zero_stands_for_it() {
    let given = inputs(json!({ "a": 0, "l": [] }), &["a", "l", "b"]);
    assert_eq!(Template::parse("<{{a}}{{l[3]}}{{b.c}}>").render(&given).unwrap(), "<>");
}

#[test]
fn indexes_beyond_a_list_and_into_null_are_errors() {
    let render = |text: &str| Template::parse(text).render(&inputs(json!({ "l": [1], "n": null }), &[])).unwrap_err().code;
    assert_eq!(render("{{l[1]}}"), "template_index");
    assert_eq!(render("{{l[99999999999999999999999999]}}"), "template_index");
    assert_eq!(render("{{n[0]}}"), "template_null");
}

#[test]
fn what_is_no_reference_is_text() {
    let values = json!({ "a": 1 });
    for text in [
        "{{}}",
        "{{ }}",
        "{{a",
        "{a}",
        "{{a}",
        "}}{{",
        "{{a}b}}",
        "{{.a}}",
        "{{a.}}",
        "{{a..b}}",
        "{{a[}}",
        "{{a[x]}}",
        "{{a[-1]}}",
        "{{a]}}",
        "{\"k\":{\"l\":1}}",
    ] {
        check(text, values.clone(), text);
    }
    check("{{{a}}}", values.clone(), "{{{a}}}");
    check("{{b{{a}}", values.clone(), "{{b{{a}}");
    check("{{a} {{a}}", values, "{{a} 1");
}

#[test]
fn names_are_told_once_in_order() {
    assert_eq!(Template::parse("{{b.c}}{{a}}{{b}} {{ d[0] }}").names(), ["b", "a", "d"]);
}

#[test]
fn the_text_is_limited() {
    let given = inputs(json!({ "a": "x".repeat(1000) }), &[]);
    let template = Template::parse(&"{{a}}".repeat(1000));
    assert_eq!(template.render_within(&given, 999_999).unwrap_err().code, "text_too_long");
    assert_eq!(template.render_within(&given, 1_000_000).unwrap().len(), 1_000_000);
}

#[test]
fn texts_of_braces_are_cut_in_linear_time() {
    for unit in ["{", "{{", "{{a", "{{a}", "{{}", "}", "{{a}}", "{{a["] {
        let text = unit.repeat(1_000_000 / unit.len());
        let template = Template::parse(&text);
        assert_eq!(template.render(&Inputs::default()).unwrap(), text);
    }
}

proptest! {
    #[test]
    fn parts_make_up_the_text_again(text in r#"([{}]{1,3}|[ab.\[\]0-9" ]|é){0,40}"#) {
        let written: String = Template::parse(&text).parts.iter().map(|part| match part {
            Part::Text(text) => text.as_str(),
            Part::Reference { raw, .. } => raw.as_str(),
        }).collect();
        prop_assert_eq!(&written, &text);
        prop_assert_eq!(Template::parse(&text).render(&Inputs::default()).unwrap(), text);
    }

    #[test]
    fn references_are_what_the_pattern_says(text in r"([{}]{1,3}|[ab. ]){0,40}") {
        let pattern = regex::Regex::new(r"\{\{\s*([^}]+)\s*\}\}").unwrap();
        let expected: Vec<_> = pattern.find_iter(&text).map(|found| found.as_str().to_owned()).collect();
        let found: Vec<_> = Template::parse(&text).parts.into_iter().filter_map(|part| match part {
            Part::Reference { raw, .. } => Some(raw),
            Part::Text(_) => None,
        }).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn nothing_breaks_it(text in ".{0,60}", value in crate::value::arbitrary::value()) {
        let mut values = Values::new();
        values.insert("a".into(), value);
        let _ = Template::parse(&format!("{text}{{{{a.b[0]}}}}")).render(&Inputs { values, absent: Vec::new() });
    }
}
