//! The computing.

use std::fmt::Write as _;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _, Utc};
use chrono_tz::Tz;
use flow::node::{Inputs, NodeError, Output, Pure};
use serde_json::{Value, json};
use types::Timestamp;

use super::params::{Params, Unit};
use crate::shared::moment;

/// How a time is written unless something else is said.
const FORM: &str = "%Y-%m-%d %H:%M:%S";
/// A number below is seconds since 1970, from here on milliseconds.
const MILLIS: i64 = 100_000_000_000;

/// What is done.
#[derive(Debug, Clone, Copy)]
pub enum Operation {
    /// The present.
    Now,
    /// Writing.
    Format,
    /// Reading.
    Parse,
    /// Adding so many.
    Add(Unit, i64),
    /// Counting between.
    Difference(Unit),
    /// The beginning.
    StartOf(Unit),
}

impl From<Params> for Operation {
    fn from(params: Params) -> Self {
        match params {
            Params::Now { .. } => Self::Now,
            Params::Format { .. } => Self::Format,
            Params::Parse { .. } => Self::Parse,
            Params::Add { unit, amount, .. } => Self::Add(unit, amount),
            Params::Difference { unit, .. } => Self::Difference(unit),
            Params::StartOf { unit, .. } => Self::StartOf(unit),
        }
    }
}

/// An operation in a zone.
pub struct Run {
    /// What.
    pub operation: Operation,
    /// What clocks show.
    pub zone: Tz,
    /// How it is written.
    pub format: Option<String>,
}

impl Pure for Run {
    fn run(&self, inputs: &Inputs, now: Timestamp) -> Result<Output, NodeError> {
        let present = DateTime::from_timestamp_millis(now.millis()).unwrap_or_default();
        let time = || self.read(inputs, "time").map(|time| time.unwrap_or(present).with_timezone(&self.zone));
        let moment = match self.operation {
            Operation::Now => present.with_timezone(&self.zone),
            Operation::Format | Operation::Parse => time()?,
            Operation::Add(unit, amount) => {
                let amount = inputs.get("amount").and_then(Value::as_i64).unwrap_or(amount);
                add(time()?, unit, amount).ok_or_else(beyond)?
            }
            Operation::StartOf(unit) => start_of(&time()?, unit).ok_or_else(beyond)?,
            Operation::Difference(unit) => {
                let other = self.read(inputs, "other")?.unwrap_or(present).with_timezone(&self.zone);
                let between = difference(time()?, other, unit).ok_or_else(beyond)?;
                return Ok(Output::one("output", between));
            }
        };
        let form = match (&self.operation, &self.format) {
            (Operation::Parse, _) => "%+",
            (_, Some(format)) => format,
            (_, None) => FORM,
        };
        let mut text = String::new();
        write!(text, "{}", moment.format(form))
            .map_err(|_| NodeError::lasting("time_invalid", "the time cannot be written in this format"))?;
        let mut output = Output::one("output", text);
        output.values.insert("timestamp".to_owned(), json!(moment.timestamp_millis()));
        Ok(output)
    }
}

impl Run {
    fn read(&self, inputs: &Inputs, name: &str) -> Result<Option<DateTime<Utc>>, NodeError> {
        let from_number =
            |number: i64| if number.abs() < MILLIS { DateTime::from_timestamp(number, 0) } else { DateTime::from_timestamp_millis(number) };
        let read = match inputs.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
            Some(Value::String(text)) => match &self.format {
                Some(format) if matches!(self.operation, Operation::Parse) => self.by_format(text.trim(), format),
                _ => moment::read_in(text, self.zone).or_else(|| text.trim().parse().ok().and_then(from_number)),
            },
            Some(Value::Number(number)) => number.as_i64().or_else(|| number.as_f64().map(|number| number as i64)).and_then(from_number),
            Some(_) => None,
        };
        read.map(Some).ok_or_else(|| NodeError::lasting("time_invalid", format!("the input {name} cannot be read as a time")))
    }

    fn by_format(&self, text: &str, format: &str) -> Option<DateTime<Utc>> {
        if let Ok(moment) = DateTime::parse_from_str(text, format) {
            return Some(moment.to_utc());
        }
        let local = NaiveDateTime::parse_from_str(text, format)
            .or_else(|_| NaiveDate::parse_from_str(text, format).map(|date| date.and_time(NaiveTime::MIN)))
            .ok()?;
        moment::at(local, self.zone).map(|moment| moment.to_utc())
    }
}

fn beyond() -> NodeError {
    NodeError::lasting("time_invalid", "the time lies beyond what can be written")
}

/// Days and longer units go by the calendar, so that 9:00 stays 9:00 when clocks change.
fn add(moment: DateTime<Tz>, unit: Unit, amount: i64) -> Option<DateTime<Tz>> {
    let delta = match unit {
        Unit::Millisecond => TimeDelta::try_milliseconds(amount)?,
        Unit::Second => TimeDelta::try_seconds(amount)?,
        Unit::Minute => TimeDelta::try_minutes(amount)?,
        Unit::Hour => TimeDelta::try_hours(amount)?,
        Unit::Day | Unit::Week | Unit::Month | Unit::Quarter | Unit::Year => {
            let local = calendar(moment.naive_local(), unit, amount)?;
            return moment::at(local, moment.timezone());
        }
    };
    moment.checked_add_signed(delta)
}

fn calendar(local: NaiveDateTime, unit: Unit, amount: i64) -> Option<NaiveDateTime> {
    let count = match unit {
        Unit::Week => amount.checked_mul(7)?,
        Unit::Quarter => amount.checked_mul(3)?,
        Unit::Year => amount.checked_mul(12)?,
        _ => amount,
    };
    let (past, count) = (count < 0, count.unsigned_abs());
    match unit {
        Unit::Month | Unit::Quarter | Unit::Year => {
            let months = Months::new(u32::try_from(count).ok()?);
            if past { local.checked_sub_months(months) } else { local.checked_add_months(months) }
        }
        _ if past => local.checked_sub_days(Days::new(count)),
        _ => local.checked_add_days(Days::new(count)),
    }
}

/// Whole units from `other` to `moment`.
fn difference(moment: DateTime<Tz>, other: DateTime<Tz>, unit: Unit) -> Option<i64> {
    let millis = moment.timestamp_millis().checked_sub(other.timestamp_millis())?;
    let months = || {
        let (later, earlier) = (moment.naive_local(), other.naive_local());
        let mut months = i64::from(later.year() - earlier.year()) * 12 + i64::from(later.month()) - i64::from(earlier.month());
        // A month that has not ended yet does not count.
        if months > 0 && calendar(earlier, Unit::Month, months)? > later {
            months -= 1;
        } else if months < 0 && calendar(earlier, Unit::Month, months)? < later {
            months += 1;
        }
        Some(months)
    };
    let days = || Some((moment.naive_local() - other.naive_local()).num_days());
    Some(match unit {
        Unit::Millisecond => millis,
        Unit::Second => millis / 1000,
        Unit::Minute => millis / 60_000,
        Unit::Hour => millis / 3_600_000,
        Unit::Day => days()?,
        Unit::Week => days()? / 7,
        Unit::Month => months()?,
        Unit::Quarter => months()? / 3,
        Unit::Year => months()? / 12,
    })
}

fn start_of(moment: &DateTime<Tz>, unit: Unit) -> Option<DateTime<Tz>> {
    let local = moment.naive_local();
    let date = local.date();
    let day = |date: NaiveDate| Some(date.and_time(NaiveTime::MIN));
    // Within an hour clocks do not change in between: what has passed is taken away.
    let passed = match unit {
        Unit::Millisecond => Some(TimeDelta::nanoseconds(i64::from(local.nanosecond() % 1_000_000))),
        Unit::Second => Some(TimeDelta::nanoseconds(i64::from(local.nanosecond()))),
        Unit::Minute => Some(TimeDelta::seconds(i64::from(local.second())) + TimeDelta::nanoseconds(i64::from(local.nanosecond()))),
        Unit::Hour => {
            let seconds = i64::from(local.minute() * 60 + local.second());
            Some(TimeDelta::seconds(seconds) + TimeDelta::nanoseconds(i64::from(local.nanosecond())))
        }
        _ => None,
    };
    if let Some(passed) = passed {
        return moment.checked_sub_signed(passed);
    }
    let begin = match unit {
        Unit::Week => day(date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday())))?),
        Unit::Month => day(date.with_day(1)?),
        Unit::Quarter => day(NaiveDate::from_ymd_opt(date.year(), date.month0() / 3 * 3 + 1, 1)?),
        Unit::Year => day(NaiveDate::from_ymd_opt(date.year(), 1, 1)?),
        _ => day(date),
    }?;
    moment::at(begin, moment.timezone())
}
