//! Use cases.

use std::fmt::Display;
use std::sync::Arc;

use axum::extract::multipart::{Field, Multipart, MultipartError};
use base64::Engine as _;
use bytes::{Bytes, BytesMut};
use db::Db;
use futures::{Stream, StreamExt as _};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set};
use store::{BlobId, Blobs, ByteStream};
use types::{Actor, FileId, Permission, Scope, Timestamp, WorkspaceId};

use super::model::{File, kept_name};
use super::{Error, repo, sniff};
use crate::Settings;

/// Uploads of people and services.
pub struct Files {
    db: Db,
    blobs: Blobs,
    settings: Arc<Settings>,
}

impl Files {
    pub(crate) fn new(db: Db, blobs: Blobs, settings: Arc<Settings>) -> Self {
        Self { db, blobs, settings }
    }

    /// Takes the one part `file` of a multipart form.
    pub async fn upload(&self, actor: &Actor, workspace: WorkspaceId, mut form: Multipart, shared: bool) -> Result<File, Error> {
        actor.scope_in(workspace, Permission::Run)?;
        let part = next_part(&mut form).await?.ok_or(Error::NoFile)?;
        if part.name() != Some("file") {
            return Err(Error::NoFile);
        }
        let name = kept_name(part.file_name());
        // A limit of the server on whole bodies shows as an error of the part.
        let mut over = false;
        let pieces = part.inspect(|piece| over |= matches!(piece, Err(e) if e.status() == http::StatusCode::PAYLOAD_TOO_LARGE));
        let received = self.receive(pieces).await;
        let (incoming, head) = received.map_err(|e| if over { body_too_large() } else { e })?;
        // The second part shows only when the first was read; what was received is then dropped.
        if next_part(&mut form).await?.is_some() {
            return Err(Error::ManyParts);
        }
        self.keep(actor, workspace, name, incoming, &head, shared).await
    }

    /// Takes bytes from elsewhere in Hearth.
    pub async fn put<S, E>(&self, actor: &Actor, workspace: WorkspaceId, name: &str, bytes: S) -> Result<File, Error>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Display,
    {
        actor.scope_in(workspace, Permission::Run)?;
        let (incoming, head) = self.receive(bytes).await?;
        self.keep(actor, workspace, kept_name(Some(name)), incoming, &head, false).await
    }

    /// Receives up to the limit; also gives the first bytes.
    async fn receive<S, E>(&self, bytes: S) -> Result<(store::Incoming, Bytes), Error>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Display,
    {
        let mut head = BytesMut::with_capacity(sniff::HEAD);
        let incoming = {
            let seen = bytes.inspect(|piece| {
                if let Ok(piece) = piece {
                    let room = sniff::HEAD.saturating_sub(head.len()).min(piece.len());
                    head.extend_from_slice(&piece[..room]);
                }
            });
            self.blobs.receive(seen, self.settings.max_file_bytes).await?
        };
        Ok((incoming, head.freeze()))
    }

    async fn keep(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        name: String,
        incoming: store::Incoming,
        head: &[u8],
        shared: bool,
    ) -> Result<File, Error> {
        let content_type = sniff::content_type(&name, head);
        // First the bytes, then the row that promises them.
        let blob = incoming.keep().await?;
        let row = repo::Model {
            id: FileId::generate().get(),
            workspace_id: workspace.get(),
            user_id: actor.user.get(),
            name,
            blob: blob.id.to_string(),
            size: i64::try_from(blob.size).unwrap_or(i64::MAX),
            content_type: content_type.to_owned(),
            shared,
            created_at: Timestamp::now().millis(),
        };
        let stored = row.clone();
        self.db.write(move |tx| Box::pin(async move { Ok::<_, Error>(repo::insert(tx, stored).await?) })).await?;
        Ok(row.into())
    }

    /// What is known of a file.
    pub async fn get(&self, actor: &Actor, id: FileId) -> Result<File, Error> {
        self.find(&actor.scope(Permission::View), id).await
    }

    /// Lets every member of its workspace see an own file (icons of agents).
    pub async fn share(&self, actor: &Actor, id: FileId) -> Result<File, Error> {
        let scope = actor.scope(Permission::Run);
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let row = repo::get(tx, &scope, id).await?.ok_or(Error::NotFound)?;
                    if row.shared {
                        return Ok(row.into());
                    }
                    let mut active = repo::ActiveModel::from(row);
                    active.shared = Set(true);
                    Ok::<_, Error>(active.update(tx).await?.into())
                })
            })
            .await
    }

    /// A file that the actor may see as one of this workspace: from another one he takes it along, as his own.
    pub async fn take(&self, actor: &Actor, workspace: WorkspaceId, id: FileId) -> Result<File, Error> {
        actor.scope_in(workspace, Permission::Run)?;
        let row = self.row(&actor.scope(Permission::View), id).await?;
        if row.workspace_id == workspace.get() {
            return Ok(row.into());
        }
        // The same bytes: they lie under their hash.
        let copy = repo::Model {
            id: FileId::generate().get(),
            workspace_id: workspace.get(),
            user_id: actor.user.get(),
            shared: false,
            created_at: Timestamp::now().millis(),
            ..row
        };
        let stored = copy.clone();
        self.db.write(move |tx| Box::pin(async move { Ok::<_, Error>(repo::insert(tx, stored).await?) })).await?;
        Ok(copy.into())
    }

    /// A picture as `data:…`, for a model. Fails with `not_an_image` and `image_too_large`.
    pub async fn picture(&self, scope: &Scope, id: FileId) -> Result<String, Error> {
        let limit = self.settings.max_image_bytes;
        let file = self.find(scope, id).await?;
        if !file.is_image() {
            return Err(Error::NotAnImage(file.name));
        }
        if file.size > limit {
            return Err(Error::ImageTooLarge(limit));
        }
        let (file, bytes) = self.read(scope, id, limit).await?;
        let data = base64::engine::general_purpose::STANDARD.encode(&bytes);
        Ok(format!("data:{};base64,{data}", file.content_type))
    }

    /// The file and its bytes.
    pub async fn content(&self, actor: &Actor, id: FileId) -> Result<(File, ByteStream), Error> {
        let row = self.row(&actor.scope(Permission::View), id).await?;
        let bytes = self.blobs.get(&blob_of(&row)?).await?;
        Ok((row.into(), bytes))
    }

    pub(crate) async fn find(&self, scope: &Scope, id: FileId) -> Result<File, Error> {
        Ok(self.row(scope, id).await?.into())
    }

    async fn row(&self, scope: &Scope, id: FileId) -> Result<repo::Model, Error> {
        repo::get(self.db.read(), scope, id).await?.ok_or(Error::NotFound)
    }

    /// The file and all its bytes, if there are at most so many.
    pub async fn read(&self, scope: &Scope, id: FileId, limit: u64) -> Result<(File, Bytes), Error> {
        let row = self.row(scope, id).await?;
        let bytes = self.blobs.read(&blob_of(&row)?, limit).await?;
        Ok((row.into(), bytes))
    }

    /// The first bytes of a file.
    pub(crate) async fn read_start(&self, scope: &Scope, id: FileId, most: u64) -> Result<Bytes, Error> {
        let row = self.row(scope, id).await?;
        Ok(self.blobs.read_start(&blob_of(&row)?, most).await?)
    }
}

fn blob_of(row: &repo::Model) -> Result<BlobId, Error> {
    row.blob.parse().map_err(|_| types::Failure::internal("a file row without a hash").into())
}

async fn next_part(form: &mut Multipart) -> Result<Option<Field<'_>>, Error> {
    form.next_field().await.map_err(|e| broken(&e))
}

fn broken(error: &MultipartError) -> Error {
    if error.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
        return body_too_large();
    }
    tracing::debug!(%error, "an upload is not a multipart form");
    Error::NotMultipart
}

fn body_too_large() -> Error {
    let message = "The body is larger than this server accepts (MAX_REQUEST_BODY_SIZE).";
    types::Failure::new(types::ErrorKind::TooLarge, "body_too_large", message).into()
}
