//! Plugin tool (4).

use flow::value::Type;
use serde_json::{Value, json};

use super::{Reading, Writing};
use crate::canvas::report::Reason;
use crate::canvas::{binding, json as lenient};

/// Coze's names of what a tool is known by, and Hearth's.
const IDS: &[(&str, &str)] = &[("pluginID", "plugin_id"), ("apiID", "tool_id"), ("pluginVersion", "version")];

pub fn read(reading: &mut Reading<'_>) {
    reading.author_inputs();
    let given = &reading.inputs["apiParam"];
    let get = |name: &str| lenient::filled(lenient::param(given, name));
    let name = get("apiName").unwrap_or_default();
    reading.note(Reason::Plugin, name.clone());
    reading.param("tool", name);
    let ids: serde_json::Map<String, Value> = IDS.iter().filter_map(|(coze, ours)| Some(((*ours).to_owned(), get(coze)?.into()))).collect();
    if ids.contains_key("plugin_id") && ids.contains_key("tool_id") {
        reading.param("plugin", ids);
    }
}

pub fn write(writing: &mut Writing<'_>) {
    writing.author_inputs();
    let text = |value: &str| binding::literal(&Type::String, value);
    let mut list = vec![json!({ "name": "apiName", "input": text(writing.text("tool")) })];
    for (coze, ours) in IDS {
        if let Some(id) = writing.param("plugin")[*ours].as_str() {
            list.push(json!({ "name": coze, "input": text(id) }));
        }
    }
    writing.inputs.insert("apiParam".into(), list.into());
}
