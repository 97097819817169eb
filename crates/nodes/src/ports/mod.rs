//! Services that nodes ask for. An absent one makes its nodes fail with `not_available`.
//!
//! One file for each: a small trait with its shapes. [`fakes`] keep everything in memory, for tests;
//! [`conformance`] holds what every service behind a port must do, as functions that tests call.

pub mod code;
pub mod conformance;
pub mod conversations;
pub mod databases;
pub mod fakes;
pub mod files;
pub mod knowledge;
pub mod secrets;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use egress::Egress;
use flow::node::{NodeError, TaskCx};
use flow::tool::{ToolContext, Toolbox};
use flow::workflow::AppVariables;
use types::{ConversationId, RunId, UserId, WorkspaceId};

pub use code::{CodeCall, CodeLanguage, CodeOutcome, CodeRunner, ConsoleLevel, ConsoleLine};
pub use conversations::Conversations;
pub use databases::Databases;
pub use files::{FileContent, Files};
pub use knowledge::Knowledge;
pub use secrets::Secrets;

/// The services.
#[derive(Clone, Default)]
pub struct Services {
    /// Runs code.
    pub code: Option<Arc<dyn CodeRunner>>,
    /// The one way out, for `http_request`.
    pub egress: Option<Egress>,
    /// Files of this instance.
    pub files: Option<Arc<dyn Files>>,
    /// Secrets of documents.
    pub secrets: Option<Arc<dyn Secrets>>,
    /// Tools by name.
    pub tools: Toolbox,
    /// Knowledge bases.
    pub knowledge: Option<Arc<dyn Knowledge>>,
    /// Tables of the workspace.
    pub databases: Option<Arc<dyn Databases>>,
    /// Conversations of apps.
    pub conversations: Option<Arc<dyn Conversations>>,
    /// Variables of apps. No node asks for them: whoever starts runs does.
    pub apps: Option<Arc<dyn AppVariables>>,
}

/// The service, or why its node cannot work.
pub(crate) fn present<'a, T: ?Sized>(service: Option<&'a Arc<T>>, what: &str) -> Result<&'a T, NodeError> {
    service.map(Arc::as_ref).ok_or_else(|| NodeError::unavailable(what))
}

/// Under whose authority and for which step a service works (rule R15). Services check themselves
/// that the workspace owns what is asked for.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The run.
    pub run: RunId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// The caller.
    pub user: UserId,
    /// The same for every attempt at the same step: a second one must not change the world again.
    pub idempotency_key: String,
    /// The conversation that the run answers in.
    pub conversation: Option<ConversationId>,
    /// A draft is being tried: test data, not live data.
    pub draft: bool,
    /// The app, as the run's caller named it.
    pub app: Option<String>,
    /// For whom a service runs it, as it names him.
    pub person: Option<String>,
    /// The caller's time zone (IANA name), if known.
    pub time_zone: Option<String>,
}

impl From<&TaskCx> for Caller {
    fn from(cx: &TaskCx) -> Self {
        Self {
            run: cx.run,
            workspace: cx.workspace,
            user: cx.user,
            idempotency_key: cx.idempotency_key.clone(),
            conversation: cx.conversation,
            draft: cx.draft,
            app: cx.app.clone(),
            person: cx.person.clone(),
            time_zone: cx.time_zone.clone(),
        }
    }
}

impl From<&ToolContext> for Caller {
    fn from(context: &ToolContext) -> Self {
        Self {
            run: context.run,
            workspace: context.workspace,
            user: context.user,
            idempotency_key: context.idempotency_key.clone(),
            conversation: None,
            draft: false,
            app: None,
            person: None,
            time_zone: context.time_zone.clone(),
        }
    }
}
