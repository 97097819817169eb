//! Pictures that were uploaded here: models are sent their bytes, since no vendor can fetch them.

use std::sync::Arc;

use flow::run::RunError;
use flow::value::file;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use model::{Part, Request};
use types::{ErrorKind, FileId, UserId, WorkspaceId};

use super::effects::Item;
use crate::ports::Files;

fn uploaded(part: &Part) -> Option<FileId> {
    match part {
        Part::Image { url } => file::uploaded(url),
        Part::Text { .. } => None,
    }
}

fn is_path(part: &Part) -> bool {
    matches!(part, Part::Image { url } if url.trim_start().starts_with('/'))
}

/// Whether a request has one.
pub(super) fn has_uploaded(request: &Request) -> bool {
    request.messages.iter().flat_map(|message| &message.parts).any(|part| uploaded(part).is_some())
}

/// Makes the call with their bytes; the call fails if one of them cannot be had.
pub(super) fn with(
    files: Arc<dyn Files>,
    workspace: WorkspaceId,
    user: UserId,
    mut request: Request,
    call: impl FnOnce(Request) -> BoxStream<'static, Item> + Send + 'static,
) -> BoxStream<'static, Item> {
    let made = async move {
        for part in request.messages.iter_mut().flat_map(|message| &mut message.parts) {
            let Some(id) = uploaded(part) else { continue };
            match files.picture(workspace, user, id).await {
                Ok(url) => *part = Part::Image { url },
                // An address with a host may be one of another instance.
                Err(failure) if failure.kind == ErrorKind::NotFound && !is_path(part) => {}
                Err(failure) => {
                    let error = RunError { code: failure.code.into_owned(), message: failure.message };
                    return stream::iter([Item::Failed(error)]).boxed();
                }
            }
        }
        call(request)
    };
    stream::once(made).flatten().boxed()
}
