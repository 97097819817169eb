//! From bytes and headers to texts.

use encoding_rs::{Encoding, UTF_8};
use flow::value::{Values, render};
use http::HeaderMap;
use serde_json::Value;

/// The text of a body, and whether bytes of it had to be replaced: by its mark, by what the header says, else UTF-8.
pub fn text(bytes: &[u8], content_type: Option<&str>) -> (String, bool) {
    let encoding = content_type.and_then(charset).unwrap_or(UTF_8);
    let (text, _, replaced) = encoding.decode(bytes);
    (text.into_owned(), replaced)
}

fn charset(content_type: &str) -> Option<&'static Encoding> {
    let parameters = content_type.split(';').skip(1);
    let label =
        parameters.filter_map(|parameter| parameter.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?.1;
    Encoding::for_label(label.trim().trim_matches('"').as_bytes())
}

/// Headers as a JSON text, by their usual names (`Content-Type`). Several of one name are joined.
pub fn headers(headers: &HeaderMap) -> String {
    let mut named = Values::new();
    for name in headers.keys() {
        let values: Vec<_> = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        let between = if name == http::header::SET_COOKIE { "\n" } else { ", " };
        named.insert(usual(name.as_str()), Value::String(values.join(between)));
    }
    render::json(&Value::Object(named))
}

fn usual(name: &str) -> String {
    let mut up = true;
    let letter = |c: char| {
        let written = if up { c.to_ascii_uppercase() } else { c };
        up = c == '-';
        written
    };
    name.chars().map(letter).collect()
}
