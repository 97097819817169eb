//! Calls of webhooks.

use flow::run::Run;
use http::HeaderMap;
use rest::Client;
use secrecy::ExposeSecret as _;
use types::{Actor, Failure, RunId, Timestamp};

use super::fire::{About, REMEMBERED};
use super::given::Given;
use super::model::{Answer, Occasion, Source, Trigger, Webhook};
use super::repo::{self, Secrets};
use super::service::Triggers;
use super::{Error, secret};

/// A call as it came.
pub struct Call<'a> {
    /// The last part of the address.
    pub token: &'a str,
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// What stands behind the `?`, as it was written.
    pub query: &'a str,
    /// Its body, as it was sent.
    pub body: &'a [u8],
}

/// What the caller gets.
pub enum Reply {
    /// A run that goes on.
    Begun(RunId),
    /// A run that has ended, or waits for somebody, or goes on although it was waited for.
    Rested(Box<Run>),
}

impl Triggers {
    /// Starts a run for whoever knows the address.
    pub async fn call(&self, client: &Client, call: Call<'_>) -> Result<Reply, Error> {
        let Some((trigger, secrets, webhook)) = self.hook(call.token).await? else {
            self.strangers.check_address(client.ip).await?;
            return Err(Error::NoHook);
        };
        self.calls.check(&trigger.id.to_string()).await?;
        let wait = webhook.answer == Answer::Wait;
        let mut about = About { occasion: Occasion::Webhook, wait, ..About::default() };
        let given = match self.read(&trigger, &secrets, &webhook, &call) {
            Ok((given, key)) => {
                about.key = key;
                given
            }
            Err(error) => {
                let failure = Failure::from(error);
                self.refuse(&trigger, &about, &failure).await?;
                return Err(failure.into());
            }
        };
        let actor = self.acting(&trigger, &about).await?;
        let run = match self.known(&trigger, &about).await? {
            Some(run) => run,
            None => self.begin(&trigger, &actor, &given, about.clone()).await?,
        };
        if !wait {
            return Ok(Reply::Begun(run));
        }
        self.wait(&actor, run).await
    }

    /// The webhook with this address, if it is switched on.
    async fn hook(&self, token: &str) -> Result<Option<(Trigger, Secrets, Webhook)>, Error> {
        if !secret::is_address(token) {
            return Ok(None);
        }
        let found = repo::by_token(self.db.read(), &secret::hash(token)).await?;
        Ok(found.filter(|(trigger, _)| trigger.enabled).and_then(|(trigger, secrets)| match &trigger.source {
            Source::Webhook(webhook) => {
                let webhook = webhook.clone();
                Some((trigger, secrets, webhook))
            }
            Source::Schedule(_) => None,
        }))
    }

    /// What was sent, and the hash of its key.
    fn read(&self, trigger: &Trigger, secrets: &Secrets, webhook: &Webhook, call: &Call<'_>) -> Result<(Given, Option<String>), Error> {
        if webhook.signed {
            let signing = self.open(trigger.id, secrets.signing.as_deref().unwrap_or_default())?;
            // Without a body it is the query that says something.
            let signed = if call.body.is_empty() { call.query.as_bytes() } else { call.body };
            let header = call.headers.get(secret::SIGNATURE).and_then(|value| value.to_str().ok());
            if signing.expose_secret().is_empty() || !secret::signs(&signing, header, signed) {
                return Err(Error::SignatureWrong);
            }
        }
        let key = key(call.headers)?;
        Ok((Given::call(call.method, call.headers, call.query, call.body)?, key))
    }

    /// The run that this key started before.
    async fn known(&self, trigger: &Trigger, about: &About) -> Result<Option<RunId>, Error> {
        let Some(key) = &about.key else { return Ok(None) };
        let since = Timestamp::now().plus_seconds(-REMEMBERED);
        Ok(repo::key(self.db.read(), trigger.id, key, since).await?)
    }

    async fn begin(&self, trigger: &Trigger, actor: &Actor, given: &Given, about: About) -> Result<RunId, Error> {
        let again = about.clone();
        match self.start(trigger, actor, given, about).await {
            Ok(run) => run.ok_or(Error::NoHook),
            // Somebody else has just started it with this key.
            Err(error) => match self.known(trigger, &again).await? {
                Some(run) => Ok(run),
                None => Err(error),
            },
        }
    }

    async fn wait(&self, actor: &Actor, run: RunId) -> Result<Reply, Error> {
        Ok(Reply::Rested(Box::new(self.runs.rested(actor, run, self.settings.wait).await?)))
    }
}

/// The hash of `Idempotency-Key`, if there is one.
fn key(headers: &HeaderMap) -> Result<Option<String>, Error> {
    let Some(header) = headers.get("idempotency-key") else { return Ok(None) };
    let text = header.to_str().ok().map(str::trim).filter(|text| (1..=255).contains(&text.len()));
    let text = text.ok_or_else(|| Error::invalid("Idempotency-Key", "`Idempotency-Key` has 1 to 255 visible ASCII characters."))?;
    Ok(Some(secret::hash(text)))
}
