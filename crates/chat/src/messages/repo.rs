//! Rows of messages.

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect, QueryTrait as _, Statement};
use serde_json::{Map, Value};
use types::{ConversationId, MessageId, RunId, SectionId, Timestamp};

use super::ContentPart;
use super::model::{Feedback, Message, MessageRole, MessageStatus, MessageType, NewMessage, Rating, Window};
use crate::conversations::{self, Order};

/// How `content` is to be read.
pub const TEXT: &str = "text";
const PARTS: &str = "parts";

/// A stored message. The conversation proves who may see it; it is never read by id alone.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub workspace_id: i64,
    pub conversation_id: i64,
    pub section_id: i64,
    pub run_id: Option<i64>,
    pub question_id: i64,
    pub role: String,
    pub kind: String,
    /// `text`: plain, can be appended to; `parts`: JSON.
    pub format: String,
    pub content: String,
    pub reasoning: String,
    pub status: String,
    /// The last event of the run that is in it.
    pub seq: i64,
    pub rating: Option<String>,
    pub comment: String,
    pub meta: String,
    pub ephemeral: bool,
    pub superseded: bool,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Message {
    fn from(row: Model) -> Self {
        let mut meta: Map<String, Value> = serde_json::from_str(&row.meta).unwrap_or_default();
        if row.superseded {
            meta.insert("superseded".to_owned(), Value::Bool(true));
        }
        let content =
            if row.format == PARTS { serde_json::from_str(&row.content).unwrap_or_default() } else { vec![ContentPart::text(row.content)] };
        Self {
            id: MessageId(row.id),
            conversation_id: ConversationId(row.conversation_id),
            run_id: row.run_id.map(RunId),
            section_id: SectionId(row.section_id),
            role: MessageRole::parse(&row.role).unwrap_or(MessageRole::Assistant),
            kind: MessageType::parse(&row.kind).unwrap_or(MessageType::Verbose),
            content,
            reasoning: Some(row.reasoning).filter(|r| !r.is_empty()),
            status: MessageStatus::parse(&row.status).unwrap_or(MessageStatus::Completed),
            feedback: row.rating.as_deref().and_then(Rating::parse).map(|rating| Feedback { rating, comment: row.comment }),
            meta,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            question_id: MessageId(row.question_id),
        }
    }
}

/// Content as it is stored: format and text.
pub fn stored(parts: &[ContentPart]) -> (&'static str, String) {
    match parts {
        // PostgreSQL has no NUL in its texts; JSON writes it with other characters.
        [ContentPart::Text { text }] if !text.contains('\0') => (TEXT, text.clone()),
        _ => (PARTS, serde_json::to_string(parts).unwrap_or_else(|_| "[]".to_owned())),
    }
}

/// A row for a message that somebody wrote.
pub fn written(
    conversation: &conversations::repo::Model,
    id: MessageId,
    question: MessageId,
    run: Option<RunId>,
    new: &NewMessage,
) -> Model {
    let (format, content) = stored(&new.content);
    let now = Timestamp::now().millis();
    Model {
        id: id.get(),
        workspace_id: conversation.workspace_id,
        conversation_id: conversation.id,
        section_id: conversation.section_id,
        run_id: run.map(RunId::get),
        question_id: question.get(),
        role: new.role.as_str().to_owned(),
        kind: new.kind().as_str().to_owned(),
        format: format.to_owned(),
        content,
        reasoning: String::new(),
        status: MessageStatus::Completed.as_str().to_owned(),
        seq: 0,
        rating: None,
        comment: String::new(),
        meta: Value::Object(new.meta.clone()).to_string(),
        ephemeral: false,
        superseded: false,
        created_at: now,
        updated_at: now,
    }
}

pub async fn insert<C: ConnectionTrait>(tx: &C, row: Model) -> Result<(), DbErr> {
    Entity::insert(ActiveModel::from(row)).exec_without_returning(tx).await.map(drop)
}

/// The statement that inserts a row.
pub fn insertion(backend: db::Backend, row: Model) -> Statement {
    Entity::insert(ActiveModel::from(row)).build(backend)
}

fn of(conversation: ConversationId) -> Select<Entity> {
    Entity::find().filter(Column::ConversationId.eq(conversation.get()))
}

pub async fn get<C: ConnectionTrait>(db: &C, conversation: ConversationId, id: MessageId) -> Result<Option<Model>, DbErr> {
    of(conversation).filter(Column::Id.eq(id.get())).one(db).await
}

/// In which conversation it is; whether the caller may see that one is still to be asked.
pub async fn conversation_of<C: ConnectionTrait>(db: &C, id: MessageId) -> Result<Option<ConversationId>, DbErr> {
    let found: Option<i64> = Entity::find_by_id(id.get()).select_only().column(Column::ConversationId).into_tuple().one(db).await?;
    Ok(found.map(ConversationId))
}

/// `window.limit + 1` rows at most, in the window's direction; with `before`, the extra one comes first.
pub async fn window<C: ConnectionTrait>(db: &C, conversation: ConversationId, window: &Window) -> Result<Vec<Model>, DbErr> {
    let mut select = of(conversation);
    if !window.ephemeral {
        select = select.filter(Column::Ephemeral.eq(false));
    }
    if let Some(run) = window.run {
        select = select.filter(Column::RunId.eq(run.get()));
    }
    if !window.kinds.is_empty() {
        select = select.filter(Column::Kind.is_in(window.kinds.iter().map(|k| k.as_str())));
    }
    if window.skip_failed {
        let mark = Condition::all().add(Column::Status.eq(MessageStatus::Failed.as_str())).add(Column::Content.eq(""));
        select = select.filter(mark.not());
    }
    let ascending = window.order == Order::Asc;
    for (bound, greater) in [(window.after, ascending), (window.before, !ascending)] {
        if let Some(id) = bound {
            select = select.filter(if greater { Column::Id.gt(id.get()) } else { Column::Id.lt(id.get()) });
        }
    }
    // The nearest before a message are found by walking back from it.
    let backwards = window.before.is_some() && window.after.is_none();
    let select = if ascending == backwards { select.order_by_desc(Column::Id) } else { select.order_by_asc(Column::Id) };
    let mut rows = select.limit(window.limit.max(1) + 1).all(db).await?;
    if backwards {
        rows.reverse();
    }
    Ok(rows)
}

/// What the model may see again of a section, before a question: newest first.
pub async fn remembered<C: ConnectionTrait>(
    db: &C,
    conversation: ConversationId,
    section: SectionId,
    before: MessageId,
    most: u64,
) -> Result<Vec<Model>, DbErr> {
    let kinds = [MessageType::Question, MessageType::Answer, MessageType::FunctionCall, MessageType::ToolResponse];
    of(conversation)
        .filter(Column::SectionId.eq(section.get()))
        .filter(Column::Ephemeral.eq(false))
        .filter(Column::Superseded.eq(false))
        .filter(Column::QuestionId.lt(before.get()))
        .filter(Column::Kind.is_in(kinds.map(MessageType::as_str)))
        .order_by_desc(Column::QuestionId)
        .order_by_desc(Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// The message of a conversation with exactly these labels.
pub async fn with_meta<C: ConnectionTrait>(db: &C, conversation: ConversationId, meta: &str) -> Result<Option<Model>, DbErr> {
    of(conversation).filter(Column::Meta.eq(meta)).one(db).await
}

/// The last message of a section that counts, of these types.
pub async fn last<C: ConnectionTrait>(
    db: &C,
    conversation: ConversationId,
    section: SectionId,
    kinds: &[MessageType],
) -> Result<Option<Model>, DbErr> {
    of(conversation)
        .filter(Column::SectionId.eq(section.get()))
        .filter(Column::Ephemeral.eq(false))
        .filter(Column::Superseded.eq(false))
        .filter(Column::Kind.is_in(kinds.iter().map(|k| k.as_str())))
        .order_by_desc(Column::Id)
        .one(db)
        .await
}

/// The statement that says: everything a question led to so far is out of date.
pub fn superseding(backend: db::Backend, conversation: ConversationId, question: MessageId) -> Statement {
    Entity::update_many()
        .col_expr(Column::Superseded, sea_orm::sea_query::Expr::value(true))
        .filter(Column::ConversationId.eq(conversation.get()))
        .filter(Column::QuestionId.eq(question.get()))
        .filter(Column::Id.gt(question.get()))
        .build(backend)
}

/// The statement that makes a stored question that of a run.
pub fn taking(backend: db::Backend, question: MessageId, run: RunId) -> Statement {
    Entity::update_many()
        .col_expr(Column::RunId, sea_orm::sea_query::Expr::value(run.get()))
        .filter(Column::Id.eq(question.get()))
        .build(backend)
}

/// All messages of a conversation follow it into another workspace.
pub async fn bring<C: ConnectionTrait>(tx: &C, conversation: ConversationId, workspace: types::WorkspaceId) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::WorkspaceId, sea_orm::sea_query::Expr::value(workspace.get()))
        .filter(Column::ConversationId.eq(conversation.get()))
        .exec(tx)
        .await
        .map(drop)
}
