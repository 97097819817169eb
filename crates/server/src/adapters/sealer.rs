//! The vault of `identity` seals keys of models and secrets of workflows for `studio`, and opens the latter for nodes.

use flow::node::secret;
use nodes::ports::Secrets;
use secrecy::SecretString;
use types::{Failure, WorkspaceId};

/// Seals under the instance key.
pub struct Vault(pub identity::Sealer);

impl studio::Sealer for Vault {
    fn seal(&self, plain: &SecretString, context: &str) -> Result<String, Failure> {
        self.0.seal(plain, context).map_err(Failure::from)
    }

    fn open(&self, sealed: &str, context: &str) -> Result<SecretString, Failure> {
        self.0.open(sealed, context).map_err(Failure::from)
    }
}

impl Secrets for Vault {
    fn open(&self, workspace: WorkspaceId, sealed: &str) -> Option<SecretString> {
        self.0.open(sealed, &secret::context(workspace)).ok()
    }
}
