//! Getting the bytes.

use std::time::Duration;

use async_trait::async_trait;
use egress::{Egress, Limits, Purpose, Request};
use flow::tool::ToolError;
use http::HeaderValue;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE};

/// Most bytes of a page that are read.
const BYTES: usize = 3 << 20;

/// A page as it came.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// After redirects.
    pub url: String,
    /// HTTP status.
    pub status: u16,
    /// The header, if there was one.
    pub content_type: Option<String>,
    /// The body, or its beginning.
    pub body: Vec<u8>,
    /// There was more.
    pub cut: bool,
}

/// Gets pages. Implemented by [`Egress`]; a test has its own.
#[async_trait]
pub trait Fetcher: Send + Sync {
    /// GET, following redirects.
    async fn get(&self, url: String) -> Result<Fetched, ToolError>;
}

#[async_trait]
impl Fetcher for Egress {
    async fn get(&self, url: String) -> Result<Fetched, ToolError> {
        // The limit of egress lies above ours: a larger page is cut, not refused.
        let limits = Limits { max_bytes: 4 * BYTES as u64, idle: Duration::from_secs(15), total: Duration::from_secs(30), redirects: 5 };
        let request = Request::get(url)
            .header(ACCEPT, HeaderValue::from_static("text/html, application/xhtml+xml, text/plain;q=0.9, */*;q=0.5"))
            .header(ACCEPT_LANGUAGE, HeaderValue::from_static("zh-CN, en;q=0.8, *;q=0.5"))
            .limits(limits);
        let response = self.send(Purpose::Tool, request).await.map_err(|e| told(&e))?;
        let content_type = response.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let (status, url) = (response.status.as_u16(), response.url.to_string());
        let mut body = response.body.at_most(BYTES + 1).await.map_err(|e| told(&e))?.to_vec();
        let cut = body.len() > BYTES;
        body.truncate(BYTES);
        Ok(Fetched { url, status, content_type, body, cut })
    }
}

/// Errors of egress name hosts, never secrets: the model may read them.
fn told(error: &egress::Error) -> ToolError {
    let code = match error {
        egress::Error::Refused { .. } => "egress_refused",
        egress::Error::Timeout { .. } => "timeout",
        egress::Error::Invalid { .. } => "invalid_arguments",
        _ => "unreachable",
    };
    ToolError::new(code, format!("The page could not be fetched: {error}."))
}
