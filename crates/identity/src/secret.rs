//! Random secrets and the form in which they are stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use types::Failure;

/// Letters of codes that people type: no vowels (no words), nothing that looks like a digit.
const TYPED: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// `prefix` and 256 random bits as 43 characters of base64url.
pub fn random(prefix: &str) -> Result<SecretString, Failure> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(Failure::internal)?;
    Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)).into())
}

/// A code to type, `BCDF-GHJK`: 34 bits, for short-lived things behind a rate limit.
pub fn typed_code() -> Result<String, Failure> {
    let mut code = String::with_capacity(9);
    while code.len() < 9 {
        let mut byte = [0u8; 1];
        getrandom::fill(&mut byte).map_err(Failure::internal)?;
        // 240 = 12 * 20: above it the remainder would favour the first letters.
        if byte[0] < 240 {
            code.push(char::from(TYPED[usize::from(byte[0]) % TYPED.len()]));
        }
        if code.len() == 4 {
            code.push('-');
        }
    }
    Ok(code)
}

/// What was typed, in the form [`typed_code`] gives.
pub fn normalise_typed(text: &str) -> String {
    let letters: String = text.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_uppercase()).take(9).collect();
    if letters.len() == 8 { format!("{}-{}", &letters[..4], &letters[4..]) } else { letters }
}

/// SHA-256 in hex: the stored form. The secrets are random, so no salt is needed.
pub fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Whether two texts are the same, in a time that does not depend on where they differ.
pub fn same(a: &str, b: &str) -> bool {
    Sha256::digest(a.as_bytes()).ct_eq(&Sha256::digest(b.as_bytes())).into()
}

/// The PKCE challenge (S256) of a verifier.
pub fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}
