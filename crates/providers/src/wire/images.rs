//! Pictures, for vendors that take bytes only.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use egress::{Egress, Limits, Purpose, Request};
use http::header::CONTENT_TYPE;
use model::Error;

/// Largest picture that is fetched, in bytes.
const MAX_IMAGE: u64 = 20 << 20;

/// A picture as vendors take it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inline {
    /// For example `image/png`.
    pub media_type: String,
    /// Base64, standard alphabet.
    pub data: String,
}

/// Reads `data:<mime>;base64,…`; anything else is no data URL.
pub fn from_data_url(url: &str) -> Option<Inline> {
    let (head, data) = url.strip_prefix("data:")?.split_once(',')?;
    let media_type = head.strip_suffix(";base64")?.split(';').next()?;
    let media_type = if media_type.is_empty() { "image/png" } else { media_type };
    Some(Inline { media_type: media_type.to_owned(), data: data.to_owned() })
}

/// The picture behind a URL. A user wrote the URL, so the strict policy for tools applies.
pub async fn inline(egress: &Egress, url: &str) -> Result<Inline, Error> {
    if let Some(inline) = from_data_url(url) {
        return Ok(inline);
    }
    let cannot = |why: String| Error::Unsupported(format!("The picture cannot be read: {why}"));
    let limits = Limits { max_bytes: MAX_IMAGE, ..Limits::of(Purpose::Tool) };
    let response = egress.send(Purpose::Tool, Request::get(url).limits(limits)).await.map_err(|error| cannot(error.to_string()))?;
    if !response.status.is_success() {
        return Err(cannot(format!("its server answered with status {}", response.status.as_u16())));
    }
    let media_type = response.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_owned();
    if !media_type.starts_with("image/") {
        return Err(cannot("its address holds no picture".to_owned()));
    }
    let bytes = response.body.bytes().await.map_err(|error| cannot(error.to_string()))?;
    Ok(Inline { media_type, data: STANDARD.encode(bytes) })
}
