//! What follows an error (`settingOnError`), and one run for each element (`batch`).

use flow::value::{Field, Type, Values};
use flow::workflow::{NodeBatch, OnError};
use serde_json::{Map, Value, json};

use super::binding;
use super::json as lenient;
use super::nodes::{Reading, Writing, model};
use super::report::Reason;
use super::types;

/// What a node gives beside its own outputs when an error does not end the run.
const ERROR_BODY: &str = "errorBody";
const IS_SUCCESS: &str = "isSuccess";
/// What a node with a batch gives.
const OUTPUT_LIST: &str = "outputList";

/// Reads `settingOnError`, `batch` and the declared outputs.
pub fn read(reading: &mut Reading<'_>) {
    let setting = &reading.inputs["settingOnError"];
    let process = lenient::int(&setting["processType"]);
    let switch = lenient::flag(&setting["switch"]).unwrap_or(matches!(process, Some(2 | 3)));
    let text = lenient::filled(&setting["dataOnErr"]);
    let on_error = match process {
        _ if !switch => OnError::Fail,
        Some(2) => OnError::Default,
        Some(3) => OnError::Branch,
        None if text.is_some() => OnError::Default,
        _ => OnError::Fail,
    };
    outputs(reading, on_error);
    let policy = &mut reading.node.policy;
    policy.on_error = on_error;
    policy.timeout_ms = lenient::int(&setting["timeoutMs"]).and_then(|ms| u64::try_from(ms).ok()).filter(|ms| *ms > 0);
    policy.retries = lenient::int(&setting["retryTimes"]).and_then(|times| u32::try_from(times).ok()).unwrap_or(0);
    if on_error != OnError::Fail {
        match text.as_deref().map(serde_json::from_str) {
            None => {}
            Some(Ok(Value::Object(values))) => policy.default = values,
            Some(_) => {
                policy.default = stand_in(&reading.node.outputs, &text.unwrap_or_default());
                reading.note(Reason::DefaultNotObject, "dataOnErr");
            }
        }
    }
    let backup = &setting["ext"]["backupLLMParam"];
    if let Some(params) = backup_params(backup) {
        reading.node.policy.backup = Some(params);
        reading.keep("backup", backup.clone());
    }
    batch(reading);
}

/// Declared outputs; those that Coze adds for errors are given by the engine.
fn outputs(reading: &mut Reading<'_>, on_error: OnError) {
    let declared = lenient::items(&reading.data["outputs"]);
    let own = declared.iter().filter(|output| {
        let added = match output["name"].as_str() {
            Some(ERROR_BODY) => true,
            Some(IS_SUCCESS) => lenient::flag(&output["readonly"]) == Some(true),
            _ => false,
        };
        on_error == OnError::Fail || !added
    });
    reading.node.outputs = types::fields(&own.cloned().collect());
}

/// Outputs in place of a text that is no JSON object.
fn stand_in(outputs: &[Field], text: &str) -> Values {
    let value = |field: &Field| if field.ty == Type::String { text.into() } else { field.ty.zero() };
    outputs.iter().map(|field| (field.name.clone(), value(field))).collect()
}

fn backup_params(backup: &Value) -> Option<Values> {
    let parsed = match backup {
        Value::String(text) => serde_json::from_str(text).ok()?,
        other => other.clone(),
    };
    Some(model::read(|name| parsed.get(name).unwrap_or(&Value::Null).clone())).filter(|params| parsed.is_object() && !params.is_empty())
}

fn batch(reading: &mut Reading<'_>) {
    let batch = &reading.inputs["batch"];
    if lenient::flag(&batch["batchEnable"]) != Some(true) {
        return;
    }
    let count = |value: &Value| lenient::int(lenient::content(value)).and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
    let (size, concurrency) = (count(&batch["batchSize"]), count(&batch["concurrentSize"]));
    let lists = reading.params_of(&batch["inputLists"]);
    reading.node.batch = Some(NodeBatch { lists, size, concurrency });
    let all = reading.node.outputs.iter().find_map(|output| match &output.ty {
        Type::List(of) if output.name == OUTPUT_LIST => match of.as_ref() {
            Type::Object(fields) => Some(fields.clone()),
            _ => None,
        },
        _ => None,
    });
    if let Some(fields) = all {
        reading.node.outputs = fields;
    }
}

/// Writes all of it.
pub fn write(writing: &mut Writing<'_>) {
    let node = writing.node;
    let mut outputs: Vec<Value> = match &node.batch {
        Some(_) => {
            let all = Type::List(Box::new(Type::Object(node.outputs.clone())));
            vec![types::write_field(&Field::new(OUTPUT_LIST, all))]
        }
        None => node.outputs.iter().map(types::write_field).collect(),
    };
    let policy = &node.policy;
    if policy.on_error != OnError::Fail {
        let text = |name: &str| json!({ "name": name, "type": "string", "readonly": true });
        outputs
            .push(json!({ "name": ERROR_BODY, "type": "object", "schema": [text("errorMessage"), text("errorCode")], "readonly": true }));
        if !node.outputs.iter().any(|output| output.name == IS_SUCCESS) {
            outputs.push(json!({ "name": IS_SUCCESS, "type": "boolean", "readonly": true }));
        }
    }
    if !outputs.is_empty() && !writing.data.contains_key("outputs") {
        writing.data.insert("outputs".into(), outputs.into());
    }
    if policy.backoff_ms > 0 {
        writing.note(Reason::NoCozeForm, "policy.backoff_ms");
    }
    if policy.max_output_bytes.is_some() {
        writing.note(Reason::NoCozeForm, "policy.max_output_bytes");
    }
    if !policy.is_default() {
        let process = match policy.on_error {
            OnError::Fail => 1,
            OnError::Default => 2,
            OnError::Branch => 3,
        };
        let mut setting = json!({ "switch": policy.on_error != OnError::Fail, "processType": process, "retryTimes": policy.retries });
        if let Some(ms) = policy.timeout_ms {
            setting["timeoutMs"] = ms.into();
        }
        if policy.on_error != OnError::Fail {
            setting["dataOnErr"] = Value::Object(policy.default.clone()).to_string().into();
        }
        if let Some(params) = &policy.backup {
            let kept = writing.kept("backup").filter(|kept| backup_params(kept).as_ref() == Some(params));
            let simple = || Value::String(Value::Object(model::write(params)).to_string());
            setting["ext"] = json!({ "backupLLMParam": kept.cloned().unwrap_or_else(simple) });
        }
        writing.inputs.insert("settingOnError".into(), setting);
    }
    if let Some(batch) = &node.batch {
        let lists: Vec<Value> =
            batch.lists.iter().map(|list| json!({ "name": list.name, "input": binding::write(writing, list) })).collect();
        let made: Map<String, Value> = lenient::object([
            ("batchEnable", Some(true.into())),
            ("batchSize", Some(batch.size.into())),
            ("concurrentSize", Some(batch.concurrency.into())),
            ("inputLists", Some(lists.into())),
        ]);
        writing.inputs.insert("batch".into(), made.into());
    }
}
