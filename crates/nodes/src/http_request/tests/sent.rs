//! What reaches the server, and what its answer becomes.

use flow::tool::Effect;
use flow::workflow::Node;
use serde_json::{Value, json};

use super::{HttpRequest, NodeType as _, Services, inputs, kind, node, ok, perform, send, server};
use crate::testkit::wrong;

#[tokio::test]
async fn addresses_headers_and_queries_are_rendered() {
    let (address, mut seen) =
        server(ok("content-type: application/json\r\nx-a: 1\r\nx-a: 2\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n", "{}"), false).await;
    let params = json!({
        "url": format!("{address}/{{{{p}}}}?z=1\n"),
        "headers": [{ "name": "H1", "value": " {{h}} " }, { "name": "User-Agent", "value": "mine" }, { "name": "Host", "value": "evil" }],
        "query": [{ "name": "q", "value": "{{q}}" }, { "name": "n", "value": "{{n}}" }],
    });
    let output = send(params, json!({ "p": "a b", "h": "v", "q": "x&y=1 \u{4e2d}", "n": [1, { "b": 2 }] })).await.unwrap();
    let request = seen.recv().await.unwrap();
    assert_eq!(request.first_line(), "GET /a%20b?z=1&q=x%26y%3D1+%E4%B8%AD&n=%5B1%2C%7B%22b%22%3A2%7D%5D HTTP/1.1");
    assert_eq!((request.header("h1"), request.header("user-agent")), (Some("v"), Some("mine")));
    assert_eq!(request.header("host"), Some(address.trim_start_matches("http://")));
    assert_eq!(request.header("idempotency-key"), None);
    assert_eq!(output.warnings, ["the header Host is set by the connection itself; yours was left out"]);
    assert_eq!((&output.values["body"], &output.values["statusCode"]), (&json!("{}"), &json!(200)));
    let headers: Value = serde_json::from_str(output.values["headers"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&headers["Content-Type"], &headers["X-A"], &headers["Set-Cookie"]),
        (&json!("application/json"), &json!("1, 2"), &json!("a=1\nb=2"))
    );
}

#[tokio::test]
async fn all_ways_to_prove_who_asks() {
    let (address, mut seen) = server(ok("", ""), false).await;
    for (auth, header, expected) in [
        (json!({ "type": "bearer", "token": "{{t}}" }), "authorization", "Bearer tok"),
        (json!({ "type": "basic", "username": "u", "password": "{{t}}" }), "authorization", "Basic dTp0b2s="),
        (json!({ "type": "header", "name": "X-{{t}}", "value": "v{{t}}" }), "x-tok", "vtok"),
    ] {
        send(json!({ "url": address, "auth": auth }), json!({ "t": "tok" })).await.unwrap();
        assert_eq!(seen.recv().await.unwrap().header(header), Some(expected));
    }
    let auth = json!({ "type": "query", "name": "key", "value": "{{t}}" });
    send(json!({ "url": format!("{address}/?a=1"), "auth": auth }), json!({ "t": "tok" })).await.unwrap();
    assert_eq!(seen.recv().await.unwrap().first_line(), "GET /?a=1&key=tok HTTP/1.1");
    let split = send(json!({ "url": address, "auth": { "type": "bearer", "token": "{{t}}" } }), json!({ "t": "a\r\nX-Evil: 1" }))
        .await
        .unwrap_err();
    assert_eq!(split.code, "http_invalid");
    assert!(!split.message.contains("Evil"));
}

async fn body(body: Value, given: Value) -> (String, String) {
    let (address, mut seen) = server(ok("", ""), false).await;
    send(json!({ "method": "POST", "url": address, "body": body }), given).await.unwrap();
    let request = seen.recv().await.unwrap();
    assert_eq!(request.header("idempotency-key"), Some("key-1"));
    (request.header("content-type").unwrap_or_default().to_owned(), String::from_utf8(request.body).unwrap())
}

#[tokio::test]
async fn texts_and_json() {
    let content = r#"{"s": "a {{s}}", "o": {{o}}, "raw": {{r}}, "none": {{n}}, "empty": "{{n}}", "\"{{s}}": 1}"#;
    let given = json!({ "s": "x\"\n\u{4e2d}", "o": { "k": [1] }, "r": "[2]", "n": null });
    let (kind, sent) = body(json!({ "type": "json", "content": content }), given).await;
    assert_eq!(kind, "application/json");
    let sent: Value = serde_json::from_str(&sent).unwrap();
    assert_eq!(sent, json!({ "s": "a x\"\n\u{4e2d}", "o": { "k": [1] }, "raw": [2], "none": null, "empty": "", "\"x\"\n\u{4e2d}": 1 }));
    assert_eq!(
        body(json!({ "type": "text", "content": "a {{s}}" }), json!({ "s": "b\"" })).await,
        ("text/plain; charset=utf-8".into(), "a b\"".into())
    );
    assert_eq!(body(json!({ "type": "none" }), json!({})).await, (String::new(), String::new()));
    let fields = json!([{ "name": "a b", "value": "{{s}}" }, { "name": "c", "value": "d" }]);
    let (kind, sent) = body(json!({ "type": "urlencoded", "fields": fields }), json!({ "s": "&=\u{4e2d}" })).await;
    assert_eq!((kind.as_str(), sent.as_str()), ("application/x-www-form-urlencoded", "a+b=%26%3D%E4%B8%AD&c=d"));
}

#[tokio::test]
async fn forms_carry_texts_and_files() {
    let (elsewhere, mut asked) = server(ok("content-type: image/png\r\n", "AAAA--hearth-key1"), false).await;
    let fields = json!([
        { "name": "a\"b", "value": "{{t}}" },
        { "name": "f", "value": "{{url}}", "file": true },
        { "name": "g", "value": "{{object}}", "file": true },
        { "name": "nothing", "value": "{{none}}", "file": true },
    ]);
    let given = json!({ "t": "text", "url": format!("{elsewhere}/dir/pic.png?x=1"), "object": { "url": "hearth://file/1" }, "none": "" });
    let (kind, sent) = body(json!({ "type": "form", "fields": fields }), given).await;
    assert_eq!(kind, "multipart/form-data; boundary=hearth-key1x");
    assert_eq!(
        sent,
        "--hearth-key1x\r\nContent-Disposition: form-data; name=\"a%22b\"\r\n\r\ntext\r\n\
         --hearth-key1x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"pic.png\"\r\nContent-Type: image/png\r\n\r\nAAAA--hearth-key1\r\n\
         --hearth-key1x\r\nContent-Disposition: form-data; name=\"g\"; filename=\"a %22b%22.txt\"\r\nContent-Type: text/plain\r\n\r\nours\r\n\
         --hearth-key1x--\r\n"
    );
    assert_eq!(asked.recv().await.unwrap().first_line(), "GET /dir/pic.png?x=1 HTTP/1.1");
}

#[tokio::test]
async fn a_file_is_the_whole_body() {
    let (kind, sent) = body(json!({ "type": "binary", "file": "f" }), json!({ "f": "hearth://file/1" })).await;
    assert_eq!((kind.as_str(), sent.as_str()), ("text/plain", "ours"));
    let (gone, _seen) = server("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", false).await;
    let failed = send(json!({ "url": gone, "body": { "type": "binary", "file": "f" } }), json!({ "f": gone })).await.unwrap_err();
    assert_eq!((failed.code.as_str(), failed.transient), ("file_unreachable", false));
    let failed = send(json!({ "url": gone, "body": { "type": "binary", "file": "f" } }), json!({ "f": 5 })).await.unwrap_err();
    assert_eq!(failed.code, "file_missing");
}

#[tokio::test]
async fn encodings_are_read() {
    let chinese = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain; Charset=\"GBK\"\r\ncontent-length: 4\r\n\r\n\xd6\xd0\xce\xc4".to_vec();
    let (address, _seen) = server(chinese, false).await;
    let output = send(json!({ "url": address }), json!({})).await.unwrap();
    assert_eq!((&output.values["body"], output.warnings.len()), (&json!("\u{4e2d}\u{6587}"), 0));
    let (address, _seen) = server(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\na\xff\x00".to_vec(), false).await;
    let output = send(json!({ "url": address }), json!({})).await.unwrap();
    assert_eq!(output.values["body"], json!("a\u{fffd}\u{0}"));
    assert_eq!(output.warnings, ["the answer is not text in the encoding it claims: unreadable bytes were replaced"]);
}

#[test]
fn all_that_is_wrong_is_told() {
    let one = node(
        json!({
            "url": " ", "headers": [{ "name": "a b", "value": "" }, { "name": "", "value": "" }], "timeout_ms": 0, "retries": 11,
            "body": { "type": "binary", "file": "f" },
        }),
        json!({}),
        json!({}),
    );
    let paths: Vec<String> = wrong(&kind(false), &one).into_iter().map(|(_, path)| path).collect();
    assert_eq!(
        paths,
        ["/params/url", "/params/headers/1/name", "/params/headers/0/name", "/params/timeout_ms", "/params/retries", "/params/body/file"]
    );
    let method = node(json!({ "url": "http://a", "method": "TRACE" }), json!({}), json!({}));
    assert_eq!(wrong(&kind(false), &method), [("invalid_params".into(), "/params/method".into())]);
}

#[tokio::test]
async fn reading_can_be_repeated_and_a_missing_client_is_told() {
    let one = |method: &str| -> Node { node(json!({ "url": "http://a", "method": method }), json!({}), json!({})) };
    assert_eq!((kind(false).effect(&one("HEAD")), kind(false).effect(&one("POST"))), (Some(Effect::Read), None));
    let failed = perform(&HttpRequest(Services::default()), &one("GET"), inputs(json!({}))).await.unwrap_err();
    assert_eq!(failed.code, "not_available");
}
