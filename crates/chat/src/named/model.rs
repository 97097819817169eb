//! Names and whose they are.

use types::{ConversationId, UserId, WorkspaceId};

use crate::conversations::Error;

/// Longest name, characters.
const NAME: usize = 200;
/// Longest app.
const PLACE: usize = 64;
/// Longest person.
const PERSON: usize = 255;

/// Whose a name is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Who calls.
    pub user: UserId,
    /// Where names are told apart: an app, a bot, a workflow.
    pub place: String,
    /// For whom a service calls, as it names him; empty: for the user himself.
    pub person: String,
    /// Drafts are tried with conversations of their own.
    pub draft: bool,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: ConversationId,
    /// Its name.
    pub name: String,
}

/// What became of a new name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renamed {
    /// It has the name now.
    Done,
    /// Another conversation of the owner has this name.
    Taken,
    /// The owner has no such conversation.
    Missing,
}

impl Owner {
    /// Refuses what does not fit its column.
    pub(super) fn check(&self, name: &str) -> Result<(), Error> {
        let fits = |field: &'static str, text: &str, most: usize| {
            let message = || format!("This has at most {most} characters.");
            if text.chars().count() <= most && !text.contains('\0') { Ok(()) } else { Err(Error::invalid(field, message())) }
        };
        fits("app_id", &self.place, PLACE)?;
        fits("user_id", &self.person, PERSON)?;
        fits("name", name, NAME)?;
        if name.trim().is_empty() {
            return Err(Error::invalid("name", "The conversation needs a name."));
        }
        Ok(())
    }
}
