//! Workflows as starts of runs read them.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use flow::workflow::{CalleeSnapshot, Document, FrozenDocument, WorkflowForm, WorkflowSnapshot, WorkflowSource};
use types::{Failure, Scope, WorkflowId, WorkspaceId};

use super::calls::{self, Target};
use super::service::Workflows;
use super::{Error, VersionNumber, Workflow, repo};

impl Workflows {
    /// What a document calls, and what that calls, level by level. What exists is read once, also in
    /// a circle; what does not exist is left out.
    pub(super) async fn callees(&self, workspace: WorkspaceId, document: &Document) -> Result<BTreeMap<String, CalleeSnapshot>, Error> {
        let mut found: BTreeMap<String, CalleeSnapshot> = BTreeMap::new();
        let mut missing: Vec<String> = Vec::new();
        let mut level = calls::targets(document);
        let too_many = || Error::TooManyCallees(self.limits.callees, self.limits.depth);
        for depth in 0.. {
            level.retain(|key, _| !found.contains_key(key) && !missing.contains(key));
            if level.is_empty() {
                break;
            }
            if depth == self.limits.depth || found.len() + level.len() > self.limits.callees {
                return Err(too_many());
            }
            let mut next = BTreeMap::new();
            let mut read = self.level(workspace, &level).await?;
            for key in level.into_keys() {
                match read.remove(&key) {
                    Some(callee) => {
                        next.append(&mut calls::targets(callee.document.document()));
                        found.insert(key, callee);
                    }
                    None => missing.push(key),
                }
            }
            level = next;
        }
        Ok(found)
    }

    async fn level(&self, workspace: WorkspaceId, level: &BTreeMap<String, Target>) -> Result<BTreeMap<String, CalleeSnapshot>, Error> {
        let ids: Vec<i64> = level.values().map(|(id, _)| id.get()).collect();
        let workflows = repo::find_all(self.db.read(), workspace, &ids).await?;
        let drafts: Vec<i64> = level.values().filter(|(_, number)| number.is_none()).map(|(id, _)| id.get()).collect();
        let drafts: BTreeMap<i64, String> = repo::drafts(self.db.read(), &drafts).await?.into_iter().collect();
        let mut read = BTreeMap::new();
        for (key, (id, number)) in level {
            let Some(workflow) = workflows.iter().find(|w| w.id == *id) else { continue };
            let document = match number {
                None => drafts.get(&id.get()).map(|text| frozen(text)).transpose()?,
                // A workflow that was taken out of use has no version to be called.
                Some(_) if workflow.published_version.is_none() => None,
                Some(number) => self.version_if_any(workflow, *number).await?,
            };
            let Some(document) = document else { continue };
            let snapshot = CalleeSnapshot { name: workflow.name.clone(), description: workflow.description.clone(), document };
            read.insert(key.clone(), snapshot);
        }
        Ok(read)
    }

    /// Many runs of one workflow start at once.
    async fn to_start(&self, scope: &Scope, id: WorkflowId) -> Result<Option<Workflow>, db::Error> {
        let (db, workspaces) = (self.db.clone(), scope.ids());
        let key = (id, workspaces.clone());
        self.starts.get(key, async move { repo::find(db.read(), &workspaces, id).await }).await
    }

    async fn version_if_any(&self, workflow: &Workflow, number: VersionNumber) -> Result<Option<Arc<FrozenDocument>>, Error> {
        match self.published_document(workflow, number).await {
            Ok(version) => Ok(Some(version)),
            Err(Error::NoVersion) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn frozen(text: &str) -> Result<Arc<FrozenDocument>, Error> {
    Ok(Arc::new(repo::parse(text)?.into()))
}

#[async_trait]
impl WorkflowSource for Workflows {
    async fn workflow(&self, scope: &Scope, id: WorkflowId, form: &WorkflowForm) -> Result<WorkflowSnapshot, Failure> {
        let workflow = self.to_start(scope, id).await?.ok_or(Error::NotFound)?;
        let in_use = || workflow.published_version.ok_or(Error::NotPublished);
        let number = match form {
            WorkflowForm::Draft => None,
            WorkflowForm::Published => Some(in_use()?),
            WorkflowForm::Version(text) => Some(in_use().and_then(|_| text.parse().map_err(|_| Error::NoVersion))?),
        };
        let document = match number {
            None => frozen(&repo::draft(self.db.read(), id).await?.ok_or(Error::NotFound)?.document)?,
            Some(number) => self.published_document(&workflow, number).await?,
        };
        let callees = self.callees(workflow.workspace, document.document()).await?;
        let limits = self.workspaces.of(workflow.workspace).await?.run.clone();
        Ok(WorkflowSnapshot {
            id,
            workspace: workflow.workspace,
            name: workflow.name,
            description: workflow.description,
            version: number.map(|n| n.to_string()),
            document,
            callees,
            limits,
        })
    }
}
