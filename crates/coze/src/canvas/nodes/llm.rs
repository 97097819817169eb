//! Model (3).

use flow::value::{FileKind, Type};
use serde_json::{Value, json};

use super::{Reading, Writing, model, skills};
use crate::canvas::report::Reason;
use crate::canvas::{binding, json as lenient};

pub fn read(reading: &mut Reading<'_>) {
    reading.author_inputs();
    let given = &reading.inputs["llmParam"];
    let get = |name: &str| lenient::param(given, name).clone();
    let params = model::read(get);
    if let Some(id) = params.get("model_id").and_then(Value::as_str) {
        let name = lenient::filled(&get("modleName")).map_or_else(|| id.to_owned(), |name| format!("{name} ({id})"));
        reading.note(Reason::Model, name);
    }
    reading.node.params.extend(params);
    reading.param_if("history", model::read_history(&get("enableChatHistory"), &get("chatHistoryRound")));
    reading.param("prompt", lenient::text(&get("prompt")).unwrap_or_default());
    let images: Vec<Value> =
        reading.node.inputs.iter().filter(|input| is_image(&input.ty)).map(|input| input.name.clone().into()).collect();
    if !images.is_empty() {
        reading.param("images", images);
    }
    skills::read(reading);
}

fn is_image(ty: &Type) -> bool {
    match ty {
        Type::File(kind) => matches!(kind, FileKind::Image | FileKind::Svg),
        Type::List(of) => is_image(of),
        _ => false,
    }
}

pub fn write(writing: &mut Writing<'_>) {
    writing.author_inputs();
    let mut list: Vec<Value> = Vec::new();
    let mut say = |name: &str, ty: Type, content: Value| list.push(json!({ "name": name, "input": binding::literal(&ty, content) }));
    for (name, value) in model::write(writing.params()) {
        let ty = match name.as_str() {
            "temperature" | "topP" => Type::Number,
            "systemPrompt" => Type::String,
            _ => Type::Integer,
        };
        say(&name, ty, lenient::text(&value).map_or(value, Value::from));
    }
    say("prompt", Type::String, writing.text("prompt").into());
    if let Value::Object(history) = writing.param("history") {
        say("enableChatHistory", Type::Boolean, history.get("enabled").cloned().unwrap_or(false.into()));
        let rounds = history.get("rounds").and_then(lenient::text).unwrap_or_default();
        say("chatHistoryRound", Type::Integer, rounds.into());
    }
    writing.inputs.insert("llmParam".into(), list.into());
    skills::write(writing);
}
