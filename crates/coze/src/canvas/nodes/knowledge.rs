//! Knowledge: retrieve (6), write (27), delete (60).

use flow::value::Type;
use serde_json::{Map, Value, json};

use super::{Reading, Writing, model};
use crate::canvas::report::Reason;
use crate::canvas::{binding, json as lenient};

/// `strategy` and `search_mode`.
pub const STRATEGIES: &[(i64, &str)] = &[(0, "semantic"), (1, "hybrid"), (20, "full_text")];

/// Coze's names of switches, and Hearth's.
const SWITCHES: &[(&str, &str)] =
    &[("useRerank", "rerank"), ("useRewrite", "rewrite"), ("useNl2sql", "nl2sql"), ("isPersonalOnly", "personal_only")];

fn bases(reading: &mut Reading<'_>) -> Vec<String> {
    let ids: Vec<String> =
        lenient::list(lenient::param(&reading.inputs["datasetParam"], "datasetList")).iter().filter_map(lenient::filled).collect();
    for id in &ids {
        reading.note(Reason::Knowledge, id.clone());
    }
    ids
}

fn base(reading: &mut Reading<'_>) {
    let ids = bases(reading);
    if ids.is_empty() {
        reading.note(Reason::Incomplete, "datasetList");
    }
    reading.param("knowledge_id", ids.into_iter().next().unwrap_or_default());
}

/// The list `datasetParam`, beginning with the knowledge bases.
fn dataset_list(ids: &Value) -> Value {
    let mut block = binding::literal(&Type::List(Box::new(Type::String)), Value::Null);
    block["value"]["content"] = ids.clone();
    json!({ "name": "datasetList", "input": block })
}

pub fn read_retrieve(reading: &mut Reading<'_>) {
    let inputs = reading.inputs;
    reading.author_inputs();
    let ids = bases(reading);
    reading.param("knowledge_ids", ids);
    let get = |name: &str| lenient::param(&inputs["datasetParam"], name);
    let strategy = lenient::int(get("strategy")).and_then(|number| STRATEGIES.iter().find(|(known, _)| *known == number));
    reading.param_if("strategy", strategy.map(|(_, name)| *name));
    reading.param_if("top_k", model::count(get("topK")));
    reading.param_if("min_score", lenient::number(get("minScore")));
    for (coze, ours) in SWITCHES {
        reading.param_if(ours, lenient::flag(get(coze)));
    }
    let history = &inputs["chatHistorySetting"];
    reading.param_if("history", model::read_history(&history["enableChatHistory"], &history["chatHistoryRound"]));
}

pub fn write_retrieve(writing: &mut Writing<'_>) {
    writing.author_inputs();
    let mut list = vec![dataset_list(writing.param("knowledge_ids"))];
    let mut say = |name: &str, ty: Type, value: &Value| {
        if !value.is_null() {
            list.push(json!({ "name": name, "input": binding::literal(&ty, value.clone()) }));
        }
    };
    let strategy = STRATEGIES.iter().find(|(_, name)| writing.text("strategy") == *name);
    say("strategy", Type::Integer, &strategy.map_or(Value::Null, |(number, _)| (*number).into()));
    say("topK", Type::Integer, writing.param("top_k"));
    say("minScore", Type::Number, writing.param("min_score"));
    for (coze, ours) in SWITCHES {
        say(coze, Type::Boolean, writing.param(ours));
    }
    writing.inputs.insert("datasetParam".into(), list.into());
    if let Value::Object(history) = writing.param("history") {
        let setting = json!({ "enableChatHistory": history.get("enabled"), "chatHistoryRound": history.get("rounds") });
        writing.inputs.insert("chatHistorySetting".into(), setting);
    }
}

pub fn read_write(reading: &mut Reading<'_>) {
    reading.author_inputs();
    base(reading);
    let strategy = &reading.inputs["strategyParam"];
    let parsing = &strategy["parsingStrategy"];
    let flag = |key: &str| lenient::flag(&parsing[key]).map(Value::from);
    let mode = |value: &Value, known: &[&str]| value.as_str().filter(|mode| known.contains(mode)).map(Value::from);
    let made = lenient::object([
        ("mode", mode(&parsing["parsingType"], &["fast", "accurate"])),
        ("images", flag("imageExtraction")),
        ("tables", flag("tableExtraction")),
        ("ocr", flag("imageOcr")),
    ]);
    reading.param("parsing", made);
    let chunks = &strategy["chunkStrategy"];
    let made = lenient::object([
        ("mode", mode(&chunks["chunkType"], &["default", "custom"])),
        ("separator", lenient::text(&chunks["separator"]).map(Value::from)),
        ("max_tokens", model::count(&chunks["maxToken"]).map(Value::from)),
        ("overlap", lenient::number(&chunks["overlap"])),
    ]);
    reading.param("chunking", made);
}

pub fn write_write(writing: &mut Writing<'_>) {
    writing.author_inputs();
    let ids = json!([writing.param("knowledge_id")]);
    writing.inputs.insert("datasetParam".into(), json!([dataset_list(&ids)]));
    let pick = |from: &Value, names: &[(&str, &str)]| -> Map<String, Value> {
        names.iter().filter_map(|(coze, ours)| Some(((*coze).to_owned(), from.get(*ours)?.clone()))).collect()
    };
    let parsing = pick(
        writing.param("parsing"),
        &[("parsingType", "mode"), ("imageExtraction", "images"), ("tableExtraction", "tables"), ("imageOcr", "ocr")],
    );
    let chunking = pick(
        writing.param("chunking"),
        &[("chunkType", "mode"), ("separator", "separator"), ("maxToken", "max_tokens"), ("overlap", "overlap")],
    );
    writing.inputs.insert("strategyParam".into(), json!({ "parsingStrategy": parsing, "chunkStrategy": chunking }));
}

pub fn read_delete(reading: &mut Reading<'_>) {
    reading.author_inputs();
    base(reading);
}

pub fn write_delete(writing: &mut Writing<'_>) {
    writing.author_inputs();
    let ids = json!([writing.param("knowledge_id")]);
    writing.inputs.insert("datasetParam".into(), json!([dataset_list(&ids)]));
}
