//! Queries on `workspaces` and `members`. Reads of a workspace's things take a scope.

use db::{Db, Tx};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use types::{Grant, Role, Scope, Timestamp, UserId, WorkspaceId};

use super::stored::{member, workspace};
use super::{PERSONAL, TEAM};
use crate::users::repo::PERSON;

pub type Workspace = workspace::Model;
pub type Membership = member::Model;

/// A new workspace with its owner.
pub async fn create(tx: &Tx, owner: UserId, kind: &str, name: String, description: String) -> Result<Workspace, DbErr> {
    let row = Workspace {
        id: WorkspaceId::generate().get(),
        name,
        description,
        kind: kind.to_owned(),
        created_by: owner.get(),
        created_at: Timestamp::now().millis(),
        deleted_at: None,
    };
    workspace::Entity::insert(row.clone().into_active_model()).exec_without_returning(tx).await?;
    add_member(tx, WorkspaceId(row.id), owner, PERSON, Role::Owner).await?;
    Ok(row)
}

/// Adds a person or a robot.
pub async fn add_member(tx: &Tx, workspace: WorkspaceId, user: UserId, kind: &str, role: Role) -> Result<(), DbErr> {
    let row = Membership {
        id: types::id::next_id(),
        workspace_id: workspace.get(),
        user_id: user.get(),
        kind: kind.to_owned(),
        role: role.as_str().to_owned(),
        joined_at: Timestamp::now().millis(),
    };
    member::Entity::insert(row.into_active_model()).exec_without_returning(tx).await.map(drop)
}

/// What a user may do where: personal workspace first, then by age.
pub async fn grants(db: &Db, user: UserId) -> Result<Vec<Grant>, DbErr> {
    let rows = member::Entity::find()
        .filter(member::Column::UserId.eq(user.get()))
        .order_by_asc(member::Column::WorkspaceId)
        .all(db.read())
        .await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.workspace_id).collect();
    let workspaces = by_ids(db, ids).await?;
    let mut found: Vec<(bool, Grant)> = rows
        .iter()
        .filter_map(|row| {
            let workspace = workspaces.iter().find(|w| w.id == row.workspace_id)?;
            let role = Role::parse(&row.role)?;
            let own = workspace.kind == PERSONAL && workspace.created_by == user.get();
            Some((!own, Grant { workspace: WorkspaceId(row.workspace_id), role }))
        })
        .collect();
    found.sort_by_key(|(others, grant)| (*others, grant.workspace));
    Ok(found.into_iter().map(|(_, grant)| grant).collect())
}

async fn by_ids(db: &Db, ids: Vec<i64>) -> Result<Vec<Workspace>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    workspace::Entity::find().filter(workspace::Column::Id.is_in(ids)).filter(workspace::Column::DeletedAt.is_null()).all(db.read()).await
}

/// The workspaces of a scope.
pub async fn in_scope(db: &Db, scope: &Scope) -> Result<Vec<Workspace>, DbErr> {
    by_ids(db, scope.ids()).await
}

/// Name of a workspace for people outside it (invitations, consent).
pub async fn name_of(connection: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<Option<String>, DbErr> {
    let row = workspace::Entity::find_by_id(workspace.get()).one(connection).await?;
    Ok(row.filter(|row| row.deleted_at.is_none()).map(|row| row.name))
}

/// A workspace that is there, kept from changing until the transaction ends. Whoever changes members comes through here.
pub async fn lock(tx: &Tx, workspace: WorkspaceId) -> Result<Option<Workspace>, DbErr> {
    let row = workspace::Entity::find_by_id(workspace.get()).lock_exclusive().one(tx).await?;
    Ok(row.filter(|row| row.deleted_at.is_none()))
}

/// Stores a new name and description, or the deletion.
pub async fn update(tx: &Tx, row: &Workspace) -> Result<(), DbErr> {
    let update = workspace::Entity::update_many()
        .col_expr(workspace::Column::Name, Expr::value(row.name.clone()))
        .col_expr(workspace::Column::Description, Expr::value(row.description.clone()))
        .col_expr(workspace::Column::DeletedAt, Expr::value(row.deleted_at));
    update.filter(workspace::Column::Id.eq(row.id)).exec(tx).await.map(drop)
}

/// How many people each workspace of the scope has.
pub async fn member_counts(db: &Db, scope: &Scope) -> Result<Vec<(i64, i64)>, DbErr> {
    if scope.workspaces().is_empty() {
        return Ok(Vec::new());
    }
    let query = member::Entity::find().select_only().column(member::Column::WorkspaceId).column_as(member::Column::Id.count(), "people");
    let query = query.filter(member::Column::WorkspaceId.is_in(scope.ids())).filter(member::Column::Kind.eq(PERSON));
    query.group_by(member::Column::WorkspaceId).into_tuple().all(db.read()).await
}

/// People of the scope's workspaces, oldest member first.
pub async fn people(db: &Db, scope: &Scope, limit: u64, after: Option<i64>) -> Result<Vec<Membership>, DbErr> {
    let query = member::Entity::find().filter(member::Column::WorkspaceId.is_in(scope.ids())).filter(member::Column::Kind.eq(PERSON));
    query.filter(member::Column::Id.gt(after.unwrap_or(0))).order_by_asc(member::Column::Id).limit(limit).all(db.read()).await
}

/// A membership in a workspace.
pub async fn member(tx: &Tx, workspace: WorkspaceId, user: UserId) -> Result<Option<Membership>, DbErr> {
    let query = member::Entity::find().filter(member::Column::WorkspaceId.eq(workspace.get()));
    query.filter(member::Column::UserId.eq(user.get())).one(tx).await
}

/// How many owners a workspace has.
pub async fn owners(tx: &Tx, workspace: WorkspaceId) -> Result<usize, DbErr> {
    let query = member::Entity::find().filter(member::Column::WorkspaceId.eq(workspace.get()));
    Ok(query.filter(member::Column::Role.eq(Role::Owner.as_str())).all(tx).await?.len())
}

/// Stores a new role.
pub async fn set_role(tx: &Tx, membership: i64, role: Role) -> Result<(), DbErr> {
    let update = member::Entity::update_many().col_expr(member::Column::Role, Expr::value(role.as_str()));
    update.filter(member::Column::Id.eq(membership)).exec(tx).await.map(drop)
}

/// Removes a member.
pub async fn remove_member(tx: &Tx, workspace: WorkspaceId, user: UserId) -> Result<(), DbErr> {
    let delete = member::Entity::delete_many().filter(member::Column::WorkspaceId.eq(workspace.get()));
    delete.filter(member::Column::UserId.eq(user.get())).exec(tx).await.map(drop)
}

/// Removes all members, robots too.
pub async fn remove_members(tx: &Tx, workspace: WorkspaceId) -> Result<(), DbErr> {
    member::Entity::delete_many().filter(member::Column::WorkspaceId.eq(workspace.get())).exec(tx).await.map(drop)
}

/// Whether this workspace can have more members.
pub fn is_team(row: &Workspace) -> bool {
    row.kind == TEAM
}
