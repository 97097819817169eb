//! Use cases of the draft.

use std::collections::BTreeMap;

use flow::tool::Localized;
use flow::workflow::check::{Callee, Callees, check_within};
use flow::workflow::{CalleeSnapshot, Document, Finding, callee_key};
use types::{Actor, Timestamp, WorkflowId};

use super::calls::Call;
use super::model::{Draft, UserKind, Workflow};
use super::repo::SavedBy;
use super::service::{Workflows, uses};
use super::{Error, VersionNumber, calls, repo};

impl Workflows {
    /// What is being edited.
    pub async fn draft(&self, actor: &Actor, id: WorkflowId) -> Result<Draft, Error> {
        let workflow = self.get(actor, id).await?;
        let stored = repo::draft(self.db.read(), id).await?.ok_or(Error::NotFound)?;
        self.judged(&workflow, repo::parse(&stored.document)?, stored.saved).await
    }

    /// Saves the draft, also a wrong one, with its secrets sealed. `expected` is the revision that was read; `None` writes
    /// over whatever is there.
    pub async fn save_draft(&self, actor: &Actor, id: WorkflowId, document: Document, expected: Option<i64>) -> Result<Draft, Error> {
        let workflow = self.buildable(actor, id).await?;
        let document = self.sealed_draft(&workflow, document).await?;
        let text = self.printed(workflow.workspace, &document).await?;
        let published = match workflow.published_version {
            Some(number) => Some(self.published_document(&workflow, number).await?),
            None => None,
        };
        let changes = published.is_none_or(|version| *version.document() != document);
        let (now, by, mode, uses) = (Timestamp::now(), actor.user, document.mode, uses(&document));
        let saved = self
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let stored = repo::draft(tx, id).await?.ok_or(Error::NotFound)?;
                    let seen = expected.unwrap_or(stored.saved.revision);
                    if seen != stored.saved.revision {
                        return Ok(None);
                    }
                    if stored.document == text {
                        return Ok(Some(stored.saved));
                    }
                    if !repo::save_draft(tx, id, seen, text, by, now).await? {
                        return Ok(None);
                    }
                    repo::touch_draft(tx, id, mode, changes, now).await?;
                    repo::replace_uses(tx, UserKind::Workflow, id.get(), false, &uses).await?;
                    Ok::<_, Error>(Some(SavedBy { revision: seen + 1, by, at: now }))
                })
            })
            .await?;
        let Some(saved) = saved else { return Err(self.changed(id).await) };
        self.judged(&workflow, document, saved).await
    }

    /// Copies a version into the draft.
    pub async fn restore(&self, actor: &Actor, id: WorkflowId, number: VersionNumber) -> Result<Draft, Error> {
        self.buildable(actor, id).await?;
        let version = repo::version(self.db.read(), id, number).await?.ok_or(Error::NoVersion)?;
        self.save_draft(actor, id, version.document, None).await
    }

    /// What is wrong with a document; without one, with the draft.
    pub async fn validate(&self, actor: &Actor, id: WorkflowId, document: Option<Document>) -> Result<Vec<Finding>, Error> {
        let workflow = self.get(actor, id).await?;
        match document {
            Some(document) => {
                self.printed(workflow.workspace, &document).await?;
                self.findings(&workflow, &document).await
            }
            None => Ok(self.draft(actor, id).await?.findings),
        }
    }

    /// Who was faster.
    pub(super) async fn changed(&self, id: WorkflowId) -> Error {
        match repo::saved_by(self.db.read(), id).await {
            Ok(Some(SavedBy { revision, by, at })) => {
                let who = self.name_of(by).await;
                let who = if who.is_empty() { "Somebody else".to_owned() } else { who };
                Error::DraftChanged { now: revision, who, at }
            }
            Ok(None) => Error::NotFound,
            Err(error) => error.into(),
        }
    }

    async fn judged(&self, workflow: &Workflow, document: Document, saved: SavedBy) -> Result<Draft, Error> {
        let findings = self.findings(workflow, &document).await?;
        let SavedBy { revision, by, at } = saved;
        let updated_by_name = self.name_of(by).await;
        Ok(Draft { document, revision, updated_by: by, updated_by_name, updated_at: at, findings })
    }

    /// What is wrong with a document of this workflow.
    pub(super) async fn findings(&self, workflow: &Workflow, document: &Document) -> Result<Vec<Finding>, Error> {
        let known = match self.callees(workflow.workspace, document).await {
            Ok(callees) => Known { callees, caller: workflow.id.to_string() },
            Err(Error::TooManyCallees(most, depth)) => {
                let message = Localized {
                    zh: format!("一个工作流最多（直接或间接）调用 {most} 个工作流、{depth} 层。"),
                    en: format!("A workflow calls at most {most} workflows, directly or through others, in {depth} levels."),
                };
                return Ok(vec![Finding::error("too_many_callees", None, "/nodes", message)]);
            }
            Err(error) => return Err(error),
        };
        let bounds = self.workspaces.of(workflow.workspace).await?.bounds();
        let mut findings = check_within(document, &self.registry, &known, &bounds);
        findings.extend(calls::of(document).iter().filter_map(|call| known.wrong(call)));
        self.judge_secrets(workflow.workspace, document, &mut findings);
        Ok(findings)
    }
}

/// What a document may call, and whose it is.
struct Known {
    callees: BTreeMap<String, CalleeSnapshot>,
    caller: String,
}

impl Callees for Known {
    fn callee(&self, workflow: &str, version: Option<&str>) -> Callee<'_> {
        self.callees.callee(workflow, version)
    }

    fn caller(&self) -> Option<&str> {
        Some(&self.caller)
    }
}

impl Known {
    /// What [`check_within`] does not say: calls of drafts, and tools of model nodes that do not exist.
    fn wrong(&self, call: &Call<'_>) -> Option<Finding> {
        let callee = self.callees.get(&callee_key(call.workflow, call.version));
        let at = |field: &str| format!("{}/{field}", call.path);
        match (callee, call.version) {
            (None, _) if call.as_tool => {
                let message = Localized {
                    zh: "作为工具的工作流或其版本不存在。".into(),
                    en: "The workflow that is a tool here, or this version of it, does not exist.".into(),
                };
                Some(Finding::error("missing_callee", Some(call.node), at("workflow_id"), message))
            }
            (Some(callee), None) => {
                let name = &callee.name;
                let message = Localized {
                    zh: format!("调用的是工作流“{name}”的草稿，对它的每次修改都会立即生效。选择一个版本可避免这种情况。"),
                    en: format!(
                        "This calls the draft of “{name}”: every change there takes effect at once. Choose a version to avoid that."
                    ),
                };
                Some(Finding::warning("callee_draft", Some(call.node), at("version"), message))
            }
            _ => None,
        }
    }
}
