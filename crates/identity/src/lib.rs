//! Who may do what: users, workspaces, roles, sessions, tokens, service accounts, OAuth, audit, sealed secrets.
//!
//! Reading order: [`Identity`] (what the server and the command line use) → `authenticator` (headers
//! become an [`types::Actor`]) → the features, each with the same files (`stored`, `repo`, `service`,
//! `http`, `error`).
//!
//! Invariants:
//! * Nothing outside `authenticator` makes an actor with grants.
//! * No secret is stored: passwords as argon2id, every token, code and cookie as SHA-256 of 256 random bits.
//! * Every security-relevant write records its [`audit`] line in the same transaction.
//! * Whatever takes rights away ends with `Context::forget_actors`, so that this process follows at once
//!   and others within five seconds.

pub mod audit;
mod authenticator;
pub mod config;
mod context;
mod identity;
mod invitations;
mod limits;
mod migrations;
mod oauth;
mod passwords;
mod secret;
mod service_accounts;
mod sessions;
#[cfg(test)]
mod testkit;
#[cfg(test)]
mod tests;
mod tokens;
mod users;
mod validate;
pub mod vault;
mod workspaces;

pub use config::{Config, Registration};
pub use identity::{CreatedToken, Identity, NewToken, NewUser, Profile};
pub use migrations::migrations;
pub use tokens::Permissions;
pub use vault::Sealer;
pub use workspaces::{Member, WorkspaceRef};
