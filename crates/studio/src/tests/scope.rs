//! Rule R13 over all routes: another workspace's ids answer 404, and every route has a policy.

use http::Method;
use serde_json::json;

use super::Studio;

#[tokio::test]
async fn another_workspaces_ids_do_not_exist() {
    let s = Studio::new(vec![]).await;
    let model = s.add_model("Theirs").await.to_string();
    let agent = s.add_agent("Theirs").await;
    s.ok(1, Method::POST, &format!("/agents/{agent}/publish"), None).await;
    let workflow = s.ok(1, Method::POST, "/workspaces/10/workflows", Some(json!({ "name": "Theirs" }))).await;
    let workflow = workflow["id"].as_str().unwrap();
    let mut walked = 0;
    for (template, item) in &s.paths.paths.paths {
        if !template.contains('{') {
            continue;
        }
        let path = template.replace("{workspace_id}", "10").replace("{model_id}", &model).replace("{agent_id}", &agent);
        let path = path.replace("{workflow_id}", workflow).replace("{version}", "1");
        let body = match template.as_str() {
            "/workspaces/{workspace_id}/models" => {
                json!({ "name": "x", "vendor": "fake", "base_url": "https://a.example", "api_key": "k", "model": "m" })
            }
            "/workspaces/{workspace_id}/models/probe" => json!({ "vendor": "fake", "base_url": "https://a.example", "api_key": "k" }),
            "/workspaces/{workspace_id}/models/test" => json!({ "model_id": "1" }),
            "/workspaces/{workspace_id}/agents" | "/workspaces/{workspace_id}/workflows" => json!({ "name": "x" }),
            "/agents/{agent_id}/draft" => json!({ "config": {}, "revision": 1 }),
            "/workflows/{workflow_id}/draft" => json!({ "document": {}, "revision": 1 }),
            "/workflows/{workflow_id}/presence" => json!({ "session": "tab-1" }),
            "/workflows/{workflow_id}/move" => json!({ "workspace_id": "20" }),
            "/workflows/{workflow_id}/assist" => json!({ "instruction": "x", "document": {} }),
            _ => json!({}),
        };
        let operations = [
            (Method::GET, &item.get),
            (Method::POST, &item.post),
            (Method::PUT, &item.put),
            (Method::PATCH, &item.patch),
            (Method::DELETE, &item.delete),
        ];
        for (method, _) in operations.into_iter().filter(|(_, operation)| operation.is_some()) {
            let sent = (method != Method::GET && method != Method::DELETE).then(|| body.clone());
            let error = s.refused(2, method, &path, sent, 404).await;
            assert_eq!(error["code"], "not_found", "{path}");
            walked += 1;
        }
    }
    assert!(walked >= 35, "only {walked} operations were walked");
    // By way of the caller's own workspace neither.
    for body in [
        json!({ "model_id": model }),
        json!({ "model_id": model, "input": { "name": "x", "vendor": "fake", "base_url": "https://a.example/v1", "model": "m" } }),
    ] {
        s.refused(2, Method::POST, "/workspaces/20/models/test", Some(body), 404).await;
    }
    s.refused(
        2,
        Method::POST,
        "/workspaces/20/models/probe",
        Some(json!({ "vendor": "fake", "base_url": "https://a.example", "model_id": model })),
        404,
    )
    .await;
    assert_eq!(s.ok(1, Method::GET, &format!("/agents/{agent}"), None).await["name"], "Theirs", "and nothing was changed");
}

#[tokio::test]
async fn operations_have_unique_ids_and_policies() {
    let s = Studio::new(vec![]).await;
    let document = serde_json::to_value(&s.paths).unwrap();
    let mut ids = std::collections::HashSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["x-policy"].is_string(), "{method} {path}");
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{operation}");
        }
    }
    let patch = &document["components"]["schemas"]["ModelPatch"]["properties"];
    assert!(patch["fallback_model_id"]["type"].is_null() && patch["fallback_model_id"].to_string().contains("null"), "{patch}");
    for id in ["not-a-number", "0", "-1", "99999999999999999999"] {
        s.refused(1, Method::GET, &format!("/agents/{id}"), None, 400).await;
    }
}
