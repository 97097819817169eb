//! Where inputs come from: names become indexes.

use std::collections::HashMap;

use flow::node::{Action, Control};
use flow::tool::Localized;
use flow::value::convert::{Strictness, convert};
use flow::value::expr::Expression;
use flow::value::{Field, Type};
use flow::workflow::{Binding, Document, Finding, Input, NodeId, Ref};

use super::draft::{Draft, text};
use super::{CollectFrom, Collected, Node, Source};

/// The name by which the body of a container knows the number of the iteration.
const INDEX: &str = "index";

/// What names mean.
pub(super) struct Names<'a> {
    pub(super) document: &'a Document,
    /// With their scopes, in the order of their indexes.
    pub(super) drafts: &'a [(u32, Draft)],
    pub(super) ids: &'a HashMap<NodeId, u32>,
    pub(super) only: Option<&'a NodeId>,
}

impl Names<'_> {
    pub(super) fn draft(&self, index: u32) -> &Draft {
        &self.drafts[index as usize].1
    }

    /// The node around this one.
    pub(super) fn around(&self, index: u32) -> Option<u32> {
        self.draft(index).node.parent.as_ref().and_then(|id| self.ids.get(id)).copied()
    }

    /// How many containers lie between a node and a scope that it can see, and the node's ancestor (or itself) in that scope.
    pub(super) fn up_to(&self, from: u32, scope: u32) -> Option<(u32, u32)> {
        let (mut at, mut up) = (from, 0);
        while self.drafts[at as usize].0 != scope {
            at = self.around(at)?;
            up += 1;
        }
        Some((up, at))
    }

    /// How many frames up the iteration of a container around a node is.
    fn container(&self, from: u32, container: u32) -> Option<u32> {
        let (mut at, mut up) = (from, 0);
        loop {
            at = self.around(at)?;
            if at == container {
                return Some(up);
            }
            up += 1;
        }
    }
}

/// Fills in a node's sources and what its control needs.
pub(super) fn bind(names: &Names<'_>, index: u32, made: &mut Node, findings: &mut Vec<Finding>) {
    let draft = names.draft(index);
    let given = names.only == Some(&draft.id);
    for (at, input) in draft.node.inputs.iter().enumerate() {
        let bound = source(names, index, input, &format!("/inputs/{at}/value"), findings);
        // A node that runs alone has nobody to refer to; what it says itself stands when nothing is given.
        made.sources.push(match bound {
            Source::Given(_) => bound,
            bound if given => Source::GivenOr(input.name.clone(), Box::new(bound)),
            bound => bound,
        });
    }
    match &draft.action {
        Action::Control(Control::Loop { collect, variables, .. }) => {
            made.collect = collect.iter().map(|one| collected(names, index, one, variables)).collect();
            declare(made, collect);
        }
        Action::Control(Control::Batch { collect, .. }) => {
            made.collect = collect.iter().map(|one| collected(names, index, one, &[])).collect();
            declare(made, collect);
        }
        Action::Control(Control::SetVariable { set }) => {
            for (to, input) in set {
                let up = names.ids.get(&to.node).and_then(|container| names.container(index, *container));
                match up {
                    Some(up) => made.sets.push((up, to.path.clone(), input.clone())),
                    // A node that runs alone has no loop around it to set anything of.
                    None if names.only.is_some() => {}
                    None => {
                        let message = text("被赋值的变量不属于外层循环", "What is set is not a variable of a loop around this node");
                        findings.push(Finding::error("variable_scope", Some(&draft.id), "/params", message));
                    }
                }
            }
        }
        _ => {}
    }
}

/// Outputs of a container that nobody declared are declared by what it collects.
fn declare(made: &mut Node, collect: &[flow::node::Collect]) {
    for one in collect {
        if !made.outputs.iter().any(|field| field.name == one.name) {
            made.outputs.push(Field::new(one.name.clone(), one.ty.clone()));
        }
    }
}

fn collected(names: &Names<'_>, container: u32, one: &flow::node::Collect, variables: &[String]) -> Collected {
    let id = &names.draft(container).id;
    let from = if one.is_variable_of(id) && one.from.path.first().is_some_and(|name| variables.contains(name)) {
        CollectFrom::Variable(one.from.path.clone())
    } else {
        match names.ids.get(&one.from.node) {
            Some(node) if names.around(*node) == Some(container) => CollectFrom::Node { node: *node, path: one.from.path.clone() },
            _ => CollectFrom::Nothing,
        }
    };
    Collected { name: one.name.clone(), from }
}

fn source(names: &Names<'_>, index: u32, input: &Input, path: &str, findings: &mut Vec<Finding>) -> Source {
    match &input.value {
        None => Source::Nothing,
        Some(Binding::Literal(value)) => match convert(value.clone(), &input.ty, Strictness::Lenient) {
            Ok(converted) => Source::Literal(converted.value),
            Err(_) => Source::Literal(value.clone()),
        },
        Some(Binding::Ref(to)) => reference(names, index, input, to, path, findings),
        Some(Binding::Variable(variable)) => Source::Variable { scope: variable.scope, path: variable.path.clone() },
        Some(Binding::Object(parts)) => {
            let part = |(at, part): (usize, &Input)| {
                let path = format!("{path}/object/{at}/value");
                (part.clone(), source(names, index, part, &path, findings))
            };
            Source::Object(parts.iter().enumerate().map(part).collect())
        }
        Some(Binding::Expr(code)) => match Expression::parse(code) {
            Ok(expression) => Source::Expression(expression),
            Err(error) => {
                let message = Localized { zh: format!("表达式有误：{error}"), en: format!("The expression is not valid: {error}") };
                findings.push(Finding::error("bad_expression", Some(&names.draft(index).id), path, message));
                Source::Nothing
            }
        },
    }
}

fn reference(names: &Names<'_>, index: u32, input: &Input, to: &Ref, path: &str, findings: &mut Vec<Finding>) -> Source {
    let id = &names.draft(index).id;
    let Some(node) = names.ids.get(&to.node).copied() else {
        if names.only.is_some() {
            return Source::Given(input.name.clone());
        }
        if !names.document.nodes.contains_key(&to.node) {
            let message = text("引用的节点不存在", "The node that is referred to does not exist");
            findings.push(Finding::error("missing_reference", Some(id), path, message));
        }
        return Source::Nothing; // it never runs
    };
    if let Some(up) = names.container(index, node) {
        return of_container(names, node, up, &to.path);
    }
    let scope = names.drafts[node as usize].0;
    match names.up_to(index, scope) {
        Some((_, ancestor)) if ancestor == node => Source::Nothing,
        Some((up, _)) => Source::Node { up, node, path: to.path.clone() },
        None => {
            let message = text("引用的节点在另一个容器里", "The node that is referred to is inside of another container");
            findings.push(Finding::error("reference_scope", Some(id), path, message));
            Source::Nothing
        }
    }
}

/// Inside a container, its id stands for the current element, the number and the variables.
fn of_container(names: &Names<'_>, container: u32, up: u32, path: &[String]) -> Source {
    let draft = names.draft(container);
    let Some(name) = path.first() else { return Source::Nothing };
    let is_variable = matches!(&draft.action, Action::Control(Control::Loop { variables, .. }) if variables.contains(name));
    if is_variable {
        return Source::Local { up, path: path.to_vec() };
    }
    if draft.node.inputs.iter().any(|input| input.name == *name) {
        return Source::Item { up, path: path.to_vec() };
    }
    if name == INDEX && path.len() == 1 { Source::Index { up } } else { Source::Nothing }
}

/// Whether a container walks this input.
pub(in super::super) const fn walks(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Any)
}
