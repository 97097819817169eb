//! The same story on whatever database servers the machine has: appending, inserting once, locks, lists.

use db::{Db, Options, migrate};
use flow::run::Event;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use types::MessageId;

use super::house::House;
use crate::migrations;

async fn story(db: Db) {
    migrate::run(&db, migrations()).await.unwrap();
    let house = House::on(db);
    let thread = house.conversation().await;
    let (a, b) = (house.ask(&thread, "问题 🎉").await, house.ask(&thread, "q2").await);
    let m = MessageId::generate();
    let delta = |text: &str| Event::Delta { step: 1, message: m, text: text.into(), reasoning: "?".into() };
    for _ in 0..2 {
        house.record(a, 2, vec![delta("回'\\答 "), delta("🎉")]).await;
        house.record(a, 4, vec![delta("…")]).await;
    }
    assert_eq!(house.messages(&thread).await[2], "answer:streaming:回'\\答 🎉…");
    house.record(a, 5, vec![Event::Reset { step: 1, message: m }, delta("neu")]).await;
    let answer = Event::Answer { message: m, text: "neu!".into(), reasoning: String::new() };
    house.record(a, 7, vec![answer, Event::Completed { output: None }]).await;
    assert_eq!(house.launched(), [a, b]);
    assert_eq!(house.given(b), ["user:问题 🎉", "assistant:neu!", "user:q2"]);
    house.record(b, 2, vec![Event::Cancelled]).await;
    house.alice("PUT", &format!("/messages/{m}/feedback"), json!({ "rating": "up" })).await;
    let list = house.alice("GET", "/workspaces/10/conversations?q=%E9%97%AE%E9%A2%98", Value::Null).await;
    assert_eq!(list["items"][0]["name"], "问题 🎉");
    assert_eq!(house.alice("GET", "/workspaces/10/conversations?q=!%25_", Value::Null).await["items"], json!([]));
    house.alice("DELETE", &thread, Value::Null).await;
}

async fn on_server(url: &str) {
    let Ok(admin) = Db::connect(&Options::new(url)).await else {
        assert!(std::env::var_os("HEARTH_TEST_REQUIRE_SERVICES").is_none(), "{url} is required and not there");
        return;
    };
    let name = format!("hearth_chat_{}", std::process::id());
    admin.read().execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
    admin.read().execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let db = Db::connect(&Options::new(url.replace("/test", &format!("/{name}")))).await.unwrap();
    story(db.clone()).await;
    db.close().await;
    admin.read().execute_unprepared(&format!("DROP DATABASE {name}")).await.unwrap();
}

#[tokio::test]
async fn sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::connect(&Options::new(format!("sqlite:{}", dir.path().join("t.db").display()))).await.unwrap();
    story(db).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mariadb() {
    on_server("mysql://root@127.0.0.1:3306/test").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres() {
    on_server("postgres://postgres@127.0.0.1:5432/test").await;
}
