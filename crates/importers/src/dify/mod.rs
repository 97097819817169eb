//! Apps of Dify as its DSL (YAML, or the same as JSON): workflows and chatflows.
//!
//! Reading order: `refs` (selectors and templates) → `work`, `logic` (types of nodes) → here containers and edges. An
//! iteration becomes a loop (or a batch, if it ran side by side), a loop a loop with variables; what ends a loop early is a
//! condition and a break at the end of its body.

mod logic;
mod refs;
mod work;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use flow::value::{Field, Type, Values};
use flow::workflow::graph::depths;
use flow::workflow::import::Imported;
use flow::workflow::{BODY, Binding, ERROR, Mode, Node, NodeId, OUT, OnError, Policy};
use serde_json::{Value, json};
use types::Failure;

use crate::build::{Build, area, items, list, name, node, place, text, unknown_kind, whole};
use crate::files::{invalid, too_large};
use crate::report::Reason;
use crate::{MAX_EDGES, MAX_NODES};
use refs::{Item, Site, World, type_of};

/// From one node to the next.
const STEP: f64 = 304.0;

/// Whether a file looks like one of Dify.
pub fn recognises(file: &Value) -> bool {
    file.pointer("/workflow/graph/nodes").is_some_and(Value::is_array)
}

/// Reads a file.
pub fn import(file: &Value) -> Result<Imported, Failure> {
    let graph = file.pointer("/workflow/graph").ok_or_else(|| invalid("it has no workflow with a graph"))?;
    let mut build = Build::default();
    let world = world(file, graph, &mut build)?;
    if world.nodes.is_empty() {
        return Err(invalid("it has no nodes"));
    }
    build.document.mode = if world.chat { Mode::Chatflow } else { Mode::Workflow };
    let left = items(graph, "edges").iter().map(|edge| text(edge, "source")).collect();
    let mut reader = Reader { graph, world: &world, build, left, ports: HashMap::new() };
    for item in world.nodes.values() {
        reader.node(item)?;
    }
    reader.edges()?;
    reader.end_early()?;
    Ok(reader.build.finish(text(&file["app"], "name"), text(&file["app"], "description")))
}

fn world<'a>(file: &'a Value, graph: &'a Value, build: &mut Build) -> Result<World<'a>, Failure> {
    let chat = text(&file["app"], "mode") == "advanced-chat";
    let mut nodes: BTreeMap<&'a str, Item<'a>> = BTreeMap::new();
    let mut start = None;
    for (at, raw) in items(graph, "nodes").iter().enumerate() {
        let key = text(raw, "id");
        let data = raw.get("data").unwrap_or(&Value::Null);
        if key.is_empty() || !data.is_object() || nodes.contains_key(key) {
            build.not_a_node(at);
            continue;
        }
        if nodes.len() >= MAX_NODES {
            return Err(too_large());
        }
        let ty = if text(raw, "type") == "custom-note" { "custom-note" } else { text(data, "type") };
        let parent = [text(raw, "parentId"), text(data, "iteration_id"), text(data, "loop_id")].into_iter().find(|id| !id.is_empty());
        let id = build.unused(key);
        if ty == "start" {
            start = Some(id.clone());
        }
        nodes.insert(key, Item { key, ty, data, raw, id, parent });
    }
    let known: BTreeSet<&str> = nodes.values().filter(|item| matches!(item.ty, "iteration" | "loop")).map(|item| item.key).collect();
    for item in nodes.values_mut() {
        item.parent = item.parent.filter(|parent| known.contains(parent));
    }
    // Containers inside each other in a circle are inside nothing.
    let at: HashMap<&str, usize> = nodes.keys().copied().zip(0..).collect();
    let parents: Vec<Option<usize>> = nodes.values().map(|item| item.parent.and_then(|parent| at.get(parent).copied())).collect();
    for (item, depth) in nodes.values_mut().zip(depths(&parents)) {
        item.parent = item.parent.filter(|_| depth.is_some());
    }
    let secret = |one: &&Value| text(one, "value_type") != "secret";
    let environment =
        items(&file["workflow"], "environment_variables").iter().filter(secret).map(|one| (text(one, "name"), &one["value"])).collect();
    Ok(World { nodes, start, environment, chat })
}

struct Reader<'a, 'w> {
    graph: &'a Value,
    world: &'w World<'a>,
    build: Build,
    /// Nodes that edges leave.
    left: HashSet<&'a str>,
    /// Ways out by the handles that edges name.
    ports: HashMap<&'a str, HashMap<&'a str, usize>>,
}

impl<'a> Reader<'a, '_> {
    fn node(&mut self, item: &Item<'a>) -> Result<(), Failure> {
        if matches!(item.ty, "iteration-start" | "loop-start") {
            return Ok(());
        }
        let title = if text(item.data, "title").is_empty() { item.ty } else { text(item.data, "title") };
        let mut site = Site::new(self.world, item);
        let mut helper = None;
        let mut made = match item.ty {
            "start" => work::read_start(&mut site, title),
            "end" => work::read_end(&mut site, title),
            "answer" => {
                let last = !self.left.contains(item.key) && item.parent.is_none();
                work::read_answer(&mut site, title, last)
            }
            "llm" => work::read_llm(&mut site, title),
            "parameter-extractor" => work::read_extractor(&mut site, title),
            "question-classifier" => work::read_classifier(&mut site, title),
            "code" => work::read_code(&mut site, title),
            "template-transform" => work::read_template(&mut site, title),
            "http-request" => work::read_http(&mut site, title),
            "knowledge-retrieval" => work::read_knowledge(&mut site, title),
            "tool" => work::read_tool(&mut site, title),
            "if-else" => logic::read_if(&mut site, title),
            "list-operator" => {
                let (made, sorted) = logic::read_list(&mut site, title);
                helper = sorted;
                made
            }
            "variable-aggregator" | "variable-assigner" => logic::read_aggregator(&mut site, title),
            "assigner" => logic::read_assigner(&mut site, title),
            "iteration" => read_iteration(&mut site, title),
            "loop" => read_loop(&mut site, title),
            "loop-end" => node("break", title, json!({})),
            "custom-note" => work::read_note(&mut site, title),
            _ => {
                site.note(Reason::UnknownType, item.ty);
                node(&unknown_kind("dify", item.ty), title, json!({ "data": item.data }))
            }
        };
        made.inputs = site.inputs.list();
        made.parent = self.parent(item);
        let position = &item.raw["position"];
        let at = |key: &str| position[key].as_f64().unwrap_or(0.0);
        // Iterations and loops are drawn around what they repeat; notes too have a size.
        let size = |key: &str| item.raw[key].as_f64().or(item.data[key].as_f64());
        let sized = matches!(item.ty, "iteration" | "loop" | "custom-note");
        made.view = area(at("x"), at("y"), size("width").zip(size("height")).filter(|_| sized));
        policy(item.data, &mut made);
        let mut notes = site.notes;
        notes.dedup();
        if let Some(mut sorted) = helper {
            let id = sorted_id(&item.id);
            sorted.parent.clone_from(&made.parent);
            sorted.view = place(at("x") - 120.0, at("y") + 120.0);
            for input in &mut made.inputs {
                if input.name == "list" {
                    sorted.inputs.push(input.clone());
                    input.value = Some(crate::build::reference(&id, &["output".to_owned()]));
                }
            }
            self.build.helper(&id, sorted)?;
            self.build.edge(&id, OUT, &item.id)?;
        }
        self.build.add(&item.id, made, item.ty, notes)
    }

    fn parent(&self, item: &Item<'_>) -> Option<NodeId> {
        item.parent.and_then(|parent| self.world.nodes.get(parent)).map(|parent| parent.id.clone())
    }

    fn entry(&self, item: &Item<'_>) -> NodeId {
        let sorted = sorted_id(&item.id);
        if self.build.document.nodes.contains_key(&sorted) { sorted } else { item.id.clone() }
    }

    fn edges(&mut self) -> Result<(), Failure> {
        let listed = items(self.graph, "edges");
        if listed.len() > MAX_EDGES {
            return Err(too_large());
        }
        for edge in listed {
            let ends = self.world.nodes.get(text(edge, "source")).zip(self.world.nodes.get(text(edge, "target")));
            let Some((from, to)) = ends else {
                self.build.say(Reason::Edge.about(format!("{} → {}", text(edge, "source"), text(edge, "target"))));
                continue;
            };
            let target = self.entry(to);
            if matches!(from.ty, "iteration-start" | "loop-start") {
                if let Some(container) = self.parent(from) {
                    self.build.edge(&container, BODY, &target)?;
                }
                continue;
            }
            if from.parent != to.parent {
                self.build.say(Reason::Edge.about(format!("{} → {}", from.key, to.key)));
                continue;
            }
            let port = self.port(from, text(edge, "sourceHandle"));
            self.build.edge(&from.id, &port, &target)?;
        }
        // The end of a body leads back to its container.
        let left: BTreeSet<NodeId> = self.build.document.edges.iter().map(|edge| edge.from.clone()).collect();
        for item in self.world.nodes.values() {
            let Some(container) = self.parent(item).filter(|_| !left.contains(&item.id)) else { continue };
            if !matches!(item.ty, "iteration-start" | "loop-start" | "loop-end" | "custom-note") {
                for way in ways(item) {
                    self.build.edge(&item.id, &way, &container)?;
                }
            }
        }
        Ok(())
    }

    /// What loops look at after each round: a condition and a break at the end of the body.
    fn end_early(&mut self) -> Result<(), Failure> {
        let world = self.world;
        let ends_early = |item: &&Item<'a>| item.ty == "loop" && !items(item.data, "break_conditions").is_empty();
        let loops: Vec<&Item<'a>> = world.nodes.values().filter(ends_early).collect();
        let mut bodies: HashMap<NodeId, Body> = loops.iter().map(|item| (item.id.clone(), Body::default())).collect();
        // Behind what the loop repeats.
        for node in self.build.document.nodes.values() {
            let Some(body) = node.parent.as_ref().and_then(|parent| bodies.get_mut(parent)) else { continue };
            if let Some(place) = node.view["x"].as_f64().zip(node.view["y"].as_f64())
                && body.last.is_none_or(|last| place.0 > last.0)
            {
                body.last = Some(place);
            }
        }
        let nodes = &self.build.document.nodes;
        self.build.document.edges.retain(|edge| {
            let inside = nodes.get(&edge.from).is_some_and(|node| node.parent.as_ref() == Some(&edge.to));
            let Some(body) = bodies.get_mut(&edge.to).filter(|_| inside) else { return true };
            body.ends.push((edge.from.clone(), edge.port.clone()));
            false
        });
        loops.into_iter().try_for_each(|item| self.ends_early(item, bodies.remove(&item.id).unwrap_or_default()))
    }

    fn ends_early(&mut self, item: &Item<'a>, body: Body) -> Result<(), Failure> {
        let check = self.build.unused(&format!("{}_check", item.id));
        let stop = self.build.unused(&format!("{}_break", item.id));
        let inner = Item { key: "", ty: "if-else", data: item.data, raw: item.raw, id: check.clone(), parent: Some(item.key) };
        let mut site = Site::new(self.world, &inner);
        let expr = logic::conditions(&mut site, items(item.data, "break_conditions"), text(item.data, "logical_operator"));
        let (x, y) = body.last.unwrap_or_default();
        let made = Node {
            parent: Some(item.id.clone()),
            inputs: site.inputs.list(),
            outputs: vec![Field::new("result", Type::String)],
            view: place(x + STEP, y),
            ..node("condition", "Enough", json!({ "branches": [{ "expr": expr }] }))
        };
        for note in site.notes {
            self.build.note(&item.id, note);
        }
        let stopped = Node { parent: Some(item.id.clone()), view: place(x + 2.0 * STEP, y), ..node("break", "Break", json!({})) };
        self.build.helper(&check, made)?;
        self.build.helper(&stop, stopped)?;
        for (from, port) in body.ends {
            self.build.edge(&from, &port, &check)?;
        }
        self.build.edge(&check, "branch_0", &stop)?;
        self.build.edge(&check, "else", &item.id)
    }

    /// The way out that a handle means.
    fn port(&mut self, item: &Item<'a>, handle: &str) -> String {
        let ways = || -> HashMap<&'a str, usize> {
            let listed: Vec<&'a str> = match item.ty {
                "if-else" => logic::cases(item.data).into_iter().map(|(key, ..)| key).collect(),
                _ => items(item.data, "classes").iter().map(|one| text(one, "id")).collect(),
            };
            // The first of a name counts.
            listed.into_iter().enumerate().rev().map(|(at, key)| (key, at)).collect()
        };
        let at = match (item.ty, handle) {
            (_, "fail-branch") => return ERROR.to_owned(),
            ("if-else", "false") => return "else".to_owned(),
            ("if-else", case) => self.ports.entry(item.key).or_insert_with(ways).get(case).copied().or(Some(0)),
            ("question-classifier", class) => self.ports.entry(item.key).or_insert_with(ways).get(class).copied(),
            _ => return OUT.to_owned(),
        };
        at.map_or_else(|| "else".to_owned(), |at| format!("branch_{at}"))
    }
}

/// What a loop repeats.
#[derive(Default)]
struct Body {
    /// The place farthest to the right.
    last: Option<(f64, f64)>,
    /// Edges back to the loop.
    ends: Vec<(NodeId, String)>,
}

fn sorted_id(id: &NodeId) -> NodeId {
    format!("{id}_sorted").into()
}

/// All ways out of a node.
fn ways(item: &Item<'_>) -> Vec<String> {
    let count = match item.ty {
        "if-else" => logic::cases(item.data).len(),
        "question-classifier" => items(item.data, "classes").len(),
        _ => return vec![OUT.to_owned()],
    };
    (0..count).map(|at| format!("branch_{at}")).chain(["else".to_owned()]).collect()
}

fn policy(data: &Value, made: &mut Node) {
    let retry = &data["retry_config"];
    let retries = if retry["retry_enabled"].as_bool() == Some(true) { whole(&retry["max_retries"]).unwrap_or(0).min(10) } else { 0 };
    let mut default = Values::new();
    for one in items(data, "default_value") {
        default.insert(name(text(one, "key")), one["value"].clone());
    }
    made.policy = Policy {
        retries: u32::try_from(retries).unwrap_or(0),
        backoff_ms: if retries > 0 { whole(&retry["retry_interval"]).unwrap_or(0).min(60_000) } else { 0 },
        on_error: match text(data, "error_strategy") {
            "fail-branch" => OnError::Branch,
            "default-value" => OnError::Default,
            _ => OnError::Fail,
        },
        default,
        ..Policy::default()
    };
}

/// The same for each element.
fn read_iteration(site: &mut Site<'_, '_>, title: &str) -> Node {
    let data = site.item.data;
    let over = site.selector(&data["iterator_selector"]);
    site.inputs.set("item", list(), over);
    let mut collect = Vec::new();
    let before = site.inputs.count();
    if let Some(Binding::Ref(from)) = site.selector(&data["output_selector"]) {
        collect.push(json!({ "name": "output", "from": { "node": from.node, "path": from.path } }));
    }
    site.inputs.forget(before);
    if !matches!(text(data, "error_handle_mode"), "" | "terminated") {
        site.note(Reason::Option, text(data, "error_handle_mode"));
    }
    let outputs = vec![Field::new("output", list())];
    if data["is_parallel"].as_bool() == Some(true) {
        let at_once = whole(&data["parallel_nums"]).unwrap_or(10).clamp(1, 100);
        let params = json!({ "size": 10_000, "concurrency": at_once, "collect": collect });
        return Node { outputs, ..node("batch", title, params) };
    }
    Node { outputs, ..node("loop", title, json!({ "over": "lists", "collect": collect })) }
}

/// So many times, with variables.
fn read_loop(site: &mut Site<'_, '_>, title: &str) -> Node {
    let data = site.item.data;
    let count = whole(&data["loop_count"]).unwrap_or(10);
    site.inputs.set("count", Type::Integer, Some(Binding::Literal(count.into())));
    let mut names = Vec::new();
    let mut collect = Vec::new();
    let mut outputs = Vec::new();
    for one in items(data, "loop_variables") {
        let label = name(text(one, "label"));
        let ty = type_of(text(one, "var_type"));
        let value =
            if text(one, "value_type") == "variable" { site.selector(&one["value"]) } else { Some(Binding::Literal(one["value"].clone())) };
        site.inputs.set(&label, ty.clone(), value);
        collect.push(json!({ "name": label, "from": { "node": site.item.id, "path": [label] } }));
        outputs.push(Field::new(label.clone(), ty));
        names.push(label);
    }
    Node { outputs, ..node("loop", title, json!({ "over": "count", "variables": names, "collect": collect })) }
}
