//! Uses, expiry, withdrawal.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use crate::Config;
use crate::testkit::{As, Server, text};

#[tokio::test(flavor = "multi_thread")]
async fn the_last_use_goes_to_one_of_many() {
    let server = Arc::new(Server::start(Config::default()).await);
    let ann = server.owner().await;
    let team = server.team(&ann).await;
    let made = server.post(&ann.cookie, &format!("/workspaces/{team}/invitations"), json!({ "role": "viewer", "max_uses": 2 })).await.ok();
    let code = text(&made["code"]);
    assert_eq!(made["url"], json!(format!("http://hearth.test/invite/{code}")));
    let mut tasks = Vec::new();
    for n in 0..4 {
        let person = server.person(&format!("p{n}")).await;
        let (server, code) = (Arc::clone(&server), code.clone());
        tasks.push(tokio::spawn(async move { server.post(&person.cookie, &format!("/invitations/{code}/accept"), Value::Null).await }));
    }
    let mut joined = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        match answer.status {
            StatusCode::OK => joined += 1,
            _ => assert_eq!(answer.code(), "invitation_invalid"),
        }
    }
    assert_eq!(joined, 2);
    let list = server.get(&ann.cookie, &format!("/workspaces/{team}/invitations")).await.ok();
    assert_eq!(list["items"][0]["uses"], 2);
    assert!(!list.to_string().contains(&code), "the code is shown once");
}

#[tokio::test]
async fn an_invitation_is_previewed_accepted_and_withdrawn() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let bob = server.person("bob").await;
    let team = server.team(&ann).await;
    let path = format!("/workspaces/{team}/invitations");
    let made = server.post(&ann.cookie, &path, json!({ "role": "builder", "max_uses": 5 })).await.ok();
    let code = text(&made["code"]);
    let preview = server.get(&As::Nobody, &format!("/invitations/{code}")).await.ok();
    assert_eq!(
        (&preview["workspace_name"], &preview["inviter_name"], &preview["role"]),
        (&json!("Team"), &json!("Ann"), &json!("builder"))
    );
    // A member who opens it again keeps his role and uses nothing up.
    let own = server.post(&ann.cookie, &format!("/invitations/{code}/accept"), Value::Null).await.ok();
    assert_eq!(own["role"], "owner");
    assert_eq!(server.post(&bob.cookie, &format!("/invitations/{code}/accept"), Value::Null).await.ok()["role"], "builder");
    assert_eq!(server.get(&ann.cookie, &path).await.ok()["items"][0]["uses"], 1);
    server.delete(&ann.cookie, &format!("{path}/{}", text(&made["id"]))).await.ok();
    for code in [code.as_str(), "nonsense"] {
        assert_eq!(server.get(&As::Nobody, &format!("/invitations/{code}")).await.code(), "invitation_invalid");
    }
    for (body, field) in
        [(json!({ "role": "viewer", "max_uses": 0 }), "max_uses"), (json!({ "role": "viewer", "expires_in_days": 91 }), "expires_in_days")]
    {
        assert_eq!(server.post(&ann.cookie, &path, body).await.body["error"]["field"], field);
    }
}
