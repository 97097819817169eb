//! Making, renaming, removing, listing conversations; their history.

use async_trait::async_trait;
use flow::node::{Inputs, NodeError, Output, Task, TaskCx};
use flow::value::Values;
use serde_json::{Value, json};

use super::Port;
use super::place::{Found, app, named, not_found, open};
use crate::ports::conversations::{Named, Renamed};

/// Rounds of a history at most.
const MAX_ROUNDS: i64 = 100;

/// Makes one.
pub struct Create(pub Port);
/// Renames one.
pub struct Update(pub Port);
/// Removes one.
pub struct Delete(pub Port);
/// Lists them.
pub struct List(pub Port);
/// Reads the last rounds.
pub struct History(pub Port);
/// Begins a new section.
pub struct Clear(pub Port);

#[async_trait]
impl Task for Create {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let Some((port, caller)) = app(&self.0, cx)? else {
            return Ok(refused());
        };
        let name = filled(&inputs, "conversationName")?;
        let (conversation, existed) = port.create(&caller, &name).await?;
        Ok(output(json!({ "isSuccess": true, "isExisted": existed, "conversationId": conversation.id })))
    }
}

#[async_trait]
impl Task for Update {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let Some((port, caller)) = app(&self.0, cx)? else {
            return Ok(refused());
        };
        let name = filled(&inputs, "newConversationName")?;
        let Some(conversation) = named(port, &caller, &inputs).await? else {
            return Ok(output(json!({ "isSuccess": false, "isExisted": false })));
        };
        changeable(&conversation)?;
        Ok(match port.rename(&caller, conversation.id, &name).await? {
            Renamed::Done => output(json!({ "isSuccess": true, "isExisted": false, "conversationId": conversation.id })),
            Renamed::Taken => output(json!({ "isSuccess": false, "isExisted": true })),
            Renamed::Missing => output(json!({ "isSuccess": false, "isExisted": false })),
        })
    }
}

#[async_trait]
impl Task for Delete {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let Some((port, caller)) = app(&self.0, cx)? else {
            return Ok(refused());
        };
        let Some(conversation) = named(port, &caller, &inputs).await? else {
            return Ok(refused());
        };
        changeable(&conversation)?;
        Ok(Output::one("isSuccess", port.delete(&caller, conversation.id).await?))
    }
}

#[async_trait]
impl Task for List {
    async fn run(&self, cx: &TaskCx, _inputs: Inputs) -> Result<Output, NodeError> {
        let list = match app(&self.0, cx)? {
            Some((port, caller)) => port.list(&caller).await?,
            None => Vec::new(),
        };
        let list: Vec<Value> = list.into_iter().map(|one| json!({ "conversationName": one.name, "conversationId": one.id })).collect();
        Ok(Output::one("conversationList", list))
    }
}

#[async_trait]
impl Task for History {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let rounds = inputs.get("rounds").and_then(Value::as_i64).unwrap_or_default();
        let (messages, warning) = match open(&self.0, cx, &inputs).await? {
            Found::Opened(found) => {
                let kept = u32::try_from(rounds.clamp(0, MAX_ROUNDS)).unwrap_or_default();
                let warning = (rounds > MAX_ROUNDS).then(|| format!("at most {MAX_ROUNDS} rounds are read"));
                (found.port.history(&found.caller, found.id, kept).await?, warning)
            }
            Found::Missing => return Err(not_found(&inputs)),
            Found::Nowhere => (Vec::new(), None),
        };
        let messages: Vec<Value> = messages.into_iter().map(|said| json!({ "role": said.role, "content": said.content })).collect();
        Ok(Output { warnings: warning.into_iter().collect(), ..Output::one("messageList", messages) })
    }
}

#[async_trait]
impl Task for Clear {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let cleared = match open(&self.0, cx, &inputs).await? {
            Found::Opened(found) => found.port.clear(&found.caller, found.id).await?,
            Found::Missing | Found::Nowhere => false,
        };
        Ok(Output::one("isSuccess", cleared))
    }
}

/// Not done, without being an error.
pub(super) fn refused() -> Output {
    Output::one("isSuccess", false)
}

pub(super) fn output(values: Value) -> Output {
    Output::of(match values {
        Value::Object(values) => values,
        _ => Values::new(),
    })
}

/// An input that must hold something.
pub(super) fn filled(inputs: &Inputs, name: &str) -> Result<String, NodeError> {
    let text = inputs.text(name);
    if text.trim().is_empty() {
        return Err(NodeError::lasting("invalid_input", format!("the input `{name}` is empty")));
    }
    Ok(text)
}

fn changeable(conversation: &Named) -> Result<(), NodeError> {
    if conversation.fixed {
        let message = format!("`{}` belongs to the app: only conversations that nodes made can be renamed or removed", conversation.name);
        return Err(NodeError::lasting("conversation_fixed", message));
    }
    Ok(())
}
