//! What a killed process leaves, and how it goes on.

use std::sync::Arc;
use std::time::Duration;

use flow::run::{Event, RunStatus};
use flow::tool::Effect;
use futures::StreamExt as _;
use model::scripted::{calls, says};
use tokio::sync::Barrier;

use super::{Client, Counter, House, MINE, finish, scope, soon, spec, text};
use crate::live::Live;

#[tokio::test]
async fn a_run_killed_in_the_middle_of_its_answer_gives_one_answer() {
    let house = House::new().await;
    house.model.says(calls(&[("1", "send", "{}")]));
    let feed = house.model.fed();
    let id = house.start(spec()).await;
    let mut client = Client::default();
    let mut stream = house.runs.subscribe(&scope(MINE), id, None).await.unwrap();
    feed.send(text("The answer begins with words that are long enough to be journalled at once, and")).unwrap();
    feed.send(text(" goes on")).unwrap();
    while !client.texts.values().any(|t| t.ends_with("goes on")) {
        client.take(&soon(stream.next()).await.unwrap());
    }
    let house = house.restarted();
    drop(feed);
    house.model.says(says("Another answer"));
    assert_eq!(house.runs.resume_all().await.unwrap(), 1);

    // The client comes back with the last number it saw; what it had of the message is void.
    let mut stream = house.runs.subscribe(&scope(MINE), id, Some(client.last)).await.unwrap();
    while let Some(live) = soon(stream.next()).await {
        client.take(&live);
    }
    assert_eq!(client.answers, ["Another answer"]);
    let run = house.until(id, RunStatus::Completed).await;
    assert_eq!(run.resumed, 1);
    assert_eq!(house.tools[1].count(), 1, "a finished tool ran again");
    let journal = house.journal(id).await;
    assert_eq!(journal.iter().filter(|r| matches!(r.event, Event::Answer { .. })).count(), 1);
    assert_eq!(journal.iter().filter(|r| matches!(r.event, Event::Reset { .. })).count(), 1);
    let attempts: Vec<_> = journal
        .iter()
        .filter_map(|r| if let Event::StepStarted { step: 3, attempt, .. } = r.event { Some(attempt) } else { None })
        .collect();
    assert_eq!(attempts, [1, 2]);
}

#[tokio::test]
async fn an_interrupted_reading_tool_is_repeated_and_a_writing_one_is_not() {
    let barrier = Arc::new(Barrier::new(3));
    let tools = vec![
        Counter::new("look", Effect::Read, Some(Arc::clone(&barrier))),
        Counter::new("send", Effect::Write, Some(Arc::clone(&barrier))),
    ];
    let house = House::with(tools).await;
    house.model.says(calls(&[("1", "look", "{}"), ("2", "send", "{}")]));
    let id = house.start(spec()).await;
    soon(house.tools[0].began.notified()).await;
    soon(house.tools[1].began.notified()).await;
    let mut house = house.restarted();
    house.tools[0] = Counter::new("look", Effect::Read, None);
    let house = house.neighbour();
    house.model.says(says("done"));
    assert_eq!(house.runs.resume_all().await.unwrap(), 1);
    house.until(id, RunStatus::Completed).await;
    assert_eq!(house.tools[0].count(), 1, "reading is repeated");
    assert_eq!(house.tools[1].count(), 1, "writing is not");
    let journal = house.journal(id).await;
    let told = journal.iter().find_map(|r| match &r.event {
        Event::ToolResponse { name, output, is_error: true, .. } if name == "send" => Some(output.clone()),
        _ => None,
    });
    assert!(told.unwrap().contains("outcome is unknown"));
}

#[tokio::test]
async fn a_run_that_keeps_killing_the_process_is_given_up() {
    let mut house = House::new().await;
    let mut feeds = Vec::new();
    feeds.push(house.model.fed());
    let id = house.start(spec()).await;
    for life in 1..=3 {
        soon(async {
            while house.model.calls() < life {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await;
        // The start of the step has to be on disk, or it was never tried.
        soon(async {
            while !house.journal(id).await.iter().any(|r| matches!(r.event, Event::StepStarted { attempt, .. } if attempt as usize == life))
            {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await;
        house = house.restarted();
        if life < 3 {
            feeds.push(house.model.fed());
        }
        assert_eq!(house.runs.resume_all().await.unwrap(), 1);
    }
    let run = house.until(id, RunStatus::Failed).await;
    assert_eq!(run.error.unwrap().code, "interrupted");
    assert_eq!(house.model.calls(), 3);
}

#[tokio::test]
async fn a_run_created_but_never_launched_is_taken_up() {
    let house = House::new().await;
    let spec = spec();
    house.create(&spec, false).await;
    let house = house.restarted();
    house.model.says(says("late but here"));
    assert_eq!(house.runs.resume_all().await.unwrap(), 1);
    house.until(spec.id, RunStatus::Completed).await;
}

#[tokio::test]
async fn a_process_that_lost_its_lease_writes_nothing_more() {
    let first = House::new().await;
    let feed = first.model.fed();
    let id = first.start(spec()).await;
    feed.send(text("old words, too many to be held back until the next batch is written to the disk")).unwrap();
    let mut stream = first.runs.subscribe(&scope(MINE), id, None).await.unwrap();
    while !matches!(soon(stream.next()).await.unwrap(), Live::Delta(d) if d.seq.is_some()) {}

    // The lease goes over, but the new owner has written nothing yet: the numbers are still free.
    let second = first.neighbour();
    assert_eq!(second.runs.engine.journal.take_orphans(true).await.unwrap(), [id]);
    feed.send(text("ghost")).unwrap();
    feed.send(finish()).unwrap();
    soon(async {
        while first.runs.active() > 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
    second.model.says(says("new words"));
    assert_eq!(second.runs.resume_all().await.unwrap(), 1);
    second.until(id, RunStatus::Completed).await;
    let journal = second.journal(id).await;
    assert!(!format!("{journal:?}").contains("ghost"));
    assert!(first.recorder.finished.lock().unwrap().len() == 1, "one end, told once");
    assert_eq!(journal.iter().filter(|r| matches!(r.event, Event::Answer { .. })).count(), 1);
}

#[tokio::test]
async fn draining_leaves_the_run_to_the_next_process() {
    let house = House::new().await;
    let feed = house.model.fed();
    let id = house.start(spec()).await;
    let mut stream = house.runs.subscribe(&scope(MINE), id, None).await.unwrap();
    feed.send(text("part")).unwrap();
    while !matches!(soon(stream.next()).await.unwrap(), Live::Delta(d) if d.text == "part") {}
    soon(house.runs.drain(Duration::from_millis(50))).await;
    assert_eq!(house.runs.active(), 0);
    let rest: Vec<Live> = soon(stream.collect()).await;
    assert!(!rest.iter().any(Live::is_last), "the run has not ended");
    let kept = |r: &flow::run::Recorded| matches!(&r.event, Event::Delta { text, .. } if text == "part");
    assert!(house.journal(id).await.iter().any(kept), "what was shown is written down");

    let house = house.restarted();
    house.model.says(says("whole"));
    assert_eq!(house.runs.resume_all().await.unwrap(), 1);
    house.until(id, RunStatus::Completed).await;
}

#[tokio::test]
async fn draining_waits_for_runs_that_end_in_time() {
    let house = House::new().await;
    let feed = house.model.fed();
    let id = house.start(spec()).await;
    feed.send(text("in time")).unwrap();
    let runs = house.runs.clone();
    let drained = tokio::spawn(async move { runs.drain(Duration::from_secs(20)).await });
    soon(house.model.asked.notified()).await;
    feed.send(finish()).unwrap();
    soon(drained).await.unwrap();
    assert_eq!(house.run(id).await.status, RunStatus::Completed);
    assert_eq!(
        house.start(spec()).await,
        house.runs.list(&super::actor(MINE), MINE, crate::Filter::default(), &types::PageRequest::default()).await.unwrap().items[0].id
    );
    assert_eq!(house.runs.active(), 0, "no new work is taken");
}

#[tokio::test]
async fn a_run_that_is_left_to_the_next_start_can_be_cancelled() {
    let house = House::new().await;
    let feed = house.model.fed();
    let id = house.start(spec()).await;
    soon(house.model.asked.notified()).await;
    house.runs.crash();
    house.runs.engine.broken.insert(id, ());
    let run = soon(house.runs.cancel(&super::actor(MINE), id)).await.unwrap();
    assert_eq!(run.status, RunStatus::Cancelled);
    assert_eq!(house.restarted().runs.resume_all().await.unwrap(), 0);
    drop(feed);
}
