//! From a request to the body of a chat completion.

use model::chat::{Message, Part, Request, ResponseFormat, Role};
use serde_json::{Value, json};

use super::entry::Entry;
use crate::wire::{add_extra, set};

/// The body. `reasoning_back`: whether reasoning of the running tool loop goes with it.
pub fn body(entry: &Entry, model: &str, reasoning_back: bool, request: &Request, stream: bool) -> Value {
    let params = &request.params;
    let mut body = json!({ "model": model, "messages": messages(reasoning_back, &request.messages), "stream": stream });
    if stream {
        body["stream_options"] = json!({ "include_usage": true });
    }
    set(&mut body, "temperature", params.temperature);
    set(&mut body, "top_p", params.top_p);
    set(&mut body, "top_k", params.top_k.filter(|_| entry.top_k));
    set(&mut body, &entry.max_tokens_field, params.max_tokens);
    set(&mut body, "frequency_penalty", params.frequency_penalty);
    set(&mut body, "presence_penalty", params.presence_penalty);
    set(&mut body, "seed", params.seed);
    set(&mut body, "stop", Some(params.stop.clone()).filter(|stop| !stop.is_empty()));
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            json!({ "type": "function",
                "function": { "name": tool.name, "description": tool.description, "parameters": tool.parameters } })
        });
        body["tools"] = tools.collect();
    }
    format(entry, request, &mut body);
    add_extra(&mut body, &request.extra);
    body
}

fn format(entry: &Entry, request: &Request, body: &mut Value) {
    match &request.json_schema {
        Some(wanted) if entry.json_schema => {
            let mut schema = json!({ "name": wanted.name, "schema": wanted.schema });
            if is_strict(&wanted.schema) {
                schema["strict"] = true.into();
            }
            body["response_format"] = json!({ "type": "json_schema", "json_schema": schema });
        }
        Some(wanted) => {
            body["response_format"] = json!({ "type": "json_object" });
            instruct(body, &format!("Answer with one JSON object of this JSON schema:\n{}", wanted.schema));
        }
        None if request.params.response_format == Some(ResponseFormat::Json) => {
            body["response_format"] = json!({ "type": "json_object" });
            // OpenAI refuses JSON mode when nobody has mentioned JSON.
            let told = request.messages.iter().any(|message| message.joined_text().to_lowercase().contains("json"));
            if !told {
                instruct(body, "Answer with one JSON object.");
            }
        }
        None => {}
    }
}

/// Adds to the instructions, or starts them.
fn instruct(body: &mut Value, text: &str) {
    let Some(messages) = body["messages"].as_array_mut() else {
        return;
    };
    match messages.first_mut().filter(|first| first["role"] == "system") {
        Some(system) => {
            let told = system["content"].as_str().unwrap_or_default();
            system["content"] = format!("{told}\n\n{text}").into();
        }
        None => messages.insert(0, json!({ "role": "system", "content": text })),
    }
}

/// OpenAI's strict mode takes only schemas in which every object is closed and all of its
/// properties are required.
fn is_strict(schema: &Value) -> bool {
    match schema {
        Value::Object(object) => {
            let closed = match object.get("properties").and_then(Value::as_object) {
                Some(properties) => {
                    let required = object.get("required").and_then(Value::as_array);
                    let all = required.is_some_and(|required| properties.keys().all(|key| required.iter().any(|name| name == key)));
                    all && object.get("additionalProperties") == Some(&Value::Bool(false))
                }
                None => object.get("type").is_none_or(|kind| kind != "object"),
            };
            closed && object.values().all(is_strict)
        }
        Value::Array(items) => items.iter().all(is_strict),
        _ => true,
    }
}

fn messages(reasoning_back: bool, messages: &[Message]) -> Vec<Value> {
    // Reasoning belongs to the running tool loop only: vendors refuse or bill older one.
    let loop_start = messages.iter().rposition(|message| message.role == Role::User).unwrap_or(0);
    let convert = |(at, message): (usize, &Message)| {
        let mut value = match message.role {
            Role::System => json!({ "role": "system", "content": message.joined_text() }),
            Role::User => json!({ "role": "user", "content": content(message) }),
            Role::Tool => json!({ "role": "tool", "tool_call_id": message.tool_call_id, "content": message.joined_text() }),
            Role::Assistant => assistant(message),
        };
        let reasoning = message.reasoning.as_ref().filter(|_| reasoning_back && at > loop_start && !message.tool_calls.is_empty());
        set(&mut value, "reasoning_content", reasoning.cloned());
        value
    };
    messages.iter().enumerate().map(convert).collect()
}

fn assistant(message: &Message) -> Value {
    let text = message.joined_text();
    let content = if text.is_empty() && !message.tool_calls.is_empty() { Value::Null } else { text.into() };
    let mut value = json!({ "role": "assistant", "content": content });
    if !message.tool_calls.is_empty() {
        let calls = message.tool_calls.iter().map(|call| {
            // A broken call goes back as an empty one: vendors refuse arguments that are no JSON.
            let readable = serde_json::from_str::<serde_json::Map<String, Value>>(&call.arguments).is_ok();
            let arguments = if readable { call.arguments.as_str() } else { "{}" };
            json!({ "id": call.id, "type": "function", "function": { "name": call.name, "arguments": arguments } })
        });
        value["tool_calls"] = calls.collect();
    }
    value
}

/// Plain text stays a string, which every server understands.
fn content(message: &Message) -> Value {
    if message.parts.iter().all(|part| matches!(part, Part::Text { .. })) {
        return message.joined_text().into();
    }
    let parts = message.parts.iter().map(|part| match part {
        Part::Text { text } => json!({ "type": "text", "text": text }),
        Part::Image { url } => json!({ "type": "image_url", "image_url": { "url": url } }),
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{ToolCall, chat::JsonSchema};

    fn entry(id: &str) -> &'static Entry {
        super::super::entry::all().iter().find(|entry| entry.id == id).unwrap()
    }

    #[test]
    fn a_vendor_without_schemas_gets_instructions() {
        let schema =
            json!({ "type": "object", "properties": { "a": { "type": "string" } }, "required": ["a"], "additionalProperties": false });
        let wanted = JsonSchema { name: "x".into(), schema };
        let request = Request { messages: vec![Message::text(Role::User, "hi")], json_schema: Some(wanted), ..Request::default() };
        let deepseek = body(entry("deepseek"), "m", true, &request, false);
        assert_eq!(deepseek["response_format"], json!({ "type": "json_object" }));
        assert!(deepseek["messages"][0]["content"].as_str().unwrap().contains("additionalProperties"));
        let openai = body(entry("openai"), "m", false, &request, false);
        assert_eq!(openai["response_format"]["json_schema"]["strict"], true);
        assert_eq!(openai["messages"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn broken_arguments_and_reasoning_go_back_as_vendors_want_them() {
        let call = |arguments: &str| Message {
            tool_calls: vec![ToolCall { id: "1".into(), name: "t".into(), arguments: arguments.into() }],
            reasoning: Some("because".into()),
            ..Message::text(Role::Assistant, "")
        };
        let request = Request {
            messages: vec![
                Message::text(Role::User, "a"),
                call("{}"),
                Message::tool_result("1", "r"),
                Message::text(Role::User, "b"),
                call("{\"broken"),
                Message::tool_result("1", "r"),
            ],
            ..Request::default()
        };
        let sent = body(entry("deepseek"), "m", true, &request, true);
        assert_eq!(sent["messages"][1].get("reasoning_content"), None);
        assert_eq!(sent["messages"][4]["reasoning_content"], "because");
        assert_eq!(sent["messages"][4]["tool_calls"][0]["function"]["arguments"], "{}");
        assert_eq!(sent["messages"][4]["content"], Value::Null);
        assert_eq!(body(entry("openai"), "m", false, &request, true)["messages"][4].get("reasoning_content"), None);
    }
}
