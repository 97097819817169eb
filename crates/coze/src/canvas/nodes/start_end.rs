//! End (2) and output (13): both say something, or hand values on.

use flow::value::Type;
use serde_json::Value;

use super::{Reading, Writing};
use crate::canvas::{binding, json};

pub fn read_end(reading: &mut Reading<'_>) {
    let inputs = reading.inputs;
    reading.author_inputs();
    let answers = inputs["terminatePlan"].as_str() == Some("useAnswerContent");
    reading.param("mode", if answers { "answer" } else { "variables" });
    if answers {
        reading.param("answer", template(inputs));
        reading.param("streaming", json::flag(&inputs["streamingOutput"]).unwrap_or(false));
    }
}

pub fn write_end(writing: &mut Writing<'_>) {
    writing.author_inputs();
    let answers = writing.text("mode") == "answer";
    let plan = if answers { "useAnswerContent" } else { "returnVariables" };
    writing.inputs.insert("terminatePlan".into(), plan.into());
    if answers {
        content(writing, "answer");
    }
}

pub fn read_output(reading: &mut Reading<'_>) {
    let inputs = reading.inputs;
    reading.author_inputs();
    reading.param("message", template(inputs));
    reading.param("streaming", json::flag(&inputs["streamingOutput"]).unwrap_or(false));
}

pub fn write_output(writing: &mut Writing<'_>) {
    writing.author_inputs();
    content(writing, "message");
}

fn template(inputs: &Value) -> String {
    json::text(json::content(&inputs["content"])).unwrap_or_default()
}

fn content(writing: &mut Writing<'_>, param: &str) {
    let text = binding::literal(&Type::String, writing.text(param));
    writing.inputs.insert("content".into(), text);
    writing.inputs.insert("streamingOutput".into(), writing.param("streaming").as_bool().unwrap_or(false).into());
}
