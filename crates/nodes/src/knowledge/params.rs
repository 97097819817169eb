//! What the knowledge nodes ask for.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::ports::knowledge::{Chunking, Parsing, Query, Strategy};
use crate::reading::Title;
use crate::talk::History;

/// Titles of [`RetrieveParams`].
pub const RETRIEVE: &[Title] = &[
    ("knowledge_ids", "知识库", "Knowledge bases"),
    ("strategy", "检索策略", "Search"),
    ("strategy=semantic", "语义", "By meaning"),
    ("strategy=hybrid", "混合", "By meaning and words"),
    ("strategy=full_text", "全文", "By words"),
    ("top_k", "最大召回数量", "Slices at most"),
    ("min_score", "最小匹配度", "Lowest score"),
    ("rerank", "结果重排", "Sort again"),
    ("rewrite", "查询改写", "Rewrite the query"),
    ("nl2sql", "表格查询", "Ask tables"),
    ("personal_only", "仅本人的文档", "Own documents only"),
    ("history", "会话历史", "Conversation history"),
    ("history.enabled", "携带会话历史", "Show the conversation"),
    ("history.rounds", "轮数", "Rounds"),
];

/// Titles of [`WriteParams`].
pub const WRITE: &[Title] = &[
    ("knowledge_id", "知识库", "Knowledge base"),
    ("parsing", "文档解析", "Reading"),
    ("parsing.mode", "解析方式", "Mode"),
    ("parsing.mode=fast", "快速", "Fast"),
    ("parsing.mode=accurate", "精准", "Exact"),
    ("parsing.images", "提取图片", "Take out pictures"),
    ("parsing.tables", "提取表格", "Take out tables"),
    ("parsing.ocr", "图片文字识别", "Read the text in pictures"),
    ("chunking", "分段", "Cutting"),
    ("chunking.mode", "分段方式", "Mode"),
    ("chunking.mode=default", "自动", "Automatic"),
    ("chunking.mode=custom", "自定义", "Custom"),
    ("chunking.separator", "分段标识符", "Cut at"),
    ("chunking.max_tokens", "分段最大长度", "Longest slice (tokens)"),
    ("chunking.overlap", "分段重叠度", "Overlap"),
    ("indexing", "索引", "Indexing"),
];

/// Titles of [`DeleteParams`].
pub const DELETE: &[Title] = &[("knowledge_id", "知识库", "Knowledge base")];

const fn five() -> u32 {
    5
}

/// Where and how to search.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetrieveParams {
    /// In which knowledge bases.
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
    /// Documents of the caller only.
    #[serde(default)]
    pub personal_only: bool,
    /// What a rewrite sees of the conversation.
    #[serde(default)]
    pub history: History,
}

impl RetrieveParams {
    /// As the port is asked, without the words.
    pub fn query(self) -> Query {
        let Self { knowledge_ids, strategy, top_k, min_score, rerank, rewrite, nl2sql, personal_only, history } = self;
        let history_rounds = if history.enabled { history.rounds } else { 0 };
        Query { knowledge_ids, text: String::new(), strategy, top_k, min_score, rerank, rewrite, nl2sql, personal_only, history_rounds }
    }
}

/// Where a document goes, and how it is read and cut.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteParams {
    /// To which knowledge base.
    pub knowledge_id: String,
    /// How the file is read.
    #[serde(default)]
    pub parsing: Parsing,
    /// How its text is cut.
    #[serde(default)]
    pub chunking: Chunking,
    /// Reserved: knowledge bases decide themselves how they index.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub indexing: Value,
}

/// Where a document is removed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteParams {
    /// From which knowledge base.
    pub knowledge_id: String,
}
