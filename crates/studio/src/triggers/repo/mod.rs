//! Rows of triggers, their firings and the keys of calls. Every read of `triggers` takes workspaces, or the hash of a secret
//! address, or is the clock's; firings and keys are read by the id of a trigger that was read so.

mod firings;
mod keys;
mod rows;
mod triggers;

pub(super) use firings::{insert as insert_firing, list as firings, overflow, trim};
pub(super) use keys::{find as key, insert as insert_key, purge as purge_keys};
pub(super) use triggers::{Noted, Secrets, by_token, change, count, delete, due, find, insert, list, note, set_secret, set_token};

use db::Error;
use sea_orm::entity::prelude::*;
use types::{Timestamp, WorkflowId, WorkspaceId};

/// Removes the triggers of a workflow with all that is kept of them.
pub(crate) async fn forget(conn: &impl ConnectionTrait, workflow: WorkflowId) -> Result<(), Error> {
    triggers::delete_where(conn, rows::trigger::Column::WorkflowId.eq(workflow.get())).await
}

/// Takes the triggers of a workflow along to another workspace, switched off: whoever switches one on answers for its runs there.
pub(crate) async fn move_along(conn: &impl ConnectionTrait, workflow: WorkflowId, to: WorkspaceId, at: Timestamp) -> Result<(), Error> {
    triggers::move_to(conn, workflow, to, at).await
}
