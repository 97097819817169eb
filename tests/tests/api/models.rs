//! Keys never come back; the vendor's own words do.

use hearth_tests::Hearth;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn keys_stay_inside() {
    let Some(hearth) =
        Hearth::start_with(&[("MODEL_ID_0", "llama3"), ("MODEL_PROTOCOL_0", "ollama"), ("MODEL_OPENCOZE_ID_0", "100001")]).await
    else {
        return;
    };
    let owner = hearth.owner().await;
    let model = owner.add_model(&hearth).await;
    let all = owner.browser.get(&format!("/api/v1/workspaces/{}/models", owner.workspace)).await;
    assert!(!all.text.contains("sk-test-key"), "{}", all.text);
    let all = all.ok();
    let find = |name: &str| all["items"].as_array().unwrap().iter().find(|m| m["name"] == name).cloned().unwrap_or_default();
    assert_eq!((find("scripted")["has_key"].as_bool(), find("llama3")["read_only"].as_bool()), (Some(true), Some(true)));
    let refused = owner.browser.patch("/api/v1/models/100001", json!({ "name": "mine" })).await;
    assert_eq!(refused.refusal(), (409, "model_read_only"));

    let test = owner
        .browser
        .post(&format!("/api/v1/workspaces/{}/models/test", owner.workspace), json!({ "model_id": model, "message": "say works" }))
        .await
        .ok();
    assert_eq!(test["answer"], "works");
    let broken = json!({ "model_id": model, "message": "fail 400" });
    let broken = owner.browser.post(&format!("/api/v1/workspaces/{}/models/test", owner.workspace), broken).await;
    assert_eq!(broken.status, 502);
    assert!(broken.text.contains("the model broke"), "the vendor's own text: {}", broken.text);

    // On disk the key is sealed.
    for entry in std::fs::read_dir(hearth.data().join("data")).unwrap().map(Result::unwrap).filter(|e| e.path().is_file()) {
        let bytes = std::fs::read(entry.path()).unwrap();
        assert!(!bytes.windows(11).any(|w| w == b"sk-test-key"), "{} holds the key", entry.path().display());
    }
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_offline_model_needs_nothing() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let agent = owner.add_agent(json!({ "tools": [{ "kind": "builtin", "name": "calculator", "approval": "never" }] })).await;
    let conversation = owner.add_conversation(&agent).await;
    let seen = owner.browser.stream(&format!("/api/v1/conversations/{conversation}/turns"), json!({ "content": "What is 17 * 23?" })).await;
    let answer = seen.iter().rev().find(|f| f.event == "message.completed" && f.data["message"]["type"] == "answer").unwrap();
    assert!(answer.data.to_string().contains("391"), "{answer:?}");
    assert!(seen.iter().any(|f| f.data["message"]["type"] == "function_call"));
    hearth.stop().await;
}

/// A model is given what it can take.
#[tokio::test(flavor = "multi_thread")]
async fn tools_and_pictures_are_for_models_that_take_them() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let plain = json!({ "tools": false, "parallel_tools": false, "vision": false });
    let model = owner.add_model_with(&hearth, json!({ "capabilities": plain })).await;
    let talk = async |config: Value, content: Value| {
        let agent = owner.add_agent(config).await;
        let conversation = owner.add_conversation(&agent).await;
        owner.browser.stream(&format!("/api/v1/conversations/{conversation}/turns"), json!({ "content": content })).await
    };
    let chosen = json!({ "model_id": model, "params": {} });
    let tools = json!([{ "kind": "builtin", "name": "calculator" }]);
    let seen = talk(json!({ "model": chosen, "tools": tools }), json!("say hello")).await;
    let end = seen.last().unwrap();
    assert_eq!((end.event.as_str(), &end.data["run"]["error"]["code"]), ("run.failed", &json!("model_unsupported")));
    assert!(hearth.model.requests().is_empty(), "the model is not asked");

    let picture = json!([{ "type": "text", "text": "say seen" }, { "type": "image", "url": "https://pictures.example/cat.png" }]);
    let seen = talk(json!({ "model": chosen }), picture).await;
    assert_eq!(seen.last().unwrap().event, "run.completed");
    let asked = hearth.model.requests()[0]["messages"].to_string();
    assert!(asked.contains("https://pictures.example/cat.png") && !asked.contains("image_url"), "{asked}");
    hearth.stop().await;
}
