//! `/health` and `/ready`.
//!
//! Health: the process and what it cannot live without. Ready: it takes new work. The main listener
//! names a failing part and says no more; the operator's listener gives the detail.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use serde::Serialize;
use types::Timestamp;

use crate::components::{Component, Components};

/// What the handlers need.
#[derive(Clone)]
pub struct Health {
    components: Components,
    stopping: Arc<AtomicBool>,
    detail: bool,
}

#[derive(Serialize)]
struct Report {
    status: &'static str,
    timestamp: Timestamp,
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    components: Vec<Component>,
}

impl Health {
    /// Of these components.
    pub fn new(components: Components) -> Self {
        Self { components, stopping: Arc::default(), detail: false }
    }

    /// The same for the operator.
    #[must_use]
    pub fn detailed(&self) -> Self {
        Self { detail: true, ..self.clone() }
    }

    /// Brings the gauges of the parts up to date.
    pub fn measure(&self) {
        self.components.measure();
    }

    /// From now on the server is not ready: it is going down.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// `GET /health`, `GET /ready`.
    pub fn routes(self) -> Router {
        Router::new().route("/health", get(health)).route("/ready", get(ready)).with_state(self)
    }

    async fn report(&self, good: &'static str, bad: &'static str, stopping_counts: bool) -> Response {
        let components = self.components.check().await;
        let mut failing: Vec<&str> = components.iter().filter(|c| !c.is_usable()).map(|c| c.name).collect();
        if stopping_counts && self.stopping.load(Ordering::Relaxed) {
            failing.push("shutting down");
        }
        let healthy = failing.is_empty();
        let report = Report {
            status: if healthy { good } else { bad },
            timestamp: Timestamp::now(),
            version: crate::VERSION,
            error: (!healthy).then(|| format!("failing: {}", failing.join(", "))),
            components: if self.detail { components } else { Vec::new() },
        };
        let status = if healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        (status, [("cache-control", "no-store")], axum::Json(report)).into_response()
    }
}

async fn health(State(health): State<Health>) -> Response {
    health.report("healthy", "unhealthy", false).await
}

async fn ready(State(health): State<Health>) -> Response {
    health.report("ready", "not ready", true).await
}
