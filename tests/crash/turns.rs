//! Chats under load.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hearth_tests::binary::{Process, binary};
use hearth_tests::tally::jitter;
use hearth_tests::{Client, Found, ModelServer, Tally, hearth::text};
use reqwest::Method;
use serde_json::{Value, json};

const ROUNDS: usize = 5;
const CHATS: usize = 16;

/// What a client knows: it was told that this run exists.
#[derive(Debug)]
struct Acknowledged {
    conversation: String,
    run: String,
    question: String,
}

async fn ask(api: Client, workspace: String, agent: String, question: String, told: Arc<AtomicUsize>) -> Option<Acknowledged> {
    let path = format!("/api/v1/workspaces/{workspace}/conversations");
    let request = api.request(Method::POST, &path).json(&json!({ "agent_id": agent, "draft": true }));
    let conversation: Value = request.send().await.ok()?.json().await.ok()?;
    let conversation = conversation["id"].as_str()?.to_owned();
    let request = api.request(Method::POST, &format!("/api/v1/conversations/{conversation}/turns")).json(&json!({ "content": question }));
    let turn: Value = request.send().await.ok()?.json().await.ok()?;
    told.fetch_add(1, Ordering::Relaxed);
    Some(Acknowledged { conversation, run: turn["run_id"].as_str()?.to_owned(), question })
}

/// Whether question, tool call and answer of an acknowledged turn are there once.
async fn check(api: &Client, one: &Acknowledged) -> (Found, String) {
    let Some(run) = super::ended(api, &one.run, Duration::from_secs(60)).await else { return (Found::LOST, format!("{one:?}")) };
    let messages = api.get(&format!("/api/v1/conversations/{}/messages?limit=100", one.conversation)).await.ok();
    let items = messages["items"].as_array().cloned().unwrap_or_default();
    let of = |kind: &str| items.iter().filter(|m| m["type"] == kind).collect::<Vec<_>>();
    let (questions, answers) = (of("question"), of("answer"));
    let answers: Vec<_> = answers.into_iter().filter(|m| !m["content"].to_string().is_empty()).collect();
    let asked = questions.first().is_some_and(|q| q.to_string().contains(one.question.lines().next().unwrap_or_default()));
    let answered = answers.first().is_some_and(|a| a.to_string().contains("42") && a["status"] == "completed");
    let steps = run["steps"].as_array().cloned().unwrap_or_default();
    let tools = steps.iter().filter(|s| s["kind"] == "tool" && s["status"] == "completed").count();
    let counts = [questions.len(), answers.len(), of("function_call").len(), of("tool_response").len(), tools];
    let lost = run["status"] != "completed" || !asked || !answered || counts.contains(&0);
    let found = Found { lost, doubled: counts.iter().map(|count| count.saturating_sub(1)).sum() };
    (found, format!("{run} {messages}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_load() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    let model = ModelServer::start().await;
    let mut server = Process::start(&bin, dir.path(), &[("LOG_LEVEL", "warn")]).await;
    let browser = Client::new(&server.url);
    let me = browser.post("/api/v1/setup", json!({ "email": "a@example.com", "name": "A", "password": "correct horse" })).await.ok();
    let workspace = text(&me, "/workspaces/0/id");
    let body = json!({ "name": "m", "vendor": "openai_compatible", "base_url": model.url(), "api_key": "k", "model": "m", "capabilities": { "tools": true }, "is_default": true });
    browser.post(&format!("/api/v1/workspaces/{workspace}/models"), body).await.ok();
    let config = json!({ "tools": [{ "kind": "builtin", "name": "calculator", "approval": "never" }] });
    let agent =
        text(&browser.post(&format!("/api/v1/workspaces/{workspace}/agents"), json!({ "name": "a", "config": config })).await.ok(), "/id");
    let token = text(&browser.post("/api/v1/me/tokens", json!({ "name": "t" })).await.ok(), "/secret");

    let mut acknowledged: Vec<Acknowledged> = Vec::new();
    for round in 0..ROUNDS {
        let api = Client::new(&server.url).with_token(&token);
        let told = Arc::new(AtomicUsize::new(0));
        let asks: Vec<_> = (0..CHATS)
            .map(|chat| {
                let question = format!("question {round}-{chat}\nslow {}\ntool calculator {{\"expression\":\"6*7\"}}", 20 + chat * 12);
                tokio::spawn(ask(api.clone(), workspace.clone(), agent.clone(), question, Arc::clone(&told)))
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(100 + 130 * round as u64) + jitter(150)).await;
        // A slow machine gets the time to have acknowledged something that could be lost.
        let began = Instant::now();
        while told.load(Ordering::Relaxed) <= CHATS / 4 && began.elapsed() < Duration::from_secs(20) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        server.kill();
        for ask in asks {
            acknowledged.extend(ask.await.unwrap());
        }
        server = Process::start(&bin, dir.path(), &[("LOG_LEVEL", "warn")]).await;
    }
    assert!(acknowledged.len() > CHATS, "only {} turns were acknowledged before the kills", acknowledged.len());
    let api = Client::new(&server.url).with_token(&token);
    let mut tally = Tally { kills: ROUNDS, ..Tally::default() };
    for one in &acknowledged {
        let (found, told) = check(&api, one).await;
        tally.add(found, told);
    }
    let resumed = api.get(&format!("/api/v1/workspaces/{workspace}/runs?limit=100")).await.ok();
    let resumed = resumed["items"].as_array().unwrap().iter().filter(|r| r["resumed"].as_u64() > Some(0)).count();
    assert!(resumed > 0, "no run was interrupted: the test tests nothing");
    println!("{} acknowledged turns, {resumed} taken up again after {ROUNDS} kills", acknowledged.len());
    server.kill();
    tally.close("turns");
}
