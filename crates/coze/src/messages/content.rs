//! Contents of messages: `text`, or `object_string` = a JSON array of text, image and file objects.

use serde::{Deserialize, Serialize};
use types::{Failure, FileId};

use crate::id::GivenId;

/// Most objects of one message.
const MAX_OBJECTS: usize = 100;

/// Plain text.
pub const TEXT: &str = "text";
/// A JSON array of objects.
pub const OBJECT_STRING: &str = "object_string";

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text.
    Text(String),
    /// A picture.
    Image(Source),
    /// Any other file.
    File(Source),
}

/// Where the bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Uploaded before.
    Uploaded(FileId),
    /// To be fetched.
    Url(String),
}

#[derive(Deserialize)]
struct GivenObject {
    r#type: String,
    text: Option<String>,
    #[serde(default)]
    file_id: GivenId,
    file_url: Option<String>,
}

#[derive(Serialize)]
struct WrittenObject<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_id: Option<FileId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_url: Option<&'a str>,
}

/// Reads a content as it was sent. Empty when there is nothing in it.
pub fn read(content: &str, content_type: &str) -> Result<Vec<Part>, Failure> {
    match content_type {
        "" | TEXT if content.is_empty() => Ok(Vec::new()),
        "" | TEXT => Ok(vec![Part::Text(content.to_owned())]),
        OBJECT_STRING => objects(content),
        other => Err(Failure::invalid(
            "content_type",
            format!("`{}` cannot be sent: use `text` or `object_string`.", other.chars().take(40).collect::<String>()),
        )),
    }
}

fn objects(content: &str) -> Result<Vec<Part>, Failure> {
    let refuse = |why: String| Failure::invalid("content", format!("The content is no list of message objects: {why}."));
    let given: Vec<GivenObject> = serde_json::from_str(content).map_err(|e| refuse(e.to_string()))?;
    if given.len() > MAX_OBJECTS {
        return Err(refuse(format!("there are more than {MAX_OBJECTS}")));
    }
    let mut parts = Vec::with_capacity(given.len());
    for object in given {
        // The URL wins over the id, as on the reference server.
        let source = || {
            let url = object.file_url.clone().filter(|u| !u.is_empty()).map(Source::Url);
            url.or(object.file_id.0.map(|id| Source::Uploaded(FileId(id))))
                .ok_or_else(|| refuse("an image or file needs `file_id` or `file_url`".into()))
        };
        match object.r#type.as_str() {
            "text" => parts.extend(object.text.filter(|t| !t.is_empty()).map(Part::Text)),
            "image" => parts.push(Part::Image(source()?)),
            "file" => parts.push(Part::File(source()?)),
            "audio" => return Err(refuse("audio is not supported".into())),
            _ => return Err(refuse("`type` is text, image or file".into())),
        }
    }
    Ok(parts)
}

/// Content and content type as clients read them.
pub fn write(parts: &[Part]) -> (String, &'static str) {
    match parts {
        [] => (String::new(), TEXT),
        [Part::Text(text)] => (text.clone(), TEXT),
        _ => (serde_json::to_string(&parts.iter().map(written).collect::<Vec<_>>()).unwrap_or_default(), OBJECT_STRING),
    }
}

fn written(part: &Part) -> WrittenObject<'_> {
    let (r#type, text, source) = match part {
        Part::Text(text) => ("text", Some(text.as_str()), None),
        Part::Image(source) => ("image", None, Some(source)),
        Part::File(source) => ("file", None, Some(source)),
    };
    let (file_id, file_url) = match source {
        Some(Source::Uploaded(id)) => (Some(*id), None),
        Some(Source::Url(url)) => (None, Some(url.as_str())),
        None => (None, None),
    };
    WrittenObject { r#type, text, file_id, file_url }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_come_back_as_they_went_in() {
        let sent = r#"[{"type":"text","text":"see","file_id":null,"file_url":null},{"type":"file","file_id":"17"},
            {"type":"image","file_id":"18","file_url":"https://example.com/a.png"}]"#;
        let parts = read(sent, OBJECT_STRING).unwrap();
        let (content, kind) = write(&parts);
        assert_eq!(kind, OBJECT_STRING);
        assert_eq!(
            content,
            r#"[{"type":"text","text":"see"},{"type":"file","file_id":"17"},{"type":"image","file_url":"https://example.com/a.png"}]"#
        );
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(write(&read("[1]", "text").unwrap()), ("[1]".to_owned(), TEXT));
        assert!(read("", "").unwrap().is_empty());
    }

    #[test]
    fn what_is_no_content_is_refused() {
        for (content, kind) in [("x", "card"), ("x", OBJECT_STRING), (r#"[{"type":"image"}]"#, OBJECT_STRING), (r#"[{"type":"video"}]"#, OBJECT_STRING)] {
            assert!(read(content, kind).is_err(), "{content} as {kind}");
        }
    }
}
