//! Rows of names. Every read takes the owner.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, Condition, QueryOrder};
use types::ConversationId;

use super::model::{Named, Owner};

/// A stored name.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "named_conversations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: i64,
    pub workspace_id: i64,
    pub user_id: i64,
    pub place: String,
    pub person: String,
    pub draft: bool,
    pub name: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Named {
    fn from(row: Model) -> Self {
        Self { id: ConversationId(row.conversation_id), name: row.name }
    }
}

fn of(owner: &Owner) -> Condition {
    Condition::all()
        .add(Column::WorkspaceId.eq(owner.workspace.get()))
        .add(Column::UserId.eq(owner.user.get()))
        .add(Column::Place.eq(owner.place.as_str()))
        .add(Column::Person.eq(owner.person.as_str()))
        .add(Column::Draft.eq(owner.draft))
}

pub async fn find<C: ConnectionTrait>(db: &C, owner: &Owner, name: &str) -> Result<Option<Named>, DbErr> {
    Ok(Entity::find().filter(of(owner)).filter(Column::Name.eq(name)).one(db).await?.map(Named::from))
}

pub async fn get<C: ConnectionTrait>(db: &C, owner: &Owner, id: ConversationId) -> Result<Option<Named>, DbErr> {
    Ok(Entity::find_by_id(id.get()).filter(of(owner)).one(db).await?.map(Named::from))
}

/// The oldest first.
pub async fn list<C: ConnectionTrait>(db: &C, owner: &Owner) -> Result<Vec<Named>, DbErr> {
    let rows = Entity::find().filter(of(owner)).order_by_asc(Column::ConversationId).all(db).await?;
    Ok(rows.into_iter().map(Named::from).collect())
}

pub async fn insert<C: ConnectionTrait>(db: &C, owner: &Owner, named: &Named) -> Result<(), DbErr> {
    let row = ActiveModel {
        conversation_id: Set(named.id.get()),
        workspace_id: Set(owner.workspace.get()),
        user_id: Set(owner.user.get()),
        place: Set(owner.place.clone()),
        person: Set(owner.person.clone()),
        draft: Set(owner.draft),
        name: Set(named.name.clone()),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub async fn rename<C: ConnectionTrait>(db: &C, owner: &Owner, id: ConversationId, name: &str) -> Result<bool, DbErr> {
    let row = ActiveModel { name: Set(name.to_owned()), ..<ActiveModel as Default>::default() };
    let of = of(owner).add(Column::ConversationId.eq(id.get()));
    Ok(Entity::update_many().set(row).filter(of).exec(db).await?.rows_affected > 0)
}

/// Whoever deletes a conversation frees its name.
pub async fn forget<C: ConnectionTrait>(db: &C, id: ConversationId) -> Result<(), DbErr> {
    Entity::delete_by_id(id.get()).exec(db).await?;
    Ok(())
}
