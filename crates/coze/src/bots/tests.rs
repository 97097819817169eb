//! Both ways between bot and document.

use flow::agent::{AgentConfig, AgentTool};
use serde_json::{Value, json};
use types::{AgentId, ModelId};

use super::document::{About, BotObject, BotSettings};

fn applied(to: &mut AgentConfig, settings: Value) -> Result<(), types::Failure> {
    serde_json::from_value::<BotSettings>(settings).unwrap().apply(to)
}

#[test]
fn settings_come_back_as_they_were_given() {
    let mut config = AgentConfig::default();
    let settings = json!({
        "prompt_info": { "prompt": "Be brief." },
        "onboarding_info": { "prologue": "Hi", "suggested_questions": ["a", "b"] },
        "suggest_reply_info": { "reply_mode": "customized", "customized_prompt": "three" },
        "model_info_config": { "model_id": "17", "temperature": 0.5, "context_round": 3, "response_format": "json" },
        "plugin_id_list": { "id_list": [] },
    });
    applied(&mut config, settings).unwrap();
    config.tools.push(AgentTool::Builtin { name: "calculator".into(), approval: flow::agent::Approval::Never });
    let about = About {
        id: AgentId(3),
        name: "Bot".into(),
        description: String::new(),
        created_at: 1,
        updated_at: 2,
        version: Some(4),
        owner: "9".into(),
        model: Some((ModelId(17), "mock".into())),
        workflows: Vec::new(),
    };
    let bot = serde_json::to_value(BotObject::of(about, &config, |name| format!("about {name}"))).unwrap();
    let expected = json!({
        "bot_id": "3", "name": "Bot", "description": "", "icon_url": "", "create_time": 1, "update_time": 2, "version": "4",
        "prompt_info": { "prompt": "Be brief." },
        "onboarding_info": { "prologue": "Hi", "suggested_questions": ["a", "b"] },
        "bot_mode": 0,
        "model_info": { "model_id": "17", "model_name": "mock", "context_round": 3, "temperature": 0.5, "response_format": "json" },
        "plugin_info_list": [{ "plugin_id": "calculator", "name": "calculator", "description": "about calculator", "icon_url": "",
            "api_info_list": [{ "api_id": "calculator", "name": "calculator", "description": "about calculator" }] }],
        "workflow_info_list": [], "shortcut_commands": [],
        "knowledge": { "dataset_ids": [], "auto_call": true, "search_strategy": 0 },
        "suggest_reply_info": { "reply_mode": "customized", "customized_prompt": "three" },
        "variables": [], "default_user_input_type": "text", "owner_user_id": "9",
    });
    assert_eq!(bot, expected);
}

#[test]
fn what_is_absent_stays() {
    let mut config = AgentConfig::default();
    applied(&mut config, json!({ "prompt_info": { "prompt": "A" }, "model_info_config": { "model_id": "17", "top_p": 0.1 } })).unwrap();
    applied(&mut config, json!({ "model_info_config": { "temperature": 1.0 }, "onboarding_info": null })).unwrap();
    assert_eq!((config.prompt.as_str(), config.model.model_id), ("A", Some(ModelId(17))));
    assert_eq!((config.model.params.top_p, config.model.params.temperature), (Some(0.1), Some(1.0)));
}

#[test]
fn unknown_words_are_refused() {
    let mut config = AgentConfig::default();
    assert!(applied(&mut config, json!({ "suggest_reply_info": { "reply_mode": "sometimes" } })).is_err());
    assert!(applied(&mut config, json!({ "model_info_config": { "response_format": "xml" } })).is_err());
}
