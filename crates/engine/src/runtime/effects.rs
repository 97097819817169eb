//! Performing effects: model calls and tool calls.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use flow::run::RunError;
use flow::tool::{ToolContext, Toolbox};
use futures::stream::{self, BoxStream};
use futures::{FutureExt as _, StreamExt as _};
use model::{Catalog, ChatStream, Error, Event, OpenModel, Part, Request, Response};
use serde_json::Value;
use types::{Coded as _, ModelId, WorkspaceId};

use crate::program::{ModelAnswer, Told, ToolRun};

/// What comes out of a model call, of which `Done` or `Failed` comes last; or of a run that was called.
pub(crate) enum Item {
    Piece { text: String, reasoning: String },
    Done(Box<ModelAnswer>),
    Failed(RunError),
    Inside(Box<Told>),
}

/// A model's error as people see it: the vendor's own words.
pub(crate) fn told(error: &Error) -> RunError {
    RunError { code: error.code().to_owned(), message: error.to_string() }
}

/// Opens the model of a run, or the workspace's default.
pub(crate) async fn open(catalog: &dyn Catalog, workspace: WorkspaceId, id: Option<ModelId>) -> Result<OpenModel, RunError> {
    let id = match id {
        Some(id) => Some(id),
        None => catalog.default_model(workspace).await.map_err(|e| told(&e))?,
    };
    let Some(id) = id else {
        let message = "There is no model yet. Add one under Models, then send the message again.";
        return Err(RunError { code: "model_missing".into(), message: message.into() });
    };
    catalog.open(workspace, id).await.map_err(|e| told(&e))
}

enum Call {
    Start(Arc<dyn Catalog>, WorkspaceId, Box<(OpenModel, Request)>),
    Reading(Box<Reading>),
    Over,
}

struct Reading {
    stream: ChatStream,
    held: VecDeque<Event>,
    response: Response,
    model: OpenModel,
}

/// Calls the model. Dropping the stream drops the request at the vendor.
pub(crate) fn call_model(
    catalog: Arc<dyn Catalog>,
    workspace: WorkspaceId,
    model: OpenModel,
    request: Request,
) -> BoxStream<'static, Item> {
    stream::unfold(Call::Start(catalog, workspace, Box::new((model, request))), |call| async move {
        let reading = match call {
            Call::Over => return None,
            Call::Reading(reading) => reading,
            Call::Start(catalog, workspace, asked) => {
                let (model, request) = *asked;
                match begin(&*catalog, workspace, model, request).await {
                    Ok(reading) => Box::new(reading),
                    Err(error) => return Some((failed(&error), Call::Over)),
                }
            }
        };
        Some(read(reading).await)
    })
    .boxed()
}

/// Opens a model (`None`: the workspace's default) and calls it.
pub(crate) fn open_and_call(
    catalog: Arc<dyn Catalog>,
    workspace: WorkspaceId,
    id: Option<ModelId>,
    request: Request,
) -> BoxStream<'static, Item> {
    let opened = async move {
        match open(&*catalog, workspace, id).await {
            Ok(model) => call_model(catalog, workspace, model, request),
            Err(error) => stream::iter([Item::Failed(error)]).boxed(),
        }
    };
    stream::once(opened).flatten().boxed()
}

/// Starts the answer: by the model, or by its fallback when it fails before its first token.
async fn begin(catalog: &dyn Catalog, workspace: WorkspaceId, model: OpenModel, request: Request) -> Result<Reading, Error> {
    let fallback = model.fallback;
    let name = model.name.clone();
    let error = match first_token(model, request.clone()).await {
        Ok(reading) => return Ok(reading),
        Err(error) => error,
    };
    let Some(fallback) = fallback else { return Err(error) };
    match catalog.open(workspace, fallback).await {
        Ok(second) => {
            tracing::warn!(model = name, fallback = second.name, %error, "the model failed; asking its fallback");
            first_token(second, request).await
        }
        Err(unusable) => {
            tracing::warn!(model = name, error = %unusable, "the fallback model cannot be opened");
            Err(error)
        }
    }
}

/// The request as the model can take it: one that calls no tools is not offered any, one that sees no pictures reads where they are.
fn fitted(model: &OpenModel, mut request: Request) -> Result<Request, Error> {
    if !request.tools.is_empty() && !model.capabilities.tools {
        let message =
            format!("The model “{}” is set up as one that cannot call tools. Take another model, or remove the tools.", model.name);
        return Err(Error::Unsupported(message));
    }
    if !model.capabilities.vision {
        for part in request.messages.iter_mut().flat_map(|message| &mut message.parts) {
            if let Part::Image { url } = part {
                let text = if url.starts_with("data:") { "[picture]".to_owned() } else { std::mem::take(url) };
                *part = Part::text(text);
            }
        }
    }
    Ok(request)
}

async fn first_token(model: OpenModel, request: Request) -> Result<Reading, Error> {
    let mut request = fitted(&model, request)?;
    request.params = request.params.or(&model.defaults);
    let mut stream = model.chat.stream(request).await?;
    let mut held = VecDeque::new();
    loop {
        let event = stream.next().await.unwrap_or_else(|| Err(cut()))?;
        let accounting = matches!(event, Event::Usage(_));
        held.push_back(event);
        if !accounting {
            return Ok(Reading { stream, held, response: Response::default(), model });
        }
    }
}

async fn read(mut reading: Box<Reading>) -> (Item, Call) {
    loop {
        let event = match reading.held.pop_front() {
            Some(event) => Ok(event),
            None => reading.stream.next().await.unwrap_or_else(|| Err(cut())),
        };
        match event {
            Ok(Event::Text(text)) => {
                reading.response.text.push_str(&text);
                return (Item::Piece { text, reasoning: String::new() }, Call::Reading(reading));
            }
            Ok(Event::Reasoning(reasoning)) => {
                reading.response.reasoning.push_str(&reasoning);
                return (Item::Piece { text: String::new(), reasoning }, Call::Reading(reading));
            }
            Ok(event @ Event::Finish(_)) => {
                reading.response.absorb(event);
                return (done(*reading), Call::Over);
            }
            Ok(event) => reading.response.absorb(event),
            Err(error) => return (failed(&error), Call::Over),
        }
    }
}

fn cut() -> Error {
    Error::Cut("the stream ended without saying that it is complete".into())
}

fn done(reading: Reading) -> Item {
    let Reading { response, model, .. } = reading;
    let cost = model.price.as_ref().zip(response.usage.as_ref()).map(|(price, usage)| price.cost(usage));
    Item::Done(Box::new(ModelAnswer { response, model: model.name, cost }))
}

fn failed(error: &Error) -> Item {
    Item::Failed(told(error))
}

/// Calls a tool. A panic in it is an error of the call, not of the run.
pub(crate) async fn call_tool(tools: Toolbox, context: ToolContext, run: ToolRun) -> (u32, Result<Value, RunError>) {
    let ToolRun { step, name, arguments, .. } = run;
    let outcome = match tools.get(&name) {
        Some(tool) => match AssertUnwindSafe(tool.call(&context, arguments)).catch_unwind().await {
            Ok(Ok(output)) => Ok(output),
            Ok(Err(error)) => Err(RunError { code: error.code, message: error.message }),
            Err(_) => {
                tracing::error!(run = %context.run, tool = name, "a tool panicked");
                Err(RunError { code: "failed".into(), message: "The tool broke down.".into() })
            }
        },
        None => Err(RunError { code: "unknown_tool".into(), message: format!("There is no tool `{name}`.") }),
    };
    let label = if outcome.is_ok() { "ok" } else { "error" };
    metrics::counter!("hearth_tool_calls_total", "outcome" => label).increment(1);
    (step, outcome)
}
