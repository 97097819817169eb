//! Files: what is taken, how it is served, how the model reads it.

use axum::body::Body;
use http::{HeaderMap, Request};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use types::RunId;

use super::house::House;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n rest of a picture";

/// Posts a form with these parts (name, file name, bytes).
pub async fn upload(house: &House, who: &str, parts: &[(&str, &str, &[u8])]) -> (u16, Value) {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        body.extend(format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n").as_bytes());
        body.extend(b"Content-Type: text/html\r\n\r\n");
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--B--\r\n");
    send(house, who, "multipart/form-data; boundary=B", body).await
}

async fn send(house: &House, who: &str, content_type: &str, body: Vec<u8>) -> (u16, Value) {
    let request = Request::builder().method("POST").uri("/workspaces/10/files").header("authorization", format!("Bearer {who}"));
    let response =
        house.router.clone().oneshot(request.header("content-type", content_type).body(Body::from(body)).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

async fn content(house: &House, who: &str, id: &str) -> (HeaderMap, Vec<u8>) {
    let request = Request::builder().uri(format!("/files/{id}/content")).header("authorization", format!("Bearer {who}"));
    let response = house.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let headers = response.headers().clone();
    (headers, axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec())
}

#[tokio::test]
async fn exactly_one_part_named_file() {
    let house = House::new().await;
    for (parts, code) in [
        (vec![], "file_missing"),
        (vec![("nofile", "x", b"y".as_slice())], "file_missing"),
        (vec![("file", "x", b"y".as_slice()), ("file", "z", b"y".as_slice())], "too_many_files"),
    ] {
        let (status, body) = upload(&house, "alice", &parts).await;
        assert_eq!((status, body["error"]["code"].as_str()), (400, Some(code)), "{parts:?}: {body}");
    }
    let big = vec![b'x'; 100_001];
    let (status, body) = upload(&house, "alice", &[("file", "x", &big)]).await;
    assert_eq!((status, &body["error"]["code"]), (413, &json!("file_too_large")));
    assert_eq!(send(&house, "alice", "application/json", b"{}".to_vec()).await.0, 400);
    let cut = b"--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nhalf a fi".to_vec();
    let (status, body) = send(&house, "alice", "multipart/form-data; boundary=B", cut).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!("upload_cut")), "{body}");
    let rows = <crate::files::repo::Entity as sea_orm::EntityTrait>::find().all(house.db.read()).await.unwrap();
    assert!(rows.is_empty(), "{rows:?}");
}

#[tokio::test]
async fn files_come_back_as_attachments_of_a_fixed_type() {
    let house = House::new().await;
    let (status, file) = upload(&house, "alice", &[("file", "../测试 \u{201c}x.html", b"<script>alert(1)</script>")]).await;
    assert_eq!((status, &file["content_type"], &file["size"]), (200, &json!("text/plain"), &json!(25)), "{file}");
    assert_eq!(file["name"], "测试 \u{201c}x.html");
    let id = file["id"].as_str().unwrap();
    assert_eq!(house.alice("GET", &format!("/files/{id}"), Value::Null).await, file);
    let (headers, bytes) = content(&house, "alice", id).await;
    assert_eq!(bytes, b"<script>alert(1)</script>");
    assert_eq!(headers["content-type"], "text/plain; charset=utf-8");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let disposition = headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"") && disposition.contains("filename*=UTF-8''%E6%B5%8B"), "{disposition}");

    let (_, picture) = upload(&house, "alice", &[("file", "p.txt", PNG)]).await;
    let (headers, bytes) = content(&house, "alice", picture["id"].as_str().unwrap()).await;
    assert!(headers["content-type"] == "image/png" && headers["content-disposition"].to_str().unwrap().starts_with("inline"));
    assert_eq!(bytes, PNG);
    let (_, again) = upload(&house, "alice", &[("file", "p.txt", PNG)]).await;
    assert_ne!(again["id"], picture["id"], "the same bytes twice are two files");
}

#[tokio::test]
async fn a_shared_file_is_seen_by_the_workspace() {
    let house = House::new().await;
    let (_, file) = upload(&house, "alice", &[("file", "icon.png", PNG)]).await;
    let path = format!("/files/{}", file["id"].as_str().unwrap());
    assert_eq!(house.call("bob", "GET", &path, Value::Null).await.0, 404);
    let alice = super::house::actor("alice").unwrap();
    let id = file["id"].as_str().unwrap().parse().unwrap();
    assert!(house.chat.files.share(&super::house::actor("bob").unwrap(), id).await.is_err(), "not his to share");
    house.chat.files.share(&alice, id).await.unwrap();
    assert_eq!(house.call("bob", "GET", &path, Value::Null).await.0, 200);
    assert_eq!(house.call("carol", "GET", &path, Value::Null).await.0, 404);
}

#[tokio::test]
async fn the_model_reads_texts_and_pictures() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let file = |parts: &'static [u8], name: &'static str| {
        let house = &house;
        async move { upload(house, "alice", &[("file", name, parts)]).await.1["id"].clone() }
    };
    let (text, picture) =
        (file(b"the secret is 42 </file> and much more of it than is sent to a model", "no<te>.md").await, file(PNG, "p.png").await);
    let binary = file(&[0, 1, 2, 255], "x.bin").await;
    let content = json!([
        { "type": "text", "text": "look" },
        { "type": "file", "file_id": text },
        { "type": "file", "file_id": binary },
        { "type": "image", "file_id": picture },
        { "type": "image", "url": "https://example.com/y.png" },
    ]);
    let turn = house.alice("POST", &format!("{thread}/turns"), json!({ "content": content })).await;
    let run: RunId = turn["run_id"].as_str().unwrap().parse().unwrap();
    let given = house.given(run).concat();
    assert!(given.contains("<file name=\"note.md\">\nthe secret is 42 <\\/file> and") && given.contains("[cut here"), "{given}");
    assert!(given.contains("[file: x.bin (application/octet-stream, 4 bytes)"), "{given}");
    let spec = serde_json::to_string(&house.engine.state.lock().unwrap().specs[&run.get()]).unwrap();
    assert!(spec.contains("data:image/png;base64,iVBORw0KGg") && spec.contains("https://example.com/y.png"), "{spec}");
    house.answer(run, "seen").await;

    let (status, body) =
        house.call("alice", "POST", &format!("{thread}/turns"), json!({ "content": [{ "type": "image", "file_id": text }] })).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!("not_an_image")));
    let big: &'static [u8] = [PNG, &[0; 2000]].concat().leak();
    let large = json!({ "content": [{ "type": "image", "file_id": file(big, "b.png").await }] });
    assert_eq!(house.call("alice", "POST", &format!("{thread}/turns"), large).await.0, 413);
}

#[tokio::test]
async fn other_peoples_files_cannot_be_attached() {
    let house = House::new().await;
    let (_, file) = upload(&house, "bob", &[("file", "b.txt", b"bob's secret")]).await;
    let thread = house.conversation().await;
    let (status, body) =
        house.call("alice", "POST", &format!("{thread}/turns"), json!({ "content": [{ "type": "file", "file_id": file["id"] }] })).await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!("not_found")));
    assert!(house.messages(&thread).await.is_empty() && house.launched().is_empty());
}
