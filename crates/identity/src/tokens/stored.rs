//! Rows of `tokens`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub kind: String,
    pub user_id: i64,
    pub workspace_id: Option<i64>,
    pub name: String,
    pub prefix: String,
    pub hash: String,
    pub workspaces: Option<String>,
    pub permissions: String,
    pub app_id: Option<i64>,
    pub family: Option<i64>,
    pub label: Option<String>,
    pub created_by: i64,
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub last_used_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
