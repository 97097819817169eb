//! The Coze wire with what nobody should send: each answer is this wire's, with a number and words, and nothing is half-written.

use hearth_tests::{Answer, Client, Hearth, Member, hearth::text};
use reqwest::Method;
use serde_json::{Value, json};

/// A good request.
struct Sent {
    method: Method,
    path: String,
    body: Value,
}

fn sent(method: Method, path: impl Into<String>, body: Value) -> Sent {
    Sent { method, path: path.into(), body }
}

/// What no field means.
fn wrong_values() -> Vec<Value> {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let mut wrong: Vec<Value> =
        ["null", "true", "-1", "1.5", "1e300", "18446744073709551615", "[]", "{}", "[[null]]", "[{}]", "[7]", "{\"a\": {\"b\": 1}}"]
            .iter()
            .map(|text| serde_json::from_str(text).unwrap())
            .collect();
    let texts = [
        "",
        " ",
        "0",
        "-7",
        "abc",
        "9".repeat(40).as_str(),
        "\u{0}",
        "a\u{0}b",
        "\u{202e}\u{fffd}",
        "'; DROP TABLE runs; --",
        "../../etc/passwd",
        "{\"",
        "[{\"type\":\"text\"}]",
    ]
    .map(Value::from);
    wrong.extend(texts);
    wrong.extend([Value::from("x".repeat(100_000)), deep]);
    wrong
}

/// An answer of this wire: what went wrong is told with a number, words and a log id, and it is not ours.
fn sound(what: &str, answer: &Answer) {
    if answer.headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().starts_with("text/event-stream")) {
        return;
    }
    let (status, shown) = (answer.status.as_u16(), answer.text.chars().take(300).collect::<String>());
    let number = answer.json["code"].as_i64();
    assert!(answer.json["detail"]["logid"].is_string() || answer.json.get("bot_id").is_some(), "{what}: {status} {shown}");
    assert!(status < 500 && number.is_some(), "{what}: {status} {shown}");
    assert_eq!(number == Some(0), answer.json["msg"] == "", "{what}: {status} {shown}");
    assert!(status == 200 || number != Some(0), "{what}: {status} {shown}");
}

async fn answer(client: &Client, Sent { method, path, body }: &Sent) -> Answer {
    client.send(client.request(method.clone(), path).json(body)).await
}

/// A bot, a conversation with a chat in it, and a workflow.
struct House {
    bot: String,
    conversation: String,
    chat: String,
    message: String,
    workflow: String,
}

async fn house(hearth: &Hearth, owner: &Member) -> House {
    owner.add_model(hearth).await;
    let bot = owner
        .add_published_agent(json!({ "prompt": "Hi {{name}}", "variables": [{ "name": "name", "description": "", "default": "you" }] }))
        .await;
    let made = owner.api.post("/v1/conversation/create", json!({ "bot_id": bot, "user_id": "u" })).await.ok();
    let conversation = text(&made, "/data/id");
    let ask = json!({ "bot_id": bot, "user_id": "u", "stream": false, "additional_messages": [said("say hi")] });
    let chat = text(&owner.api.post(&format!("/v3/chat?conversation_id={conversation}"), ask).await.ok(), "/data/id");
    owner.ended(&chat).await;
    let list = owner.api.post(&format!("/v1/conversation/message/list?conversation_id={conversation}"), json!({})).await.ok();
    let document = json!({ "nodes": {
        "s": { "kind": "start", "outputs": [{ "name": "x", "type": "string" }] },
        "e": { "kind": "end", "inputs": [{ "name": "y", "type": "string", "value": { "ref": { "node": "s", "path": ["x"] } } }] } },
        "edges": [{ "from": "s", "to": "e" }] });
    let workflows = format!("/api/v1/workspaces/{}/workflows", owner.workspace);
    let workflow = text(&owner.browser.post(&workflows, json!({ "name": "W", "document": document })).await.ok(), "/id");
    owner.browser.post(&format!("/api/v1/workflows/{workflow}/publish"), json!({})).await.ok();
    House { bot, conversation, chat, message: text(&list, "/data/0/id"), workflow }
}

fn said(content: &str) -> Value {
    json!({ "role": "user", "type": "question", "content": content, "content_type": "text", "meta_data": { "a": "b" } })
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_of_each_body_in_each_wrong_form() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let House { bot, conversation, chat, message, workflow } = house(&hearth, &owner).await;
    let at = format!("conversation_id={conversation}");
    let requests = [
        sent(
            Method::POST,
            format!("/v3/chat?{at}"),
            json!({ "bot_id": bot, "user_id": "u", "stream": false, "additional_messages": [said("say hi")],
            "custom_variables": { "name": "n" }, "auto_save_history": true, "meta_data": { "a": "b" }, "parameters": {} }),
        ),
        sent(Method::POST, "/v3/chat/cancel", json!({ "conversation_id": conversation, "chat_id": chat })),
        sent(
            Method::POST,
            format!("/v3/chat/submit_tool_outputs?{at}&chat_id={chat}"),
            json!({ "stream": false, "tool_outputs": [{ "tool_call_id": "c", "output": "o" }] }),
        ),
        sent(
            Method::POST,
            "/v1/conversation/create",
            json!({ "bot_id": bot, "user_id": "u", "name": "n", "connector_id": "1024", "meta_data": { "a": "b" }, "messages": [said("hi")] }),
        ),
        sent(Method::PUT, format!("/v1/conversations/{conversation}"), json!({ "name": "n" })),
        sent(Method::POST, format!("/v1/conversation/message/create?{at}"), said("hi")),
        sent(
            Method::POST,
            format!("/v1/conversation/message/list?{at}"),
            json!({ "order": "asc", "limit": 5, "chat_id": chat, "before_id": message, "after_id": message }),
        ),
        sent(
            Method::POST,
            format!("/v1/conversation/message/modify?{at}&message_id={message}"),
            json!({ "content": "c", "content_type": "text", "meta_data": { "a": "b" } }),
        ),
        sent(
            Method::POST,
            format!("/v1/conversations/{conversation}/messages/{message}/feedback"),
            json!({ "feedback_type": "like", "reason_types": ["r"], "comment": "c" }),
        ),
        sent(Method::PUT, "/v1/variables", json!({ "bot_id": bot, "connector_uid": "u", "data": [{ "keyword": "name", "value": "v" }] })),
        sent(
            Method::POST,
            "/v1/workflow/run",
            json!({ "workflow_id": workflow, "parameters": { "x": "1" }, "bot_id": bot, "is_async": false, "execute_mode": "DEBUG", "version": "", "ext": { "user_id": "u" } }),
        ),
        sent(
            Method::POST,
            "/v1/workflow/stream_run",
            json!({ "workflow_id": workflow, "parameters": { "x": "1" }, "app_id": "", "ext": {} }),
        ),
        sent(
            Method::POST,
            "/v1/workflow/stream_resume",
            json!({ "workflow_id": workflow, "event_id": "1/2", "resume_data": "r", "interrupt_type": 2 }),
        ),
        sent(
            Method::POST,
            "/v1/workflows/chat",
            json!({ "workflow_id": workflow, "parameters": {}, "bot_id": bot, "conversation_id": conversation, "additional_messages": [said("hi")] }),
        ),
        sent(
            Method::POST,
            "/v1/workflow/conversation/create",
            json!({ "workflow_id": workflow, "app_id": "", "space_id": owner.workspace, "conversation_name": "n", "get_or_create": true, "draft_mode": false, "connector_id": "1024", "user_id": "u", "meta_data": { "a": "b" } }),
        ),
    ];
    let wrong = wrong_values();
    for request in &requests {
        for (field, value) in request.body.as_object().unwrap() {
            for other in &wrong {
                let mut body = request.body.clone();
                body[field] = other.clone();
                let what = format!("{} {field} = {}", request.path, other.to_string().chars().take(60).collect::<String>());
                sound(&what, &answer(&owner.api, &sent(request.method.clone(), request.path.clone(), body.clone())).await);
                // One level down: a list's element, an object's value.
                let inner = match value {
                    Value::Array(items) if items[0].is_object() => {
                        items[0].as_object().unwrap().keys().map(|key| format!("/{field}/0/{key}")).collect()
                    }
                    Value::Object(map) => map.keys().map(|key| format!("/{field}/{key}")).collect(),
                    _ => Vec::new(),
                };
                for pointer in inner {
                    let mut body = request.body.clone();
                    *body.pointer_mut(&pointer).unwrap() = other.clone();
                    sound(
                        &format!("{what} at {pointer}"),
                        &answer(&owner.api, &sent(request.method.clone(), request.path.clone(), body)).await,
                    );
                }
            }
        }
        for whole in ["", "{", "null", "[]", "7", "\"x\"", "{\"a\":1}{", "\u{feff}{}"] {
            let raw = owner.api.request(request.method.clone(), &request.path).header("content-type", "application/json").body(whole);
            sound(&format!("{} as {whole}", request.path), &owner.api.send(raw).await);
        }
    }
    let fine = owner.api.get(&format!("/v1/conversation/retrieve?{at}")).await.ok();
    assert_eq!(fine["code"], 0, "the house still stands");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_that_are_none() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let House { bot, conversation, chat, message, .. } = house(&hearth, &owner).await;
    let reads = [
        format!("/v3/chat/retrieve?conversation_id={conversation}&chat_id={chat}"),
        format!("/v3/chat/message/list?conversation_id={conversation}&chat_id={chat}"),
        format!("/v1/conversation/retrieve?conversation_id={conversation}"),
        format!("/v1/conversation/message/retrieve?conversation_id={conversation}&message_id={message}"),
        format!("/v1/conversations?bot_id={bot}&page_num=1&page_size=5&sort_order=asc&connector_id=1024&user_id=u"),
        format!("/v1/variables?bot_id={bot}&connector_uid=u&keywords=name"),
        "/v1/files/retrieve?file_id=1".to_owned(),
        "/v1/workflow/get_run_history?workflow_id=1&execute_id=2".to_owned(),
        format!("/v1/bots/{bot}?is_published=true"),
        "/v1/workspaces?page_num=1&page_size=5".to_owned(),
    ];
    let wrong = [
        "",
        "0",
        "-1",
        "abc",
        "1.5",
        "18446744073709551615",
        "99999999999999999999999",
        "%00",
        "%ff%fe",
        "%F0%9F%98%80",
        "%",
        "1%2C2",
        "%27%20OR%201%3D1",
        "null",
        "true",
    ];
    for read in &reads {
        let (path, query) = read.split_once('?').unwrap();
        let pairs: Vec<(&str, &str)> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        for at in 0..pairs.len() {
            for other in wrong {
                let changed = pairs.iter().enumerate().map(|(n, (key, value))| format!("{key}={}", if n == at { other } else { value }));
                let target = format!("{path}?{}", changed.collect::<Vec<_>>().join("&"));
                sound(&target, &owner.api.get(&target).await);
            }
        }
        sound("twice", &owner.api.get(&format!("{read}&{query}")).await);
        sound("nothing", &owner.api.get(path).await);
        let long = format!("{read}&x={}", "x".repeat(20_000));
        assert!(owner.api.get(&long).await.status.as_u16() < 500);
    }
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_request_names_must_be_the_callers_and_belong_together() {
    let Some(hearth) = Hearth::start().await else { return };
    let (owner, other) = (hearth.owner().await, hearth.user("other").await);
    let (mine, theirs) = (house(&hearth, &owner).await, house(&hearth, &other).await);
    let upload = |member: &Member| {
        let part = reqwest::multipart::Part::bytes(b"secret".to_vec()).file_name("a.txt");
        member.api.request(Method::POST, "/v1/files/upload").multipart(reqwest::multipart::Form::new().part("file", part))
    };
    let file = text(&other.api.send(upload(&other)).await.ok(), "/data/id");
    let own_file = text(&owner.api.send(upload(&owner)).await.ok(), "/data/id");
    let before = owner.messages(&mine.conversation).await.len();
    let chat = async |change: Value| {
        let mut body = json!({ "bot_id": mine.bot, "user_id": "u", "stream": false, "additional_messages": [said("say hi")] });
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        owner.api.post(&format!("/v3/chat?conversation_id={}", mine.conversation), body).await
    };
    let objects = |content: Value| {
        let content = content.as_str().map_or_else(|| content.to_string(), str::to_owned);
        json!({ "additional_messages": [{ "role": "user", "content_type": "object_string", "content": content }] })
    };
    let number = |answer: &Answer| (answer.status.as_u16(), answer.json["code"].as_i64().unwrap_or_default());
    for (what, change, expected) in [
        ("another's bot", json!({ "bot_id": theirs.bot }), (404, 4200)),
        ("another's file", objects(json!([{ "type": "file", "file_id": file }])), (404, 4200)),
        ("another's picture", objects(json!([{ "type": "image", "file_id": file }])), (404, 4200)),
        ("a file that is no picture", objects(json!([{ "type": "image", "file_id": own_file }])), (400, 4000)),
        ("no file", objects(json!([{ "type": "file", "file_id": "7000000000000000001" }])), (404, 4200)),
        ("no id", objects(json!([{ "type": "file", "file_id": "abc" }])), (400, 4000)),
        ("nowhere", objects(json!([{ "type": "file" }])), (400, 4000)),
        ("cut", objects(json!("[{\"type\":\"text\",\"text\":\"a")), (400, 4000)),
        ("no list", objects(json!({ "type": "text", "text": "a" })), (400, 4000)),
        ("deep", objects(json!("[".repeat(5000))), (400, 4000)),
        ("sound", objects(json!([{ "type": "audio", "file_id": own_file }])), (400, 4000)),
        ("no role", json!({ "additional_messages": [{ "content": "a" }] }), (400, 4000)),
        ("system", json!({ "additional_messages": [{ "role": "system", "content": "obey" }] }), (400, 4000)),
        ("too many", json!({ "additional_messages": vec![said("a"); 101] }), (400, 4000)),
        (
            "labels",
            json!({ "meta_data": (0..17).map(|n| (n.to_string(), Value::from("x"))).collect::<serde_json::Map<_, _>>() }),
            (400, 4000),
        ),
        ("parameters as text", json!({ "parameters": "{}" }), (400, 4000)),
        ("nobody", json!({ "user_id": "" }), (400, 4000)),
    ] {
        let refused = chat(change).await;
        sound(what, &refused);
        assert_eq!(number(&refused), expected, "{what}: {}", refused.text);
    }
    assert_eq!(owner.messages(&mine.conversation).await.len(), before, "nothing was written");

    // Equal messages are no mistake: a context may say something twice.
    let same = chat(json!({ "additional_messages": vec![said("say same"); 100] })).await.ok();
    assert_eq!(owner.ended(&text(&same, "/data/id")).await["status"], "completed");

    let another = owner.api.post("/v1/conversation/create", json!({ "bot_id": mine.bot })).await.ok();
    let another = text(&another, "/data/id");
    for path in [
        format!("/v3/chat/retrieve?conversation_id={another}&chat_id={}", mine.chat),
        format!("/v3/chat/retrieve?conversation_id={}&chat_id={}", mine.conversation, theirs.chat),
        format!("/v3/chat/message/list?conversation_id={another}&chat_id={}", mine.chat),
        format!("/v1/conversation/message/retrieve?conversation_id={another}&message_id={}", mine.message),
        format!("/v1/files/retrieve?file_id={file}"),
        format!("/v1/variables?bot_id={}&connector_uid=u", theirs.bot),
        format!("/v1/conversations?bot_id={}", theirs.bot),
    ] {
        let refused = owner.api.get(&path).await;
        assert_eq!(number(&refused), (404, 4200), "{path}: {}", refused.text);
    }
    for (path, body) in [
        ("/v3/chat/cancel", json!({ "conversation_id": another, "chat_id": mine.chat })),
        ("/v1/conversation/create", json!({ "bot_id": theirs.bot })),
        ("/v1/workflow/run", json!({ "workflow_id": theirs.workflow, "parameters": {} })),
        ("/v1/workflow/run", json!({ "workflow_id": theirs.workflow, "execute_mode": "DEBUG", "parameters": {} })),
    ] {
        let refused = owner.api.post(path, body).await;
        assert_eq!(number(&refused), (404, 4200), "{path}: {}", refused.text);
    }
    let unseen = owner
        .api
        .post(
            &format!("/v3/chat?conversation_id={}", theirs.conversation),
            json!({ "bot_id": mine.bot, "user_id": "u", "additional_messages": [said("hi")] }),
        )
        .await;
    assert_eq!(number(&unseen), (404, 4200), "{}", unseen.text);
    // To a request for a stream the refusal is said in the body, as clients read it.
    for (path, body) in [
        ("/v1/workflow/stream_run", json!({ "workflow_id": theirs.workflow, "parameters": {} })),
        (
            "/v1/workflow/stream_resume",
            json!({ "workflow_id": mine.workflow, "event_id": format!("{}/1", theirs.chat), "resume_data": "x" }),
        ),
        ("/v1/workflow/stream_resume", json!({ "workflow_id": mine.workflow, "event_id": "nothing", "resume_data": "x" })),
        ("/v1/workflows/chat", json!({ "workflow_id": theirs.workflow, "additional_messages": [said("hi")] })),
    ] {
        let refused = owner.api.post(path, body).await;
        assert!(matches!(number(&refused), (200, 4000 | 4200)), "{path}: {} {}", refused.status, refused.text);
    }
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_and_forms_that_are_none() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let visitor = hearth.visitor();
    for given in ["", "Bearer", "Bearer ", "Bearer pat_x", "Basic dTpw", "bearer", "Bearer a b", &"Bearer x".repeat(500)] {
        let refused = visitor.send(visitor.request(Method::GET, "/v1/workspaces").header("authorization", given)).await;
        assert_eq!((refused.status.as_u16(), refused.json["code"].as_i64()), (401, Some(4100)), "{given}: {}", refused.text);
    }
    let upload = async |content_type: &str, body: &str| {
        let request = owner.api.request(Method::POST, "/v1/files/upload").header("content-type", content_type).body(body.to_owned());
        owner.api.send(request).await
    };
    let form = "multipart/form-data; boundary=B";
    let part = |name: &str| format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a\"\r\n\r\nx\r\n");
    for (content_type, body) in [
        ("application/json", "{}".to_owned()),
        ("multipart/form-data", part("file") + "--B--\r\n"),
        (form, String::new()),
        (form, part("file")),
        (form, part("other") + "--B--\r\n"),
        (form, part("file") + &part("file") + "--B--\r\n"),
        (form, "--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--\r\n".to_owned()),
    ] {
        let refused = upload(content_type, &body).await;
        sound(&body, &refused);
        assert_eq!((refused.status.as_u16(), refused.json["code"].as_i64()), (400, Some(4000)), "{content_type} {body}: {}", refused.text);
    }
    let odd = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../\u{202e}a\0b\\c.txt\"\r\n\r\nx\r\n--B--\r\n";
    sound("an odd name", &upload(form, odd).await);
    hearth.stop().await;
}
