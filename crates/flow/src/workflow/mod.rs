//! The workflow document: what people build, publish and run. Also its JSON form on the wire and at rest.
//!
//! Nodes lie flat in one map; a node inside a loop or batch names its container as `parent`.
//! Ids are stable and unique in the document. Every optional field has a default, so that documents
//! stored by older versions stay readable.
//!
//! * [`Document`], [`Node`], [`Edge`]: the graph; [`Input`], [`Binding`]: where values come from;
//! * [`check`]: static validation, all findings at once; [`import`]: files of other products, [`layout`]: where their nodes stand;
//! * [`secrets`]: what of a document must not be shown.

pub mod check;
mod finding;
mod frozen;
pub mod graph;
mod id;
pub mod import;
pub mod layout;
mod schema;
pub mod secrets;
mod source;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

pub use check::{Bounds, Callee, Callees, check, check_within};
pub use finding::{Finding, Severity};
pub use frozen::{FrozenDocument, StoredDocument};
pub use id::NodeId;
pub use schema::schema;
pub use source::{AppVariables, CalleeSnapshot, WorkflowForm, WorkflowSnapshot, WorkflowSource, callee_key};

use crate::value::{Field, Type, Values};

/// The format this build writes.
pub const FORMAT: u32 = 1;

/// The default way out of a node.
pub const OUT: &str = "out";
/// The way out of a node that failed, with [`OnError::Branch`].
pub const ERROR: &str = "error";
/// The way from a container to the first node inside it.
pub const BODY: &str = "body";

/// The document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`FORMAT`].
    #[serde(default = "format")]
    #[schema(default = 1)]
    pub format: u32,
    /// What it is called as.
    #[serde(default)]
    #[schema(default = "workflow")]
    pub mode: Mode,
    /// The nodes by id.
    #[serde(default)]
    pub nodes: BTreeMap<NodeId, Node>,
    /// What follows what.
    #[serde(default)]
    pub edges: Vec<Edge>,
    /// Limits of one run; of these, the workspace's and the instance's the smallest counts.
    #[serde(default)]
    pub limits: Limits,
}

const fn format() -> u32 {
    FORMAT
}

impl Default for Document {
    fn default() -> Self {
        Self { format: FORMAT, mode: Mode::default(), nodes: BTreeMap::new(), edges: Vec::new(), limits: Limits::default() }
    }
}

/// What a workflow is called as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// A function: inputs, outputs.
    #[default]
    Workflow,
    /// A conversation: its start node takes `USER_INPUT` and `CONVERSATION_NAME`, its messages are answers.
    Chatflow,
}

/// A node.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Kind, as in the registry.
    pub kind: String,
    /// Version of the kind.
    #[serde(default = "first")]
    #[schema(default = 1)]
    pub version: u32,
    /// For people.
    #[serde(default)]
    #[schema(default = "")]
    pub title: String,
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(default = "")]
    pub description: String,
    /// The container it is inside of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<NodeId>,
    /// What the kind asks for, by its schema.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub params: Values,
    /// Named inputs, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Input>,
    /// Declared outputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Field>,
    /// Time, retries, and what follows a failure.
    #[serde(default, skip_serializing_if = "Policy::is_default")]
    pub policy: Policy,
    /// Run once for each element of lists instead of once; the output is then `outputList`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<NodeBatch>,
    /// Place, size and colour on the canvas; the engine does not read it.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    #[schema(value_type = Object)]
    pub view: Value,
}

const fn first() -> u32 {
    1
}

/// An input of a node.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The name the node's templates and code know it by.
    pub name: String,
    /// What the value is brought to.
    #[serde(rename = "type", default)]
    pub ty: Type,
    /// Where it comes from; `null`: not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Binding>,
}

/// Where a value comes from. JSON form: `{"literal": 3}`, `{"ref": {"node": "a", "path": ["x"]}}`,
/// `{"variable": {"scope": "app", "path": ["x"]}}`, `{"object": [inputs]}`, `{"expr": "a + b"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// This value.
    Literal(Value),
    /// What a node gave.
    Ref(Ref),
    /// A variable that outlives the run or is shared by its sub-workflows.
    Variable(VariableRef),
    /// An object made of parts.
    #[schema(no_recursion)]
    Object(Vec<Input>),
    /// CEL over the inputs of the node that stand before this one, by their names.
    Expr(String),
}

/// What a node gave. Inside a container, the container's own id stands for the current element
/// (by the name of the list), `index`, and its intermediate variables; outside, for its outputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ref {
    /// Which node.
    pub node: NodeId,
    /// Keys into its outputs; a key into a list is a decimal index. Empty: all outputs as an object.
    #[serde(default)]
    pub path: Vec<String>,
}

/// A variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VariableRef {
    /// Whose.
    pub scope: VariableScope,
    /// Name first, then keys into it.
    pub path: Vec<String>,
}

/// Whose a variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VariableScope {
    /// Of the run and its sub-workflows.
    App,
    /// Of the user; kept.
    User,
    /// Set by Hearth; read only.
    System,
}

/// What follows what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// From this node.
    pub from: NodeId,
    /// Through this way out: `out`, `error`, `body`, or what the kind names (`branch_0`, `else`, …).
    #[serde(default = "out", skip_serializing_if = "is_out")]
    #[schema(default = "out")]
    pub port: String,
    /// To this node; from inside a container to the container itself: the end of its body.
    pub to: NodeId,
}

fn out() -> String {
    OUT.to_owned()
}

fn is_out(port: &str) -> bool {
    port == OUT
}

/// Time, retries, and what follows a failure. Zeros and absent values mean the instance's defaults.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Milliseconds for all attempts together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// Attempts after the first.
    pub retries: u32,
    /// Milliseconds before the second attempt; doubles with each. 0: at once.
    pub backoff_ms: u64,
    /// Bytes of JSON that the node may give; the smallest of this and the limits of the run counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_output_bytes: Option<u64>,
    /// After the last attempt failed.
    pub on_error: OnError,
    /// Outputs of a failed node with `on_error` `default` or `branch`.
    #[schema(value_type = Object)]
    pub default: Values,
    /// Model nodes: parameters that replace the node's own from the second attempt on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub backup: Option<Values>,
    /// Nodes that change something: what follows when Hearth itself was interrupted while one was at it, so that nobody knows what came
    /// of it. Absent: `retry` where attempts are left, else `fail`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_interrupt: Option<OnInterrupt>,
}

impl Policy {
    /// It says what follows a failure, or by when there must be an answer: nobody else tries again then.
    pub fn minds_failures(&self) -> bool {
        self.retries > 0 || self.timeout_ms.is_some() || self.on_error != OnError::Fail
    }

    /// Nothing is set.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// After the last attempt of a node failed. With `default` and `branch` the node also gives
/// `isSuccess` and `errorBody {errorMessage, errorCode}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// The run fails.
    #[default]
    Fail,
    /// The run goes on with the default outputs.
    Default,
    /// The run goes on through the port `error` with the default outputs.
    Branch,
}

/// When it is not known whether a node has changed what it was to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnInterrupt {
    /// The node fails with `outcome_unknown`.
    Fail,
    /// It runs again, with the idempotency key of the attempt before.
    Retry,
    /// Somebody is asked (`interrupted`).
    Ask,
}

/// One run of a node for each element.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NodeBatch {
    /// Lists walked together; the node's inputs refer to an element as `{node: <its own id>, path: [<name>]}`.
    pub lists: Vec<Input>,
    /// Elements at most; 0: 100.
    pub size: u32,
    /// At once; 0: 10.
    pub concurrency: u32,
}

/// Limits of one run. Of those of the document, of its workspace and of the instance the smallest counts; absent: none here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Steps, each iteration of each node counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_steps: Option<u64>,
    /// Seconds of running time, waiting for people not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_seconds: Option<u64>,
    /// Workflows in workflows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_depth: Option<u32>,
    /// Bytes of JSON that all values of the run may hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u64>,
    /// Bytes of JSON that one node may give.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_output_bytes: Option<u64>,
}

impl Limits {
    /// Of each limit the smaller one.
    #[must_use]
    pub fn least(&self, other: &Self) -> Self {
        let Self { max_steps, max_seconds, max_depth, max_bytes, max_output_bytes } = other;
        Self {
            max_steps: least(self.max_steps, *max_steps),
            max_seconds: least(self.max_seconds, *max_seconds),
            max_depth: least(self.max_depth, *max_depth),
            max_bytes: least(self.max_bytes, *max_bytes),
            max_output_bytes: least(self.max_output_bytes, *max_output_bytes),
        }
    }
}

/// The smaller limit; what is absent limits nothing.
pub fn least<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
