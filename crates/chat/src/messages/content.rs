//! Parts of a message, as they are sent and stored.

use std::fmt;

use serde::de::{SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};
use types::{Failure, FileId};
use utoipa::ToSchema;

/// Most parts of one message.
const PARTS: usize = 50;
/// Longest URL.
const URL: usize = 8192;

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ContentPart {
    /// Text or Markdown.
    Text {
        /// The text.
        text: String,
    },
    /// A picture: an uploaded file, or a URL that the model's vendor fetches.
    Image {
        /// An uploaded file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        file_id: Option<FileId>,
        /// `https://…`; wins over `file_id`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        url: Option<String>,
    },
    /// Any other file. The model reads the text of text files and the name of others.
    File {
        /// An uploaded file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        file_id: Option<FileId>,
        /// `https://…`; wins over `file_id`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        url: Option<String>,
    },
}

impl ContentPart {
    /// A text part.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }
}

/// A plain string, or parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content(pub Vec<ContentPart>);

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Content;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or an array of content parts")
            }

            fn visit_str<E>(self, text: &str) -> Result<Content, E> {
                Ok(Content(vec![ContentPart::text(text)]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, parts: A) -> Result<Content, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(parts)).map(Content)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl utoipa::PartialSchema for Content {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let part = utoipa::openapi::Ref::from_schema_name("ContentPart");
        utoipa::openapi::OneOfBuilder::new()
            .item(utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::schema::Type::String))
            .item(utoipa::openapi::ArrayBuilder::new().items(part))
            .into()
    }
}

impl ToSchema for Content {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
        schemas.push(("ContentPart".to_owned(), <ContentPart as utoipa::PartialSchema>::schema()));
        ContentPart::schemas(schemas);
    }
}

/// All text parts, one a line.
pub(crate) fn text_of(parts: &[ContentPart]) -> String {
    let texts: Vec<&str> =
        parts.iter().filter_map(|p| if let ContentPart::Text { text } = p { Some(text.as_str()) } else { None }).collect();
    texts.join("\n")
}

/// Whether there is nothing to read in it.
pub(crate) fn is_empty(parts: &[ContentPart]) -> bool {
    parts.iter().all(|p| matches!(p, ContentPart::Text { text } if text.trim().is_empty()))
}

/// Refuses what cannot be right.
pub(crate) fn check(parts: &[ContentPart], max_chars: usize) -> Result<(), Failure> {
    if parts.len() > PARTS {
        return Err(Failure::invalid("content", format!("A message has at most {PARTS} parts.")));
    }
    let mut chars = 0usize;
    for (i, part) in parts.iter().enumerate() {
        match part {
            ContentPart::Text { text } => chars += text.chars().count(),
            ContentPart::Image { file_id, url } | ContentPart::File { file_id, url } => match (file_id, url) {
                (_, Some(url)) => check_url(i, url)?,
                (Some(_), None) => {}
                (None, None) => return Err(Failure::invalid(format!("content[{i}]"), "This part needs a `file_id` or a `url`.")),
            },
        }
    }
    if chars > max_chars {
        return Err(Failure::invalid("content", format!("The text is longer than {max_chars} characters. Attach it as a file instead.")));
    }
    Ok(())
}

fn check_url(i: usize, url: &str) -> Result<(), Failure> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let good = url.len() <= URL && rest.is_some_and(|r| !r.is_empty()) && !url.chars().any(|c| c.is_control() || c.is_whitespace());
    if good { Ok(()) } else { Err(Failure::invalid(format!("content[{i}].url"), "A URL begins with http:// or https://.")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_or_parts_and_nothing_else() {
        let read = |json: &str| serde_json::from_str::<Content>(json).map(|c| c.0);
        assert_eq!(read("\"hi\"").unwrap(), [ContentPart::text("hi")]);
        let parts = read(r#"[{"type":"text","text":"a"},{"type":"image","url":"https://x/y.png"}]"#).unwrap();
        assert_eq!(parts.len(), 2);
        for bad in ["1", "{}", r#"[{"type":"text"}]"#, r#"[{"type":"text","text":"a","more":1}]"#, r#"[{"type":"video","url":"x"}]"#] {
            assert!(read(bad).is_err(), "{bad} was taken for content");
        }
    }

    #[test]
    fn urls_must_be_web_addresses() {
        let image = |url: &str| vec![ContentPart::Image { file_id: None, url: Some(url.to_owned()) }];
        assert!(check(&image("https://x/y.png"), 10).is_ok());
        for bad in ["", "file:///etc/passwd", "javascript:1", "https://", "https://a b", "data:image/png;base64,x"] {
            assert!(check(&image(bad), 10).is_err(), "{bad} was accepted");
        }
        assert!(check(&[ContentPart::Image { file_id: None, url: None }], 10).is_err());
        assert!(check(&[ContentPart::text("01234567890")], 10).is_err());
    }
}
