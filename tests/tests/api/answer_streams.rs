//! Answers that are told while a model writes them, through the nodes that hand its words on.

use hearth_tests::{Frame, Hearth, Member, hearth::text};
use serde_json::{Value, json};

const WORDS: &str = "say one two three four";

fn reference(name: &str, node: &str, path: &str) -> Value {
    json!({ "name": name, "type": "string", "value": { "ref": { "node": node, "path": [path] } } })
}

fn model(prompt: &str) -> Value {
    json!({ "kind": "model", "params": { "prompt": prompt }, "outputs": [{ "name": "output", "type": "string" }] })
}

fn answer(of: &str, path: &str, words: &str) -> Value {
    json!({ "kind": "end", "params": { "mode": "answer", "answer": words, "streaming": true }, "inputs": [reference("x", of, path)] })
}

async fn create(owner: &Member, name: &str, nodes: Value, edges: Value) -> String {
    let body = json!({ "name": name, "document": { "nodes": nodes, "edges": edges } });
    text(&owner.browser.post(&format!("/api/v1/workspaces/{}/workflows", owner.workspace), body).await.ok(), "/id")
}

/// The pieces of its answers, and the answers, message by message.
async fn run(owner: &Member, workflow: &str) -> (Vec<String>, Vec<Frame>) {
    let frames = owner.browser.stream(&format!("/api/v1/workflows/{workflow}/runs"), json!({ "draft": true })).await;
    assert_eq!(frames.last().unwrap().event, "run.completed", "{frames:?}");
    let pieces = frames.iter().filter(|f| f.event == "message.delta").filter_map(|f| f.data["text"].as_str().map(str::to_owned)).collect();
    (pieces, frames)
}

fn place(frames: &[Frame], is: impl Fn(&Frame) -> bool) -> usize {
    frames.iter().position(is).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn words_come_through_called_workflows_and_merges() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let slow = format!("slow 30\n{WORDS}");
    let callee = create(
        &owner,
        "callee",
        json!({ "s": { "kind": "start" }, "m": model(&slow), "e": answer("m", "output", "{{x}}") }),
        json!([{ "from": "s", "to": "m" }, { "from": "m", "to": "e" }]),
    )
    .await;
    let call = json!({ "kind": "workflow", "params": { "workflow_id": callee }, "outputs": [{ "name": "output", "type": "string" }] });
    let merge = |inputs: &[(&str, &str)]| {
        let inputs: Vec<Value> = inputs.iter().enumerate().map(|(at, (node, path))| reference(&format!("v{at}"), node, path)).collect();
        let names: Vec<Value> = inputs.iter().map(|input| input["name"].clone()).collect();
        json!({ "kind": "merge", "params": { "groups": [{ "name": "g", "inputs": names }] }, "inputs": inputs, "outputs": [{ "name": "g", "type": "string" }] })
    };
    let no = json!({ "kind": "condition", "params": { "branches": [{ "logic": "and", "conditions": [{ "operator": "is_true", "left": "never" }] }] },
        "inputs": [{ "name": "never", "type": "boolean", "value": { "literal": false } }] });
    for (what, nodes, edges) in [
        (
            "a called workflow",
            json!({ "s": { "kind": "start" }, "c": call, "e": answer("c", "output", "<{{x}}>") }),
            json!([{ "from": "s", "to": "c" }, { "from": "c", "to": "e" }]),
        ),
        (
            "a merge",
            json!({ "s": { "kind": "start" }, "m": model(&slow), "g": merge(&[("m", "output")]), "e": answer("g", "g", "<{{x}}>") }),
            json!([{ "from": "s", "to": "m" }, { "from": "m", "to": "g" }, { "from": "g", "to": "e" }]),
        ),
        (
            "a merge of branches, and a call",
            json!({ "s": { "kind": "start" }, "if": no, "a": model("say never"), "c": call, "g": merge(&[("a", "output"), ("c", "output")]),
                    "e": answer("g", "g", "<{{x}}>") }),
            json!([{ "from": "s", "to": "if" }, { "from": "if", "port": "branch_0", "to": "a" }, { "from": "if", "port": "else", "to": "c" },
                   { "from": "a", "to": "g" }, { "from": "c", "to": "g" }, { "from": "g", "to": "e" }]),
        ),
    ] {
        let workflow = create(&owner, what, nodes, edges).await;
        let (pieces, frames) = run(&owner, &workflow).await;
        assert_eq!(pieces.concat(), "<one two three four>", "{what}");
        assert!(pieces.len() >= 5, "{what}: {pieces:?}");
        // It is heard before the model has ended.
        let first = place(&frames, |f| f.data["text"] == "one ");
        let model_ended = place(&frames, |f| f.event == "step.completed" && f.data["step"]["kind"] == "model");
        assert!(first < model_ended, "{what}");
        assert!(!frames.iter().any(|f| f.event == "message.reset"), "{what}");
    }
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_stream_comes_whole() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    // Its end says more than the model: that is a text of its own.
    let callee = create(
        &owner,
        "callee",
        json!({ "s": { "kind": "start" }, "m": model(WORDS), "e": answer("m", "output", "say: {{x}}") }),
        json!([{ "from": "s", "to": "m" }, { "from": "m", "to": "e" }]),
    )
    .await;
    let call = json!({ "kind": "workflow", "params": { "workflow_id": callee }, "outputs": [{ "name": "output", "type": "string" }] });
    let nodes = json!({ "s": { "kind": "start" }, "c": call, "e": answer("c", "output", "<{{x}}>") });
    let workflow = create(&owner, "caller", nodes, json!([{ "from": "s", "to": "c" }, { "from": "c", "to": "e" }])).await;
    let (pieces, _) = run(&owner, &workflow).await;
    assert_eq!(pieces.concat(), "<say: one two three four>");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_told_what_was_said_before() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let mut talks = model("say well");
    talks["params"]["history"] = json!({ "enabled": true, "rounds": 10 });
    let nodes = json!({ "s": { "kind": "start" }, "m": talks, "e": answer("m", "output", "{{x}}") });
    let workflow = create(&owner, "talk", nodes, json!([{ "from": "s", "to": "m" }, { "from": "m", "to": "e" }])).await;
    let start = |history: Value| {
        let (browser, workflow) = (owner.browser.clone(), workflow.clone());
        let body = json!({ "draft": true, "wait": true, "history": history });
        async move { browser.post(&format!("/api/v1/workflows/{workflow}/runs"), body).await }
    };
    let said = json!([{ "role": "user", "content": "I am Ada." }, { "role": "assistant", "content": "Hello Ada." }]);
    let run = start(said).await.ok();
    assert_eq!(run["status"], "completed", "{run}");
    let heard: Vec<(String, String)> = hearth.model.requests().last().unwrap()["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| (text(message, "/role"), message["content"].to_string()))
        .collect();
    let at = heard.iter().position(|(role, content)| role == "user" && content.contains("I am Ada.")).expect("the first message");
    assert!(heard[at + 1].0 == "assistant" && heard[at + 1].1.contains("Hello Ada."), "{heard:?}");
    assert!(heard[at + 2].0 == "user" && heard[at + 2].1.contains("say well"), "{heard:?}");
    let long = Value::Array(vec![json!({ "role": "user", "content": "x" }); 201]);
    for wrong in [json!([{ "role": "system", "content": "x" }]), json!([{ "role": "user" }]), json!("x"), long] {
        let refused = start(wrong.clone()).await;
        assert!(refused.status.is_client_error(), "{wrong}: {}", refused.status);
    }
    hearth.stop().await;
}
