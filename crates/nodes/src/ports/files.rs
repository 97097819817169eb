//! Files of this instance, which nodes know by their URLs.

use async_trait::async_trait;
use bytes::Bytes;
use flow::node::{NodeError, TaskCx};

/// A file with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileContent {
    /// What it is called.
    pub name: String,
    /// Its media type, if known.
    pub media_type: Option<String>,
    /// The bytes.
    pub bytes: Bytes,
}

/// Reads files of this instance, without going out.
#[async_trait]
pub trait Files: Send + Sync {
    /// The file behind a URL; `None`: it is none of ours, so it is fetched. At most `limit` bytes (`file_too_large`). Fails with
    /// `file_missing` for one of ours that the run's user has no access to in its workspace.
    async fn read(&self, cx: &TaskCx, url: &str, limit: u64) -> Result<Option<FileContent>, NodeError>;
}
