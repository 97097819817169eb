//! The tool contract: what a tool says of itself, how it is called, how it fails.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::{RunId, UserId, WorkspaceId};
use utoipa::ToSchema;

/// What calling it does to the world; decides what happens with a call that a crash interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Computes only. Repeated freely.
    Pure,
    /// Reads the world. Repeated freely.
    Read,
    /// Changes the world. An interrupted call is not repeated: the model is told that its outcome is unknown.
    Write,
}

/// A text in the two languages of the product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Localized {
    /// Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: String,
    /// English.
    pub en: String,
}

/// What a tool says of itself.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ToolInfo {
    /// The name the model calls: letters, digits, `_`, `-`.
    pub name: String,
    /// For people.
    pub title: Localized,
    /// For the model: when to use it.
    pub description: String,
    /// JSON schema of the arguments (an object).
    #[schema(value_type = Object)]
    pub parameters: Value,
    /// What it does to the world.
    pub effect: Effect,
}

/// Under whose authority and for which run a tool is called (rule R15).
#[derive(Debug, Clone)]
pub struct ToolContext {
    /// The run.
    pub run: RunId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// The caller.
    pub user: UserId,
    /// The same for every attempt at the same call; tools with the effect `write` hand it on.
    pub idempotency_key: String,
    /// The caller's time zone (IANA name), if known.
    pub time_zone: Option<String>,
}

/// Why a call failed, as the model is told. Never a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ToolError {
    /// Stable code: `invalid_arguments`, `egress_refused`, `timeout`, `failed`, ….
    pub code: String,
    /// One sentence.
    pub message: String,
}

impl ToolError {
    /// An error with this code.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }
}

/// A tool.
#[async_trait]
pub trait Tool: Send + Sync {
    /// What it says of itself.
    fn info(&self) -> ToolInfo;
    /// Calls it. The arguments were checked against the schema. Dropping the future cancels the call.
    async fn call(&self, context: &ToolContext, arguments: Value) -> Result<Value, ToolError>;
}

/// Tools by name, in the order shown to people.
#[derive(Clone, Default)]
pub struct Toolbox(Arc<Vec<(ToolInfo, Arc<dyn Tool>)>>);

impl std::fmt::Debug for Toolbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(info, _)| &info.name)).finish()
    }
}

impl Toolbox {
    /// Collects tools.
    pub fn new(tools: Vec<Arc<dyn Tool>>) -> Self {
        Self(Arc::new(tools.into_iter().map(|t| (t.info(), t)).collect()))
    }

    /// These and others, which come after them.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        Self(Arc::new(self.0.iter().chain(others.0.iter()).cloned().collect()))
    }

    /// The tool of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Tool>> {
        self.0.iter().find(|(info, _)| info.name == name).map(|(_, tool)| tool)
    }

    /// What it says of itself.
    pub fn info(&self, name: &str) -> Option<&ToolInfo> {
        self.0.iter().map(|(info, _)| info).find(|info| info.name == name)
    }

    /// All.
    pub fn infos(&self) -> Vec<ToolInfo> {
        self.0.iter().map(|(info, _)| info.clone()).collect()
    }
}
