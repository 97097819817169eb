//! Use cases: authorise → load → rule → save.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use db::Db;
use model::vendor::Vendors;
use model::{OpenModel, VendorInfo};
use sea_orm::ConnectionTrait;
use secrecy::{ExposeSecret as _, SecretString};
use types::actor::Credential;
use types::{Actor, ModelId, Permission, Timestamp, WorkspaceId};

use super::model::{Change, Configured, Key, Kind, NewModel, Origin, Settings};
use super::ports::Users;
use super::{Error, Preset, preset, repo, rules};
use crate::Sealer;

/// Longest chain of fallbacks that is followed when looking for a loop.
const CHAIN: usize = 16;

/// The configured models.
pub struct Models {
    pub(super) db: Db,
    pub(super) vendors: Vendors,
    pub(super) sealer: Arc<dyn Sealer>,
    users: Arc<dyn Users>,
    /// Presets, then the built-in one.
    pub(super) fixed: Vec<Configured>,
    /// Open endpoints, so that connections and concurrency caps are shared; valid for one `updated_at`.
    pub(super) open: Mutex<HashMap<ModelId, (Timestamp, OpenModel)>>,
}

impl Models {
    /// Fails on a preset that cannot be right, naming its variable.
    pub fn new(db: Db, vendors: Vendors, sealer: Arc<dyn Sealer>, users: Arc<dyn Users>, presets: Vec<Preset>) -> Result<Self, Error> {
        let fixed = preset::fixed(presets, &vendors)?;
        Ok(Self { db, vendors, sealer, users, fixed, open: Mutex::default() })
    }

    /// What can be configured.
    pub fn vendors(&self) -> Vec<VendorInfo> {
        self.vendors.infos()
    }

    /// Models of the workspace first, then those of the instance.
    pub async fn list(&self, actor: &Actor, workspace: WorkspaceId) -> Result<Vec<Configured>, Error> {
        actor.require(workspace, Permission::View)?;
        self.available(workspace).await
    }

    /// What a workspace can use, its own first.
    pub async fn available(&self, workspace: WorkspaceId) -> Result<Vec<Configured>, Error> {
        let stored = repo::list(self.db.read(), &[workspace.get()]).await?;
        let instance_default = self.instance_default(&stored);
        let (own, shared): (Vec<_>, Vec<_>) = stored.into_iter().partition(|m| m.workspace == workspace);
        let instance = shared.into_iter().chain(self.fixed.iter().cloned());
        Ok(own.into_iter().chain(instance.map(|m| Configured { is_default: m.id == instance_default, ..m })).collect())
    }

    /// One model.
    pub async fn get(&self, actor: &Actor, id: ModelId) -> Result<Configured, Error> {
        let found = self.find(&actor.scope(Permission::View).ids(), id).await?.ok_or(Error::NotFound)?;
        if found.workspace != WorkspaceId::INSTANCE {
            return Ok(found);
        }
        let stored = repo::list(self.db.read(), &[]).await?;
        let is_default = found.id == self.instance_default(&stored);
        Ok(Configured { is_default, ..found })
    }

    /// Adds a model. The first chat model a workspace can use becomes its default.
    pub async fn create(&self, actor: &Actor, workspace: WorkspaceId, new: NewModel) -> Result<Configured, Error> {
        let NewModel { shared, change } = new;
        let level = if shared { WorkspaceId::INSTANCE } else { workspace };
        actor.require(workspace, Permission::View)?;
        may_edit(actor, level)?;
        if repo::count(self.db.read(), level).await? >= rules::MOST {
            return Err(Error::invalid("name", format!("There are {} models already. Delete some first.", rules::MOST)));
        }
        let id = ModelId::generate();
        let is_default = change.is_default;
        let (settings, key) = self.settled(id, change)?;
        self.check_fallback(self.db.read(), level, id, settings.fallback).await?;
        let now = Timestamp::now();
        let alone = self.preferred(level).await? == super::OFFLINE;
        let is_default = is_default.unwrap_or(alone && settings.kind == Kind::Chat);
        let model =
            Configured { id, workspace: level, settings, origin: Origin::Stored, is_default, created_at: now, updated_at: now, key };
        default_is_chat(&model)?;
        let (row, by) = (model.clone(), actor.user);
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    if row.is_default {
                        repo::clear_default(tx, row.workspace).await?;
                    }
                    repo::insert(tx, &row, by).await?;
                    Ok::<_, Error>(())
                })
            })
            .await?;
        Ok(model)
    }

    /// Changes a model.
    pub async fn update(&self, actor: &Actor, id: ModelId, change: Change) -> Result<Configured, Error> {
        let found = self.editable(actor, id).await?;
        let seen = found.updated_at;
        let mut model = found.clone();
        let (key, is_default) = (change.api_key.clone(), change.is_default);
        change.apply(&mut model.settings);
        let has_key = key.as_ref().map_or(found.has_key(), |k| !k.expose_secret().is_empty());
        model.settings = rules::check(model.settings, has_key, &self.vendors)?;
        model.key = match key {
            Some(key) => self.sealed(id, &key)?,
            None if found.has_key() && !rules::same_address(&found.settings, &model.settings) => return Err(key_again()),
            None => found.key,
        };
        self.openable(&model)?;
        self.check_fallback(self.db.read(), model.workspace, id, model.settings.fallback).await?;
        model.is_default = is_default.unwrap_or(model.is_default);
        default_is_chat(&model)?;
        model.updated_at = Timestamp(Timestamp::now().millis().max(seen.millis() + 1));
        let row = model.clone();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    if row.is_default {
                        repo::clear_default(tx, row.workspace).await?;
                    }
                    if repo::update(tx, &row, seen).await? { Ok(()) } else { Err(Error::Changed) }
                })
            })
            .await?;
        self.forget(id);
        Ok(model)
    }

    /// Removes a model; agents that name it keep the name and say so in their problems.
    pub async fn delete(&self, actor: &Actor, id: ModelId, force: bool) -> Result<(), Error> {
        self.editable(actor, id).await?;
        if !force {
            self.unused(actor, id).await?;
        }
        self.db.write(move |tx| Box::pin(async move { repo::delete(tx, id).await.map_err(Error::from) })).await?;
        self.forget(id);
        Ok(())
    }

    /// The model as these workspaces may use it.
    pub(super) async fn find(&self, workspaces: &[i64], id: ModelId) -> Result<Option<Configured>, Error> {
        if let Some(fixed) = self.fixed.iter().find(|m| m.id == id) {
            return Ok(Some(fixed.clone()));
        }
        Ok(repo::find(self.db.read(), workspaces, id).await?)
    }

    /// The model, if the actor may change it.
    pub(super) async fn editable(&self, actor: &Actor, id: ModelId) -> Result<Configured, Error> {
        let found = self.find(&actor.scope(Permission::View).ids(), id).await?.ok_or(Error::NotFound)?;
        if found.read_only() {
            return Err(Error::ReadOnly);
        }
        may_edit(actor, found.workspace)?;
        Ok(found)
    }

    /// The default of a workspace (or of the instance): its own, else the instance's, else the first there is.
    pub(super) async fn preferred(&self, workspace: WorkspaceId) -> Result<ModelId, Error> {
        let stored = repo::list(self.db.read(), &[workspace.get()]).await?;
        let mine = |m: &&Configured| m.workspace == workspace && workspace != WorkspaceId::INSTANCE && m.settings.kind == Kind::Chat;
        if let Some(own) = stored.iter().find(|m| mine(m) && m.is_default) {
            return Ok(own.id);
        }
        let instance = self.instance_default(&stored);
        if instance != super::OFFLINE {
            return Ok(instance);
        }
        Ok(stored.iter().find(mine).map_or(instance, |m| m.id))
    }

    /// Chosen by an administrator, else the first preset, else the first stored one, else the built-in one.
    fn instance_default(&self, stored: &[Configured]) -> ModelId {
        let chat = || stored.iter().filter(|m| m.workspace == WorkspaceId::INSTANCE && m.settings.kind == Kind::Chat);
        let chosen = chat().find(|m| m.is_default);
        let preset = self.fixed.iter().find(|m| m.origin == Origin::Environment);
        chosen.or(preset).or_else(|| chat().next()).map_or(super::OFFLINE, |m| m.id)
    }

    /// Settings and sealed key of a new model.
    fn settled(&self, id: ModelId, change: Change) -> Result<(Settings, Key), Error> {
        let plain = change.api_key.clone().filter(|k| !k.expose_secret().is_empty());
        let mut settings = Settings::blank(change.kind.unwrap_or_default());
        change.apply(&mut settings);
        let settings = rules::check(settings, plain.is_some(), &self.vendors)?;
        self.vendor_takes(&settings, plain.clone(), id)?;
        let key = plain.map_or(Ok(Key::None), |k| self.sealed(id, &k))?;
        Ok((settings, key))
    }

    fn sealed(&self, id: ModelId, key: &SecretString) -> Result<Key, Error> {
        if key.expose_secret().is_empty() {
            return Ok(Key::None);
        }
        Ok(Key::Sealed(self.sealer.seal(key, &context(id))?))
    }

    /// The fallback must be visible where the model is, must chat, and must not lead back to it.
    async fn check_fallback(
        &self,
        conn: &impl ConnectionTrait,
        level: WorkspaceId,
        id: ModelId,
        fallback: Option<ModelId>,
    ) -> Result<(), Error> {
        let Some(first) = fallback else { return Ok(()) };
        let refuse = |message: &str| Err(Error::invalid("fallback_model_id", message));
        let workspaces: &[i64] = if level == WorkspaceId::INSTANCE { &[] } else { &[level.get()] };
        match self.find(workspaces, first).await? {
            None => return refuse("The fallback model does not exist, or cannot be used where this model is."),
            Some(m) if m.settings.kind != Kind::Chat => return refuse("The fallback model makes vectors and cannot answer."),
            Some(_) => {}
        }
        let mut next = Some(first);
        for _ in 0..CHAIN {
            let Some(step) = next else { return Ok(()) };
            if step == id {
                return refuse("A model cannot be its own fallback, not by way of others either.");
            }
            next = repo::fallback_of(conn, step).await?;
        }
        refuse("The chain of fallbacks is too long.")
    }

    async fn unused(&self, actor: &Actor, id: ModelId) -> Result<(), Error> {
        let users = self.users.of_model(id).await?;
        if users.is_empty() {
            return Ok(());
        }
        // Names of other people's agents are theirs: an administrator of the instance learns their number.
        let scope = actor.scope(Permission::View);
        let names: Vec<String> = users.iter().filter(|u| scope.contains(u.workspace)).take(10).map(|u| format!("“{}”", u.name)).collect();
        let others = users.len() - names.len();
        let text = match (names.is_empty(), others) {
            (false, 0) => names.join(", "),
            (false, n) => format!("{} and {n} more", names.join(", ")),
            (true, n) => format!("{n} agents of other workspaces"),
        };
        Err(Error::InUse(text))
    }

    fn forget(&self, id: ModelId) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}

/// What a sealed key is bound to.
pub(super) fn context(id: ModelId) -> String {
    format!("model:{id}")
}

/// A stored key is for the address it was entered for: otherwise whoever may edit the model could
/// have it sent to himself.
pub(super) fn key_again() -> Error {
    Error::invalid(
        "api_key",
        "The address or the vendor changed: enter the API key again. The stored key is only sent to the stored address.",
    )
}

/// Whether the actor may change models of this level.
pub(super) fn may_edit(actor: &Actor, level: WorkspaceId) -> Result<(), Error> {
    if level != WorkspaceId::INSTANCE {
        return Ok(actor.require(level, Permission::Administer)?);
    }
    let read_only = matches!(actor.credential, Credential::Token { read_only: true, .. });
    if actor.instance_admin && !read_only { Ok(()) } else { Err(Error::InstanceOnly) }
}

fn default_is_chat(model: &Configured) -> Result<(), Error> {
    if model.is_default && model.settings.kind != Kind::Chat {
        return Err(Error::invalid("is_default", "An embedding model cannot be the default: agents need one that answers."));
    }
    Ok(())
}
