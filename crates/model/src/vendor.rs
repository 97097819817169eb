//! How a vendor presents itself and opens an endpoint.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::{Chat, Embed, Error};

/// What a model can do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Capabilities {
    /// Calls tools.
    pub tools: bool,
    /// Several calls in one answer.
    pub parallel_tools: bool,
    /// Output by JSON schema.
    pub json_schema: bool,
    /// Reads pictures.
    pub vision: bool,
    /// Shows its reasoning.
    pub reasoning: bool,
    /// Length of its vectors, for embedding models.
    pub embedding_dimensions: Option<u32>,
}

/// What the UI needs to draw the form of a vendor.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Vendor)]
pub struct VendorInfo {
    /// `openai`, `azure_openai`, `ark`, `deepseek`, `qwen`, `ollama`, `gemini`, `anthropic`, `openai_compatible`, `offline`.
    pub id: String,
    /// For people.
    pub name: String,
    /// Filled in when the user gives none.
    #[schema(required)]
    pub default_base_url: Option<String>,
    /// A key must be given.
    pub needs_key: bool,
    /// A URL must be given.
    pub needs_base_url: bool,
    /// Vendor-specific settings, stored in `extra`.
    pub extra_fields: Vec<ExtraField>,
}

/// A vendor-specific setting.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ExtraField {
    /// Key in `extra`.
    pub name: String,
    /// For people.
    pub label: String,
    /// Whether saving needs it.
    pub required: bool,
}

/// Where and how to call one model.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Without a trailing slash; `None`: the vendor's default.
    pub base_url: Option<String>,
    /// Sealed at rest, opened only for the call.
    pub api_key: Option<SecretString>,
    /// The vendor's name of the model (Azure: the deployment).
    pub model: String,
    /// What the configured model can do.
    pub capabilities: Capabilities,
    /// Vendor-specific settings.
    pub extra: BTreeMap<String, String>,
    /// Longest silence: until the first byte and between bytes.
    pub timeout: Duration,
    /// Calls at the same time; `None`: no cap.
    pub max_concurrency: Option<u32>,
    /// Key of the shared cap and metrics: the model's id or its URL.
    pub key: String,
}

/// What probing found.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct Probe {
    /// Names the endpoint offers; empty when it has no list.
    pub models: Vec<String>,
    /// Result of trying one model.
    #[schema(required)]
    pub checked: Option<Checked>,
}

/// What one model did in the trial.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct Checked {
    /// Which.
    pub model: String,
    /// What worked.
    pub capabilities: Capabilities,
    /// What did not, with the vendor's own words.
    pub notes: Vec<String>,
}

/// A vendor. Registered by name; nothing lists them in an enum.
#[async_trait]
pub trait Vendor: Send + Sync {
    /// How it presents itself.
    fn info(&self) -> VendorInfo;
    /// Opens a chat endpoint, retries and concurrency cap included. Checks settings, does no I/O.
    fn chat(&self, endpoint: &Endpoint) -> Result<Arc<dyn Chat>, Error>;
    /// Opens an embedding endpoint.
    fn embed(&self, endpoint: &Endpoint) -> Result<Arc<dyn Embed>, Error>;
    /// The names of the models on offer.
    async fn models(&self, endpoint: &Endpoint) -> Result<Vec<String>, Error>;
    /// Tries what `endpoint.model` can do with a few tiny calls. Fails only when nothing works at all.
    async fn check(&self, endpoint: &Endpoint) -> Result<Checked, Error>;
}

/// Vendors by id, in the order shown to people.
#[derive(Clone, Default)]
pub struct Vendors(Arc<Vec<(String, Arc<dyn Vendor>)>>);

impl Vendors {
    /// Collects vendors; a later one of the same id is ignored.
    pub fn new(vendors: Vec<Arc<dyn Vendor>>) -> Self {
        let mut all: Vec<(String, Arc<dyn Vendor>)> = Vec::new();
        for vendor in vendors {
            let id = vendor.info().id;
            if all.iter().all(|(seen, _)| *seen != id) {
                all.push((id, vendor));
            }
        }
        Self(Arc::new(all))
    }

    /// The vendor of this id.
    pub fn get(&self, id: &str) -> Option<&Arc<dyn Vendor>> {
        self.0.iter().find(|(seen, _)| seen == id).map(|(_, vendor)| vendor)
    }

    /// All, for the UI.
    pub fn infos(&self) -> Vec<VendorInfo> {
        self.0.iter().map(|(_, vendor)| vendor.info()).collect()
    }
}
