//! From a request to the body of `/api/chat`.

use std::collections::HashMap;

use egress::Egress;
use model::Error;
use model::chat::{Message, Part, Request, ResponseFormat, Role};
use serde_json::{Value, json};

use crate::wire::{add_extra, arguments_object, images, set};

/// The body. `context` is the length of the context window to load the model with.
pub async fn body(egress: &Egress, model: &str, context: Option<u32>, request: &Request, stream: bool) -> Result<Value, Error> {
    let mut body = json!({ "model": model, "messages": messages(egress, &request.messages).await?, "stream": stream });
    let params = &request.params;
    let mut options = json!({});
    set(&mut options, "num_ctx", context);
    set(&mut options, "temperature", params.temperature);
    set(&mut options, "top_p", params.top_p);
    set(&mut options, "top_k", params.top_k);
    set(&mut options, "num_predict", params.max_tokens);
    set(&mut options, "frequency_penalty", params.frequency_penalty);
    set(&mut options, "presence_penalty", params.presence_penalty);
    set(&mut options, "seed", params.seed);
    set(&mut options, "stop", Some(params.stop.clone()).filter(|stop| !stop.is_empty()));
    if options.as_object().is_some_and(|options| !options.is_empty()) {
        body["options"] = options;
    }
    if let Some(wanted) = &request.json_schema {
        body["format"] = wanted.schema.clone();
    } else if params.response_format == Some(ResponseFormat::Json) {
        body["format"] = "json".into();
    }
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            json!({ "type": "function",
                "function": { "name": tool.name, "description": tool.description, "parameters": tool.parameters } })
        });
        body["tools"] = tools.collect();
    }
    add_extra(&mut body, &request.extra);
    Ok(body)
}

async fn messages(egress: &Egress, messages: &[Message]) -> Result<Vec<Value>, Error> {
    let mut names: HashMap<&str, &str> = HashMap::new();
    let mut out = Vec::with_capacity(messages.len());
    for message in messages {
        let role = match message.role {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
            Role::Tool => "tool",
        };
        let mut value = json!({ "role": role, "content": message.joined_text() });
        let mut pictures: Vec<Value> = Vec::new();
        for part in &message.parts {
            if let Part::Image { url } = part {
                pictures.push(images::inline(egress, url).await?.data.into());
            }
        }
        set(&mut value, "images", Some(pictures).filter(|pictures| !pictures.is_empty()));
        if !message.tool_calls.is_empty() {
            names.extend(message.tool_calls.iter().map(|call| (call.id.as_str(), call.name.as_str())));
            let calls = message.tool_calls.iter();
            let calls = calls.map(|call| json!({ "function": { "name": call.name, "arguments": arguments_object(&call.arguments) } }));
            value["tool_calls"] = calls.collect();
        }
        let name = message.tool_call_id.as_deref().and_then(|id| names.get(id).copied());
        set(&mut value, "tool_name", name);
        out.push(value);
    }
    Ok(out)
}
