//! Kinds of nodes for tests: small ones, each with one behaviour.

use std::sync::Arc;

use async_trait::async_trait;
use flow::node::{
    Act, Action, Category, Collect, Control, Heard, Inputs, Interrupt, InterruptKind, LoopOver, Machine, MachineCx, ModelAsk, NodeError,
    NodeSpec, NodeType, Output, Pure, Registry, Task, TaskCx, ToolAsk, ToolTarget, Turn,
};
use flow::tool::{Effect, Localized};
use flow::value::template::Template;
use flow::value::{Type, Values};
use flow::workflow::{Finding, Node, NodeId, Ref, VariableRef};
use model::{Message, Request, Role};
use serde_json::{Value, json};
use types::Timestamp;

pub(crate) fn registry() -> Registry {
    const NAMES: [&str; 22] = [
        "start",
        "end",
        "output",
        "set",
        "text",
        "if",
        "merge",
        "fails",
        "read",
        "write",
        "compute",
        "model",
        "ask",
        "loop",
        "batch",
        "break",
        "continue",
        "set_variable",
        "assign",
        "call",
        "wait",
        "comment",
    ];
    Registry::new(NAMES.map(|name| Arc::new(Kind(name)) as Arc<dyn NodeType>))
}

struct Kind(&'static str);

fn text(node: &Node, name: &str) -> String {
    node.params.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn read<T: serde::de::DeserializeOwned>(node: &Node, name: &str) -> Option<T> {
    serde_json::from_value(node.params.get(name)?.clone()).ok()
}

impl NodeType for Kind {
    fn spec(&self) -> NodeSpec {
        let mut spec = NodeSpec::new(self.0, Category::Logic, "x", Localized::default(), Localized::default());
        spec.fill_inputs = matches!(self.0, "end" | "output" | "text");
        spec.effect = match self.0 {
            "read" | "model" => Effect::Read,
            "write" => Effect::Write,
            _ => Effect::Pure,
        };
        spec.batchable = matches!(self.0, "set" | "read" | "model" | "call");
        spec.container = matches!(self.0, "loop" | "batch");
        spec
    }

    fn compile(&self, _: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let streaming = node.params.get("streaming") == Some(&json!(true));
        let collect = || -> Vec<Collect> {
            let given: Vec<(String, String, Vec<String>)> = read(node, "collect").unwrap_or_default();
            given
                .into_iter()
                .map(|(name, node, path)| Collect { name, ty: Type::Any, from: Ref { node: NodeId::from(node), path } })
                .collect()
        };
        Ok(match self.0 {
            "start" => Action::Control(Control::Start),
            "end" => {
                let answer = node.params.get("answer").and_then(Value::as_str).map(Template::parse);
                Action::Control(Control::End { answer, streaming })
            }
            "output" => Action::Control(Control::Output { message: Template::parse(&text(node, "message")), streaming }),
            "set" | "text" | "if" | "merge" | "fails" => {
                Action::Pure(Arc::new(Small { what: self.0, template: Template::parse(&text(node, "template")) }))
            }
            "read" | "write" => Action::Task(Arc::new(Outside)),
            "compute" => Action::Task(Arc::new(Computes { hangs: read(node, "hangs").unwrap_or(0) })),
            "model" => {
                Action::Machine(Arc::new(Talks { tools: read(node, "tools").unwrap_or_default(), workflow: read(node, "workflow") }))
            }
            "ask" => Action::Machine(Arc::new(Asks { times: read(node, "times").unwrap_or(1) })),
            "loop" => Action::Control(Control::Loop {
                over: match &*text(node, "over") {
                    "count" => LoopOver::Count,
                    "forever" => LoopOver::Forever,
                    _ => LoopOver::Lists,
                },
                variables: read(node, "variables").unwrap_or_default(),
                collect: collect(),
            }),
            "batch" => Action::Control(Control::Batch {
                size: read(node, "size").unwrap_or(0),
                concurrency: read(node, "concurrency").unwrap_or(0),
                collect: collect(),
            }),
            "break" => Action::Control(Control::Break),
            "continue" => Action::Control(Control::Continue),
            "set_variable" => {
                let set: Vec<(String, String, String)> = read(node, "set").unwrap_or_default();
                let set = set
                    .into_iter()
                    .map(|(container, name, input)| (Ref { node: NodeId::from(container), path: vec![name] }, input))
                    .collect();
                Action::Control(Control::SetVariable { set })
            }
            "assign" => {
                let set: Vec<(VariableRef, String)> = read(node, "set").unwrap_or_default();
                let set = set.into_iter().map(|(variable, input)| flow::node::Assignment { variable, input }).collect();
                Action::Control(Control::AssignVariable { set })
            }
            "call" => Action::Control(Control::Workflow { workflow: text(node, "workflow"), version: None }),
            "wait" => Action::Control(Control::Wait),
            _ => Action::Control(Control::Comment),
        })
    }
}

struct Small {
    what: &'static str,
    template: Template,
}

impl Pure for Small {
    fn run(&self, inputs: &Inputs, _: Timestamp) -> Result<Output, NodeError> {
        Ok(match self.what {
            "text" => Output::one("output", self.template.render(inputs)?),
            "if" => Output::through(if inputs.get("cond") == Some(&json!(true)) { "true" } else { "false" }),
            "merge" => Output::one("output", inputs.values.values().find(|value| !value.is_null()).cloned().unwrap_or_default()),
            "fails" if inputs.get("fine") != Some(&json!(true)) => return Err(NodeError::new("small_failed", "It always fails.")),
            _ => Output::of(inputs.values.clone()),
        })
    }
}

/// The world of the test answers for it.
struct Outside;

#[async_trait]
impl Task for Outside {
    async fn run(&self, _: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        Ok(Output::of(inputs.values))
    }
}

/// Gives its inputs; so many attempts never end.
struct Computes {
    hangs: u32,
}

#[async_trait]
impl Task for Computes {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        if cx.attempt <= self.hangs {
            std::future::pending::<()>().await;
        }
        Ok(Output::of(inputs.values))
    }
}

/// Asks a model until it calls no more tools.
struct Talks {
    tools: Vec<String>,
    workflow: Option<String>,
}

impl Talks {
    fn ask(&self, cx: &MachineCx<'_>, inputs: &Inputs, messages: Vec<Message>) -> Turn {
        let mut tools: Vec<_> = self.tools.iter().filter_map(|name| cx.offers.offer(&ToolTarget::Tool(name.clone()))).collect();
        let workflow = self.workflow.clone().map(|workflow| ToolTarget::Workflow { workflow, version: None });
        tools.extend(workflow.and_then(|target| cx.offers.offer(&target)));
        let memory = serde_json::to_value(&messages).unwrap();
        let mut messages = messages;
        messages.insert(0, Message::text(Role::User, inputs.text("prompt")));
        let request = Request { messages, tools, ..Request::default() };
        let streams = Some("output".to_owned());
        Turn { memory, act: Act::Model(Box::new(ModelAsk { model: None, request, streams, streams_reasoning: None })) }
    }
}

impl Machine for Talks {
    fn begin(&self, cx: &MachineCx<'_>, inputs: &Inputs) -> Turn {
        self.ask(cx, inputs, Vec::new())
    }

    fn next(&self, cx: &MachineCx<'_>, inputs: &Inputs, memory: Value, heard: Heard) -> Turn {
        let mut messages: Vec<Message> = serde_json::from_value(memory).unwrap();
        match heard {
            Heard::Model(Err(error)) => Turn::fail(error),
            Heard::Model(Ok(response)) if response.tool_calls.is_empty() => Turn::done(Output::one("output", response.text)),
            Heard::Model(Ok(response)) => {
                let ask = |call: &model::ToolCall| ToolAsk {
                    call_id: call.id.clone(),
                    target: match &self.workflow {
                        Some(workflow) if !self.tools.contains(&call.name) => {
                            ToolTarget::Workflow { workflow: workflow.clone(), version: None }
                        }
                        _ => ToolTarget::Tool(call.name.clone()),
                    },
                    name: call.name.clone(),
                    arguments: serde_json::from_str(&call.arguments).unwrap_or_default(),
                };
                let asks = response.tool_calls.iter().map(ask).collect();
                messages.push(response.into_message());
                Turn { memory: serde_json::to_value(messages).unwrap(), act: Act::Tools(asks) }
            }
            Heard::Tools(results) => {
                if let Some(answer) = results.iter().find(|result| result.is_answer) {
                    return Turn::done(Output::one("output", answer.output.clone().unwrap_or_default()));
                }
                for result in results {
                    let said = result.output.map_or_else(|error| format!("Error ({})", error.code), |output| output.to_string());
                    messages.push(Message::tool_result(result.call_id, said));
                }
                self.ask(cx, inputs, messages)
            }
            Heard::Answer(_) => Turn::fail(NodeError::lasting("confused", "nobody was asked")),
        }
    }
}

/// Asks a person so many times.
struct Asks {
    times: u64,
}

impl Asks {
    fn ask(inputs: &Inputs, answers: Vec<Value>) -> Turn {
        let data = json!({ "question": inputs.text("question"), "asked": answers.len() });
        Turn { memory: Value::Array(answers), act: Act::Interrupt(Interrupt { kind: InterruptKind::Question, data }) }
    }
}

impl Machine for Asks {
    fn begin(&self, _: &MachineCx<'_>, inputs: &Inputs) -> Turn {
        Self::ask(inputs, Vec::new())
    }

    fn next(&self, _: &MachineCx<'_>, inputs: &Inputs, memory: Value, heard: Heard) -> Turn {
        let mut answers = memory.as_array().cloned().unwrap_or_default();
        if let Heard::Answer(answer) = heard {
            answers.push(answer);
        }
        if (answers.len() as u64) < self.times {
            return Self::ask(inputs, answers);
        }
        let mut values = Values::new();
        values.insert("answer".into(), answers.last().cloned().unwrap_or_default());
        Turn::done(Output::of(values))
    }
}
