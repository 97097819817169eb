//! Model: asks a language model, which may use tools, workflows and knowledge on the way.
//!
//! * [`params`]: what is asked for; [`prompt`]: from inputs to messages;
//! * [`skills`]: what the model is offered, and what its calls become;
//! * [`run`]: the conversation; [`answer`]: from the model's text to outputs.

mod answer;
mod params;
mod prompt;
mod run;
mod skills;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::node::{Action, Category, NodeSpec, NodeType};
use flow::tool::Effect;
use flow::value::template::Template;
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, both, form};
use crate::talk;
use answer::Shape;
use params::{Params, Skills};

/// The kind.
pub struct Model;

impl NodeType for Model {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(&talk::params::titles(params::TITLES)),
            effect: Effect::Read,
            fill_inputs: true,
            fill_outputs: true,
            batchable: true,
            fallible: true,
            ..NodeSpec::new(
                "model",
                Category::Core,
                "brain",
                both("大模型", "Model"),
                both(
                    "调用大语言模型，可使用工具、工作流和知识库。",
                    "Asks a language model, which may use tools, workflows and knowledge.",
                ),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        let talk = params.talk(&mut reading);
        talk::request::check_backup(&mut reading, node);
        for (at, name) in params.images.iter().enumerate() {
            reading.input(format!("/params/images/{at}"), name);
        }
        if params.max_rounds == 0 {
            reading.error("/params/max_rounds", "out_of_range", "至少为 1", "It must be at least 1");
        }
        check_skills(&mut reading, &params.skills);
        let prompt = prompt::Prompt { text: Template::parse(&params.prompt), images: params.images };
        let shape = Shape::new(talk.format, &node.outputs);
        reading.done(|| Action::Machine(Arc::new(run::Ask { talk, prompt, shape, skills: params.skills, max_rounds: params.max_rounds })))
    }
}

fn check_skills(reading: &mut Reading<'_>, skills: &Skills) {
    let tools = skills.tools.iter().enumerate().map(|(at, skill)| (format!("/params/skills/tools/{at}/tool"), skill.tool.as_str()));
    reading.unique(tools);
    for (at, skill) in skills.workflows.iter().enumerate() {
        reading.filled(&format!("/params/skills/workflows/{at}/workflow_id"), &skill.workflow_id);
    }
    if let Some(knowledge) = &skills.knowledge {
        if knowledge.knowledge_ids.is_empty() {
            let place = "/params/skills/knowledge/knowledge_ids";
            reading.error(place, "missing_param", "至少需要一个知识库", "At least one knowledge base is needed");
        }
        if !(0.0..=1.0).contains(&knowledge.min_score) {
            reading.error("/params/skills/knowledge/min_score", "out_of_range", "应在 0 到 1 之间", "It must be between 0 and 1");
        }
    }
}
