//! What a kind of node says of itself.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::tool::{Effect, Localized};
use crate::value::Field;

/// Where the node picker shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Start, end, output, input, question, approval.
    InputOutput,
    /// Model, tool, workflow, intent.
    Core,
    /// Condition, loop, batch, code, variables.
    Logic,
    /// Text, JSON, HTTP, lists, time.
    Utilities,
    /// Knowledge.
    Knowledge,
    /// Databases.
    Database,
    /// Conversations and messages.
    Conversation,
}

/// Who names inputs or outputs.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Declares {
    /// Whoever builds the workflow.
    Author,
    /// The kind: these and no others.
    Kind(Vec<Field>),
    /// The kind these, the author more.
    Both(Vec<Field>),
}

/// What a kind of node says of itself.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NodeSpec {
    /// Name, as in documents.
    pub kind: String,
    /// Version of the kind.
    pub version: u32,
    /// Where it is shown.
    pub category: Category,
    /// Name of an icon (Lucide).
    pub icon: String,
    /// For people.
    pub title: Localized,
    /// One sentence for people.
    pub description: Localized,
    /// JSON schema of `params`: the form.
    #[schema(value_type = Object)]
    pub params: Value,
    /// Who names the inputs.
    pub inputs: Declares,
    /// Who names the outputs.
    pub outputs: Declares,
    /// What it does to the world; decides what follows a crash in the middle of it.
    pub effect: Effect,
    /// Inputs that came to nothing become zero values.
    pub fill_inputs: bool,
    /// Declared outputs that were not given become `null`.
    pub fill_outputs: bool,
    /// Other nodes can lie inside it.
    pub container: bool,
    /// Can run once for each element of lists.
    pub batchable: bool,
    /// Can be retried, given a time limit and an error branch.
    pub fallible: bool,
}

impl NodeSpec {
    /// A pure kind with inputs and outputs by the author; change what differs.
    pub fn new(kind: &str, category: Category, icon: &str, title: Localized, description: Localized) -> Self {
        Self {
            kind: kind.to_owned(),
            version: 1,
            category,
            icon: icon.to_owned(),
            title,
            description,
            params: serde_json::json!({ "type": "object", "properties": {}, "additionalProperties": false }),
            inputs: Declares::Author,
            outputs: Declares::Author,
            effect: Effect::Pure,
            fill_inputs: false,
            fill_outputs: false,
            container: false,
            batchable: false,
            fallible: false,
        }
    }
}
