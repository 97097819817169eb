//! Moments and durations.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, Offset, SecondsFormat, TimeDelta, TimeZone, Timelike, Utc};

use super::calls::{Function, misfit};
use super::val::Val;
use super::{Fault, wrong};

/// RFC 3339, in UTC.
pub(super) fn moment_text(moment: &DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Seconds, as `90s` or `1.5s`.
pub(super) fn span_text(span: TimeDelta) -> String {
    let nanos = span.subsec_nanos().unsigned_abs();
    let sign = if span < TimeDelta::zero() { "-" } else { "" };
    let seconds = span.num_seconds().unsigned_abs();
    if nanos == 0 {
        return format!("{sign}{seconds}s");
    }
    let fraction = format!("{nanos:09}");
    format!("{sign}{seconds}.{}s", fraction.trim_end_matches('0'))
}

pub(super) fn timestamp<'a>(of: &Val<'a>) -> Result<Val<'a>, Fault> {
    let moment = match of {
        Val::Moment(moment) => Some(*moment),
        Val::Int(seconds) => DateTime::from_timestamp(*seconds, 0),
        Val::Text(text) => DateTime::parse_from_rfc3339(text)
            .map(|moment| moment.with_timezone(&Utc))
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").map(|moment| moment.and_utc()))
            .ok(),
        other => return misfit(Function::Timestamp, std::slice::from_ref(other)),
    };
    // Years that RFC 3339 can write.
    match moment.filter(|moment| (1..=9999).contains(&moment.year())) {
        Some(moment) => Ok(Val::Moment(moment)),
        None => wrong("`timestamp` reads `2026-01-31T12:00:00Z` and `2026-01-31 12:00:00`, and takes seconds since 1970"),
    }
}

pub(super) fn duration<'a>(of: &Val<'a>) -> Result<Val<'a>, Fault> {
    let span = match of {
        Val::Span(span) => Some(*span),
        Val::Text(text) => parse_span(text),
        other => return misfit(Function::Duration, std::slice::from_ref(other)),
    };
    span.map_or_else(|| wrong("`duration` reads texts like `90s`, `1h30m`, `1.5s` and `300ms`"), |span| Ok(Val::Span(span)))
}

fn parse_span(text: &str) -> Option<TimeDelta> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(TimeDelta::zero());
    }
    let mut nanos: f64 = 0.0;
    let mut whole: i64 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let unit: i64 = match unit {
            "h" => 3_600_000_000_000,
            "m" => 60_000_000_000,
            "s" => 1_000_000_000,
            "ms" => 1_000_000,
            "us" | "µs" => 1_000,
            "ns" => 1,
            _ => return None,
        };
        let (integer, fraction) = number.split_once('.').unwrap_or((number, ""));
        if integer.is_empty() && fraction.is_empty() {
            return None;
        }
        let integer: i64 = if integer.is_empty() { 0 } else { integer.parse().ok()? };
        whole = whole.checked_add(integer.checked_mul(unit)?)?;
        if !fraction.is_empty() {
            nanos += format!("0.{fraction}").parse::<f64>().ok()? * unit as f64;
        }
        rest = after;
    }
    let total = whole.checked_add(nanos.round() as i64)?;
    Some(TimeDelta::nanoseconds(if negative { -total } else { total }))
}

/// A part of a moment, in a time zone, or all of a duration in a unit.
pub(super) fn part<'a>(function: Function, arguments: &[Val<'a>]) -> Result<Val<'a>, Fault> {
    let moment = match arguments {
        [Val::Moment(moment)] => moment.fixed_offset(),
        [Val::Moment(moment), Val::Text(zone)] => in_zone(moment, zone)?,
        [Val::Span(span)] => return span_part(function, *span, arguments),
        _ => return misfit(function, arguments),
    };
    // Months and days count from 0, but for the date, as the standard has it.
    Ok(Val::Int(match function {
        Function::FullYear => i64::from(moment.year()),
        Function::Month => i64::from(moment.month0()),
        Function::Date => i64::from(moment.day()),
        Function::DayOfMonth => i64::from(moment.day0()),
        Function::DayOfYear => i64::from(moment.ordinal0()),
        Function::DayOfWeek => i64::from(moment.weekday().num_days_from_sunday()),
        Function::Hours => i64::from(moment.hour()),
        Function::Minutes => i64::from(moment.minute()),
        Function::Seconds => i64::from(moment.second()),
        Function::Milliseconds => i64::from(moment.timestamp_subsec_millis()),
        _ => return misfit(function, arguments),
    }))
}

fn span_part<'a>(function: Function, span: TimeDelta, arguments: &[Val<'a>]) -> Result<Val<'a>, Fault> {
    Ok(Val::Int(match function {
        Function::Hours => span.num_hours(),
        Function::Minutes => span.num_minutes(),
        Function::Seconds => span.num_seconds(),
        Function::Milliseconds => span.num_milliseconds(),
        _ => return misfit(function, arguments),
    }))
}

/// By IANA name or offset (`+08:00`, `-05:30`).
fn in_zone(moment: &DateTime<Utc>, zone: &str) -> Result<DateTime<FixedOffset>, Fault> {
    let offset = match zone.parse::<chrono_tz::Tz>() {
        Ok(zone) => Some(zone.offset_from_utc_datetime(&moment.naive_utc()).fix()),
        Err(_) => fixed(zone),
    };
    match offset {
        Some(offset) => Ok(moment.with_timezone(&offset)),
        None => wrong("this time zone is not known; take a name like `Asia/Shanghai` or an offset like `+08:00`"),
    }
}

fn fixed(zone: &str) -> Option<FixedOffset> {
    let (sign, digits) = match zone.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, zone.strip_prefix('+').unwrap_or(zone)),
    };
    let (hours, minutes) = digits.split_once(':')?;
    let number = |text: &str, most: i32| text.parse::<u8>().ok().map(i32::from).filter(|n| text.len() == 2 && *n <= most);
    FixedOffset::east_opt(sign * (number(hours, 23)? * 3600 + number(minutes, 59)? * 60))
}
