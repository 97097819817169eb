//! A robot's token acts as the robot, in its workspace, until it is deleted.

use serde_json::json;

use crate::Config;
use crate::testkit::{As, Server, text};

#[tokio::test]
async fn a_robot_acts_in_its_workspace_with_its_role() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let team = server.team(&ann).await;
    let path = format!("/workspaces/{team}/service-accounts");
    let robot = server.post(&ann.cookie, &path, json!({ "name": "Platform", "role": "builder" })).await.ok();
    let tokens = format!("{path}/{}/tokens", text(&robot["id"]));
    let made = server.post(&ann.cookie, &tokens, json!({ "name": "prod" })).await.ok();
    let secret = text(&made["secret"]);
    assert!(secret.starts_with("sat_"), "{secret}");
    let token = As::Token(secret);
    let probe = server.get(&token, "/probe").await.ok();
    assert_eq!((&probe["user"], &probe["grants"]), (&robot["user_id"], &json!([[team, "builder"]])));
    assert_eq!(server.get(&token, "/me").await.ok()["user"]["name"], "Platform");
    // It is no person: not among the members, and it cannot be made one.
    assert_eq!(server.get(&ann.cookie, &format!("/workspaces/{team}")).await.ok()["member_count"], 1);
    let member = format!("/workspaces/{team}/members/{}", text(&robot["user_id"]));
    assert_eq!(server.patch(&ann.cookie, &member, json!({ "role": "owner" })).await.code(), "not_found");
    assert_eq!(server.post(&ann.cookie, &path, json!({ "name": "x", "role": "owner" })).await.code(), "invalid_request");
    assert_eq!(server.get(&ann.cookie, &path).await.ok()["items"][0]["token_count"], 1);
    // One token, then all of it.
    let second = As::Token(text(&server.post(&ann.cookie, &tokens, json!({ "name": "b" })).await.ok()["secret"]));
    server.get(&second, "/me").await.ok();
    server.delete(&ann.cookie, &format!("{tokens}/{}", text(&made["id"]))).await.ok();
    assert_eq!(server.get(&token, "/me").await.code(), "unauthenticated");
    server.get(&second, "/me").await.ok();
    server.delete(&ann.cookie, &format!("{path}/{}", text(&robot["id"]))).await.ok();
    assert_eq!(server.get(&second, "/me").await.code(), "unauthenticated");
    // Its name stays for what it made.
    let user = text(&robot["user_id"]).parse().unwrap();
    assert_eq!(server.identity.names(&[user]).await.unwrap()[&user], "Platform");
}
