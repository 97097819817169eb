//! The routes of webhooks: public, each behind its secret address.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request, State};
use axum::response::{IntoResponse as _, Response};
use flow::run::{Run, RunStatus};
use http::{HeaderName, Method, StatusCode};
use rest::{Client, ErrorBody, LogId, Path, Policy, Routes, methods};
use serde::Serialize;
use serde_json::Value;
use types::{ErrorKind, Failure, RunId};
use utoipa::ToSchema;

use super::call::{Call, Reply};
use super::{Error, Triggers};

type Service = State<Arc<Triggers>>;

/// Where the caller of a webhook finds the run whose result he got.
const RUN_ID: HeaderName = HeaderName::from_static("x-hearth-run-id");

/// With whole paths.
pub fn routes(triggers: Arc<Triggers>) -> Routes {
    Routes::new(triggers)
        .on(Policy::Public, methods!(call_webhook, call_webhook_by_get, call_webhook_by_put, call_webhook_by_patch, call_webhook_by_delete))
        .done()
}

/// A run that goes on.
#[derive(Debug, Serialize, ToSchema)]
pub struct HookRun {
    /// Which.
    pub run_id: RunId,
    /// `running`; `requires_action` when it waits for somebody.
    pub status: RunStatus,
}

/// A run that failed.
#[derive(Debug, Serialize, ToSchema)]
pub struct HookFailure {
    /// What went wrong.
    pub error: HookError,
}

/// What went wrong with a run.
#[derive(Debug, Serialize, ToSchema)]
pub struct HookError {
    /// Stable code, of the run's error.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// Which run.
    pub run_id: RunId,
    /// Look for it in the server's log.
    pub log_id: String,
}

/// Call a webhook
///
/// Starts the workflow of the trigger with this address. By the trigger's setting the answer comes at once (202, the id of the
/// run) or when the run has ended: 200 with the workflow's result, 502 when it failed, 202 when it waits for somebody or takes
/// longer than a minute. A call that comes again with the same `Idempotency-Key` within a day gets the run of the first.
#[utoipa::path(post, path = "/hooks/{token}", tag = "webhooks", params(("token" = String, Path, description = "The secret part of the address")),
    request_body(content = Value, content_type = "application/json"),
    responses((status = 200, body = Value), (status = 202, body = HookRun), (status = 502, body = HookFailure), (status = "default", body = ErrorBody)))]
async fn call_webhook(State(triggers): Service, client: Client, Path(token): Path<String>, request: Request) -> rest::Result<Response> {
    called(&triggers, &client, &token, request).await
}

/// Call a webhook by GET
///
/// As by POST; inputs come from the query.
#[utoipa::path(get, path = "/hooks/{token}", tag = "webhooks", params(("token" = String, Path, description = "The secret part of the address")),
    responses((status = 200, body = Value), (status = 202, body = HookRun), (status = 502, body = HookFailure), (status = "default", body = ErrorBody)))]
async fn call_webhook_by_get(
    State(triggers): Service,
    client: Client,
    Path(token): Path<String>,
    request: Request,
) -> rest::Result<Response> {
    called(&triggers, &client, &token, request).await
}

/// Call a webhook by PUT
///
/// As by POST.
#[utoipa::path(put, path = "/hooks/{token}", tag = "webhooks", params(("token" = String, Path, description = "The secret part of the address")),
    request_body(content = Value, content_type = "application/json"),
    responses((status = 200, body = Value), (status = 202, body = HookRun), (status = 502, body = HookFailure), (status = "default", body = ErrorBody)))]
async fn call_webhook_by_put(
    State(triggers): Service,
    client: Client,
    Path(token): Path<String>,
    request: Request,
) -> rest::Result<Response> {
    called(&triggers, &client, &token, request).await
}

/// Call a webhook by PATCH
///
/// As by POST.
#[utoipa::path(patch, path = "/hooks/{token}", tag = "webhooks", params(("token" = String, Path, description = "The secret part of the address")),
    request_body(content = Value, content_type = "application/json"),
    responses((status = 200, body = Value), (status = 202, body = HookRun), (status = 502, body = HookFailure), (status = "default", body = ErrorBody)))]
async fn call_webhook_by_patch(
    State(triggers): Service,
    client: Client,
    Path(token): Path<String>,
    request: Request,
) -> rest::Result<Response> {
    called(&triggers, &client, &token, request).await
}

/// Call a webhook by DELETE
///
/// As by POST; inputs come from the query when there is no body.
#[utoipa::path(delete, path = "/hooks/{token}", tag = "webhooks", params(("token" = String, Path, description = "The secret part of the address")),
    responses((status = 200, body = Value), (status = 202, body = HookRun), (status = 502, body = HookFailure), (status = "default", body = ErrorBody)))]
async fn call_webhook_by_delete(
    State(triggers): Service,
    client: Client,
    Path(token): Path<String>,
    request: Request,
) -> rest::Result<Response> {
    called(&triggers, &client, &token, request).await
}

async fn called(triggers: &Triggers, client: &Client, token: &str, mut request: Request) -> rest::Result<Response> {
    // Whoever only looks whether something is there starts nothing.
    if request.method() == Method::HEAD {
        return Err(Error::NoHook.into());
    }
    let log_id = request.extensions().get::<LogId>().map(|id| id.0.clone()).unwrap_or_default();
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let query = request.uri().query().unwrap_or_default().to_owned();
    let most = triggers.settings.max_body;
    DefaultBodyLimit::max(usize::try_from(most).unwrap_or(usize::MAX)).apply(&mut request);
    let body = Bytes::from_request(request, &()).await.map_err(|error| unreadable(&error, most))?;
    let call = Call { token, method: method.as_str(), headers: &headers, query: &query, body: &body };
    Ok(match triggers.call(client, call).await? {
        Reply::Begun(run) => accepted(run, RunStatus::Running),
        Reply::Rested(run) => rested(*run, log_id),
    })
}

fn accepted(run_id: RunId, status: RunStatus) -> Response {
    (StatusCode::ACCEPTED, axum::Json(HookRun { run_id, status })).into_response()
}

/// A run that was waited for, as it stands.
fn rested(run: Run, log_id: String) -> Response {
    let failed = |code: String, message: String| {
        let error = HookError { code, message, run_id: run.id, log_id };
        (StatusCode::BAD_GATEWAY, axum::Json(HookFailure { error })).into_response()
    };
    match run.status {
        RunStatus::Completed => ([(RUN_ID, run.id.to_string())], axum::Json(run.output.unwrap_or(Value::Null))).into_response(),
        RunStatus::Failed => match run.error {
            Some(error) => failed(error.code, error.message),
            None => failed("run_failed".to_owned(), "The run failed.".to_owned()),
        },
        RunStatus::Cancelled => failed("cancelled".to_owned(), "The run was cancelled.".to_owned()),
        status @ (RunStatus::Queued | RunStatus::Running | RunStatus::RequiresAction) => accepted(run.id, status),
    }
}

fn unreadable(error: &BytesRejection, most: u64) -> Error {
    if let BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) = error {
        return Error::BodyTooLarge(most);
    }
    Failure::new(ErrorKind::Invalid, "invalid_request", "The body could not be read to its end.").because(error).into()
}
