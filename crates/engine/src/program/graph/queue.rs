//! Which slots can go on at once.

use super::state::{At, Calling, Doing, Doubt, Move, Phase, Stage, State};

impl State {
    /// Puts a slot into the queue, or takes it out, as its state wants.
    pub(super) fn requeue(&mut self, at: At) {
        let wants = self.wants(at);
        let slot = self.slot_mut(at);
        if wants && !slot.queued {
            slot.queued = true;
            self.todo.push_back(at);
        } else if !wants {
            self.dequeue(at);
        }
    }

    /// Takes a slot out of the queue.
    pub(super) fn dequeue(&mut self, at: At) {
        let slot = self.slot_mut(at);
        if !slot.queued {
            return;
        }
        slot.queued = false;
        if self.todo.front() == Some(&at) {
            self.todo.pop_front();
        } else if let Some(index) = self.todo.iter().position(|one| *one == at) {
            self.todo.remove(index);
        }
    }

    /// A node can begin. Those that tell a message wait for the floor.
    pub(super) fn ready(&mut self, at: At) {
        self.slot_mut(at).stage = Stage::Ready;
        if self.debug.is_some() {
            self.hold(at);
        }
        if self.tells(at) {
            match self.floor.holder {
                None => {
                    self.told.cursor = super::told::Cursor::default();
                    self.floor.holder = Some(at);
                }
                Some(_) => self.floor.queue.push_back(at),
            }
        }
        self.requeue(at);
    }

    /// Whether a node tells a message: the ends of workflows that others call do not.
    pub(super) fn tells(&self, at: At) -> bool {
        let node = self.node(at);
        let ends = matches!(node.control(), Some(flow::node::Control::End { .. }));
        node.tells && !(ends && self.frames[at.frame].owner != super::frames::Owner::Run)
    }

    /// Whether there is something to do for a slot at once.
    fn wants(&self, at: At) -> bool {
        if self.phase == Phase::Ended {
            return false;
        }
        let slot = self.slot(at);
        match (slot.stage, &slot.work) {
            (Stage::Ready, _) => !slot.held && (!self.tells(at) || self.floor.holder == Some(at)),
            // An answer that began too early, and that no edge leads to after all.
            (Stage::Waiting, Some(_)) => slot.waiting == 0 && !slot.live,
            (Stage::Open, Some(work)) => wants(&work.doing, slot.waiting == 0),
            _ => false,
        }
    }
}

/// Whether there is something to do for work at once; `fed`: all that it waited for is decided.
fn wants(doing: &Doing, fed: bool) -> bool {
    match doing {
        Doing::Moment => true,
        Doing::Task { flying } => !flying,
        Doing::Machine(talk) => match &talk.turn {
            Move::Next(_) => true,
            Move::Asking { flying, .. } => !flying,
            Move::Calling(calls) => calls.iter().any(|call| match call.at {
                Calling::New | Calling::Ended { .. } => true,
                Calling::Running { flying, .. } => !flying,
                Calling::Inside { .. } | Calling::Told { .. } => false,
            }),
            Move::Waiting => false,
        },
        Doing::Container(rounds) => rounds.failed.is_some() || rounds.over(),
        Doing::Call { outcome, .. } => outcome.is_some(),
        Doing::Wait { .. } => false,
        Doing::Retry { due, .. } => *due,
        Doing::Doubt(doubt) => *doubt != Doubt::Asked,
        Doing::Tell(telling) => telling.void || telling.text.is_some() || !telling.early || fed,
    }
}
