//! From a request to the body of a Messages call.

use model::chat::{Message, Part, Request, ResponseFormat, Role};
use serde_json::{Value, json};

use crate::wire::{add_extra, arguments_object, images, set};

/// Length of the answer when the request names none; the API insists on one.
const MAX_TOKENS: u32 = 8192;

/// The tool through which structured output comes: every model with tools knows it.
pub const STRUCTURED: &str = "structured_output";

/// The body.
pub fn body(model: &str, request: &Request, stream: bool) -> Value {
    let params = &request.params;
    let mut body = json!({
        "model": model,
        "max_tokens": params.max_tokens.unwrap_or(MAX_TOKENS),
        "messages": messages(&request.messages),
        "stream": stream,
    });
    set(&mut body, "system", system(request));
    // The range is 0 to 1 here and 0 to 2 with everybody else.
    set(&mut body, "temperature", params.temperature.map(|temperature| temperature.min(1.0)));
    set(&mut body, "top_p", params.top_p);
    set(&mut body, "top_k", params.top_k);
    set(&mut body, "stop_sequences", Some(params.stop.clone()).filter(|stop| !stop.is_empty()));
    let mut tools: Vec<Value> = request
        .tools
        .iter()
        .map(|tool| json!({ "name": tool.name, "description": tool.description, "input_schema": tool.parameters }))
        .collect();
    if let Some(wanted) = &request.json_schema {
        tools.push(json!({ "name": STRUCTURED, "description": "Give the final answer with this tool.", "input_schema": wanted.schema }));
        if request.tools.is_empty() {
            body["tool_choice"] = json!({ "type": "tool", "name": STRUCTURED });
        }
    }
    if !tools.is_empty() {
        body["tools"] = tools.into();
    }
    add_extra(&mut body, &request.extra);
    // Inside a tool loop thinking needs the signed blocks of the turns before, which are not
    // kept; without it the API accepts the turn.
    let in_tool_loop = request.messages.last().is_some_and(|message| message.role == Role::Tool);
    if let Some(object) = body.as_object_mut().filter(|_| in_tool_loop) {
        object.remove("thinking");
    }
    body
}

fn system(request: &Request) -> Option<String> {
    let told = request.messages.iter().filter(|message| message.role == Role::System).map(Message::joined_text);
    let json = request.json_schema.is_none() && request.params.response_format == Some(ResponseFormat::Json);
    let json = json.then(|| "Answer with one JSON object and nothing else.".to_owned());
    let all: Vec<String> = told.chain(json).filter(|text| !text.is_empty()).collect();
    (!all.is_empty()).then(|| all.join("\n\n"))
}

/// Turns must alternate, so neighbours of one role become one message. Empty text is refused
/// by the API and left out.
fn messages(messages: &[Message]) -> Vec<Value> {
    let mut turns: Vec<(&str, Vec<Value>)> = Vec::new();
    for message in messages {
        let role = match message.role {
            Role::System => continue,
            Role::User | Role::Tool => "user",
            Role::Assistant => "assistant",
        };
        let blocks = blocks(message);
        if blocks.is_empty() {
            continue;
        }
        match turns.last_mut() {
            Some((last, all)) if *last == role => all.extend(blocks),
            _ => turns.push((role, blocks)),
        }
    }
    turns.into_iter().map(|(role, content)| json!({ "role": role, "content": content })).collect()
}

fn blocks(message: &Message) -> Vec<Value> {
    if message.role == Role::Tool {
        return vec![json!({ "type": "tool_result", "tool_use_id": message.tool_call_id, "content": message.joined_text() })];
    }
    let parts = message.parts.iter().filter_map(|part| match part {
        Part::Text { text } => (!text.trim().is_empty()).then(|| json!({ "type": "text", "text": text })),
        Part::Image { url } => Some(json!({ "type": "image", "source": source(url) })),
    });
    let calls = message
        .tool_calls
        .iter()
        .map(|call| json!({ "type": "tool_use", "id": call.id, "name": call.name, "input": arguments_object(&call.arguments) }));
    parts.chain(calls).collect()
}

fn source(url: &str) -> Value {
    match images::from_data_url(url) {
        Some(image) => json!({ "type": "base64", "media_type": image.media_type, "data": image.data }),
        None => json!({ "type": "url", "url": url }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ToolCall;

    #[test]
    fn turns_alternate_and_results_are_user_content() {
        let call = |id: &str| ToolCall { id: id.into(), name: "t".into(), arguments: "oops".into() };
        let request = Request {
            messages: vec![
                Message::text(Role::System, "one"),
                Message::text(Role::System, "two"),
                Message::text(Role::User, "a"),
                Message::text(Role::User, "b"),
                Message { tool_calls: vec![call("1"), call("2")], ..Message::text(Role::Assistant, "") },
                Message::tool_result("1", "r1"),
                Message::tool_result("2", "r2"),
            ],
            extra: [("thinking".to_owned(), json!({ "type": "enabled" }))].into(),
            ..Request::default()
        };
        let body = body("m", &request, true);
        assert_eq!(body["system"], "one\n\ntwo");
        let roles: Vec<_> = body["messages"].as_array().unwrap().iter().map(|message| message["role"].as_str().unwrap()).collect();
        assert_eq!(roles, ["user", "assistant", "user"]);
        assert_eq!(body["messages"][1]["content"][0]["input"], json!({}));
        assert_eq!(body["messages"][2]["content"][1]["tool_use_id"], "2");
        assert_eq!(body.get("thinking"), None);
    }
}
