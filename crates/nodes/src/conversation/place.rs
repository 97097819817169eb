//! Where a run stands, and which conversation a name means there.

use flow::node::{Inputs, NodeError, TaskCx};
use types::ConversationId;

use super::Port;
use crate::ports::conversations::Named;
use crate::ports::{Caller, Conversations, present};

/// The only conversation of a run outside apps.
const DEFAULT: &str = "Default";

/// Where a run stands.
pub enum Place<'a> {
    /// In an app.
    App(&'a dyn Conversations, Caller),
    /// In the conversation of an agent.
    Agent(ConversationId),
    /// Elsewhere.
    Nowhere,
}

/// Where this run stands.
pub fn place<'a>(port: &'a Port, cx: &TaskCx) -> Result<Place<'a>, NodeError> {
    match (&cx.app, cx.conversation) {
        (Some(_), _) => Ok(Place::App(present(port.as_ref(), "The conversation service")?, Caller::from(cx))),
        (None, Some(conversation)) => Ok(Place::Agent(conversation)),
        (None, None) => Ok(Place::Nowhere),
    }
}

/// The app; `None`: nothing is there. Fails in conversations of agents.
pub fn app<'a>(port: &'a Port, cx: &TaskCx) -> Result<Option<(&'a dyn Conversations, Caller)>, NodeError> {
    match place(port, cx)? {
        Place::App(port, caller) => Ok(Some((port, caller))),
        Place::Nowhere => Ok(None),
        Place::Agent(_) => {
            Err(NodeError::lasting("conversation_needs_app", "conversations can be made, renamed, removed and listed only in apps"))
        }
    }
}

/// The conversation of this name in the app.
pub async fn named(port: &dyn Conversations, caller: &Caller, inputs: &Inputs) -> Result<Option<Named>, NodeError> {
    port.find(caller, &inputs.text("conversationName")).await
}

/// A conversation whose messages can be read and changed.
pub struct Opened<'a> {
    pub port: &'a dyn Conversations,
    pub caller: Caller,
    pub id: ConversationId,
}

/// What a name means.
pub enum Found<'a> {
    /// This.
    Opened(Opened<'a>),
    /// Nothing, though there are conversations here.
    Missing,
    /// There are no conversations here.
    Nowhere,
}

/// The conversation that the input names.
pub async fn open<'a>(port: &'a Port, cx: &TaskCx, inputs: &Inputs) -> Result<Found<'a>, NodeError> {
    match place(port, cx)? {
        Place::App(port, caller) => match named(port, &caller, inputs).await? {
            Some(found) => Ok(Found::Opened(Opened { port, caller, id: found.id })),
            None => Ok(Found::Missing),
        },
        Place::Agent(_) if inputs.text("conversationName") != DEFAULT => {
            Err(NodeError::lasting("conversation_default_only", format!("outside apps there is only the conversation `{DEFAULT}`")))
        }
        Place::Agent(id) => {
            Ok(Found::Opened(Opened { port: present(port.as_ref(), "The conversation service")?, caller: Caller::from(cx), id }))
        }
        Place::Nowhere => Ok(Found::Nowhere),
    }
}

/// There is no conversation of this name.
pub fn not_found(inputs: &Inputs) -> NodeError {
    let name = inputs.text("conversationName");
    NodeError::lasting("conversation_not_found", format!("there is no conversation `{name}`: create it first"))
}
