//! The built web UI, inside the binary.
//!
//! `make web` builds `web/dist`; without it everything still compiles and a page says how to build it.
//! Unknown addresses get `index.html`: the router of the UI decides. Files under `/assets` carry a
//! hash in their name and are cached for ever.

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, Method, StatusCode, Uri};
use rust_embed::{Embed, EmbeddedFile};

#[derive(Embed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

const MISSING: &str = "<!doctype html><meta charset=utf-8><title>Hearth</title><h1>Hearth is running</h1>\
    <p>This binary was built without the web UI. Run <code>make build</code> (Node 20 or newer) and start it again.</p>";

/// Whether the UI is inside.
pub fn is_built() -> bool {
    Dist::get("index.html").is_some()
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
    if let Some(file) = Dist::get(path).filter(|_| !path.is_empty()) {
        let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
        return answer(path, file, cache, &headers);
    }
    // A missing asset is missing: answering with a page would hide it.
    if path.starts_with("assets/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    match Dist::get("index.html") {
        Some(index) => answer("index.html", index, "no-cache", &headers),
        None => Html(MISSING).into_response(),
    }
}

fn answer(path: &str, file: EmbeddedFile, cache: &'static str, headers: &HeaderMap) -> Response {
    let hash = file.metadata.sha256_hash();
    let tag = format!("\"{}\"", hash.iter().take(16).fold(String::new(), |text, byte| format!("{text}{byte:02x}")));
    if headers.get(IF_NONE_MATCH).and_then(|v| v.to_str().ok()) == Some(tag.as_str()) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response();
    }
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let mime = if mime.type_() == "text" { format!("{mime}; charset=utf-8") } else { mime.to_string() };
    ([(CONTENT_TYPE, mime), (CACHE_CONTROL, cache.to_owned()), (ETAG, tag)], file.data).into_response()
}
