//! Conversations in memory.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use flow::node::NodeError;
use types::{ConversationId, MessageId};

use super::lock;
use crate::ports::Caller;
use crate::ports::conversations::{Conversations, Messages, Named, Page, Renamed, Role, Said};

/// Conversations by owner.
#[derive(Default)]
pub struct FakeConversations {
    /// Names that apps declare.
    fixed: Vec<String>,
    kept: Mutex<Vec<Kept>>,
}

/// Whose: workspace, user, app, draft.
type Owner = (i64, i64, String, bool);

struct Kept {
    owner: Owner,
    conversation: Named,
    messages: Vec<Said>,
    /// Messages before this one are not seen again.
    section: usize,
    /// Messages by the step that said them.
    steps: BTreeMap<String, Said>,
}

impl FakeConversations {
    /// With conversations of this name in every app.
    #[must_use]
    pub fn with_fixed(mut self, name: &str) -> Self {
        self.fixed.push(name.to_owned());
        self
    }

    /// A conversation of an agent, which has no app.
    #[must_use]
    pub fn with_agent_conversation(self, caller: &Caller, id: ConversationId) -> Self {
        self.keep(caller, Named { id, name: String::new(), fixed: true });
        self
    }

    fn keep(&self, caller: &Caller, conversation: Named) -> Named {
        let kept =
            Kept { owner: owner(caller), conversation: conversation.clone(), messages: Vec::new(), section: 0, steps: BTreeMap::new() };
        lock(&self.kept).push(kept);
        conversation
    }

    fn with<T>(&self, caller: &Caller, id: ConversationId, with: impl FnOnce(&mut Kept) -> T) -> Option<T> {
        let owner = owner(caller);
        lock(&self.kept).iter_mut().find(|kept| kept.owner == owner && kept.conversation.id == id).map(with)
    }

    fn existing(&self, caller: &Caller, name: &str) -> Option<Named> {
        let owner = owner(caller);
        lock(&self.kept).iter().find(|kept| kept.owner == owner && kept.conversation.name == name).map(|kept| kept.conversation.clone())
    }
}

fn owner(caller: &Caller) -> Owner {
    (caller.workspace.get(), caller.user.get(), caller.app.clone().unwrap_or_default(), caller.draft)
}

fn gone() -> NodeError {
    NodeError::lasting("conversation_not_found", "there is no such conversation")
}

#[async_trait]
impl Conversations for FakeConversations {
    async fn find(&self, caller: &Caller, name: &str) -> Result<Option<Named>, NodeError> {
        let existing = self.existing(caller, name);
        if existing.is_none() && self.fixed.iter().any(|fixed| fixed == name) {
            return Ok(Some(self.keep(caller, Named { id: ConversationId::generate(), name: name.to_owned(), fixed: true })));
        }
        Ok(existing)
    }

    async fn create(&self, caller: &Caller, name: &str) -> Result<(Named, bool), NodeError> {
        match self.find(caller, name).await? {
            Some(found) => Ok((found, true)),
            None => Ok((self.keep(caller, Named { id: ConversationId::generate(), name: name.to_owned(), fixed: false }), false)),
        }
    }

    async fn rename(&self, caller: &Caller, id: ConversationId, name: &str) -> Result<Renamed, NodeError> {
        if self.fixed.iter().any(|fixed| fixed == name) || self.existing(caller, name).is_some_and(|other| other.id != id) {
            return Ok(Renamed::Taken);
        }
        let done = self.with(caller, id, |kept| name.clone_into(&mut kept.conversation.name));
        Ok(done.map_or(Renamed::Missing, |()| Renamed::Done))
    }

    async fn delete(&self, caller: &Caller, id: ConversationId) -> Result<bool, NodeError> {
        let owner = owner(caller);
        let mut kept = lock(&self.kept);
        let before = kept.len();
        kept.retain(|kept| kept.owner != owner || kept.conversation.id != id);
        Ok(kept.len() < before)
    }

    async fn list(&self, caller: &Caller) -> Result<Vec<Named>, NodeError> {
        let owner = owner(caller);
        Ok(lock(&self.kept).iter().filter(|kept| kept.owner == owner).map(|kept| kept.conversation.clone()).collect())
    }

    async fn history(&self, caller: &Caller, id: ConversationId, rounds: u32) -> Result<Vec<Said>, NodeError> {
        let history = self.with(caller, id, |kept| {
            let section = kept.messages.get(kept.section..).unwrap_or_default();
            let questions = section.iter().enumerate().rev().filter(|(_, said)| said.role == Role::User).map(|(at, _)| at);
            let from = questions.take(rounds as usize).last().unwrap_or(section.len());
            section[from..].to_vec()
        });
        history.ok_or_else(gone)
    }

    async fn clear(&self, caller: &Caller, id: ConversationId) -> Result<bool, NodeError> {
        Ok(self.with(caller, id, |kept| kept.section = kept.messages.len()).is_some())
    }

    async fn say(&self, caller: &Caller, id: ConversationId, role: Role, content: &str) -> Result<Said, NodeError> {
        let said = self.with(caller, id, |kept| {
            if let Some(said) = kept.steps.get(&caller.idempotency_key) {
                return said.clone();
            }
            let said = Said { id: MessageId::generate(), role, content_type: "text".to_owned(), content: content.to_owned() };
            kept.messages.push(said.clone());
            kept.steps.insert(caller.idempotency_key.clone(), said.clone());
            said
        });
        said.ok_or_else(gone)
    }

    async fn edit(&self, caller: &Caller, id: ConversationId, message: MessageId, content: &str) -> Result<bool, NodeError> {
        let edited = self.with(caller, id, |kept| {
            let found = kept.messages.iter_mut().find(|said| said.id == message);
            found.map(|said| content.clone_into(&mut said.content)).is_some()
        });
        Ok(edited.unwrap_or_default())
    }

    async fn unsay(&self, caller: &Caller, id: ConversationId, message: MessageId) -> Result<bool, NodeError> {
        let removed = self.with(caller, id, |kept| {
            let found = kept.messages.iter().position(|said| said.id == message)?;
            kept.messages.remove(found);
            kept.section -= usize::from(found < kept.section);
            Some(())
        });
        Ok(removed.flatten().is_some())
    }

    async fn messages(&self, caller: &Caller, id: ConversationId, page: Page) -> Result<Messages, NodeError> {
        let Page { limit, before, after } = page;
        let messages = self.with(caller, id, |kept| {
            let mut within: Vec<Said> = kept
                .messages
                .iter()
                .filter(|said| before.is_none_or(|id| said.id < id) && after.is_none_or(|id| said.id > id))
                .cloned()
                .collect();
            let limit = limit as usize;
            let has_more = within.len() > limit;
            if after.is_some() {
                // The page next to the bound.
                within.truncate(limit);
            } else {
                within.drain(..within.len().saturating_sub(limit));
            }
            within.reverse();
            Messages { messages: within, has_more }
        });
        messages.ok_or_else(gone)
    }
}
