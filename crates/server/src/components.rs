//! The parts a running server depends on, and how each is doing.

use std::time::Duration;

use db::Db;
use serde::Serialize;
use store::Blobs;

/// How a part is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Well.
    Ok,
    /// Works, but somebody should look.
    Degraded,
    /// Does not work.
    Down,
}

/// A part.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Component {
    /// `database`, `files`.
    pub name: &'static str,
    /// How it is doing.
    pub state: State,
    /// What it is, or what is wrong in one sentence.
    pub detail: String,
}

impl Component {
    /// Whether work can go on.
    pub fn is_usable(&self) -> bool {
        self.state != State::Down
    }
}

/// All parts.
#[derive(Clone)]
pub struct Components {
    db: Db,
    blobs: Blobs,
}

impl Components {
    /// Of a running server.
    pub fn new(db: Db, blobs: Blobs) -> Self {
        Self { db, blobs }
    }

    /// Asks each; one that does not answer within two seconds is down.
    pub async fn check(&self) -> Vec<Component> {
        let (database, files) = tokio::join!(self.database(), self.files());
        vec![database, files]
    }

    /// Brings the gauges up to date that nobody counts along the way.
    pub fn measure(&self) {
        for (pool, open, idle) in self.db.connections() {
            metrics::gauge!("hearth_db_connections_open", "pool" => pool).set(f64::from(open));
            metrics::gauge!("hearth_db_connections_idle", "pool" => pool).set(idle as f64);
        }
    }

    async fn database(&self) -> Component {
        let answer = tokio::time::timeout(Duration::from_secs(2), self.db.version()).await;
        let (state, detail) = match answer {
            Ok(Ok(version)) => (State::Ok, version),
            Ok(Err(error)) => (State::Down, types::Failure::from(error).message),
            Err(_) => (State::Down, "The database does not answer within two seconds.".to_owned()),
        };
        Component { name: "database", state, detail }
    }

    async fn files(&self) -> Component {
        let answer = tokio::time::timeout(Duration::from_secs(2), self.blobs.check()).await;
        let (state, detail) = match answer {
            Ok(Ok(())) => (State::Ok, self.blobs.describe()),
            Ok(Err(error)) => (State::Down, types::Failure::from(error).message),
            Err(_) => (State::Down, "The file store does not answer within two seconds.".to_owned()),
        };
        Component { name: "files", state, detail }
    }
}
