//! Runs that wait for people and clients, and for their turn.

use flow::agent::{AgentTool, Approval};
use flow::run::{Event, PendingKind, RunStatus, ToolSubmission};
use flow::tool::Effect;
use futures::StreamExt as _;
use model::Role;
use model::scripted::{calls, says};

use super::{Counter, House, MINE, OTHERS, actor, scope, soon, spec, with_turn};
use crate::error::Error;

fn output(call_id: &str, output: &str) -> ToolSubmission {
    ToolSubmission { call_id: call_id.into(), output: Some(output.into()), ..ToolSubmission::default() }
}

fn decision(call_id: &str, approve: bool) -> ToolSubmission {
    ToolSubmission { call_id: call_id.into(), approve: Some(approve), ..ToolSubmission::default() }
}

#[tokio::test]
async fn a_client_tool_parks_the_run_over_a_restart() {
    let house = House::new().await;
    house.model.says(calls(&[("c", "page", "{\"url\":\"x\"}"), ("s", "look", "{}")]));
    let id = house.start(spec()).await;
    let lives = house.follow(id).await;
    assert!(lives.last().unwrap().is_last(), "the stream ends where the run waits");
    let run = house.until(id, RunStatus::RequiresAction).await;
    assert_eq!(house.tools[0].count(), 1, "the server's tools of the round ran first");
    let waiting = run.required_action.unwrap().calls;
    assert_eq!((waiting.len(), waiting[0].call_id.as_str(), waiting[0].kind), (1, "c", PendingKind::Client));
    assert_eq!(house.runs.active(), 0, "a waiting run holds no memory");
    assert!(house.recorder.finished.lock().unwrap().is_empty());
    let again = soon(house.runs.subscribe(&scope(MINE), id, None).await.unwrap().collect::<Vec<_>>()).await;
    assert_eq!(again.iter().filter_map(crate::Live::seq).max(), lives.last().unwrap().seq(), "it can be read again, and ends again");

    let house = house.restarted();
    assert_eq!(house.runs.resume_all().await.unwrap(), 0, "nothing was under way");
    house.model.says(says("The page says 42"));
    let wrong = [vec![], vec![output("z", "1")], vec![decision("c", true)], vec![output("c", "1"), output("c", "2")]];
    for outputs in wrong {
        let refused = house.runs.submit(&actor(MINE), id, outputs.clone()).await;
        assert!(matches!(refused, Err(Error::Outputs(_))), "{outputs:?} was taken: {refused:?}");
    }
    let submission = house.runs.submit(&actor(MINE), id, vec![output("c", "42")]).await.unwrap();
    assert_eq!(submission.run.status, RunStatus::Running);
    let rest: Vec<_> = soon(house.runs.subscribe(&scope(MINE), id, Some(submission.after)).await.unwrap().collect()).await;
    assert_eq!(rest[0].seq(), Some(submission.after + 1));
    let run = house.until(id, RunStatus::Completed).await;
    assert_eq!((run.resumed, run.required_action), (0, None));
    let request = house.model.requests.lock().unwrap().last().cloned().unwrap();
    let results: Vec<_> = request.messages.iter().filter(|m| m.role == Role::Tool).map(model::Message::joined_text).collect();
    assert_eq!(results, ["42", "{\"tool\":\"look\",\"n\":null}"]);
    let late = house.runs.submit(&actor(MINE), id, vec![output("c", "42")]).await;
    assert!(matches!(late, Err(Error::NotWaiting)), "{late:?}");
}

#[tokio::test]
async fn a_call_that_needs_approval_runs_only_when_approved() {
    let house = House::with(vec![Counter::new("pay", Effect::Write, None)]).await;
    for approve in [false, true] {
        house.model.says(calls(&[("p", "pay", "{\"n\":5}")]));
        house.model.says(says("ok"));
        let pay = AgentTool::Builtin { name: "pay".into(), approval: Approval::Always };
        let id = house.start(with_turn(|turn| turn.tools = vec![pay])).await;
        let run = house.until(id, RunStatus::RequiresAction).await;
        let call = run.required_action.unwrap().calls.remove(0);
        assert_eq!((call.kind, call.arguments), (PendingKind::Approval, serde_json::json!({ "n": 5 })));
        assert_eq!(house.tools[0].count(), 0);
        house.runs.submit(&actor(MINE), id, vec![decision("p", approve)]).await.unwrap();
        house.until(id, RunStatus::Completed).await;
        assert_eq!(house.tools[0].count(), u32::from(approve));
        let response = house.journal(id).await.into_iter().find_map(|r| match r.event {
            Event::ToolResponse { output, is_error, .. } => Some((output, is_error)),
            _ => None,
        });
        let (output, is_error) = response.unwrap();
        assert_eq!(is_error, !approve);
        assert_eq!(output.contains("refused"), !approve, "{output}");
    }
}

#[tokio::test]
async fn two_submissions_at_once_count_once() {
    let house = House::new().await;
    house.model.says(calls(&[("c", "page", "{}")]));
    house.model.says(says("ok"));
    let id = house.start(spec()).await;
    house.until(id, RunStatus::RequiresAction).await;
    let one = actor(MINE);
    let (a, b) = tokio::join!(house.runs.submit(&one, id, vec![output("c", "1")]), house.runs.submit(&one, id, vec![output("c", "2")]));
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    house.until(id, RunStatus::Completed).await;
    assert_eq!(house.journal(id).await.iter().filter(|r| matches!(r.event, Event::Submitted { .. })).count(), 1);
}

#[tokio::test]
async fn a_waiting_run_can_be_cancelled() {
    let house = House::new().await;
    house.model.says(calls(&[("c", "page", "{}")]));
    let id = house.start(spec()).await;
    house.until(id, RunStatus::RequiresAction).await;
    assert_eq!(house.runs.cancel(&actor(MINE), id).await.unwrap().status, RunStatus::Cancelled);
    assert_eq!(house.journal(id).await.last().unwrap().event, Event::Cancelled);
    assert_eq!(*house.recorder.finished.lock().unwrap(), [(id, RunStatus::Cancelled)]);
}

#[tokio::test]
async fn a_queued_run_waits_for_its_turn_over_a_restart() {
    let house = House::new().await;
    let spec = spec();
    house.create(&spec, true).await;
    let house = house.restarted();
    assert_eq!(house.runs.resume_all().await.unwrap(), 0);
    let queued = house.runs.queued().await.unwrap();
    assert_eq!((queued.len(), queued[0].run, queued[0].conversation), (1, spec.id, spec.conversation));

    let follower = house.runs.subscribe(&scope(MINE), spec.id, None).await.unwrap();
    let mut grown = spec.clone();
    let flow::run::Program::Agent(turn) = &mut grown.program else { panic!("not an agent") };
    turn.messages.push(model::Message::text(Role::User, "and the history grew"));
    house.model.says(says("now"));
    for expected in [true, false] {
        let (runs, grown) = (house.runs.clone(), grown.clone());
        let taken = house.db.write(move |tx| Box::pin(async move { runs.dequeue(tx, &grown).await })).await.unwrap();
        assert_eq!(taken, expected, "a turn is taken once");
    }
    house.runs.launch(spec.id);
    house.runs.launch(spec.id);
    let lives: Vec<_> = soon(follower.collect()).await;
    assert!(lives.last().unwrap().is_last(), "who followed the queued run sees it through");
    assert_eq!(house.model.requests.lock().unwrap()[0].messages.len(), 3);
    assert_eq!(house.model.calls(), 1);
}

#[tokio::test]
async fn another_workspace_sees_nothing() {
    let house = House::new().await;
    house.model.says(calls(&[("c", "page", "{}")]));
    let feed = house.model.fed();
    let waiting = house.start(spec()).await;
    house.until(waiting, RunStatus::RequiresAction).await;
    let working = house.start(spec()).await;
    let (stranger, stranger_scope) = (actor(OTHERS), scope(OTHERS));
    for id in [waiting, working, types::RunId(1)] {
        assert!(matches!(house.runs.get(&stranger_scope, id).await, Err(Error::NotFound)));
        assert!(matches!(house.runs.detail(&stranger_scope, id).await, Err(Error::NotFound)));
        assert!(matches!(house.runs.subscribe(&stranger_scope, id, None).await.err(), Some(Error::NotFound)));
        assert!(matches!(house.runs.cancel(&stranger, id).await, Err(Error::NotFound)));
        assert!(matches!(house.runs.submit(&stranger, id, vec![output("c", "1")]).await, Err(Error::NotFound)));
    }
    let page = types::PageRequest::default();
    assert!(house.runs.list(&stranger, MINE, crate::Filter::default(), &page).await.is_err());
    assert!(house.runs.list(&stranger, OTHERS, crate::Filter::default(), &page).await.unwrap().items.is_empty());
    assert_eq!(house.runs.list(&actor(MINE), MINE, crate::Filter::default(), &page).await.unwrap().items.len(), 2);
    let filter = crate::Filter { status: Some(RunStatus::RequiresAction), ..Default::default() };
    assert_eq!(house.runs.list(&actor(MINE), MINE, filter, &page).await.unwrap().items[0].id, waiting);
    drop(feed);
}
