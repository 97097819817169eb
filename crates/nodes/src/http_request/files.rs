//! Files that are sent: ours by the port, others from their URLs.

use std::time::Duration;

use egress::{Egress, Limits, Purpose, Request};
use flow::node::{NodeError, TaskCx};
use flow::value::file;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde_json::Value;
use url::Url;

use super::run::told;
use crate::ports::{FileContent, Services};

/// Bytes of one file.
pub const MAX_FILE: u64 = 20 << 20;
/// Time for one file.
const TIME: Duration = Duration::from_secs(20);

/// URLs of files: of a URL, an object with `url` or `file_id`, a list of these; each also as JSON text.
pub fn urls(value: &Value) -> Vec<(String, Option<String>)> {
    if let Some(id) = file::named(value) {
        return vec![(file::path(id), None)];
    }
    match value {
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
            serde_json::from_str::<Value>(text).map_or_else(|_| vec![(text.clone(), None)], |value| urls(&value))
        }
        Value::String(text) if text.trim().is_empty() => Vec::new(),
        Value::String(text) => vec![(text.trim().to_owned(), None)],
        Value::Array(items) => items.iter().flat_map(urls).collect(),
        Value::Object(map) => {
            let name = map.get("name").and_then(Value::as_str).map(str::to_owned);
            map.get("url").and_then(Value::as_str).map(|url| (url.to_owned(), name)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// A file with its content.
pub async fn fetch(cx: &TaskCx, url: &str, name: Option<String>, egress: &Egress, services: &Services) -> Result<FileContent, NodeError> {
    if let Some(files) = &services.files
        && let Some(file) = files.read(cx, url, MAX_FILE).await?
    {
        return Ok(file);
    }
    let limits = Limits { max_bytes: MAX_FILE, idle: TIME, total: TIME, redirects: 5 };
    let response = egress.send(Purpose::Tool, Request::get(url).limits(limits)).await.map_err(|error| told(&error))?;
    if !response.status.is_success() {
        let host = response.url.host_str().unwrap_or_default();
        let failed = NodeError::new("file_unreachable", format!("the file at {host} cannot be had: {}", response.status.as_u16()));
        return Err(NodeError { transient: response.status.is_server_error(), ..failed });
    }
    let header = |name| response.headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok()).map(str::to_owned);
    let media_type = header(CONTENT_TYPE);
    let name = name.or_else(|| header(CONTENT_DISPOSITION).as_deref().and_then(disposed)).unwrap_or_else(|| last_part(url));
    let bytes = response.body.bytes().await.map_err(|error| told(&error))?;
    Ok(FileContent { name, media_type, bytes })
}

/// The file name in `attachment; filename="…"`.
fn disposed(header: &str) -> Option<String> {
    let name = header.split(';').filter_map(|part| part.split_once('=')).find(|(key, _)| key.trim().eq_ignore_ascii_case("filename"))?.1;
    Some(name.trim().trim_matches('"').to_owned()).filter(|name| !name.is_empty())
}

fn last_part(url: &str) -> String {
    let url = Url::parse(url).ok();
    let last = url.as_ref().and_then(|url| url.path_segments()?.next_back()).filter(|part| !part.is_empty());
    last.unwrap_or("file").to_owned()
}
