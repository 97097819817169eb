//! Headers become an [`Actor`].
//!
//! A bearer token goes before the cookie. What is found is remembered for five seconds, under the
//! epoch that [`Context::forget_actors`] moves on; a hot request costs no query. Several requests
//! that miss at once share one load.

use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::request::Parts;
use moka::future::Cache;
use rest::auth::unauthenticated;
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;
use types::actor::Credential;
use types::{Actor, Failure, SessionId, Timestamp, TokenId, UserId, WorkspaceId};

use crate::context::Context;
use crate::tokens::Permissions;
use crate::{secret, sessions, tokens, users, workspaces};

/// How long an actor is remembered: the most that another process lags behind a revocation.
const REMEMBERED: Duration = Duration::from_secs(5);
/// A use or visit is noted at most this often.
const NOTED_EVERY_MS: i64 = 60_000;

/// Implements [`rest::Authenticator`].
pub struct Authenticator {
    cx: Arc<Context>,
    remembered: Cache<(u64, String), Arc<Remembered>>,
}

struct Remembered {
    actor: Actor,
    expires_at: Option<Timestamp>,
}

impl Authenticator {
    pub fn new(cx: Arc<Context>) -> Self {
        Self { cx, remembered: Cache::builder().max_capacity(50_000).time_to_live(REMEMBERED).build() }
    }

    async fn remember(&self, credential: Presented) -> Result<Actor, Failure> {
        let hash = secret::hash(credential.secret().expose_secret());
        let key = (self.cx.epoch(), hash.clone());
        let found = self.remembered.try_get_with(key, async {
            let loaded = match credential {
                Presented::Token(_) => self.load_token(&hash).await,
                Presented::Cookie(_) => self.load_session(&hash).await,
            };
            loaded.map(Arc::new)
        });
        let found = found.await.map_err(|failure| (*failure).clone())?;
        if found.expires_at.is_some_and(|at| at <= Timestamp::now()) {
            return Err(unauthenticated());
        }
        Ok(found.actor.clone())
    }

    async fn load_token(&self, hash: &str) -> Result<Remembered, Failure> {
        let row = tokens::repo::by_hash(&self.cx.db, hash).await.map_err(db::Error::from)?;
        let row = row.filter(|row| bool::from(row.hash.as_bytes().ct_eq(hash.as_bytes()))).ok_or_else(unauthenticated)?;
        let now = Timestamp::now();
        if row.expired(now) {
            return Err(unauthenticated());
        }
        let user = self.active_user(UserId(row.user_id)).await?;
        let grants = workspaces::grants(&self.cx.db, UserId(user.id)).await?;
        let permissions = Permissions::parse(&row.permissions);
        let unlimited = permissions == Permissions::Full && row.workspaces.is_none();
        let id = TokenId(row.id);
        let credential = Credential::Token { id, read_only: permissions == Permissions::Read };
        if row.last_used_at.is_none_or(|at| now.millis() - at > NOTED_EVERY_MS) {
            let db = self.cx.db.clone();
            tokio::spawn(async move {
                let noted = db.write(move |tx| Box::pin(async move { Ok::<_, db::Error>(tokens::repo::touch(tx, id).await?) })).await;
                noted.inspect_err(|error| tracing::warn!(%error, "the use of a token could not be noted")).ok();
            });
        }
        let actor = Actor::authenticated(UserId(user.id), credential, user.instance_admin && unlimited, row.narrow(grants));
        Ok(Remembered { actor, expires_at: row.expires_at.map(Timestamp) })
    }

    async fn load_session(&self, hash: &str) -> Result<Remembered, Failure> {
        let row = sessions::repo::by_hash(&self.cx.db, hash).await.map_err(db::Error::from)?;
        let row = row.filter(|row| bool::from(row.hash.as_bytes().ct_eq(hash.as_bytes()))).ok_or_else(unauthenticated)?;
        let user = self.active_user(UserId(row.user_id)).await?;
        let grants = workspaces::grants(&self.cx.db, UserId(user.id)).await?;
        let id = SessionId(row.id);
        if Timestamp::now().millis() - row.last_seen_at > NOTED_EVERY_MS {
            let (db, days) = (self.cx.db.clone(), self.cx.config.session_days);
            tokio::spawn(async move {
                let noted =
                    db.write(move |tx| Box::pin(async move { Ok::<_, db::Error>(sessions::repo::touch(tx, id, days).await?) })).await;
                noted.inspect_err(|error| tracing::warn!(%error, "a visit could not be noted")).ok();
            });
        }
        let actor = Actor::authenticated(UserId(user.id), Credential::Session(id), user.instance_admin, grants);
        Ok(Remembered { actor, expires_at: Some(Timestamp(row.expires_at)) })
    }

    async fn active_user(&self, id: UserId) -> Result<users::Row, Failure> {
        let user = users::repo::by_id(self.cx.db.read(), id).await.map_err(db::Error::from)?;
        user.filter(|user| !user.disabled).ok_or_else(unauthenticated)
    }
}

/// Somebody as he stands in a workspace now, for work that he left behind to be done without him. `None`: his account is gone
/// or closed, or he is no member.
pub async fn standing(cx: &Context, user: UserId, workspace: WorkspaceId) -> Result<Option<Actor>, Failure> {
    let row = users::repo::by_id(cx.db.read(), user).await.map_err(db::Error::from)?;
    if row.is_none_or(|row| row.disabled) {
        return Ok(None);
    }
    let mut grants = workspaces::grants(&cx.db, user).await?;
    grants.retain(|grant| grant.workspace == workspace);
    Ok((!grants.is_empty()).then(|| Actor::authenticated(user, Credential::System, false, grants)))
}

#[async_trait::async_trait]
impl rest::Authenticator for Authenticator {
    async fn authenticate(&self, request: &Parts) -> Result<Option<Actor>, Failure> {
        match presented(request)? {
            Some(credential) => self.remember(credential).await.map(Some),
            None => Ok(None),
        }
    }
}

enum Presented {
    Token(SecretString),
    Cookie(SecretString),
}

impl Presented {
    fn secret(&self) -> &SecretString {
        match self {
            Self::Token(secret) | Self::Cookie(secret) => secret,
        }
    }
}

/// What the headers hold. An `Authorization` header that is anything but `Bearer <token>` is refused,
/// even when there is a cookie: the caller meant it.
fn presented(request: &Parts) -> Result<Option<Presented>, Failure> {
    let mut headers = request.headers.get_all(AUTHORIZATION).iter();
    let Some(header) = headers.next() else {
        return Ok(sessions::secret_in(&request.headers).map(Presented::Cookie));
    };
    if headers.next().is_some() {
        return Err(unauthenticated());
    }
    let token = header.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
    let token = token.filter(|token| tokens::looks_like_token(token)).ok_or_else(unauthenticated)?;
    Ok(Some(Presented::Token(token.to_owned().into())))
}
