//! What the engine does itself: loops, variables, answers.

use std::collections::HashSet;

use super::messages::both;
use super::references::encloses;
use super::{Check, Found};
use crate::node::{Assignment, Collect, Control};
use crate::value::template::Template;
use crate::workflow::{Ref, VariableScope};

pub(super) fn check(check: &Check<'_>, at: usize, found: &mut Found) {
    match check.nodes[at].control() {
        Some(Control::End { answer: Some(text), .. } | Control::Output { message: text, .. }) => template(check, at, text, found),
        Some(Control::Loop { variables, collect, .. }) => collected(check, at, collect, variables, found),
        Some(Control::Batch { collect, .. }) => collected(check, at, collect, &[], found),
        Some(Control::Break | Control::Continue) => inside_loop(check, at, found),
        Some(Control::SetVariable { set }) => set_variables(check, at, set, found),
        Some(Control::AssignVariable { set }) => assignments(check, at, set, found),
        _ => {}
    }
}

/// A name that is no input stays in the text as it is written.
fn template(check: &Check<'_>, at: usize, text: &Template, found: &mut Found) {
    let known = &check.nodes[at];
    let inputs: HashSet<&str> = known.node.inputs.iter().map(|input| input.name.as_str()).collect();
    for name in text.names().into_iter().filter(|name| !inputs.contains(name)) {
        let shown: String = name.chars().take(80).collect();
        let message = both(
            format!("文本中的 {{{{{shown}}}}} 不是该节点的输入，会原样显示"),
            format!("{{{{{shown}}}}} in the text is no input of this node; it is shown as it stands"),
        );
        found.warn("unknown_name", Some(known.id), "/params", message);
    }
}

fn collected(check: &Check<'_>, at: usize, collect: &[Collect], variables: &[String], found: &mut Found) {
    let known = &check.nodes[at];
    let variables: HashSet<&str> = variables.iter().map(String::as_str).collect();
    let mut names = HashSet::new();
    for (index, one) in collect.iter().enumerate() {
        let path = format!("/params/collect/{index}");
        if !names.insert(one.name.as_str()) {
            let message = both(format!("名称“{}”重复", one.name), format!("The name `{}` is there twice", one.name));
            found.error("duplicate_name", Some(known.id), format!("{path}/name"), message);
        }
        if one.is_variable_of(known.id) {
            if !one.from.path.first().is_some_and(|name| variables.contains(name.as_str())) {
                let name = one.from.path.first().map(String::as_str).unwrap_or_default();
                let message = both(format!("没有中间变量“{name}”"), format!("There is no variable `{name}`"));
                found.error("unknown_variable", Some(known.id), format!("{path}/from"), message);
            }
            continue;
        }
        match check.structure.number(one.from.node.as_str()) {
            Some(inner) if check.nodes[inner].parent == Some(at) && check.nodes[inner].live => {}
            _ => {
                let message = both(
                    format!("输出“{}”引用的节点“{}”不在循环体内", one.name, one.from.node),
                    format!("The output `{}` refers to `{}`, which does not run directly inside", one.name, one.from.node),
                );
                found.error("missing_reference", Some(known.id), format!("{path}/from"), message);
            }
        }
    }
}

/// The next container around it has to be a loop.
fn inside_loop(check: &Check<'_>, at: usize, found: &mut Found) {
    let known = &check.nodes[at];
    // Without a container it was told with the edges.
    let Some(parent) = known.parent else { return };
    if matches!(check.nodes[parent].control(), Some(Control::Batch { .. })) {
        found.error(
            "outside_loop",
            Some(known.id),
            "/parent",
            both("只能放在循环内，不能放在批处理内", "It can only lie inside a loop, not inside a batch"),
        );
    }
}

fn set_variables(check: &Check<'_>, at: usize, set: &[(Ref, String)], found: &mut Found) {
    let known = &check.nodes[at];
    for (index, (to, input)) in set.iter().enumerate() {
        let path = format!("/params/set/{index}");
        let container = check.structure.number(to.node.as_str()).filter(|&container| encloses(check, container, at));
        match container.map(|container| check.nodes[container].control()) {
            Some(Some(Control::Loop { variables, .. })) => {
                let name = to.path.first().map(String::as_str).unwrap_or_default();
                if !variables.iter().any(|variable| variable == name) {
                    let message = both(format!("循环没有中间变量“{name}”"), format!("The loop has no variable `{name}`"));
                    found.error("unknown_variable", Some(known.id), format!("{path}/variable"), message);
                }
            }
            // A container whose params cannot be read is told already.
            Some(None) => {}
            _ => {
                let message = both("被赋值的变量不属于外层循环", "What is set is not a variable of a loop around this node");
                found.error("variable_scope", Some(known.id), format!("{path}/variable"), message);
            }
        }
        has_input(check, at, input, &path, found);
    }
}

fn assignments(check: &Check<'_>, at: usize, set: &[Assignment], found: &mut Found) {
    let known = &check.nodes[at];
    for (index, one) in set.iter().enumerate() {
        let path = format!("/params/set/{index}");
        if one.variable.scope == VariableScope::System {
            found.error(
                "read_only_variable",
                Some(known.id),
                format!("{path}/variable"),
                both("系统变量只读", "System variables can only be read"),
            );
        }
        if one.variable.path.first().is_none_or(String::is_empty) {
            found.error("empty_reference", Some(known.id), format!("{path}/variable"), both("没有选择变量", "No variable is chosen"));
        }
        has_input(check, at, &one.input, &path, found);
    }
}

fn has_input(check: &Check<'_>, at: usize, input: &str, path: &str, found: &mut Found) {
    let known = &check.nodes[at];
    if !known.node.inputs.iter().any(|other| other.name == input) {
        let message = both(format!("没有输入“{input}”"), format!("There is no input `{input}`"));
        found.error("unknown_name", Some(known.id), format!("{path}/input"), message);
    }
}
