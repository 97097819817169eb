//! Choices, repetitions, and templates made to be slow.

use serde_json::{Value, json};

use super::*;
use crate::testkit::{NOW, inputs, node, pure, run, wrong};

fn template(text: &str) -> Node {
    node(json!({ "template": text }), json!({ "a": "any", "l": "any", "o": "any" }), json!({}))
}

fn written(text: &str, given: Value) -> Result<String, String> {
    let output = run(&pure(&Template, &template(text)), given).map_err(|error| error.code)?;
    Ok(output.values["output"].as_str().unwrap().to_owned())
}

#[test]
fn values_choices_and_repetitions() {
    let check = |text: &str, given: Value, expected: &str| assert_eq!(written(text, given), Ok(expected.to_owned()), "{text}");
    check("", json!({}), "");
    check("a { b } {c", json!({}), "a { b } {c");
    check("{{ a }}, {{a + 1}}{# note #}!", json!({ "a": 2 }), "2, 3!");
    check("[{{ a }}]", json!({ "a": null }), "[]");
    check("{{ {'k': {'b': a}} }}", json!({ "a": "}}" }), r#"{"k":{"b":"}}"}}"#);
    check("{{ '}}' + \"%}\" }}", json!({}), "}}%}");
    check("{% if a > 1 %}many{% elif a == 1 %}one{% else %}none{% endif %}", json!({ "a": 1 }), "one");
    check("{% if l %}x{% endif %}{% if o %}y{% endif %}", json!({ "l": [], "o": { "k": 1 } }), "y");
    check("{% for x in l %}{{ loop.index }}{{ x }}{% if !loop.last %},{% endif %}{% endfor %}", json!({ "l": ["a", "b"] }), "1a,2b");
    check("{% for x in l %}x{% else %}empty{% endfor %}", json!({ "l": [] }), "empty");
    check("{% for x in o %}{{ x.key }}={{ x.value }};{% endfor %}", json!({ "o": { "k": 1, "m": 2 } }), "k=1;m=2;");
    check(
        "{% for a in l %}{% for b in a %}{{ loop.index0 }}{{ b }}{% endfor %}{{ loop.index }}{% endfor %}{{ a }}",
        json!({ "l": [[7], [8]], "a": "A" }),
        "071082A",
    );
    check("a \n {%- if true -%}  b  {%- endif -%} \n c", json!({}), "abc");
}

#[test]
fn a_skipped_input_is_null() {
    let template = pure(&Template, &template("{{ a == null }}"));
    let mut given = inputs(json!({ "a": 0 }));
    given.absent = vec!["a".into()];
    assert_eq!(template.run(&given, NOW).unwrap().values["output"], json!("true"));
}

#[test]
fn faults_are_found_before_a_run() {
    for text in [
        "{{ a",
        "{{ }}",
        "{% if a %}",
        "{% if a %}{% endfor %}",
        "{% endif %}",
        "{% for x %}{% endfor %}",
        "{% for 1 in l %}{% endfor %}",
        "{% set x = 1 %}",
        "{{ a | upper }}",
        "{% include 'x' %}",
        "{# open",
        "{% if a %}{% else %}{% elif a %}{% endif %}",
        "{{ a.__class__( }}",
    ] {
        assert_eq!(wrong(&Template, &template(text)), [("invalid_template".into(), "/params/template".into())], "{text}");
    }
    let deep = format!("{}{}", "{% if a %}".repeat(17), "{% endif %}".repeat(17));
    assert_eq!(wrong(&Template, &template(&deep)).len(), 1);
    assert_eq!(wrong(&Template, &template(&"x".repeat(70_000))).len(), 1);
    // Names of a loop are known inside it only.
    assert_eq!(
        wrong(&Template, &template("{% for x in l %}{{ x }}{% endfor %}{{ x }}{{ y }}")),
        [("unknown_input".into(), "/params/template".into()), ("unknown_input".into(), "/params/template".into())]
    );
    let line = super::parse::parse("a\n\n{{ ) }}").unwrap_err();
    assert!(line.starts_with("line 3: "), "{line}");
}

#[test]
fn no_template_takes_all_time_or_memory() {
    let thousand = json!({ "l": vec![1; 1000] });
    let slow = format!("{}x{}", "{% for x in l %}".repeat(4), "{% endfor %}".repeat(4));
    let before = std::time::Instant::now();
    assert_eq!(written(&slow, thousand.clone()), Err("expression_limit".into()));
    assert!(before.elapsed().as_secs() < 20, "{:?}", before.elapsed());
    let doubling =
        format!("{}{{{{ x }}}}{}", "{% for x in [o + o] %}{% for o in [x + x] %}".repeat(8), "{% endfor %}{% endfor %}".repeat(8));
    assert_eq!(written(&doubling, json!({ "o": "x".repeat(1_000_000) })), Err("expression_limit".into()));
    let long = "{% for x in l %}{{ a }}{% endfor %}";
    assert_eq!(written(long, json!({ "l": vec![1; 1000], "a": "x".repeat(20_000) })), Err("text_too_long".into()));
    assert_eq!(written("{% for x in a %}{% endfor %}", json!({ "a": 5 })), Err("template_failed".into()));
}
