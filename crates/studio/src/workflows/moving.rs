//! Moving a workflow to another workspace.

use flow::workflow::{Document, NodeId};
use serde_json::Value;
use types::{Actor, Permission, Timestamp, WorkflowId, WorkspaceId};

use super::model::{User, Workflow};
use super::service::Workflows;
use super::{Error, VersionNumber, repo};

/// What a moved workflow names that stays behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// By which node of the draft.
    pub node: NodeId,
    /// What it names: `workflow`, `model`, `knowledge` or `database`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
}

/// A moved workflow.
#[derive(Debug, Clone)]
pub struct Moved {
    /// It, in its new workspace.
    pub workflow: Workflow,
    /// What its draft names that stays behind.
    pub left: Vec<Left>,
    /// What called it and cannot any more.
    pub callers: Vec<User>,
}

impl Workflows {
    /// Moves a workflow with its draft and versions, whose secrets are sealed anew for where they go, and its triggers, which are
    /// switched off; runs stay where they were. The actor builds in both workspaces. Fails with `workflow_in_use` while others call
    /// it, unless `force`: their runs then fail where they call it.
    pub async fn move_to(&self, actor: &Actor, id: WorkflowId, to: WorkspaceId, force: bool) -> Result<Moved, Error> {
        let mut workflow = self.buildable(actor, id).await?;
        actor.require(to, Permission::Build)?;
        if workflow.workspace == to {
            return Err(Error::invalid("workspace_id", "The workflow is in this workspace already."));
        }
        let callers: Vec<User> = self.users(&workflow).await?.into_iter().filter(|user| user.id != id.get()).collect();
        if !force && !callers.is_empty() {
            let names: Vec<String> = callers.iter().take(5).map(|user| format!("“{}”", user.name)).collect();
            return Err(Error::InUse(names.join(", ")));
        }
        let most = self.limits.workflows;
        if repo::count(self.db.read(), to).await? >= most {
            return Err(Error::invalid("workspace_id", format!("That workspace has {most} workflows. Delete some first.")));
        }
        let stored = repo::draft(self.db.read(), id).await?.ok_or(Error::NotFound)?;
        let draft = repo::parse(&stored.document)?;
        let left = left_behind(&draft, id);
        let Resealed { draft, versions, last } = self.resealed(workflow.workspace, to, id, draft).await?;
        let (from, revision, by, now) = (workflow.workspace, stored.saved.revision, actor.user, Timestamp::now());
        (workflow.workspace, workflow.folder, workflow.updated_at) = (to, String::new(), now);
        let row = workflow.clone();
        let moved = self
            .db
            .write(move |tx| {
                Box::pin(async move {
                    // What was sealed anew is what moves.
                    let saved = repo::saved_by(tx, id).await?.is_some_and(|saved| saved.revision == revision);
                    let there = repo::find(tx, &[from.get()], id).await?.is_some();
                    if !saved || !there || repo::last_number(tx, id).await? != last {
                        return Ok(false);
                    }
                    if let Some(text) = draft {
                        repo::save_draft(tx, id, revision, text, by, now).await?;
                    }
                    for (sequence, text) in versions {
                        repo::rewrite(tx, id, sequence, text).await?;
                    }
                    crate::triggers::move_along(tx, row.id, row.workspace, row.updated_at).await?;
                    repo::set_workspace(tx, &row).await?;
                    Ok::<_, Error>(true)
                })
            })
            .await?;
        if !moved {
            return Err(self.changed(id).await);
        }
        Ok(Moved { workflow, left, callers })
    }

    async fn resealed(&self, from: WorkspaceId, to: WorkspaceId, id: WorkflowId, draft: Document) -> Result<Resealed, Error> {
        let anew = |document: Document| -> Result<Option<String>, Error> {
            let sealed = self.sealed_for(from, to, document.clone())?;
            if sealed == document { Ok(None) } else { Ok(Some(repo::print(&sealed)?)) }
        };
        let last = repo::last_number(self.db.read(), id).await?;
        let mut versions = Vec::new();
        let mut after = None;
        loop {
            let page = repo::versions(self.db.read(), id, after, PAGE).await?;
            let Some(oldest) = page.last().map(|version| version.sequence) else { break };
            for version in page {
                versions.extend(anew(version.document)?.map(|text| (version.sequence, text)));
            }
            after = Some(oldest);
        }
        let draft = anew(self.sealed(from, draft, None)?)?;
        Ok(Resealed { draft, versions, last })
    }
}

/// Versions that are read at once.
const PAGE: u64 = 20;

/// What a moved workflow's documents are now, as far as they differ.
struct Resealed {
    draft: Option<String>,
    /// By their place in the order.
    versions: Vec<(i64, String)>,
    /// The version that was the last.
    last: Option<VersionNumber>,
}

/// What the params of a document's nodes name, besides the workflow itself.
fn left_behind(document: &Document, own: WorkflowId) -> Vec<Left> {
    let mut found = Vec::new();
    for (node, kept) in &document.nodes {
        let mut open: Vec<(&str, &Value)> = kept.params.iter().map(|(key, value)| (key.as_str(), value)).collect();
        while let Some((key, value)) = open.pop() {
            let kind = match key {
                "workflow_id" => "workflow",
                "model_id" => "model",
                "knowledge_id" | "knowledge_ids" => "knowledge",
                "database_id" => "database",
                _ => "",
            };
            match value {
                Value::String(id) if !kind.is_empty() && !id.is_empty() && *id != own.to_string() => {
                    let left = Left { node: node.clone(), kind, id: id.clone() };
                    if !found.contains(&left) {
                        found.push(left);
                    }
                }
                Value::Array(items) => open.extend(items.iter().map(|item| (key, item))),
                Value::Object(map) => open.extend(map.iter().map(|(key, value)| (key.as_str(), value))),
                _ => {}
            }
        }
    }
    found
}
