//! What every request passes, outermost first: log id, unread bodies, metrics and access line, CORS, client,
//! compression, limits. Families of routes (Hearth's API, the Coze API, the web UI) add their own
//! envelope inside.

use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderName, HeaderValue, Method};
use rest::Refusal;
use rest::auth::{AuthenticatorHandle, TrustedOrigins};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowHeaders, AllowOrigin, Any, CorsLayer};
use types::{ErrorKind, Failure};

use super::client::{self, Origins};
use super::unread;
use crate::config::Http;

/// Routes that wait for the end of a run or for a model, by a limit of their own; with methods in the API's document.
pub const WAITING: [(&str, &str); 11] = [
    ("post", "/api/chat"),
    ("post", "/api/v1/workflows/{workflow_id}/runs"),
    ("post", "/api/v1/workflows/{workflow_id}/nodes/{node_id}/runs"),
    ("post", "/api/v1/workflows/{workflow_id}/assist"),
    ("post", "/api/v1/runs/{run_id}/explain"),
    ("post", "/v1/workflow/run"),
    ("get", "/hooks/{token}"),
    ("post", "/hooks/{token}"),
    ("put", "/hooks/{token}"),
    ("patch", "/hooks/{token}"),
    ("delete", "/hooks/{token}"),
];

/// How long requests may take.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// All of them; zero: for ever.
    pub request: Duration,
    /// Those of [`WAITING`], beyond their own limits: who never ends his request ends here.
    pub waiting: Duration,
}

/// Inside a family's envelope: a panic or a timeout becomes an ordinary failure.
pub fn guard(router: Router, times: Times) -> Router {
    router.layer(CatchPanicLayer::custom(panicked)).layer(from_fn(move |request: Request, next: Next| in_time(times, request, next)))
}

/// Around everything.
pub fn outside(router: Router, settings: &Http, authenticator: AuthenticatorHandle) -> Router {
    let max_body = usize::try_from(settings.max_body.0).unwrap_or(usize::MAX);
    router
        .layer(DefaultBodyLimit::max(max_body))
        .layer(axum::Extension(authenticator))
        .layer(axum::Extension(trusted_origins(settings)))
        .layer(CompressionLayer::new().no_br().no_deflate().no_zstd())
        .layer(from_fn_with_state(Origins::new(settings), client::identify))
        .layer(cors(settings))
        .layer(from_fn(measure))
        .layer(from_fn(unread::read_first))
        .layer(from_fn(rest::envelope::log_id))
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Refusal(Failure::internal(format!("panic: {}", text.unwrap_or("unknown")))).into_response()
}

async fn in_time(times: Times, request: Request, next: Next) -> Response {
    if times.request.is_zero() {
        return next.run(request).await;
    }
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let method = request.method().as_str();
    let waits = WAITING.iter().any(|(waiting, path)| *path == route && waiting.eq_ignore_ascii_case(method));
    let limit = if waits { times.waiting.max(times.request) } else { times.request };
    let answered = tokio::time::timeout(limit, next.run(request)).await;
    answered.unwrap_or_else(|_| {
        let message = "The request took longer than this server allows (REQUEST_TIMEOUT).";
        Refusal(Failure::new(ErrorKind::Timeout, "request_timeout", message)).into_response()
    })
}

/// One metric and one line for each request. The route's pattern is the label, never the path.
async fn measure(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("other".to_owned(), |p| p.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let seconds = began.elapsed().as_secs_f64();
    let labels = [("method", method.as_str().to_owned()), ("route", route.clone()), ("status", status.to_string())];
    metrics::counter!("hearth_http_requests_total", &labels).increment(1);
    metrics::histogram!("hearth_http_request_seconds", "method" => method.as_str().to_owned(), "route" => route).record(seconds);
    tracing::debug!(status, duration_ms = seconds * 1000.0, "answered");
    response
}

/// Sites that may send cookies (CORS_ALLOW_CREDENTIALS): what they do with them is meant (rule R3).
fn trusted_origins(settings: &Http) -> TrustedOrigins {
    let origins: &[String] = if settings.cors_credentials { &settings.cors_origins.0 } else { &[] };
    TrustedOrigins(origins.iter().filter(|o| *o != "*").cloned().collect())
}

fn cors(settings: &Http) -> CorsLayer {
    let origins = &settings.cors_origins.0;
    if origins.is_empty() {
        return CorsLayer::new();
    }
    let mut layer = CorsLayer::new().max_age(Duration::from_mins(10)).expose_headers(rest::envelope::LOG_ID_HEADERS);
    layer = if origins.iter().any(|o| o == "*") {
        layer.allow_origin(Any)
    } else {
        layer.allow_origin(AllowOrigin::list(origins.iter().filter_map(|o| HeaderValue::from_str(o).ok())))
    };
    let methods: Vec<Method> = settings.cors_methods.0.iter().filter_map(|m| m.parse().ok()).collect();
    layer = layer.allow_methods(methods).allow_credentials(settings.cors_credentials);
    // The specification knows no `*` together with credentials: what is asked for is mirrored.
    let any = settings.cors_headers.0.iter().any(|h| h == "*");
    let headers: Vec<HeaderName> = settings.cors_headers.0.iter().filter_map(|h| h.parse().ok()).collect();
    layer.allow_headers(if any { AllowHeaders::mirror_request() } else { AllowHeaders::list(headers) })
}

/// For handlers of the web UI: what a browser may do with our pages.
pub async fn page_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; \
                  frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'";
    headers.insert("content-security-policy", HeaderValue::from_static(policy));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.insert("referrer-policy", HeaderValue::from_static("same-origin"));
    response
}
