//! What only the engine itself can do.

use crate::value::{Type, template::Template};
use crate::workflow::{NodeId, Ref, VariableRef};

/// A control node, its params read.
#[derive(Debug, Clone, PartialEq)]
pub enum Control {
    /// Where the run begins: its outputs are the run's inputs, by the node's declared fields.
    Start,
    /// Where it ends. Without a template the inputs are the result; with one the rendered text is
    /// the output `output` and is told as an answer.
    End {
        /// The answer.
        answer: Option<Template>,
        /// Told while it is being written.
        streaming: bool,
    },
    /// Tells a message and goes on; its output is `output`.
    Output {
        /// The message.
        message: Template,
        /// Told while it is being written.
        streaming: bool,
    },
    /// Runs its body again and again, one after the other.
    Loop {
        /// How often.
        over: LoopOver,
        /// Inputs that are intermediate variables, not lists.
        variables: Vec<String>,
        /// Its outputs.
        collect: Vec<Collect>,
    },
    /// Runs its body for each element, several at once.
    Batch {
        /// Elements at most; an input `size` overrides it.
        size: u32,
        /// At once; an input `concurrency` overrides it.
        concurrency: u32,
        /// Its outputs.
        collect: Vec<Collect>,
    },
    /// Ends the innermost loop after this iteration.
    Break,
    /// Ends this iteration of the innermost loop.
    Continue,
    /// Sets intermediate variables of a loop around it.
    SetVariable {
        /// What is set to which input.
        set: Vec<(Ref, String)>,
    },
    /// Sets variables of the app or the user; its output is `isSuccess`.
    AssignVariable {
        /// What is set to which input.
        set: Vec<Assignment>,
    },
    /// Runs another workflow; inputs and outputs by name.
    Workflow {
        /// Its id, as text.
        workflow: String,
        /// Its published version; `None`: the draft.
        version: Option<String>,
    },
    /// Waits for the milliseconds of the input `milliseconds`, over restarts.
    Wait,
    /// A note for people; never runs.
    Comment,
}

/// How often a loop runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoopOver {
    /// Once for each element of the shortest list among the inputs.
    Lists,
    /// As often as the input `count` says.
    Count,
    /// Until a break.
    Forever,
}

/// An output of a loop or batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Collect {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// What: a node inside gives a list, a value for each iteration; an intermediate variable its last value.
    pub from: Ref,
}

/// A variable to set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Which.
    pub variable: VariableRef,
    /// To the input of this name.
    pub input: String,
}

impl Collect {
    /// Whether it collects from this container's intermediate variables.
    pub fn is_variable_of(&self, container: &NodeId) -> bool {
        self.from.node == *container
    }
}
