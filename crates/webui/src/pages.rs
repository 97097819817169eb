//! Serving the files of the UI.

use std::io::Read as _;

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use flate2::read::GzDecoder;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use rust_embed::{Embed, EmbeddedFile};

#[derive(Embed)]
#[folder = "$OUT_DIR/dist"]
struct Dist;

const MISSING: &str = "<!doctype html><meta charset=utf-8><title>Hearth</title><h1>Hearth is running</h1>\
    <p>This binary was built without the web UI. Run <code>make build</code> (Node 20 or newer) and start it again.</p>";

/// A file as it lies in the binary.
struct Stored {
    file: EmbeddedFile,
    gzip: bool,
}

impl Stored {
    fn get(path: &str) -> Option<Self> {
        if path.is_empty() {
            return None;
        }
        let plain = Dist::get(path).map(|file| Self { file, gzip: false });
        plain.or_else(|| Dist::get(&format!("{path}.gz")).map(|file| Self { file, gzip: true }))
    }
}

/// Whether the UI is inside.
pub fn is_built() -> bool {
    Stored::get("index.html").is_some()
}

/// Serves the UI on every address that nothing else serves.
pub fn router() -> Router {
    Router::new().fallback(serve)
}

async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if let Some(file) = Stored::get(path) {
        let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
        return answer(path, file, cache, &headers);
    }
    // A missing asset is missing: answering with a page would hide it.
    if path.starts_with("assets/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    match Stored::get("index.html") {
        Some(index) => answer("index.html", index, "no-cache", &headers),
        None => Html(MISSING).into_response(),
    }
}

fn answer(path: &str, Stored { file, gzip }: Stored, cache: &'static str, headers: &HeaderMap) -> Response {
    let hash = file.metadata.sha256_hash();
    let tag = format!("\"{}\"", hash.iter().take(16).fold(String::new(), |text, byte| format!("{text}{byte:02x}")));
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let mime = if mime.type_() == "text" { format!("{mime}; charset=utf-8") } else { mime.to_string() };
    let known = headers.get(IF_NONE_MATCH).and_then(|v| v.to_str().ok()) == Some(tag.as_str());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else if gzip && !takes_gzip(headers) {
        match plain(&file.data) {
            Ok(data) => data.into_response(),
            Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    } else {
        let mut response = file.data.into_response();
        if gzip {
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    };
    let said = response.headers_mut();
    for (name, value) in [(CONTENT_TYPE, mime), (CACHE_CONTROL, cache.to_owned()), (ETAG, tag)] {
        if let Ok(value) = value.parse() {
            said.insert(name, value);
        }
    }
    if gzip {
        said.insert(VARY, HeaderValue::from_static("accept-encoding"));
    }
    response
}

/// What a client gets that takes nothing compressed.
fn plain(data: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut plain = Vec::with_capacity(data.len() * 4);
    GzDecoder::new(data).read_to_end(&mut plain)?;
    Ok(plain)
}

/// Whether gzip (or anything) is named, and not with a weight of nothing.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let named = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    named.map(str::trim).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let refused = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok()).is_some_and(|weight| weight <= 0.0);
        matches!(name.trim(), "gzip" | "*") && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_gzip() {
        let takes = |value: &'static str| takes_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]));
        for yes in ["gzip", "br, gzip;q=0.5", "*", "deflate,gzip ; q=1"] {
            assert!(takes(yes), "{yes}");
        }
        for no in ["", "br", "gzip;q=0", "*;q=0.0", "xgzip"] {
            assert!(!takes(no), "{no}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    /// The UI is not built on every machine that runs the tests.
    #[tokio::test]
    async fn everybody_gets_the_same_page() {
        let Some(Stored { file, gzip }) = Stored::get("index.html") else { return };
        let page = if gzip { plain(&file.data).unwrap() } else { file.data.to_vec() };
        assert!(String::from_utf8(page.clone()).unwrap().contains("<div id=\"root\">"));
        let ask = async |encoding: &'static str| {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(encoding))]);
            let response = serve(Method::GET, Uri::from_static("/agents/1"), headers).await;
            let packed = response.headers().get(CONTENT_ENCODING).is_some();
            let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
            if packed { plain(&bytes).unwrap() } else { bytes.to_vec() }
        };
        assert_eq!(ask("gzip").await, page);
        assert_eq!(ask("br").await, page);
    }
}
