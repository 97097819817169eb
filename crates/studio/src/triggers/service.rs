//! Use cases of builders: making, changing, deleting triggers, and looking at what they did.

use std::collections::HashMap;
use std::sync::Arc;

use db::Db;
use flow::run::RunStatus;
use rest::{Client, Limiter};
use secrecy::{ExposeSecret as _, SecretString};
use types::{Actor, Page, PageRequest, Permission, RunId, Timestamp, TriggerId, UserId, WorkflowId};

use super::given::{self, Given};
use super::model::{Change, Firing, NewTrigger, Occasion, Pick, Settings, Source, Trigger};
use super::ports::{Audit, AuditLine, People, Runs};
use super::repo::{self, Secrets};
use super::schedule::Schedule;
use super::{Error, secret};
use crate::Sealer;
use crate::agents::Names;
use crate::workflows::{self, Workflows};

/// Triggers of one workflow at most.
const MOST: u64 = 50;

/// What triggers are built from.
pub struct Deps {
    /// Where they are kept.
    pub db: Db,
    /// What they start.
    pub workflows: Arc<Workflows>,
    /// Starts it.
    pub runs: Arc<dyn Runs>,
    /// Who may do what.
    pub people: Arc<dyn People>,
    /// Their names.
    pub names: Arc<dyn Names>,
    /// The audit log.
    pub audit: Arc<dyn Audit>,
    /// Seals what signs calls.
    pub sealer: Arc<dyn Sealer>,
    /// Times and sizes.
    pub settings: Settings,
}

/// The triggers.
pub struct Triggers {
    pub(super) db: Db,
    pub(super) workflows: Arc<Workflows>,
    pub(super) runs: Arc<dyn Runs>,
    pub(super) people: Arc<dyn People>,
    names: Arc<dyn Names>,
    audit: Arc<dyn Audit>,
    sealer: Arc<dyn Sealer>,
    pub(super) settings: Settings,
    /// Calls of one webhook.
    pub(super) calls: Limiter,
    /// Calls from one network of addresses that do not exist.
    pub(super) strangers: Limiter,
}

/// A trigger that was made or changed, with what is told this once.
pub struct Saved {
    /// It.
    pub trigger: Trigger,
    /// The last part of its address.
    pub token: Option<SecretString>,
    /// What signs its calls.
    pub signing: Option<SecretString>,
}

/// Which secret is made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The address.
    Url,
    /// What signs calls.
    SigningSecret,
}

impl Triggers {
    /// Works on nothing by itself: see [`Triggers::start_clock`].
    pub fn new(deps: Deps) -> Self {
        let Deps { db, workflows, runs, people, names, audit, sealer, settings } = deps;
        let (calls, strangers) = (Limiter::per_minute(settings.calls_a_minute), Limiter::of_a_person());
        Self { db, workflows, runs, people, names, audit, sealer, settings, calls, strangers }
    }

    /// Those of a workflow, in the order in which they were made.
    pub async fn list(&self, actor: &Actor, workflow: WorkflowId) -> Result<Vec<Trigger>, Error> {
        let workflow = self.workflows.get(actor, workflow).await?;
        Ok(repo::list(self.db.read(), &actor.scope(Permission::View).ids(), workflow.id).await?)
    }

    /// One.
    pub async fn get(&self, actor: &Actor, id: TriggerId) -> Result<Trigger, Error> {
        repo::find(self.db.read(), &actor.scope(Permission::View).ids(), id).await?.ok_or(Error::NotFound)
    }

    /// Adds a trigger.
    pub async fn create(&self, actor: &Actor, client: &Client, workflow: WorkflowId, new: NewTrigger) -> Result<Saved, Error> {
        let workflow = self.workflows.get(actor, workflow).await?;
        actor.require(workflow.workspace, Permission::Build)?;
        if repo::count(self.db.read(), workflow.id).await? >= MOST {
            return Err(Error::TooMany(MOST));
        }
        let now = Timestamp::now();
        let NewTrigger { name, enabled, version, inputs, source } = new;
        let mut trigger = Trigger {
            id: TriggerId::generate(),
            workspace: workflow.workspace,
            workflow: workflow.id,
            name: checked_name(&name)?,
            enabled,
            version,
            inputs,
            source,
            next_at: None,
            created_by: actor.user,
            runs_as: actor.user,
            created_at: now,
            updated_at: now,
            last_fired_at: None,
            last_run: None,
            last_error: None,
            counts: super::model::Counts::default(),
        };
        self.check(actor, &trigger).await?;
        trigger.next_at = next_of(&trigger, now)?;
        let (mut token, mut signing, mut secrets) = (None, None, Secrets::default());
        if let Source::Webhook(webhook) = &trigger.source {
            let made = secret::random(secret::ADDRESS)?;
            secrets.token_hash = Some(secret::hash(made.expose_secret()));
            token = Some(made);
            if webhook.signed {
                let (made, sealed) = self.signing(trigger.id)?;
                (signing, secrets.signing) = (Some(made), Some(sealed));
            }
        }
        let (row, audit, line) = (trigger.clone(), self.audit.clone(), line(actor, client, &trigger, "trigger.create"));
        let written = self.db.write(move |tx| {
            Box::pin(async move {
                repo::insert(tx, &row, secrets).await?;
                audit.note(tx, line).await
            })
        });
        written.await?;
        Ok(Saved { trigger, token, signing })
    }

    /// Changes a trigger. Who switches it on is from then on the one its runs act for.
    pub async fn change(&self, actor: &Actor, client: &Client, id: TriggerId, change: Change) -> Result<Saved, Error> {
        let before = self.buildable(actor, id).await?;
        let mut trigger = before.clone();
        let Change { name, enabled, version, inputs, source } = change;
        if let Some(name) = name {
            trigger.name = checked_name(&name)?;
        }
        trigger.enabled = enabled.unwrap_or(before.enabled);
        trigger.version = version.map_or(before.version, Pick::number);
        trigger.inputs = inputs.unwrap_or(trigger.inputs);
        if let Some(source) = source {
            if std::mem::discriminant(&source) != std::mem::discriminant(&before.source) {
                return Err(Error::invalid("kind", "A webhook stays a webhook and a schedule a schedule. Make another trigger."));
            }
            trigger.source = source;
        }
        self.check(actor, &trigger).await?;
        let now = Timestamp::now();
        trigger.updated_at = now;
        if trigger.enabled && !before.enabled {
            (trigger.runs_as, trigger.last_error) = (actor.user, None);
        }
        let due_anew = trigger.enabled != before.enabled || trigger.source != before.source;
        if due_anew {
            trigger.next_at = next_of(&trigger, now)?;
        }
        let signed = |trigger: &Trigger| matches!(&trigger.source, Source::Webhook(webhook) if webhook.signed);
        let signing = match (signed(&before), signed(&trigger)) {
            (false, true) => Some(Some(self.signing(id)?)),
            (true, false) => Some(None),
            _ => None,
        };
        let sealed = signing.as_ref().map(|made| made.as_ref().map(|(_, sealed)| sealed.clone()));
        let (row, audit, line) = (trigger.clone(), self.audit.clone(), line(actor, client, &trigger, "trigger.change"));
        let written = self.db.write(move |tx| {
            Box::pin(async move {
                repo::change(tx, &row, due_anew).await?;
                if let Some(sealed) = sealed {
                    repo::set_secret(tx, id, sealed, now).await?;
                }
                audit.note(tx, line).await
            })
        });
        written.await?;
        Ok(Saved { trigger, token: None, signing: signing.flatten().map(|(made, _)| made) })
    }

    /// Makes the address or the signing secret anew; the old one is good for nothing from then on.
    pub async fn rotate(&self, actor: &Actor, client: &Client, id: TriggerId, part: Part) -> Result<Saved, Error> {
        let mut trigger = self.buildable(actor, id).await?;
        let now = Timestamp::now();
        let Source::Webhook(webhook) = &trigger.source else { return Err(Error::NoSecret) };
        if part == Part::SigningSecret && !webhook.signed {
            return Err(Error::NoSecret);
        }
        trigger.updated_at = now;
        let (audit, line) = (self.audit.clone(), line(actor, client, &trigger, "trigger.rotate"));
        let (made, stored) = match part {
            Part::Url => {
                let made = secret::random(secret::ADDRESS)?;
                let hash = secret::hash(made.expose_secret());
                (made, hash)
            }
            Part::SigningSecret => self.signing(id)?,
        };
        let written = self.db.write(move |tx| {
            Box::pin(async move {
                match part {
                    Part::Url => repo::set_token(tx, id, stored, now).await?,
                    Part::SigningSecret => repo::set_secret(tx, id, Some(stored), now).await?,
                }
                audit.note(tx, line).await
            })
        });
        written.await?;
        let (token, signing) = if part == Part::Url { (Some(made), None) } else { (None, Some(made)) };
        Ok(Saved { trigger, token, signing })
    }

    /// Deletes a trigger with all that is kept of it. Runs that it started stay.
    pub async fn delete(&self, actor: &Actor, client: &Client, id: TriggerId) -> Result<(), Error> {
        let trigger = self.buildable(actor, id).await?;
        let (audit, line) = (self.audit.clone(), line(actor, client, &trigger, "trigger.delete"));
        let written = self.db.write(move |tx| {
            Box::pin(async move {
                repo::delete(tx, id).await?;
                audit.note(tx, line).await
            })
        });
        Ok(written.await?)
    }

    /// Fires a trigger once for whoever asks, also one that is switched off; the run acts for him.
    pub async fn test(&self, actor: &Actor, id: TriggerId, given: &Given) -> Result<RunId, Error> {
        let trigger = self.buildable(actor, id).await?;
        let about = super::fire::About { occasion: Occasion::Test, ..super::fire::About::default() };
        self.start(&trigger, actor, given, about).await?.ok_or(Error::NotFound)
    }

    /// What it did, latest first, with how the runs stand.
    pub async fn firings(&self, actor: &Actor, id: TriggerId, page: &PageRequest) -> Result<Page<(Firing, Option<RunStatus>)>, Error> {
        let trigger = self.get(actor, id).await?;
        let found = repo::firings(self.db.read(), trigger.id, page.after()?, page.limit()).await?;
        let page = Page::from_extra(found, page.limit(), |firing| firing.id.get());
        let runs: Vec<RunId> = page.items.iter().filter_map(|firing| firing.run).collect();
        let statuses = self.runs.statuses(&actor.scope(Permission::View), &runs).await?;
        Ok(page.map(|firing| {
            let status = firing.run.and_then(|run| statuses.get(&run).copied());
            (firing, status)
        }))
    }

    /// The next times of a schedule.
    pub fn times(schedule: &Schedule, count: usize) -> Result<Vec<Timestamp>, Error> {
        let now = Timestamp::now();
        Ok(schedule.read(now)?.next(now, count))
    }

    /// Names of those who made these triggers and for whom they run.
    pub async fn names(&self, triggers: &[Trigger]) -> HashMap<UserId, String> {
        let mut ids: Vec<UserId> = triggers.iter().flat_map(|trigger| [trigger.created_by, trigger.runs_as]).collect();
        ids.sort_unstable();
        ids.dedup();
        self.names.names(&ids).await
    }

    /// What signs the calls of a trigger, opened.
    pub(super) fn open(&self, id: TriggerId, sealed: &str) -> Result<SecretString, Error> {
        Ok(self.sealer.open(sealed, &context(id))?)
    }

    fn signing(&self, id: TriggerId) -> Result<(SecretString, String), Error> {
        let made = secret::random(secret::SIGNING)?;
        let sealed = self.sealer.seal(&made, &context(id))?;
        Ok((made, sealed))
    }

    async fn buildable(&self, actor: &Actor, id: TriggerId) -> Result<Trigger, Error> {
        let trigger = self.get(actor, id).await?;
        actor.require(trigger.workspace, Permission::Build)?;
        Ok(trigger)
    }

    async fn check(&self, actor: &Actor, trigger: &Trigger) -> Result<(), Error> {
        if let Some(wrong) = given::wrong(&trigger.inputs) {
            return Err(Error::invalid("inputs", wrong));
        }
        if let Source::Schedule(schedule) = &trigger.source {
            schedule.read(Timestamp::now())?;
        }
        if let Some(version) = trigger.version {
            self.workflows.version(actor, trigger.workflow, version).await?;
        }
        Ok(())
    }
}

/// When it is due first, if it is ever.
fn next_of(trigger: &Trigger, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    match &trigger.source {
        Source::Schedule(schedule) if trigger.enabled => Ok(schedule.read(now)?.first(now)),
        Source::Schedule(_) | Source::Webhook(_) => Ok(None),
    }
}

fn context(id: TriggerId) -> String {
    format!("trigger:{id}")
}

fn line(actor: &Actor, client: &Client, trigger: &Trigger, action: &'static str) -> AuditLine {
    let target = format!("{} ({})", trigger.name, trigger.id);
    AuditLine { user: actor.user, client: client.clone(), workspace: trigger.workspace, action, target }
}

fn checked_name(name: &str) -> Result<String, Error> {
    Ok(workflows::checked_name(name)?)
}
