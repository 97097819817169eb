//! How a task ends.

use std::sync::Arc;

use super::task::Task;
use crate::error::Error;
use crate::journal::Fault;
use crate::ports::RunInfo;

/// How a task ended.
pub(crate) enum End {
    /// The run is final or parked.
    Rested(RunInfo),
    /// It goes on by itself at the moment that is stored with it.
    Asleep,
    /// It is stored as it is and can go on elsewhere.
    Suspended,
    /// Its journal could not be written; stored is what was committed before.
    Stopped(RunInfo, Fault),
}

impl Task {
    pub(super) fn info(&self) -> RunInfo {
        RunInfo { spec: Arc::clone(&self.spec), run: Arc::clone(self.view.run()) }
    }

    pub(super) async fn rested(mut self) -> End {
        let info = self.info();
        if let Some(at) = self.program.wake_at().filter(|_| !info.run.status.is_final()) {
            // Written by itself: whoever finds the run without it takes it up, and it sleeps again.
            if let Err(error) = self.engine.journal.sleep(self.spec.id, at).await {
                tracing::warn!(run = %self.spec.id, %error, "a run that sleeps could not be put down; it is taken up when its lease ends");
            }
            if info.run.status != flow::run::RunStatus::RequiresAction {
                return End::Asleep;
            }
        }
        self.hub.close();
        let cancelled = info.run.status == flow::run::RunStatus::Cancelled;
        for answer in self.cancels.drain(..) {
            let _ = answer.send(if cancelled { Ok(Arc::clone(&info.run)) } else { Err(Error::Finished) });
        }
        End::Rested(info)
    }

    pub(super) fn stopped(mut self, fault: Fault) -> End {
        let info = self.info();
        self.opening.take().into_iter().for_each(|opening| opening.tell(Err(fault.clone())));
        for answer in self.cancels.drain(..) {
            let _ = answer.send(Err(match &fault {
                Fault::LeaseLost => Error::Elsewhere,
                Fault::Db(error) => Error::Db(error.clone()),
            }));
        }
        End::Stopped(info, fault)
    }
}
