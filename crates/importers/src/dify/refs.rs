//! What selectors and `{{#node.name#}}` mean.

use std::collections::BTreeMap;

use flow::value::{FileKind, Type};
use flow::workflow::import::Note;
use flow::workflow::{Binding, NodeId, VariableRef, VariableScope};
use serde_json::{Value, json};

use crate::MAX_NOTES;
use crate::build::{Inputs, list, name, reference, text};
use crate::report::Reason;

/// A node of the file.
pub struct Item<'a> {
    /// Its id there.
    pub key: &'a str,
    /// Its type.
    pub ty: &'a str,
    /// `data`.
    pub data: &'a Value,
    /// All of it.
    pub raw: &'a Value,
    /// In the document.
    pub id: NodeId,
    /// The iteration or loop around it, by its id there.
    pub parent: Option<&'a str>,
}

/// The file.
pub struct World<'a> {
    /// Nodes by their ids there.
    pub nodes: BTreeMap<&'a str, Item<'a>>,
    /// The start node.
    pub start: Option<NodeId>,
    /// Values of the environment, secrets left out.
    pub environment: BTreeMap<&'a str, &'a Value>,
    /// It is a conversation.
    pub chat: bool,
}

/// A type of Dify.
pub fn type_of(name: &str) -> Type {
    let element = |name: &str| match name {
        "string" => Type::String,
        "number" => Type::Number,
        "boolean" => Type::Boolean,
        "object" => Type::Object(Vec::new()),
        "file" => Type::File(FileKind::Any),
        _ => Type::Any,
    };
    match name {
        "text-input" | "paragraph" | "select" | "string" | "secret" => Type::String,
        "checkbox" | "bool" => Type::Boolean,
        "integer" => Type::Integer,
        "file-list" => Type::List(Box::new(Type::File(FileKind::Any))),
        "array" => list(),
        _ => match name.strip_prefix("array[").and_then(|rest| rest.strip_suffix(']')) {
            Some(inner) => Type::List(Box::new(element(inner))),
            None => element(name),
        },
    }
}

/// A node while it is read.
pub struct Site<'a, 'w> {
    /// The file.
    pub world: &'w World<'a>,
    /// Which node.
    pub item: &'w Item<'a>,
    /// Its inputs so far.
    pub inputs: Inputs,
    /// What is said of it.
    pub notes: Vec<Note>,
}

impl<'a, 'w> Site<'a, 'w> {
    /// Nothing read yet.
    pub fn new(world: &'w World<'a>, item: &'w Item<'a>) -> Self {
        Self { world, item, inputs: Inputs::default(), notes: Vec::new() }
    }

    /// Says something.
    pub fn note(&mut self, reason: Reason, subject: impl AsRef<str>) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(reason.about(subject));
        }
    }

    /// Whether the node lies inside this container, at any depth.
    fn inside(&self, container: &str) -> bool {
        let (mut up, mut steps) = (self.item.parent, 0);
        while let Some(parent) = up {
            if parent == container {
                return true;
            }
            steps += 1;
            up = if steps > 16 { None } else { self.world.nodes.get(parent).and_then(|item| item.parent) };
        }
        false
    }

    /// What a selector means.
    pub fn selector(&mut self, value: &Value) -> Option<Binding> {
        let keys: Vec<String> = match value {
            Value::Array(keys) => keys.iter().filter_map(|key| key.as_str().map(str::to_owned)).collect(),
            Value::String(text) => text.split('.').map(str::to_owned).collect(),
            _ => return None,
        };
        let (first, rest) = keys.split_first()?;
        self.meaning(first, rest)
    }

    fn meaning(&mut self, first: &str, rest: &[String]) -> Option<Binding> {
        let named = rest.first()?.as_str();
        match first {
            "sys" if named == "query" => {
                let field = if self.world.chat { "USER_INPUT" } else { "query" };
                return Some(reference(self.world.start.as_ref()?, &[field.to_owned()]));
            }
            "sys" => {
                self.note(Reason::Variable, format!("sys.{named}"));
                return Some(Binding::Variable(VariableRef { scope: VariableScope::System, path: rest.to_vec() }));
            }
            "env" => {
                if let Some(value) = self.world.environment.get(named) {
                    return Some(Binding::Literal((*value).clone()));
                }
                self.note(Reason::Variable, format!("env.{named}"));
                return Some(Binding::Variable(VariableRef { scope: VariableScope::App, path: rest.to_vec() }));
            }
            "conversation" => {
                self.note(Reason::Variable, format!("conversation.{named}"));
                return Some(Binding::Variable(VariableRef { scope: VariableScope::User, path: rest.to_vec() }));
            }
            _ => {}
        }
        let Some(item) = self.world.nodes.get(first) else {
            self.note(Reason::MissingNode, first);
            return None;
        };
        let renamed = match (item.ty, named) {
            ("http-request", "status_code") => "statusCode",
            ("knowledge-retrieval", "result") => "outputList",
            ("list-operator", "result") => "output",
            ("list-operator", "first_record") => "first",
            ("list-operator", "last_record") => "last",
            ("question-classifier", "class_name" | "class_id") => "classificationId",
            ("iteration", "item") if self.inside(first) => "item",
            (_, other) => other,
        };
        let mut path: Vec<String> = std::iter::once(renamed.to_owned()).chain(rest.iter().skip(1).cloned()).collect();
        if matches!(item.ty, "variable-aggregator" | "variable-assigner") && path.len() > 1 && path[1] == "output" {
            path.remove(1);
        }
        Some(reference(&item.id, &path))
    }

    /// The name of an input for a selector.
    pub fn input(&mut self, selector: &Value, ty: Type) -> Option<String> {
        let wanted = match selector {
            Value::Array(keys) => keys.last().and_then(Value::as_str).unwrap_or("value").to_owned(),
            _ => "value".to_owned(),
        };
        let binding = self.selector(selector)?;
        Some(self.inputs.bind(&wanted, ty, binding))
    }

    /// A text with `{{#node.name#}}` as a template with `{{input}}`.
    pub fn template(&mut self, source: &str) -> String {
        let mut said = String::new();
        let mut rest = source;
        while let Some(start) = rest.find("{{#") {
            let Some(length) = rest[start..].find("#}}") else { break };
            said.push_str(&rest[..start]);
            let inner = rest[start + 3..start + length].trim();
            let keys: Vec<Value> = inner.split('.').map(Value::from).collect();
            let bound = if inner == "context" {
                let context = self.item.data.pointer("/context/variable_selector").cloned().unwrap_or_default();
                self.input(&context, Type::Any)
            } else {
                self.input(&Value::Array(keys), Type::Any)
            };
            if let Some(input) = bound {
                said.extend(["{{", &input, "}}"]);
            } else {
                self.note(Reason::Expression, format!("{{{{#{inner}#}}}}"));
                said.push_str(&rest[start..start + length + 3]);
            }
            rest = &rest[start + length + 3..];
        }
        said.push_str(rest);
        said
    }

    /// Named selectors (`variables`) as inputs of these names.
    pub fn variables(&mut self, listed: &[Value]) {
        for one in listed {
            let given = text(one, "variable");
            let binding = self.selector(&one["value_selector"]);
            let ty = one.get("value_type").and_then(Value::as_str).map_or(Type::Any, type_of);
            if !given.is_empty() {
                self.inputs.set(&name(given), ty, binding);
            }
        }
    }

    /// The model that a node names, its parameters, and what the person should choose.
    pub fn model(&mut self) -> Value {
        let model = &self.item.data["model"];
        let named = text(model, "name");
        if !named.is_empty() {
            self.note(Reason::Model, named);
        }
        let mut params = json!({});
        for key in ["temperature", "top_p", "max_tokens"] {
            if let Some(number) = model["completion_params"].get(key).filter(|value| value.is_number()) {
                params[key] = number.clone();
            }
        }
        params
    }
}

/// Messages of a prompt: system, and what is asked.
pub fn prompt(site: &mut Site<'_, '_>, given: &Value) -> (String, String) {
    let (mut system, mut user) = (Vec::new(), Vec::new());
    match given {
        Value::Array(messages) => {
            for message in messages {
                if text(message, "edition_type") == "jinja2" {
                    site.note(Reason::Option, "jinja2");
                }
                let said = site.template(text(message, "text"));
                match text(message, "role") {
                    "system" => system.push(said),
                    "assistant" => {
                        site.note(Reason::Option, "role: assistant");
                        user.push(said);
                    }
                    _ => user.push(said),
                }
            }
        }
        other => {
            let said = site.template(text(other, "text"));
            user.push(said);
        }
    }
    (system.join("\n"), user.join("\n"))
}
