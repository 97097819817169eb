//! Asks, reads the answer, asks again if it cannot be read.
//!
//! An answer is a JSON object (or its text), or lines of `name: value`; what stands between two known
//! names belongs to the first. With a single field the whole text may be its value. Values are
//! brought to their types leniently: what does not fit becomes nothing, with a warning (Coze's rule).

use flow::node::{Act, Heard, Inputs, Interrupt, InterruptKind, Machine, MachineCx, NodeError, Output, Turn};
use flow::value::convert::{self, Strictness};
use flow::value::{Field, Values};
use serde_json::{Value, json};

use crate::talk::lost;

/// The form.
pub struct Ask {
    pub(super) fields: Vec<Field>,
}

impl Machine for Ask {
    fn begin(&self, _cx: &MachineCx<'_>, _inputs: &Inputs) -> Turn {
        self.ask(None)
    }

    fn next(&self, _cx: &MachineCx<'_>, _inputs: &Inputs, _memory: Value, heard: Heard) -> Turn {
        let Heard::Answer(answer) = heard else {
            return Turn::fail(lost());
        };
        let given = match answer {
            Value::Object(given) => Some(given),
            Value::String(text) => self.read(&text),
            _ => None,
        };
        let Some(mut given) = given else {
            let error = NodeError::lasting("invalid_answer", "the answer is neither a JSON object nor lines of `name: value`");
            return self.ask(Some(&error));
        };
        given.retain(|name, _| self.is_field(name));
        match convert::start(given, &self.fields, Strictness::Lenient) {
            Ok(read) => Turn::done(Output { warnings: read.warnings, ..Output::of(read.value) }),
            Err(error) => self.ask(Some(&error)),
        }
    }
}

impl Ask {
    /// Asks; after an answer that could not be taken, with the reason.
    fn ask(&self, error: Option<&NodeError>) -> Turn {
        let mut data = json!({ "fields": self.fields });
        if let Some(error) = error {
            data["error"] = json!({ "code": error.code, "message": error.message });
        }
        Turn { memory: Value::Null, act: Act::Interrupt(Interrupt { kind: InterruptKind::Input, data }) }
    }

    fn is_field(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name == name)
    }

    fn read(&self, text: &str) -> Option<Values> {
        if let Ok(Value::Object(given)) = serde_json::from_str(text) {
            return Some(given);
        }
        let given = self.lines(text);
        if !given.is_empty() || (text.trim().is_empty() && self.fields.iter().all(|field| !field.required)) {
            return Some(given);
        }
        match self.fields.as_slice() {
            [only] if !text.trim().is_empty() => Some(Values::from_iter([(only.name.clone(), Value::from(text.trim()))])),
            _ => None,
        }
    }

    fn lines(&self, text: &str) -> Values {
        let mut given: Vec<(&str, String)> = Vec::new();
        for line in text.lines() {
            match line.split_once([':', '：']).filter(|(name, _)| self.is_field(name.trim())) {
                Some((name, value)) => given.push((name.trim(), value.trim().to_owned())),
                None => {
                    if let Some((_, value)) = given.last_mut() {
                        value.push('\n');
                        value.push_str(line);
                    }
                }
            }
        }
        given.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value.trim_end()))).collect()
    }
}
