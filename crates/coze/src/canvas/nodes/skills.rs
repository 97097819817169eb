//! Skills of a model node (`fcParam`): tools, workflows and knowledge that it may use.

use std::collections::HashSet;

use flow::value::{Type, render};
use serde_json::{Map, Value, json};

use super::knowledge::STRATEGIES;
use super::{Reading, Writing, model};
use crate::canvas::report::Reason;
use crate::canvas::{json as lenient, literal};

/// What Coze calls the elements of a list, and Hearth.
const ELEMENT: (&str, &str) = ("[Array Item]", "[]");

pub fn read(reading: &mut Reading<'_>) {
    let given = &reading.inputs["fcParam"];
    let mut skills = Map::new();
    let mut tools = Vec::new();
    for plugin in lenient::items(&given["pluginFCParam"]["pluginList"]) {
        let Some(name) = lenient::filled(&plugin["api_name"]) else {
            reading.note(Reason::Incomplete, "api_name");
            continue;
        };
        reading.note(Reason::Plugin, name.clone());
        let mut tool = arguments(plugin);
        tool.insert("tool".into(), name.into());
        tools.push(Value::Object(tool));
    }
    let mut workflows = Vec::new();
    for workflow in lenient::items(&given["workflowFCParam"]["workflowList"]) {
        let Some(id) = lenient::filled(&workflow["workflow_id"]) else {
            reading.note(Reason::Incomplete, "workflow_id");
            continue;
        };
        reading.note(Reason::Workflow, id.clone());
        let mut callee = arguments(workflow);
        callee.insert("workflow_id".into(), id.into());
        if let Some(version) = lenient::filled(&workflow["workflow_version"]) {
            callee.insert("version".into(), version.into());
        }
        workflows.push(Value::Object(callee));
    }
    for (key, found) in [("tools", tools), ("workflows", workflows)] {
        if !found.is_empty() {
            skills.insert(key.into(), found.into());
        }
    }
    if let Some(knowledge) = knowledge(reading, &given["knowledgeFCParam"]) {
        skills.insert("knowledge".into(), knowledge);
    }
    if !skills.is_empty() {
        reading.param("skills", skills);
    }
}

/// Arguments that the model is not shown, those it need not give, and outputs that it is not told.
fn arguments(skill: &Value) -> Map<String, Value> {
    let mut hidden = Vec::new();
    let mut defaults = Map::new();
    for param in lenient::items(&skill["fc_setting"]["request_params"]) {
        let Some(name) = lenient::filled(&param["name"]) else { continue };
        if let Some(default) = lenient::filled(&param["local_default"]) {
            let ty = match lenient::int(&param["type"]) {
                Some(2) => Type::Integer,
                Some(3) => Type::Number,
                Some(4) => Type::Object(Vec::new()),
                Some(5) => Type::List(Box::new(Type::Any)),
                Some(6) => Type::Boolean,
                _ => Type::String,
            };
            let text = Value::String(default);
            defaults.insert(name.clone(), literal::read(&text, &ty).map_or(text, |(value, _)| value));
        }
        if lenient::flag(&param["local_disable"]) == Some(true) {
            hidden.push(Value::String(name));
        }
    }
    let mut made = Map::new();
    if !hidden.is_empty() {
        made.insert("hidden".into(), hidden.into());
    }
    if !defaults.is_empty() {
        made.insert("defaults".into(), defaults.into());
    }
    let mut outputs = Vec::new();
    disabled(&skill["fc_setting"]["response_params"], "", &mut HashSet::new(), &mut outputs);
    if !outputs.is_empty() {
        made.insert("hidden_outputs".into(), outputs.into());
    }
    made
}

/// Paths of the outputs that are switched off, each once; `before` is where they lie.
fn disabled(params: &Value, before: &str, seen: &mut HashSet<String>, found: &mut Vec<Value>) {
    for param in lenient::items(params) {
        let Some(name) = lenient::filled(&param["name"]).filter(|name| !name.contains('.')) else { continue };
        let name = if name == ELEMENT.0 { ELEMENT.1 } else { name.as_str() };
        let path = if before.is_empty() { name.to_owned() } else { format!("{before}.{name}") };
        if !is_path(&path) {
            continue;
        }
        if lenient::flag(&param["local_disable"]) != Some(true) {
            disabled(&param["sub_parameters"], &path, seen, found);
        } else if seen.insert(path.clone()) {
            found.push(path.into());
        }
    }
}

fn knowledge(reading: &mut Reading<'_>, given: &Value) -> Option<Value> {
    let ids: Vec<String> = lenient::items(&given["knowledgeList"]).iter().filter_map(|one| lenient::filled(&one["id"])).collect();
    if ids.is_empty() {
        return None;
    }
    for id in &ids {
        reading.note(Reason::Knowledge, id.clone());
    }
    let setting = &given["global_setting"];
    let flag = |key: &str| lenient::flag(&setting[key]).map(Value::from);
    let strategy = lenient::int(&setting["search_mode"]).and_then(|mode| STRATEGIES.iter().find(|(number, _)| *number == mode));
    let reply =
        lenient::filled(&setting["no_recall_reply_customize_prompt"]).filter(|_| lenient::int(&setting["no_recall_reply_mode"]) == Some(1));
    let made = lenient::object([
        ("knowledge_ids", Some(ids.into())),
        ("strategy", strategy.map(|(_, name)| (*name).into())),
        ("top_k", model::count(&setting["top_k"]).map(Value::from)),
        ("min_score", lenient::number(&setting["min_score"])),
        ("rerank", flag("use_rerank")),
        ("rewrite", flag("use_rewrite")),
        ("nl2sql", flag("use_nl2_sql")),
        ("no_recall_reply", reply.map(Value::from)),
    ]);
    Some(made.into())
}

pub fn write(writing: &mut Writing<'_>) {
    let skills = writing.param("skills");
    let mut made = Map::new();
    let tools: Vec<Value> =
        lenient::items(&skills["tools"]).iter().map(|tool| with_arguments(tool, json!({ "api_name": tool["tool"] }))).collect();
    if !tools.is_empty() {
        made.insert("pluginFCParam".into(), json!({ "pluginList": tools }));
    }
    let workflows: Vec<Value> = lenient::items(&skills["workflows"])
        .iter()
        .map(|callee| {
            let mut one = json!({ "workflow_id": callee["workflow_id"] });
            if let Some(version) = lenient::filled(&callee["version"]) {
                one["workflow_version"] = version.into();
            }
            with_arguments(callee, one)
        })
        .collect();
    if !workflows.is_empty() {
        made.insert("workflowFCParam".into(), json!({ "workflowList": workflows }));
    }
    let knowledge = &skills["knowledge"];
    let ids: Vec<Value> = lenient::items(&knowledge["knowledge_ids"]).iter().map(|id| json!({ "id": id })).collect();
    if !ids.is_empty() {
        let get = |key: &str| Some(knowledge[key].clone()).filter(|value| !value.is_null());
        let strategy = STRATEGIES.iter().find(|(_, name)| knowledge["strategy"].as_str() == Some(*name));
        let setting = lenient::object([
            ("search_mode", strategy.map(|(number, _)| (*number).into())),
            ("top_k", get("top_k")),
            ("min_score", get("min_score")),
            ("use_rerank", get("rerank")),
            ("use_rewrite", get("rewrite")),
            ("use_nl2_sql", get("nl2sql")),
            ("no_recall_reply_mode", get("no_recall_reply").map(|_| 1.into())),
            ("no_recall_reply_customize_prompt", get("no_recall_reply")),
        ]);
        made.insert("knowledgeFCParam".into(), json!({ "knowledgeList": ids, "global_setting": setting }));
    }
    if !made.is_empty() {
        writing.inputs.insert("fcParam".into(), made.into());
    }
}

fn with_arguments(skill: &Value, mut made: Value) -> Value {
    let hidden: Vec<&str> = lenient::items(&skill["hidden"]).iter().filter_map(Value::as_str).collect();
    let unseen: HashSet<&str> = hidden.iter().copied().collect();
    let defaults = skill["defaults"].as_object();
    let shown = defaults.into_iter().flatten().map(|(name, _)| name.as_str()).filter(|name| !unseen.contains(name));
    let names = hidden.iter().copied().chain(shown);
    let params: Vec<Value> = names
        .map(|name| {
            let mut param = json!({ "name": name, "local_disable": unseen.contains(name) });
            if let Some(default) = defaults.and_then(|defaults| defaults.get(name)) {
                param["local_default"] = render::text(default).into();
            }
            param
        })
        .collect();
    let mut outputs = Vec::new();
    for path in lenient::items(&skill["hidden_outputs"]).iter().filter_map(Value::as_str).filter(|path| is_path(path)) {
        disable(path, &mut outputs);
    }
    let filled = |params: Vec<Value>| (!params.is_empty()).then(|| Value::from(params));
    let setting = lenient::object([("request_params", filled(params)), ("response_params", filled(outputs))]);
    if !setting.is_empty() {
        made["fc_setting"] = setting.into();
    }
    made
}

/// Whether both products can say it; longer and deeper ones are nobody's outputs.
fn is_path(path: &str) -> bool {
    path.len() <= 1000 && path.split('.').count() <= 20 && path.split('.').all(|key| !key.is_empty())
}

/// Adds an output that is switched off. Paths that follow each other share what they lie in.
fn disable(path: &str, params: &mut Vec<Value>) {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let name = if first == ELEMENT.1 { ELEMENT.0 } else { first };
    let Some(rest) = rest else {
        params.push(json!({ "name": name, "local_disable": true }));
        return;
    };
    if params.last().is_none_or(|last| last["name"] != name || last["local_disable"] == true) {
        params.push(json!({ "name": name, "local_disable": false, "sub_parameters": [] }));
    }
    if let Some(Value::Array(inside)) = params.last_mut().and_then(|last| last.get_mut("sub_parameters")) {
        disable(rest, inside);
    }
}
