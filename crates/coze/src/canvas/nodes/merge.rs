//! Variable merge (32). The variables of a group become inputs `<group>_<n>`.

use serde_json::{Value, json};

use super::{Reading, Writing};
use crate::canvas::json as lenient;

pub fn read(reading: &mut Reading<'_>) {
    let mut groups = Vec::new();
    for group in lenient::items(&reading.inputs["mergeGroups"]) {
        let name = lenient::text(&group["name"]).unwrap_or_default();
        let variables = lenient::items(&group["variables"]).iter().enumerate();
        let inputs: Vec<Value> = variables.map(|(at, variable)| reading.add(&format!("{name}_{at}"), variable).into()).collect();
        groups.push(json!({ "name": name, "inputs": inputs }));
    }
    reading.param("groups", groups);
}

pub fn write(writing: &mut Writing<'_>) {
    let mut groups = Vec::new();
    for group in lenient::items(writing.param("groups")) {
        let names = lenient::items(&group["inputs"]).iter().filter_map(Value::as_str);
        let variables: Vec<Value> = names.map(|name| writing.block(name)).collect();
        groups.push(json!({ "name": group["name"], "variables": variables }));
    }
    writing.inputs.insert("mergeGroups".into(), groups.into());
}
