//! Following a run from anywhere: nothing missing, nothing twice.

use futures::StreamExt as _;
use model::scripted::{calls, says};
use std::time::Duration;

use flow::run::RunStatus;

use super::{Client, House, MINE, OTHERS, finish, scope, soon, spec, text};
use crate::error::Error;
use crate::live::Live;

#[tokio::test]
async fn a_finished_run_can_be_followed_from_every_number() {
    let house = House::new().await;
    house.model.says(calls(&[("1", "look", "{}")]));
    house.model.says(says("多字节 text of several words, journalled in more than one batch, as the limit is small here, very small"));
    let id = house.start(spec()).await;
    let lives = house.follow(id).await;
    let mut whole = Client::default();
    let mut at = vec![whole.clone()];
    for live in &lives {
        whole.take(live);
        if live.seq().is_some() {
            at.push(whole.clone());
        }
    }
    let journal = house.journal(id).await;
    assert_eq!(whole.seen, (1..=journal.len() as u64).collect::<Vec<_>>(), "every number once");
    for mut client in at {
        let after = client.last;
        let replay: Vec<Live> = soon(house.runs.subscribe(&scope(MINE), id, Some(after)).await.unwrap().collect()).await;
        client.take_all(&replay);
        assert_eq!(client, whole, "after {after}");
    }
    let beyond: Vec<Live> = soon(house.runs.subscribe(&scope(MINE), id, Some(10_000)).await.unwrap().collect()).await;
    assert!(beyond.is_empty());
}

/// Clients join and leave while the model writes; each has every character once in the end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_working_run_can_be_followed_from_every_moment() {
    let house = House::new().await;
    let feed = house.model.fed();
    let id = house.start(spec()).await;
    let writer = tokio::spawn(async move {
        let mut whole = String::new();
        for n in 0..300 {
            let word = format!("字{n} ");
            whole.push_str(&word);
            feed.send(text(&word)).unwrap();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        feed.send(finish()).unwrap();
        whole
    });
    let readers = (1..=8_u64).map(|reader| {
        let runs = house.runs.clone();
        tokio::spawn(async move {
            let mut client = Client::default();
            let mut frames = 0;
            loop {
                // Each comes back after another number of frames.
                let mut stream = runs.subscribe(&scope(MINE), id, Some(client.last)).await.unwrap();
                for _ in 0..reader * 7 {
                    match soon(stream.next()).await {
                        Some(live) => {
                            frames += 1;
                            client.take(&live);
                            if live.is_last() {
                                return (client, frames);
                            }
                        }
                        None => break,
                    }
                }
            }
        })
    });
    let readers: Vec<_> = readers.collect();
    let whole = writer.await.unwrap();
    for reader in readers {
        let (client, _) = soon(reader).await.unwrap();
        assert_eq!(client.answers, std::slice::from_ref(&whole));
        assert_eq!(client.seen, (1..=client.last).collect::<Vec<_>>(), "every number once");
    }
}

#[tokio::test]
async fn text_is_shown_before_it_is_committed() {
    let house = House::new().await;
    let feed = house.model.fed();
    let id = house.start(spec()).await;
    let mut stream = house.runs.subscribe(&scope(MINE), id, None).await.unwrap();
    feed.send(text("now")).unwrap();
    let delta = loop {
        if let Live::Delta(delta) = soon(stream.next()).await.unwrap() {
            break delta;
        }
    };
    assert_eq!((delta.text.as_str(), delta.seq, delta.offset), ("now", None, 0));
    let mark = loop {
        if let Live::Delta(delta) = soon(stream.next()).await.unwrap() {
            break delta;
        }
    };
    assert_eq!((mark.text.as_str(), mark.offset), ("", 3), "the batch's last frame carries its number");
    assert!(mark.seq.is_some());
    drop(feed);
}

#[tokio::test]
async fn who_waits_for_the_end_gets_the_run_as_it_ended() {
    const LONG: Duration = Duration::from_secs(20);
    let house = House::new().await;
    let feed = house.model.fed();
    let id = house.start(spec()).await;
    let early = soon(house.runs.rested(&scope(MINE), id, Duration::from_millis(20))).await.unwrap();
    assert_eq!(early.status, RunStatus::Running, "as it is when the time is over");
    let stranger = house.runs.rested(&scope(OTHERS), id, LONG).await;
    assert!(matches!(stranger, Err(Error::NotFound)), "{stranger:?}");
    let runs = house.runs.clone();
    let waiting = tokio::spawn(async move { runs.rested(&scope(MINE), id, LONG).await.unwrap() });
    tokio::task::yield_now().await;
    feed.send(text("now")).unwrap();
    feed.send(finish()).unwrap();
    let ended = soon(waiting).await.unwrap();
    assert_eq!(ended.status, RunStatus::Completed);
    let late = soon(house.runs.rested(&scope(MINE), id, LONG)).await.unwrap();
    assert_eq!((late.status, late.finished_at), (ended.status, ended.finished_at));
}
