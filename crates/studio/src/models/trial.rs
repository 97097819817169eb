//! Trying a model before (or after) it is saved: probe and test.

use std::time::{Duration, Instant};

use model::{Message, Params, Probe, Request, Role};
use secrecy::{ExposeSecret as _, SecretString};
use types::{Actor, ModelId, Permission, TokenUsage, WorkspaceId};

use super::model::{Change, Configured, Key, Kind, Origin, Settings};
#[cfg(test)]
use super::open;
use super::service::{Models, key_again, may_edit};
use super::{Error, rules};

/// A trial as a whole ends after this time.
const PATIENCE: Duration = Duration::from_mins(2);
/// Most tokens of a test answer, unless the model's defaults say otherwise: reasoning models need some.
const TEST_TOKENS: u32 = 1024;

/// What a test found.
#[derive(Debug, Clone)]
pub struct Tested {
    /// The model's answer.
    pub answer: String,
    /// From asking to the end of the answer.
    pub latency: Duration,
    /// Tokens, when the vendor told.
    pub usage: TokenUsage,
}

impl Models {
    /// Asks an endpoint for its models and, when `change.model` is given, tries that one.
    ///
    /// `stored` is the model whose key is used when the form has none; it must be the actor's to
    /// edit and at the same address.
    pub async fn probe(&self, actor: &Actor, workspace: WorkspaceId, stored: Option<ModelId>, change: Change) -> Result<Probe, Error> {
        actor.require(workspace, Permission::Administer)?;
        let list_only = change.model.as_ref().is_none_or(|m| m.trim().is_empty());
        let draft = self.draft(actor, stored, change, true).await?;
        let vendor = self.vendors.get(&draft.settings.vendor).ok_or(Error::NotFound)?;
        let endpoint = self.endpoint(&draft)?;
        let work = async {
            if list_only {
                return Ok(Probe { models: vendor.models(&endpoint).await?, checked: None });
            }
            // An endpoint without a list is no obstacle when the model's name is known.
            let models = vendor.models(&endpoint).await.unwrap_or_default();
            Ok(Probe { models, checked: Some(vendor.check(&endpoint).await?) })
        };
        within_patience(work).await
    }

    /// Asks a stored model (`stored` alone) or the model of a form (`change`, with the stored key if it has none) something.
    pub async fn test(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        stored: Option<ModelId>,
        change: Option<Change>,
        message: Option<String>,
    ) -> Result<Tested, Error> {
        let draft = match (stored, change) {
            (None, None) => return Err(Error::invalid("model_id", "Give `model_id` or `input`.")),
            (Some(id), None) => {
                actor.require(workspace, Permission::Build)?;
                self.find(&[workspace.get()], id).await?.ok_or(Error::NotFound)?
            }
            (stored, Some(change)) => {
                actor.require(workspace, Permission::Administer)?;
                self.draft(actor, stored, change, false).await?
            }
        };
        if draft.settings.kind == Kind::Embedding {
            return self.test_embedding(&draft).await;
        }
        let vendor = self.vendors.get(&draft.settings.vendor).ok_or(Error::NotFound)?;
        let chat = vendor.chat(&self.endpoint(&draft)?)?;
        let question = message.filter(|m| !m.trim().is_empty()).unwrap_or_else(|| "Say hello in one short sentence.".to_owned());
        let defaults = Params { max_tokens: Some(TEST_TOKENS), ..Params::default() };
        let request = Request {
            messages: vec![Message::text(Role::User, question)],
            params: draft.settings.defaults.clone().or(&defaults),
            ..Request::default()
        };
        let begin = Instant::now();
        let response = within_patience(async { Ok(chat.complete(request).await?) }).await?;
        Ok(Tested { answer: response.text, latency: begin.elapsed(), usage: response.usage.unwrap_or_default() })
    }

    async fn test_embedding(&self, draft: &Configured) -> Result<Tested, Error> {
        let vendor = self.vendors.get(&draft.settings.vendor).ok_or(Error::NotFound)?;
        let embed = vendor.embed(&self.endpoint(draft)?)?;
        let begin = Instant::now();
        let found = within_patience(async { Ok(embed.embed(&["hello".to_owned()]).await?) }).await?;
        let dimensions = found.vectors.first().map_or(0, Vec::len);
        Ok(Tested { answer: format!("{dimensions} dimensions"), latency: begin.elapsed(), usage: found.usage.unwrap_or_default() })
    }

    /// The model of a form that is not saved (yet).
    async fn draft(&self, actor: &Actor, stored: Option<ModelId>, change: Change, probe: bool) -> Result<Configured, Error> {
        let base = match stored {
            Some(id) => Some(self.reusable(actor, id).await?),
            None => None,
        };
        let entered: Option<SecretString> = change.api_key.clone();
        let mut settings = base.as_ref().map_or_else(|| Settings::blank(change.kind.unwrap_or_default()), |b| b.settings.clone());
        if probe {
            // Before the list is there nobody knows the model's name, and a probe needs no name of ours.
            "probe".clone_into(&mut settings.name);
            "probe".clone_into(&mut settings.model);
            settings.fallback = None;
        }
        change.apply(&mut settings);
        if probe && settings.model.is_empty() {
            "probe".clone_into(&mut settings.model);
        }
        let key = match (entered, &base) {
            (Some(key), _) if key.expose_secret().is_empty() => Key::None,
            (Some(key), _) => Key::Plain(key),
            (None, Some(base)) if base.has_key() && !rules::same_address(&base.settings, &settings) => return Err(key_again()),
            (None, Some(base)) => base.key.clone(),
            (None, None) => Key::None,
        };
        let settings = rules::check(settings, !matches!(key, Key::None), &self.vendors)?;
        let now = types::Timestamp::now();
        let (id, workspace) = base.map_or_else(|| (ModelId::generate(), WorkspaceId::INSTANCE), |b| (b.id, b.workspace));
        Ok(Configured { id, workspace, settings, origin: Origin::Stored, is_default: false, created_at: now, updated_at: now, key })
    }

    /// The stored model whose key may be used in a trial: one that the actor may edit.
    async fn reusable(&self, actor: &Actor, id: ModelId) -> Result<Configured, Error> {
        let found = self.find(&actor.scope(Permission::View).ids(), id).await?.ok_or(Error::NotFound)?;
        may_edit(actor, found.workspace)?;
        Ok(found)
    }
}

async fn within_patience<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let late = |_| Error::from(model::Error::Timeout(format!("nothing useful within {} seconds", PATIENCE.as_secs())));
    tokio::time::timeout(PATIENCE, work).await.map_err(late)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_a_draft_is_not_printed() {
        let key = Key::Plain(SecretString::from("sk-very-secret".to_owned()));
        assert!(!format!("{key:?}").contains("sk-very"));
        let endpoint = open::endpoint(&Settings::blank(Kind::Chat), Some(SecretString::from("sk-very-secret".to_owned())), "k".into());
        assert!(!format!("{endpoint:?}").contains("sk-very"));
    }
}
