//! Rows of turns.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{QueryOrder, QuerySelect, QueryTrait as _, Statement};
use types::{ConversationId, RunId};

/// Waits for the turns before it.
pub const QUEUED: &str = "queued";
/// Its run is at work.
pub const ACTIVE: &str = "active";
/// Its run waits for somebody.
pub const WAITING: &str = "waiting";
/// Its run has ended.
pub const DONE: &str = "done";

/// A stored turn; its id is the run's. It is reached through its conversation, or by Hearth itself.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chat_turns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub workspace_id: i64,
    pub conversation_id: i64,
    pub section_id: i64,
    pub question_id: i64,
    pub user_id: i64,
    pub state: String,
    /// How much the model sees again; the history is built when the turn starts.
    pub history_rounds: i64,
    pub ephemeral: bool,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub fn insert(backend: db::Backend, row: Model) -> Statement {
    Entity::insert(ActiveModel::from(row)).build(backend)
}

pub async fn get<C: ConnectionTrait>(db: &C, run: RunId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(run.get()).one(db).await
}

fn queue(conversation: ConversationId) -> Select<Entity> {
    Entity::find().filter(Column::ConversationId.eq(conversation.get())).filter(Column::State.eq(QUEUED))
}

/// The turn that starts next.
pub async fn head<C: ConnectionTrait>(db: &C, conversation: ConversationId) -> Result<Option<Model>, DbErr> {
    queue(conversation).order_by_asc(Column::Id).one(db).await
}

pub async fn waiting_count<C: ConnectionTrait>(db: &C, conversation: ConversationId) -> Result<u64, DbErr> {
    queue(conversation).count(db).await
}

/// Turns that have not ended.
pub async fn open<C: ConnectionTrait>(db: &C, conversation: ConversationId) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::ConversationId.eq(conversation.get()))
        .filter(Column::State.ne(DONE))
        .order_by_desc(Column::Id)
        .all(db)
        .await
}

pub async fn set_state<C: ConnectionTrait>(tx: &C, run: RunId, state: &str) -> Result<(), DbErr> {
    Entity::update_many().col_expr(Column::State, Expr::value(state)).filter(Column::Id.eq(run.get())).exec(tx).await.map(drop)
}

/// Conversations in which turns wait.
pub async fn queues<C: ConnectionTrait>(db: &C) -> Result<Vec<ConversationId>, DbErr> {
    let ids: Vec<i64> = Entity::find()
        .filter(Column::State.eq(QUEUED))
        .select_only()
        .column(Column::ConversationId)
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(ConversationId).collect())
}
