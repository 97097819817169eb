//! Wire shapes and handlers.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse as _, Response};
use http::header;
use rest::{Caller, Json, Path, Policy, Query, Result, Routes, methods};
use serde::Deserialize;
use types::{FileId, WorkspaceId};
use utoipa::{IntoParams, ToSchema};

use super::{Error, File, Files};

type Service = State<Arc<Files>>;

/// Routes below `/api/v1`.
pub fn routes(files: Arc<Files>) -> Routes {
    let (schemas, paths, upload) = methods!(upload_file);
    // The service counts the bytes itself, with a limit of its own.
    let upload = upload.layer(DefaultBodyLimit::disable());
    Routes::new(files)
        .on(Policy::Caller, (schemas, paths, upload))
        .on(Policy::Caller, methods!(get_file))
        .on(Policy::Caller, methods!(get_file_content))
        .done()
}

/// Who sees it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct UploadQuery {
    /// Every member of the workspace may see it (for icons). Otherwise only you.
    #[serde(default)]
    shared: bool,
}

/// The form.
#[derive(ToSchema)]
#[allow(dead_code)] // Described only: the parts are read one by one.
struct UploadForm {
    /// The file.
    #[schema(format = Binary)]
    file: String,
}

/// Upload a file
///
/// One multipart part named `file`.
#[utoipa::path(post, path = "/workspaces/{workspace_id}/files", tag = "files",
    params(("workspace_id" = WorkspaceId, Path), UploadQuery),
    request_body(content = UploadForm, content_type = "multipart/form-data"), responses((status = 200, body = File)))]
async fn upload_file(
    State(service): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
    Query(query): Query<UploadQuery>,
    form: std::result::Result<Multipart, MultipartRejection>,
) -> Result<Json<File>> {
    let form = form.map_err(|_| Error::NotMultipart)?;
    Ok(Json(service.upload(&actor, workspace, form, query.shared).await?))
}

/// Get a file's description
#[utoipa::path(get, path = "/files/{file_id}", tag = "files",
    params(("file_id" = FileId, Path)), responses((status = 200, body = File)))]
async fn get_file(State(service): Service, Caller(actor): Caller, Path(id): Path<FileId>) -> Result<Json<File>> {
    Ok(Json(service.get(&actor, id).await?))
}

/// Download a file
///
/// As an attachment; PNG, JPEG, GIF and WebP pictures are shown in place.
#[utoipa::path(get, path = "/files/{file_id}/content", tag = "files",
    params(("file_id" = FileId, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn get_file_content(State(service): Service, Caller(actor): Caller, Path(id): Path<FileId>) -> Result<Response> {
    let (file, bytes) = service.content(&actor, id).await?;
    let headers = [
        (header::CONTENT_TYPE, served_type(&file)),
        (header::CONTENT_DISPOSITION, disposition(&file)),
        (header::CONTENT_LENGTH, file.size.to_string()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
    ];
    Ok((headers, Body::from_stream(bytes)).into_response())
}

fn served_type(file: &File) -> String {
    if file.is_text() { format!("{}; charset=utf-8", file.content_type) } else { file.content_type.clone() }
}

/// RFC 6266: a plain name for old clients, the real one percent-encoded.
fn disposition(file: &File) -> String {
    let kind = if file.is_image() { "inline" } else { "attachment" };
    let plain: String = file.name.chars().map(|c| if c.is_ascii_alphanumeric() || "._- ".contains(c) { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in file.name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            encoded.push(byte as char);
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}
