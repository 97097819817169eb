//! HTTP endpoints on loopback that answer and check as a case says.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequest as _, Multipart, Query, Request, State};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::case::unknown;
use crate::compare;
use crate::mocks::Complaints;
use crate::names::Names;

/// A server.
#[derive(Debug, Clone)]
pub struct WebMock {
    /// Where canvases expect it.
    pub listen: String,
    content_type: String,
    routes: Vec<Value>,
}

impl WebMock {
    pub fn read(mock: &Value, complaints: &mut Vec<String>) -> Self {
        let routes = mock["routes"].as_array().cloned().unwrap_or_default();
        for route in &routes {
            complaints.extend(unknown("http_server.routes.", route, &["path", "method", "assert", "status", "body"]));
            for (key, _) in route["assert"].as_object().into_iter().flatten() {
                let known = ["headers", "query", "json_body", "body"].contains(&key.as_str())
                    || key.starts_with("multipart_file ")
                    || key.starts_with("form ");
                if !known {
                    complaints.push(format!("the runner does not understand `http_server.routes.assert.{key}`"));
                }
            }
        }
        Self {
            listen: compare::shown(&mock["listen"]),
            content_type: mock["content_type"].as_str().unwrap_or("application/json").to_owned(),
            routes,
        }
    }
}

/// A running one.
#[derive(Clone)]
pub struct Web {
    pub mock: WebMock,
    pub address: SocketAddr,
    asked: Arc<Mutex<BTreeSet<String>>>,
    complaints: Complaints,
}

impl Web {
    pub async fn start(mock: WebMock, complaints: Complaints) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let web = Self { mock, address: listener.local_addr().unwrap(), asked: Arc::default(), complaints };
        let router = Router::new().fallback(answer).with_state(web.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        web
    }

    /// Routes that nobody asked for.
    pub fn unused(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let paths = self.mock.routes.iter().map(|route| compare::shown(&route["path"]));
        paths.filter(|path| !asked.contains(path)).map(|path| format!("{path} was never asked for")).collect()
    }
}

async fn answer(State(web): State<Web>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let Some(route) = web.mock.routes.iter().find(|route| route["path"] == path.as_str()).cloned() else {
        web.complaints.add(format!("nobody expected a request of {path}"));
        return axum::http::StatusCode::NOT_FOUND.into_response();
    };
    web.asked.lock().unwrap().insert(path.clone());
    if let Err(complaint) = check(&route["assert"], request).await {
        web.complaints.add(format!("{path}: {complaint}"));
    }
    let status = route["status"].as_u64().and_then(|status| axum::http::StatusCode::from_u16(u16::try_from(status).ok()?).ok());
    let body = match &route["body"] {
        Value::Null => String::new(),
        body => content(&compare::shown(body)),
    };
    (status.unwrap_or_default(), [("content-type", web.mock.content_type.clone())], body).into_response()
}

/// `"A" repeated 2048` is not meant literally.
fn content(text: &str) -> String {
    let repeated = text
        .split_once(" repeated ")
        .and_then(|(what, times)| Some(serde_json::from_str::<String>(what).ok()?.repeat(times.parse().ok()?)));
    repeated.unwrap_or_else(|| text.to_owned())
}

async fn check(assert: &Value, request: Request) -> Result<(), String> {
    for (name, expected) in assert["headers"].as_object().into_iter().flatten() {
        let given = request.headers().get(name).and_then(|value| value.to_str().ok());
        same(expected, given, &format!("the header {name}"))?;
    }
    let Query(query) = Query::<Vec<(String, String)>>::try_from_uri(request.uri()).map_err(|error| error.to_string())?;
    for (name, expected) in assert["query"].as_object().into_iter().flatten() {
        let given = query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        same(expected, given, &format!("the query {name}"))?;
    }
    let parts: Vec<(&String, &Value)> = assert
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| key.starts_with("multipart_file ") || key.starts_with("form "))
        .collect();
    if !parts.is_empty() {
        return check_form(&parts, request).await;
    }
    let body = axum::body::to_bytes(Body::new(request.into_body()), 1 << 24).await.map_err(|error| error.to_string())?;
    if let Some(expected) = assert.get("json_body") {
        let given: Value = serde_json::from_slice(&body).map_err(|error| format!("the body is no JSON: {error}"))?;
        if let Some(difference) = compare::difference(expected, &given, &Names::default(), "body") {
            return Err(difference);
        }
    }
    if let Some(expected) = assert.get("body") {
        same(expected, std::str::from_utf8(&body).ok(), "the body")?;
    }
    Ok(())
}

async fn check_form(parts: &[(&String, &Value)], request: Request) -> Result<(), String> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|error| error.to_string())?;
    let mut given: Vec<(String, bool, String)> = Vec::new();
    while let Some(part) = form.next_field().await.map_err(|error| error.to_string())? {
        let (name, file) = (part.name().unwrap_or_default().to_owned(), part.file_name().is_some());
        given.push((name, file, part.text().await.map_err(|error| error.to_string())?));
    }
    for (key, expected) in parts {
        let (kind, name) = key.split_once(' ').unwrap_or_default();
        let part = given.iter().find(|(known, file, _)| known == name && *file == (kind == "multipart_file"));
        same(expected, part.map(|(_, _, text)| text.as_str()), &format!("the {kind} {name}"))?;
    }
    Ok(())
}

fn same(expected: &Value, given: Option<&str>, what: &str) -> Result<(), String> {
    let expected = content(&compare::shown(expected));
    if given == Some(expected.as_str()) {
        Ok(())
    } else {
        Err(format!("{what} should be {expected:.60}, was {:.60}", given.unwrap_or("absent")))
    }
}
