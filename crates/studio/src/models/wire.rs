//! Shapes on the wire.

use std::collections::BTreeMap;

use model::{Capabilities, Params, Price, VendorInfo};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use types::{ModelId, Timestamp, TokenUsage, WorkspaceId};
use utoipa::{IntoParams, ToSchema};

use super::model::{Change, Configured, Kind, NewModel, secret};
use super::trial::Tested;

/// A configured model. Its key never comes back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Model)]
pub struct ModelView {
    /// Its id.
    pub id: ModelId,
    /// `null`: a model of the instance, seen by all workspaces.
    #[schema(required)]
    pub workspace_id: Option<WorkspaceId>,
    /// For people.
    pub name: String,
    /// Id of the vendor.
    pub vendor: String,
    /// `null`: the vendor's default.
    #[schema(required)]
    pub base_url: Option<String>,
    /// The vendor's name of the model.
    pub model: String,
    /// What it is for.
    pub kind: Kind,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Tokens it can read.
    #[schema(required)]
    pub context_window: Option<u32>,
    /// Tokens it can write.
    #[schema(required)]
    pub max_output_tokens: Option<u32>,
    /// Parameters where an agent leaves them open.
    pub defaults: Params,
    /// Price.
    #[schema(required)]
    pub price: Option<Price>,
    /// Calls at the same time.
    #[schema(required)]
    pub max_concurrency: Option<u32>,
    /// Tried once when this one fails before its first token.
    #[schema(required)]
    pub fallback_model_id: Option<ModelId>,
    /// Longest silence.
    #[schema(required)]
    pub timeout_seconds: Option<u32>,
    /// Settings of the vendor.
    pub extra: BTreeMap<String, String>,
    /// A key is stored.
    pub has_key: bool,
    /// Set by the operator, or built in.
    pub read_only: bool,
    /// The default of its level: of the workspace, or of the instance. A workspace's own default goes first.
    pub is_default: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was changed.
    pub updated_at: Timestamp,
}

impl From<Configured> for ModelView {
    fn from(model: Configured) -> Self {
        let (has_key, read_only) = (model.has_key(), model.read_only());
        let settings = model.settings;
        Self {
            id: model.id,
            workspace_id: Some(model.workspace).filter(|w| *w != WorkspaceId::INSTANCE),
            name: settings.name,
            vendor: settings.vendor,
            base_url: settings.base_url,
            model: settings.model,
            kind: settings.kind,
            capabilities: settings.capabilities,
            context_window: settings.context_window,
            max_output_tokens: settings.max_output_tokens,
            defaults: settings.defaults,
            price: settings.price,
            max_concurrency: settings.max_concurrency,
            fallback_model_id: settings.fallback,
            timeout_seconds: settings.timeout_seconds,
            extra: settings.extra,
            has_key,
            read_only,
            is_default: model.is_default,
            created_at: model.created_at,
            updated_at: model.updated_at,
        }
    }
}

/// A new model.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelInput {
    /// For people, up to 100 characters.
    pub name: String,
    /// Id of the vendor.
    pub vendor: String,
    /// `http` or `https` URL; absent: the vendor's default.
    #[serde(default)]
    pub base_url: Option<String>,
    /// Sealed at once; never comes back.
    #[serde(default, deserialize_with = "secret")]
    #[schema(value_type = Option<String>, format = Password, write_only)]
    pub api_key: Option<SecretString>,
    /// The vendor's name of the model.
    pub model: String,
    /// What it is for.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Absent: a chat model is taken to know tools.
    #[serde(default)]
    pub capabilities: Option<Capabilities>,
    /// Tokens it can read.
    #[serde(default)]
    pub context_window: Option<u32>,
    /// Tokens it can write.
    #[serde(default)]
    pub max_output_tokens: Option<u32>,
    /// Parameters where an agent leaves them open.
    #[serde(default)]
    pub defaults: Option<Params>,
    /// Price.
    #[serde(default)]
    pub price: Option<Price>,
    /// Calls at the same time.
    #[serde(default)]
    pub max_concurrency: Option<u32>,
    /// Tried once when this one fails before its first token.
    #[serde(default)]
    pub fallback_model_id: Option<ModelId>,
    /// Longest silence; 120 when absent.
    #[serde(default)]
    pub timeout_seconds: Option<u32>,
    /// Settings of the vendor.
    #[serde(default)]
    pub extra: Option<BTreeMap<String, String>>,
    /// Of the instance instead of the workspace; only an administrator of the instance may.
    #[serde(default)]
    pub shared: Option<bool>,
    /// Use it where none is chosen. Absent: only when there is no other model.
    #[serde(default)]
    pub is_default: Option<bool>,
}

impl From<ModelInput> for NewModel {
    fn from(input: ModelInput) -> Self {
        let change = Change {
            name: Some(input.name),
            vendor: Some(input.vendor),
            base_url: Some(input.base_url),
            api_key: input.api_key,
            model: Some(input.model),
            kind: input.kind,
            capabilities: input.capabilities,
            context_window: Some(input.context_window),
            max_output_tokens: Some(input.max_output_tokens),
            defaults: input.defaults,
            price: Some(input.price),
            max_concurrency: Some(input.max_concurrency),
            fallback_model_id: Some(input.fallback_model_id),
            timeout_seconds: Some(input.timeout_seconds),
            extra: input.extra,
            is_default: input.is_default,
        };
        Self { shared: input.shared.unwrap_or(false), change }
    }
}

/// What to probe.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProbeRequest {
    /// Id of the vendor.
    pub vendor: String,
    /// Absent: that of `model_id`, else the vendor's default.
    #[serde(default)]
    pub base_url: Option<String>,
    /// Absent: the stored key of `model_id`, if one is given.
    #[serde(default, deserialize_with = "secret")]
    #[schema(value_type = Option<String>, format = Password, write_only)]
    pub api_key: Option<SecretString>,
    /// The model whose stored key is used; vendor and address must be the same as stored.
    #[serde(default)]
    pub model_id: Option<ModelId>,
    /// Settings of the vendor.
    #[serde(default)]
    pub extra: Option<BTreeMap<String, String>>,
    /// The vendor's name of the model to try; absent: only list.
    #[serde(default)]
    pub model: Option<String>,
}

impl ProbeRequest {
    /// The stored model and the form.
    pub fn split(self) -> (Option<ModelId>, Change) {
        let change = Change {
            vendor: Some(self.vendor),
            base_url: self.base_url.map(Some),
            api_key: self.api_key,
            model: self.model,
            extra: self.extra,
            ..Change::default()
        };
        (self.model_id, change)
    }
}

/// What to test: a stored model, or a form that is not saved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TestRequest {
    /// A stored model; with `input`: the one whose stored key is used.
    #[serde(default)]
    pub model_id: Option<ModelId>,
    /// A form.
    #[serde(default)]
    pub input: Option<ModelInput>,
    /// What to ask; a greeting when absent.
    #[serde(default)]
    pub message: Option<String>,
}

/// What the model answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestAnswer {
    /// Its answer.
    pub answer: String,
    /// Until the end of the answer, in milliseconds.
    pub latency_ms: u64,
    /// Tokens.
    pub usage: TokenUsage,
}

impl From<Tested> for TestAnswer {
    fn from(tested: Tested) -> Self {
        Self { answer: tested.answer, latency_ms: tested.latency.as_millis() as u64, usage: tested.usage }
    }
}

/// Known vendors.
#[derive(Debug, Serialize, ToSchema)]
pub struct VendorList {
    /// In the order shown to people.
    pub items: Vec<VendorInfo>,
}

/// How to delete.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeleteModel {
    /// Also when agents use it.
    pub force: bool,
}

/// Nothing to say.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {}
