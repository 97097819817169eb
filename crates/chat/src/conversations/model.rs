//! Conversations and their rules.

use serde::Serialize;
use serde_json::{Map, Value};
use types::{AgentId, ConversationId, RunId, SectionId, Timestamp, UserId, WorkspaceId};
use utoipa::ToSchema;

use super::Error;

/// Longest name, characters.
const NAME: usize = 200;
/// Characters of the first question that become the name.
const AUTO_NAME: usize = 30;

/// A conversation.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// With which agent; `null` when none was named yet (only on the Coze API).
    #[schema(required)]
    pub agent_id: Option<AgentId>,
    /// Shown in lists; empty until the first question.
    pub name: String,
    /// Talks to the draft of the agent.
    pub draft: bool,
    /// The current context section.
    pub section_id: SectionId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When something was last said.
    pub updated_at: Timestamp,
    /// The run that is at work or waits for somebody.
    #[schema(required)]
    pub active_run_id: Option<RunId>,
    /// The creator.
    #[serde(skip)]
    pub user: UserId,
    /// Free labels (`meta_data` on the Coze wire).
    #[serde(skip)]
    pub meta: Map<String, Value>,
    /// For whom a service talks (`user_id` on the Coze wire).
    #[serde(skip)]
    pub user_label: String,
    /// Through which channel (`connector_id` on the Coze wire).
    #[serde(skip)]
    pub connector: String,
}

/// What a new conversation is given.
#[derive(Debug, Clone, Default)]
pub struct NewConversation {
    /// With which agent.
    pub agent: Option<AgentId>,
    /// Empty: taken from the first question.
    pub name: String,
    /// Talk to the draft; builders only.
    pub draft: bool,
    /// Free labels.
    pub meta: Map<String, Value>,
    /// For whom a service talks.
    pub user_label: String,
    /// Through which channel.
    pub connector: String,
}

/// What may be changed.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// A new name.
    pub name: Option<String>,
}

/// Which conversations to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// With this agent.
    pub agent: Option<AgentId>,
    /// Whose name contains this.
    pub q: Option<String>,
    /// With this label.
    pub user_label: Option<String>,
    /// Of this channel.
    pub connector: Option<String>,
}

/// Direction of a list by id, which is by time of creation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// Oldest first.
    Asc,
    /// Newest first.
    #[default]
    Desc,
}

/// A name as it is stored.
pub(crate) fn checked_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    if name.chars().count() > NAME || name.contains('\0') {
        return Err(Error::invalid("name", format!("A name has at most {NAME} characters.")));
    }
    Ok(name.to_owned())
}

impl Filter {
    /// What no name and no label can hold is refused; PostgreSQL does not even compare it.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let texts = [("q", &self.q), ("user_id", &self.user_label)];
        match texts.iter().find(|(_, text)| text.as_ref().is_some_and(|text| text.contains('\0'))) {
            Some((field, _)) => Err(Error::invalid(*field, "This text holds a NUL character.")),
            None => Ok(()),
        }
    }
}

/// A label or channel as it is stored.
pub(crate) fn checked_label(field: &'static str, label: &str, most: usize) -> Result<String, Error> {
    if label.chars().count() > most || label.contains('\0') {
        return Err(Error::invalid(field, format!("This has at most {most} characters, none of them NUL.")));
    }
    Ok(label.to_owned())
}

/// A name from the first question: the start of its first line.
pub(crate) fn auto_name(question: &str) -> String {
    let line = question.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or("");
    let mut name: String = line.chars().filter(|c| *c != '\0').take(AUTO_NAME).collect();
    if line.chars().count() > AUTO_NAME {
        name.truncate(name.trim_end().len());
        name.push('…');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_comes_from_the_first_line() {
        assert_eq!(auto_name("\n  Hello there \nmore"), "Hello there");
        assert_eq!(auto_name("你好".repeat(20).as_str()).chars().count(), 31);
        assert_eq!(auto_name("\0a\0"), "a");
        assert_eq!(auto_name(""), "");
    }
}
