//! The types of the feature.

use std::collections::BTreeMap;

use model::{Capabilities, Params, Price};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};
use types::{ModelId, Timestamp, WorkspaceId};
use utoipa::ToSchema;

/// The built-in model.
pub const OFFLINE: ModelId = ModelId(1);

/// What a model is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ModelKind)]
pub enum Kind {
    /// Answers.
    #[default]
    Chat,
    /// Makes vectors of texts.
    Embedding,
}

impl Kind {
    /// The stored name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Embedding => "embedding",
        }
    }

    /// Reads the stored name.
    pub(crate) fn parse(text: &str) -> Self {
        if text == "embedding" { Self::Embedding } else { Self::Chat }
    }
}

/// Where a model comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The table; editable.
    Stored,
    /// The operator's environment.
    Environment,
    /// Hearth itself.
    BuiltIn,
}

/// What people set, without the key.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// For people.
    pub name: String,
    /// Id of the vendor.
    pub vendor: String,
    /// `None`: the vendor's default.
    pub base_url: Option<String>,
    /// The vendor's name of the model.
    pub model: String,
    /// What it is for.
    pub kind: Kind,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Tokens it can read.
    pub context_window: Option<u32>,
    /// Tokens it can write.
    pub max_output_tokens: Option<u32>,
    /// Parameters where an agent leaves them open.
    pub defaults: Params,
    /// Price, if known.
    pub price: Option<Price>,
    /// Calls at the same time.
    pub max_concurrency: Option<u32>,
    /// Tried once when this one fails before its first token.
    pub fallback: Option<ModelId>,
    /// Longest silence in seconds.
    pub timeout_seconds: Option<u32>,
    /// Settings of the vendor.
    pub extra: BTreeMap<String, String>,
}

/// The key of a model, as it is at hand.
#[derive(Clone)]
pub(crate) enum Key {
    None,
    /// From the table.
    Sealed(String),
    /// From the environment or from a form that is being tried.
    Plain(SecretString),
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if matches!(self, Self::None) { "None" } else { "[REDACTED]" })
    }
}

/// A model of the list.
#[derive(Debug, Clone)]
pub struct Configured {
    /// Its id.
    pub id: ModelId,
    /// Whose; `WorkspaceId::INSTANCE`: everybody's.
    pub workspace: WorkspaceId,
    /// What is set.
    pub settings: Settings,
    /// Where it comes from.
    pub origin: Origin,
    /// Used in its workspace (or, of the instance, everywhere) where none is chosen.
    pub is_default: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was changed; strictly grows with each change.
    pub updated_at: Timestamp,
    pub(crate) key: Key,
}

impl Configured {
    /// A key is stored.
    pub fn has_key(&self) -> bool {
        !matches!(self.key, Key::None)
    }

    /// Cannot be changed through the API.
    pub fn read_only(&self) -> bool {
        self.origin != Origin::Stored
    }
}

/// A new model.
#[derive(Debug, Clone)]
pub struct NewModel {
    /// Of the instance instead of the workspace.
    pub shared: bool,
    /// The settings: `name`, `vendor` and `model` are present.
    pub change: Change,
}

/// A change of a model: what is absent stays. `null` clears what can be empty.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ModelPatch)]
pub struct Change {
    /// For people.
    pub name: Option<String>,
    /// Id of the vendor.
    pub vendor: Option<String>,
    /// `http` or `https` URL; `null` or empty: the vendor's default.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub base_url: Option<Option<String>>,
    /// Absent: the stored key stays; empty: it is removed. It never comes back.
    #[serde(default, deserialize_with = "secret")]
    #[schema(value_type = Option<String>, format = Password, write_only)]
    pub api_key: Option<SecretString>,
    /// The vendor's name of the model.
    pub model: Option<String>,
    /// What it is for.
    pub kind: Option<Kind>,
    /// What it can do.
    pub capabilities: Option<Capabilities>,
    /// Tokens it can read.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>)]
    pub context_window: Option<Option<u32>>,
    /// Tokens it can write.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>)]
    pub max_output_tokens: Option<Option<u32>>,
    /// Parameters where an agent leaves them open.
    pub defaults: Option<Params>,
    /// Price.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Price>)]
    pub price: Option<Option<Price>>,
    /// Calls at the same time.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>)]
    pub max_concurrency: Option<Option<u32>>,
    /// Tried once when this one fails before its first token.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<ModelId>)]
    pub fallback_model_id: Option<Option<ModelId>>,
    /// Longest silence.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>)]
    pub timeout_seconds: Option<Option<u32>>,
    /// Settings of the vendor.
    pub extra: Option<BTreeMap<String, String>>,
    /// Make it the default of its workspace (or of the instance), or no longer.
    pub is_default: Option<bool>,
}

impl Change {
    /// Writes the change over `settings`; key and default are the caller's matter.
    pub(crate) fn apply(self, settings: &mut Settings) {
        fn put<T>(slot: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *slot = value;
            }
        }
        let Self {
            name,
            vendor,
            base_url,
            api_key: _,
            model,
            kind,
            capabilities,
            context_window,
            max_output_tokens,
            defaults,
            price,
            max_concurrency,
            fallback_model_id,
            timeout_seconds,
            extra,
            is_default: _,
        } = self;
        put(&mut settings.name, name.map(|n| n.trim().to_owned()));
        put(&mut settings.vendor, vendor);
        put(&mut settings.base_url, base_url.map(|url| url.map(|u| u.trim().to_owned()).filter(|u| !u.is_empty())));
        put(&mut settings.model, model.map(|m| m.trim().to_owned()));
        put(&mut settings.kind, kind);
        put(&mut settings.capabilities, capabilities);
        put(&mut settings.context_window, context_window);
        put(&mut settings.max_output_tokens, max_output_tokens);
        put(&mut settings.defaults, defaults);
        put(&mut settings.price, price);
        put(&mut settings.max_concurrency, max_concurrency);
        put(&mut settings.fallback, fallback_model_id);
        put(&mut settings.timeout_seconds, timeout_seconds);
        put(&mut settings.extra, extra);
    }
}

impl Settings {
    /// Before anything is set. Chat models are taken to know tools until somebody says otherwise.
    pub(crate) fn blank(kind: Kind) -> Self {
        let chat = kind == Kind::Chat;
        Self {
            name: String::new(),
            vendor: String::new(),
            base_url: None,
            model: String::new(),
            kind,
            capabilities: Capabilities { tools: chat, parallel_tools: chat, ..Capabilities::default() },
            context_window: None,
            max_output_tokens: None,
            defaults: Params::default(),
            price: None,
            max_concurrency: None,
            fallback: None,
            timeout_seconds: None,
            extra: BTreeMap::new(),
        }
    }
}

#[expect(clippy::option_option, reason = "absent, null and a value are three things in a patch")]
/// `null` reads as `Some(None)`, an absent field (by its default) as `None`.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// A secret that passes through no printable type of ours.
pub(super) fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(SecretString::from))
}
