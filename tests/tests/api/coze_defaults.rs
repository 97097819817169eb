//! The Coze wire: what is left out or empty, and what SDKs read in the answers all the same.

use hearth_tests::{Hearth, hearth::text};
use reqwest::Method;
use serde_json::{Value, json};

fn said(words: &str) -> Value {
    json!({ "role": "user", "content": words, "content_type": "text" })
}

fn objects(words: &str) -> String {
    json!([{ "type": "text", "text": words }]).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_name_gets_one_and_who_made_it_has_his() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let picture = json!([{ "type": "image", "file_url": "https://example.com/a.png" }]).to_string();
    for (body, expected) in [
        (json!({ "messages": [said("What now?\nTell me."), said("And then?")] }), "What now?".to_owned()),
        (json!({ "messages": [said(&"x".repeat(40))], "name": "" }), format!("{}…", "x".repeat(30))),
        (json!({ "messages": [{ "role": "assistant", "content": "Welcome" }, said("hi")] }), "Welcome".to_owned()),
        (json!({ "messages": [{ "role": "user", "content": objects("see"), "content_type": "object_string" }] }), "see".to_owned()),
        (json!({ "messages": [{ "role": "user", "content": picture, "content_type": "object_string" }] }), String::new()),
        (json!({ "messages": [said("hi")], "name": "Mine" }), "Mine".to_owned()),
        (json!({}), String::new()),
    ] {
        let made = owner.api.post("/v1/conversation/create", body.clone()).await.ok();
        assert_eq!(made["data"]["name"], expected, "{body}");
        let read = owner.api.get(&format!("/v1/conversation/retrieve?conversation_id={}", text(&made, "/data/id"))).await.ok();
        assert_eq!(read["data"]["name"], expected, "{body}");
    }

    let path = format!("/api/v1/workspaces/{}/workflows", owner.workspace);
    let workflow = text(&owner.browser.post(&path, json!({ "name": "flow" })).await.ok(), "/id");
    let creator = json!({ "id": owner.user, "name": "Owner" });
    let list = owner.api.get(&format!("/v1/workflows?workspace_id={}", owner.workspace)).await.ok();
    assert_eq!(list["data"]["items"][0]["creator"], creator);
    let one = owner.api.get(&format!("/v1/workflows/{workflow}")).await.ok();
    assert_eq!(one["data"]["workflow_detail"]["creator"], creator);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_have_an_address_and_empty_texts_leave_a_bot_as_it_is() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let part = reqwest::multipart::Part::bytes(b"picture".to_vec()).file_name("a.txt");
    let form = reqwest::multipart::Form::new().part("file", part);
    let file = owner.api.send(owner.api.request(Method::POST, "/v1/files/upload").multipart(form)).await.ok()["data"].clone();
    let (icon, uri) = (text(&file, "/id"), text(&file, "/uri"));
    assert_eq!(file["url"], format!("{}{uri}", hearth.url));
    assert_eq!(owner.api.get(&format!("/v1/files/retrieve?file_id={icon}")).await.ok()["data"], file);
    assert_eq!(owner.api.get(&uri).await.text, "picture");

    let new = json!({ "space_id": owner.workspace, "name": "Bot", "description": "Helps", "icon_file_id": icon });
    let bot = text(&owner.api.post("/v1/bot/create", new).await.ok(), "/data/bot_id");
    let updated = async |change: Value| {
        let mut body = json!({ "bot_id": bot, "name": "", "description": "", "icon_file_id": "" });
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        owner.api.post("/v1/bot/update", body).await.ok();
        let now = owner.browser.get(&format!("/api/v1/agents/{bot}")).await.ok();
        ["name", "description", "icon"].map(|key| text(&now, &format!("/{key}")))
    };
    assert_eq!(updated(json!({ "prompt_info": { "prompt": "Be brief." } })).await, ["Bot", "Helps", icon.as_str()]);
    assert_eq!(updated(json!({ "name": "New" })).await, ["New", "Helps", icon.as_str()]);
    assert_eq!(updated(json!({ "description": "Knows" })).await, ["New", "Knows", icon.as_str()]);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_goes_by_its_published_name_until_it_is_published_again() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let bot = owner.add_published_agent(json!({})).await;
    let online = async || owner.api.get(&format!("/v1/bot/get_online_info?bot_id={bot}")).await.ok()["data"].clone();
    let before = online().await;
    owner.api.post("/v1/bot/update", json!({ "bot_id": bot, "name": "Renamed", "description": "New" })).await.ok();
    let now = online().await;
    assert_eq!((&now["name"], &now["description"]), (&before["name"], &before["description"]));
    let draft = owner.api.get(&format!("/v1/bots/{bot}?is_published=false")).await.ok();
    assert_eq!(draft["data"]["name"], "Renamed");
    owner.api.post("/v1/bot/publish", json!({ "bot_id": bot, "connector_ids": ["1024"] })).await.ok();
    assert_eq!((&online().await["name"], &online().await["description"]), (&json!("Renamed"), &json!("New")));
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_knows_for_whom_and_for_which_bot_it_was() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    // Keeps what it is given for the person, and tells what was kept before.
    let kept = json!({ "variable": { "scope": "user", "path": ["word"] } });
    let document = json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "word", "type": "string" }] },
            "old": { "kind": "text", "params": { "method": "concat", "template": "{{word}}" }, "inputs": [{ "name": "word", "type": "string", "value": kept }],
                "outputs": [{ "name": "output", "type": "string" }] },
            "keep": { "kind": "assign_variable", "params": { "set": [{ "scope": "user", "path": ["word"], "input": "word" }] },
                "inputs": [{ "name": "word", "type": "string", "value": { "ref": { "node": "start", "path": ["word"] } } }] },
            "end": { "kind": "end", "params": { "mode": "variables" },
                "inputs": [{ "name": "old", "type": "string", "value": { "ref": { "node": "old", "path": ["output"] } } }] },
        },
        "edges": [{ "from": "start", "to": "old" }, { "from": "old", "to": "keep" }, { "from": "keep", "to": "end" }],
    });
    let body = json!({ "name": "keeper", "document": document });
    let workflow = text(&owner.browser.post(&format!("/api/v1/workspaces/{}/workflows", owner.workspace), body).await.ok(), "/id");
    owner.browser.post(&format!("/api/v1/workflows/{workflow}/publish"), json!({})).await.ok();
    let run = async |more: Value, word: &str| {
        let mut body = json!({ "workflow_id": workflow, "parameters": { "word": word } });
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        let ran = owner.api.post("/v1/workflow/run", body).await.ok();
        assert_eq!(ran["code"], 0, "{ran}");
        let history = owner.api.get(&format!("/v1/workflows/{workflow}/run_histories/{}", text(&ran, "/execute_id"))).await.ok();
        let output: Value = serde_json::from_str(ran["data"].as_str().unwrap()).unwrap();
        (text(&output, "/old"), text(&history["data"][0], "/bot_id"), text(&history["data"][0], "/connector_uid"))
    };
    let of = |old: &str, bot: &str, person: &str| (old.to_owned(), bot.to_owned(), person.to_owned());
    let anna = || json!({ "bot_id": "7", "ext": { "user_id": "anna" } });
    assert_eq!(run(anna(), "a").await, of("", "7", "anna"));
    assert_eq!(run(json!({}), "o").await, of("", "0", &owner.user), "what is Anna's is nobody else's");
    assert_eq!(run(json!({ "ext": { "user_id": "bert" } }), "b").await, of("", "0", "bert"));
    assert_eq!(run(anna(), "c").await, of("a", "7", "anna"));
    assert_eq!(run(json!({}), "p").await, of("o", "0", &owner.user));
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_request_for_a_stream_is_answered_in_band() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let chat = json!({ "bot_id": "no-bot", "user_id": "u", "stream": true, "additional_messages": [said("hi")] });
    for (path, body) in [
        ("/v3/chat", chat.clone()),
        ("/v3/chat?conversation_id=abc", json!({ "bot_id": "1", "user_id": "u", "stream": true })),
        ("/v3/chat/submit_tool_outputs?conversation_id=x&chat_id=1", json!({ "stream": true })),
        ("/v1/workflow/stream_run", json!({ "workflow_id": "x" })),
        ("/v1/workflow/stream_resume", json!({ "workflow_id": {} })),
        ("/v1/workflows/chat", json!({ "workflow_id": "x", "additional_messages": [said("hi")] })),
    ] {
        let answer = owner.api.post(path, body).await;
        assert_eq!((answer.status.as_u16(), &answer.json["code"]), (200, &json!(4000)), "{path}: {}", answer.text);
    }
    let mut waiting = chat;
    waiting["stream"] = json!(false);
    assert_eq!(owner.api.post("/v3/chat", waiting).await.status, 400);
    hearth.stop().await;
}
