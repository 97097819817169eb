//! Drives machines by hand, and folds every conversation again to see that it goes the same way.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::model::scripted::{Answer, Scripted};
use ::model::{Chat as _, Message, Request, Response, ToolSpec};
use flow::node::{
    Act, Action, Heard, Inputs, Interrupt, Machine, MachineCx, ModelAsk, NodeError, NodeType, Offers, Output, ToolAsk, ToolResult,
    ToolTarget, Turn,
};
use flow::value::Values;
use flow::workflow::Node;
use futures::executor::block_on;
use serde_json::Value;

use crate::testkit::{NOW, compile, inputs};

/// Offers by the name of the tool or the id of the workflow.
#[derive(Default)]
pub struct Shop(pub BTreeMap<String, ToolSpec>);

impl Shop {
    pub fn with(mut self, id: &str, name: &str, parameters: Value) -> Self {
        self.0.insert(id.into(), ToolSpec { name: name.into(), description: format!("does {name}"), parameters });
        self
    }
}

impl Offers for Shop {
    fn offer(&self, target: &ToolTarget) -> Option<ToolSpec> {
        let (ToolTarget::Tool(id) | ToolTarget::Workflow { workflow: id, .. }) = target;
        self.0.get(id).cloned()
    }
}

/// A machine in the middle of its conversation.
pub struct Play {
    machine: Arc<dyn Machine>,
    inputs: Inputs,
    pub shop: Shop,
    pub history: Vec<Message>,
    pub attempt: u32,
    pub backup: Option<Values>,
    pub model: Arc<Scripted>,
    heard: Vec<Heard>,
    told: Vec<String>,
    turn: Option<Turn>,
}

impl Play {
    #[track_caller]
    pub fn of(kind: &dyn NodeType, node: &Node, given: Value) -> Self {
        let machine = match compile(kind, node) {
            Ok(Action::Machine(machine)) => machine,
            Ok(_) => panic!("no machine"),
            Err(findings) => panic!("{findings:?}"),
        };
        Self {
            machine,
            inputs: inputs(given),
            shop: Shop::default(),
            history: Vec::new(),
            attempt: 1,
            backup: None,
            model: Scripted::new([]),
            heard: Vec::new(),
            told: Vec::new(),
            turn: None,
        }
    }

    pub fn answers(self, answers: impl IntoIterator<Item = Answer>) -> Self {
        answers.into_iter().for_each(|answer| self.model.push(answer));
        self
    }

    pub fn absent(mut self, name: &str) -> Self {
        self.inputs.absent.push(name.into());
        self
    }

    fn cx(&self) -> MachineCx<'_> {
        MachineCx { offers: &self.shop, began: NOW, attempt: self.attempt, history: &self.history, backup: self.backup.as_ref() }
    }

    fn moved(&mut self, turn: Turn) {
        self.told.push(format!("{turn:?}"));
        self.turn = Some(turn);
    }

    /// The act of the last move; makes the first.
    pub fn act(&mut self) -> Act {
        if self.turn.is_none() {
            let turn = self.machine.begin(&self.cx(), &self.inputs);
            self.moved(turn);
        }
        self.turn.as_ref().unwrap().act.clone()
    }

    pub fn hear(&mut self, heard: Heard) -> &mut Self {
        self.act();
        let memory = self.turn.take().unwrap().memory;
        let turn = self.machine.next(&self.cx(), &self.inputs, memory, heard.clone());
        self.heard.push(heard);
        self.moved(turn);
        self
    }

    #[track_caller]
    pub fn asks(&mut self) -> Box<ModelAsk> {
        match self.act() {
            Act::Model(ask) => ask,
            other => panic!("not a question to a model: {other:?}"),
        }
    }

    #[track_caller]
    pub fn request(&mut self) -> Request {
        self.asks().request
    }

    /// The scripted model answers.
    #[track_caller]
    pub fn model(&mut self) -> &mut Self {
        let request = self.request();
        let response: Response = block_on(self.model.complete(request)).unwrap();
        self.hear(Heard::Model(Ok(Box::new(response))))
    }

    #[track_caller]
    pub fn says(&mut self, text: &str) -> &mut Self {
        self.asks();
        self.hear(Heard::Model(Ok(Box::new(Response { text: text.into(), ..Response::default() }))))
    }

    #[track_caller]
    pub fn tools(&mut self) -> Vec<ToolAsk> {
        match self.act() {
            Act::Tools(asks) => asks,
            other => panic!("no calls: {other:?}"),
        }
    }

    /// Tools answer, in order.
    #[track_caller]
    pub fn returns(&mut self, outputs: impl IntoIterator<Item = Result<Value, NodeError>>) -> &mut Self {
        let results: Vec<ToolResult> = self
            .tools()
            .into_iter()
            .zip(outputs)
            .map(|(ask, output)| ToolResult { call_id: ask.call_id, output, is_answer: false })
            .collect();
        self.hear(Heard::Tools(results))
    }

    #[track_caller]
    pub fn waits(&mut self) -> Interrupt {
        match self.act() {
            Act::Interrupt(interrupt) => interrupt,
            other => panic!("does not wait: {other:?}"),
        }
    }

    #[track_caller]
    pub fn answer(&mut self, answer: impl Into<Value>) -> &mut Self {
        self.waits();
        self.hear(Heard::Answer(answer.into()))
    }

    /// The end; the whole conversation folded again gave the same moves.
    #[track_caller]
    pub fn done(&mut self) -> Output {
        self.replays();
        match self.act() {
            Act::Done(output) => output,
            other => panic!("not done: {other:?}"),
        }
    }

    #[track_caller]
    pub fn fails(&mut self) -> NodeError {
        self.replays();
        match self.act() {
            Act::Fail(error) => error,
            other => panic!("did not fail: {other:?}"),
        }
    }

    #[track_caller]
    fn replays(&mut self) {
        self.act();
        let mut turn = self.machine.begin(&self.cx(), &self.inputs);
        let mut told = vec![format!("{turn:?}")];
        for heard in &self.heard {
            turn = self.machine.next(&self.cx(), &self.inputs, turn.memory, heard.clone());
            told.push(format!("{turn:?}"));
        }
        assert_eq!(told, self.told, "replayed moves differ");
    }
}
