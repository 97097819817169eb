//! Files as values: a URL as a text, or an object with `url`. A file that was uploaded here may also be
//! named by its id, `{"file_id": "…"}`, as an object or as JSON in a text, and has a URL of this instance.

use serde_json::Value;
use types::FileId;

use super::{Field, Type, Values};

/// Where uploaded files are served.
const BEFORE: &str = "/api/v1/files/";
const AFTER: &str = "/content";

/// The address of an uploaded file, without its host.
pub fn path(id: FileId) -> String {
    format!("{BEFORE}{id}{AFTER}")
}

/// The uploaded file that an address means, if it is the address of one: with or without a host. Which
/// host is this instance nobody here knows: whoever reads the file looks whether it is there.
pub fn uploaded(url: &str) -> Option<FileId> {
    let url = url.trim();
    let path = if url.starts_with('/') {
        url
    } else {
        let (_, rest) = url.split_once("://")?;
        &rest[rest.find('/')?..]
    };
    let path = path.split(['?', '#']).next()?;
    path.strip_prefix(BEFORE)?.strip_suffix(AFTER)?.parse().ok()
}

/// The uploaded file that a value names by its id.
pub fn named(value: &Value) -> Option<FileId> {
    match value {
        Value::Object(file) => {
            let id = file.get("file_id").filter(|_| !file.contains_key("url"))?;
            match id {
                Value::String(text) => text.trim().parse().ok(),
                Value::Number(number) => number.as_i64().filter(|id| *id > 0).map(FileId),
                _ => None,
            }
        }
        Value::String(text) if text.trim_start().starts_with('{') => match serde_json::from_str(text) {
            Ok(file @ Value::Object(_)) => named(&file),
            _ => None,
        },
        _ => None,
    }
}

/// The address of a file; `None`: the value is none.
pub fn address(value: &Value) -> Option<String> {
    if let Some(id) = named(value) {
        return Some(path(id));
    }
    match value {
        Value::String(url) => Some(url.clone()),
        Value::Object(file) => file.get("url").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    }
}

/// All places of these fields that hold files, by dotted path. Lists that come as JSON in a text become lists.
pub fn places<'v>(values: &'v mut Values, fields: &[Field]) -> Vec<(String, &'v mut Value)> {
    let mut found = Vec::new();
    for (name, value) in values {
        if let Some(field) = fields.iter().find(|field| field.name == *name) {
            inside(value, &field.ty, name.clone(), &mut found);
        }
    }
    found
}

fn inside<'v>(value: &'v mut Value, ty: &Type, at: String, found: &mut Vec<(String, &'v mut Value)>) {
    match ty {
        Type::File(_) => found.push((at, value)),
        Type::List(of) if holds_files(of) => {
            if let Value::String(text) = value
                && let Ok(list @ Value::Array(_)) = serde_json::from_str(text)
            {
                *value = list;
            }
            for (index, item) in value.as_array_mut().into_iter().flatten().enumerate() {
                inside(item, of, format!("{at}.{index}"), found);
            }
        }
        Type::Object(fields) if fields.iter().any(|field| holds_files(&field.ty)) => {
            for (name, value) in value.as_object_mut().into_iter().flatten() {
                if let Some(field) = fields.iter().find(|field| field.name == *name) {
                    inside(value, &field.ty, format!("{at}.{name}"), found);
                }
            }
        }
        _ => {}
    }
}

fn holds_files(ty: &Type) -> bool {
    match ty {
        Type::File(_) => true,
        Type::List(of) => holds_files(of),
        Type::Object(fields) => fields.iter().any(|field| holds_files(&field.ty)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::value::FileKind;

    #[test]
    fn addresses_of_uploaded_files_are_known_with_and_without_a_host() {
        for url in [
            "/api/v1/files/7/content",
            " /api/v1/files/7/content?x-wf-file_name=a.png",
            "http://127.0.0.1:8888/api/v1/files/7/content",
            "https://h.example/api/v1/files/7/content?a=1#b",
        ] {
            assert_eq!(uploaded(url), Some(FileId(7)), "{url}");
        }
        for url in [
            "",
            "7",
            "/api/v1/files/x/content",
            "/api/v1/files/7",
            "https://h.example",
            "https:///",
            "ftp",
            "/x/api/v1/files/7/content",
            "://",
        ] {
            assert_eq!(uploaded(url), None, "{url}");
        }
        assert_eq!(uploaded(&path(FileId(9))), Some(FileId(9)));
    }

    #[test]
    fn ids_are_read_from_objects_and_texts() {
        for value in [json!({ "file_id": "7" }), json!({ "file_id": 7 }), json!("{\"file_id\": \"7\"}"), json!(" {\"file_id\": 7} ")] {
            assert_eq!(named(&value), Some(FileId(7)), "{value}");
        }
        for value in [
            json!("7"),
            json!({ "file_id": "x" }),
            json!({ "file_id": -1 }),
            json!({ "file_id": "7", "url": "https://a" }),
            json!("{"),
            json!(null),
        ] {
            assert_eq!(named(&value), None, "{value}");
        }
        assert_eq!(address(&json!({ "file_id": "7" })).as_deref(), Some("/api/v1/files/7/content"));
        assert_eq!(address(&json!({ "url": "https://a" })).as_deref(), Some("https://a"));
        assert_eq!(address(&json!(7)), None);
    }

    #[test]
    fn files_are_found_where_they_are_declared() {
        let file = || Type::File(FileKind::Any);
        let fields = [
            Field::new("one", file()),
            Field::new("text", Type::String),
            Field::new("many", Type::List(Box::new(file()))),
            Field::new("deep", Type::Object(vec![Field::new("inner", Type::List(Box::new(Type::Object(vec![Field::new("f", file())]))))])),
        ];
        let mut values = json!({
            "one": { "file_id": "1" }, "text": "{\"file_id\": \"2\"}", "many": "[{\"file_id\": \"3\"}, \"https://a\"]",
            "deep": { "inner": [{ "f": "x", "g": 1 }], "other": 1 }, "undeclared": { "file_id": "4" },
        });
        let places = places(values.as_object_mut().unwrap(), &fields);
        let found: Vec<&str> = places.iter().map(|(at, _)| at.as_str()).collect();
        assert_eq!(found, ["one", "many.0", "many.1", "deep.inner.0.f"]);
    }
}
