//! Who edits a workflow now. Kept in memory for a short time after each sign of life: it is told, never relied on, and
//! known only to the process that was told.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use types::{Actor, Timestamp, UserId, WorkflowId};

use super::service::Workflows;
use super::{Error, service};

/// How long a sign of life counts.
pub(super) const LIFE: Duration = Duration::from_secs(30);
/// Editors of one workflow that are remembered.
const MOST: usize = 100;
/// Workflows that are remembered.
const WORKFLOWS: usize = 10_000;

/// Everybody who was seen lately.
#[derive(Default)]
pub(super) struct Presence(Mutex<HashMap<WorkflowId, Vec<Seen>>>);

/// Somebody who was seen.
#[derive(Debug, Clone)]
struct Seen {
    user: UserId,
    session: String,
    node: Option<String>,
    since: Timestamp,
    last: Instant,
}

/// An editor besides the caller's own tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    /// Who.
    pub user: UserId,
    /// His name now; empty when he is gone.
    pub name: String,
    /// The caller himself, in another tab.
    pub is_caller: bool,
    /// The node whose panel is open.
    pub node: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

impl Presence {
    /// Notes a sign of life, or that somebody leaves; the others.
    fn beat(&self, id: WorkflowId, user: UserId, session: &str, node: Option<String>, leaves: bool, now: Instant) -> Vec<Seen> {
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let alive = |seen: &Seen| now.duration_since(seen.last) < LIFE;
        if all.len() >= WORKFLOWS {
            all.retain(|_, editors| editors.iter().any(alive));
        }
        let editors = all.entry(id).or_default();
        let is_own = |seen: &Seen| seen.user == user && seen.session == session;
        let since = editors.iter().find(|seen| is_own(seen) && alive(seen)).map_or_else(Timestamp::now, |seen| seen.since);
        editors.retain(|seen| alive(seen) && !is_own(seen));
        let others = editors.clone();
        if !leaves && editors.len() < MOST {
            editors.push(Seen { user, session: session.to_owned(), node, since, last: now });
        }
        if editors.is_empty() {
            all.remove(&id);
        }
        others
    }
}

impl Workflows {
    /// The caller edits a workflow in a tab (`session`), or leaves it; who else does.
    pub async fn present(
        &self,
        actor: &Actor,
        id: WorkflowId,
        session: &str,
        node: Option<String>,
        leaves: bool,
    ) -> Result<Vec<Editor>, Error> {
        self.buildable(actor, id).await?;
        if session.is_empty() || session.len() > 64 {
            return Err(Error::invalid("session", "`session` has 1 to 64 characters."));
        }
        let node = node.map(|node| service::checked_text("node", &node, 64)).transpose()?;
        let others = self.presence.beat(id, actor.user, session, node, leaves, Instant::now());
        let names = self.names(others.iter().map(|seen| seen.user)).await;
        let editor = |seen: Seen| Editor {
            user: seen.user,
            name: names.get(&seen.user).cloned().unwrap_or_default(),
            is_caller: seen.user == actor.user,
            node: seen.node,
            since: seen.since,
        };
        Ok(others.into_iter().map(editor).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_gives_no_sign_is_forgotten() {
        let presence = Presence::default();
        let (id, now) = (WorkflowId(1), Instant::now());
        let beat = |user: i64, session: &str, leaves: bool, at: Instant| presence.beat(id, UserId(user), session, None, leaves, at).len();
        assert_eq!(beat(1, "a", false, now), 0);
        assert_eq!(beat(1, "a", false, now), 0, "a tab is not its own neighbour");
        assert_eq!(beat(1, "b", false, now), 1, "but another tab's");
        assert_eq!(beat(2, "a", false, now), 2);
        assert_eq!(beat(1, "b", true, now), 2);
        assert_eq!(beat(2, "a", false, now), 1);
        assert_eq!(beat(2, "a", false, now + LIFE), 0);
    }
}
