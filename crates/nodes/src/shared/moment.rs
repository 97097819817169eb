//! Moments as people and programs write them.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;

/// Forms without a zone that are read.
const FORMS: [&str; 6] =
    ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M"];

/// A moment, in UTC if the text names no zone.
pub fn read(text: &str) -> Option<DateTime<Utc>> {
    read_in(text, Tz::UTC)
}

/// A moment, in this zone if the text names none: RFC 3339, RFC 2822, `YYYY-MM-DD[ HH:MM[:SS]]`.
pub fn read_in(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let text = text.trim();
    // The shortest is a date; nothing that is read is longer than this.
    if !(8..=64).contains(&text.len()) {
        return None;
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text)) {
        return Some(moment.to_utc());
    }
    let local = FORMS.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let local = local.or_else(|| {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(text, "%Y/%m/%d"));
        date.ok().map(|date| date.and_time(NaiveTime::MIN))
    })?;
    Some(at(local, zone)?.to_utc())
}

/// The moment a clock in this zone shows. Shown twice (clocks go back): the first; never (clocks go
/// forward): as much later as the clocks jump.
pub fn at(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Tz>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => Some(moment),
        LocalResult::None => {
            // The offset before the gap, applied inside it, gives the same clock after it.
            let before = zone.from_local_datetime(&local.checked_sub_signed(chrono::TimeDelta::hours(3))?).earliest()?;
            before.checked_add_signed(chrono::TimeDelta::hours(3))
        }
    }
}
