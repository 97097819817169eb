//! Who calls, as far as HTTP is concerned.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use http::header::{HOST, ORIGIN};
use http::request::Parts;
use types::actor::Credential;
use types::{Actor, ErrorKind, Failure};

use crate::Policy;

/// The session cookie.
pub const SESSION_COOKIE: &str = "hearth_session";

/// Turns headers into an actor. Implemented by `identity`.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// `Ok(None)`: no credential was sent. An expired, revoked or unknown one is an
    /// `unauthenticated` failure, the same for all of them.
    async fn authenticate(&self, request: &Parts) -> Result<Option<Actor>, Failure>;
}

/// The authenticator as the server adds it to every request's extensions.
#[derive(Clone)]
pub struct AuthenticatorHandle(pub Arc<dyn Authenticator>);

/// Where the request came from; the server adds it to the extensions.
#[derive(Debug, Clone)]
pub struct Client {
    /// The peer, or what a trusted proxy said of it.
    pub ip: IpAddr,
    /// `http://host` or `https://host` under which the browser sees this server.
    pub origin: String,
    /// Whether that is TLS: cookies are then `Secure`.
    pub secure: bool,
    /// Shortened.
    pub user_agent: String,
}

/// Other sites whose pages may act with the visitor's cookie, as the operator says; in the extensions of each request.
#[derive(Debug, Clone)]
pub struct TrustedOrigins(pub Arc<[String]>);

/// Authenticates and applies the policy; the actor then stands in the extensions.
pub(crate) async fn enforce(policy: Policy, parts: &mut Parts) -> Result<(), Failure> {
    if policy == Policy::Public {
        return Ok(());
    }
    let handle = parts.extensions.get::<AuthenticatorHandle>().cloned();
    let Some(AuthenticatorHandle(authenticator)) = handle else {
        return Err(Failure::internal("no authenticator in the request"));
    };
    let actor = authenticator.authenticate(parts).await?.ok_or_else(unauthenticated)?;
    let session = matches!(actor.credential, Credential::Session(_));
    if session && !parts.method.is_safe() {
        same_origin(parts)?;
    }
    match policy {
        Policy::Session if !session => {
            return Err(Failure::new(
                ErrorKind::Forbidden,
                "session_required",
                "This is done in the browser, signed in; a token cannot do it.",
            ));
        }
        Policy::Admin if !actor.instance_admin => {
            return Err(Failure::new(ErrorKind::Forbidden, "forbidden", "Only an administrator of this instance may do this."));
        }
        Policy::Public | Policy::Session | Policy::Caller | Policy::Admin => {}
    }
    parts.extensions.insert(actor);
    Ok(())
}

/// The uniform answer without or with a bad credential.
pub fn unauthenticated() -> Failure {
    Failure::new(ErrorKind::Unauthenticated, "unauthenticated", "Sign in, or send a valid token as `Authorization: Bearer <token>`.")
}

/// Defence against cross-site requests (rule R3): a browser always sends `Origin` with unsafe
/// methods; a cookie that comes without it, or from elsewhere, is not followed.
pub fn same_origin(parts: &Parts) -> Result<(), Failure> {
    let refuse =
        || Failure::new(ErrorKind::Forbidden, "cross_site_request", "This request came from another site and was not carried out.");
    let header = |name| parts.headers.get(name).and_then(|v: &http::HeaderValue| v.to_str().ok());
    let origin = header(ORIGIN).ok_or_else(refuse)?;
    if parts.extensions.get::<Client>().is_some_and(|c| c.origin == origin) {
        return Ok(());
    }
    if parts.extensions.get::<TrustedOrigins>().is_some_and(|trusted| trusted.0.iter().any(|o| o == origin)) {
        return Ok(());
    }
    let host = header(HOST).ok_or_else(refuse)?;
    let same = origin.split_once("://").is_some_and(|(scheme, authority)| matches!(scheme, "http" | "https") && authority == host);
    if same { Ok(()) } else { Err(refuse()) }
}
