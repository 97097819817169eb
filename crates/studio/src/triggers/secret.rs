//! Addresses and signatures of webhooks.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use types::Failure;

/// What the last part of an address begins with.
pub const ADDRESS: &str = "hook_";
/// What a signing secret begins with.
pub const SIGNING: &str = "hsec_";
/// The header of a signed call: `sha256=` and the HMAC in hexadecimal.
pub const SIGNATURE: &str = "x-hearth-signature";

/// `prefix` and 256 random bits as 43 characters.
pub fn random(prefix: &str) -> Result<SecretString, Failure> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(Failure::internal)?;
    Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)).into())
}

/// The stored form of an address or a key: SHA-256 in hexadecimal. The secrets are random, so no salt is needed.
pub fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Whether the text could be the last part of an address: others are not looked up.
pub fn is_address(text: &str) -> bool {
    text.strip_prefix(ADDRESS).is_some_and(|rest| rest.len() == 43 && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)))
}

/// Whether the header signs these bytes, in a time that does not depend on where it differs.
pub fn signs(secret: &SecretString, header: Option<&str>, bytes: &[u8]) -> bool {
    let given = header.and_then(|header| header.trim().strip_prefix("sha256=")).and_then(|text| hex::decode(text).ok());
    let (Some(given), Ok(mut mac)) = (given, Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())) else {
        return false;
    };
    mac.update(bytes);
    mac.verify_slice(&given).is_ok()
}
