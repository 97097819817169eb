//! Asks, reads the decision, asks again if it is none.
//!
//! A decision is `true` or `false`, an object `{approved, comment}`, or a text: an id or a label of
//! the two options, or the usual words. What is submitted is `{approve, output}`, and `output` is the comment: a text, or an
//! object `{comment}` as JSON.

use flow::node::{Act, Heard, Inputs, Interrupt, InterruptKind, Machine, MachineCx, Output, Turn};
use flow::value::template::Template;
use serde_json::{Map, Value, json};

use super::{APPROVED, REJECTED};
use crate::talk::lost;

/// Words that mean yes.
const YES: &[&str] = &["approve", "approved", "true", "yes", "同意", "通过", "批准"];
/// Words that mean no.
const NO: &[&str] = &["reject", "rejected", "false", "no", "拒绝", "驳回", "不同意"];

/// The question.
pub struct Ask {
    pub(super) message: Template,
    pub(super) approve: Option<String>,
    pub(super) reject: Option<String>,
}

impl Machine for Ask {
    fn begin(&self, _cx: &MachineCx<'_>, inputs: &Inputs) -> Turn {
        self.ask(inputs, None)
    }

    fn next(&self, _cx: &MachineCx<'_>, inputs: &Inputs, _memory: Value, heard: Heard) -> Turn {
        let Heard::Answer(answer) = heard else {
            return Turn::fail(lost());
        };
        let (decision, comment) = match &answer {
            Value::Object(given) => {
                let decision = ["approved", "approve", "decision"].iter().find_map(|name| given.get(*name));
                (decision, self.comment(given))
            }
            other => (Some(other), String::new()),
        };
        let Some(approved) = decision.and_then(|decision| self.decision(decision)) else {
            return self.ask(inputs, Some("the answer is neither a yes nor a no"));
        };
        let mut output = Output::through(if approved { APPROVED } else { REJECTED });
        output.values.insert("approved".to_owned(), approved.into());
        output.values.insert("comment".to_owned(), comment.into());
        Turn::done(output)
    }
}

impl Ask {
    /// What the approver adds. Words that only repeat the decision say nothing.
    fn comment(&self, given: &Map<String, Value>) -> String {
        if let Some(comment) = given.get("comment").and_then(Value::as_str) {
            return comment.to_owned();
        }
        let text = given.get("output").and_then(Value::as_str).unwrap_or_default();
        if let Ok(Value::Object(form)) = serde_json::from_str(text) {
            return form.get("comment").and_then(Value::as_str).unwrap_or_default().to_owned();
        }
        let repeats = self.decision(&Value::from(text)).is_some();
        if repeats { String::new() } else { text.to_owned() }
    }

    fn ask(&self, inputs: &Inputs, error: Option<&str>) -> Turn {
        let message = match self.message.render(inputs) {
            Ok(message) => message,
            Err(error) => return Turn::fail(error),
        };
        let mut data = json!({ "message": message, "options": [option("approve", self.approve.as_deref()), option("reject", self.reject.as_deref())] });
        if let Some(error) = error {
            data["error"] = json!({ "code": "invalid_answer", "message": error });
        }
        Turn { memory: Value::Null, act: Act::Interrupt(Interrupt { kind: InterruptKind::Approval, data }) }
    }

    fn decision(&self, answer: &Value) -> Option<bool> {
        let said = match answer {
            Value::Bool(approved) => return Some(*approved),
            Value::String(text) => text.trim().to_lowercase(),
            _ => return None,
        };
        let is = |label: Option<&String>| label.is_some_and(|label| label.trim().to_lowercase() == said);
        if is(self.approve.as_ref()) || (YES.contains(&said.as_str()) && !is(self.reject.as_ref())) {
            Some(true)
        } else if is(self.reject.as_ref()) || NO.contains(&said.as_str()) {
            Some(false)
        } else {
            None
        }
    }
}

/// An option; without a label its name is for the reader's language to find.
fn option(id: &str, label: Option<&str>) -> Value {
    let mut option = Map::from_iter([("id".to_owned(), Value::from(id))]);
    if let Some(label) = label.filter(|label| !label.trim().is_empty()) {
        option.insert("name".to_owned(), label.into());
    }
    Value::Object(option)
}
