//! The audit log: who did what that bears on security, when, from where.
//!
//! A line is written in the transaction of the act itself, so that there is no act without its line.
//! Lines are never changed; the actor's name is kept as it was.

mod http;
mod stored;

use db::{Db, Tx};
use sea_orm::{ColumnTrait as _, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use types::{Actor, AuditId, PageRequest, Scope, Timestamp, UserId, WorkspaceId};

pub use http::AuditEntry;
pub(crate) use http::routes;

/// Who acts and from where.
#[derive(Debug, Clone)]
pub struct By {
    /// The user, when known.
    pub user: Option<UserId>,
    /// The client's address.
    pub ip: String,
}

impl By {
    /// A signed-in actor.
    pub fn actor(who: &Actor, client: &rest::Client) -> Self {
        Self::user(who.user, client)
    }

    /// A user who is just proving who he is.
    pub fn user(user: UserId, client: &rest::Client) -> Self {
        Self { user: Some(user), ip: client.ip.to_string() }
    }

    /// Somebody unknown.
    pub fn nobody(client: &rest::Client) -> Self {
        Self { user: None, ip: client.ip.to_string() }
    }

    /// The operator, at the command line.
    pub fn operator() -> Self {
        Self { user: None, ip: "command line".to_owned() }
    }
}

/// A line to be written.
#[derive(Debug, Clone)]
pub struct Entry {
    by: By,
    workspace: Option<WorkspaceId>,
    action: &'static str,
    target: String,
    detail: serde_json::Value,
}

impl Entry {
    /// `action` is `noun.verb`; `target` says on what, for a reader.
    pub fn new(by: &By, action: &'static str, target: impl Into<String>) -> Self {
        Self { by: by.clone(), workspace: None, action, target: target.into(), detail: serde_json::json!({}) }
    }

    /// It concerns this workspace: its administrators see it.
    #[must_use]
    pub fn in_workspace(mut self, workspace: WorkspaceId) -> Self {
        self.workspace = Some(workspace);
        self
    }

    /// An object with more to know. Never a secret.
    #[must_use]
    pub fn with(mut self, detail: serde_json::Value) -> Self {
        self.detail = detail;
        self
    }
}

/// Writes a line within the transaction of the act.
pub async fn record(tx: &Tx, entry: Entry) -> Result<(), DbErr> {
    let actor_name = match entry.by.user {
        Some(user) => crate::users::name_of(tx, user).await?.unwrap_or_default(),
        None if entry.by.ip == "command line" => "operator".to_owned(),
        None => String::new(),
    };
    let row = stored::Model {
        id: AuditId::generate().get(),
        workspace_id: entry.workspace.map(WorkspaceId::get),
        at: Timestamp::now().millis(),
        actor_id: entry.by.user.map(UserId::get),
        actor_name,
        action: entry.action.to_owned(),
        target: entry.target.chars().take(255).collect(),
        ip: entry.by.ip.chars().take(64).collect(),
        detail: entry.detail.to_string(),
    };
    stored::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// Newest first; of the workspaces in `scope`, or of the whole instance without one.
async fn list(db: &Db, scope: Option<&Scope>, page: &PageRequest) -> Result<types::Page<stored::Model>, types::Failure> {
    let after = page.after().map_err(|e| types::Failure::invalid("cursor", e.to_string()))?;
    let mut query = stored::Entity::find().order_by_desc(stored::Column::Id).limit(page.limit() + 1);
    if let Some(scope) = scope {
        query = query.filter(stored::Column::WorkspaceId.is_in(scope.ids()));
    }
    if let Some(after) = after {
        query = query.filter(stored::Column::Id.lt(after));
    }
    let rows = query.all(db.read()).await.map_err(db::Error::from)?;
    Ok(types::Page::from_extra(rows, page.limit(), |row| row.id))
}
