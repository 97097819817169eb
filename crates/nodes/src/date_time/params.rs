//! What computing with time asks for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is done. The moment is the input `time`; without it, now.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "operation", rename_all = "snake_case", deny_unknown_fields)]
pub enum Params {
    /// The present moment.
    Now {
        /// IANA name of the zone that clocks show; UTC if nothing is said.
        #[serde(default)]
        time_zone: Option<String>,
        /// How the output is written (`%Y-%m-%d %H:%M:%S`; `%+` is RFC 3339).
        #[serde(default)]
        format: Option<String>,
    },
    /// Writes a moment.
    Format {
        /// IANA name of the zone that clocks show; UTC if nothing is said.
        #[serde(default)]
        time_zone: Option<String>,
        /// How the output is written (`%Y-%m-%d %H:%M:%S`; `%+` is RFC 3339).
        #[serde(default)]
        format: Option<String>,
    },
    /// Reads a moment; the output is RFC 3339.
    Parse {
        /// IANA name of the zone that texts without a zone are meant in; UTC if nothing is said.
        #[serde(default)]
        time_zone: Option<String>,
        /// How the input is written; nothing: the usual forms.
        #[serde(default)]
        format: Option<String>,
    },
    /// Adds to a moment; months and years end at the last day of a shorter month.
    Add {
        /// What is added.
        unit: Unit,
        /// How many; an input `amount` overrides it.
        #[serde(default)]
        #[schema(default = 0)]
        amount: i64,
        /// IANA name of the zone that clocks show; UTC if nothing is said.
        #[serde(default)]
        time_zone: Option<String>,
        /// How the output is written (`%Y-%m-%d %H:%M:%S`; `%+` is RFC 3339).
        #[serde(default)]
        format: Option<String>,
    },
    /// How many whole units lie between the inputs `other` and `time`.
    Difference {
        /// What is counted.
        unit: Unit,
        /// IANA name of the zone whose calendar counts; UTC if nothing is said.
        #[serde(default)]
        time_zone: Option<String>,
    },
    /// The beginning of the unit that a moment lies in; weeks begin on Monday.
    StartOf {
        /// Of what.
        unit: Unit,
        /// IANA name of the zone that clocks show; UTC if nothing is said.
        #[serde(default)]
        time_zone: Option<String>,
        /// How the output is written (`%Y-%m-%d %H:%M:%S`; `%+` is RFC 3339).
        #[serde(default)]
        format: Option<String>,
    },
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 1/1000 s.
    Millisecond,
    /// 1 s.
    Second,
    /// 60 s.
    Minute,
    /// 3600 s.
    Hour,
    /// A day of the calendar.
    Day,
    /// Seven days.
    Week,
    /// A month of the calendar.
    Month,
    /// Three months.
    Quarter,
    /// Twelve months.
    Year,
}
