//! A document that does not change any more.

use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};

use super::Document;

/// A document with its JSON and the hash by which runs share it. Both are computed once, when first asked for.
#[derive(Debug)]
pub struct FrozenDocument {
    document: Document,
    stored: OnceLock<Result<StoredDocument, String>>,
}

/// A document as runs store it.
#[derive(Debug)]
pub struct StoredDocument {
    /// SHA-256 of the JSON, hexadecimal.
    pub hash: String,
    /// The document.
    pub json: String,
}

impl FrozenDocument {
    /// Computes nothing yet.
    pub const fn new(document: Document) -> Self {
        Self { document, stored: OnceLock::new() }
    }

    /// The document.
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// Its JSON and hash, or why it has no JSON.
    pub fn stored(&self) -> Result<&StoredDocument, &str> {
        let compute = || {
            let json = serde_json::to_string(&self.document).map_err(|error| error.to_string())?;
            Ok(StoredDocument { hash: hex::encode(Sha256::digest(json.as_bytes())), json })
        };
        self.stored.get_or_init(compute).as_ref().map_err(String::as_str)
    }
}

impl From<Document> for FrozenDocument {
    fn from(document: Document) -> Self {
        Self::new(document)
    }
}
