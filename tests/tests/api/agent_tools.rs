//! Workflows as tools of agents: each call is a run of its own.

use hearth_tests::{Frame, Hearth, Member, hearth::text};
use serde_json::{Value, json};

fn reference(name: &str, node: &str, path: &str) -> Value {
    json!({ "name": name, "type": "string", "value": { "ref": { "node": node, "path": [path] } } })
}

/// Start with a field `n`, the nodes between, an end.
fn document(between: &[(&str, Value)], end: &Value) -> Value {
    let mut nodes = json!({
        "s": { "kind": "start", "outputs": [{ "name": "n", "type": "string", "required": true, "description": "What to say." }] },
        "e": end,
    });
    let mut edges = Vec::new();
    let mut last = "s";
    for (id, node) in between {
        nodes[id] = node.clone();
        edges.push(json!({ "from": last, "to": id }));
        last = id;
    }
    edges.push(json!({ "from": last, "to": "e" }));
    json!({ "nodes": nodes, "edges": edges })
}

fn values(node: &str, path: &str) -> Value {
    json!({ "kind": "end", "params": { "mode": "variables" }, "inputs": [reference("out", node, path)] })
}

fn question() -> Value {
    json!({ "kind": "question", "params": { "question": "Sure?" }, "outputs": [{ "name": "USER_RESPONSE", "type": "string" }] })
}

async fn create(owner: &Member, name: &str, document: Value) -> String {
    let body = json!({ "name": name, "description": format!("About {name}."), "document": document });
    text(&owner.browser.post(&format!("/api/v1/workspaces/{}/workflows", owner.workspace), body).await.ok(), "/id")
}

async fn publish(owner: &Member, workflow: &str) {
    owner.browser.post(&format!("/api/v1/workflows/{workflow}/publish"), json!({})).await.ok();
}

async fn published(owner: &Member, name: &str, document: Value) -> String {
    let id = create(owner, name, document).await;
    publish(owner, &id).await;
    id
}

async fn talk(owner: &Member, tools: Value, say: &str) -> (String, Vec<Frame>) {
    let agent = owner.add_agent(json!({ "tools": tools })).await;
    let conversation = owner.add_conversation(&agent).await;
    let seen = owner.browser.stream(&format!("/api/v1/conversations/{conversation}/turns"), json!({ "content": say })).await;
    (conversation, seen)
}

fn last(frames: &[Frame]) -> &str {
    &frames.last().unwrap().event
}

fn run_of(frames: &[Frame]) -> String {
    text(&frames[0].data, "/run/id")
}

fn said(frames: &[Frame]) -> Vec<String> {
    let answers = frames.iter().filter(|f| f.event == "message.completed" && f.data["message"]["type"] == "answer");
    answers.map(|f| text(&f.data, "/message/content/0/text")).collect()
}

async fn detail(owner: &Member, run: &str) -> Value {
    owner.browser.get(&format!("/api/v1/runs/{run}")).await.ok()
}

fn tool_step(detail: &Value) -> &Value {
    detail["steps"].as_array().unwrap().iter().find(|step| step["kind"] == "tool").unwrap()
}

async fn ready() -> Option<(Hearth, Member)> {
    let hearth = Hearth::start().await?;
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    Some((hearth, owner))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_a_run_of_its_own() {
    let Some((hearth, owner)) = ready().await else { return };
    let workflow = published(&owner, "echo it", document(&[], &values("s", "n"))).await;
    let tools = json!([{ "kind": "workflow", "workflow": workflow }]);
    let (conversation, seen) = talk(&owner, tools, r#"tool ts_echo_it_echo_it {"n":"hi"}"#).await;
    assert_eq!((last(&seen), said(&seen)), ("run.completed", vec![r#"results: {"out":"hi"}"#.to_owned()]));
    // What the model was offered.
    let offered = hearth.model.requests()[0]["tools"][0]["function"].clone();
    let schema = json!({ "type": "object", "properties": { "n": { "type": "string", "description": "What to say." } }, "required": ["n"] });
    assert_eq!((&offered["name"], &offered["description"]), (&json!("ts_echo_it_echo_it"), &json!("About echo it.")));
    assert_eq!(offered["parameters"], schema);

    let outer = detail(&owner, &run_of(&seen)).await;
    let inner = detail(&owner, tool_step(&outer)["run_id"].as_str().unwrap()).await;
    assert_eq!((&inner["parent_run_id"], &inner["workflow_id"], &inner["status"]), (&outer["id"], &json!(workflow), &json!("completed")));
    assert_eq!((&inner["workflow_version"], &inner["conversation_id"]), (&json!("v0.0.1"), &Value::Null));
    let call = owner.messages(&conversation).await.into_iter().find(|m| m["type"] == "function_call").unwrap();
    let call: Value = serde_json::from_str(call["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(call["run_id"], inner["id"]);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_results_of_the_call() {
    let Some((hearth, owner)) = ready().await else { return };
    let broken = json!({ "kind": "code", "params": { "language": "javascript", "code": "async function main() { throw new Error('no') }" },
        "outputs": [{ "name": "output", "type": "string" }] });
    let broken = published(&owner, "broken", document(&[("c", broken)], &values("c", "output"))).await;
    // Itself, without end.
    let own = create(&owner, "again", document(&[], &values("s", "n"))).await;
    let call = json!({ "kind": "workflow", "params": { "workflow_id": own }, "inputs": [reference("n", "s", "n")],
        "outputs": [{ "name": "out", "type": "string" }] });
    let document = document(&[("c", call)], &values("c", "out"));
    let revision = owner.browser.get(&format!("/api/v1/workflows/{own}/draft")).await.ok()["revision"].clone();
    let saved = owner.browser.put(&format!("/api/v1/workflows/{own}/draft"), json!({ "document": document, "revision": revision })).await;
    saved.ok();
    publish(&owner, &own).await;
    let tools = json!([{ "kind": "workflow", "workflow": broken }, { "kind": "workflow", "workflow": own }]);
    for (say, told) in [
        (r#"tool ts_broken_broken {"n":"x"}"#, "Error ("),
        ("tool ts_broken_broken {}", "invalid_arguments"),
        (r#"tool ts_again_again {"n":"x"}"#, "limit_depth"),
    ] {
        let (_, seen) = talk(&owner, tools.clone(), say).await;
        assert_eq!(last(&seen), "run.completed", "{say}");
        assert!(said(&seen)[0].contains(told), "{say}: {:?}", said(&seen));
    }
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outputs_and_answers_are_the_agents() {
    let Some((hearth, owner)) = ready().await else { return };
    let output = json!({ "kind": "output", "params": { "message": "on it: {{n}}" }, "inputs": [reference("n", "s", "n")] });
    let end = json!({ "kind": "end", "params": { "mode": "answer", "answer": "all of {{n}}", "streaming": true }, "inputs": [reference("n", "s", "n")] });
    let workflow = published(&owner, "direct", document(&[("o", output.clone())], &end)).await;
    let tools = json!([{ "kind": "workflow", "workflow": workflow }]);
    let (conversation, seen) = talk(&owner, tools, r#"tool ts_direct_direct {"n":"it"}"#).await;
    assert_eq!((last(&seen), said(&seen)), ("run.completed", vec!["on it: it".to_owned(), "all of it".to_owned()]));
    assert_eq!(hearth.model.requests().len(), 1, "the model is not asked again");
    assert!(seen.iter().any(|f| f.event == "message.delta"), "the answer streams");
    let kinds: Vec<Value> = owner.messages(&conversation).await.into_iter().map(|m| m["type"].clone()).collect();
    assert_eq!(kinds, ["question", "function_call", "tool_response", "answer", "answer"]);
    // The next turn sees the call, its result and what was said.
    let next = owner.browser.stream(&format!("/api/v1/conversations/{conversation}/turns"), json!({ "content": "say well" })).await;
    assert_eq!(last(&next), "run.completed");
    let heard = hearth.model.requests()[1]["messages"].clone();
    let roles: Vec<&str> = heard.as_array().unwrap().iter().map(|m| m["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["user", "assistant", "tool", "assistant", "assistant", "user"], "{heard}");

    // With values at its end, the model goes on after what was said meanwhile.
    let workflow = published(&owner, "meanwhile", document(&[("o", output)], &values("s", "n"))).await;
    let (_, seen) = talk(&owner, json!([{ "kind": "workflow", "workflow": workflow }]), r#"tool ts_meanwhile_meanwhile {"n":"it"}"#).await;
    assert_eq!(said(&seen), ["on it: it", r#"results: {"out":"it"}"#]);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_inside_waits_outside_and_survives_a_restart() {
    let Some((mut hearth, owner)) = ready().await else { return };
    let approval = json!({ "kind": "approval", "params": { "message": "Send?" },
        "outputs": [{ "name": "approved", "type": "boolean" }, { "name": "comment", "type": "string" }] });
    let mut steps = document(&[("q", question()), ("a", approval)], &values("a", "comment"));
    steps["edges"] = json!([{ "from": "s", "to": "q" }, { "from": "q", "to": "a" }, { "from": "a", "port": "approved", "to": "e" }]);
    let workflow = published(&owner, "ask", steps).await;
    let tools = json!([{ "kind": "workflow", "workflow": workflow }, { "kind": "builtin", "name": "calculator", "approval": "never" }]);
    let (_, seen) = talk(&owner, tools, "tool ts_ask_ask {\"n\":\"x\"}\ntool calculator {\"expression\":\"2+3\"}").await;
    assert_eq!(last(&seen), "run.requires_action");
    let run = run_of(&seen);
    let waits = |frames: &[Frame]| frames.last().unwrap().data["run"]["required_action"]["calls"].clone();
    let calls = waits(&seen);
    assert_eq!(
        (calls.as_array().unwrap().len(), &calls[0]["kind"], &calls[0]["arguments"]["question"]),
        (1, &json!("question"), &json!("Sure?"))
    );
    let outer = detail(&owner, &run).await;
    let step = tool_step(&outer);
    assert_eq!((&step["status"], &step["run_id"]), (&json!("waiting"), &calls[0]["run"]));
    let inner = calls[0]["run"].as_str().unwrap().to_owned();
    assert_eq!(detail(&owner, &inner).await["status"], "requires_action");

    hearth.restart().await;
    let api = hearth.visitor().with_token(&owner.token);
    let path = format!("/api/v1/runs/{run}/tool-outputs");
    let answer = json!({ "outputs": [{ "call_id": calls[0]["call_id"], "output": "yes" }] });
    let seen = api.stream(&path, answer.clone()).await;
    assert_eq!(last(&seen), "run.requires_action");
    assert_eq!(api.post(&path, answer).await.refusal(), (400, "invalid_request"), "an old answer");
    let calls = waits(&seen);
    assert_eq!(calls[0]["kind"], "approval");
    let decision = json!({ "outputs": [{ "call_id": calls[0]["call_id"], "approve": true, "output": "looks good" }] });
    let seen = api.stream(&path, decision).await;
    assert_eq!((last(&seen), said(&seen)), ("run.completed", vec![r#"results: {"out":"looks good"} | {"result":"5"}"#.to_owned()]));
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_run_inside_may_be_answered_or_cancelled_by_itself() {
    let Some((hearth, owner)) = ready().await else { return };
    let workflow = published(&owner, "ask", document(&[("q", question())], &values("q", "USER_RESPONSE"))).await;
    let tools = json!([{ "kind": "workflow", "workflow": workflow }]);
    let say = r#"tool ts_ask_ask {"n":"x"}"#;
    let inside = |seen: &[Frame]| text(&seen.last().unwrap().data, "/run/required_action/calls/0/run");

    let (_, seen) = talk(&owner, tools.clone(), say).await;
    let own = detail(&owner, &inside(&seen)).await["required_action"]["calls"][0]["call_id"].clone();
    let body = json!({ "outputs": [{ "call_id": own, "output": "by itself" }] });
    owner.api.post(&format!("/api/v1/runs/{}/tool-outputs", inside(&seen)), body).await.ok();
    assert_eq!(owner.ended(&run_of(&seen)).await["status"], "completed");

    let (conversation, seen) = talk(&owner, tools.clone(), say).await;
    owner.api.post(&format!("/api/v1/runs/{}/cancel", inside(&seen)), json!({})).await.ok();
    assert_eq!(owner.ended(&run_of(&seen)).await["status"], "completed");
    let told = owner.messages(&conversation).await.last().unwrap().to_string();
    assert!(told.contains("cancelled"), "{told}");

    // Who cancels the agent's run cancels what it called.
    let (_, seen) = talk(&owner, tools, say).await;
    owner.api.post(&format!("/api/v1/runs/{}/cancel", run_of(&seen)), json!({})).await.ok();
    assert_eq!(owner.ended(&inside(&seen)).await["status"], "cancelled");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_knows_its_agents_and_an_agent_what_is_missing() {
    let Some((hearth, owner)) = ready().await else { return };
    let stranger = hearth.user("stranger").await;
    let foreign = published(&stranger, "foreign", document(&[], &values("s", "n"))).await;
    let workflow = create(&owner, "tool", document(&[], &values("s", "n"))).await;
    let problems = async |tools: Value| {
        let agent = owner.add_agent(json!({ "tools": tools })).await;
        let draft = owner.browser.get(&format!("/api/v1/agents/{agent}/draft")).await.ok();
        let codes = draft["problems"].as_array().unwrap().iter().map(|p| p["code"].clone()).collect::<Vec<_>>();
        (agent, codes)
    };
    let tool = json!({ "kind": "workflow", "workflow": workflow });
    let (agent, found) = problems(json!([tool, tool])).await;
    assert_eq!(found, ["workflow_unpublished", "tool_duplicate", "workflow_unpublished"]);
    let publishing = format!("/api/v1/agents/{agent}/publish");
    assert_eq!(owner.browser.post(&publishing, json!({})).await.refusal(), (400, "agent_incomplete"));
    assert_eq!(problems(json!([{ "kind": "workflow", "workflow": foreign }])).await.1, ["workflow_missing"]);
    publish(&owner, &workflow).await;
    let (agent, found) = problems(json!([{ "kind": "workflow", "workflow": workflow, "version": "v9.9.9" }])).await;
    assert_eq!(found, ["workflow_version_missing"]);
    owner.browser.delete(&format!("/api/v1/agents/{agent}")).await.ok();

    let (agent, found) = problems(json!([tool])).await;
    assert_eq!(found, Vec::<Value>::new());
    owner.browser.post(&format!("/api/v1/agents/{agent}/publish"), json!({})).await.ok();
    let references = owner.browser.get(&format!("/api/v1/workflows/{workflow}/references")).await.ok();
    let of_agent = references["items"].as_array().unwrap().iter().find(|r| r["id"] == json!(agent)).unwrap();
    assert_eq!((&of_agent["kind"], &of_agent["in_draft"], &of_agent["in_published"]), (&json!("agent"), &json!(true), &json!(true)));
    let refusal = owner.browser.delete(&format!("/api/v1/workflows/{workflow}")).await;
    assert_eq!(refusal.refusal(), (409, "workflow_in_use"));

    // By force it is gone, and the agent talks without it.
    owner.browser.delete(&format!("/api/v1/workflows/{workflow}?force=true")).await.ok();
    let conversation = owner.add_conversation(&agent).await;
    let seen = owner.browser.stream(&format!("/api/v1/conversations/{conversation}/turns"), json!({ "content": "say fine" })).await;
    assert_eq!((last(&seen), said(&seen)), ("run.completed", vec!["fine".to_owned()]));
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bots_of_coze_carry_workflows_and_answer_what_they_ask() {
    let Some((hearth, owner)) = ready().await else { return };
    let workflow = published(&owner, "ask", document(&[("q", question())], &values("q", "USER_RESPONSE"))).await;
    let list = json!({ "ids": [{ "id": workflow }] });
    let body = json!({ "space_id": owner.workspace, "name": "Bot", "workflow_id_list": list });
    let bot = text(&owner.api.post("/v1/bot/create", body).await.ok(), "/data/bot_id");
    owner.api.post("/v1/bot/publish", json!({ "bot_id": bot, "connector_ids": ["1024"] })).await.ok();
    let shown = owner.api.get(&format!("/v1/bots/{bot}")).await.ok()["data"]["workflow_info_list"][0].clone();
    assert_eq!((&shown["id"], &shown["workflow_id"], &shown["name"]), (&json!(workflow), &json!(workflow), &json!("ask")));

    let message = |content: &str| json!([{ "role": "user", "content": content, "content_type": "text" }]);
    let chat = json!({ "bot_id": bot, "user_id": "u", "stream": true, "additional_messages": message(r#"tool ts_ask_ask {"n":"x"}"#) });
    let seen = owner.api.stream("/v3/chat", chat).await;
    let events: Vec<&str> = seen.iter().map(|f| f.event.as_str()).collect();
    assert!(events.contains(&"conversation.chat.requires_action"), "{events:?}");
    let asked = seen.iter().find(|f| f.event == "conversation.message.completed" && f.data["type"] == "answer").unwrap();
    assert_eq!(asked.data["content"], "Sure?");
    // The next message answers it.
    let conversation = text(&seen[0].data, "/conversation_id");
    let chat = json!({ "bot_id": bot, "user_id": "u", "stream": true, "additional_messages": message("certainly") });
    let seen = owner.api.stream(&format!("/v3/chat?conversation_id={conversation}"), chat).await;
    let answer = seen.iter().rfind(|f| f.event == "conversation.message.completed" && f.data["type"] == "answer").unwrap();
    assert_eq!(answer.data["content"], r#"results: {"out":"certainly"}"#);

    owner.api.post("/v1/bot/update", json!({ "bot_id": bot, "workflow_id_list": { "ids": [] } })).await.ok();
    assert_eq!(owner.api.get(&format!("/v1/bots/{bot}?is_published=false")).await.ok()["data"]["workflow_info_list"], json!([]));
    hearth.stop().await;
}
