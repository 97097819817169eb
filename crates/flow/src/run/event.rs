//! What a run tells.

use model::ToolCall;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::{Cost, MessageId, RunId, Timestamp, TokenUsage, WorkflowId};
use utoipa::ToSchema;

use crate::workflow::NodeId;

/// Which node a step belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NodeStep {
    /// The node.
    pub id: NodeId,
    /// Its kind.
    pub kind: String,
    /// What is around it: `""` at the top, else like `loop1[3]/` (iteration 3 of a container, from 0)
    /// or `call1/` (a sub-workflow; `call1#c2/` for the tool call `c2` of a model node), nested.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(default = "")]
    pub path: String,
    /// Model and tool steps inside a node: the node's own step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
}

/// Kind of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A model call.
    Model,
    /// A tool call.
    Tool,
    /// A node of a workflow.
    Node,
}

/// An error as people and programs see it in events, runs and steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunError {
    /// Stable code.
    pub code: String,
    /// One sentence.
    pub message: String,
}

/// A call that waits for somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PendingCall {
    /// Give it back with the output.
    pub call_id: String,
    /// The tool.
    pub name: String,
    /// What the model wants to call it with.
    #[schema(value_type = Object)]
    pub arguments: Value,
    /// Who must act.
    pub kind: PendingKind,
    /// The node that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeStep>,
    /// The run of a workflow that an agent called, if it is there that something waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
}

/// Who must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PendingKind {
    /// The client runs the tool and submits its output.
    Client,
    /// A person approves or refuses the call.
    Approval,
    /// A person answers a question.
    Question,
    /// A person fills in a form.
    Input,
    /// A person who tries the run out lets the node begin (`approve: true`), or cancels the run (`approve: false`). `arguments` are
    /// `{inputs}`, what the node is about to be given, or `{error: {code, message}}` when that cannot be read; `output` may hold
    /// other inputs as JSON, and `step: true` stops at the next node.
    Breakpoint,
    /// Hearth was interrupted while a node was changing something, and a person says what came of it: `approve: true` runs it again;
    /// with `approve: false` an `output` that is a JSON object holds what the node gave, and without one the node has failed.
    /// `arguments` are `{message, inputs}`.
    Interrupted,
}

/// What is submitted for a waiting call.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToolSubmission {
    /// Of the waiting call.
    pub call_id: String,
    /// Output of a client tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// Decision on a call that needs approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approve: Option<bool>,
    /// Breakpoints: whether the run stops at the next node again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub step: bool,
}

/// What a run tells, in order. The journal holds exactly these; replaying them gives the state.
///
/// Durable before seen: every event but [`Event::Delta`] is committed before anybody sees it.
/// Deltas are shown at once and committed in batches; after a crash a [`Event::Reset`] withdraws
/// what was shown of the unfinished step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The run exists.
    Created,
    /// It begins; `resumed` counts how often it was taken up after a crash.
    Started {
        /// 0 the first time.
        resumed: u32,
    },
    /// A step begins.
    StepStarted {
        /// 1, 2, ….
        step: u32,
        /// Model or tool.
        kind: StepKind,
        /// The model's or tool's name.
        name: String,
        /// Model: `{messages: n, tools: [...]}`; tool: the arguments.
        input: Value,
        /// 1, 2, ….
        attempt: u32,
        /// Model steps: the message the answer is written to. Tool steps: the message of the response.
        message: Option<MessageId>,
        /// Tool steps: which call.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call_id: Option<String>,
        /// Workflows: which node.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node: Option<NodeStep>,
        /// The step is a workflow that this run calls.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        called: Option<Box<Called>>,
    },
    /// A node that only computes began and ended.
    StepRan {
        /// 1, 2, ….
        step: u32,
        /// The node's title.
        name: String,
        /// Which node.
        node: NodeStep,
        /// Its inputs.
        input: Value,
        /// How it ended.
        result: NodeResult,
    },
    /// A variable was set (app and user variables, intermediate variables of loops).
    VariableSet {
        /// By which step.
        step: u32,
        /// `app`, `user`, or the path of the loop.
        scope: String,
        /// Name first, then keys into it.
        path: Vec<String>,
        /// To what.
        value: Value,
    },
    /// More of the answer being written by a model step.
    Delta {
        /// Step.
        step: u32,
        /// Message it belongs to.
        message: MessageId,
        /// To be appended.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        /// To be appended.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reasoning: String,
    },
    /// The step is taken again: what its deltas said is void.
    Reset {
        /// Step.
        step: u32,
        /// Message.
        message: MessageId,
    },
    /// The model asks for a tool call (one event a call, message type `function_call`).
    FunctionCall {
        /// Message.
        message: MessageId,
        /// The call.
        call: ToolCall,
        /// The tool is a workflow: the run that the call becomes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        run: Option<RunId>,
    },
    /// A tool answered (message type `tool_response`).
    ToolResponse {
        /// Message.
        message: MessageId,
        /// Which call.
        call_id: String,
        /// The tool.
        name: String,
        /// Text as the model reads it.
        output: String,
        /// The tool failed; the model reads the error.
        is_error: bool,
    },
    /// The answer is complete (message type `answer`). Also for text said beside tool calls.
    Answer {
        /// Message.
        message: MessageId,
        /// The whole text.
        text: String,
        /// The whole reasoning.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reasoning: String,
    },
    /// A suggestion of what to ask next (message type `follow_up`).
    FollowUp {
        /// Message.
        message: MessageId,
        /// The question.
        text: String,
    },
    /// A step ended well.
    StepCompleted {
        /// Step.
        step: u32,
        /// Model: `{text, reasoning, tool_calls, finish}`; tool: its output.
        output: Value,
        /// Model steps.
        usage: Option<TokenUsage>,
        /// Model steps with a known price.
        cost: Option<Cost>,
        /// Nodes: how it ended beside its output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node: Option<Box<NodeResult>>,
    },
    /// A step failed. A tool's failure goes to the model and the run goes on.
    StepFailed {
        /// Step.
        step: u32,
        /// Why.
        error: RunError,
        /// It is tried again then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_at: Option<Timestamp>,
    },
    /// Calls wait for a person or the client.
    RequiresAction {
        /// The calls.
        calls: Vec<PendingCall>,
    },
    /// Somebody acted.
    Submitted {
        /// What was submitted.
        outputs: Vec<ToolSubmission>,
    },
    /// Done.
    Completed {
        /// Workflows: the result.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<Value>,
    },
    /// Ended by an error.
    Failed {
        /// Why.
        error: RunError,
    },
    /// Ended by a person.
    Cancelled,
}

/// A workflow that a run calls. The run that calls executes it; people see it as a run of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// The run that it is shown as. Each attempt is one.
    pub run: RunId,
    /// Which workflow.
    pub workflow: WorkflowId,
    /// Its name at that time.
    pub name: String,
    /// `None`: the draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// How a node ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct NodeResult {
    /// Its outputs; absent in `StepCompleted`, which has them beside this.
    #[serde(skip_serializing_if = "Value::is_null")]
    #[schema(value_type = Object)]
    pub output: Value,
    /// The way out; absent: `out`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// Things that went wrong without failing it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The failure that its default outputs stand for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<RunError>,
    /// What the world said before it was turned into outputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub raw: Option<Value>,
    /// The node was not run: these outputs were given for this run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
}

/// An event with its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// 1, 2, … within the run, without gaps; the SSE `id`.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}
