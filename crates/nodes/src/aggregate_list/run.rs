//! The computing. `null` is no value: it is counted by nothing.

use std::collections::{HashMap, HashSet};

use flow::node::{Inputs, NodeError, Output, Pure};
use flow::value::render::{self, Bounded, MAX_TEXT};
use flow::value::{Values, path};
use serde_json::{Value, json};
use types::Timestamp;

use super::params::{Function, Params};
use crate::shared::list;

/// Aggregation.
pub struct Run {
    /// Of what.
    pub params: Params,
}

impl Pure for Run {
    fn run(&self, inputs: &Inputs, _now: Timestamp) -> Result<Output, NodeError> {
        let items = list::of(inputs, &self.params.input)?;
        let mut strange = 0;
        let values = if self.params.group_by.is_empty() {
            self.whole(items.iter(), &mut strange)?
        } else {
            let mut groups: Vec<(&Value, Vec<&Value>)> = Vec::new();
            let mut known: HashMap<String, usize> = HashMap::new();
            for item in items {
                let key = path::get(item, &self.params.group_by).unwrap_or(&Value::Null);
                let at = *known.entry(render::json(key)).or_insert(groups.len());
                if at == groups.len() {
                    groups.push((key, Vec::new()));
                }
                groups[at].1.push(item);
            }
            let mut rows = Vec::with_capacity(groups.len());
            for (key, members) in groups {
                let mut row = self.whole(members.into_iter(), &mut strange)?;
                row.insert("key".to_owned(), key.clone());
                rows.push(Value::Object(row));
            }
            let mut values = Values::new();
            values.insert("groups".to_owned(), Value::Array(rows));
            values
        };
        let warnings = if strange == 0 { Vec::new() } else { vec![format!("{strange} values are no numbers and were left out of sums")] };
        Ok(Output { warnings, ..Output::of(values) })
    }
}

impl Run {
    fn whole<'a>(&self, items: impl Iterator<Item = &'a Value>, strange: &mut usize) -> Result<Values, NodeError> {
        let parts: Vec<&Value> = items.filter_map(|item| path::get(item, &self.params.path)).filter(|part| !part.is_null()).collect();
        let mut values = Values::new();
        for function in &self.params.functions {
            let value = match function {
                Function::Count => json!(parts.len()),
                Function::Sum => sum(&parts, strange),
                Function::Avg => average(&parts),
                Function::Min => parts.iter().min_by(|left, right| list::order(left, right)).map_or(Value::Null, |value| (*value).clone()),
                Function::Max => parts.iter().max_by(|left, right| list::order(left, right)).map_or(Value::Null, |value| (*value).clone()),
                Function::First => parts.first().map_or(Value::Null, |value| (*value).clone()),
                Function::Last => parts.last().map_or(Value::Null, |value| (*value).clone()),
                Function::Join => join(&parts, &self.params.separator)?,
                Function::Distinct => {
                    let mut seen = HashSet::new();
                    parts.iter().filter(|part| seen.insert(render::json(part))).map(|part| (*part).clone()).collect()
                }
            };
            values.insert(function.name().to_owned(), value);
        }
        Ok(values)
    }
}

/// Whole while all are whole and it fits.
fn sum(parts: &[&Value], strange: &mut usize) -> Value {
    let mut whole = Some(0_i64);
    let mut sum = 0.0;
    for part in parts {
        let Some(number) = part.as_f64() else {
            *strange += 1;
            continue;
        };
        sum += number;
        whole = whole.zip(part.as_i64()).and_then(|(whole, number)| whole.checked_add(number));
    }
    whole.map_or_else(|| json!(sum), |whole| json!(whole))
}

fn average(parts: &[&Value]) -> Value {
    let numbers: Vec<f64> = parts.iter().filter_map(|part| part.as_f64()).collect();
    if numbers.is_empty() { Value::Null } else { json!(numbers.iter().sum::<f64>() / numbers.len() as f64) }
}

fn join(parts: &[&Value], separator: &str) -> Result<Value, NodeError> {
    let mut out = Bounded::new(MAX_TEXT);
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            out.raw(separator)?;
        }
        out.value(part)?;
    }
    Ok(Value::String(out.finish()))
}
