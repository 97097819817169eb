//! Code of workflows keeps to what the operator grants.

use hearth_tests::binary::{Process, binary};
use hearth_tests::{Client, ModelServer, hearth::text};
use serde_json::{Value, json};

use crate::{Furnished, furnish};

/// A workflow of one code node.
async fn made(browser: &Client, workspace: &str, code: &str, network: &[&str]) -> String {
    let params = json!({ "language": "javascript", "code": code, "network": network });
    let out = json!([{ "name": "out", "type": "any", "value": { "ref": { "node": "code", "path": ["out"] } } }]);
    let document = json!({
        "nodes": {
            "start": { "kind": "start" },
            "code": { "kind": "code", "params": params, "outputs": [{ "name": "out", "type": "any" }] },
            "end": { "kind": "end", "params": { "mode": "variables" }, "inputs": out },
        },
        "edges": [{ "from": "start", "to": "code" }, { "from": "code", "to": "end" }],
    });
    text(&browser.post(&format!("{workspace}/workflows"), json!({ "name": "code", "document": document })).await.ok(), "/id")
}

async fn ran(api: &Client, workflow: &str) -> Value {
    api.post(&format!("/api/v1/workflows/{workflow}/runs"), json!({ "draft": true, "wait": true })).await.json
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_and_hosts_are_the_operators() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    let model = ModelServer::start().await;
    let settings =
        [("CODE_RUNNER_TIMEOUT_SECONDS", "1"), ("CODE_RUNNER_MEMORY_LIMIT_MB", "16"), ("CODE_RUNNER_ALLOW_NET", "*.granted.test")];
    let process = Process::start(&bin, dir.path(), &settings).await;
    let Furnished { browser, api, .. } = furnish(&process, &model).await;
    let workspace = format!("/api/v1/workspaces/{}", text(&browser.get("/api/v1/me").await.ok(), "/workspaces/0/id"));
    let whole = |body: &str| format!("async function main() {{ {body} }}");

    let engines = browser.get("/api/v1/sandbox/engines").await;
    if !engines.text.contains("\"ready\"") {
        eprintln!("no jail on this machine: {}", engines.text);
        return;
    }
    let endless = made(&browser, &workspace, &whole("while (true) {}"), &[]).await;
    assert_eq!(ran(&api, &endless).await["error"]["code"], "sandbox_timeout");
    let greedy = made(&browser, &workspace, &whole("const a = []; while (true) a.push('x'.repeat(1 << 20) + a.length)"), &[]).await;
    assert_eq!(ran(&api, &greedy).await["error"]["code"], "sandbox_memory");

    let fetches = whole("return { out: (await fetch('https://api.granted.test/')).status }");
    let within = made(&browser, &workspace, &fetches, &["api.granted.test"]).await;
    browser.post(&format!("/api/v1/workflows/{within}/publish"), json!({})).await.ok();
    let beyond = made(&browser, &workspace, &fetches, &["api.granted.test", "example.com"]).await;
    let refused = browser.post(&format!("/api/v1/workflows/{beyond}/publish"), json!({})).await;
    assert!(refused.text.contains("example.com") && refused.status.is_client_error(), "{}", refused.text);
    let failed = ran(&api, &beyond).await["error"].clone();
    assert!(failed["code"] == "workflow_invalid" && failed["message"].to_string().contains("example.com"), "{failed}");
}
