//! Shapes of requests and answers.

use std::collections::HashMap;

use flow::run::RunStatus;
use flow::value::Values;
use rest::Client;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::{FiringId, RunId, Timestamp, TriggerId, UserId, WorkflowId, WorkspaceId};
use utoipa::ToSchema;

use super::Error;
use super::model::{Change, Counts, Firing, NewTrigger, Occasion, Outcome, Pick, Reason, Source, Trigger, Webhook};
use super::schedule::Schedule;
use super::service::{Part, Saved};

/// What `version` says for the one in use.
const LATEST: &str = "latest";

/// A trigger. Never its address or what signs its calls.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Trigger)]
pub struct TriggerView {
    /// Its id.
    pub id: TriggerId,
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// What it starts.
    pub workflow_id: WorkflowId,
    /// For people.
    pub name: String,
    /// It starts runs.
    pub enabled: bool,
    /// `latest`: the version in use; else a published one.
    pub version: String,
    /// What inputs of the workflow are given, by name.
    #[schema(value_type = Object)]
    pub inputs: Values,
    /// Of a webhook.
    #[schema(required)]
    pub webhook: Option<Webhook>,
    /// Of a schedule.
    #[schema(required)]
    pub schedule: Option<Schedule>,
    /// When a schedule is due next.
    #[schema(required)]
    pub next_at: Option<Timestamp>,
    /// Who made it.
    pub created_by: TriggerPerson,
    /// For whom its runs act: who made it, or switched it on last.
    pub runs_as: TriggerPerson,
    /// When.
    pub created_at: Timestamp,
    /// Last change by a person.
    pub updated_at: Timestamp,
    /// When something came last.
    #[schema(required)]
    pub last_fired_at: Option<Timestamp>,
    /// The run that it started last.
    #[schema(required)]
    pub last_run_id: Option<RunId>,
    /// Why nothing was started, when the last time that was so.
    #[schema(required)]
    pub last_error: Option<Reason>,
    /// How often it did what.
    pub counts: Counts,
}

/// A person of a trigger.
#[derive(Debug, Serialize, ToSchema)]
pub struct TriggerPerson {
    /// Who.
    pub id: UserId,
    /// His name now; empty when he is gone.
    pub name: String,
}

/// Triggers of a workflow.
#[derive(Debug, Serialize, ToSchema)]
pub struct TriggerList {
    /// In the order in which they were made.
    pub items: Vec<TriggerView>,
}

/// A trigger that was made or changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct SavedTrigger {
    /// It.
    pub trigger: TriggerView,
    /// Its address, when it is new. It cannot be had again.
    #[schema(required)]
    pub url: Option<String>,
    /// What signs its calls, when it is new. It cannot be had again.
    #[schema(required)]
    pub signing_secret: Option<String>,
}

/// A trigger to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTrigger {
    /// 1 to 100 characters.
    pub name: String,
    /// It starts runs at once.
    #[serde(default = "on")]
    #[schema(default = true)]
    pub enabled: bool,
    /// `latest`: the version in use; else a published one.
    #[serde(default = "latest")]
    #[schema(default = "latest")]
    pub version: String,
    /// What inputs of the workflow are given, by name. Texts may refer to what came: `{{body.user.id}}`, `{{query.q}}`,
    /// `{{headers.x-source}}`, `{{method}}`, `{{due_at}}`.
    #[serde(default)]
    #[schema(value_type = Object, default = json!({}))]
    pub inputs: Values,
    /// For a webhook.
    pub webhook: Option<Webhook>,
    /// For a schedule.
    pub schedule: Option<Schedule>,
}

const fn on() -> bool {
    true
}

fn latest() -> String {
    LATEST.to_owned()
}

/// A change of a trigger; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateTrigger {
    /// 1 to 100 characters.
    pub name: Option<String>,
    /// Switches it on or off. Who switches it on is the one its runs act for.
    pub enabled: Option<bool>,
    /// `latest`: the version in use; else a published one.
    pub version: Option<String>,
    /// What inputs of the workflow are given, by name.
    #[schema(value_type = Option<Object>)]
    pub inputs: Option<Values>,
    /// Of a webhook, whole.
    pub webhook: Option<Webhook>,
    /// Of a schedule, whole.
    pub schedule: Option<Schedule>,
}

/// Which secret is made anew.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RotateTrigger {
    /// Which.
    pub part: TriggerPart,
}

/// A secret of a webhook.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TriggerPart {
    /// Its address.
    #[default]
    Url,
    /// What signs its calls.
    SigningSecret,
}

impl From<TriggerPart> for Part {
    fn from(part: TriggerPart) -> Self {
        match part {
            TriggerPart::Url => Self::Url,
            TriggerPart::SigningSecret => Self::SigningSecret,
        }
    }
}

/// A call to try a trigger out with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FireTrigger {
    /// As if it were the body of a call.
    pub body: Option<Value>,
    /// As if it were the query of a call.
    #[serde(default)]
    #[schema(value_type = Object, default = json!({}))]
    pub query: Values,
}

/// A run that a trigger started.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiredTrigger {
    /// Which.
    pub run_id: RunId,
}

/// One time that a trigger fired.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TriggerFiring)]
pub struct FiringView {
    /// Its id.
    pub id: FiringId,
    /// When.
    pub at: Timestamp,
    /// When it was due, of a schedule.
    #[schema(required)]
    pub due_at: Option<Timestamp>,
    /// What made it.
    pub cause: Occasion,
    /// What came of it.
    pub outcome: Outcome,
    /// Why nothing was started.
    #[schema(required)]
    pub reason: Option<Reason>,
    /// What was started.
    #[schema(required)]
    pub run_id: Option<RunId>,
    /// How the run stands; `null`: there was none, or it is gone.
    #[schema(required)]
    pub run_status: Option<RunStatus>,
}

/// The next times of a schedule.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleTimes {
    /// Up to five.
    pub times: Vec<Timestamp>,
}

impl TriggerView {
    /// With the names of its people.
    pub fn new(trigger: Trigger, names: &HashMap<UserId, String>) -> Self {
        let person = |id: UserId| TriggerPerson { id, name: names.get(&id).cloned().unwrap_or_default() };
        let (webhook, schedule) = match trigger.source {
            Source::Webhook(webhook) => (Some(webhook), None),
            Source::Schedule(schedule) => (None, Some(schedule)),
        };
        Self {
            id: trigger.id,
            workspace_id: trigger.workspace,
            workflow_id: trigger.workflow,
            name: trigger.name,
            enabled: trigger.enabled,
            version: trigger.version.map_or_else(latest, |version| version.to_string()),
            inputs: trigger.inputs,
            webhook,
            schedule,
            next_at: trigger.next_at,
            created_by: person(trigger.created_by),
            runs_as: person(trigger.runs_as),
            created_at: trigger.created_at,
            updated_at: trigger.updated_at,
            last_fired_at: trigger.last_fired_at,
            last_run_id: trigger.last_run,
            last_error: trigger.last_error,
            counts: trigger.counts,
        }
    }
}

impl SavedTrigger {
    /// With its address as the client knows this server.
    pub fn new(saved: Saved, names: &HashMap<UserId, String>, client: &Client) -> Self {
        let shown = |secret: &SecretString| secret.expose_secret().to_owned();
        let origin = client.origin.trim_end_matches('/');
        Self {
            url: saved.token.as_ref().map(|token| format!("{origin}/hooks/{}", token.expose_secret())),
            signing_secret: saved.signing.as_ref().map(shown),
            trigger: TriggerView::new(saved.trigger, names),
        }
    }
}

impl From<(Firing, Option<RunStatus>)> for FiringView {
    fn from((firing, run_status): (Firing, Option<RunStatus>)) -> Self {
        let Firing { id, at, due_at, occasion, outcome, reason, run } = firing;
        Self { id, at, due_at, cause: occasion, outcome, reason, run_id: run, run_status }
    }
}

impl TryFrom<CreateTrigger> for NewTrigger {
    type Error = Error;

    fn try_from(request: CreateTrigger) -> Result<Self, Error> {
        let CreateTrigger { name, enabled, version, inputs, webhook, schedule } = request;
        let source = source(webhook, schedule)?.ok_or_else(|| Error::invalid("webhook", "Give a `webhook` or a `schedule`."))?;
        Ok(Self { name, enabled, version: pick(&version)?.number(), inputs, source })
    }
}

impl TryFrom<UpdateTrigger> for Change {
    type Error = Error;

    fn try_from(request: UpdateTrigger) -> Result<Self, Error> {
        let UpdateTrigger { name, enabled, version, inputs, webhook, schedule } = request;
        let version = version.map(|version| pick(&version)).transpose()?;
        Ok(Self { name, enabled, version, inputs, source: source(webhook, schedule)? })
    }
}

fn source(webhook: Option<Webhook>, schedule: Option<Schedule>) -> Result<Option<Source>, Error> {
    match (webhook, schedule) {
        (Some(_), Some(_)) => Err(Error::invalid("webhook", "A trigger is a `webhook` or a `schedule`, not both.")),
        (webhook, schedule) => Ok(webhook.map(Source::Webhook).or(schedule.map(Source::Schedule))),
    }
}

fn pick(version: &str) -> Result<Pick, Error> {
    if version == LATEST {
        return Ok(Pick::Latest);
    }
    let refuse = |_| Error::invalid("version", "`version` is `latest` or like `v1.2.3`.");
    version.parse().map(Pick::Exactly).map_err(refuse)
}
