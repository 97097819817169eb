//! The node contract: what a kind of node says of itself, and what the engine does with it.
//!
//! A [`NodeType`] reads a node's params once ([`NodeType::compile`]) and gives an [`Action`]:
//!
//! * [`Pure`]: a function of its inputs; the engine calls it in place;
//! * [`Task`]: reads or changes the world, asynchronously, with retries and a timeout around it;
//! * [`Machine`]: a conversation with models, tools and people in pure moves; the engine performs
//!   each, so that every one of them is a step that survives a crash;
//! * [`Control`]: what only the engine itself can do.
//!
//! Kinds are found by name in a [`Registry`]; there is no list of them anywhere else. Params that are [`secret`]s are
//! marked in a kind's form.

mod control;
mod error;
mod machine;
mod registry;
pub mod secret;
mod spec;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use types::{ConversationId, RunId, Timestamp, UserId, WorkspaceId};

pub use control::{Assignment, Collect, Control, LoopOver};
pub use error::NodeError;
pub use machine::{Act, Heard, Interrupt, InterruptKind, Machine, MachineCx, ModelAsk, Offers, ToolAsk, ToolResult, ToolTarget, Turn};
pub use registry::Registry;
pub use secret::Secret;
pub use spec::{Category, Declares, NodeSpec};

use crate::tool::Effect;
use crate::value::Values;
use crate::workflow::{Finding, Node, NodeId};

/// A kind of node.
pub trait NodeType: Send + Sync + 'static {
    /// What it says of itself.
    fn spec(&self) -> NodeSpec;

    /// Its ways out, by its params; without those of containers and errors.
    fn ports(&self, node: &Node) -> Vec<String> {
        let _ = node;
        vec![crate::workflow::OUT.to_owned()]
    }

    /// What it does to the world with these params, if that differs from what its spec says.
    fn effect(&self, node: &Node) -> Option<Effect> {
        let _ = node;
        None
    }

    /// Reads the params. All findings at once; paths begin with `/params`, `/inputs` or `/outputs`.
    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>>;
}

/// What the engine does with a node.
#[derive(Clone)]
pub enum Action {
    /// Calls it in place.
    Pure(Arc<dyn Pure>),
    /// Runs it outside.
    Task(Arc<dyn Task>),
    /// Performs its moves.
    Machine(Arc<dyn Machine>),
    /// Does it itself.
    Control(Control),
}

/// What a node is given: inputs brought to their declared types.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inputs {
    /// By name.
    pub values: Values,
    /// Inputs whose source was skipped or gave nothing. Kinds with `fill_inputs` find a zero value in `values` as well.
    pub absent: Vec<String>,
}

impl Inputs {
    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// The text of this name; other values as JSON, nothing as `""`.
    pub fn text(&self, name: &str) -> String {
        self.values.get(name).map(crate::value::template::render_value).unwrap_or_default()
    }
}

/// What a node gives.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Output {
    /// By name; brought to the declared types by the engine.
    pub values: Values,
    /// The way out; `None`: `out`.
    pub port: Option<String>,
    /// Things that went wrong without failing the node.
    pub warnings: Vec<String>,
    /// For the run page: what the world said before it was turned into outputs.
    pub raw: Option<Value>,
}

impl Output {
    /// These values through `out`.
    pub fn of(values: Values) -> Self {
        Self { values, ..Self::default() }
    }

    /// One value through `out`.
    pub fn one(name: &str, value: impl Into<Value>) -> Self {
        let mut values = Values::new();
        values.insert(name.to_owned(), value.into());
        Self::of(values)
    }

    /// Nothing, through this way out.
    pub fn through(port: impl Into<String>) -> Self {
        Self { port: Some(port.into()), ..Self::default() }
    }
}

/// A function of its inputs. It must be quick, and the same for the same inputs and moment.
pub trait Pure: Send + Sync {
    /// Computes.
    fn run(&self, inputs: &Inputs, now: Timestamp) -> Result<Output, NodeError>;

    /// The inputs of which the first that is there is this output, as it is; `None`: the output is computed.
    fn first_of(&self, output: &str) -> Option<&[String]> {
        let _ = output;
        None
    }
}

/// Something that takes time or touches the world.
#[async_trait]
pub trait Task: Send + Sync {
    /// Does it. Dropping the future cancels it. Retries, timeout and defaults are the engine's business.
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError>;
}

/// Under whose authority and for which step a task works (rule R15).
#[derive(Debug, Clone)]
pub struct TaskCx {
    /// The run; of a sub-workflow too, the outermost.
    pub run: RunId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// The caller.
    pub user: UserId,
    /// The node.
    pub node: NodeId,
    /// 1, 2, ….
    pub attempt: u32,
    /// The same for every attempt at the same step; what has the effect `write` hands it on.
    pub idempotency_key: String,
    /// The conversation of a chatflow.
    pub conversation: Option<ConversationId>,
    /// The draft is being tried, not a published version.
    pub draft: bool,
    /// The app the workflow belongs to, as its caller named it.
    pub app: Option<String>,
    /// For whom a service runs it, as it names him.
    pub person: Option<String>,
    /// The caller's time zone (IANA name), if known.
    pub time_zone: Option<String>,
}
