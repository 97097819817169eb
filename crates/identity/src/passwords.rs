//! Passwords: argon2id, few at a time, off the async threads.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;
use types::Failure;

/// Verified against when there is no such account, so that the answer takes the same time.
/// It is no hash of anything: same parameters, salt and output of zeros.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Memory 19 MiB, two passes, one lane: OWASP's minimum for argon2id.
const MEMORY_KIB: u32 = 19_456;

/// Hashes at once: each takes a core for some 30 ms and 19 MiB.
const AT_ONCE: usize = 2;

/// Hashes and verifies.
pub struct Passwords {
    permits: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Passwords {
    /// The PHC string of a password.
    pub async fn hash(&self, password: SecretString) -> Result<String, Failure> {
        self.blocking(move || {
            let hash = argon2()?.hash_password(password.expose_secret().as_bytes()).map_err(Failure::internal)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether the password fits. Without a hash: no, after the same time.
    pub async fn verify(&self, password: SecretString, hash: Option<String>) -> Result<bool, Failure> {
        self.blocking(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            let parsed = PasswordHash::new(&hash).map_err(Failure::internal)?;
            let fits = argon2()?.verify_password(password.expose_secret().as_bytes(), &parsed).is_ok();
            Ok(fits && known)
        })
        .await
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(Failure::internal)?;
        // The permit goes along: a caller that goes away does not let more hashes start.
        let task = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        task.await.map_err(Failure::internal)?
    }
}

fn argon2() -> Result<Argon2<'static>, Failure> {
    let params = Params::new(MEMORY_KIB, 2, 1, None).map_err(Failure::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_fits_its_password_and_nobody_fits_nothing() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("Correct horse".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify(String::new().into(), None).await.unwrap());
    }
}
