//! Bots as clients write and read them: both ways between a bot and an agent's document.

use flow::agent::{AgentConfig, AgentTool};
use model::chat::{Params, ResponseFormat};
use serde::{Deserialize, Serialize};
use types::{AgentId, Failure, ModelId, WorkflowId};
use utoipa::ToSchema;

use crate::id::GivenId;

/// The settings of a bot in `/v1/bot/create` and `/v1/bot/update`. Absent: stays as it is.
/// Fields not named here (plugins, knowledge, images) are ignored.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeBotSettings)]
pub struct BotSettings {
    /// Instructions.
    pub prompt_info: Option<PromptInfo>,
    /// What the person sees first.
    pub onboarding_info: Option<GivenOnboarding>,
    /// Suggestions after an answer.
    pub suggest_reply_info: Option<SuggestReply>,
    /// The model and its parameters.
    pub model_info_config: Option<GivenModel>,
    /// Workflows that the bot may call, all of them.
    pub workflow_id_list: Option<GivenWorkflows>,
}

/// Workflows that a bot may call.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeGivenWorkflows)]
pub struct GivenWorkflows {
    /// Each by its id.
    pub ids: Vec<GivenWorkflow>,
}

/// A workflow that a bot may call; its latest published version is called.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeGivenWorkflow)]
pub struct GivenWorkflow {
    /// Which.
    pub id: GivenId,
}

/// Instructions.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(default)]
#[schema(as = CozePromptInfo)]
pub struct PromptInfo {
    /// With `{{variable}}` references.
    pub prompt: String,
}

/// What the person sees first; absent: stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeGivenOnboarding)]
pub struct GivenOnboarding {
    /// Markdown.
    pub prologue: Option<String>,
    /// Buttons.
    pub suggested_questions: Option<Vec<String>>,
}

/// Suggestions after an answer.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeSuggestReply)]
pub struct SuggestReply {
    /// `disable`, `enable` or `customized`.
    pub reply_mode: String,
    /// Own instructions, with `customized`.
    pub customized_prompt: String,
}

/// The model and its parameters; absent: stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeGivenModel)]
pub struct GivenModel {
    /// Id of a model of the workspace.
    pub model_id: GivenId,
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// Rounds of history.
    pub context_round: Option<u32>,
    /// Most tokens of an answer.
    pub max_tokens: Option<u32>,
    /// `text`, `markdown` or `json`.
    pub response_format: Option<String>,
    /// Only some vendors.
    pub top_k: Option<u32>,
    /// 0 to 1.
    pub top_p: Option<f64>,
    /// -2 to 2.
    pub presence_penalty: Option<f64>,
    /// -2 to 2.
    pub frequency_penalty: Option<f64>,
}

impl BotSettings {
    /// Writes what is there into the document.
    pub fn apply(self, config: &mut AgentConfig) -> Result<(), Failure> {
        if let Some(PromptInfo { prompt }) = self.prompt_info {
            config.prompt = prompt;
        }
        if let Some(given) = self.onboarding_info {
            set(&mut config.opening.message, given.prologue);
            set(&mut config.opening.suggested_questions, given.suggested_questions);
        }
        if let Some(given) = self.suggest_reply_info {
            given.apply(config)?;
        }
        if let Some(given) = self.workflow_id_list {
            given.apply(config)?;
        }
        self.model_info_config.map_or(Ok(()), |given| given.apply(config))
    }
}

impl GivenWorkflows {
    /// Those that were there keep their version, others come after all tools.
    fn apply(self, config: &mut AgentConfig) -> Result<(), Failure> {
        let mut wanted: Vec<WorkflowId> = Vec::with_capacity(self.ids.len());
        for given in self.ids {
            let id = WorkflowId(given.id.required("workflow_id_list")?);
            if !wanted.contains(&id) {
                wanted.push(id);
            }
        }
        config.tools.retain(|tool| !matches!(tool, AgentTool::Workflow { workflow, .. } if !wanted.contains(workflow)));
        let known =
            |id: &WorkflowId| config.tools.iter().any(|tool| matches!(tool, AgentTool::Workflow { workflow, .. } if workflow == id));
        let new: Vec<WorkflowId> = wanted.into_iter().filter(|id| !known(id)).collect();
        config.tools.extend(new.into_iter().map(|workflow| AgentTool::Workflow { workflow, version: None }));
        Ok(())
    }
}

fn set<T>(to: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *to = given;
    }
}

impl SuggestReply {
    fn apply(self, config: &mut AgentConfig) -> Result<(), Failure> {
        let (enabled, prompt) = match self.reply_mode.as_str() {
            "disable" => (false, None),
            "enable" => (true, None),
            "customized" => (true, Some(self.customized_prompt)),
            _ => return Err(Failure::invalid("reply_mode", "`reply_mode` is disable, enable or customized.")),
        };
        config.follow_up.enabled = enabled;
        config.follow_up.prompt = prompt;
        Ok(())
    }

    fn of(config: &AgentConfig) -> Self {
        let reply_mode = match (config.follow_up.enabled, &config.follow_up.prompt) {
            (false, _) => "disable",
            (true, None) => "enable",
            (true, Some(_)) => "customized",
        };
        Self { reply_mode: reply_mode.into(), customized_prompt: config.follow_up.prompt.clone().unwrap_or_default() }
    }
}

impl GivenModel {
    fn apply(self, config: &mut AgentConfig) -> Result<(), Failure> {
        if let Some(id) = self.model_id.0 {
            config.model.model_id = Some(ModelId(id));
        }
        let response_format = match self.response_format.as_deref() {
            None | Some("") => None,
            Some("text" | "markdown") => Some(ResponseFormat::Text),
            Some("json") => Some(ResponseFormat::Json),
            Some(_) => return Err(Failure::invalid("response_format", "`response_format` is text, markdown or json.")),
        };
        let given = Params {
            temperature: self.temperature,
            top_p: self.top_p,
            top_k: self.top_k,
            max_tokens: self.max_tokens,
            frequency_penalty: self.frequency_penalty,
            presence_penalty: self.presence_penalty,
            response_format,
            ..Params::default()
        };
        config.model.params = given.or(&config.model.params);
        set(&mut config.history_rounds, self.context_round);
        Ok(())
    }
}

/// A bot.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CozeBot)]
pub struct BotObject {
    /// Its id.
    pub bot_id: AgentId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Always empty: pictures are not public.
    pub icon_url: String,
    /// Unix seconds.
    pub create_time: i64,
    /// Unix seconds.
    pub update_time: i64,
    /// The published version; empty for a draft.
    pub version: String,
    /// Instructions.
    pub prompt_info: PromptInfo,
    /// What the person sees first.
    pub onboarding_info: Onboarding,
    /// 0: a single agent.
    pub bot_mode: u8,
    /// The model.
    pub model_info: ModelInfo,
    /// One for each tool that is no workflow.
    pub plugin_info_list: Vec<Plugin>,
    /// One for each workflow.
    pub workflow_info_list: Vec<Workflow>,
    /// Always empty.
    pub shortcut_commands: Vec<String>,
    /// Always empty.
    pub knowledge: Knowledge,
    /// Suggestions after an answer.
    pub suggest_reply_info: SuggestReply,
    /// Variables of the prompt.
    pub variables: Vec<Variable>,
    /// Always `text`.
    pub default_user_input_type: String,
    /// Who made it.
    pub owner_user_id: String,
}

/// What the person sees first.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CozeOnboarding)]
pub struct Onboarding {
    /// Markdown.
    pub prologue: String,
    /// Buttons.
    pub suggested_questions: Vec<String>,
}

/// The model.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CozeModelInfo)]
pub struct ModelInfo {
    /// Its id; empty when the workspace has no model.
    pub model_id: String,
    /// Its name.
    pub model_name: String,
    /// Rounds of history.
    pub context_round: u32,
    /// Parameters the agent sets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// Likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// Likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    /// Likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence_penalty: Option<f64>,
    /// Likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency_penalty: Option<f64>,
    /// `text` or `json`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_format: Option<&'static str>,
}

/// A tool in the place of a plugin.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CozePlugin)]
pub struct Plugin {
    /// The tool's name.
    pub plugin_id: String,
    /// The tool's name.
    pub name: String,
    /// When to use it.
    pub description: String,
    /// Always empty.
    pub icon_url: String,
    /// The tool itself.
    pub api_info_list: Vec<PluginApi>,
}

/// A tool.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CozePluginApi)]
pub struct PluginApi {
    /// The tool's name.
    pub api_id: String,
    /// The tool's name.
    pub name: String,
    /// When to use it.
    pub description: String,
}

/// A workflow that a bot may call.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CozeBotWorkflow)]
pub struct Workflow {
    /// Its id.
    pub id: WorkflowId,
    /// Its name; empty when it is gone.
    pub name: String,
    /// When to use it.
    pub description: String,
    /// Always empty.
    pub icon_url: String,
    /// Its id, as Coze Studio's clients read it.
    pub workflow_id: WorkflowId,
    /// The same: workflows stand in the place of plugins there.
    pub plugin_id: WorkflowId,
    /// Likewise.
    pub api_id: WorkflowId,
    /// 0: a workflow, 3: a chatflow.
    pub flow_mode: u8,
}

/// Knowledge of a bot.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CozeKnowledge)]
pub struct Knowledge {
    /// Always empty.
    pub dataset_ids: Vec<String>,
    /// Asked on every turn.
    pub auto_call: bool,
    /// 0: by meaning.
    pub search_strategy: u8,
}

/// A variable of the prompt.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CozeBotVariable)]
pub struct Variable {
    /// Its name.
    pub keyword: String,
    /// Used when nothing else is known.
    pub default_value: String,
    /// Always `KVVariable`.
    pub variable_type: &'static str,
    /// Always `custom`.
    pub channel: &'static str,
    /// For people.
    pub description: String,
    /// Always true.
    pub enable: bool,
    /// Always true.
    pub prompt_enable: bool,
}

/// What a document alone cannot say of a bot.
#[derive(Debug, Clone)]
pub struct About {
    /// Its id.
    pub id: AgentId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub updated_at: i64,
    /// `None`: the draft.
    pub version: Option<i64>,
    /// Who made it.
    pub owner: String,
    /// The model that answers, and its name.
    pub model: Option<(ModelId, String)>,
    /// The workflows it may call.
    pub workflows: Vec<Workflow>,
}

impl BotObject {
    /// An agent as a bot.
    pub fn of(about: About, config: &AgentConfig, describe: impl Fn(&str) -> String) -> Self {
        let params = &config.model.params;
        let (model_id, model_name) = about.model.map(|(id, name)| (id.to_string(), name)).unwrap_or_default();
        Self {
            bot_id: about.id,
            name: about.name,
            description: about.description,
            icon_url: String::new(),
            create_time: about.created_at,
            update_time: about.updated_at,
            version: about.version.map(|v| v.to_string()).unwrap_or_default(),
            prompt_info: PromptInfo { prompt: config.prompt.clone() },
            onboarding_info: Onboarding {
                prologue: config.opening.message.clone(),
                suggested_questions: config.opening.suggested_questions.clone(),
            },
            bot_mode: 0,
            model_info: ModelInfo {
                model_id,
                model_name,
                context_round: config.history_rounds,
                temperature: params.temperature,
                max_tokens: params.max_tokens,
                top_p: params.top_p,
                top_k: params.top_k,
                presence_penalty: params.presence_penalty,
                frequency_penalty: params.frequency_penalty,
                response_format: params.response_format.map(|f| if f == ResponseFormat::Json { "json" } else { "text" }),
            },
            plugin_info_list: config.tools.iter().filter_map(|tool| plugin(tool, &describe)).collect(),
            workflow_info_list: about.workflows,
            shortcut_commands: Vec::new(),
            knowledge: Knowledge { dataset_ids: Vec::new(), auto_call: true, search_strategy: 0 },
            suggest_reply_info: SuggestReply::of(config),
            variables: config.variables.iter().map(variable).collect(),
            default_user_input_type: "text".into(),
            owner_user_id: about.owner,
        }
    }
}

fn plugin(tool: &AgentTool, describe: impl Fn(&str) -> String) -> Option<Plugin> {
    let (name, description) = match tool {
        AgentTool::Builtin { name, .. } => (name.clone(), describe(name)),
        AgentTool::Client { name, description, .. } => (name.clone(), description.clone()),
        AgentTool::Workflow { .. } => return None,
    };
    let api = PluginApi { api_id: name.clone(), name: name.clone(), description: description.clone() };
    Some(Plugin { plugin_id: name.clone(), name, description, icon_url: String::new(), api_info_list: vec![api] })
}

fn variable(variable: &flow::agent::Variable) -> Variable {
    Variable {
        keyword: variable.name.clone(),
        default_value: variable.default.clone(),
        variable_type: "KVVariable",
        channel: "custom",
        description: variable.description.clone(),
        enable: true,
        prompt_enable: true,
    }
}
