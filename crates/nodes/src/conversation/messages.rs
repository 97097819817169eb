//! Messages of conversations.

use async_trait::async_trait;
use flow::node::{Inputs, NodeError, Output, Task, TaskCx};
use serde_json::{Value, json};
use types::MessageId;

use super::Port;
use super::conversations::{filled, output, refused};
use super::place::{Found, not_found, open};
use crate::ports::conversations::{Messages, Page, Role, Said};

/// Messages of a page at most.
const MAX_PAGE: i64 = 50;

/// Adds one.
pub struct Create(pub Port);
/// Changes one.
pub struct Update(pub Port);
/// Removes one.
pub struct Delete(pub Port);
/// Reads them.
pub struct List(pub Port);

#[async_trait]
impl Task for Create {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let role = match inputs.text("role").as_str() {
            "user" => Role::User,
            "assistant" => Role::Assistant,
            other => {
                return Err(NodeError::lasting("invalid_input", format!("a message is said by `user` or `assistant`, not by `{other}`")));
            }
        };
        let content = filled(&inputs, "content")?;
        match open(&self.0, cx, &inputs).await? {
            Found::Opened(found) => {
                let said = found.port.say(&found.caller, found.id, role, &content).await?;
                Ok(output(json!({ "isSuccess": true, "message": message(&said) })))
            }
            Found::Missing | Found::Nowhere => Ok(refused()),
        }
    }
}

#[async_trait]
impl Task for Update {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let content = filled(&inputs, "newContent")?;
        let done = match (open(&self.0, cx, &inputs).await?, id(&inputs, "messageId")) {
            (Found::Opened(found), Some(message)) => found.port.edit(&found.caller, found.id, message, &content).await?,
            _ => false,
        };
        Ok(Output::one("isSuccess", done))
    }
}

#[async_trait]
impl Task for Delete {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let done = match (open(&self.0, cx, &inputs).await?, id(&inputs, "messageId")) {
            (Found::Opened(found), Some(message)) => found.port.unsay(&found.caller, found.id, message).await?,
            _ => false,
        };
        Ok(Output::one("isSuccess", done))
    }
}

#[async_trait]
impl Task for List {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let (page, warning) = page(&inputs)?;
        let Messages { messages, has_more } = match open(&self.0, cx, &inputs).await? {
            Found::Opened(found) => found.port.messages(&found.caller, found.id, page).await?,
            Found::Missing => return Err(not_found(&inputs)),
            Found::Nowhere => Messages::default(),
        };
        let listed: Vec<Value> = messages.iter().map(message).collect();
        let id = |said: Option<&Said>| said.map_or(Value::Null, |said| json!(said.id));
        let values = json!({
            "messageList": listed,
            "firstId": id(messages.first()),
            "lastId": id(messages.last()),
            "hasMore": has_more,
        });
        Ok(Output { warnings: warning.into_iter().collect(), ..output(values) })
    }
}

fn message(said: &Said) -> Value {
    json!({ "messageId": said.id, "role": said.role, "contentType": said.content_type, "content": said.content })
}

/// A message's id; `None`: no message has such an id.
fn id(inputs: &Inputs, name: &str) -> Option<MessageId> {
    inputs.text(name).trim().parse().ok()
}

fn page(inputs: &Inputs) -> Result<(Page, Option<String>), NodeError> {
    let limit = match inputs.get("limit").and_then(Value::as_i64) {
        None | Some(0) => MAX_PAGE,
        Some(limit) => limit,
    };
    if limit < 0 {
        return Err(NodeError::lasting("invalid_input", "the input `limit` is negative"));
    }
    let bound = |name: &str| -> Result<Option<MessageId>, NodeError> {
        match inputs.text(name).trim() {
            "" | "0" => Ok(None),
            text => {
                text.parse().map(Some).map_err(|_| NodeError::lasting("invalid_input", format!("the input `{name}` is no id of a message")))
            }
        }
    };
    let (before, after) = (bound("beforeId")?, bound("afterId")?);
    if before.is_some() && after.is_some() {
        return Err(NodeError::lasting("invalid_input", "only one of `beforeId` and `afterId` can be given"));
    }
    let warning = (limit > MAX_PAGE).then(|| format!("at most {MAX_PAGE} messages are read at once"));
    Ok((Page { limit: u32::try_from(limit.min(MAX_PAGE)).unwrap_or(1), before, after }, warning))
}
