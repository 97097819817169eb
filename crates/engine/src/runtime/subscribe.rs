//! Following a run.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use flow::run::Run;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use types::{Actor, Permission, RunId, Scope, UserId};

use super::Runs;
use super::engine::Engine;
use super::hub::Hub;
use super::mailbox;
use crate::error::Error;
use crate::live::Live;
use crate::view::View;

/// What happens in a run, see [`crate::live`]. It ends after the event with which the run ends or
/// comes to wait for somebody. Should it end before, the subscriber was too slow, or the process
/// stops: subscribe again after the last number.
pub type RunStream = BoxStream<'static, Live>;

/// How often a run that works in another process, or waits for its turn, is looked at.
pub(super) const POLL: Duration = Duration::from_millis(500);

struct Subscription {
    engine: Arc<Engine>,
    id: RunId,
    after: u64,
    queue: VecDeque<Live>,
    live: Option<mailbox::Receiver>,
    /// The fold of what was read from the journal.
    view: Option<View>,
    over: bool,
    _count: Counted,
}

impl Runs {
    /// Like [`Runs::subscribe`], for a caller who has proven otherwise that the run is his to see
    /// (chat has read its conversation).
    pub async fn follow(&self, id: RunId, after: Option<u64>) -> Result<RunStream, Error> {
        let here = self.engine.active.get(&id).map(|handle| handle.workspace);
        let workspace = match here {
            Some(workspace) => workspace,
            None => self.engine.journal.workspace(id).await?.ok_or(Error::NotFound)?,
        };
        let scope = Actor::system(UserId(0), workspace).scope(Permission::View);
        self.subscribe(&scope, id, after).await
    }

    /// The run once it has ended or waits for somebody; as it is when `limit` is over before, or when it
    /// leaves memory without resting.
    pub async fn rested(&self, scope: &Scope, id: RunId, limit: Duration) -> Result<Run, Error> {
        let here = self.engine.active.get(&id).map(|handle| (handle.workspace, Arc::clone(&handle.hub)));
        let last = match here {
            Some((workspace, _)) if !scope.contains(workspace) => return Err(Error::NotFound),
            Some((_, hub)) => return self.at_rest(scope, id, &hub, limit).await,
            None => {
                let mut lives = self.subscribe(scope, id, Some(u64::MAX)).await?;
                let last = async {
                    while let Some(live) = lives.next().await {
                        if let Some(run) = live.rested() {
                            return Some(run);
                        }
                    }
                    None
                };
                tokio::time::timeout(limit, last).await.ok().flatten()
            }
        };
        match last {
            Some(run) => Ok(Run::clone(&run)),
            None => self.get(scope, id).await,
        }
    }

    /// The same of a run that works, or worked a moment ago, in this process. Of all that happens in a long run,
    /// only its end is handed over.
    pub(crate) async fn at_rest(&self, scope: &Scope, id: RunId, hub: &Hub, limit: Duration) -> Result<Run, Error> {
        match tokio::time::timeout(limit, hub.rest()).await {
            Ok(Ok(run)) => Ok(Run::clone(&run)),
            _ => self.get(scope, id).await,
        }
    }

    /// Everything after the event `after` (`None`: from the beginning), without gaps or doubles,
    /// then what comes.
    pub async fn subscribe(&self, scope: &Scope, id: RunId, after: Option<u64>) -> Result<RunStream, Error> {
        let engine = Arc::clone(&self.engine);
        let here = engine.active.get(&id).map(|handle| handle.workspace);
        let view = match here {
            Some(workspace) if scope.contains(workspace) => None,
            Some(_) => return Err(Error::NotFound),
            None => {
                let run = self.get(scope, id).await?;
                if let Some(root) = run.root_run_id {
                    return Ok(self.follow_call(run, self.get(scope, root).await?, after.unwrap_or(0)));
                }
                Some(View::new(run))
            }
        };
        let mut subscription = Subscription {
            engine,
            id,
            after: after.unwrap_or(0),
            queue: VecDeque::new(),
            live: None,
            view,
            over: false,
            _count: Counted::new(),
        };
        // Attached before returning: what happens from now on is not missed, however late the stream is polled.
        subscription.attach(scope).await?;
        Ok(stream::unfold(subscription, |mut subscription| async move {
            let live = subscription.next().await?;
            Some((live, subscription))
        })
        .boxed())
    }
}

impl Subscription {
    async fn next(&mut self) -> Option<Live> {
        loop {
            if let Some(live) = self.queue.pop_front() {
                self.after = live.seq().unwrap_or(self.after);
                return Some(live);
            }
            if let Some(receiver) = &mut self.live {
                let live = receiver.recv().await?;
                self.after = live.seq().unwrap_or(self.after);
                return Some(live);
            }
            if self.over {
                return None;
            }
            let engine = Arc::clone(&self.engine);
            let launched = engine.launched.notified();
            tokio::pin!(launched);
            launched.as_mut().enable();
            if self.look().await.inspect_err(|error| tracing::warn!(run = %self.id, %error, "reading a run failed")).is_err() {
                return None;
            }
            if self.queue.is_empty() && self.live.is_none() && !self.over {
                let _ = tokio::time::timeout(POLL, launched).await;
            }
        }
    }

    /// The first look; the run may leave memory between the check of the scope and this.
    async fn attach(&mut self, scope: &Scope) -> Result<(), Error> {
        if self.join() {
            return Ok(());
        }
        if self.view.is_none() {
            let run: Option<Run> = self.engine.journal.find(scope, self.id).await?;
            self.view = Some(View::new(run.ok_or(Error::NotFound)?));
        }
        self.look().await?;
        Ok(())
    }

    /// Joins the run's hub, if the run works here.
    fn join(&mut self) -> bool {
        let Some(hub) = self.engine.active.get(&self.id).map(|handle| Arc::clone(&handle.hub)) else { return false };
        let (replay, live) = hub.subscribe(self.after, self.engine.settings.subscriber_buffer);
        self.over = live.is_none();
        self.queue.extend(replay);
        self.live = live;
        true
    }

    /// Joins the run, or reads what the journal has.
    async fn look(&mut self) -> Result<(), db::Error> {
        if self.join() {
            return Ok(());
        }
        let Some(view) = &mut self.view else {
            self.over = true;
            return Ok(());
        };
        // First the status, then the events: a run that rests by the status has its last event written.
        let status = self.engine.journal.status(self.id).await?;
        let mut last = None;
        for recorded in self.engine.journal.events(self.id, view.seq()).await? {
            let live = view.apply(recorded);
            last = Some(live.is_last());
            if live.seq().is_some_and(|seq| seq > self.after) {
                self.queue.push_back(live);
            }
        }
        let waits = view.run().status == flow::run::RunStatus::RequiresAction;
        let rests = status.is_none_or(|status| status.is_final() || (waits && status == flow::run::RunStatus::RequiresAction));
        self.over = rests || last.is_none() && self.engine.is_draining();
        Ok(())
    }
}

/// The number of open streams.
struct Counted;

impl Counted {
    fn new() -> Self {
        metrics::gauge!("hearth_streams_active").increment(1.0);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("hearth_streams_active").decrement(1.0);
    }
}
