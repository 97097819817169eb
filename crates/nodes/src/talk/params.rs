//! Parameters of nodes that ask models.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the answer looks like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Plain text.
    #[default]
    Text,
    /// Markdown.
    Markdown,
    /// JSON with the declared outputs.
    Json,
}

/// What the model sees of the conversation before the run (chatflows).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct History {
    /// Show it.
    pub enabled: bool,
    /// Questions with their answers, the last ones.
    pub rounds: u32,
}

/// Titles of the parameters that [`model_params!`] adds.
pub const TITLES: &[crate::reading::Title] = &[
    ("model_id", "模型", "Model"),
    ("temperature", "随机性", "Temperature"),
    ("top_p", "Top P", "Top P"),
    ("max_tokens", "最大回复长度", "Longest answer (tokens)"),
    ("response_format", "输出格式", "Answer format"),
    ("response_format=text", "文本", "Text"),
    ("response_format=markdown", "Markdown", "Markdown"),
    ("response_format=json", "JSON", "JSON"),
    ("system_prompt", "系统提示词", "System prompt"),
    ("history", "会话历史", "Conversation history"),
    ("history.enabled", "携带会话历史", "Show the conversation"),
    ("history.rounds", "轮数", "Rounds"),
];

/// These titles and more.
pub fn titles(more: &[crate::reading::Title]) -> Vec<crate::reading::Title> {
    TITLES.iter().chain(more).copied().collect()
}

/// Declares a params struct with the parameters of models before its own. A macro, because a struct
/// that is flattened into another cannot refuse unknown names.
macro_rules! model_params {
    ($(#[$meta:meta])* pub struct $name:ident { $($own:tt)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, serde::Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Which model; `null`: the workspace's default.
            #[serde(default)]
            pub model_id: Option<types::ModelId>,
            /// 0 to 2; higher is more surprising.
            #[serde(default)]
            pub temperature: Option<f64>,
            /// 0 to 1; words beyond this share of probability are not considered.
            #[serde(default)]
            pub top_p: Option<f64>,
            /// Most tokens of the answer; 0: the model's own limit.
            #[serde(default)]
            pub max_tokens: Option<u32>,
            /// What the answer looks like.
            #[serde(default)]
            pub response_format: $crate::talk::Format,
            /// Instructions, with `{{input}}`.
            #[serde(default)]
            pub system_prompt: String,
            /// What the model sees of the conversation before the run (chatflows).
            #[serde(default)]
            pub history: $crate::talk::History,
            $($own)*
        }

        impl $name {
            /// The parameters of the model, read; what is wrong with them is told.
            pub fn talk(&self, reading: &mut $crate::reading::Reading<'_>) -> $crate::talk::Talk {
                let talk = $crate::talk::Talk {
                    model: self.model_id,
                    temperature: self.temperature,
                    top_p: self.top_p,
                    max_tokens: self.max_tokens.filter(|most| *most > 0),
                    system: flow::value::template::Template::parse(&self.system_prompt),
                    history: self.history.clone(),
                    format: self.response_format,
                };
                talk.check(reading, "/params");
                talk
            }
        }
    };
}
