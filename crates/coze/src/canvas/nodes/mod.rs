//! The node types of Coze, one file per family: reading a node of a canvas and writing it, side by side.
//!
//! [`TABLE`] says which file translates which kind. Titles, places, declared outputs, error settings and
//! batches are the same for all and are translated outside.

mod code;
mod comment;
mod condition;
mod conversation;
mod database;
mod database_where;
mod http;
mod http_text;
mod input;
mod intent;
mod json_text;
mod knowledge;
mod llm;
mod loops;
mod merge;
pub mod model;
mod plugin;
mod question;
mod skills;
mod start_end;
mod text;
mod variables;
mod workflow;

use std::collections::{HashMap, HashSet};

use flow::value::{Type, Values};
use flow::workflow::{Input, Node, NodeId};
use serde_json::{Map, Value};

pub use http::forget_spare_secrets;
#[cfg(test)]
pub use http_text::hidden as hidden_name;

use super::import::Ids;
use super::report::{Note, Reason};
use super::{binding, json as lenient};

/// How a kind is read and written.
struct Translation {
    kinds: &'static [&'static str],
    read: fn(&mut Reading<'_>),
    write: fn(&mut Writing<'_>),
}

/// Which file translates which kind.
const TABLE: &[Translation] = &[
    Translation { kinds: &["start", "break", "continue"], read: |_| {}, write: |_| {} },
    Translation { kinds: &["end"], read: start_end::read_end, write: start_end::write_end },
    Translation { kinds: &["output"], read: start_end::read_output, write: start_end::write_output },
    Translation { kinds: &["model"], read: llm::read, write: llm::write },
    Translation { kinds: &["tool"], read: plugin::read, write: plugin::write },
    Translation { kinds: &["code"], read: code::read, write: code::write },
    Translation { kinds: &["knowledge_retrieve"], read: knowledge::read_retrieve, write: knowledge::write_retrieve },
    Translation { kinds: &["knowledge_write"], read: knowledge::read_write, write: knowledge::write_write },
    Translation { kinds: &["knowledge_delete"], read: knowledge::read_delete, write: knowledge::write_delete },
    Translation { kinds: &["condition"], read: condition::read, write: condition::write },
    Translation { kinds: &["workflow"], read: workflow::read, write: workflow::write },
    Translation { kinds: &["database_sql"], read: database::read_sql, write: database::write_sql },
    Translation { kinds: &["database_select"], read: database::read_select, write: database::write_select },
    Translation { kinds: &["database_insert"], read: database::read_insert, write: database::write_insert },
    Translation { kinds: &["database_update"], read: database::read_update, write: database::write_update },
    Translation { kinds: &["database_delete"], read: database::read_delete, write: database::write_delete },
    Translation { kinds: &["text"], read: text::read, write: text::write },
    Translation { kinds: &["question"], read: question::read, write: question::write },
    Translation { kinds: &["set_variable"], read: variables::read_set, write: variables::write_set },
    Translation { kinds: &["assign_variable"], read: variables::read_assign, write: variables::write_assign },
    Translation { kinds: &["loop"], read: loops::read_loop, write: loops::write_loop },
    Translation { kinds: &["batch"], read: loops::read_batch, write: loops::write_batch },
    Translation { kinds: &["intent"], read: intent::read, write: intent::write },
    Translation { kinds: &["input"], read: input::read, write: input::write },
    Translation { kinds: &["comment"], read: comment::read, write: comment::write },
    Translation { kinds: &["merge"], read: merge::read, write: merge::write },
    Translation { kinds: &["http_request"], read: http::read, write: http::write },
    Translation { kinds: json_text::KINDS, read: read_plain, write: write_plain },
    Translation { kinds: conversation::KINDS, read: read_plain, write: write_plain },
];

fn translation(kind: &str) -> Option<&'static Translation> {
    TABLE.iter().find(|translation| translation.kinds.contains(&kind))
}

/// Reads what is particular to the kind. Of a type that Hearth does not know, its inputs.
pub fn read(reading: &mut Reading<'_>) {
    translation(&reading.node.kind).map_or(read_plain as fn(&mut Reading<'_>), |translation| translation.read)(reading);
}

/// Writes what is particular to the kind.
pub fn write(writing: &mut Writing<'_>) {
    translation(&writing.node.kind).map_or(write_plain as fn(&mut Writing<'_>), |translation| translation.write)(writing);
}

/// Inputs are all there is.
fn read_plain(reading: &mut Reading<'_>) {
    reading.author_inputs();
}

fn write_plain(writing: &mut Writing<'_>) {
    writing.author_inputs();
}

/// Whether nodes lie inside nodes of this kind.
pub fn is_container(kind: &str) -> bool {
    matches!(kind, "loop" | "batch")
}

/// Names that are taken.
#[derive(Default)]
pub struct Names {
    taken: HashSet<String>,
    /// The number that a name like it got last.
    numbers: HashMap<String, u32>,
}

impl Names {
    /// Those that must not be given to others.
    pub fn of(names: impl IntoIterator<Item = String>) -> Self {
        Self { taken: names.into_iter().collect(), numbers: HashMap::new() }
    }

    /// Whether somebody has it.
    pub fn contains(&self, name: &str) -> bool {
        self.taken.contains(name)
    }

    /// The name, with a number if it is taken; taken from then on.
    pub fn unused(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        while self.taken.contains(&name) {
            let number = self.numbers.entry(wanted.to_owned()).or_insert(1);
            *number += 1;
            name = format!("{wanted}_{number}");
        }
        self.taken.insert(name.clone());
        name
    }
}

/// A node of a canvas while it is read.
pub struct Reading<'a> {
    /// `data`.
    pub data: &'a Value,
    /// `data.inputs`.
    pub inputs: &'a Value,
    /// What it becomes.
    pub node: Node,
    notes: Vec<Note>,
    kept: Map<String, Value>,
    names: Names,
    ids: &'a Ids,
}

impl<'a> Reading<'a> {
    /// Nothing read yet but the common parts.
    pub fn new(raw: &'a Value, kind: String, ids: &'a Ids) -> Self {
        let data = &raw["data"];
        let meta = &data["nodeMeta"];
        let text = |key: &str| meta[key].as_str().unwrap_or_default().to_owned();
        let mut view = Map::new();
        let mut both = |from: &Value, keys: [&str; 2]| {
            if keys.iter().all(|key| from[*key].is_number()) {
                view.extend(keys.map(|key| (key.to_owned(), from[key].clone())));
            }
        };
        both(&raw["meta"]["position"], ["x", "y"]);
        if !is_container(&kind) {
            both(&data["size"], ["width", "height"]);
        }
        if let Some(color) = lenient::filled(&meta["mainColor"]) {
            view.insert("color".into(), color.into());
        }
        let node = Node { kind, version: 1, title: text("title"), description: text("description"), view: view.into(), ..Node::default() };
        Self { data, inputs: &data["inputs"], node, notes: Vec::new(), kept: Map::new(), names: Names::default(), ids }
    }

    /// The node, what is said of it, and what is kept of the canvas.
    pub fn finish(self) -> (Node, Vec<Note>, Map<String, Value>) {
        let Self { mut node, notes, kept, .. } = self;
        if !kept.is_empty() {
            super::export::set_kept(&mut node, kept.clone());
        }
        (node, notes, kept)
    }

    /// Says something.
    pub fn note(&mut self, reason: Reason, subject: impl Into<String>) {
        self.notes.push(reason.about(subject));
    }

    /// Keeps something of the canvas beside what [`rest`](super::rest) keeps.
    pub fn keep(&mut self, key: &str, value: Value) {
        self.kept.insert(key.to_owned(), value);
    }

    /// The node of the document that this id of the canvas means.
    pub fn node_id(&self, id: &str) -> NodeId {
        self.ids.get(id).cloned().unwrap_or_else(|| id.into())
    }

    /// Sets a param.
    pub fn param(&mut self, key: &str, value: impl Into<Value>) {
        self.node.params.insert(key.to_owned(), value.into());
    }

    /// Sets a param if there is a value.
    pub fn param_if(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.param(key, value);
        }
    }

    /// Inputs named by whoever built the workflow. One without a name is read too: Coze refuses it, and so does validation here.
    pub fn author_inputs(&mut self) {
        let inputs = self.inputs;
        self.add_each(params_in(&inputs["inputParameters"]));
    }

    /// Adds each `{name, input}` that has a name as an input, and gives the names they have now.
    pub fn add_all(&mut self, params: &Value) -> Vec<String> {
        self.add_each(named_in(params))
    }

    fn add_each(&mut self, listed: Vec<(String, &Value)>) -> Vec<String> {
        let mut added = Vec::with_capacity(listed.len());
        for (name, block) in listed {
            let input = binding::read_required(self, &name, block);
            added.push(self.add_input(input));
        }
        added
    }

    /// Each `{name, input}` that has a name, without adding it.
    pub fn params_of(&mut self, params: &Value) -> Vec<Input> {
        named_in(params).into_iter().map(|(name, block)| binding::read(self, &name, block)).collect()
    }

    /// Adds an input under this name or, if it is taken, one like it, and gives the name.
    pub fn add(&mut self, name: &str, block: &Value) -> String {
        let input = binding::read(self, name, block);
        self.add_input(input)
    }

    /// Adds an input under its name or, if it is taken, one like it, and gives the name.
    pub fn add_input(&mut self, mut input: Input) -> String {
        if self.names.contains(&input.name) {
            self.note(Reason::NameTaken, input.name.clone());
        }
        input.name = self.names.unused(&input.name);
        let name = input.name.clone();
        self.node.inputs.push(input);
        name
    }

    /// Whether there is an input of this name already.
    pub fn has_input(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

/// Each `{name, input}`; the name may be empty.
fn params_in(params: &Value) -> Vec<(String, &Value)> {
    let named = |param: &'_ Value| lenient::filled(&param["name"]).or_else(|| param["input"].is_object().then(String::new));
    let listed = lenient::items(params).iter();
    listed
        .filter_map(|param| {
            Some((named(param)?, if param["input"].is_null() && param["value"].is_object() { param } else { &param["input"] }))
        })
        .collect()
}

/// Each `{name, input}` that has a name.
fn named_in(params: &Value) -> Vec<(String, &Value)> {
    params_in(params).into_iter().filter(|(name, _)| !name.is_empty()).collect()
}

/// A node of a document while it is written.
pub struct Writing<'a> {
    /// What is written.
    pub node: &'a Node,
    /// `data`, without `inputs`.
    pub data: Map<String, Value>,
    /// `data.inputs`.
    pub inputs: Map<String, Value>,
    /// What is said of it.
    pub notes: Vec<Note>,
    by_name: HashMap<&'a str, &'a Input>,
    coze_id: &'a dyn Fn(&NodeId) -> String,
}

impl<'a> Writing<'a> {
    /// Nothing written yet.
    pub fn new(node: &'a Node, coze_id: &'a dyn Fn(&NodeId) -> String) -> Self {
        // The first of a name counts.
        let by_name = node.inputs.iter().rev().map(|input| (input.name.as_str(), input)).collect();
        Self { node, data: Map::new(), inputs: Map::new(), notes: Vec::new(), by_name, coze_id }
    }

    /// Says something.
    pub fn note(&mut self, reason: Reason, subject: impl Into<String>) {
        self.notes.push(reason.about(subject));
    }

    /// The id of the canvas that this node of the document has.
    pub fn coze_id(&self, id: &NodeId) -> String {
        (self.coze_id)(id)
    }

    /// What was kept under this key.
    pub fn kept(&self, key: &str) -> Option<&'a Value> {
        super::export::kept(self.node)?.get(key)
    }

    /// The params.
    pub fn params(&self) -> &'a Values {
        &self.node.params
    }

    /// A param; `null`: not set.
    pub fn param(&self, key: &str) -> &'a Value {
        self.node.params.get(key).unwrap_or(&Value::Null)
    }

    /// The text of a param; `""`: not set.
    pub fn text(&self, key: &str) -> &'a str {
        self.param(key).as_str().unwrap_or_default()
    }

    /// The input of this name.
    pub fn input(&self, name: &str) -> Option<&'a Input> {
        self.by_name.get(name).copied()
    }

    /// The `BlockInput` of the input of this name.
    pub fn block(&mut self, name: &str) -> Value {
        let unset = Input { name: name.to_owned(), ty: Type::String, value: None };
        let input = self.input(name).unwrap_or(&unset);
        binding::write(self, input)
    }

    /// `{name, input}` of the input of this name, under another.
    pub fn named(&mut self, name: &str, input: &str) -> Value {
        serde_json::json!({ "name": name, "input": self.block(input) })
    }

    /// The same of an input of the author, under its name: one without a value is not a reference to nothing.
    pub fn author_input(&mut self, name: &str) -> Value {
        let mut named = self.named(name, name);
        let bound = self.input(name).is_none_or(|input| input.value.is_some());
        if let Some(block) = named["input"].as_object_mut().filter(|_| !bound) {
            block.shift_remove("value");
        }
        named
    }

    /// Inputs named by whoever built the workflow.
    pub fn author_inputs(&mut self) {
        self.author_inputs_except(&[]);
    }

    /// The same without those that stand elsewhere in Coze.
    pub fn author_inputs_except(&mut self, others: &[&str]) {
        let others: HashSet<&str> = others.iter().copied().collect();
        let own: Vec<&Input> = self.node.inputs.iter().filter(|input| !others.contains(input.name.as_str())).collect();
        let written: Vec<Value> = own.into_iter().map(|input| self.author_input(&input.name)).collect();
        self.inputs.insert("inputParameters".into(), written.into());
    }
}
