//! From a request to a run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use db::{Batch, Urgency};
use flow::node::NodeError;
use flow::run::{Callee, Debugging, Program, Reply, Run, RunSpec, Variables, WorkflowRun};
use flow::value::convert::{self, Strictness};
use flow::value::{Field, Values};
use flow::workflow::{Finding, FrozenDocument, NodeId, Severity, VariableScope, WorkflowForm};
use model::Message;
use sea_orm::Statement;
use types::{Actor, ConversationId, ErrorKind, Failure, Permission, RunId, SectionId, Timestamp, UserId, WorkflowId, WorkspaceId};

use super::{Workflows, debug, documents, variables};
use crate::error::Error;
use crate::journal::create;
use crate::program::graph::Plan;
use crate::runtime::{Hub, Runs};

/// A run to start.
#[derive(Debug, Clone)]
pub struct Start {
    /// Which workflow.
    pub workflow: WorkflowId,
    /// Which form of it.
    pub form: WorkflowForm,
    /// Run only this node, with `inputs` as its inputs.
    pub only: Option<NodeId>,
    /// By the names of the start node's fields.
    pub inputs: Values,
    /// A value that does not fit its type fails the run instead of becoming nothing.
    pub strict: bool,
    /// How it was asked for.
    pub reply: Reply,
    /// Of a chatflow: where it answers.
    pub thread: Option<Thread>,
    /// The app, as the caller named it.
    pub app: Option<String>,
    /// For whom a service runs it, as it names him.
    pub person: Option<String>,
    /// The agent for which it runs, as the caller named it.
    pub bot: Option<String>,
    /// The caller's time zone (IANA name), if known.
    pub time_zone: Option<String>,
    /// Free labels of the caller.
    pub meta: serde_json::Map<String, serde_json::Value>,
    /// How a draft is tried out.
    pub debugging: Debugging,
}

impl Start {
    /// The whole workflow with these inputs.
    pub fn new(workflow: WorkflowId, form: WorkflowForm, inputs: Values) -> Self {
        Self {
            workflow,
            form,
            only: None,
            inputs,
            strict: false,
            reply: Reply::default(),
            thread: None,
            app: None,
            person: None,
            bot: None,
            time_zone: None,
            meta: serde_json::Map::new(),
            debugging: Debugging::default(),
        }
    }
}

/// Where a chatflow answers.
#[derive(Debug, Clone, Default)]
pub struct Thread {
    /// The conversation, if it is kept.
    pub conversation: Option<ConversationId>,
    /// Its context section.
    pub section: Option<SectionId>,
    /// What was said before, oldest first.
    pub history: Vec<Message>,
}

/// A run that may be stored: its documents are sound and its inputs fit.
pub struct Prepared {
    /// What the run is given. Whoever starts it with rows of his own stores it by [`Prepared::store`].
    pub spec: RunSpec,
    /// Those that may not be stored yet.
    documents: Vec<Arc<FrozenDocument>>,
    pub(super) plan: Arc<Plan>,
}

impl Prepared {
    /// The statements that store documents and run, as [`Runs::create`].
    pub fn store(self, runs: &Runs, queued: bool) -> Result<Vec<Statement>, db::Error> {
        let mut statements = documents::store(runs.db().backend(), &self.documents, Timestamp::now())?;
        statements.extend(runs.create(self.spec, queued)?);
        Ok(statements)
    }
}

/// A run that was just started.
pub struct Started {
    /// As it was then.
    pub run: Run,
    /// Where it is followed, also when it has left memory meanwhile.
    hub: Arc<Hub>,
}

impl Workflows {
    /// Starts a run. Drafts and single nodes are for builders.
    pub async fn start(&self, actor: &Actor, start: Start) -> Result<Started, Error> {
        let prepared = self.prepare(actor, start).await?;
        let run = create::blank(&prepared.spec, Timestamp::now());
        let statements = documents::store(self.runs.db().backend(), &prepared.documents, Timestamp::now())?;
        let hub = self.runs.open(prepared.spec, Some(Ok(prepared.plan)), statements).await?;
        self.runs.plans().are_stored(&prepared.documents).await;
        Ok(Started { run, hub })
    }

    /// The run once it has ended or waits for somebody; as it is when `limit` is over before.
    pub async fn wait(&self, actor: &Actor, started: Started, limit: Duration) -> Result<Run, Error> {
        self.runs.at_rest(&actor.scope(Permission::View), started.run.id, &started.hub, limit).await
    }

    /// Stores the documents of a prepared run, and gives what the run is given to whoever stores it
    /// with rows of his own. A run that is not stored then leaves nothing but documents behind.
    pub async fn freeze(&self, prepared: Prepared) -> Result<RunSpec, Error> {
        let statements = documents::store(self.runs.db().backend(), &prepared.documents, Timestamp::now())?;
        if !statements.is_empty() {
            self.runs.db().write_batch(Urgency::Urgent, Batch::new(statements)).await?;
            self.runs.plans().are_stored(&prepared.documents).await;
        }
        Ok(prepared.spec)
    }

    /// Checks and freezes; nothing is stored yet.
    pub async fn prepare(&self, actor: &Actor, start: Start) -> Result<Prepared, Error> {
        let prepared = self.frozen(actor, start).await?;
        if let Program::Workflow(run) = &prepared.spec.program
            && run.only.is_none()
        {
            fits(run, prepared.plan.fields())?;
        }
        Ok(prepared)
    }

    /// The same, whatever the inputs are.
    pub(super) async fn frozen(&self, actor: &Actor, start: Start) -> Result<Prepared, Error> {
        check_place(start.app.as_deref(), start.bot.as_deref(), start.person.as_deref())?;
        let snapshot = self.source.workflow(&actor.scope(Permission::View), start.workflow, &start.form).await?;
        let tries = start.form == WorkflowForm::Draft || start.only.is_some();
        actor.require(snapshot.workspace, if tries { Permission::Build } else { Permission::Run })?;
        if start.only.as_ref().is_some_and(|node| !snapshot.document.document().nodes.contains_key(node)) {
            return Err(Failure::not_found("node").into());
        }
        let mut known = BTreeMap::new();
        let mut callees = BTreeMap::new();
        for (key, callee) in snapshot.callees {
            let hash = documents::stored(&callee.document)?.hash.clone();
            callees.insert(key, Callee { name: callee.name, description: callee.description, document: hash.clone() });
            known.insert(hash, callee.document);
        }
        let hash = documents::stored(&snapshot.document)?.hash.clone();
        known.insert(hash.clone(), snapshot.document);
        let thread = start.thread.unwrap_or_default();
        let mut run = WorkflowRun {
            workflow: snapshot.id,
            workflow_name: snapshot.name,
            version: snapshot.version,
            document: hash,
            callees,
            inputs: start.inputs,
            strict: start.strict,
            only: start.only,
            variables: Variables::default(),
            history: thread.history,
            app: start.app,
            person: start.person,
            bot: start.bot,
            place: None,
            time_zone: start.time_zone,
            limits: self.limits.least(&snapshot.limits),
            reply: start.reply,
            fork: None,
            debugging: (!start.debugging.is_nothing()).then(|| Box::new(start.debugging)),
        };
        let plan = self.runs.plans().of(&run, &known).await.map_err(|findings| unsound(&findings))?;
        debug::check(&run, &plan)?;
        run.variables = self.variables(&plan, snapshot.workspace, actor.user, &run).await?;
        run.inputs = self.with_files(actor, snapshot.workspace, run.inputs, plan.fields()).await?;
        let documents = self.runs.plans().unstored(known).await;
        let spec = RunSpec {
            id: RunId::generate(),
            workspace: snapshot.workspace,
            user: actor.user,
            program: Program::Workflow(Box::new(run)),
            conversation: thread.conversation,
            section: thread.section,
            meta: start.meta,
            parent: None,
        };
        Ok(Prepared { spec, documents, plan })
    }
}

impl Workflows {
    /// Those that the run can read or set.
    async fn variables(&self, plan: &Plan, workspace: WorkspaceId, user: UserId, run: &WorkflowRun) -> Result<Variables, Error> {
        let mut variables = Variables::default();
        if plan.touches(VariableScope::User) {
            variables.user = variables::load(self.runs.db(), workspace, user, run).await?;
        }
        if let Some(apps) = self.apps.as_ref().filter(|_| plan.touches(VariableScope::App)) {
            variables.app = apps.values(workspace, user, run.app.as_deref()).await?;
        }
        Ok(variables)
    }
}

/// Apps, agents and persons are names that callers give; what is kept for them goes by these.
fn check_place(app: Option<&str>, bot: Option<&str>, person: Option<&str>) -> Result<(), Failure> {
    for (field, given, most) in [("app_id", app, 64), ("bot_id", bot, 64), ("user_id", person, 255)] {
        let given = given.unwrap_or_default();
        if given.chars().count() > most {
            return Err(Failure::invalid(field, format!("`{field}` has at most {most} characters.")));
        }
        if given.contains('\0') {
            return Err(Failure::invalid(field, format!("`{field}` holds a NUL character.")));
        }
    }
    Ok(())
}

/// What the caller can put right is said before there is a run.
fn fits(run: &WorkflowRun, fields: &[Field]) -> Result<(), Failure> {
    let strictness = if run.strict { Strictness::Strict } else { Strictness::Lenient };
    let refuse = |error: NodeError| Failure { code: error.code.into(), ..Failure::invalid("inputs", error.message) };
    convert::start(run.inputs.clone(), fields, strictness).map(drop).map_err(refuse)
}

fn unsound(findings: &[Finding]) -> Failure {
    let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    let first = errors.first().map_or_else(String::new, |finding| {
        let node = finding.node.as_ref().map(|id| format!(" (node {id})")).unwrap_or_default();
        format!(" {}{node}", finding.message.en)
    });
    let more = errors.len().saturating_sub(1);
    let rest = if more == 0 { String::new() } else { format!("; {more} more") };
    Failure::new(ErrorKind::Conflict, "workflow_invalid", format!("The workflow cannot run:{first}{rest}. Validate it to see everything."))
}
