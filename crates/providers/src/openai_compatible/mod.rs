//! OpenAI's chat completions, and everybody who speaks them.
//!
//! A vendor of this kind is one entry of `vendors.toml`; code is needed only for a quirk
//! that no entry has yet. Reading order: [`entry`] → [`request`] → [`stream`] → [`embed`].

mod embed;
mod entry;
mod request;
mod stream;

use std::sync::Arc;

use async_trait::async_trait;
use model::chat::{Chat, ChatStream, Request, Response};
use model::vendor::{Checked, Endpoint, VendorInfo};
use model::{Embed, Error, Vendor};
use serde::Deserialize;
use serde_json::Value;

use crate::probe;
use crate::wire::{Host, Sink, Transport};
use entry::{Entry, Urls};

/// The vendors of `vendors.toml`, in its order.
pub fn vendors(host: &Host) -> Vec<Arc<dyn Vendor>> {
    entry::all().iter().map(|entry| Arc::new(Compatible { entry, host: host.clone() }) as Arc<dyn Vendor>).collect()
}

struct Compatible {
    entry: &'static Entry,
    host: Host,
}

impl Compatible {
    fn open(&self, endpoint: &Endpoint) -> Result<Client, Error> {
        if self.entry.needs_key && endpoint.api_key.is_none() {
            return Err(Error::Unavailable(format!("{} needs an API key.", self.entry.name)));
        }
        let urls = Urls::new(self.entry, endpoint)?;
        Ok(Client {
            entry: self.entry,
            urls,
            transport: Transport::new(&self.host.egress, endpoint, self.entry.auth()),
            model: endpoint.model.clone(),
            think_tags: endpoint.extra.get("think_tags").is_none_or(|value| value != "off"),
            reasoning_back: endpoint.extra.get("reasoning_back").map_or(self.entry.reasoning_back, |value| value == "on"),
        })
    }
}

#[async_trait]
impl Vendor for Compatible {
    fn info(&self) -> VendorInfo {
        self.entry.info()
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
        let list: List = client.transport.get(&client.urls.models()).await?;
        let mut names: Vec<String> = list.data.into_iter().map(|row| row.id).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    async fn check(&self, endpoint: &Endpoint) -> Result<Checked, Error> {
        let client = self.open(endpoint)?;
        probe::check(&endpoint.model, &client, &client).await
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

/// One endpoint, opened.
struct Client {
    entry: &'static Entry,
    urls: Urls,
    transport: Transport,
    model: String,
    think_tags: bool,
    reasoning_back: bool,
}

impl Client {
    fn body(&self, request: &Request, stream: bool) -> Value {
        request::body(self.entry, &self.model, self.reasoning_back, request, stream)
    }

    fn decoder(&self) -> stream::Chunks {
        stream::Chunks::new(self.transport.secret().cloned())
    }
}

#[async_trait]
impl Chat for Client {
    async fn stream(&self, request: Request) -> Result<ChatStream, Error> {
        let mut body = self.body(&request, true);
        let url = self.urls.chat();
        let sink = || Sink::new(self.think_tags);
        match self.transport.stream(&url, &body, self.decoder(), sink()).await {
            // Older servers do not know the field that asks for usage.
            Err(Error::Refused(text)) if text.contains("stream_options") => {
                if let Some(object) = body.as_object_mut() {
                    object.remove("stream_options");
                }
                self.transport.stream(&url, &body, self.decoder(), sink()).await
            }
            outcome => outcome,
        }
    }

    async fn complete(&self, request: Request) -> Result<Response, Error> {
        let body = self.body(&request, false);
        self.transport.complete(&self.urls.chat(), &body, self.decoder(), Sink::new(self.think_tags)).await
    }
}
