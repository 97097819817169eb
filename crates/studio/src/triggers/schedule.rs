//! When a schedule is due: five fields of cron in a time zone, or every so many minutes.
//!
//! Clock changes: a time that does not exist is made up for right after the gap; of a time that exists twice the first counts,
//! unless the minutes or hours repeat (`*`, `*/15`), which then go on through both.

use chrono::{DateTime, TimeZone as _};
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use serde::{Deserialize, Serialize};
use types::Timestamp;
use utoipa::ToSchema;

use super::Error;

/// Minutes of an interval at most: thirty days.
const LONGEST: u32 = 30 * 24 * 60;
const MINUTE: i64 = 60_000;

/// When to start, and what to do about times that cannot be kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Minute, hour, day of the month, month, day of the week: `0 9 * * MON-FRI`. This or `every_minutes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cron: Option<String>,
    /// Every so many minutes (1 to 43200), counted from when the trigger was saved or switched on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every_minutes: Option<u32>,
    /// IANA name of the zone in which `cron` is meant, such as `Asia/Shanghai`; empty: UTC. Runs are told it too.
    #[serde(default)]
    #[schema(default = "")]
    pub time_zone: String,
    /// Times that passed while no server ran.
    #[serde(default)]
    #[schema(default = "run_once")]
    pub missed: Missed,
    /// A time that comes while the run before has not ended.
    #[serde(default)]
    #[schema(default = "allow")]
    pub overlap: Overlap,
}

/// What becomes of times that passed while no server ran.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ScheduleMissed)]
pub enum Missed {
    /// One run for the latest of them.
    #[default]
    RunOnce,
    /// None.
    Skip,
}

/// What becomes of a time that comes while the run before has not ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ScheduleOverlap)]
pub enum Overlap {
    /// A run beside it.
    #[default]
    Allow,
    /// None.
    Skip,
}

/// A schedule that was read.
pub struct Timetable {
    when: When,
    zone: Tz,
}

enum When {
    Cron(Box<Cron>),
    Every(i64),
}

impl Schedule {
    /// Reads it; fails for what cannot be read, and for a time that never comes.
    pub fn read(&self, now: Timestamp) -> Result<Timetable, Error> {
        let zone = match self.time_zone.as_str() {
            "" => Tz::UTC,
            name => name.parse().map_err(|_| {
                Error::ScheduleInvalid(format!("There is no time zone `{}`. Write its IANA name, like `Asia/Shanghai`.", short(name)))
            })?,
        };
        let when = match (&self.cron, self.every_minutes) {
            (Some(text), None) => When::Cron(Box::new(cron(text)?)),
            (None, Some(minutes)) if (1..=LONGEST).contains(&minutes) => When::Every(i64::from(minutes) * MINUTE),
            (None, Some(_)) => return Err(Error::ScheduleInvalid(format!("`every_minutes` is 1 to {LONGEST}."))),
            _ => return Err(Error::ScheduleInvalid("Give either `cron` or `every_minutes`.".to_owned())),
        };
        let table = Timetable { when, zone };
        if table.first(now).is_none() {
            return Err(Error::ScheduleInvalid("This time never comes: no such day is in such a month.".to_owned()));
        }
        Ok(table)
    }
}

impl Timetable {
    /// The first time of a schedule that begins now.
    pub fn first(&self, now: Timestamp) -> Option<Timestamp> {
        self.after(now, now)
    }

    /// The first time after `now` of a schedule that was due at `due`.
    pub fn after(&self, due: Timestamp, now: Timestamp) -> Option<Timestamp> {
        match &self.when {
            When::Every(millis) => {
                let passed = (now.millis() - due.millis()).max(0).div_euclid(*millis);
                Some(Timestamp(due.millis() + (passed + 1) * millis))
            }
            When::Cron(cron) => {
                let next = cron.find_next_occurrence(&self.local(now)?, false).ok()?;
                Some(Timestamp(next.timestamp_millis())).filter(|next| *next > now)
            }
        }
    }

    /// The latest time that has come by now, of a schedule that was due at `due`.
    pub fn latest(&self, due: Timestamp, now: Timestamp) -> Timestamp {
        let latest = match &self.when {
            When::Every(millis) => {
                let passed = (now.millis() - due.millis()).max(0).div_euclid(*millis);
                Some(Timestamp(due.millis() + passed * millis))
            }
            When::Cron(cron) => {
                let found = self.local(now).and_then(|now| cron.find_previous_occurrence(&now, true).ok());
                found.map(|found| Timestamp(found.timestamp_millis()))
            }
        };
        latest.filter(|latest| (due..=now).contains(latest)).unwrap_or(due)
    }

    /// The next times, as many as there are.
    pub fn next(&self, now: Timestamp, count: usize) -> Vec<Timestamp> {
        let mut times = Vec::with_capacity(count);
        let mut at = now;
        while times.len() < count
            && let Some(next) = self.after(at, at)
        {
            times.push(next);
            at = next;
        }
        times
    }

    fn local(&self, at: Timestamp) -> Option<DateTime<Tz>> {
        self.zone.timestamp_millis_opt(at.millis()).single()
    }
}

fn cron(text: &str) -> Result<Cron, Error> {
    let refuse = |why: &str| Error::ScheduleInvalid(format!("`{}` is no cron expression: {why}", short(text)));
    if text.len() > 200 {
        return Err(refuse("it is too long."));
    }
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    parser.parse(text).map_err(|error| {
        tracing::debug!(%error, "a cron expression was refused");
        refuse("write minute, hour, day of the month, month and day of the week, like `0 9 * * MON-FRI`.")
    })
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
