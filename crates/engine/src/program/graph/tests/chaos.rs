//! Random documents, random orders, crashes after every event: each run ends, no node runs twice, and the result is one.

use std::collections::BTreeSet;
use std::sync::Arc;

use flow::run::{Event, PendingCall, PendingKind, ToolSubmission};
use flow::workflow::Document;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::super::{Input, Program as _, Rest};
use super::world::{World, document, plan, spec};
use super::{input, literal};

/// A small generator: one seed, one document, one order.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }
}

/// A document being made up.
struct Draft {
    dice: Dice,
    nodes: serde_json::Map<String, Value>,
    edges: Vec<String>,
    calls: bool,
}

impl Draft {
    /// Makes up the nodes of a scope; gives those that nothing follows, as edges begin with them.
    fn scope(&mut self, owner: Option<&str>, prefix: &str, count: usize, depth: usize, visible: &[String]) -> Vec<String> {
        let mut known: Vec<String> = visible.to_vec();
        let entry = owner.map_or_else(|| "start".to_owned(), |owner| format!("{owner}.body"));
        let mut loose: BTreeSet<String> = BTreeSet::new();
        let mut ways: Vec<String> = vec![entry.clone()];
        for index in 0..count {
            let id = format!("{prefix}{index}");
            for _ in 0..=self.dice.roll(2) {
                let from = ways[self.dice.roll(ways.len())].clone();
                loose.remove(&from);
                let edge = format!("{from}>{id}");
                if !self.edges.contains(&edge) {
                    self.edges.push(edge);
                }
            }
            let ports = self.node(&id, owner, depth, &known);
            known.push(id.clone());
            for port in ports {
                let way = format!("{id}.{port}");
                loose.insert(way.clone());
                ways.push(way);
            }
        }
        loose.into_iter().collect()
    }

    /// Makes up a node; gives its ways out.
    fn node(&mut self, id: &str, owner: Option<&str>, depth: usize, known: &[String]) -> Vec<&'static str> {
        const KINDS: [&str; 15] =
            ["set", "text", "if", "merge", "fails", "read", "write", "model", "ask", "wait", "output", "loop", "batch", "call", "set"];
        let mut kind = KINDS[self.dice.roll(KINDS.len())];
        if (matches!(kind, "loop" | "batch") && depth >= 2) || (kind == "call" && !self.calls) {
            kind = "set";
        }
        if owner.is_some() && self.dice.chance(8) {
            kind = if self.dice.chance(50) { "break" } else { "continue" };
        }
        let mut inputs = vec![literal("own", &json!(id))];
        if let Some(from) = (!known.is_empty()).then(|| known[self.dice.roll(known.len())].clone()) {
            inputs.push(input("v", &format!("{from}.v")));
        }
        let mut node = json!({ "kind": kind, "title": id });
        let mut ports = vec!["out"];
        match kind {
            "text" => node["params"] = json!({ "template": "{{own}}/{{v}}" }),
            "output" => {
                let writer = known.iter().rev().find(|one| self.nodes.get(*one).is_some_and(|node| node["kind"] == "model"));
                if let Some(writer) = writer {
                    inputs.push(json!({ "name": "said", "type": "string", "value": { "ref": { "node": writer, "path": ["output"] } } }));
                }
                node["params"] = json!({ "message": "{{own}}: {{said}} {{v}}", "streaming": self.dice.chance(80) });
            }
            "if" => {
                inputs.push(literal("cond", &json!(self.dice.chance(50))));
                ports = vec!["true", "false"];
            }
            "fails" => {
                inputs.push(literal("fine", &json!(self.dice.chance(30))));
                let on_error = ["default", "branch", "branch", "fail"][self.dice.roll(4)];
                node["policy"] = json!({ "on_error": on_error, "default": { "v": "instead" } });
                if on_error == "branch" {
                    ports.push("error");
                }
            }
            "read" | "model" => {
                node["policy"] = json!({ "retries": self.dice.roll(3), "backoff_ms": self.dice.roll(2) * 50, "on_error": "default" });
            }
            // Its key makes it harmless.
            "write" => node["policy"] = if self.dice.chance(60) { json!({ "retries": 9 }) } else { json!({ "on_interrupt": "ask" }) },
            "ask" => node["params"] = json!({ "times": 1 + self.dice.roll(2) }),
            "wait" => inputs.push(literal("milliseconds", &json!(self.dice.roll(3) * 40))),
            "call" => node["params"] = json!({ "workflow": "7" }),
            "break" | "continue" => ports = vec![],
            "loop" | "batch" => {
                let items: Vec<usize> = (0..self.dice.roll(4)).collect();
                inputs = vec![json!({ "name": "items", "type": { "list": "any" }, "value": { "literal": items } })];
                let prefix = format!("{id}_");
                let count = 1 + self.dice.roll(4);
                let inner = self.dice.roll(count);
                node["params"] = json!({ "concurrency": 1 + self.dice.roll(3), "collect": [["v", format!("{prefix}{inner}"), ["v"]]] });
                let visible: Vec<String> = known.iter().cloned().chain([id.to_owned()]).collect();
                self.scope(Some(id), &prefix, count, depth + 1, &visible);
            }
            _ => {}
        }
        node["inputs"] = json!(inputs);
        if let Some(owner) = owner {
            node["parent"] = json!(owner);
        }
        self.nodes.insert(id.to_owned(), node);
        ports
    }
}

fn made_up(seed: u64, size: usize, calls: bool) -> Document {
    let start = json!({ "kind": "start", "outputs": [{ "name": "v", "type": "string" }] });
    let nodes = serde_json::Map::from_iter([("start".to_owned(), start)]);
    let mut draft = Draft { dice: Dice(seed | 1), nodes, edges: Vec::new(), calls };
    let loose = draft.scope(None, "n", size, 0, &["start".to_owned()]);
    let known: Vec<String> = (0..size).map(|index| format!("n{index}")).collect();
    draft
        .nodes
        .insert("end".into(), json!({ "kind": "end", "inputs": known.iter().map(|id| input(id, &format!("{id}.v"))).collect::<Vec<_>>() }));
    draft.edges.extend(loose.iter().map(|way| format!("{way}>end")));
    document(json!({ "nodes": draft.nodes, "edges": draft.edges }))
}

fn world(document: &Document, inner: &Document) -> World {
    let limited = spec(&json!({ "v": "given" }), |run| run.limits.max_steps = Some(2000));
    let mut world = World::with(plan(document, &[("7", inner.clone())], None), limited);
    world.fickle = true;
    world
}

/// Goes on to the end; people answer by the place they are asked at.
fn finish(world: &mut World, dice: &mut Dice, crashes: usize) {
    for _ in 0..1000 {
        let mut order = Dice(dice.roll(usize::MAX) as u64 | 1);
        if dice.chance(crashes) && world.journal.len() > 1 && world.state.rest() == Rest::Working {
            world.crash();
        }
        world.go_with(|flying| order.roll(flying));
        if world.state.rest() == Rest::Ended {
            return;
        }
        assert_eq!(world.state.rest(), Rest::Parked, "{:#?}", world.lines());
        let pending = world.pending();
        let call = &pending[dice.roll(pending.len())];
        let said = answer(call);
        world.submit_all(vec![said]);
    }
    panic!("it never ends: {:#?}", world.lines());
}

/// Questions are answered by where they are asked; what was interrupted is to be done again.
fn answer(call: &PendingCall) -> ToolSubmission {
    let node = call.node.as_ref().unwrap();
    let (again, text) = (call.kind == PendingKind::Interrupted, format!("{}{}", node.path, node.id));
    ToolSubmission { call_id: call.call_id.clone(), output: Some(text), approve: again.then_some(true), step: false }
}

/// The end, for comparing: of failures only that it is one, for which of several comes first is a matter of order.
fn end(world: &World) -> Value {
    match &world.journal.last().unwrap().event {
        Event::Completed { output } => json!({ "completed": output }),
        Event::Failed { error } => {
            assert!(matches!(&*error.code, "small_failed" | "limit_steps"), "{}: {:#?}", error.code, world.lines());
            json!("failed")
        }
        other => panic!("{other:?}"),
    }
}

fn once(world: &World) {
    world.ledger.agrees(&world.spec, &world.journal);
    let mut seen = BTreeSet::new();
    for at in world.ran() {
        assert!(seen.insert(at.clone()), "{at} ran twice: {:#?}", world.lines());
    }
    let mut told = BTreeSet::new();
    for recorded in &world.journal {
        if let Event::Answer { message, .. } = &recorded.event {
            assert!(told.insert(*message), "a message is told twice");
        }
    }
}

/// Counts runs and crashes of the simulator in the file that `HEARTH_TEST_TALLY` names: `make soak` sums them up.
fn count(runs: usize, kills: usize) {
    use std::io::Write as _;
    if let Some(path) = std::env::var_os("HEARTH_TEST_TALLY") {
        let mut file = std::fs::File::options().create(true).append(true).open(path).unwrap();
        // One write: other processes write to the same file.
        file.write_all(format!("simulator runs={runs} kills={kills} lost=0 doubled=0\n").as_bytes()).unwrap();
    }
}

/// `PROPTEST_CASES` for longer runs.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn the_order_of_completions_does_not_matter(seed in any::<u64>(), size in 1usize..12, orders in any::<(u64, u64)>()) {
        let inner = made_up(seed.rotate_left(17), 3, false);
        let document = made_up(seed, size, true);
        let mut one = world(&document, &inner);
        finish(&mut one, &mut Dice(orders.0 | 1), 0);
        once(&one);
        let mut other = world(&document, &inner);
        finish(&mut other, &mut Dice(orders.1 | 1), 0);
        prop_assert_eq!(end(&one), end(&other));
        count(2, 0);
    }

    #[test]
    fn a_crash_after_any_event_changes_nothing(seed in any::<u64>(), size in 1usize..8, order in any::<u64>()) {
        let inner = made_up(seed.rotate_left(17), 3, false);
        let document = made_up(seed, size, true);
        let mut whole = world(&document, &inner);
        finish(&mut whole, &mut Dice(order | 1), 0);
        for cut in 1..whole.journal.len() {
            let journal = whole.journal[..cut].to_vec();
            let mut other = World::from_journal(Arc::clone(&whole.plan), Arc::clone(&whole.spec), journal);
            other.fickle = true;
            if other.state.rest() == Rest::Parked {
                // The answer that followed was lost with the cut.
                let said = answer(&other.pending()[0]);
                other.submit_all(vec![said]);
            } else {
                other.input(Input::Start);
                other.commit();
            }
            finish(&mut other, &mut Dice(order.rotate_left(cut as u32) | 1), 5);
            once(&other);
            prop_assert_eq!(end(&other), end(&whole), "cut at {}", cut);
        }
        let cuts = whole.journal.len() - 1;
        count(1 + cuts, cuts);
    }
}
