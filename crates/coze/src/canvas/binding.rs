//! Where values come from: `BlockInput` of a canvas and inputs of a node.

use flow::value::{Field, Type};
use flow::workflow::{Binding, Input, Ref, VariableRef, VariableScope};
use serde_json::{Map, Value, json};

use super::nodes::{Reading, Writing};
use super::report::Reason;
use super::{json as lenient, literal, types};

/// `source` of variables that outlive a node.
const SCOPES: &[(&str, VariableScope)] = &[
    ("global_variable_app", VariableScope::App),
    ("global_variable_user", VariableScope::User),
    ("global_variable_system", VariableScope::System),
];

/// The scope that a `source` names.
pub fn scope(source: &str) -> Option<VariableScope> {
    SCOPES.iter().find(|(name, _)| *name == source).map(|(_, scope)| *scope)
}

/// How Coze names a scope.
pub fn source(scope: VariableScope) -> &'static str {
    SCOPES.iter().find(|(_, of)| *of == scope).map_or("", |(name, _)| name)
}

/// Reads an input of the canvas.
pub fn read(reading: &mut Reading<'_>, name: &str, block: &Value) -> Input {
    let value = &block["value"];
    if value["type"].as_str() == Some("object_ref") {
        let parts: Vec<Input> = parts(block).map(|(name, part)| read(reading, name, part)).collect();
        let fields = parts.iter().map(|part| Field::new(part.name.clone(), part.ty.clone())).collect();
        return Input { name: name.to_owned(), ty: Type::Object(fields), value: Some(Binding::Object(parts)) };
    }
    let ty = types::read(block).unwrap_or_else(|| {
        reading.note(Reason::UnknownValueType, name);
        Type::Any
    });
    let value = match (value["type"].as_str(), &value["content"]) {
        (Some("literal"), content) => literal::read(content, &ty).map(|(value, fits)| {
            if !fits {
                reading.note(Reason::LiteralType, name);
            }
            Binding::Literal(value)
        }),
        (Some("ref"), content) => {
            let read = reference(reading, content);
            if read.is_none() && !is_unset(content) {
                reading.note(Reason::UnknownSource, name);
            }
            read
        }
        (None, _) => None,
        (Some(_), _) => {
            reading.note(Reason::UnknownSource, name);
            None
        }
    };
    Input { name: name.to_owned(), ty, value }
}

fn parts(block: &Value) -> impl Iterator<Item = (&str, &Value)> {
    lenient::items(&block["schema"])
        .iter()
        .filter_map(|part| Some((part["name"].as_str().filter(|name| !name.is_empty())?, &part["input"])))
}

/// What the content of a reference names; `None`: nothing.
pub fn reference(reading: &Reading<'_>, content: &Value) -> Option<Binding> {
    let listed: Vec<String> = lenient::items(&content["path"]).iter().filter_map(lenient::text).collect();
    let named = |name: &str| -> Vec<String> { name.split('.').filter(|key| !key.is_empty()).map(str::to_owned).collect() };
    let name = lenient::text(&content["name"]).unwrap_or_default();
    match content["source"].as_str() {
        Some("block-output") | None => {
            let node = lenient::filled(&content["blockID"])?;
            let name = if name.is_empty() { listed.join(".") } else { name };
            Some(Binding::Ref(Ref { node: reading.node_id(&node), path: named(&name) }))
        }
        Some(other) => {
            let path = if listed.is_empty() { named(&name) } else { listed };
            if path.is_empty() { None } else { Some(Binding::Variable(VariableRef { scope: scope(other)?, path })) }
        }
    }
}

/// A reference of the author that the editor has not filled in: Coze does not run it either. Elsewhere it
/// stands for a setting that is not used.
pub fn read_required(reading: &mut Reading<'_>, name: &str, block: &Value) -> Input {
    let input = read(reading, name, block);
    let (value, unset) = (&block["value"], Binding::Ref(Ref { node: "".into(), path: Vec::new() }));
    let empty = value["type"].as_str() == Some("ref") && value["content"].is_object() && is_unset(&value["content"]);
    if empty { Input { value: Some(unset), ..input } } else { input }
}

/// A reference that the editor has not filled in.
fn is_unset(content: &Value) -> bool {
    content.is_null() || matches!(content["source"].as_str(), Some("block-output") | None) && lenient::filled(&content["blockID"]).is_none()
}

/// Writes an input as a `BlockInput`.
pub fn write(writing: &mut Writing<'_>, input: &Input) -> Value {
    let mut block = types::write(&input.ty);
    let mut value = Map::new();
    match &input.value {
        Some(Binding::Object(parts)) => {
            let schema = parts.iter().map(|part| json!({ "name": part.name, "input": write(writing, part) })).collect();
            block.insert("type".into(), "object".into());
            block.insert("schema".into(), schema);
            block.insert("value".into(), json!({ "type": "object_ref" }));
            return Value::Object(block);
        }
        Some(Binding::Literal(literal)) => {
            value.insert("type".into(), "literal".into());
            value.insert("content".into(), literal::write(literal, &input.ty));
        }
        bound => {
            if let Some(Binding::Expr(_)) = bound {
                writing.note(Reason::NoCozeForm, &input.name);
            }
            value.insert("type".into(), "ref".into());
            value.insert("content".into(), write_reference(writing, bound.as_ref()));
        }
    }
    if let Some(meta) = types::raw_meta(&input.ty) {
        value.insert("rawMeta".into(), meta);
    }
    block.insert("value".into(), Value::Object(value));
    Value::Object(block)
}

/// The content of a reference; of anything else, of one that is not filled in.
pub fn write_reference(writing: &Writing<'_>, bound: Option<&Binding>) -> Value {
    match bound {
        Some(Binding::Ref(Ref { node, path })) => {
            json!({ "source": "block-output", "blockID": writing.coze_id(node), "name": path.join(".") })
        }
        Some(Binding::Variable(VariableRef { scope, path })) => {
            json!({ "source": source(*scope), "path": path, "blockID": "", "name": "" })
        }
        _ => json!({ "source": "block-output", "blockID": "", "name": "" }),
    }
}

/// A literal as a `BlockInput`.
pub fn literal(ty: &Type, content: impl Into<Value>) -> Value {
    let mut value = json!({ "type": "literal", "content": content.into() });
    if let (Some(meta), Some(map)) = (types::raw_meta(ty), value.as_object_mut()) {
        map.insert("rawMeta".into(), meta);
    }
    let mut block = types::write(ty);
    block.insert("value".into(), value);
    Value::Object(block)
}
