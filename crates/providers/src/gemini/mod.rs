//! Google's Gemini API (`generateContent`). Reading order: [`request`] → [`stream`].
//!
//! Its own rules: the model is in the path, calls have no ids and results name their
//! function, a stream has no end mark but a finish reason.

mod request;
mod stream;

use std::sync::Arc;

use async_trait::async_trait;
use model::chat::{Chat, ChatStream, Request, Response};
use model::embed::{Embed, Embeddings};
use model::vendor::{Capabilities, Checked, Endpoint, VendorInfo};
use model::{Error, Vendor};
use serde::Deserialize;
use serde_json::json;

use crate::probe;
use crate::wire::{self, Auth, Host, Sink, Transport};

const BASE_URL: &str = "https://generativelanguage.googleapis.com/v1beta";
/// A header and not the query: a URL ends up in logs.
const KEY: Auth = Auth { header: "x-goog-api-key", prefix: "" };
/// Texts in one embeddings request.
const EMBED_BATCH: usize = 100;

/// The vendor.
pub struct Gemini {
    host: Host,
}

impl Gemini {
    pub fn new(host: &Host) -> Self {
        Self { host: host.clone() }
    }

    fn open(&self, endpoint: &Endpoint) -> Result<Client, Error> {
        if endpoint.api_key.is_none() {
            return Err(Error::Unavailable("Gemini needs an API key.".to_owned()));
        }
        let base = wire::base_url(endpoint, Some(BASE_URL))?;
        let bare = url::Url::parse(&base).is_ok_and(|url| url.path() == "/");
        Ok(Client {
            base: if bare { format!("{base}/v1beta") } else { base },
            transport: Transport::new(&self.host.egress, endpoint, KEY),
            model: endpoint.model.trim_start_matches("models/").to_owned(),
            capabilities: endpoint.capabilities.clone(),
        })
    }
}

#[async_trait]
impl Vendor for Gemini {
    fn info(&self) -> VendorInfo {
        VendorInfo {
            id: "gemini".to_owned(),
            name: "Google Gemini".to_owned(),
            default_base_url: Some(BASE_URL.to_owned()),
            needs_key: true,
            needs_base_url: false,
            extra_fields: Vec::new(),
        }
    }

    fn chat(&self, endpoint: &Endpoint) -> Result<Arc<dyn Chat>, Error> {
        let client = self.open(endpoint)?;
        Ok(self.host.layered(self, endpoint, Arc::new(client)))
    }

    fn embed(&self, endpoint: &Endpoint) -> Result<Arc<dyn Embed>, Error> {
        Ok(Arc::new(self.open(endpoint)?))
    }

    async fn models(&self, endpoint: &Endpoint) -> Result<Vec<String>, Error> {
        let client = self.open(endpoint)?;
        let list: List = client.transport.get(&format!("{}/models?pageSize=1000", client.base)).await?;
        Ok(list.models.into_iter().map(|row| row.name.trim_start_matches("models/").to_owned()).collect())
    }

    async fn check(&self, endpoint: &Endpoint) -> Result<Checked, Error> {
        let client = self.open(endpoint)?;
        probe::check(&endpoint.model, &client, &client).await
    }
}

#[derive(Deserialize)]
struct List {
    models: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
}

struct Client {
    base: String,
    transport: Transport,
    model: String,
    capabilities: Capabilities,
}

impl Client {
    fn url(&self, call: &str) -> String {
        format!("{}/models/{}:{call}", self.base, self.model)
    }

    fn decoder(&self) -> stream::Candidates {
        stream::Candidates::new(self.transport.secret().cloned())
    }

    async fn body(&self, request: &Request) -> Result<serde_json::Value, Error> {
        request::body(self.transport.egress(), &self.model, self.capabilities.reasoning, request).await
    }
}

#[async_trait]
impl Chat for Client {
    async fn stream(&self, request: Request) -> Result<ChatStream, Error> {
        let body = self.body(&request).await?;
        self.transport.stream(&self.url("streamGenerateContent?alt=sse"), &body, self.decoder(), Sink::new(false)).await
    }

    async fn complete(&self, request: Request) -> Result<Response, Error> {
        let body = self.body(&request).await?;
        self.transport.complete(&self.url("generateContent"), &body, self.decoder(), Sink::new(false)).await
    }
}

#[derive(Deserialize)]
struct Vectors {
    embeddings: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    values: Vec<f32>,
}

#[async_trait]
impl Embed for Client {
    async fn embed(&self, texts: &[String]) -> Result<Embeddings, Error> {
        let mut all = Embeddings::default();
        for batch in texts.chunks(EMBED_BATCH) {
            let one = |text: &String| json!({ "model": format!("models/{}", self.model), "content": { "parts": [{ "text": text }] } });
            let body = json!({ "requests": batch.iter().map(one).collect::<Vec<_>>() });
            let answer: Vectors = self.transport.post(&self.url("batchEmbedContents"), &body).await?;
            wire::expect_vectors(batch.len(), answer.embeddings.len())?;
            all.vectors.extend(answer.embeddings.into_iter().map(|vector| vector.values));
        }
        Ok(all)
    }
}
