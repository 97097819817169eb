//! Set variable of a loop (20) and assign variables of the app or the user (40).

use flow::workflow::{Binding, Ref, VariableRef, VariableScope};
use serde_json::{Map, Value, json};

use super::{Reading, Writing};
use crate::canvas::json as lenient;
use crate::canvas::{binding, report::Reason};

pub fn read_set(reading: &mut Reading<'_>) {
    let mut set = Vec::new();
    for (at, given) in lenient::items(&reading.inputs["inputParameters"]).iter().enumerate() {
        let left = binding::reference(reading, &given["left"]["value"]["content"]);
        let place = set.len();
        let Some(Binding::Ref(variable)) = left else {
            reading.note(Reason::Incomplete, format!("inputParameters[{at}].left"));
            continue;
        };
        let right = if given["right"].is_object() { &given["right"] } else { &given["input"] };
        let wanted = lenient::filled(&given["name"]).unwrap_or_else(|| format!("value_{place}"));
        let input = reading.add(&wanted, right);
        set.push(json!({ "variable": variable, "input": input }));
    }
    reading.param("set", set);
}

pub fn write_set(writing: &mut Writing<'_>) {
    let mut written = Vec::new();
    for (at, one) in lenient::items(writing.param("set")).iter().enumerate() {
        let name = one["input"].as_str().unwrap_or_default();
        let right = writing.block(name);
        let variable = serde_json::from_value::<Ref>(one["variable"].clone()).ok().map(Binding::Ref);
        let mut left = right.clone();
        left["value"] = json!({ "type": "ref", "content": binding::write_reference(writing, variable.as_ref()) });
        let mut made = json!({ "left": left, "right": right });
        if name != format!("value_{at}") {
            made["name"] = name.into();
        }
        written.push(made);
    }
    writing.inputs.insert("inputParameters".into(), written.into());
}

pub fn read_assign(reading: &mut Reading<'_>) {
    let mut set = Vec::new();
    for (at, given) in lenient::items(&reading.inputs["inputParameters"]).iter().enumerate() {
        let left = binding::reference(reading, &given["left"]["value"]["content"]);
        let Some(Binding::Variable(VariableRef { scope, path })) = left else {
            reading.note(Reason::Incomplete, format!("inputParameters[{at}].left"));
            continue;
        };
        let wanted = lenient::filled(&given["name"]).unwrap_or_else(|| format!("value_{at}"));
        let value = if given["input"].is_object() { &given["input"] } else { &given["right"] };
        let input = reading.add(&wanted, value);
        set.push(json!({ "scope": scope, "path": path, "input": input }));
    }
    reading.param("set", set);
}

pub fn write_assign(writing: &mut Writing<'_>) {
    let mut written = Vec::new();
    let mut scopes = Map::new();
    for one in lenient::items(writing.param("set")) {
        let name = one["input"].as_str().unwrap_or_default();
        let input = writing.block(name);
        let scope = serde_json::from_value::<VariableScope>(one["scope"].clone()).unwrap_or(VariableScope::App);
        let path = lenient::items(&one["path"]).iter().filter_map(lenient::text).collect();
        let mut left = input.clone();
        left["value"] =
            json!({ "type": "ref", "content": binding::write_reference(writing, Some(&Binding::Variable(VariableRef { scope, path }))) });
        scopes.insert(name.to_owned(), binding::source(scope).into());
        written.push(json!({ "name": name, "left": left, "input": input }));
    }
    writing.inputs.insert("inputParameters".into(), written.into());
    writing.inputs.insert("variableTypeMap".into(), Value::Object(scopes));
}
