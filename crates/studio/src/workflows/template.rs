//! What a new workflow begins with.

use std::collections::BTreeMap;

use flow::value::{Field, Type};
use flow::workflow::{Binding, Document, Edge, Input, Mode, Node, OUT, Ref};
use serde_json::{Value, json};

use crate::agents::templates::Language;

/// Start and end, connected. Ids are those of Coze's canvases, so that an export keeps them.
pub fn document(mode: Mode, language: Language) -> Document {
    let (first, last) = match language {
        Language::Chinese => ("开始", "结束"),
        Language::English => ("Start", "End"),
    };
    let text = |name: &str, description: &str| Field { description: description.to_owned(), ..Field::new(name, Type::String) };
    let (given, outputs, end) = match mode {
        Mode::Workflow => ("input", vec![text("input", "")], json!({ "mode": "variables" })),
        Mode::Chatflow => {
            let said = Field { required: true, ..text("USER_INPUT", "What the user says") };
            let name = Field { default: Some(Value::from("Default")), ..text("CONVERSATION_NAME", "Name of the conversation") };
            ("USER_INPUT", vec![said, name], json!({ "mode": "answer", "answer": "{{output}}", "streaming": true }))
        }
    };
    let params = |value: Value| value.as_object().cloned().unwrap_or_default();
    let start = Node { kind: "start".into(), version: 1, title: first.into(), outputs, view: at(0), ..Node::default() };
    // It runs as it is: what comes in goes out.
    let given = Ref { node: "100001".into(), path: vec![given.to_owned()] };
    let input = Input { name: "output".into(), ty: Type::String, value: Some(Binding::Ref(given)) };
    let end = Node {
        kind: "end".into(),
        version: 1,
        title: last.into(),
        params: params(end),
        inputs: vec![input],
        view: at(640),
        ..Node::default()
    };
    Document {
        mode,
        nodes: BTreeMap::from([("100001".into(), start), ("900001".into(), end)]),
        edges: vec![Edge { from: "100001".into(), port: OUT.to_owned(), to: "900001".into() }],
        ..Document::default()
    }
}

fn at(x: i32) -> Value {
    json!({ "x": x, "y": 0 })
}
