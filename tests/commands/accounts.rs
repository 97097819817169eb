//! `hearth user …` and `hearth token …` beside a running server.

use std::time::{Duration, Instant};

use hearth_tests::Client;
use hearth_tests::binary::{Process, binary};
use serde_json::{Value, json};

use crate::{run, said};

async fn sign_in(process: &Process, password: &str) -> (Client, hearth_tests::Answer) {
    let browser = Client::new(&process.url);
    let answer = browser.post("/api/v1/auth/sign-in", json!({ "email": "ann@example.com", "password": password })).await;
    (browser, answer)
}

/// A server remembers a credential for a few seconds; what another process changed counts after that.
async fn refused(client: &Client) {
    let began = Instant::now();
    while client.get("/api/v1/me").await.status != 401 {
        assert!(began.elapsed() < Duration::from_secs(10), "still let in");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(client.get("/api/v1/me").await.refusal(), (401, "unauthenticated"));
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_from_the_command_line() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    let command = |arguments: &[&str], input: &str| said(&run(&bin, dir.path(), arguments, &[], input));
    // Before the first start there is nothing to work on.
    let (code, _, why) = command(&["user", "create", "--email", "ann@example.com", "--name", "Ann"], "correct horse\n");
    assert!(code == 1 && why.contains("HEARTH_DATA_DIR"), "{why}");

    let process = Process::start(&bin, dir.path(), &[]).await;
    let create = ["user", "create", "--email", "Ann@example.com", "--name", "Ann", "--admin"];
    let (code, _, why) = command(&create, "short\n");
    assert!(code == 1 && why.contains("8 characters"), "{why}");
    let (code, made, why) = command(&create, "correct horse\n");
    assert!(code == 0 && made.contains("created"), "{made}{why}");
    assert_eq!(Client::new(&process.url).get("/api/v1/setup").await.ok()["needed"], false);
    let (code, _, why) = command(&create, "correct horse\n");
    assert!(code == 1 && why.contains("cannot be used"), "{why}");

    let (browser, answer) = sign_in(&process, "correct horse").await;
    let me = answer.ok();
    assert_eq!((me["user"]["email"].as_str(), me["user"]["is_instance_admin"].as_bool()), (Some("ann@example.com"), Some(true)));
    let (code, said, why) = command(&["user", "reset-password", "--email", "ann@example.com"], "battery staple\n");
    assert!(code == 0, "{said}{why}");
    refused(&browser).await;
    assert_eq!(sign_in(&process, "correct horse").await.1.refusal(), (401, "sign_in_failed"));
    let (browser, answer) = sign_in(&process, "battery staple").await;
    answer.ok();
    let (code, _, why) = command(&["user", "reset-password", "--email", "nobody@example.com", "--password", "correct horse"], "");
    assert!(code == 1 && why.contains("does not exist"), "{why}");

    let (code, secret, why) = command(&["token", "create", "--user", "ann@example.com", "--name", "ci", "--permissions", "read"], "");
    assert_eq!(code, 0, "{why}");
    let api = browser.with_token(secret.trim());
    assert!(secret.starts_with("pat_") && api.get("/api/v1/me").await.status.is_success());
    let workspace = me["workspaces"][0]["id"].as_str().unwrap();
    let agents = format!("/api/v1/workspaces/{workspace}/agents");
    assert_eq!(api.post(&agents, json!({ "name": "x" })).await.refusal(), (403, "forbidden"), "made to read");
    let tokens = browser.get("/api/v1/me/tokens").await.ok();
    let id = tokens["items"].as_array().unwrap().iter().find(|t| t["name"] == "ci").unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(command(&["token", "revoke", "--id", &id], "").0, 0);
    refused(&api).await;
    let (code, _, why) = command(&["token", "revoke", "--id", &id], "");
    assert!(code == 1 && why.contains("does not exist"), "{why}");

    // An expired one, on both wires.
    let (code, secret, why) = command(&["token", "create", "--user", "ann@example.com", "--expires-in", "-1"], "");
    assert_eq!(code, 0, "{why}");
    let expired = browser.with_token(secret.trim());
    assert_eq!(expired.get("/api/v1/me").await.refusal(), (401, "unauthenticated"));
    let coze = expired.get("/v1/workspaces").await;
    assert_eq!((coze.status.as_u16(), &coze.json["code"]), (401, &Value::from(4100)), "{}", coze.text);
    for wrong in [
        &["token", "create", "--user", "nobody@example.com"][..],
        &["token", "create", "--user", "ann@example.com", "--permissions", "all"],
    ] {
        let (code, out, why) = command(wrong, "");
        assert!(code == 1 && out.is_empty() && !why.is_empty(), "{wrong:?}: {out}{why}");
    }
    process.kill();
}
