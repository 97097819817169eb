//! Uploaded files as inputs of workflows: on both wires, in every form, and nobody else's.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use hearth_tests::{Client, Hearth, Member, hearth::text};
use reqwest::Method;
use serde_json::{Value, json};

/// The smallest picture: one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

/// What was posted, with its content type.
type Posted = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

async fn mailbox() -> (Posted, String) {
    let posted = Posted::default();
    let take = async |State(posted): State<Posted>, headers: HeaderMap, body: Bytes| {
        let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
        posted.lock().unwrap().push((kind, body.to_vec()));
        "taken"
    };
    let router = Router::new().route("/", post(take)).with_state(posted.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (posted, url)
}

fn form(bytes: &'static [u8], name: &str) -> reqwest::multipart::Form {
    reqwest::multipart::Form::new().part("file", reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned()))
}

async fn upload(client: &Client, workspace: &str, bytes: &'static [u8], name: &str) -> String {
    let request = client.request(Method::POST, &format!("/api/v1/workspaces/{workspace}/files")).multipart(form(bytes, name));
    text(&client.send(request).await.ok(), "/id")
}

fn reference(name: &str, node: &str, path: &str, ty: &Value) -> Value {
    json!({ "name": name, "type": ty, "value": { "ref": { "node": node, "path": [path] } } })
}

/// Shows a picture to a model, posts a file, and gives what it was given.
fn document(mailbox: &str) -> Value {
    let (image, file) = (json!({ "file": "image" }), json!({ "file": "any" }));
    json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [
                { "name": "image", "type": image, "required": true },
                { "name": "file", "type": file },
                { "name": "more", "type": { "list": file } },
            ] },
            "look": { "kind": "model", "params": { "prompt": "say seen {{image}}", "images": ["image"] },
                "inputs": [reference("image", "start", "image", &image)], "outputs": [{ "name": "output", "type": "string" }] },
            "send": { "kind": "http_request", "params": { "method": "POST", "url": mailbox, "body": { "type": "binary", "file": "file" } },
                "inputs": [reference("file", "start", "file", &file)], "outputs": [{ "name": "body", "type": "string" }] },
            "end": { "kind": "end", "params": { "mode": "variables" }, "inputs": [
                reference("seen", "look", "output", &json!("string")), reference("sent", "send", "body", &json!("string")),
                reference("image", "start", "image", &image), reference("file", "start", "file", &file),
                reference("more", "start", "more", &json!({ "list": file })),
            ] },
        },
        "edges": [{ "from": "start", "to": "look" }, { "from": "start", "to": "send" }, { "from": "look", "to": "end" }, { "from": "send", "to": "end" }],
    })
}

async fn published(owner: &Member, workspace: &str, document: &Value) -> String {
    let made = owner.browser.post(&format!("/api/v1/workspaces/{workspace}/workflows"), json!({ "name": "w", "document": document })).await;
    let id = text(&made.ok(), "/id");
    owner.browser.post(&format!("/api/v1/workflows/{id}/publish"), json!({})).await.ok();
    id
}

/// The picture that the model was last shown.
fn shown(hearth: &Hearth) -> String {
    let request = hearth.model.requests().pop().unwrap();
    let parts = request["messages"].as_array().unwrap().last().unwrap()["content"].as_array().cloned().unwrap_or_default();
    parts.iter().find_map(|part| part.pointer("/image_url/url")).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_reach_nodes_in_every_form() {
    let Some(hearth) = Hearth::start_with(&[("HEARTH_EGRESS_ALLOW", "127.0.0.0/8")]).await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let (posted, url) = mailbox().await;
    let workflow = published(&owner, &owner.workspace, &document(&url)).await;
    let picture = upload(&owner.browser, &owner.workspace, PNG, "p.png").await;
    let note = upload(&owner.browser, &owner.workspace, b"a note", "note.txt").await;
    let address = |id: &str| format!("/api/v1/files/{id}/content");
    let data = format!("data:image/png;base64,{}", base64(PNG));

    let texts = json!({ "image": address(&picture), "file": address(&note), "more": [address(&note)] });
    let by_id = |id: &str| json!({ "file_id": id });
    let forms = [
        json!({ "image": by_id(&picture).to_string(), "file": by_id(&note).to_string(), "more": [by_id(&note).to_string()] }),
        json!({ "image": address(&picture), "file": address(&note), "more": json!([by_id(&note).to_string()]).to_string() }),
    ];
    for inputs in forms {
        let run = owner.api.post(&format!("/api/v1/workflows/{workflow}/runs"), json!({ "inputs": inputs, "wait": true })).await.json;
        assert_eq!(run["status"], "completed", "{run}");
        for name in ["image", "file", "more"] {
            assert_eq!(run["output"][name], texts[name], "{run}");
        }
        assert_eq!(run["output"]["sent"], "taken");
        assert_eq!(shown(&hearth), data);
        assert_eq!(posted.lock().unwrap().pop().unwrap(), ("text/plain".to_owned(), b"a note".to_vec()));
    }
    // An object has name, type and size beside the address.
    let inputs = json!({ "image": by_id(&picture), "file": by_id(&note) });
    let run = owner.api.post(&format!("/api/v1/workflows/{workflow}/runs"), json!({ "inputs": inputs, "wait": true })).await.json;
    let expected = json!({ "url": address(&note), "name": "note.txt", "content_type": "text/plain", "size": 6 });
    assert_eq!((&run["status"], &run["output"]["file"]), (&json!("completed"), &expected), "{run}");
    assert_eq!(shown(&hearth), data);

    // On the Coze wire: the same file_id forms, with a file that was uploaded there.
    let sent = owner.api.send(owner.api.request(Method::POST, "/v1/files/upload").multipart(form(PNG, "c.png"))).await.ok();
    let coze = text(&sent, "/data/id");
    let parameters = json!({ "image": by_id(&coze).to_string(), "file": by_id(&note).to_string() });
    for parameters in [parameters.clone(), json!(parameters.to_string())] {
        let answer = owner.api.post("/v1/workflow/run", json!({ "workflow_id": workflow, "parameters": parameters })).await.ok();
        assert_eq!(answer["code"], 0, "{answer}");
        let output: Value = serde_json::from_str(answer["data"].as_str().unwrap()).unwrap();
        assert_eq!(output["image"], address(&coze));
        assert_eq!(shown(&hearth), data);
    }
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_elses_file_is_read() {
    let Some(hearth) = Hearth::start_with(&[("HEARTH_EGRESS_ALLOW", "127.0.0.0/8")]).await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let (posted, url) = mailbox().await;
    let workflow = published(&owner, &owner.workspace, &document(&url)).await;
    let other = hearth.user("other").await;
    let theirs = upload(&other.browser, &other.workspace, PNG, "secret.png").await;
    let mine = upload(&owner.browser, &owner.workspace, PNG, "mine.png").await;
    let runs = format!("/api/v1/workflows/{workflow}/runs");
    let address = format!("/api/v1/files/{theirs}/content");
    for value in [
        json!({ "file_id": theirs }),
        json!({ "file_id": theirs }).to_string().into(),
        json!(address),
        json!({ "file_id": "7000000000000000001" }),
    ] {
        for inputs in [
            json!({ "image": value }),
            json!({ "image": { "file_id": mine }, "file": value }),
            json!({ "image": { "file_id": mine }, "more": [value] }),
        ] {
            let refused = owner.api.post(&runs, json!({ "inputs": inputs, "wait": true })).await;
            assert_eq!(refused.refusal(), (404, "file_not_found"), "{inputs}: {}", refused.text);
        }
    }
    let parameters = json!({ "image": json!({ "file_id": theirs }).to_string() });
    let refused = owner.api.post("/v1/workflow/run", json!({ "workflow_id": workflow, "parameters": parameters })).await;
    assert_eq!((refused.status.as_u16(), &refused.json["code"]), (404, &json!(4200)), "{}", refused.text);
    // Nor when an author writes its address into the workflow, with or without the host.
    for address in [address.clone(), format!("{}{address}", hearth.url)] {
        let mut written = document(&url);
        written["nodes"]["send"]["inputs"] = json!([{ "name": "file", "type": { "file": "any" }, "value": { "literal": address } }]);
        let workflow = published(&owner, &owner.workspace, &written).await;
        let run = json!({ "inputs": { "image": { "file_id": mine } }, "wait": true });
        let run = owner.api.post(&format!("/api/v1/workflows/{workflow}/runs"), run).await.json;
        let code = run["error"]["code"].as_str().unwrap_or_default().to_owned();
        assert!(run["status"] == "failed" && ["file_missing", "file_unreachable"].contains(&&*code), "{address}: {run}");
    }
    assert!(posted.lock().unwrap().is_empty(), "nothing was sent");

    // One's own file of another workspace is taken along.
    let team = text(&owner.browser.post("/api/v1/workspaces", json!({ "name": "team" })).await.ok(), "/id");
    let workflow = published(&owner, &team, &json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "file", "type": { "file": "any" } }] },
            "send": { "kind": "http_request", "params": { "method": "POST", "url": url, "body": { "type": "binary", "file": "file" } },
                "inputs": [reference("file", "start", "file", &json!({ "file": "any" }))], "outputs": [{ "name": "body", "type": "string" }] },
            "end": { "kind": "end", "params": { "mode": "variables" }, "inputs": [reference("file", "start", "file", &json!({ "file": "any" }))] },
        },
        "edges": [{ "from": "start", "to": "send" }, { "from": "send", "to": "end" }],
    })).await;
    let run = json!({ "inputs": { "file": { "file_id": mine } }, "wait": true });
    let run = owner.browser.post(&format!("/api/v1/workflows/{workflow}/runs"), run).await.json;
    assert_eq!((&run["status"], &run["output"]["file"]["name"]), (&json!("completed"), &json!("mine.png")), "{run}");
    assert_ne!(run["output"]["file"]["url"], format!("/api/v1/files/{mine}/content"));
    assert_eq!(posted.lock().unwrap().pop().unwrap(), ("image/png".to_owned(), PNG.to_vec()));
    hearth.stop().await;
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            text.push(if digit <= chunk.len() { DIGITS[(bits >> (18 - 6 * digit) & 63) as usize] as char } else { '=' });
        }
    }
    text
}
