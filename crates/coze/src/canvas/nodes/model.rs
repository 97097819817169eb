//! What nodes with a model have in common: Coze names the same things in a list (`llmParam` of type 3) or an object.

use flow::value::Values;
use serde_json::{Map, Value, json};

use crate::canvas::json as lenient;

/// `responseFormat`.
const FORMATS: &[&str] = &["text", "markdown", "json"];

/// The params, by Coze's names of them; a text of the system prompt may be an input of its own.
pub fn read(get: impl Fn(&str) -> Value) -> Values {
    let mut params = Values::new();
    let mut set = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            params.insert(key.to_owned(), value);
        }
    };
    set("model_id", model_id(&get("modelType")).map(Value::from));
    set("temperature", lenient::number(&get("temperature")));
    set("top_p", lenient::number(&get("topP")));
    set("max_tokens", count(&get("maxTokens")).map(Value::from));
    let format = lenient::int(&get("responseFormat")).and_then(|n| FORMATS.get(usize::try_from(n).ok()?));
    set("response_format", format.map(|format| (*format).into()));
    let system = get("systemPrompt");
    set("system_prompt", lenient::filled(if system.is_object() { lenient::content(&system) } else { &system }).map(Value::from));
    params
}

/// A number of something.
pub fn count(value: &Value) -> Option<u32> {
    lenient::int(value).and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0)
}

/// A model's id. Coze writes 0 or nothing for none; what is no id here cannot be one of a model.
fn model_id(value: &Value) -> Option<String> {
    lenient::filled(value).filter(|id| types::parse_id(id).is_ok())
}

/// How much of the conversation the model is told.
pub fn read_history(enabled: &Value, rounds: &Value) -> Option<Value> {
    let (enabled, rounds) = (lenient::flag(enabled), lenient::int(rounds));
    if enabled.is_none() && rounds.is_none() {
        return None;
    }
    Some(json!({ "enabled": enabled.unwrap_or(false), "rounds": rounds.and_then(|n| u32::try_from(n).ok()).unwrap_or(3) }))
}

/// Coze's names and values, as an object.
pub fn write(params: &Values) -> Map<String, Value> {
    let get = |key: &str| params.get(key).filter(|value| !value.is_null()).cloned();
    let format = get("response_format").and_then(|format| FORMATS.iter().position(|name| Some(*name) == format.as_str()));
    // The object form holds the number of the model as a number.
    let model = get("model_id").map(|id| {
        id.as_str().and_then(|id| id.parse::<i64>().ok()).filter(|n| Some(n.to_string().as_str()) == id.as_str()).map_or(id, Value::from)
    });
    lenient::object([
        ("modelType", model),
        ("temperature", get("temperature")),
        ("topP", get("top_p")),
        ("maxTokens", get("max_tokens")),
        ("responseFormat", format.map(Value::from)),
        ("systemPrompt", get("system_prompt")),
    ])
}
