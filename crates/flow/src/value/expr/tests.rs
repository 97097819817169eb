//! Expressions: what they give, what they refuse, and that nothing makes them slow.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::json;

use super::*;

const NOW: Timestamp = Timestamp(1_795_142_376_123);

fn values() -> Values {
    let value = json!({
        "i": 7, "d": 2.5, "s": "héllo", "b": true, "n": null, "big": 9_007_199_254_740_993_i64,
        "l": [3, 1, 2], "o": { "k": "v", "list": [{ "x": 1 }, { "x": 2 }], "null": null },
    });
    match value {
        Value::Object(map) => map,
        _ => unreachable!("an object"),
    }
}

fn run(source: &str) -> Result<Value, String> {
    let expression = Expression::parse(source).map_err(|error| error.to_string())?;
    expression.run(&values(), NOW).map_err(|error| format!("{}: {}", error.code, error.message))
}

#[track_caller]
fn check(source: &str, expected: Value) {
    assert_eq!(run(source), Ok(expected), "{source}");
}

#[track_caller]
fn fails(source: &str, expected: &str) {
    assert_eq!(run(source), Err(expected.to_owned()), "{source}");
}

#[test]
fn operators() {
    check("1 + 2 * 3 - 4 / 2 % 3", json!(5));
    check("-7 / 2", json!(-3));
    check("(1 + 2) * 3 == 9 && !(1 > 2) || false", json!(true));
    check("i > 5 ? 'many' : i > 2 ? 'some' : 'few'", json!("many"));
    check("false ? 1 : false ? 2 : 3", json!(3));
    check("s + '!' + string(i)", json!("héllo!7"));
    check("[1] + l", json!([1, 3, 1, 2]));
    check("2 in l && 'k' in o && !('x' in o) && !(9 in l)", json!(true));
    check("- - i", json!(7));
    check("!!b && !-1 == false || true", json!(true));
    check("- --i", json!(-7));
    check("-9223372036854775808", json!(i64::MIN));
    check("0xff + 1u", json!(256));
    check(".5 + 1e3 + 1.25e-2", json!(1000.5125));
    check("i // a remark\n + 1", json!(8));
}

#[test]
fn numbers_mix_and_compare_exactly() {
    check("i * d", json!(17.5));
    check("1 + 2.5", json!(3.5));
    check("big", json!(9_007_199_254_740_993_i64));
    check("big + 1", json!(9_007_199_254_740_994_i64));
    check("big == 9007199254740992.0", json!(false));
    check("big > 9007199254740992.0", json!(true));
    check("9223372036854775807 < 9223372036854775808.0", json!(true));
    check("1 == 1.0 && 2 > 1.5 && -1.5 > -2", json!(true));
    check("[1, 2.0] == [1.0, 2]", json!(true));
    check("{'a': 1} == {'a': 1.0}", json!(true));
    check("1 == '1' || null == false", json!(false));
}

#[test]
fn parts_of_values() {
    check("o.k + o['k']", json!("vv"));
    check("o.list[1].x + l[0]", json!(5));
    check("has(o.k) && !has(o.x) && !has(o.null.x) && has(o.null)", json!(true));
    check("{'a': [1, {'b': s}], 'c': null}", json!({ "a": [1, { "b": "héllo" }], "c": null }));
    check("{1: 'x', true: 'y'}", json!({ "1": "x", "true": "y" }));
    check("{1: 'x'}[1]", json!("x"));
    check("o", values()["o"].clone());
    check("missing == null", json!(true));
}

#[test]
fn loops() {
    check("l.map(x, x * i)", json!([21, 7, 14]));
    check("l.map(x, x > 1, x * 10)", json!([30, 20]));
    check("l.filter(x, x != 1)", json!([3, 2]));
    check("l.all(x, x > 0) && l.exists(x, x == 3) && l.exists_one(x, x < 2) && !l.existsOne(x, x < 3)", json!(true));
    check("o.map(key, key)", json!(["k", "list", "null"]));
    check("l.map(x, l.filter(y, y < x).map(z, z + x))", json!([[4, 5], [], [3]]));
    check("l.map(l, l + 1)", json!([4, 2, 3]));
    check("[].all(x, 1 / 0 > 0)", json!(true));
}

#[test]
fn functions() {
    check("size(s) + s.size() + size(l) + size(o)", json!(16));
    check("s.contains('ll') && s.startsWith('h') && s.endsWith('lo')", json!(true));
    check("s.matches('^h.l+o$') && !matches(s, '^l') && s.matches('^' + 'h')", json!(true));
    check("[int('42'), int(3.9), int(-3.9), uint(4), int(timestamp(5))]", json!([42, 3, -3, 4, 5]));
    check("[double('2.5'), double(2)]", json!([2.5, 2.0]));
    check(
        "[string(1), string(2.0), string(true), string(l), string(null), string({'b': 1, 'a': [2.0]})]",
        json!(["1", "2", "true", "[3,1,2]", "", "{\"a\":[2],\"b\":1}"]),
    );
    check("[bool('t'), bool(false)]", json!([true, false]));
    check("type(1) == int && type(s) == string && type(l) == list && type(null) == null_type", json!(true));
    check("type(1.0)", json!("double"));
    check("[s.charAt(1), s.charAt(5), s.substring(1), s.substring(1, 3)]", json!(["é", "", "éllo", "él"]));
    check("[s.indexOf('l'), s.lastIndexOf('l'), s.indexOf('x')]", json!([2, 3, -1]));
    check("['Ab'.lowerAscii(), 'Ab'.upperAscii(), ' a '.trim(), 'aXbX'.replace('X', '--')]", json!(["ab", "AB", "a", "a--b--"]));
    check("['a,b'.split(','), 'añ'.split(''), ''.split(',')]", json!([["a", "b"], ["a", "ñ"], [""]]));
    check("['a', 'b'].join('-') + ['c'].join()", json!("a-bc"));
    check(
        "[math.greatest(1, 2.5, 2), math.least([3, 1]), math.abs(-2), math.ceil(1.2), math.floor(-1.2), math.round(2.5), math.trunc(-2.9)]",
        json!([2.5, 1, 2, 2.0, -2.0, 3.0, -2.0]),
    );
    check("dyn(1)", json!(1));
}

#[test]
fn time() {
    check("now", json!("2026-11-20T02:39:36.123Z"));
    check("now - duration('24h') < timestamp('2026-11-20T00:00:00Z')", json!(true));
    check("timestamp('2026-01-31 12:00:00') + duration('1h30m')", json!("2026-01-31T13:30:00Z"));
    check("timestamp('2026-01-31T12:00:00+08:00')", json!("2026-01-31T04:00:00Z"));
    check("timestamp('2026-03-01T00:00:00Z') - timestamp('2026-02-28T23:59:58.5Z')", json!("1.5s"));
    check(
        "[now.getFullYear(), now.getMonth(), now.getDate(), now.getDayOfMonth(), now.getDayOfYear(), now.getDayOfWeek()]",
        json!([2026, 10, 20, 19, 323, 5]),
    );
    check("[now.getHours(), now.getMinutes(), now.getSeconds(), now.getMilliseconds()]", json!([2, 39, 36, 123]));
    check("[now.getHours('Asia/Shanghai'), now.getHours('-05:30'), now.getHours('+08:00')]", json!([10, 21, 10]));
    check("[duration('90m').getHours(), duration('90m').getMinutes(), duration('-1.5s').getMilliseconds()]", json!([1, 90, -1500]));
    check("[duration('1h'), duration('-1ms'), duration('0')]", json!(["3600s", "-0.001s", "0s"]));
}

#[test]
fn texts() {
    check(
        r#"'a\n\t\\\'\x41\u00e9\U0001F600\101' + "b" + r'\n' + '''x'y''' + """z
""""#,
        json!("a\n\t\\'AéA😀".replace("AéA😀", "Aé😀A") + "b\\nx'yz\n"),
    );
}

#[test]
fn a_term_that_decides_makes_up_for_one_that_fails() {
    check("1 / 0 > 0 || true", json!(true));
    check("false && 1 / 0 > 0", json!(false));
    check("1 / 0 > 0 && false", json!(false));
    check("[0, 1].exists(x, 1 / x == 1)", json!(true));
    check("[0, 1].all(x, 1 / x == 2)", json!(false));
    fails("1 / 0 > 0 || false", "expression_failed: division by zero");
    fails("[1, 0].all(x, 1 / x == 1)", "expression_failed: division by zero");
}

#[test]
fn failures_say_what_is_wrong() {
    fails("o.x", "expression_failed: there is no key `x`; has(….x) tells whether there is");
    fails("n.x", "expression_failed: `.x` looks into a map, but found null_type");
    fails("l[3]", "expression_failed: the index is out of range: the list has 3 elements");
    fails("l[-1]", "expression_failed: the index is out of range: the list has 3 elements");
    fails("s + i", "expression_failed: `+` does not take string and int");
    fails("s < i", "expression_failed: `<` does not take string and int");
    fails("i && b", "expression_failed: expected true or false, but found int");
    fails("9223372036854775807 + 1", "expression_failed: the result does not fit into 64 bits");
    fails("-9223372036854775808 / -1", "expression_failed: the result does not fit into 64 bits");
    fails("-(-9223372036854775808)", "expression_failed: the result does not fit into 64 bits");
    fails("5 % 0", "expression_failed: division by zero");
    fails("1.0 / 0", "expression_failed: the result is no finite number");
    fails("{'a': 1, 'a': 2}", "expression_failed: a map has a key twice");
    fails("{1.5: 1}", "expression_failed: the keys of a map are texts, integers or booleans, not double");
    fails("s.size(1)", "1:3: `size` does not take 2 arguments");
    fails("int('x')", "expression_failed: `int` cannot make an integer of this string");
    fails(
        "timestamp('99999-01-01T00:00:00Z')",
        "expression_failed: `timestamp` reads `2026-01-31T12:00:00Z` and `2026-01-31 12:00:00`, and takes seconds since 1970",
    );
    fails("now + duration('9999h') + duration('2562047h') * 2", "expression_failed: `*` does not take duration and int");
    fails(
        "now.getHours('Moon')",
        "expression_failed: this time zone is not known; take a name like `Asia/Shanghai` or an offset like `+08:00`",
    );
    fails("s.substring(3, 1)", "expression_failed: `substring` ends before it begins");
    fails("s.charAt(6)", "expression_failed: the position lies outside the text");
}

#[test]
fn syntax_errors_have_a_place() {
    fails("", "1:1: expected a value, found the end");
    fails("1 +\n  * 2", "2:3: expected a value, found `*`");
    fails("é", "1:1: unexpected character `é`");
    fails("'é' é", "1:5: unexpected character `é`");
    fails("a b", "1:3: unexpected `b`");
    fails("(a", "1:3: expected `)`, found the end");
    fails("a ? b", "1:6: expected `:`, found the end");
    fails("'abc", "1:1: this text does not end");
    fails("'a\nb'", "1:1: this text does not end on its line");
    fails(r"'\q'", "1:2: `\\q` stands for nothing; a backslash is written `\\\\`");
    fails(r"'\ud800'", "1:2: this escape stands for no character");
    fails("b'x'", "1:1: bytes are not supported; use a text");
    fails("9223372036854775808", "1:1: this number is no integer of 64 bits");
    fails("-9223372036854775809", "1:2: this number is no integer of 64 bits");
    fails("1e999", "1:1: this number is too large");
    fails("12ab", "1:3: a number ends here, but letters follow");
    fails("a.", "1:3: expected a name after `.`, found the end");
    fails("system('x')", "1:1: there is no function `system`");
    fails("a.exec()", "1:3: there is no function `exec`");
    fails("has(a)", "1:1: `has` takes a field: `has(a.b)`");
    fails("s.matches('(')", "1:3: this is no pattern, or one that is too large");
    fails("l.map(1, 2)", "1:7: expected the name of a variable");
    fails("l.all(x, 1, 2)", "1:15: a loop takes a variable and an expression");
    fails("a = 1", "1:3: unexpected `=`");
}

#[test]
fn names_are_the_inputs() {
    let names = |source: &str| Expression::parse(source).unwrap().names().into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(names("b.c + a[b] + size(d) + now.getHours()"), ["b", "a", "d"]);
    assert_eq!(names("l.map(x, x + y) + x"), ["l", "y", "x"]);
    assert_eq!(names("math.abs(math) > 0 && type(a) == int"), ["math", "a"]);
}

#[test]
fn nesting_is_limited() {
    for (source, message) in [
        (format!("{}1{}", "(".repeat(1000), ")".repeat(1000)), "brackets inside each other"),
        (format!("{}{}", "[".repeat(1000), "]".repeat(1000)), "brackets inside each other"),
        (format!("{}1{}", "{'a':".repeat(1000), "}".repeat(1000)), "brackets inside each other"),
        (format!("{}1{}", "size(".repeat(1000), ")".repeat(1000)), "brackets inside each other"),
        (format!("{}1{}", "-(".repeat(1000), ")".repeat(1000)), "brackets inside each other"),
        (format!("a{}", ".a".repeat(1000)), "operations inside each other"),
        (format!("a{}", "[0]".repeat(1000)), "operations inside each other"),
        (format!("a{}", " + a".repeat(1000)), "operations inside each other"),
        (format!("a{}", ".trim()".repeat(1000)), "operations inside each other"),
        (format!("{}x", "l.map(x, ".repeat(10)), "loops inside each other"),
        ("1".repeat(MAX_SOURCE + 1), "an expression has at most"),
    ] {
        let error = Expression::parse(&source).unwrap_err();
        assert!(error.message.contains(message), "{error}");
    }
    for source in [
        format!("{}b", "!".repeat(10_000)),
        format!("{}1", "i < 1 ? 1 : ".repeat(1000)),
        format!("b{}", " && b".repeat(2000)),
        format!("[{}]", "1,".repeat(5000)),
        // As deep as it may be, on the stack of a test's thread.
        format!("1{}", " + 1".repeat(MAX_DEPTH - 1)),
        format!("{}i{}", "-(".repeat(MAX_NESTING - 1), ")".repeat(MAX_NESTING - 1)),
        format!("{}[0]{}{}", "l.map(x, ".repeat(MAX_LOOPS), " + [0]".repeat(MAX_DEPTH - 2 * MAX_LOOPS), ")".repeat(MAX_LOOPS)),
    ] {
        let expression = Expression::parse(&source).unwrap();
        assert!(expression.run(&values(), NOW).is_ok(), "{source}");
    }
}

/// What it costs to refuse: a debug build on a busy machine has ten seconds for each.
#[test]
fn hostile_expressions_end() {
    let Value::Object(values) = json!({
        "big": (0..100_000).collect::<Vec<_>>(),
        "text": "a".repeat(1_000_000),
        "texts": vec!["a".repeat(1000); 1000],
        "same": vec![vec!["x"; 100]; 1000],
    }) else {
        unreachable!("an object")
    };
    let spent = "expression_limit";
    for (source, code) in [
        ("big.map(a, big.map(b, big.map(c, big.map(d, d))))".to_owned(), spent),
        ("big.all(x, x in big)".to_owned(), spent),
        ("big.map(x, big)".to_owned(), spent),
        ("big.map(x, big + big)".to_owned(), spent),
        ("big.filter(x, big == big && false)".to_owned(), spent),
        ("same.filter(x, same == same)".to_owned(), spent),
        (format!("text{}", " + text".repeat(150)), spent),
        ("text.replace('a', text)".to_owned(), spent),
        ("text.replace('', text)".to_owned(), spent),
        ("big.map(x, text.replace('a', 'bb'))".to_owned(), spent),
        ("big.map(x, text.split(''))".to_owned(), spent),
        ("big.map(x, size(text))".to_owned(), spent),
        ("big.map(x, texts.join(text))".to_owned(), spent),
        ("big.map(x, text.matches('(a*)*b'))".to_owned(), spent),
        ("text.matches('(a|aa|aaa){1,40}(b|a?){1,40}c')".to_owned(), spent),
        ("big.map(x, 'x'.matches('a{0,500}' + string(x)))".to_owned(), spent),
        ("big.map(x, {'a': text + 'b'})".to_owned(), spent),
        ("big.map(x, string(big))".to_owned(), spent),
        ("texts.all(x, texts.all(y, x == y))".to_owned(), spent),
        ("true || big.all(x, big.all(y, x == y || true))".to_owned(), "ok"),
    ] {
        let expression = Expression::parse(&source).unwrap();
        let began = Instant::now();
        let result = expression.run(&values, NOW);
        let took = began.elapsed();
        assert_eq!(result.err().map_or("ok".to_owned(), |error| error.code), code, "{source}");
        assert!(took < Duration::from_secs(10), "{source} took {took:?}");
    }
    for pattern in ["(a{1000}){1000}", "((a{0,100}){0,100}){0,100}", r"\\w{5000}"] {
        assert!(Expression::parse(&format!("'x'.matches('{pattern}')")).is_err());
    }
}

/// The same expression by the `cel` crate.
fn oracle(source: &str, values: &Values) -> Option<Value> {
    let program = cel::Program::compile(source).ok()?;
    let mut context = cel::Context::default();
    for (name, value) in values {
        context.add_variable_from_value(name.as_str(), to_cel(value));
    }
    from_cel(&program.execute(&context).ok()?)
}

fn to_cel(value: &Value) -> cel::Value {
    match value {
        Value::Null => cel::Value::Null,
        Value::Bool(b) => cel::Value::Bool(*b),
        Value::Number(n) => n.as_i64().map_or_else(|| cel::Value::Float(n.as_f64().unwrap()), cel::Value::Int),
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => items.iter().map(to_cel).collect::<Vec<_>>().into(),
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.clone(), to_cel(value))).collect::<std::collections::HashMap<_, _>>().into()
        }
    }
}

fn from_cel(value: &cel::Value) -> Option<Value> {
    Some(match value {
        cel::Value::Null => Value::Null,
        cel::Value::Bool(b) => (*b).into(),
        cel::Value::Int(i) => (*i).into(),
        cel::Value::UInt(u) => (*u).into(),
        cel::Value::Float(x) => serde_json::Number::from_f64(*x)?.into(),
        cel::Value::String(text) => text.as_str().into(),
        cel::Value::List(items) => items.iter().map(from_cel).collect::<Option<Vec<_>>>()?.into(),
        cel::Value::Map(map) => {
            let entries = map.map.iter().map(|(key, value)| Some((key.to_string(), from_cel(value)?)));
            Value::Object(entries.collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// Sources of some type over `values()`.
fn source() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "1",
        "0",
        "-3",
        "2.5",
        "-0.5",
        "'ab'",
        "''",
        "true",
        "false",
        "null",
        "i",
        "d",
        "s",
        "b",
        "n",
        "big",
        "l",
        "o",
        "[]",
        "[1, 'a']",
        "{'k': 2}",
        "o.k",
        "o.list",
        "l[0]",
        "o.list[0].x",
        "o.missing",
        "9223372036854775807",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        let op = prop::sample::select(vec!["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "in"]);
        let call = prop::sample::select(vec!["size", "string", "int", "double", "type"]);
        let method = prop::sample::select(vec!["contains", "startsWith", "endsWith"]);
        let each = prop::sample::select(vec!["map", "filter", "all", "exists", "exists_one"]);
        prop_oneof![
            (two.clone(), op).prop_map(|((a, b), op)| format!("({a} {op} {b})")),
            (inner.clone(), two.clone()).prop_map(|(c, (a, b))| format!("({c} ? {a} : {b})")),
            (two.clone(), method).prop_map(|((a, b), method)| format!("{a}.{method}({b})")),
            (inner.clone(), call).prop_map(|(a, call)| format!("{call}({a})")),
            (two.clone(), each).prop_map(|((a, b), each)| format!("{a}.{each}(x, {b})")),
            (two.clone(), Just("map")).prop_map(|((a, b), each)| format!("{a}.{each}(x, x == {b})")),
            two.prop_map(|(a, b)| format!("{a}[{b}]")),
            inner.clone().prop_map(|a| format!("!{a}")),
            inner.prop_map(|a| format!("-({a})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(2000)))]

    #[test]
    fn what_the_cel_crate_gives_is_given_here(source in source()) {
        let values = values();
        if let Some(expected) = oracle(&source, &values) {
            let found = Expression::parse(&source).unwrap().run(&values, NOW);
            prop_assert_eq!(found.as_ref(), Ok(&expected), "{}", source);
        }
    }

    #[test]
    fn no_source_breaks_it(source in r#"([a-z(){}\[\].,:?!'"\\+*/%<>=&|-]|[0-9]|true|l\.map\(x,|now| |é){0,40}"#) {
        if let Ok(expression) = Expression::parse(&source) {
            let _ = expression.run(&values(), NOW);
        }
    }

    #[test]
    fn durations_come_back(millis in -1_000_000_000_000_i64..1_000_000_000_000) {
        let written = time::span_text(chrono::TimeDelta::milliseconds(millis));
        let expression = Expression::parse(&format!("duration('{written}').getMilliseconds()")).unwrap();
        prop_assert_eq!(expression.run(&Values::new(), NOW).unwrap(), json!(millis));
    }
}
