//! A model for tests: it says what the script says, and remembers what it was asked.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures::StreamExt as _;
use types::{ModelId, WorkspaceId};

use crate::{Capabilities, Catalog, Chat, ChatStream, Error, Event, FinishReason, OpenModel, Params, Request};

/// One answer of the script.
pub type Answer = Vec<Result<Event, Error>>;

/// A scripted chat endpoint: each call takes the next answer; an empty script echoes the last message.
#[derive(Default)]
pub struct Scripted {
    answers: Mutex<VecDeque<Answer>>,
    requests: Mutex<Vec<Request>>,
}

impl Scripted {
    /// With these answers, in order.
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), requests: Mutex::default() })
    }

    /// What was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds an answer.
    pub fn push(&self, answer: Answer) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).push_back(answer);
    }
}

/// An answer that says `text`, word by word.
pub fn says(text: &str) -> Answer {
    let mut answer: Answer = text.split_inclusive(' ').map(|w| Ok(Event::Text(w.to_owned()))).collect();
    answer.push(Ok(Event::Usage(types::TokenUsage::new(10, text.split(' ').count() as u64))));
    answer.push(Ok(Event::Finish(FinishReason::Stop)));
    answer
}

/// An answer that calls tools: `(id, name, arguments)`.
pub fn calls(calls: &[(&str, &str, &str)]) -> Answer {
    let mut answer: Answer = calls
        .iter()
        .enumerate()
        .map(|(index, (id, name, arguments))| {
            Ok(Event::ToolCall { index, id: Some((*id).to_owned()), name: Some((*name).to_owned()), arguments: (*arguments).to_owned() })
        })
        .collect();
    answer.push(Ok(Event::Usage(types::TokenUsage::new(10, 5))));
    answer.push(Ok(Event::Finish(FinishReason::ToolCalls)));
    answer
}

#[async_trait]
impl Chat for Scripted {
    async fn stream(&self, request: Request) -> Result<ChatStream, Error> {
        let echo = request.messages.last().map(crate::Message::joined_text).unwrap_or_default();
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let next = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let answer = next.unwrap_or_else(|| says(&format!("echo: {echo}")));
        Ok(futures::stream::iter(answer).boxed())
    }
}

/// A catalog of scripted models.
#[derive(Default)]
pub struct ScriptedCatalog(HashMap<ModelId, Arc<Scripted>>);

impl ScriptedCatalog {
    /// One model.
    pub fn of(id: ModelId, chat: Arc<Scripted>) -> Arc<Self> {
        Arc::new(Self(HashMap::from([(id, chat)])))
    }
}

#[async_trait]
impl Catalog for ScriptedCatalog {
    async fn open(&self, _workspace: WorkspaceId, id: ModelId) -> Result<OpenModel, Error> {
        let chat = self.0.get(&id).cloned().ok_or_else(|| Error::Unavailable(format!("No model {id}.")))?;
        let capabilities = Capabilities { tools: true, parallel_tools: true, ..Capabilities::default() };
        Ok(OpenModel { id, name: "scripted".into(), capabilities, defaults: Params::default(), price: None, fallback: None, chat })
    }

    async fn default_model(&self, _workspace: WorkspaceId) -> Result<Option<ModelId>, Error> {
        Ok(self.0.keys().min().copied())
    }
}
