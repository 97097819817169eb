//! Workflows of n8n: `{nodes, connections}`.
//!
//! n8n hands lists of items from node to node; here a node gives named values. [`world::Gives`] says for each type whether
//! that is one item, a list, or what came in, and [`site::Site`] finds from there what `$json` and `$('A')` mean.
//! Reading order: `expr` (texts to paths and CEL) → `world` → `site` → `set`, `logic`, `lists`, `work` (types of nodes).

mod expr;
mod lists;
mod logic;
mod set;
mod site;
mod work;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use flow::value::{Field, Type};
use flow::workflow::import::Imported;
use flow::workflow::{BODY, Binding, ERROR, Node, NodeId, OUT, OnError, Policy};
use serde_json::{Value, json};
use types::Failure;

use crate::build::{Build, any, area, is_name, items, list, name, node, place, reference, text, unknown_kind, whole};
use crate::files::invalid;
use crate::report::Reason;
use expr::Of;
use site::{Site, Source};
use world::{LOOP, World, is_trigger};

/// Hearth's cards are wider and higher than those of n8n: gaps between them stay.
const STRETCH: (f64, f64) = (1.6, 1.3);
/// From one node to the next.
const STEP: f64 = 352.0;

/// Whether a file looks like one of n8n.
pub fn recognises(file: &Value) -> bool {
    file.get("connections").is_some_and(Value::is_object)
        && file.get("nodes").and_then(Value::as_array).is_some_and(|nodes| nodes.iter().any(|node| node.get("type").is_some()))
}

/// Reads a file.
pub fn import(file: &Value) -> Result<Imported, Failure> {
    if !file.get("nodes").is_some_and(Value::is_array) {
        return Err(invalid("it has no list of nodes"));
    }
    let mut build = Build::default();
    let world = World::read(file, &mut build)?;
    if world.nodes.is_empty() {
        return Err(invalid("it has no nodes"));
    }
    let hanging = world.below.iter().flatten().map(|(below, _)| *below).collect();
    let mut reader = Reader { file, world: &world, build, entries: BTreeMap::new(), start: None, hanging };
    for at in 0..world.nodes.len() {
        reader.node(at)?;
    }
    reader.start()?;
    reader.edges()?;
    reader.collect();
    reader.end()?;
    Ok(reader.build.finish(text(file, "name"), text(&file["meta"], "description")))
}

struct Reader<'a, 'w> {
    file: &'a Value,
    world: &'w World<'a>,
    build: Build,
    /// Where edges into a node lead, if not to the node itself.
    entries: BTreeMap<usize, NodeId>,
    /// The start node.
    start: Option<usize>,
    /// Nodes that hang below others.
    hanging: BTreeSet<usize>,
}

impl Reader<'_, '_> {
    /// Adds a node, unless it is absorbed.
    fn node(&mut self, at: usize) -> Result<(), Failure> {
        let world = self.world;
        let item = &world.nodes[at];
        if is_trigger(item.ty) {
            return self.trigger(at);
        }
        // Models and tools below a node are part of it.
        if self.hanging.contains(&at) {
            self.build.say(Reason::Absorbed.about(item.name));
            return Ok(());
        }
        let mut site = Site::new(world, at);
        let title = item.name;
        let mut made = match item.ty {
            "set" => set::read(&mut site, title),
            "if" => logic::read_if(&mut site, title),
            "switch" => logic::read_switch(&mut site, title),
            "filter" => logic::read_filter(&mut site, title),
            "code" | "function" | "functionItem" => work::read_code(&mut site, title),
            "httpRequest" => work::read_http(&mut site, title),
            "merge" => lists::read_merge(&mut site, title),
            LOOP => lists::read_loop(&mut site, title),
            "wait" => work::read_wait(&mut site, title),
            "respondToWebhook" => work::read_respond(&mut site, title),
            "noOp" => node("merge", title, json!({ "groups": [] })),
            "sort" => lists::read_sort(&mut site, title),
            "limit" => lists::read_limit(&mut site, title),
            "aggregate" => lists::read_aggregate(&mut site, title),
            "splitOut" | "itemLists" => lists::read_split_out(&mut site, title),
            "executeWorkflow" => work::read_workflow(&mut site, title),
            "chainLlm" | "agent" | "openAi" => work::read_model(&mut site, title),
            "stickyNote" => node("comment", title, json!({ "text": text(item.params, "content") })),
            _ => {
                site.note(Reason::UnknownType, item.full);
                node(&unknown_kind("n8n", item.ty), title, json!({ "parameters": item.params }))
            }
        };
        let named = site.inputs.named();
        made.inputs = site.inputs.list();
        made.parent = item.parent.map(|parent| world.nodes[parent].id.clone());
        made.view = self.view(at);
        self.policy(at, &mut made);
        let mut notes = site.notes;
        if item.raw["disabled"].as_bool() == Some(true) {
            notes.push(Reason::Option.about("disabled"));
        }
        notes.dedup();
        if item.ty == "httpRequest" {
            return self.request(at, made, notes);
        }
        // Inputs of an end are the result: what only helps to compute them stands before it.
        if made.kind == "end" && named.len() < made.inputs.len() && text_of(&made) != "answer" {
            let before = self.build.unused(&format!("{}_values", item.id));
            let helper = hoisted(&before, &mut made, &named);
            let (x, y) = self.at(at);
            made.view = place(x + STEP, y);
            self.build.helper(&before, helper)?;
            self.build.edge(&before, OUT, &item.id)?;
            self.entries.insert(at, before);
        }
        self.build.add(&item.id, made, item.full, notes)
    }

    /// A request, and the reading of what comes back.
    fn request(&mut self, at: usize, request: Node, notes: Vec<flow::workflow::import::Note>) -> Result<(), Failure> {
        let item = &self.world.nodes[at];
        let id = self.build.unused(&format!("{}_request", item.id));
        let mut decode = node("json_decode", &format!("{} (JSON)", item.name), json!({}));
        decode.parent.clone_from(&request.parent);
        let (x, y) = self.at(at);
        decode.view = place(x + 40.0, y + 108.0);
        let body = reference(&id, &["body".to_owned()]);
        decode.inputs = vec![flow::workflow::Input { name: "input".into(), ty: Type::String, value: Some(body) }];
        decode.outputs = vec![any("output")];
        self.build.add(&id, request, item.full, notes)?;
        self.build.helper(&item.id, decode)?;
        self.build.edge(&id, OUT, &item.id)?;
        self.entries.insert(at, id);
        Ok(())
    }

    fn at(&self, at: usize) -> (f64, f64) {
        let position = &self.world.nodes[at].raw["position"];
        let number = |index: usize| position.get(index).and_then(Value::as_f64).unwrap_or(0.0);
        (number(0) * STRETCH.0, number(1) * STRETCH.1)
    }

    fn view(&self, at: usize) -> Value {
        let (x, y) = self.at(at);
        let item = &self.world.nodes[at];
        let size = |key: &str, default: f64| item.params[key].as_f64().unwrap_or(default);
        // Notes lie under the nodes that they are about.
        let size = (item.ty == "stickyNote").then(|| (size("width", 240.0) * STRETCH.0, size("height", 160.0) * STRETCH.1));
        area(x, y, size)
    }

    fn policy(&self, at: usize, made: &mut Node) {
        let raw = self.world.nodes[at].raw;
        let retries = if raw["retryOnFail"].as_bool() == Some(true) { whole(&raw["maxTries"]).unwrap_or(3).clamp(1, 10) - 1 } else { 0 };
        let on_error = match text(raw, "onError") {
            "continueErrorOutput" => OnError::Branch,
            "continueRegularOutput" => OnError::Default,
            _ if raw["continueOnFail"].as_bool() == Some(true) => OnError::Default,
            _ => OnError::Fail,
        };
        made.policy = Policy {
            retries: u32::try_from(retries).unwrap_or(0),
            backoff_ms: if retries > 0 { whole(&raw["waitBetweenTries"]).unwrap_or(1000).min(60_000) } else { 0 },
            on_error,
            ..Policy::default()
        };
    }

    /// A trigger becomes the start, or part of it.
    fn trigger(&mut self, at: usize) -> Result<(), Failure> {
        let item = &self.world.nodes[at];
        let by_itself =
            !matches!(item.ty, "manualTrigger" | "webhook" | "executeWorkflowTrigger" | "formTrigger" | "chatTrigger" | "start");
        if let Some(start) = self.start {
            let id = self.world.nodes[start].id.clone();
            self.build.note(&id, Reason::SeveralStarts.about(item.name));
            self.entries.insert(at, id);
            return Ok(());
        }
        self.start = Some(at);
        let notes = if by_itself { vec![Reason::Trigger.about(item.full)] } else { Vec::new() };
        let made = Node { view: self.view(at), ..node("start", item.name, json!({})) };
        self.build.add(&item.id, made, item.full, notes)
    }

    /// The id that edges from a node leave from, and that references mean.
    fn id(&self, at: usize) -> NodeId {
        match self.entries.get(&at) {
            Some(start) if is_trigger(self.world.nodes[at].ty) => start.clone(),
            _ => self.world.nodes[at].id.clone(),
        }
    }

    fn entry(&self, at: usize) -> NodeId {
        self.entries.get(&at).cloned().unwrap_or_else(|| self.world.nodes[at].id.clone())
    }

    /// A start for a file without a trigger.
    fn own_start(&mut self) -> Result<NodeId, Failure> {
        let id = self.build.unused("start");
        let (x, y) = (0..self.world.nodes.len()).map(|at| self.at(at)).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default();
        self.build.helper(&id, Node { view: place(x - STEP, y), ..node("start", "Start", json!({})) })?;
        let first: Vec<NodeId> = (0..self.world.nodes.len())
            .filter(|at| self.world.before[*at].is_empty() && self.world.nodes[*at].parent.is_none())
            .filter(|at| self.build.document.nodes.get(&self.world.nodes[*at].id).is_some_and(|node| node.kind != "comment"))
            .map(|at| self.entry(at))
            .collect();
        for to in first {
            self.build.edge(&id, OUT, &to)?;
        }
        Ok(id)
    }

    /// What the start declares: what it says itself, what was pinned, and what others read of it.
    fn start(&mut self) -> Result<(), Failure> {
        let triggers: Vec<usize> = (0..self.world.nodes.len()).filter(|at| is_trigger(self.world.nodes[*at].ty)).collect();
        let mut fields: BTreeMap<String, Type> = BTreeMap::new();
        let start_id = self.start.map(|start| self.world.nodes[start].id.clone());
        let start_id = start_id.map_or_else(|| self.own_start(), Ok)?;
        for at in &triggers {
            let item = &self.world.nodes[*at];
            for one in items(&item.params["workflowInputs"], "values") {
                let ty = match text(one, "type") {
                    "string" => Type::String,
                    "number" => Type::Number,
                    "boolean" => Type::Boolean,
                    "array" => list(),
                    "object" => Type::Object(Vec::new()),
                    _ => Type::Any,
                };
                fields.insert(text(one, "name").to_owned(), ty);
            }
            let pinned = &self.file["pinData"][item.name][0];
            let pinned = pinned.get("json").unwrap_or(pinned);
            for key in pinned.as_object().into_iter().flat_map(|map| map.keys()) {
                fields.entry(key.clone()).or_insert(Type::Any);
            }
            if item.ty == "webhook" {
                for key in ["body", "query", "headers", "params"] {
                    fields.entry(key.to_owned()).or_insert(Type::Object(Vec::new()));
                }
            }
            if item.ty == "chatTrigger" {
                fields.entry("chatInput".to_owned()).or_insert(Type::String);
            }
        }
        for node in self.build.document.nodes.values() {
            for input in &node.inputs {
                read_of(input.value.as_ref(), &start_id, &mut fields);
            }
        }
        // References of other triggers mean the one start.
        let ids: BTreeSet<NodeId> = triggers.iter().map(|at| self.world.nodes[*at].id.clone()).filter(|id| *id != start_id).collect();
        for node in self.build.document.nodes.values_mut() {
            for input in &mut node.inputs {
                if let Some(Binding::Ref(to)) = &mut input.value
                    && ids.contains(&to.node)
                {
                    to.node.clone_from(&start_id);
                    if let Some(key) = to.path.first() {
                        fields.entry(key.clone()).or_insert(Type::Any);
                    }
                }
            }
        }
        fields.retain(|key, _| is_name(key));
        if let Some(start) = self.build.document.nodes.get_mut(&start_id) {
            start.outputs = fields.into_iter().map(|(key, ty)| Field::new(key, ty)).collect();
        }
        Ok(())
    }

    fn edges(&mut self) -> Result<(), Failure> {
        for from in 0..self.world.nodes.len() {
            let item = &self.world.nodes[from];
            for way in &self.world.after[from] {
                if is_trigger(self.world.nodes[way.node].ty) {
                    continue;
                }
                let answers = item.ty == "respondToWebhook";
                let port = match item.ty {
                    "if" => ["branch_0", "else"].get(way.output).copied().unwrap_or("else").to_owned(),
                    "switch" if way.output >= logic::ways(item.params) => "else".to_owned(),
                    "switch" => format!("branch_{}", way.output),
                    LOOP if way.output == self.world.body_output(from) => BODY.to_owned(),
                    _ if way.output > 0 && text(item.raw, "onError") == "continueErrorOutput" => ERROR.to_owned(),
                    "filter" | "code" | "httpRequest" if way.output > 0 => continue,
                    _ => OUT.to_owned(),
                };
                if answers {
                    self.build.note(&item.id, Reason::Option.about(format!("→ {}", self.world.nodes[way.node].name)));
                    continue;
                }
                let (source, target) = (self.id(from), self.entry(way.node));
                let (here, there) = (item.parent, self.world.nodes[way.node].parent);
                // Into a loop leads the loop itself; out of it, its end.
                let fits = here == there || there == Some(from) || here == Some(way.node);
                if !fits {
                    self.build.note(&item.id, Reason::Edge.about(format!("→ {}", self.world.nodes[way.node].name)));
                    continue;
                }
                self.build.edge(&source, &port, &target)?;
            }
        }
        Ok(())
    }

    /// What loops give: the item of the last node of each round.
    fn collect(&mut self) {
        for at in 0..self.world.nodes.len() {
            if self.world.nodes[at].ty != LOOP {
                continue;
            }
            let id = self.world.nodes[at].id.clone();
            let last = self.world.before[at].iter().find(|way| self.world.inside(way.node, at)).map(|way| way.node);
            let from = last.and_then(|last| self.given_inside(last, at));
            let Some((node, path)) = from else { continue };
            let collect = json!([{ "name": "items", "from": { "node": node, "path": path } }]);
            if let Some(made) = self.build.document.nodes.get_mut(&id) {
                made.params.insert("collect".to_owned(), collect);
                made.outputs = vec![Field::new("items", list())];
            }
        }
    }

    /// What a node inside a loop gives or passes on, of nodes directly inside.
    fn given_inside(&self, last: usize, around: usize) -> Option<(NodeId, Vec<String>)> {
        let mut site = Site::new(self.world, last);
        let direct = |node: usize| self.world.nodes[node].parent == Some(around);
        let of = |node: usize, site: &Site<'_, '_>| match site.one_of(node)? {
            Source::At(id, path) => Some((id, path)),
            Source::First(id, path) => Some((id, [path, vec!["0".to_owned()]].concat())),
        };
        if direct(last)
            && let Some(found) = of(last, &site)
        {
            return Some(found);
        }
        let sources = self.world.sources(last);
        site.notes.clear();
        sources.iter().copied().filter(|node| direct(*node)).find_map(|node| of(node, &site))
    }

    /// Ends that nobody follows get an end node.
    fn end(&mut self) -> Result<(), Failure> {
        let ends: BTreeSet<NodeId> =
            self.build.document.nodes.iter().filter(|(_, node)| node.kind == "end").map(|(id, _)| id.clone()).collect();
        let left: BTreeSet<NodeId> = self.build.document.edges.iter().map(|edge| edge.from.clone()).collect();
        let leaf = |at: &usize| {
            let item = &self.world.nodes[*at];
            let kept = self.build.document.nodes.get(&item.id);
            item.parent.is_none() && kept.is_some_and(|node| node.kind != "comment" && node.kind != "end") && !left.contains(&item.id)
        };
        let leaves: Vec<usize> = (0..self.world.nodes.len()).filter(leaf).collect();
        if leaves.is_empty() && !ends.is_empty() {
            return Ok(());
        }
        let id = self.build.unused("end");
        let mut inputs = crate::build::Inputs::default();
        let outer = leaves.iter().map(|at| self.at(*at)).max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default();
        for at in &leaves {
            let item = &self.world.nodes[*at];
            let mut site = Site::new(self.world, *at);
            let own = site.one_of(*at);
            let (wanted, binding, ty) = match own {
                Some(Source::At(node, path)) => ("json", Some(reference(&node, &path)), Type::Any),
                Some(Source::First(node, path)) => ("items", Some(reference(&node, &path)), list()),
                None => ("json", site.path(&expr::Path { of: Of::Current, all: false, keys: Vec::new() }), Type::Any),
            };
            let Some(binding) = binding else { continue };
            let wanted = if leaves.len() == 1 { wanted.to_owned() } else { name(item.name) };
            // What helps to compute it has names of its own here.
            let mut binding = binding;
            for helper in site.inputs.list() {
                let Some(value) = helper.value else { continue };
                let renamed = inputs.bind(&format!("{}_{}", wanted, helper.name), helper.ty, value);
                if let Binding::Expr(code) = &mut binding {
                    *code = with_name(code, &helper.name, &renamed);
                }
            }
            inputs.set(&wanted, ty, Some(binding));
        }
        let named = inputs.named();
        self.build.say(Reason::EndAdded.about(named.join(", ")));
        let mut end =
            Node { inputs: inputs.list(), view: place(outer.0 + STEP, outer.1), ..node("end", "End", json!({ "mode": "variables" })) };
        let mut entry = id.clone();
        if named.len() < end.inputs.len() {
            entry = self.build.unused("end_values");
            let helper = hoisted(&entry, &mut end, &named);
            end.view = place(outer.0 + 2.0 * STEP, outer.1);
            self.build.helper(&entry, helper)?;
            self.build.edge(&entry, OUT, &id)?;
        }
        self.build.helper(&id, end)?;
        for at in leaves {
            let item = &self.world.nodes[at];
            let ports: Vec<String> = match item.ty {
                "if" => vec!["branch_0".into(), "else".into()],
                "switch" => (0..logic::ways(item.params)).map(|at| format!("branch_{at}")).chain(["else".to_owned()]).collect(),
                _ => vec![OUT.to_owned()],
            };
            for port in ports {
                let from = self.id(at);
                self.build.edge(&from, &port, &entry)?;
            }
        }
        Ok(())
    }
}

/// An expression with another name for an input.
fn with_name(code: &str, from: &str, to: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut said = String::new();
    let mut rest = code;
    while let Some(start) = rest.find(from) {
        let (before, after) = (&rest[..start], &rest[start + from.len()..]);
        let whole = !before.ends_with(is_word) && !after.starts_with(is_word);
        said.push_str(before);
        said.push_str(if whole { to } else { from });
        rest = after;
    }
    said + rest
}

/// How an end gives its result.
fn text_of(end: &Node) -> &str {
    end.params.get("mode").and_then(Value::as_str).unwrap_or_default()
}

/// A node that computes the inputs of another, which refers to it then.
fn hoisted(id: &NodeId, of: &mut Node, named: &[String]) -> Node {
    let groups: Vec<Value> = named.iter().map(|name| json!({ "name": name, "inputs": [name] })).collect();
    let mut helper = node("merge", &of.title, json!({ "groups": groups }));
    helper.parent.clone_from(&of.parent);
    helper.view.clone_from(&of.view);
    helper.inputs = std::mem::take(&mut of.inputs);
    let named: BTreeSet<&String> = named.iter().collect();
    for input in helper.inputs.iter().filter(|input| named.contains(&input.name)) {
        helper.outputs.push(Field::new(input.name.clone(), input.ty.clone()));
        let value = Some(reference(id, std::slice::from_ref(&input.name)));
        of.inputs.push(flow::workflow::Input { name: input.name.clone(), ty: input.ty.clone(), value });
    }
    helper
}

/// Fields of the start that a binding reads.
fn read_of(binding: Option<&Binding>, start: &NodeId, fields: &mut BTreeMap<String, Type>) {
    match binding {
        Some(Binding::Ref(to)) if to.node == *start => {
            if let Some(key) = to.path.first() {
                fields.entry(key.clone()).or_insert(Type::Any);
            }
        }
        Some(Binding::Object(parts)) => parts.iter().for_each(|part| read_of(part.value.as_ref(), start, fields)),
        _ => {}
    }
}
