//! Somebody else holds the database (a backup, an SQL shell): said in words, and then it goes on.

use std::time::{Duration, Instant};

use db::sea_orm::ConnectionTrait as _;
use hearth_tests::{Hearth, hearth::text};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_database_is_said_and_passes() {
    if std::env::var("HEARTH_TEST_DATABASE").is_ok_and(|engine| engine != "sqlite" && !engine.is_empty()) {
        eprintln!("SKIPPED: only SQLite is locked as a whole");
        return;
    }
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let agent = owner.add_agent(json!({})).await;
    let conversation = owner.add_conversation(&agent).await;
    let running = owner.add_conversation(&agent).await;
    let turns = |conversation: &str| format!("/api/v1/conversations/{conversation}/turns");
    let run = owner.api.post(&turns(&running), json!({ "content": format!("slow 100\nsay {}", "w ".repeat(20)) })).await.ok();
    let run = text(&run, "/run_id");

    let url = format!("sqlite:{}", hearth.data().join("data/hearth.db").display());
    let other = db::Db::connect(&db::Options::new(url)).await.unwrap();
    other.schema_connection().execute_unprepared("BEGIN IMMEDIATE").await.unwrap();

    // Many writers at once wait as long as one would, after what the run under way wrote before them.
    let began = Instant::now();
    let asks = (0..6).map(|i| {
        let (api, path, turns) = (owner.api.clone(), format!("/api/v1/workspaces/{}/agents", owner.workspace), turns(&conversation));
        async move {
            match i {
                0 => api.post(&turns, json!({ "content": "say lost" })).await,
                _ => api.post(&path, json!({ "name": format!("a{i}") })).await,
            }
        }
    });
    let reads = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let began = Instant::now();
        for path in ["/api/v1/me".to_owned(), format!("/api/v1/agents/{agent}"), format!("/api/v1/conversations/{conversation}")] {
            assert!(owner.api.get(&path).await.status.is_success(), "{path}");
        }
        assert!(owner.browser.get("/api/v1/me").await.status.is_success());
        assert!(hearth.visitor().get("/health").await.status.is_success());
        assert!(began.elapsed() < Duration::from_secs(3), "reading does not wait: {:?}", began.elapsed());
    };
    let (answers, ()) = futures::future::join(futures::future::join_all(asks), reads).await;
    for answer in &answers {
        assert_eq!(answer.refusal(), (503, "database_busy"), "{}", answer.text);
    }
    assert!(began.elapsed() < Duration::from_secs(25), "{:?}", began.elapsed());

    other.schema_connection().execute_unprepared("ROLLBACK").await.unwrap();
    other.close().await;
    let agents = owner.api.get(&format!("/api/v1/workspaces/{}/agents", owner.workspace)).await.ok();
    assert_eq!(agents["items"].as_array().unwrap().len(), 1, "nothing of the refused was written: {agents}");
    assert_eq!(owner.messages(&conversation).await.len(), 0);
    let seen = owner.browser.stream(&turns(&conversation), json!({ "content": "say found" })).await;
    assert_eq!(seen.last().unwrap().event, "run.completed");
    // The run that was under way ends well, once.
    let ended = owner.ended(&run).await;
    assert_eq!(ended["status"], "completed", "{ended}");
    let messages = owner.messages(&running).await;
    assert_eq!(messages.iter().filter(|m| m["type"] == "answer").count(), 1, "{messages:?}");
    hearth.stop().await;
}
