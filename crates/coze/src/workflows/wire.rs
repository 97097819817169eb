//! Shapes of `/v1/workflow/*` and `/v1/workflows/*`.

use flow::run::{Reply, Run, RunStatus, WorkflowRun};
use flow::value::Values;
use flow::value::render;
use flow::workflow::WorkflowForm;
use rest::LogId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use types::{Failure, TokenUsage, WorkflowId};
use utoipa::{IntoParams, ToSchema};

use crate::error;
use crate::id::GivenId;

/// The connector "API": what tokens call.
pub const CONNECTOR: &str = "1024";

/// A workflow to run.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeWorkflowRunRequest)]
pub struct RunRequest {
    /// Which.
    pub workflow_id: GivenId,
    /// An object, or its JSON in a string.
    #[schema(value_type = Object)]
    pub parameters: Value,
    /// On behalf of a bot; not together with an app.
    pub bot_id: Option<String>,
    /// On behalf of an app.
    pub app_id: Option<String>,
    /// The same as `app_id`.
    pub project_id: Option<String>,
    /// Answer with the number of the run at once.
    pub is_async: Option<bool>,
    /// `DEBUG`: the draft.
    pub execute_mode: Option<String>,
    /// A published version; absent: the latest.
    pub version: Option<String>,
    /// The same as `version`.
    pub workflow_version: Option<String>,
    /// Labels; `user_id` says for whom.
    #[schema(value_type = Object)]
    pub ext: Option<Map<String, Value>>,
}

impl RunRequest {
    /// The parameters as an object.
    pub fn inputs(&self) -> Result<Values, Failure> {
        let parsed = match &self.parameters {
            Value::Null => return Ok(Values::new()),
            Value::String(text) if text.trim().is_empty() => return Ok(Values::new()),
            Value::String(text) => serde_json::from_str(text).unwrap_or(Value::Null),
            other => other.clone(),
        };
        match parsed {
            Value::Object(inputs) => Ok(inputs),
            _ => Err(Failure::invalid("parameters", "`parameters` must be an object, or its JSON in a string.")),
        }
    }

    /// Which workflow, in which form.
    pub fn target(&self) -> Result<(WorkflowId, WorkflowForm), Failure> {
        let workflow = WorkflowId(self.workflow_id.required("workflow_id")?);
        let version = self.version.as_ref().or(self.workflow_version.as_ref()).filter(|version| !version.is_empty());
        let form = match version {
            _ if self.execute_mode.as_deref() == Some("DEBUG") => WorkflowForm::Draft,
            Some(version) => WorkflowForm::Version(version.clone()),
            None => WorkflowForm::Published,
        };
        Ok((workflow, form))
    }

    /// The app, if one is named. A run belongs to a bot or to an app.
    pub fn app(&self) -> Result<Option<String>, Failure> {
        let given = |id: &Option<String>| id.clone().filter(|id| !id.is_empty() && id != "0");
        let app = given(&self.app_id).or_else(|| given(&self.project_id));
        if app.as_ref().is_some_and(|app| app.contains('\0')) {
            return Err(Failure::invalid("app_id", "`app_id` holds a NUL character."));
        }
        match (&app, given(&self.bot_id)) {
            (Some(_), Some(_)) => Err(Failure::invalid("app_id", "`bot_id` and `app_id` cannot be given together.")),
            _ => Ok(app),
        }
    }

    /// The bot, if one is named.
    pub fn bot(&self) -> Option<&str> {
        self.bot_id.as_deref().filter(|id| !id.is_empty() && *id != "0")
    }

    /// For whom a service runs it.
    pub fn person(&self) -> Option<String> {
        let named = self.ext.as_ref().and_then(|ext| ext.get("user_id")).and_then(Value::as_str);
        named.filter(|person| !person.is_empty()).map(str::to_owned)
    }
}

/// A conversation that goes by name.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeWorkflowConversationRequest)]
pub struct ConversationRequest {
    /// The app.
    pub app_id: Option<String>,
    /// A workflow of the workspace.
    pub workflow_id: GivenId,
    /// The workspace, if no workflow is named.
    pub space_id: GivenId,
    /// Its name.
    pub conversation_name: Option<String>,
    /// Make it if there is none.
    pub get_or_create: Option<bool>,
    /// One that drafts are tried with.
    pub draft_mode: Option<bool>,
    /// The channel.
    pub connector_id: GivenId,
    /// For whom a service asks.
    pub user_id: Option<String>,
    /// Free labels.
    #[schema(value_type = Option<std::collections::BTreeMap<String, String>>)]
    pub meta_data: Option<crate::messages::wire::MetaData>,
}

/// A waiting run to go on.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeWorkflowResumeRequest)]
pub struct ResumeRequest {
    /// Which workflow.
    pub workflow_id: GivenId,
    /// Of the `Interrupt` event.
    pub event_id: String,
    /// The answer: text, or JSON in a string.
    #[schema(value_type = String)]
    pub resume_data: Value,
    /// Of the `Interrupt` event.
    pub interrupt_type: Option<i64>,
}

/// Which run.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// The workflow.
    #[serde(default)]
    pub workflow_id: GivenId,
    /// The run.
    #[serde(default)]
    pub execute_id: GivenId,
}

/// A run as the histories show it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeWorkflowHistory)]
pub struct History {
    execute_id: String,
    execute_status: &'static str,
    bot_id: String,
    connector_id: &'static str,
    connector_uid: String,
    run_mode: u8,
    logid: String,
    log_id: String,
    create_time: i64,
    update_time: i64,
    output: String,
    input: String,
    token: String,
    cost: &'static str,
    error_code: String,
    error_message: String,
    error_msg: String,
    debug_url: String,
    #[schema(value_type = Object)]
    node_execute_status: Map<String, Value>,
    usage: Usage,
    is_output_trimmed: bool,
}

/// Tokens.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = CozeWorkflowUsage)]
#[expect(clippy::struct_field_names, reason = "the names of the wire")]
pub struct Usage {
    /// All.
    pub token_count: u64,
    /// Of answers.
    pub output_count: u64,
    /// Of questions.
    pub input_count: u64,
}

impl From<TokenUsage> for Usage {
    fn from(usage: TokenUsage) -> Self {
        let TokenUsage { input_tokens, output_tokens, .. } = usage;
        Self { token_count: input_tokens + output_tokens, output_count: output_tokens, input_count: input_tokens }
    }
}

impl History {
    /// Of a run and what it was given.
    pub fn of(run: &Run, given: &WorkflowRun, log: &LogId, debug_url: String) -> Self {
        let error = run.error.as_ref();
        let message = error.map(|e| e.message.clone()).unwrap_or_default();
        Self {
            execute_id: run.id.to_string(),
            execute_status: match run.status {
                RunStatus::Completed => "Success",
                RunStatus::Failed => "Fail",
                RunStatus::Cancelled => "Cancel",
                RunStatus::Queued | RunStatus::Running | RunStatus::RequiresAction => "Running",
            },
            bot_id: given.bot.clone().unwrap_or_else(|| "0".to_owned()),
            connector_id: CONNECTOR,
            connector_uid: given.person.clone().unwrap_or_else(|| run.created_by.to_string()),
            run_mode: match given.reply {
                Reply::Sync => 0,
                Reply::Stream => 1,
                Reply::Async => 2,
            },
            logid: log.0.clone(),
            log_id: log.0.clone(),
            create_time: run.created_at.seconds(),
            update_time: run.finished_at.or(run.started_at).unwrap_or(run.created_at).seconds(),
            output: run.output.as_ref().map(data).unwrap_or_default(),
            input: render::json(&Value::Object(given.inputs.clone())),
            token: run.usage.total_tokens.to_string(),
            cost: "0.00000",
            error_code: error.map(|e| error::of_workflow(&e.code).to_string()).unwrap_or_default(),
            error_message: message.clone(),
            error_msg: message,
            debug_url,
            node_execute_status: Map::new(),
            usage: run.usage.into(),
            is_output_trimmed: false,
        }
    }

    /// With the nodes that told something.
    pub fn with_nodes(mut self, nodes: Map<String, Value>) -> Self {
        self.node_execute_status = nodes;
        self
    }
}

/// The result of a run as a string of this wire: the outputs as JSON, an answer wrapped.
pub fn data(output: &Value) -> String {
    match output {
        Value::String(answer) => json!({ "content_type": 1, "data": answer, "type_for_model": 2 }).to_string(),
        outputs => render::json(outputs),
    }
}
