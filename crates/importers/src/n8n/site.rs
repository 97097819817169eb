//! A node while it is read: where its values come from.

use flow::value::Type;
use flow::value::expr::Expression;
use flow::workflow::import::Note;
use flow::workflow::{Binding, NodeId};
use serde_json::Value;

use super::expr::{Of, Part, Path, cel, parts};
use super::world::{Gives, World};
use crate::MAX_NOTES;
use crate::build::{Inputs, list, reference};
use crate::report::Reason;

/// A value that a node reads: where it stands, or what it is made of.
pub enum Source {
    /// There.
    At(NodeId, Vec<String>),
    /// The elements of a list that is there: the first one is it.
    First(NodeId, Vec<String>),
}

/// A node while it is read.
pub struct Site<'a, 'w> {
    /// The file.
    pub world: &'w World<'a>,
    /// Which node.
    pub at: usize,
    /// Its inputs so far.
    pub inputs: Inputs,
    /// What is said of it.
    pub notes: Vec<Note>,
    /// Inside an expression over elements: what `$json` is there.
    pub element: Option<&'static str>,
}

impl<'a, 'w> Site<'a, 'w> {
    /// Nothing read yet.
    pub fn new(world: &'w World<'a>, at: usize) -> Self {
        Self { world, at, inputs: Inputs::default(), notes: Vec::new(), element: None }
    }

    /// Parameters of the node.
    pub fn params(&self) -> &'a Value {
        self.world.nodes[self.at].params
    }

    /// Says something.
    pub fn note(&mut self, reason: Reason, subject: impl AsRef<str>) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(reason.about(subject));
        }
    }

    /// One item of a node, as this node sees it.
    pub fn one_of(&self, node: usize) -> Option<Source> {
        let id = self.world.nodes[node].id.clone();
        match self.world.gives(node) {
            Gives::Fields => Some(Source::At(id, Vec::new())),
            Gives::Both { one, .. } | Gives::One(one) => Some(Source::At(id, one)),
            Gives::Items(items) => Some(Source::First(id, items)),
            Gives::Loop if self.world.inside(self.at, node) => Some(Source::At(id, vec!["items".to_owned()])),
            Gives::Loop => Some(Source::First(id, vec!["items".to_owned()])),
            Gives::Through | Gives::Nothing => None,
        }
    }

    /// The nodes that a path means.
    fn meant(&mut self, of: &Of) -> Option<Vec<usize>> {
        match of {
            Of::Current => Some(self.world.sources(self.at).to_vec()).filter(|found| !found.is_empty()),
            Of::Node(name) => {
                let Some(node) = self.world.named(name) else {
                    self.note(Reason::MissingNode, name);
                    return None;
                };
                match self.world.gives(node) {
                    Gives::Through => Some(self.world.sources(node).to_vec()).filter(|found| !found.is_empty()),
                    Gives::Nothing => None,
                    _ => Some(vec![node]),
                }
            }
        }
    }

    /// A binding to a path; `None`: there is nothing of this kind.
    pub fn path(&mut self, path: &Path) -> Option<Binding> {
        if path.all {
            let items = self.items_of(&path.of)?;
            return match (&items, path.keys.is_empty()) {
                (_, true) => Some(items),
                (Binding::Ref(to), false) => {
                    let keys: Vec<String> = to.path.iter().chain(&path.keys).cloned().collect();
                    Some(reference(&to.node, &keys))
                }
                _ => {
                    let list = self.inputs.bind("items", list(), items);
                    Some(Binding::Expr(with_keys(&list, &path.keys)?))
                }
            };
        }
        let nodes = self.meant(&path.of)?;
        let mut bound = Vec::new();
        for node in nodes {
            let binding = match self.one_of(node)? {
                Source::At(id, prefix) => reference(&id, &[prefix, path.keys.clone()].concat()),
                Source::First(id, prefix) => {
                    let name = self.world.nodes[node].name;
                    self.note(Reason::FirstItem, name);
                    reference(&id, &[prefix, vec!["0".to_owned()], path.keys.clone()].concat())
                }
            };
            bound.push(binding);
        }
        self.first_there(path.keys.last().map_or("json", String::as_str), &Type::Any, bound)
    }

    /// The first of several values that is there: of branches only one was taken.
    fn first_there(&mut self, wanted: &str, ty: &Type, mut bound: Vec<Binding>) -> Option<Binding> {
        if bound.len() <= 1 {
            return bound.pop();
        }
        let names: Vec<String> = bound.into_iter().map(|one| self.inputs.bind(wanted, ty.clone(), one)).collect();
        let (last, others) = names.split_last()?;
        let chosen = others.iter().rev().fold(last.clone(), |rest, name| format!("({name} != null ? {name} : {rest})"));
        Some(Binding::Expr(chosen))
    }

    /// All items that come in, or that a node gave, as a list.
    pub fn items_of(&mut self, of: &Of) -> Option<Binding> {
        let mut bound = Vec::new();
        for node in self.meant(of)? {
            let id = self.world.nodes[node].id.clone();
            bound.push(match self.world.gives(node) {
                Gives::Both { all, .. } | Gives::Items(all) => reference(&id, &all),
                Gives::Loop if !self.world.inside(self.at, node) => reference(&id, &["items".to_owned()]),
                _ => {
                    let Some(Source::At(id, path)) = self.one_of(node) else { continue };
                    let item = self.inputs.bind("item", Type::Any, reference(&id, &path));
                    Binding::Expr(format!("({item} == null ? [] : [{item}])"))
                }
            });
        }
        self.first_there("items", &list(), bound)
    }

    /// The name of an input for a path, in expressions and templates.
    fn name_of(&mut self, path: &Path) -> Option<String> {
        if let Some(element) = self.element
            && path.of == Of::Current
            && !path.all
        {
            return with_keys(element, &path.keys);
        }
        let wanted = path.keys.last().map_or("json", String::as_str).to_owned();
        let binding = self.path(path)?;
        Some(self.inputs.bind(&wanted, Type::Any, binding))
    }

    /// CEL for what stands between braces; `None`, and said: it cannot be translated.
    pub fn code(&mut self, source: &str) -> Option<String> {
        let kept = self.inputs.count();
        let said = cel(source, |path| self.name_of(path));
        let elements = ["item", "index"];
        let sound = said.filter(|text| {
            let known = |name: &str| (self.element.is_some() && elements.contains(&name)) || self.inputs.contains(name);
            Expression::parse(text).is_ok_and(|parsed| parsed.names().into_iter().all(known))
        });
        if sound.is_none() {
            self.inputs.forget(kept);
            self.note(Reason::Expression, format!("{{{{ {source} }}}}"));
        }
        sound
    }

    /// A parameter as a value of a node.
    pub fn value(&mut self, value: &Value) -> Binding {
        let Some(text) = value.as_str().and_then(|text| text.strip_prefix('=')) else { return Binding::Literal(value.clone()) };
        let parts = parts(text);
        if let [Part::Code(source)] = parts.as_slice() {
            let whole = super::expr::path_at(source).filter(|(_, length)| *length == source.len()).map(|(path, _)| path);
            if let Some(path) = whole
                && self.element.is_none()
                && let Some(binding) = self.path(&path)
            {
                return binding;
            }
            return self.code(source).map_or(Binding::Literal(Value::Null), Binding::Expr);
        }
        match self.joined(&parts) {
            Some(code) => Binding::Expr(code),
            None => Binding::Literal(Value::String(text.to_owned())),
        }
    }

    /// A text with expressions in it, as one expression. A text without any is a literal.
    fn joined(&mut self, parts: &[Part<'_>]) -> Option<String> {
        if !parts.iter().any(|part| matches!(part, Part::Code(_))) {
            return None;
        }
        let mut said = Vec::new();
        for part in parts {
            said.push(match part {
                Part::Text(text) => quoted(text),
                Part::Code(source) => format!("string({})", self.code(source)?),
            });
        }
        Some(said.join(" + "))
    }

    /// CEL for a parameter: a literal, a path, or code.
    pub fn cel_of(&mut self, value: &Value) -> Option<String> {
        let Some(text) = value.as_str().and_then(|text| text.strip_prefix('=')) else { return Some(literal(value)) };
        let parts = parts(text);
        if let [Part::Code(source)] = parts.as_slice() {
            return self.code(source);
        }
        match self.joined(&parts) {
            Some(code) => Some(code),
            None => Some(quoted(text)),
        }
    }

    /// A parameter as a template: `{{name}}` for each expression.
    pub fn template(&mut self, value: &Value) -> String {
        let given = match value {
            Value::String(text) => text.clone(),
            Value::Null => return String::new(),
            other => other.to_string(),
        };
        let Some(text) = given.strip_prefix('=') else { return given };
        let mut said = String::new();
        for part in parts(text) {
            match part {
                Part::Text(text) => said.push_str(text),
                Part::Code(source) => {
                    let name = self.template_input(source);
                    said.push_str(&name.map_or_else(|| format!("{{{{ {source} }}}}"), |name| format!("{{{{{name}}}}}")));
                }
            }
        }
        said
    }

    fn template_input(&mut self, source: &str) -> Option<String> {
        if let Some((path, length)) = super::expr::path_at(source)
            && length == source.len()
            && let Some(name) = self.name_of(&path)
        {
            return Some(name);
        }
        let code = self.code(source)?;
        Some(self.inputs.bind("value", Type::Any, Binding::Expr(code)))
    }
}

/// A name with keys, in CEL.
fn with_keys(name: &str, keys: &[String]) -> Option<String> {
    let mut said = name.to_owned();
    for key in keys {
        if key.bytes().all(|b| b.is_ascii_digit()) {
            said.extend(["[", key, "]"]);
        } else if crate::build::is_name(key) {
            said.extend([".", key]);
        } else {
            said.extend(["[", &quoted(key), "]"]);
        }
    }
    (!said.contains('\0')).then_some(said)
}

/// A text as CEL writes it.
pub fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// A literal as CEL writes it.
fn literal(value: &Value) -> String {
    value.to_string()
}
