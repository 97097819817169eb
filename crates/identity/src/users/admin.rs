//! `/admin/users`: what an administrator of the instance sees and changes.

use axum::extract::State;
use rest::{Caller, Client, Json, Path, Policy, Query, Routes};
use serde::{Deserialize, Serialize};
use types::{Actor, Failure, Page, PageRequest, Timestamp, UserId};
use utoipa::ToSchema;

use super::http::User;
use super::{Error, Row, Users, repo};
use crate::audit::{self, By, Entry};
use crate::sessions;

/// An account as an administrator sees it.
#[derive(Debug, Serialize, ToSchema)]
struct AdminUser {
    #[serde(flatten)]
    user: User,
    /// May not sign in, and his tokens do not work.
    disabled: bool,
    /// Last sign-in.
    #[schema(required)]
    last_sign_in_at: Option<Timestamp>,
}

impl From<Row> for AdminUser {
    fn from(row: Row) -> Self {
        Self { disabled: row.disabled, last_sign_in_at: row.last_sign_in_at.map(Timestamp), user: row.into() }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdminUserInput {
    disabled: Option<bool>,
    is_instance_admin: Option<bool>,
}

/// Routes for administrators of the instance.
pub fn routes(users: Users) -> Routes {
    Routes::new(users).on(Policy::Admin, rest::methods!(list_users)).on(Policy::Admin, rest::methods!(update_user)).done()
}

/// All accounts
#[utoipa::path(get, path = "/admin/users", tag = "admin", params(PageRequest),
    responses((status = 200, body = Page<AdminUser>), (status = "4XX", body = rest::ErrorBody)))]
async fn list_users(State(users): State<Users>, Query(page): Query<PageRequest>) -> rest::Result<Json<Page<AdminUser>>> {
    let after = page.after().map_err(|e| Failure::invalid("cursor", e.to_string()))?;
    let rows = repo::people(&users.cx.db, page.limit() + 1, after).await.map_err(db::Error::from)?;
    Ok(Json(Page::from_extra(rows, page.limit(), |row| row.id).map(AdminUser::from)))
}

/// Disable an account, or make it an administrator
#[utoipa::path(patch, path = "/admin/users/{user_id}", tag = "admin", params(("user_id" = UserId, Path)), request_body = AdminUserInput,
    responses((status = 200, body = AdminUser), (status = "4XX", body = rest::ErrorBody)))]
async fn update_user(
    State(users): State<Users>,
    Caller(who): Caller,
    client: Client,
    Path(user): Path<UserId>,
    Json(input): Json<AdminUserInput>,
) -> rest::Result<Json<AdminUser>> {
    Ok(Json(users.administer(&who, &client, user, input.disabled, input.is_instance_admin).await?.into()))
}

impl Users {
    async fn administer(
        &self,
        who: &Actor,
        client: &Client,
        user: UserId,
        disabled: Option<bool>,
        admin: Option<bool>,
    ) -> Result<Row, Error> {
        let by = By::actor(who, client);
        let written = self.cx.db.write(move |tx| {
            Box::pin(async move {
                // Locked first and in one order, so that two administrators cannot remove each other.
                let admins = repo::active_admins(tx).await?;
                let mut row = repo::by_id_for_update(tx, user).await?.filter(|row| row.kind == repo::PERSON).ok_or(Error::NoSuchUser)?;
                let was_admin = row.instance_admin && !row.disabled;
                row.disabled = disabled.unwrap_or(row.disabled);
                row.instance_admin = admin.unwrap_or(row.instance_admin);
                if was_admin && (row.disabled || !row.instance_admin) && admins <= 1 {
                    return Err(Error::LastAdmin);
                }
                repo::update(tx, row.clone()).await?;
                if row.disabled {
                    sessions::repo::delete_others(tx, user, None).await?;
                }
                let detail = serde_json::json!({ "disabled": row.disabled, "is_instance_admin": row.instance_admin });
                audit::record(tx, Entry::new(&by, "user.administer", user.to_string()).with(detail)).await?;
                Ok(row)
            })
        });
        let row = written.await?;
        self.cx.forget_actors();
        Ok(row)
    }
}
