//! Use cases of published versions.

use std::collections::BTreeSet;
use std::sync::Arc;

use flow::workflow::{Document, FrozenDocument, Severity};
use types::{Actor, Page, PageRequest, Timestamp, WorkflowId};

use super::diff::{self, Diff};
use super::model::{UserKind, Version, Workflow};
use super::repo::NewVersion;
use super::service::{Workflows, checked_text, uses};
use super::{Error, VersionNumber, repo};

/// How to publish.
#[derive(Debug, Clone, Default)]
pub struct Publication {
    /// Its number; `None`: the next patch.
    pub version: Option<VersionNumber>,
    /// What changed.
    pub notes: String,
    /// The revision of the draft that was looked at; `None`: whatever is there.
    pub revision: Option<i64>,
}

/// One side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The draft.
    Draft,
    /// A version.
    Version(VersionNumber),
}

impl Workflows {
    /// Publishes the draft as the next version. Fails with `workflow_incomplete` when there are errors in it.
    pub async fn publish(&self, actor: &Actor, id: WorkflowId, how: Publication) -> Result<Version, Error> {
        let workflow = self.buildable(actor, id).await?;
        let notes = checked_text("notes", &how.notes, 5000)?;
        let after = workflow.published_version;
        // What was published before it was taken out of use keeps its number.
        let last = repo::last_number(self.db.read(), id).await?.unwrap_or_default();
        let number = how.version.unwrap_or_else(|| last.next());
        if number <= last {
            return Err(Error::NotGreater(last));
        }
        let stored = repo::draft(self.db.read(), id).await?.ok_or(Error::NotFound)?;
        let mut revision = stored.saved.revision;
        if how.revision.is_some_and(|seen| seen != revision) {
            return Err(self.changed(id).await);
        }
        let mut text = stored.document;
        let mut document = repo::parse(&text)?;
        if self.has_plain(&document) {
            // It was saved before secrets were sealed.
            let saved = self.save_draft(actor, id, document, Some(revision)).await?;
            (document, revision) = (saved.document, saved.revision);
            text = repo::print(&document)?;
        }
        self.insist(&workflow, &document).await?;
        let (now, by, uses) = (Timestamp::now(), actor.user, uses(&document));
        let new = NewVersion { workflow: id, version: number, after, notes: notes.clone(), document: text, by, at: now };
        let published = self
            .db
            .write(move |tx| {
                Box::pin(async move {
                    // What was judged is what gets published.
                    if repo::saved_by(tx, id).await?.is_none_or(|saved| saved.revision != revision) {
                        return Ok(None);
                    }
                    let sequence = repo::publish(tx, new).await?.ok_or(Error::PublishedMeanwhile)?;
                    repo::replace_uses(tx, UserKind::Workflow, id.get(), true, &uses).await?;
                    Ok::<_, Error>(Some(sequence))
                })
            })
            .await?;
        let Some(sequence) = published else { return Err(self.changed(id).await) };
        let published_by_name = self.name_of(by).await;
        Ok(Version { version: number, sequence, notes, published_by: by, published_by_name, published_at: now, document })
    }

    /// Takes the workflow out of use: nobody can run or call its versions, which stay, until it is published again. Runs
    /// under way go on. Fails with `workflow_in_use` while others call a version of it, unless `force`.
    pub async fn unpublish(&self, actor: &Actor, id: WorkflowId, force: bool) -> Result<Workflow, Error> {
        let workflow = self.buildable(actor, id).await?;
        if workflow.published_version.is_none() {
            return Ok(workflow);
        }
        if !force {
            self.insist_unused(&workflow, |user| user.version.is_some()).await?;
        }
        let now = Timestamp::now();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    repo::replace_uses(tx, UserKind::Workflow, id.get(), true, &BTreeSet::new()).await?;
                    repo::unpublish(tx, id, now).await
                })
            })
            .await?;
        self.get(actor, id).await
    }

    async fn insist(&self, workflow: &Workflow, document: &Document) -> Result<(), Error> {
        let findings = self.findings(workflow, document).await?;
        let errors: Vec<_> = findings.iter().filter(|f| f.severity == Severity::Error).collect();
        if errors.is_empty() {
            return Ok(());
        }
        let told = errors.iter().take(5).map(|f| match &f.node {
            Some(node) => format!("{node}{}: {}", f.path, f.message.en),
            None => f.message.en.clone(),
        });
        let mut told: Vec<String> = told.collect();
        if let Some(more) = errors.len().checked_sub(5).filter(|more| *more > 0) {
            told.push(format!("And {more} more."));
        }
        Err(Error::Incomplete(told.join(" ")))
    }

    /// Versions, latest first.
    pub async fn versions(&self, actor: &Actor, id: WorkflowId, page: &PageRequest) -> Result<Page<Version>, Error> {
        self.get(actor, id).await?;
        let mut found = repo::versions(self.db.read(), id, page.after()?, page.limit()).await?;
        let names = self.names(found.iter().map(|v| v.published_by)).await;
        for version in &mut found {
            version.published_by_name = names.get(&version.published_by).cloned().unwrap_or_default();
        }
        Ok(Page::from_extra(found, page.limit(), |v| v.sequence))
    }

    /// One version.
    pub async fn version(&self, actor: &Actor, id: WorkflowId, number: VersionNumber) -> Result<Version, Error> {
        self.get(actor, id).await?;
        let mut version = repo::version(self.db.read(), id, number).await?.ok_or(Error::NoVersion)?;
        version.published_by_name = self.name_of(version.published_by).await;
        Ok(version)
    }

    /// What changed from one side to the other.
    pub async fn diff(&self, actor: &Actor, id: WorkflowId, from: Side, to: Side) -> Result<Diff, Error> {
        let workflow = self.get(actor, id).await?;
        let (from, to) = (self.side(&workflow, from).await?, self.side(&workflow, to).await?);
        Ok(diff::between(&from, &to, &self.registry))
    }

    async fn side(&self, workflow: &Workflow, side: Side) -> Result<Document, Error> {
        match side {
            Side::Draft => Ok(repo::parse(&repo::draft(self.db.read(), workflow.id).await?.ok_or(Error::NotFound)?.document)?),
            Side::Version(number) => Ok(self.published_document(workflow, number).await?.document().clone()),
        }
    }

    /// The document of a version. A version never changes, so it is read once; whether the caller may
    /// see its workflow is asked before.
    pub(super) async fn published_document(&self, workflow: &Workflow, number: VersionNumber) -> Result<Arc<FrozenDocument>, Error> {
        let key = (workflow.workspace, workflow.id, number);
        if let Some(cached) = self.versions.get(&key).await {
            return Ok(cached);
        }
        let version = repo::version(self.db.read(), workflow.id, number).await?.ok_or(Error::NoVersion)?;
        let cached = Arc::new(FrozenDocument::new(version.document));
        self.versions.insert(key, cached.clone()).await;
        Ok(cached)
    }
}
