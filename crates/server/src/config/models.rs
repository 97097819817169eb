//! Models given by `MODEL_*_N`, and limits of runs.

use std::collections::BTreeMap;

use secrecy::SecretString;

use super::{Period, Problem, Sources, settings};

settings! {
    /// Limits of runs.
    pub struct Runs {
        /// How long `POST /api/chat` waits for the whole answer.
        chat_timeout: Period = "HEARTH_CHAT_TIMEOUT", "300s";
    }
}

/// A model from the environment: shown read-only.
#[derive(Debug, Clone)]
pub struct Preset {
    /// The suffix N.
    pub number: u32,
    /// `MODEL_OPENCOZE_ID_N` (or `MODEL_COZE_ID_N`).
    pub id: Option<i64>,
    /// `MODEL_PROTOCOL_N`: the vendor.
    pub vendor: String,
    /// `MODEL_NAME_N`, else the vendor's name of the model.
    pub name: String,
    /// `MODEL_ID_N`: the vendor's name of the model.
    pub model: String,
    /// `MODEL_API_KEY_N`.
    pub api_key: Option<SecretString>,
    /// `MODEL_BASE_URL_N`.
    pub base_url: Option<String>,
}

/// Reads all of them. A block without `MODEL_ID_N` is not in use (the sample file has empty ones).
pub fn presets(sources: &Sources) -> Result<Vec<Preset>, Problem> {
    const FIELDS: [&str; 7] = ["PROTOCOL", "OPENCOZE_ID", "COZE_ID", "NAME", "ID", "API_KEY", "BASE_URL"];
    let mut blocks: BTreeMap<u32, BTreeMap<&str, &str>> = BTreeMap::new();
    for (name, _, text) in sources.with_prefix("MODEL_") {
        let Some((field, number)) = name.trim_start_matches("MODEL_").rsplit_once('_') else { continue };
        if let (Some(field), Ok(number)) = (FIELDS.iter().find(|f| **f == field), number.parse()) {
            blocks.entry(number).or_default().insert(field, text);
        }
    }
    blocks.into_iter().filter(|(_, b)| b.contains_key("ID")).map(|(number, block)| preset(number, &block)).collect()
}

fn preset(number: u32, block: &BTreeMap<&str, &str>) -> Result<Preset, Problem> {
    let text = |field: &str| block.get(field).map(|t| (*t).to_owned());
    let id_text = text("OPENCOZE_ID").or_else(|| text("COZE_ID"));
    let id = match &id_text {
        None => None,
        Some(text) => Some(
            types::id::parse_id(text).map_err(|_| Problem::value(&format!("MODEL_OPENCOZE_ID_{number}"), text, "a positive number", ""))?,
        ),
    };
    let protocol = text("PROTOCOL").unwrap_or_default().to_ascii_lowercase();
    let vendor = match protocol.as_str() {
        "openai" | "ark" | "deepseek" | "qwen" | "ollama" | "gemini" | "azure_openai" | "openai_compatible" => protocol,
        "claude" | "anthropic" => "anthropic".to_owned(),
        "" if block.contains_key("BASE_URL") => "openai_compatible".to_owned(),
        _ => {
            let allowed = "`openai`, `azure_openai`, `ark`, `deepseek`, `qwen`, `ollama`, `gemini`, `claude`, `openai_compatible`";
            return Err(Problem::value(&format!("MODEL_PROTOCOL_{number}"), &protocol, allowed, ""));
        }
    };
    let model = text("ID").unwrap_or_default();
    Ok(Preset {
        number,
        id,
        vendor,
        name: text("NAME").unwrap_or_else(|| model.clone()),
        model,
        api_key: text("API_KEY").map(SecretString::from),
        base_url: text("BASE_URL"),
    })
}
