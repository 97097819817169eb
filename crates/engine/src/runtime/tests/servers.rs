//! The same on the database servers of the machine, where other processes may share the runs.

use std::time::Duration;

use db::{Db, Options};
use flow::run::{RunStatus, ToolSubmission};
use futures::StreamExt as _;
use model::scripted::{calls, says};
use sea_orm::ConnectionTrait as _;
use types::RunId;

use super::{Client, House, MINE, actor, scope, soon, spec, text};

/// A database of its own; `None` when the server is not there.
async fn server(url: &str) -> Option<(Db, String)> {
    let Ok(admin) = Db::connect(&Options::new(url)).await else {
        assert!(std::env::var_os("HEARTH_TEST_REQUIRE_SERVICES").is_none(), "{url} is required and not there");
        eprintln!("SKIPPED: nothing answers at {url}");
        return None;
    };
    let name = format!("hearth_engine_{}", std::process::id());
    admin.read().execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
    admin.read().execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    admin.close().await;
    let db = Db::connect(&Options::new(url.replace("/test", &format!("/{name}")))).await.unwrap();
    db::migrate::run(&db, crate::migrations()).await.unwrap();
    Some((db, name))
}

async fn on_server(url: &str) {
    let Some((db, name)) = server(url).await else { return };
    let house = House::at(db.clone());
    house.runs.resume_all().await.unwrap();
    let neighbour = house.neighbour();
    neighbour.runs.resume_all().await.unwrap();

    super::retention::old_runs_go(&house).await;
    super::called::calls_have_rows(&house).await;
    turn_with_a_pause(&house).await;
    takeover(&house, &neighbour).await;
    cancelled_by_the_neighbour(&house, &neighbour).await;

    for house in [house, neighbour] {
        house.runs.drain(Duration::ZERO).await;
    }
    db.close().await;
    let admin = Db::connect(&Options::new(url)).await.unwrap();
    let _ = admin.read().execute_unprepared(&format!("DROP DATABASE {name}")).await;
}

async fn turn_with_a_pause(house: &House) {
    house.model.says(calls(&[("s", "send", "{}"), ("c", "page", "{}")]));
    house.model.says(says("四十二 it is 🙂"));
    let id = house.start(spec()).await;
    let run = house.until(id, RunStatus::RequiresAction).await;
    assert_eq!(run.usage.total_tokens, 15);
    let output = ToolSubmission { call_id: "c".into(), output: Some("42".into()), ..ToolSubmission::default() };
    house.runs.submit(&actor(MINE), id, vec![output]).await.unwrap();
    house.until(id, RunStatus::Completed).await;
    let mut client = Client::default();
    client.take_all(&house.follow(id).await);
    assert_eq!(client.answers, ["四十二 it is 🙂"]);
    let filter = crate::Filter { agent: Some(types::AgentId(3)), status: Some(RunStatus::Completed), ..crate::Filter::default() };
    let page = house.runs.list(&actor(MINE), MINE, filter, &types::PageRequest::default()).await.unwrap();
    assert_eq!((page.items.len(), page.items[0].id), (1, id));
}

/// The first process is killed; the second takes the run over when the lease has run out, not before.
async fn takeover(house: &House, neighbour: &House) {
    let feed = house.model.fed();
    let id = house.start(spec()).await;
    soon(house.model.asked.notified()).await;
    feed.send(text("half")).unwrap();
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert_eq!((house.runs.active(), neighbour.runs.active()), (1, 0), "a living process keeps its run");

    neighbour.model.says(says("whole"));
    for handle in &house.runs.engine.active {
        handle.abort.as_ref().unwrap().abort();
    }
    house.runs.engine.active.clear();
    house.runs.engine.draining.store(true, std::sync::atomic::Ordering::SeqCst);
    let mut client = Client::default();
    let mut stream = neighbour.runs.subscribe(&scope(MINE), id, None).await.unwrap();
    while let Some(live) = soon(stream.next()).await {
        client.take(&live);
    }
    assert_eq!(client.answers, ["whole"]);
    assert_eq!(neighbour.until(id, RunStatus::Completed).await.resumed, 1);
    house.runs.engine.draining.store(false, std::sync::atomic::Ordering::SeqCst);
}

/// Steering and following a run from the process that does not work on it.
async fn cancelled_by_the_neighbour(house: &House, neighbour: &House) {
    let feed = neighbour.model.fed();
    let id: RunId = neighbour.start(spec()).await;
    soon(neighbour.model.asked.notified()).await;
    let follower = house.runs.subscribe(&scope(MINE), id, None).await.unwrap();
    let run = soon(house.runs.cancel(&actor(MINE), id)).await.unwrap();
    assert_eq!(run.status, RunStatus::Cancelled);
    let lives: Vec<_> = soon(follower.collect()).await;
    assert!(lives.last().unwrap().is_last());
    drop(feed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_keeps_runs() {
    on_server("mysql://root@127.0.0.1:3306/test").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_keeps_runs() {
    on_server("postgres://postgres@127.0.0.1:5432/test").await;
}
