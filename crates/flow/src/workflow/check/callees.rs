//! Workflows that are called.

use std::collections::{BTreeMap, BTreeSet};

use super::messages::both;
use super::nodes::Known;
use super::{Check, Found};
use crate::node::{Action, Control, Registry};
use crate::value::{Field, Type};
use crate::workflow::{CalleeSnapshot, Document, callee_key};

/// Workflows that are looked into for calls in a circle.
const MAX_VISITS: usize = 200;

/// What is known of a workflow that is called.
pub enum Callee<'a> {
    /// Nobody looked; nothing is said about it.
    Unknown,
    /// There is none, or not in this version.
    Missing,
    /// Its document.
    Found(&'a Document),
}

/// The workflows that a document may call.
pub trait Callees {
    /// The workflow of this id, as text, in its draft (`None`) or a version.
    fn callee(&self, workflow: &str, version: Option<&str>) -> Callee<'_>;

    /// The id of the workflow that is checked, to see it call itself.
    fn caller(&self) -> Option<&str> {
        None
    }
}

/// Nobody looked.
impl Callees for () {
    fn callee(&self, _workflow: &str, _version: Option<&str>) -> Callee<'_> {
        Callee::Unknown
    }
}

/// Those of a snapshot: what is not in it does not exist.
impl Callees for BTreeMap<String, CalleeSnapshot> {
    fn callee(&self, workflow: &str, version: Option<&str>) -> Callee<'_> {
        self.get(&callee_key(workflow, version)).map_or(Callee::Missing, |snapshot| Callee::Found(snapshot.document.document()))
    }
}

/// A workflow and its version.
type Key = (String, Option<String>);

/// Looks at each workflow once, however many nodes call it.
pub(super) fn check(check: &Check<'_>, found: &mut Found) {
    let mut callers: BTreeMap<Key, Vec<&Known<'_>>> = BTreeMap::new();
    for known in check.nodes.iter().filter(|known| known.live) {
        // Without an id it is told by the kind.
        if let Some(Control::Workflow { workflow, version }) = known.control()
            && !workflow.is_empty()
        {
            callers.entry((workflow.clone(), version.clone())).or_default().push(known);
        }
    }
    let mut calls = Calls { check, known: BTreeMap::new() };
    for (key, nodes) in &callers {
        if calls.in_a_circle(key) {
            for known in nodes {
                let message = both("工作流调用了自己；请确认会结束", "The workflow calls itself; make sure that it ends");
                found.warn("workflow_recursion", Some(known.id), "/params", message);
            }
        }
        let wrong = match check.callees.callee(&key.0, key.1.as_deref()) {
            Callee::Unknown => continue,
            Callee::Missing => both("调用的工作流或版本不存在", "The workflow that is called, or this version of it, does not exist"),
            Callee::Found(document) => match Faces::of(document, check.registry) {
                Some(faces) => {
                    for known in nodes {
                        interface(&faces, known, found);
                    }
                    continue;
                }
                None => both("调用的工作流没有开始或结束节点", "The workflow that is called has no start or no end"),
            },
        };
        for known in nodes {
            found.error("missing_callee", Some(known.id), "/params", wrong.clone());
        }
    }
}

/// Whether inputs and outputs are still what the callee takes and gives.
fn interface(faces: &Faces<'_>, known: &Known<'_>, found: &mut Found) {
    let node = known.node;
    for field in faces.takes.iter().filter(|field| field.required && field.default.is_none()) {
        if !node.inputs.iter().any(|input| input.name == field.name && input.value.is_some()) {
            let message = both(format!("缺少必填输入“{}”", field.name), format!("The input `{}` is required", field.name));
            found.error("missing_input", Some(known.id), "/inputs", message);
        }
    }
    for (index, input) in node.inputs.iter().enumerate() {
        if !faces.takes.iter().any(|field| field.name == input.name) {
            let message = both(
                format!("调用的工作流已修改，不再有输入“{}”；请刷新节点", input.name),
                format!("The workflow that is called was changed and does not take `{}`; refresh the node", input.name),
            );
            found.warn("callee_changed", Some(known.id), format!("/inputs/{index}/name"), message);
        }
    }
    if node.params.get("answer").and_then(serde_json::Value::as_bool).is_some_and(|answer| answer != faces.answers) {
        let message =
            both("调用的工作流的返回方式已修改；请刷新节点", "The workflow that is called ends in another way now; refresh the node");
        found.error("callee_changed", Some(known.id), "/params", message);
    }
    for (index, output) in node.outputs.iter().enumerate() {
        let now = faces.gives.iter().find(|(name, _)| *name == output.name);
        if !now.is_some_and(|(_, ty)| same_shape(ty, &output.ty)) {
            let message = both(
                format!("调用的工作流已修改，输出“{}”不同了；请刷新节点", output.name),
                format!("The workflow that is called was changed and its output `{}` differs; refresh the node", output.name),
            );
            found.warn("callee_changed", Some(known.id), format!("/outputs/{index}"), message);
        }
    }
}

fn same_shape(a: &Type, b: &Type) -> bool {
    matches!((a, b), (Type::Any, _) | (_, Type::Any)) || std::mem::discriminant(a) == std::mem::discriminant(b)
}

/// What a workflow takes and gives.
struct Faces<'a> {
    takes: &'a [Field],
    gives: Vec<(&'a str, &'a Type)>,
    answers: bool,
}

impl<'a> Faces<'a> {
    fn of(document: &'a Document, registry: &Registry) -> Option<Self> {
        let top = || document.nodes.iter().filter(|(_, node)| node.parent.is_none());
        let (mut takes, mut ends) = (None, None);
        for (id, node) in top().filter(|(_, node)| node.kind == "start" || node.kind == "end") {
            match registry.get(&node.kind, node.version)?.compile(id, node).ok()? {
                Action::Control(Control::Start) => takes = Some(node.outputs.as_slice()),
                Action::Control(Control::End { answer, .. }) => ends = Some((node, answer.is_some())),
                _ => {}
            }
        }
        let (end, answers) = ends?;
        let gives = if answers {
            vec![("output", &Type::String)]
        } else {
            end.inputs.iter().map(|input| (input.name.as_str(), &input.ty)).collect()
        };
        Some(Self { takes: takes?, gives, answers })
    }
}

/// Which workflow calls which.
struct Calls<'a> {
    check: &'a Check<'a>,
    known: BTreeMap<Key, Vec<Key>>,
}

impl Calls<'_> {
    /// Whether what is called is the caller, or calls, at any distance, the caller or itself.
    fn in_a_circle(&mut self, first: &Key) -> bool {
        let is_caller = |key: &Key| self.check.callees.caller() == Some(key.0.as_str());
        if is_caller(first) {
            return true;
        }
        let mut seen = BTreeSet::from([first.clone()]);
        let mut open = vec![first.clone()];
        while let Some(key) = open.pop() {
            let calls = self.known.entry(key).or_insert_with_key(|key| calls(self.check, key));
            for call in calls.iter() {
                if call == first || is_caller(call) {
                    return true;
                }
                if seen.len() < MAX_VISITS && seen.insert(call.clone()) {
                    open.push(call.clone());
                }
            }
        }
        false
    }
}

/// The workflows that one calls by nodes of the kind `workflow`.
fn calls(check: &Check<'_>, (workflow, version): &Key) -> Vec<Key> {
    let Callee::Found(document) = check.callees.callee(workflow, version.as_deref()) else { return Vec::new() };
    let nodes = document.nodes.iter().filter(|(_, node)| node.kind == "workflow");
    let called = nodes.filter_map(|(id, node)| match check.registry.get(&node.kind, node.version)?.compile(id, node).ok()? {
        Action::Control(Control::Workflow { workflow, version }) => Some((workflow, version)),
        _ => None,
    });
    called.collect::<BTreeSet<_>>().into_iter().collect()
}
