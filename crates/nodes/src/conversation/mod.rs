//! Conversations and their messages: ten kinds of nodes over one port ([`crate::ports::conversations`]).
//!
//! Where a run stands decides what they may do (Coze Studio's rules, docs/errors.md has the codes):
//!
//! * in an app, conversations go by name;
//! * in the conversation of an agent there is only that one, called `Default`: its messages can be read and
//!   changed, conversations can be neither made nor renamed nor removed nor listed;
//! * elsewhere nothing is there: `isSuccess` is false, lists are empty.
//!
//! * [`conversations`], [`messages`]: what they do; [`place`]: where a run stands.

mod conversations;
mod messages;
mod params;
mod place;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::node::{Action, Category, Declares, NodeSpec, NodeType, Task};
use flow::tool::{Effect, Localized};
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};

use crate::ports::{Conversations, Services};
use crate::reading::{Reading, both, form};
use params::Params;

/// The port, where it is wired.
type Port = Option<Arc<dyn Conversations>>;

/// One of the kinds.
struct Kind {
    about: About,
    port: Port,
    task: fn(Port) -> Arc<dyn Task>,
}

/// What a kind says of itself.
#[derive(Clone)]
struct About {
    kind: &'static str,
    icon: &'static str,
    title: Localized,
    description: Localized,
    effect: Effect,
    inputs: Vec<Field>,
    outputs: Vec<Field>,
}

impl NodeType for Kind {
    fn spec(&self) -> NodeSpec {
        let About { kind, icon, title, description, effect, inputs, outputs } = self.about.clone();
        NodeSpec {
            params: form::<Params>(&[]),
            inputs: Declares::Kind(inputs),
            outputs: Declares::Kind(outputs),
            effect,
            fill_inputs: true,
            fill_outputs: true,
            fallible: true,
            ..NodeSpec::new(kind, Category::Conversation, icon, title, description)
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (reading, Params {}) = Reading::begin::<Params>(id, node)?;
        reading.done(|| Action::Task((self.task)(self.port.clone())))
    }
}

/// All of them.
pub fn kinds(services: &Services) -> Vec<Arc<dyn NodeType>> {
    let port = &services.conversations;
    let kind = |about: About, task: fn(Port) -> Arc<dyn Task>| -> Arc<dyn NodeType> { Arc::new(Kind { about, port: port.clone(), task }) };
    vec![
        kind(create(), |port| Arc::new(conversations::Create(port))),
        kind(update(), |port| Arc::new(conversations::Update(port))),
        kind(delete(), |port| Arc::new(conversations::Delete(port))),
        kind(list(), |port| Arc::new(conversations::List(port))),
        kind(history(), |port| Arc::new(conversations::History(port))),
        kind(clear(), |port| Arc::new(conversations::Clear(port))),
        kind(message_create(), |port| Arc::new(messages::Create(port))),
        kind(message_update(), |port| Arc::new(messages::Update(port))),
        kind(message_delete(), |port| Arc::new(messages::Delete(port))),
        kind(message_list(), |port| Arc::new(messages::List(port))),
    ]
}

fn text(name: &str) -> Field {
    Field::new(name, Type::String)
}

fn name() -> Field {
    Field::required("conversationName", Type::String)
}

fn success() -> Field {
    Field::new("isSuccess", Type::Boolean)
}

fn objects(name: &str, fields: &[&str]) -> Field {
    Field::new(name, Type::List(Box::new(Type::Object(fields.iter().map(|name| text(name)).collect()))))
}

/// Names of a message's fields.
const MESSAGE: [&str; 4] = ["messageId", "role", "contentType", "content"];

fn create() -> About {
    About {
        kind: "conversation_create",
        icon: "message-square-plus",
        title: both("创建会话", "Create conversation"),
        description: both("按名称创建会话；已存在时直接返回。", "Makes a conversation of this name, or finds it."),
        effect: Effect::Write,
        inputs: vec![name()],
        outputs: vec![success(), Field::new("isExisted", Type::Boolean), text("conversationId")],
    }
}

fn update() -> About {
    About {
        kind: "conversation_update",
        icon: "square-pen",
        title: both("修改会话", "Rename conversation"),
        description: both("修改会话名称。", "Gives a conversation another name."),
        effect: Effect::Write,
        inputs: vec![name(), Field::required("newConversationName", Type::String)],
        outputs: vec![success(), Field::new("isExisted", Type::Boolean), text("conversationId")],
    }
}

fn delete() -> About {
    About {
        kind: "conversation_delete",
        icon: "message-square-off",
        title: both("删除会话", "Delete conversation"),
        description: both("按名称删除会话。", "Removes the conversation of this name."),
        effect: Effect::Write,
        inputs: vec![name()],
        outputs: vec![success()],
    }
}

fn list() -> About {
    About {
        kind: "conversation_list",
        icon: "messages-square",
        title: both("查询会话列表", "List conversations"),
        description: both("列出当前用户在应用中的会话。", "Lists the user's conversations in the app."),
        effect: Effect::Read,
        inputs: Vec::new(),
        outputs: vec![objects("conversationList", &["conversationName", "conversationId"])],
    }
}

fn history() -> About {
    About {
        kind: "conversation_history",
        icon: "history",
        title: both("查询会话历史", "Conversation history"),
        description: both("读取会话最近几轮的消息。", "Reads the last rounds of a conversation."),
        effect: Effect::Read,
        inputs: vec![name(), Field::new("rounds", Type::Integer)],
        outputs: vec![objects("messageList", &["role", "content"])],
    }
}

fn clear() -> About {
    About {
        kind: "conversation_clear",
        icon: "eraser",
        title: both("清空会话历史", "Clear history"),
        description: both("从此处开始新的上下文。", "Begins a new context: what was said before is not seen again."),
        effect: Effect::Write,
        inputs: vec![name()],
        outputs: vec![success()],
    }
}

fn message_create() -> About {
    About {
        kind: "message_create",
        icon: "message-circle-plus",
        title: both("创建消息", "Create message"),
        description: both("向会话中添加一条消息。", "Adds a message to a conversation."),
        effect: Effect::Write,
        inputs: vec![name(), Field::required("role", Type::String), Field::required("content", Type::String)],
        outputs: vec![success(), Field::new("message", Type::Object(MESSAGE.map(text).into()))],
    }
}

fn message_update() -> About {
    About {
        kind: "message_update",
        icon: "pencil",
        title: both("修改消息", "Edit message"),
        description: both("修改会话中一条消息的内容。", "Changes the text of a message."),
        effect: Effect::Write,
        inputs: vec![name(), Field::required("messageId", Type::String), Field::required("newContent", Type::String)],
        outputs: vec![success()],
    }
}

fn message_delete() -> About {
    About {
        kind: "message_delete",
        icon: "message-circle-x",
        title: both("删除消息", "Delete message"),
        description: both("删除会话中的一条消息。", "Removes a message."),
        effect: Effect::Write,
        inputs: vec![name(), Field::required("messageId", Type::String)],
        outputs: vec![success()],
    }
}

fn message_list() -> About {
    let more = Field::new("hasMore", Type::Boolean);
    About {
        kind: "message_list",
        icon: "list",
        title: both("查询消息列表", "List messages"),
        description: both("分页读取会话中的消息。", "Reads the messages of a conversation page by page."),
        effect: Effect::Read,
        inputs: vec![name(), Field::new("limit", Type::Integer), text("beforeId"), text("afterId")],
        outputs: vec![objects("messageList", &MESSAGE), text("firstId"), text("lastId"), more],
    }
}
