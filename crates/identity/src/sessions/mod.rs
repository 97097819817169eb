//! Signed-in browsers: a random cookie, stored hashed, that expires when it is not used.

mod http;
pub mod repo;
mod stored;
#[cfg(test)]
mod tests;

use secrecy::{ExposeSecret as _, SecretString};

pub use http::{current, routes};
pub use stored::Model as Row;

/// The `Set-Cookie` value that signs a browser in.
pub fn cookie(secret: &SecretString, days: u32, secure: bool) -> String {
    let age = u64::from(days) * 86_400;
    format!("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{}", rest::SESSION_COOKIE, secret.expose_secret(), attribute(secure))
}

/// The `Set-Cookie` value that signs it out.
pub fn no_cookie(secure: bool) -> String {
    format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}", rest::SESSION_COOKIE, attribute(secure))
}

fn attribute(secure: bool) -> &'static str {
    if secure { "; Secure" } else { "" }
}

/// The session secret in the headers, if it looks like one. Of several cookies of that name (a
/// parent domain may set one) the first counts.
pub fn secret_in(headers: &http_types::HeaderMap) -> Option<SecretString> {
    let cookies = headers.get_all(http_types::header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == rest::SESSION_COOKIE)?;
    let good = value.len() == 43 && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    good.then(|| value.to_owned().into())
}

use ::http as http_types;
