//! What the model sees again: the last rounds of a section as a valid sequence of messages.
//!
//! A round is what belongs to one question. Calls and responses of tools become one assistant
//! message with calls, followed by one tool message a call; a call without a response (the run was
//! cancelled, or failed) is left out, as vendors refuse it.

use std::collections::HashSet;

use serde_json::Value;

use crate::messages::{ContentPart, Message, MessageRole, MessageType};

/// One message for the model; parts that need files are not resolved yet.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// Said by a person or by the agent.
    Said {
        /// Who.
        role: MessageRole,
        /// What.
        content: Vec<ContentPart>,
    },
    /// The agent called tools, and perhaps said something with it.
    Called {
        /// Said with it.
        text: String,
        /// The calls.
        calls: Vec<model::ToolCall>,
    },
    /// What a tool answered.
    Responded {
        /// Which call.
        call_id: String,
        /// The output.
        output: String,
    },
}

/// The last `rounds` rounds of `rows`, which come newest first as [`crate::messages::repo::remembered`] gives them.
pub fn build(rows: Vec<Message>, rounds: usize) -> Vec<Entry> {
    let mut seen = HashSet::new();
    let mut kept = Vec::new();
    for row in rows {
        // An assistant message added by hand has no question; it goes with the round before it.
        let begins = row.kind == MessageType::Question && row.id == row.question_id;
        let full = seen.len() >= rounds;
        if full && !seen.contains(&row.question_id) {
            break;
        }
        if begins || row.id != row.question_id {
            seen.insert(row.question_id);
        }
        kept.push(row);
    }
    kept.reverse();
    sequence(kept)
}

fn sequence(rows: Vec<Message>) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(rows.len());
    let mut calls: Vec<model::ToolCall> = Vec::new();
    let mut responses: Vec<(String, String)> = Vec::new();
    for row in rows {
        match row.kind {
            MessageType::FunctionCall => {
                if !responses.is_empty() {
                    flush(&mut entries, &mut calls, &mut responses);
                }
                calls.extend(call_of(&row));
            }
            MessageType::ToolResponse => responses.extend(response_of(&row)),
            MessageType::Question | MessageType::Answer => {
                flush(&mut entries, &mut calls, &mut responses);
                let empty = row.content.iter().all(|p| matches!(p, ContentPart::Text { text } if text.is_empty()));
                if !empty {
                    entries.push(Entry::Said { role: row.role, content: row.content });
                }
            }
            MessageType::FollowUp | MessageType::Verbose => {}
        }
    }
    flush(&mut entries, &mut calls, &mut responses);
    entries
}

/// Writes the calls that have a response, then those responses in the order of the calls.
fn flush(entries: &mut Vec<Entry>, calls: &mut Vec<model::ToolCall>, responses: &mut Vec<(String, String)>) {
    let mut answered = Vec::new();
    for call in calls.drain(..) {
        if let Some(i) = responses.iter().position(|(id, _)| *id == call.id) {
            answered.push((call, responses.swap_remove(i).1));
        }
    }
    responses.clear();
    if answered.is_empty() {
        return;
    }
    // What the agent said right before is part of the same message of the model.
    let text = match entries.pop() {
        Some(Entry::Said { role: MessageRole::Assistant, content }) => crate::messages::text_of(&content),
        Some(other) => {
            entries.push(other);
            String::new()
        }
        None => String::new(),
    };
    entries.push(Entry::Called { text, calls: answered.iter().map(|(call, _)| call.clone()).collect() });
    entries.extend(answered.into_iter().map(|(call, output)| Entry::Responded { call_id: call.id, output }));
}

fn json_of(row: &Message) -> Option<Value> {
    match row.content.as_slice() {
        [ContentPart::Text { text }] => serde_json::from_str(text).ok(),
        _ => None,
    }
}

fn call_of(row: &Message) -> Option<model::ToolCall> {
    let json = json_of(row)?;
    let arguments = match &json["arguments"] {
        // What the model wrote was no JSON; it was kept as a text.
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Some(model::ToolCall { id: json["call_id"].as_str()?.to_owned(), name: json["name"].as_str()?.to_owned(), arguments })
}

fn response_of(row: &Message) -> Option<(String, String)> {
    let json = json_of(row)?;
    Some((json["call_id"].as_str()?.to_owned(), json["output"].as_str()?.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use types::{ConversationId, MessageId, SectionId, Timestamp};

    use super::*;
    use crate::messages::MessageStatus;

    fn row(id: i64, question: i64, kind: MessageType, text: &str) -> Message {
        Message {
            id: MessageId(id),
            conversation_id: ConversationId(1),
            run_id: None,
            section_id: SectionId(1),
            role: if kind == MessageType::Question { MessageRole::User } else { MessageRole::Assistant },
            kind,
            content: vec![ContentPart::text(text)],
            reasoning: None,
            status: MessageStatus::Completed,
            feedback: None,
            meta: serde_json::Map::new(),
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
            question_id: MessageId(question),
        }
    }

    fn call(id: i64, question: i64, call: &str) -> Message {
        row(id, question, MessageType::FunctionCall, &json!({ "name": "add", "arguments": { "a": 1 }, "call_id": call }).to_string())
    }

    fn response(id: i64, question: i64, call: &str) -> Message {
        let text = json!({ "name": "add", "call_id": call, "output": format!("r-{call}"), "is_error": false }).to_string();
        row(id, question, MessageType::ToolResponse, &text)
    }

    fn shown(mut rows: Vec<Message>, rounds: usize) -> Vec<String> {
        rows.sort_by_key(|r| std::cmp::Reverse((r.question_id, r.id)));
        let show = |entry: Entry| match entry {
            Entry::Said { role, content } => format!("{}:{}", role.as_str(), crate::messages::text_of(&content)),
            Entry::Called { text, calls } => {
                format!("calls[{text}]:{}", calls.iter().map(|c| c.id.as_str()).collect::<Vec<_>>().join(","))
            }
            Entry::Responded { call_id, output } => format!("tool {call_id}:{output}"),
        };
        build(rows, rounds).into_iter().map(show).collect()
    }

    use MessageType::{Answer, Question};

    #[test]
    fn the_last_rounds_in_order() {
        // The second question came while the first was being answered.
        let rows = || vec![row(1, 1, Question, "q1"), row(2, 2, Question, "q2"), row(3, 1, Answer, "a1"), row(4, 2, Answer, "a2")];
        assert_eq!(shown(rows(), 10), ["user:q1", "assistant:a1", "user:q2", "assistant:a2"]);
        assert_eq!(shown(rows(), 1), ["user:q2", "assistant:a2"]);
        assert!(shown(rows(), 0).is_empty());
    }

    #[test]
    fn parallel_calls_are_one_message_and_rounds_of_calls_are_several() {
        let parallel = vec![
            row(1, 1, Question, "q"),
            row(2, 1, Answer, "let me see"),
            call(3, 1, "a"),
            call(4, 1, "b"),
            response(5, 1, "b"),
            response(6, 1, "a"),
            row(7, 1, Answer, "done"),
        ];
        assert_eq!(shown(parallel, 1), ["user:q", "calls[let me see]:a,b", "tool a:r-a", "tool b:r-b", "assistant:done"]);
        let serial = vec![row(1, 1, Question, "q"), call(3, 1, "a"), response(4, 1, "a"), call(5, 1, "a"), response(6, 1, "a")];
        assert_eq!(shown(serial, 1), ["user:q", "calls[]:a", "tool a:r-a", "calls[]:a", "tool a:r-a"]);
    }

    #[test]
    fn calls_and_responses_without_the_other_are_left_out() {
        let cancelled = vec![row(1, 1, Question, "q"), call(2, 1, "a"), call(3, 1, "b"), response(4, 1, "a"), row(5, 5, Question, "q2")];
        assert_eq!(shown(cancelled, 5), ["user:q", "calls[]:a", "tool a:r-a", "user:q2"]);
        assert_eq!(shown(vec![row(1, 1, Question, "q"), response(2, 1, "x"), row(3, 1, Answer, "")], 5), ["user:q"]);
    }

    #[test]
    fn messages_added_by_hand_and_context_belong_to_rounds() {
        let rows = || {
            vec![
                row(1, 1, Question, "by hand"),
                row(2, 2, Answer, "reply"),
                row(3, 5, Question, "context"),
                row(4, 5, Answer, "said"),
                row(5, 5, Question, "q"),
            ]
        };
        assert_eq!(shown(rows(), 9), ["user:by hand", "assistant:reply", "user:context", "assistant:said", "user:q"]);
        assert_eq!(shown(rows(), 1), ["user:context", "assistant:said", "user:q"]);
    }
}
