//! Use cases around the workflow itself; drafts, versions and references are in their own files.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use db::{Coalesced, Db};
use flow::node::{NodeSpec, Registry};
use flow::workflow::{Document, FrozenDocument};
use moka::future::Cache;
use types::{Actor, Page, PageRequest, Permission, Timestamp, UserId, WorkflowId, WorkspaceId};

use super::calls::{self, Target};
use super::model::{Filter, Limits, Meta, NewWorkflow, User, UserKind, Workflow};
use super::presence::Presence;
use super::{Error, VersionNumber, repo};
use crate::Sealer;
use crate::agents::Names;
use crate::limits::WorkspaceLimits;

/// Bytes of documents of published versions that are kept in memory.
const CACHED: u64 = 64 * 1024 * 1024;

/// The workflows.
pub struct Workflows {
    pub(super) db: Db,
    pub(super) registry: Registry,
    pub(super) limits: Limits,
    pub(super) workspaces: Arc<WorkspaceLimits>,
    names: Arc<dyn Names>,
    pub(super) sealer: Arc<dyn Sealer>,
    pub(super) presence: Presence,
    /// Published versions that were read lately.
    pub(super) versions: Versions,
    pub(super) starts: Arc<StartReads>,
}

/// Versions by their workflow and where it lies: one that was moved has its secrets sealed for its new place.
pub(super) type Versions = Cache<(WorkspaceId, WorkflowId, VersionNumber), Arc<FrozenDocument>>;

/// Reads of workflows whose runs start, by id and the workspaces of who starts them.
pub(super) type StartReads = Coalesced<(WorkflowId, Vec<i64>), Result<Option<Workflow>, db::Error>>;

/// About the bytes of a document and its JSON.
fn weight(version: &FrozenDocument) -> u32 {
    version.stored().map_or(u32::MAX, |stored| u32::try_from(stored.json.len()).unwrap_or(u32::MAX).saturating_mul(2))
}

impl Workflows {
    /// Over the database, the kinds of nodes, people's names, what seals secrets, limits of the instance and of workspaces.
    pub fn new(
        db: Db,
        registry: Registry,
        names: Arc<dyn Names>,
        sealer: Arc<dyn Sealer>,
        limits: Limits,
        workspaces: Arc<WorkspaceLimits>,
    ) -> Self {
        let versions = Cache::builder().max_capacity(CACHED).weigher(|_, version: &Arc<FrozenDocument>| weight(version)).build();
        Self { db, registry, limits, workspaces, names, sealer, presence: Presence::default(), versions, starts: Arc::default() }
    }

    /// What kinds of nodes there are.
    pub fn node_types(&self) -> Vec<NodeSpec> {
        self.registry.specs().cloned().collect()
    }

    /// Adds a workflow with its first draft.
    pub async fn create(&self, actor: &Actor, workspace: WorkspaceId, new: NewWorkflow) -> Result<Workflow, Error> {
        actor.require(workspace, Permission::Build)?;
        let NewWorkflow { name, description, icon, folder, document } = new;
        let document = self.sealed(workspace, document, None)?;
        let text = self.printed(workspace, &document).await?;
        let most = self.limits.workflows;
        if repo::count(self.db.read(), workspace).await? >= most {
            return Err(Error::invalid("name", format!("This workspace has {most} workflows. Delete some first.")));
        }
        let now = Timestamp::now();
        let workflow = Workflow {
            id: WorkflowId::generate(),
            workspace,
            name: checked_name(&name)?,
            description: checked_text("description", &description, 2000)?,
            icon: checked_text("icon", &icon, 255)?,
            folder: checked_folder(&folder)?,
            mode: document.mode,
            created_by: actor.user,
            created_at: now,
            updated_at: now,
            published_version: None,
            published_at: None,
            unpublished_changes: true,
        };
        let (row, uses) = (workflow.clone(), uses(&document));
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    repo::insert(tx, &row).await?;
                    repo::insert_draft(tx, row.id, text, row.created_by, now).await?;
                    repo::replace_uses(tx, UserKind::Workflow, row.id.get(), false, &uses).await
                })
            })
            .await?;
        Ok(workflow)
    }

    /// One workflow.
    pub async fn get(&self, actor: &Actor, id: WorkflowId) -> Result<Workflow, Error> {
        repo::find(self.db.read(), &actor.scope(Permission::View).ids(), id).await?.ok_or(Error::NotFound)
    }

    /// Workflows of a workspace, newest first.
    pub async fn list(&self, actor: &Actor, workspace: WorkspaceId, filter: &Filter, page: &PageRequest) -> Result<Page<Workflow>, Error> {
        let scope = actor.scope_in(workspace, Permission::View)?;
        let found = repo::list(self.db.read(), &scope.ids(), filter, page.after()?, page.limit()).await?;
        Ok(Page::from_extra(found, page.limit(), |w| w.id.get()))
    }

    /// Folders of a workspace with the number of their workflows, by name.
    pub async fn folders(&self, actor: &Actor, workspace: WorkspaceId) -> Result<Vec<(String, i64)>, Error> {
        let scope = actor.scope_in(workspace, Permission::View)?;
        Ok(repo::folders(self.db.read(), &scope.ids()).await?)
    }

    /// Changes name, description, icon or folder.
    pub async fn update_meta(&self, actor: &Actor, id: WorkflowId, meta: Meta) -> Result<Workflow, Error> {
        let mut workflow = self.buildable(actor, id).await?;
        let Meta { name, description, icon, folder } = meta;
        if let Some(name) = name {
            workflow.name = checked_name(&name)?;
        }
        if let Some(description) = description {
            workflow.description = checked_text("description", &description, 2000)?;
        }
        if let Some(icon) = icon {
            workflow.icon = checked_text("icon", &icon, 255)?;
        }
        if let Some(folder) = folder {
            workflow.folder = checked_folder(&folder)?;
        }
        workflow.updated_at = Timestamp::now();
        let row = workflow.clone();
        self.db.write(move |tx| Box::pin(async move { repo::rename(tx, &row).await })).await?;
        Ok(workflow)
    }

    /// Deletes a workflow with its triggers; runs of it stay readable. Fails with `workflow_in_use` while others call
    /// it, unless `force`: their runs then fail where they call it.
    pub async fn delete(&self, actor: &Actor, id: WorkflowId, force: bool) -> Result<(), Error> {
        let workflow = self.buildable(actor, id).await?;
        if !force {
            self.insist_unused(&workflow, |_| true).await?;
        }
        let now = Timestamp::now();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    repo::forget_uses(tx, UserKind::Workflow, id.get()).await?;
                    crate::triggers::forget(tx, id).await?;
                    repo::set_deleted(tx, id, now).await
                })
            })
            .await?;
        Ok(())
    }

    /// Fails with `workflow_in_use` while others call it in such a way.
    pub(super) async fn insist_unused(&self, workflow: &Workflow, counts: impl Fn(&User) -> bool) -> Result<(), Error> {
        let users = self.users(workflow).await?;
        let others = users.iter().filter(|user| (user.kind, user.id) != (UserKind::Workflow, workflow.id.get()) && counts(user));
        let names: Vec<String> = others.take(5).map(|user| format!("“{}”", user.name)).collect();
        if names.is_empty() { Ok(()) } else { Err(Error::InUse(names.join(", "))) }
    }

    /// A new workflow with the same draft, in the same workspace.
    pub async fn duplicate(&self, actor: &Actor, id: WorkflowId, name: Option<String>) -> Result<Workflow, Error> {
        let source = self.buildable(actor, id).await?;
        let stored = repo::draft(self.db.read(), id).await?.ok_or(Error::NotFound)?;
        let name = name.unwrap_or_else(|| {
            let kept: String = source.name.chars().take(90).collect();
            format!("{kept} (copy)")
        });
        let document = repo::parse(&stored.document)?;
        let new = NewWorkflow { name, description: source.description, icon: source.icon, folder: source.folder, document };
        self.create(actor, source.workspace, new).await
    }

    /// The workflow, if the actor may build it.
    pub(super) async fn buildable(&self, actor: &Actor, id: WorkflowId) -> Result<Workflow, Error> {
        let workflow = self.get(actor, id).await?;
        actor.require(workflow.workspace, Permission::Build)?;
        Ok(workflow)
    }

    /// The document as it is stored. Refuses one that is not worth storing; everything else about it
    /// is a finding, not an error.
    pub(super) async fn printed(&self, workspace: WorkspaceId, document: &Document) -> Result<String, Error> {
        let bounds = self.workspaces.of(workspace).await?.bounds();
        if document.nodes.len() > bounds.nodes {
            return Err(Error::TooLarge(format!("A workflow has at most {} nodes here.", bounds.nodes)));
        }
        let text = repo::print(document)?;
        if text.len() > bounds.bytes {
            return Err(Error::TooLarge(format!("The workflow's document is larger than the {} bytes it may have here.", bounds.bytes)));
        }
        Ok(text)
    }

    pub(super) async fn names(&self, ids: impl Iterator<Item = UserId>) -> HashMap<UserId, String> {
        let mut ids: Vec<_> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        self.names.names(&ids).await
    }

    pub(super) async fn name_of(&self, user: UserId) -> String {
        self.names([user].into_iter()).await.remove(&user).unwrap_or_default()
    }
}

/// What is noted as called by a document.
pub(super) fn uses(document: &Document) -> BTreeSet<Target> {
    calls::targets(document).into_values().collect()
}

pub(super) fn checked_text(field: &'static str, text: &str, most: usize) -> Result<String, Error> {
    let text = text.trim();
    if text.chars().count() > most || text.contains('\0') {
        return Err(Error::invalid(field, format!("`{field}` has at most {most} characters.")));
    }
    Ok(text.to_owned())
}

fn checked_folder(folder: &str) -> Result<String, Error> {
    let folder = checked_text("folder", folder, 100)?;
    if folder.chars().any(char::is_control) {
        return Err(Error::invalid("folder", "`folder` has no line breaks."));
    }
    Ok(folder)
}

pub(crate) fn checked_name(name: &str) -> Result<String, Error> {
    let name = checked_text("name", name, 100)?;
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "`name` has 1 to 100 characters, without line breaks."));
    }
    Ok(name)
}
