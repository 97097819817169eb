//! Rows of files.

use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use types::{FileId, Scope, Timestamp, WorkspaceId};

use super::model::File;

/// A stored file.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub workspace_id: i64,
    pub user_id: i64,
    pub name: String,
    pub blob: String,
    pub size: i64,
    pub content_type: String,
    /// Every member of the workspace may see it.
    pub shared: bool,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for File {
    fn from(row: Model) -> Self {
        Self {
            id: FileId(row.id),
            workspace_id: WorkspaceId(row.workspace_id),
            name: row.name,
            size: u64::try_from(row.size).unwrap_or(0),
            content_type: row.content_type,
            created_at: Timestamp(row.created_at),
        }
    }
}

/// The user's own files and the shared ones of his workspaces.
pub async fn get<C: ConnectionTrait>(db: &C, scope: &Scope, id: FileId) -> Result<Option<Model>, DbErr> {
    let visible = Condition::any().add(Column::UserId.eq(scope.user().get())).add(Column::Shared.eq(true));
    Entity::find_by_id(id.get()).filter(Column::WorkspaceId.is_in(scope.ids())).filter(visible).one(db).await
}

pub async fn insert<C: ConnectionTrait>(tx: &C, row: Model) -> Result<(), DbErr> {
    Entity::insert(ActiveModel::from(row)).exec_without_returning(tx).await.map(drop)
}
