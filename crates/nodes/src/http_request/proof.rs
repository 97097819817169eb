//! How a request proves who sends it: opened for one exchange, and kept out of everything that is told about it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flow::node::secret::SHOWN;
use flow::node::{Inputs, NodeError, TaskCx};
use flow::value::template::Template;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded;

use super::params::Auth;
use super::run::{header, value};
use crate::ports::Services;

/// What goes along with a request.
#[derive(Default)]
pub struct Proof {
    /// A header.
    pub header: Option<(HeaderName, HeaderValue)>,
    /// A parameter of the query.
    pub query: Option<(String, SecretString)>,
    /// What an answer may repeat, in the forms it was sent in.
    hidden: Vec<SecretString>,
}

impl Proof {
    /// Opens what the params keep sealed.
    pub fn of(auth: Option<&Auth>, cx: &TaskCx, inputs: &Inputs, services: &Services) -> Result<Self, NodeError> {
        let render = |text: &str| Template::parse(text).render(inputs);
        let Some(auth) = auth else { return Ok(Self::default()) };
        let (Auth::Bearer { token: secret }
        | Auth::Basic { password: secret, .. }
        | Auth::Header { value: secret, .. }
        | Auth::Query { value: secret, .. }) = auth;
        let secret = services.reveal(secret, cx, inputs)?;
        let shown = secret.expose_secret();
        let mut proof = Self { hidden: vec![secret.clone(), shown.trim().into(), encoded(shown).into()], ..Self::default() };
        let (name, text) = match auth {
            Auth::Bearer { .. } => (AUTHORIZATION, format!("Bearer {}", shown.trim())),
            Auth::Basic { username, .. } => {
                let pair = STANDARD.encode(format!("{}:{shown}", render(username)?));
                proof.hidden.push(pair.as_str().into());
                (AUTHORIZATION, format!("Basic {pair}"))
            }
            Auth::Header { name, .. } => (header(render(name)?.trim())?, shown.trim().to_owned()),
            Auth::Query { name, .. } => {
                proof.query = Some((render(name)?.trim().to_owned(), secret));
                return Ok(proof);
            }
        };
        let mut sent = value(name.as_str(), &text)?;
        sent.set_sensitive(true);
        proof.header = Some((name, sent));
        Ok(proof)
    }

    /// A text of the other side without what must not be told.
    pub fn hide(&self, mut text: String) -> String {
        for secret in self.hidden.iter().map(ExposeSecret::expose_secret).filter(|secret| !secret.is_empty()) {
            if text.contains(secret) {
                text = text.replace(secret, SHOWN);
            }
        }
        text
    }

    /// Bytes of the longest text that is hidden.
    pub fn longest(&self) -> usize {
        self.hidden.iter().map(|secret| secret.expose_secret().len()).max().unwrap_or_default()
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
