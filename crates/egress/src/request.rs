//! A request before it is sent.

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;
use crate::policy::Limits;
use crate::tls::Tls;

/// An outbound request: method, URL text, headers, body, optional own limits and TLS options.
#[derive(Clone)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) limits: Option<Limits>,
    pub(crate) tls: Tls,
}

impl std::fmt::Debug for Request {
    /// A URL and a body may hold secrets; headers that do are marked.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { method, url: _, headers, body, limits, tls } = self;
        let mut shown = f.debug_struct("Request");
        shown.field("method", method).field("headers", headers).field("body", &body.len()).field("limits", limits).field("tls", tls);
        shown.finish_non_exhaustive()
    }
}

impl Request {
    /// A request without headers and body. The URL is parsed when it is sent.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self { method, url: url.into(), headers: HeaderMap::new(), body: Bytes::new(), limits: None, tls: Tls::default() }
    }

    /// A GET request.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::GET, url)
    }

    /// A POST request.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new(Method::POST, url)
    }

    /// Sets a header, replacing earlier values of the same name.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sets a header whose value is a secret: it is marked sensitive, and an error about it
    /// never shows it. `prefix` is written before the secret, for example `"Bearer "`.
    pub fn secret_header(mut self, name: HeaderName, prefix: &str, secret: &SecretString) -> Result<Self, Error> {
        let text = format!("{prefix}{}", secret.expose_secret());
        let mut value = HeaderValue::from_str(&text)
            .map_err(|_| Error::Invalid { reason: format!("the secret for header `{name}` has characters that a header cannot carry") })?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }

    /// Sets the body and its content type.
    #[must_use]
    pub fn body(self, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut request = self.header(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        request.body = body.into();
        request
    }

    /// Secures the connection in a way of its own.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = tls;
        self
    }

    /// Replaces the default limits of the purpose.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }
}
