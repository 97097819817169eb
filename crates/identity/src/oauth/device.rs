//! `/oauth/device/{user_code}`: what the page `/oauth/device` asks and answers.

use std::sync::Arc;

use axum::extract::State;
use rest::{Caller, Client, Json, Path, Policy, Routes};
use serde::{Deserialize, Serialize};
use types::{OAuthAppId, Timestamp, WorkspaceId};
use utoipa::ToSchema;

use super::{Error, model, repo};
use crate::audit::{self, By, Entry};
use crate::context::Context;
use crate::secret;
use crate::users::Empty;

/// What a person is asked.
#[derive(Debug, Serialize, ToSchema)]
struct DeviceRequest {
    app_name: String,
    /// Where the token will work.
    workspace_name: String,
    expires_at: Timestamp,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DeviceInput {
    approve: bool,
}

/// Routes of device codes.
pub fn routes(cx: Arc<Context>) -> Routes {
    Routes::new(cx).on(Policy::Session, rest::methods!(get_device_request, answer_device_request)).done()
}

/// What a device asks for
#[utoipa::path(get, path = "/oauth/device/{user_code}", tag = "oauth", params(("user_code" = String, Path)),
    responses((status = 200, body = DeviceRequest), (status = "4XX", body = rest::ErrorBody)))]
async fn get_device_request(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Path(code): Path<String>,
) -> rest::Result<Json<DeviceRequest>> {
    cx.limits.codes.check_address(client.ip).await?;
    let code = secret::normalise_typed(&code);
    let (row, app) = repo::waiting_device(cx.db.read(), &code).await.map_err(Error::from)?.ok_or(Error::DeviceCodeInvalid)?;
    let (_, workspace_name) = model::target(&cx, &who, &app, row.workspace_id.map(WorkspaceId)).await?;
    Ok(Json(DeviceRequest { app_name: app.name, workspace_name, expires_at: Timestamp(row.expires_at) }))
}

/// Allow or refuse it
#[utoipa::path(post, path = "/oauth/device/{user_code}", tag = "oauth", params(("user_code" = String, Path)), request_body = DeviceInput,
    responses((status = 200, body = Empty), (status = "4XX", body = rest::ErrorBody)))]
async fn answer_device_request(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Path(code): Path<String>,
    Json(input): Json<DeviceInput>,
) -> rest::Result<Json<Empty>> {
    cx.limits.codes.check_address(client.ip).await?;
    let code = secret::normalise_typed(&code);
    let (row, app) = repo::waiting_device(cx.db.read(), &code).await.map_err(Error::from)?.ok_or(Error::DeviceCodeInvalid)?;
    let (workspace, _) = model::target(&cx, &who, &app, row.workspace_id.map(WorkspaceId)).await?;
    let entry = Entry::new(&By::actor(&who, &client), "oauth.device", OAuthAppId(app.id).to_string()).in_workspace(workspace);
    let entry = entry.with(serde_json::json!({ "app": app.name, "approved": input.approve }));
    let status = if input.approve { "approved" } else { "denied" };
    let grant = input.approve.then_some((who.user, workspace));
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            if !repo::move_device(tx, row.id, "pending", status, grant).await? {
                return Err(Error::DeviceCodeInvalid);
            }
            Ok(audit::record(tx, entry).await?)
        })
    });
    written.await?;
    Ok(Json(Empty {}))
}
