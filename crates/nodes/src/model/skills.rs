//! What the model is offered, and what its calls become.

use std::borrow::Cow;
use std::collections::BTreeSet;

use ::model::{ToolCall, ToolSpec};
use flow::node::{MachineCx, NodeError, ToolTarget};
use flow::value::{Values, measure};
use serde_json::{Value, json};

use super::params::{KnowledgeSkill, Skills};
use crate::ports::knowledge::Query;
use crate::talk;

/// The tool that searches knowledge bases, by its name in the toolbox.
pub const KNOWLEDGE_TOOL: &str = crate::knowledge::TOOL;
/// Bytes of arguments that are read.
const MAX_ARGUMENTS: usize = 1 << 20;

/// One offer.
pub struct Offer {
    /// What it is.
    pub target: ToolTarget,
    /// How the model sees it.
    pub spec: ToolSpec,
    /// What of its results the model is not told.
    pub hidden_outputs: Vec<String>,
    hidden: Vec<String>,
    defaults: Values,
}

/// Everything on offer. Fails with `unknown_tool` where something is gone.
pub fn offers(skills: &Skills, cx: &MachineCx<'_>) -> Result<Vec<Offer>, NodeError> {
    let mut offers = Vec::new();
    for skill in &skills.tools {
        let target = ToolTarget::Tool(skill.tool.clone());
        let gone = || NodeError::lasting("unknown_tool", format!("there is no tool `{}`", skill.tool));
        let spec = cx.offers.offer(&target).ok_or_else(gone)?;
        let hidden_outputs = skill.hidden_outputs.clone();
        offers.push(Offer { hidden_outputs, ..Offer::new(target, spec, &skill.hidden, &skill.defaults) });
    }
    for skill in &skills.workflows {
        let target = ToolTarget::Workflow { workflow: skill.workflow_id.clone(), version: skill.version.clone() };
        let gone = || NodeError::lasting("unknown_tool", format!("there is no workflow `{}` that the model could use", skill.workflow_id));
        let spec = cx.offers.offer(&target).ok_or_else(gone)?;
        let hidden_outputs = skill.hidden_outputs.clone();
        offers.push(Offer { hidden_outputs, ..Offer::new(target, spec, &skill.hidden, &skill.defaults) });
    }
    offers.extend(skills.knowledge.as_ref().filter(|knowledge| knowledge.on_demand).map(search));
    tell_apart(&mut offers);
    Ok(offers)
}

impl Offer {
    fn new(target: ToolTarget, mut spec: ToolSpec, hidden: &[String], defaults: &Values) -> Self {
        if let Some(properties) = spec.parameters.get_mut("properties").and_then(Value::as_object_mut) {
            properties.retain(|name, _| !hidden.contains(name));
        }
        if let Some(required) = spec.parameters.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|name| name.as_str().is_some_and(|name| !hidden.iter().any(|one| one == name) && !defaults.contains_key(name)));
        }
        Self { target, spec, hidden_outputs: Vec::new(), hidden: hidden.to_vec(), defaults: defaults.clone() }
    }

    /// The arguments of a call; or why there are none, as the model is told.
    pub fn arguments(&self, call: &ToolCall) -> Result<Value, NodeError> {
        let refuse = |why: &str| Err(NodeError::lasting("invalid_arguments", format!("the arguments of `{}` {why}", self.spec.name)));
        if call.arguments.len() > MAX_ARGUMENTS {
            return refuse("are too long");
        }
        let mut given = match call.arguments.trim() {
            "" => Values::new(),
            text => match talk::json::read(text).map(|read| read.value) {
                Some(Value::Object(given)) => given,
                Some(Value::Null) => Values::new(),
                _ => return refuse("are no JSON object"),
            },
        };
        if measure(&Value::Object(given.clone())).is_err() {
            return refuse("are nested too deeply");
        }
        given.retain(|name, _| !self.hidden.contains(name));
        for (name, value) in &self.defaults {
            if given.get(name).is_none_or(Value::is_null) {
                given.insert(name.clone(), value.clone());
            }
        }
        Ok(Value::Object(given))
    }
}

/// A result without the outputs that the model is not told.
pub fn told<'a>(result: &'a Value, hidden: &[String]) -> Cow<'a, Value> {
    if hidden.is_empty() {
        return Cow::Borrowed(result);
    }
    let mut told = result.clone();
    for output in hidden {
        let keys: Vec<&str> = output.split('.').filter(|key| *key != "[]").collect();
        take_out(&mut told, &keys);
    }
    Cow::Owned(told)
}

/// Takes out what is at these keys, in each element of the lists on the way.
fn take_out(value: &mut Value, keys: &[&str]) {
    match (value, keys) {
        (Value::Array(items), _) => items.iter_mut().for_each(|item| take_out(item, keys)),
        (Value::Object(map), [last]) => {
            map.shift_remove(*last);
        }
        (Value::Object(map), [first, rest @ ..]) => {
            if let Some(inner) = map.get_mut(*first) {
                take_out(inner, rest);
            }
        }
        _ => {}
    }
}

/// The query of a knowledge skill.
pub fn query(knowledge: &KnowledgeSkill, text: String) -> Query {
    Query {
        knowledge_ids: knowledge.knowledge_ids.clone(),
        text,
        strategy: knowledge.strategy,
        top_k: knowledge.top_k,
        min_score: knowledge.min_score,
        rerank: knowledge.rerank,
        rewrite: knowledge.rewrite,
        nl2sql: knowledge.nl2sql,
        ..Query::default()
    }
}

/// The slices that the knowledge tool gave.
pub fn slices(output: &Value) -> Vec<String> {
    let list = output.get("outputList").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|slice| slice.get("output").and_then(Value::as_str)).map(str::to_owned).collect()
}

fn search(knowledge: &KnowledgeSkill) -> Offer {
    let mut description = "Searches the knowledge base. Use it before answering whatever could be written there.".to_owned();
    if let Some(reply) = &knowledge.no_recall_reply {
        description.push_str(" If it finds nothing, answer exactly this: ");
        description.push_str(reply);
    }
    let spec = ToolSpec {
        name: "search_knowledge".to_owned(),
        description,
        parameters: json!({
            "type": "object",
            "properties": { "query": { "type": "string", "description": "What to look for, complete in itself." } },
            "required": ["query"],
        }),
    };
    // The rest of the query is fixed: an argument that the model adds is replaced.
    let fixed = match serde_json::to_value(query(knowledge, String::new())) {
        Ok(Value::Object(mut fixed)) => {
            fixed.shift_remove("query");
            fixed
        }
        _ => Values::new(),
    };
    let hidden: Vec<String> = fixed.keys().cloned().collect();
    Offer::new(ToolTarget::Tool(KNOWLEDGE_TOOL.to_owned()), spec, &hidden, &fixed)
}

/// Two offers of one name: the later gets a number.
fn tell_apart(offers: &mut [Offer]) {
    const LONGEST: usize = 64;
    let mut taken = BTreeSet::new();
    for offer in offers {
        let name = offer.spec.name.clone();
        let mut number = 2;
        while !taken.insert(offer.spec.name.clone()) {
            let suffix = format!("_{number}");
            let kept: String = name.chars().take(LONGEST - suffix.len()).collect();
            offer.spec.name = kept + &suffix;
            number += 1;
        }
    }
}
