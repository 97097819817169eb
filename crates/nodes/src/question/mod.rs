//! Question: asks somebody in words or by options; on request a model takes values out of the answers
//! and asks on until it has them.

mod extract;
mod options;
mod params;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::node::{Action, Category, NodeSpec, NodeType};
use flow::tool::Effect;
use flow::value::template::Template;
use flow::workflow::{Finding, Node, NodeId, OUT};

use crate::reading::{Reading, both, form};
use crate::talk;
use options::MAX_OPTIONS;
use params::{Answer, Params};

/// The output with the last answer.
const RESPONSE: &str = "USER_RESPONSE";
/// The way out for an answer that is none of the options.
const ELSE: &str = "else";

/// The kind.
pub struct Question;

impl NodeType for Question {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(&talk::params::titles(&[
                ("question", "问题", "Question"),
                ("answer", "回答方式", "Answer"),
                ("answer=text", "文字", "In words"),
                ("answer=options", "选项", "By options"),
                ("options", "选项", "Options"),
                ("options_from", "选项来自输入", "Options from an input"),
                ("max_rounds", "最多追问次数", "Answers at most"),
                ("extract", "从回答中提取字段", "Take values out of the answers"),
            ])),
            effect: Effect::Read,
            fill_inputs: true,
            fill_outputs: true,
            fallible: true,
            ..NodeSpec::new(
                "question",
                Category::InputOutput,
                "message-circle-question",
                both("问答", "Question"),
                both("向用户提问，等待文字回答或选择。", "Asks somebody and waits for an answer in words or by choice."),
            )
        }
    }

    /// Static options have a way out each, dynamic ones share `branch_0`.
    fn ports(&self, node: &Node) -> Vec<String> {
        if node.params.get("answer").and_then(|answer| answer.as_str()) != Some("options") {
            return vec![OUT.to_owned()];
        }
        let dynamic = node.params.get("options_from").is_some_and(|from| !from.is_null());
        let count = if dynamic { 1 } else { node.params.get("options").and_then(|options| options.as_array()).map_or(0, Vec::len) };
        (0..count).map(|at| format!("branch_{at}")).chain([ELSE.to_owned()]).collect()
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        let talk = params.talk(&mut reading);
        talk::request::check_backup(&mut reading, node);
        reading.filled("/params/question", &params.question);
        if params.max_rounds == 0 {
            reading.error("/params/max_rounds", "out_of_range", "至少为 1", "It must be at least 1");
        }
        let answer = match params.answer {
            Answer::Text if params.extract => {
                let fields: Vec<_> = node.outputs.iter().filter(|field| !is_own(&field.name)).cloned().collect();
                if fields.is_empty() {
                    reading.error("/outputs", "missing_outputs", "没有声明要提取的字段", "No output says what to take out of the answers");
                }
                run::Reply::Extract { fields, rounds: params.max_rounds, talk: Box::new(talk) }
            }
            Answer::Text => run::Reply::Text,
            Answer::Options => {
                if let Some(name) = &params.options_from {
                    reading.input("/params/options_from", name);
                    run::Reply::Dynamic(name.clone())
                } else {
                    check_options(&mut reading, &params.options);
                    run::Reply::Static(params.options.clone())
                }
            }
        };
        let question = Template::parse(&params.question);
        reading.done(|| Action::Machine(Arc::new(run::Ask { question, reply: answer })))
    }
}

/// What the node gives besides the fields it extracts.
fn is_own(name: &str) -> bool {
    matches!(name, RESPONSE | "optionId" | "optionContent" | "isSuccess" | "errorBody")
}

fn check_options(reading: &mut Reading<'_>, options: &[String]) {
    if options.is_empty() {
        reading.error("/params/options", "missing_param", "至少需要一个选项", "At least one option is needed");
    }
    if options.len() > MAX_OPTIONS {
        reading.error("/params/options", "out_of_range", format!("最多 {MAX_OPTIONS} 个选项"), format!("At most {MAX_OPTIONS} options"));
    }
    for (at, option) in options.iter().enumerate() {
        reading.filled(&format!("/params/options/{at}"), option);
    }
}
