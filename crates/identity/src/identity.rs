//! What the server, the command line and other crates use.

use std::collections::HashMap;
use std::sync::Arc;

use db::Db;
use rest::Routes;
use secrecy::SecretString;
use types::{Actor, Failure, Page, PageRequest, Timestamp, TokenId, UserId, WorkspaceId};

use crate::audit::{self, By, Entry};
use crate::authenticator::{Authenticator, standing};
use crate::context::Context;
use crate::tokens::{self, Kind, Permissions, Wanted};
use crate::users::{self, Users};
use crate::workspaces::{self, Member, WorkspaceRef, Workspaces};
use crate::{Config, Sealer, invitations, oauth, service_accounts, sessions, validate};

/// Users, workspaces and tokens of an instance. Cheap to clone.
#[derive(Clone)]
pub struct Identity {
    cx: Arc<Context>,
}

/// An account to be made by the operator.
pub struct NewUser {
    /// Address; becomes lower case.
    pub email: String,
    /// Name.
    pub name: String,
    /// 8 to 256 characters.
    pub password: SecretString,
    /// Administers the instance.
    pub instance_admin: bool,
}

/// A personal token to be made by the operator.
pub struct NewToken {
    /// Whose.
    pub email: String,
    /// What it is for.
    pub name: String,
    /// `None`: all workspaces of the user.
    pub workspaces: Option<Vec<WorkspaceId>>,
    /// What it may do.
    pub permissions: Permissions,
    /// `None`: for good. May lie in the past, for tests of what an expired token gets.
    pub expires_at: Option<Timestamp>,
}

/// A token that was made.
pub struct CreatedToken {
    /// For revoking it.
    pub id: TokenId,
    /// What programs send. It cannot be had again.
    pub secret: SecretString,
}

/// What others may know of a user.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its id.
    pub id: UserId,
    /// Name.
    pub name: String,
    /// Address; empty for a robot.
    pub email: String,
    /// `zh-CN` or `en`.
    pub locale: String,
    /// Since when.
    pub created_at: Timestamp,
}

impl Identity {
    /// Over a migrated database. The instance key seals secrets.
    pub fn new(db: Db, config: Config, instance_key: &[u8; 32]) -> Self {
        Self { cx: Context::new(db, config, instance_key) }
    }

    /// All routes under `/api/v1`.
    pub fn routes(&self) -> Routes {
        let cx = &self.cx;
        users::routes(Arc::clone(cx))
            .merge(sessions::routes(Arc::clone(cx)))
            .merge(tokens::routes(Arc::clone(cx)))
            .merge(workspaces::routes(Arc::clone(cx)))
            .merge(invitations::routes(Arc::clone(cx)))
            .merge(service_accounts::routes(Arc::clone(cx)))
            .merge(oauth::routes(cx))
            .merge(audit::routes(Arc::clone(cx)))
    }

    /// The routes that the SDKs fetch tokens from, with their full paths (`/api/permission/oauth2/…`).
    /// Their refusals have a shape of their own; they need no envelope.
    pub fn oauth_routes(&self) -> Routes {
        oauth::sdk_routes(&self.cx)
    }

    /// Turns headers into actors. Make one per process: it remembers.
    pub fn authenticator(&self) -> Arc<dyn rest::Authenticator> {
        Arc::new(Authenticator::new(Arc::clone(&self.cx)))
    }

    /// Seals secrets under the instance key.
    pub fn sealer(&self) -> Sealer {
        self.cx.sealer.clone()
    }

    /// Whether nobody has set this instance up yet.
    pub async fn needs_setup(&self) -> Result<bool, Failure> {
        Ok(Users::new(Arc::clone(&self.cx)).setup_status().await?.0)
    }

    /// How many people have an account.
    pub async fn count_users(&self) -> Result<u64, Failure> {
        Ok(users::repo::count(self.cx.db.read()).await.map_err(db::Error::from)?)
    }

    /// Creates an account with its personal workspace.
    pub async fn create_user(&self, user: NewUser) -> Result<UserId, Failure> {
        let NewUser { email, name, password, instance_admin } = user;
        Ok(Users::new(Arc::clone(&self.cx)).create(users::Application { email, name, password }, instance_admin).await?)
    }

    /// Sets a password and ends all sessions of the user.
    pub async fn reset_password(&self, email: &str, password: SecretString) -> Result<(), Failure> {
        let user = self.by_email(email).await?;
        Ok(Users::new(Arc::clone(&self.cx)).set_password(user, password, None, By::operator(), "user.password_reset").await?)
    }

    /// Makes a personal token.
    pub async fn create_token(&self, token: NewToken) -> Result<CreatedToken, Failure> {
        let user = self.by_email(&token.email).await?;
        let grants = workspaces::grants(&self.cx.db, user).await?;
        let foreign = |id: &WorkspaceId| !grants.iter().any(|grant| grant.workspace == *id);
        if token.workspaces.as_ref().is_some_and(|list| list.is_empty() || list.iter().any(foreign)) {
            return Err(Failure::not_found("workspace"));
        }
        let wanted = Wanted {
            kind: Kind::Personal,
            user,
            workspace: None,
            name: validate::name("name", &token.name)?,
            workspaces: token.workspaces,
            permissions: token.permissions,
            expires_at: token.expires_at,
            created_by: user,
            oauth: None,
            label: None,
        };
        let (row, secret) = wanted.make()?;
        let id = TokenId(row.id);
        let written = self.cx.db.write(move |tx| {
            Box::pin(async move {
                audit::record(tx, Entry::new(&By::operator(), "token.create", id.to_string())).await?;
                Ok::<_, db::Error>(tokens::repo::insert(tx, row).await?)
            })
        });
        written.await?;
        Ok(CreatedToken { id, secret })
    }

    /// Revokes any token, whosever it is.
    pub async fn revoke_token(&self, id: TokenId) -> Result<(), Failure> {
        let written = self.cx.db.write(move |tx| {
            Box::pin(async move {
                if !tokens::repo::delete_any(tx, id).await? {
                    return Ok(false);
                }
                audit::record(tx, Entry::new(&By::operator(), "token.revoke", id.to_string())).await?;
                Ok::<_, db::Error>(true)
            })
        });
        if !written.await? {
            return Err(Failure::not_found("token"));
        }
        self.cx.forget_actors();
        Ok(())
    }

    async fn by_email(&self, email: &str) -> Result<UserId, Failure> {
        let row = users::repo::by_email(self.cx.db.read(), &validate::normalise_email(email)).await.map_err(db::Error::from)?;
        row.map(|row| UserId(row.id)).ok_or_else(|| Failure::not_found("user"))
    }

    /// Names of users; those that do not exist are left out.
    pub async fn names(&self, users: &[UserId]) -> Result<HashMap<UserId, String>, Failure> {
        let mut ids: Vec<i64> = users.iter().map(|user| user.get()).collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = users::repo::by_ids(&self.cx.db, ids).await.map_err(db::Error::from)?;
        Ok(rows.into_iter().map(|row| (UserId(row.id), row.name)).collect())
    }

    /// Somebody as he stands in a workspace now, for work that he left behind to be done without him. `None`: his account is
    /// gone or closed, or he is no member.
    pub async fn standing(&self, user: UserId, workspace: WorkspaceId) -> Result<Option<Actor>, Failure> {
        standing(&self.cx, user, workspace).await
    }

    /// A user.
    pub async fn profile(&self, user: UserId) -> Result<Profile, Failure> {
        let row = users::repo::by_id(self.cx.db.read(), user).await.map_err(db::Error::from)?;
        let row = row.ok_or_else(|| Failure::not_found("user"))?;
        Ok(Profile {
            id: UserId(row.id),
            name: row.name,
            email: row.email.unwrap_or_default(),
            locale: row.locale,
            created_at: Timestamp(row.created_at),
        })
    }

    /// The actor's workspaces with his role in each, personal one first.
    pub async fn workspaces(&self, who: &Actor) -> Result<Vec<WorkspaceRef>, Failure> {
        workspaces::refs(&self.cx.db, who).await
    }

    /// People of a workspace.
    pub async fn members(&self, who: &Actor, workspace: WorkspaceId, page: &PageRequest) -> Result<Page<Member>, Failure> {
        Ok(Workspaces::new(Arc::clone(&self.cx)).members(who, workspace, page).await?)
    }

    /// The `session_name` of the JWT assertion that a token came from: the end user the app has in mind.
    pub async fn end_user(&self, token: TokenId) -> Result<Option<String>, Failure> {
        Ok(tokens::repo::label(&self.cx.db, token).await.map_err(db::Error::from)?)
    }

    /// Writes a line of the audit log. Within a transaction of your own use [`audit::record`].
    pub async fn audit(&self, entry: Entry) -> Result<(), Failure> {
        let written = self.cx.db.write(move |tx| Box::pin(async move { Ok::<_, db::Error>(audit::record(tx, entry).await?) }));
        Ok(written.await?)
    }

    /// Removes expired sessions, codes and OAuth tokens. Call it now and then.
    pub async fn purge(&self) -> Result<(), Failure> {
        let now = Timestamp::now();
        let written = self.cx.db.write(move |tx| {
            Box::pin(async move {
                sessions::repo::purge(tx, now).await?;
                tokens::repo::purge(tx, now).await?;
                invitations::repo::purge(tx, now).await?;
                Ok::<_, db::Error>(oauth::purge(tx, now).await?)
            })
        });
        Ok(written.await?)
    }
}
