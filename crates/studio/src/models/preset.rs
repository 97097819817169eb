//! Models that the operator sets in the environment (`MODEL_*_N`).

use std::collections::BTreeMap;

use model::vendor::Vendors;
use secrecy::{ExposeSecret as _, SecretString};
use types::{Failure, ModelId, Timestamp, WorkspaceId};

use super::Error;
use super::model::{Configured, Key, Kind, OFFLINE, Origin, Settings};
use super::rules;

/// Ids of presets without `MODEL_OPENCOZE_ID_N` begin here, as Coze Studio's do.
const FIRST_ID: i64 = 100_001;

/// One numbered group of variables.
#[derive(Debug, Clone)]
pub struct Preset {
    /// The N of the variables' names.
    pub index: u32,
    /// `MODEL_OPENCOZE_ID_N`; `None`: 100001 + N.
    pub id: Option<ModelId>,
    /// `MODEL_NAME_N`; empty: the vendor's name of the model.
    pub name: String,
    /// `MODEL_PROTOCOL_N`: id of a vendor.
    pub vendor: String,
    /// `MODEL_BASE_URL_N`.
    pub base_url: Option<String>,
    /// `MODEL_API_KEY_N`.
    pub api_key: Option<SecretString>,
    /// `MODEL_ID_N`: the vendor's name of the model.
    pub model: String,
    /// Settings of the vendor.
    pub extra: BTreeMap<String, String>,
}

/// Presets and the built-in model as instance models. Fails, naming the variable, on one that cannot be right.
pub(super) fn fixed(presets: Vec<Preset>, vendors: &Vendors) -> Result<Vec<Configured>, Error> {
    let now = Timestamp::now();
    let mut all: Vec<Configured> = Vec::with_capacity(presets.len() + 1);
    for preset in presets {
        let configured = configured(preset, vendors, now)?;
        if let Some(other) = all.iter().find(|m| m.id == configured.id) {
            let message = format!(
                "MODEL_OPENCOZE_ID_N: the models `{}` and `{}` have the same id {}.",
                other.settings.name, configured.settings.name, configured.id
            );
            return Err(Error::invalid("id", message));
        }
        all.push(configured);
    }
    all.push(offline(now));
    Ok(all)
}

fn configured(preset: Preset, vendors: &Vendors, now: Timestamp) -> Result<Configured, Error> {
    let n = preset.index;
    let id = preset.id.unwrap_or(ModelId(FIRST_ID + i64::from(n)));
    if id == OFFLINE || id.get() <= 0 {
        return Err(Error::invalid(
            "id",
            format!("MODEL_OPENCOZE_ID_{n}: {id} cannot be used; give a positive number other than {OFFLINE}."),
        ));
    }
    let settings = Settings {
        name: if preset.name.trim().is_empty() { preset.model.clone() } else { preset.name.trim().to_owned() },
        vendor: preset.vendor,
        base_url: preset.base_url.map(|u| u.trim().to_owned()).filter(|u| !u.is_empty()),
        model: preset.model,
        extra: preset.extra,
        ..Settings::blank(Kind::Chat)
    };
    let key = preset.api_key.filter(|k| !k.expose_secret().is_empty()).map_or(Key::None, Key::Plain);
    let settings = rules::check(settings, !matches!(key, Key::None), vendors).map_err(|error| named(error, n))?;
    Ok(Configured {
        id,
        workspace: WorkspaceId::INSTANCE,
        settings,
        origin: Origin::Environment,
        is_default: false,
        created_at: now,
        updated_at: now,
        key,
    })
}

/// The error under the name of the variable.
fn named(error: Error, n: u32) -> Error {
    let mut failure = Failure::from(error);
    let variable = match failure.field.as_deref() {
        Some("vendor") => "MODEL_PROTOCOL",
        Some("base_url") => "MODEL_BASE_URL",
        Some("api_key") => "MODEL_API_KEY",
        Some("model") => "MODEL_ID",
        Some(_) => "MODEL_NAME",
        None => return failure.into(),
    };
    failure.message = format!("{variable}_{n}: {}", failure.message);
    failure.into()
}

fn offline(now: Timestamp) -> Configured {
    let settings = Settings {
        name: "Offline (built in)".to_owned(),
        vendor: "offline".to_owned(),
        model: "offline".to_owned(),
        ..Settings::blank(Kind::Chat)
    };
    Configured {
        id: OFFLINE,
        workspace: WorkspaceId::INSTANCE,
        settings,
        origin: Origin::BuiltIn,
        is_default: false,
        created_at: now,
        updated_at: now,
        key: Key::None,
    }
}
