//! Names and bindings of a node.

use std::collections::HashSet;

use serde_json::Value;

use super::messages::{both, type_name};
use super::{Check, Found, references};
use crate::value::convert::{Strictness, convert};
use crate::value::expr::Expression;
use crate::value::{Field, Type};
use crate::workflow::{Binding, Input, NodeId, OnError};

pub(super) fn check(check: &Check<'_>, at: usize, found: &mut Found) {
    let known = &check.nodes[at];
    let (id, node) = (known.id, known.node);
    named(node.inputs.iter().map(|input| input.name.as_str()), id, "/inputs", found);
    named(node.outputs.iter().map(|field| field.name.as_str()), id, "/outputs", found);
    for (index, field) in node.outputs.iter().enumerate() {
        default(field, id, &format!("/outputs/{index}/default"), found);
    }
    let mut before = HashSet::new();
    for (index, input) in node.inputs.iter().enumerate() {
        binding(check, at, input, &before, &format!("/inputs/{index}/value"), true, found);
        before.insert(input.name.as_str());
    }
    if let Some(batch) = &node.batch {
        named(batch.lists.iter().map(|input| input.name.as_str()), id, "/batch/lists", found);
        for (index, list) in batch.lists.iter().enumerate() {
            let path = format!("/batch/lists/{index}");
            if !matches!(list.ty, Type::List(_) | Type::Any) {
                found.error(
                    "type_mismatch",
                    Some(id),
                    format!("{path}/type"),
                    both("批处理的输入必须是数组", "What a node runs for must be a list"),
                );
            }
            binding(check, at, list, &HashSet::new(), &format!("{path}/value"), false, found);
        }
        if known.spec.is_some_and(|spec| !spec.batchable) {
            found.error("not_batchable", Some(id), "/batch", both("该节点不支持批处理", "This kind of node cannot run for each element"));
        }
    }
    if node.policy.on_error != OnError::Fail && known.spec.is_some_and(|spec| !spec.fallible) {
        found.warn("not_fallible", Some(id), "/policy/on_error", both("该节点不支持异常处理", "This kind of node does not fail"));
    }
}

fn named<'a>(names: impl Iterator<Item = &'a str>, id: &NodeId, path: &str, found: &mut Found) {
    let mut seen = HashSet::new();
    for (at, name) in names.enumerate() {
        let path = format!("{path}/{at}/name");
        let shown: String = name.chars().take(80).collect();
        if !is_name(name) {
            let message = both(
                format!("名称“{shown}”无效：只能由字母、数字和下划线组成，且不以数字开头"),
                format!("The name `{shown}` is not made of letters, digits and `_`, not beginning with a digit"),
            );
            found.error("bad_name", Some(id), path, message);
        } else if !seen.insert(name) {
            found.error("duplicate_name", Some(id), path, both(format!("名称“{shown}”重复"), format!("The name `{shown}` is there twice")));
        }
    }
}

/// Letters, digits and `_`, not beginning with a digit; what importers make (`__headers_<md5>`) is no exception.
fn is_name(name: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    name.bytes().all(word) && !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())
}

fn default(field: &Field, id: &NodeId, path: &str, found: &mut Found) {
    let Some(value) = &field.default else { return };
    if convert(value.clone(), &field.ty, Strictness::Strict).is_err() {
        let ty = type_name(&field.ty);
        let message = both(
            format!("“{}”的默认值不是{}", field.name, ty.zh),
            format!("The default of `{}` does not fit its type ({})", field.name, ty.en),
        );
        found.warn("type_mismatch", Some(id), path, message);
    }
}

/// Where an input comes from; `element`: the node itself may stand for the current element.
fn binding(check: &Check<'_>, at: usize, input: &Input, before: &HashSet<&str>, path: &str, element: bool, found: &mut Found) {
    let id = check.nodes[at].id;
    match &input.value {
        None => {}
        Some(Binding::Literal(value)) => literal(value, input, id, &format!("{path}/literal"), found),
        Some(Binding::Ref(to)) => {
            let path = format!("{path}/ref");
            if let Some(ty) = references::resolve(check, at, to, &path, element, found) {
                references::compare(ty, input, id, &path, found);
            }
        }
        Some(Binding::Variable(variable)) => {
            let is_named = variable.path.first().is_some_and(|name| !name.is_empty());
            if !is_named {
                let message = both(format!("“{}”没有选择变量", input.name), format!("No variable is chosen for `{}`", input.name));
                found.error("empty_reference", Some(id), format!("{path}/variable"), message);
            }
        }
        Some(Binding::Object(parts)) => {
            // Their depth was bounded when the node was read.
            for (index, part) in parts.iter().enumerate() {
                binding(check, at, part, before, &format!("{path}/object/{index}/value"), element, found);
            }
        }
        Some(Binding::Expr(source)) => expression(id, source, before, &format!("{path}/expr"), found),
    }
}

fn literal(value: &Value, input: &Input, id: &NodeId, path: &str, found: &mut Found) {
    if convert(value.clone(), &input.ty, Strictness::Strict).is_err() {
        let ty = type_name(&input.ty);
        let message =
            both(format!("“{}”的值不是{}", input.name, ty.zh), format!("The value of `{}` does not fit its type ({})", input.name, ty.en));
        found.warn("type_mismatch", Some(id), path, message);
    }
}

fn expression(id: &NodeId, source: &str, before: &HashSet<&str>, path: &str, found: &mut Found) {
    let expression = match Expression::parse(source) {
        Ok(expression) => expression,
        Err(error) => {
            let message = both(
                format!("表达式第 {} 行第 {} 列有误：{}", error.line, error.column, error.message),
                format!("The expression is wrong at line {}, column {}: {}", error.line, error.column, error.message),
            );
            found.error("bad_expression", Some(id), path, message);
            return;
        }
    };
    for name in expression.names() {
        if !before.contains(name) {
            let message = both(
                format!("表达式用到的“{name}”不是排在它之前的输入"),
                format!("The expression uses `{name}`, which is no input that stands before it"),
            );
            found.error("unknown_name", Some(id), path, message);
        }
    }
}
