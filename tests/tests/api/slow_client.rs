//! Clients that go away, read nothing, or never finish their request harm nobody.

use std::time::{Duration, Instant};

use hearth_tests::{Hearth, Member, hearth::text};
use reqwest::Method;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

async fn ready() -> Option<(Hearth, Member, String)> {
    let hearth = Hearth::start().await?;
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let agent = owner.add_published_agent(json!({})).await;
    Some((hearth, owner, agent))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_away_finds_the_answer_later() {
    let Some((hearth, owner, agent)) = ready().await else { return };
    let said = (0..30).map(|i| format!("w{i}")).collect::<Vec<_>>().join(" ");
    let content = format!("slow 30\nsay {said}");
    // Hearth's own stream.
    let conversation = owner.add_conversation(&agent).await;
    let request = owner.browser.request(Method::POST, &format!("/api/v1/conversations/{conversation}/turns"));
    let request = request.header("accept", "text/event-stream").json(&json!({ "content": content }));
    let seen = owner.browser.frames(request, |f| f.event == "message.delta").await;
    let run = owner.ended(&text(&seen[0].data, "/run/id")).await;
    assert_eq!(run["status"], "completed", "{run}");
    let messages = owner.messages(&conversation).await;
    let answers: Vec<_> = messages.iter().filter(|m| m["type"] == "answer").collect();
    assert_eq!((answers.len(), answers[0]["status"].as_str()), (1, Some("completed")));
    assert_eq!(answers[0]["content"][0]["text"], said.as_str());
    // The Coze stream.
    let body = json!({ "bot_id": agent, "user_id": "u", "stream": true, "auto_save_history": true,
        "additional_messages": [{ "role": "user", "content": content, "content_type": "text" }] });
    let request = owner.api.request(Method::POST, "/v3/chat").json(&body);
    let seen = owner.api.frames(request, |f| f.event == "conversation.message.delta").await;
    let (chat, conversation) = (text(&seen[0].data, "/id"), text(&seen[0].data, "/conversation_id"));
    let began = Instant::now();
    let path = format!("/v3/chat/retrieve?conversation_id={conversation}&chat_id={chat}");
    while owner.api.get(&path).await.ok()["data"]["status"] != "completed" {
        assert!(began.elapsed() < Duration::from_secs(20), "the chat does not end");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let list = owner.api.get(&format!("/v3/chat/message/list?conversation_id={conversation}&chat_id={chat}")).await.ok();
    let answer = list["data"].as_array().unwrap().iter().find(|m| m["type"] == "answer").unwrap();
    assert_eq!(answer["content"], said.as_str());
    hearth.stop().await;
}

/// A request whose answer nobody reads.
async fn deaf(hearth: &Hearth, token: &str, method: &str, path: &str, body: &str) -> TcpStream {
    let host = hearth.url.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(host).await.unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_nothing_holds_nobody_up() {
    let Some((hearth, owner, agent)) = ready().await else { return };
    let conversation = owner.add_conversation(&agent).await;
    let turns = format!("/api/v1/conversations/{conversation}/turns");
    let turn = owner.api.post(&turns, json!({ "content": "slow 2\nflood 600" })).await.ok();
    let run = text(&turn, "/run_id");
    let mut sockets = Vec::new();
    for _ in 0..20 {
        sockets.push(deaf(&hearth, &owner.token, "GET", &format!("/api/v1/runs/{run}/events"), "").await);
    }
    let body = json!({ "bot_id": agent, "user_id": "u", "stream": true,
        "additional_messages": [{ "role": "user", "content": "flood 600", "content_type": "text" }] });
    sockets.push(deaf(&hearth, &owner.token, "POST", "/v3/chat", &body.to_string()).await);
    // Somebody else, meanwhile.
    let other = owner.add_conversation(&agent).await;
    let began = Instant::now();
    let seen = owner.browser.stream(&format!("/api/v1/conversations/{other}/turns"), json!({ "content": "say quick" })).await;
    assert_eq!(seen.last().unwrap().event, "run.completed");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    let ended = owner.ended(&run).await;
    assert_eq!(ended["status"], "completed", "the run does not wait for its readers: {ended}");
    let messages = owner.messages(&conversation).await;
    assert_eq!(messages.last().unwrap()["content"][0]["text"].as_str().map(str::len), Some(600 * 1024));
    drop(sockets);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_request_holds_nobody_up() {
    let Some((hearth, owner, _)) = ready().await else { return };
    let host = hearth.url.strip_prefix("http://").unwrap().to_owned();
    let mut halves = Vec::new();
    for _ in 0..300 {
        let mut socket = TcpStream::connect(&host).await.unwrap();
        socket.write_all(b"GET /api/v1/me HTTP/1.1\r\nhost: x\r\nx-slow: ").await.unwrap();
        halves.push(socket);
    }
    let began = Instant::now();
    assert!(owner.api.get("/api/v1/me").await.status.is_success());
    assert!(began.elapsed() < Duration::from_secs(5));
    // Nonsense instead of a request gets an answer or an end, at once.
    let mut socket = TcpStream::connect(&host).await.unwrap();
    socket.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), tokio::io::AsyncReadExt::read_to_end(&mut socket, &mut answer)).await;
    assert!(read.is_ok(), "the connection stays open");
    drop(halves);
    hearth.stop().await;
}
