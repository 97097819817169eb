//! The outside of every answer: log id, error body, one log line.

use axum::Json;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue};
use serde::Serialize;
use tracing::Instrument as _;
use types::{ErrorKind, Failure};

/// Headers in which clients find the log id: Hearth's and Coze Studio's, then the official SDKs'.
pub const LOG_ID_HEADERS: [HeaderName; 2] = [HeaderName::from_static("x-log-id"), HeaderName::from_static("x-tt-logid")];

/// The id of a request, in its log lines, answer headers and error bodies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogId(pub String);

impl LogId {
    /// A fresh one: time-ordered, 32 hex digits.
    pub fn generate() -> Self {
        let mut random = [0u8; 8];
        let _ = getrandom::fill(&mut random);
        Self(format!("{:016x}{}", types::Timestamp::now().millis(), hex::encode(random)))
    }
}

/// The error body of Hearth's own API.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ErrorDetail {
    /// Stable code.
    pub code: String,
    /// One sentence that says what to do.
    pub message: String,
    /// The request field it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub field: Option<String>,
    /// Look for it in the server's log.
    pub log_id: String,
}

/// Outermost layer of the whole server: gives the request its id and puts it on the answer and on
/// every log line in between.
pub async fn log_id(mut request: Request, next: Next) -> Response {
    let id = LogId::generate();
    let span = tracing::info_span!("request", log_id = %id.0, method = %request.method(), path = shown(request.uri().path()));
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        for name in LOG_ID_HEADERS {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

/// The path as the log may have it: the address of a webhook is a secret.
fn shown(path: &str) -> &str {
    if path.starts_with("/hooks/") { "/hooks/…" } else { path }
}

/// Writes the error body of Hearth's own API.
pub async fn native(request: Request, next: Next) -> Response {
    let log_id = request.extensions().get::<LogId>().map(|id| id.0.clone()).unwrap_or_default();
    let mut response = next.run(request).await;
    let Some(failure) = response.extensions_mut().remove::<Failure>() else { return response };
    log(&failure);
    let detail = ErrorDetail { code: failure.code.into_owned(), message: failure.message, field: failure.field, log_id };
    let (mut head, _) = response.into_parts();
    head.headers.remove(http::header::CONTENT_LENGTH);
    let (body_head, body) = Json(ErrorBody { error: detail }).into_response().into_parts();
    head.headers.extend(body_head.headers);
    Response::from_parts(head, body)
}

/// The one log line of a failure: what people must act on is an error, what callers did wrong is not.
pub fn log(failure: &Failure) {
    let cause = failure.cause.as_deref().unwrap_or("");
    let code = failure.code.as_ref();
    match failure.kind {
        ErrorKind::Internal => tracing::error!(code, cause, "request failed: {}", failure.message),
        ErrorKind::Unavailable | ErrorKind::Upstream | ErrorKind::Timeout => {
            tracing::warn!(code, cause, "request failed: {}", failure.message);
        }
        _ => tracing::debug!(code, cause, "request refused: {}", failure.message),
    }
}
