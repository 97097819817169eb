//! `studio` keeps keys of models; the vault of `identity` seals them.

use secrecy::SecretString;
use types::Failure;

/// Seals under the instance key.
pub struct Vault(pub identity::Sealer);

impl studio::models::Sealer for Vault {
    fn seal(&self, plain: &SecretString, context: &str) -> Result<String, Failure> {
        self.0.seal(plain, context).map_err(Failure::from)
    }

    fn open(&self, sealed: &str, context: &str) -> Result<SecretString, Failure> {
        self.0.open(sealed, context).map_err(Failure::from)
    }
}
