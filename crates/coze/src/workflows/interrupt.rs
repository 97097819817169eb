//! What a waiting run asks, in this wire's shapes.

use flow::run::{PendingCall, PendingKind};
use flow::value::Field;
use serde::Serialize;
use serde_json::{Value, json};
use types::{MessageId, Timestamp};

use crate::canvas::write_field;
use crate::chats::events::{self, DELTA, MESSAGE_COMPLETED};
use crate::messages::wire::Place;

/// The data of an `Interrupt` event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Frame {
    /// What to give back.
    pub interrupt_data: Asked,
    /// Title of the node that asks.
    pub node_title: String,
}

/// What to give back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Asked {
    /// `<run>/<call>`; the run is put in where it is known.
    pub event_id: String,
    /// 2: question, 5: input.
    #[serde(rename = "type")]
    pub kind: i64,
    /// What people are asked, as JSON in a string.
    pub data: String,
}

/// A question.
const QUESTION: i64 = 2;
/// A form.
const INPUT: i64 = 5;

impl Frame {
    /// What this call asks.
    pub fn of(call: &PendingCall) -> Self {
        let node = call.node.as_ref().map(|node| node.id.to_string()).unwrap_or_default();
        let (kind, data) = match call.kind {
            PendingKind::Input => (INPUT, form(&call.arguments)),
            PendingKind::Question | PendingKind::Approval | PendingKind::Client | PendingKind::Breakpoint | PendingKind::Interrupted => {
                (QUESTION, question(&call.arguments, &node))
            }
        };
        Self { interrupt_data: Asked { event_id: call.call_id.clone(), kind, data: data.to_string() }, node_title: call.name.clone() }
    }
}

fn form(asked: &Value) -> Value {
    let fields: Vec<Field> = serde_json::from_value(asked["fields"].clone()).unwrap_or_default();
    let schema: Vec<Value> = fields.iter().map(write_field).collect();
    json!({ "content": Value::Array(schema).to_string(), "content_type": "form_schema" })
}

/// What was asked and answered so far, and the question.
fn question(asked: &Value, node: &str) -> Value {
    let said = asked["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    // What a node has said ends with the question that waits.
    let before = match said.split_last() {
        Some((last, before)) if last["type"] == "question" => before,
        _ => said,
    };
    let mut messages: Vec<Value> = Vec::with_capacity(before.len() + 1);
    for said in before {
        let kind = if said["type"] == "answer" { "answer" } else { "question" };
        messages
            .push(json!({ "type": kind, "content_type": "text", "content": said["content"], "id": format!("{node}_{}", messages.len()) }));
    }
    let text = asked.get("question").or_else(|| asked.get("message")).cloned().unwrap_or_default();
    let options = asked["options"].as_array().filter(|options| !options.is_empty());
    let id = format!("{node}_{}", messages.len());
    messages.push(match options {
        None => json!({ "type": "question", "content_type": "text", "content": text, "id": id }),
        Some(options) => {
            let names: Vec<Value> = options.iter().map(|option| json!({ "name": option["name"] })).collect();
            json!({ "type": "question", "content_type": "option", "content": { "question": text, "options": names }, "id": id })
        }
    });
    json!({ "messages": messages })
}

/// The template of cards that Coze's own clients draw.
const CARD: i64 = 7_383_997_384_420_262_000;

/// What a chatflow asks, as messages: a question in words, anything to choose or fill in as a card.
pub fn tell(call: &PendingCall, place: &Place, at: Timestamp, out: &mut Vec<events::Frame>) {
    let id = MessageId::generate().to_string();
    let asked = &call.arguments;
    let text = asked.get("question").or_else(|| asked.get("message")).and_then(Value::as_str).unwrap_or_default();
    let options = asked["options"].as_array().filter(|options| !options.is_empty());
    let card = match (call.kind, options) {
        (PendingKind::Input, _) => {
            let form = form(asked);
            json!({ "card_type": "INPUT", "input_card_data": serde_json::from_str::<Value>(form["content"].as_str().unwrap_or("[]")).unwrap_or_default() })
        }
        (_, Some(options)) => {
            let names: Vec<Value> = options.iter().map(|option| json!({ "name": option["name"] })).collect();
            json!({ "card_type": "QUESTION", "question_card_data": { "Title": text, "Options": names } })
        }
        (_, None) => {
            out.push(events::Frame::Message(DELTA, Box::new(place.said(id.clone(), "answer", text.to_owned(), at.seconds()))));
            out.push(events::Frame::Message(MESSAGE_COMPLETED, Box::new(place.said(id, "answer", text.to_owned(), at.seconds()))));
            return;
        }
    };
    let content = json!({
        "card_type": 3,
        "content_type": 50,
        "response_type": "card",
        "template_id": CARD,
        "x_properties": { "workflow_card_info": card.to_string() },
    });
    let mut message = place.said(id, "answer", content.to_string(), at.seconds());
    message.content_type = "card";
    out.push(events::Frame::Message(MESSAGE_COMPLETED, Box::new(message)));
}
