//! Each problem of a document, by its code.

use http::Method;
use serde_json::{Value, json};

use super::Studio;

async fn codes(s: &Studio, config: Value) -> Vec<String> {
    let agent = s.ok(4, Method::POST, "/workspaces/10/agents", Some(json!({ "name": "A", "config": config }))).await;
    let draft = s.ok(4, Method::GET, &format!("/agents/{}/draft", agent["id"].as_str().unwrap()), None).await;
    draft["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| format!("{} {}", p["field"].as_str().unwrap(), p["code"].as_str().unwrap()))
        .collect()
}

fn client(name: &str, parameters: &Value) -> Value {
    json!({ "kind": "client", "name": name, "description": "", "parameters": parameters })
}

#[tokio::test]
async fn each_problem_is_told() {
    let s = Studio::new(vec![]).await;
    let foreign = json!({ "name": "F", "vendor": "fake", "base_url": "https://a.example", "api_key": "k", "model": "m" });
    let foreign = s.ok(2, Method::POST, "/workspaces/20/models", Some(foreign)).await["id"].clone();
    let mut own =
        json!({ "name": "O", "vendor": "fake", "base_url": "https://a.example", "api_key": "k", "model": "m", "max_output_tokens": 100 });
    own["capabilities"] = json!({ "tools": false });
    let own = s.ok(1, Method::POST, "/workspaces/10/models", Some(own)).await["id"].clone();
    let object = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
    for (config, expected) in [
        (json!({ "prompt": "{{ who }} and {{who}} and {{1}} {{", "variables": [{ "name": "who" }] }), vec![]),
        (json!({ "prompt": "{{a}} {{b}} {{a}}" }), vec!["prompt variable_undeclared", "prompt variable_undeclared"]),
        (json!({ "prompt": "x".repeat(100_001) }), vec!["prompt too_long"]),
        (
            json!({ "variables": [{ "name": "1x" }, { "name": "a" }, { "name": "a" }] }),
            vec!["variables[0].name variable_name_invalid", "variables[2].name variable_duplicate"],
        ),
        (json!({ "model": { "model_id": foreign } }), vec!["model.model_id model_unavailable"]),
        (json!({ "model": { "model_id": "1" } }), vec![]),
        (json!({ "model": { "params": { "top_p": 2 } } }), vec!["model.params.top_p parameter_invalid"]),
        (json!({ "model": { "model_id": own, "params": { "max_tokens": 101 } } }), vec!["model.params.max_tokens parameter_invalid"]),
        (
            json!({ "model": { "model_id": own }, "tools": [{ "kind": "builtin", "name": "current_time" }] }),
            vec!["tools model_without_tools"],
        ),
        (json!({ "tools": [{ "kind": "builtin", "name": "x" }] }), vec!["tools[0].name tool_unknown"]),
        (json!({ "tools": [client("a", &object), client("a", &object)] }), vec!["tools[1].name tool_duplicate"]),
        (json!({ "tools": [client("a b", &object)] }), vec!["tools[0].name tool_name_invalid"]),
        (json!({ "tools": [client("current_time", &object)] }), vec!["tools[0].name tool_name_taken"]),
        (
            json!({ "tools": [client("a", &json!({ "type": "object", "properties": { "x": { "type": "strin" } } }))] }),
            vec!["tools[0].parameters schema_invalid"],
        ),
        (json!({ "tools": [client("a", &json!({ "type": "string" }))] }), vec!["tools[0].parameters schema_invalid"]),
        (json!({ "tools": [client("a", &json!([]))] }), vec!["tools[0].parameters schema_invalid"]),
        (
            json!({ "tools": [client("a", &json!({ "type": "object", "$ref": "file:///etc/passwd" }))] }),
            vec!["tools[0].parameters schema_invalid"],
        ),
        (json!({ "tools": vec![client("a", &object); 65] }), vec!["tools too_many"]),
        (json!({ "history_rounds": 101 }), vec!["history_rounds out_of_range"]),
        (
            json!({ "budget": { "max_rounds": 0, "max_seconds": 0, "max_cost": 0 } }),
            vec!["budget.max_rounds out_of_range", "budget.max_seconds out_of_range", "budget.max_cost out_of_range"],
        ),
        (json!({ "opening": { "suggested_questions": vec!["q"; 21] } }), vec!["opening.suggested_questions too_many"]),
    ] {
        let shown: String = config.to_string().chars().take(120).collect();
        assert_eq!(codes(&s, config).await, expected, "{shown}");
    }
}
