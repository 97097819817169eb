//! Bytes by their hash.
//!
//! The contract, for every backend:
//!
//! * A blob is named by the SHA-256 of its content ([`BlobId`]) and never changes. Storing the same
//!   bytes twice keeps one copy.
//! * Bytes are received under a temporary name and get their final one in one step when all of them
//!   are there ([`Incoming::keep`]). What was not kept does not exist: a limit exceeded, a full disk or a
//!   client that goes away leave nothing behind (after a crash, [`Blobs::sweep`] clears the rest).
//! * What `keep` has returned survives a power cut (the folder backend syncs file and folder).
//! * Nothing is listed and nothing is overwritten, so a store without rename (S3) fits: there the
//!   last step is a server-side copy.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use opendal::{Operator, Writer, services};
use sha2::{Digest as _, Sha256};

use crate::Error;

const INCOMING: &str = "incoming/";

/// Bytes as they come.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>>;

/// The name of a blob: 64 lower-case hex digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BlobId(String);

/// The text was not the name of a blob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no SHA-256 in hex")]
pub struct NotABlobId;

impl BlobId {
    /// The hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn path(&self) -> String {
        format!("sha256/{}/{}/{}", &self.0[..2], &self.0[2..4], self.0)
    }
}

impl FromStr for BlobId {
    type Err = NotABlobId;

    fn from_str(text: &str) -> Result<Self, NotABlobId> {
        let hex = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if hex { Ok(Self(text.to_owned())) } else { Err(NotABlobId) }
    }
}

impl std::fmt::Display for BlobId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A stored blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Its name.
    pub id: BlobId,
    /// Bytes.
    pub size: u64,
}

/// A place for blobs. Cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    operator: Operator,
    /// The folder, when it is one: its directories are synced after a rename.
    folder: Option<Arc<Path>>,
}

impl Blobs {
    /// In a folder, made when missing.
    pub fn folder(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        std::fs::create_dir_all(&path)?;
        let path = path.canonicalize()?;
        let root = path.to_str().ok_or_else(|| Error::Backend(format!("{} is not UTF-8", path.display())))?;
        let operator = Operator::new(services::Fs::default().root(root))?;
        Ok(Self { operator, folder: Some(path.into()) })
    }

    /// In memory, for tests.
    pub fn memory() -> Result<Self, Error> {
        Ok(Self::over(Operator::new(services::Memory::default())?))
    }

    /// On any other backend of `opendal` that passes [`crate::conformance`].
    pub fn over(operator: Operator) -> Self {
        Self { operator, folder: None }
    }

    /// Whether the place answers, for health.
    pub async fn check(&self) -> Result<(), Error> {
        self.operator.stat("/").await?;
        Ok(())
    }

    /// What it is, for people.
    pub fn describe(&self) -> String {
        match &self.folder {
            Some(folder) => format!("folder {}", folder.display()),
            None => self.operator.info().scheme().to_string(),
        }
    }

    /// Removes what a crash left half received. Call it at start, before anything is received.
    pub async fn sweep(&self) -> Result<(), Error> {
        let left = self.operator.list(INCOMING).await.or_else(|e| match e.kind() {
            opendal::ErrorKind::NotFound => Ok(Vec::new()),
            _ => Err(e),
        })?;
        for entry in left.into_iter().filter(|entry| entry.metadata().is_file()) {
            self.operator.delete(entry.path()).await?;
        }
        Ok(())
    }

    /// Receives bytes up to a limit. Nothing is stored until [`Incoming::keep`].
    pub async fn receive<S, E>(&self, bytes: S, limit: u64) -> Result<Incoming, Error>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: std::fmt::Display,
    {
        // The number is for uniqueness within and across processes, as ids of rows are.
        let path = format!("{INCOMING}{}", types::id::next_id());
        let mut sink = Sink::open(&self.operator, &path).await?;
        let mut incoming = Incoming { blobs: self.clone(), path: Some(path), blob: Blob { id: BlobId(String::new()), size: 0 } };
        let mut hash = Sha256::new();
        let mut size = 0u64;
        let mut bytes = std::pin::pin!(bytes);
        while let Some(piece) = bytes.next().await {
            let piece = piece.map_err(|e| Error::Cut(e.to_string()))?;
            size = size.saturating_add(piece.len() as u64);
            if size > limit {
                return Err(Error::TooLarge { limit });
            }
            hash.update(&piece);
            sink.write(piece).await?;
        }
        sink.close().await?;
        incoming.blob = Blob { id: BlobId(hex::encode(hash.finalize())), size };
        Ok(incoming)
    }

    /// Receives and keeps.
    pub async fn put<S, E>(&self, bytes: S, limit: u64) -> Result<Blob, Error>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: std::fmt::Display,
    {
        self.receive(bytes, limit).await?.keep().await
    }

    /// The bytes, as a stream.
    pub async fn get(&self, id: &BlobId) -> Result<ByteStream, Error> {
        let reader = self.operator.reader_with(&id.path()).chunk(256 * 1024).await?;
        // A missing file shows at the first read; ask before, so that the answer can still be an error.
        self.operator.stat(&id.path()).await?;
        Ok(Box::pin(reader.into_bytes_stream(..).await?.map_err(Error::from)))
    }

    /// The bytes at once, when there are at most `limit`.
    pub async fn read(&self, id: &BlobId, limit: u64) -> Result<Bytes, Error> {
        if self.operator.stat(&id.path()).await?.content_length() > limit {
            return Err(Error::TooLarge { limit });
        }
        Ok(self.operator.read(&id.path()).await?.to_bytes())
    }

    /// At most the first `most` bytes.
    pub async fn read_start(&self, id: &BlobId, most: u64) -> Result<Bytes, Error> {
        let size = self.operator.stat(&id.path()).await?.content_length();
        Ok(self.operator.read_with(&id.path()).range(0..size.min(most)).await?.to_bytes())
    }

    /// Whether it is there.
    pub async fn exists(&self, id: &BlobId) -> Result<bool, Error> {
        Ok(self.operator.exists(&id.path()).await?)
    }

    /// Removes it; a missing one is no error. The caller knows that nothing refers to it any more.
    pub async fn delete(&self, id: &BlobId) -> Result<(), Error> {
        Ok(self.operator.delete(&id.path()).await?)
    }

    async fn place(&self, from: &str, to: &str) -> Result<(), Error> {
        let can = self.operator.info().capability();
        if can.rename {
            self.operator.rename(from, to).await?;
        } else {
            if can.copy {
                self.operator.copy(from, to).await?;
            } else {
                let bytes = self.operator.read(from).await?;
                self.operator.write(to, bytes).await?;
            }
            self.operator.delete(from).await?;
        }
        if let Some(folder) = self.folder.clone() {
            let parent = folder.join(to).parent().map(Path::to_path_buf);
            tokio::task::spawn_blocking(move || sync_folders(&folder, parent.as_deref()))
                .await
                .map_err(|e| Error::Backend(e.to_string()))??;
        }
        Ok(())
    }
}

/// Makes the new names durable: the shard folders may be new as well.
fn sync_folders(root: &Path, parent: Option<&Path>) -> Result<(), Error> {
    let mut folder = parent;
    while let Some(path) = folder.filter(|p| p.starts_with(root)) {
        std::fs::File::open(path)?.sync_all()?;
        folder = path.parent();
    }
    Ok(())
}

/// Bytes that are all there but have no name yet. Dropping it removes them.
pub struct Incoming {
    blobs: Blobs,
    path: Option<String>,
    blob: Blob,
}

impl Incoming {
    /// Name and size it will have.
    pub fn blob(&self) -> &Blob {
        &self.blob
    }

    /// Gives it its name: from now on it exists.
    pub async fn keep(mut self) -> Result<Blob, Error> {
        let target = self.blob.id.path();
        if let Some(path) = self.path.as_deref() {
            // One that is already there has the same bytes; ours is removed by the drop.
            if !self.blobs.operator.exists(&target).await? {
                self.blobs.place(path, &target).await?;
                self.path = None;
            }
        }
        Ok(self.blob.clone())
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        let Some(path) = self.path.take() else { return };
        let operator = self.blobs.operator.clone();
        // Outside of a runtime there is nobody to do it; `sweep` will.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = operator.delete(&path).await {
                    tracing::warn!(%error, "a temporary file could not be removed");
                }
            });
        }
    }
}

/// A writer, or a buffer where the backend takes a blob only whole.
enum Sink {
    Writer(Writer),
    Buffer(Operator, String, BytesMut),
}

impl Sink {
    async fn open(operator: &Operator, path: &str) -> Result<Self, Error> {
        if operator.info().capability().write_can_multi {
            return Ok(Self::Writer(operator.writer(path).await?));
        }
        Ok(Self::Buffer(operator.clone(), path.to_owned(), BytesMut::new()))
    }

    async fn write(&mut self, piece: Bytes) -> Result<(), Error> {
        match self {
            Self::Writer(writer) => writer.write(piece).await?,
            Self::Buffer(_, _, buffer) => buffer.extend_from_slice(&piece),
        }
        Ok(())
    }

    async fn close(self) -> Result<(), Error> {
        match self {
            Self::Writer(mut writer) => drop(writer.close().await?),
            Self::Buffer(operator, path, buffer) => drop(operator.write(&path, buffer.freeze()).await?),
        }
        Ok(())
    }
}
