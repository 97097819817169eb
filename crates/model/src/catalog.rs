//! The configured models of a workspace, as the engine sees them.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use types::{Cost, ModelId, TokenUsage, WorkspaceId};

use crate::{Capabilities, Chat, Error, Params};

/// Price of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// For a million input tokens.
    pub input_per_million: f64,
    /// For a million output tokens.
    pub output_per_million: f64,
    /// `USD` or `CNY`.
    #[schema(value_type = Currency)]
    pub currency: String,
}

/// Only for the description.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, clippy::upper_case_acronyms, reason = "describes the values of a string")]
enum Currency {
    USD,
    CNY,
}

impl Price {
    /// What this usage costs.
    pub fn cost(&self, usage: &TokenUsage) -> Cost {
        let amount =
            (usage.input_tokens as f64).mul_add(self.input_per_million, usage.output_tokens as f64 * self.output_per_million) / 1e6;
        Cost { amount, currency: self.currency.clone() }
    }
}

/// A model ready to be called.
#[derive(Clone)]
pub struct OpenModel {
    /// Which.
    pub id: ModelId,
    /// Its display name.
    pub name: String,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Its own parameters, for those the agent leaves open.
    pub defaults: Params,
    /// Its price, if known.
    pub price: Option<Price>,
    /// Tried once when this one fails before its first token.
    pub fallback: Option<ModelId>,
    /// The endpoint.
    pub chat: Arc<dyn Chat>,
}

/// Opens configured models. Implemented by `studio`, used by `engine`.
#[async_trait]
pub trait Catalog: Send + Sync {
    /// The model `id` as the workspace may use it: its own, or an instance model.
    /// Anything else is [`Error::Unavailable`].
    async fn open(&self, workspace: WorkspaceId, id: ModelId) -> Result<OpenModel, Error>;
    /// The model used where none is chosen: the workspace's default, else the instance's, else the first there is.
    async fn default_model(&self, workspace: WorkspaceId) -> Result<Option<ModelId>, Error>;
}
