//! Anthropic's Messages API. Reading order: [`request`] → [`stream`].
//!
//! Its own rules: instructions are a field and not a message, turns alternate, results of
//! tools are user content, an answer's length must be given.

mod request;
mod stream;

use std::sync::Arc;

use async_trait::async_trait;
use model::chat::{Chat, ChatStream, Request, Response};
use model::embed::{Embed, Embeddings};
use model::vendor::{Checked, Endpoint, VendorInfo};
use model::{Error, Vendor};
use serde::Deserialize;

use crate::probe;
use crate::wire::{self, Auth, Host, Sink, Transport};

const BASE_URL: &str = "https://api.anthropic.com";
const KEY: Auth = Auth { header: "x-api-key", prefix: "" };

/// The vendor.
pub struct Anthropic {
    host: Host,
}

impl Anthropic {
    pub fn new(host: &Host) -> Self {
        Self { host: host.clone() }
    }

    fn open(&self, endpoint: &Endpoint) -> Result<Client, Error> {
        if endpoint.api_key.is_none() {
            return Err(Error::Unavailable("Anthropic needs an API key.".to_owned()));
        }
        let base = wire::base_url(endpoint, Some(BASE_URL))?;
        let base = base.trim_end_matches("/messages").trim_end_matches("/v1").to_owned();
        let transport = Transport::new(&self.host.egress, endpoint, KEY).header("anthropic-version", "2023-06-01");
        Ok(Client { base, transport, model: endpoint.model.clone() })
    }
}

#[async_trait]
impl Vendor for Anthropic {
    fn info(&self) -> VendorInfo {
        VendorInfo {
            id: "anthropic".to_owned(),
            name: "Anthropic".to_owned(),
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

    fn embed(&self, _endpoint: &Endpoint) -> Result<Arc<dyn Embed>, Error> {
        Err(no_embeddings())
    }

    async fn models(&self, endpoint: &Endpoint) -> Result<Vec<String>, Error> {
        let client = self.open(endpoint)?;
        let list: List = client.transport.get(&format!("{}/v1/models?limit=1000", client.base)).await?;
        Ok(list.data.into_iter().map(|row| row.id).collect())
    }

    async fn check(&self, endpoint: &Endpoint) -> Result<Checked, Error> {
        let client = self.open(endpoint)?;
        probe::check(&endpoint.model, &client, &NoEmbeddings).await
    }
}

fn no_embeddings() -> Error {
    Error::Unsupported("Anthropic has no embedding models.".to_owned())
}

struct NoEmbeddings;

#[async_trait]
impl Embed for NoEmbeddings {
    async fn embed(&self, _texts: &[String]) -> Result<Embeddings, Error> {
        Err(no_embeddings())
    }
}

#[derive(Deserialize)]
struct List {
    data: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
}

struct Client {
    base: String,
    transport: Transport,
    model: String,
}

impl Client {
    fn url(&self) -> String {
        format!("{}/v1/messages", self.base)
    }

    fn decoder(&self, request: &Request) -> stream::Blocks {
        stream::Blocks::new(self.transport.secret().cloned(), request.json_schema.is_some())
    }
}

#[async_trait]
impl Chat for Client {
    async fn stream(&self, request: Request) -> Result<ChatStream, Error> {
        let body = request::body(&self.model, &request, true);
        self.transport.stream(&self.url(), &body, self.decoder(&request), Sink::new(false)).await
    }

    async fn complete(&self, request: Request) -> Result<Response, Error> {
        let body = request::body(&self.model, &request, false);
        self.transport.complete(&self.url(), &body, self.decoder(&request), Sink::new(false)).await
    }
}
