//! Placeholders such as `<cID>`: ids that are not known beforehand, the same wherever they stand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// What placeholders stand for so far.
#[derive(Clone, Default)]
pub struct Names(Arc<Mutex<BTreeMap<String, String>>>);

impl Names {
    /// What this placeholder stands for, chosen now if it stands for nothing yet.
    pub fn of(&self, name: &str) -> String {
        let mut known = self.0.lock().unwrap();
        known.entry(name.to_owned()).or_insert_with(|| server::fresh_id().to_string()).clone()
    }

    /// Says what it stands for.
    pub fn set(&self, name: &str, value: &str) {
        self.0.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// Whether a text is what a pattern with placeholders says. Those that stand for nothing yet stand then
    /// for what is there, up to what follows them in the pattern. What is new each time stands for anything.
    pub fn fits(&self, pattern: &str, text: &str) -> bool {
        let Some((before, name, after)) = placeholder(pattern) else { return pattern == text };
        let Some(text) = text.strip_prefix(before) else { return false };
        let once = ["event", "debug"].iter().any(|word| name.to_ascii_lowercase().contains(word));
        if let Some(known) = self.known(name).filter(|_| !once) {
            return text.strip_prefix(known.as_str()).is_some_and(|rest| self.fits(after, rest));
        }
        let literal = placeholder(after).map_or(after, |(literal, _, _)| literal);
        let end = if literal.is_empty() { Some(text.len()) } else { text.find(literal) };
        let Some(end) = end.filter(|end| *end > 0) else { return false };
        if !once {
            self.set(name, &text[..end]);
        }
        self.fits(after, &text[end..])
    }

    fn known(&self, name: &str) -> Option<String> {
        self.0.lock().unwrap().get(name).cloned()
    }

    /// The value with all placeholders in texts replaced.
    pub fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.fill_text(text)),
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), self.fill(value))).collect(),
            other => other.clone(),
        }
    }

    /// The same for a text.
    pub fn fill_text(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, name, after)) = placeholder(rest) {
            out.push_str(before);
            out.push_str(&self.of(name));
            rest = after;
        }
        out + rest
    }
}

/// The first placeholder of a text: what stands before it, its name, what follows. `<cID as string>` is `<cID>`.
pub fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(open) = text[from..].find('<').map(|at| from + at) {
        let close = text[open..].find('>').map(|at| open + at)?;
        let inner = &text[open + 1..close];
        let name = inner.strip_suffix(" as string").unwrap_or(inner);
        if !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ' || c == '_') {
            return Some((&text[..open], name, &text[close + 1..]));
        }
        from = open + 1;
    }
    None
}

/// The placeholder that a text is as a whole.
pub fn whole(text: &str) -> Option<&str> {
    placeholder(text).filter(|(before, _, after)| before.is_empty() && after.is_empty()).map(|(_, name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_the_same_everywhere() {
        let names = Names::default();
        assert!(names.fits("<cID>", "17") && names.fits("<cID as string>", "17") && !names.fits("<cID>", "18"));
        assert!(names.fits("name<cID>", "name17") && !names.fits("name<cID>", "name1"));
        assert!(names.fits("<run>/<eventID>", "5/6") && names.fits("<run>/<eventID>", "5/7") && !names.fits("<run>/<eventID>", "6/7"));
        assert!(!names.fits("<other>", "") && !names.fits("a <b c> d", "a "));
        assert_eq!(names.fill_text("x<cID>y"), "x17y");
        assert_eq!(whole("<this workflow>"), Some("this workflow"));
        assert_eq!(whole("1 < 2 > 1"), None);
    }
}
