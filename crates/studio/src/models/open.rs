//! Configured models as open endpoints: the catalog that the engine uses.

use std::collections::hash_map::Entry;
use std::sync::PoisonError;
use std::time::Duration;

use async_trait::async_trait;
use model::{Catalog, Endpoint, OpenModel};
use secrecy::SecretString;
use types::{Failure, ModelId, WorkspaceId};

use super::Error;
use super::model::{Configured, Key, Kind, Settings};
use super::service::{Models, context};

/// Longest silence of a model when nothing is set.
const SILENCE: u32 = 120;

#[async_trait]
impl Catalog for Models {
    async fn open(&self, workspace: WorkspaceId, id: ModelId) -> Result<OpenModel, model::Error> {
        let found = match self.find(&[workspace.get()], id).await {
            Ok(Some(found)) => found,
            Ok(None) => return Err(unavailable(format!("The model {id} no longer exists. Choose another one."))),
            Err(error) => return Err(broken(&error)),
        };
        if found.settings.kind != Kind::Chat {
            return Err(unavailable(format!("The model “{}” makes vectors and cannot answer. Choose another one.", found.settings.name)));
        }
        self.opened(&found)
    }

    async fn default_model(&self, workspace: WorkspaceId) -> Result<Option<ModelId>, model::Error> {
        self.preferred(workspace).await.map(Some).map_err(|e| broken(&e))
    }
}

impl Models {
    /// The shared endpoint of a model.
    fn opened(&self, configured: &Configured) -> Result<OpenModel, model::Error> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match open.entry(configured.id) {
            Entry::Occupied(hit) if hit.get().0 == configured.updated_at => Ok(hit.get().1.clone()),
            entry => {
                let model = self.fresh(configured)?;
                entry.insert_entry((configured.updated_at, model.clone()));
                Ok(model)
            }
        }
    }

    fn fresh(&self, configured: &Configured) -> Result<OpenModel, model::Error> {
        let settings = &configured.settings;
        let vendor = self
            .vendors
            .get(&settings.vendor)
            .ok_or_else(|| unavailable(format!("The vendor `{}` of the model “{}” is not built in.", settings.vendor, settings.name)))?;
        let chat = vendor.chat(&self.endpoint(configured)?)?;
        Ok(OpenModel {
            id: configured.id,
            name: settings.name.clone(),
            capabilities: settings.capabilities.clone(),
            defaults: settings.defaults.clone(),
            price: settings.price.clone(),
            fallback: settings.fallback,
            chat,
        })
    }

    /// Where and how to call a configured model; its key is opened here and nowhere else.
    pub(super) fn endpoint(&self, configured: &Configured) -> Result<Endpoint, model::Error> {
        let key = self.plain_key(configured).map_err(|failure| {
            tracing::warn!(model.id = %configured.id, cause = %failure, "the key of a model cannot be opened");
            unavailable(format!("The stored API key of the model “{}” cannot be read. Enter it again.", configured.settings.name))
        })?;
        Ok(endpoint(&configured.settings, key, configured.id.to_string()))
    }

    fn plain_key(&self, configured: &Configured) -> Result<Option<SecretString>, Failure> {
        match &configured.key {
            Key::None => Ok(None),
            Key::Plain(key) => Ok(Some(key.clone())),
            Key::Sealed(sealed) => self.sealer.open(sealed, &context(configured.id)).map(Some),
        }
    }

    /// Lets the vendor check a model's settings; no I/O.
    pub(super) fn openable(&self, configured: &Configured) -> Result<(), Error> {
        let key = self.plain_key(configured)?;
        self.vendor_takes(&configured.settings, key, configured.id)
    }

    /// Lets the vendor check settings; no I/O.
    pub(super) fn vendor_takes(&self, settings: &Settings, key: Option<SecretString>, id: ModelId) -> Result<(), Error> {
        let Some(vendor) = self.vendors.get(&settings.vendor) else { return Ok(()) };
        let endpoint = endpoint(settings, key, id.to_string());
        let taken = match settings.kind {
            Kind::Chat => vendor.chat(&endpoint).map(drop),
            Kind::Embedding => vendor.embed(&endpoint).map(drop),
        };
        taken.map_err(|error| Error::invalid("vendor", error.to_string()))
    }
}

/// The endpoint of these settings.
pub(super) fn endpoint(settings: &Settings, api_key: Option<SecretString>, key: String) -> Endpoint {
    Endpoint {
        base_url: settings.base_url.clone(),
        api_key,
        model: settings.model.clone(),
        capabilities: settings.capabilities.clone(),
        extra: settings.extra.clone(),
        timeout: Duration::from_secs(u64::from(settings.timeout_seconds.unwrap_or(SILENCE))),
        max_concurrency: settings.max_concurrency,
        key,
    }
}

fn unavailable(message: String) -> model::Error {
    model::Error::Unavailable(message)
}

/// The database failed: the engine may try again, the cause is in the log.
fn broken(error: &Error) -> model::Error {
    tracing::warn!(%error, "the configured models cannot be read");
    unavailable("The configured models cannot be read now. Try again in a moment.".to_owned())
}
