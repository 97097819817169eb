//! What becomes of a request when the server answers with a redirect.

use http::{HeaderMap, Method, StatusCode, header};
use url::Url;

use crate::error::Error;

/// Headers that may go to another origin. Everything else may carry a credential, and
/// vendors invent new names for them, so this lists what stays and not what goes.
const KEPT_ACROSS_ORIGINS: [header::HeaderName; 6] =
    [header::ACCEPT, header::ACCEPT_ENCODING, header::ACCEPT_LANGUAGE, header::CONTENT_TYPE, header::RANGE, header::USER_AGENT];

/// The target of a redirect, or nothing when this answer is not one.
pub(crate) fn target(host: &str, from: &Url, status: StatusCode, headers: &HeaderMap) -> Result<Option<Url>, Error> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = headers.get(header::LOCATION) else {
        return Ok(None);
    };
    let refuse = |reason| Error::Redirects { host: host.to_owned(), reason };
    let location = std::str::from_utf8(location.as_bytes()).map_err(|_| refuse("to an unreadable address"))?;
    let mut to = from.join(location).map_err(|_| refuse("to an unreadable address"))?;
    to.set_fragment(None);
    if from.scheme() == "https" && to.scheme() != "https" {
        return Err(refuse("from https to an unprotected address"));
    }
    Ok(Some(to))
}

/// Changes method, headers and the need for a body as browsers do.
/// Returns whether the body is to be sent again.
pub(crate) fn carry_over(status: StatusCode, from: &Url, to: &Url, method: &mut Method, headers: &mut HeaderMap) -> bool {
    let becomes_get = match status.as_u16() {
        303 => *method != Method::HEAD,
        301 | 302 => *method == Method::POST,
        _ => false,
    };
    if becomes_get {
        *method = Method::GET;
        headers.remove(header::CONTENT_TYPE);
    }
    if from.origin() != to.origin() {
        let mut kept = HeaderMap::new();
        for name in &KEPT_ACROSS_ORIGINS {
            if let Some(value) = headers.get(name) {
                kept.insert(name.clone(), value.clone());
            }
        }
        *headers = kept;
    }
    !becomes_get
}
