//! Ollama's native chat (`/api/chat`, one JSON text a line). Reading order: [`request`] → [`stream`].
//!
//! Its own rules: no ids of calls, arguments as objects, pictures as bare base64, and it
//! tells a model's abilities itself.

mod request;
mod stream;

use std::sync::Arc;

use async_trait::async_trait;
use model::chat::{Chat, ChatStream, Request, Response};
use model::embed::{Embed, Embeddings};
use model::vendor::{Capabilities, Checked, Endpoint, ExtraField, VendorInfo};
use model::{Error, Vendor};
use serde::Deserialize;
use serde_json::json;
use types::TokenUsage;

use crate::probe;
use crate::wire::{self, Auth, Host, Sink, Transport};

const BASE_URL: &str = "http://127.0.0.1:11434";
/// Texts in one embeddings request.
const EMBED_BATCH: usize = 64;

/// The vendor.
pub struct Ollama {
    host: Host,
}

impl Ollama {
    pub fn new(host: &Host) -> Self {
        Self { host: host.clone() }
    }

    fn open(&self, endpoint: &Endpoint) -> Result<Client, Error> {
        let base = wire::base_url(endpoint, Some(BASE_URL))?;
        // People paste the OpenAI-compatible base as well.
        let base = base.trim_end_matches("/v1").trim_end_matches("/api").to_owned();
        let context = endpoint.extra.get("num_ctx").map(|text| text.trim()).filter(|text| !text.is_empty());
        let context =
            context.map(|text| text.parse().map_err(|_| Error::Unavailable("num_ctx must be a whole number of tokens.".to_owned())));
        Ok(Client {
            base,
            transport: Transport::new(&self.host.egress, endpoint, Auth::BEARER),
            model: endpoint.model.clone(),
            capabilities: endpoint.capabilities.clone(),
            context: context.transpose()?,
        })
    }
}

#[async_trait]
impl Vendor for Ollama {
    fn info(&self) -> VendorInfo {
        let context = ExtraField { name: "num_ctx".to_owned(), label: "Context length in tokens".to_owned(), required: false };
        VendorInfo {
            id: "ollama".to_owned(),
            name: "Ollama".to_owned(),
            default_base_url: Some(BASE_URL.to_owned()),
            needs_key: false,
            needs_base_url: false,
            extra_fields: vec![context],
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
        let list: List = client.transport.get(&client.url("tags")).await?;
        Ok(list.models.into_iter().map(|row| row.name).collect())
    }

    async fn check(&self, endpoint: &Endpoint) -> Result<Checked, Error> {
        let client = self.open(endpoint)?;
        if probe::looks_like_embedding(&endpoint.model) {
            return probe::check(&endpoint.model, &client, &client).await;
        }
        // Trials on a small machine can take minutes; the server knows the answers.
        match client.transport.post::<Shown>(&client.url("show"), &json!({ "model": endpoint.model })).await {
            Ok(Shown { capabilities: Some(told) }) => client.told(told).await,
            Ok(Shown { capabilities: None }) | Err(Error::Protocol(_)) => probe::check(&endpoint.model, &client, &client).await,
            Err(error) => Err(error),
        }
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

#[derive(Deserialize)]
struct Shown {
    /// Absent before Ollama 0.6.4.
    capabilities: Option<Vec<String>>,
}

struct Client {
    base: String,
    transport: Transport,
    model: String,
    capabilities: Capabilities,
    context: Option<u32>,
}

impl Client {
    fn url(&self, call: &str) -> String {
        format!("{}/api/{call}", self.base)
    }

    /// What the server says about the model; only the length of vectors must be tried.
    async fn told(&self, told: Vec<String>) -> Result<Checked, Error> {
        let has = |name: &str| told.iter().any(|capability| capability == name);
        let mut checked = Checked { model: self.model.clone(), ..Checked::default() };
        let chats = has("completion");
        checked.capabilities = Capabilities {
            tools: has("tools"),
            parallel_tools: has("tools"),
            json_schema: chats,
            vision: has("vision"),
            reasoning: has("thinking"),
            embedding_dimensions: None,
        };
        if has("embedding") && !chats {
            let found = self.embed(&["hello".to_owned()]).await?;
            checked.capabilities.embedding_dimensions = found.vectors.first().and_then(|vector| u32::try_from(vector.len()).ok());
        }
        checked.notes.push("as Ollama describes the model; nothing was tried".to_owned());
        Ok(checked)
    }

    async fn body(&self, request: &Request, stream: bool) -> Result<serde_json::Value, Error> {
        let mut body = request::body(self.transport.egress(), &self.model, self.context, request, stream).await?;
        if self.capabilities.reasoning && !request.extra.contains_key("think") {
            body["think"] = true.into();
        }
        Ok(body)
    }

    fn decoder(&self) -> stream::Lines {
        stream::Lines::new(self.transport.secret().cloned())
    }
}

#[async_trait]
impl Chat for Client {
    async fn stream(&self, request: Request) -> Result<ChatStream, Error> {
        let body = self.body(&request, true).await?;
        self.transport.stream(&self.url("chat"), &body, self.decoder(), Sink::new(true)).await
    }

    async fn complete(&self, request: Request) -> Result<Response, Error> {
        let body = self.body(&request, false).await?;
        self.transport.complete(&self.url("chat"), &body, self.decoder(), Sink::new(true)).await
    }
}

#[derive(Deserialize)]
struct Vectors {
    embeddings: Vec<Vec<f32>>,
    prompt_eval_count: Option<u64>,
}

#[async_trait]
impl Embed for Client {
    async fn embed(&self, texts: &[String]) -> Result<Embeddings, Error> {
        let mut all = Embeddings::default();
        for batch in texts.chunks(EMBED_BATCH) {
            let answer: Vectors = self.transport.post(&self.url("embed"), &json!({ "model": self.model, "input": batch })).await?;
            wire::expect_vectors(batch.len(), answer.embeddings.len())?;
            all.vectors.extend(answer.embeddings);
            if let Some(tokens) = answer.prompt_eval_count {
                *all.usage.get_or_insert_default() += TokenUsage::new(tokens, 0);
            }
        }
        Ok(all)
    }
}
