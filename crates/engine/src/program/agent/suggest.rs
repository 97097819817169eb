//! Suggestions of what to ask next. Nothing that goes wrong here fails the run.

use flow::run::{Event, RunError};
use model::{Message, Role};
use serde_json::Value;

use super::super::{Context, Effect};
use super::state::{Phase, State};
use super::{ask as asking, budget};

/// Suggestions at most.
const MOST: usize = 3;
/// Characters of one at most; more is an answer, not a question to click.
const LONGEST: usize = 200;

const PROMPT: &str = "Suggest up to 3 short questions that the user may ask next, from the user's point of view and in the \
language of this conversation: one per line, without numbers and nothing else.";

/// Asks for suggestions, if the agent wants them and the budget allows.
pub(super) fn ask(state: &mut State, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let turn = state.turn();
    let affordable = turn.budget.max_cost.is_none_or(|limit| state.spent < limit);
    let in_time = budget::time_left(state).is_none_or(|left| !left.is_zero());
    let Some(own) = turn.follow_up.clone().filter(|_| affordable && in_time) else {
        return state.record(Event::Completed { output: None }, cx, out);
    };
    let prompt = if own.trim().is_empty() { PROMPT.to_owned() } else { format!("{PROMPT}\n\n{own}") };
    let step = state.next_step();
    asking::call(state, step, 1, None, &[Message::text(Role::User, prompt)], Vec::new(), cx, out);
}

/// A crash interrupted it: the answer is out, so there is nothing worth repeating.
pub(super) fn interrupted(state: &mut State, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let Phase::Suggesting(open) = &state.phase else { return };
    let step = open.step;
    let error = RunError { code: "interrupted".into(), message: "Hearth was interrupted while the model wrote suggestions.".into() };
    state.record(Event::StepFailed { step, error, retry_at: None }, cx, out);
}

/// Questions out of whatever the model wrote: a JSON list, an object with one, or lines.
pub(super) fn parse(text: &str) -> Vec<String> {
    let text = text.trim();
    let bare = text.strip_prefix("```").map_or(text, |rest| rest.trim_start_matches("json").trim_end_matches("```").trim());
    let found = json_list(bare).unwrap_or_else(|| bare.lines().filter(|l| !l.trim_start().starts_with("```")).map(str::to_owned).collect());
    let mut questions: Vec<String> = Vec::new();
    for line in found {
        let line = clean(&line);
        if !line.is_empty() && line.chars().count() <= LONGEST && !questions.contains(&line) {
            questions.push(line);
        }
    }
    questions.truncate(MOST);
    questions
}

fn json_list(text: &str) -> Option<Vec<String>> {
    let value: Value = serde_json::from_str(text).ok()?;
    let list = match &value {
        Value::Array(list) => list,
        Value::Object(fields) => fields.values().find_map(Value::as_array)?,
        _ => return None,
    };
    Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Without bullets, numbers and quotes.
fn clean(line: &str) -> String {
    let line = line.trim().trim_start_matches(['-', '*', '•', '·', '–']).trim_start();
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let line = match line[digits..].strip_prefix(['.', ')', '、', '．', ':']) {
        Some(rest) if digits > 0 => rest,
        _ => line,
    };
    line.trim().trim_matches(['"', '“', '”', '「', '」', '*']).trim().to_owned()
}
