//! What is sent, as bytes with their type.

use bytes::{BufMut as _, Bytes, BytesMut};
use egress::Egress;
use flow::node::{Inputs, NodeError, TaskCx};
use flow::value::render::{Bounded, MAX_TEXT};
use flow::value::template::{Part, Shown, Template};
use serde_json::Value;
use url::form_urlencoded;

use super::files;
use super::params::{Body, Field};
use crate::ports::{FileContent, Services};

/// Bytes of all files of one request.
const MAX_FILES: u64 = 2 * files::MAX_FILE;

/// Content type and bytes; nothing: no body.
#[derive(Debug)]
pub struct Prepared(pub Option<(String, Bytes)>);

/// Renders and fetches what is sent.
pub async fn prepare(body: &Body, cx: &TaskCx, inputs: &Inputs, egress: &Egress, services: &Services) -> Result<Prepared, NodeError> {
    let (content_type, bytes) = match body {
        Body::None => return Ok(Prepared(None)),
        Body::Json { content } => ("application/json".to_owned(), json(content, inputs)?.into()),
        Body::Text { content } => ("text/plain; charset=utf-8".to_owned(), Template::parse(content).render(inputs)?.into()),
        Body::Urlencoded { fields } => {
            let mut form = form_urlencoded::Serializer::new(String::new());
            for field in fields {
                form.append_pair(&field.name, &Template::parse(&field.value).render(inputs)?);
            }
            ("application/x-www-form-urlencoded".to_owned(), form.finish().into())
        }
        Body::Form { fields } => multipart(fields, cx, inputs, egress, services).await?,
        Body::Binary { file } => {
            let given = inputs.get(file).map(files::urls).unwrap_or_default();
            let Some((url, name)) = given.into_iter().next() else {
                return Err(NodeError::lasting("file_missing", format!("the input {file} is no file")));
            };
            let file = files::fetch(cx, &url, name, egress, services).await?;
            (file.media_type.unwrap_or_else(|| "application/octet-stream".to_owned()), file.bytes)
        }
    };
    Ok(Prepared(Some((content_type, bytes))))
}

/// A template of JSON: between quotation marks an input is escaped; elsewhere it is JSON, but for texts, which stand as they are.
fn json(content: &str, inputs: &Inputs) -> Result<String, NodeError> {
    let mut out = Bounded::new(MAX_TEXT);
    let (mut quoted, mut escaped) = (false, false);
    for part in &Template::parse(content).parts {
        if let Part::Text(text) = part {
            for c in text.chars() {
                (quoted, escaped) = match c {
                    _ if escaped => (quoted, false),
                    '\\' if quoted => (quoted, true),
                    '"' => (!quoted, false),
                    _ => (quoted, false),
                };
            }
        }
        match (part.show(inputs)?, part) {
            (Shown::Text(text), _) => out.raw(text)?,
            (Shown::Value(value), _) if quoted => {
                let text = Value::String(flow::value::render::text(value)).to_string();
                out.raw(&text[1..text.len() - 1])?;
            }
            (Shown::Value(Value::String(text)), _) => out.raw(text)?,
            (Shown::Value(value), _) => out.json(value)?,
            (Shown::Nothing, _) if quoted => {}
            (Shown::Nothing, _) => out.raw("null")?,
        }
    }
    Ok(out.finish())
}

async fn multipart(
    fields: &[Field],
    cx: &TaskCx,
    inputs: &Inputs,
    egress: &Egress,
    services: &Services,
) -> Result<(String, Bytes), NodeError> {
    let mut parts = Vec::with_capacity(fields.len());
    let mut size = 0;
    for field in fields {
        let text = Template::parse(&field.value).render(inputs)?;
        if !field.file {
            parts.push((field.name.as_str(), None, Bytes::from(text)));
            continue;
        }
        for (url, name) in files::urls(&Value::String(text)) {
            let FileContent { name, media_type, bytes } = files::fetch(cx, &url, name, egress, services).await?;
            size += bytes.len() as u64;
            if size > MAX_FILES {
                return Err(NodeError::lasting("file_too_large", format!("the files are larger than {MAX_FILES} bytes together")));
            }
            parts.push((field.name.as_str(), Some((name, media_type)), bytes));
        }
    }
    let boundary = boundary(&cx.idempotency_key, &parts);
    let mut out = BytesMut::new();
    for (name, file, bytes) in parts {
        out.put_slice(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", quoted(name)).as_bytes());
        if let Some((file, media_type)) = file {
            let media_type = media_type.filter(|text| text.bytes().all(|b| (0x20..0x7f).contains(&b)));
            let media_type = media_type.as_deref().unwrap_or("application/octet-stream");
            out.put_slice(format!("; filename=\"{}\"\r\nContent-Type: {media_type}", quoted(&file)).as_bytes());
        }
        out.put_slice(b"\r\n\r\n");
        out.put_slice(&bytes);
        out.put_slice(b"\r\n");
    }
    out.put_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok((format!("multipart/form-data; boundary={boundary}"), out.freeze()))
}

/// As browsers write names in a form.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// The same for the same request; longer until no part contains it.
fn boundary<F>(key: &str, parts: &[(&str, F, Bytes)]) -> String {
    let key: String = key.chars().filter(char::is_ascii_alphanumeric).take(24).collect();
    let mut boundary = format!("hearth-{key}");
    while parts.iter().any(|(_, _, bytes)| contains(bytes, boundary.as_bytes())) && boundary.len() < 70 {
        boundary.push('x');
    }
    boundary
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
