//! Runs and their nodes are given files; `chat` keeps what people uploaded.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use flow::node::{NodeError, TaskCx};
use flow::value::file;
use nodes::ports::FileContent;
use types::{Actor, Coded as _, ErrorKind, Failure, FileId, Permission, UserId, WorkspaceId};

/// Uploads as the engine and nodes know them. Nodes are built first, so the uploads come later.
#[derive(Default)]
pub struct Uploads {
    files: OnceLock<Arc<chat::Files>>,
    /// The instance's address, where it is known.
    public_url: Option<String>,
}

impl Uploads {
    /// With the address that people see.
    pub fn new(public_url: Option<String>) -> Self {
        Self { public_url, ..Self::default() }
    }

    /// From now on there are files.
    pub fn connect(&self, files: Arc<chat::Files>) {
        // A second connection would be a mistake of the wiring; the first one stands.
        let _ = self.files.set(files);
    }

    fn files(&self) -> Result<&Arc<chat::Files>, Failure> {
        self.files.get().ok_or_else(|| Failure::internal("files are asked for before they are connected"))
    }
}

#[async_trait]
impl nodes::ports::Files for Uploads {
    async fn read(&self, cx: &TaskCx, url: &str, limit: u64) -> Result<Option<FileContent>, NodeError> {
        let Some(id) = file::uploaded(url) else { return Ok(None) };
        let Some(files) = self.files.get() else { return Err(NodeError::unavailable("the files of this instance")) };
        let scope = Actor::system(cx.user, cx.workspace).scope(Permission::View);
        match files.read(&scope, id, limit).await {
            Ok((file, bytes)) => Ok(Some(FileContent { name: file.name, media_type: Some(file.content_type), bytes })),
            // With a host it may be the file of another instance.
            Err(error) if error.kind() == ErrorKind::NotFound && !url.trim_start().starts_with('/') => Ok(None),
            Err(error) => {
                let failure = Failure::from(error);
                Err(match failure.kind {
                    ErrorKind::NotFound => NodeError::lasting("file_missing", failure.message),
                    ErrorKind::TooLarge => NodeError::lasting("file_too_large", format!("the file is larger than {limit} bytes")),
                    _ => NodeError::new(failure.code.into_owned(), failure.message),
                })
            }
        }
    }
}

#[async_trait]
impl engine::Files for Uploads {
    async fn take(&self, actor: &Actor, workspace: WorkspaceId, id: FileId) -> Result<engine::Uploaded, Failure> {
        let file = self.files()?.take(actor, workspace, id).await?;
        let host = self.public_url.as_deref().unwrap_or_default().trim_end_matches('/');
        let url = format!("{host}{}", file::path(file.id));
        Ok(engine::Uploaded { url, name: file.name, content_type: file.content_type, size: file.size })
    }

    async fn picture(&self, workspace: WorkspaceId, user: UserId, id: FileId) -> Result<String, Failure> {
        let scope = Actor::system(user, workspace).scope(Permission::View);
        Ok(self.files()?.picture(&scope, id).await?)
    }
}
