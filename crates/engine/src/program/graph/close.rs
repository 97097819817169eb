//! Ends of open steps: what belongs to them ends with them.

use super::state::{At, Calling, Doing, Move, Open, State, Work};

impl State {
    /// Takes the work out of a slot, and everything inside it.
    pub(super) fn close(&mut self, at: At) -> Option<Box<Work>> {
        let mut frames = Vec::new();
        let work = self.close_one(at, &mut frames);
        self.close_frames(frames);
        work
    }

    /// Ends a frame whose nodes are all decided.
    pub(super) fn close_frame(&mut self, frame: u32) {
        if let Some(frame) = self.frames.remove(frame) {
            self.held = self.held.saturating_sub(frame.bytes);
        }
        if !self.told.streams.is_empty() {
            self.told.streams.retain(|at, _| at.frame != frame);
        }
    }

    /// Ends frames with all that is open in them.
    pub(super) fn close_frames(&mut self, mut frames: Vec<u32>) {
        if frames.is_empty() {
            return;
        }
        while let Some(frame) = frames.pop() {
            let Some(found) = self.frames.get(frame) else { continue };
            let open: Vec<At> =
                (found.first..).zip(&found.slots).filter(|(_, slot)| slot.work.is_some()).map(|(node, _)| At { frame, node }).collect();
            for at in open {
                self.close_one(at, &mut frames);
            }
            self.close_frame(frame);
        }
        self.forget_held();
        let frames = &self.frames;
        self.todo.retain(|at| frames.get(at.frame).is_some());
        self.floor.queue.retain(|at| frames.get(at.frame).is_some());
        if self.floor.holder.is_some_and(|at| frames.get(at.frame).is_none()) {
            self.next_on_floor();
        }
        if self.answered.is_some_and(|at| self.frames.get(at.frame).is_none()) {
            self.answered = None;
        }
    }

    fn close_one(&mut self, at: At, frames: &mut Vec<u32>) -> Option<Box<Work>> {
        let work = self.slot_mut(at).work.take()?;
        self.open.remove(&work.step);
        self.told.warnings.remove(&work.step);
        if self.node(at).policy.timeout_ms.is_some() && self.told.landed != Some(work.step) {
            // Its alarm.
            self.told.dropped.push(work.step);
        }
        match &work.doing {
            Doing::Task { flying } => self.drop_call(work.step, *flying),
            Doing::Machine(talk) => match &talk.turn {
                Move::Asking { step, flying, .. } => {
                    self.open.remove(step);
                    self.drop_call(*step, *flying);
                }
                Move::Calling(calls) => {
                    for call in calls {
                        match call.at {
                            Calling::Running { step, flying, .. } => {
                                self.open.remove(&step);
                                self.drop_call(step, flying);
                            }
                            Calling::Inside { step, frame } => {
                                self.open.remove(&step);
                                frames.push(frame);
                            }
                            Calling::Ended { step, .. } => {
                                self.open.remove(&step);
                            }
                            Calling::New | Calling::Told { .. } => {}
                        }
                    }
                }
                Move::Waiting => self.pending.retain(|pending| pending.at != at),
                Move::Next(_) => {}
            },
            Doing::Container(rounds) => {
                self.held = self.held.saturating_sub(rounds.bytes);
                frames.extend(&rounds.running);
            }
            Doing::Call { frame, .. } => frames.extend(frame),
            Doing::Wait { until } | Doing::Retry { at: until, .. } => {
                self.asleep.remove(&(*until, work.step));
            }
            Doing::Tell(_) => self.leave_floor(at),
            Doing::Doubt(_) => self.pending.retain(|pending| pending.at != at),
            Doing::Moment => {}
        }
        Some(work)
    }

    /// The outcome of a call does not matter any more.
    fn drop_call(&mut self, step: u32, flying: bool) {
        if flying {
            self.flying -= 1;
            if self.told.landed != Some(step) {
                self.told.dropped.push(step);
            }
        }
    }

    /// A node does not tell any more, or not now.
    pub(super) fn leave_floor(&mut self, at: At) {
        if self.floor.holder == Some(at) {
            self.next_on_floor();
        } else {
            self.floor.queue.retain(|one| *one != at);
        }
    }

    fn next_on_floor(&mut self) {
        self.told.cursor = super::told::Cursor::default();
        self.floor.holder = None;
        while let Some(next) = self.floor.queue.pop_front() {
            if self.frames.get(next.frame).is_some() {
                self.floor.holder = Some(next);
                self.requeue(next);
                break;
            }
        }
    }

    /// What an open step is, if it is one of a node.
    pub(super) fn open_node(&self, step: u32) -> Option<At> {
        match self.open.get(&step) {
            Some(Open::Node(at)) => Some(*at),
            _ => None,
        }
    }
}
