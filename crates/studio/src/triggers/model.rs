//! The types of the feature.

use std::time::Duration;

use flow::value::Values;
use serde::{Deserialize, Serialize};
use types::{FiringId, RunId, Timestamp, TriggerId, UserId, WorkflowId, WorkspaceId};
use utoipa::ToSchema;

use super::schedule::Schedule;
use crate::workflows::VersionNumber;

/// A trigger.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// Its id.
    pub id: TriggerId,
    /// Whose.
    pub workspace: WorkspaceId,
    /// What it starts.
    pub workflow: WorkflowId,
    /// For people.
    pub name: String,
    /// It starts runs.
    pub enabled: bool,
    /// Which version it starts; `None`: the one in use.
    pub version: Option<VersionNumber>,
    /// What inputs of the workflow are given, by name; texts may refer to what came.
    pub inputs: Values,
    /// What it waits for.
    pub source: Source,
    /// When a schedule is due next; `None`: never.
    pub next_at: Option<Timestamp>,
    /// Who made it.
    pub created_by: UserId,
    /// For whom its runs act: who made it, or switched it on last.
    pub runs_as: UserId,
    /// When.
    pub created_at: Timestamp,
    /// Last change by a person.
    pub updated_at: Timestamp,
    /// When something came last.
    pub last_fired_at: Option<Timestamp>,
    /// The run that it started last.
    pub last_run: Option<RunId>,
    /// Why nothing was started, when the last time that was so.
    pub last_error: Option<Reason>,
    /// How often, in all.
    pub counts: Counts,
}

/// What a trigger waits for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Calls of an address.
    Webhook(Webhook),
    /// Times.
    Schedule(Schedule),
}

/// How a webhook is called and answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Webhook {
    /// Only calls with a right `X-Hearth-Signature` count.
    pub signed: bool,
    /// What the caller gets.
    pub answer: Answer,
}

/// What the caller of a webhook gets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TriggerAnswer)]
pub enum Answer {
    /// At once: the id of the run (202).
    #[default]
    Async,
    /// The workflow's result, once the run has ended (200).
    Wait,
}

/// Why nothing was started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TriggerReason)]
pub struct Reason {
    /// Stable code.
    pub code: String,
    /// One sentence.
    pub message: String,
}

/// How often a trigger did what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TriggerCounts)]
pub struct Counts {
    /// Runs that it started.
    pub started: i64,
    /// Times that it could not.
    pub refused: i64,
    /// Times that it was not meant to.
    pub skipped: i64,
}

/// What made a trigger fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FiringCause)]
pub enum Occasion {
    /// A call.
    Webhook,
    /// Its time.
    Schedule,
    /// Somebody tried it out.
    Test,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FiringOutcome)]
pub enum Outcome {
    /// A run.
    Started,
    /// It could not be started.
    Refused,
    /// By its own settings nothing was started.
    Skipped,
}

impl Occasion {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Schedule => "schedule",
            Self::Test => "test",
        }
    }

    /// Reads the stored name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Webhook, Self::Schedule, Self::Test].into_iter().find(|occasion| occasion.as_str() == text)
    }
}

impl Outcome {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Refused => "refused",
            Self::Skipped => "skipped",
        }
    }

    /// Reads the stored name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Started, Self::Refused, Self::Skipped].into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// One time that a trigger fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firing {
    /// Its id.
    pub id: FiringId,
    /// When.
    pub at: Timestamp,
    /// When it was due, of a schedule.
    pub due_at: Option<Timestamp>,
    /// What made it.
    pub occasion: Occasion,
    /// What came of it.
    pub outcome: Outcome,
    /// Why nothing was started.
    pub reason: Option<Reason>,
    /// What was started.
    pub run: Option<RunId>,
}

/// A trigger to be made.
#[derive(Debug, Clone)]
pub struct NewTrigger {
    /// 1 to 100 characters.
    pub name: String,
    /// It starts runs at once.
    pub enabled: bool,
    /// Which version.
    pub version: Option<VersionNumber>,
    /// What inputs are given.
    pub inputs: Values,
    /// What it waits for.
    pub source: Source,
}

/// Which version is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// The one in use.
    Latest,
    /// This one.
    Exactly(VersionNumber),
}

impl Pick {
    /// The number, if one is meant.
    pub const fn number(self) -> Option<VersionNumber> {
        match self {
            Self::Latest => None,
            Self::Exactly(number) => Some(number),
        }
    }
}

/// A change; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// 1 to 100 characters.
    pub name: Option<String>,
    /// Switches it on or off.
    pub enabled: Option<bool>,
    /// Which version.
    pub version: Option<Pick>,
    /// What inputs are given.
    pub inputs: Option<Values>,
    /// Of the kind that the trigger is.
    pub source: Option<Source>,
}

/// Times and sizes of the instance.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long the caller of a webhook waits for the end of a run at most.
    pub wait: Duration,
    /// Bytes of a call's body.
    pub max_body: u64,
    /// Calls of one webhook in a minute.
    pub calls_a_minute: u32,
    /// How often due schedules are looked for.
    pub tick: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { wait: Duration::from_mins(1), max_body: 4 << 20, calls_a_minute: 600, tick: Duration::from_secs(1) }
    }
}
