//! The routes, as a client sees them.

use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use axum::{Extension, Router};
use flow::run::RunStatus;
use model::scripted::{calls, says};
use rest::Authenticator;
use rest::auth::AuthenticatorHandle;
use serde_json::Value;
use tower::ServiceExt as _;
use types::{Actor, Failure, WorkspaceId};

use super::{House, MINE, OTHERS, actor, soon, spec};

struct As(WorkspaceId);

#[async_trait]
impl Authenticator for As {
    async fn authenticate(&self, _: &Parts) -> Result<Option<Actor>, Failure> {
        Ok(Some(Actor::authenticated(
            types::UserId(7),
            types::actor::Credential::Token { id: types::TokenId(1), read_only: false },
            false,
            actor(self.0).grants().to_vec(),
        )))
    }
}

fn router(house: &House, workspace: WorkspaceId) -> Router {
    let (router, _) = crate::routes(house.runs.clone()).split();
    router.layer(axum::middleware::from_fn(rest::envelope::native)).layer(Extension(AuthenticatorHandle(Arc::new(As(workspace)))))
}

async fn send(router: &Router, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (StatusCode, String) {
    let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let status = response.status();
    let bytes = soon(axum::body::to_bytes(response.into_body(), 1 << 20)).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn a_run_is_listed_followed_answered_and_cancelled() {
    let house = House::new().await;
    let router = router(&house, MINE);
    house.model.says(calls(&[("c", "page", "{\"a\":1}")]));
    let id = house.start(spec()).await;
    house.until(id, RunStatus::RequiresAction).await;

    let (status, body) = send(&router, "GET", "/workspaces/1/runs?status=requires_action&limit=5&agent_id=3", &[], "").await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let list: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(list["items"][0]["id"], id.to_string());
    assert_eq!(list["items"][0]["required_action"]["calls"][0]["arguments"]["a"], 1);
    assert_eq!(send(&router, "GET", "/workspaces/1/runs?colour=red", &[], "").await.0, StatusCode::BAD_REQUEST);

    let (status, stream) = send(&router, "GET", &format!("/runs/{id}/events"), &[], "").await;
    assert_eq!(status, StatusCode::OK);
    let names: Vec<&str> = stream.lines().filter_map(|l| l.strip_prefix("event: ")).collect();
    assert_eq!(
        names,
        ["run.created", "run.started", "step.started", "step.completed", "message.completed", "step.started", "run.requires_action"]
    );
    let ids: Vec<&str> = stream.lines().filter_map(|l| l.strip_prefix("id: ")).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "5", "6", "7"]);
    let (_, rest) = send(&router, "GET", &format!("/runs/{id}/events"), &[("last-event-id", "6")], "").await;
    assert!(rest.contains("run.requires_action") && !rest.contains("step.started"), "{rest}");
    let (status, _) = send(&router, "GET", &format!("/runs/{id}/events"), &[("last-event-id", "six")], "").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);

    let path = format!("/runs/{id}/tool-outputs");
    for bad in ["{\"outputs\":[]}", "{\"outputs\":[{\"call_id\":\"c\",\"extra\":1}]}", "{", "{\"outputs\":7}"] {
        let (status, body) = send(&router, "POST", &path, &[], bad).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{bad}: {body}");
        assert!(body.contains("\"code\":\"invalid_request\""), "{body}");
    }
    house.model.says(says("42 it is"));
    let body = "{\"outputs\":[{\"call_id\":\"c\",\"output\":\"42\"}]}";
    let (status, stream) = send(&router, "POST", &path, &[("accept", "text/event-stream")], body).await;
    assert_eq!(status, StatusCode::OK, "{stream}");
    assert!(stream.contains("event: message.delta"), "{stream}");
    assert!(stream.trim_end().lines().rev().take(3).any(|l| l == "event: run.completed"), "{stream}");
    let (status, body) = send(&router, "POST", &path, &[], body).await;
    assert_eq!((status, body.contains("run_not_waiting")), (StatusCode::CONFLICT, true), "{body}");
    let (status, body) = send(&router, "POST", &format!("/runs/{id}/cancel"), &[], "").await;
    assert_eq!((status, body.contains("run_finished")), (StatusCode::CONFLICT, true), "{body}");
    let (status, body) = send(&router, "GET", &format!("/runs/{id}"), &[], "").await;
    let run: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, run["status"].as_str(), run["steps"].as_array().unwrap().len()), (StatusCode::OK, Some("completed"), 3));
    assert_eq!(run["steps"][1]["output"], "42");
}

#[tokio::test]
async fn the_routes_of_another_workspaces_run_are_not_found() {
    let house = House::new().await;
    house.model.says(says("mine"));
    let id = house.start(spec()).await;
    house.until(id, RunStatus::Completed).await;
    let router = router(&house, OTHERS);
    let outputs = "{\"outputs\":[]}";
    for (method, path, body) in [
        ("GET", format!("/runs/{id}"), ""),
        ("GET", format!("/runs/{id}/events"), ""),
        ("POST", format!("/runs/{id}/cancel"), ""),
        ("POST", format!("/runs/{id}/tool-outputs"), outputs),
        ("GET", "/workspaces/1/runs".to_owned(), ""),
    ] {
        let (status, body) = send(&router, method, &path, &[], body).await;
        assert_eq!((status, body.contains("\"code\":\"not_found\"")), (StatusCode::NOT_FOUND, true), "{method} {path}: {body}");
    }
}
