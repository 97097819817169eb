//! Secrets that documents keep sealed.

use flow::node::secret::{Secret, Stored};
use flow::node::{Inputs, NodeError, TaskCx};
use flow::value::template::Template;
use secrecy::SecretString;
use types::WorkspaceId;

use super::Services;

/// Opens what was sealed when the document was stored.
pub trait Secrets: Send + Sync {
    /// The secret; `None`: it was not sealed for this workspace by this instance.
    fn open(&self, workspace: WorkspaceId, sealed: &str) -> Option<SecretString>;
}

impl Services {
    /// What a secret param is in this run. To be asked for right before it is used. Fails with `secret_missing` and
    /// `secret_unreadable`; never gives what is sealed.
    pub(crate) fn reveal(&self, secret: &Secret, cx: &TaskCx, inputs: &Inputs) -> Result<SecretString, NodeError> {
        match secret.stored() {
            Stored::Empty => Ok(SecretString::default()),
            Stored::Plain(text) => Ok(text.into()),
            Stored::References(text) => Ok(Template::parse(text).render(inputs)?.into()),
            Stored::Sealed(text) => {
                let opened = self.secrets.as_ref().and_then(|secrets| secrets.open(cx.workspace, text));
                let message = "a secret of this node cannot be opened here; enter it again and save";
                opened.ok_or_else(|| NodeError::lasting("secret_unreadable", message))
            }
            Stored::Removed => Err(NodeError::lasting("secret_missing", "a secret of this node was taken out; enter it again and save")),
        }
    }
}
