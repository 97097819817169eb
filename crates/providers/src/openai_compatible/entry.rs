//! The entries of `vendors.toml` and the URLs they lead to.

use std::sync::LazyLock;

use model::vendor::ExtraField;
use model::{Endpoint, Error, VendorInfo};
use serde::Deserialize;

use crate::wire::{self, Auth};

/// The version sent to Azure unless the endpoint names another.
const AZURE_API_VERSION: &str = "2024-10-21";

/// One vendor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub id: String,
    pub name: String,
    base_url: Option<String>,
    pub needs_key: bool,
    #[serde(default)]
    azure: bool,
    #[serde(default = "max_tokens")]
    pub max_tokens_field: String,
    #[serde(default = "yes")]
    pub top_k: bool,
    #[serde(default = "yes")]
    pub json_schema: bool,
    #[serde(default)]
    pub reasoning_back: bool,
    #[serde(default = "embed_batch")]
    pub embed_batch: usize,
    #[serde(default)]
    extra_fields: Vec<Field>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Field {
    name: String,
    label: String,
    required: bool,
}

fn yes() -> bool {
    true
}

fn max_tokens() -> String {
    "max_tokens".to_owned()
}

fn embed_batch() -> usize {
    32
}

#[derive(Deserialize)]
struct File {
    vendor: Vec<Entry>,
}

/// All entries. The file is part of the binary and a test reads it, so it is never unreadable.
pub fn all() -> &'static [Entry] {
    static ALL: LazyLock<Vec<Entry>> =
        LazyLock::new(|| toml::from_str::<File>(include_str!("vendors.toml")).map(|file| file.vendor).unwrap_or_default());
    &ALL
}

impl Entry {
    pub fn info(&self) -> VendorInfo {
        let field = |field: &Field| ExtraField { name: field.name.clone(), label: field.label.clone(), required: field.required };
        VendorInfo {
            id: self.id.clone(),
            name: self.name.clone(),
            default_base_url: self.base_url.clone(),
            needs_key: self.needs_key,
            needs_base_url: self.base_url.is_none(),
            extra_fields: self.extra_fields.iter().map(field).collect(),
        }
    }

    pub fn auth(&self) -> Auth {
        if self.azure { Auth { header: "api-key", prefix: "" } } else { Auth::BEARER }
    }
}

/// Where the calls of one endpoint go.
#[derive(Debug, Clone)]
pub struct Urls {
    base: String,
    /// Azure: the deployment and the API version.
    azure: Option<(String, String)>,
}

impl Urls {
    pub fn new(entry: &Entry, endpoint: &Endpoint) -> Result<Self, Error> {
        let base = wire::base_url(endpoint, entry.base_url.as_deref())?;
        // People paste the URL of the call as often as the base.
        let base = base.strip_suffix("/chat/completions").unwrap_or(&base);
        if entry.azure && !base.ends_with("/openai/v1") {
            let version = endpoint.extra.get("api_version").map(|text| text.trim()).filter(|text| !text.is_empty());
            let version = version.unwrap_or(AZURE_API_VERSION).to_owned();
            let resource = base.split("/openai").next().unwrap_or(base);
            return Ok(Self { base: resource.to_owned(), azure: Some((endpoint.model.clone(), version)) });
        }
        // A bare host means its usual path.
        let bare = url::Url::parse(base).is_ok_and(|url| url.path() == "/");
        Ok(Self { base: if bare { format!("{base}/v1") } else { base.to_owned() }, azure: None })
    }

    pub fn chat(&self) -> String {
        self.of("chat/completions")
    }

    pub fn embeddings(&self) -> String {
        self.of("embeddings")
    }

    pub fn models(&self) -> String {
        match &self.azure {
            Some((_, version)) => format!("{}/openai/models?api-version={version}", self.base),
            None => format!("{}/models", self.base),
        }
    }

    fn of(&self, call: &str) -> String {
        match &self.azure {
            Some((deployment, version)) => {
                format!("{}/openai/deployments/{deployment}/{call}?api-version={version}", self.base)
            }
            None => format!("{}/{call}", self.base),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::endpoint;

    fn entry(id: &str) -> &'static Entry {
        all().iter().find(|entry| entry.id == id).unwrap()
    }

    #[test]
    fn the_file_is_readable() {
        toml::from_str::<File>(include_str!("vendors.toml")).unwrap();
        assert_eq!(all().len(), 6);
    }

    #[test]
    fn urls_are_understood_as_people_paste_them() {
        for (id, given, chat) in [
            ("openai_compatible", "http://localhost:8000", "http://localhost:8000/v1/chat/completions"),
            ("openai_compatible", "http://localhost:8000/", "http://localhost:8000/v1/chat/completions"),
            ("openai_compatible", "http://h/v1/chat/completions", "http://h/v1/chat/completions"),
            ("openai_compatible", "http://h/api/paas/v4/", "http://h/api/paas/v4/chat/completions"),
            (
                "azure_openai",
                "https://r.openai.azure.com/",
                "https://r.openai.azure.com/openai/deployments/m/chat/completions?api-version=2024-10-21",
            ),
            (
                "azure_openai",
                "https://r.openai.azure.com/openai/deployments/x",
                "https://r.openai.azure.com/openai/deployments/m/chat/completions?api-version=2024-10-21",
            ),
            ("azure_openai", "https://r.openai.azure.com/openai/v1/", "https://r.openai.azure.com/openai/v1/chat/completions"),
        ] {
            let urls = Urls::new(entry(id), &endpoint(given, "m")).unwrap();
            assert_eq!(urls.chat(), chat, "{given}");
        }
        let none = Endpoint { base_url: None, ..endpoint("", "m") };
        assert_eq!(Urls::new(entry("deepseek"), &none).unwrap().models(), "https://api.deepseek.com/v1/models");
        assert!(matches!(Urls::new(entry("azure_openai"), &none), Err(Error::Unavailable(_))));
    }
}
