//! Run a snippet; see the engines.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use rest::{Caller, ErrorBody, Json, Limiter, Path, Policy, Routes, methods};
use serde::{Deserialize, Serialize};
use types::{Failure, Permission, WorkspaceId};
use utoipa::ToSchema;

use crate::{Code, ConsoleLine, Engine, Error, Isolation, Language, Limits, Outcome, Request, Sandbox, Usage};

struct Snippets {
    sandbox: Sandbox,
    limits: Limits,
    rate: Limiter,
}

/// Relative to `/api/v1`. `limits` are the most a snippet may use.
pub fn routes(sandbox: Sandbox, limits: Limits) -> Routes {
    Routes::new(Arc::new(Snippets { sandbox, limits, rate: Limiter::of_a_person() }))
        .on(Policy::Caller, methods!(list_sandbox_engines))
        .on(Policy::Caller, methods!(run_snippet))
        .done()
}

/// Engines for people's code.
#[derive(Serialize, ToSchema)]
struct SandboxEngines {
    /// `jailed`, or `local` when the operator switched the jail off.
    isolation: Isolation,
    items: Vec<Engine>,
}

/// A snippet to run.
#[derive(Deserialize, ToSchema)]
struct RunSnippet {
    language: Language,
    /// Has a function `main` that gets `args.params` (Python) or `{ params }` (JavaScript).
    code: String,
    /// An object; `{}` when absent.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    params: Option<serde_json::Map<String, serde_json::Value>>,
    /// Wall limit in milliseconds, up to the instance's.
    timeout_ms: Option<u64>,
}

/// What came of a snippet: `output`, or `error`.
#[derive(Serialize, ToSchema)]
struct SnippetResult {
    /// What `main` returned; `null` when there is an error.
    #[schema(value_type = Value)]
    output: serde_json::Value,
    /// Why there is no output; `null` when there is.
    #[schema(required)]
    error: Option<SnippetError>,
    console: Vec<ConsoleLine>,
    /// More was written to the console than is kept.
    console_truncated: bool,
    usage: Usage,
}

/// The code's own failure.
#[derive(Serialize, ToSchema)]
struct SnippetError {
    /// Stable, see the list of errors.
    code: &'static str,
    message: String,
    /// Line of the code, from 1.
    #[schema(required)]
    line: Option<u32>,
    /// Column of the code, from 1.
    #[schema(required)]
    column: Option<u32>,
}

/// List engines for code
///
/// Each with its version, its packages, and what was tried to prove its jail.
#[utoipa::path(get, path = "/sandbox/engines", tag = "sandbox", responses((status = 200, body = SandboxEngines), (status = "default", body = ErrorBody)))]
async fn list_sandbox_engines(State(snippets): State<Arc<Snippets>>, _: Caller) -> Json<SandboxEngines> {
    Json(SandboxEngines { isolation: snippets.sandbox.config().isolation, items: snippets.sandbox.engines().await })
}

/// Run a snippet
///
/// For builders of the workspace, 60 in a minute. The code's own failure is an answer with `error`; without network.
#[utoipa::path(post, path = "/workspaces/{workspace_id}/sandbox/run", tag = "sandbox", params(("workspace_id" = WorkspaceId, Path)),
    request_body = RunSnippet, responses((status = 200, body = SnippetResult), (status = "default", body = ErrorBody)))]
async fn run_snippet(
    State(snippets): State<Arc<Snippets>>,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
    Json(snippet): Json<RunSnippet>,
) -> rest::Result<Json<SnippetResult>> {
    let scope = actor.scope_in(workspace, Permission::Build)?;
    snippets.rate.check(&scope.user().to_string()).await?;
    let mut limits = snippets.limits;
    if let Some(millis) = snippet.timeout_ms {
        limits.wall = limits.wall.min(Duration::from_millis(millis.max(1)));
        limits.cpu = limits.cpu.min(limits.wall);
    }
    let params = serde_json::Value::Object(snippet.params.unwrap_or_default());
    let request = Request { limits, owner: Some(workspace.get()), ..Request::new(snippet.language, snippet.code, params) };
    Ok(Json(told(snippets.sandbox.run(request).await)?))
}

/// The code's failures are answers; ours are refusals.
fn told(ended: Result<Outcome, Error>) -> Result<SnippetResult, Failure> {
    match ended {
        Ok(Outcome { output, console, console_truncated, usage }) => {
            Ok(SnippetResult { output, error: None, console, console_truncated, usage })
        }
        Err(error) if matches!(error.code, Code::Busy | Code::Unavailable | Code::InputTooLarge) => Err(error.into()),
        Err(Error { code, message, line, column, console, console_truncated, usage }) => Ok(SnippetResult {
            output: serde_json::Value::Null,
            error: Some(SnippetError { code: code.as_code(), message, line, column }),
            console,
            console_truncated,
            usage,
        }),
    }
}
