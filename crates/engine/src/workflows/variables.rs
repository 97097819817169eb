//! Variables of users: what workflows keep for a person, by app. A service that runs them for many people names each of them.
//!
//! Written in the transaction of the event that sets them, so that a variable is set exactly when the
//! run says so. A row holds a variable, or one key inside it that was set by itself (`name.key`).

use db::{Backend, Db, statement};
use flow::run::{Event, Program, Recorded, RunSpec, WorkflowRun};
use flow::value::{Values, path};
use sea_orm::{ConnectionTrait as _, Statement};
use types::{UserId, WorkspaceId};

use crate::journal::create::json;

/// The scope of [`Event::VariableSet`] that is kept.
const USER: &str = "user";

/// All of a person that a run may read at its start.
pub(super) async fn load(db: &Db, workspace: WorkspaceId, user: UserId, run: &WorkflowRun) -> Result<Values, db::Error> {
    let sql = "SELECT path, value FROM person_variables \
               WHERE workspace_id = ? AND user_id = ? AND app = ? AND person = ? ORDER BY updated_at, path";
    let found = statement(db.backend(), sql, whose(workspace, user, run));
    let mut values = Values::new();
    for row in db.read().query_all_raw(found).await? {
        let (name, text): (String, String) = (row.try_get("", "path")?, row.try_get("", "value")?);
        let keys: Vec<String> = name.split('.').map(str::to_owned).collect();
        let value =
            serde_json::from_str(&text).map_err(|error| db::Error::Other(format!("the user variable {name} cannot be read: {error}")))?;
        // A key inside of something that is no object any more is gone with it.
        let _ = path::set(&mut values, &keys, value);
    }
    Ok(values)
}

/// The key of whose variables they are.
fn whose(workspace: WorkspaceId, user: UserId, run: &WorkflowRun) -> [sea_orm::Value; 4] {
    let named = |name: &Option<String>| name.clone().unwrap_or_default().into();
    [workspace.get().into(), user.get().into(), named(&run.app), named(&run.person)]
}

/// The statements that keep what these events set.
pub(crate) fn keep(backend: Backend, spec: &RunSpec, events: &[Recorded]) -> Result<Vec<Statement>, db::Error> {
    let Program::Workflow(run) = &spec.program else { return Ok(Vec::new()) };
    let upsert = match backend {
        Backend::MySql => "ON DUPLICATE KEY UPDATE value = VALUES(value), updated_at = VALUES(updated_at)",
        _ => {
            "ON CONFLICT (workspace_id, user_id, app, person, path) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at"
        }
    };
    let columns = "workspace_id, user_id, app, person, path, value, updated_at";
    let upsert = format!("INSERT INTO person_variables ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?) {upsert}");
    let inside =
        "DELETE FROM person_variables WHERE workspace_id = ? AND user_id = ? AND app = ? AND person = ? AND SUBSTR(path, 1, ?) = ?";
    let mut statements = Vec::new();
    for recorded in events {
        let Event::VariableSet { scope, path, value, .. } = &recorded.event else { continue };
        if scope != USER {
            continue;
        }
        let whose = || whose(spec.workspace, spec.user, run);
        let name = path.join(".");
        let prefix = format!("{name}.");
        // PostgreSQL cuts texts by 32 bits only.
        let length = i32::try_from(prefix.chars().count()).unwrap_or(i32::MAX);
        statements.push(statement(backend, inside, whose().into_iter().chain([length.into(), prefix.into()])));
        let row = whose().into_iter().chain([name.into(), json(value)?.into(), recorded.at.millis().into()]);
        statements.push(statement(backend, &upsert, row));
    }
    Ok(statements)
}
