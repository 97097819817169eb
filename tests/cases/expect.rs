//! Whether what was seen is what a case expects. Every key of `expect` is checked, or said not to be understood.

use hearth_tests::Frame;
use serde_json::{Map, Value, json};

use crate::case::{Case, unknown};
use crate::compare::{at, difference, json_difference, shown};
use crate::names::Names;
use crate::play;
use crate::world::World;

/// What was seen.
#[derive(Default)]
pub struct Seen {
    /// The run with its steps, as the API shows it.
    pub run: Value,
    /// Status and body of an answer of the Open API.
    pub http: u16,
    pub response: Value,
    /// A stream.
    pub frames: Vec<Frame>,
}

impl Seen {
    pub fn of(run: Value) -> Self {
        Self { run, ..Self::default() }
    }

    /// The result as Coze shows it: a text as it is, anything else as JSON.
    fn output(&self) -> String {
        shown(&self.run["output"])
    }

    fn output_json(&self) -> Value {
        match &self.run["output"] {
            Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into()),
            other => other.clone(),
        }
    }

    fn status(&self) -> &'static str {
        match self.run["status"].as_str().unwrap_or_default() {
            "completed" => "Success",
            "failed" => "Fail",
            "cancelled" => "Cancel",
            // Of a stream its end is known.
            "" if self.frames.last().is_some_and(|frame| frame.event == "Done") => "Success",
            "" if self.frames.last().is_some_and(|frame| frame.event == "Error") => "Fail",
            _ => "Running",
        }
    }

    /// The interrupt that a stream ended with.
    fn interrupt(&self) -> Option<&Value> {
        self.frames.last().filter(|frame| frame.event == "Interrupt").map(|frame| &frame.data)
    }

    fn calls(&self) -> &[Value] {
        self.run.pointer("/required_action/calls").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// The last step of a node.
    fn step(&self, node: &str) -> Option<&Value> {
        self.run["steps"].as_array()?.iter().rev().find(|step| step["kind"] == "node" && step["node"]["id"] == node)
    }
}

/// A run in one line.
pub fn short(run: &Value) -> String {
    format!("{} output {} error {}", run["status"], run["output"], run["error"])
}

/// What was wrong.
pub async fn check(world: &World, case: &Case, expect: &Map<String, Value>, seen: &Seen) -> Vec<String> {
    let mut wrong = Vec::new();
    for (key, expected) in expect {
        let expected = &world.here_but_placeholders(expected);
        wrong.extend(one(world, case, key, expected, seen).await);
    }
    if wrong.is_empty() || seen.run.is_null() {
        return wrong;
    }
    // What happened, for whoever looks for the reason.
    if !seen.run["error"].is_null() {
        wrong.push(format!("the run: {}", seen.run["error"]));
    }
    for step in seen.run["steps"].as_array().into_iter().flatten() {
        let warned = step["warnings"].as_array().is_some_and(|warnings| !warnings.is_empty());
        if !step["error"].is_null() || warned {
            wrong.push(format!("the step {} ({}): {} {}", step["name"], step["node"]["id"], step["error"], step["warnings"]));
        }
    }
    wrong
}

async fn one(world: &World, case: &Case, key: &str, expected: &Value, seen: &Seen) -> Vec<String> {
    let names = &world.names;
    let equal = |actual: &Value| difference(expected, actual, names, key).into_iter().collect::<Vec<_>>();
    match key {
        // Said at the first interrupt, by whoever takes the steps.
        "after_first_interrupt" => Vec::new(),
        "status" => equal(&seen.status().into()),
        "status_in" => one_of(expected, &seen.status().into(), names, key),
        "interrupted" => equal(&(seen.run["status"] == "requires_action" || seen.interrupt().is_some()).into()),
        "event_type" => equal(&event_type(seen)),
        "stored_events" => equal(&seen.calls().len().into()),
        "tokens" => tokens(expected, seen, names),
        "end_output" => equal(&seen.output().into()),
        "end_output_json" | "end_output_json_array" | "output" | "node_output_json" => equal(&seen.output_json()),
        "node_output" => equal(&seen.output().into()),
        "end_output_json_one_of" => one_of(expected, &seen.output_json(), names, key),
        "end_output_one_of" => one_of(expected, &seen.output().into(), names, key),
        "node_results" => node_results(world, expected, seen).await,
        "node_history" => node_history(expected, seen, names),
        "run_history" => run_history(world, expected, seen).await,
        "http_status" => equal(&seen.http.into()),
        "response_data_json" => response_data(expected, seen, names),
        "stream_run_after_publish" => match play::stream_again(world, case).await {
            Ok(frames) if frames.last().is_some_and(|frame| frame.event == "Done") => Vec::new(),
            Ok(frames) => vec![format!("the stream did not end with Done: {frames:?}")],
            Err(why) => why,
        },
        "workflow_references(tool)" => references(world, expected).await,
        "sse" => frames(expected, &seen.frames, names),
        "sse_by_code_reading" | "sse_events" => {
            let events: Value = seen.frames.iter().map(|frame| Value::from(frame.event.as_str())).collect();
            difference(expected, &events, names, key).map(|said| format!("{said}: {:?}", seen.frames)).into_iter().collect()
        }
        // Reading a stream to its end is part of playing.
        "transport" => equal(&"ok".into()),
        _ => match key.split_once('.') {
            Some(("response", path)) => equal(at(&seen.response, path).unwrap_or(&Value::Null)),
            Some(("output" | "end_output_json" | "node_output_json", path)) => equal(at(&seen.output_json(), path).unwrap_or(&Value::Null)),
            _ => vec![format!("the runner does not understand `expect.{key}`")],
        },
    }
}

fn one_of(expected: &Value, actual: &Value, names: &Names, key: &str) -> Vec<String> {
    let fits = expected.as_array().into_iter().flatten().any(|one| difference(one, actual, names, key).is_none());
    if fits { Vec::new() } else { vec![format!("{key}: expected one of {expected}, got {actual}")] }
}

fn event_type(seen: &Seen) -> Value {
    let streamed = seen.interrupt().and_then(|data| data.pointer("/interrupt_data/type")?.as_i64());
    match (seen.calls().first().and_then(|call| call["kind"].as_str()), streamed) {
        (Some("input"), _) | (None, Some(5)) => "InputNode".into(),
        (Some("question"), _) | (None, Some(2)) => "Question".into(),
        (other, _) => json!(other),
    }
}

/// `{in, out}` or `[in, out]`.
fn tokens(expected: &Value, seen: &Seen, names: &Names) -> Vec<String> {
    let usage = &seen.run["usage"];
    let pairs = [(expected.get("in").or(expected.get(0)), "input_tokens"), (expected.get("out").or(expected.get(1)), "output_tokens")];
    pairs.into_iter().filter_map(|(expected, key)| difference(expected?, &usage[key], names, &format!("tokens: {key}"))).collect()
}

async fn node_results(world: &World, expected: &Value, seen: &Seen) -> Vec<String> {
    let mut wrong = Vec::new();
    let draft = world.owner.browser.get(&format!("/api/v1/workflows/{}/draft", world.workflow)).await.ok();
    for (node, facts) in expected.as_object().into_iter().flatten() {
        let Some(step) = seen.step(node) else {
            wrong.push(format!("the node {node} has no result"));
            continue;
        };
        for (fact, expected) in facts.as_object().into_iter().flatten() {
            let actual = match fact.as_str() {
                // 1: the outputs are the result; 2: the answer is.
                "extra.response_extra.terminal_plan" => {
                    let answers = draft["document"]["nodes"][node]["params"]["mode"] == "answer";
                    Value::from(if answers { 2 } else { 1 })
                }
                "output" => shown(&step["output"]).into(),
                "output_json" => step["output"].clone(),
                "input_json" => step["input"].clone(),
                "status" => {
                    if step["status"] == "completed" {
                        "Success".into()
                    } else {
                        "Fail".into()
                    }
                }
                other => {
                    wrong.push(format!("the runner does not understand `expect.node_results.{other}`"));
                    continue;
                }
            };
            wrong.extend(difference(expected, &actual, &world.names, &format!("node {node}: {fact}")));
        }
    }
    wrong
}

/// What the run tells of a node: of this one its result, of one that did not run nothing.
fn node_history(expected: &Value, seen: &Seen, names: &Names) -> Vec<String> {
    let mut wrong = Vec::new();
    for entry in expected.as_array().into_iter().flatten() {
        wrong.extend(unknown("expect.node_history.", entry, &["node", "scene", "execute_id", "output"]));
        if !entry["scene"].is_null() && entry["scene"] != "TestRunInput" {
            wrong.push(format!("the runner does not understand the scene {}", entry["scene"]));
        }
        let node = shown(&entry["node"]);
        let step = seen.step(&node);
        let execution = step.map_or(Value::from(""), |_| seen.run["id"].clone());
        if entry["execute_id"] == "<exe>" {
            wrong.extend(step.is_none().then(|| format!("node_history: the node {node} has none")));
        } else {
            wrong.extend(difference(&entry["execute_id"], &execution, names, &format!("node_history {node} execute_id")));
        }
        let output = step.map_or(Value::from(""), |step| step["output"].clone());
        if entry["output"] == "equal" {
            wrong.extend(difference(&seen.run["output"], &output, names, &format!("node_history {node} output")));
        } else {
            wrong.extend(difference(&entry["output"], &output, names, &format!("node_history {node} output")));
        }
    }
    wrong
}

async fn run_history(world: &World, expected: &Value, seen: &Seen) -> Vec<String> {
    let id = shown(&seen.run["id"]);
    let path = format!("/v1/workflow/get_run_history?workflow_id={}&execute_id={id}", world.workflow);
    let answer = world.api.get(&path).await;
    let history = &answer.json["data"][0];
    let mut wrong = Vec::new();
    for (key, expected) in expected.as_object().into_iter().flatten() {
        let actual = match key.as_str() {
            "execute_id_equals_test_run_id" => (history["execute_id"] == id.as_str()).into(),
            other => history[other].clone(),
        };
        wrong.extend(difference(expected, &actual, &world.names, &format!("run_history.{key} ({})", answer.text)));
    }
    wrong
}

/// The result of a run that was waited for. Of an answer only what the case names is looked at.
fn response_data(expected: &Value, seen: &Seen, names: &Names) -> Vec<String> {
    let Some(text) = seen.response["data"].as_str() else { return vec![format!("there is no data: {}", seen.response)] };
    let Ok(data) = serde_json::from_str::<Value>(text) else { return vec![format!("data is no JSON: {text}")] };
    let wrapped = data.get("content_type").is_some() && data.get("type_for_model").is_some();
    if wrapped && let Some(expected) = expected.as_object() {
        let one = |(key, expected): (&String, &Value)| difference(expected, &data[key.as_str()], names, &format!("data.{key}"));
        return expected.iter().filter_map(one).collect();
    }
    difference(expected, &data, names, "data").into_iter().collect()
}

async fn references(world: &World, expected: &Value) -> Vec<String> {
    let Some(tool) = world.related.first() else { return vec!["there is no tool".to_owned()] };
    let answer = world.owner.browser.get(&format!("/api/v1/workflows/{}/references", tool.id)).await;
    let items = answer.json["items"].as_array().cloned().unwrap_or_default();
    let given: Value = items.iter().map(|item| json!({ "workflow_id": item["id"] })).collect();
    world.names.set("this workflow", &world.workflow);
    difference(expected, &given, &world.names, "workflow_references").into_iter().collect()
}

fn frames(expected: &Value, frames: &[Frame], names: &Names) -> Vec<String> {
    let given: Value = frames.iter().map(|frame| json!({ "id": frame.id, "event": frame.event, "data": frame.data })).collect();
    let (wanted, got) = (expected.as_array().map_or(0, Vec::len), frames.len());
    if wanted != got {
        let lines: Vec<String> =
            frames.iter().map(|frame| format!("{} {} {}", frame.id.as_deref().unwrap_or_default(), frame.event, frame.data)).collect();
        let lines = lines.join("\n");
        return vec![format!("sse: expected {wanted} events, got {got}:\n{lines}")];
    }
    // An event that names no id does not care.
    let cared: Value = expected
        .as_array()
        .into_iter()
        .flatten()
        .zip(given.as_array().into_iter().flatten())
        .map(|(wanted, got)| {
            let mut got = got.clone();
            if let (Some(wanted), Some(got)) = (wanted.as_object(), got.as_object_mut()) {
                got.retain(|key, _| wanted.contains_key(key));
            }
            got
        })
        .collect();
    json_difference(expected, &cared, names, "sse").into_iter().collect()
}

impl World {
    /// What is expected, with addresses and ids as they are here; placeholders stay.
    fn here_but_placeholders(&self, value: &Value) -> Value {
        serde_json::from_str(&self.moved(&value.to_string())).unwrap_or_else(|_| value.clone())
    }
}
