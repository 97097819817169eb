//! Secrets among the params of nodes: sealed when a draft is stored, judged, sealed anew for another workspace, taken out of files.
//!
//! Every way into a draft ends in `create` or `save_draft`, and both begin with [`Workflows::sealed`]. A seal is bound to the
//! workspace: a sealed text opens in all its workflows, and nowhere else. What is sealed already stays as it is, byte for byte,
//! so that saving again changes nothing.

use std::collections::BTreeMap;

use flow::node::secret::{MARK, SHOWN, Stored, context, sealed};
use flow::tool::Localized;
use flow::workflow::{Document, Finding, NodeId, secrets};
use secrecy::ExposeSecret as _;
use types::WorkspaceId;

use super::model::Workflow;
use super::service::Workflows;
use super::{Error, repo};

/// A secret that is not in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Of which node.
    pub node: NodeId,
    /// JSON pointer into the node.
    pub path: String,
}

impl Workflows {
    /// The document with every secret sealed that was typed. One that `before` has sealed at the same place stays as it is there.
    pub(super) fn sealed(&self, workspace: WorkspaceId, mut document: Document, before: Option<&Document>) -> Result<Document, Error> {
        let known: BTreeMap<(&NodeId, String), &str> = before.map(|before| self.sealed_places(before)).unwrap_or_default();
        let context = context(workspace);
        secrets::replace(&mut document, &self.registry, |node, path, text| {
            let Stored::Plain(plain) = Stored::of(text) else { return Ok(None) };
            if let Some(before) = known.get(&(node, path.to_owned()))
                && self.sealer.open(before, &context).is_ok_and(|opened| opened.expose_secret() == plain)
            {
                return Ok(Some(sealed(before)));
            }
            Ok::<_, Error>(Some(sealed(&self.sealer.seal(&plain.into(), &context)?)))
        })?;
        Ok(document)
    }

    /// The same for a draft, beside the one that is stored.
    pub(super) async fn sealed_draft(&self, workflow: &Workflow, document: Document) -> Result<Document, Error> {
        if !self.has_plain(&document) {
            return Ok(document);
        }
        let stored = repo::draft(self.db.read(), workflow.id).await?.ok_or(Error::NotFound)?;
        let before = repo::parse(&stored.document)?;
        self.sealed(workflow.workspace, document, Some(&before))
    }

    /// A secret in it is not sealed yet.
    pub(super) fn has_plain(&self, document: &Document) -> bool {
        secrets::of(document, &self.registry).iter().any(|place| matches!(Stored::of(place.text), Stored::Plain(_)))
    }

    fn sealed_places<'d>(&self, document: &'d Document) -> BTreeMap<(&'d NodeId, String), &'d str> {
        let sealed = |place: secrets::Place<'d>| match Stored::of(place.text) {
            Stored::Sealed(text) => Some(((place.node, place.path), text)),
            _ => None,
        };
        secrets::of(document, &self.registry).into_iter().filter_map(sealed).collect()
    }

    /// The document with its secrets sealed for another workspace. What does not open in the old one stays as it is: a finding
    /// says so there too. What is not sealed is left alone.
    pub(super) fn sealed_for(&self, from: WorkspaceId, to: WorkspaceId, mut document: Document) -> Result<Document, Error> {
        let (from, to) = (context(from), context(to));
        secrets::replace(&mut document, &self.registry, |_, _, text| {
            let Stored::Sealed(text) = Stored::of(text) else { return Ok(None) };
            let Ok(secret) = self.sealer.open(text, &from) else { return Ok(None) };
            Ok::<_, Error>(Some(sealed(&self.sealer.seal(&secret, &to)?)))
        })?;
        Ok(document)
    }

    /// What is wrong with the secrets of a document's nodes, but for those that never run.
    pub(super) fn judge_secrets(&self, workspace: WorkspaceId, document: &Document, findings: &mut Vec<Finding>) {
        let context = context(workspace);
        let idle = |node: &NodeId| findings.iter().any(|finding| finding.code == "unreachable" && finding.node.as_ref() == Some(node));
        let mut found = Vec::new();
        for place in secrets::of(document, &self.registry) {
            let finding = match Stored::of(place.text) {
                Stored::References(_) | Stored::Plain(_) => continue,
                Stored::Sealed(text) if self.sealer.open(text, &context).is_ok() => continue,
                _ if idle(place.node) => continue,
                Stored::Sealed(_) => Finding::error("secret_unreadable", Some(place.node), place.path, unreadable()),
                Stored::Removed => Finding::error("secret_missing", Some(place.node), place.path, missing()),
                Stored::Empty => Finding::warning("secret_missing", Some(place.node), place.path, missing()),
            };
            found.push(finding);
        }
        findings.extend(found);
    }

    /// The document as a file may carry it: `instead` stands where secrets were.
    pub fn without_secrets(&self, mut document: Document, instead: &str) -> (Document, Vec<Removed>) {
        let mut removed = Vec::new();
        let Ok(()) = secrets::replace(&mut document, &self.registry, |node, path, text| {
            if !Stored::of(text).is_secret() {
                return Ok::<_, std::convert::Infallible>(None);
            }
            removed.push(Removed { node: node.clone(), path: path.to_owned() });
            Ok(Some(instead.to_owned()))
        });
        (document, removed)
    }

    /// A document that a model made of one whose secrets it did not see, with these secrets. Where it cannot be told which is meant,
    /// there is none.
    pub(crate) fn with_secrets_of(&self, mut document: Document, before: &Document) -> Document {
        let mut kept: BTreeMap<&NodeId, Vec<secrets::Place<'_>>> = BTreeMap::new();
        for place in secrets::of(before, &self.registry).into_iter().filter(|place| Stored::of(place.text).is_secret()) {
            kept.entry(place.node).or_default().push(place);
        }
        let Ok(()) = secrets::replace(&mut document, &self.registry, |node, path, text| {
            if text != SHOWN {
                return Ok::<_, std::convert::Infallible>(None);
            }
            let of_node = kept.get(node).map(Vec::as_slice).unwrap_or_default();
            let same = of_node.iter().find(|place| place.path == path);
            let meant = same.or(if let [only] = of_node { Some(only) } else { None });
            Ok(Some(meant.map_or(MARK, |place| place.text).to_owned()))
        });
        document
    }
}

fn unreadable() -> Localized {
    Localized {
        zh: "这里的密文无法在此工作空间解开（来自别处，或实例密钥已更换）。请重新填写。".into(),
        en: "This sealed secret does not open in this workspace: it is from elsewhere, or the instance key was replaced. Enter it again."
            .into(),
    }
}

fn missing() -> Localized {
    Localized { zh: "这里没有密钥。请填写。".into(), en: "There is no secret here. Enter it.".into() }
}
