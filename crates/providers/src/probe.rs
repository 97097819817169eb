//! Finds out what a model can do by asking it. Each trial may fail; only a model that
//! answers nothing at all is an error.

use futures::future::join3;
use model::Error;
use model::chat::{Chat, JsonSchema, Message, Part, Request, Response, Role, ToolSpec};
use model::embed::Embed;
use model::vendor::{Capabilities, Checked};
use serde_json::{Value, json};

/// 16 × 16 pixels of plain red, as PNG.
const RED: &str =
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR42mP4z8BAEmIY1TCqYfhqAACQ+f8B8u7oVwAAAABJRU5ErkJggg==";

/// Tries `model`. Embedding models are recognised by name first, because asking one to chat
/// only yields confusing errors.
pub async fn check(model: &str, chat: &dyn Chat, embed: &dyn Embed) -> Result<Checked, Error> {
    let mut checked = Checked { model: model.to_owned(), ..Checked::default() };
    if looks_like_embedding(model) && try_embedding(embed, &mut checked).await.is_ok() {
        checked.notes.clear();
        return Ok(checked);
    }
    match chat.complete(ask("Answer with the single word: OK")).await {
        Ok(answer) => checked.capabilities.reasoning = !answer.reasoning.is_empty(),
        Err(error) => {
            // It may still be an embedding model; if not, the first error says more.
            return match try_embedding(embed, &mut checked).await {
                Ok(()) => Ok(checked),
                Err(_) => Err(error),
            };
        }
    }
    let (tools, schema, vision) =
        join3(chat.complete(tools_request()), chat.complete(schema_request()), chat.complete(vision_request())).await;
    let Capabilities { tools: can_call, parallel_tools, json_schema, vision: can_see, reasoning, embedding_dimensions: _ } =
        &mut checked.capabilities;
    let notes = &mut checked.notes;
    if let Some(answer) = keep("tools", tools, notes) {
        *reasoning |= !answer.reasoning.is_empty();
        *can_call = !answer.tool_calls.is_empty();
        *parallel_tools = answer.tool_calls.len() > 1;
        if !*can_call {
            notes.push("tools: accepted, but the model did not call one in the trial".to_owned());
        }
    }
    if let Some(answer) = keep("json_schema", schema, notes) {
        *json_schema = follows_schema(&answer.text);
        if !*json_schema {
            notes.push("json_schema: accepted, but the answer did not follow the schema".to_owned());
        }
    }
    if let Some(answer) = keep("vision", vision, notes) {
        let text = answer.text.to_lowercase();
        *can_see = text.contains("red") || text.contains('红');
        if !*can_see {
            notes.push("vision: accepted, but the model did not see the picture".to_owned());
        }
    }
    Ok(checked)
}

/// Whether the name is one of an embedding model.
pub fn looks_like_embedding(model: &str) -> bool {
    let name = model.to_lowercase();
    ["embed", "bge-", "gte-", "e5-", "minilm"].iter().any(|part| name.contains(part))
}

async fn try_embedding(embed: &dyn Embed, checked: &mut Checked) -> Result<(), Error> {
    let outcome = embed.embed(&["hello".to_owned()]).await.and_then(|found| {
        let length = found.vectors.first().map_or(0, Vec::len);
        if length == 0 { Err(Error::Protocol("an empty vector".to_owned())) } else { Ok(length) }
    });
    match outcome {
        Ok(length) => {
            checked.capabilities.embedding_dimensions = u32::try_from(length).ok();
            Ok(())
        }
        Err(error) => {
            checked.notes.push(format!("embedding: {error}"));
            Err(error)
        }
    }
}

fn keep(trial: &str, outcome: Result<Response, Error>, notes: &mut Vec<String>) -> Option<Response> {
    outcome.map_err(|error| notes.push(format!("{trial}: {error}"))).ok()
}

fn ask(text: &str) -> Request {
    Request { messages: vec![Message::text(Role::User, text)], ..Request::default() }
}

fn tools_request() -> Request {
    let parameters = json!({ "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] });
    let tool = ToolSpec { name: "get_weather".to_owned(), description: "The weather in one city.".to_owned(), parameters };
    let text = "What is the weather in Paris and in Rome? Call get_weather once for each city, both calls in one answer.";
    Request { tools: vec![tool], ..ask(text) }
}

fn schema_request() -> Request {
    let schema =
        json!({ "type": "object", "properties": { "sum": { "type": "integer" } }, "required": ["sum"], "additionalProperties": false });
    let wanted = JsonSchema { name: "sum".to_owned(), schema };
    Request { json_schema: Some(wanted), ..ask("What is 2 + 2? Answer in JSON.") }
}

fn follows_schema(text: &str) -> bool {
    serde_json::from_str::<Value>(text.trim()).is_ok_and(|value| value.get("sum").is_some_and(Value::is_i64))
}

fn vision_request() -> Request {
    let text = Part::text("Which colour fills this picture? Answer with one English word.");
    let message = Message { parts: vec![text, Part::Image { url: RED.to_owned() }], ..Message::text(Role::User, "") };
    Request { messages: vec![message], ..Request::default() }
}
