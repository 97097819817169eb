//! Whole turns.

use std::sync::Arc;

use flow::run::{Event, RunStatus, StepKind};
use flow::tool::Effect;
use futures::StreamExt as _;
use model::Role;
use model::scripted::{calls, says};
use tokio::sync::Barrier;

use super::{Client, Counter, House, finish, soon, spec, text, with_turn};
use crate::error::Error;
use crate::live::Live;
use crate::view::StepStatus;

#[tokio::test]
async fn tools_run_side_by_side_and_their_results_go_back_in_order() {
    // Both calls wait for each other: one after the other they would wait for ever.
    let barrier = Arc::new(Barrier::new(2));
    let tools = vec![Counter::new("look", Effect::Read, Some(Arc::clone(&barrier))), Counter::new("send", Effect::Write, Some(barrier))];
    let house = House::with(tools).await;
    house.model.says(calls(&[
        ("1", "look", "{\"n\":1}"),
        ("2", "send", "{\"n\":2}"),
        ("3", "look", "{\"n\": oops"),
        ("4", "nothing", "{}"),
    ]));
    house.model.says(says("It is done"));
    let id = house.start(spec()).await;
    let lives = house.follow(id).await;

    let run = house.run(id).await;
    assert_eq!(run.status, RunStatus::Completed, "{:?}", run.error);
    assert_eq!((run.usage.input_tokens, run.agent_name.as_str(), run.agent_version), (20, "Helper", Some(2)));
    assert!((run.cost.unwrap().amount - 2.0).abs() < 1e-9);
    let requests = house.model.requests.lock().unwrap().clone();
    let results: Vec<_> = requests[1].messages.iter().filter(|m| m.role == Role::Tool).collect();
    assert_eq!(results.iter().map(|m| m.tool_call_id.as_deref().unwrap()).collect::<Vec<_>>(), ["1", "2", "3", "4"]);
    assert_eq!(results[0].joined_text(), "{\"tool\":\"look\",\"n\":1}");
    assert!(results[2].joined_text().contains("not valid JSON"), "{}", results[2].joined_text());
    assert!(results[3].joined_text().contains("no tool `nothing`"));

    let mut client = Client::default();
    client.take_all(&lives);
    assert_eq!(client.answers, ["It is done"]);
    assert!(lives.last().unwrap().is_last());
    let (_, steps) = house.runs.detail(&super::scope(super::MINE), id).await.unwrap();
    let summary: Vec<_> = steps.iter().map(|s| (s.seq, s.kind, s.name.as_str(), s.status)).collect();
    let (ok, failed) = (StepStatus::Completed, StepStatus::Failed);
    assert_eq!(
        summary,
        [
            (1, StepKind::Model, "first", ok),
            (2, StepKind::Tool, "look", ok),
            (3, StepKind::Tool, "send", ok),
            (4, StepKind::Tool, "look", failed),
            (5, StepKind::Tool, "nothing", failed),
            (6, StepKind::Model, "first", ok),
        ]
    );
    // The recorder heard every event after the first, in order, within the same transactions.
    let journal = house.journal(id).await;
    assert_eq!(*house.recorder.heard.lock().unwrap(), journal[1..]);
    assert_eq!(*house.recorder.finished.lock().unwrap(), [(id, RunStatus::Completed)]);
    assert_eq!(house.runs.active(), 0);
}

#[tokio::test]
async fn suggestions_follow_the_answer_and_cannot_fail_the_run() {
    let house = House::new().await;
    house.model.says(says("Yes"));
    house.model.says(says("1. Why?\n2. How?"));
    let id = house.start(with_turn(|turn| turn.follow_up = Some(String::new()))).await;
    let follow_ups = |lives: &[Live]| {
        let text = |live: &Live| match live {
            Live::Event(c) => match &c.recorded.event {
                Event::FollowUp { text, .. } => Some(text.clone()),
                _ => None,
            },
            _ => None,
        };
        lives.iter().filter_map(text).collect::<Vec<_>>()
    };
    let lives = house.follow(id).await;
    assert_eq!(follow_ups(&lives), ["Why?", "How?"]);
    let shown: Vec<_> = lives.iter().filter_map(|l| if let Live::Delta(d) = l { Some(d.text.as_str()) } else { None }).collect();
    assert_eq!(shown.concat(), "Yes", "suggestions are not shown while they are written");

    house.model.says(says("Yes"));
    house.model.says(vec![Err(model::Error::Refused("no".into()))]);
    house.fallback.says(vec![Err(model::Error::Refused("no".into()))]);
    let id = house.start(with_turn(|turn| turn.follow_up = Some(String::new()))).await;
    assert!(follow_ups(&house.follow(id).await).is_empty());
    assert_eq!(house.run(id).await.status, RunStatus::Completed);
}

#[tokio::test]
async fn the_fallback_answers_when_the_first_fails_before_its_first_token_only() {
    let house = House::new().await;
    house.model.says(vec![Err(model::Error::Server { status: 503, message: "busy".into(), retry_after: None })]);
    house.fallback.says(says("Here I am"));
    let id = house.start(spec()).await;
    house.follow(id).await;
    assert_eq!(house.run(id).await.status, RunStatus::Completed);

    house.model.says(vec![text("Half an "), Err(model::Error::Cut("connection reset".into()))]);
    let id = house.start(spec()).await;
    house.follow(id).await;
    let run = house.run(id).await;
    assert_eq!((run.status, run.error.unwrap().code.as_str()), (RunStatus::Failed, "model_stream_cut"));
    let kept = |e: &flow::run::Recorded| matches!(&e.event, Event::Delta { text, .. } if text == "Half an ");
    assert!(house.journal(id).await.iter().any(kept), "the part answer is kept");

    // Both fail: the vendor's own words come through.
    house.model.says(vec![Err(model::Error::Unauthorized("bad key sk-…".into()))]);
    house.fallback.says(vec![Err(model::Error::Unauthorized("Incorrect API key provided".into()))]);
    let id = house.start(spec()).await;
    house.follow(id).await;
    let error = house.run(id).await.error.unwrap();
    assert_eq!(error.code, "model_unauthorized");
    assert!(error.message.contains("Incorrect API key provided"));
}

#[tokio::test]
async fn an_unknown_model_fails_the_run_with_a_reason() {
    let house = House::new().await;
    let id = house.start(with_turn(|turn| turn.model = Some(types::ModelId(99)))).await;
    house.follow(id).await;
    assert_eq!(house.run(id).await.error.unwrap().code, "model_unavailable");
}

#[tokio::test]
async fn cancelling_drops_the_models_stream_and_keeps_what_was_written() {
    let house = House::new().await;
    let feed = house.model.fed();
    let id = house.start(spec()).await;
    let mut stream = house.runs.subscribe(&super::scope(super::MINE), id, None).await.unwrap();
    feed.send(text("Once upon")).unwrap();
    while !matches!(soon(stream.next()).await.unwrap(), Live::Delta(d) if d.text == "Once upon") {}
    assert_eq!(house.model.dropped.load(std::sync::atomic::Ordering::SeqCst), 0);

    let run = house.runs.cancel(&super::actor(super::MINE), id).await.unwrap();
    assert_eq!(run.status, RunStatus::Cancelled);
    assert_eq!(house.model.dropped.load(std::sync::atomic::Ordering::SeqCst), 1, "the vendor was not told");
    assert!(feed.send(finish()).is_err());
    let rest: Vec<Live> = soon(stream.collect()).await;
    assert!(matches!(rest.last(), Some(Live::Event(c)) if c.recorded.event == Event::Cancelled));
    let kept = |e: &flow::run::Recorded| matches!(&e.event, Event::Delta { text, .. } if text == "Once upon");
    assert!(house.journal(id).await.iter().any(kept));
    let again = house.runs.cancel(&super::actor(super::MINE), id).await;
    assert!(matches!(again, Err(Error::Finished)), "{again:?}");
    assert_eq!(*house.recorder.finished.lock().unwrap(), [(id, RunStatus::Cancelled)]);
}

#[tokio::test]
async fn cancelling_reaches_a_tool() {
    let house = House::with(vec![Counter::new("look", Effect::Read, Some(Arc::new(Barrier::new(2))))]).await;
    house.model.says(calls(&[("1", "look", "{}")]));
    let id = house.start(spec()).await;
    soon(house.tools[0].began.notified()).await;
    let run = soon(house.runs.cancel(&super::actor(super::MINE), id)).await.unwrap();
    assert_eq!(run.status, RunStatus::Cancelled);
    let (_, steps) = house.runs.detail(&super::scope(super::MINE), id).await.unwrap();
    assert_eq!(steps[1].status, StepStatus::Cancelled);
}

#[tokio::test]
async fn budgets_end_a_turn() {
    let house = House::new().await;
    for _ in 0..2 {
        house.model.says(calls(&[("1", "look", "{}")]));
    }
    let id = house.start(with_turn(|turn| turn.budget.max_rounds = 2)).await;
    house.follow(id).await;
    assert_eq!(house.run(id).await.error.unwrap().code, "budget_rounds");
    assert!(house.model.requests.lock().unwrap()[1].tools.is_empty(), "the last round has to be an answer");

    house.model.says(calls(&[("1", "send", "{}")])); // costs 1 USD
    let id = house.start(with_turn(|turn| turn.budget.max_cost = Some(0.5))).await;
    house.follow(id).await;
    assert_eq!(house.run(id).await.error.unwrap().code, "budget_cost");
    assert_eq!(house.tools[1].count(), 0, "nothing is done once the money is gone");

    let _silent = house.model.fed();
    let id = house.start(with_turn(|turn| turn.budget.max_seconds = 1)).await;
    house.follow(id).await;
    assert_eq!(house.run(id).await.error.unwrap().code, "budget_seconds");
    assert_eq!(house.model.dropped.load(std::sync::atomic::Ordering::SeqCst), 1);
}
