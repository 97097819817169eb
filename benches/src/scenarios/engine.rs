//! The core of workflows alone, in memory: no journal, no runtime, one thread.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, bail};
use engine::program::graph::{Graph, Plan, State};
use engine::program::{Context, Effect, Input, Program as _, Rest};
use flow::node::Registry;
use flow::run::{Event, Program, Recorded, Reply, RunSpec, Variables, WorkflowRun};
use flow::tool::Toolbox;
use flow::workflow::{Document, Limits};
use serde_json::{Map, Value, json};
use types::{MessageId, RunId, Timestamp, UserId, WorkflowId, WorkspaceId};

use crate::report::{Report, quantile};

const ROUNDS: usize = 7;
/// Steps of one round at least.
const STEPS: u64 = 300_000;

/// Runs it.
pub fn run() -> anyhow::Result<Report> {
    let mut report = Report::new(
        "engine",
        &format!(
            "Light steps (condition, text, merge) of the core of workflows alone, in memory, on one thread: from the start of a run to its end, \
             every event made and dropped. Each group is a condition, one of two texts, and a merge. Median of {ROUNDS} rounds of {STEPS} \
             steps, by the time the thread was on a core."
        ),
    );
    let registry = nodes::registry(&nodes::ports::Services::default());
    let mut rows = vec![["run", "steps", "steps/s", "µs per step", "folded again, events/s", "budget"].map(str::to_owned).to_vec()];
    for (name, document, budget) in [
        ("chain of 4 groups", chain(4)?, "500000 steps/s"),
        ("chain of 333 groups, each node its own", chain(333)?, ""),
        ("chain of 3333 groups, each node its own", chain(3333)?, ""),
        ("loop of 333 iterations of a group", repeated(333)?, "500000 steps/s"),
        ("loop of 3333 iterations of a group", repeated(3333)?, "per step as in 333"),
    ] {
        let subject = Subject::new(&document, &registry)?;
        let steps = subject.run(None)?;
        let per_step = median(|| subject.run(None))?;
        let mut journal = Vec::new();
        subject.run(Some(&mut journal))?;
        let events = journal.len() as u64;
        let per_event = median(|| {
            subject.fold(&journal);
            Ok(events)
        })?;
        rows.push(vec![
            name.to_owned(),
            steps.to_string(),
            format!("{:.0}", 1.0 / per_step),
            format!("{:.2}", per_step * 1e6),
            format!("{:.0}", 1.0 / per_event),
            budget.to_owned(),
        ]);
    }
    report.table(&rows);
    report.note("A chain whose nodes are all its own does not fit into the caches of a core when it is long; a loop does.");
    Ok(report)
}

/// A workflow that runs again and again.
struct Subject {
    plan: Arc<Plan>,
    spec: Arc<RunSpec>,
    tools: Toolbox,
    /// Kept from step to step, as the task of a run keeps it.
    effects: RefCell<Vec<Effect>>,
}

impl Subject {
    fn new(document: &Document, registry: &Registry) -> anyhow::Result<Self> {
        let graph = Graph::compile(document, None, registry).map_err(|findings| anyhow::anyhow!("{findings:?}"))?;
        let plan = Arc::new(Plan::new(Arc::new(graph), BTreeMap::new()));
        let run = WorkflowRun {
            workflow: WorkflowId(1),
            workflow_name: String::new(),
            version: None,
            document: String::new(),
            callees: BTreeMap::new(),
            inputs: Map::from_iter([("output".to_owned(), json!("hello"))]),
            strict: false,
            only: None,
            variables: Variables::default(),
            history: Vec::new(),
            app: None,
            person: None,
            bot: None,
            place: None,
            time_zone: None,
            limits: Limits { max_steps: Some(1_000_000), max_bytes: Some(1 << 30), ..Limits::default() },
            reply: Reply::default(),
            fork: None,
            debugging: None,
        };
        let spec = Arc::new(RunSpec {
            id: RunId(1),
            workspace: WorkspaceId(1),
            user: UserId(1),
            program: Program::Workflow(Box::new(run)),
            conversation: None,
            section: None,
            meta: Map::new(),
            parent: None,
        });
        Ok(Self { plan, spec, tools: Toolbox::default(), effects: RefCell::default() })
    }

    fn state(&self) -> State {
        State::new(Arc::clone(&self.spec), Ok(Arc::clone(&self.plan)), &self.tools)
    }

    /// One run; gives its steps.
    fn run(&self, mut journal: Option<&mut Vec<Recorded>>) -> anyhow::Result<u64> {
        let mut state = self.state();
        let created = Recorded { seq: 1, at: Timestamp(1), event: Event::Created };
        state.apply(&created);
        let mut steps = 0;
        let mut ids = || MessageId(1);
        let mut input = Some(Input::Start);
        let mut effects = self.effects.borrow_mut();
        while let Some(now) = input.take() {
            state.step_into(now, &mut Context { now: Timestamp(2), model: "", ids: &mut ids }, &mut effects);
            for effect in effects.drain(..) {
                match effect {
                    Effect::Record(event) => {
                        steps += u64::from(matches!(event, Event::StepRan { .. }));
                        if let Some(journal) = &mut journal {
                            journal.push(Recorded { seq: 0, at: Timestamp(2), event });
                        }
                    }
                    Effect::Continue => input = Some(Input::Continue),
                    other => bail!("no light step asks for {other:?}"),
                }
            }
        }
        if state.rest() != Rest::Ended {
            bail!("the run did not end");
        }
        Ok(steps)
    }

    fn fold(&self, journal: &[Recorded]) {
        let mut state = self.state();
        for recorded in journal {
            state.apply(recorded);
        }
    }
}

/// Seconds for one unit, where `work` gives how many it did.
fn median(work: impl Fn() -> anyhow::Result<u64>) -> anyhow::Result<f64> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let mut units = 0;
        let begun = on_core();
        while units < STEPS {
            units += work()?;
        }
        rounds.push((on_core() - begun) / units as f64);
    }
    Ok(quantile(&rounds, 0.5))
}

/// Seconds that this thread was on a core; by the clock where the system does not say.
fn on_core() -> f64 {
    thread_local!(static BEGUN: Instant = Instant::now());
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.as_deref().and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| BEGUN.with(|begun| begun.elapsed().as_secs_f64()), |ns| ns / 1e9)
}

fn input(name: &str, node: &str, key: &str) -> Value {
    json!({ "name": name, "type": "string", "value": { "ref": { "node": node, "path": [key] } } })
}

fn start() -> Value {
    json!({ "kind": "start", "outputs": [{ "name": "output", "type": "string", "required": true }] })
}

/// A condition on what was before, one of two texts, a merge. Gives the nodes and the edges inside.
fn group(suffix: &str, before: &str, parent: Option<&str>) -> ([(String, Value); 4], [Value; 4]) {
    let name = |kind: &str| format!("{kind}{suffix}");
    let text = |template: &str, from: &str| {
        json!({
            "kind": "text", "params": { "method": "concat", "template": template },
            "inputs": [input("v", from, "output")], "outputs": [{ "name": "output", "type": "string" }],
        })
    };
    let branches = json!({ "branches": [{ "logic": "and", "conditions": [{ "left": "v", "operator": "equal", "right": "w" }] }] });
    let mut nodes = [
        (
            name("if"),
            json!({ "kind": "condition", "params": branches, "inputs": [input("v", before, "output"), { "name": "w", "type": "string", "value": { "literal": "never" } }] }),
        ),
        (name("a"), text("{{v}}", before)),
        (name("b"), text("{{v}} again", "start")),
        (
            name("merge"),
            json!({
                "kind": "merge", "params": { "groups": [{ "name": "output", "inputs": ["x", "y"] }] },
                "inputs": [input("x", &name("a"), "output"), input("y", &name("b"), "output")],
                "outputs": [{ "name": "output", "type": "string" }],
            }),
        ),
    ];
    for (_, node) in &mut nodes {
        if let Some(parent) = parent {
            node["parent"] = json!(parent);
        }
    }
    let edge = |from: &str, port: &str, to: &str| json!({ "from": name(from), "port": port, "to": name(to) });
    let edges = [edge("if", "branch_0", "a"), edge("if", "else", "b"), edge("a", "out", "merge"), edge("b", "out", "merge")];
    (nodes, edges)
}

/// Groups one after the other.
fn chain(groups: usize) -> anyhow::Result<Document> {
    let mut nodes = Map::from_iter([("start".to_owned(), start())]);
    let mut edges = Vec::new();
    let mut before = "start".to_owned();
    for index in 0..groups {
        let suffix = index.to_string();
        let (made, inside) = group(&suffix, &before, None);
        edges.push(json!({ "from": before, "to": format!("if{suffix}") }));
        edges.extend(inside);
        nodes.extend(made);
        before = format!("merge{suffix}");
    }
    nodes.insert("end".to_owned(), json!({ "kind": "end", "inputs": [input("output", &before, "output")] }));
    edges.push(json!({ "from": before, "to": "end" }));
    serde_json::from_value(json!({ "nodes": nodes, "edges": edges })).context("a chain")
}

/// A group again and again.
fn repeated(times: usize) -> anyhow::Result<Document> {
    let (inside, inner) = group("", "start", Some("loop"));
    let mut nodes = Map::from_iter(inside);
    nodes.insert("start".to_owned(), start());
    let count = json!({ "name": "count", "type": "integer", "value": { "literal": times } });
    nodes.insert("loop".to_owned(), json!({ "kind": "loop", "params": { "over": "count" }, "inputs": [count] }));
    nodes.insert("end".to_owned(), json!({ "kind": "end", "inputs": [] }));
    let around = [("start", "out", "loop"), ("loop", "body", "if"), ("merge", "out", "loop"), ("loop", "out", "end")];
    let mut edges = inner.to_vec();
    edges.extend(around.map(|(from, port, to)| json!({ "from": from, "port": port, "to": to })));
    serde_json::from_value(json!({ "nodes": nodes, "edges": edges })).context("a loop")
}
