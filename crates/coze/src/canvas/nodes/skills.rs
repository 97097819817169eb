//! Skills of a model node (`fcParam`): tools, workflows and knowledge that it may use.

use std::collections::HashSet;

use flow::value::{Type, render};
use serde_json::{Map, Value, json};

use super::knowledge::STRATEGIES;
use super::{Reading, Writing, model};
use crate::canvas::report::Reason;
use crate::canvas::{json as lenient, literal};

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

/// Arguments that the model is not shown, and those it need not give.
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
    made
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
    if !params.is_empty() {
        made["fc_setting"] = json!({ "request_params": params });
    }
    made
}
