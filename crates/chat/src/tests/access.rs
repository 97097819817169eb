//! Nobody else sees a conversation, a message or a file; a read-only token changes nothing.

use serde_json::{Value, json};

use super::house::{AGENT, FOREIGN_AGENT, House};
use super::uploads::upload;

#[tokio::test]
async fn other_peoples_things_do_not_exist() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let run = house.ask(&thread, "q").await;
    let answer = house.answer(run, "a").await;
    let file = upload(&house, "alice", &[("file", "a.txt", b"secret")]).await.1["id"].as_str().unwrap().to_owned();
    let ask = json!({ "content": "x" });
    let routes = [
        ("GET", thread.clone(), Value::Null),
        ("PATCH", thread.clone(), json!({ "name": "mine" })),
        ("DELETE", thread.clone(), Value::Null),
        ("POST", format!("{thread}/clear"), Value::Null),
        ("GET", format!("{thread}/messages"), Value::Null),
        ("POST", format!("{thread}/turns"), ask.clone()),
        ("POST", format!("/messages/{answer}/regenerate"), Value::Null),
        ("PUT", format!("/messages/{answer}/feedback"), json!({ "rating": "up" })),
        ("GET", format!("/files/{file}"), Value::Null),
        ("GET", format!("/files/{file}/content"), Value::Null),
        ("POST", "/api/chat".to_owned(), json!({ "message": "x", "agent_id": AGENT, "conversation_id": thread.rsplit('/').next() })),
    ];
    // Bob is a member of the same workspace, Carol is not.
    for who in ["bob", "carol"] {
        for (method, path, body) in &routes {
            let (status, theirs) = house.call(who, method, path, body.clone()).await;
            // Carol's session cannot change anything without an Origin: that is asked first.
            let expected = if who == "carol" && *method != "GET" { 403 } else { 404 };
            assert_eq!(status, expected, "{who} {method} {path}: {theirs}");
            if expected == 404 && path != "/api/chat" {
                let unknown =
                    path.replace(thread.rsplit('/').next().unwrap(), "999").replace(&answer.to_string(), "999").replace(&file, "999");
                let (_, none) = house.call(who, method, &unknown, body.clone()).await;
                assert_eq!(theirs["error"]["message"], none["error"]["message"], "{path}: the answers differ");
            }
        }
        let (_, list) = house.call(who, "GET", "/workspaces/10/conversations", Value::Null).await;
        assert!(list["items"].as_array().is_none_or(Vec::is_empty), "{who} sees {list}");
    }
    assert_eq!(house.messages(&thread).await.len(), 2, "nothing was changed");
    assert_eq!(house.launched().len(), 1);
}

#[tokio::test]
async fn workspaces_and_agents_of_others_do_not_exist() {
    let house = House::new().await;
    let new = json!({ "agent_id": AGENT });
    assert_eq!(house.call("alice", "POST", "/workspaces/30/conversations", new.clone()).await.0, 404);
    assert_eq!(house.call("alice", "GET", "/workspaces/30/conversations", Value::Null).await.0, 404);
    assert_eq!(house.call("alice", "POST", "/workspaces/10/conversations", json!({ "agent_id": FOREIGN_AGENT })).await.0, 404);
    // Bob sees the agent of workspace 10, but it is none of workspace 20; and he may not try its draft.
    assert_eq!(house.call("bob", "POST", "/workspaces/20/conversations", new.clone()).await.0, 404);
    assert_eq!(house.call("bob", "POST", "/workspaces/10/conversations", new).await.0, 200);
    assert_eq!(house.call("bob", "POST", "/workspaces/10/conversations", json!({ "agent_id": AGENT, "draft": true })).await.0, 403);
}

#[tokio::test]
async fn a_read_only_token_reads_only() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let run = house.ask(&thread, "q").await;
    let answer = house.answer(run, "a").await;
    for path in [thread.clone(), format!("{thread}/messages"), "/workspaces/10/conversations".to_owned()] {
        assert_eq!(house.call("reader", "GET", &path, Value::Null).await.0, 200, "{path}");
    }
    for (method, path, body) in [
        ("POST", "/workspaces/10/conversations".to_owned(), json!({ "agent_id": AGENT })),
        ("PATCH", thread.clone(), json!({ "name": "x" })),
        ("DELETE", thread.clone(), Value::Null),
        ("POST", format!("{thread}/clear"), Value::Null),
        ("POST", format!("{thread}/turns"), json!({ "content": "x" })),
        ("POST", format!("/messages/{answer}/regenerate"), Value::Null),
        ("PUT", format!("/messages/{answer}/feedback"), json!({ "rating": "up" })),
    ] {
        assert_eq!(house.call("reader", method, &path, body).await.0, 403, "{method} {path}");
    }
    assert_eq!(upload(&house, "reader", &[("file", "a.txt", b"x")]).await.0, 403);
}

#[tokio::test]
async fn without_a_token_nothing_answers_and_every_operation_has_a_name_of_its_own() {
    let house = House::new().await;
    assert_eq!(house.call("nobody", "GET", "/conversations/1", Value::Null).await.0, 401);
    let (_, document) = house.chat.routes().merge(house.chat.simple_routes()).split();
    let document = serde_json::to_value(&document).unwrap();
    let mut names = Vec::new();
    for path in document["paths"].as_object().unwrap().values() {
        for operation in path.as_object().unwrap().values() {
            assert_eq!(operation["x-policy"], "caller");
            names.push(operation["operationId"].as_str().unwrap().to_owned());
        }
    }
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!((all, names.len()), (14, 14), "{names:?}");
    for schema in ["Conversation", "Turn", "TurnInput", "ContentPart", "Message", "File"] {
        assert!(document["components"]["schemas"][schema].is_object(), "{schema} is not described");
    }
}
