//! `GET /api/v1/admin/system`: what `hearth doctor` knows, in the UI; and the OpenAPI document.

use std::sync::Arc;

use axum::extract::State;
use rest::{Json, Policy, Routes, methods};
use serde::Serialize;
use types::Timestamp;

use crate::commands::doctor::InForce;
use crate::components::{Component, Components};

/// What the handler needs.
pub struct System {
    /// The parts.
    pub components: Components,
    /// Settings in force, redacted.
    pub settings: Vec<InForce>,
    /// When this process was ready.
    pub started_at: Timestamp,
}

/// The running server.
#[derive(Serialize, utoipa::ToSchema)]
struct SystemReport {
    version: &'static str,
    started_at: Timestamp,
    settings: Vec<InForce>,
    components: Vec<Component>,
}

/// Routes below `/api/v1`.
pub fn routes(system: System) -> Routes {
    Routes::new(Arc::new(system)).on(Policy::Admin, methods!(get_system)).done()
}

/// Show the running server
///
/// Version, settings in force with their origin (secrets redacted), and how each part is doing.
#[utoipa::path(get, path = "/admin/system", tag = "admin", operation_id = "get_system", responses((status = 200, body = SystemReport)))]
async fn get_system(State(system): State<Arc<System>>) -> Json<SystemReport> {
    Json(SystemReport {
        version: crate::VERSION,
        started_at: system.started_at,
        settings: system.settings.clone(),
        components: system.components.check().await,
    })
}
