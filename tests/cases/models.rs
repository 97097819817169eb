//! Models that say what a case says, over real HTTP, in the OpenAI form.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};

use crate::case::unknown;
use crate::compare;
use crate::mocks::Complaints;
use crate::names::Names;
use crate::services::visit;

/// A model: which types of models it stands for, and its answers.
#[derive(Debug, Clone)]
pub struct ModelMock {
    bind: Bind,
    calls: Vec<Value>,
    /// Calls so far.
    count: Arc<AtomicUsize>,
}

#[derive(Debug, Clone, PartialEq)]
enum Bind {
    /// The model of this type.
    Type(i64),
    /// Every other.
    Others,
}

const CALL: &[&str] = &["index", "content", "reasoning_content", "tool_calls", "chunks", "usage", "error", "delay_ms", "assert_input"];

impl ModelMock {
    pub fn read(mock: &Value, complaints: &mut Vec<String>) -> Self {
        let said = compare::shown(&mock["bind"]["modelType"]);
        let number: String = said.chars().take_while(char::is_ascii_digit).collect();
        let bind = match number.parse() {
            Ok(number) => Bind::Type(number),
            Err(_) if said == "*" || said.starts_with("other") || said == "null" => Bind::Others,
            Err(_) => {
                complaints.push(format!("the runner does not understand the model type `{said}`"));
                Bind::Others
            }
        };
        let calls = mock["calls"].as_array().cloned().unwrap_or_default();
        for call in &calls {
            complaints.extend(unknown("llm.calls.", call, CALL));
            for chunk in call["chunks"].as_array().into_iter().flatten() {
                complaints.extend(unknown("llm.calls.chunks.", chunk, &["content", "reasoning_content", "tool_calls", "usage"]));
            }
        }
        Self { bind, calls, count: Arc::default() }
    }

    fn call(&self) -> Option<Value> {
        let count = self.count.fetch_add(1, Ordering::SeqCst);
        let at = |index: &Value| match index {
            Value::Number(number) => number.as_u64() == u64::try_from(count).ok(),
            _ => true,
        };
        self.calls.iter().find(|call| at(&call["index"])).cloned()
    }
}

/// The server of all models of a case.
#[derive(Clone)]
pub struct Models {
    address: SocketAddr,
    scripted: Arc<RwLock<Vec<ModelMock>>>,
    complaints: Complaints,
    names: Names,
}

impl Models {
    pub async fn start(models: Vec<ModelMock>, complaints: Complaints, names: Names) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { address: listener.local_addr().unwrap(), scripted: Arc::new(RwLock::new(models)), complaints, names };
        let router = Router::new().route("/v1/chat/completions", post(answer)).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    /// Settings that make these types of models known to a server, by the ids that canvases name.
    pub fn settings(&self, types: &[i64]) -> Vec<(String, String)> {
        let one = |(number, of): (usize, &i64)| {
            [
                ("PROTOCOL", "openai_compatible".to_owned()),
                ("OPENCOZE_ID", id_of(*of).to_string()),
                ("ID", format!("type-{of}")),
                ("NAME", format!("Model {of}")),
                ("API_KEY", "sk-case".to_owned()),
                ("BASE_URL", format!("http://{}/v1", self.address)),
            ]
            .map(|(name, value)| (format!("MODEL_{name}_{number}"), value))
        };
        types.iter().enumerate().flat_map(one).collect()
    }

    /// Every model begins with its first answer again.
    pub fn reset(&self) {
        for model in self.scripted.read().unwrap_or_else(PoisonError::into_inner).iter() {
            model.count.store(0, Ordering::SeqCst);
        }
    }

    fn of(&self, model: &str) -> Option<ModelMock> {
        let number: Option<i64> = model.strip_prefix("type-").and_then(|number| number.parse().ok());
        let models = self.scripted.read().unwrap_or_else(PoisonError::into_inner);
        let exact = models.iter().find(|mock| Some(&mock.bind) == number.map(Bind::Type).as_ref());
        exact.or_else(|| models.iter().find(|mock| mock.bind == Bind::Others)).cloned()
    }
}

fn refused(message: &str) -> Response {
    let body = json!({ "error": { "message": message, "type": "scripted" } });
    (axum::http::StatusCode::INTERNAL_SERVER_ERROR, axum::Json(body)).into_response()
}

async fn answer(State(server): State<Models>, body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let model = request["model"].as_str().unwrap_or_default();
    let Some(call) = server.of(model).and_then(|mock| mock.call()) else {
        server.complaints.add(format!("the model {model} was asked once more than the case says: {request}"));
        return refused("no answer is scripted");
    };
    if let Some(millis) = call["delay_ms"].as_u64() {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
    if let Some(assertion) = call["assert_input"].as_str()
        && let Err(complaint) = assert_input(assertion, &request, &server.names)
    {
        server.complaints.add(complaint);
    }
    if !call["error"].is_null() {
        return refused(&compare::shown(&call["error"]));
    }
    let mut deltas: Vec<Value> = Vec::new();
    let mut usage = usage(&call["usage"]);
    match call["chunks"].as_array() {
        Some(chunks) => {
            for chunk in chunks {
                deltas.push(delta(chunk, &request));
                for (sum, more) in usage.iter_mut().zip(self::usage(&chunk["usage"])) {
                    *sum += more;
                }
            }
        }
        None => deltas.push(delta(&call, &request)),
    }
    let finish = if deltas.iter().any(|delta| delta.get("tool_calls").is_some()) { "tool_calls" } else { "stop" };
    let usage = json!({ "prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": usage[0] + usage[1] });
    if request["stream"] != true {
        let text: String = deltas.iter().filter_map(|delta| delta["content"].as_str()).collect();
        let calls: Vec<Value> = deltas.iter().filter_map(|delta| delta["tool_calls"].as_array().cloned()).flatten().collect();
        let mut message = json!({ "role": "assistant", "content": text });
        if !calls.is_empty() {
            message["tool_calls"] = Value::Array(calls);
        }
        let answer = json!({ "choices": [{ "index": 0, "message": message, "finish_reason": finish }], "usage": usage });
        return axum::Json(answer).into_response();
    }
    let frame = |chunk: Value| format!("data: {chunk}\n\n");
    let mut frames: Vec<String> =
        deltas.into_iter().map(|delta| frame(json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": null }] }))).collect();
    frames.push(frame(json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": finish }], "usage": usage })));
    frames.push("data: [DONE]\n\n".to_owned());
    // One after the other, as a model writes.
    let stream = futures::stream::unfold(frames.into_iter(), |mut frames| async move {
        let frame = frames.next()?;
        tokio::time::sleep(Duration::from_millis(3)).await;
        Some((Ok::<_, std::convert::Infallible>(Bytes::from(frame)), frames))
    });
    ([("content-type", "text/event-stream")], axum::body::Body::from_stream(stream)).into_response()
}

fn usage(of: &Value) -> [u64; 2] {
    ["prompt_tokens", "completion_tokens"].map(|key| of[key].as_u64().unwrap_or_default())
}

fn delta(of: &Value, request: &Value) -> Value {
    let mut delta = json!({});
    for key in ["content", "reasoning_content"] {
        if let Some(text) = of[key].as_str() {
            delta[key] = text.into();
        }
    }
    if let Some(calls) = of["tool_calls"].as_array() {
        let one = |(index, call): (usize, &Value)| {
            let name = offered(call["name"].as_str().unwrap_or_default(), request);
            json!({ "index": index, "id": call["id"], "type": "function", "function": { "name": name, "arguments": call["arguments"] } })
        };
        delta["tool_calls"] = calls.iter().enumerate().map(one).collect();
    }
    delta
}

/// The tool of a request that a case means. Coze offers a workflow as `ts_<name>_<name>`, Hearth by its name.
fn offered(name: &str, request: &Value) -> String {
    let offers = request["tools"].as_array().into_iter().flatten().filter_map(|tool| tool["function"]["name"].as_str());
    let mut meant = offers.filter(|offer| *offer == name || format!("ts_{offer}_{offer}") == name);
    meant.next().unwrap_or(name).to_owned()
}

/// What a case says in words about what a model is told.
fn assert_input(assertion: &str, request: &Value, names: &Names) -> Result<(), String> {
    let unclear = || format!("the runner does not understand `assert_input`: {assertion}");
    let last = request["messages"].as_array().and_then(|messages| messages.last()).cloned().unwrap_or_default();
    let said = match &last["content"] {
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        other => compare::shown(other),
    };
    let said_wrong = |why: &str| format!("{assertion}: {why}, the last message was: {said}");
    if let Some(condition) = assertion.strip_prefix("last message content parses as JSON with ") {
        let (key, expected) = condition.split_once(" == ").ok_or_else(unclear)?;
        let expected: Value = serde_json::from_str(expected).map_err(|_| unclear())?;
        let given: Value = serde_json::from_str(&said).map_err(|_| said_wrong("it does not parse"))?;
        return match compare::difference(&expected, &given[key], names, key) {
            None => Ok(()),
            Some(difference) => Err(said_wrong(&difference)),
        };
    }
    if let Some(text) = assertion.strip_prefix("last message content == ") {
        let expected: Value = serde_json::from_str(text).map_err(|_| unclear())?;
        return if expected == Value::String(said.clone()) { Ok(()) } else { Err(said_wrong("it is another")) };
    }
    if let Some(text) = assertion.strip_prefix("last message content contains ") {
        let expected: String = serde_json::from_str(text).map_err(|_| unclear())?;
        return if said.contains(&expected) { Ok(()) } else { Err(said_wrong("it is not in it")) };
    }
    Err(unclear())
}

/// Id of the model that Hearth has built in.
const BUILT_IN: i64 = 1;

/// The id here of a type of model: its own, if it is free.
fn id_of(model_type: i64) -> i64 {
    if model_type == BUILT_IN { 1_000_000_001 } else { model_type }
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok()).filter(|number| *number > 0)
}

/// Every type of model that canvases name; where they name none, there is one that is taken then.
pub fn types(canvases: &[String]) -> Vec<i64> {
    let mut found = Vec::new();
    let mut pending: Vec<Value> = canvases.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    while let Some(canvas) = pending.pop() {
        visit(&canvas, &mut |value| {
            found.extend(number(&value["modelType"]));
            if value["name"] == "modelType" {
                found.extend(value.pointer("/input/value/content").and_then(number));
            }
            pending.extend(settings(value));
        });
    }
    found.sort_unstable();
    found.dedup();
    if found.is_empty() { vec![BUILT_IN] } else { found }
}

/// Settings that stand as JSON in a text.
fn settings(value: &Value) -> Option<Value> {
    let text = value.as_str().filter(|text| text.contains("modelType"))?;
    serde_json::from_str::<Value>(text).ok().filter(Value::is_object)
}

/// Gives the types of models in a canvas the ids they have here.
pub fn rename_types(value: &mut Value) {
    if let Some(mut inner) = settings(value) {
        rename_types(&mut inner);
        *value = inner.to_string().into();
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(rename_types),
        Value::Object(fields) => {
            let named = fields.get("name").is_some_and(|name| name == "modelType");
            for (key, field) in fields.iter_mut() {
                if key == "modelType"
                    && let Some(of) = number(field)
                {
                    *field = id_of(of).into();
                } else if named && let Some(content) = field.pointer_mut("/value/content") {
                    if let Some(of) = number(content) {
                        *content = id_of(of).to_string().into();
                    }
                } else {
                    rename_types(field);
                }
            }
        }
        _ => {}
    }
}
