//! The fold of made-up events.

use flow::run::{Called, PendingKind};
use serde_json::json;
use types::WorkflowId;

use super::StepStatus::{Cancelled, Completed, Failed, Running, Waiting};
use super::*;

fn node(id: &str, path: &str, parent: Option<u32>) -> NodeStep {
    NodeStep { id: id.into(), kind: "k".into(), path: path.into(), parent }
}

fn started(step: u32, node: NodeStep) -> Event {
    begun(step, StepKind::Node, None, node, None)
}

fn begun(step: u32, kind: StepKind, call_id: Option<&str>, node: NodeStep, run: Option<i64>) -> Event {
    let called =
        run.map(|run| Box::new(Called { run: RunId(run), workflow: WorkflowId(7), name: "w".into(), version: Some("v1.0.0".into()) }));
    let (name, input, attempt, message) = (String::new(), Value::Null, 1, None);
    Event::StepStarted { step, kind, name, input, attempt, message, call_id: call_id.map(str::to_owned), node: Some(node), called }
}

fn told(events: Vec<Event>) -> Vec<StepStatus> {
    view(events).steps.iter().map(|step| step.status).collect()
}

fn view(events: Vec<Event>) -> View {
    let program = json!({ "program": "workflow", "workflow": "1", "workflow_name": "", "version": null, "document": "", "inputs": {} });
    let spec = json!({ "id": "1", "workspace": "1", "user": "1", "conversation": null, "section": null, "program": program });
    let spec = serde_json::from_value(spec).unwrap();
    let mut view = View::new(crate::journal::create::blank(&spec, Timestamp(1)));
    for (event, seq) in events.into_iter().zip(1..) {
        view.apply(Recorded { seq, at: Timestamp(1), event });
    }
    view
}

#[test]
fn what_is_open_inside_a_failed_node_ends_with_it() {
    let error = RunError { code: "c".into(), message: "m".into() };
    let statuses = told(vec![
        started(1, node("loop", "", None)),
        started(2, node("task", "loop[0]/", None)),
        started(3, node("model", "loop[1]/", Some(2))),
        started(4, node("loop2", "", None)),
        Event::StepFailed { step: 1, error, retry_at: None },
    ]);
    assert_eq!(statuses, [Failed, Cancelled, Cancelled, Running]);
}

#[test]
fn a_node_without_an_output_failed_and_a_node_that_asks_waits() {
    let error = Some(RunError { code: "c".into(), message: "m".into() });
    let ran = |step, output| {
        let result = NodeResult { output, error: error.clone(), ..NodeResult::default() };
        Event::StepRan { step, name: String::new(), node: node("n", "", None), input: Value::Null, result }
    };
    let call = PendingCall {
        call_id: "3.1".into(),
        name: String::new(),
        arguments: Value::Null,
        kind: PendingKind::Question,
        node: Some(node("ask", "", None)),
        run: None,
    };
    let mut events =
        vec![ran(1, Value::Null), ran(2, json!({})), started(3, node("ask", "", None)), Event::RequiresAction { calls: vec![call] }];
    assert_eq!(told(events.clone()), [Failed, Completed, Waiting]);
    events.push(Event::Submitted { outputs: Vec::new() });
    assert_eq!(told(events), [Failed, Completed, Running]);
}

#[test]
fn a_tool_that_fails_ends_what_is_inside_itself_only() {
    let error = RunError { code: "c".into(), message: "m".into() };
    let statuses = told(vec![
        started(1, node("model", "", None)),
        begun(2, StepKind::Tool, Some("c1"), node("model", "", Some(1)), None),
        begun(3, StepKind::Tool, Some("c10"), node("model", "", Some(1)), None),
        started(4, node("task", "model#c1/", None)),
        started(5, node("task", "model#c10/", None)),
        Event::StepFailed { step: 2, error, retry_at: None },
    ]);
    assert_eq!(statuses, [Running, Failed, Running, Cancelled, Running]);
}

#[test]
fn what_steps_use_is_counted_for_every_call_around_them() {
    let usage = |tokens| Some(TokenUsage { total_tokens: tokens, ..TokenUsage::default() });
    let cost = |amount| Some(Cost { amount, currency: "USD".into() });
    let ended = |step, tokens| Event::StepCompleted { step, output: Value::Null, usage: usage(tokens), cost: cost(0.5), node: None };
    let over = |step| Event::StepCompleted { step, output: json!({ "n": step }), usage: None, cost: None, node: None };
    let model = |step, path: &str| begun(step, StepKind::Model, None, node("m", path, None), None);
    let mut view = view(vec![
        begun(1, StepKind::Node, None, node("call", "loop[0]/", None), Some(100)),
        model(2, "loop[0]/call/"),
        ended(2, 1),
        begun(3, StepKind::Node, None, node("call", "loop[0]/call/", None), Some(101)),
        model(4, "loop[0]/call/call/"),
        ended(4, 10),
        over(3),
        model(5, "loop[0]/calls/"),
        ended(5, 100),
        over(1),
    ]);
    let rows = view.take_calls().unwrap();
    let told: Vec<_> =
        rows.iter().map(|row| (row.run.id.get(), row.run.usage.total_tokens, row.run.cost.as_ref().unwrap().amount, row.fresh)).collect();
    assert_eq!(told, [(101, 10, 0.5, true), (100, 11, 1.0, true)]);
    assert_eq!((rows[0].run.parent_run_id, rows[1].run.parent_run_id), (Some(RunId(100)), Some(RunId(1))));
    assert_eq!((&rows[1].run.output, &rows[1].run.workflow_version), (&Some(json!({ "n": 1 })), &Some("v1.0.0".to_owned())));
    assert_eq!(view.run.usage.total_tokens, 111, "it is counted for the run that calls, too");
    assert_eq!(view.take_calls(), None, "they are told once");
}
