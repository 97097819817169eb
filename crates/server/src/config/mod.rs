//! Settings: read, checked, explained.
//!
//! Sources, weakest first: defaults, `hearth.toml`, `.env` (or `.env.$APP_ENV`), environment, flags.
//! Names are Coze Studio's where it has one, `HEARTH_*` otherwise; in `hearth.toml` the same names
//! in lower case. Each concern is one struct declared with [`settings!`]; its comments are the
//! reference in `docs/reference/configuration.md` (a test keeps the file equal to the structs).
//!
//! Reading order: `source` (where texts come from) → `value` (text to typed value) → the structs →
//! `reference` (the document).

mod database;
mod http;
mod identity;
mod log;
mod models;
mod network;
pub mod reference;
mod sandbox;
mod source;
mod storage;
#[cfg(test)]
mod tests;
mod triggers;
mod value;
mod workflows;

pub use database::Database;
pub use http::Http;
pub use identity::Identity;
pub use log::{Log, LogFormat};
pub use models::{Preset, Runs, presets};
pub use network::Network;
pub use sandbox::{Runner, Sandbox};
pub use source::{Origin, Problem, Sources};
pub use storage::Storage;
pub use triggers::Triggers;
pub use value::{ByteSize, List, Listen, Period, Secret};
pub use workflows::Workflows;

/// What is known of a setting without reading it.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// Its name in the environment.
    pub name: &'static str,
    /// What holds when nobody says otherwise; empty: nothing.
    pub default: &'static str,
    /// What may be written.
    pub allowed: &'static str,
    /// Its comment.
    pub doc: &'static str,
    /// Never shown.
    pub secret: bool,
}

/// Declares a struct of settings: `/// comment`, `field: Type = "NAME", "default";`.
macro_rules! settings {
    ($(#[doc = $doc:literal])* pub struct $group:ident { $($(#[doc = $line:literal])* $field:ident : $kind:ty = $name:literal, $default:expr;)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        pub struct $group { $($(#[doc = $line])* pub $field: $kind,)* }

        impl $group {
            /// The settings of this group, for the reference and `doctor`.
            pub const DEFINITIONS: &'static [$crate::config::Definition] = &[$($crate::config::Definition {
                name: $name,
                default: $default,
                allowed: <$kind as $crate::config::value::Value>::ALLOWED,
                doc: concat!($($line, "\n"),*),
                secret: <$kind as $crate::config::value::Value>::SECRET,
            },)*];

            /// Reads and checks them.
            pub fn read(sources: &$crate::config::Sources) -> Result<Self, $crate::config::Problem> {
                Ok(Self { $($field: sources.read::<$kind>($name, $default)?,)* })
            }
        }
    };
}
pub(crate) use settings;

/// All settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Listeners, TLS, limits, CORS.
    pub http: Http,
    /// Log lines.
    pub log: Log,
    /// Which database.
    pub database: Database,
    /// Where data lies.
    pub storage: Storage,
    /// Accounts.
    pub identity: Identity,
    /// The way out.
    pub network: Network,
    /// Limits of runs.
    pub runs: Runs,
    /// Limits of workflows and their runs, and how long runs are kept.
    pub workflows: Workflows,
    /// Limits of webhooks.
    pub triggers: Triggers,
    /// People's code.
    pub sandbox: Sandbox,
    /// Models given by `MODEL_*_N`.
    pub presets: Vec<Preset>,
}

impl Settings {
    /// Reads and checks everything; the first thing that cannot be right stops it.
    pub fn read(sources: &Sources) -> Result<Self, Problem> {
        let settings = Self {
            http: Http::read(sources)?,
            log: Log::read(sources)?,
            database: Database::read(sources)?,
            storage: Storage::read(sources)?,
            identity: Identity::read(sources)?,
            network: Network::read(sources)?,
            runs: Runs::read(sources)?,
            workflows: Workflows::read(sources)?,
            triggers: Triggers::read(sources)?,
            sandbox: Sandbox::read(sources)?,
            presets: presets(sources)?,
        };
        settings.http.check()?;
        settings.workflows.check()?;
        settings.triggers.check()?;
        settings.sandbox.check()?;
        sources.check_names(&definitions().map(|(_, d)| d.name).collect::<Vec<_>>())?;
        Ok(settings)
    }
}

/// Every definition with the title of its group, in the order of the reference.
pub fn definitions() -> impl Iterator<Item = (&'static str, &'static Definition)> {
    let groups: [(&'static str, &'static [Definition]); 10] = [
        ("HTTP", Http::DEFINITIONS),
        ("Log", Log::DEFINITIONS),
        ("Database", Database::DEFINITIONS),
        ("Storage", Storage::DEFINITIONS),
        ("Accounts", Identity::DEFINITIONS),
        ("Outbound connections", Network::DEFINITIONS),
        ("Runs", Runs::DEFINITIONS),
        ("Workflows and their runs", Workflows::DEFINITIONS),
        ("Webhooks", Triggers::DEFINITIONS),
        ("Code", Sandbox::DEFINITIONS),
    ];
    groups.into_iter().flat_map(|(title, group)| group.iter().map(move |d| (title, d)))
}
