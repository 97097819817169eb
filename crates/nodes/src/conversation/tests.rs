//! Conversations and messages, in apps, with agents, elsewhere.

use flow::node::{NodeError, Output, TaskCx};
use futures::executor::block_on;
use serde_json::{Value, json};
use types::ConversationId;

use super::*;
use crate::ports::Caller;
use crate::ports::fakes::FakeConversations;
use crate::testkit::{cx, inputs, node, task};

struct House {
    services: Services,
    cx: TaskCx,
    steps: std::cell::Cell<u32>,
}

impl House {
    fn of(fake: FakeConversations, cx: TaskCx) -> Self {
        Self { services: Services { conversations: Some(Arc::new(fake)), ..Services::default() }, cx, steps: std::cell::Cell::default() }
    }

    fn app() -> Self {
        Self::of(FakeConversations::default().with_fixed("Default"), TaskCx { app: Some("123".into()), ..cx() })
    }

    #[track_caller]
    fn run(&self, kind: &str, given: Value) -> Result<Output, NodeError> {
        let kind = kinds(&self.services).into_iter().find(|one| one.spec().kind == kind).unwrap();
        self.steps.set(self.steps.get() + 1);
        let cx = TaskCx { idempotency_key: self.steps.get().to_string(), ..self.cx.clone() };
        block_on(task(kind.as_ref(), &node(json!({}), json!({}), json!({}))).run(&cx, inputs(given)))
    }

    #[track_caller]
    fn gives(&self, kind: &str, given: Value) -> Value {
        Value::Object(self.run(kind, given).unwrap().values)
    }

    #[track_caller]
    fn refuses(&self, kind: &str, given: Value, code: &str) {
        let error = self.run(kind, given).unwrap_err();
        assert_eq!((error.code.as_str(), error.transient), (code, false));
    }
}

#[test]
fn conversations_are_made_renamed_listed_and_removed() {
    let house = House::app();
    let made = house.gives("conversation_create", json!({ "conversationName": "v1" }));
    let id = made["conversationId"].clone();
    assert_eq!(made, json!({ "isSuccess": true, "isExisted": false, "conversationId": id }));
    assert!(id.is_string(), "ids are texts");
    let again = house.gives("conversation_create", json!({ "conversationName": "v1" }));
    assert_eq!(again, json!({ "isSuccess": true, "isExisted": true, "conversationId": id }));

    let renamed = house.gives("conversation_update", json!({ "conversationName": "v1", "newConversationName": "v2" }));
    assert_eq!(renamed, json!({ "isSuccess": true, "isExisted": false, "conversationId": id }));
    let missing = house.gives("conversation_update", json!({ "conversationName": "v1", "newConversationName": "v3" }));
    assert_eq!(missing, json!({ "isSuccess": false, "isExisted": false }));
    let taken = house.gives("conversation_update", json!({ "conversationName": "v2", "newConversationName": "Default" }));
    assert_eq!(taken, json!({ "isSuccess": false, "isExisted": true }));

    let list = house.gives("conversation_list", json!({}));
    assert_eq!(list, json!({ "conversationList": [{ "conversationName": "v2", "conversationId": id }] }));
    assert_eq!(house.gives("conversation_delete", json!({ "conversationName": "v2" })), json!({ "isSuccess": true }));
    assert_eq!(house.gives("conversation_delete", json!({ "conversationName": "v2" })), json!({ "isSuccess": false }));
    house.refuses("conversation_create", json!({ "conversationName": " " }), "invalid_input");
}

#[test]
fn conversations_of_the_app_itself_stay_as_they_are() {
    let house = House::app();
    let change = json!({ "conversationName": "Default", "newConversationName": "x" });
    house.refuses("conversation_update", change, "conversation_fixed");
    house.refuses("conversation_delete", json!({ "conversationName": "Default" }), "conversation_fixed");
    assert_eq!(house.gives("conversation_create", json!({ "conversationName": "Default" }))["isExisted"], true);
}

#[test]
fn messages_are_made_read_changed_and_removed() {
    let house = House::app();
    house.gives("conversation_create", json!({ "conversationName": "c" }));
    let say =
        |role: &str, content: &str| house.gives("message_create", json!({ "conversationName": "c", "role": role, "content": content }));
    let said = say("user", "hello");
    let id = said["message"]["messageId"].clone();
    let message = json!({ "messageId": id, "role": "user", "contentType": "text", "content": "hello" });
    assert_eq!(said, json!({ "isSuccess": true, "message": message }));
    let list = house.gives("message_list", json!({ "conversationName": "c", "limit": 0, "beforeId": "", "afterId": "" }));
    assert_eq!(list, json!({ "messageList": [message], "firstId": id, "lastId": id, "hasMore": false }));

    let answer = say("assistant", "hi")["message"]["messageId"].clone();
    let page = house.gives("message_list", json!({ "conversationName": "c", "limit": 1 }));
    assert_eq!((&page["lastId"], &page["hasMore"]), (&answer, &json!(true)));
    let older = house.gives("message_list", json!({ "conversationName": "c", "beforeId": answer }));
    assert_eq!(older["messageList"].as_array().unwrap().len(), 1);

    let edit = |id: &Value| {
        house.gives("message_update", json!({ "conversationName": "c", "messageId": id, "newContent": "new" }))["isSuccess"].clone()
    };
    assert_eq!((edit(&id), edit(&json!("1")), edit(&json!("no id"))), (json!(true), json!(false), json!(false)));
    let history = house.gives("conversation_history", json!({ "conversationName": "c", "rounds": 2 }));
    assert_eq!(history, json!({ "messageList": [{ "role": "user", "content": "new" }, { "role": "assistant", "content": "hi" }] }));
    assert_eq!(house.gives("message_delete", json!({ "conversationName": "c", "messageId": id })), json!({ "isSuccess": true }));
    assert_eq!(house.gives("message_delete", json!({ "conversationName": "c", "messageId": id })), json!({ "isSuccess": false }));
    assert_eq!(house.gives("conversation_clear", json!({ "conversationName": "c" })), json!({ "isSuccess": true }));
    assert_eq!(house.gives("conversation_history", json!({ "conversationName": "c", "rounds": 2 })), json!({ "messageList": [] }));
}

#[test]
fn inputs_that_cannot_be_are_refused() {
    let house = House::app();
    house.gives("conversation_create", json!({ "conversationName": "c" }));
    house.refuses("message_create", json!({ "conversationName": "c", "role": "system", "content": "x" }), "invalid_input");
    house.refuses("message_create", json!({ "conversationName": "c", "role": "user", "content": "" }), "invalid_input");
    house.refuses("message_list", json!({ "conversationName": "c", "limit": -1 }), "invalid_input");
    house.refuses("message_list", json!({ "conversationName": "c", "beforeId": "x" }), "invalid_input");
    house.refuses("message_list", json!({ "conversationName": "c", "beforeId": "1", "afterId": "2" }), "invalid_input");
    assert_eq!(house.run("message_list", json!({ "conversationName": "c", "limit": 51 })).unwrap().warnings.len(), 1);
}

#[test]
fn a_conversation_that_is_not_there() {
    let house = House::app();
    let name = json!({ "conversationName": "gone", "role": "user", "content": "x", "messageId": "1", "newContent": "x" });
    for kind in ["message_create", "message_update", "message_delete", "conversation_clear"] {
        assert_eq!(house.gives(kind, name.clone())["isSuccess"], false, "{kind}");
    }
    house.refuses("message_list", name.clone(), "conversation_not_found");
    house.refuses("conversation_history", name, "conversation_not_found");
}

#[test]
fn with_an_agent_there_is_only_its_own_conversation() {
    let id = ConversationId::generate();
    let cx = TaskCx { conversation: Some(id), ..cx() };
    let house = House::of(FakeConversations::default().with_agent_conversation(&Caller::from(&cx), id), cx);
    let given = json!({ "conversationName": "Default", "newConversationName": "x", "role": "user", "content": "hello" });
    for kind in ["conversation_create", "conversation_update", "conversation_delete", "conversation_list"] {
        house.refuses(kind, given.clone(), "conversation_needs_app");
    }
    assert_eq!(house.gives("message_create", given.clone())["isSuccess"], true);
    assert_eq!(house.gives("message_list", given.clone())["messageList"][0]["content"], "hello");
    house.refuses("message_list", json!({ "conversationName": "other" }), "conversation_default_only");
}

#[test]
fn elsewhere_nothing_is_there() {
    let house = House::of(FakeConversations::default(), cx());
    let given =
        json!({ "conversationName": "c", "newConversationName": "x", "role": "user", "content": "x", "messageId": "1", "newContent": "x" });
    for kind in kinds(&house.services) {
        let spec = kind.spec();
        let values = house.gives(&spec.kind, given.clone());
        match spec.kind.as_str() {
            "conversation_list" => assert_eq!(values["conversationList"], json!([])),
            "conversation_history" | "message_list" => assert_eq!(values["messageList"], json!([])),
            other => assert_eq!(values["isSuccess"], false, "{other}"),
        }
    }
}

#[test]
fn without_the_service_nothing_works_in_apps() {
    let house = House { services: Services::default(), ..House::app() };
    house.refuses("conversation_create", json!({ "conversationName": "c" }), "not_available");
    house.refuses("message_list", json!({ "conversationName": "c" }), "not_available");
}
