//! What is known of each node by itself: its kind, what it does, what it gives.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::messages::both;
use super::{Bounds, Found};
use crate::node::{Action, Collect, Control, Declares, NodeSpec, NodeType, Registry};
use crate::value::{self, Field, Type};
use crate::workflow::{Binding, Document, Input, Node, NodeId, OnError};

/// A node and what is known of it.
pub(super) struct Known<'a> {
    pub id: &'a NodeId,
    pub node: &'a Node,
    pub spec: Option<&'a NodeSpec>,
    pub kind: Option<&'a Arc<dyn NodeType>>,
    pub action: Option<Action>,
    /// What its kind found; told if it is live.
    pub findings: Vec<crate::workflow::Finding>,
    /// Number of its container.
    pub parent: Option<usize>,
    /// It can be reached.
    pub live: bool,
    /// It lies within the bounds; otherwise nobody looks into it.
    pub bounded: bool,
    /// What it gives, as an object; [`Type::Any`] if that is not known.
    pub outputs: Type,
    /// What stands for it inside itself: a container, or a node that runs for each element.
    pub inner: Option<Type>,
}

impl Known<'_> {
    pub(super) const fn control(&self) -> Option<&Control> {
        match &self.action {
            Some(Action::Control(control)) => Some(control),
            _ => None,
        }
    }

    /// By what it does, or, if its params cannot be read, by name.
    pub(super) fn is(&self, matches: impl Fn(&Control) -> bool, name: &str) -> bool {
        match &self.action {
            Some(Action::Control(control)) => matches(control),
            Some(_) => false,
            None => self.node.kind == name,
        }
    }

    pub(super) fn is_start(&self) -> bool {
        self.is(|control| matches!(control, Control::Start), "start")
    }

    pub(super) fn is_end(&self) -> bool {
        self.is(|control| matches!(control, Control::End { .. }), "end")
    }

    pub(super) fn is_comment(&self) -> bool {
        self.is(|control| matches!(control, Control::Comment), "comment")
    }

    pub(super) fn is_container(&self) -> bool {
        matches!(self.control(), Some(Control::Loop { .. } | Control::Batch { .. })) || self.spec.is_some_and(|spec| spec.container)
    }
}

/// Reads all nodes.
pub(super) fn read<'a>(document: &'a Document, registry: &'a Registry, bounds: &Bounds, found: &mut Found) -> Vec<Known<'a>> {
    let numbers: BTreeMap<&str, usize> = document.nodes.keys().enumerate().map(|(number, id)| (id.as_str(), number)).collect();
    document
        .nodes
        .iter()
        .map(|(id, node)| {
            let mut known = one(id, node, registry, bounds, found);
            known.parent = node.parent.as_ref().and_then(|parent| numbers.get(parent.as_str())).copied();
            known
        })
        .collect()
}

fn one<'a>(id: &'a NodeId, node: &'a Node, registry: &'a Registry, bounds: &Bounds, found: &mut Found) -> Known<'a> {
    if !is_id(id.as_str()) {
        let shown: String = id.as_str().chars().take(80).collect();
        let message = both(
            format!("节点编号“{shown}”无效：1 到 64 个字母、数字、下划线或连字符"),
            format!("The id `{shown}` is not 1 to 64 letters, digits, `_` or `-`"),
        );
        found.error("bad_id", Some(id), "", message);
    }
    let mut known = Known {
        id,
        node,
        spec: registry.spec(&node.kind, node.version),
        kind: registry.get(&node.kind, node.version),
        action: None,
        findings: Vec::new(),
        parent: None,
        live: false,
        bounded: true,
        outputs: Type::Any,
        inner: None,
    };
    if let Err((code, path)) = bounded(node, bounds) {
        let (depth, fields) = (bounds.depth, bounds.fields);
        let message = match code {
            "too_deep" => both(format!("嵌套层次过深，最多 {depth} 层"), format!("More than {depth} levels inside each other")),
            _ => both(format!("字段过多，最多 {fields} 个"), format!("More than {fields} fields in one place")),
        };
        found.error(code, Some(id), path, message);
        return Known { spec: None, kind: None, bounded: false, ..known };
    }
    let Some((kind, spec)) = known.kind.zip(known.spec) else {
        unknown(id, node, registry, found);
        return known;
    };
    match kind.compile(id, node) {
        Ok(action) => known.action = Some(action),
        Err(findings) => known.findings = findings,
    }
    known.outputs = outputs(node, spec, known.action.as_ref());
    known.inner = inner(node, known.action.as_ref());
    known
}

fn unknown(id: &NodeId, node: &Node, registry: &Registry, found: &mut Found) {
    let kind: String = node.kind.chars().take(80).collect();
    if let Some(other) = registry.specs().find(|spec| spec.kind == node.kind) {
        let (version, other) = (node.version, other.version);
        let message = both(
            format!("节点类型“{kind}”没有版本 {version}（现有版本 {other}）"),
            format!("The kind `{kind}` has no version {version} here (it has {other})"),
        );
        found.error("unknown_version", Some(id), "/version", message);
    } else {
        found.error("unknown_kind", Some(id), "/kind", both(format!("没有节点类型“{kind}”"), format!("There is no kind of node `{kind}`")));
    }
}

fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// What a node gives: what it declares, what its kind does, and what the engine adds.
fn outputs(node: &Node, spec: &NodeSpec, action: Option<&Action>) -> Type {
    if node.batch.is_some() {
        let list = Type::List(Box::new(Type::Object(node.outputs.clone())));
        return Type::Object(vec![Field::new("outputList", list)]);
    }
    let mut fields = node.outputs.clone();
    let mut names: HashSet<String> = fields.iter().map(|field| field.name.clone()).collect();
    let mut add = |field: &Field| {
        if names.insert(field.name.clone()) {
            fields.push(field.clone());
        }
    };
    if let Declares::Kind(more) | Declares::Both(more) = &spec.outputs {
        more.iter().for_each(&mut add);
    }
    match action {
        Some(Action::Control(Control::Loop { collect, .. } | Control::Batch { collect, .. })) => {
            for Collect { name, ty, .. } in collect {
                add(&Field::new(name.clone(), ty.clone()));
            }
        }
        Some(Action::Control(Control::End { .. } | Control::Output { .. })) => add(&Field::new("output", Type::String)),
        Some(Action::Control(Control::AssignVariable { .. })) => add(&Field::new("isSuccess", Type::Boolean)),
        _ => {}
    }
    if node.policy.on_error != OnError::Fail {
        add(&Field::new("isSuccess", Type::Boolean));
        let body = vec![Field::new("errorMessage", Type::String), Field::new("errorCode", Type::Any)];
        add(&Field::new("errorBody", Type::Object(body)));
    }
    Type::Object(fields)
}

/// What stands for a container, or a node that runs for each element, inside itself.
fn inner(node: &Node, action: Option<&Action>) -> Option<Type> {
    let (inputs, variables): (&[Input], &[String]) = match action {
        Some(Action::Control(Control::Loop { variables, .. })) => (&node.inputs, variables),
        Some(Action::Control(Control::Batch { .. })) => (&node.inputs, &[]),
        _ => (&node.batch.as_ref()?.lists, &[]),
    };
    let variables: HashSet<&str> = variables.iter().map(String::as_str).collect();
    let mut fields = vec![Field::new("index", Type::Integer)];
    for input in inputs {
        match &input.ty {
            ty if variables.contains(input.name.as_str()) => fields.push(Field::new(input.name.clone(), ty.clone())),
            Type::List(of) => fields.push(Field::new(input.name.clone(), (**of).clone())),
            Type::Any => fields.push(Field::new(input.name.clone(), Type::Any)),
            _ => {}
        }
    }
    Some(Type::Object(fields))
}

/// Whether nothing in a node is deeper or wider than the bounds: what comes after recurses into values
/// and types, and looks for fields by their names. If not, the code and the place.
fn bounded(node: &Node, bounds: &Bounds) -> Result<(), (&'static str, String)> {
    let batch = node.batch.as_ref().map(|batch| batch.lists.as_slice()).unwrap_or_default();
    for (inputs, path) in [(node.inputs.as_slice(), "/inputs"), (batch, "/batch/lists")] {
        parts(inputs, bounds, bounds.depth).map_err(|code| (code, path.to_owned()))?;
    }
    fields(&node.outputs, bounds, bounds.depth).map_err(|code| (code, "/outputs".to_owned()))?;
    let policy = &node.policy;
    for (values, path) in
        [(Some(&node.params), "/params"), (Some(&policy.default), "/policy/default"), (policy.backup.as_ref(), "/policy/backup")]
    {
        for value in values.into_iter().flat_map(serde_json::Map::values) {
            shallow(value).map_err(|code| (code, path.to_owned()))?;
        }
    }
    shallow(&node.view).map_err(|code| (code, "/view".to_owned()))
}

const TOO_DEEP: &str = "too_deep";

fn shallow(value: &Value) -> Result<(), &'static str> {
    value::measure(value).map(|_| ()).map_err(|_| TOO_DEEP)
}

fn parts(inputs: &[Input], bounds: &Bounds, left: usize) -> Result<(), &'static str> {
    let left = left.checked_sub(1).ok_or(TOO_DEEP)?;
    within(inputs.len(), bounds)?;
    for input in inputs {
        ty(&input.ty, bounds, left)?;
        match &input.value {
            Some(Binding::Literal(value)) => shallow(value)?,
            Some(Binding::Object(inner)) => parts(inner, bounds, left)?,
            _ => {}
        }
    }
    Ok(())
}

fn fields(all: &[Field], bounds: &Bounds, left: usize) -> Result<(), &'static str> {
    let left = left.checked_sub(1).ok_or(TOO_DEEP)?;
    within(all.len(), bounds)?;
    for field in all {
        ty(&field.ty, bounds, left)?;
        field.default.as_ref().map_or(Ok(()), shallow)?;
    }
    Ok(())
}

fn ty(of: &Type, bounds: &Bounds, left: usize) -> Result<(), &'static str> {
    match of {
        Type::Object(inner) => fields(inner, bounds, left),
        Type::List(inner) => ty(inner, bounds, left.checked_sub(1).ok_or(TOO_DEEP)?),
        _ => Ok(()),
    }
}

const fn within(count: usize, bounds: &Bounds) -> Result<(), &'static str> {
    if count > bounds.fields { Err("too_many_fields") } else { Ok(()) }
}
