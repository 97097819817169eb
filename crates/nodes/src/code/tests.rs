//! The call of the sandbox and what becomes of its answer.

use async_trait::async_trait;
use flow::node::{NodeError, TaskCx};
use serde_json::{Value, json};

use super::*;
use crate::ports::{CodeCall, CodeLanguage, CodeOutcome, CodeRunner, ConsoleLevel, ConsoleLine};
use crate::testkit::{inputs, node, perform, wrong};

/// Answers with what it was asked.
struct Echo;

#[async_trait]
impl CodeRunner for Echo {
    async fn run(&self, cx: &TaskCx, call: CodeCall) -> Result<CodeOutcome, NodeError> {
        let console = vec![ConsoleLine { level: ConsoleLevel::Warn, text: format!("attempt {}", cx.attempt) }];
        let outcome = |output| Ok(CodeOutcome { output, console, console_cut: false });
        match call.code.as_str() {
            "fail" => Err(NodeError::lasting("code_failed", "line 1: no")),
            "list" => outcome(json!([1])),
            "nothing" => outcome(Value::Null),
            _ => outcome(json!({ "params": call.params, "network": call.network, "python": call.language == CodeLanguage::Python })),
        }
    }

    fn check(&self, _language: CodeLanguage, code: &str) -> Result<(), String> {
        if code == "import socket" { Err("`socket` cannot be imported".into()) } else { Ok(()) }
    }

    fn check_network(&self, network: &[String]) -> Result<(), String> {
        if network.iter().all(|host| host == "a.test") { Ok(()) } else { Err("only a.test".into()) }
    }
}

fn kind() -> Code {
    Code(Services { code: Some(Arc::new(Echo)), ..Services::default() })
}

fn code(text: &str) -> Node {
    node(json!({ "language": "python", "code": text, "network": ["a.test"] }), json!({ "a": "string" }), json!({}))
}

#[tokio::test]
async fn inputs_are_params_and_the_object_is_the_outputs() {
    let output = perform(&kind(), &code("echo"), inputs(json!({ "a": "x" }))).await.unwrap();
    assert_eq!(Value::Object(output.values), json!({ "params": { "a": "x" }, "network": ["a.test"], "python": true }));
    assert_eq!(output.raw.unwrap()["console"], json!([{ "level": "warn", "text": "attempt 1" }]));
    assert!(perform(&kind(), &code("nothing"), inputs(json!({}))).await.unwrap().values.is_empty());
    let fail = |text: &'static str| async move { perform(&kind(), &code(text), inputs(json!({}))).await.unwrap_err() };
    assert_eq!(fail("list").await.code, "code_failed");
    assert_eq!(fail("fail").await.message, "line 1: no");
    let absent = perform(&Code(Services::default()), &code("echo"), inputs(json!({}))).await.unwrap_err();
    assert_eq!((absent.code.as_str(), absent.transient), ("not_available", false));
}

#[test]
fn what_the_sandbox_would_refuse_is_told_before() {
    assert_eq!(wrong(&kind(), &code("import socket")), [("invalid_code".into(), "/params/code".into())]);
    let elsewhere = node(json!({ "language": "python", "code": "1", "network": ["b.test"] }), json!({}), json!({}));
    assert_eq!(wrong(&kind(), &elsewhere), [("network_not_granted".into(), "/params/network".into())]);
    assert_eq!(wrong(&kind(), &code(" ")), [("missing_param".into(), "/params/code".into())]);
    let perl = node(json!({ "language": "perl", "code": "1" }), json!({}), json!({}));
    assert_eq!(wrong(&kind(), &perl), [("invalid_params".into(), "/params/language".into())]);
}

#[test]
fn code_with_a_way_out_may_change_the_world() {
    assert_eq!(kind().effect(&code("x")), Some(Effect::Write));
    assert_eq!(kind().effect(&node(json!({ "language": "python", "code": "x" }), json!({}), json!({}))), None);
}
