//! Intent recognition (22).

use serde_json::{Value, json};

use super::{Reading, Writing, model};
use crate::canvas::json as lenient;
use crate::canvas::report::Reason;

pub fn read(reading: &mut Reading<'_>) {
    let inputs = reading.inputs;
    reading.author_inputs();
    let given = &inputs["llmParam"];
    let params = model::read(|name| given[name].clone());
    if let Some(id) = params.get("model_id").and_then(Value::as_str) {
        let name = lenient::filled(&given["modelName"]).map_or_else(|| id.to_owned(), |name| format!("{name} ({id})"));
        reading.note(Reason::Model, name);
    }
    reading.node.params.extend(params);
    let history = &inputs["chatHistorySetting"];
    reading.param_if("history", model::read_history(&history["enableChatHistory"], &history["chatHistoryRound"]));
    reading.param("mode", if inputs["mode"].as_str() == Some("top_speed") { "fast" } else { "full" });
    let intents: Vec<Value> =
        lenient::items(&inputs["intents"]).iter().map(|intent| lenient::text(&intent["name"]).unwrap_or_default().into()).collect();
    reading.param("intents", intents);
}

pub fn write(writing: &mut Writing<'_>) {
    writing.author_inputs();
    let mut params = model::write(writing.params());
    if let Some(system) = params.get_mut("systemPrompt") {
        *system = json!({ "type": "string", "value": { "type": "literal", "content": system } });
    }
    writing.inputs.insert("llmParam".into(), params.into());
    if let Value::Object(history) = writing.param("history") {
        let setting = json!({ "enableChatHistory": history.get("enabled"), "chatHistoryRound": history.get("rounds") });
        writing.inputs.insert("chatHistorySetting".into(), setting);
    }
    writing.inputs.insert("mode".into(), if writing.text("mode") == "fast" { "top_speed" } else { "all" }.into());
    let intents: Vec<Value> = lenient::items(writing.param("intents")).iter().map(|name| json!({ "name": name })).collect();
    writing.inputs.insert("intents".into(), intents.into());
}
