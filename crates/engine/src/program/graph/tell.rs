//! Answers: one message at a time, whole, or while the model that they quote is still writing.
//!
//! An answer may begin before the model has ended. What the model then says has to be what the answer quotes; when
//! it was not (the model called tools, failed, or a crash came between), [`Event::Reset`] withdraws what was shown,
//! and the answer waits again.

use std::sync::Arc;

use flow::node::{Act, Control, Inputs, Output};
use flow::run::{Event, RunError};
use flow::value::template::{Part, Shown, Template, render_value};
use types::MessageId;

use super::super::{Context, Effect};
use super::state::{At, Doing, Move, Stage, State, Telling};
use super::told::Cursor;
use super::{begin, fail, settle};

/// Where a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// Not begun, or not what was quoted.
    Dry,
    /// Being written, or just written.
    Running,
    /// The node has ended.
    Over,
}

/// Does the next thing for a message that is open: withdraws it, tells its text, ends its step.
pub(super) fn tell(state: &mut State, at: At, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Some(work) = state.work(at) else { return };
    let Doing::Tell(telling) = &work.doing else { return };
    let (step, message) = (work.step, telling.message);
    if telling.void {
        return state.record(Event::Reset { step, message }, cx, out);
    }
    if let Some(text) = telling.text.clone() {
        return begin::complete(state, at, Output::one("output", text), cx, out);
    }
    let inputs = state.final_inputs(at);
    let rendered = state.template(at).map_or_else(|| Ok(String::new()), |(template, _)| template.render(&inputs));
    match rendered {
        Ok(text) => {
            pump(state, out);
            if state.floor.holder == Some(at) && !text.starts_with(&state.told.cursor.text) {
                return state.record(Event::Reset { step, message }, cx, out);
            }
            let streaming = state.template(at).is_some_and(|(_, streaming)| streaming);
            let rest = text[state.told.cursor.text.len()..].to_owned();
            if streaming && !rest.is_empty() {
                state.told.cursor.text.push_str(&rest);
                out.push(Effect::Emit { step, message, text: rest });
            }
            state.record(Event::Answer { message, text, reasoning: String::new() }, cx, out);
        }
        Err(error) => fail::fail(state, at, error, cx, out),
    }
}

/// An answer that began, was withdrawn, and is not wanted after all: no edge leads to it.
pub(super) fn withdraw(state: &mut State, at: At, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let Some(step) = state.work(at).map(|work| work.step) else { return };
    let error = RunError { code: "withdrawn".into(), message: "The workflow took another way.".into() };
    state.record(Event::StepFailed { step, error, retry_at: None }, cx, out);
}

/// A message's text was told.
pub(super) fn answered(state: &mut State, message: MessageId, text: &str) {
    let Some(at) = state.floor.holder else { return };
    if let Some(telling) = state.telling_mut(at)
        && telling.message == message
    {
        telling.text = Some(text.to_owned());
        state.requeue(at);
    }
}

/// What was shown of a message is void: it begins again when what it quotes is there.
pub(super) fn reset(state: &mut State, step: u32) {
    let Some(at) = state.open_node(step) else { return };
    let Some(telling) = state.telling_mut(at) else { return };
    telling.void = false;
    telling.text = None;
    state.slot_mut(at).stage = Stage::Waiting;
    state.dequeue(at);
    state.leave_floor(at);
    if state.slot(at).waiting == 0 {
        if state.slot(at).live {
            state.ready(at);
        } else {
            state.requeue(at);
        }
    } else {
        begin_early(state, at);
    }
}

/// A node's model writes: answers that only wait for such can begin.
pub(super) fn streams(state: &mut State, writer: At) {
    for at in state.listeners(writer) {
        begin_early(state, at);
    }
}

fn begin_early(state: &mut State, at: At) {
    let slot = state.slot(at);
    if slot.stage != Stage::Waiting || slot.waiting == 0 || !state.tells(at) {
        return;
    }
    // Who stops before it wants to see what it is given.
    if state.stops(at) {
        return;
    }
    let node = state.node(at);
    let mut writers: Vec<u32> = node.listens.iter().map(|listen| listen.node).collect();
    writers.sort_unstable();
    writers.dedup();
    let running = |writer: &&u32| {
        let mut of_writer = node.listens.iter().filter(|listen| listen.node == **writer);
        of_writer.all(|listen| state.flow(At { frame: at.frame, node: listen.node }, &listen.output) == Flow::Running)
    };
    let leads =
        |writer: &u32| state.node(At { frame: at.frame, node: *writer }).ports.iter().any(|(_, targets)| targets.contains(&at.node));
    let ready = writers.iter().filter(running).count() as u32 == slot.waiting && (slot.live || writers.iter().any(leads));
    if ready {
        state.ready(at);
    }
}

/// A model wrote a piece.
pub(super) fn piece(state: &mut State, step: u32, text: String, reasoning: String, out: &mut Vec<Effect>) {
    let Some(super::state::Open::Model(writer)) = state.open.get(&step).copied() else { return };
    let Some(stream) = state.told.streams.get_mut(&writer) else { return };
    stream.text.extend(Some(text).filter(|text| !text.is_empty()));
    stream.reasoning.extend(Some(reasoning).filter(|text| !text.is_empty()));
    pump(state, out);
}

/// Shows as much of the message being told as there is.
pub(super) fn pump(state: &mut State, out: &mut Vec<Effect>) {
    let Some(at) = state.floor.holder.filter(|at| state.is_telling(*at)) else { return };
    let mut cursor = std::mem::take(&mut state.told.cursor);
    if let Some((template, _)) = state.template(at)
        && let Some(work) = state.work(at)
        && let Doing::Tell(telling) = &work.doing
    {
        while let Some(part) = template.parts.get(cursor.part) {
            let emit = |text| out.push(Effect::Emit { step: work.step, message: telling.message, text });
            if !state.tell_part(at, part, &work.inputs, &mut cursor, emit) {
                break;
            }
            cursor.part += 1;
            cursor.pieces = 0;
            cursor.from = cursor.text.len();
        }
    }
    state.told.cursor = cursor;
}

impl State {
    /// Whether a node shows its message while it is being written, and is at it.
    fn is_telling(&self, at: At) -> bool {
        let open = self.slot(at).stage == Stage::Open && matches!(self.template(at), Some((_, true)));
        open && matches!(self.work(at).map(|work| &work.doing), Some(Doing::Tell(Telling { void: false, text: None, .. })))
    }

    /// Tells of a part what there is; whether it is told whole.
    fn tell_part(&self, at: At, part: &Part, inputs: &Inputs, cursor: &mut Cursor, mut emit: impl FnMut(String)) -> bool {
        let mut say = |cursor: &mut Cursor, text: &str| {
            if !text.is_empty() {
                cursor.text.push_str(text);
                emit(text.to_owned());
            }
        };
        let Some((writer, output)) = self.listened(at, part) else {
            match part.show(inputs) {
                Ok(Shown::Text(text)) => say(cursor, text),
                Ok(Shown::Value(value)) => say(cursor, &render_value(value)),
                Ok(Shown::Nothing) => {}
                // It fails when it is told whole.
                Err(_) => return false,
            }
            return true;
        };
        let mut pieces = self.pieces(writer, &output);
        let over = self.flow(writer, &output) == Flow::Over;
        if over {
            let inputs = self.final_inputs(at);
            let last = match part.show(&inputs) {
                Ok(Shown::Value(value)) => render_value(value),
                _ => String::new(),
            };
            // What was written may not be what it gave, or is forgotten by now.
            if pieces.iter().map(String::len).sum::<usize>() != last.len() || pieces.concat() != last {
                pieces = &[];
                let rest = last.strip_prefix(&cursor.text[cursor.from..]).map(str::to_owned);
                say(cursor, &rest.unwrap_or_default());
            }
        }
        for piece in pieces.iter().skip(cursor.pieces) {
            say(cursor, piece);
        }
        cursor.pieces = cursor.pieces.max(pieces.len());
        over
    }

    /// Pieces of a stream as they came.
    fn pieces(&self, writer: At, output: &str) -> &[String] {
        let Some((writer, output)) = self.writer(writer, output) else { return &[] };
        let Some(stream) = self.told.streams.get(&writer) else { return &[] };
        if stream.reasoning_of.as_deref() == Some(output.as_str()) { &stream.reasoning } else { &stream.text }
    }

    /// The stream that a part of a message is.
    pub(super) fn listened(&self, at: At, part: &Part) -> Option<(At, String)> {
        let Part::Reference { path, .. } = part else { return None };
        let name = part.name().filter(|_| path.len() == 1)?;
        let node = self.node(at);
        let listen = node.listens.iter().find(|listen| node.inputs[listen.input].name == name)?;
        Some((At { frame: at.frame, node: listen.node }, listen.output.clone()))
    }

    /// Where the stream of an output is.
    fn flow(&self, writer: At, output: &str) -> Flow {
        let slot = self.slot(writer);
        if matches!(slot.stage, Stage::Done | Stage::Skipped) {
            return Flow::Over;
        }
        if let Some(Doing::Call { outcome: Some(Ok(_)), .. }) = self.work(writer).map(|work| &work.doing) {
            return Flow::Running;
        }
        let Some((model, output)) = self.writer(writer, output) else { return Flow::Dry };
        if model != writer && self.slot(model).stage == Stage::Done {
            return Flow::Running;
        }
        let (writer, output) = (model, output.as_str());
        match self.talk(writer).map(|talk| &talk.turn) {
            Some(Move::Asking { flying: true, ask, .. })
                if ask.streams.as_deref() == Some(output) || ask.streams_reasoning.as_deref() == Some(output) =>
            {
                Flow::Running
            }
            // What it wrote was its last word; its end follows.
            Some(Move::Next(Act::Done(_))) => Flow::Running,
            _ => Flow::Dry,
        }
    }

    /// What is quoted of a node is not its last word: answers that began to quote it are withdrawn.
    pub(super) fn unheard(&mut self, writer: At) {
        for at in self.listeners(writer) {
            let dry = |listen: &super::plan::Listen| self.flow(At { frame: at.frame, node: listen.node }, &listen.output) == Flow::Dry;
            if self.node(at).listens.iter().any(dry) {
                self.hush(at);
            }
        }
    }

    /// Withdraws an answer that began early.
    fn hush(&mut self, at: At) {
        match self.slot(at).stage {
            // It waited for the floor and has shown nothing.
            Stage::Ready if self.slot(at).waiting > 0 => {
                self.slot_mut(at).stage = Stage::Waiting;
                self.dequeue(at);
                self.leave_floor(at);
            }
            Stage::Open => {
                if let Some(telling) = self.telling_mut(at)
                    && telling.early
                    && telling.text.is_none()
                {
                    telling.void = true;
                }
                self.requeue(at);
            }
            _ => {}
        }
    }

    /// All that an answer waited for is decided.
    pub(super) fn heard_out(&mut self, at: At) {
        let slot = self.slot(at);
        match (slot.stage, slot.live) {
            (Stage::Ready, false) if slot.work.is_none() => {
                self.leave_floor(at);
                settle::skipped(self, at);
            }
            (Stage::Ready, false) => {
                self.slot_mut(at).stage = Stage::Waiting;
                self.leave_floor(at);
                self.requeue(at);
            }
            (Stage::Open, false) => {
                if let Some(telling) = self.telling_mut(at) {
                    telling.void = true;
                }
                self.requeue(at);
            }
            _ => self.requeue(at),
        }
    }

    fn telling_mut(&mut self, at: At) -> Option<&mut Telling> {
        match &mut self.work_mut(at)?.doing {
            Doing::Tell(telling) => Some(telling),
            _ => None,
        }
    }

    /// The template of an answer, and whether it is told while it is being written.
    fn template(&self, at: At) -> Option<(&Template, bool)> {
        match self.node(at).control()? {
            Control::End { answer: Some(template), streaming } | Control::Output { message: template, streaming } => {
                Some((template, *streaming))
            }
            _ => None,
        }
    }

    /// The inputs of an answer with the streams that have ended meanwhile.
    fn final_inputs(&self, at: At) -> Arc<Inputs> {
        let Some(work) = self.work(at) else { return super::inputs::none() };
        let node = self.node(at);
        if !matches!(&work.doing, Doing::Tell(telling) if telling.early) {
            return Arc::clone(&work.inputs);
        }
        let mut inputs = work.inputs.as_ref().clone();
        for listen in &node.listens {
            if let Some(value) = self.input(at, listen.input) {
                let name = &node.inputs[listen.input].name;
                inputs.absent.retain(|absent| absent != name);
                inputs.values.insert(name.clone(), value);
            }
        }
        Arc::new(inputs)
    }
}
