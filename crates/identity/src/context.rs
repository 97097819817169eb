//! What every feature's service holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use db::Db;
use rest::Client;

use crate::limits::Limits;
use crate::passwords::Passwords;
use crate::{Config, Sealer};

/// Shared by all services of one [`crate::Identity`].
pub struct Context {
    pub db: Db,
    pub config: Config,
    pub passwords: Passwords,
    pub limits: Limits,
    pub sealer: Sealer,
    epoch: AtomicU64,
}

impl Context {
    pub fn new(db: Db, config: Config, instance_key: &[u8; 32]) -> Arc<Self> {
        let limits = Limits::new(&config.rates);
        let sealer = Sealer::new(instance_key);
        Arc::new(Self { db, config, passwords: Passwords::default(), limits, sealer, epoch: AtomicU64::new(0) })
    }

    /// Part of the key of remembered actors.
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Forgets every remembered actor. Called after the commit of whatever takes rights away: an
    /// actor that was being loaded meanwhile is remembered under the old epoch, which nobody asks for.
    pub fn forget_actors(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }

    /// The address people use, without a slash at the end.
    pub fn base_url(&self, client: &Client) -> String {
        self.config.public_url.as_deref().unwrap_or(&client.origin).trim_end_matches('/').to_owned()
    }
}
