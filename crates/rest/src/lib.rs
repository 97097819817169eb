//! What every handler shares: routes with a policy, extractors, the error envelope, SSE.
//!
//! * [`Routes`]: a route cannot be added without a [`Policy`] (rule R1); the policy is enforced here
//!   and written into the OpenAPI document as `x-policy`.
//! * [`Caller`], [`Json`], [`Path`], [`Query`], [`Client`]: extractors whose refusals are ordinary failures.
//! * [`Refusal`]: any failure as a response. Its body is written in one place, by the envelope of
//!   the API family ([`envelope::native`], or the one of the crate `coze`), which also logs it once.
//! * [`sse`]: event streams.
//! * [`Limiter`]: how often somebody may ask.
//!
//! `rest` knows that somebody calls, not how he proves it: it owns the trait [`Authenticator`],
//! `identity` implements it.

pub mod auth;
pub mod envelope;
mod extract;
mod limiter;
mod refusal;
mod routes;
pub mod sse;

pub use auth::{Authenticator, Client, SESSION_COOKIE};
pub use envelope::{ErrorBody, LogId};
pub use extract::{Caller, Json, JsonText, Path, Query};
pub use limiter::Limiter;
pub use refusal::{Refusal, Result, status};
pub use routes::{Policy, Routes};
pub use utoipa_axum::routes as methods;
