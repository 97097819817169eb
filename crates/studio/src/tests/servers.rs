//! The same on MariaDB and PostgreSQL, where they are there: migrations, every kind of query, races.

use db::{Db, Options};
use http::Method;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use super::Studio;

async fn lives(url: &str) {
    let Ok(admin) = Db::connect(&Options::new(url)).await else {
        assert!(std::env::var_os("HEARTH_TEST_REQUIRE_SERVICES").is_none(), "{url} is required and not there");
        eprintln!("SKIPPED: nothing answers at {url}");
        return;
    };
    let name = format!("hearth_studio_{}", std::process::id());
    for sql in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
        admin.read().execute_unprepared(&sql).await.unwrap();
    }
    let db = Db::connect(&Options::new(url.replace("/test", &format!("/{name}")))).await.unwrap();
    db::migrate::run(&db, crate::migrations()).await.unwrap();
    journey(&Studio::over(db.clone(), vec![])).await;
    db.close().await;
    admin.read().execute_unprepared(&format!("DROP DATABASE {name}")).await.unwrap();
}

async fn journey(s: &Studio) {
    let (a, b) = (s.add_model("模型 A").await, s.add_model("B").await);
    let path = format!("/models/{a}");
    let change = json!({ "fallback_model_id": b, "is_default": true, "price": { "input_per_million": 0.5, "output_per_million": 1, "currency": "USD" } });
    assert_eq!(s.ok(1, Method::PATCH, &path, Some(change)).await["fallback_model_id"], json!(b));
    s.ok(1, Method::DELETE, &format!("/models/{b}"), None).await;
    assert_eq!(s.ok(1, Method::GET, &path, None).await["fallback_model_id"], Value::Null);
    for name in ["Alpha", "100% 好", "a_b"] {
        s.add_agent(name).await;
    }
    for (q, found) in [("ALPHA", 1), ("%25", 1), ("_", 1), ("%E5%A5%BD", 1), ("nothing", 0)] {
        let list = s.ok(1, Method::GET, &format!("/workspaces/10/agents?q={q}"), None).await;
        assert_eq!(list["items"].as_array().unwrap().len(), found, "{q}");
    }
    let id = s.add_agent("Versions").await;
    let agent = format!("/agents/{id}");
    let config = json!({ "prompt": "字".repeat(50_000), "model": { "model_id": a } });
    s.ok(1, Method::PUT, &format!("{agent}/draft"), Some(json!({ "config": config, "revision": 1 }))).await;
    s.refused(1, Method::PUT, &format!("{agent}/draft"), Some(json!({ "config": {}, "revision": 1 })), 409).await;
    for version in 1..=2 {
        assert_eq!(s.ok(1, Method::POST, &format!("{agent}/publish"), None).await["version"], version);
    }
    assert_eq!(s.ok(1, Method::GET, &format!("{agent}/versions?limit=1"), None).await["next_cursor"], "2");
    assert_eq!(s.refused(1, Method::DELETE, &path, None, 409).await["code"], "model_in_use");
    s.ok(1, Method::POST, &format!("{agent}/unpublish"), None).await;
    s.ok(1, Method::DELETE, &agent, None).await;
    s.ok(1, Method::DELETE, &path, None).await;
    workflows(s).await;
}

async fn workflows(s: &Studio) {
    let made = async |name: &str, document: Value| {
        let body = json!({ "name": name, "description": "一百", "document": document });
        let workflow = s.ok(1, Method::POST, "/workspaces/10/workflows", Some(body)).await;
        workflow["id"].as_str().unwrap().to_owned()
    };
    let ends = |more: Value| {
        let mut nodes = json!({ "s": { "kind": "start" }, "e": { "kind": "end", "title": "结束😀" } });
        nodes.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let last = if more.get("c").is_some() { "c" } else { "s" };
        let mut edges = vec![json!({ "from": last, "to": "e" })];
        if last == "c" {
            edges.push(json!({ "from": "s", "to": "c" }));
        }
        json!({ "nodes": nodes, "edges": edges })
    };
    let callee = made("Callee", ends(json!({}))).await;
    let path = format!("/workflows/{callee}");
    for (i, version) in ["v0.0.1", "v0.0.2"].into_iter().enumerate() {
        assert_eq!(s.ok(1, Method::POST, &format!("{path}/publish"), None).await["version"], version);
        let mut document = ends(json!({}));
        document["nodes"]["s"]["title"] = json!("字".repeat(1000 + i));
        let body = json!({ "document": document, "revision": i + 1 });
        assert_eq!(s.ok(1, Method::PUT, &format!("{path}/draft"), Some(body)).await["revision"], i + 2);
        s.refused(1, Method::PUT, &format!("{path}/draft"), Some(json!({ "document": {}, "revision": i + 1 })), 409).await;
    }
    assert_eq!(s.ok(1, Method::GET, &format!("{path}/versions?limit=1"), None).await["next_cursor"], "2");
    let call = json!({ "c": { "kind": "workflow", "params": { "workflow_id": callee, "version": "v0.0.2" } } });
    let caller = made("Caller", ends(call)).await;
    s.ok(1, Method::POST, &format!("/workflows/{caller}/publish"), None).await;
    let references = s.ok(1, Method::GET, &format!("{path}/references"), None).await;
    assert_eq!((&references["items"][0]["in_draft"], &references["items"][0]["in_published"]), (&json!(true), &json!(true)));
    for (query, found) in [("mode=workflow", 2), ("mode=chatflow", 0), ("q=%E4%B8%80%E7%99%BE", 2), ("published=true", 2)] {
        let list = s.ok(1, Method::GET, &format!("/workspaces/10/workflows?{query}"), None).await;
        assert_eq!(list["items"].as_array().unwrap().len(), found, "{query}");
    }
    let restored = s.ok(1, Method::POST, &format!("{path}/versions/v0.0.1/restore"), None).await;
    assert_eq!(restored["revision"], 4);
    assert_eq!(s.refused(1, Method::DELETE, &path, None, 409).await["code"], "workflow_in_use");
    s.ok(1, Method::DELETE, &format!("{path}?force=true"), None).await;
    let found = s.ok(1, Method::POST, &format!("/workflows/{caller}/validate"), None).await;
    assert_eq!(found["findings"][0]["code"], "missing_callee");
}

#[tokio::test]
async fn on_sqlite() {
    journey(&Studio::new(vec![]).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_mariadb() {
    lives("mysql://root@127.0.0.1:3306/test").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres() {
    lives("postgres://postgres@127.0.0.1:5432/test").await;
}
