//! Something outside that nodes change, and the workflow that does.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hearth_tests::{Client, Found, hearth::text};
use serde_json::{Value, json};

/// How often each thing was asked for, by its idempotency key.
#[derive(Clone, Default)]
pub struct World {
    asked: Arc<Mutex<HashMap<String, u32>>>,
    pace: Duration,
}

impl World {
    /// Listens on loopback; each request takes `pace`. Gives its address.
    pub async fn start(pace: Duration) -> (Self, String) {
        let world = Self { pace, ..Self::default() };
        let router = Router::new().route("/", post(change)).with_state(world.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (world, url)
    }

    /// How often each was asked for.
    pub fn asked(&self) -> HashMap<String, u32> {
        self.asked.lock().unwrap().clone()
    }
}

async fn change(State(world): State<World>, headers: HeaderMap) -> (StatusCode, String) {
    let Some(key) = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned) else {
        return (StatusCode::BAD_REQUEST, "no key".to_owned());
    };
    *world.asked.lock().unwrap().entry(key.clone()).or_default() += 1;
    tokio::time::sleep(world.pace).await;
    (StatusCode::OK, key)
}

/// A published workflow that asks for `count` changes, one after the other; the node that does has this `policy`.
pub async fn changing(api: &Client, workspace: &str, url: &str, count: u32, policy: Value) -> String {
    let document = json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [] },
            "again": {
                "kind": "loop",
                "params": { "over": "count", "collect": [{ "name": "keys", "from": { "node": "change", "path": ["body"] } }] },
                "inputs": [{ "name": "count", "type": "integer", "value": { "literal": count } }],
                "outputs": [{ "name": "keys", "type": { "list": "string" } }]
            },
            "change": {
                "kind": "http_request",
                "parent": "again",
                "params": { "method": "POST", "url": url },
                "outputs": [{ "name": "body", "type": "string" }],
                "policy": policy
            },
            "end": {
                "kind": "end",
                "params": { "mode": "variables" },
                "inputs": [{ "name": "keys", "type": { "list": "string" }, "value": { "ref": { "node": "again", "path": ["keys"] } } }]
            }
        },
        "edges": [
            { "from": "start", "to": "again" },
            { "from": "again", "port": "body", "to": "change" },
            { "from": "change", "to": "again" },
            { "from": "again", "to": "end" }
        ]
    });
    let made = api.post(&format!("/api/v1/workspaces/{workspace}/workflows"), json!({ "name": "w", "document": document })).await.ok();
    let workflow = text(&made, "/id");
    api.post(&format!("/api/v1/workflows/{workflow}/publish"), json!({})).await.ok();
    workflow
}

/// Whether a run that ended did each of its changes once, as far as it and the world can tell.
pub fn check(run: &Value, world: &World, count: usize, kills: u32) -> Found {
    let keys: Vec<&str> = run["output"]["keys"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let different: HashSet<&str> = keys.iter().copied().collect();
    let asked = world.asked();
    let again: Vec<u32> = different.iter().filter_map(|key| asked.get(*key).map(|times| times - 1)).filter(|more| *more > 0).collect();
    // One change can be under way at a kill; it is asked for again with the same key. Finished ones never are.
    let excess = (again.iter().sum::<u32>()).saturating_sub(kills);
    let unasked = different.iter().any(|key| !asked.contains_key(*key));
    Found {
        lost: run["status"] != "completed" || different.len() != count || unasked,
        doubled: keys.len() - different.len() + excess as usize,
    }
}
