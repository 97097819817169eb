//! The forms canvases come in, brought to one.
//!
//! Coze Studio stores `{nodes, edges, versions}`. The hosted product and its editor wrap the same: an answer of the
//! API (`{data: {workflow: {schema_json: "…"}}}`), an export (`{schema: "…"}`), the clipboard (`{json: {nodes, edges}}`,
//! nodes with `_temp`). Keys may be in snake case, ids and types numbers, empty lists `null`.

use std::collections::HashMap;
use std::sync::LazyLock;

use flow::value::measure;
use serde_json::{Map, Value};

use super::{ImportError, MAX_BYTES, MAX_DEPTH, json};

/// Keys that may hold the canvas inside a wrapper.
const WRAPPERS: &[&str] = &["schema", "schema_json", "schemaJson", "json", "canvas", "workflow", "data"];

/// Wrappers inside wrappers.
const MAX_WRAPPERS: usize = 8;

/// Keys of the canvas that Coze Studio writes with capitals (or, the last ones, without).
const KEYS: &[&str] = &[
    "sourceNodeID",
    "targetNodeID",
    "sourcePortID",
    "targetPortID",
    "nodeMeta",
    "mainColor",
    "subTitle",
    "inputParameters",
    "blockID",
    "rawMeta",
    "assistType",
    "defaultValue",
    "readonly",
    "terminatePlan",
    "streamingOutput",
    "settingOnError",
    "processType",
    "dataOnErr",
    "retryTimes",
    "timeoutMs",
    "backupLLMParam",
    "llmParam",
    "apiParam",
    "datasetParam",
    "fcParam",
    "fcParamVar",
    "variableParameters",
    "loopType",
    "loopCount",
    "batchSize",
    "concurrentSize",
    "batchEnable",
    "inputLists",
    "mergeGroups",
    "variableTypeMap",
    "concatParams",
    "splitParams",
    "outputSchema",
    "workflowId",
    "workflowVersion",
    "databaseInfoList",
    "databaseInfoID",
    "selectParam",
    "insertParam",
    "updateParam",
    "deleteParam",
    "conditionList",
    "fieldInfo",
    "fieldList",
    "orderByList",
    "fieldID",
    "isDistinct",
    "isAsc",
    "apiInfo",
    "authOpen",
    "authType",
    "authData",
    "bearerTokenData",
    "customData",
    "addTo",
    "bodyType",
    "bodyData",
    "formData",
    "formURLEncoded",
    "rawText",
    "fileURL",
    "strategyParam",
    "parsingStrategy",
    "chunkStrategy",
    "indexStrategy",
    "chatHistorySetting",
    "enableChatHistory",
    "chatHistoryRound",
    "schemaType",
    "answer_type",
    "option_type",
    "dynamic_option",
    "extra_output",
];

/// Keys whose values are somebody's data, not parts of the canvas.
const DATA: &[&str] = &["defaultValue", "fcParam", "fcParamVar", "meta", "rawMeta", "variableTypeMap"];

/// The canvas inside whatever this is, with Coze Studio's keys, and the mode that a wrapper names.
pub fn unwrap(given: &Value) -> Result<(Map<String, Value>, Option<i64>), ImportError> {
    let mut value = limited(given)?.clone();
    let mut mode = None;
    for _ in 0..MAX_WRAPPERS {
        value = match value {
            Value::String(text) => {
                let inner = serde_json::from_str(&text).map_err(|_| ImportError::NotACanvas("the text in it is not JSON".into()))?;
                limited(&inner)?;
                inner
            }
            Value::Object(mut map) => {
                mode = mode.or_else(|| map.get("flow_mode").or_else(|| map.get("flowMode")).and_then(json::int));
                if map.get("nodes").is_some_and(Value::is_array) {
                    map.remove("flow_mode");
                    map.remove("flowMode");
                    let mut canvas = Value::Object(map);
                    canonical(&mut canvas);
                    let Value::Object(canvas) = canvas else { return Err(nothing()) };
                    return Ok((canvas, mode));
                }
                let key = WRAPPERS.iter().find(|key| map.get(**key).is_some_and(|inner| inner.is_object() || inner.is_string()));
                key.and_then(|key| map.remove(*key)).ok_or_else(nothing)?
            }
            _ => return Err(nothing()),
        };
    }
    Err(nothing())
}

fn nothing() -> ImportError {
    ImportError::NotACanvas("there is no list of nodes in it".into())
}

fn limited(value: &Value) -> Result<&Value, ImportError> {
    let size = measure(value).map_err(|_| ImportError::TooLarge)?;
    if size.depth > MAX_DEPTH || size.bytes > MAX_BYTES { Err(ImportError::TooLarge) } else { Ok(value) }
}

/// Gives keys the spelling of Coze Studio; literals and other data stay as they are.
fn canonical(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(canonical),
        Value::Object(map) => {
            let odd: Vec<(String, &str)> = map.keys().filter_map(|key| Some((key.clone(), spelling(key)?))).collect();
            for (key, proper) in odd {
                if !map.contains_key(proper)
                    && let Some(inner) = map.remove(&key)
                {
                    map.insert(proper.to_owned(), inner);
                }
            }
            let literal = map.get("type").and_then(Value::as_str) == Some("literal");
            for (key, inner) in map.iter_mut() {
                let data = DATA.contains(&key.as_str()) || literal && key == "content";
                if !data {
                    canonical(inner);
                }
            }
        }
        _ => {}
    }
}

/// How Coze Studio writes this key, when it is written otherwise here.
fn spelling(key: &str) -> Option<&'static str> {
    static SPELLINGS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| KEYS.iter().map(|key| (plain(key), *key)).collect());
    // None of them is longer, underscores included.
    if key.len() > 32 {
        return None;
    }
    SPELLINGS.get(&plain(key)).copied().filter(|proper| *proper != key)
}

fn plain(key: &str) -> String {
    key.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect()
}

/// What a node of the clipboard carries beside its data, when the data itself lacks it.
pub fn adopt_external(node: &mut Map<String, Value>) {
    let Some(Value::Object(temporary)) = node.remove("_temp") else { return };
    let Some(Value::Object(external)) = temporary.get("externalData") else { return };
    let data = node.entry("data").or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(data) = data
        && !data.contains_key("nodeMeta")
    {
        let kept = ["title", "description", "icon", "mainColor", "subTitle"];
        let meta = kept.into_iter().filter_map(|key| Some((key.to_owned(), external.get(key)?.clone()))).collect();
        data.insert("nodeMeta".into(), Value::Object(meta));
    }
}
