//! References to what nodes give.

use super::messages::{both, title, type_name};
use super::{Check, Found};
use crate::value::{Field, Type, path};
use crate::workflow::{Input, NodeId, Ref};

/// The type of what a node refers to; `None` if there is nothing to compare, which was told.
/// `element`: the node's own id stands for the current element, if it runs for each.
pub(super) fn resolve<'a>(check: &Check<'a>, at: usize, to: &Ref, path: &str, element: bool, found: &mut Found) -> Option<&'a Type> {
    let id = check.nodes[at].id;
    if to.node.as_str().is_empty() {
        found.error("empty_reference", Some(id), path, both("没有选择要引用的节点", "No node is chosen to refer to"));
        return None;
    }
    let Some(target) = check.structure.number(to.node.as_str()) else {
        let message = both(format!("引用的节点“{}”不存在", to.node), format!("The node `{}` that is referred to does not exist", to.node));
        found.error("missing_reference", Some(id), format!("{path}/node"), message);
        return None;
    };
    let (nodes, known) = (check.nodes, &check.nodes[target]);
    let name = title(known.id, known.node);
    if target == at || encloses(check, target, at) {
        if let Some(inner) = known.inner.as_ref().filter(|_| target != at || (element && known.node.batch.is_some())) {
            return part(inner, to, id, name, path, found);
        }
        if target == at {
            found.error(
                "self_reference",
                Some(id),
                format!("{path}/node"),
                both("节点不能引用自己的输出", "A node cannot refer to its own outputs"),
            );
        }
        return None;
    }
    if !known.live {
        let message = both(
            format!("引用的节点“{name}”未连接，不会执行"),
            format!("The node “{name}” that is referred to never runs: nothing leads to it"),
        );
        found.error("missing_reference", Some(id), format!("{path}/node"), message);
        return None;
    }
    let Some(mine) = beside(check, at, target) else {
        let message = both(
            format!("引用的节点“{name}”在另一个容器内；请引用容器的输出"),
            format!("The node “{name}” that is referred to lies inside another container; refer to the container's outputs"),
        );
        found.error("reference_scope", Some(id), format!("{path}/node"), message);
        return None;
    };
    let level = nodes[target].parent;
    let comes_before = check.structure.is_before(level, target, mine);
    if !comes_before && check.structure.is_before(level, mine, target) {
        let message =
            both(format!("引用的节点“{name}”在该节点之后"), format!("The node “{name}” that is referred to comes after this one"));
        found.error("not_upstream", Some(id), format!("{path}/node"), message);
        return None;
    }
    if !comes_before {
        // The reference itself makes this node wait.
        let message = both(
            format!("没有连线从引用的节点“{name}”通向该节点：该节点会等待它，它不运行时没有值"),
            format!(
                "No edges lead here from the node “{name}” that is referred to: this one waits for it, and finds nothing where it does not run"
            ),
        );
        found.warn("not_upstream", Some(id), format!("{path}/node"), message);
    }
    part(&known.outputs, to, id, name, path, found)
}

/// Whether a node lies around another, at any distance.
pub(super) fn encloses(check: &Check<'_>, container: usize, at: usize) -> bool {
    std::iter::successors(check.nodes[at].parent, |&up| check.nodes[up].parent).take(check.bounds.depth + 1).any(|up| up == container)
}

/// The node, or the one around it, that lies beside `target` in the same container.
fn beside(check: &Check<'_>, at: usize, target: usize) -> Option<usize> {
    let level = check.nodes[target].parent;
    std::iter::successors(Some(at), |&up| check.nodes[up].parent).take(check.bounds.depth + 2).find(|&up| check.nodes[up].parent == level)
}

/// The part of what a node gives.
fn part<'a>(whole: &'a Type, to: &Ref, id: &NodeId, name: &str, path: &str, found: &mut Found) -> Option<&'a Type> {
    match walk(whole, &to.path) {
        Ok(ty) => Some(ty),
        Err(0) => {
            let key = to.path.first().map(String::as_str).unwrap_or_default();
            // Kinds that hand on what they are given may give it all the same.
            let message = both(format!("节点“{name}”没有声明输出“{key}”"), format!("The node “{name}” declares no output `{key}`"));
            found.warn("unknown_output", Some(id), format!("{path}/path/0"), message);
            None
        }
        Err(at) => {
            // Objects can hold more than was declared: it may be there.
            let keys = to.path.join(".");
            let message = both(
                format!("节点“{name}”的输出中没有声明“{keys}”"),
                format!("`{keys}` is not declared in the outputs of the node “{name}”"),
            );
            found.warn("unknown_path", Some(id), format!("{path}/path/{at}"), message);
            None
        }
    }
}

/// The type at a path; or the place of the first key that leads nowhere.
fn walk<'a>(mut ty: &'a Type, keys: &[String]) -> Result<&'a Type, usize> {
    for (at, key) in keys.iter().enumerate() {
        ty = match ty {
            // A file can be an object.
            Type::Any | Type::File(_) => return Ok(&Type::Any),
            // The top level is closed; an object without fields is of unknown shape.
            Type::Object(fields) if fields.is_empty() && at > 0 => return Ok(&Type::Any),
            Type::Object(fields) => fields.iter().find(|field| field.name == *key).map(|Field { ty, .. }| ty).ok_or(at)?,
            Type::List(of) if path::index(key).is_some() => of,
            _ => return Err(at),
        };
    }
    Ok(ty)
}

/// How well values of a type become values of another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Never,
    Perhaps,
    Always,
}

fn fit(from: &Type, to: &Type) -> Fit {
    match (from, to) {
        (Type::Any, _)
        | (_, Type::Any | Type::String | Type::Time)
        | (Type::Integer | Type::Number, Type::Integer | Type::Number)
        | (Type::Boolean, Type::Boolean)
        | (Type::Object(_), Type::Object(_))
        | (Type::Object(_) | Type::File(_) | Type::String, Type::File(_)) => Fit::Always,
        (Type::List(from), Type::List(to)) => fit(from, to),
        (Type::String | Type::Time | Type::File(_), _) => Fit::Perhaps,
        _ => Fit::Never,
    }
}

/// Warns if what is referred to does not become what the input declares. Never an error: it becomes
/// nothing, and workflows that are imported rely on it.
pub(super) fn compare(from: &Type, input: &Input, id: &NodeId, path: &str, found: &mut Found) {
    let (was, is) = (type_name(from), type_name(&input.ty));
    let message = match fit(from, &input.ty) {
        Fit::Always => return,
        Fit::Perhaps => both(
            format!("“{}”引用的是{}，能转换时才会变成{}", input.name, was.zh, is.zh),
            format!("`{}` refers to a {}, which becomes a {} only if it can be read as one", input.name, was.en, is.en),
        ),
        Fit::Never => both(
            format!("“{}”引用的是{}，无法变成{}", input.name, was.zh, is.zh),
            format!("`{}` refers to a {}, which never becomes a {}", input.name, was.en, is.en),
        ),
    };
    found.warn("type_mismatch", Some(id), path, message);
}
