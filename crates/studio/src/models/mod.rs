//! Models: what agents think with. Configured by people, or given by the operator.
//!
//! A model belongs to a workspace, or to the instance (`WorkspaceId::INSTANCE`), where all
//! workspaces see it. There are three origins:
//!
//! * stored: added through the API, in the table `models`;
//! * environment: a [`Preset`] that the operator set (`MODEL_*_N`); never stored, read-only;
//! * built in: the one offline model ([`OFFLINE`]), read-only, the default where nothing else is.
//!
//! API keys are sealed before they are stored ([`crate::Sealer`]), bound to the model's id, and never come
//! back. A stored key is sent only to the address it was entered for: whoever changes the address
//! enters the key again.
//!
//! Reading order: `model` (types) → `rules` → `service` (use cases) → `open` (the catalog of the
//! engine) → `trial` (probe and test) → `http` (wire).
//! Invariant: nothing here speaks a vendor's protocol; that is `providers`' matter.

mod error;
pub mod http;
pub mod migrations;
mod model;
mod open;
pub mod ports;
mod preset;
mod repo;
mod rules;
mod service;
mod trial;
mod wire;

pub use error::Error;
pub use model::{Change, Configured, Kind, NewModel, OFFLINE, Origin, Settings};
pub use ports::{User, Users};
pub use preset::Preset;
pub(crate) use rules::params as wrong_params;
pub use service::Models;
