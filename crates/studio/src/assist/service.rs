//! Use cases.

use std::sync::Arc;
use std::time::Duration;

use flow::node::secret::SHOWN;
use flow::workflow::{Document, Finding};
use model::{Catalog as _, Message, Params, Request, Role};
use rest::Limiter;
use types::{Actor, ErrorKind, Failure, ModelId, Permission, RunId, WorkflowId, WorkspaceId};

use super::ports::FailedRuns;
use super::prompt::{self, Proposed};
use crate::models::Models;
use crate::workflows::Workflows;

/// An answer takes no longer.
const PATIENCE: Duration = Duration::from_mins(3);
/// The vendor whose model follows rules only.
const OFFLINE: &str = "offline";
/// Characters of an instruction.
const MOST: usize = 4000;

/// Help by a model.
pub struct Assist {
    models: Arc<Models>,
    workflows: Arc<Workflows>,
    runs: Arc<dyn FailedRuns>,
    /// Of each person: what he asks is paid for.
    rate: Limiter,
}

/// A change that a model proposes.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The whole document.
    pub document: Document,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// What was changed, in words.
    pub summary: String,
    /// Who proposed it.
    pub model: String,
}

/// A model, and what it has to bring along.
struct Asked {
    open: model::OpenModel,
    request: Request,
}

impl Assist {
    /// Over models, workflows and runs.
    pub fn new(models: Arc<Models>, workflows: Arc<Workflows>, runs: Arc<dyn FailedRuns>) -> Self {
        Self { models, workflows, runs, rate: Limiter::of_a_person() }
    }

    /// A change of a document in words, proposed by a model; nothing is saved. Fails with `assist_needs_model`,
    /// `assist_unreadable`, `rate_limited`, and what models fail with.
    pub async fn propose(
        &self,
        actor: &Actor,
        id: WorkflowId,
        model: Option<ModelId>,
        instruction: &str,
        document: Document,
    ) -> Result<Proposal, Failure> {
        let workflow = self.workflows.get(actor, id).await?;
        actor.require(workflow.workspace, Permission::Build)?;
        let instruction = instruction.trim();
        if instruction.is_empty() || instruction.chars().count() > MOST {
            return Err(Failure::invalid("instruction", format!("`instruction` has 1 to {MOST} characters.")));
        }
        self.rate.check(&actor.user.to_string()).await?;
        let system = prompt::format(&self.workflows.node_types());
        let (shown, _) = self.workflows.without_secrets(document.clone(), SHOWN);
        let mut asked = self.asked(workflow.workspace, model, &system, prompt::request(&shown, instruction)).await?;
        let mut best = None;
        let mut wrong = String::new();
        for _ in 0..2 {
            let answer = say(&asked).await?;
            wrong = match prompt::read(&answer) {
                Ok(Proposed { summary, document: proposed }) => {
                    let proposed = self.workflows.with_secrets_of(prompt::placed(proposed, &document), &document);
                    let findings = self.workflows.validate(actor, id, Some(proposed.clone())).await?;
                    let wrong = prompt::errors(&findings);
                    best = Some(Proposal { document: proposed, findings, summary, model: asked.open.name.clone() });
                    wrong
                }
                Err(wrong) => wrong,
            };
            if wrong.is_empty() {
                break;
            }
            asked.request.messages.push(Message::text(Role::Assistant, answer));
            asked.request.messages.push(Message::text(Role::User, prompt::again(&wrong)));
        }
        best.ok_or_else(|| {
            let message = "The model did not answer with a workflow. Say it differently, or choose another model.";
            Failure::new(ErrorKind::Upstream, "assist_unreadable", message).because(wrong)
        })
    }

    /// The error of a run in plain words, and who said them. Fails with `run_not_failed`, `assist_needs_model`, `rate_limited`, and
    /// what models fail with.
    pub async fn explain(&self, actor: &Actor, run: RunId, model: Option<ModelId>, language: &str) -> Result<(String, String), Failure> {
        let story = self.runs.story(actor, run).await?;
        let Some(story) = story else {
            return Err(Failure::new(ErrorKind::Conflict, "run_not_failed", "Nothing went wrong in this run."));
        };
        actor.require(story.workspace, Permission::Run)?;
        self.rate.check(&actor.user.to_string()).await?;
        let system = format!("{} Answer in {language}.", prompt::EXPLAIN);
        let asked = self.asked(story.workspace, model, &system, format!("Workflow: {}\n{}", story.name, story.errors)).await?;
        Ok((say(&asked).await?.trim().to_owned(), asked.open.name))
    }

    async fn asked(&self, workspace: WorkspaceId, model: Option<ModelId>, system: &str, question: String) -> Result<Asked, Failure> {
        let needs = || {
            let message = "The offline model cannot do this: it only follows simple rules. Add a model under Settings → Models, or choose another one.";
            Failure::new(ErrorKind::Conflict, "assist_needs_model", message)
        };
        let id = match model {
            Some(id) => id,
            None => self.models.default_model(workspace).await?.ok_or_else(needs)?,
        };
        let available = self.models.available(workspace).await?;
        if available.iter().any(|one| one.id == id && one.settings.vendor == OFFLINE) {
            return Err(needs());
        }
        let open = self.models.open(workspace, id).await?;
        let messages = vec![Message::text(Role::System, system), Message::text(Role::User, question)];
        let params = Params { temperature: Some(0.2), ..open.defaults.clone() };
        Ok(Asked { request: Request { messages, params, ..Request::default() }, open })
    }
}

async fn say(asked: &Asked) -> Result<String, Failure> {
    let answer = tokio::time::timeout(PATIENCE, asked.open.chat.complete(asked.request.clone())).await;
    let late = |_| Failure::new(ErrorKind::Timeout, "model_timeout", "The model did not answer in time. Try again, or choose another one.");
    Ok(answer.map_err(late)??.text)
}
