//! Nodes that talk: with models, tools and people.

use model::{Message, Request, Response, ToolSpec};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::{ModelId, Timestamp};
use utoipa::ToSchema;

use super::{Inputs, NodeError, Output};
use crate::value::Values;

/// A conversation in pure moves: the same moves for the same things heard. The engine folds them
/// again after a crash, so `memory` is never stored.
pub trait Machine: Send + Sync {
    /// The first move.
    fn begin(&self, cx: &MachineCx<'_>, inputs: &Inputs) -> Turn;
    /// The move after something was heard.
    fn next(&self, cx: &MachineCx<'_>, inputs: &Inputs, memory: Value, heard: Heard) -> Turn;
}

/// Tools and workflows that a model can be offered.
pub trait Offers: Send + Sync {
    /// How the model sees it; `None`: there is no such tool or workflow.
    fn offer(&self, target: &ToolTarget) -> Option<ToolSpec>;
}

/// What a machine may know besides its inputs.
#[derive(Clone)]
pub struct MachineCx<'a> {
    /// Under what name and with which arguments models are offered tools.
    pub offers: &'a dyn Offers,
    /// When the step began; the same at every replay.
    pub began: Timestamp,
    /// 1, 2, …: from the second on, a backup may be used.
    pub attempt: u32,
    /// The conversation before this run, oldest first; empty outside chatflows.
    pub history: &'a [Message],
    /// Parameters from the node's policy that replace its own from the second attempt on.
    pub backup: Option<&'a Values>,
}

/// A move.
#[derive(Debug, Clone)]
pub struct Turn {
    /// Handed back with what is heard next.
    pub memory: Value,
    /// What to do.
    pub act: Act,
}

impl Turn {
    /// A last move.
    pub fn done(output: Output) -> Self {
        Self { memory: Value::Null, act: Act::Done(output) }
    }

    /// A failure.
    pub fn fail(error: NodeError) -> Self {
        Self { memory: Value::Null, act: Act::Fail(error) }
    }
}

/// What a machine wants.
#[derive(Debug, Clone)]
pub enum Act {
    /// The outputs are there.
    Done(Output),
    /// It cannot.
    Fail(NodeError),
    /// Ask a model; hear [`Heard::Model`].
    Model(Box<ModelAsk>),
    /// Call tools, all at once; hear [`Heard::Tools`].
    Tools(Vec<ToolAsk>),
    /// Wait for somebody; hear [`Heard::Answer`].
    Interrupt(Interrupt),
}

/// A question to a model.
#[derive(Debug, Clone)]
pub struct ModelAsk {
    /// `None`: the workspace's default.
    pub model: Option<ModelId>,
    /// What to ask.
    pub request: Request,
    /// The output that its text is, while it is being written; `None`: it is not shown to anybody.
    pub streams: Option<String>,
    /// The output that its reasoning is.
    pub streams_reasoning: Option<String>,
}

/// A tool to call.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolAsk {
    /// Unique in this node's conversation.
    pub call_id: String,
    /// What.
    pub target: ToolTarget,
    /// The name the model called.
    pub name: String,
    /// With what.
    pub arguments: Value,
}

/// What a tool is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolTarget {
    /// A tool of the toolbox.
    Tool(String),
    /// A workflow.
    Workflow {
        /// Its id, as text.
        workflow: String,
        /// Its published version; `None`: the draft.
        version: Option<String>,
    },
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolResult {
    /// Of which call.
    pub call_id: String,
    /// The output, or the error that the model is told.
    pub output: Result<Value, NodeError>,
    /// The tool is a workflow that ends with an answer: its text is the answer, the model is not asked again.
    pub is_answer: bool,
}

/// A wait for somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Interrupt {
    /// For what.
    pub kind: InterruptKind,
    /// What people are shown; its shape is the kind's: question `{question, options: [{id, name}], …}`,
    /// input `{fields: [Field]}`, approval `{message, options}`.
    pub data: Value,
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InterruptKind {
    /// An answer in words or by choice.
    Question,
    /// Values by a form.
    Input,
    /// Yes or no.
    Approval,
}

/// What a machine hears.
#[derive(Debug, Clone)]
pub enum Heard {
    /// The model's answer, or why there is none.
    Model(Result<Box<Response>, NodeError>),
    /// All tools answered, in the order asked.
    Tools(Vec<ToolResult>),
    /// What somebody answered: text, or JSON by the interrupt's shape.
    Answer(Value),
}
