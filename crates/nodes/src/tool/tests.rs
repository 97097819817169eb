//! Calls of tools.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use flow::node::{Inputs, NodeError, Output};
use flow::tool::{Localized, ToolContext, ToolError, ToolInfo};
use futures::executor::block_on;
use serde_json::{Value, json};

use super::*;
use crate::testkit::{cx, inputs, node, task, wrong};

/// Says what it is told to, and remembers its calls.
struct Echo {
    gives: Result<Value, ToolError>,
    calls: Mutex<Vec<(String, Value)>>,
}

#[async_trait]
impl flow::tool::Tool for Echo {
    fn info(&self) -> ToolInfo {
        ToolInfo {
            name: "echo".into(),
            title: Localized::default(),
            description: String::new(),
            parameters: json!({
                "type": "object",
                "properties": { "title": { "type": "string", "minLength": 1 }, "mode": { "enum": ["a", "b"] } },
                "required": ["title"],
            }),
            effect: Effect::Read,
        }
    }

    async fn call(&self, context: &ToolContext, arguments: Value) -> Result<Value, ToolError> {
        self.calls.lock().unwrap().push((context.idempotency_key.clone(), arguments));
        self.gives.clone()
    }
}

fn call(gives: Result<Value, ToolError>, outputs: Value, given: Inputs) -> (Result<Output, NodeError>, Vec<(String, Value)>) {
    let echo = Arc::new(Echo { gives, calls: Mutex::default() });
    let kind = Tool(Toolbox::new(vec![echo.clone()]));
    let node = node(json!({ "tool": "echo" }), json!({}), outputs);
    let given = block_on(task(&kind, &node).run(&cx(), given));
    let calls = echo.calls.lock().unwrap().clone();
    (given, calls)
}

#[test]
fn inputs_are_arguments_and_objects_are_outputs() {
    let gives = json!({ "data": "ok", "n": 1 });
    let (output, calls) = call(Ok(gives.clone()), json!({ "data": "string" }), inputs(json!({ "title": "snake" })));
    let output = output.unwrap();
    assert_eq!((Value::Object(output.values), output.raw), (gives.clone(), Some(gives)));
    assert_eq!(calls, [("key-1".to_owned(), json!({ "title": "snake" }))]);
}

#[test]
fn anything_else_is_the_only_output() {
    let given = || inputs(json!({ "title": "x" }));
    assert_eq!(call(Ok(json!([1])), json!({ "list": { "list": "integer" } }), given()).0.unwrap().values["list"], json!([1]));
    assert_eq!(call(Ok(json!("hi")), json!({}), given()).0.unwrap().values["output"], "hi");
}

#[test]
fn zeros_that_stand_for_nothing_are_left_out_where_they_can_be() {
    let given = Inputs { absent: vec!["mode".into()], ..inputs(json!({ "title": "x", "mode": "" })) };
    assert_eq!(call(Ok(json!({})), json!({}), given).1[0].1, json!({ "title": "x" }));
}

#[test]
fn arguments_are_checked_before_the_call() {
    for bad in [json!({}), json!({ "title": "" }), json!({ "title": 1 }), json!({ "title": "x", "mode": "c" })] {
        let (output, calls) = call(Ok(json!({})), json!({}), inputs(bad));
        let error = output.unwrap_err();
        assert_eq!((error.code.as_str(), error.transient, calls.len()), ("invalid_arguments", false, 0));
    }
}

#[test]
fn errors_of_tools_are_the_node_s() {
    let failed = |code: &str| call(Err(ToolError::new(code, "no")), json!({}), inputs(json!({ "title": "x" }))).0.unwrap_err();
    assert_eq!(failed("timeout"), NodeError::new("timeout", "no"));
    assert_eq!(failed("egress_refused"), NodeError::lasting("egress_refused", "no"));
}

#[test]
fn tools_that_are_not_there_are_told_early_or_when_they_are_called() {
    let kind = Tool(Toolbox::default());
    let gone = node(json!({ "tool": "gone" }), json!({}), json!({}));
    assert_eq!(wrong(&kind, &gone), [("unknown_tool".to_owned(), "/params/tool".to_owned())]);
    let plugin = json!({ "tool": "gone", "plugin": { "plugin_id": "7", "tool_id": "8", "version": "0" } });
    let error = block_on(task(&kind, &node(plugin, json!({}), json!({}))).run(&cx(), Inputs::default())).unwrap_err();
    assert_eq!(error.code, "not_available");
}
