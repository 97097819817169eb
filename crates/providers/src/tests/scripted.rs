//! Every vendor against the scripted model server of the conformance suite.
//!
//! The folder with `mock_llm.py` is named by `HEARTH_CONFORMANCE`, by default
//! `../shared/conformance` beside the workspace. Without it, or without Python's aiohttp,
//! these tests say that they are skipped.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures::StreamExt;
use model::chat::{Event, FinishReason, JsonSchema, Message, Params, Part, Request, Response, Role, ToolSpec};
use model::{Chat, Endpoint, Error};
use serde_json::{Value, json};
use std::sync::Arc;

use super::{endpoint, vendors};

struct Mock {
    process: Child,
    port: u16,
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Mock {
    async fn start() -> Option<Self> {
        let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
        let folder = std::env::var_os("HEARTH_CONFORMANCE").map_or(default, PathBuf::from);
        let script = folder.join("mock_llm.py");
        if !script.exists() {
            eprintln!("SKIPPED: {} does not exist; set HEARTH_CONFORMANCE", script.display());
            return None;
        }
        let aiohttp = Command::new("python3").args(["-c", "import aiohttp"]).stderr(Stdio::null()).status();
        if !aiohttp.is_ok_and(|status| status.success()) {
            eprintln!("SKIPPED: the scripted model server needs python3 with aiohttp");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new("python3")
            .arg(script)
            .args(["--port", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mock = Self { process, port };
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Some(mock);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the scripted model server does not start");
    }

    fn endpoint(&self, vendor: &str) -> Endpoint {
        let path = match vendor {
            "ollama" | "anthropic" => "",
            "gemini" => "/v1beta",
            _ => "/v1",
        };
        endpoint(&format!("http://127.0.0.1:{}{path}", self.port), "mock-chat")
    }
}

fn ask(text: &str) -> Request {
    Request { messages: vec![Message::text(Role::User, text)], ..Request::default() }
}

async fn collect(chat: &Arc<dyn Chat>, request: Request) -> (Response, usize, Option<Error>) {
    let mut response = Response::default();
    let mut pieces = 0;
    let mut stream = match chat.stream(request).await {
        Ok(stream) => stream,
        Err(error) => return (response, 0, Some(error)),
    };
    while let Some(event) = stream.next().await {
        match event {
            Ok(event) => {
                pieces += usize::from(matches!(event, Event::Text(_)));
                assert_eq!(response.finish, None, "nothing comes after the finish");
                response.absorb(event);
            }
            Err(error) => {
                assert!(stream.next().await.is_none(), "a stream ends after its error");
                return (response, pieces, Some(error));
            }
        }
    }
    (response, pieces, None)
}

async fn both(chat: &Arc<dyn Chat>, request: Request) -> Response {
    let (mut streamed, _, error) = collect(chat, request.clone()).await;
    assert!(error.is_none(), "{error:?}");
    let mut whole = chat.complete(request).await.unwrap();
    for response in [&mut streamed, &mut whole] {
        for (place, call) in response.tool_calls.iter_mut().enumerate() {
            assert!(!call.id.is_empty());
            call.id = format!("id{place}");
            call.arguments = serde_json::from_str::<Value>(&call.arguments).unwrap().to_string();
        }
    }
    assert_eq!(streamed, whole, "streamed and whole answers agree");
    streamed
}

const VENDORS: [&str; 4] = ["openai_compatible", "anthropic", "gemini", "ollama"];

#[tokio::test]
async fn answers_tools_reasoning_and_pictures() {
    let Some(mock) = Mock::start().await else { return };
    for vendor in VENDORS {
        let chat = vendors().get(vendor).unwrap().chat(&mock.endpoint(vendor)).unwrap();

        let (answer, pieces, error) = collect(&chat, ask("!say 你好 wide world")).await;
        assert!(error.is_none(), "{vendor}: {error:?}");
        assert_eq!((answer.text.as_str(), answer.finish), ("你好 wide world", Some(FinishReason::Stop)), "{vendor}");
        assert!(pieces > 2, "{vendor}: {pieces} pieces");

        let answer = both(&chat, ask("!think hmm so\n!say done\n!usage 11 7")).await;
        assert_eq!((answer.reasoning.as_str(), answer.text.as_str()), ("hmm so", "done"), "{vendor}");
        let usage = answer.usage.unwrap();
        assert_eq!((usage.input_tokens, usage.output_tokens, usage.total_tokens), (11, 7, 18), "{vendor}");

        let answer = both(&chat, ask("!finish length\n!say cut short")).await;
        assert_eq!(answer.finish, Some(FinishReason::Length), "{vendor}");
        let answer = both(&chat, ask("!empty")).await;
        assert_eq!((answer.text.as_str(), answer.finish), ("", Some(FinishReason::Stop)), "{vendor}");

        let tool = ToolSpec { name: "a".into(), description: "A".into(), parameters: json!({ "type": "object" }) };
        let mut request = Request { tools: vec![tool], ..ask("!tool a {\"x\": 1}\n!tool b {\"y\": [\"é\", 2]}") };
        request.messages.insert(0, Message::text(Role::System, "be good"));
        let answer = both(&chat, request.clone()).await;
        assert_eq!(answer.finish, Some(FinishReason::ToolCalls), "{vendor}");
        let calls: Vec<_> = answer.tool_calls.iter().map(|call| (call.name.as_str(), call.arguments.as_str())).collect();
        assert_eq!(calls, [("a", "{\"x\":1}"), ("b", "{\"y\":[\"é\",2]}")], "{vendor}");
        request.messages.push(answer.into_message());
        request.messages.push(Message::tool_result("id0", "first"));
        request.messages.push(Message::tool_result("id1", "second"));
        let text = both(&chat, request).await.text;
        assert!(text.contains("tool results:") && text.contains("first") && text.contains("second"), "{vendor}: {text}");

        let picture = Part::Image { url: "data:image/png;base64,aGVsbG8=".into() };
        let message = Message { parts: vec![Part::text("!images"), picture], ..Message::text(Role::User, "") };
        let answer = both(&chat, Request { messages: vec![message], ..Request::default() }).await;
        assert_eq!(answer.text, "images:1 aaf4c61d", "{vendor}");

        let system = Request {
            messages: vec![Message::text(Role::System, "be good"), Message::text(Role::User, "!echo_system")],
            ..Request::default()
        };
        assert_eq!(both(&chat, system).await.text, "be good", "{vendor}");

        if vendor != "anthropic" {
            let schema = json!({ "type": "object", "properties": { "sum": { "type": "integer" } } });
            let request = Request { json_schema: Some(JsonSchema { name: "sum".into(), schema }), ..ask("add") };
            assert_eq!(both(&chat, request).await.text, "{\"sum\":1}", "{vendor}");
        }
    }
}

#[tokio::test]
async fn failures_are_told_apart() {
    let Some(mock) = Mock::start().await else { return };
    futures::future::join_all(VENDORS.map(|vendor| fail_in_every_way(&mock, vendor))).await;
}

async fn fail_in_every_way(mock: &Mock, vendor: &str) {
    let chat = vendors().get(vendor).unwrap().chat(&mock.endpoint(vendor)).unwrap();
    for (status, code) in [
        (400, "model_refused"),
        (401, "model_unauthorized"),
        (404, "model_unknown"),
        (429, "model_rate_limited"),
        (503, "model_vendor_error"),
    ] {
        let (_, _, error) = collect(&chat, ask(&format!("!fail {status} the words of {vendor}"))).await;
        let error = error.unwrap();
        assert_eq!(types::Coded::code(&error), code, "{vendor} {status}");
        assert!(error.to_string().contains(&format!("the words of {vendor}")), "{error}");
    }
    let again = format!("!failn 2 503\n!say {vendor} again");
    assert_eq!(collect(&chat, ask(&again)).await.0.text, format!("{vendor} again"), "two failures are survived");

    let (part, _, error) = collect(&chat, ask("!cut 2\n!say one two three four")).await;
    assert!(matches!(error, Some(Error::Cut(_))), "{vendor}: {error:?}");
    assert!(part.text.starts_with("one") && part.finish.is_none(), "{vendor}: {part:?}");
    let error = chat.complete(ask("!cut\n!say one two three four")).await.unwrap_err();
    assert!(matches!(error, Error::Cut(_)), "{vendor}: {error:?}");

    let (_, _, error) = collect(&chat, ask("!garbage\n!say a b c")).await;
    assert!(matches!(error, Some(Error::Protocol(_))), "{vendor}: {error:?}");
    let (_, _, error) = collect(&chat, ask("!hang")).await;
    assert!(matches!(error, Some(Error::Timeout(_))), "{vendor}: {error:?}");
    if vendor != "ollama" {
        let wrong = Endpoint { api_key: Some("bad-key".to_owned().into()), ..mock.endpoint(vendor) };
        let chat = vendors().get(vendor).unwrap().chat(&wrong).unwrap();
        let (_, _, error) = collect(&chat, ask("hi")).await;
        assert!(matches!(error, Some(Error::Unauthorized(_))), "{vendor}: {error:?}");
    }
}

#[tokio::test]
async fn models_are_listed_checked_and_embed() {
    let Some(mock) = Mock::start().await else { return };
    for vendor in VENDORS {
        let open = vendors().get(vendor).unwrap().clone();
        let endpoint = mock.endpoint(vendor);
        let models = open.models(&endpoint).await.unwrap();
        assert!(models.iter().any(|name| name.starts_with("mock-chat")), "{vendor}: {models:?}");
        let checked = open.check(&endpoint).await.unwrap();
        assert_eq!(checked.model, "mock-chat");
        if vendor == "ollama" {
            assert!(checked.capabilities.tools && checked.capabilities.vision);
        } else {
            assert!(checked.notes.iter().any(|note| note.starts_with("tools: accepted")), "{vendor}: {checked:?}");
            assert_eq!(checked.capabilities.json_schema, vendor != "anthropic", "{vendor}: {checked:?}");
        }
        if vendor == "anthropic" {
            assert!(open.embed(&endpoint).is_err());
            continue;
        }
        let embedder = Endpoint { model: "nomic-embed-text".into(), ..endpoint.clone() };
        assert_eq!(open.check(&embedder).await.unwrap().capabilities.embedding_dimensions, Some(768), "{vendor}");
        let texts: Vec<String> = (0..130).map(|n| format!("text {n}")).collect();
        let found = open.embed(&embedder).unwrap().embed(&texts).await.unwrap();
        assert_eq!(found.vectors.len(), 130, "{vendor}");
        let alone = open.embed(&embedder).unwrap().embed(&texts[129..]).await.unwrap();
        assert_eq!(found.vectors[129], alone.vectors[0], "{vendor}: vectors keep the order of the texts");
    }
    let unreachable = endpoint("http://127.0.0.1:9", "m");
    assert!(matches!(vendors().get("ollama").unwrap().check(&unreachable).await, Err(Error::Connect(_))));
}

#[tokio::test]
async fn parameters_arrive() {
    let Some(mock) = Mock::start().await else { return };
    let params = Params { temperature: Some(0.5), max_tokens: Some(77), seed: Some(3), stop: vec!["END".into()], ..Params::default() };
    for (vendor, expected) in [
        ("openai_compatible", json!({ "temperature": 0.5, "max_tokens": 77, "seed": 3, "stop": ["END"], "stream": true, "user": "u" })),
        ("openai", json!({ "temperature": 0.5, "max_completion_tokens": 77, "seed": 3 })),
        ("anthropic", json!({ "temperature": 0.5, "max_tokens": 77, "stop_sequences": ["END"] })),
        ("gemini", json!({ "generationConfig": { "temperature": 0.5, "maxOutputTokens": 77, "seed": 3, "stopSequences": ["END"] } })),
        ("ollama", json!({ "options": { "temperature": 0.5, "num_predict": 77, "seed": 3, "stop": ["END"] } })),
    ] {
        let chat = vendors().get(vendor).unwrap().chat(&mock.endpoint(vendor)).unwrap();
        let request = Request { params: params.clone(), extra: [("user".to_owned(), json!("u"))].into(), ..ask("!params") };
        let text = collect(&chat, request).await.0.text;
        let got: Value = serde_json::from_str(&text).unwrap();
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&got[name], value, "{vendor}: {text}");
        }
    }
}
