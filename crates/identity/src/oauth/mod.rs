//! OAuth: how the official SDKs and other people's programs get tokens.
//!
//! Four kinds of apps, each registered in a workspace:
//! * `jwt`: a program proves itself with an RS256 assertion and acts as a robot of the app's workspace;
//! * `pkce`, `web`: a person consents in the browser, the program swaps the code for tokens;
//! * `device`: a person types a code in the browser, the program polls.
//!
//! A token for a person works in one workspace only, with at most the role builder. Reading order:
//! `model` (rules) → `apps` (registration) → `consent` and `device` (the browser's side) → `wire`,
//! `token`, `assertion`, `exchange` (the program's side, on the paths and with the error shape that
//! the SDKs know).
//!
//! Codes, device codes and refresh tokens work once. Using a code or a refresh token a second time
//! means that somebody else has it: all tokens of that authorization are revoked.

mod apps;
mod assertion;
mod consent;
mod device;
mod error;
mod exchange;
mod model;
mod repo;
mod stored;
#[cfg(test)]
mod tests;
mod token;
mod wire;

use std::sync::Arc;

use crate::context::Context;

pub use error::Error;
pub use repo::{delete_of_workspace, purge};

/// Routes under `/api/v1`.
pub fn routes(cx: &Arc<Context>) -> rest::Routes {
    apps::routes(Arc::clone(cx)).merge(consent::routes(Arc::clone(cx))).merge(device::routes(Arc::clone(cx)))
}

/// Routes with their full paths, `/api/permission/oauth2/…`.
pub fn sdk_routes(cx: &Arc<Context>) -> rest::Routes {
    token::routes(Arc::clone(cx))
}
