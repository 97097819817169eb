//! Loop (21) and batch (28). Their outputs collect what nodes inside give.

use std::collections::{HashMap, HashSet};

use flow::value::{Field, Type};
use flow::workflow::{Binding, Input, Ref};
use serde_json::{Value, json};

use super::{Reading, Writing, model};
use crate::canvas::json as lenient;
use crate::canvas::{binding, report::Reason};

/// `loopType`.
const OVER: &[(&str, &str)] = &[("array", "lists"), ("count", "count"), ("infinite", "forever")];

/// The input of a loop that runs a number of times.
const COUNT: &str = "count";
/// Coze's names of how much a batch does, and Hearth's.
const LIMITS: &[(&str, &str)] = &[("batchSize", "size"), ("concurrentSize", "concurrency")];

pub fn read_loop(reading: &mut Reading<'_>) {
    let inputs = reading.inputs;
    reading.author_inputs();
    let over = OVER.iter().find(|(coze, _)| inputs["loopType"].as_str() == Some(*coze)).map_or("lists", |(_, ours)| ours);
    reading.param("over", over);
    let variables = reading.add_all(&inputs["variableParameters"]);
    reading.param("variables", variables);
    if over == "count" {
        reading.add(COUNT, &inputs["loopCount"]);
    }
    collect(reading);
}

pub fn read_batch(reading: &mut Reading<'_>) {
    let inputs = reading.inputs;
    reading.author_inputs();
    for (coze, ours) in LIMITS {
        let block = &inputs[*coze];
        if block["value"]["type"].as_str() == Some("ref") {
            reading.add(ours, block);
        } else {
            // Coze too takes the usual number for 0.
            reading.param(ours, model::count(lenient::content(block)).unwrap_or_else(|| usual(ours)));
        }
    }
    collect(reading);
}

/// What Coze takes where nothing is said.
fn usual(limit: &str) -> u32 {
    if limit == "size" { 100 } else { 10 }
}

fn collect(reading: &mut Reading<'_>) {
    let mut names = HashSet::new();
    reading.node.outputs.retain(|output| names.insert(output.name.clone()));
    // What a loop gives is collected, never defaulted: Coze writes a name and an input. More of it stays with the canvas.
    for output in &mut reading.node.outputs {
        *output = Field::new(output.name.clone(), output.ty.clone());
    }
    let mut made = Vec::new();
    for output in reading.params_of(&reading.data["outputs"]) {
        if !names.remove(&output.name) {
            reading.note(Reason::NameTaken, output.name);
            continue;
        }
        match output.value {
            Some(Binding::Ref(from)) => made.push(json!({ "name": output.name, "from": from })),
            None => reading.note(Reason::Incomplete, output.name),
            Some(_) => reading.note(Reason::UnknownSource, output.name),
        }
    }
    reading.param("collect", made);
}

pub fn write_loop(writing: &mut Writing<'_>) {
    let variables: Vec<&str> = lenient::items(writing.param("variables")).iter().filter_map(Value::as_str).collect();
    let counts = writing.text("over") == "count";
    let mut others = variables.clone();
    others.extend(counts.then_some(COUNT));
    writing.author_inputs_except(&others);
    let over = OVER.iter().find(|(_, ours)| writing.text("over") == *ours).map_or("array", |(coze, _)| coze);
    writing.inputs.insert("loopType".into(), over.into());
    let variables: Vec<Value> = variables.into_iter().map(|name| writing.author_input(name)).collect();
    writing.inputs.insert("variableParameters".into(), variables.into());
    if counts {
        let block = writing.block(COUNT);
        writing.inputs.insert("loopCount".into(), block);
    }
    write_collect(writing);
}

pub fn write_batch(writing: &mut Writing<'_>) {
    let others: Vec<&str> = LIMITS.iter().map(|(_, ours)| *ours).collect();
    writing.author_inputs_except(&others);
    for (coze, ours) in LIMITS {
        let block = if writing.input(ours).is_some() {
            writing.block(ours)
        } else {
            let number = model::count(writing.param(ours)).unwrap_or_else(|| usual(ours));
            binding::literal(&Type::Integer, number)
        };
        writing.inputs.insert((*coze).to_owned(), block);
    }
    write_collect(writing);
}

fn write_collect(writing: &mut Writing<'_>) {
    let listed = lenient::items(writing.param("collect")).iter().rev();
    let collected: HashMap<&str, &Value> = listed.filter_map(|one| Some((one["name"].as_str()?, &one["from"]))).collect();
    let from = |name: &str| serde_json::from_value::<Ref>((*collected.get(name)?).clone()).ok().map(Binding::Ref);
    let outputs: Vec<Input> = writing
        .node
        .outputs
        .iter()
        .map(|field| Input { name: field.name.clone(), ty: field.ty.clone(), value: from(&field.name) })
        .collect();
    let written: Vec<Value> =
        outputs.iter().map(|output| json!({ "name": output.name, "input": binding::write(writing, output) })).collect();
    writing.data.insert("outputs".into(), written.into());
}
