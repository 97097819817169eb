//! Contents of messages: `text`, or `object_string` = a JSON array of text, image and file objects.

use chat::messages::ContentPart;
use serde::{Deserialize, Serialize};
use types::{Failure, FileId};

use crate::id::GivenId;

/// Plain text.
pub const TEXT: &str = "text";
/// A JSON array of objects.
pub const OBJECT_STRING: &str = "object_string";

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
pub fn read(content: &str, content_type: &str) -> Result<Vec<ContentPart>, Failure> {
    match content_type {
        "" | TEXT if content.is_empty() => Ok(Vec::new()),
        "" | TEXT => Ok(vec![ContentPart::text(content)]),
        OBJECT_STRING => objects(content),
        other => Err(Failure::invalid(
            "content_type",
            format!("`{}` cannot be sent: use `text` or `object_string`.", other.chars().take(40).collect::<String>()),
        )),
    }
}

fn objects(content: &str) -> Result<Vec<ContentPart>, Failure> {
    let refuse = |why: String| Failure::invalid("content", format!("The content is no list of message objects: {why}."));
    let given: Vec<GivenObject> = serde_json::from_str(content).map_err(|e| refuse(e.to_string()))?;
    let mut parts = Vec::with_capacity(given.len());
    for object in given {
        let GivenObject { r#type, text, file_id, file_url } = object;
        // The URL wins over the id, as on the reference server.
        let url = file_url.filter(|u| !u.is_empty());
        let file_id = file_id.0.map(FileId).filter(|_| url.is_none());
        let nowhere = url.is_none() && file_id.is_none();
        match r#type.as_str() {
            "text" => parts.extend(text.filter(|t| !t.is_empty()).map(ContentPart::text)),
            "image" | "file" if nowhere => return Err(refuse("an image or file needs `file_id` or `file_url`".into())),
            "image" => parts.push(ContentPart::Image { file_id, url }),
            "file" => parts.push(ContentPart::File { file_id, url }),
            "audio" => return Err(refuse("audio is not supported".into())),
            _ => return Err(refuse("`type` is text, image or file".into())),
        }
    }
    Ok(parts)
}

/// Content and content type as clients read them.
pub fn write(parts: &[ContentPart]) -> (String, &'static str) {
    match parts {
        [] => (String::new(), TEXT),
        [ContentPart::Text { text }] => (text.clone(), TEXT),
        _ => (serde_json::to_string(&parts.iter().map(written).collect::<Vec<_>>()).unwrap_or_default(), OBJECT_STRING),
    }
}

fn written(part: &ContentPart) -> WrittenObject<'_> {
    let (r#type, text, file_id, file_url) = match part {
        ContentPart::Text { text } => ("text", Some(text.as_str()), None, None),
        ContentPart::Image { file_id, url } => ("image", None, *file_id, url.as_deref()),
        ContentPart::File { file_id, url } => ("file", None, *file_id, url.as_deref()),
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
        for (content, kind) in
            [("x", "card"), ("x", OBJECT_STRING), (r#"[{"type":"image"}]"#, OBJECT_STRING), (r#"[{"type":"video"}]"#, OBJECT_STRING)]
        {
            assert!(read(content, kind).is_err(), "{content} as {kind}");
        }
    }
}
