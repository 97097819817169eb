//! Triggers: workflows that start by themselves, by calls and by times.

use std::time::Duration;

use db::sea_orm::ConnectionTrait as _;
use hearth_tests::client::Answer;
use hearth_tests::{Client, Hearth, Member, hearth::text};
use reqwest::Method;
use serde_json::{Value, json};

/// A workflow whose result is what it was given.
fn echo() -> Value {
    let object = json!({ "object": [] });
    let fields = [
        ("name", json!("string")),
        ("count", json!("integer")),
        ("body", object.clone()),
        ("headers", object.clone()),
        ("query", object),
        ("method", json!("string")),
        ("when", json!("string")),
    ];
    let outputs: Vec<Value> = fields.iter().map(|(name, ty)| json!({ "name": name, "type": ty })).collect();
    let inputs = fields.iter().map(|(name, ty)| json!({ "name": name, "type": ty, "value": { "ref": { "node": "s", "path": [name] } } }));
    json!({
        "nodes": {
            "s": { "kind": "start", "outputs": outputs },
            "e": { "kind": "end", "params": { "mode": "variables" }, "inputs": inputs.collect::<Vec<_>>() },
        },
        "edges": [{ "from": "s", "to": "e" }],
    })
}

/// One that does this between its start and its end.
fn doing(node: &Value) -> Value {
    json!({ "nodes": { "s": { "kind": "start" }, "n": node, "e": { "kind": "end" } },
        "edges": [{ "from": "s", "to": "n" }, { "from": "n", "to": "e" }] })
}

fn broken() -> Value {
    let input = json!({ "name": "input", "type": "string", "value": { "literal": "{" } });
    doing(&json!({ "kind": "json_decode", "inputs": [input], "outputs": [{ "name": "output", "type": "any" }] }))
}

fn asking() -> Value {
    let answer = json!({ "name": "USER_RESPONSE", "type": "string" });
    doing(&json!({ "kind": "question", "params": { "question": "Who?" }, "outputs": [answer] }))
}

fn waiting(milliseconds: u64) -> Value {
    doing(&json!({ "kind": "wait", "inputs": [{ "name": "milliseconds", "type": "integer", "value": { "literal": milliseconds } }] }))
}

async fn workflow(owner: &Member, document: Value, publish: bool) -> String {
    let body = json!({ "name": "Flow", "document": document });
    let id = text(&owner.api.post(&format!("/api/v1/workspaces/{}/workflows", owner.workspace), body).await.ok(), "/id");
    if publish {
        owner.api.post(&format!("/api/v1/workflows/{id}/publish"), json!({})).await.ok();
    }
    id
}

async fn trigger(owner: &Member, workflow: &str, body: Value) -> Value {
    owner.api.post(&format!("/api/v1/workflows/{workflow}/triggers"), body).await.ok()
}

async fn show(owner: &Member, trigger: &Value) -> Value {
    owner.api.get(&format!("/api/v1/triggers/{}", text(trigger, "/trigger/id"))).await.ok()
}

async fn firings(owner: &Member, trigger: &Value) -> Vec<Value> {
    let path = format!("/api/v1/triggers/{}/firings?limit=100", text(trigger, "/trigger/id"));
    owner.api.get(&path).await.ok()["items"].as_array().unwrap().clone()
}

/// The path of an address on the server.
fn path(saved: &Value) -> String {
    let url = text(saved, "/url");
    url[url.find("/hooks/").unwrap()..].to_owned()
}

/// What the database is made to say.
async fn execute(hearth: &Hearth, sql: &str) {
    let database = db::Db::connect(&db::Options::new(hearth.database_url().unwrap())).await.unwrap();
    database.schema_connection().execute_unprepared(sql).await.unwrap();
    database.close().await;
}

/// Makes a schedule due so many seconds ago.
async fn make_due(hearth: &Hearth, trigger: &Value, seconds: i64) {
    let at = types::Timestamp::now().plus_seconds(-seconds).millis();
    execute(hearth, &format!("UPDATE triggers SET next_at = {at} WHERE id = {}", text(trigger, "/trigger/id"))).await;
}

/// Waits until the trigger has fired so often.
async fn fired(owner: &Member, trigger: &Value, times: usize) -> Vec<Value> {
    for _ in 0..600 {
        let found = firings(owner, trigger).await;
        if found.len() >= times {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the trigger did not fire {times} times: {:?}", firings(owner, trigger).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_starts_the_published_workflow() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let flow = workflow(&owner, echo(), true).await;
    let saved = trigger(&owner, &flow, json!({ "name": "Orders", "webhook": { "answer": "wait" } })).await;
    assert_eq!(saved["signing_secret"], Value::Null);
    let hook = path(&saved);
    assert!(hook.len() > "/hooks/hook_".len() + 40, "{hook}");
    let anybody = hearth.visitor();

    let request =
        anybody.request(Method::POST, &format!("{hook}?a=1&a=2")).header("x-source", "shop").header("authorization", "Bearer secret");
    let answer = anybody.send(request.json(&json!({ "name": "Ann", "count": "3", "more": true }))).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let run = answer.headers["x-hearth-run-id"].to_str().unwrap().to_owned();
    let given = &answer.json;
    assert_eq!((&given["name"], &given["count"], &given["method"]), (&json!("Ann"), &json!(3), &json!("POST")));
    assert_eq!((&given["body"]["more"], &given["query"]), (&json!(true), &json!({ "a": ["1", "2"] })));
    assert_eq!((&given["headers"]["x-source"], &given["headers"]["authorization"]), (&json!("shop"), &Value::Null));

    let run = owner.api.get(&format!("/api/v1/runs/{run}")).await.ok();
    let trigger_id = text(&saved, "/trigger/id");
    assert_eq!((&run["meta"]["trigger"], &run["created_by"]), (&json!(trigger_id), &json!(owner.user)));
    let by_query = anybody.get(&format!("{hook}?name=q&count=7")).await.ok();
    assert_eq!((&by_query["name"], &by_query["count"], &by_query["method"]), (&json!("q"), &json!(7), &json!("GET")));
    let form = anybody.request(Method::PUT, &hook).form(&[("name", "f"), ("count", "x")]);
    let form = anybody.send(form).await.ok();
    assert_eq!((&form["name"], &form["count"]), (&json!("f"), &Value::Null), "what does not fit becomes nothing");
    assert_eq!(anybody.send(anybody.request(Method::PATCH, &hook).json(&json!({ "name": "p" }))).await.ok()["name"], "p");
    assert_eq!(anybody.delete(&format!("{hook}?name=d")).await.ok()["name"], "d");
    // Whoever only looks starts nothing.
    assert_eq!(anybody.send(anybody.request(Method::HEAD, &hook)).await.status, 404);

    let seen = show(&owner, &saved).await;
    assert_eq!((&seen["counts"]["started"], &seen["last_error"]), (&json!(5), &Value::Null));
    let told = firings(&owner, &saved).await;
    assert_eq!(
        (told.len(), &told[0]["outcome"], &told[0]["cause"], &told[0]["run_status"]),
        (5, &json!("started"), &json!("webhook"), &json!("completed"))
    );
    assert_eq!(told[0]["run_id"], seen["last_run_id"]);
    // Neither the list nor the trigger itself tells the address again.
    let listed = owner.api.get(&format!("/api/v1/workflows/{flow}/triggers")).await.text;
    let secret = hook.trim_start_matches("/hooks/");
    assert!(!listed.contains(secret) && !seen.to_string().contains(secret));
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_follow_the_run() {
    let Some(hearth) = Hearth::start_with(&[("HEARTH_HOOK_WAIT", "1s")]).await else { return };
    let owner = hearth.owner().await;
    let anybody = hearth.visitor();
    let call = async |document: Value, answer: &str| -> (Value, Answer) {
        let flow = workflow(&owner, document, true).await;
        let saved = trigger(&owner, &flow, json!({ "name": "t", "webhook": { "answer": answer } })).await;
        let answer = anybody.post(&path(&saved), json!({})).await;
        (saved, answer)
    };
    let (saved, at_once) = call(echo(), "async").await;
    assert_eq!((at_once.status.as_u16(), &at_once.json["status"]), (202, &json!("running")));
    assert_eq!(owner.ended(&text(&at_once.json, "/run_id")).await["status"], "completed");
    assert_eq!(firings(&owner, &saved).await[0]["run_id"], at_once.json["run_id"]);

    let (_, failed) = call(broken(), "wait").await;
    assert_eq!(failed.status, 502, "{}", failed.text);
    let error = &failed.json["error"];
    let run = owner.ended(&text(error, "/run_id")).await;
    assert_eq!((&run["status"], &run["error"]["code"], &run["error"]["message"]), (&json!("failed"), &error["code"], &error["message"]));
    assert!(error["log_id"].as_str().is_some_and(|id| !id.is_empty()));

    let (_, asks) = call(asking(), "wait").await;
    assert_eq!((asks.status.as_u16(), &asks.json["status"]), (202, &json!("requires_action")), "{}", asks.text);
    let (_, long) = call(waiting(600_000), "wait").await;
    assert_eq!((long.status.as_u16(), &long.json["status"]), (202, &json!("running")), "{}", long.text);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_says_what_is_given() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let flow = workflow(&owner, echo(), true).await;
    let inputs = json!({ "name": "{{body.user.name}} of {{query.shop}}", "count": "{{body.items[1].n}}", "when": "fixed", "method": "{{body.gone}}" });
    let saved = trigger(&owner, &flow, json!({ "name": "t", "inputs": inputs, "webhook": { "answer": "wait" } })).await;
    let body = json!({ "user": { "name": "Ann" }, "items": [{}, { "n": 5 }], "name": "by name" });
    let given = hearth.visitor().post(&format!("{}?shop=north", path(&saved)), body).await.ok();
    assert_eq!(
        (&given["name"], &given["count"], &given["when"], &given["method"]),
        (&json!("Ann of north"), &json!(5), &json!("fixed"), &Value::Null)
    );
    let wrong = json!({ "name": "t", "inputs": { "a": "{{env.X}}" }, "webhook": {} });
    let refused = owner.api.post(&format!("/api/v1/workflows/{flow}/triggers"), wrong).await;
    assert_eq!((refused.refusal(), &refused.json["error"]["field"]), ((400, "invalid_request"), &json!("inputs")));
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_calls_are_refused_in_words() {
    let Some(hearth) = Hearth::start_with(&[("HEARTH_HOOK_MAX_BODY", "1KiB")]).await else { return };
    let owner = hearth.owner().await;
    let flow = workflow(&owner, echo(), false).await;
    let saved = trigger(&owner, &flow, json!({ "name": "t", "webhook": {} })).await;
    let (hook, anybody) = (path(&saved), hearth.visitor());
    let send = async |content_type: &str, body: String, key: &str| {
        let mut request = anybody.request(Method::POST, &hook).header("content-type", content_type).body(body);
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        anybody.send(request).await
    };
    // Only what is published runs.
    assert_eq!(anybody.post(&hook, json!({})).await.refusal(), (409, "workflow_not_published"));
    owner.api.post(&format!("/api/v1/workflows/{flow}/publish"), json!({})).await.ok();
    assert_eq!(anybody.post(&hook, json!({})).await.status, 202);

    assert_eq!(send("application/json", "{\"a\":".into(), "").await.refusal(), (400, "hook_body_invalid"));
    assert_eq!(send("application/json", format!("{}{}", "[".repeat(300), "]".repeat(300)), "").await.refusal(), (400, "hook_body_invalid"));
    assert_eq!(send("application/octet-stream", "x".into(), "").await.refusal(), (400, "hook_body_type"));
    assert_eq!(send("application/json", format!("\"{}\"", "x".repeat(2000)), "").await.refusal(), (413, "body_too_large"));
    assert_eq!(send("application/json", "{}".into(), &"k".repeat(256)).await.refusal(), (400, "invalid_request"));
    let seen = show(&owner, &saved).await;
    assert_eq!((&seen["counts"]["started"], &seen["last_error"]["code"]), (&json!(1), &json!("invalid_request")), "{seen}");
    assert_eq!(seen["counts"]["refused"], 5, "one that is too large is not even looked at: {seen}");

    // Every address that does not answer is answered alike.
    let id = text(&saved, "/trigger/id");
    let known = anybody.get("/hooks/hook_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await;
    owner.api.patch(&format!("/api/v1/triggers/{id}"), json!({ "enabled": false })).await.ok();
    let rotated = owner.api.post(&format!("/api/v1/triggers/{id}/rotate"), json!({})).await.ok();
    let mut answers = vec![known];
    for path in ["/hooks/x", "/hooks/%00", &hook, &path(&rotated), &format!("{hook}%20")] {
        answers.push(anybody.post(path, json!({})).await);
    }
    for answer in &mut answers {
        let error = answer.json["error"].as_object_mut().unwrap();
        error.remove("log_id");
        assert_eq!(
            (answer.status.as_u16(), &answer.json),
            (404, &json!({ "error": { "code": "hook_unknown", "message": "No webhook answers at this address." } }))
        );
    }
    // Switched on again, only the new address counts.
    owner.api.patch(&format!("/api/v1/triggers/{id}"), json!({ "enabled": true })).await.ok();
    assert_eq!(anybody.post(&hook, json!({})).await.status, 404);
    assert_eq!(anybody.post(&path(&rotated), json!({})).await.status, 202);
    // A cookie gives nobody more than the address does.
    assert_eq!(owner.browser.post(&path(&rotated), json!({})).await.status, 202);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_limited() {
    let Some(hearth) = Hearth::start_with(&[("HEARTH_HOOK_RATE", "3")]).await else { return };
    let owner = hearth.owner().await;
    let flow = workflow(&owner, echo(), true).await;
    let (one, two) = (
        trigger(&owner, &flow, json!({ "name": "1", "webhook": {} })).await,
        trigger(&owner, &flow, json!({ "name": "2", "webhook": {} })).await,
    );
    let anybody = hearth.visitor();
    for _ in 0..3 {
        assert_eq!(anybody.post(&path(&one), json!({})).await.status, 202);
    }
    let refused = anybody.post(&path(&one), json!({})).await;
    assert_eq!(refused.refusal(), (429, "rate_limited"));
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(anybody.post(&path(&two), json!({})).await.status, 202, "each has its own measure");
    assert_eq!(show(&owner, &one).await["counts"]["started"], 3);
    // Whoever tries addresses is stopped.
    let mut last = 404;
    for n in 0..80 {
        last = anybody.get(&format!("/hooks/guess{n}")).await.status.as_u16();
    }
    assert_eq!(last, 429);
    assert_eq!(anybody.post(&path(&two), json!({})).await.status, 202, "but not who knows one");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signed_calls_only() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let flow = workflow(&owner, echo(), true).await;
    let saved = trigger(&owner, &flow, json!({ "name": "t", "webhook": { "signed": true, "answer": "wait" } })).await;
    let (hook, anybody) = (path(&saved), hearth.visitor());
    let sign = |secret: &str, bytes: &[u8]| {
        use hmac::{Hmac, KeyInit as _, Mac as _};
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(bytes);
        format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
    };
    let send = async |body: &str, signature: Option<String>| {
        let mut request = anybody.request(Method::POST, &hook).header("content-type", "application/json").body(body.to_owned());
        if let Some(signature) = signature {
            request = request.header("x-hearth-signature", signature);
        }
        anybody.send(request).await
    };
    let secret = text(&saved, "/signing_secret");
    let body = r#"{ "name":  "as it was sent" }"#;
    assert_eq!(send(body, Some(sign(&secret, body.as_bytes()))).await.ok()["name"], "as it was sent");
    for wrong in [None, Some("sha256=00".to_owned()), Some(sign("other", body.as_bytes())), Some(sign(&secret, b"{}"))] {
        assert_eq!(send(body, wrong).await.refusal(), (401, "hook_signature_wrong"));
    }
    // Without a body the query is signed.
    let by_query = anybody.request(Method::GET, &format!("{hook}?name=q")).header("x-hearth-signature", sign(&secret, b"name=q"));
    assert_eq!(anybody.send(by_query).await.ok()["name"], "q");

    // Another secret; then none.
    let id = text(&saved, "/trigger/id");
    let rotated = owner.api.post(&format!("/api/v1/triggers/{id}/rotate"), json!({ "part": "signing_secret" })).await.ok();
    let new = text(&rotated, "/signing_secret");
    assert_eq!(rotated["url"], Value::Null);
    assert_eq!(send(body, Some(sign(&secret, body.as_bytes()))).await.status, 401);
    assert_eq!(send(body, Some(sign(&new, body.as_bytes()))).await.status, 200);
    let off = owner.api.patch(&format!("/api/v1/triggers/{id}"), json!({ "webhook": { "signed": false, "answer": "wait" } })).await.ok();
    assert_eq!(off["signing_secret"], Value::Null);
    assert_eq!(send(body, None).await.status, 200);
    let again = owner.api.post(&format!("/api/v1/triggers/{id}/rotate"), json!({ "part": "signing_secret" })).await;
    assert_eq!(again.refusal(), (409, "trigger_without_secret"));
    let on = owner.api.patch(&format!("/api/v1/triggers/{id}"), json!({ "webhook": { "signed": true, "answer": "wait" } })).await.ok();
    let third = text(&on, "/signing_secret");
    assert!(third != new && third != secret);
    assert_eq!(send(body, Some(sign(&third, body.as_bytes()))).await.status, 200);
    hearth.stop().await;
}

async fn with_key(client: &Client, hook: &str, key: &str) -> Answer {
    client.send(client.request(Method::POST, hook).header("idempotency-key", key).json(&json!({ "name": "n" }))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_comes_again_starts_one_run() {
    let Some(hearth) = Hearth::start().await else { return };
    let other = hearth.beside().await;
    let owner = hearth.owner().await;
    let flow = workflow(&owner, echo(), true).await;
    let saved = trigger(&owner, &flow, json!({ "name": "t", "webhook": {} })).await;
    let hook = path(&saved);
    let doors = [hearth.visitor(), other.as_ref().map_or_else(|| hearth.visitor(), Hearth::visitor)];
    // At once and through both processes.
    let calls = (0..12).map(|n| with_key(&doors[n % 2], &hook, "same"));
    let answers = futures::future::join_all(calls).await;
    let first = text(&answers[0].json, "/run_id");
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), &answer.json["run_id"]), (202, &json!(first)), "{}", answer.text);
    }
    assert_eq!(show(&owner, &saved).await["counts"]["started"], 1);
    assert_eq!(owner.ended(&first).await["status"], "completed");
    assert_eq!(text(&with_key(&doors[0], &hook, "same").await.json, "/run_id"), first);
    assert_ne!(text(&with_key(&doors[0], &hook, "other").await.json, "/run_id"), first);
    // A key of another trigger is another key, and one of yesterday is forgotten.
    let beside = trigger(&owner, &flow, json!({ "name": "t2", "webhook": {} })).await;
    assert_ne!(text(&with_key(&doors[0], &path(&beside), "same").await.json, "/run_id"), first);
    execute(&hearth, "UPDATE trigger_keys SET created_at = created_at - 90000000").await;
    assert_ne!(text(&with_key(&doors[0], &hook, "same").await.json, "/run_id"), first);
    let runs = owner.api.get(&format!("/api/v1/workspaces/{}/runs?limit=100", owner.workspace)).await.ok();
    assert_eq!(runs["items"].as_array().unwrap().len(), 4);
    if let Some(other) = other {
        other.stop().await;
    }
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn schedules_start_on_time_and_make_up_for_what_was_missed() {
    let Some(mut hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let flow = workflow(&owner, echo(), true).await;
    let schedule = |fields: Value| {
        let mut schedule = json!({ "every_minutes": 60, "time_zone": "Asia/Shanghai" });
        schedule.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({ "name": "t", "inputs": { "name": "nightly", "when": "{{due_at}}" }, "schedule": schedule })
    };
    let on_time = trigger(&owner, &flow, schedule(json!({}))).await;
    assert_eq!((&on_time["url"], &on_time["trigger"]["webhook"]), (&Value::Null, &Value::Null));
    make_due(&hearth, &on_time, 1).await;
    let told = fired(&owner, &on_time, 1).await;
    assert_eq!((&told[0]["outcome"], &told[0]["cause"]), (&json!("started"), &json!("schedule")), "{told:?}");
    let run = owner.ended(&text(&told[0], "/run_id")).await;
    assert_eq!(
        (&run["output"]["name"], &run["output"]["when"], &run["created_by"]),
        (&json!("nightly"), &told[0]["due_at"], &json!(owner.user))
    );
    let due: types::Timestamp = serde_json::from_value(told[0]["due_at"].clone()).unwrap();
    let next: types::Timestamp = serde_json::from_value(show(&owner, &on_time).await["next_at"].clone()).unwrap();
    assert_eq!(next, due.plus_seconds(3600));

    // Five hours without a server: one run, or none.
    let skips = trigger(&owner, &flow, schedule(json!({ "missed": "skip" }))).await;
    hearth.restart().await;
    let owner = owner.again(&hearth);
    make_due(&hearth, &on_time, 5 * 3600 + 600).await;
    make_due(&hearth, &skips, 5 * 3600 + 600).await;
    let told = fired(&owner, &on_time, 2).await;
    let latest: types::Timestamp = serde_json::from_value(told[0]["due_at"].clone()).unwrap();
    let late = types::Timestamp::now().millis() - latest.millis();
    assert!((600_000..660_000).contains(&late), "the latest of the missed, {late} ms ago");
    let told = fired(&owner, &skips, 1).await;
    assert_eq!(
        (&told[0]["outcome"], &told[0]["reason"]["code"], &told[0]["run_id"]),
        (&json!("skipped"), &json!("schedule_missed"), &Value::Null)
    );
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!((firings(&owner, &on_time).await.len(), firings(&owner, &skips).await.len()), (2, 1), "once and not again");

    // Switched off it waits for nothing; switched on it waits anew.
    let id = text(&on_time, "/trigger/id");
    let off = owner.api.patch(&format!("/api/v1/triggers/{id}"), json!({ "enabled": false })).await.ok();
    assert_eq!(off["trigger"]["next_at"], Value::Null);
    let on = owner.api.patch(&format!("/api/v1/triggers/{id}"), json!({ "enabled": true })).await.ok();
    assert!(on["trigger"]["next_at"].is_string());
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_goes_on_can_hold_the_next_back() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let flow = workflow(&owner, asking(), true).await;
    let saved = trigger(&owner, &flow, json!({ "name": "t", "schedule": { "every_minutes": 1, "overlap": "skip" } })).await;
    make_due(&hearth, &saved, 1).await;
    let run = text(&fired(&owner, &saved, 1).await[0], "/run_id");
    make_due(&hearth, &saved, 1).await;
    let told = fired(&owner, &saved, 2).await;
    assert_eq!((&told[0]["outcome"], &told[0]["reason"]["code"]), (&json!("skipped"), &json!("schedule_overlap")));
    owner.api.post(&format!("/api/v1/runs/{run}/cancel"), json!({})).await.ok();
    owner.ended(&run).await;
    make_due(&hearth, &saved, 1).await;
    assert_eq!(fired(&owner, &saved, 3).await[0]["outcome"], "started");
    let counts = show(&owner, &saved).await["counts"].clone();
    assert_eq!(counts, json!({ "started": 2, "refused": 0, "skipped": 1 }));
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_start_each_occurrence_once() {
    let Some(hearth) = Hearth::start().await else { return };
    // SQLite has one process; there the clock's own tasks are what could meet.
    let other = hearth.beside().await;
    let owner = hearth.owner().await;
    let flow = workflow(&owner, echo(), true).await;
    let mut all = Vec::new();
    for n in 0..20 {
        all.push(trigger(&owner, &flow, json!({ "name": format!("t{n}"), "schedule": { "every_minutes": 30 } })).await);
    }
    for round in 1..=3 {
        let at = types::Timestamp::now().plus_seconds(-2).millis();
        execute(&hearth, &format!("UPDATE triggers SET next_at = {at}")).await;
        for saved in &all {
            fired(&owner, saved, round).await;
        }
    }
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let mut runs = std::collections::BTreeSet::new();
    for saved in &all {
        let told = firings(&owner, saved).await;
        assert_eq!(told.len(), 3, "{told:?}");
        runs.extend(told.iter().map(|firing| text(firing, "/run_id")));
    }
    assert_eq!(runs.len(), 60);
    for run in &runs {
        assert_eq!(owner.ended(run).await["status"], "completed");
    }
    let mut listed = 0;
    let mut cursor = String::new();
    loop {
        let page = owner.api.get(&format!("/api/v1/workspaces/{}/runs?limit=100&cursor={cursor}", owner.workspace)).await.ok();
        listed += page["items"].as_array().unwrap().len();
        let Some(next) = page["next_cursor"].as_str() else { break };
        next.clone_into(&mut cursor);
    }
    assert_eq!(listed, 60, "no run beside those that the firings tell of");
    if let Some(other) = other {
        other.stop().await;
    }
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn builders_make_triggers_and_answer_for_them() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let (builder, viewer) = (hearth.user("builder").await, hearth.user("viewer").await);
    let team = text(&owner.browser.post("/api/v1/workspaces", json!({ "name": "team" })).await.ok(), "/id");
    for (member, role) in [(&builder, "builder"), (&viewer, "viewer")] {
        let invitation = owner.browser.post(&format!("/api/v1/workspaces/{team}/invitations"), json!({ "role": role })).await.ok();
        member.browser.post(&format!("/api/v1/invitations/{}/accept", text(&invitation, "/code")), json!({})).await.ok();
    }
    let in_team = Member { workspace: team.clone(), ..owner.clone() };
    let flow = workflow(&in_team, echo(), true).await;
    let triggers = format!("/api/v1/workflows/{flow}/triggers");
    let hook = json!({ "name": "hook", "webhook": {} });
    assert_eq!(viewer.browser.post(&triggers, hook.clone()).await.refusal(), (403, "forbidden"));
    let saved = builder.browser.post(&triggers, hook).await.ok();
    let timer = builder.browser.post(&triggers, json!({ "name": "timer", "schedule": { "every_minutes": 60 } })).await.ok();
    let id = text(&saved, "/trigger/id");
    let one = format!("/api/v1/triggers/{id}");
    assert_eq!(viewer.browser.get(&triggers).await.ok()["items"].as_array().unwrap().len(), 2);
    assert_eq!(viewer.browser.get(&one).await.ok()["created_by"]["name"], "builder");
    viewer.browser.get(&format!("{one}/firings")).await.ok();
    for refused in [
        viewer.browser.patch(&one, json!({ "enabled": false })).await,
        viewer.browser.delete(&one).await,
        viewer.browser.post(&format!("{one}/rotate"), json!({})).await,
        viewer.browser.post(&format!("{one}/fire"), json!({})).await,
    ] {
        assert_eq!(refused.refusal(), (403, "forbidden"));
    }
    // Runs act for who made it, at whatever role he is now.
    let anybody = hearth.visitor();
    let run = text(&anybody.post(&path(&saved), json!({})).await.ok(), "/run_id");
    assert_eq!(owner.api.get(&format!("/api/v1/runs/{run}")).await.ok()["created_by"], json!(builder.user));
    let removed = owner.browser.delete(&format!("/api/v1/workspaces/{team}/members/{}", builder.user)).await;
    assert!(removed.status.is_success(), "{}", removed.text);
    assert_eq!(anybody.post(&path(&saved), json!({})).await.refusal(), (409, "trigger_owner_lost"));
    assert_eq!(anybody.post(&path(&saved), json!({})).await.refusal(), (404, "hook_unknown"));
    make_due(&hearth, &timer, 1).await;
    let told = fired(&in_team, &timer, 1).await;
    assert_eq!((&told[0]["outcome"], &told[0]["reason"]["code"]), (&json!("refused"), &json!("trigger_owner_lost")));
    for stopped in [show(&in_team, &saved).await, show(&in_team, &timer).await] {
        assert_eq!(
            (&stopped["enabled"], &stopped["next_at"], &stopped["last_error"]["code"]),
            (&json!(false), &Value::Null, &json!("trigger_owner_lost"))
        );
    }
    // Whoever switches it on again answers for it.
    let on = owner.browser.patch(&one, json!({ "enabled": true })).await.ok();
    assert_eq!((&on["trigger"]["runs_as"]["id"], &on["trigger"]["last_error"]), (&json!(owner.user), &Value::Null));
    let run = text(&anybody.post(&path(&saved), json!({})).await.ok(), "/run_id");
    assert_eq!(owner.api.get(&format!("/api/v1/runs/{run}")).await.ok()["created_by"], json!(owner.user));
    let log = owner.browser.get(&format!("/api/v1/workspaces/{team}/audit-log")).await.ok().to_string();
    assert!(log.contains("trigger.create") && log.contains("trigger.change"), "{log}");
    let actor = json!(owner.user);
    assert_eq!(
        owner.api.post(&format!("{one}/fire"), json!({ "body": { "name": "try" } })).await.ok()["run_id"],
        show(&in_team, &saved).await["last_run_id"]
    );
    assert_eq!(firings(&in_team, &saved).await[0]["cause"], "test");
    assert_eq!(on["trigger"]["runs_as"]["id"], actor);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn triggers_share_the_life_of_their_workflow() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let anybody = hearth.visitor();
    let flow = workflow(&owner, echo(), true).await;
    let fixed = json!({ "name": "fixed", "version": "v0.0.1", "inputs": { "name": "n" }, "webhook": { "answer": "wait" } });
    let fixed = trigger(&owner, &flow, fixed).await;
    let latest = trigger(&owner, &flow, json!({ "name": "latest", "webhook": { "answer": "wait" } })).await;
    let unknown =
        owner.api.post(&format!("/api/v1/workflows/{flow}/triggers"), json!({ "name": "x", "version": "v9.0.0", "webhook": {} })).await;
    assert_eq!(unknown.refusal(), (404, "version_not_found"));
    let draft = owner.api.get(&format!("/api/v1/workflows/{flow}/draft")).await.ok();
    let body = json!({ "document": broken(), "revision": draft["revision"] });
    owner.api.put(&format!("/api/v1/workflows/{flow}/draft"), body).await.ok();
    owner.api.post(&format!("/api/v1/workflows/{flow}/publish"), json!({})).await.ok();
    assert_eq!(anybody.post(&path(&fixed), json!({})).await.ok()["name"], "n");
    assert_eq!(anybody.post(&path(&latest), json!({})).await.status, 502);
    owner.api.post(&format!("/api/v1/workflows/{flow}/unpublish"), json!({})).await.ok();
    assert_eq!(anybody.post(&path(&fixed), json!({})).await.refusal(), (409, "workflow_not_published"));
    owner.api.post(&format!("/api/v1/workflows/{flow}/publish"), json!({})).await.ok();

    // A copy has none; a move takes them along, switched off.
    let copy = text(&owner.api.post(&format!("/api/v1/workflows/{flow}/duplicate"), json!({})).await.ok(), "/id");
    assert_eq!(owner.api.get(&format!("/api/v1/workflows/{copy}/triggers")).await.ok(), json!({ "items": [] }));
    let export = owner.api.get(&format!("/api/v1/workflows/{flow}/export?format=hearth")).await.text;
    assert!(!export.contains("trigger"), "{export}");
    let team = text(&owner.browser.post("/api/v1/workspaces", json!({ "name": "team" })).await.ok(), "/id");
    owner.browser.post(&format!("/api/v1/workflows/{flow}/move"), json!({ "workspace_id": team })).await.ok();
    assert_eq!(anybody.post(&path(&fixed), json!({})).await.status, 404);
    let moved = owner.browser.get(&format!("/api/v1/triggers/{}", text(&fixed, "/trigger/id"))).await.ok();
    assert_eq!((&moved["workspace_id"], &moved["enabled"]), (&json!(team), &json!(false)));
    owner.browser.patch(&format!("/api/v1/triggers/{}", text(&fixed, "/trigger/id")), json!({ "enabled": true })).await.ok();
    let again = anybody.post(&path(&fixed), json!({})).await;
    let run = owner.browser.get(&format!("/api/v1/runs/{}", again.headers["x-hearth-run-id"].to_str().unwrap())).await.ok();
    assert_eq!(run["workspace_id"], json!(team));

    // Deleted with the workflow, or alone.
    owner.browser.delete(&format!("/api/v1/triggers/{}", text(&latest, "/trigger/id"))).await.ok();
    assert_eq!(owner.browser.get(&format!("/api/v1/triggers/{}", text(&latest, "/trigger/id"))).await.status, 404);
    owner.browser.delete(&format!("/api/v1/workflows/{flow}")).await.ok();
    assert_eq!(anybody.post(&path(&fixed), json!({})).await.status, 404);
    assert_eq!(owner.browser.get(&format!("/api/v1/triggers/{}", text(&fixed, "/trigger/id"))).await.status, 404);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_trigger_is_refused() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let flow = workflow(&owner, echo(), false).await;
    let path = format!("/api/v1/workflows/{flow}/triggers");
    for (body, code) in [
        (json!({ "name": "t" }), "invalid_request"),
        (json!({ "name": "", "webhook": {} }), "invalid_request"),
        (json!({ "name": "t", "webhook": {}, "schedule": { "every_minutes": 5 } }), "invalid_request"),
        (json!({ "name": "t", "webhook": { "secret": "mine" } }), "invalid_request"),
        (json!({ "name": "t", "webhook": {}, "version": "1.0" }), "invalid_request"),
        (json!({ "name": "t", "schedule": {} }), "schedule_invalid"),
        (json!({ "name": "t", "schedule": { "cron": "61 * * * *" } }), "schedule_invalid"),
        (json!({ "name": "t", "schedule": { "cron": "0 0 31 2 *" } }), "schedule_invalid"),
        (json!({ "name": "t", "schedule": { "cron": "0 9 * * *", "time_zone": "Nowhere/Land" } }), "schedule_invalid"),
    ] {
        assert_eq!(owner.api.post(&path, body.clone()).await.refusal(), (400, code), "{body}");
    }
    let times = owner.api.post("/api/v1/schedule-times", json!({ "cron": "0 9 * * MON", "time_zone": "Asia/Shanghai" })).await.ok();
    let times = times["times"].as_array().unwrap().clone();
    assert!(times.len() == 5 && times.iter().all(|time| time.as_str().unwrap().ends_with("T01:00:00.000Z")), "{times:?}");
    assert_eq!(owner.api.post("/api/v1/schedule-times", json!({ "cron": "x" })).await.refusal(), (400, "schedule_invalid"));
    let saved = trigger(&owner, &flow, json!({ "name": "t", "webhook": {} })).await;
    let id = text(&saved, "/trigger/id");
    let change = owner.api.patch(&format!("/api/v1/triggers/{id}"), json!({ "schedule": { "every_minutes": 5 } })).await;
    assert_eq!(change.refusal(), (400, "invalid_request"));
    for n in 1..50 {
        trigger(&owner, &flow, json!({ "name": format!("t{n}"), "webhook": {} })).await;
    }
    assert_eq!(owner.api.post(&path, json!({ "name": "t", "webhook": {} })).await.refusal(), (409, "too_many_triggers"));
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn firings_are_bounded() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let flow = workflow(&owner, echo(), false).await;
    let saved = trigger(&owner, &flow, json!({ "name": "t", "webhook": {} })).await;
    let id = text(&saved, "/trigger/id");
    let rows: Vec<String> = (1..=400).map(|n| format!("({n}, {id}, {n}, 'webhook', 'skipped')")).collect();
    execute(&hearth, &format!("INSERT INTO trigger_firings (id, trigger_id, at, occasion, outcome) VALUES {}", rows.join(", "))).await;
    assert_eq!(hearth.visitor().post(&path(&saved), json!({})).await.status, 409);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = owner.api.get(&format!("/api/v1/triggers/{id}/firings?limit=100&cursor={cursor}")).await.ok();
        seen.extend(page["items"].as_array().unwrap().iter().map(|firing| text(firing, "/id")));
        let Some(next) = page["next_cursor"].as_str() else { break };
        next.clone_into(&mut cursor);
    }
    assert_eq!((seen.len(), seen.last().map(String::as_str)), (200, Some("202")));
    hearth.stop().await;
}
