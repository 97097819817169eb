//! Question (18).

use serde_json::{Value, json};

use super::{Reading, Writing, model};
use crate::canvas::json as lenient;
use crate::canvas::report::Reason;

/// The input that options come from, in Coze `dynamic_option`.
const OPTIONS: &str = "dynamic_option";

pub fn read(reading: &mut Reading<'_>) {
    let inputs = reading.inputs;
    reading.author_inputs();
    reading.param("question", lenient::text(&inputs["question"]).unwrap_or_default());
    let options = inputs["answer_type"].as_str() == Some("option");
    reading.param("answer", if options { "options" } else { "text" });
    if options && inputs["option_type"].as_str() == Some("dynamic") {
        let name = reading.add(OPTIONS, &inputs["dynamic_option"]);
        reading.param("options_from", name);
    } else if options {
        let named: Vec<Value> =
            lenient::items(&inputs["options"]).iter().map(|option| lenient::text(&option["name"]).unwrap_or_default().into()).collect();
        reading.param("options", named);
    }
    reading.param_if("max_rounds", model::count(&inputs["limit"]));
    reading.param("extract", lenient::flag(&inputs["extra_output"]).unwrap_or(false));
    let given = &inputs["llmParam"];
    let params = model::read(|name| given[name].clone());
    let extracts = reading.node.params.get("extract") == Some(&Value::Bool(true));
    if let Some(id) = params.get("model_id").and_then(Value::as_str).filter(|_| extracts && !options) {
        let name = lenient::filled(&given["modelName"]).map_or_else(|| id.to_owned(), |name| format!("{name} ({id})"));
        reading.note(Reason::Model, name);
    }
    reading.node.params.extend(params);
}

pub fn write(writing: &mut Writing<'_>) {
    let dynamic = writing.param("options_from").as_str();
    writing.author_inputs_except(dynamic.as_slice());
    let options = writing.text("answer") == "options";
    let mut set = |key: &str, value: Value| writing.inputs.insert(key.to_owned(), value);
    set("question", writing.node.params.get("question").cloned().unwrap_or_default());
    set("answer_type", if options { "option" } else { "text" }.into());
    set("extra_output", (writing.node.params.get("extract") == Some(&Value::Bool(true))).into());
    if let Some(rounds) = writing.node.params.get("max_rounds") {
        set("limit", rounds.clone());
    }
    if options {
        set("option_type", if dynamic.is_some() { "dynamic" } else { "static" }.into());
    }
    if let Some(name) = dynamic {
        let block = writing.block(name);
        writing.inputs.insert(OPTIONS.into(), block);
    } else if options {
        let named: Vec<Value> = lenient::items(writing.param("options")).iter().map(|option| json!({ "name": option })).collect();
        writing.inputs.insert("options".into(), named.into());
    }
    writing.inputs.insert("llmParam".into(), model::write(writing.params()).into());
}
