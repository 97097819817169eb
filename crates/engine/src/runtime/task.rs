//! The task of one working run: it feeds the program, performs its effects, journals its events
//! and shows them once they are committed.
//!
//! One commit is in flight at a time; what happens meanwhile goes into the next one. Programs may
//! thus run ahead of the disk, and with them what only computes ([`ahead`](super::ahead)); what people see and what
//! tools do may not.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use flow::run::{Event, Recorded, Run, RunError, RunSpec, StepKind};
use futures::StreamExt as _;
use futures::future::{AbortHandle, BoxFuture};
use futures::stream::{BoxStream, SelectAll};
use model::OpenModel;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep};
use types::{MessageId, Timestamp};

use super::ahead::Ahead;
use super::effects::{self, Item};
use super::ends::End;
use super::engine::Engine;
use super::hub::Hub;
use super::opening::{Opening, Origin};
use super::outbox::Outbox;
use super::perform::Finished;
use crate::error::Error;
use crate::journal::Fault;
use crate::live::{self, Live};
use crate::program::{Context, Effect, Input, Program, Rest, TaskRun, Told};
use crate::view::View;

/// While a commit is in flight, text waits in memory up to this size; then the model waits.
const BACKLOG: usize = 256 * 1024;

/// A run that has nothing to do for longer leaves memory.
const LONG: Duration = Duration::from_mins(1);

/// For each so many runs at once, the time between two batches of a run grows by its base.
const CROWD: usize = 100;

/// What the outside wants of a task.
pub(crate) enum Command {
    /// End the run; answers with it once that is committed.
    Cancel(oneshot::Sender<Result<Arc<Run>, Error>>),
    /// Write down what there is and leave the run as it is, for another process.
    Suspend,
}

/// The task.
pub(crate) struct Task {
    pub(super) engine: Arc<Engine>,
    pub(super) spec: Arc<RunSpec>,
    pub(super) program: Box<dyn Program>,
    pub(super) view: View,
    pub(super) hub: Arc<Hub>,
    commands: mpsc::UnboundedReceiver<Command>,
    /// See [`Origin::Fresh`].
    fresh: bool,
    /// Until it is committed.
    pub(super) opening: Option<Opening>,
    pub(super) model: Option<OpenModel>,
    seq: u64,
    committed: u64,
    outbox: Outbox,
    commit: Option<BoxFuture<'static, Result<(), Fault>>>,
    in_flight: Vec<Live>,
    /// Effects that wait until everything up to this number is committed.
    pub(super) held: Vec<(u64, Effect)>,
    pub(super) models: SelectAll<BoxStream<'static, (u32, Item)>>,
    /// Open model steps whose text is shown: message, and number of the event that opened them.
    writing: HashMap<u32, (MessageId, u64)>,
    /// Tools, tasks of nodes, alarms.
    pub(super) tools: JoinSet<Finished>,
    /// What of them is under way, and which model calls (with whether the program hears their pieces), by step.
    pub(super) running: HashMap<u32, tokio::task::AbortHandle>,
    pub(super) streams: HashMap<u32, (AbortHandle, bool)>,
    pub(super) ahead: Ahead,
    /// The program has more to do when others had their turn.
    pub(super) again: bool,
    batch: Option<Batch>,
    /// Pieces of queued batches that were not shown before, by the number of the batch.
    unshown: Vec<(u64, Vec<Piece>)>,
    /// When the running time is used up; nothing while the run only waits.
    deadline: Option<Instant>,
    out_of_time: bool,
    /// One timer for all that this task waits for: a timer made anew for each piece of text costs more than the piece.
    alarm: Pin<Box<Sleep>>,
    pub(super) cancels: Vec<oneshot::Sender<Result<Arc<Run>, Error>>>,
    suspended: bool,
}

/// Text of the model as it came.
struct Piece {
    step: u32,
    message: MessageId,
    text: String,
    reasoning: String,
}

/// Text that is not in the journal's queue yet.
struct Batch {
    step: u32,
    message: MessageId,
    text: String,
    reasoning: String,
    /// Bytes of both that were shown.
    shown: (usize, usize),
    /// Where the pieces end that were not shown: they are shown as the model sent them.
    pieces: Vec<(usize, usize)>,
    due: Instant,
}

impl Batch {
    /// The pieces that were not shown, text and reasoning; they count as shown from now on.
    fn each_unshown(&mut self, mut show: impl FnMut(&str, &str)) {
        for end in self.pieces.drain(..) {
            let from = std::mem::replace(&mut self.shown, end);
            show(&self.text[from.0..end.0], &self.reasoning[from.1..end.1]);
        }
    }
}

/// What happened.
enum Happened {
    Committed(Result<(), Fault>),
    Told(Command),
    Model(u32, Item),
    Finished(Finished),
    Again,
    BatchDue,
    OutOfTime,
    Nothing,
}

impl Task {
    pub(crate) fn new(
        engine: Arc<Engine>,
        spec: Arc<RunSpec>,
        program: Box<dyn Program>,
        view: View,
        hub: Arc<Hub>,
        commands: mpsc::UnboundedReceiver<Command>,
        origin: Origin,
    ) -> Self {
        let seq = view.seq();
        let (fresh, opening) = origin.split();
        let ahead = Ahead::of(&spec);
        Self {
            engine,
            spec,
            program,
            view,
            hub,
            commands,
            fresh,
            opening,
            model: None,
            seq,
            committed: seq,
            outbox: Outbox::default(),
            commit: None,
            in_flight: Vec::new(),
            held: Vec::new(),
            models: SelectAll::new(),
            writing: HashMap::new(),
            tools: JoinSet::new(),
            running: HashMap::new(),
            streams: HashMap::new(),
            ahead,
            again: false,
            batch: None,
            unshown: Vec::new(),
            deadline: None,
            out_of_time: false,
            alarm: Box::pin(tokio::time::sleep(Duration::ZERO)),
            cancels: Vec::new(),
            suspended: false,
        }
    }

    /// Works until the run rests.
    pub(crate) async fn run(mut self) -> End {
        match open_model(Arc::clone(&self.engine), Arc::clone(&self.spec)).await {
            Ok(model) => {
                self.model = model;
                self.step(Input::Start);
            }
            Err(error) => self.step(Input::Fail(error)),
        }
        loop {
            self.start_commit();
            self.mind_time();
            if self.commit.is_none() && self.outbox.is_empty() {
                match self.program.rest() {
                    Rest::Working => {}
                    Rest::Asleep if !self.sleeps_long() => {}
                    Rest::Asleep | Rest::Parked | Rest::Ended => return self.rested().await,
                }
                if self.suspended {
                    return End::Suspended;
                }
            }
            match self.next().await {
                Happened::Committed(Ok(())) => self.committed(),
                Happened::Committed(Err(fault)) => return self.stopped(fault),
                Happened::Told(Command::Cancel(answer)) => {
                    self.cancels.push(answer);
                    self.drop_effects();
                    self.step(Input::Cancel);
                }
                Happened::Told(Command::Suspend) => {
                    self.drop_effects();
                    self.flush();
                    self.suspended = true;
                }
                Happened::Model(step, Item::Piece { text, reasoning }) => self.piece(step, text, reasoning),
                Happened::Model(step, Item::Done(answer)) => {
                    self.streams.remove(&step);
                    self.step(Input::ModelDone { step, answer });
                }
                Happened::Model(step, Item::Failed(error)) => {
                    self.streams.remove(&step);
                    self.step(Input::ModelFailed { step, error });
                }
                Happened::Model(step, Item::Inside(told)) => {
                    if matches!(*told, Told::Waits(_) | Told::Ended { .. }) {
                        self.streams.remove(&step);
                    }
                    self.step(Input::Inside { step, told: *told });
                }
                Happened::Finished(Finished::Tool(step, result)) => {
                    self.running.remove(&step);
                    self.step(Input::ToolDone { step, result });
                }
                Happened::Finished(Finished::Task { step, attempt, result }) => {
                    self.running.remove(&step);
                    self.ahead.ends(step);
                    self.step(Input::TaskDone { step, attempt, result });
                }
                Happened::Finished(Finished::Woken(step)) => {
                    self.running.remove(&step);
                    self.step(Input::Woken { step });
                }
                Happened::Again => {
                    self.again = false;
                    self.step(Input::Continue);
                }
                Happened::BatchDue => self.flush(),
                Happened::OutOfTime => {
                    self.deadline = None;
                    self.out_of_time = true;
                    self.drop_effects();
                    self.step(Input::OutOfTime);
                }
                Happened::Nothing => {}
            }
        }
    }

    async fn next(&mut self) -> Happened {
        let working = matches!(self.program.rest(), Rest::Working | Rest::Asleep) && !self.suspended;
        let busy = self.commit.is_some();
        let backlog = self.batch.as_ref().map_or(0, |batch| batch.text.len() + batch.reasoning.len());
        let due = self.batch.as_ref().map(|batch| batch.due).filter(|_| !busy);
        let deadline = self.deadline.filter(|_| working);
        let ahead = self.ahead.until().filter(|_| !busy);
        let alarm = due.into_iter().chain(deadline).chain(ahead).min();
        if let Some(at) = alarm.filter(|at| *at != self.alarm.deadline()) {
            self.alarm.as_mut().reset(at);
        }
        tokio::select! {
            biased;
            done = async { match &mut self.commit { Some(commit) => commit.await, None => std::future::pending().await } } => {
                self.commit = None;
                Happened::Committed(done)
            }
            Some(command) = self.commands.recv(), if !self.suspended => Happened::Told(command),
            () = &mut self.alarm, if alarm.is_some() => {
                match alarm {
                    _ if alarm == deadline => Happened::OutOfTime,
                    _ if alarm == due => Happened::BatchDue,
                    _ => Happened::Nothing,
                }
            }
            Some((step, item)) = self.models.next(), if working && !self.models.is_empty() && (!busy || backlog < BACKLOG) => {
                Happened::Model(step, item)
            }
            Some(joined) = self.tools.join_next(), if working && !self.tools.is_empty() => match joined {
                Ok(finished) => Happened::Finished(finished),
                // Panics are caught inside; what is left was dropped by the program, or the runtime shuts down.
                Err(_) => Happened::Nothing,
            },
            () = tokio::task::yield_now(), if working && self.again && !self.outbox.is_full() => Happened::Again,
        }
    }

    /// Running time runs while the run works. It stands while the run waits for people or for the clock: a run that
    /// sleeps in memory is no different from one that left it.
    fn mind_time(&mut self) {
        let works = self.program.rest() == Rest::Working && !self.out_of_time;
        if !works {
            self.deadline = None;
        } else if self.deadline.is_none() {
            self.deadline = self.program.time_left().map(|left| Instant::now() + left);
        }
    }

    /// Lets the program decide, and queues what it decided.
    fn step(&mut self, input: Input) {
        // Pieces of text come by the thousand and rarely lead to a record.
        let piece = matches!(input, Input::Piece { .. } | Input::Inside { told: Told::Text { .. }, .. });
        if !piece {
            self.flush();
        }
        let now = Timestamp::now();
        let name = self.model.as_ref().map_or("", |model| model.name.as_str());
        let mut ids = MessageId::generate;
        let effects = self.program.step(input, &mut Context { now, model: name, ids: &mut ids });
        for effect in effects {
            match effect {
                Effect::Record(event) => {
                    self.flush();
                    self.record(event, now);
                }
                Effect::Emit { step, text, .. } => self.text(step, &text, ""),
                Effect::Abort { step } => self.abort(step),
                Effect::Continue => self.again = true,
                Effect::CallModel(call) if self.fresh => self.call_model(*call),
                Effect::RunTask(run) if self.may_run_ahead(&run) => {
                    self.ahead.begins(run.step);
                    self.run_task(*run);
                }
                effect => self.held.push((self.seq, effect)),
            }
        }
        self.release();
    }

    fn record(&mut self, event: Event, at: Timestamp) {
        self.seq += 1;
        if let Event::StepStarted { step, message: Some(message), kind: StepKind::Model | StepKind::Node, .. } = &event {
            self.writing.insert(*step, (*message, self.seq));
        }
        let recorded = Recorded { seq: self.seq, at, event };
        let live = self.view.apply(recorded.clone());
        self.outbox.push(recorded, live);
    }

    /// A model wrote more: for the program, or for people at once.
    fn piece(&mut self, step: u32, text: String, reasoning: String) {
        if self.streams.get(&step).is_some_and(|(_, pieces)| *pieces) {
            self.step(Input::Piece { step, text, reasoning });
        } else {
            self.text(step, &text, &reasoning);
        }
    }

    /// Whether leaving memory until the program goes on is worth it.
    fn sleeps_long(&self) -> bool {
        let left = self.program.wake_at().map_or(0, |at| at.millis() - Timestamp::now().millis());
        left > LONG.as_millis() as i64
    }

    /// Takes in a piece of text: shown at once, journalled with its batch.
    fn text(&mut self, step: u32, text: &str, reasoning: &str) {
        let Some((message, _)) = self.writing.get(&step).copied() else { return };
        if self.batch.as_ref().is_some_and(|batch| batch.step != step) {
            self.flush();
        }
        let engine = &self.engine;
        let batch = self.batch.get_or_insert_with(|| {
            // Very many runs at once write less often each, so that the journal keeps time for first words.
            let crowd = u32::try_from(engine.active.len() / CROWD).unwrap_or(0);
            let due = Instant::now() + engine.settings.flush_every * (1 + crowd);
            Batch { step, message, text: String::new(), reasoning: String::new(), shown: (0, 0), pieces: Vec::new(), due }
        });
        batch.text.push_str(text);
        batch.reasoning.push_str(reasoning);
        batch.pieces.push((batch.text.len(), batch.reasoning.len()));
        self.show();
        let large = self.batch.as_ref().is_some_and(|b| b.text.len() + b.reasoning.len() >= self.engine.settings.flush_bytes);
        if large && self.commit.is_none() {
            self.flush();
        }
    }

    /// Shows what of the batch was not shown, if the start of its step is committed.
    fn show(&mut self) {
        let Some(batch) = &mut self.batch else { return };
        let opened = self.writing.get(&batch.step).map_or(u64::MAX, |(_, seq)| *seq);
        if opened <= self.committed {
            let (step, message) = (batch.step, batch.message);
            batch.each_unshown(|text, reasoning| self.hub.show(step, message, text, reasoning));
        }
    }

    /// Queues the batch for the journal.
    fn flush(&mut self) {
        let Some(mut batch) = self.batch.take() else { return };
        let at = Timestamp::now();
        let mut unshown = Vec::new();
        let (step, message) = (batch.step, batch.message);
        batch.each_unshown(|text, reasoning| {
            unshown.push(Piece { step, message, text: text.to_owned(), reasoning: reasoning.to_owned() });
        });
        if !unshown.is_empty() {
            self.unshown.push((self.seq + 1, unshown));
        }
        let event = Event::Delta { step: batch.step, message: batch.message, text: batch.text, reasoning: batch.reasoning };
        self.record(event, at);
        if let Some(recorded) = self.outbox.last() {
            self.program.apply(recorded);
        }
    }

    /// Not after a crash: a task that brings the process down must leave a trace of each attempt.
    fn may_run_ahead(&self, run: &TaskRun) -> bool {
        run.only_computes && self.view.run().resumed == 0 && !self.outbox.is_full()
    }

    fn start_commit(&mut self) {
        if self.commit.is_some() || self.outbox.is_empty() {
            return;
        }
        let waited_for = !self.held.is_empty() || !self.cancels.is_empty() || self.suspended;
        if self.ahead.holds(waited_for) {
            return;
        }
        let (events, lives) = self.outbox.take();
        let calls = self.view.take_calls();
        self.in_flight = lives;
        let (journal, info) = (self.engine.journal.clone(), self.info());
        let pauses = Arc::clone(&self.engine.settings.retry);
        let opening = self.opening.as_mut().and_then(|opening| opening.rows.take());
        self.commit = Some(Box::pin(async move { journal.append_patiently(info, opening, events.into(), calls, pauses).await }));
    }

    fn committed(&mut self) {
        let lives = std::mem::take(&mut self.in_flight);
        self.opening.take().into_iter().for_each(|opening| opening.tell(Ok(())));
        if lives.last().is_some_and(Live::is_last) {
            // From now on the run is what the database says: who sees this may act on it at once.
            self.engine.forget(self.spec.id, &self.hub);
        }
        for live in lives {
            self.committed = live.seq().unwrap_or(self.committed);
            for (_, pieces) in self.unshown.extract_if(.., |(seq, _)| *seq <= self.committed) {
                for piece in pieces {
                    self.hub.show(piece.step, piece.message, &piece.text, &piece.reasoning);
                }
            }
            self.hub.publish(live);
        }
        self.show();
        self.release();
    }

    /// Starts effects whose records are committed.
    fn release(&mut self) {
        if self.suspended {
            return;
        }
        let held = std::mem::take(&mut self.held);
        for (seq, effect) in held {
            if seq > self.committed {
                self.held.push((seq, effect));
                continue;
            }
            self.perform(effect);
        }
    }
}

/// The model of an agent's turn; nodes of workflows open their own.
async fn open_model(engine: Arc<Engine>, spec: Arc<RunSpec>) -> Result<Option<OpenModel>, RunError> {
    if let flow::run::Program::Workflow(_) = &spec.program {
        return Ok(None);
    }
    effects::open(&*engine.catalog, spec.workspace, crate::program::main_model(&spec)).await.map(Some)
}

/// Whether the end of the events is a place where a run rests.
pub(crate) fn rests(events: &[Recorded]) -> bool {
    events.last().is_some_and(|recorded| live::is_last(&recorded.event))
}

/// Pauses between attempts to write the journal: about four seconds altogether.
pub(crate) fn retry_pauses() -> Arc<[Duration]> {
    [50, 200, 500, 1000, 2000].map(Duration::from_millis).into()
}
