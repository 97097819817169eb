//! Searching knowledge as a tool: what a model node asks the engine to call.

use std::sync::Arc;

use async_trait::async_trait;
use flow::tool::{Effect, Tool, ToolContext, ToolError, ToolInfo};
use serde_json::{Value, json};

use super::run::list;
use crate::ports::knowledge::Query;
use crate::ports::{Caller, Knowledge};
use crate::reading::both;

/// Its name in the toolbox.
pub const TOOL: &str = "knowledge_retrieve";

/// The tool. Model nodes give it every argument but the words; it is not meant to be offered to a
/// model as it stands.
pub struct KnowledgeTool(Arc<dyn Knowledge>);

impl KnowledgeTool {
    /// Over this port.
    pub fn new(port: Arc<dyn Knowledge>) -> Self {
        Self(port)
    }
}

#[async_trait]
impl Tool for KnowledgeTool {
    fn info(&self) -> ToolInfo {
        let texts = json!({ "type": "array", "items": { "type": "string" } });
        ToolInfo {
            name: TOOL.to_owned(),
            title: both("知识库检索", "Search knowledge"),
            description: "Finds the slices of knowledge bases that answer a query best.".to_owned(),
            parameters: json!({
                "type": "object",
                "properties": {
                    "query": { "type": "string" },
                    "knowledge_ids": texts,
                    "strategy": { "enum": ["semantic", "hybrid", "full_text"] },
                    "top_k": { "type": "integer", "minimum": 0 },
                    "min_score": { "type": "number" },
                    "rerank": { "type": "boolean" },
                    "rewrite": { "type": "boolean" },
                    "nl2sql": { "type": "boolean" },
                    "personal_only": { "type": "boolean" },
                    "history_rounds": { "type": "integer", "minimum": 0 },
                },
                "required": ["query", "knowledge_ids"],
                "additionalProperties": false,
            }),
            effect: Effect::Read,
        }
    }

    async fn call(&self, context: &ToolContext, arguments: Value) -> Result<Value, ToolError> {
        let query: Query = serde_json::from_value(arguments)
            .map_err(|error| ToolError::new("invalid_arguments", format!("The arguments do not fit: {error}.")))?;
        let slices = self.0.retrieve(&Caller::from(context), query).await.map_err(|error| ToolError::new(error.code, error.message))?;
        Ok(json!({ "outputList": list(&slices) }))
    }
}
