//! Routes, each with its policy.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{OpenApi, PathItem};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::{Refusal, auth};

/// Who may call a route at all. Roles and ownership are the service's matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Anybody.
    Public,
    /// A signed-in browser; no token.
    Session,
    /// A session or a token.
    Caller,
    /// An administrator of the instance.
    Admin,
}

impl Policy {
    /// The name in the OpenAPI document.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Session => "session",
            Self::Caller => "caller",
            Self::Admin => "admin",
        }
    }
}

/// Routes of a feature or of the whole server, with their description.
///
/// ```ignore
/// pub fn routes(agents: Arc<Agents>) -> Routes {
///     Routes::new(agents)
///         .on(Policy::Caller, methods!(list_agents, create_agent))
///         .on(Policy::Caller, methods!(get_agent))
///         .done()
/// }
/// ```
pub struct Routes<S = ()> {
    state: S,
    inner: OpenApiRouter<S>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet.
    pub fn new(state: S) -> Self {
        Self { state, inner: OpenApiRouter::new() }
    }

    /// Adds the methods of one path (`methods!(handler, …)`).
    #[must_use]
    pub fn on(mut self, policy: Policy, methods: UtoipaMethodRouter<S>) -> Self {
        let (schemas, mut paths, router) = methods;
        for item in paths.paths.values_mut() {
            mark(item, policy);
        }
        let router = router.layer(from_fn(move |request: Request, next: Next| enforce(policy, request, next)));
        self.inner = self.inner.routes((schemas, paths, router));
        self
    }

    /// Gives the state in: routes of different features can then be merged.
    pub fn done(self) -> Routes {
        Routes { state: (), inner: self.inner.with_state(self.state) }
    }
}

impl Routes {
    /// Both.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self { state: (), inner: self.inner.merge(other.inner) }
    }

    /// The router and its description.
    pub fn split(self) -> (Router, OpenApi) {
        self.inner.split_for_parts()
    }
}

async fn enforce(policy: Policy, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match auth::enforce(policy, &mut parts).await {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(failure) => Refusal(failure).into_response(),
    }
}

fn mark(item: &mut PathItem, policy: Policy) {
    let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete, &mut item.head, &mut item.options];
    for operation in operations.into_iter().flatten() {
        let policy_name = ExtensionsBuilder::new().add("x-policy", policy.as_str()).build();
        match &mut operation.extensions {
            Some(extensions) => extensions.merge(policy_name),
            None => operation.extensions = Some(policy_name),
        }
        let none: [&str; 0] = [];
        let session = SecurityRequirement::new("session", none);
        let token = SecurityRequirement::new("token", none);
        operation.security = match policy {
            Policy::Public => None,
            Policy::Session => Some(vec![session]),
            Policy::Caller | Policy::Admin => Some(vec![session, token]),
        };
    }
}
