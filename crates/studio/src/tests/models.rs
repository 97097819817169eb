//! Models: CRUD, keys, presets, defaults, trials, the catalog.

use http::Method;
use model::Catalog as _;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};
use types::{ModelId, WorkspaceId};

use super::{Studio, preset};
use crate::models::{Models, OFFLINE, Preset};

fn input(name: &str) -> Value {
    json!({ "name": name, "vendor": "fake", "base_url": "https://a.example/v1/", "api_key": "sk-top-secret", "model": "m" })
}

#[tokio::test]
async fn a_model_lives_and_its_key_never_comes_back() {
    let s = Studio::new(vec![]).await;
    let made = s.ok(5, Method::POST, "/workspaces/10/models", Some(input("First"))).await;
    assert_eq!((made["has_key"].as_bool(), made["is_default"].as_bool()), (Some(true), Some(true)), "the first one is the default");
    assert_eq!(made["base_url"], "https://a.example/v1");
    let path = format!("/models/{}", made["id"].as_str().unwrap());
    let changed = s.ok(5, Method::PATCH, &path, Some(json!({ "name": "Renamed", "max_concurrency": 3, "price": { "input_per_million": 1.5, "output_per_million": 2.0, "currency": "CNY" } }))).await;
    assert_eq!(
        (&changed["name"], &changed["max_concurrency"], &changed["price"]["currency"]),
        (&json!("Renamed"), &json!(3), &json!("CNY"))
    );
    let cleared = s.ok(5, Method::PATCH, &path, Some(json!({ "max_concurrency": null }))).await;
    assert_eq!((&cleared["max_concurrency"], &cleared["price"]["currency"]), (&Value::Null, &json!("CNY")), "null clears, absent stays");
    let list = s.ok(3, Method::GET, "/workspaces/10/models", None).await;
    for answer in [&made, &changed, &list] {
        assert!(!answer.to_string().contains("top-secret"), "{answer}");
    }
    let row = s.db.read().query_one_raw(Statement::from_string(s.db.backend(), "SELECT sealed_key FROM models")).await.unwrap().unwrap();
    assert!(!row.try_get_by_index::<String>(0).unwrap().contains("sk-top-secret"), "stored in the clear");
    let id: ModelId = made["id"].as_str().unwrap().parse().unwrap();
    s.models.open(WorkspaceId(10), id).await.unwrap();
    assert_eq!(s.fake.last_key().as_deref(), Some("sk-top-secret"), "the vendor gets the key");
    assert_eq!(s.ok(5, Method::PATCH, &path, Some(json!({ "name": "Still keyed" }))).await["has_key"], true);
    s.ok(5, Method::DELETE, &path, None).await;
    s.refused(5, Method::GET, &path, None, 404).await;
}

#[tokio::test]
async fn a_stored_key_is_not_sent_elsewhere() {
    let s = Studio::new(vec![]).await;
    let id = s.add_model("M").await;
    let path = format!("/models/{id}");
    let error = s.refused(1, Method::PATCH, &path, Some(json!({ "base_url": "https://evil.example/v1" })), 400).await;
    assert_eq!(error["field"], "api_key");
    let probe = json!({ "vendor": "fake", "base_url": "https://evil.example", "model_id": id });
    s.refused(1, Method::POST, "/workspaces/10/models/probe", Some(probe), 400).await;
    assert!(s.fake.endpoints.lock().unwrap().iter().all(|e| !e.base_url.as_deref().unwrap_or("").contains("evil")));
    s.ok(1, Method::PATCH, &path, Some(json!({ "base_url": "https://a.example/v2" }))).await;
    s.ok(1, Method::PATCH, &path, Some(json!({ "base_url": "https://b.example", "api_key": "sk-other" }))).await;
    s.models.open(WorkspaceId(10), id).await.unwrap();
    assert_eq!(s.fake.last_key().as_deref(), Some("sk-other"));
}

#[tokio::test]
async fn what_cannot_be_right_is_refused() {
    let s = Studio::new(vec![]).await;
    let with = |field: &str, value: Value| {
        let mut body = input("M");
        body[field] = value;
        body
    };
    for (field, value) in [
        ("name", json!("")),
        ("vendor", json!("nobody")),
        ("base_url", json!("https://user:pw@a.example")),
        ("base_url", json!("ftp://a.example")),
        ("base_url", Value::Null),
        ("api_key", json!("")),
        ("model", json!(" ")),
        ("max_concurrency", json!(0)),
        ("timeout_seconds", json!(100_000)),
        ("defaults", json!({ "temperature": 9 })),
        ("price", json!({ "input_per_million": -1, "output_per_million": 0, "currency": "USD" })),
        ("price", json!({ "input_per_million": 1, "output_per_million": 0, "currency": "EUR" })),
        ("fallback_model_id", json!("987654321")),
    ] {
        let error = s.refused(1, Method::POST, "/workspaces/10/models", Some(with(field, value)), 400).await;
        assert_eq!(error["field"], field, "{error}");
    }
    for (field, value) in [("nonsense", json!(1)), ("defaults", json!({ "temprature": 1 })), ("context_window", json!("big"))] {
        let error = s.refused(1, Method::POST, "/workspaces/10/models", Some(with(field, value)), 400).await;
        assert_eq!(error["code"], "invalid_request");
    }
    let only_offline = s.ok(1, Method::GET, "/workspaces/10/models", None).await;
    assert_eq!(only_offline["items"].as_array().unwrap().len(), 1, "nothing of it was stored");
}

#[tokio::test]
async fn roles_decide_who_changes_models() {
    let s = Studio::new(vec![]).await;
    for viewer in [3, 4] {
        s.refused(viewer, Method::POST, "/workspaces/10/models", Some(input("M")), 403).await;
        s.refused(viewer, Method::POST, "/workspaces/10/models/probe", Some(json!({ "vendor": "fake" })), 403).await;
    }
    let mut shared = input("Shared");
    shared["shared"] = json!(true);
    s.refused(5, Method::POST, "/workspaces/10/models", Some(shared.clone()), 403).await;
    let made = s.ok(1, Method::POST, "/workspaces/10/models", Some(shared)).await;
    assert_eq!(made["workspace_id"], Value::Null);
    let path = format!("/models/{}", made["id"].as_str().unwrap());
    assert_eq!(s.ok(2, Method::GET, &path, None).await["name"], "Shared", "an instance model is everybody's to see");
    for (method, body) in [(Method::PATCH, Some(json!({ "name": "Mine" }))), (Method::DELETE, None)] {
        assert_eq!(s.refused(2, method, &path, body, 403).await["code"], "forbidden");
    }
    let reuse = json!({ "vendor": "fake", "model_id": made["id"] });
    s.refused(2, Method::POST, "/workspaces/20/models/probe", Some(reuse), 403).await;
}

#[tokio::test]
async fn models_of_the_operator_are_read_only() {
    let s = Studio::new(vec![preset()]).await;
    let list = s.ok(2, Method::GET, "/workspaces/20/models", None).await;
    let names: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| (m["id"].as_str().unwrap(), m["read_only"] == true, m["is_default"] == true))
        .collect();
    assert_eq!(names, [("100001", true, true), ("1", true, false)]);
    for path in ["/models/100001", "/models/1"] {
        assert_eq!(s.refused(1, Method::PATCH, path, Some(json!({ "name": "x" })), 409).await["code"], "model_read_only");
        assert_eq!(s.refused(1, Method::DELETE, path, None, 409).await["code"], "model_read_only");
    }
    assert!(!list.to_string().contains("env-key"));
    s.models.open(WorkspaceId(20), ModelId(100_001)).await.unwrap();
    assert_eq!(s.fake.last_key().as_deref(), Some("env-key-123"));
    assert!(!format!("{:?}", preset()).contains("env-key"));
}

#[tokio::test]
async fn a_wrong_preset_stops_the_start_by_name() {
    let s = Studio::new(vec![]).await;
    let start = |presets: Vec<Preset>| {
        let users = std::sync::Arc::new(crate::agents::ModelUsers(s.db.clone()));
        let vendors = model::vendor::Vendors::new(vec![std::sync::Arc::new(super::FakeVendor(s.fake.clone()))]);
        Models::new(s.db.clone(), vendors, std::sync::Arc::new(super::Reversing), users, presets).map(drop).map_err(|e| e.to_string())
    };
    for (bad, name) in [
        (Preset { vendor: "opnai".into(), ..preset() }, "MODEL_PROTOCOL_0"),
        (Preset { base_url: Some("nowhere".into()), ..preset() }, "MODEL_BASE_URL_0"),
        (Preset { api_key: None, ..preset() }, "MODEL_API_KEY_0"),
        (Preset { model: String::new(), ..preset() }, "MODEL_ID_0"),
        (Preset { id: Some(OFFLINE), ..preset() }, "MODEL_OPENCOZE_ID_0"),
    ] {
        let error = start(vec![bad]).unwrap_err();
        assert!(error.starts_with(name), "{error}");
    }
    assert!(start(vec![preset(), preset()]).unwrap_err().contains("same id"));
}

#[tokio::test]
async fn the_default_is_the_nearest() {
    let s = Studio::new(vec![]).await;
    let default = async || s.models.default_model(WorkspaceId(10)).await.unwrap().unwrap();
    assert_eq!(default().await, OFFLINE);
    let own = s.add_model("Not chosen").await;
    assert_eq!(default().await, own, "any real model goes before the built-in one");
    let mut shared = input("Shared");
    (shared["shared"], shared["is_default"]) = (json!(true), json!(true));
    let shared: ModelId = s.ok(1, Method::POST, "/workspaces/10/models", Some(shared)).await["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(default().await, shared, "a chosen one of the instance goes before one that nobody chose");
    s.ok(1, Method::PATCH, &format!("/models/{own}"), Some(json!({ "is_default": true }))).await;
    assert_eq!(default().await, own);
    let second = s.add_model("Second").await;
    s.ok(1, Method::PATCH, &format!("/models/{second}"), Some(json!({ "is_default": true }))).await;
    assert_eq!(s.ok(1, Method::GET, &format!("/models/{own}"), None).await["is_default"], false, "one default at a time");
    assert_eq!(s.models.default_model(WorkspaceId(20)).await.unwrap(), Some(shared));
}

#[tokio::test]
async fn fallbacks_do_not_loop() {
    let s = Studio::new(vec![]).await;
    let (a, b, c) = (s.add_model("A").await, s.add_model("B").await, s.add_model("C").await);
    let set =
        async |m: ModelId, to: ModelId| s.call(1, Method::PATCH, &format!("/models/{m}"), Some(json!({ "fallback_model_id": to }))).await.0;
    assert_eq!(set(a, a).await, 400);
    assert_eq!((set(a, b).await, set(b, c).await), (http::StatusCode::OK, http::StatusCode::OK));
    assert_eq!(set(c, a).await, 400);
    assert_eq!(s.models.open(WorkspaceId(10), a).await.unwrap().fallback, Some(b));
    s.ok(1, Method::DELETE, &format!("/models/{b}"), None).await;
    assert_eq!(s.ok(1, Method::GET, &format!("/models/{a}"), None).await["fallback_model_id"], Value::Null);
}

#[tokio::test]
async fn a_model_in_use_is_deleted_only_by_force() {
    let s = Studio::new(vec![]).await;
    let model = s.add_model("Busy").await;
    let config = json!({ "model": { "model_id": model } });
    s.ok(1, Method::POST, "/workspaces/10/agents", Some(json!({ "name": "Its user", "config": config }))).await;
    let path = format!("/models/{model}");
    let error = s.refused(1, Method::DELETE, &path, None, 409).await;
    assert_eq!(error["code"], "model_in_use");
    assert!(error["message"].as_str().unwrap().contains("Its user"), "{error}");
    s.ok(1, Method::DELETE, &format!("{path}?force=true"), None).await;
    s.refused(1, Method::GET, &path, None, 404).await;
}

#[tokio::test]
async fn probing_and_testing_tell_what_the_vendor_says() {
    let s = Studio::new(vec![]).await;
    let form = json!({ "vendor": "fake", "base_url": "https://a.example/", "api_key": "sk-1" });
    let listed = s.ok(1, Method::POST, "/workspaces/10/models/probe", Some(form.clone())).await;
    assert_eq!((&listed["models"], &listed["checked"]), (&json!(["small", "large"]), &Value::Null));
    let mut one = form;
    one["model"] = json!("small");
    let checked = s.ok(1, Method::POST, "/workspaces/10/models/probe", Some(one)).await;
    assert_eq!((&checked["checked"]["model"], &checked["checked"]["capabilities"]["vision"]), (&json!("small"), &json!(true)));
    let tested = s.ok(1, Method::POST, "/workspaces/10/models/test", Some(json!({ "input": input("M"), "message": "hi" }))).await;
    assert_eq!((&tested["answer"], &tested["usage"]["input_tokens"]), (&json!("hello there"), &json!(10)));
    let stored = s.add_model("Stored").await;
    s.ok(4, Method::POST, "/workspaces/10/models/test", Some(json!({ "model_id": stored }))).await;
    assert_eq!(s.fake.last_key().as_deref(), Some("sk-top-secret"));
    s.refused(1, Method::POST, "/workspaces/10/models/test", Some(json!({})), 400).await;
    let vendor = model::Error::Server { status: 500, message: "our GPU is on fire".into(), retry_after: None };
    *s.fake.fails.lock().unwrap() = Some(vendor);
    let error = s.refused(1, Method::POST, "/workspaces/10/models/test", Some(json!({ "model_id": stored })), 502).await;
    assert_eq!(error["code"], "model_vendor_error");
    assert!(error["message"].as_str().unwrap().contains("our GPU is on fire"));
}

#[tokio::test]
async fn an_open_model_is_shared_until_it_changes() {
    let s = Studio::new(vec![]).await;
    let id = s.add_model("M").await;
    let opened = || s.fake.endpoints.lock().unwrap().len();
    let a = s.models.open(WorkspaceId(10), id).await.unwrap();
    let after_first = opened();
    let b = s.models.open(WorkspaceId(10), id).await.unwrap();
    assert!(std::sync::Arc::ptr_eq(&a.chat, &b.chat));
    assert_eq!(opened(), after_first);
    s.ok(1, Method::PATCH, &format!("/models/{id}"), Some(json!({ "model": "other" }))).await;
    s.models.open(WorkspaceId(10), id).await.unwrap();
    assert_eq!(s.fake.endpoints.lock().unwrap().last().unwrap().model, "other");
    let foreign = s.models.open(WorkspaceId(20), id).await;
    assert!(matches!(foreign, Err(model::Error::Unavailable(_))), "another workspace's model");
}
