//! Secrets in workflows: sealed on every way in, the same text while nothing changes, of no use elsewhere.

use flow::node::secret::SHOWN;
use flow::workflow::{WorkflowForm, WorkflowSource as _};
use http::Method;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};
use types::{Permission, WorkflowId};

use super::{Studio, user};

/// Start → request → end.
fn with(key: &str) -> Value {
    let nodes =
        json!({ "s": { "kind": "start" }, "r": { "kind": "request", "params": { "key": key, "url": "u" } }, "e": { "kind": "end" } });
    json!({ "nodes": nodes, "edges": [{ "from": "s", "to": "r" }, { "from": "r", "to": "e" }] })
}

fn key(document: &Value) -> String {
    document["nodes"]["r"]["params"]["key"].as_str().unwrap().to_owned()
}

fn found(findings: &Value) -> Vec<(String, String, String)> {
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    findings.as_array().unwrap().iter().map(|f| (text(f, "code"), text(f, "path"), text(f, "severity"))).collect()
}

impl Studio {
    async fn draft(&self, id: &str) -> Value {
        self.ok(4, Method::GET, &format!("/workflows/{id}/draft"), None).await
    }

    /// All that the database holds of workflows.
    async fn stored(&self) -> String {
        let mut all = String::new();
        for table in ["workflow_drafts", "workflow_versions"] {
            let select = Statement::from_string(self.db.backend(), format!("SELECT document FROM {table}"));
            for row in self.db.read().query_all_raw(select).await.unwrap() {
                all.push_str(&row.try_get::<String>("", "document").unwrap());
            }
        }
        all
    }
}

#[tokio::test]
async fn what_is_typed_is_sealed_and_stays_as_it_is() {
    let s = Studio::new(vec![]).await;
    let id = s.add_workflow("A", Some(with("sk-1"))).await;
    let first = key(&s.draft(&id).await["document"]);
    assert!(first.starts_with("sealed:workflow-secret:10|"), "{first}");
    // Whoever views it sees no more.
    assert_eq!(key(&s.ok(3, Method::GET, &format!("/workflows/{id}/draft"), None).await["document"]), first);
    let again = s.save(&id, with(&first), 1).await;
    assert_eq!((&again["revision"], &key(&again["document"]), &again["findings"]), (&json!(1), &first, &json!([])));
    let typed_again = s.save(&id, with("sk-1"), 1).await;
    assert_eq!((&typed_again["revision"], key(&typed_again["document"])), (&json!(1), first.clone()), "the same secret is no change");
    let other = s.save(&id, with("sk-2"), 1).await;
    assert_eq!(other["revision"], 2);
    assert_ne!(key(&other["document"]), first);
    // References are data of the run, nothing is nothing.
    for kept in ["{{token}}", "Key {{a.b}}", ""] {
        let revision = s.draft(&id).await["revision"].as_i64().unwrap();
        assert_eq!(key(&s.save(&id, with(kept), revision).await["document"]), kept);
    }
    let revision = s.draft(&id).await["revision"].as_i64().unwrap();
    s.save(&id, with("sk-3"), revision).await;
    s.publish(&id).await;
    let copy = s.ok(4, Method::POST, &format!("/workflows/{id}/duplicate"), None).await;
    let copied = key(&s.draft(copy["id"].as_str().unwrap()).await["document"]);
    assert_eq!(copied, key(&s.draft(&id).await["document"]));
    let revision = s.draft(&id).await["revision"].as_i64().unwrap();
    s.save(&id, with(""), revision).await;
    let restored = s.ok(4, Method::POST, &format!("/workflows/{id}/versions/v0.0.1/restore"), None).await;
    assert_eq!(key(&restored["document"]), copied);
    assert_eq!(s.ok(3, Method::GET, &format!("/workflows/{id}"), None).await["has_unpublished_changes"], false);
    let stored = s.stored().await;
    assert!(!["sk-1", "sk-2", "sk-3"].iter().any(|plain| stored.contains(plain)), "{stored}");
}

#[tokio::test]
async fn what_does_not_open_is_found_before_it_runs() {
    let s = Studio::new(vec![]).await;
    let id = s.add_workflow("A", Some(with("sk-1"))).await;
    let foreign = s.ok(2, Method::POST, "/workspaces/20/workflows", Some(json!({ "name": "B", "document": with("sk-1") }))).await;
    let foreign = s.ok(2, Method::GET, &format!("/workflows/{}/draft", foreign["id"].as_str().unwrap()), None).await;
    let path = "/params/key".to_owned();
    let mut revision = 1;
    for (text, code, severity) in [
        (key(&foreign["document"]), "secret_unreadable", "error"),
        ("sealed:my own".to_owned(), "secret_unreadable", "error"),
        ("sealed:".to_owned(), "secret_missing", "error"),
        (String::new(), "secret_missing", "warning"),
    ] {
        let saved = s.save(&id, with(&text), revision).await;
        assert_eq!(key(&saved["document"]), text, "it is kept as it came");
        assert_eq!(found(&saved["findings"]), [(code.to_owned(), path.clone(), severity.to_owned())], "{text}");
        let (status, answer) = s.call(4, Method::POST, &format!("/workflows/{id}/publish"), None).await;
        assert_eq!(status == 200, severity == "warning", "{text}: {answer}");
        revision = saved["revision"].as_i64().unwrap();
    }
    // Nodes that never run are in nobody's way.
    let mut idle = with("sealed:my own");
    idle["edges"] = json!([{ "from": "s", "to": "e" }]);
    let saved = s.save(&id, idle, revision).await;
    assert!(found(&saved["findings"]).iter().all(|(code, ..)| code != "secret_unreadable"), "{saved}");
}

#[tokio::test]
async fn a_moved_workflow_is_sealed_for_its_new_workspace() {
    let s = Studio::new(vec![]).await;
    let body = json!({ "name": "A", "document": with("sk-1") });
    let id = s.ok(6, Method::POST, "/workspaces/10/workflows", Some(body)).await["id"].as_str().unwrap().to_owned();
    s.ok(6, Method::POST, &format!("/workflows/{id}/publish"), None).await;
    let run = async |form: WorkflowForm| {
        let id: WorkflowId = id.parse().unwrap();
        let seen = s.workflows.workflow(&user(6).scope(Permission::View), id, &form).await.unwrap();
        key(&serde_json::to_value(seen.document.document()).unwrap())
    };
    // Read before, so that it is remembered.
    let before = run(WorkflowForm::Published).await;
    let draft = s.ok(6, Method::GET, &format!("/workflows/{id}/draft"), None).await;
    assert_eq!(key(&draft["document"]), before);
    s.ok(6, Method::POST, &format!("/workflows/{id}/move"), Some(json!({ "workspace_id": "20" }))).await;
    for form in [WorkflowForm::Draft, WorkflowForm::Published, WorkflowForm::Version("v0.0.1".into())] {
        assert!(run(form.clone()).await.starts_with("sealed:workflow-secret:20|"), "{form:?}");
    }
    let draft = s.ok(6, Method::GET, &format!("/workflows/{id}/draft"), None).await;
    assert_eq!((&draft["revision"], &draft["findings"]), (&json!(2), &json!([])));
    // A tab that still has the old text is told that the draft is another one.
    let stale = json!({ "document": with(&before), "revision": 1 });
    assert_eq!(s.refused(6, Method::PUT, &format!("/workflows/{id}/draft"), Some(stale), 409).await["code"], "draft_changed");
    // There and back again.
    s.ok(6, Method::POST, &format!("/workflows/{id}/move"), Some(json!({ "workspace_id": "10" }))).await;
    assert!(run(WorkflowForm::Draft).await.starts_with("sealed:workflow-secret:10|"));
}

#[tokio::test]
async fn a_comparison_tells_that_it_changed_not_what_it_is() {
    let s = Studio::new(vec![]).await;
    let id = s.add_workflow("A", Some(with("sk-1"))).await;
    s.publish(&id).await;
    let diff = async || s.ok(3, Method::GET, &format!("/workflows/{id}/diff"), None).await;
    let change = |before: Value, after: Value| json!([{ "path": "/params/key", "before": before, "after": after, "secret": true }]);
    s.save(&id, with("sk-2"), 1).await;
    assert_eq!(diff().await["changed"][0]["changes"], change(json!(SHOWN), json!(SHOWN)));
    s.save(&id, with("{{a}}"), 2).await;
    assert_eq!(diff().await["changed"][0]["changes"], change(json!(SHOWN), json!("{{a}}")));
    let mut none = with("");
    none["nodes"]["r"]["params"] = json!({});
    s.save(&id, none, 3).await;
    let changes = diff().await;
    assert_eq!(changes["changed"][0]["changes"][0], json!({ "path": "/params/key", "before": SHOWN, "secret": true }));
    assert!(!changes.to_string().contains("sealed:"), "{changes}");
}

#[tokio::test]
async fn a_draft_from_before_is_sealed_when_it_is_saved_or_published() {
    let s = Studio::new(vec![]).await;
    let id = s.add_workflow("A", Some(with("x"))).await;
    let old = async || {
        let update = db::statement(s.db.backend(), "UPDATE workflow_drafts SET document = ?", [with("sk-old").to_string().into()]);
        assert!(s.db.write_batch(db::Urgency::Urgent, db::Batch::new(vec![update])).await.unwrap());
    };
    old().await;
    let read = s.draft(&id).await;
    assert_eq!((key(&read["document"]).as_str(), &read["findings"]), ("sk-old", &json!([])));
    assert!(key(&s.save(&id, with("sk-old"), 1).await["document"]).starts_with("sealed:"));
    old().await;
    s.publish(&id).await;
    assert!(!s.stored().await.contains("sk-old"));
    assert_eq!(s.ok(3, Method::GET, &format!("/workflows/{id}"), None).await["has_unpublished_changes"], false);
}

#[tokio::test]
async fn a_model_never_sees_it_and_cannot_take_it_away() {
    let s = Studio::new(vec![]).await;
    let parse = |value: Value| serde_json::from_value::<flow::workflow::Document>(value).unwrap();
    let before = parse(with("sealed:v1.a"));
    for text in ["sealed:v1.a", "typed"] {
        let (shown, removed) = s.workflows.without_secrets(parse(with(text)), SHOWN);
        assert_eq!((shown, removed.len()), (parse(with(SHOWN)), 1));
    }
    assert_eq!(s.workflows.without_secrets(parse(with("{{a}}")), SHOWN), (parse(with("{{a}}")), vec![]));
    assert_eq!(s.workflows.with_secrets_of(parse(with(SHOWN)), &before), before);
    assert_eq!(s.workflows.with_secrets_of(parse(with("{{a}}")), &before), parse(with("{{a}}")));
    // A secret that it asks for at a node that had none is missing there.
    let mut another = with(SHOWN);
    another["nodes"]["n"] = another["nodes"]["r"].take();
    another["nodes"].as_object_mut().unwrap().remove("r");
    let made = serde_json::to_value(s.workflows.with_secrets_of(parse(another), &before)).unwrap();
    assert_eq!(made["nodes"]["n"]["params"]["key"], "sealed:");
}
