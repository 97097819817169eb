//! Agents: CRUD, drafts, versions, the source, the one-call surface.

use flow::agent::{AgentForm, AgentSource as _};
use http::Method;
use serde_json::{Value, json};
use types::{AgentId, PageRequest, Permission, WorkspaceId};

use super::{Studio, user};
use crate::agents::Filter;

#[tokio::test]
async fn an_agent_lives() {
    let s = Studio::new(vec![]).await;
    let made = s.ok(4, Method::POST, "/workspaces/10/agents", Some(json!({ "name": " Helper ", "icon": "🤖" }))).await;
    assert_eq!(
        (&made["name"], &made["published_version"], &made["has_unpublished_changes"]),
        (&json!("Helper"), &Value::Null, &json!(true))
    );
    let path = format!("/agents/{}", made["id"].as_str().unwrap());
    let changed = s.ok(4, Method::PATCH, &path, Some(json!({ "description": "Helps" }))).await;
    assert_eq!((&changed["name"], &changed["description"], &changed["icon"]), (&json!("Helper"), &json!("Helps"), &json!("🤖")));
    let copy = s.ok(4, Method::POST, &format!("{path}/duplicate"), None).await;
    assert_eq!(copy["name"], "Helper (copy)");
    s.refused(3, Method::POST, "/workspaces/10/agents", Some(json!({ "name": "no" })), 403).await;
    s.refused(3, Method::DELETE, &path, None, 403).await;
    for bad in [json!({ "name": "" }), json!({ "name": "x".repeat(101) }), json!({ "name": "a\nb" }), json!({ "nam": "x" }), json!({})] {
        s.refused(4, Method::POST, "/workspaces/10/agents", Some(bad), 400).await;
    }
    s.ok(4, Method::DELETE, &path, None).await;
    s.refused(4, Method::GET, &path, None, 404).await;
    assert_eq!(s.ok(4, Method::GET, "/workspaces/10/agents", None).await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn lists_search_and_turn_pages() {
    let s = Studio::new(vec![]).await;
    for name in ["Alpha", "Beta", "100% sure", "Übersetzer", "翻译助手"] {
        s.add_agent(name).await;
    }
    let names = |page: &Value| page["items"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let first = s.ok(3, Method::GET, "/workspaces/10/agents?limit=3", None).await;
    assert_eq!(names(&first), ["翻译助手", "Übersetzer", "100% sure"]);
    let rest =
        s.ok(3, Method::GET, &format!("/workspaces/10/agents?limit=3&cursor={}", first["next_cursor"].as_str().unwrap()), None).await;
    assert_eq!((names(&rest), &rest["next_cursor"]), (vec!["Beta".to_owned(), "Alpha".to_owned()], &Value::Null));
    for (q, found) in [
        ("ALPH", vec!["Alpha"]),
        ("%25", vec!["100% sure"]),
        ("_", vec![]),
        ("%C3%9Cber", vec!["Übersetzer"]),
        ("%E7%BF%BB", vec!["翻译助手"]),
    ] {
        assert_eq!(names(&s.ok(3, Method::GET, &format!("/workspaces/10/agents?q={q}"), None).await), found, "{q}");
    }
    s.refused(3, Method::GET, "/workspaces/10/agents?cursor=x", None, 400).await;
    let (second, total) = s.agents.list_numbered(&user(3), WorkspaceId(10), &Filter::default(), 2, 2).await.unwrap();
    assert_eq!((second.len(), total, second[0].name.as_str()), (2, 5, "100% sure"));
    let (none, total) = s.agents.list_numbered(&user(3), WorkspaceId(10), &Filter::default(), u64::MAX, 100).await.unwrap();
    assert_eq!((none.len(), total), (0, 5));
    let page = PageRequest { limit: Some(0), cursor: None };
    assert_eq!(s.agents.list(&user(3), WorkspaceId(10), &Filter::default(), &page).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_draft_is_not_written_over_unseen() {
    let s = Studio::new(vec![]).await;
    let path = format!("/agents/{}/draft", s.add_agent("A").await);
    let read = s.ok(4, Method::GET, &path, None).await;
    assert_eq!((&read["revision"], &read["config"]["history_rounds"], &read["problems"]), (&json!(1), &json!(10), &json!([])));
    let mut config = read["config"].clone();
    config["prompt"] = json!("Be kind.");
    let saved = s.ok(4, Method::PUT, &path, Some(json!({ "config": config, "revision": 1 }))).await;
    assert_eq!(saved["revision"], 2);
    config["prompt"] = json!("Be rude.");
    let error = s.refused(1, Method::PUT, &path, Some(json!({ "config": config, "revision": 1 })), 409).await;
    assert_eq!(error["code"], "draft_changed");
    assert_eq!(s.ok(4, Method::GET, &path, None).await["config"]["prompt"], "Be kind.");
    s.refused(3, Method::PUT, &path, Some(json!({ "config": config, "revision": 2 })), 403).await;
    for bad in [
        json!({ "config": { "promt": "x" }, "revision": 2 }),
        json!({ "config": { "model": { "params": { "temp": 1 } } }, "revision": 2 }),
        json!({ "config": { "tools": [{ "kind": "builtin", "name": "a", "aproval": "always" }] }, "revision": 2 }),
        json!({ "config": {} }),
    ] {
        let error = s.refused(4, Method::PUT, &path, Some(bad), 400).await;
        assert_eq!(error["code"], "invalid_request");
    }
    let racing = (0..8).map(|n| {
        let config = json!({ "prompt": format!("racer {n}") });
        s.call(4, Method::PUT, &path, Some(json!({ "config": config, "revision": 2 })))
    });
    let mut won = 0;
    for (status, _) in futures_of(racing).await {
        won += usize::from(status == 200);
    }
    assert_eq!(won, 1, "exactly one of those who read revision 2 saves");
}

pub async fn futures_of<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut pending: Vec<_> = all.map(Box::pin).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|cx| {
        pending.retain_mut(|f| match f.as_mut().poll(cx) {
            std::task::Poll::Ready(value) => {
                done.push(value);
                false
            }
            std::task::Poll::Pending => true,
        });
        if pending.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done
}

#[tokio::test]
async fn versions_are_published_and_restored() {
    let s = Studio::new(vec![]).await;
    let id = s.add_agent("A").await;
    let path = format!("/agents/{id}");
    let save = async |prompt: &str, revision: i64| {
        s.ok(4, Method::PUT, &format!("{path}/draft"), Some(json!({ "config": { "prompt": prompt }, "revision": revision }))).await
    };
    save("one", 1).await;
    let v1 = s.ok(4, Method::POST, &format!("{path}/publish"), Some(json!({ "name": "First", "notes": "It begins" }))).await;
    assert_eq!((&v1["version"], &v1["published_by_name"]), (&json!(1), &json!("Person 4")));
    assert_eq!(s.ok(3, Method::GET, &path, None).await["has_unpublished_changes"], false);
    save("two", 2).await;
    assert_eq!(s.ok(3, Method::GET, &path, None).await["has_unpublished_changes"], true);
    save("one", 3).await;
    assert_eq!(s.ok(3, Method::GET, &path, None).await["has_unpublished_changes"], false, "back to what is published");
    save("two", 4).await;
    s.ok(4, Method::POST, &format!("{path}/publish"), None).await;
    let list = s.ok(3, Method::GET, &format!("{path}/versions"), None).await;
    assert_eq!(list["items"].as_array().unwrap().iter().map(|v| v["version"].as_i64().unwrap()).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(s.ok(3, Method::GET, &format!("{path}/versions/1"), None).await["config"]["prompt"], "one");
    let restored = s.ok(4, Method::POST, &format!("{path}/versions/1/restore"), None).await;
    assert_eq!((&restored["config"]["prompt"], &restored["revision"]), (&json!("one"), &json!(6)));
    s.refused(4, Method::POST, &format!("{path}/versions/9/restore"), None, 404).await;

    let (scope, id) = (user(3).scope(Permission::View), id.parse::<AgentId>().unwrap());
    let prompt = async |form| s.agents.agent(&scope, id, form).await.map(|a| (a.version, a.config.prompt)).map_err(|f| f.code.to_string());
    assert_eq!(prompt(AgentForm::Published).await, Ok((Some(2), "two".into())));
    assert_eq!(prompt(AgentForm::Draft).await, Ok((None, "one".into())));
    assert_eq!(prompt(AgentForm::Version(1)).await, Ok((Some(1), "one".into())));
    let back = s.ok(4, Method::POST, &format!("{path}/unpublish"), None).await;
    assert_eq!((&back["published_version"], &back["has_unpublished_changes"]), (&Value::Null, &json!(true)));
    assert_eq!(prompt(AgentForm::Published).await, Err("agent_not_published".into()));
    let foreign = s.agents.agent(&user(2).scope(Permission::View), id, AgentForm::Draft).await;
    assert_eq!(foreign.unwrap_err().code, "not_found");
    s.ok(4, Method::POST, &format!("{path}/publish"), None).await;
    assert_eq!(prompt(AgentForm::Published).await, Ok((Some(3), "one".into())), "numbers are not used twice");
}

#[tokio::test]
async fn an_incomplete_agent_is_kept_but_not_published() {
    let s = Studio::new(vec![]).await;
    let config = json!({ "prompt": "Hi {{who}}", "tools": [{ "kind": "builtin", "name": "nothing" }] });
    let agent = s.ok(4, Method::POST, "/workspaces/10/agents", Some(json!({ "name": "A", "config": config }))).await;
    let path = format!("/agents/{}", agent["id"].as_str().unwrap());
    let problems = s.ok(4, Method::GET, &format!("{path}/draft"), None).await["problems"].clone();
    let codes: Vec<_> = problems.as_array().unwrap().iter().map(|p| (p["code"].as_str().unwrap(), p["blocking"] == true)).collect();
    assert_eq!(codes, [("variable_undeclared", false), ("tool_unknown", true)]);
    let error = s.refused(4, Method::POST, &format!("{path}/publish"), None, 400).await;
    assert_eq!(error["code"], "agent_incomplete");
    assert!(error["message"].as_str().unwrap().contains("tools[0].name"), "{error}");
}

#[tokio::test]
async fn templates_speak_the_callers_language() {
    let s = Studio::new(vec![]).await;
    let list = s.ok(3, Method::GET, "/agent-templates", None).await;
    assert!(list["items"][0]["config"]["prompt"].as_str().unwrap().starts_with("# Role"));
    let made = s.ok(4, Method::POST, "/workspaces/10/agents", Some(json!({ "name": "T", "template_id": "translator" }))).await;
    assert_eq!(made["icon"], "🌐");
    let draft = s.ok(4, Method::GET, &format!("/agents/{}/draft", made["id"].as_str().unwrap()), None).await;
    assert!(draft["config"]["prompt"].as_str().unwrap().contains("translator"));
    let error = s.refused(4, Method::POST, "/workspaces/10/agents", Some(json!({ "name": "T", "template_id": "none" })), 400).await;
    assert_eq!(error["field"], "template_id");
}

#[tokio::test]
async fn one_call_makes_a_published_agent() {
    let s = Studio::new(vec![]).await;
    let body = json!({ "name": "Seed", "description": "d", "plugins": ["current_time"], "instructions": "Tell the time." });
    let made = s.ok(4, Method::POST, "/api/agents", Some(body)).await;
    let agent = s.ok(4, Method::GET, &format!("/agents/{}", made["agent_id"].as_str().unwrap()), None).await;
    assert_eq!(agent["published_version"], 1);
    let error = s.refused(4, Method::POST, "/api/agents", Some(json!({ "name": "Seed", "plugins": ["weather"] })), 400).await;
    assert!(error["message"].as_str().unwrap().contains("current_time"), "the known ones are listed: {error}");
    s.refused(3, Method::POST, "/api/agents", Some(json!({ "name": "Seed" })), 403).await;
    assert_eq!(s.ok(4, Method::GET, "/workspaces/10/agents", None).await["items"].as_array().unwrap().len(), 1);
    assert_eq!(s.ok(4, Method::GET, "/tools", None).await["items"][0]["title"]["zh-CN"], "时间");
}
