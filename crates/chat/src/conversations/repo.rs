//! Rows of conversations.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, LikeExpr};
use sea_orm::{Condition, QueryOrder, QuerySelect};
use types::{AgentId, ConversationId, RunId, Scope, SectionId, Timestamp, UserId, WorkspaceId};

use super::model::{Conversation, Filter, Order};

/// A stored conversation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub workspace_id: i64,
    pub user_id: i64,
    pub agent_id: Option<i64>,
    pub name: String,
    pub draft: bool,
    pub section_id: i64,
    pub active_run_id: Option<i64>,
    /// Grows with every change of what the model would see.
    pub version: i64,
    pub meta: String,
    pub user_label: String,
    pub connector: String,
    pub created_at: i64,
    pub updated_at: i64,
    pub deleted_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Conversation {
    fn from(row: Model) -> Self {
        Self {
            id: ConversationId(row.id),
            workspace_id: WorkspaceId(row.workspace_id),
            agent_id: row.agent_id.map(AgentId),
            name: row.name,
            draft: row.draft,
            section_id: SectionId(row.section_id),
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            active_run_id: row.active_run_id.map(RunId),
            user: UserId(row.user_id),
            meta: serde_json::from_str(&row.meta).unwrap_or_default(),
            user_label: row.user_label,
            connector: row.connector,
        }
    }
}

/// The conversations of the scope's user in the scope's workspaces.
fn owned(scope: &Scope) -> Select<Entity> {
    Entity::find()
        .filter(Column::WorkspaceId.is_in(scope.ids()))
        .filter(Column::UserId.eq(scope.user().get()))
        .filter(Column::DeletedAt.is_null())
}

pub async fn get<C: ConnectionTrait>(db: &C, scope: &Scope, id: ConversationId) -> Result<Option<Model>, DbErr> {
    owned(scope).filter(Column::Id.eq(id.get())).one(db).await
}

/// One that the caller has proved to be his before; within a transaction, for changing it.
pub async fn lock<C: ConnectionTrait>(tx: &C, id: ConversationId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id.get()).filter(Column::DeletedAt.is_null()).lock_exclusive().one(tx).await
}

/// For Hearth's own work (queue, resume).
pub async fn reread<C: ConnectionTrait>(db: &C, id: ConversationId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id.get()).filter(Column::DeletedAt.is_null()).one(db).await
}

fn filtered(scope: &Scope, filter: &Filter) -> Select<Entity> {
    let mut select = owned(scope);
    if let Some(agent) = filter.agent {
        select = select.filter(Column::AgentId.eq(agent.get()));
    }
    if let Some(q) = filter.q.as_deref().filter(|q| !q.is_empty()) {
        // Not the backslash: in MySQL's literals it is an escape itself.
        let escaped = q.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
        let like = LikeExpr::new(format!("%{escaped}%")).escape('!');
        select = select.filter(Expr::expr(Func::lower(Expr::col(Column::Name))).like(like));
    }
    if let Some(label) = &filter.user_label {
        select = select.filter(Column::UserLabel.eq(label.as_str()));
    }
    if let Some(connector) = &filter.connector {
        select = select.filter(Column::Connector.eq(connector.as_str()));
    }
    select
}

/// Last used first, after the place `(updated_at, id)`.
pub async fn latest<C: ConnectionTrait>(
    db: &C,
    scope: &Scope,
    filter: &Filter,
    after: Option<(i64, i64)>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut select = filtered(scope, filter);
    if let Some((updated, id)) = after {
        let same = Condition::all().add(Column::UpdatedAt.eq(updated)).add(Column::Id.lt(id));
        select = select.filter(Condition::any().add(Column::UpdatedAt.lt(updated)).add(same));
    }
    select.order_by_desc(Column::UpdatedAt).order_by_desc(Column::Id).limit(limit).all(db).await
}

/// By time of creation, in pages by number.
pub async fn page<C: ConnectionTrait>(
    db: &C,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    offset: u64,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let select = filtered(scope, filter);
    let select = match order {
        Order::Asc => select.order_by_asc(Column::Id),
        Order::Desc => select.order_by_desc(Column::Id),
    };
    select.offset(offset).limit(limit).all(db).await
}

/// Something changed in what the model would see.
pub async fn touch<C: ConnectionTrait>(tx: &C, id: ConversationId) -> Result<(), DbErr> {
    let now = Timestamp::now().millis();
    Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id.get()))
        .exec(tx)
        .await?;
    Ok(())
}
