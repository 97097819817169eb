//! Texts of an HTTP node. Coze writes `{{block_output_<node>.<path>}}` and `{{global_variable_app["key"]}}` into them;
//! here each becomes an input with the name Coze gives it inside, and the text refers to that.

use flow::value::Type;
use flow::workflow::{Binding, Input, Ref, VariableRef};
use md5::{Digest, Md5};
use serde_json::Value;

use super::{Reading, Writing};
use crate::canvas::report::Reason;
use crate::canvas::{binding, json as lenient};

/// The form whose fields may be files.
pub const FORM: &str = "body_bodyData_formData";

/// The name Coze gives to what a key or an expression stands for.
pub fn hidden(part: &str, key: &str) -> String {
    format!("__{part}_{}", hex::encode(Md5::digest(key.as_bytes())))
}

/// A text of Coze as a template over inputs of the node, which are added.
pub fn read(reading: &mut Reading<'_>, part: &str, text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    pieces(text, |piece| match piece {
        Piece::Text(text) => made.push_str(text),
        Piece::Reference(whole, inner) => match expression(reading, inner) {
            Some(bound) => {
                let ids = |node: &str| node.to_owned();
                let key = spoken(&bound.0, bound.1.as_deref().unwrap_or_default(), ids).unwrap_or_default();
                let name = hidden(part, &key);
                if !reading.has_input(&name) {
                    reading.add_input(Input { name: name.clone(), ty: Type::Any, value: Some(bound.0) });
                }
                made.extend(["{{", &name, "}}"]);
            }
            None => made.push_str(whole),
        },
    });
    made
}

/// A template over inputs of the node as a text of Coze.
pub fn write(writing: &mut Writing<'_>, template: &str) -> String {
    let mut made = String::with_capacity(template.len());
    pieces(template, |piece| match piece {
        Piece::Text(text) => made.push_str(text),
        Piece::Reference(whole, inner) => {
            let end = inner.find(['.', '[']).unwrap_or(inner.len());
            let (name, rest) = inner.split_at(end);
            match writing.input(name).and_then(|input| input.value.as_ref()) {
                Some(Binding::Literal(value)) if rest.is_empty() => {
                    made.push_str(&lenient::text(value).unwrap_or_else(|| value.to_string()));
                }
                Some(bound) => {
                    if let Some(text) = spoken(bound, "", |node| writing.coze_id(&node.into())) {
                        made.extend(["{{", &text, rest, "}}"]);
                    } else {
                        writing.note(Reason::NoCozeForm, whole);
                        made.push_str(whole);
                    }
                }
                None => made.push_str(whole),
            }
        }
    });
    made
}

/// The input that a template is, if it is nothing else.
pub fn only_input(template: &str) -> Option<&str> {
    let inner = template.strip_prefix("{{")?.strip_suffix("}}")?.trim();
    Some(inner).filter(|inner| !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'))
}

enum Piece<'a> {
    Text(&'a str),
    /// With its braces, and what is between them.
    Reference(&'a str, &'a str),
}

fn pieces<'a>(mut text: &'a str, mut each: impl FnMut(Piece<'a>)) {
    while let Some(start) = text.find("{{") {
        let Some(length) = text[start..].find("}}") else { break };
        let (before, from) = text.split_at(start);
        let (whole, after) = from.split_at(length + 2);
        each(Piece::Text(before));
        each(Piece::Reference(whole, whole[2..length].trim()));
        text = after;
    }
    each(Piece::Text(text));
}

/// What an expression of Coze names, and the id of the canvas in it.
fn expression(reading: &Reading<'_>, text: &str) -> Option<(Binding, Option<String>)> {
    if let Some(rest) = text.strip_prefix("block_output_") {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (node, path) = rest.split_at(end);
        let path = keys(path)?;
        return (!node.is_empty()).then(|| (Binding::Ref(Ref { node: reading.node_id(node), path }), Some(node.to_owned())));
    }
    let end = text.find(['.', '['])?;
    let (source, path) = text.split_at(end);
    let path = keys(path).filter(|path| !path.is_empty())?;
    Some((Binding::Variable(VariableRef { scope: binding::scope(source)?, path }), None))
}

/// `.a[0]["b"]` as keys.
fn keys(mut text: &str) -> Option<Vec<String>> {
    let mut keys = Vec::new();
    while !text.is_empty() {
        if let Some(rest) = text.strip_prefix('.') {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            keys.push(rest[..end].to_owned());
            text = &rest[end..];
        } else {
            let rest = text.strip_prefix('[')?;
            let end = rest.find(']')?;
            keys.push(rest[..end].trim_matches(['"', '\'']).to_owned());
            text = &rest[end + 1..];
        }
    }
    keys.iter().all(|key| !key.is_empty()).then_some(keys)
}

/// An expression of Coze for what a binding names; `known` is the node's id in the canvas when it is known already.
fn spoken(bound: &Binding, known: &str, coze_id: impl Fn(&str) -> String) -> Option<String> {
    match bound {
        Binding::Ref(Ref { node, path }) => {
            let id = if known.is_empty() { coze_id(node.as_str()) } else { known.to_owned() };
            let keys: String = path.iter().map(|key| said(key, false)).collect();
            Some(format!("block_output_{id}{keys}"))
        }
        Binding::Variable(VariableRef { scope, path }) => {
            let keys: String = path.iter().map(|key| said(key, true)).collect();
            Some(format!("{}{keys}", binding::source(*scope)))
        }
        Binding::Literal(_) | Binding::Object(_) | Binding::Expr(_) => None,
    }
}

/// A key as it reads in an expression: `.a`, `[0]`, `["a"]`.
fn said(key: &str, quoted: bool) -> String {
    let (dot, bracket) = (!key.contains(['.', '[']), !key.contains([']', '"', '\'']));
    match key.bytes().all(|b| b.is_ascii_digit()) {
        true => format!("[{key}]"),
        false if bracket && (quoted || !dot) => format!("[\"{key}\"]"),
        false => format!(".{key}"),
    }
}

/// Adds each `{name, input}` under the name Coze gives it inside, and gives `{name, value}` that refer to it.
pub fn rows(reading: &mut Reading<'_>, part: &str, params: &Value) -> Vec<Value> {
    let mut made = Vec::new();
    for param in reading.params_of(params) {
        let name = param.name.clone();
        let file = part == FORM && matches!(param.ty, Type::File(_));
        let input = reading.add_input(Input { name: hidden(part, &name), ..param });
        let mut row = serde_json::json!({ "name": name, "value": format!("{{{{{input}}}}}") });
        if file {
            row["file"] = true.into();
        }
        made.push(row);
    }
    made
}

/// `{name, input}` for each `{name, value}`.
pub fn write_rows(writing: &mut Writing<'_>, rows: &Value) -> Value {
    let mut made = Vec::new();
    for row in lenient::items(rows) {
        let block = block(writing, row["value"].as_str().unwrap_or_default(), row["name"].as_str().unwrap_or_default());
        made.push(serde_json::json!({ "name": row["name"], "input": block }));
    }
    made.into()
}

/// A template as one value: the input it is, or the text it is.
pub fn block(writing: &mut Writing<'_>, template: &str, what: &str) -> Value {
    if let Some(name) = only_input(template)
        && writing.input(name).is_some()
    {
        return writing.block(name);
    }
    if template.contains("{{") {
        writing.note(Reason::NoCozeForm, what);
    }
    binding::literal(&Type::String, template)
}
