//! From an occasion to a run: the run, the firing that tells of it, the trigger's row, all in one transaction.

use flow::value::{Field, Values};
use flow::workflow::{Document, WorkflowForm, WorkflowSource as _};
use types::{Actor, ErrorKind, Failure, FiringId, Permission, RunId, Timestamp, TriggerId};

use super::Error;
use super::given::Given;
use super::model::{Firing, Occasion, Outcome, Reason, Source, Trigger};
use super::ports::{Prepared, Wanted};
use super::repo::{self, Noted};
use super::service::Triggers;

/// How long the key of a call is remembered, in seconds.
pub(super) const REMEMBERED: i64 = 24 * 3600;

/// What makes a trigger fire.
#[derive(Debug, Clone)]
pub(super) struct About {
    pub occasion: Occasion,
    /// Of a schedule: the time that is meant.
    pub due: Option<Timestamp>,
    /// Of a schedule: what stands in its row, and what will.
    pub turn: Option<(Timestamp, Option<Timestamp>)>,
    /// The hash of an `Idempotency-Key`.
    pub key: Option<String>,
    /// Somebody waits for the end.
    pub wait: bool,
}

impl Default for About {
    fn default() -> Self {
        Self { occasion: Occasion::Test, due: None, turn: None, key: None, wait: false }
    }
}

/// What came of it.
enum Came {
    Started(Prepared),
    Refused { reason: Reason, stops: bool },
    Skipped(Reason),
}

impl Triggers {
    /// Whom the trigger acts for, as he stands now. Without him it stops.
    pub(super) async fn acting(&self, trigger: &Trigger, about: &About) -> Result<Actor, Error> {
        let standing = self.people.standing(trigger.runs_as, trigger.workspace).await?;
        if let Some(actor) = standing.filter(|actor| actor.require(trigger.workspace, Permission::Run).is_ok()) {
            return Ok(actor);
        }
        let failure = Failure::from(Error::OwnerLost);
        self.note(trigger.id, about, Came::Refused { reason: reason(&failure), stops: true }).await?;
        Err(Error::OwnerLost)
    }

    /// Starts a run. `None`: the trigger is gone or switched off by now, or its turn was taken by somebody else. A refusal is
    /// noted, but one that may pass by itself.
    pub(super) async fn start(&self, trigger: &Trigger, actor: &Actor, given: &Given, about: About) -> Result<Option<RunId>, Error> {
        match self.prepared(trigger, actor, given, about.wait).await {
            Ok(prepared) => {
                let run = prepared.run;
                Ok(self.note(trigger.id, &about, Came::Started(prepared)).await?.then_some(run))
            }
            Err(failure) => {
                self.refuse(trigger, &about, &failure).await?;
                Err(failure.into())
            }
        }
    }

    /// Notes that nothing was started, and why.
    pub(super) async fn refuse(&self, trigger: &Trigger, about: &About, failure: &Failure) -> Result<(), db::Error> {
        if passes(failure) {
            return Ok(());
        }
        self.note(trigger.id, about, Came::Refused { reason: reason(failure), stops: false }).await.map(drop)
    }

    /// Notes that nothing was meant to be started.
    pub(super) async fn skip(&self, trigger: &Trigger, about: &About, reason: Reason) -> Result<bool, db::Error> {
        self.note(trigger.id, about, Came::Skipped(reason)).await
    }

    async fn prepared(&self, trigger: &Trigger, actor: &Actor, given: &Given, wait: bool) -> Result<Prepared, Failure> {
        let form = trigger.version.map_or(WorkflowForm::Published, |version| WorkflowForm::Version(version.to_string()));
        let snapshot = self.workflows.workflow(&actor.scope(Permission::View), trigger.workflow, &form).await?;
        let inputs = given.inputs(fields(snapshot.document.document()), &trigger.inputs);
        let time_zone = match &trigger.source {
            Source::Schedule(schedule) => Some(schedule.time_zone.clone()).filter(|zone| !zone.is_empty()),
            Source::Webhook(_) => None,
        };
        let meta = Values::from_iter([("trigger".to_owned(), trigger.id.to_string().into())]);
        self.runs.prepare(actor, Wanted { workflow: trigger.workflow, form, inputs, wait, time_zone, meta }).await
    }

    /// False: the trigger is gone or switched off by now, or its turn was taken by somebody else.
    async fn note(&self, id: TriggerId, about: &About, came: Came) -> Result<bool, db::Error> {
        let at = Timestamp::now();
        let (outcome, reason, stops, prepared) = match came {
            Came::Started(prepared) => (Outcome::Started, None, false, Some(prepared)),
            Came::Refused { reason, stops } => (Outcome::Refused, Some(reason), stops, None),
            Came::Skipped(reason) => (Outcome::Skipped, Some(reason), false, None),
        };
        let (run, statements) = prepared.map_or((None, Vec::new()), |prepared| (Some(prepared.run), prepared.statements));
        let only_on = about.occasion != Occasion::Test;
        let noted = Noted { at, outcome, run, reason: reason.clone(), stops, only_on, turn: about.turn };
        let firing = Firing { id: FiringId::generate(), at, due_at: about.due, occasion: about.occasion, outcome, reason, run };
        let key = about.key.clone().zip(run);
        let written = self.db.write(move |tx| {
            Box::pin(async move {
                // First, so that those who fire it at once come one after the other.
                if !repo::note(tx, id, &noted).await? {
                    return Ok(false);
                }
                if let Some((key, run)) = key {
                    repo::insert_key(tx, id, &key, run, at, at.plus_seconds(-REMEMBERED)).await?;
                }
                repo::insert_firing(tx, id, &firing).await?;
                db::run(tx, statements).await?;
                Ok::<_, db::Error>(true)
            })
        });
        if !written.await? {
            return Ok(false);
        }
        if let Some(run) = run {
            self.runs.launch(run);
        }
        if let Err(error) = self.trim(id).await {
            tracing::warn!(trigger = %id, %error, "old firings could not be removed; tried again with the next");
        }
        Ok(true)
    }

    async fn trim(&self, id: TriggerId) -> Result<(), db::Error> {
        let Some(first) = repo::overflow(self.db.read(), id).await? else { return Ok(()) };
        self.db.write(move |tx| Box::pin(async move { repo::trim(tx, id, first).await })).await
    }
}

fn reason(failure: &Failure) -> Reason {
    Reason { code: failure.code.to_string(), message: failure.message.clone() }
}

/// Whether trying again in a moment can help.
pub(super) fn passes(failure: &Failure) -> bool {
    matches!(failure.kind, ErrorKind::Unavailable | ErrorKind::Timeout)
}

/// What the workflow asks for.
fn fields(document: &Document) -> &[Field] {
    let start = document.nodes.values().find(|node| node.kind == "start" && node.parent.is_none());
    start.map_or(&[], |node| &node.outputs)
}
