//! Input rules that several features share. Each refusal names its field.

use secrecy::{ExposeSecret as _, SecretString};
use types::Failure;

/// A name that people see: trimmed, 1 to 100 characters, no control characters.
pub fn name(field: &str, text: &str) -> Result<String, Failure> {
    let name = text.trim();
    let length = name.chars().count();
    if length == 0 || length > 100 {
        return Err(Failure::invalid(field, "A name has 1 to 100 characters."));
    }
    if name.chars().any(char::is_control) {
        return Err(Failure::invalid(field, "A name has no control characters."));
    }
    Ok(name.to_owned())
}

/// A longer text: at most `max` characters.
pub fn text(field: &str, text: &str, max: usize) -> Result<String, Failure> {
    if text.chars().count() > max {
        return Err(Failure::invalid(field, format!("This text may have at most {max} characters.")));
    }
    if text.contains('\0') {
        return Err(Failure::invalid(field, "This text holds a NUL character."));
    }
    Ok(text.trim().to_owned())
}

/// An e-mail address in its stored form: trimmed, lower case.
pub fn email(text: &str) -> Result<String, Failure> {
    let email = normalise_email(text);
    let good = email.len() <= 254
        && !email.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"' | '\\'))
        && email.rsplit_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && local.len() <= 64
                && !local.contains('@')
                && !domain.is_empty()
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        });
    if good { Ok(email) } else { Err(Failure::invalid("email", "This is not an e-mail address.")) }
}

/// The stored form, without judging it.
pub fn normalise_email(text: &str) -> String {
    text.trim().to_lowercase()
}

/// A new password: 8 to 256 characters.
pub fn password(field: &str, password: &SecretString) -> Result<(), Failure> {
    match password.expose_secret().chars().count() {
        0..8 => Err(Failure::invalid(field, "A password has at least 8 characters.")),
        8..=256 => Ok(()),
        _ => Err(Failure::invalid(field, "A password has at most 256 characters.")),
    }
}

/// A number within bounds, with a default.
pub fn bounded(field: &str, value: Option<i64>, default: i64, min: i64, max: i64) -> Result<i64, Failure> {
    let value = value.unwrap_or(default);
    if (min..=max).contains(&value) { Ok(value) } else { Err(Failure::invalid(field, format!("This is a number from {min} to {max}."))) }
}

/// Cut to `max` characters, for what clients send unasked.
pub fn shortened(text: &str, max: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(max).collect()
}
