//! Agents to begin with: one JSON file each, with the document in both languages.

use std::sync::LazyLock;

use flow::agent::AgentConfig;
use flow::tool::Localized;
use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;
use serde::Deserialize;

/// A template.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its id.
    pub id: String,
    /// For people.
    pub name: Localized,
    /// For people.
    pub description: Localized,
    /// An emoji.
    pub icon: String,
    /// The document in each language.
    pub configs: Configs,
}

/// The document in each language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configs {
    /// Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: AgentConfig,
    /// English.
    pub en: AgentConfig,
}

/// Languages of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `zh-CN`.
    Chinese,
    /// `en`.
    English,
}

impl Language {
    /// The first language of `Accept-Language` that we speak; English when there is none.
    pub fn of(headers: &HeaderMap) -> Self {
        let header = headers.get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let wanted = header.split(',').find_map(|part| Self::parse(part.split(';').next().unwrap_or_default().trim()));
        wanted.unwrap_or(Self::English)
    }

    fn parse(tag: &str) -> Option<Self> {
        match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }
}

impl Template {
    /// The document in a language.
    pub fn config(&self, language: Language) -> &AgentConfig {
        match language {
            Language::Chinese => &self.configs.zh,
            Language::English => &self.configs.en,
        }
    }
}

const FILES: [&str; 4] = [
    include_str!("templates/assistant.json"),
    include_str!("templates/web_reader.json"),
    include_str!("templates/writing_helper.json"),
    include_str!("templates/translator.json"),
];

/// All, in the order shown to people. (A test reads every file, so none is left out at run time.)
pub fn all() -> &'static [Template] {
    static ALL: LazyLock<Vec<Template>> = LazyLock::new(|| FILES.iter().filter_map(|text| serde_json::from_str(text).ok()).collect());
    &ALL
}

/// The template of this id.
pub fn get(id: &str) -> Option<&'static Template> {
    all().iter().find(|t| t.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_template() {
        for text in FILES {
            let template: Template = serde_json::from_str(text).unwrap();
            for config in [&template.configs.zh, &template.configs.en] {
                assert!(config.prompt.len() > 200 && !config.opening.message.is_empty(), "{}", template.id);
            }
            assert_eq!(template.configs.zh.tools, template.configs.en.tools, "{}", template.id);
            assert!(!template.name.zh.is_empty() && !template.name.en.is_empty() && !template.description.zh.is_empty());
        }
        assert_eq!(all().len(), FILES.len());
    }

    #[test]
    fn language_of_a_request() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, value.parse().unwrap());
            Language::of(&headers)
        };
        assert_eq!(of("zh-CN,zh;q=0.9,en;q=0.8"), Language::Chinese);
        assert_eq!(of("fr, en-GB;q=0.7"), Language::English);
        assert_eq!(of("fr"), Language::English);
        assert_eq!(Language::of(&HeaderMap::new()), Language::English);
    }
}
