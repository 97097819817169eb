//! From transport and vendor errors to the kinds that decide what happens next.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use model::Error;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// Longest vendor text that is passed on, in characters.
const MAX_TEXT: usize = 1000;

/// An error before the response head.
pub fn of_request(error: &egress::Error) -> Error {
    use egress::Error as E;
    let text = error.to_string();
    match error {
        E::Refused { .. } => Error::Forbidden(text),
        E::Invalid { .. } | E::Setup { .. } | E::TlsOptions { .. } | E::VerifyRequired { .. } => Error::Unavailable(text),
        E::Timeout { phase: egress::Phase::Connect, .. } | E::Dns { .. } | E::Connect { .. } | E::Tls { .. } | E::Broken { .. } => {
            Error::Connect(text)
        }
        E::Timeout { .. } => Error::Timeout(text),
        E::TooLarge { .. } | E::Redirects { .. } => Error::Protocol(text),
    }
}

/// An error inside the body.
pub fn of_body(error: &egress::Error) -> Error {
    match error {
        egress::Error::Broken { .. } => Error::Cut(error.to_string()),
        _ => of_request(error),
    }
}

/// An answer with an error status. `secret` never appears in the text, even if the vendor repeats it.
pub fn of_status(status: StatusCode, headers: &HeaderMap, body: &[u8], secret: Option<&SecretString>) -> Error {
    let value: Option<Value> = serde_json::from_slice(body).ok();
    let message = redact(&text_of(status, value.as_ref(), body), secret);
    let retry_after = retry_after(headers).or_else(|| value.as_ref().and_then(google_delay));
    classify(status.as_u16(), message, retry_after)
}

/// An error object inside an answer whose status was fine. The status is taken from the
/// object where it names one.
pub fn in_band(value: &Value, secret: Option<&SecretString>) -> Error {
    let code = [value.pointer("/code"), value.pointer("/status"), value.pointer("/error/code")]
        .into_iter()
        .flatten()
        .find_map(|code| code.as_u64().or_else(|| code.as_str()?.parse().ok()))
        .and_then(|code| u16::try_from(code).ok())
        .filter(|code| (400..600).contains(code));
    let kind = ["type", "code"].iter().find_map(|name| value.get(name)?.as_str()).unwrap_or_default();
    let status = code.unwrap_or(match kind {
        "rate_limit_error" | "rate_limit_exceeded" => 429,
        "overloaded_error" => 529,
        "api_error" | "server_error" | "" => 500,
        "authentication_error" | "invalid_api_key" => 401,
        "permission_error" => 403,
        "not_found_error" | "model_not_found" => 404,
        "timeout_error" => 504,
        _ => 400,
    });
    let message = message_in(value).unwrap_or_else(|| value.to_string());
    classify(status, redact(&clean(&message), secret), google_delay(value))
}

/// Something that should have been JSON and is not what it should be.
pub fn malformed(error: &serde_json::Error) -> Error {
    Error::Protocol(format!("unreadable JSON: {error}"))
}

fn classify(status: u16, message: String, retry_after: Option<Duration>) -> Error {
    match status {
        401 | 403 => Error::Unauthorized(message),
        404 => Error::NotFound(message),
        429 => Error::RateLimited { message, retry_after },
        400 | 413 | 422 if speaks_of_context(&message) => Error::ContextTooLong(message),
        500.. => Error::Server { status, message, retry_after },
        408 => Error::Timeout(message),
        _ => Error::Refused(message),
    }
}

fn speaks_of_context(message: &str) -> bool {
    let text = message.to_lowercase();
    [
        "context_length_exceeded",
        "context length",
        "context window",
        "maximum context",
        "prompt is too long",
        "input is too long",
        "too many tokens",
        "exceeds the maximum number of tokens",
        "range of input length",
    ]
    .iter()
    .any(|phrase| text.contains(phrase))
}

fn text_of(status: StatusCode, value: Option<&Value>, body: &[u8]) -> String {
    if let Some(message) = value.and_then(message_in) {
        return clean(&message);
    }
    let raw = String::from_utf8_lossy(body);
    let raw = raw.trim();
    let text = if raw.starts_with('<') { title(raw).unwrap_or_default() } else { raw };
    if text.is_empty() {
        let reason = status.canonical_reason().unwrap_or("no text");
        return format!("status {} ({reason})", status.as_u16());
    }
    clean(text)
}

/// The text of an error in any of the shapes that vendors use.
fn message_in(value: &Value) -> Option<String> {
    let value = value.as_array().and_then(|items| items.first()).unwrap_or(value);
    let found = [
        value.pointer("/error/message"),
        value.pointer("/error/error/message"),
        value.get("error"),
        value.get("message"),
        value.get("detail"),
        value.get("msg"),
    ];
    let text = found.into_iter().flatten().find_map(Value::as_str).filter(|text| !text.is_empty())?;
    let code = value.pointer("/error/code").and_then(Value::as_str).filter(|code| *code == "context_length_exceeded");
    Some(code.map_or_else(|| text.to_owned(), |code| format!("{text} ({code})")))
}

fn title(html: &str) -> Option<&str> {
    let start = html.find("<title>")? + "<title>".len();
    let rest = html.get(start..)?;
    Some(rest.get(..rest.find("</title>")?)?.trim())
}

fn clean(text: &str) -> String {
    let printable = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = printable.take(MAX_TEXT).collect();
    if text.chars().nth(MAX_TEXT).is_some() {
        short.push('…');
    }
    short.trim().to_owned()
}

fn redact(text: &str, secret: Option<&SecretString>) -> String {
    match secret.map(ExposeSecret::expose_secret) {
        Some(secret) if secret.len() >= 4 => text.replace(secret, "•••"),
        _ => text.to_owned(),
    }
}

/// `Retry-After` as seconds or a date, and OpenAI's `retry-after-ms`.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let seconds = |seconds: f64| Duration::try_from_secs_f64(seconds).ok();
    if let Some(millis) = text("retry-after-ms").and_then(|text| text.parse::<f64>().ok()) {
        return seconds(millis / 1000.0);
    }
    let value = text("retry-after")?;
    if let Ok(number) = value.parse::<f64>() {
        return seconds(number);
    }
    let at = chrono::DateTime::parse_from_rfc2822(value).ok()?;
    let wait = at.timestamp_millis() - types::Timestamp::now().millis();
    Some(Duration::from_millis(u64::try_from(wait).unwrap_or(0)))
}

/// Google says it in the body: `error.details[].retryDelay = "34s"`.
fn google_delay(value: &Value) -> Option<Duration> {
    let details = value.pointer("/error/details")?.as_array()?;
    let text = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str())?;
    Duration::try_from_secs_f64(text.strip_suffix('s')?.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(code: u16, body: &str) -> Error {
        of_status(StatusCode::from_u16(code).unwrap(), &HeaderMap::new(), body.as_bytes(), Some(&"sk-secret".to_owned().into()))
    }

    #[test]
    fn the_vendors_words_come_through_and_the_key_does_not() {
        let cases = [
            (400, r#"{"error":{"message":"bad sk-secret"}}"#, "model_refused", "bad •••"),
            (401, r#"{"error":"no"}"#, "model_unauthorized", "no"),
            (404, r#"[{"error":{"message":"gone"}}]"#, "model_unknown", "gone"),
            (400, r#"{"error":{"message":"long","code":"context_length_exceeded"}}"#, "model_context_too_long", "long"),
            (500, r#"{"detail":"boom"}"#, "model_vendor_error", "boom"),
            (502, "<html><head><title>502 Bad Gateway</title></head></html>", "model_vendor_error", "502 Bad Gateway"),
            (503, "", "model_vendor_error", "status 503 (Service Unavailable)"),
            (429, "slow\ndown", "model_rate_limited", "slow down"),
        ];
        for (code, body, kind, text) in cases {
            let error = status(code, body);
            assert_eq!(types::Coded::code(&error), kind, "{body}");
            assert!(error.to_string().contains(text), "{error}");
            assert!(!error.to_string().contains("sk-secret"));
        }
        assert!(status(500, &"é".repeat(5000)).to_string().chars().count() < 1100);
    }

    #[test]
    fn waiting_times_are_read_in_every_form() {
        let headers =
            |name: &'static str, value: &str| HeaderMap::from_iter([(http::HeaderName::from_static(name), value.parse().unwrap())]);
        assert_eq!(retry_after(&headers("retry-after", "7")), Some(Duration::from_secs(7)));
        assert_eq!(retry_after(&headers("retry-after-ms", "250")), Some(Duration::from_millis(250)));
        assert_eq!(retry_after(&headers("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")), Some(Duration::ZERO));
        assert_eq!(retry_after(&headers("retry-after", "-1")), None);
        assert_eq!(retry_after(&headers("retry-after", "soon")), None);
        let google: Value = serde_json::from_str(r#"{"error":{"details":[{},{"retryDelay":"1.5s"}]}}"#).unwrap();
        assert_eq!(google_delay(&google), Some(Duration::from_millis(1500)));
    }
}
