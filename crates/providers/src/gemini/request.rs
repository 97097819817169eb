//! From a request to the body of `generateContent`.

use std::collections::HashMap;

use egress::Egress;
use model::Error;
use model::chat::{Message, Part, Request, ResponseFormat, Role};
use serde_json::{Value, json};

use crate::wire::{add_extra, arguments_object, images, set};

/// Gemini 3 wants to see the signature of its own calls again. They are not kept; this value
/// is the documented way to say so.
const NO_SIGNATURE: &str = "skip_thought_signature_validator";

/// The body. Pictures behind a URL are fetched: the API takes bytes only.
pub async fn body(egress: &Egress, model: &str, reasoning: bool, request: &Request) -> Result<Value, Error> {
    let mut body = json!({ "contents": contents(egress, model, &request.messages).await? });
    let system: Vec<String> = request
        .messages
        .iter()
        .filter(|message| message.role == Role::System)
        .map(Message::joined_text)
        .filter(|text| !text.is_empty())
        .collect();
    if !system.is_empty() {
        body["systemInstruction"] = json!({ "parts": [{ "text": system.join("\n\n") }] });
    }
    if !request.tools.is_empty() {
        let declare =
            |tool: &model::ToolSpec| json!({ "name": tool.name, "description": tool.description, "parametersJsonSchema": tool.parameters });
        body["tools"] = json!([{ "functionDeclarations": request.tools.iter().map(declare).collect::<Vec<_>>() }]);
    }
    let config = config(request, reasoning);
    if config.as_object().is_some_and(|config| !config.is_empty()) {
        body["generationConfig"] = config;
    }
    add_extra(&mut body, &request.extra);
    Ok(body)
}

fn config(request: &Request, reasoning: bool) -> Value {
    let params = &request.params;
    let mut config = json!({});
    set(&mut config, "temperature", params.temperature);
    set(&mut config, "topP", params.top_p);
    set(&mut config, "topK", params.top_k);
    set(&mut config, "maxOutputTokens", params.max_tokens);
    set(&mut config, "frequencyPenalty", params.frequency_penalty);
    set(&mut config, "presencePenalty", params.presence_penalty);
    set(&mut config, "seed", params.seed);
    set(&mut config, "stopSequences", Some(params.stop.clone()).filter(|stop| !stop.is_empty()));
    if let Some(wanted) = &request.json_schema {
        config["responseMimeType"] = "application/json".into();
        config["responseJsonSchema"] = wanted.schema.clone();
    } else if params.response_format == Some(ResponseFormat::Json) {
        config["responseMimeType"] = "application/json".into();
    }
    if reasoning {
        config["thinkingConfig"] = json!({ "includeThoughts": true });
    }
    config
}

/// Results of parallel calls belong into one turn, and turns of one role become one.
async fn contents(egress: &Egress, model: &str, messages: &[Message]) -> Result<Vec<Value>, Error> {
    let mut names: HashMap<&str, &str> = HashMap::new();
    let mut turns: Vec<(&str, Vec<Value>)> = Vec::new();
    for message in messages {
        let (role, parts) = match message.role {
            Role::System => continue,
            Role::User => ("user", content(egress, message).await?),
            Role::Assistant => {
                let mut parts = content(egress, message).await?;
                for call in &message.tool_calls {
                    names.insert(&call.id, &call.name);
                    let mut part = json!({ "functionCall": { "name": call.name, "args": arguments_object(&call.arguments) } });
                    if model.starts_with("gemini-3") {
                        part["thoughtSignature"] = NO_SIGNATURE.into();
                    }
                    parts.push(part);
                }
                ("model", parts)
            }
            Role::Tool => {
                let id = message.tool_call_id.as_deref().unwrap_or_default();
                let name = names.get(id).copied().unwrap_or(id);
                let output = json!({ "output": message.joined_text() });
                ("user", vec![json!({ "functionResponse": { "name": name, "response": output } })])
            }
        };
        match turns.last_mut() {
            _ if parts.is_empty() => {}
            Some((last, all)) if *last == role => all.extend(parts),
            _ => turns.push((role, parts)),
        }
    }
    Ok(turns.into_iter().map(|(role, parts)| json!({ "role": role, "parts": parts })).collect())
}

async fn content(egress: &Egress, message: &Message) -> Result<Vec<Value>, Error> {
    let mut parts = Vec::new();
    for part in &message.parts {
        match part {
            Part::Text { text } if text.is_empty() => {}
            Part::Text { text } => parts.push(json!({ "text": text })),
            Part::Image { url } => {
                let image = images::inline(egress, url).await?;
                parts.push(json!({ "inlineData": { "mimeType": image.media_type, "data": image.data } }));
            }
        }
    }
    Ok(parts)
}
