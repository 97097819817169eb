//! The parts of this crate, put together.

use std::sync::Arc;

use db::Db;
use flow::agent::AgentSource;
use rest::Routes;
use store::Blobs;

use crate::ports::Runs;
use crate::{Conversations, Files, Messages, NamedConversations, Settings, Turns, conversations, files, messages, turns};

/// The services. Cheap to clone.
#[derive(Clone)]
pub struct Chat {
    /// Threads.
    pub conversations: Arc<Conversations>,
    /// Threads that go by name.
    pub named: Arc<NamedConversations>,
    /// What was said.
    pub messages: Arc<Messages>,
    /// Questions and their runs.
    pub turns: Arc<Turns>,
    /// Uploads.
    pub files: Arc<Files>,
}

impl Chat {
    /// Puts them together.
    pub fn new(db: Db, blobs: Blobs, agents: Arc<dyn AgentSource>, runs: Arc<dyn Runs>, settings: Settings) -> Self {
        let settings = Arc::new(settings);
        let conversations = Arc::new(Conversations::new(db.clone(), agents.clone(), runs.clone()));
        let named = Arc::new(NamedConversations::new(db.clone(), conversations.clone()));
        let files = Arc::new(Files::new(db.clone(), blobs, settings.clone()));
        let messages = Arc::new(Messages::new(db.clone(), conversations.clone(), settings.clone()));
        let turns = Arc::new(Turns::new(db, conversations.clone(), files.clone(), agents, runs, settings));
        Self { conversations, named, messages, turns, files }
    }

    /// Routes below `/api/v1`.
    pub fn routes(&self) -> Routes {
        conversations::routes(self.conversations.clone())
            .merge(messages::routes(self.messages.clone()))
            .merge(turns::routes(self.turns.clone()))
            .merge(files::routes(self.files.clone()))
    }

    /// `POST /api/chat`, with its whole path.
    pub fn simple_routes(&self) -> Routes {
        turns::simple_routes(self.turns.clone(), self.conversations.clone())
    }
}
