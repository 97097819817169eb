//! From parameters to requests.

use ::model::{Message, Params, Request, Role};
use flow::node::{Inputs, MachineCx, ModelAsk, NodeError};
use flow::value::Values;
use flow::value::template::Template;
use flow::workflow::Node;
use serde::Deserialize;
use types::ModelId;

use super::params::{Format, History};
use crate::reading::Reading;

/// Parameters of a model, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Talk {
    /// `None`: the workspace's default.
    pub model: Option<ModelId>,
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// 0 to 1.
    pub top_p: Option<f64>,
    /// Of the answer.
    pub max_tokens: Option<u32>,
    /// Instructions.
    pub system: Template,
    /// What it sees of the conversation.
    pub history: History,
    /// What the answer looks like.
    pub format: Format,
}

/// What the policy of a node puts in the place of its parameters from the second attempt on. The
/// format of the answer is not among them: it belongs to the outputs.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Backup {
    /// Another model.
    pub model_id: Option<ModelId>,
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// 0 to 1.
    pub top_p: Option<f64>,
    /// Of the answer.
    pub max_tokens: Option<u32>,
    /// Other instructions.
    pub system_prompt: Option<String>,
}

impl Talk {
    /// Ranges.
    pub fn check(&self, reading: &mut Reading<'_>, path: &str) {
        within(reading, &format!("{path}/temperature"), self.temperature, 2.0);
        within(reading, &format!("{path}/top_p"), self.top_p, 1.0);
    }

    /// These parameters as they count for this attempt.
    pub fn attempt(&self, cx: &MachineCx<'_>) -> Self {
        let backup = cx.backup.filter(|_| cx.attempt > 1).and_then(read).unwrap_or_default();
        Self {
            model: backup.model_id.or(self.model),
            temperature: backup.temperature.or(self.temperature),
            top_p: backup.top_p.or(self.top_p),
            max_tokens: backup.max_tokens.filter(|most| *most > 0).or(self.max_tokens),
            system: backup.system_prompt.map_or_else(|| self.system.clone(), |text| Template::parse(&text)),
            history: self.history.clone(),
            format: self.format,
        }
    }

    /// The system prompt of the author for these inputs.
    pub fn system(&self, inputs: &Inputs) -> Result<String, NodeError> {
        self.system.render(inputs)
    }

    /// The last rounds of the conversation before the run.
    pub fn past<'a>(&self, cx: &MachineCx<'a>) -> &'a [Message] {
        let rounds = if self.history.enabled { self.history.rounds as usize } else { 0 };
        let Some(nth) = rounds.checked_sub(1) else { return &[] };
        let questions = cx.history.iter().enumerate().rev().filter(|(_, message)| message.role == Role::User);
        // Fewer rounds than asked for: all there are.
        let from = questions.map(|(at, _)| at).take(nth + 1).last().unwrap_or(cx.history.len());
        &cx.history[from..]
    }

    /// A question to the model.
    pub fn ask(&self, messages: Vec<Message>) -> ModelAsk {
        let params = Params { temperature: self.temperature, top_p: self.top_p, max_tokens: self.max_tokens, ..Params::default() };
        ModelAsk { model: self.model, request: Request { messages, params, ..Request::default() }, streams: None, streams_reasoning: None }
    }
}

/// The parts of a system prompt, with an empty line between.
pub fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

/// Checks the backup in a node's policy.
pub fn check_backup(reading: &mut Reading<'_>, node: &Node) {
    let Some(values) = &node.policy.backup else { return };
    match Backup::deserialize(values) {
        Ok(backup) => {
            let talk = Talk { temperature: backup.temperature, top_p: backup.top_p, ..Talk::default() };
            talk.check(reading, "/policy/backup");
        }
        Err(error) => reading.error(
            "/policy/backup",
            "invalid_params",
            format!("备用模型参数无法读取：{error}"),
            format!("The parameters of the backup model cannot be read: {error}"),
        ),
    }
}

fn read(values: &Values) -> Option<Backup> {
    Backup::deserialize(values).ok()
}

fn within(reading: &mut Reading<'_>, path: &str, value: Option<f64>, most: f64) {
    if value.is_some_and(|value| !(0.0..=most).contains(&value)) {
        reading.error(path, "out_of_range", format!("应在 0 到 {most} 之间"), format!("It must be between 0 and {most}"));
    }
}
