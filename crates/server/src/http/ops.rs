//! The operator's listener: health in detail, readiness, metrics.
//!
//! It has no sign-in; it listens on loopback, and against pages that make a browser call it
//! (DNS rebinding) it answers only to a `Host` that is an address or `localhost`.

use std::net::IpAddr;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::HOST;
use metrics_exporter_prometheus::PrometheusHandle;

use super::health::Health;

/// All of it.
pub fn router(health: &Health, metrics: Option<PrometheusHandle>) -> Router {
    let metrics = Router::new().route("/metrics", get(render)).with_state((metrics, health.clone()));
    health.detailed().routes().merge(metrics).layer(from_fn(check_host))
}

async fn render(State((metrics, health)): State<(Option<PrometheusHandle>, Health)>) -> Response {
    health.measure();
    let text = metrics.map(|m| m.render()).unwrap_or_default();
    ([("content-type", "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

async fn check_host(request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|v| v.to_str().ok()).unwrap_or("");
    if is_address(host) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, "This listener answers only under its IP address or localhost.").into_response()
}

fn is_address(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn only_addresses() {
        for good in ["localhost", "localhost:8889", "127.0.0.1:8889", "10.1.2.3", "[::1]:8889", "[::1]"] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["", "evil.example", "evil.example:8889", "127.0.0.1.evil.example", "localhost.evil.example:1"] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
