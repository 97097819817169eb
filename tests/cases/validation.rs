//! Findings of Hearth beside the errors of Coze.
//!
//! Hearth has words and codes of its own and tells everything at once; Coze tells the first group of
//! errors that is not empty. So an expected error is looked for by what it says, not by its words.

use serde_json::{Value, json};

use crate::case::Case;
use crate::compare::shown;
use crate::world::World;

/// What an error of Coze is about.
struct Meaning {
    /// Codes of Hearth's findings that say it.
    codes: &'static [&'static str],
    /// The node they are said of, when the message names one.
    node: Option<String>,
    /// What the finding must name.
    names: Option<String>,
}

/// What an error of Coze says of the node it is attached to; `None`: the runner does not know it.
fn meaning(message: &str, node: Option<&str>) -> Option<Meaning> {
    let node = node.map(str::to_owned);
    let plain = |codes: &'static [&'static str]| Some(Meaning { codes, node: node.clone(), names: None });
    if message.starts_with("line connections do not allow parallel lines") {
        return Some(Meaning { codes: &["cycle"], node: None, names: None });
    }
    if let Some((_, rest)) = message.split_once("'s port \"") {
        let port = rest.split('"').next().unwrap_or_default();
        let port = if port == "default" { "else" } else { port };
        return Some(Meaning { codes: &["port_not_connected"], node, names: Some(port.to_owned()) });
    }
    if message.starts_with("node \"") && message.ends_with("not connected") {
        return plain(&["not_connected", "unreachable"]);
    }
    if let Some(rest) = message.strip_prefix("the node id \"") {
        // The error is attached to the node that refers, whichever of the two ids the message names first.
        let ids: Vec<&str> = rest.split('"').step_by(2).collect();
        let other = ids.into_iter().find(|id| Some(*id) != node.as_deref()).map(str::to_owned);
        return Some(Meaning { codes: &["missing_reference", "reference_scope"], node, names: other });
    }
    if message.starts_with("ref block error") {
        return plain(&["empty_reference"]);
    }
    if let Some(rest) = message.strip_prefix("parameter name only allows") {
        let name = rest.rsplit('"').nth(1).map(str::to_owned);
        return Some(Meaning { codes: &["bad_name"], node, names: name });
    }
    if message.contains("type mismatch") {
        return plain(&["type_mismatch"]);
    }
    if message.starts_with("sub workflow has been modified") {
        return plain(&["callee_changed"]);
    }
    None
}

/// What was wrong.
pub async fn check(world: &World, case: &Case) -> Vec<String> {
    let path = format!("/api/v1/workflows/{}/validate", world.workflow);
    let answer = world.owner.browser.post(&path, json!({})).await;
    let findings = answer.json["findings"].as_array().cloned().unwrap_or_default();
    let draft = world.owner.browser.get(&format!("/api/v1/workflows/{}/draft", world.workflow)).await.ok();
    let judge = Judge { findings, document: draft["document"].clone() };
    let mut wrong = Vec::new();
    let messages: Vec<&str> =
        case.expect.get("messages_include").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    for (key, expected) in &case.expect {
        match key.as_str() {
            // One document was asked about.
            "data_count" if *expected == 1 => {}
            "errors[0]" => wrong.extend(judge.paths(expected)),
            "errors[0]_by_node" => {
                for (node, said) in expected.as_object().into_iter().flatten() {
                    let equals = said["equals"].as_str().into_iter();
                    let contains = said["contains"].as_array().into_iter().flatten().filter_map(Value::as_str);
                    for message in equals.chain(contains) {
                        wrong.extend(judge.says(message, Some(node)));
                    }
                }
            }
            "messages_include" => wrong.extend(messages.iter().flat_map(|message| judge.says(message, None))),
            "errors[0]_count" if !messages.is_empty() => {
                let codes: Vec<&str> =
                    messages.iter().filter_map(|message| meaning(message, None)).flat_map(|m| m.codes.to_vec()).collect();
                let count = judge.findings.iter().filter(|finding| codes.contains(&finding["code"].as_str().unwrap_or_default())).count();
                if *expected != count {
                    wrong.push(format!("{key}: expected {expected} of {codes:?}, got {count}"));
                }
            }
            other => wrong.push(format!("the runner does not understand `expect.{other}` = {expected}")),
        }
    }
    if !wrong.is_empty() {
        wrong.extend(judge.findings.iter().map(|f| format!("finding: {} {} {} {}", f["code"], f["node"], f["path"], f["message"]["en"])));
    }
    wrong
}

struct Judge {
    findings: Vec<Value>,
    document: Value,
}

impl Judge {
    fn says(&self, message: &str, node: Option<&str>) -> Vec<String> {
        let Some(meaning) = meaning(message, node) else { return vec![format!("the runner does not know the message: {message}")] };
        let fits = |finding: &&Value| {
            // Titles stand in messages; what the finding is about is at its path.
            let place = self.document["nodes"][shown(&finding["node"])].pointer(&shown(&finding["path"]));
            let said = format!("{} {} {}", finding["message"]["en"], finding["path"], place.unwrap_or(&Value::Null));
            meaning.codes.contains(&finding["code"].as_str().unwrap_or_default())
                && meaning.node.as_ref().is_none_or(|node| finding["node"] == node.as_str())
                && meaning.names.as_ref().is_none_or(|name| said.contains(name.as_str()))
        };
        if self.findings.iter().any(|finding| fits(&finding)) {
            Vec::new()
        } else {
            vec![format!("nothing says: {message} (node {node:?})")]
        }
    }

    /// Every edge on a circle is one of the expected ones. Coze names an edge from where it leads to.
    fn paths(&self, expected: &Value) -> Vec<String> {
        let mut wrong = Vec::new();
        for (key, expected) in expected.as_object().into_iter().flatten() {
            match key.as_str() {
                "message" => wrong.extend(self.says(&shown(expected), None)),
                "every_path_error_in" => {
                    for finding in self.findings.iter().filter(|finding| finding["code"] == "cycle") {
                        let at = shown(&finding["path"]);
                        let edge = at
                            .strip_prefix("/edges/")
                            .and_then(|at| self.document["edges"].get(at.parse::<usize>().ok()?))
                            .cloned()
                            .unwrap_or_default();
                        if expected[shown(&edge["to"]).as_str()] != edge["from"] {
                            wrong.push(format!("the edge {edge} is in no expected circle"));
                        }
                    }
                }
                other => wrong.push(format!("the runner does not understand `expect.errors[0].{other}`")),
            }
        }
        wrong
    }
}
