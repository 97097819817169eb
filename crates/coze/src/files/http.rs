//! `/v1/files/*`.

use std::sync::Arc;

use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::extract::{DefaultBodyLimit, State};
use chat::files::File;
use rest::{Caller, Client, Policy, Query, Routes};
use serde::{Deserialize, Serialize};
use types::{Failure, FileId};
use utoipa::{IntoParams, ToSchema};

use crate::Coze;
use crate::envelope::{Answer, Envelope};
use crate::id::GivenId;

/// An uploaded file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeFile)]
pub struct FileObject {
    /// Its id.
    pub id: FileId,
    /// Its size.
    pub bytes: u64,
    /// Unix seconds.
    pub created_at: i64,
    /// The same, as Coze Studio spells it.
    #[serde(rename = "CreatedAt")]
    pub created_at_studio: i64,
    /// Its name.
    pub file_name: String,
    /// Where Hearth's own API serves its bytes.
    pub uri: String,
    /// The same as an absolute address; it is read with the token.
    pub url: String,
}

impl FileObject {
    fn of(file: File, client: &Client) -> Self {
        let at = file.created_at.seconds();
        let uri = format!("/api/v1/files/{}/content", file.id);
        let url = format!("{}{uri}", client.origin.trim_end_matches('/'));
        Self { id: file.id, bytes: file.size, created_at: at, created_at_studio: at, file_name: file.name, uri, url }
    }
}

/// Which file.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FileQuery {
    /// Its id.
    #[serde(default)]
    #[param(required)]
    file_id: GivenId,
}

/// The form.
#[derive(ToSchema)]
#[schema(as = CozeUploadForm)]
#[expect(dead_code, reason = "described only: the parts are read one by one")]
struct UploadForm {
    /// The file.
    #[schema(format = Binary)]
    file: String,
}

/// Routes of files.
pub fn routes(coze: Arc<Coze>) -> Routes {
    let (schemas, paths, router) = rest::methods!(upload);
    // The service counts the bytes itself, with a limit of its own.
    let router = router.layer(DefaultBodyLimit::disable());
    Routes::new(coze).on(Policy::Caller, (schemas, paths, router)).on(Policy::Caller, rest::methods!(retrieve)).done()
}

/// Upload a file
#[utoipa::path(post, path = "/v1/files/upload", operation_id = "coze_file_upload", tag = "coze files",
    request_body(content = UploadForm, content_type = "multipart/form-data"), responses((status = 200, body = Envelope<FileObject>)))]
async fn upload(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    client: Client,
    form: Result<Multipart, MultipartRejection>,
) -> rest::Result<Answer> {
    let form = form.map_err(|_| Failure::invalid("file", "Send a multipart form with one part named `file`."))?;
    let workspace = Coze::first_workspace(&who)?;
    let file = coze.chat.files.upload(&who, workspace, form, false).await?;
    Answer::data(&FileObject::of(file, &client))
}

/// Read what is known of a file
#[utoipa::path(get, path = "/v1/files/retrieve", operation_id = "coze_file_retrieve", tag = "coze files",
    params(FileQuery), responses((status = 200, body = Envelope<FileObject>)))]
async fn retrieve(State(coze): State<Arc<Coze>>, Caller(who): Caller, client: Client, Query(at): Query<FileQuery>) -> rest::Result<Answer> {
    let id = FileId(at.file_id.required("file_id")?);
    Answer::data(&FileObject::of(coze.chat.files.get(&who, id).await?, &client))
}
