//! What is done with the canvas of a case, by its mode.

use std::time::{Duration, Instant};

use hearth_tests::Frame;
use serde_json::{Value, json};

use crate::case::{Case, Cases};
use crate::compare;
use crate::expect::{self, Seen};
use crate::validation;
use crate::world::World;

/// A run ends, or waits for somebody, within this time.
const PATIENCE: Duration = Duration::from_secs(60);

/// Plays a case. `Ok`: notes; `Err`: what was wrong.
pub async fn play(case: &Case, cases: &Cases) -> Result<Vec<String>, Vec<String>> {
    if case.mode == "member" {
        return member(case, cases);
    }
    let Some(world) = World::start(case, cases).await? else { return Ok(vec!["SKIPPED: no database server".to_owned()]) };
    let mut wrong = precondition(&world, case).await;
    let played = match case.mode.as_str() {
        "test_run" => test_run(&world, case).await,
        "engine_typed_input" => {
            let run = draft(&world, case, &case.input).await;
            Ok(Seen::of(run))
        }
        "node_debug" => node_debug(&world, case).await,
        "openapi_sync" => openapi(&world, case).await,
        "openapi_stream" => stream(&world, case).await,
        "chatflow_sse" => chatflow(&world, case).await,
        "validate_tree" => {
            wrong.extend(validation::check(&world, case).await);
            Ok(Seen::default())
        }
        other => Err(vec![format!("the runner does not understand the mode `{other}`")]),
    };
    let said = match played {
        Ok(seen) if case.mode != "validate_tree" => expect::check(&world, case, &case.expect, &seen).await,
        Ok(_) => Vec::new(),
        Err(why) => why,
    };
    wrong.extend(said);
    let notes = world.notes.clone();
    wrong.extend(world.stop().await);
    if wrong.is_empty() { Ok(notes) } else { Err(wrong) }
}

/// A canvas that is only used by other cases.
fn member(case: &Case, cases: &Cases) -> Result<Vec<String>, Vec<String>> {
    let via = case.expect.get("via").and_then(Value::as_str).unwrap_or_default();
    match cases.list.iter().find(|other| other.id == via) {
        Some(other) if other.related.iter().any(|related| related["file"] == case.file.as_str()) => Ok(vec![format!("played in {via}")]),
        Some(_) => Err(vec![format!("{via} does not use {}", case.file)]),
        None if cases.file(&case.file).is_some() => Ok(vec![format!("{via} is not among these cases")]),
        None => Err(vec![format!("there is no file {}", case.file)]),
    }
}

/// `precondition: sync run {json} with app id, obj == {…}` of related files.
async fn precondition(world: &World, case: &Case) -> Vec<String> {
    let mut wrong = Vec::new();
    for related in &world.related {
        let Some(text) = related.used_for.strip_prefix("precondition: sync run ") else { continue };
        let Some((input, expected)) = text.split_once(" with app id, obj == ") else {
            wrong.push(format!("the runner does not understand `{}`", related.used_for));
            continue;
        };
        if let Err(why) = world.publish(&related.id, case.version()).await {
            wrong.extend(why);
            continue;
        }
        let body = json!({ "workflow_id": related.id, "parameters": input, "app_id": world.names.of("appID") });
        let answer = world.api.post("/v1/workflow/run", body).await;
        let data: Value = answer.json["data"].as_str().and_then(|data| serde_json::from_str(data).ok()).unwrap_or_default();
        // Keys stand there without quotes.
        for pair in expected.trim_matches(['{', '}']).split(',') {
            let (key, value) = pair.split_once(':').unwrap_or_default();
            let value: Value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
            wrong.extend(compare::difference(
                &value,
                &data["obj"][key],
                &world.names,
                &format!("precondition obj.{key} ({})", answer.text),
            ));
        }
    }
    wrong
}

/// Starts the draft and waits until it ends or waits.
async fn draft(world: &World, case: &Case, input: &Value) -> Value {
    let id = start(world, case, input).await;
    settled(world, &id).await
}

async fn start(world: &World, case: &Case, input: &Value) -> String {
    let input = world.here(input);
    if let Some(app) = case.app() {
        // Only the Open API knows apps.
        let parameters = input.to_string();
        let app = world.names.fill_text(app);
        let body =
            json!({ "workflow_id": world.workflow, "parameters": parameters, "app_id": app, "is_async": true, "execute_mode": "DEBUG" });
        let answer = world.api.post("/v1/workflow/run", body).await;
        return answer.json["execute_id"].as_str().unwrap_or_else(|| panic!("no run: {}", answer.text)).to_owned();
    }
    let path = format!("/api/v1/workflows/{}/runs", world.workflow);
    let answer = world.api.post(&path, json!({ "inputs": input, "draft": true })).await.ok();
    compare::shown(&answer["id"])
}

/// The run, once it has ended or waits for somebody.
pub async fn settled(world: &World, id: &str) -> Value {
    let began = Instant::now();
    loop {
        let run = world.api.get(&format!("/api/v1/runs/{id}")).await.ok();
        if !["queued", "running"].contains(&run["status"].as_str().unwrap_or_default()) {
            return run;
        }
        assert!(began.elapsed() < PATIENCE, "the run {id} is {} after {PATIENCE:?}", run["status"]);
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
}

async fn test_run(world: &World, case: &Case) -> Result<Seen, Vec<String>> {
    if !case.steps.is_empty() {
        return steps(world, case).await;
    }
    if case.how_run.contains("test_resume") {
        return Err(vec!["the runner needs `steps` to know what to resume with".to_owned()]);
    }
    if !case.how_run.contains("cancel") {
        return Ok(Seen::of(draft(world, case, &case.input).await));
    }
    let id = start(world, case, &case.input).await;
    if case.how_run.contains("wait for interrupt") {
        let waiting = settled(world, &id).await;
        if waiting["status"] != "requires_action" {
            return Err(vec![format!("it should wait for somebody, but is {}: {}", waiting["status"], waiting["error"])]);
        }
    }
    let cancelled = world.api.post(&format!("/api/v1/runs/{id}/cancel"), json!({})).await;
    // The run may have ended first.
    let late = cancelled.json.pointer("/error/code").and_then(Value::as_str) == Some("run_finished");
    if !cancelled.status.is_success() && !late {
        return Err(vec![format!("cancelling was refused: {} {}", cancelled.status, cancelled.text)]);
    }
    Ok(Seen::of(settled(world, &id).await))
}

/// One thing after the other.
async fn steps(world: &World, case: &Case) -> Result<Seen, Vec<String>> {
    let mut seen = Seen::default();
    let mut wrong = Vec::new();
    let mut interrupts = 0;
    for (at, step) in case.steps.iter().enumerate() {
        let input = step.get("input").unwrap_or(&case.input);
        match step["do"].as_str().unwrap_or_default() {
            "test_run" => seen = Seen::of(draft(world, case, input).await),
            "test_resume" => {
                let Some(call) = seen.run.pointer("/required_action/calls/0/call_id").cloned() else {
                    wrong.push(format!("step {}: nothing waits for an answer: {}", at + 1, expect::short(&seen.run)));
                    break;
                };
                let output = compare::shown(&world.here(&step["data"]));
                let id = compare::shown(&seen.run["id"]);
                let body = json!({ "outputs": [{ "call_id": call, "output": output }] });
                let answer = world.api.post(&format!("/api/v1/runs/{id}/tool-outputs"), body).await;
                if !answer.status.is_success() {
                    wrong.push(format!("step {}: the answer was refused: {} {}", at + 1, answer.status, answer.text));
                    break;
                }
                seen = Seen::of(settled(world, &id).await);
            }
            "stream_run" => seen = stream_with(world, case, input).await?,
            "stream_resume" => {
                let event = seen.frames.iter().rev().find_map(|frame| frame.data.pointer("/interrupt_data/event_id").cloned());
                let Some(event) = event else {
                    wrong.push(format!("step {}: there was no interrupt to answer", at + 1));
                    break;
                };
                let data = compare::shown(&world.here(&step["data"]));
                let body = json!({ "workflow_id": world.workflow, "event_id": event, "resume_data": data });
                seen = Seen { frames: world.api.stream("/v1/workflow/stream_resume", body).await, ..Seen::default() };
            }
            other => wrong.push(format!("the runner does not understand the step `{other}`")),
        }
        let waits = seen.run["status"] == "requires_action";
        interrupts += usize::from(waits);
        if waits
            && interrupts == 1
            && let Some(Value::Object(expected)) = case.expect.get("after_first_interrupt")
        {
            wrong.extend(expect::check(world, case, expected, &seen).await);
        }
        if let Some(expected) = step["expect"].as_object() {
            let said = expect::check(world, case, expected, &seen).await;
            wrong.extend(said.into_iter().map(|said| format!("step {}: {said}", at + 1)));
        }
    }
    if wrong.is_empty() { Ok(seen) } else { Err(wrong) }
}

async fn node_debug(world: &World, case: &Case) -> Result<Seen, Vec<String>> {
    let node = case.said_after("node ").ok_or_else(|| vec!["`how_run` names no node".to_owned()])?;
    let path = format!("/api/v1/workflows/{}/nodes/{node}/runs", world.workflow);
    let answer = world.api.post(&path, json!({ "inputs": world.here(&case.input) })).await;
    let Some(id) = answer.json["id"].as_str() else { return Err(vec![format!("no run: {} {}", answer.status, answer.text)]) };
    Ok(Seen::of(settled(world, id).await))
}

/// The body of a run of the published version.
fn request(world: &World, case: &Case, input: &Value) -> Value {
    let mut body = json!({ "workflow_id": world.workflow, "parameters": world.here(input).to_string() });
    if let Some(app) = case.app() {
        body["app_id"] = world.names.fill_text(app).into();
    }
    body
}

async fn openapi(world: &World, case: &Case) -> Result<Seen, Vec<String>> {
    world.publish(&world.workflow, case.version()).await?;
    if !case.steps.is_empty() {
        return steps(world, case).await;
    }
    let asynchronous = case.how_run.contains("is_async=true") || case.how_run.contains("async run");
    let mut body = request(world, case, &case.input);
    body["is_async"] = asynchronous.into();
    let answer = world.api.post("/v1/workflow/run", body).await;
    let run = match answer.json["execute_id"].as_str() {
        Some(id) => settled(world, id).await,
        None => Value::Null,
    };
    Ok(Seen { run, http: answer.status.as_u16(), response: answer.json, ..Seen::default() })
}

async fn stream(world: &World, case: &Case) -> Result<Seen, Vec<String>> {
    world.publish(&world.workflow, case.version()).await?;
    if case.steps.is_empty() { stream_with(world, case, &case.input).await } else { steps(world, case).await }
}

async fn stream_with(world: &World, case: &Case, input: &Value) -> Result<Seen, Vec<String>> {
    Ok(Seen { frames: world.api.stream("/v1/workflow/stream_run", request(world, case, input)).await, ..Seen::default() })
}

/// The published workflow once more, streamed, from the first answer of every model.
pub async fn stream_again(world: &World, case: &Case) -> Result<Vec<Frame>, Vec<String>> {
    world.publish(&world.workflow, case.version()).await?;
    world.models.reset();
    let input = case
        .how_run
        .split_once("stream_run ")
        .and_then(|(_, rest)| serde_json::Deserializer::from_str(rest).into_iter::<Value>().next()?.ok());
    Ok(stream_with(world, case, &input.unwrap_or_else(|| case.input.clone())).await?.frames)
}

async fn chatflow(world: &World, case: &Case) -> Result<Seen, Vec<String>> {
    world.publish(&world.workflow, case.version()).await?;
    if let Some(name) = case.input["conversation_id"].as_str().and_then(crate::names::whole) {
        let made = world.api.post("/v1/conversation/create", json!({})).await;
        world.names.set(name, made.json.pointer("/data/id").and_then(Value::as_str).unwrap_or_default());
    }
    let mut body = world.here(&case.input);
    body["workflow_id"] = world.workflow.clone().into();
    Ok(Seen { frames: world.api.stream("/v1/workflows/chat", body).await, ..Seen::default() })
}
