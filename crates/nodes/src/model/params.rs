//! What the model node asks for.

use flow::value::Values;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::ports::knowledge::Strategy;
use crate::reading::Title;

/// Titles of its own parameters.
pub const TITLES: &[Title] = &[
    ("prompt", "用户提示词", "Prompt"),
    ("images", "图片输入", "Pictures"),
    ("max_rounds", "最多调用轮数", "Rounds at most"),
    ("skills", "技能", "Skills"),
    ("skills.tools", "工具", "Tools"),
    ("skills.tools.tool", "工具", "Tool"),
    ("skills.tools.hidden", "隐藏参数", "Hidden arguments"),
    ("skills.tools.defaults", "默认参数值", "Default arguments"),
    ("skills.tools.hidden_outputs", "隐藏输出", "Hidden outputs"),
    ("skills.workflows", "工作流", "Workflows"),
    ("skills.workflows.workflow_id", "工作流", "Workflow"),
    ("skills.workflows.version", "版本", "Version"),
    ("skills.workflows.hidden", "隐藏参数", "Hidden arguments"),
    ("skills.workflows.defaults", "默认参数值", "Default arguments"),
    ("skills.workflows.hidden_outputs", "隐藏输出", "Hidden outputs"),
    ("skills.knowledge", "知识库", "Knowledge"),
    ("skills.knowledge.knowledge_ids", "知识库", "Knowledge bases"),
    ("skills.knowledge.strategy", "检索策略", "Search"),
    ("skills.knowledge.strategy=semantic", "语义", "By meaning"),
    ("skills.knowledge.strategy=hybrid", "混合", "By meaning and words"),
    ("skills.knowledge.strategy=full_text", "全文", "By words"),
    ("skills.knowledge.top_k", "最大召回数量", "Slices at most"),
    ("skills.knowledge.min_score", "最小匹配度", "Lowest score"),
    ("skills.knowledge.rerank", "结果重排", "Sort again"),
    ("skills.knowledge.rewrite", "查询改写", "Rewrite the query"),
    ("skills.knowledge.nl2sql", "表格查询", "Ask tables"),
    ("skills.knowledge.no_recall_reply", "无召回回复", "Answer when nothing is found"),
    ("skills.knowledge.on_demand", "按需检索", "Search on demand"),
];

const fn ten() -> u32 {
    10
}

const fn five() -> u32 {
    5
}

model_params! {
    /// The model, what it is asked, what it may use.
    pub struct Params {
        /// The question, with `{{input}}`.
        #[serde(default)]
        pub prompt: String,
        /// Inputs with pictures: they stand where the prompt names them, else at its end.
        #[serde(default)]
        pub images: Vec<String>,
        /// What the model may use.
        #[serde(default)]
        pub skills: Skills,
        /// How often the model is asked before the node gives up.
        #[serde(default = "ten")]
        pub max_rounds: u32,
    }
}

/// What the model may use.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Skills {
    /// Tools.
    #[serde(default)]
    pub tools: Vec<ToolSkill>,
    /// Published workflows.
    #[serde(default)]
    pub workflows: Vec<WorkflowSkill>,
    /// Knowledge bases.
    #[serde(default)]
    pub knowledge: Option<KnowledgeSkill>,
}

/// A tool.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ToolSkill {
    /// Its name.
    pub tool: String,
    /// Arguments that the model does not see and cannot give.
    #[serde(default)]
    pub hidden: Vec<String>,
    /// Values of arguments that are hidden, or that the model leaves out.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub defaults: Values,
    /// Outputs that the model is not told; `a.b` inside an object, `a.[].b` inside the objects of a list.
    #[serde(default)]
    pub hidden_outputs: Vec<String>,
}

/// A workflow.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkflowSkill {
    /// Which.
    pub workflow_id: String,
    /// Its published version; absent: the draft.
    #[serde(default)]
    pub version: Option<String>,
    /// Arguments that the model does not see and cannot give.
    #[serde(default)]
    pub hidden: Vec<String>,
    /// Values of arguments that are hidden, or that the model leaves out.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub defaults: Values,
    /// Outputs that the model is not told; `a.b` inside an object, `a.[].b` inside the objects of a list.
    #[serde(default)]
    pub hidden_outputs: Vec<String>,
}

/// Knowledge bases.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KnowledgeSkill {
    /// Which.
    pub knowledge_ids: Vec<String>,
    /// How slices are found.
    #[serde(default)]
    pub strategy: Strategy,
    /// Slices at most.
    #[serde(default = "five")]
    pub top_k: u32,
    /// Slices below this (0 to 1) are left out.
    #[serde(default)]
    pub min_score: f64,
    /// Sort again by a model made for it.
    #[serde(default)]
    pub rerank: bool,
    /// Let a model make the query clearer first.
    #[serde(default)]
    pub rewrite: bool,
    /// Ask tables by SQL that a model writes.
    #[serde(default)]
    pub nl2sql: bool,
    /// What is answered when nothing is found; absent: the model answers without.
    #[serde(default)]
    pub no_recall_reply: Option<String>,
    /// The model searches when it wants to; otherwise the prompt is looked up before the model is asked.
    #[serde(default)]
    pub on_demand: bool,
}
