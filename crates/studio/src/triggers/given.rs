//! What a run is given: inputs of the workflow, out of what came and out of the trigger's own mapping.
//!
//! 1. What the mapping names is given as it says. A text that is one reference (`{{body.user.id}}`) gives the value itself, a
//!    text with references in it gives a text, everything else is given as it stands. What a reference does not find is nothing.
//! 2. Of the other inputs, `body`, `headers`, `query` and `method` of a fitting type are given what was sent.
//! 3. The rest is given the fields of the body by name, or those of the query when there is no body.
//!
//! The engine brings values to their types, as with every start.

use flow::value::template::{Key, Part, Template, render_value};
use flow::value::{Field, Type, Values};
use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, PROXY_AUTHORIZATION};
use serde_json::Value;
use types::Timestamp;

use super::{Error, secret};

/// What references may begin with.
pub const ROOTS: [&str; 5] = ["body", "headers", "query", "method", "due_at"];

/// What came.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// `body`, `headers`, `query`, `method`; `due_at` of a schedule.
    parts: Values,
}

impl Given {
    /// By a call.
    pub fn call(method: &str, headers: &HeaderMap, query: &str, body: &[u8]) -> Result<Self, Error> {
        let mut parts = Values::new();
        parts.insert("method".into(), method.into());
        parts.insert("headers".into(), Value::Object(told(headers)));
        parts.insert("query".into(), Value::Object(pairs(query.as_bytes())));
        if !body.is_empty() {
            parts.insert("body".into(), read(headers, body)?);
        }
        Ok(Self { parts })
    }

    /// By its time.
    pub fn time(due: Timestamp) -> Self {
        Self { parts: Values::from_iter([("due_at".to_owned(), Value::String(due.to_string()))]) }
    }

    /// By somebody who tries the trigger out.
    pub fn test(body: Option<Value>, query: Values, now: Timestamp) -> Self {
        let mut given = Self::time(now);
        given.parts.insert("method".into(), "POST".into());
        given.parts.insert("headers".into(), Value::Object(Values::new()));
        given.parts.insert("query".into(), Value::Object(query));
        given.parts.extend(body.map(|body| ("body".to_owned(), body)));
        given
    }

    /// The inputs of a run.
    pub fn inputs(&self, fields: &[Field], mapping: &Values) -> Values {
        let mut inputs: Values = mapping.iter().map(|(name, value)| (name.clone(), self.mapped(value))).collect();
        let nothing = Values::new();
        let named = match (self.parts.get("body"), self.parts.get("query")) {
            (Some(Value::Object(body)), _) => body,
            (None, Some(Value::Object(query))) => query,
            _ => &nothing,
        };
        for field in fields.iter().filter(|field| !mapping.contains_key(&field.name)) {
            let value = if takes_part(field) { self.parts.get(&field.name) } else { named.get(&field.name) };
            inputs.extend(value.map(|value| (field.name.clone(), value.clone())));
        }
        inputs
    }

    fn mapped(&self, value: &Value) -> Value {
        let Value::String(text) = value else { return value.clone() };
        let template = Template::parse(text);
        match template.parts.as_slice() {
            [] | [Part::Text(_)] => value.clone(),
            [Part::Reference { path, .. }] => self.at(path).cloned().unwrap_or_default(),
            parts => {
                let piece = |part: &Part| match part {
                    Part::Text(text) => text.clone(),
                    Part::Reference { path, .. } => self.at(path).filter(|value| !value.is_null()).map(render_value).unwrap_or_default(),
                };
                Value::String(parts.iter().map(piece).collect())
            }
        }
    }

    fn at(&self, path: &[Key]) -> Option<&Value> {
        let (Key::Name(root), rest) = path.split_first()? else { return None };
        rest.iter().try_fold(self.parts.get(root)?, |value, key| match (key, value) {
            (Key::Name(name), Value::Object(map)) => map.get(name),
            (Key::Index(index), Value::Array(items)) => items.get(*index),
            _ => None,
        })
    }
}

/// What is wrong with a mapping; nothing: it can be stored.
pub fn wrong(mapping: &Values) -> Option<String> {
    if mapping.len() > 100 || serde_json::to_vec(mapping).map_or(usize::MAX, |text| text.len()) > 64 * 1024 {
        return Some("`inputs` holds at most 100 values of 64 KiB together.".to_owned());
    }
    for (name, value) in mapping {
        let Value::String(text) = value else { continue };
        let template = Template::parse(text);
        let references = template.parts.iter().filter(|part| matches!(part, Part::Reference { .. }));
        for part in references {
            if !part.name().is_some_and(|root| ROOTS.contains(&root)) {
                let roots = ROOTS.join("`, `");
                return Some(format!("`{name}` refers to something else than `{roots}`: write `{{{{body.user.id}}}}`."));
            }
        }
    }
    None
}

/// Whether an input of this name and type means a part of the call.
fn takes_part(field: &Field) -> bool {
    let any = matches!(field.ty, Type::Any);
    let object = any || matches!(field.ty, Type::Object(_));
    let text = any || matches!(field.ty, Type::String);
    match field.name.as_str() {
        "body" => object || text || matches!(field.ty, Type::List(_)),
        "headers" | "query" => object,
        "method" => text,
        _ => false,
    }
}

/// Headers by their small names; what proves who somebody is stays out of runs.
fn told(headers: &HeaderMap) -> Values {
    let secret = [AUTHORIZATION.as_str(), PROXY_AUTHORIZATION.as_str(), COOKIE.as_str(), secret::SIGNATURE];
    let mut told = Values::new();
    for name in headers.keys().filter(|name| !secret.contains(&name.as_str())) {
        let values: Vec<_> = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        told.insert(name.as_str().to_owned(), Value::String(values.join(", ")));
    }
    told
}

/// Pairs of a form or a query; a name that comes again makes a list.
fn pairs(text: &[u8]) -> Values {
    let mut found = Values::new();
    for (name, value) in url::form_urlencoded::parse(text) {
        let value = Value::String(value.into_owned());
        match found.get_mut(name.as_ref()) {
            None => {
                found.insert(name.into_owned(), value);
            }
            Some(Value::Array(items)) => items.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
        }
    }
    found
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Value, Error> {
    let declared = headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or("?"));
    let essence = declared.map(|text| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    match essence.as_deref() {
        None | Some("application/json") => json(body),
        Some(other) if other.ends_with("+json") => json(body),
        Some("application/x-www-form-urlencoded") => Ok(Value::Object(pairs(body))),
        Some(text) if text.starts_with("text/") => {
            let text = std::str::from_utf8(body).map_err(|_| Error::BodyInvalid("it is not UTF-8".to_owned()))?;
            Ok(Value::String(text.to_owned()))
        }
        Some(_) => Err(Error::BodyType),
    }
}

fn json(body: &[u8]) -> Result<Value, Error> {
    serde_json::from_slice(body).map_err(|error| Error::BodyInvalid(error.to_string()))
}
