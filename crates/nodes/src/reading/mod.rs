//! What every kind does with its params: showing them as a form ([`form()`]) and reading them once ([`Reading`]).
//!
//! ```ignore
//! fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
//!     let (mut reading, params) = Reading::begin::<Params>(id, node)?;
//!     let message = Template::parse(&params.message);
//!     reading.input("/params/input", &params.input);
//!     reading.done(|| Action::Pure(Arc::new(Run { message, input: params.input })))
//! }
//! ```

mod collect;
mod form;
mod params;

use std::collections::BTreeSet;

use flow::node::{Action, Declares};
use flow::tool::Localized;
use flow::value::expr::Expression;
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};
use serde::Deserialize;
use utoipa::ToSchema;

pub use collect::Collected;
pub use form::{Title, form};

/// A text in both languages.
pub fn both(zh: impl Into<String>, en: impl Into<String>) -> Localized {
    Localized { zh: zh.into(), en: en.into() }
}

/// Reads a node and collects what is wrong with it.
pub struct Reading<'a> {
    id: &'a NodeId,
    node: &'a Node,
    findings: Vec<Finding>,
}

impl<'a> Reading<'a> {
    /// Reads the params. What does not fit the form is told at once: nothing else can be checked then.
    pub fn begin<P: Deserialize<'a> + ToSchema>(id: &'a NodeId, node: &'a Node) -> Result<(Self, P), Vec<Finding>> {
        match P::deserialize(&node.params) {
            Ok(params) => Ok((Self { id, node, findings: Vec::new() }, params)),
            Err(refused) => Err(params::faults(id, node, &form::<P>(&[]), &refused.to_string())),
        }
    }

    /// Something is wrong at a JSON pointer into the node.
    pub fn error(&mut self, path: impl Into<String>, code: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.findings.push(Finding::error(code, Some(self.id), path, both(zh, en)));
    }

    /// A parameter that must not be empty.
    pub fn filled(&mut self, path: &str, text: &str) {
        if text.trim().is_empty() {
            self.error(path, "missing_param", "不能为空", "It must not be empty");
        }
    }

    /// A parameter that names an input.
    pub fn input(&mut self, path: impl Into<String>, name: &str) {
        if !self.node.inputs.iter().any(|input| input.name == name) {
            self.error(path, "unknown_input", format!("节点没有输入 `{name}`"), format!("The node has no input `{name}`"));
        }
    }

    /// Names that must differ, each with its place.
    pub fn unique<'n>(&mut self, names: impl IntoIterator<Item = (String, &'n str)>) {
        let mut seen = BTreeSet::new();
        for (path, name) in names {
            if name.is_empty() {
                self.error(path, "missing_param", "名称不能为空", "The name must not be empty");
            } else if !seen.insert(name) {
                self.error(path, "duplicate_name", format!("名称 `{name}` 重复"), format!("The name `{name}` is used twice"));
            }
        }
    }

    /// A CEL expression over the node's inputs and these names.
    pub fn expression(&mut self, path: impl Into<String>, source: &str, names: &[&str]) -> Option<Expression> {
        let path = path.into();
        match Expression::parse(source) {
            Ok(expression) => {
                for name in expression.names().into_iter().filter(|name| !names.contains(name)) {
                    self.input(path.clone(), name);
                }
                Some(expression)
            }
            Err(error) => {
                self.error(path, "bad_expression", format!("表达式有误：{error}"), format!("The expression is wrong: {error}"));
                None
            }
        }
    }

    /// A kind that has a meaning inside a container only.
    pub fn inside_loop(&mut self) {
        if self.node.parent.is_none() {
            self.error("/parent", "outside_loop", "只能放在循环中", "It belongs inside a loop");
        }
    }

    /// A container that walks lists needs one; these inputs do not count.
    pub fn has_list(&mut self, node: &Node, but: &[String]) {
        let list = node.inputs.iter().any(|input| matches!(input.ty, Type::List(_) | Type::Any) && !but.contains(&input.name));
        if !list {
            self.error("/inputs", "list_missing", "需要至少一个数组输入", "At least one input must be a list");
        }
    }

    /// The action of a part that was read, if nothing was wrong.
    pub fn action<T>(self, part: Option<T>, action: impl FnOnce(T) -> Action) -> Result<Action, Vec<Finding>> {
        match part {
            Some(part) if self.findings.is_empty() => Ok(action(part)),
            _ => Err(self.findings),
        }
    }

    /// The action, if nothing was wrong.
    pub fn done(self, action: impl FnOnce() -> Action) -> Result<Action, Vec<Finding>> {
        if self.findings.is_empty() { Ok(action()) } else { Err(self.findings) }
    }
}

/// One output `output`, whose type the author says.
pub fn output_of_any_type() -> Declares {
    Declares::Both(vec![Field::new("output", Type::Any)])
}
