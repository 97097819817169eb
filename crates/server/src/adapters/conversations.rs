//! Nodes ask for conversations; `chat` keeps them.
//!
//! In an app they go by name, per user (and per person that a service names); every app has the conversation `Default`. In
//! an agent's conversation there is only that one.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use chat::Chat;
use chat::conversations::NewConversation;
use chat::messages::{ContentPart, Message, MessageChanges, MessageRole, MessageType, NewMessage, Window};
use chat::named::{self, Owner};
use flow::node::NodeError;
use nodes::ports::Caller;
use nodes::ports::conversations::{Conversations, Messages, Named, Page, Renamed, Role, Said};
use types::{Actor, ConversationId, ErrorKind, Failure, MessageId};

/// What every app has.
const FIXED: &str = "Default";
/// The channel of what workflows make.
const CONNECTOR: &str = "1024";

/// Chat as nodes see it. Kinds of nodes are made first, so chat comes later.
#[derive(Default)]
pub struct Threads(OnceLock<Chat>);

impl Threads {
    /// From now on they can be asked for.
    pub fn connect(&self, chat: Chat) {
        // A second connection would be a mistake of the wiring; the first one stands.
        let _ = self.0.set(chat);
    }

    /// As nodes are given it.
    pub fn port(self: &Arc<Self>) -> Arc<dyn Conversations> {
        self.clone()
    }

    fn chat(&self) -> Result<&Chat, NodeError> {
        self.0.get().ok_or_else(|| NodeError::unavailable("The conversation service"))
    }

    /// Chat, and the caller if the conversation is his.
    async fn own(&self, caller: &Caller, id: ConversationId) -> Result<Option<(&Chat, Actor)>, NodeError> {
        let chat = self.chat()?;
        let own = match &caller.app {
            Some(_) => chat.named.get(&owner(caller), id).await.map_err(told)?.is_some(),
            None => caller.conversation == Some(id),
        };
        Ok(own.then(|| (chat, Actor::system(caller.user, caller.workspace))))
    }
}

fn owner(caller: &Caller) -> Owner {
    Owner {
        workspace: caller.workspace,
        user: caller.user,
        place: caller.app.clone().unwrap_or_default(),
        person: caller.person.clone().unwrap_or_default(),
        draft: caller.draft,
    }
}

fn shown(named: named::Named) -> Named {
    Named { id: named.id, fixed: named.name == FIXED, name: named.name }
}

fn told(error: impl Into<Failure>) -> NodeError {
    let failure: Failure = error.into();
    let message = failure.message;
    match failure.kind {
        ErrorKind::Invalid | ErrorKind::TooLarge => NodeError::lasting("invalid_input", message),
        ErrorKind::NotFound => NodeError::lasting("conversation_not_found", message),
        _ => NodeError::new("conversation_failed", message),
    }
}

/// `None`: it is not there.
fn there<T, E: Into<Failure> + types::Coded>(outcome: Result<T, E>) -> Result<Option<T>, NodeError> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(told(error)),
    }
}

fn said(message: &Message) -> Said {
    let text = |part: &ContentPart| match part {
        ContentPart::Text { text } => Some(text.clone()),
        ContentPart::Image { url, .. } | ContentPart::File { url, .. } => url.clone(),
    };
    let plain = message.content.iter().all(|part| matches!(part, ContentPart::Text { .. }));
    Said {
        id: message.id,
        role: if message.role == MessageRole::User { Role::User } else { Role::Assistant },
        content_type: if plain { "text" } else { "object_string" }.to_owned(),
        content: message.content.iter().filter_map(text).collect::<Vec<_>>().join("\n"),
    }
}

#[async_trait]
impl Conversations for Threads {
    async fn find(&self, caller: &Caller, name: &str) -> Result<Option<Named>, NodeError> {
        if name == FIXED {
            return Ok(Some(self.create(caller, name).await?.0));
        }
        Ok(self.chat()?.named.find(&owner(caller), name).await.map_err(told)?.map(shown))
    }

    async fn create(&self, caller: &Caller, name: &str) -> Result<(Named, bool), NodeError> {
        let new = NewConversation { connector: CONNECTOR.to_owned(), ..NewConversation::default() };
        let (named, existed) = self.chat()?.named.open(&owner(caller), name, new).await.map_err(told)?;
        Ok((shown(named), existed))
    }

    async fn rename(&self, caller: &Caller, id: ConversationId, name: &str) -> Result<Renamed, NodeError> {
        if name == FIXED {
            return Ok(Renamed::Taken);
        }
        Ok(match self.chat()?.named.rename(&owner(caller), id, name).await.map_err(told)? {
            named::Renamed::Done => Renamed::Done,
            named::Renamed::Taken => Renamed::Taken,
            named::Renamed::Missing => Renamed::Missing,
        })
    }

    async fn delete(&self, caller: &Caller, id: ConversationId) -> Result<bool, NodeError> {
        self.chat()?.named.delete(&owner(caller), id).await.map_err(told)
    }

    async fn list(&self, caller: &Caller) -> Result<Vec<Named>, NodeError> {
        Ok(self.chat()?.named.list(&owner(caller)).await.map_err(told)?.into_iter().map(shown).collect())
    }

    async fn history(&self, caller: &Caller, id: ConversationId, rounds: u32) -> Result<Vec<Said>, NodeError> {
        let Some((chat, actor)) = self.own(caller, id).await? else { return Err(gone()) };
        // The turn that is under way is no history yet.
        let messages = chat.messages.rounds(&actor, id, rounds as usize, Some(caller.run)).await.map_err(told)?;
        Ok(messages.iter().map(said).collect())
    }

    async fn clear(&self, caller: &Caller, id: ConversationId) -> Result<bool, NodeError> {
        let Some((chat, actor)) = self.own(caller, id).await? else { return Ok(false) };
        Ok(there(chat.conversations.clear(&actor, id).await)?.is_some())
    }

    async fn say(&self, caller: &Caller, id: ConversationId, role: Role, content: &str) -> Result<Said, NodeError> {
        let Some((chat, actor)) = self.own(caller, id).await? else { return Err(gone()) };
        let role = if role == Role::User { MessageRole::User } else { MessageRole::Assistant };
        let new = NewMessage { role, kind: None, content: vec![ContentPart::text(content)], meta: serde_json::Map::new() };
        Ok(said(&chat.messages.create_once(&actor, id, new, &caller.idempotency_key).await.map_err(told)?))
    }

    async fn edit(&self, caller: &Caller, id: ConversationId, message: MessageId, content: &str) -> Result<bool, NodeError> {
        let Some((chat, actor)) = self.own(caller, id).await? else { return Ok(false) };
        let changes = MessageChanges { content: Some(vec![ContentPart::text(content)]), ..MessageChanges::default() };
        Ok(there(chat.messages.modify(&actor, id, message, changes).await)?.is_some())
    }

    async fn unsay(&self, caller: &Caller, id: ConversationId, message: MessageId) -> Result<bool, NodeError> {
        let Some((chat, actor)) = self.own(caller, id).await? else { return Ok(false) };
        Ok(there(chat.messages.delete(&actor, id, message).await)?.is_some())
    }

    async fn messages(&self, caller: &Caller, id: ConversationId, page: Page) -> Result<Messages, NodeError> {
        let Some((chat, actor)) = self.own(caller, id).await? else { return Err(gone()) };
        let kinds = vec![MessageType::Question, MessageType::Answer];
        let window = Window { kinds, limit: page.limit.into(), ..Window::default() };
        let window = match page {
            Page { after: Some(after), .. } => Window { order: chat::conversations::Order::Asc, after: Some(after), ..window },
            Page { before, .. } => Window { order: chat::conversations::Order::Desc, after: before, ..window },
        };
        let mut found = chat.messages.window(&actor, id, &window).await.map_err(told)?;
        if page.after.is_some() {
            found.items.reverse();
        }
        Ok(Messages { messages: found.items.iter().map(said).collect(), has_more: found.has_more })
    }
}

fn gone() -> NodeError {
    NodeError::lasting("conversation_not_found", "there is no such conversation")
}

#[cfg(test)]
mod tests {
    use nodes::ports::conformance;
    use types::{RunId, UserId, WorkspaceId};

    use super::*;

    fn caller() -> Caller {
        Caller {
            run: RunId::generate(),
            workspace: WorkspaceId::generate(),
            user: UserId::generate(),
            idempotency_key: "key".into(),
            conversation: None,
            draft: false,
            app: Some("app".into()),
            person: None,
            time_zone: None,
        }
    }

    #[tokio::test]
    async fn chat_keeps_the_contract() {
        let directory = tempfile::tempdir().unwrap();
        let mut sources = crate::config::Sources::default();
        sources.add(crate::config::Origin::Flag, [("DATABASE_URL".to_owned(), "sqlite::memory:".to_owned())]);
        let settings = crate::config::Settings::read(&sources).unwrap();
        let data = crate::data_dir::DataDir::open(directory.path()).unwrap();
        let app = crate::app::App::build(&settings, &sources, data).await.unwrap();
        let threads = Threads::default();
        threads.connect(app.chat.clone());
        conformance::conversations(&threads, &caller(), FIXED).await.unwrap();

        // People that one service serves do not meet.
        let of = |person: &str| Caller { person: Some(person.into()), ..caller() };
        let anna = of("anna");
        let bert = Caller { person: Some("bert".into()), ..anna.clone() };
        let (hers, _) = threads.create(&anna, "diary").await.unwrap();
        assert!(threads.find(&bert, "diary").await.unwrap().is_none());
        assert!(threads.say(&bert, hers.id, Role::User, "hello").await.is_err());

        // In an agent's conversation there is only that one.
        let alone = Caller { app: None, conversation: Some(hers.id), ..anna.clone() };
        threads.say(&alone, hers.id, Role::User, "hello").await.unwrap();
        assert_eq!(threads.history(&alone, hers.id, 1).await.unwrap().len(), 1);
        let elsewhere = Caller { conversation: None, ..alone };
        assert!(threads.say(&elsewhere, hers.id, Role::User, "hello").await.is_err());
    }
}
