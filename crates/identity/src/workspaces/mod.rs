//! Workspaces and their members.
//!
//! Everybody has one personal workspace, alone and for good; team workspaces have members with
//! roles and always at least one owner. A deleted workspace keeps its row (other crates' objects
//! still name it) and loses its members, so that nobody reaches anything in it.

mod error;
mod http;
mod members;
pub mod repo;
mod service;
mod stored;
#[cfg(test)]
mod tests;

use db::Db;
use types::actor::Credential;
use types::{Actor, Failure, Grant, Permission, SessionId, UserId};

pub use error::Error;
pub use http::{WorkspaceRef, routes};
pub use members::Member;
pub use service::Workspaces;

/// `kind` of everybody's own workspace.
pub const PERSONAL: &str = "personal";
/// `kind` of shared workspaces.
pub const TEAM: &str = "team";

/// What a user may do where: personal workspace first, then by age.
pub async fn grants(db: &Db, user: UserId) -> Result<Vec<Grant>, db::Error> {
    repo::grants(db, user).await.map_err(db::Error::from)
}

/// The actor of a session that was opened this moment.
pub async fn session_actor(db: &Db, user: UserId, session: SessionId) -> Result<Actor, db::Error> {
    Ok(Actor::authenticated(user, Credential::Session(session), false, grants(db, user).await?))
}

/// The actor's workspaces with his role in each.
pub async fn refs(db: &Db, who: &Actor) -> Result<Vec<WorkspaceRef>, Failure> {
    let rows = repo::in_scope(db, &who.scope(Permission::View)).await.map_err(db::Error::from)?;
    let row_of = |grant: &Grant| rows.iter().find(|row| row.id == grant.workspace.get()).map(|row| WorkspaceRef::new(row, grant.role));
    Ok(who.grants().iter().filter_map(row_of).collect())
}
