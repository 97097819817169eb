//! Use cases: ask, generate again.

use std::sync::Arc;

use db::Db;
use flow::agent::{AgentForm, AgentSnapshot, AgentSource};
use flow::run::{AgentTurn, Program, RunSpec, RunStatus};
use types::{Actor, AgentId, ConversationId, Failure, MessageId, Permission, RunId, Scope, SectionId, UserId, WorkspaceId};

use super::model::{NewTurn, Turn};
use super::parts::{Reader, message};
use super::store::{self, Placed, Plan, Question, store};
use super::{Error, history, prompt};
use crate::conversations::{NewConversation, repo as threads};
use crate::messages::{self, Message, MessageRole, MessageType, NewMessage};
use crate::ports::Runs;
use crate::{Conversations, Files, Settings};

/// How often the history is read again when the conversation changes under our hands.
pub(super) const ATTEMPTS: usize = 8;
/// Messages that are looked at for the history.
const LOOKED_AT: u64 = 2000;
/// Messages that may come along as context.
const CONTEXT: usize = 100;

/// Who answers, with what.
struct Asked {
    agent: Option<AgentId>,
    /// Rounds of the conversation that are read again.
    history_rounds: u32,
    /// Without them.
    spec: RunSpec,
}

fn spec(row: &threads::Model, program: Program, new: &NewTurn) -> RunSpec {
    RunSpec {
        id: RunId::generate(),
        workspace: WorkspaceId(row.workspace_id),
        user: UserId(row.user_id),
        program,
        conversation: Some(ConversationId(row.id)),
        section: Some(SectionId(row.section_id)),
        meta: new.meta.clone(),
        parent: None,
    }
}

/// Questions and their runs.
pub struct Turns {
    pub(super) db: Db,
    pub(super) conversations: Arc<Conversations>,
    pub(super) files: Arc<Files>,
    pub(super) agents: Arc<dyn AgentSource>,
    pub(super) runs: Arc<dyn Runs>,
    pub(super) settings: Arc<Settings>,
}

impl Turns {
    pub(crate) fn new(
        db: Db,
        conversations: Arc<Conversations>,
        files: Arc<Files>,
        agents: Arc<dyn AgentSource>,
        runs: Arc<dyn Runs>,
        settings: Arc<Settings>,
    ) -> Self {
        Self { db, conversations, files, agents, runs, settings }
    }

    /// Runs, for whoever follows a turn.
    pub fn runs(&self) -> &Arc<dyn Runs> {
        &self.runs
    }

    /// Stores a question and starts its run, or puts it behind the turns before it. When this
    /// returns the question is on disk.
    pub async fn start(&self, actor: &Actor, conversation: ConversationId, new: NewTurn) -> Result<Turn, Error> {
        let row = self.conversations.row(actor, conversation, Permission::Run).await?;
        let scope = actor.scope_in(WorkspaceId(row.workspace_id), Permission::Run)?;
        let question = self.question(&row, &new).await?;
        let form = new.form.unwrap_or(if row.draft { AgentForm::Draft } else { AgentForm::Published });
        let agent = new.agent.or(row.agent_id.map(AgentId)).ok_or(Error::NoAgent)?;
        let snapshot = self.snapshot(&scope, &row, agent, form).await?;
        let asked = self.asked(&scope, &row, &question, &snapshot, &new).await?;
        self.place(&scope, row, false, question, asked, new).await
    }

    /// Like [`Turns::start`], answered by a program that the caller made: a workflow. It gets the last
    /// `rounds` of the conversation before what it has of its own.
    pub async fn perform(&self, actor: &Actor, id: ConversationId, program: Program, rounds: u32, new: NewTurn) -> Result<Turn, Error> {
        let row = self.conversations.row(actor, id, Permission::Run).await?;
        let scope = actor.scope_in(WorkspaceId(row.workspace_id), Permission::Run)?;
        let question = self.question(&row, &new).await?;
        let asked = Asked { agent: None, history_rounds: rounds, spec: spec(&row, program, &new) };
        self.place(&scope, row, false, question, asked, new).await
    }

    /// Opens a conversation with its first turn, both in one transaction. The agent was read
    /// through the caller's scope a moment ago.
    pub async fn open(&self, actor: &Actor, conversation: NewConversation, agent: AgentSnapshot, new: NewTurn) -> Result<Turn, Error> {
        let scope = actor.scope_in(agent.workspace, Permission::Run)?;
        let row = crate::conversations::blank(actor, agent.workspace, conversation)?;
        let question = self.question(&row, &new).await?;
        let asked = self.asked(&scope, &row, &question, &agent, &new).await?;
        self.place(&scope, row, true, question, asked, new).await
    }

    /// Answers the question of the latest answer (or the latest question itself) once more.
    pub async fn regenerate(&self, actor: &Actor, id: MessageId) -> Result<Turn, Error> {
        let conversation = messages::repo::conversation_of(self.db.read(), id).await?.ok_or(messages::Error::NotFound)?;
        // Somebody else's message and one that does not exist are told in the same words.
        let row = match self.conversations.row(actor, conversation, Permission::Run).await {
            Err(crate::conversations::Error::NotFound) => return Err(messages::Error::NotFound.into()),
            other => other?,
        };
        let scope = actor.scope_in(WorkspaceId(row.workspace_id), Permission::Run)?;
        let target = messages::repo::get(self.db.read(), conversation, id).await?.ok_or(messages::Error::NotFound)?;
        let section = SectionId(row.section_id);
        let kinds = [MessageType::Question, MessageType::Answer];
        let last = messages::repo::last(self.db.read(), conversation, section, &kinds).await?.ok_or(Error::NotLatest)?;
        if target.id != last.id && target.question_id != last.id && !(target.id == target.question_id && last.question_id == target.id) {
            return Err(Error::NotLatest);
        }
        let asked = messages::repo::get(self.db.read(), conversation, MessageId(last.question_id)).await?.ok_or(Error::NotLatest)?;
        if asked.kind != MessageType::Question.as_str() {
            return Err(Error::NotLatest);
        }
        let form = if row.draft { AgentForm::Draft } else { AgentForm::Published };
        let agent = row.agent_id.map(AgentId).ok_or(Error::NoAgent)?;
        let snapshot = self.snapshot(&scope, &row, agent, form).await?;
        let question = Question::Stored { row: asked, again: true };
        let new = NewTurn::default();
        let asked = self.asked(&scope, &row, &question, &snapshot, &new).await?;
        self.place(&scope, row, false, question, asked, new).await
    }

    async fn snapshot(&self, scope: &Scope, row: &threads::Model, agent: AgentId, form: AgentForm) -> Result<AgentSnapshot, Error> {
        let snapshot = self.agents.agent(scope, agent, form).await?;
        if snapshot.workspace.get() == row.workspace_id { Ok(snapshot) } else { Err(Failure::not_found("agent").into()) }
    }

    /// Checks what was sent and gives it its ids: context first, in order, then the question.
    async fn question(&self, row: &threads::Model, new: &NewTurn) -> Result<Question, Error> {
        if new.context.len() > CONTEXT {
            return Err(Failure::invalid("additional_messages", format!("At most {CONTEXT} messages may come along.")).into());
        }
        for said in &new.context {
            messages::check(&said.content, self.settings.max_message_chars)?;
        }
        if messages::is_empty(&new.content) {
            return self.asked_before(row, new).await;
        }
        messages::check(&new.content, self.settings.max_message_chars)?;
        let context = new.context.iter().map(|said| {
            let message = NewMessage { role: said.role, kind: None, content: said.content.clone(), meta: said.meta.clone() };
            (MessageId::generate(), message)
        });
        let context = context.collect();
        let meta = new.question_meta.clone();
        let message = NewMessage { role: MessageRole::User, kind: Some(MessageType::Question), content: new.content.clone(), meta };
        let name = crate::conversations::auto_name(&messages::text_of(&new.content));
        Ok(Question::New { id: MessageId::generate(), message, context, name: Some(name).filter(|n| !n.is_empty()) })
    }

    /// Nothing was asked: then the last message is the question, if nobody answered it yet.
    async fn asked_before(&self, row: &threads::Model, new: &NewTurn) -> Result<Question, Error> {
        let kinds = [MessageType::Question, MessageType::Answer];
        let last = messages::repo::last(self.db.read(), ConversationId(row.id), SectionId(row.section_id), &kinds).await?;
        let open = last.filter(|m| new.context.is_empty() && m.kind == MessageType::Question.as_str() && m.run_id.is_none());
        open.map(|row| Question::Stored { row, again: false }).ok_or(Error::Empty)
    }

    /// Reads the history, stores, and reads again when the conversation changed meanwhile.
    async fn place(
        &self,
        scope: &Scope,
        mut row: threads::Model,
        fresh: bool,
        question: Question,
        asked: Asked,
        new: NewTurn,
    ) -> Result<Turn, Error> {
        let conversation = ConversationId(row.id);
        let Asked { agent, history_rounds, spec: bare } = asked;
        let run = bare.id;
        for _ in 0..ATTEMPTS {
            let full = match row.active_run_id {
                Some(_) => None,
                None if fresh => Some((bare.clone(), row.version)),
                None => Some((self.with_history(scope, &row, question.id(), history_rounds, bare.clone()).await?, row.version)),
            };
            let plan = Plan {
                conversation,
                question: question.clone(),
                bare: bare.clone(),
                full,
                agent,
                history_rounds,
                ephemeral: new.ephemeral,
                on_busy: new.on_busy,
                max_queued: self.settings.max_queued,
            };
            let placed = if fresh {
                let written = store::open(self.db.backend(), &self.runs, row.clone(), plan)?;
                self.db.write_batch(db::Urgency::Urgent, db::Batch::new(written.statements)).await?;
                Placed::Started(written.question)
            } else {
                let runs = self.runs.clone();
                self.db.write(move |tx| Box::pin(async move { store(tx, &runs, plan).await })).await?
            };
            let (question, status) = match placed {
                Placed::Started(question) => {
                    self.runs.launch(run);
                    (question, RunStatus::Running)
                }
                Placed::Queued(question) => {
                    // Usually nothing to do; it starts a queue that was left standing.
                    self.advance(conversation).await?;
                    (question, RunStatus::Queued)
                }
                Placed::Changed => {
                    row = threads::reread(self.db.read(), conversation).await?.ok_or(crate::conversations::Error::NotFound)?;
                    continue;
                }
            };
            return Ok(Turn { run_id: run, conversation_id: conversation, question, status });
        }
        Err(Error::Busy)
    }

    /// What an agent's run is given, without the history.
    async fn asked(
        &self,
        scope: &Scope,
        row: &threads::Model,
        question: &Question,
        snapshot: &AgentSnapshot,
        new: &NewTurn,
    ) -> Result<Asked, Error> {
        let config = &snapshot.config;
        let mut system = prompt::render(&config.prompt, &config.variables, &new.variables)?;
        if let Some(info) = new.system_info.as_deref().filter(|i| !i.is_empty()) {
            system = if system.is_empty() { info.to_owned() } else { format!("{system}\n\n{info}") };
        }
        let mut messages = Vec::new();
        if !system.trim().is_empty() {
            messages.push(model::Message::text(model::Role::System, system));
        }
        let reader = self.reader(scope);
        for said in &new.context {
            if !messages::is_empty(&said.content) {
                messages.push(message(said.role, reader.question(&said.content).await?));
            }
        }
        let content = match question {
            Question::New { message, .. } => message.content.clone(),
            Question::Stored { row, .. } => Message::from(row.clone()).content,
        };
        messages.push(message(MessageRole::User, reader.question(&content).await?));
        let mut turn = AgentTurn {
            agent: snapshot.id,
            agent_name: snapshot.name.clone(),
            version: snapshot.version,
            model: config.model.model_id,
            params: config.model.params.clone(),
            messages,
            tools: config.tools.clone(),
            workflows: Vec::new(),
            budget: config.budget.clone(),
            follow_up: config.follow_up.enabled.then(|| config.follow_up.prompt.clone().unwrap_or_default()),
            time_zone: new.time_zone.clone(),
        };
        self.runs.equip(scope, snapshot.workspace, &mut turn).await?;
        let spec = spec(row, Program::Agent(Box::new(turn)), new);
        Ok(Asked { agent: Some(snapshot.id), history_rounds: config.history_rounds, spec })
    }

    pub(super) fn reader<'a>(&'a self, scope: &'a Scope) -> Reader<'a> {
        Reader { files: &self.files, settings: &self.settings, scope }
    }

    /// The spec with the rounds before the question, right behind the system prompt.
    pub(super) async fn with_history(
        &self,
        scope: &Scope,
        row: &threads::Model,
        question: MessageId,
        rounds: u32,
        mut spec: RunSpec,
    ) -> Result<RunSpec, Error> {
        let section = spec.section.unwrap_or(SectionId(row.section_id));
        if rounds > 0 {
            let rows = messages::repo::remembered(self.db.read(), ConversationId(row.id), section, question, LOOKED_AT).await?;
            let entries = history::build(rows.into_iter().map(Message::from).collect(), rounds as usize);
            let seen = self.reader(scope).history(entries).await?;
            match &mut spec.program {
                Program::Agent(turn) => {
                    let at = usize::from(turn.messages.first().is_some_and(|m| m.role == model::Role::System));
                    turn.messages.splice(at..at, seen);
                }
                Program::Workflow(workflow) => _ = workflow.history.splice(0..0, seen),
            }
        }
        Ok(spec)
    }
}
