//! Text (15): concat and split.

use flow::value::Type;
use serde_json::{Value, json};

use super::{Reading, Writing};
use crate::canvas::{binding, json as lenient};

pub fn read(reading: &mut Reading<'_>) {
    let inputs = reading.inputs;
    reading.author_inputs();
    if inputs["method"].as_str() == Some("split") {
        reading.param("method", "split");
        let first = reading.node.inputs.first().map_or_else(|| "String".to_owned(), |input| input.name.clone());
        let name = if reading.has_input("String") { "String".to_owned() } else { first };
        reading.param("input", name);
        let delimiters: Vec<Value> =
            lenient::list(lenient::param(&inputs["splitParams"], "delimiters")).iter().filter_map(lenient::text).map(Value::from).collect();
        reading.param("delimiters", delimiters);
    } else {
        let get = |name: &str| lenient::text(lenient::param(&inputs["concatParams"], name));
        reading.param("method", "concat");
        reading.param("template", get("concatResult").unwrap_or_default());
        reading.param_if("separator", get("arrayItemConcatChar"));
    }
}

pub fn write(writing: &mut Writing<'_>) {
    writing.author_inputs();
    let text = |name: &str, value: &str| json!({ "name": name, "input": binding::literal(&Type::String, value) });
    if writing.text("method") == "split" {
        writing.inputs.insert("method".into(), "split".into());
        let list = Type::List(Box::new(Type::String));
        let delimiters =
            json!([{ "name": "delimiters", "input": binding::literal(&list, json!(lenient::items(writing.param("delimiters")))) }]);
        writing.inputs.insert("splitParams".into(), delimiters);
    } else {
        writing.inputs.insert("method".into(), "concat".into());
        let mut params = vec![text("concatResult", writing.text("template"))];
        if let Some(separator) = writing.param("separator").as_str() {
            params.push(text("arrayItemConcatChar", separator));
        }
        writing.inputs.insert("concatParams".into(), params.into());
    }
}
