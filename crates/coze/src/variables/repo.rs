//! Rows of values.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use types::{AgentId, Scope};

/// A stored value.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coze_variables")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub workspace_id: i64,
    pub agent_id: i64,
    pub person: String,
    pub keyword: String,
    pub value: String,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// All values of a person.
pub async fn of_person<C: ConnectionTrait>(db: &C, scope: &Scope, agent: AgentId, person: &str) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::WorkspaceId.is_in(scope.ids()))
        .filter(Column::AgentId.eq(agent.get()))
        .filter(Column::Person.eq(person))
        .all(db)
        .await
}

/// Sets a value.
pub async fn set<C: ConnectionTrait>(tx: &C, row: Model) -> Result<(), DbErr> {
    let again = OnConflict::columns([Column::AgentId, Column::Person, Column::Keyword])
        .update_columns([Column::Value, Column::UpdatedAt])
        .to_owned();
    Entity::insert(ActiveModel::from(row)).on_conflict(again).exec_without_returning(tx).await.map(drop)
}
