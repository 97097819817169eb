//! Question, answer, and on request the model in between.

use flow::node::{Act, Heard, Inputs, Interrupt, InterruptKind, Machine, MachineCx, NodeError, Output, Turn};
use flow::value::Field;
use flow::value::template::{Template, render_value};
use flow::workflow::OUT;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::extract::{self, Found};
use super::{ELSE, RESPONSE, options};
use crate::talk::{Talk, lost, recall, remember};

/// The question.
pub struct Ask {
    pub(super) question: Template,
    pub(super) reply: Reply,
}

/// How it is answered.
pub enum Reply {
    /// In words.
    Text,
    /// In words, out of which a model takes these fields, after so many answers at most.
    Extract { fields: Vec<Field>, rounds: u32, talk: Box<Talk> },
    /// One of these.
    Static(Vec<String>),
    /// One of the list in this input.
    Dynamic(String),
}

/// What was said so far.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Memory {
    rounds: Vec<Round>,
    /// The question that waits for its answer.
    #[serde(default)]
    question: String,
}

/// A question and its answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct Round {
    pub question: String,
    pub answer: String,
}

impl Machine for Ask {
    fn begin(&self, _cx: &MachineCx<'_>, inputs: &Inputs) -> Turn {
        match self.question.render(inputs) {
            Ok(question) => self.interrupt(inputs, &Memory { question, ..Memory::default() }),
            Err(error) => Turn::fail(error),
        }
    }

    fn next(&self, cx: &MachineCx<'_>, inputs: &Inputs, memory: Value, heard: Heard) -> Turn {
        let memory: Memory = match recall(memory) {
            Ok(memory) => memory,
            Err(error) => return Turn::fail(error),
        };
        let turn = match heard {
            Heard::Answer(answer) => self.answered(cx, inputs, memory, &answer),
            Heard::Model(Ok(response)) => self.read(inputs, memory, &response.text),
            Heard::Model(Err(error)) => Err(error),
            Heard::Tools(_) => Err(lost()),
        };
        turn.unwrap_or_else(Turn::fail)
    }
}

impl Ask {
    fn interrupt(&self, inputs: &Inputs, memory: &Memory) -> Turn {
        let options = match self.options(inputs) {
            Ok(options) => options,
            Err(error) => return Turn::fail(error),
        };
        let data = json!({
            "question": memory.question,
            "options": options::shown(&options),
            "messages": extract::said(&memory.rounds, &memory.question),
        });
        remember(memory, Act::Interrupt(Interrupt { kind: InterruptKind::Question, data }))
    }

    fn options(&self, inputs: &Inputs) -> Result<Vec<String>, NodeError> {
        match &self.reply {
            Reply::Static(options) => Ok(options.clone()),
            Reply::Dynamic(name) => options::dynamic(inputs, name),
            Reply::Text | Reply::Extract { .. } => Ok(Vec::new()),
        }
    }

    fn answered(&self, cx: &MachineCx<'_>, inputs: &Inputs, mut memory: Memory, answer: &Value) -> Result<Turn, NodeError> {
        let text = words(answer);
        match &self.reply {
            Reply::Text => Ok(Turn::done(Output::one(RESPONSE, text))),
            Reply::Extract { fields, talk, .. } => {
                memory.rounds.push(Round { question: std::mem::take(&mut memory.question), answer: text });
                let ask = extract::ask(talk, cx, inputs, fields, &memory.rounds)?;
                Ok(remember(&memory, Act::Model(Box::new(ask))))
            }
            Reply::Static(_) | Reply::Dynamic(_) => Ok(Turn::done(self.choose(&self.options(inputs)?, &text))),
        }
    }

    fn choose(&self, options: &[String], answer: &str) -> Output {
        let chosen = options::chosen(options, answer);
        let port = match (chosen, &self.reply) {
            (None, _) => ELSE.to_owned(),
            (Some(_), Reply::Dynamic(_)) => "branch_0".to_owned(),
            (Some(at), _) => format!("branch_{at}"),
        };
        let content = chosen.and_then(|at| options.get(at)).map_or(answer, String::as_str);
        let mut output = Output::through(port);
        output.values.insert("optionId".to_owned(), chosen.map_or("other", options::id).into());
        output.values.insert("optionContent".to_owned(), content.into());
        output
    }

    fn read(&self, inputs: &Inputs, mut memory: Memory, text: &str) -> Result<Turn, NodeError> {
        let (Reply::Extract { fields, rounds, .. }, Some(last)) = (&self.reply, memory.rounds.last()) else {
            return Err(lost());
        };
        match extract::read(text, fields)? {
            Found::Fields(mut values) => {
                values.insert(RESPONSE.to_owned(), last.answer.as_str().into());
                Ok(Turn::done(Output { values, port: Some(OUT.to_owned()), raw: Some(text.into()), ..Output::default() }))
            }
            Found::Question(_) if memory.rounds.len() >= *rounds as usize => {
                let message = format!("after {} answers, required values are still missing", memory.rounds.len());
                Err(NodeError::lasting("question_rounds", message))
            }
            Found::Question(question) => {
                memory.question = question;
                Ok(self.interrupt(inputs, &memory))
            }
        }
    }
}

/// An answer in words: a text, or what an object of a form holds under the usual names.
fn words(answer: &Value) -> String {
    let said = match answer {
        Value::Object(map) => ["answer", "optionContent", "optionId", "name", "id", "text"].iter().find_map(|name| map.get(*name)),
        _ => None,
    };
    render_value(said.unwrap_or(answer))
}
