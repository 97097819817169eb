//! The outside of every answer on the Coze wire: `{code, msg, …, detail: {logid}}`.
//!
//! Handlers return [`Answer`]s and failures without knowing the log id; [`write`] puts it in and
//! makes the bytes. A body never ends in a newline: `@coze/api` turns the unterminated last line of
//! a stream request's JSON error into an `error` event, and loses a terminated one.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use rest::{JsonText, LogId, Refusal};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use types::{ErrorKind, Failure};

use crate::error;

/// The description of a body in the OpenAPI document.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CozeAnswer)]
pub struct Envelope<T> {
    /// 0; any other number is an error.
    pub code: i64,
    /// Empty, or what went wrong.
    pub msg: String,
    /// The answer.
    pub data: T,
    /// Where to look in the log.
    pub detail: Detail,
}

/// Where to look in the log.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CozeDetail)]
pub struct Detail {
    /// The same as in the headers `X-Log-ID` and `x-tt-logid`.
    pub logid: String,
}

/// Nothing but the outside.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
#[schema(as = CozeNothing)]
pub struct Nothing {}

/// A good answer whose outside is still to be written.
#[derive(Debug, Clone, Default)]
pub struct Answer(Map<String, Value>);

impl Answer {
    /// `{code, msg, detail}`.
    pub fn empty() -> Self {
        Self::default()
    }

    /// `{code, msg, data, detail}`.
    pub fn data(data: &impl Serialize) -> rest::Result<Self> {
        Self::default().with("data", data)
    }

    /// With one more top-level key.
    pub fn with(mut self, key: &str, value: &impl Serialize) -> rest::Result<Self> {
        let value = serde_json::to_value(value).map_err(Failure::internal)?;
        self.0.insert(key.to_owned(), value);
        Ok(self)
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = StatusCode::OK.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Marks the refusal of a request that asked for a stream: it is answered with HTTP 200, because
/// `@coze/api` cannot read the body of a stream request whose status is an error.
#[derive(Debug, Clone, Copy)]
pub struct InBand;

/// A body that may ask for a stream, which is heard even when the rest of it is wrong.
pub struct Asked<T> {
    /// What it is.
    pub given: rest::Result<T>,
    /// `"stream": true`.
    pub streaming: bool,
}

#[derive(Deserialize)]
struct Manner {
    stream: Option<bool>,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Asked<T> {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
        Ok(match JsonText::from_request(request, state).await {
            Ok(body) => Self { given: body.read(), streaming: body.read().is_ok_and(|Manner { stream }| stream == Some(true)) },
            Err(refusal) => Self { given: Err(refusal), streaming: false },
        })
    }
}

/// A refusal marked [`InBand`] when the request asked for a stream.
pub fn refuse(Refusal(failure): Refusal, streaming: bool) -> Response {
    let mut response = Refusal(failure).into_response();
    if streaming {
        response.extensions_mut().insert(InBand);
    }
    response
}

/// Writes the body of every answer of this wire. Goes around its routes, inside `rest::envelope::log_id`.
pub async fn write(request: Request, next: Next) -> Response {
    let logid = request.extensions().get::<LogId>().map(|id| id.0.clone()).unwrap_or_default();
    let mut response = next.run(request).await;
    if let Some(Answer(fields)) = response.extensions_mut().remove::<Answer>() {
        return with_body(response, &good(fields, &logid));
    }
    let Some(failure) = response.extensions_mut().remove::<Failure>() else { return response };
    rest::envelope::log(&failure);
    if response.extensions_mut().remove::<InBand>().is_some() && in_band(failure.kind) {
        *response.status_mut() = StatusCode::OK;
    }
    with_body(response, &bad(&failure, &logid))
}

/// Statuses that proxies and clients must see keep it even for stream requests.
fn in_band(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Invalid | ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::Conflict)
}

fn good(fields: Map<String, Value>, logid: &str) -> Value {
    let mut body = Map::with_capacity(fields.len() + 3);
    body.insert("code".into(), json!(0));
    body.insert("msg".into(), json!(""));
    body.extend(fields);
    body.insert("detail".into(), json!({ "logid": logid }));
    Value::Object(body)
}

fn bad(failure: &Failure, logid: &str) -> Value {
    json!({ "code": error::number(failure), "msg": failure.message, "detail": { "logid": logid } })
}

fn with_body(response: Response, body: &Value) -> Response {
    let (mut head, _) = response.into_parts();
    head.headers.remove(CONTENT_LENGTH);
    head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    Response::from_parts(head, Body::from(body.to_string()))
}

/// What is not served here: 404 in this wire's shape, so that the SDKs raise their own exception.
pub async fn unknown() -> Refusal {
    Refusal(Failure::new(ErrorKind::NotFound, "not_found", "This server does not offer this address of the Coze API."))
}

/// What is served here, but not with this method.
pub async fn unknown_method() -> Refusal {
    Refusal(Failure::new(ErrorKind::NotFound, "not_found", "This address of the Coze API is not served with this HTTP method."))
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    async fn answered(path: &str) -> (StatusCode, String) {
        let not_found = || Refusal(Failure::not_found("bot"));
        let token = || Refusal(rest::auth::unauthenticated());
        let router = Router::new()
            .route("/good", get(|| async { Answer::data(&json!([1])).and_then(|a| a.with("first_id", &"")) }))
            .route("/bad", get(move || async move { not_found() }))
            .route("/stream", get(move || async move { refuse(not_found(), true) }))
            .route("/stream-token", get(move || async move { refuse(token(), true) }));
        let router = crate::serve(router).layer(from_fn(rest::envelope::log_id));
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let (status, logid) = (response.status(), response.headers()["x-tt-logid"].to_str().unwrap().to_owned());
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap().replace(&logid, "LOG"))
    }

    #[tokio::test]
    async fn every_body_has_code_msg_and_logid() {
        let good = r#"{"code":0,"msg":"","data":[1],"first_id":"","detail":{"logid":"LOG"}}"#;
        assert_eq!(answered("/good").await, (StatusCode::OK, good.to_owned()));
        let bad = r#"{"code":4200,"msg":"This bot does not exist, or you have no access to it.","detail":{"logid":"LOG"}}"#;
        assert_eq!(answered("/bad").await, (StatusCode::NOT_FOUND, bad.to_owned()));
        assert_eq!(answered("/stream").await, (StatusCode::OK, bad.to_owned()));
        assert_eq!(answered("/stream-token").await.0, StatusCode::UNAUTHORIZED);
        for unknown in ["/v1/nothing", "/v3/a/b", "/open_api/knowledge/document/create", "/v1"] {
            let (status, body) = answered(unknown).await;
            assert!(
                status == StatusCode::NOT_FOUND && body.starts_with(r#"{"code":4200,"#) && body.ends_with(r#""logid":"LOG"}}"#),
                "{body}"
            );
        }
    }
}
