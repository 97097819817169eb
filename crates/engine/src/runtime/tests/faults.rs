//! A journal that cannot be written.

use std::sync::atomic::Ordering;

use flow::run::{Event, Recorded, RunStatus};
use futures::StreamExt as _;
use model::scripted::{calls, says};

use super::{Client, House, MINE, scope, soon, spec};
use crate::error::Error;
use crate::live::Live;

#[tokio::test]
async fn a_short_failure_of_the_disk_is_not_noticed() {
    let house = House::new().await;
    house.recorder.failures.store(2, Ordering::SeqCst);
    house.model.says(says("fine"));
    let id = house.start(spec()).await;
    let lives = house.follow(id).await;
    let mut client = Client::default();
    client.take_all(&lives);
    assert_eq!(client.answers, ["fine"]);
    let journal = house.journal(id).await;
    assert_eq!(*house.recorder.heard.lock().unwrap(), journal[1..], "nothing twice, nothing missing");
}

#[tokio::test]
async fn a_full_disk_stops_the_run_visibly_and_loses_nothing() {
    let house = House::new().await;
    house.recorder.failures.store(1000, Ordering::SeqCst);
    let mut answer = vec![super::text("I shall send it. ")];
    answer.extend(calls(&[("1", "send", "{}")]));
    house.model.says(answer);
    let id = house.start(spec()).await;
    let lives = house.follow(id).await;
    let Some(Live::Stopped(run)) = lives.last() else { panic!("the subscriber was not told: {lives:?}") };
    assert_eq!((run.status, run.error.as_ref().unwrap().code.as_str()), (RunStatus::Failed, "disk_full"));
    assert_eq!(house.model.calls(), 1, "the model is asked while the journal is written");
    assert_eq!(lives.len(), 2, "something was shown whose step is not on disk: {lives:?}");
    assert_eq!(lives[0].seq(), Some(1));
    assert_eq!(house.tools[1].count(), 0, "nothing was done that is not on disk");
    assert_eq!(house.run(id).await.status, RunStatus::Running, "it can go on");
    assert_eq!(house.journal(id).await.len(), 1);

    house.recorder.failures.store(0, Ordering::SeqCst);
    let house = house.restarted();
    house.model.says(calls(&[("1", "send", "{}")]));
    house.model.says(says("sent"));
    house.runs.resume_all().await.unwrap();
    house.until(id, RunStatus::Completed).await;
    assert_eq!(house.tools[1].count(), 1);
}

/// It gets all of the text, in few frames: pieces are joined while they wait.
#[tokio::test]
async fn a_subscriber_that_does_not_read_holds_nothing_back_and_misses_nothing() {
    let house = House::new().await;
    let feed = house.model.fed();
    let id = house.start(spec()).await;
    let mut slow = house.runs.subscribe(&scope(MINE), id, None).await.unwrap();
    let mut client = Client::default();
    client.take(&soon(slow.next()).await.unwrap());
    for n in 0..5000 {
        feed.send(super::text(&format!("{n} "))).unwrap();
    }
    feed.send(super::finish()).unwrap();
    house.until(id, RunStatus::Completed).await;
    let (mut frames, mut last) = (0, false);
    while let Some(live) = soon(slow.next()).await {
        client.take(&live);
        frames += 1;
        last |= live.is_last();
    }
    assert!(last && frames < 1000, "{frames} frames were held for somebody who does not read");
    let words: Vec<String> = (0..5000).map(|n| format!("{n} ")).collect();
    assert_eq!(client.answers, [words.concat()]);
    assert!(matches!(house.journal(id).await.last().unwrap().event, Event::Completed { .. }));
}

#[tokio::test]
async fn a_run_is_stored_with_its_first_events_or_not_at_all() {
    let house = House::new().await;
    house.recorder.failures.store(1000, Ordering::SeqCst);
    let never = spec();
    let refused = house.runs.open(never.clone(), None, Vec::new()).await.map(drop);
    assert!(matches!(refused, Err(Error::Db(db::Error::Full(_)))), "{refused:?}");
    assert!(matches!(house.runs.get(&scope(MINE), never.id).await, Err(Error::NotFound)));
    assert_eq!(house.model.calls(), 0, "nobody is asked for a run that is not on disk");

    house.recorder.failures.store(2, Ordering::SeqCst);
    house.model.says(says("fine"));
    let kept = spec();
    house.runs.open(kept.clone(), None, Vec::new()).await.unwrap();
    let journal = house.journal(kept.id).await;
    assert!(
        matches!(journal[..], [Recorded { event: Event::Created, .. }, Recorded { event: Event::Started { .. }, .. }, ..]),
        "{journal:?}"
    );
    house.until(kept.id, RunStatus::Completed).await;
}
