//! Extractors whose refusals are ordinary failures.

use axum::extract::rejection::{BytesRejection, FailedToBufferBody, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use types::{Actor, ErrorKind, Failure};

use crate::{Client, Refusal};

/// The authenticated caller; present on every route whose policy is not public.
#[derive(Debug, Clone)]
pub struct Caller(pub Actor);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let actor = parts.extensions.get::<Actor>().cloned();
        actor.map(Self).ok_or_else(|| Refusal(Failure::internal("a handler asked for the caller on a public route")))
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let client = parts.extensions.get::<Self>().cloned();
        client.ok_or_else(|| Refusal(Failure::internal("the server did not say where the request came from")))
    }
}

/// JSON in and out. An empty body reads as `{}`.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        JsonText::from_request(request, state).await?.read().map(Self)
    }
}

/// The text of a JSON body, not read yet.
#[derive(Debug, Clone)]
pub struct JsonText(Bytes);

impl JsonText {
    /// What it says; an empty body reads as `{}`.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        parse(if self.0.is_empty() { b"{}" } else { &self.0 })
    }
}

impl<S: Send + Sync> FromRequest<S> for JsonText {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let json = request.headers().get(http::header::CONTENT_TYPE).is_none_or(is_json);
        let body = Bytes::from_request(request, state).await.map_err(|e| Refusal(unreadable(&e)))?;
        if !json && !body.is_empty() {
            return Err(Refusal(Failure::invalid("content-type", "The body must be JSON: send `Content-Type: application/json`.")));
        }
        Ok(Self(body))
    }
}

fn is_json(value: &http::HeaderValue) -> bool {
    value.to_str().is_ok_and(|v| {
        let essence = v.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json")
    })
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let what = if error.is_data() { "The body does not have the expected shape" } else { "The body is not valid JSON" };
        Refusal(Failure::new(ErrorKind::Invalid, "invalid_request", format!("{what}: {error}.")))
    })
}

/// Why a body could not be read: too large, cut off, too slow.
pub fn unreadable(error: &BytesRejection) -> Failure {
    if let BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) = error {
        return too_large();
    }
    Failure::new(ErrorKind::Invalid, "invalid_request", "The body could not be read to its end.").because(error)
}

/// A body over the limit.
pub fn too_large() -> Failure {
    Failure::new(ErrorKind::TooLarge, "body_too_large", "The body is larger than this server accepts (MAX_REQUEST_BODY_SIZE).")
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Path parameters.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path: Result<axum::extract::Path<T>, PathRejection> = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|p| Self(p.0)).map_err(|e| Refusal(Failure::invalid("path", format!("The address is not right: {}", e.body_text()))))
    }
}

/// Query parameters. An empty value means absent (cozepy sends `?conversation_id=`).
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        if let Some(query) = parts.uri.query().filter(|q| q.split('&').any(|pair| pair.ends_with('=') || !pair.contains('='))) {
            let kept: Vec<_> = query.split('&').filter(|pair| pair.contains('=') && !pair.ends_with('=')).collect();
            let path = format!("{}?{}", parts.uri.path(), kept.join("&"));
            if let Ok(uri) = path.parse() {
                parts.uri = uri;
            }
        }
        let query: Result<axum::extract::Query<T>, QueryRejection> = axum::extract::Query::from_request_parts(parts, state).await;
        query.map(|q| Self(q.0)).map_err(|e| Refusal(Failure::invalid("query", format!("The query is not right: {}", e.body_text()))))
    }
}
