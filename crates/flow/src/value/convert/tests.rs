//! Conversion: every pair of types, paths of warnings, filling, defaults.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::value::{FileKind, arbitrary};
use crate::workflow::Input;

fn list(of: Type) -> Type {
    Type::List(Box::new(of))
}

fn object(fields: &[(&str, Type)]) -> Type {
    Type::Object(fields.iter().map(|(name, ty)| Field::new(*name, ty.clone())).collect())
}

/// Converts leniently without a warning, and strictly.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "the calls are easier to read")]
fn check(value: Value, ty: &Type, expected: Value) {
    for strictness in [Strictness::Lenient, Strictness::Strict] {
        let converted = convert(value.clone(), ty, strictness).unwrap();
        assert_eq!(converted, Converted { value: expected.clone(), warnings: Vec::new() });
    }
}

/// Becomes nothing with these warnings, and fails strictly.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "the calls are easier to read")]
fn misfit(value: Value, ty: &Type, expected: Value, warnings: &[&str]) {
    let converted = convert(value.clone(), ty, Strictness::Lenient).unwrap();
    assert_eq!(converted.value, expected);
    assert_eq!(converted.warnings, warnings);
    let error = convert(value, ty, Strictness::Strict).unwrap_err();
    assert_eq!((error.code.as_str(), error.message.as_str(), error.transient), ("type_mismatch", warnings[0], false));
}

#[test]
fn null_fits_everything() {
    for ty in [
        Type::String,
        Type::Integer,
        Type::Number,
        Type::Boolean,
        Type::Time,
        Type::Object(vec![]),
        list(Type::Any),
        Type::File(FileKind::Any),
        Type::Any,
    ] {
        check(json!(null), &ty, json!(null));
    }
}

#[test]
fn anything_becomes_text() {
    check(json!("x"), &Type::String, json!("x"));
    check(json!(-7), &Type::String, json!("-7"));
    check(json!(1e20), &Type::String, json!("100000000000000000000"));
    check(json!(2.50), &Type::String, json!("2.5"));
    check(json!(true), &Type::String, json!("true"));
    check(json!({ "b": [1.0], "a": null }), &Type::String, json!(r#"{"a":null,"b":[1]}"#));
    check(json!([1, "x"]), &Type::Time, json!(r#"[1,"x"]"#));
}

#[test]
fn integers_are_cut_numbers_and_decimal_texts() {
    check(json!(5), &Type::Integer, json!(5));
    check(json!(3.9), &Type::Integer, json!(3));
    check(json!(-3.9), &Type::Integer, json!(-3));
    check(json!("-42"), &Type::Integer, json!(-42));
    check(json!("9223372036854775807"), &Type::Integer, json!(i64::MAX));
    let no = "the value should be an integer, but is a text that cannot be read as one";
    for text in ["", " 1", "1.5", "1e3", "9223372036854775808", "x"] {
        misfit(json!(text), &Type::Integer, json!(null), &[no]);
    }
    for number in [json!(u64::MAX), json!(1e19), json!(9_223_372_036_854_775_808_f64)] {
        misfit(number, &Type::Integer, json!(null), &["the value should be an integer, but is a number that does not fit"]);
    }
    check(json!(-9_223_372_036_854_775_808_f64), &Type::Integer, json!(i64::MIN));
    misfit(json!(true), &Type::Integer, json!(null), &["the value should be an integer, but is a boolean"]);
}

#[test]
fn numbers_are_doubles() {
    check(json!(2), &Type::Number, json!(2.0));
    check(json!(2.5), &Type::Number, json!(2.5));
    check(json!("1e3"), &Type::Number, json!(1000.0));
    for text in ["", "inf", "NaN", "1,5"] {
        misfit(json!(text), &Type::Number, json!(null), &["the value should be a number, but is a text that cannot be read as one"]);
    }
    misfit(json!(true), &Type::Number, json!(null), &["the value should be a number, but is a boolean"]);
}

#[test]
fn booleans_are_booleans_or_their_names() {
    check(json!(true), &Type::Boolean, json!(true));
    for text in ["1", "t", "T", "TRUE", "true", "True"] {
        check(json!(text), &Type::Boolean, json!(true));
    }
    for text in ["0", "f", "F", "FALSE", "false", "False"] {
        check(json!(text), &Type::Boolean, json!(false));
    }
    misfit(json!("yes"), &Type::Boolean, json!(null), &["the value should be a boolean, but is a text that cannot be read as one"]);
    misfit(json!(1), &Type::Boolean, json!(null), &["the value should be a boolean, but is a number that does not fit"]);
}

#[test]
fn objects_and_lists_are_read_from_text() {
    let person = object(&[("name", Type::String), ("age", Type::Integer)]);
    check(json!(r#"{"name":"a","age":"3","more":[1]}"#), &person, json!({ "name": "a", "age": 3, "more": [1] }));
    check(json!(r#"["{\"age\":1.0}"]"#), &list(person.clone()), json!([{ "age": 1 }]));
    misfit(json!("[]"), &person, json!(null), &["the value should be an object, but is a text that is no JSON object"]);
    misfit(json!("what"), &list(Type::Integer), json!([]), &["the value should be a list, but is a text that is no JSON list"]);
    misfit(json!(3), &list(Type::Integer), json!([]), &["the value should be a list, but is a number that does not fit"]);
    misfit(json!([1]), &person, json!(null), &["the value should be an object, but is a list"]);
    misfit(
        json!(format!("{}{}", "[".repeat(500), "]".repeat(500))),
        &list(Type::Any),
        json!([]),
        &["the value should be a list, but is a text that is no JSON list"],
    );
}

#[test]
fn misfits_inside_are_named_by_their_path() {
    let ty = object(&[("a", list(object(&[("b", Type::Integer), ("l", list(Type::Boolean))])))]);
    misfit(
        json!({ "a": [{ "b": 1 }, { "b": "x", "l": [true, "x"] }, 7, { "l": "y" }] }),
        &ty,
        json!({ "a": [{ "b": 1 }, { "b": null, "l": [true] }, null, { "l": [] }] }),
        &[
            "a.1.b should be an integer, but is a text that cannot be read as one",
            "a.1.l.1 should be a boolean, but is a text that cannot be read as one",
            "a.2 should be an object, but is a number that does not fit",
            "a.3.l should be a list, but is a text that is no JSON list",
        ],
    );
}

#[test]
fn elements_that_do_not_fit_are_left_out() {
    misfit(
        json!([1, "x", "2"]),
        &list(Type::Integer),
        json!([1, 2]),
        &["1 should be an integer, but is a text that cannot be read as one"],
    );
    misfit(
        json!([[1, "x"], 3]),
        &list(list(Type::Integer)),
        json!([[1]]),
        &["0.1 should be an integer, but is a text that cannot be read as one", "1 should be a list, but is a number that does not fit"],
    );
}

#[test]
fn many_misfits_are_counted() {
    let converted = convert(json!(vec!["x"; 1000]), &list(Type::Integer), Strictness::Lenient).unwrap();
    assert_eq!(converted.warnings.len(), MAX_WARNINGS + 1);
    assert_eq!(converted.warnings[MAX_WARNINGS], "and 950 more values that do not fit");
}

#[test]
fn required_fields_are_required_either_way() {
    let ty = object(&[("o", list(Type::Object(vec![Field::required("k", Type::String)])))]);
    for strictness in [Strictness::Lenient, Strictness::Strict] {
        let error = convert(json!({ "o": [{ "k": null }, {}] }), &ty, strictness).unwrap_err();
        assert_eq!((error.code.as_str(), error.message.as_str()), ("missing_required", "o.1.k is required, but was not given"));
    }
}

#[test]
fn a_file_loses_its_name() {
    let file = Type::File(FileKind::Image);
    check(json!("http://h/a.jpeg?x-wf-file_name=b%20c.jpeg"), &file, json!("http://h/a.jpeg"));
    check(json!("http://h/a?z=1&x-wf-file_name=b&a=2&a=1#x"), &file, json!("http://h/a?a=2&a=1&z=1#x"));
    check(json!("http://h/a?z=1&a=2"), &file, json!("http://h/a?z=1&a=2"));
    check(json!("http://h/x-wf-file_name?b#?x-wf-file_name=1"), &file, json!("http://h/x-wf-file_name?b#?x-wf-file_name=1"));
    check(json!({ "url": "u" }), &file, json!({ "url": "u" }));
    misfit(json!(1), &file, json!(null), &["the value should be a file, but is a number that does not fit"]);
}

fn values(value: Value) -> Values {
    match value {
        Value::Object(map) => map,
        _ => unreachable!("values are objects"),
    }
}

fn input(name: &str, ty: Type) -> Input {
    Input { name: name.into(), ty, value: None }
}

#[test]
fn inputs_that_do_not_fit_or_came_to_nothing_are_zeros() {
    let declared = [
        input("wrong", Type::Boolean),
        input("gone", Type::Integer),
        input("null", list(Type::Number)),
        input("list", list(Type::Integer)),
        input("o", object(&[("a", Type::String), ("l", list(object(&[("b", Type::Integer)])))])),
    ];
    let given = values(json!({ "wrong": 2, "null": null, "list": "no", "o": { "l": [{}] }, "more": 1 }));
    let filled = inputs(given.clone(), &declared, true, Strictness::Lenient).unwrap();
    assert_eq!(
        Value::Object(filled.value.values),
        json!({ "null": null, "o": { "l": [{ "b": null }], "a": null }, "more": 1, "wrong": false, "gone": 0, "list": [] })
    );
    assert_eq!(filled.value.absent, ["gone"]);
    assert_eq!(
        filled.warnings,
        ["wrong should be a boolean, but is a number that does not fit", "list should be a list, but is a text that is no JSON list",]
    );
    let bare = inputs(given, &declared, false, Strictness::Lenient).unwrap();
    assert_eq!(Value::Object(bare.value.values), json!({ "null": null, "o": { "l": [{}] }, "more": 1 }));
}

#[test]
fn outputs_that_were_not_given_are_null() {
    let list_of_people = Field::new("output_list", list(object(&[("name", Type::String), ("age", Type::Integer)])));
    let declared = [list_of_people, Field::new("more", Type::String)];
    let given = values(json!({ "output_list": [{ "name": "user_1" }, { "age": 2 }] }));
    let made = outputs(given, &declared, true, Strictness::Lenient).unwrap();
    assert_eq!(
        Value::Object(made.value),
        json!({ "output_list": [{ "name": "user_1", "age": null }, { "name": null, "age": 2 }], "more": null })
    );
    let error = outputs(Values::new(), &[Field::required("r", Type::String)], true, Strictness::Lenient).unwrap_err();
    assert_eq!((error.code.as_str(), error.message.as_str()), ("missing_required", "r is required, but was not given"));
    assert_eq!(outputs(Values::new(), &declared, false, Strictness::Lenient).unwrap().value, Values::new());
}

/// The fields of the example canvas about defaults.
fn fields() -> Vec<Field> {
    let field = |name: &str, ty: Type, default: Value| Field { default: Some(default), ..Field::new(name, ty) };
    vec![
        field("str", Type::String, json!("str")),
        field("inter", Type::Integer, json!("100")),
        field("number", Type::Number, json!("12.4")),
        field("bool", Type::Boolean, json!(false)),
        field("ts", Type::Time, json!("2025-07-09 21:43:34")),
        field("object", Type::Object(vec![]), json!("{\"a\":\"1\"}")),
        field("array", list(Type::String), json!("[\"1\",\"2\"]")),
        field("files", Type::File(FileKind::Image), json!("http://h/e.jpeg?x-wf-file_name=2.jpeg")),
    ]
}

#[test]
fn defaults_stand_for_what_is_missing_or_empty() {
    let check = |given: Value, expected: Value| {
        let made = start(values(given), &fields(), Strictness::Strict).unwrap();
        assert_eq!(Value::Object(made.value), expected);
    };
    let defaults = json!({
        "str": "str", "inter": 100, "number": 12.4, "bool": false, "ts": "2025-07-09 21:43:34",
        "object": { "a": "1" }, "array": ["1", "2"], "files": "http://h/e.jpeg",
    });
    check(json!({}), defaults.clone());
    check(json!({ "str": "", "inter": "", "number": null, "object": {}, "array": [] }), defaults.clone());
    let mut mixed = defaults;
    mixed["str"] = json!("value");
    mixed["array"] = json!(["a", "b"]);
    mixed["bool"] = json!(true);
    mixed["inter"] = json!(0);
    check(json!({ "str": "value", "array": "[\"a\",\"b\"]", "object": "{}", "bool": "true", "inter": 0 }), mixed);
}

#[test]
fn what_must_be_given_to_the_start_must_be_given() {
    let fields = [Field::required("r", Type::String), Field::new("o", Type::Integer)];
    let code = |given: Value| start(values(given), &fields, Strictness::Lenient).map(|made| Value::Object(made.value)).map_err(|e| e.code);
    assert_eq!(code(json!({})), Err("missing_required".into()));
    assert_eq!(code(json!({ "r": null })), Err("missing_required".into()));
    assert_eq!(code(json!({ "r": "" })), Ok(json!({ "r": "", "o": null })));
    assert_eq!(code(json!({ "r": 1, "o": "x" })), Ok(json!({ "r": "1", "o": null })));
}

proptest! {
    #[test]
    fn what_was_converted_fits_and_stays(value in arbitrary::value(), ty in arbitrary::ty()) {
        if let Ok(converted) = convert(value.clone(), &ty, Strictness::Lenient) {
            prop_assert!(fits(&converted.value, &ty), "{} as {ty:?}", converted.value);
            let again = convert(converted.value.clone(), &ty, Strictness::Strict).unwrap();
            prop_assert_eq!(again, Converted { value: converted.value.clone(), warnings: Vec::new() });
            match convert(value, &ty, Strictness::Strict) {
                Ok(strict) => {
                    prop_assert!(converted.warnings.is_empty());
                    prop_assert_eq!(strict.value, converted.value);
                }
                Err(error) => {
                    prop_assert!(!converted.warnings.is_empty());
                    prop_assert_eq!(error.code, "type_mismatch");
                }
            }
        }
    }
}
