//! Conversations in memory, whose ids are those that a case names.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use async_trait::async_trait;
use flow::node::NodeError;
use nodes::ports::Caller;
use nodes::ports::conversations::{Conversations, Messages, Named, Page, Renamed, Role, Said};
use nodes::ports::fakes::FakeConversations;
use serde_json::Value;
use types::{ConversationId, MessageId};

use crate::mocks::Mocks;

/// The fake, seen through the ids of the case.
pub struct MockConversations {
    inner: FakeConversations,
    conversations: Mutex<Ids>,
    messages: Mutex<Ids>,
    /// What every list of messages shows instead of what was said.
    listed: Option<Vec<Said>>,
}

/// Ids of the case for ids of the fake, in the order in which they are made.
#[derive(Default)]
struct Ids {
    next: VecDeque<i64>,
    shown: BTreeMap<i64, i64>,
}

impl Ids {
    fn of(mocks: &[Value], key: &str) -> Mutex<Self> {
        let made = mocks.iter().filter_map(|mock| id(&mock[key]["id"]));
        Mutex::new(Self { next: made.collect(), shown: BTreeMap::new() })
    }

    fn show(&mut self, inner: i64) -> i64 {
        if let Some(shown) = self.shown.get(&inner) {
            return *shown;
        }
        let shown = self.next.pop_front().unwrap_or(inner);
        self.shown.insert(inner, shown);
        shown
    }

    fn inner(&self, shown: i64) -> i64 {
        self.shown.iter().find(|(_, known)| **known == shown).map_or(shown, |(inner, _)| *inner)
    }
}

fn id(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

impl MockConversations {
    pub fn new(mocks: &[Value]) -> Self {
        let listed = Mocks::first(mocks, "message_list").and_then(|list| Some(list.as_array()?.iter().filter_map(said).collect()));
        Self {
            inner: FakeConversations::default(),
            conversations: Ids::of(mocks, "create_conversation"),
            messages: Ids::of(mocks, "create"),
            listed,
        }
    }

    fn named(&self, named: Named) -> Named {
        Named { id: ConversationId(self.conversations.lock().unwrap().show(named.id.get())), ..named }
    }

    fn said(&self, said: Said) -> Said {
        Said { id: MessageId(self.messages.lock().unwrap().show(said.id.get())), ..said }
    }

    fn conversation(&self, id: ConversationId) -> ConversationId {
        ConversationId(self.conversations.lock().unwrap().inner(id.get()))
    }

    fn message(&self, id: MessageId) -> MessageId {
        MessageId(self.messages.lock().unwrap().inner(id.get()))
    }
}

fn said(of: &Value) -> Option<Said> {
    let role = if of["role"] == "user" { Role::User } else { Role::Assistant };
    let text = |key: &str| of[key].as_str().unwrap_or_default().to_owned();
    Some(Said { id: MessageId(id(&of["id"])?), role, content_type: text("content_type"), content: text("text") })
}

#[async_trait]
impl Conversations for MockConversations {
    async fn find(&self, caller: &Caller, name: &str) -> Result<Option<Named>, NodeError> {
        Ok(self.inner.find(caller, name).await?.map(|named| self.named(named)))
    }

    async fn create(&self, caller: &Caller, name: &str) -> Result<(Named, bool), NodeError> {
        let (named, existed) = self.inner.create(caller, name).await?;
        Ok((self.named(named), existed))
    }

    async fn rename(&self, caller: &Caller, id: ConversationId, name: &str) -> Result<Renamed, NodeError> {
        self.inner.rename(caller, self.conversation(id), name).await
    }

    async fn delete(&self, caller: &Caller, id: ConversationId) -> Result<bool, NodeError> {
        self.inner.delete(caller, self.conversation(id)).await
    }

    async fn list(&self, caller: &Caller) -> Result<Vec<Named>, NodeError> {
        Ok(self.inner.list(caller).await?.into_iter().map(|named| self.named(named)).collect())
    }

    async fn history(&self, caller: &Caller, id: ConversationId, rounds: u32) -> Result<Vec<Said>, NodeError> {
        let history = self.inner.history(caller, self.conversation(id), rounds).await?;
        Ok(history.into_iter().map(|said| self.said(said)).collect())
    }

    async fn clear(&self, caller: &Caller, id: ConversationId) -> Result<bool, NodeError> {
        self.inner.clear(caller, self.conversation(id)).await
    }

    async fn say(&self, caller: &Caller, id: ConversationId, role: Role, content: &str) -> Result<Said, NodeError> {
        Ok(self.said(self.inner.say(caller, self.conversation(id), role, content).await?))
    }

    async fn edit(&self, caller: &Caller, id: ConversationId, message: MessageId, content: &str) -> Result<bool, NodeError> {
        self.inner.edit(caller, self.conversation(id), self.message(message), content).await
    }

    async fn unsay(&self, caller: &Caller, id: ConversationId, message: MessageId) -> Result<bool, NodeError> {
        self.inner.unsay(caller, self.conversation(id), self.message(message)).await
    }

    async fn messages(&self, caller: &Caller, id: ConversationId, page: Page) -> Result<Messages, NodeError> {
        if let Some(listed) = &self.listed {
            return Ok(Messages { messages: listed.clone(), has_more: false });
        }
        let page = Page { before: page.before.map(|id| self.message(id)), after: page.after.map(|id| self.message(id)), ..page };
        let found = self.inner.messages(caller, self.conversation(id), page).await?;
        Ok(Messages { messages: found.messages.into_iter().map(|said| self.said(said)).collect(), ..found })
    }
}
