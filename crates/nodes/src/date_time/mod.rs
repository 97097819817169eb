//! Reads, writes and computes with moments.

mod params;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::format::{Item, StrftimeItems};
use chrono_tz::Tz;
use flow::node::{Action, Category, Declares, NodeSpec, NodeType};
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, Title, both, form};
use params::Params;
use run::{Operation, Run};

const TITLES: &[Title] = &[
    ("operation", "操作", "What to do"),
    ("operation=now", "当前时间", "Now"),
    ("operation=format", "格式化", "Format"),
    ("operation=parse", "解析", "Parse"),
    ("operation=add", "加减", "Add"),
    ("operation=difference", "求差", "Difference"),
    ("operation=start_of", "起始时间", "Start of"),
    ("time_zone", "时区", "Time zone"),
    ("format", "格式", "Format"),
    ("unit", "单位", "Unit"),
    ("amount", "数量", "Amount"),
    ("unit=millisecond", "毫秒", "Milliseconds"),
    ("unit=second", "秒", "Seconds"),
    ("unit=minute", "分钟", "Minutes"),
    ("unit=hour", "小时", "Hours"),
    ("unit=day", "天", "Days"),
    ("unit=week", "周", "Weeks"),
    ("unit=month", "月", "Months"),
    ("unit=quarter", "季度", "Quarters"),
    ("unit=year", "年", "Years"),
];

/// The kind.
pub struct DateTime;

impl NodeType for DateTime {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            inputs: Declares::Both(vec![
                Field::new("time", Type::Any),
                Field::new("other", Type::Any),
                Field::new("amount", Type::Integer),
            ]),
            outputs: Declares::Both(vec![Field::new("output", Type::Any), Field::new("timestamp", Type::Integer)]),
            fill_outputs: true,
            fallible: true,
            ..NodeSpec::new(
                "date_time",
                Category::Utilities,
                "calendar-clock",
                both("日期时间", "Date and time"),
                both("解析、格式化和计算日期时间。", "Reads, writes and computes with dates and times."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        let zone = zone(&mut reading, params.zone());
        let format = params.format().filter(|format| !format.is_empty());
        if format.is_some_and(|format| format.len() > 200 || StrftimeItems::new(format).any(|item| item == Item::Error)) {
            reading.error("/params/format", "invalid_params", "时间格式有误", "This is no format of time");
        }
        if matches!(params, Params::Difference { .. }) {
            reading.input("/inputs", "other");
        }
        let format = format.map(str::to_owned);
        reading.done(|| Action::Pure(Arc::new(Run { operation: Operation::from(params), zone, format })))
    }
}

fn zone(reading: &mut Reading<'_>, name: Option<&str>) -> Tz {
    let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else {
        return Tz::UTC;
    };
    name.parse().unwrap_or_else(|_| {
        reading.error("/params/time_zone", "invalid_params", "没有这个时区", "There is no such time zone; write a name like Asia/Shanghai");
        Tz::UTC
    })
}

impl Params {
    fn zone(&self) -> Option<&str> {
        match self {
            Self::Now { time_zone, .. }
            | Self::Format { time_zone, .. }
            | Self::Parse { time_zone, .. }
            | Self::Add { time_zone, .. }
            | Self::Difference { time_zone, .. }
            | Self::StartOf { time_zone, .. } => time_zone.as_deref(),
        }
    }

    fn format(&self) -> Option<&str> {
        match self {
            Self::Now { format, .. }
            | Self::Format { format, .. }
            | Self::Parse { format, .. }
            | Self::Add { format, .. }
            | Self::StartOf { format, .. } => format.as_deref(),
            Self::Difference { .. } => None,
        }
    }
}
