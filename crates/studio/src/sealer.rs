//! The port that seals what must not lie open at rest: keys of models, secrets in workflows. The server adapts `identity`'s vault to it.

use secrecy::SecretString;
use types::Failure;

/// Seals secrets for storage (rule R17).
pub trait Sealer: Send + Sync {
    /// The secret in a form that only this instance can read, bound to `context`.
    fn seal(&self, plain: &SecretString, context: &str) -> Result<String, Failure>;
    /// The secret again; fails when the instance key or the context is another one.
    fn open(&self, sealed: &str, context: &str) -> Result<SecretString, Failure>;
}
