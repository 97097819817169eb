//! Rules: kinds of apps, redirect addresses, public keys, PKCE.

use jsonwebtoken::DecodingKey;
use serde::{Deserialize, Serialize};
use types::{Actor, Failure, Permission, WorkspaceId};
use url::{Host, Url};
use utoipa::ToSchema;

use super::stored::app;
use super::{Error, repo};
use crate::context::Context;
use crate::secret;
use crate::workspaces;

/// How an app gets tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppKind {
    /// By assertions signed with its key.
    Jwt,
    /// By consent in the browser, without a secret of its own.
    Pkce,
    /// By consent in the browser, with a client secret.
    Web,
    /// By a code that a person types.
    Device,
}

impl AppKind {
    /// The stored and wire name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::Pkce => "pkce",
            Self::Web => "web",
            Self::Device => "device",
        }
    }

    /// Reads the stored name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Jwt, Self::Pkce, Self::Web, Self::Device].into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether people consent to it in the browser at a redirect address.
    pub const fn redirects(self) -> bool {
        matches!(self, Self::Pkce | Self::Web)
    }
}

impl app::Model {
    pub fn is(&self, kind: AppKind) -> bool {
        AppKind::parse(&self.kind) == Some(kind)
    }

    pub fn redirects(&self) -> Vec<String> {
        serde_json::from_str(&self.redirect_uris).unwrap_or_default()
    }

    /// Whether a registered address admits this one: the same text, or the same but for the port of a
    /// loopback address, which a program on somebody's own machine cannot know beforehand (RFC 8252, 7.3).
    pub fn admits(&self, redirect: &str) -> bool {
        self.redirects().iter().any(|registered| registered == redirect || same_loopback(registered, redirect))
    }
}

fn same_loopback(registered: &str, given: &str) -> bool {
    let (Ok(mut registered), Ok(mut given)) = (Url::parse(registered), Url::parse(given)) else { return false };
    let loopback = registered.scheme() == "http"
        && match registered.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        };
    if !loopback || given.fragment().is_some() || registered.set_port(None).is_err() || given.set_port(None).is_err() {
        return false;
    }
    registered == given
}

/// An address to register: absolute, of a web page or of an app's own scheme, without user and fragment.
pub fn redirect_uri(text: &str) -> Result<String, Failure> {
    let refuse = |why: &str| {
        Failure::invalid("redirect_uris", format!("`{}` cannot be a redirect address: {why}", text.chars().take(100).collect::<String>()))
    };
    if text.len() > 2000 {
        return Err(refuse("it is longer than 2000 characters."));
    }
    let url = Url::parse(text).map_err(|_| refuse("write it in full, with https://."))?;
    let scheme = url.scheme();
    let web = matches!(scheme, "http" | "https");
    // RFC 8252: an app's own scheme is a reversed domain, which also keeps out `javascript:` and its kin.
    if !web && !scheme.contains('.') {
        return Err(refuse("use https://, http:// or an app scheme such as com.example.app:."));
    }
    if web && !url.has_host() {
        return Err(refuse("it has no host."));
    }
    if url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("leave out user, password and #fragment."));
    }
    Ok(text.to_owned())
}

/// The registered form of an RSA public key of at least 2048 bits in PEM.
pub fn public_key(pem: &str) -> Result<String, Failure> {
    let refuse = |why: &str| Err(Failure::invalid("public_key", why));
    let pem = pem.trim();
    if pem.contains("PRIVATE KEY") {
        return refuse("This is a private key. Keep it, and paste the public key (BEGIN PUBLIC KEY).");
    }
    if !pem.contains("BEGIN PUBLIC KEY") && !pem.contains("BEGIN RSA PUBLIC KEY") {
        return refuse("This is not a public key in PEM form (BEGIN PUBLIC KEY).");
    }
    let Ok(key) = DecodingKey::from_rsa_pem(pem.as_bytes()) else {
        return refuse("This is not an RSA public key in PEM form.");
    };
    // A modulus of 2048 bits alone is 256 bytes of DER.
    if key.try_get_as_bytes().map_or(0, <[u8]>::len) < 256 {
        return refuse("This RSA key is too short: use at least 2048 bits.");
    }
    Ok(pem.to_owned())
}

/// A PKCE challenge as it came with the consent.
pub struct Challenge {
    pub value: String,
    pub method: &'static str,
}

impl Challenge {
    /// Checks form and method; the method is `plain` when absent (RFC 7636).
    pub fn read(value: Option<&str>, method: Option<&str>) -> Result<Option<Self>, Error> {
        let Some(value) = value.filter(|v| !v.is_empty()) else { return Ok(None) };
        let method = match method {
            None | Some("" | "plain") => "plain",
            Some("S256") => "S256",
            Some(_) => return Err(Error::RequestInvalid),
        };
        if value.len() > 128 || !value.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::RequestInvalid);
        }
        Ok(Some(Self { value: value.to_owned(), method }))
    }
}

/// Whether a verifier fits a stored challenge.
pub fn verifier_fits(challenge: &str, method: Option<&str>, verifier: &str) -> bool {
    match method {
        Some("S256") => secret::same(challenge, &secret::s256(verifier)),
        Some("plain") => secret::same(challenge, verifier),
        _ => false,
    }
}

/// Where a token for this person will work, and its name: the workspace that was asked for, else that
/// of the app when he is a member, else his first.
pub async fn target(cx: &Context, who: &Actor, app: &app::Model, asked: Option<WorkspaceId>) -> Result<(WorkspaceId, String), Error> {
    let workspace = match asked {
        Some(asked) => asked,
        None if who.role_in(WorkspaceId(app.workspace_id)).is_some() => WorkspaceId(app.workspace_id),
        None => who.grants().first().ok_or(Error::NoWorkspace)?.workspace,
    };
    who.require(workspace, Permission::View)?;
    let name = workspaces::repo::name_of(cx.db.read(), workspace).await?.ok_or(Error::NoWorkspace)?;
    Ok((workspace, name))
}

/// The app of a client id, when it is of this kind.
pub async fn client(cx: &Context, client_id: &str) -> Result<app::Model, Error> {
    repo::by_client_id(cx.db.read(), client_id).await?.ok_or(Error::UnknownClient)
}

/// What an app may do with a person's token, in the words of the consent page.
pub fn scopes() -> Vec<String> {
    ["read", "run", "build"].map(str::to_owned).to_vec()
}
