//! Run events in, events of a workflow stream out.
//!
//! The last piece of a node's text says that it is the last, so each piece is held back until it is
//! known whether another follows. Text that was told cannot be taken back: what a step says again
//! after it was interrupted is told only as far as it is new.

use std::collections::HashMap;

use flow::run::{Event, NodeStep, Recorded, StepKind};
use flow::value::render;
use serde::Serialize;
use serde_json::Value;
use types::MessageId;

use super::interrupt;
use crate::canvas::catalogue;
use crate::error;

/// What goes onto the wire.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    /// `Message`
    Message(Message),
    /// `Interrupt`
    Interrupt(interrupt::Frame),
    /// `Error`
    Error {
        /// The number.
        code: i64,
        /// One sentence.
        message: String,
    },
    /// `Done`
    Done,
}

/// A piece of a node's text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    /// The piece.
    pub content: String,
    /// `text`
    pub content_type: &'static str,
    /// Which node.
    pub node_id: String,
    /// Its kind, as Coze shows it.
    pub node_type: String,
    /// Its title.
    pub node_title: String,
    /// 0, 1, … within the node.
    pub node_seq_id: String,
    /// Nothing follows from this node.
    pub node_is_finish: bool,
}

/// A node that speaks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Speaker {
    id: String,
    kind: String,
    title: String,
}

impl Speaker {
    /// The node of a step.
    pub fn of(node: &NodeStep, title: &str) -> Self {
        Self {
            id: node.id.to_string(),
            kind: catalogue::by_kind(&node.kind).map_or(node.kind.as_str(), |known| known.wire).to_owned(),
            title: title.to_owned(),
        }
    }
}

/// What one message has said.
#[derive(Debug, Default)]
struct Said {
    speaker: Speaker,
    /// Characters that went out or are held back.
    told: usize,
    /// Characters heard since the step last began.
    heard: usize,
}

/// Translates the events of one run, in order.
#[derive(Debug, Default)]
pub struct Translator {
    said: HashMap<MessageId, Said>,
    next: HashMap<String, u64>,
    held: Option<(Speaker, String)>,
    end: Speaker,
}

impl Translator {
    /// The frames of one event, in order.
    pub fn translate(&mut self, recorded: &Recorded) -> Vec<Frame> {
        let mut out = Vec::new();
        match &recorded.event {
            Event::StepStarted { kind: StepKind::Node, name, message, node: Some(node), .. } => self.began(node, name, *message),
            Event::StepRan { name, node, .. } => self.began(node, name, None),
            Event::Delta { message, text, .. } => self.delta(*message, text, &mut out),
            Event::Reset { message, .. } => {
                if let Some(said) = self.said.get_mut(message) {
                    said.heard = 0;
                }
            }
            Event::Answer { message, text, .. } => self.answer(*message, text, &mut out),
            Event::RequiresAction { calls } => {
                self.release(true, &mut out);
                if let Some(call) = calls.first() {
                    let frame = interrupt::Frame::of(call);
                    let speaker = call.node.as_ref().map(|node| Speaker::of(node, &call.name)).unwrap_or_default();
                    out.push(self.message(&speaker, frame.interrupt_data.data.clone(), true));
                    out.push(Frame::Interrupt(frame));
                }
            }
            Event::Completed { output } => {
                self.release(true, &mut out);
                if let Some(output @ Value::Object(_)) = output {
                    let end = self.end.clone();
                    out.push(self.message(&end, render::json(output), true));
                }
                out.push(Frame::Done);
            }
            Event::Failed { error } => {
                self.release(false, &mut out);
                out.push(Frame::Error { code: error::of_workflow(&error.code), message: error.message.clone() });
            }
            Event::Cancelled => {
                self.release(false, &mut out);
                out.push(Frame::Error { code: error::CANCELLED, message: "The run was cancelled.".to_owned() });
            }
            _ => {}
        }
        out
    }

    fn began(&mut self, node: &NodeStep, title: &str, message: Option<MessageId>) {
        // What a tool of a model says is for the model.
        if node.path.contains('#') {
            return;
        }
        if node.kind == "end" && node.path.is_empty() {
            self.end = Speaker::of(node, title);
        }
        if let Some(message) = message {
            self.said.entry(message).or_default().speaker = Speaker::of(node, title);
        }
    }

    fn delta(&mut self, message: MessageId, text: &str, out: &mut Vec<Frame>) {
        let Some(said) = self.said.get_mut(&message) else { return };
        let (from, length) = (said.heard, text.chars().count());
        said.heard += length;
        let fresh: String = text.chars().skip(said.told.saturating_sub(from).min(length)).collect();
        if fresh.is_empty() {
            return;
        }
        said.told = said.told.max(said.heard);
        let speaker = said.speaker.clone();
        self.release(false, out);
        self.held = Some((speaker, fresh));
    }

    fn answer(&mut self, message: MessageId, text: &str, out: &mut Vec<Frame>) {
        let Some(said) = self.said.remove(&message) else { return };
        let rest: String = text.chars().skip(said.told).collect();
        if !rest.is_empty() {
            self.release(false, out);
            self.held = Some((said.speaker, rest));
        }
        self.release(true, out);
    }

    fn release(&mut self, last: bool, out: &mut Vec<Frame>) {
        if let Some((speaker, text)) = self.held.take() {
            out.push(self.message(&speaker, text, last));
        }
    }

    fn message(&mut self, speaker: &Speaker, content: String, last: bool) -> Frame {
        let next = self.next.entry(speaker.id.clone()).or_default();
        let node_seq_id = next.to_string();
        *next += 1;
        Frame::Message(Message {
            content,
            content_type: "text",
            node_id: speaker.id.clone(),
            node_type: speaker.kind.clone(),
            node_title: speaker.title.clone(),
            node_seq_id,
            node_is_finish: last,
        })
    }
}
