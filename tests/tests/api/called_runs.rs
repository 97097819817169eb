//! Workflows that workflows call: each call is a run in the history of what is called.

use hearth_tests::{Client, Frame, Hearth, Member, hearth::text};
use reqwest::Method;
use serde_json::{Value, json};

fn from(name: &str, node: &str, path: &str) -> Value {
    json!({ "name": name, "type": "string", "value": { "ref": { "node": node, "path": [path] } } })
}

/// Start with `n`, one node, an end with what it gives.
fn inner(node: &Value, output: &str) -> Value {
    json!({
        "nodes": {
            "s": { "kind": "start", "outputs": [{ "name": "n", "type": "string" }] },
            "task": node,
            "e": { "kind": "end", "inputs": [from("out", "task", output)] },
        },
        "edges": [{ "from": "s", "to": "task" }, { "from": "task", "to": "e" }],
    })
}

fn shout() -> Value {
    json!({ "kind": "text", "params": { "method": "concat", "template": "{{n}}!" }, "inputs": [from("n", "s", "n")],
            "outputs": [{ "name": "output", "type": "string" }] })
}

fn question() -> Value {
    json!({ "kind": "question", "params": { "question": "Sure?" }, "outputs": [{ "name": "USER_RESPONSE", "type": "string" }] })
}

fn model(prompt: &str) -> Value {
    json!({ "kind": "model", "params": { "prompt": prompt }, "outputs": [{ "name": "output", "type": "string" }] })
}

fn call(workflow: &str, n: &Value) -> Value {
    json!({ "kind": "workflow", "params": { "workflow_id": workflow, "version": "v0.0.1" },
            "inputs": [{ "name": "n", "type": "string", "value": n }], "outputs": [{ "name": "out", "type": "string" }] })
}

/// A call between start and end.
fn outer(call: &Value) -> Value {
    json!({
        "nodes": { "s": { "kind": "start", "outputs": [] }, "call": call, "e": { "kind": "end", "inputs": [from("out", "call", "out")] } },
        "edges": [{ "from": "s", "to": "call" }, { "from": "call", "to": "e" }],
    })
}

async fn published(owner: &Member, name: &str, document: Value) -> String {
    let body = json!({ "name": name, "document": document });
    let id = text(&owner.browser.post(&format!("/api/v1/workspaces/{}/workflows", owner.workspace), body).await.ok(), "/id");
    owner.browser.post(&format!("/api/v1/workflows/{id}/publish"), json!({})).await.ok();
    id
}

async fn run(owner: &Member, workflow: &str) -> Value {
    owner.api.post(&format!("/api/v1/workflows/{workflow}/runs"), json!({ "wait": true })).await.ok()
}

/// Started, and not waited for; its id.
async fn begin(owner: &Member, workflow: &str) -> String {
    text(&owner.api.post(&format!("/api/v1/workflows/{workflow}/runs"), json!({})).await.ok(), "/id")
}

/// Runs as the list has them, oldest first.
async fn runs(owner: &Member, query: &str) -> Vec<Value> {
    let page = owner.api.get(&format!("/api/v1/workspaces/{}/runs?limit=100&{query}", owner.workspace)).await.ok();
    let mut items = page["items"].as_array().unwrap().clone();
    items.reverse();
    items
}

async fn called(owner: &Member, workflow: &str) -> Vec<Value> {
    runs(owner, &format!("workflow_id={workflow}&called=true")).await
}

/// The called run once there is one in this status.
async fn once_called(owner: &Member, workflow: &str, status: &str) -> Value {
    for _ in 0..400 {
        if let [only] = &called(owner, workflow).await[..]
            && only["status"] == status
        {
            return only.clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("no call of {workflow} is {status}");
}

async fn detail(owner: &Member, id: &Value) -> Value {
    owner.api.get(&format!("/api/v1/runs/{}", id.as_str().unwrap())).await.ok()
}

async fn events(api: &Client, id: &Value, after: Option<&str>) -> Vec<Frame> {
    let mut request = api.request(Method::GET, &format!("/api/v1/runs/{}/events", id.as_str().unwrap()));
    if let Some(after) = after {
        request = request.header("last-event-id", after);
    }
    api.frames(request, |_| false).await
}

fn places(detail: &Value) -> Vec<String> {
    let place = |step: &Value| format!("{}{}", step["node"]["path"].as_str().unwrap_or_default(), step["node"]["id"].as_str().unwrap());
    detail["steps"].as_array().unwrap().iter().map(place).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_call_of_a_loop_is_in_the_history_of_what_is_called() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let small = published(&owner, "Shout", inner(&shout(), "output")).await;
    let twice = published(&owner, "Twice", inner(&call(&small, &json!({ "ref": { "node": "s", "path": ["n"] } })), "out")).await;
    let mut each = call(&twice, &json!({ "ref": { "node": "each", "path": ["w"] } }));
    each["parent"] = json!("each");
    let document = json!({
        "nodes": {
            "s": { "kind": "start", "outputs": [{ "name": "words", "type": { "list": "string" } }] },
            "each": { "kind": "loop", "params": { "over": "lists", "collect": [{ "name": "all", "from": { "node": "call", "path": ["out"] } }] },
                      "outputs": [{ "name": "all", "type": { "list": "string" } }],
                      "inputs": [{ "name": "w", "type": { "list": "string" }, "value": { "ref": { "node": "s", "path": ["words"] } } }] },
            "call": each,
            "e": { "kind": "end", "inputs": [{ "name": "all", "type": { "list": "string" }, "value": { "ref": { "node": "each", "path": ["all"] } } }] },
        },
        "edges": [{ "from": "s", "to": "each" }, { "from": "each", "port": "body", "to": "call" }, { "from": "call", "to": "each" }, { "from": "each", "to": "e" }],
    });
    let root = published(&owner, "Root", document).await;
    let body = json!({ "wait": true, "inputs": { "words": ["a", "b", "c"] } });
    let root_run = owner.api.post(&format!("/api/v1/workflows/{root}/runs"), body).await.ok();
    assert_eq!(root_run["output"], json!({ "all": ["a!", "b!", "c!"] }));
    assert_eq!((&root_run["root_run_id"], &root_run["parent_run_id"]), (&Value::Null, &Value::Null));

    // One row for each call, of both workflows; a list may leave them out.
    let (outer, inner) = (called(&owner, &twice).await, called(&owner, &small).await);
    assert_eq!((outer.len(), inner.len()), (3, 3));
    for (index, (one, two)) in outer.iter().zip(&inner).enumerate() {
        let word = ["a!", "b!", "c!"][index];
        assert_eq!(
            (&one["status"], &one["output"], &one["workflow_version"]),
            (&json!("completed"), &json!({ "out": word }), &json!("v0.0.1"))
        );
        assert_eq!((&one["parent_run_id"], &two["parent_run_id"]), (&root_run["id"], &one["id"]));
        assert_eq!((&one["root_run_id"], &two["root_run_id"]), (&root_run["id"], &root_run["id"]));
        assert_eq!((&two["workflow_name"], &two["conversation_id"]), (&json!("Shout"), &Value::Null));
    }
    assert_eq!(
        (runs(&owner, "").await.len(), runs(&owner, "called=false").await.len(), runs(&owner, "called=true").await.len()),
        (7, 1, 6)
    );
    assert_eq!(runs(&owner, &format!("workflow_id={twice}")).await.len(), 3);

    // What is read of one begins in it. The step that calls leads to the run.
    let one = detail(&owner, &outer[1]["id"]).await;
    assert_eq!(places(&one), ["s", "task", "task/s", "task/task", "task/e", "e"]);
    assert_eq!((&one["steps"][0]["input"], &one["steps"][1]["run_id"]), (&json!({ "n": "b" }), &inner[1]["id"]));
    let whole = detail(&owner, &root_run["id"]).await;
    let steps: Vec<&Value> = whole["steps"].as_array().unwrap().iter().filter(|step| step["node"]["path"] == "each[1]/").collect();
    assert_eq!((&steps[0]["run_id"], &steps[0]["seq"]), (&outer[1]["id"], &outer[1]["root_step"]));
    for (name, value) in outer[1].as_object().unwrap() {
        assert_eq!(&one[name], value, "list and page agree about {name}");
    }

    follows_alone(&owner, &outer[1]["id"]).await;
    is_steered_with_its_root(&owner, &outer[1]["id"], &root_run["id"]).await;
    let other = hearth.user("bob").await;
    for path in [format!("/api/v1/runs/{}", text(&outer[1], "/id")), format!("/api/v1/runs/{}/events", text(&outer[1], "/id"))] {
        assert_eq!(other.api.get(&path).await.refusal(), (404, "not_found"), "{path}");
    }
    assert_eq!(other.api.post(&format!("/api/v1/runs/{}/cancel", text(&outer[1], "/id")), json!({})).await.refusal(), (404, "not_found"));

    // The Coze wire has it among the histories of the workflow that is called, and of no other.
    let history = |workflow: &str| format!("/v1/workflow/get_run_history?workflow_id={workflow}&execute_id={}", text(&inner[2], "/id"));
    let record = owner.api.get(&history(&small)).await.ok()["data"][0].clone();
    assert_eq!(
        (&record["execute_status"], &record["output"], &record["input"]),
        (&json!("Success"), &json!(r#"{"out":"c!"}"#), &json!(r#"{"n":"c"}"#))
    );
    assert_ne!(owner.api.get(&history(&root)).await.json["code"], 0);
    hearth.stop().await;
}

/// Events with the numbers of the run that executes it, from the beginning and after one of them.
async fn follows_alone(owner: &Member, id: &Value) {
    let all = events(&owner.api, id, None).await;
    let names: Vec<&str> = all.iter().map(|frame| &*frame.event).collect();
    assert_eq!((names[0], *names.last().unwrap()), ("run.started", "run.completed"));
    assert!(all.iter().all(|frame| !frame.event.starts_with("run.") || frame.data["run"]["id"] == *id), "{names:?}");
    let paths: Vec<&Value> = all.iter().filter_map(|frame| frame.data.pointer("/step/node/path")).collect();
    assert!(paths.iter().all(|path| path.as_str().is_none_or(|path| path.is_empty() || path == "task/")), "{paths:?}");
    assert_eq!(events(&owner.api, id, all[2].id.as_deref()).await, all[3..]);
    assert_eq!(events(&owner.api, id, all.last().unwrap().id.as_deref()).await, []);
}

async fn is_steered_with_its_root(owner: &Member, id: &Value, root: &Value) {
    let before = (detail(owner, id).await, detail(owner, root).await);
    for (action, body) in [
        ("cancel", json!({})),
        ("tool-outputs", json!({ "outputs": [{ "call_id": "1.1", "output": "x" }] })),
        ("fork", json!({ "step": 2 })),
    ] {
        let refused = owner.api.post(&format!("/api/v1/runs/{}/{action}", id.as_str().unwrap()), body).await;
        assert_eq!(refused.refusal(), (409, "called_run"), "{action}");
        assert!(refused.text.contains(root.as_str().unwrap()), "it says which run: {}", refused.text);
    }
    assert_eq!((detail(owner, id).await, detail(owner, root).await), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_inside_is_answered_through_the_root_after_a_restart() {
    let Some(mut hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let asks = published(&owner, "Asks", inner(&question(), "USER_RESPONSE")).await;
    let root = published(&owner, "Root", outer(&call(&asks, &json!({ "literal": "x" })))).await;
    let waiting = run(&owner, &root).await;
    assert_eq!(waiting["status"], "requires_action");
    let row = once_called(&owner, &asks, "requires_action").await;
    let wait = &row["required_action"]["calls"][0];
    assert_eq!((&wait["call_id"], &wait["node"]["id"]), (&waiting["required_action"]["calls"][0]["call_id"], &json!("task")));
    assert_eq!(wait["node"].get("path"), None, "it begins in the run that is called");
    assert_eq!(runs(&owner, "status=requires_action").await.len(), 2);
    assert_eq!(events(&owner.api, &row["id"], None).await.last().unwrap().event, "run.requires_action");
    let answer = json!({ "outputs": [{ "call_id": wait["call_id"], "output": "yes" }] });
    let refused = owner.api.post(&format!("/api/v1/runs/{}/tool-outputs", text(&row, "/id")), answer.clone()).await;
    assert_eq!(refused.refusal(), (409, "called_run"));

    hearth.restart().await;
    let owner = owner.again(&hearth);
    assert_eq!(called(&owner, &asks).await, std::slice::from_ref(&row), "a restart changes nothing");
    owner.api.post(&format!("/api/v1/runs/{}/tool-outputs", text(&waiting, "/id")), answer).await.ok();
    assert_eq!(owner.ended(&text(&waiting, "/id")).await["output"], json!({ "out": "yes" }));
    let rows = called(&owner, &asks).await;
    assert_eq!(
        (rows.len(), &rows[0]["id"], &rows[0]["status"], &rows[0]["output"]),
        (1, &row["id"], &json!("completed"), &json!({ "out": "yes" }))
    );
    let names: Vec<String> =
        events(&owner.api, &row["id"], None).await.into_iter().map(|frame| frame.event).filter(|name| name.starts_with("run.")).collect();
    assert_eq!(names, ["run.started", "run.requires_action", "run.started", "run.completed"]);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_goes_on_after_its_process_is_gone_and_is_one_run() {
    let Some(mut hearth) = Hearth::start_with(&[("HEARTH_SHUTDOWN_TIMEOUT", "0s")]).await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let sentence = (0..60).map(|i| format!("w{i}")).collect::<Vec<_>>().join(" ");
    let slow = published(&owner, "Slow", inner(&model(&format!("slow 50\nsay {sentence}")), "output")).await;
    let root = published(&owner, "Root", outer(&call(&slow, &json!({ "literal": "x" })))).await;
    let root_run = begin(&owner, &root).await;
    let row = once_called(&owner, &slow, "running").await;
    hearth.restart().await;
    let owner = owner.again(&hearth);
    // Who follows it hears its end, wherever the run that executes it works.
    let seen = events(&owner.api, &row["id"], None).await;
    assert_eq!((&*seen.last().unwrap().event, &seen.last().unwrap().data["run"]["id"]), ("run.completed", &row["id"]));
    let root_run = owner.ended(&root_run).await;
    assert_eq!((&root_run["status"], &root_run["resumed"]), (&json!("completed"), &json!(1)));
    let rows = called(&owner, &slow).await;
    assert_eq!((rows.len(), &rows[0]["id"], &rows[0]["status"]), (1, &row["id"], &json!("completed")));
    assert_eq!(rows[0]["output"], json!({ "out": sentence }));
    let used = |run: &Value| run["usage"]["total_tokens"].as_i64().unwrap();
    assert!(used(&rows[0]) > 0 && rows[0]["cost"]["amount"].as_f64().unwrap() > 0.0, "{}", rows[0]);
    assert_eq!((used(&rows[0]), &rows[0]["cost"]), (used(&root_run), &root_run["cost"]), "it is counted in both");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_and_cancellations_end_what_is_called() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    // A failure that the caller catches is one of the callee.
    let broken = json!({ "kind": "json_decode", "inputs": [from("input", "s", "n")], "outputs": [{ "name": "output", "type": "string" }] });
    let broken = published(&owner, "Broken", inner(&broken, "output")).await;
    let mut caught = outer(&call(&broken, &json!({ "literal": "{" })));
    caught["nodes"]["call"]["policy"] = json!({ "on_error": "default", "default": { "out": "instead" } });
    let root = published(&owner, "Caught", caught).await;
    assert_eq!(run(&owner, &root).await["output"], json!({ "out": "instead" }));
    let row = once_called(&owner, &broken, "failed").await;
    assert!(row["error"]["code"].is_string() && row["output"].is_null(), "{row}");
    let page = detail(&owner, &row["id"]).await;
    assert_eq!((places(&page), &page["steps"][1]["status"]), (vec!["s".to_owned(), "task".to_owned()], &json!("failed")));
    assert_eq!(events(&owner.api, &row["id"], None).await.last().unwrap().event, "run.failed");

    // Who cancels the run that calls cancels the call, while it works and while it waits.
    for (name, node, output, status) in
        [("Hangs", model("hang"), "output", "running"), ("Asks", question(), "USER_RESPONSE", "requires_action")]
    {
        let callee = published(&owner, name, inner(&node, output)).await;
        let root = published(&owner, "Root", outer(&call(&callee, &json!({ "literal": "x" })))).await;
        let root_run = begin(&owner, &root).await;
        let row = once_called(&owner, &callee, status).await;
        owner.api.post(&format!("/api/v1/runs/{root_run}/cancel"), json!({})).await.ok();
        let ended = once_called(&owner, &callee, "cancelled").await;
        assert_eq!((&ended["id"], &ended["error"], &ended["required_action"]), (&row["id"], &Value::Null, &Value::Null));
        assert!(ended["finished_at"].is_string());
        assert_eq!(events(&owner.api, &row["id"], None).await.last().unwrap().event, "run.cancelled");
    }
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_that_is_the_skill_of_a_model_is_one_and_a_fork_begins_it_anew() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let small = published(&owner, "shout it", inner(&shout(), "output")).await;
    let mut asks = model("tool ts_shout_it_shout_it {\"n\":\"hi\"}\ntool ts_shout_it_shout_it {\"n\":\"ho\"}");
    asks["params"]["skills"] = json!({ "workflows": [{ "workflow_id": small, "version": "v0.0.1" }] });
    let mut document = outer(&asks);
    document["nodes"]["e"]["inputs"] = json!([from("out", "call", "output")]);
    let root = published(&owner, "Root", document).await;
    let root_run = run(&owner, &root).await;
    assert_eq!(root_run["status"], "completed", "{root_run}");
    let rows = called(&owner, &small).await;
    let outputs: Vec<&Value> = rows.iter().map(|row| &row["output"]["out"]).collect();
    assert_eq!(outputs, ["hi!", "ho!"]);
    assert_eq!(places(&detail(&owner, &rows[0]["id"]).await), ["s", "task", "e"]);

    // Taken again from a step inside the first call: that call is a new run, the other is what it was.
    let step = detail(&owner, &rows[0]["id"]).await["steps"][1]["seq"].clone();
    let fork = owner.api.post(&format!("/api/v1/runs/{}/fork", text(&root_run, "/id")), json!({ "step": step })).await.ok();
    assert_eq!(owner.ended(&text(&fork, "/id")).await["status"], "completed");
    let after = called(&owner, &small).await;
    assert_eq!(after.len(), 3, "only what is executed again is a run again");
    assert_eq!((&after[2]["root_run_id"], &after[2]["status"]), (&fork["id"], &json!("completed")));
    let taken = detail(&owner, &fork["id"]).await;
    let links: Vec<&Value> =
        taken["steps"].as_array().unwrap().iter().filter(|step| step["kind"] == "tool").map(|step| &step["run_id"]).collect();
    assert_eq!(links, [&after[2]["id"], &rows[1]["id"]]);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn called_runs_are_not_counted_and_go_with_their_root() {
    let Some(mut hearth) = Hearth::start_with(&[("HEARTH_RUN_KEEP_COUNT", "2")]).await else { return };
    let owner = hearth.owner().await;
    let small = published(&owner, "Shout", inner(&shout(), "output")).await;
    let root = published(&owner, "Root", outer(&call(&small, &json!({ "literal": "x" })))).await;
    for _ in 0..3 {
        assert_eq!(run(&owner, &root).await["output"], json!({ "out": "x!" }));
    }
    assert_eq!(runs(&owner, "").await.len(), 6);
    // They ended two hours ago.
    let Some(url) = hearth.database_url() else { return };
    let db = db::Db::connect(&db::Options::new(url)).await.unwrap();
    let earlier = db::statement(db.backend(), "UPDATE runs SET finished_at = finished_at - ?", [(2_i64 * 60 * 60 * 1000).into()]);
    assert!(db.write_batch(db::Urgency::Urgent, db::Batch::new(vec![earlier])).await.unwrap());
    db.close().await;
    let before = (runs(&owner, "called=false").await, called(&owner, &small).await);
    hearth.restart().await;

    let owner = owner.again(&hearth);
    let mut left = runs(&owner, "").await;
    for _ in 0..200 {
        if left.len() <= 4 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        left = runs(&owner, "").await;
    }
    assert_eq!(left.len(), 4, "two runs with what they called");
    assert_eq!((runs(&owner, "called=false").await, called(&owner, &small).await), (before.0[1..].to_vec(), before.1[1..].to_vec()));
    let gone = format!("/api/v1/runs/{}", text(&before.1[0], "/id"));
    assert_eq!(owner.api.get(&gone).await.refusal(), (404, "not_found"));
    hearth.stop().await;
}
