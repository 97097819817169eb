//! What settings of a model must fulfil. Pure.

use model::vendor::Vendors;
use model::{Params, Price};
use url::Url;

use super::Error;
use super::model::{Kind, Settings};

/// Models of one workspace, or of the instance.
pub(super) const MOST: u64 = 500;

/// Checks settings and brings the URL into its canonical form.
pub(super) fn check(mut settings: Settings, has_key: bool, vendors: &Vendors) -> Result<Settings, Error> {
    length("name", &settings.name, 100)?;
    let vendor = vendors.get(&settings.vendor).ok_or_else(|| {
        let known: Vec<_> = vendors.infos().into_iter().map(|v| v.id).collect();
        Error::invalid("vendor", format!("There is no vendor `{}`. Known are: {}.", shortened(&settings.vendor), known.join(", ")))
    })?;
    let info = vendor.info();
    length("model", &settings.model, 255)?;
    settings.base_url = settings.base_url.as_deref().map(base_url).transpose()?;
    if settings.base_url.is_none() && info.needs_base_url && info.default_base_url.is_none() {
        return Err(Error::invalid("base_url", format!("{} needs the URL of its API.", info.name)));
    }
    if info.needs_key && !has_key {
        return Err(Error::invalid("api_key", format!("{} needs an API key.", info.name)));
    }
    for field in info.extra_fields.iter().filter(|f| f.required) {
        if settings.extra.get(&field.name).is_none_or(|value| value.trim().is_empty()) {
            return Err(Error::invalid("extra", format!("{} needs `extra.{}` ({}).", info.name, field.name, field.label)));
        }
    }
    if settings.extra.len() > 32 || settings.extra.iter().any(|(k, v)| k.len() > 64 || v.len() > 2000) {
        return Err(Error::invalid("extra", "At most 32 settings, names up to 64 and values up to 2000 bytes."));
    }
    between("context_window", settings.context_window, 100_000_000)?;
    between("max_output_tokens", settings.max_output_tokens, 100_000_000)?;
    between("max_concurrency", settings.max_concurrency, 10_000)?;
    between("timeout_seconds", settings.timeout_seconds, 3600)?;
    settings.price.as_ref().map(price).transpose()?;
    if let Some((field, message)) = params(&settings.defaults) {
        return Err(Error::invalid("defaults", format!("`defaults.{field}` {message}.")));
    }
    if settings.kind == Kind::Embedding && settings.fallback.is_some() {
        return Err(Error::invalid("fallback_model_id", "An embedding model has no fallback: vectors of two models do not fit together."));
    }
    Ok(settings)
}

/// The canonical form of a base URL: no trailing slash.
pub(super) fn base_url(text: &str) -> Result<String, Error> {
    let refuse = |why: &str| Err(Error::invalid("base_url", format!("The URL {why}. Give one like `https://api.example.com/v1`.")));
    if text.len() > 2000 {
        return refuse("is longer than 2000 bytes");
    }
    let Ok(url) = Url::parse(text) else { return refuse("cannot be read") };
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return refuse("must begin with http:// or https:// and name a host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("must not hold a user name or password; the key has its own field");
    }
    if url.fragment().is_some() {
        return refuse("must not have a fragment (`#…`)");
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Whether a stored key may go along from one address to another: same vendor, same scheme, host and port.
pub(super) fn same_address(a: &Settings, b: &Settings) -> bool {
    let origin = |s: &Settings| s.base_url.as_deref().and_then(|u| Url::parse(u).ok()).map(|u| u.origin().ascii_serialization());
    a.vendor == b.vendor && origin(a) == origin(b)
}

/// What is wrong with sampling parameters: the field and the rule.
pub(crate) fn params(params: &Params) -> Option<(&'static str, &'static str)> {
    let outside = |value: Option<f64>, low: f64, high: f64| value.is_some_and(|v| !(low..=high).contains(&v));
    if outside(params.temperature, 0.0, 2.0) {
        return Some(("temperature", "must be between 0 and 2"));
    }
    if outside(params.top_p, 0.0, 1.0) {
        return Some(("top_p", "must be between 0 and 1"));
    }
    if outside(params.frequency_penalty, -2.0, 2.0) {
        return Some(("frequency_penalty", "must be between -2 and 2"));
    }
    if outside(params.presence_penalty, -2.0, 2.0) {
        return Some(("presence_penalty", "must be between -2 and 2"));
    }
    if params.max_tokens == Some(0) {
        return Some(("max_tokens", "must be at least 1"));
    }
    if params.stop.len() > 16 || params.stop.iter().any(|s| s.is_empty() || s.len() > 200) {
        return Some(("stop", "takes at most 16 texts of 1 to 200 bytes"));
    }
    None
}

fn price(price: &Price) -> Result<(), Error> {
    let sane = |v: f64| v.is_finite() && (0.0..=1e9).contains(&v);
    if !sane(price.input_per_million) || !sane(price.output_per_million) {
        return Err(Error::invalid("price", "A price is a number that is not negative."));
    }
    if !matches!(price.currency.as_str(), "USD" | "CNY") {
        return Err(Error::invalid("price", "The currency is USD or CNY."));
    }
    Ok(())
}

fn length(field: &'static str, text: &str, most: usize) -> Result<(), Error> {
    let count = text.chars().count();
    if (1..=most).contains(&count) && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Error::invalid(field, format!("`{field}` must have 1 to {most} characters.")))
}

fn between(field: &'static str, number: Option<u32>, most: u32) -> Result<(), Error> {
    if number.is_none_or(|n| (1..=most).contains(&n)) {
        return Ok(());
    }
    Err(Error::invalid(field, format!("`{field}` must be between 1 and {most}.")))
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls() {
        assert_eq!(base_url("https://api.example.com/v1/").unwrap(), "https://api.example.com/v1");
        assert_eq!(base_url("http://127.0.0.1:11434").unwrap(), "http://127.0.0.1:11434");
        for bad in ["api.example.com", "ftp://a/", "file:///etc/passwd", "https://u:p@a/", "https://a/#x", "http://", "javascript:alert(1)"]
        {
            assert!(base_url(bad).is_err(), "{bad} was taken");
        }
    }

    #[test]
    fn a_key_stays_with_its_address() {
        let at = |url: &str| Settings { vendor: "v".into(), base_url: Some(url.into()), ..Settings::blank(Kind::Chat) };
        assert!(same_address(&at("https://a.example/v1"), &at("https://a.example/v2")));
        assert!(!same_address(&at("https://a.example/v1"), &at("https://b.example/v1")));
        assert!(!same_address(&at("https://a.example/v1"), &at("http://a.example/v1")));
        assert!(!same_address(&at("https://a.example/v1"), &at("https://a.example:444/v1")));
    }
}
