//! Use cases around accounts.

use std::sync::Arc;

use rest::Client;
use secrecy::{ExposeSecret as _, SecretString};
use types::{Actor, SessionId, UserId};

use super::{Error, Row, repo};
use crate::audit::{self, By, Entry};
use crate::context::Context;
use crate::{invitations, secret, sessions, validate, workspaces};

/// Accounts.
#[derive(Clone)]
pub struct Users {
    pub(super) cx: Arc<Context>,
}

/// A new account as it was asked for.
pub struct Application {
    pub email: String,
    pub name: String,
    pub password: SecretString,
}

/// Somebody who has just signed in.
pub struct SignedIn {
    pub user: UserId,
    pub session: SessionId,
    pub cookie: SecretString,
}

impl Users {
    pub fn new(cx: Arc<Context>) -> Self {
        Self { cx }
    }

    /// Whether nobody has set this instance up, and whether a code is asked for.
    pub async fn setup_status(&self) -> Result<(bool, bool), Error> {
        let needed = !repo::is_set_up(self.cx.db.read()).await?;
        Ok((needed, self.cx.config.setup_code.is_some()))
    }

    /// Creates the first account, as administrator of the instance.
    pub async fn set_up(&self, asked: Application, code: Option<SecretString>, client: Client) -> Result<SignedIn, Error> {
        self.cx.limits.setup.check_address(client.ip).await?;
        if repo::is_set_up(self.cx.db.read()).await? {
            return Err(Error::SetupDone);
        }
        if let Some(expected) = &self.cx.config.setup_code {
            let given = code.as_ref().map_or("", |c| c.expose_secret().trim());
            if !secret::same(expected.expose_secret(), given) {
                return Err(Error::SetupCodeWrong);
            }
        }
        let row = self.prepared(asked, true).await?;
        let (cookie, days) = (secret::random("")?, self.cx.config.session_days);
        let user = UserId(row.id);
        let stored_cookie = cookie.clone();
        let written = self.cx.db.write(move |tx| {
            Box::pin(async move {
                repo::mark_set_up(tx, user).await.map_err(|e| duplicate(e, Error::SetupDone))?;
                create(tx, row).await?;
                let by = By::user(user, &client);
                audit::record(tx, Entry::new(&by, "instance.set_up", user.to_string())).await?;
                repo::touch_sign_in(tx, user).await?;
                Ok::<_, Error>(sessions::repo::insert(tx, user, &stored_cookie, &client, days).await?)
            })
        });
        Ok(SignedIn { user, session: written.await?, cookie })
    }

    /// Creates an account: anybody's when registration is open, a listed address otherwise, or with an invitation.
    pub async fn sign_up(&self, asked: Application, invitation: Option<String>, client: Client) -> Result<SignedIn, Error> {
        self.cx.limits.sign_up.check_address(client.ip).await?;
        if !repo::is_set_up(self.cx.db.read()).await? {
            return Err(Error::SetupNeeded);
        }
        let email = validate::email(&asked.email)?;
        let invitation = invitation.filter(|code| !code.is_empty());
        if invitation.is_none() && !self.cx.config.registration.admits(&email) {
            return Err(Error::RegistrationClosed);
        }
        if let Some(code) = &invitation {
            // Before the costly hash; the use itself is counted in the transaction.
            invitations::repo::usable(self.cx.db.read(), code).await?.ok_or(Error::InvitationInvalid)?;
        }
        let row = self.prepared(asked, false).await?;
        let (cookie, days) = (secret::random("")?, self.cx.config.session_days);
        let user = UserId(row.id);
        let stored_cookie = cookie.clone();
        let written = self.cx.db.write(move |tx| {
            Box::pin(async move {
                let by = By::user(user, &client);
                create(tx, row).await?;
                audit::record(tx, Entry::new(&by, "user.sign_up", user.to_string())).await?;
                if let Some(code) = invitation {
                    invitations::repo::take(tx, &code, user, &by).await?.ok_or(Error::InvitationInvalid)?;
                }
                repo::touch_sign_in(tx, user).await?;
                Ok::<_, Error>(sessions::repo::insert(tx, user, &stored_cookie, &client, days).await?)
            })
        });
        Ok(SignedIn { user, session: written.await?, cookie })
    }

    /// Signs in. One answer, after the same time, for an unknown address, a wrong password and a disabled account.
    pub async fn sign_in(&self, email: &str, password: SecretString, client: Client) -> Result<SignedIn, Error> {
        let email = validate::normalise_email(email);
        self.cx.limits.sign_in_address.check_address(client.ip).await?;
        self.cx.limits.sign_in_account.check(&email).await?;
        let known = repo::by_email(self.cx.db.read(), &email).await?;
        let hash = known.as_ref().filter(|user| !user.disabled).and_then(|user| user.password_hash.clone());
        let fits = self.cx.passwords.verify(password, hash).await?;
        let Some(user) = known.clone().filter(|_| fits) else {
            let by = known.map_or_else(|| By::nobody(&client), |user| By::user(UserId(user.id), &client));
            // What was typed may be a password in the wrong field: it is not written down.
            self.write_audit(Entry::new(
                &by,
                "session.sign_in_failed",
                by.user.map_or_else(|| "unknown address".to_owned(), |u| u.to_string()),
            ))
            .await?;
            return Err(Error::SignInFailed);
        };
        let (cookie, days) = (secret::random("")?, self.cx.config.session_days);
        let id = UserId(user.id);
        let stored_cookie = cookie.clone();
        let written = self.cx.db.write(move |tx| {
            Box::pin(async move {
                if !repo::unchanged(tx, &user).await? {
                    return Err(Error::SignInFailed);
                }
                let by = By::user(id, &client);
                audit::record(tx, Entry::new(&by, "session.sign_in", id.to_string())).await?;
                repo::touch_sign_in(tx, id).await?;
                Ok(sessions::repo::insert(tx, id, &stored_cookie, &client, days).await?)
            })
        });
        let session = written.await?;
        self.cx.limits.sign_in_account.clear(&email).await;
        Ok(SignedIn { user: id, session, cookie })
    }

    /// The account of an actor.
    pub async fn get(&self, user: UserId) -> Result<Row, Error> {
        repo::by_id(self.cx.db.read(), user).await?.ok_or(Error::NoSuchUser)
    }

    /// Changes name and language.
    pub async fn update(&self, who: &Actor, name: Option<String>, locale: Option<String>) -> Result<(), Error> {
        let name = name.map(|name| validate::name("name", &name)).transpose()?;
        let user = who.user;
        let written = self.cx.db.write(move |tx| {
            Box::pin(async move {
                let mut row = repo::by_id_for_update(tx, user).await?.ok_or(Error::NoSuchUser)?;
                row.name = name.unwrap_or(row.name);
                row.locale = locale.unwrap_or(row.locale);
                Ok::<_, Error>(repo::update(tx, row).await?)
            })
        });
        written.await
    }

    /// Changes the password and ends all other sessions.
    pub async fn change_password(&self, who: &Actor, current: SecretString, new: SecretString, client: &Client) -> Result<(), Error> {
        validate::password("new", &new)?;
        let row = self.get(who.user).await?;
        let account = row.email.clone().unwrap_or_default();
        self.cx.limits.sign_in_account.check(&account).await?;
        if !self.cx.passwords.verify(current, row.password_hash.clone()).await? {
            return Err(Error::PasswordWrong);
        }
        self.cx.limits.sign_in_account.clear(&account).await;
        let keep = sessions::current(who);
        self.set_password(UserId(row.id), new, keep, By::actor(who, client), "user.password_change").await
    }

    /// Sets a password, ends all sessions but `keep`.
    pub async fn set_password(
        &self,
        user: UserId,
        new: SecretString,
        keep: Option<SessionId>,
        by: By,
        action: &'static str,
    ) -> Result<(), Error> {
        validate::password("new", &new)?;
        let hash = self.cx.passwords.hash(new).await?;
        let written = self.cx.db.write(move |tx| {
            Box::pin(async move {
                let mut row = repo::by_id_for_update(tx, user).await?.ok_or(Error::NoSuchUser)?;
                row.password_hash = Some(hash);
                repo::update(tx, row).await?;
                sessions::repo::delete_others(tx, user, keep).await?;
                Ok::<_, Error>(audit::record(tx, Entry::new(&by, action, user.to_string())).await?)
            })
        });
        written.await?;
        self.cx.forget_actors();
        Ok(())
    }

    /// Creates an account for the operator. The first one ends the need for set-up.
    pub async fn create(&self, asked: Application, instance_admin: bool) -> Result<UserId, Error> {
        let row = self.prepared(asked, instance_admin).await?;
        let user = UserId(row.id);
        let written = self.cx.db.write(move |tx| {
            Box::pin(async move {
                if !repo::is_set_up(tx).await? {
                    repo::mark_set_up(tx, user).await.map_err(|e| duplicate(e, Error::SetupDone))?;
                }
                create(tx, row).await?;
                Ok::<_, Error>(audit::record(tx, Entry::new(&By::operator(), "user.create", user.to_string())).await?)
            })
        });
        written.await?;
        Ok(user)
    }

    pub(super) async fn write_audit(&self, entry: Entry) -> Result<(), Error> {
        self.cx.db.write(move |tx| Box::pin(async move { Ok::<_, Error>(audit::record(tx, entry).await?) })).await
    }

    /// The checked row, with its password hashed.
    async fn prepared(&self, asked: Application, instance_admin: bool) -> Result<Row, Error> {
        let email = validate::email(&asked.email)?;
        let name = validate::name("name", &asked.name)?;
        validate::password("password", &asked.password)?;
        let hash = self.cx.passwords.hash(asked.password).await?;
        Ok(repo::person(email, name, hash, instance_admin))
    }
}

/// The account and its personal workspace.
async fn create(tx: &db::Tx, row: Row) -> Result<(), Error> {
    let (user, name) = (UserId(row.id), row.name.clone());
    repo::insert(tx, row).await.map_err(|e| duplicate(e, Error::EmailTaken))?;
    workspaces::repo::create(tx, user, workspaces::PERSONAL, name, String::new()).await?;
    Ok(())
}

fn duplicate(error: sea_orm::DbErr, meaning: Error) -> Error {
    match db::Error::from(error) {
        db::Error::Duplicate(_) => meaning,
        other => other.into(),
    }
}
