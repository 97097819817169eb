//! Use cases.

use std::sync::Arc;

use db::Db;
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, EntityTrait as _};
use types::{Actor, ConversationId, MessageId, Permission, RunId, SectionId, Timestamp};

use super::model::{Message, MessageChanges, MessageRole, MessageStatus, MessageType, NewMessage, Rating, Window, WindowPage};
use super::{ContentPart, Error, content, repo};
use crate::conversations::{self, Order};
use crate::{Conversations, Settings};

/// Longest comment of a rating, characters.
const COMMENT: usize = 4000;
/// Messages that are looked at for rounds.
const LOOKED_AT: u64 = 2000;

/// Messages of one's own conversations.
pub struct Messages {
    db: Db,
    conversations: Arc<Conversations>,
    settings: Arc<Settings>,
}

impl Messages {
    pub(crate) fn new(db: Db, conversations: Arc<Conversations>, settings: Arc<Settings>) -> Self {
        Self { db, conversations, settings }
    }

    /// A piece of the list. `has_more` is about the direction the window was cut in: with `before`
    /// what lies further before, otherwise what lies further on.
    pub async fn window(&self, actor: &Actor, conversation: ConversationId, window: &Window) -> Result<WindowPage, Error> {
        self.conversations.row(actor, conversation, Permission::View).await?;
        let limit = window.limit.max(1) as usize;
        let mut rows = repo::window(self.db.read(), conversation, window).await?;
        let has_more = rows.len() > limit;
        if has_more && window.before.is_some() && window.after.is_none() {
            rows.remove(0);
        }
        rows.truncate(limit);
        Ok(WindowPage { items: rows.into_iter().map(Message::from).collect(), has_more })
    }

    /// What a chat window shows, oldest first: the latest messages, those before one, or those after
    /// one. `has_more`: there are older ones (with `after`: newer ones).
    pub async fn latest(
        &self,
        actor: &Actor,
        conversation: ConversationId,
        before: Option<MessageId>,
        after: Option<MessageId>,
        limit: u64,
    ) -> Result<WindowPage, Error> {
        if after.is_some() {
            let window = Window { order: Order::Asc, after, before, limit, ..Window::default() };
            return self.window(actor, conversation, &window).await;
        }
        let window = Window { order: Order::Desc, after: before, limit, ..Window::default() };
        let mut page = self.window(actor, conversation, &window).await?;
        page.items.reverse();
        Ok(page)
    }

    /// One message of a conversation.
    pub async fn get(&self, actor: &Actor, conversation: ConversationId, id: MessageId) -> Result<Message, Error> {
        self.conversations.row(actor, conversation, Permission::View).await?;
        Ok(repo::get(self.db.read(), conversation, id).await?.ok_or(Error::NotFound)?.into())
    }

    /// Adds one by hand, without a run. It belongs to the current section.
    pub async fn create(&self, actor: &Actor, conversation: ConversationId, new: NewMessage) -> Result<Message, Error> {
        self.conversations.row(actor, conversation, Permission::Run).await?;
        self.check(&new.content)?;
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let row = conversations::repo::lock(tx, conversation).await?.ok_or(conversations::Error::NotFound)?;
                    let id = MessageId::generate();
                    let message = repo::written(&row, id, id, None, &new);
                    repo::insert(tx, message.clone()).await?;
                    conversations::repo::touch(tx, conversation).await?;
                    Ok::<_, Error>(message.into())
                })
            })
            .await
    }

    /// The same for a step that may be taken twice: what it said before is found again.
    pub async fn create_once(&self, actor: &Actor, conversation: ConversationId, new: NewMessage, step: &str) -> Result<Message, Error> {
        self.conversations.row(actor, conversation, Permission::Run).await?;
        self.check(&new.content)?;
        let new = NewMessage { meta: serde_json::Map::from_iter([("step".to_owned(), step.into())]), ..new };
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let row = conversations::repo::lock(tx, conversation).await?.ok_or(conversations::Error::NotFound)?;
                    let id = MessageId::generate();
                    let message = repo::written(&row, id, id, None, &new);
                    if let Some(said) = repo::with_meta(tx, conversation, &message.meta).await? {
                        return Ok(said.into());
                    }
                    repo::insert(tx, message.clone()).await?;
                    conversations::repo::touch(tx, conversation).await?;
                    Ok::<_, Error>(message.into())
                })
            })
            .await
    }

    /// The last rounds (a question and what answered it) of the current section, the oldest first; without what `except` says.
    pub async fn rounds(
        &self,
        actor: &Actor,
        conversation: ConversationId,
        rounds: usize,
        except: Option<RunId>,
    ) -> Result<Vec<Message>, Error> {
        let row = self.conversations.row(actor, conversation, Permission::View).await?;
        let section = SectionId(row.section_id);
        let newest = repo::remembered(self.db.read(), conversation, section, MessageId(i64::MAX), LOOKED_AT).await?;
        let (mut kept, mut seen) = (Vec::new(), 0);
        for message in newest.into_iter().map(Message::from) {
            if !matches!(message.kind, MessageType::Question | MessageType::Answer) || (except.is_some() && message.run_id == except) {
                continue;
            }
            if seen >= rounds {
                break;
            }
            seen += usize::from(message.kind == MessageType::Question && message.id == message.question_id);
            kept.push(message);
        }
        kept.reverse();
        // What nobody asked for begins no round.
        let first = kept.iter().position(|message| message.kind == MessageType::Question).unwrap_or(kept.len());
        Ok(kept.split_off(first))
    }

    fn check(&self, parts: &[ContentPart]) -> Result<(), Error> {
        if content::is_empty(parts) {
            return Err(Error::Empty);
        }
        Ok(content::check(parts, self.settings.max_message_chars)?)
    }

    /// Changes one by hand.
    pub async fn modify(
        &self,
        actor: &Actor,
        conversation: ConversationId,
        id: MessageId,
        changes: MessageChanges,
    ) -> Result<Message, Error> {
        self.conversations.row(actor, conversation, Permission::Run).await?;
        if let Some(parts) = &changes.content {
            self.check(parts)?;
        }
        self.change(conversation, id, move |row| {
            if let Some(parts) = changes.content {
                let (format, content) = repo::stored(&parts);
                row.format = Set(format.to_owned());
                row.content = Set(content);
            }
            if let Some(meta) = changes.meta {
                row.meta = Set(serde_json::Value::Object(meta).to_string());
            }
            Ok(())
        })
        .await
    }

    async fn change(
        &self,
        conversation: ConversationId,
        id: MessageId,
        change: impl FnOnce(&mut repo::ActiveModel) -> Result<(), Error> + Send + 'static,
    ) -> Result<Message, Error> {
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let row = settled(tx, conversation, id).await?;
                    let mut active = repo::ActiveModel::from(row);
                    change(&mut active)?;
                    active.updated_at = Set(Timestamp::now().millis());
                    let row = active.update(tx).await?;
                    conversations::repo::touch(tx, conversation).await?;
                    Ok::<_, Error>(row.into())
                })
            })
            .await
    }

    /// Removes one for good. Returns what it was.
    pub async fn delete(&self, actor: &Actor, conversation: ConversationId, id: MessageId) -> Result<Message, Error> {
        self.conversations.row(actor, conversation, Permission::Run).await?;
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let row = settled(tx, conversation, id).await?;
                    repo::Entity::delete_by_id(row.id).exec(tx).await?;
                    conversations::repo::touch(tx, conversation).await?;
                    Ok::<_, Error>(row.into())
                })
            })
            .await
    }

    /// Rates an answer; `None` takes the rating back.
    pub async fn rate(&self, actor: &Actor, id: MessageId, rating: Option<Rating>, comment: String) -> Result<Message, Error> {
        let conversation = self.conversation_of(actor, id, Permission::Run).await?;
        if comment.chars().count() > COMMENT || comment.contains('\0') {
            return Err(types::Failure::invalid("comment", format!("A comment has at most {COMMENT} characters.")).into());
        }
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let row = settled(tx, conversation, id).await?;
                    if row.role != MessageRole::Assistant.as_str() || row.kind != MessageType::Answer.as_str() {
                        return Err(Error::NotAnAnswer);
                    }
                    let mut active = repo::ActiveModel::from(row);
                    active.rating = Set(rating.map(|r| r.as_str().to_owned()));
                    active.comment = Set(if rating.is_some() { comment } else { String::new() });
                    Ok(active.update(tx).await?.into())
                })
            })
            .await
    }

    /// The conversation of a message, when it is the caller's and he has the permission there.
    pub(crate) async fn conversation_of(&self, actor: &Actor, id: MessageId, permission: Permission) -> Result<ConversationId, Error> {
        let conversation = repo::conversation_of(self.db.read(), id).await?.ok_or(Error::NotFound)?;
        match self.conversations.row(actor, conversation, permission).await {
            Ok(_) => Ok(conversation),
            // The same words as for a message that does not exist.
            Err(conversations::Error::NotFound) => Err(Error::NotFound),
            Err(other) => Err(other.into()),
        }
    }
}

/// A message that no run is writing.
async fn settled(tx: &db::Tx, conversation: ConversationId, id: MessageId) -> Result<repo::Model, Error> {
    let row = repo::get(tx, conversation, id).await?.ok_or(Error::NotFound)?;
    if row.status == MessageStatus::Streaming.as_str() {
        return Err(Error::Streaming);
    }
    Ok(row)
}
