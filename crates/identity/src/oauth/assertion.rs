//! JWT assertions (RFC 7523): RS256, one use, at most an hour, for this host.

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use rest::Client;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use types::Timestamp;

use super::model::AppKind;
use super::repo;
use super::stored::app;
use super::wire::{Refused, Result};
use crate::context::Context;
use crate::secret;

/// How far the client's clock may be off, in seconds.
const LEEWAY: i64 = 30;
/// An assertion lives at most so long.
const LIFETIME: i64 = 3600;

#[derive(Deserialize)]
struct Issuer {
    iss: String,
}

#[derive(Deserialize)]
struct Claims {
    iat: i64,
    exp: i64,
    jti: String,
    #[serde(default)]
    session_name: Option<String>,
}

/// What a good assertion says.
pub struct Assertion {
    pub app: app::Model,
    /// Under which it is remembered as used.
    pub hash: String,
    /// Until when it must be remembered.
    pub expires_at: Timestamp,
    /// Whom the app has in mind.
    pub session_name: Option<String>,
}

impl Assertion {
    /// Checks everything but whether it was used before.
    pub async fn check(cx: &Context, text: &SecretString, client: &Client) -> Result<Self> {
        let text = text.expose_secret();
        let header = jsonwebtoken::decode_header(text).map_err(|_| Refused::client())?;
        let issuer = jsonwebtoken::dangerous::insecure_decode_claims::<Issuer>(text).map_err(|_| Refused::client())?;
        // Whom to believe is not decided by what is not yet proven: the key is that of the app, the
        // algorithm ours.
        let app = repo::by_client_id(cx.db.read(), &issuer.iss).await?.filter(|app| app.is(AppKind::Jwt)).ok_or_else(Refused::client)?;
        if header.alg != Algorithm::RS256 || header.kid.as_deref() != app.key_id.as_deref() {
            return Err(Refused::client());
        }
        let pem = app.public_key.as_deref().ok_or_else(Refused::client)?;
        let key = DecodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| Refused::client())?;
        let mut rules = Validation::new(Algorithm::RS256);
        rules.leeway = LEEWAY as u64;
        rules.validate_nbf = true;
        rules.set_required_spec_claims(&["exp", "iss", "aud"]);
        rules.set_issuer(&[&app.client_id]);
        rules.set_audience(&audiences(cx, client));
        let claims = jsonwebtoken::decode::<Claims>(text, &key, &rules).map_err(|error| refusal(&error))?.claims;
        let now = Timestamp::now().seconds();
        if claims.iat > now + LEEWAY || claims.exp - claims.iat > LIFETIME + LEEWAY || claims.exp < claims.iat {
            return Err(Refused::because(
                "invalid_grant",
                "The assertion must not be issued in the future, and lives at most one hour (iat, exp).",
            ));
        }
        if claims.jti.is_empty() || claims.jti.len() > 512 {
            return Err(Refused::because("invalid_grant", "The assertion needs a jti of 1 to 512 characters."));
        }
        let hash = secret::hash(&format!("{}\n{}", app.client_id, claims.jti));
        let session_name = claims.session_name.map(|name| name.chars().take(255).collect()).filter(|name: &String| !name.is_empty());
        Ok(Self { app, hash, expires_at: Timestamp(0).plus_seconds(claims.exp + LEEWAY), session_name })
    }
}

/// Says what the owner of a good key did wrong; who has no good key learns nothing.
fn refusal(error: &jsonwebtoken::errors::Error) -> Refused {
    use jsonwebtoken::errors::ErrorKind;
    match error.kind() {
        ErrorKind::ExpiredSignature => Refused::because("invalid_grant", "The assertion has expired (exp). Is the clock right?"),
        ErrorKind::ImmatureSignature => Refused::because("invalid_grant", "The assertion is not valid yet (nbf). Is the clock right?"),
        ErrorKind::InvalidAudience => {
            Refused::because("invalid_grant", "The assertion is for another host (aud): use the host of this server's address.")
        }
        ErrorKind::MissingRequiredClaim(_) | ErrorKind::Json(_) => {
            Refused::because("invalid_grant", "The assertion needs the claims iss, aud, iat, exp and jti.")
        }
        _ => Refused::client(),
    }
}

/// The names of this host: the public address, what the request says, and what the operator trusts.
/// SDKs take the name from the address they were given, where the port may be written out.
fn audiences(cx: &Context, client: &Client) -> Vec<String> {
    let mut names = cx.config.trusted_hosts.clone();
    for url in [Some(client.origin.as_str()), cx.config.public_url.as_deref()].into_iter().flatten() {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let authority = rest.split('/').next().unwrap_or(rest);
        let port = if scheme == "https" { 443 } else { 80 };
        names.push(authority.to_owned());
        names.push(format!("{authority}:{port}"));
    }
    names
}
