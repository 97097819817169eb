//! Lists, names, deletion, messages by hand, feedback.

use serde_json::{Map, Value, json};
use types::{ConversationId, MessageId};

use super::house::{AGENT, House, SHARED, actor};
use crate::conversations::{Filter, NewConversation, Order};
use crate::messages::{ContentPart, Message, MessageChanges, MessageRole, NewMessage, Window};

fn names(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_list_shows_what_was_used_last_in_pages() {
    let house = House::new().await;
    for name in ["one", "two 50%", "three"] {
        house.alice("POST", "/workspaces/10/conversations", json!({ "agent_id": AGENT, "name": name })).await;
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let first = house.alice("GET", "/workspaces/10/conversations?limit=2", Value::Null).await;
    assert_eq!(names(&first), ["three", "two 50%"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = house.alice("GET", &format!("/workspaces/10/conversations?limit=2&cursor={cursor}"), Value::Null).await;
    assert_eq!((names(&second), &second["next_cursor"]), (vec!["one".to_owned()], &Value::Null));
    assert_eq!(names(&house.alice("GET", "/workspaces/10/conversations?q=50%25", Value::Null).await), ["two 50%"]);
    assert_eq!(names(&house.alice("GET", "/workspaces/10/conversations?q=T_O", Value::Null).await), [""; 0]);
    assert_eq!(names(&house.alice("GET", "/workspaces/10/conversations?q=THR", Value::Null).await), ["three"]);
    assert_eq!(names(&house.alice("GET", "/workspaces/10/conversations?agent_id=101", Value::Null).await), [""; 0]);
    for bad in ["cursor=x", "limit=x", "agent_id=x", "unknown=1"] {
        assert_eq!(house.call("alice", "GET", &format!("/workspaces/10/conversations?{bad}"), Value::Null).await.0, 400, "{bad}");
    }
}

#[tokio::test]
async fn pages_by_number_and_labels() {
    let house = House::new().await;
    let alice = actor("alice").unwrap();
    let mut made = Vec::new();
    for i in 0..5 {
        let meta = Map::from_iter([("键".to_owned(), json!("值"))]);
        let label = if i % 2 == 0 { "even" } else { "odd" };
        let new = NewConversation { user_label: label.into(), connector: "1024".into(), meta, ..NewConversation::default() };
        made.push(house.chat.conversations.create(&alice, SHARED, new).await.unwrap());
    }
    assert_eq!(made[0].meta["键"], "值");
    let page = |order, number| {
        let (house, alice) = (&house, &alice);
        async move { house.chat.conversations.list_pages(alice, None, &Filter::default(), order, number, 2).await.unwrap() }
    };
    let ids = |(page, more): (Vec<crate::conversations::Conversation>, bool)| (page.iter().map(|c| c.id).collect::<Vec<_>>(), more);
    assert_eq!(ids(page(Order::Asc, 1).await), (vec![made[0].id, made[1].id], true));
    assert_eq!(ids(page(Order::Desc, 3).await), (vec![made[0].id], false));
    let odd = Filter { user_label: Some("odd".into()), ..Filter::default() };
    let (found, _) = house.chat.conversations.list_pages(&alice, Some(SHARED), &odd, Order::Asc, 1, 10).await.unwrap();
    assert_eq!(found.iter().map(|c| c.id).collect::<Vec<_>>(), [made[1].id, made[3].id]);
}

#[tokio::test]
async fn rename_and_delete() {
    let house = House::new().await;
    let thread = house.conversation().await;
    assert_eq!(house.alice("PATCH", &thread, json!({ "name": " New " })).await["name"], "New");
    assert_eq!(house.call("alice", "PATCH", &thread, json!({ "name": "x".repeat(300) })).await.0, 400);
    let (a, b) = (house.ask(&thread, "q1").await, house.ask(&thread, "q2").await);
    assert_eq!(house.alice("GET", &thread, Value::Null).await["name"], "New", "a given name stays");
    house.alice("DELETE", &thread, Value::Null).await;
    assert_eq!(house.call("alice", "GET", &thread, Value::Null).await.0, 404);
    assert_eq!(house.call("alice", "GET", &format!("{thread}/messages"), Value::Null).await.0, 404);
    assert_eq!(house.engine.state.lock().unwrap().cancelled, [b, a], "what runs and waits is cancelled, last first");
}

async fn add(house: &House, id: ConversationId, text: &str) -> Message {
    let new = NewMessage { role: MessageRole::User, kind: None, content: vec![ContentPart::text(text)], meta: Map::new() };
    house.chat.messages.create(&actor("alice").unwrap(), id, new).await.unwrap()
}

#[tokio::test]
async fn windows_page_in_both_directions() {
    let house = House::new().await;
    let (thread, alice) = (house.conversation().await, actor("alice").unwrap());
    let id: ConversationId = thread.rsplit('/').next().unwrap().parse().unwrap();
    let mut made = Vec::new();
    for i in 0..5 {
        made.push(add(&house, id, &format!("m{i}")).await.id);
    }
    let window = |order, after, before| {
        let (house, alice) = (&house, &alice);
        let window = Window { order, after, before, limit: 2, ..Window::default() };
        async move {
            let page = house.chat.messages.window(alice, id, &window).await.unwrap();
            (page.items.iter().map(|m| m.id).collect::<Vec<MessageId>>(), page.has_more)
        }
    };
    assert_eq!(window(Order::Asc, None, None).await, (vec![made[0], made[1]], true));
    assert_eq!(window(Order::Asc, Some(made[3]), None).await, (vec![made[4]], false));
    assert_eq!(window(Order::Desc, None, None).await, (vec![made[4], made[3]], true));
    assert_eq!(window(Order::Desc, Some(made[3]), None).await, (vec![made[2], made[1]], true));
    assert_eq!(window(Order::Asc, None, Some(made[4])).await, (vec![made[2], made[3]], true));
    assert_eq!(window(Order::Asc, None, Some(made[2])).await, (vec![made[0], made[1]], false));
    assert_eq!(window(Order::Desc, None, Some(made[1])).await, (vec![made[3], made[2]], true));

    let shown = |query: &str| {
        let path = format!("{thread}/messages?limit=2{query}");
        let house = &house;
        async move {
            let list = house.alice("GET", &path, Value::Null).await;
            let texts: Vec<String> =
                list["items"].as_array().unwrap().iter().map(|m| m["content"][0]["text"].as_str().unwrap().to_owned()).collect();
            (texts.join(" "), list["has_more"].as_bool().unwrap())
        }
    };
    assert_eq!(shown("").await, ("m3 m4".to_owned(), true));
    assert_eq!(shown(&format!("&before={}", made[3])).await, ("m1 m2".to_owned(), true));
    assert_eq!(shown(&format!("&before={}", made[1])).await, ("m0".to_owned(), false));
    assert_eq!(shown(&format!("&after={}", made[1])).await, ("m2 m3".to_owned(), true));
}

#[tokio::test]
async fn messages_by_hand_are_added_changed_and_removed() {
    let house = House::new().await;
    let alice = actor("alice").unwrap();
    let [a, b] = [house.conversation().await, house.conversation().await].map(|t| t.rsplit('/').next().unwrap().parse().unwrap());
    let made = add(&house, a, "读我 🎉").await;
    let messages = &house.chat.messages;
    assert_eq!(messages.get(&alice, a, made.id).await.unwrap(), made);
    assert!(messages.get(&alice, b, made.id).await.is_err(), "of another conversation");
    let image = ContentPart::Image { file_id: None, url: Some("https://x/y.png".into()) };
    let changes =
        MessageChanges { content: Some(vec![ContentPart::text("see"), image]), meta: Some(Map::from_iter([("n".to_owned(), json!("1"))])) };
    messages.modify(&alice, a, made.id, changes.clone()).await.unwrap();
    let changed = messages.get(&alice, a, made.id).await.unwrap();
    assert_eq!((changed.content, changed.meta["n"].clone()), (changes.content.clone().unwrap(), json!("1")));
    assert!(messages.modify(&alice, b, made.id, changes).await.is_err());
    assert!(messages.delete(&alice, b, made.id).await.is_err());
    messages.delete(&alice, a, made.id).await.unwrap();
    assert!(messages.get(&alice, a, made.id).await.is_err());
}

#[tokio::test]
async fn answers_are_rated_and_questions_are_not() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let turn = house.alice("POST", &format!("{thread}/turns"), json!({ "content": "q" })).await;
    let answer = house.answer(turn["run_id"].as_str().unwrap().parse().unwrap(), "a").await;
    let path = format!("/messages/{answer}/feedback");
    let rated = house.alice("PUT", &path, json!({ "rating": "down", "comment": "wrong" })).await;
    assert_eq!(rated["feedback"], json!({ "rating": "down", "comment": "wrong" }));
    assert_eq!(house.alice("PUT", &path, json!({ "rating": null })).await["feedback"], Value::Null);
    assert_eq!(house.call("alice", "PUT", &path, json!({ "rating": "great" })).await.0, 400);
    let question = format!("/messages/{}/feedback", turn["question"]["id"].as_str().unwrap());
    assert_eq!(house.call("alice", "PUT", &question, json!({ "rating": "up" })).await.1["error"]["code"], "not_an_answer");
}
