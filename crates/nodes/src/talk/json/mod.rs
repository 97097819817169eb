//! JSON as models write it.
//!
//! Models wrap JSON in code fences and in words, leave commas behind, forget quotes, write Python's
//! constants, and stop in the middle. [`read`] takes strict JSON as it is; of anything else it makes
//! what was most likely meant, in one pass over the text, and says so.

#[cfg(test)]
mod tests;

use serde_json::{Map, Number, Value};

/// Lists and objects inside each other that are read.
const DEPTH: usize = 64;

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The value.
    pub value: Value,
    /// It was no valid JSON.
    pub repaired: bool,
}

/// Reads a value: strict JSON of any kind, or an object or list found in the text.
pub fn read(text: &str) -> Option<Read> {
    let text = unfenced(text);
    if let Ok(value) = serde_json::from_str(text) {
        return Some(Read { value, repaired: false });
    }
    let start = text.find(['{', '['])?;
    // Words may follow the value.
    if let Some(Ok(value)) = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>().next() {
        return Some(Read { value, repaired: true });
    }
    let mut reader = Reader { text, at: start, depth: 0 };
    reader.value().map(|value| Read { value, repaired: true })
}

/// The inside of a code fence, if the text has one before anything that could be JSON; else the text.
pub fn unfenced(text: &str) -> &str {
    let text = text.trim();
    let Some(open) = text.find("```") else { return text };
    if text.find(['{', '[']).is_some_and(|value| value < open) {
        return text;
    }
    let inside = &text[open + 3..];
    let word = inside.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let inside = &inside[word..];
    inside.rfind("```").map_or(inside, |close| &inside[..close]).trim()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn eat(&mut self, expected: char) -> bool {
        let there = self.peek() == Some(expected);
        if there {
            self.at += expected.len_utf8();
        }
        there
    }

    /// Skips blanks and comments.
    fn blank(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            self.at += rest.len() - trimmed.len();
            let comment = if trimmed.starts_with("//") {
                trimmed.find('\n').unwrap_or(trimmed.len())
            } else if let Some(inside) = trimmed.strip_prefix("/*") {
                inside.find("*/").map_or(trimmed.len(), |end| end + 4)
            } else {
                return;
            };
            self.at += comment;
        }
    }

    fn value(&mut self) -> Option<Value> {
        self.blank();
        match self.peek()? {
            '{' => self.nested(Self::object),
            '[' => self.nested(Self::list),
            quote @ ('"' | '\'' | '“') => {
                self.take();
                Some(Value::String(self.quoted(closing(quote))))
            }
            '}' | ']' | ',' | ':' => None,
            _ => Some(self.bare()),
        }
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Value) -> Option<Value> {
        if self.depth >= DEPTH {
            return None;
        }
        self.depth += 1;
        self.take();
        let value = read(self);
        self.depth -= 1;
        Some(value)
    }

    fn object(&mut self) -> Value {
        let mut map = Map::new();
        loop {
            self.separator();
            let Some(next) = self.peek() else { break };
            if next == '}' {
                self.take();
                break;
            }
            if next == ']' {
                // A bracket of the list around: this object was not closed.
                break;
            }
            let before = self.at;
            let key = match next {
                quote @ ('"' | '\'' | '“') => {
                    self.take();
                    self.quoted(closing(quote))
                }
                _ => self.word(|c| matches!(c, ':' | '=' | ',' | '{' | '}' | '[' | ']')).to_owned(),
            };
            self.blank();
            if self.eat(':') || self.eat('：') || self.eat('=') {
                let value = self.value().unwrap_or(Value::Null);
                map.insert(key, value);
            }
            if self.at == before {
                // Nothing here is a key: leave it out.
                self.take();
            }
        }
        Value::Object(map)
    }

    fn list(&mut self) -> Value {
        let mut items = Vec::new();
        loop {
            self.separator();
            let Some(next) = self.peek() else { break };
            if next == ']' {
                self.take();
                break;
            }
            if next == '}' {
                break;
            }
            let before = self.at;
            items.extend(self.value());
            if self.at == before {
                self.take();
            }
        }
        Value::Array(items)
    }

    fn separator(&mut self) {
        loop {
            self.blank();
            if !self.eat(',') && !self.eat('，') {
                return;
            }
        }
    }

    /// A string whose opening quote was read. A quote that nothing of JSON follows is part of the text.
    fn quoted(&mut self, close: char) -> String {
        let mut text = String::new();
        while let Some(next) = self.take() {
            match next {
                '\\' => self.escape(&mut text),
                _ if next == close && self.ends() => break,
                _ => text.push(next),
            }
        }
        text
    }

    /// After a closing quote: the end, or something that may follow a string.
    fn ends(&self) -> bool {
        let rest = self.rest().trim_start();
        rest.is_empty() || rest.starts_with([',', ':', '}', ']', '，', '：', '/']) || self.rest().starts_with(['\n', '\r'])
    }

    fn escape(&mut self, text: &mut String) {
        match self.take() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('u') => text.push(self.unicode()),
            Some('\n') | None => {}
            Some(other) => text.push(other),
        }
    }

    fn unicode(&mut self) -> char {
        let first = self.hex();
        let code = match first {
            Some(high @ 0xD800..=0xDBFF) if self.rest().starts_with("\\u") => {
                self.at += 2;
                match self.hex() {
                    Some(low @ 0xDC00..=0xDFFF) => Some(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)),
                    _ => None,
                }
            }
            other => other,
        };
        code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        let code = digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())??;
        self.at += 4;
        Some(code)
    }

    /// Up to one of these, the end of the line, or a comment after a blank.
    fn word(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let mut blank = false;
        let end = rest.char_indices().find_map(|(at, c)| {
            let comment = blank && c == '/' && matches!(rest.as_bytes().get(at + 1), Some(b'/' | b'*'));
            blank = c.is_whitespace();
            (ends(c) || c == '\n' || comment).then_some(at)
        });
        let end = end.unwrap_or(rest.len());
        self.at += end;
        rest[..end].trim()
    }

    /// A constant, a number, or words that somebody forgot to quote.
    fn bare(&mut self) -> Value {
        let word = self.word(|c| matches!(c, ',' | '}' | ']' | '，'));
        match word {
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            "null" | "None" | "NULL" | "nil" | "undefined" | "NaN" => Value::Null,
            _ => number(word).map_or_else(|| Value::String(word.to_owned()), Value::Number),
        }
    }
}

fn number(word: &str) -> Option<Number> {
    if let Ok(number) = serde_json::from_str(word) {
        return Some(number);
    }
    let starts = word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
    word.parse::<f64>().ok().filter(|_| starts).and_then(Number::from_f64)
}

const fn closing(quote: char) -> char {
    if quote == '“' { '”' } else { quote }
}
