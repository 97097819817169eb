//! Sealing secrets that Hearth must be able to use again (API keys of models, say).
//!
//! AES-256-GCM under the instance key. The text form is `v1.` and base64url of nonce and ciphertext.
//! The associated data names the place (`model:<id>`): a sealed text that is copied to another row
//! does not open there.

#[cfg(test)]
mod tests;

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use types::{Coded, ErrorKind, Failure};

const VERSION: &str = "v1.";
const NONCE: usize = 12;

/// Why sealing or opening failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text was changed, moved to another place, or sealed under another instance key.
    #[error("A stored secret cannot be opened. Was the instance key replaced? Enter the secret again.")]
    NotOurs,
    /// The operating system gave no randomness, or the text is too long for the cipher.
    #[error("A secret could not be sealed.")]
    NotSealed,
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotOurs => ErrorKind::Conflict,
            Self::NotSealed => ErrorKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotOurs => "secret_unreadable",
            Self::NotSealed => "internal",
        }
    }

    fn failure(&self) -> Option<Failure> {
        (*self == Self::NotSealed).then(|| Failure::internal(self))
    }
}

types::coded!(Error);

/// Seals and opens under one key. Cheap to clone.
#[derive(Clone)]
pub struct Sealer {
    cipher: Aes256Gcm,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// Under this key of 32 bytes.
    pub fn new(key: &[u8; 32]) -> Self {
        Self { cipher: Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key)) }
    }

    /// The sealed text of `secret`, bound to `aad`.
    pub fn seal(&self, secret: &SecretString, aad: &str) -> Result<String, Error> {
        let mut nonce = [0u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| Error::NotSealed)?;
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: aad.as_bytes() };
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| Error::NotSealed)?;
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed);
        Ok(format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The secret in a text that [`Sealer::seal`] made with the same `aad`.
    pub fn open(&self, sealed: &str, aad: &str) -> Result<SecretString, Error> {
        let text = sealed.strip_prefix(VERSION).ok_or(Error::NotOurs)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::NotOurs)?;
        let (nonce, body) = bytes.split_first_chunk::<NONCE>().ok_or(Error::NotOurs)?;
        let payload = Payload { msg: body, aad: aad.as_bytes() };
        let opened = self.cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| Error::NotOurs)?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| Error::NotOurs)
    }
}
