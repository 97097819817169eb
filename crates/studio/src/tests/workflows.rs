//! Workflows: CRUD, drafts, versions, references, the source.

use std::sync::Arc;

use flow::node::{Action, Category, Control, NodeSpec, NodeType, Registry};
use flow::tool::Localized;
use flow::workflow::{Finding, Node, NodeId, WorkflowForm, WorkflowSource as _};
use http::Method;
use serde_json::{Value, json};
use types::{Permission, WorkflowId};

use super::{Studio, user};

/// Kinds of nodes that do as little as the tests need.
struct Kind(&'static str);

impl NodeType for Kind {
    fn spec(&self) -> NodeSpec {
        let text = |text: &str| Localized { zh: text.into(), en: text.into() };
        let spec = NodeSpec::new(self.0, Category::InputOutput, "circle", text(self.0), text(""));
        if self.0 != "request" {
            return spec;
        }
        let secret = json!({ "type": "string", "format": "password", "writeOnly": true });
        NodeSpec { params: json!({ "type": "object", "properties": { "key": secret, "url": { "type": "string" } } }), ..spec }
    }

    fn ports(&self, _: &Node) -> Vec<String> {
        if self.0 == "end" { Vec::new() } else { vec!["out".into()] }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let text = |name: &str| node.params.get(name).and_then(Value::as_str).map(str::to_owned);
        match self.0 {
            "start" => Ok(Action::Control(Control::Start)),
            "end" => Ok(Action::Control(Control::End { answer: None, streaming: false })),
            "request" => Ok(Action::Control(Control::Wait)),
            _ => {
                let missing = || {
                    vec![Finding::error("missing", Some(id), "/params/workflow_id", Localized { zh: "缺".into(), en: "Missing.".into() })]
                };
                let workflow = text("workflow_id").ok_or_else(missing)?;
                Ok(Action::Control(Control::Workflow { workflow, version: text("version") }))
            }
        }
    }
}

pub fn registry() -> Registry {
    Registry::new(["start", "end", "workflow", "request"].map(|kind| Arc::new(Kind(kind)) as Arc<dyn NodeType>))
}

/// Start → calls → end.
fn calling(calls: &[(&str, Option<&str>)]) -> Value {
    let mut nodes = json!({ "s": { "kind": "start", "title": "Start" }, "e": { "kind": "end", "title": "End" } });
    let (mut edges, mut last) = (Vec::new(), "s".to_owned());
    for (i, (workflow, version)) in calls.iter().enumerate() {
        let id = format!("c{i}");
        let mut params = json!({ "workflow_id": workflow });
        if let Some(version) = version {
            params["version"] = json!(version);
        }
        nodes[&id] = json!({ "kind": "workflow", "title": format!("Call {i}"), "params": params });
        edges.push(json!({ "from": last, "to": id }));
        last = id;
    }
    edges.push(json!({ "from": last, "to": "e" }));
    json!({ "nodes": nodes, "edges": edges })
}

impl Studio {
    pub async fn add_workflow(&self, name: &str, document: Option<Value>) -> String {
        let body = json!({ "name": name, "document": document });
        let made = self.ok(4, Method::POST, "/workspaces/10/workflows", Some(body)).await;
        made["id"].as_str().unwrap().to_owned()
    }

    pub async fn publish(&self, id: &str) -> String {
        let version = self.ok(4, Method::POST, &format!("/workflows/{id}/publish"), None).await;
        version["version"].as_str().unwrap().to_owned()
    }

    pub async fn save(&self, id: &str, document: Value, revision: i64) -> Value {
        self.ok(4, Method::PUT, &format!("/workflows/{id}/draft"), Some(json!({ "document": document, "revision": revision }))).await
    }
}

#[tokio::test]
async fn a_workflow_lives() {
    let s = Studio::new(vec![]).await;
    let made = s.ok(4, Method::POST, "/workspaces/10/workflows", Some(json!({ "name": " Sum ", "icon": "➕", "mode": "chatflow" }))).await;
    assert_eq!(
        (&made["name"], &made["mode"], &made["published_version"], &made["has_unpublished_changes"]),
        (&json!("Sum"), &json!("chatflow"), &Value::Null, &json!(true))
    );
    let path = format!("/workflows/{}", made["id"].as_str().unwrap());
    let draft = s.ok(3, Method::GET, &format!("{path}/draft"), None).await;
    let names: Vec<_> = draft["document"]["nodes"]["100001"]["outputs"].as_array().unwrap().iter().map(|o| &o["name"]).collect();
    assert_eq!(names, ["USER_INPUT", "CONVERSATION_NAME"]);
    let changed = s.ok(4, Method::PATCH, &path, Some(json!({ "description": "Adds" }))).await;
    assert_eq!((&changed["name"], &changed["description"], &changed["icon"]), (&json!("Sum"), &json!("Adds"), &json!("➕")));
    let copy = s.ok(4, Method::POST, &format!("{path}/duplicate"), None).await;
    assert_eq!((&copy["name"], &copy["mode"]), (&json!("Sum (copy)"), &json!("chatflow")));
    s.add_workflow("Other", None).await;
    for (query, found) in [("", 3), ("?mode=workflow", 1), ("?q=ADDS", 2), ("?q=%25", 0), ("?published=true", 0), ("?limit=2", 2)] {
        let list = s.ok(3, Method::GET, &format!("/workspaces/10/workflows{query}"), None).await;
        assert_eq!(list["items"].as_array().unwrap().len(), found, "{query}");
    }
    s.refused(3, Method::POST, "/workspaces/10/workflows", Some(json!({ "name": "no" })), 403).await;
    for (method, at, body) in [
        (Method::PATCH, "", json!({ "name": "no" })),
        (Method::PUT, "/draft", json!({ "document": {}, "revision": 1 })),
        (Method::POST, "/publish", json!({})),
        (Method::POST, "/duplicate", json!({})),
        (Method::POST, "/versions/v0.0.1/restore", json!({})),
    ] {
        s.refused(3, method, &format!("{path}{at}"), Some(body), 403).await;
    }
    s.refused(3, Method::DELETE, &path, None, 403).await;
    let document = json!({ "mode": "workflow" });
    for bad in [
        json!({ "name": "" }),
        json!({ "name": "a\nb" }),
        json!({ "nam": "x" }),
        json!({ "name": "x", "mode": "chatflow", "document": document }),
        json!({ "name": "x", "document": { "nodes": { "a": { "kind": "x", "colour": 1 } } } }),
    ] {
        s.refused(4, Method::POST, "/workspaces/10/workflows", Some(bad), 400).await;
    }
    s.ok(4, Method::DELETE, &path, None).await;
    s.refused(4, Method::GET, &path, None, 404).await;
}

#[tokio::test]
async fn drafts_may_be_wrong_but_not_written_over() {
    let s = Studio::new(vec![]).await;
    let id = s.add_workflow("A", None).await;
    let path = format!("/workflows/{id}");
    let wrong = calling(&[("7", None), ("nonsense", Some("v1.0.0"))]);
    let saved = s.save(&id, wrong.clone(), 1).await;
    assert_eq!((&saved["revision"], &saved["updated_by_name"]), (&json!(2), &json!("Person 4")));
    let found: Vec<_> = saved["findings"].as_array().unwrap().iter().map(|f| (&f["code"], &f["node"], &f["path"])).collect();
    let (missing, place) = (json!("missing_callee"), json!("/params"));
    assert_eq!(found, [(&missing, &json!("c0"), &place), (&missing, &json!("c1"), &place)]);
    let error = s.refused(1, Method::PUT, &format!("{path}/draft"), Some(json!({ "document": {}, "revision": 1 })), 409).await;
    assert_eq!(error["code"], "draft_changed");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("Person 4") && message.contains("revision 2") && message.contains('T'), "{message}");
    let error = s.refused(4, Method::POST, &format!("{path}/publish"), None, 400).await;
    assert_eq!(error["code"], "workflow_incomplete");
    assert!(error["message"].as_str().unwrap().contains("c0/params: "), "{error}");
    let same = s.save(&id, wrong, 2).await;
    assert_eq!(same["revision"], 2, "nothing changed, nothing is written");
    let tried = s.ok(3, Method::POST, &format!("{path}/validate"), Some(json!({ "document": calling(&[]) }))).await;
    assert_eq!((&tried["valid"], &tried["findings"]), (&json!(true), &json!([])));
    let stored = s.ok(3, Method::POST, &format!("{path}/validate"), None).await;
    assert_eq!(stored["valid"], false);
    for (n, large) in [(1, json!({ "nodes": { "a": { "kind": "x", "params": { "t": "x".repeat(70_000) } } } })), (2, crowd(51))] {
        for (method, at, body) in [
            (Method::PUT, "/draft", json!({ "document": large, "revision": 2 })),
            (Method::POST, "/validate", json!({ "document": large })),
        ] {
            let error = s.refused(4, method, &format!("{path}{at}"), Some(body), 413).await;
            assert_eq!(error["code"], "document_too_large", "{n}");
        }
    }
}

fn crowd(nodes: usize) -> Value {
    let nodes: serde_json::Map<String, Value> = (0..nodes).map(|n| (format!("n{n}"), json!({ "kind": "x" }))).collect();
    json!({ "nodes": nodes })
}

#[tokio::test]
async fn versions_grow_and_are_restored_and_compared() {
    let s = Studio::new(vec![]).await;
    let id = s.add_workflow("A", Some(calling(&[]))).await;
    let path = format!("/workflows/{id}");
    assert_eq!(s.refused(3, Method::GET, &format!("{path}/diff"), None, 409).await["code"], "workflow_not_published");
    let first = s.ok(4, Method::POST, &format!("{path}/publish"), Some(json!({ "notes": "It begins", "revision": 1 }))).await;
    assert_eq!(
        (&first["version"], &first["notes"], &first["published_by_name"]),
        (&json!("v0.0.1"), &json!("It begins"), &json!("Person 4"))
    );
    assert_eq!(s.ok(3, Method::GET, &path, None).await["has_unpublished_changes"], false);
    let mut other = calling(&[]);
    other["nodes"]["s"]["title"] = json!("Begin");
    s.save(&id, other.clone(), 1).await;
    assert_eq!(s.ok(3, Method::GET, &path, None).await["has_unpublished_changes"], true);
    s.save(&id, calling(&[]), 2).await;
    assert_eq!(s.ok(3, Method::GET, &path, None).await["has_unpublished_changes"], false, "back to what is published");
    s.save(&id, other, 3).await;
    let diff = s.ok(3, Method::GET, &format!("{path}/diff"), None).await;
    assert_eq!(diff["changed"][0]["changes"], json!([{ "path": "/title", "before": "Start", "after": "Begin" }]));
    let stale = s.refused(4, Method::POST, &format!("{path}/publish"), Some(json!({ "revision": 3 })), 409).await;
    assert_eq!(stale["code"], "draft_changed");
    for (version, code) in [("v0.0.1", "version_not_greater"), ("v0.0.0", "version_not_greater"), ("1.0", "invalid_request")] {
        let error = s.refused(4, Method::POST, &format!("{path}/publish"), Some(json!({ "version": version })), 400).await;
        assert_eq!((&error["code"], &error["field"]), (&json!(code), &json!("version")), "{version}");
    }
    s.ok(4, Method::POST, &format!("{path}/publish"), Some(json!({ "version": "v1.9.9" }))).await;
    assert_eq!(s.publish(&id).await, "v1.9.10");
    let list = s.ok(3, Method::GET, &format!("{path}/versions?limit=2"), None).await;
    let numbers = |page: &Value| page["items"].as_array().unwrap().iter().map(|v| v["version"].clone()).collect::<Vec<_>>();
    assert_eq!(numbers(&list), ["v1.9.10", "v1.9.9"]);
    let rest = s.ok(3, Method::GET, &format!("{path}/versions?cursor={}", list["next_cursor"].as_str().unwrap()), None).await;
    assert_eq!((numbers(&rest), &rest["next_cursor"]), (vec![json!("v0.0.1")], &Value::Null));
    assert_eq!(s.ok(3, Method::GET, &format!("{path}/versions/v0.0.1"), None).await["document"]["nodes"]["s"]["title"], "Start");
    let restored = s.ok(4, Method::POST, &format!("{path}/versions/v0.0.1/restore"), None).await;
    assert_eq!((&restored["document"]["nodes"]["s"]["title"], &restored["revision"]), (&json!("Start"), &json!(5)));
    let diff = s.ok(3, Method::GET, &format!("{path}/diff?from=v1.9.10&to=v0.0.1"), None).await;
    assert_eq!(diff["changed"][0]["changes"][0]["after"], "Start");
    for missing in ["/versions/v9.0.0", "/versions/1", "/diff?from=v9.0.0", "/diff?to=latest"] {
        assert_eq!(s.refused(3, Method::GET, &format!("{path}{missing}"), None, 404).await["code"], "version_not_found", "{missing}");
    }
    let publish = format!("{path}/publish");
    let racing = (0..6).map(|_| s.call(4, Method::POST, &publish, None));
    let done: Vec<_> = super::agents::futures_of(racing).await;
    let won = done.iter().filter(|(status, _)| *status == 200).count();
    assert!(won >= 1, "{done:?}");
    for (status, body) in done.iter().filter(|(status, _)| *status != 200) {
        assert!(*status == 409 || body["error"]["code"] == "version_not_greater", "{body}");
    }
    let all = s.ok(3, Method::GET, &format!("{path}/versions?limit=100"), None).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 3 + won);
}

#[tokio::test]
async fn who_calls_whom_is_known() {
    let s = Studio::new(vec![]).await;
    let callee = s.add_workflow("Callee", None).await;
    s.save(&callee, calling(&[]), 1).await;
    s.publish(&callee).await;
    let caller = s.add_workflow("Caller", Some(calling(&[(&callee, Some("v0.0.1"))]))).await;
    let references = async || s.ok(3, Method::GET, &format!("/workflows/{callee}/references"), None).await["items"].clone();
    let by = |version: Value, draft: bool, published: bool| json!({ "kind": "workflow", "id": caller, "name": "Caller", "version": version, "in_draft": draft, "in_published": published });
    assert_eq!(references().await, json!([by(json!("v0.0.1"), true, false)]));
    s.publish(&caller).await;
    assert_eq!(references().await, json!([by(json!("v0.0.1"), true, true)]));
    let saved = s.save(&caller, calling(&[(&callee, None)]), 1).await;
    let warning = &saved["findings"][0];
    assert_eq!((&warning["code"], &warning["severity"]), (&json!("callee_draft"), &json!("warning")));
    assert_eq!(references().await, json!([by(Value::Null, true, false), by(json!("v0.0.1"), false, true)]));
    let error = s.refused(4, Method::DELETE, &format!("/workflows/{callee}"), None, 409).await;
    assert_eq!(error["code"], "workflow_in_use");
    assert!(error["message"].as_str().unwrap().contains("Caller"), "{error}");
    s.save(&caller, calling(&[(&callee, Some("v7.0.0"))]), 2).await;
    let found = s.ok(3, Method::POST, &format!("/workflows/{caller}/validate"), None).await;
    assert_eq!(found["findings"][0]["code"], "missing_callee");
    // Another workspace's caller is none: it can name the workflow, not call it.
    let foreign = json!({ "name": "Thief", "document": calling(&[(&callee, None)]) });
    let thief = s.ok(2, Method::POST, "/workspaces/20/workflows", Some(foreign)).await;
    let found = s.ok(2, Method::POST, &format!("/workflows/{}/validate", thief["id"].as_str().unwrap()), None).await;
    assert_eq!(found["findings"][0]["code"], "missing_callee");
    assert_eq!(references().await.as_array().unwrap().len(), 2);
    s.ok(4, Method::DELETE, &format!("/workflows/{caller}"), None).await;
    assert_eq!(references().await, json!([]));
    let itself = s.save(&callee, calling(&[(&callee, None)]), 2).await;
    let codes: Vec<_> = itself["findings"].as_array().unwrap().iter().map(|f| &f["code"]).collect();
    assert_eq!(codes, ["workflow_recursion", "callee_draft"]);
    s.ok(4, Method::DELETE, &format!("/workflows/{callee}"), None).await;
}

#[tokio::test]
async fn tools_of_models_are_calls_too() {
    let s = Studio::new(vec![]).await;
    let tool = s.add_workflow("Tool", Some(calling(&[]))).await;
    let mut document = calling(&[]);
    let tools = json!([{ "workflow_id": tool }, { "workflow_id": tool, "version": "v1.0.0" }, { "workflow_id": "" }, {}]);
    document["nodes"]["e"]["params"] = json!({ "skills": { "workflows": tools } });
    let caller = s.add_workflow("Caller", Some(document)).await;
    let found = s.ok(4, Method::POST, &format!("/workflows/{caller}/validate"), None).await;
    let found: Vec<_> = found["findings"].as_array().unwrap().iter().map(|f| (&f["code"], &f["path"])).collect();
    let at = |n: usize, field: &str| json!(format!("/params/skills/workflows/{n}/{field}"));
    assert_eq!(found, [(&json!("callee_draft"), &at(0, "version")), (&json!("missing_callee"), &at(1, "workflow_id"))]);
    let references = s.ok(3, Method::GET, &format!("/workflows/{tool}/references"), None).await;
    assert_eq!(references["items"].as_array().unwrap().len(), 2);
    assert_eq!(s.refused(4, Method::DELETE, &format!("/workflows/{tool}"), None, 409).await["code"], "workflow_in_use");
}

#[tokio::test]
async fn the_source_gives_all_that_is_called() {
    let s = Studio::new(vec![]).await;
    let leaf = s.add_workflow("Leaf", Some(calling(&[]))).await;
    s.publish(&leaf).await;
    let middle = s.add_workflow("Middle", Some(calling(&[(&leaf, Some("v0.0.1")), ("7", None)]))).await;
    let top = s.add_workflow("Top", None).await;
    s.save(&top, calling(&[(&middle, None), (&leaf, None), (&top, None), (&leaf, Some("v3.0.0"))]), 1).await;
    let ask = async |number: i64, id: &str, form: WorkflowForm| {
        let id: WorkflowId = id.parse().unwrap();
        s.workflows.workflow(&user(number).scope(Permission::View), id, &form).await.map_err(|f| f.code.to_string())
    };
    let seen = ask(3, &top, WorkflowForm::Draft).await.unwrap();
    assert_eq!((seen.name.as_str(), seen.version), ("Top", None));
    let mut keys = vec![format!("{middle}@"), format!("{leaf}@"), format!("{top}@"), format!("{leaf}@v0.0.1")];
    keys.sort();
    assert_eq!(seen.callees.keys().cloned().collect::<Vec<_>>(), keys);
    assert_eq!(seen.callees[&format!("{leaf}@v0.0.1")].name, "Leaf");
    assert_eq!(ask(3, &leaf, WorkflowForm::Published).await.unwrap().version.as_deref(), Some("v0.0.1"));
    assert_eq!(ask(3, &leaf, WorkflowForm::Version("v0.0.1".into())).await.unwrap().version.as_deref(), Some("v0.0.1"));
    assert_eq!(ask(3, &middle, WorkflowForm::Published).await.unwrap_err(), "workflow_not_published");
    assert_eq!(ask(3, &leaf, WorkflowForm::Version("v9".into())).await.unwrap_err(), "version_not_found");
    assert_eq!(ask(2, &leaf, WorkflowForm::Published).await.unwrap_err(), "not_found");
    // A caller of another workspace gets nothing of ours.
    let foreign = json!({ "name": "Thief", "document": calling(&[(&leaf, None), (&leaf, Some("v0.0.1"))]) });
    let thief = s.ok(2, Method::POST, "/workspaces/20/workflows", Some(foreign)).await;
    assert!(ask(2, thief["id"].as_str().unwrap(), WorkflowForm::Draft).await.unwrap().callees.is_empty());
    // Four levels are allowed, and six workflows.
    let mut chain = s.add_workflow("0", Some(calling(&[]))).await;
    for n in 1..=5 {
        chain = s.add_workflow(&n.to_string(), Some(calling(&[(&chain, None)]))).await;
        let seen = ask(3, &chain, WorkflowForm::Draft).await;
        match n {
            5 => assert_eq!(seen.unwrap_err(), "too_many_callees"),
            n => assert_eq!(seen.unwrap().callees.len(), n),
        }
    }
    let mut many = Vec::new();
    for n in 0..7 {
        many.push(s.add_workflow(&format!("m{n}"), Some(calling(&[]))).await);
    }
    let calls: Vec<(&str, Option<&str>)> = many.iter().map(|id| (id.as_str(), None)).collect();
    let wide = s.add_workflow("Wide", Some(calling(&calls))).await;
    assert_eq!(ask(3, &wide, WorkflowForm::Draft).await.unwrap_err(), "too_many_callees");
    let found = s.ok(3, Method::POST, &format!("/workflows/{wide}/validate"), None).await;
    assert_eq!(found["findings"][0]["code"], "too_many_callees");
}

#[tokio::test]
async fn kinds_of_nodes_are_told() {
    let s = Studio::new(vec![]).await;
    let kinds = s.ok(3, Method::GET, "/node-types", None).await;
    let names: Vec<_> = kinds["items"].as_array().unwrap().iter().map(|k| &k["kind"]).collect();
    assert_eq!(names, ["end", "request", "start", "workflow"]);
    assert_eq!(kinds["items"][0]["params"]["type"], "object");
}
