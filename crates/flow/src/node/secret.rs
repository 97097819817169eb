//! Secrets among the params of a kind: how it asks for one, where they lie, and what a document holds there.
//!
//! A param of the type [`Secret`] is marked in the form (`"format": "password"`, `"writeOnly": true`). Whoever stores documents
//! seals what is typed there; the node opens it at the moment it uses it. Sealed texts are bound to the workspace: see [`context`].

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;
use types::WorkspaceId;
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::value::Values;
use crate::value::template::Template;

/// What a sealed text begins with. By itself: there was a secret, and it was taken out.
pub const MARK: &str = "sealed:";

/// What people and models are shown instead of a secret.
pub const SHOWN: &str = "(secret)";

/// What the secrets of a workspace's workflows are bound to when they are sealed.
pub fn context(workspace: WorkspaceId) -> String {
    format!("workflow-secret:{workspace}")
}

/// The sealed form of a secret, from what a sealer gave.
pub fn sealed(text: &str) -> String {
    format!("{MARK}{text}")
}

/// A param that is a secret: sealed in documents, or a text with `{{references}}`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// What the document holds.
    pub fn stored(&self) -> Stored<'_> {
        Stored::of(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl PartialSchema for Secret {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Password);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).write_only(true).into()
    }
}

impl ToSchema for Secret {}

/// What a document holds in the place of a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stored<'a> {
    /// Nothing.
    Empty,
    /// It was taken out, by an export say.
    Removed,
    /// What a sealer gave, or what somebody typed that looks like it.
    Sealed(&'a str),
    /// A text with references to inputs: what it becomes is data of the run.
    References(&'a str),
    /// As it was typed.
    Plain(&'a str),
}

impl<'a> Stored<'a> {
    /// Reads a text.
    pub fn of(text: &'a str) -> Self {
        match text.strip_prefix(MARK) {
            Some("") => Self::Removed,
            Some(sealed) => Self::Sealed(sealed),
            None if text.trim().is_empty() => Self::Empty,
            None if Template::parse(text).names().is_empty() => Self::Plain(text),
            None => Self::References(text),
        }
    }

    /// It must not be shown to anybody.
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Sealed(_) | Self::Plain(_))
    }
}

/// Where secrets lie in the params of a kind, by its form.
#[derive(Debug, Clone, Default)]
pub struct Places {
    here: bool,
    properties: BTreeMap<String, Places>,
    items: Option<Box<Places>>,
    forms: Vec<Form>,
}

/// One of several forms of a value.
#[derive(Debug, Clone)]
struct Form {
    /// Properties that tell it from the others, with what they may be.
    tags: Vec<(String, Vec<Value>)>,
    places: Places,
}

impl Places {
    /// Reads a form whose references are inlined.
    pub fn of(form: &Value) -> Self {
        let inner = |key: &str| form.get(key).map(Self::of).filter(|places| !places.is_empty()).map(Box::new);
        let named = form.get("properties").and_then(Value::as_object).into_iter().flatten();
        let properties = named.map(|(name, one)| (name.clone(), Self::of(one))).filter(|(_, places)| !places.is_empty());
        let parts = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|key| form.get(key)?.as_array()).flatten();
        let mut forms: Vec<Form> = parts.map(|part| Form { tags: tags(part), places: Self::of(part) }).collect();
        if forms.iter().all(|form| form.places.is_empty()) {
            forms.clear();
        }
        Self {
            here: form["writeOnly"] == true && form["format"] == "password",
            properties: properties.collect(),
            items: inner("items"),
            forms,
        }
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        !self.here && self.properties.is_empty() && self.items.is_none() && self.forms.is_empty()
    }

    /// The secrets among these params, by their JSON pointers into them.
    pub fn within<'v>(&self, params: &'v Values) -> BTreeMap<String, &'v str> {
        let mut found = BTreeMap::new();
        if !self.is_empty() {
            self.object(params, &mut String::new(), &mut found);
        }
        found
    }

    fn value<'v>(&self, value: &'v Value, path: &mut String, found: &mut BTreeMap<String, &'v str>) {
        match value {
            Value::String(text) if self.here => {
                found.insert(path.clone(), text);
            }
            Value::Object(map) => self.object(map, path, found),
            Value::Array(list) => {
                for (at, item) in list.iter().enumerate() {
                    if let Some(items) = &self.items {
                        below(path, &at.to_string(), |path| items.value(item, path, found));
                    }
                }
                self.forms.iter().for_each(|form| form.places.value(value, path, found));
            }
            _ => self.forms.iter().for_each(|form| form.places.value(value, path, found)),
        }
    }

    fn object<'v>(&self, map: &'v Values, path: &mut String, found: &mut BTreeMap<String, &'v str>) {
        for (name, places) in &self.properties {
            if let Some(value) = map.get(name) {
                below(path, name, |path| places.value(value, path, found));
            }
        }
        // A value that is none of the forms may be meant as any of them.
        let none = !self.forms.iter().any(|form| form.fits(map));
        for form in self.forms.iter().filter(|form| none || form.fits(map)) {
            form.places.object(map, path, found);
        }
    }
}

impl Form {
    fn fits(&self, map: &Values) -> bool {
        self.tags.iter().all(|(name, values)| map.get(name).is_none_or(|value| values.contains(value)))
    }
}

/// Properties of which a form allows certain values only.
fn tags(form: &Value) -> Vec<(String, Vec<Value>)> {
    let named = form.get("properties").and_then(Value::as_object).into_iter().flatten();
    let tag = |(name, one): (&String, &Value)| {
        let values = match (one.get("const"), one.get("enum").and_then(Value::as_array)) {
            (Some(only), _) => vec![only.clone()],
            (None, Some(values)) => values.clone(),
            (None, None) => return None,
        };
        Some((name.clone(), values))
    };
    named.filter_map(tag).collect()
}

fn below(path: &mut String, key: &str, go: impl FnOnce(&mut String)) {
    let length = path.len();
    path.push('/');
    path.push_str(&key.replace('~', "~0").replace('/', "~1"));
    go(path);
    path.truncate(length);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(params: &Value) -> Vec<String> {
        let secret = serde_json::to_value(Secret::schema()).unwrap();
        let form = |tag: &str, secrets: &[&str]| {
            let mut properties = json!({ "type": { "type": "string", "enum": [tag] }, "name": { "type": "string" } });
            for name in secrets {
                properties[*name] = secret.clone();
            }
            json!({ "type": "object", "properties": properties })
        };
        let places = Places::of(&json!({ "type": "object", "properties": {
            "url": { "type": "string" },
            "auth": { "oneOf": [{ "type": "null" }, { "oneOf": [form("bearer", &["token"]), form("basic", &["pass/word"]), form("none", &[])] }] },
            "more": { "type": "array", "items": { "type": "object", "properties": { "key": secret } } },
        } }));
        places.within(params.as_object().unwrap()).into_keys().collect()
    }

    #[test]
    fn secrets_are_found_by_the_form() {
        assert_eq!(paths(&json!({ "url": "x", "auth": { "type": "bearer", "token": "t", "pass/word": "no" } })), ["/auth/token"]);
        assert_eq!(paths(&json!({ "auth": { "type": "basic", "pass/word": "p", "name": "n" } })), ["/auth/pass~1word"]);
        assert_eq!(paths(&json!({ "more": [{ "key": "a" }, 7, { "key": "b" }, { "key": 8 }] })), ["/more/0/key", "/more/2/key"]);
        for nothing in [json!({}), json!({ "auth": null }), json!({ "auth": "t" }), json!({ "auth": { "type": "none", "token": "t" } })] {
            assert!(paths(&nothing).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn what_is_none_of_the_forms_may_be_any() {
        for auth in [json!({ "token": "t", "pass/word": "p" }), json!({ "type": "other", "token": "t", "pass/word": "p" })] {
            assert_eq!(paths(&json!({ "auth": auth })), ["/auth/pass~1word", "/auth/token"], "{auth}");
        }
    }

    #[test]
    fn texts_say_what_they_are() {
        let is = |text: &str, stored: Stored<'_>| assert!(Stored::of(text) == stored, "{text}");
        is("", Stored::Empty);
        is("  ", Stored::Empty);
        is("sealed:", Stored::Removed);
        is("sealed:v1.abc", Stored::Sealed("v1.abc"));
        is("sealed:{{a}}", Stored::Sealed("{{a}}"));
        is("{{token}}", Stored::References("{{token}}"));
        is("Key {{ a.b[0] }}", Stored::References("Key {{ a.b[0] }}"));
        is("sk-1", Stored::Plain("sk-1"));
        is("a{{}}b{c}", Stored::Plain("a{{}}b{c}"));
        let secret: Secret = serde_json::from_value(json!("sk-1")).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret");
    }
}
