//! Source → tokens.

use super::SyntaxError;

/// A fault at a byte of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct At {
    pub message: String,
    pub offset: usize,
}

impl At {
    pub(super) fn new<T>(offset: usize, message: impl Into<String>) -> Result<T, Self> {
        Err(Self { message: message.into(), offset })
    }

    pub(super) fn in_source(self, source: &str) -> SyntaxError {
        let before = source.get(..self.offset).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        SyntaxError { message: self.message, line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    /// The absolute value: a minus before it is an operator.
    Int(u64),
    Double(f64),
    Text(String),
    /// An operator or bracket.
    Sign(&'static str),
    End,
}

const SIGNS: [&str; 25] =
    ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}", "="];

/// Tokens with the bytes they begin at; the last is [`Token::End`].
pub(super) fn lex(source: &str) -> Result<Vec<(Token, usize)>, At> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        let start = at;
        if first.is_whitespace() {
            at += first.len_utf8();
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if let Some((literal, length)) = text(rest, start)? {
            tokens.push((Token::Text(literal), start));
            at += length;
        } else if first == '_' || first.is_ascii_alphabetic() {
            let length = rest.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            tokens.push((Token::Name(rest[..length].to_owned()), start));
            at += length;
        } else if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            let (token, length) = number(rest, start)?;
            tokens.push((token, start));
            at += length;
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push((Token::Sign(sign), start));
            at += sign.len();
        } else {
            return At::new(start, format!("unexpected character `{first}`"));
        }
    }
    tokens.push((Token::End, source.len()));
    Ok(tokens)
}

fn number(rest: &str, start: usize) -> Result<(Token, usize), At> {
    let digits = |from: usize| rest[from..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |found| from + found);
    let unsigned = |end: usize| if rest[end..].starts_with(['u', 'U']) { end + 1 } else { end };
    let end = if let Some(hex) = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")) {
        let length = hex.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(hex.len());
        let Ok(value) = u64::from_str_radix(&hex[..length], 16) else {
            return At::new(start, "this number is no integer of 64 bits");
        };
        return finish(rest, start, Token::Int(value), unsigned(length + 2));
    } else {
        digits(0)
    };
    let mut double = end;
    if rest[end..].starts_with('.') && rest[end + 1..].starts_with(|c: char| c.is_ascii_digit()) {
        double = digits(end + 1);
    }
    if rest[double..].starts_with(['e', 'E']) {
        let sign = usize::from(rest[double + 1..].starts_with(['+', '-']));
        let exponent = digits(double + 1 + sign);
        if exponent > double + 1 + sign {
            double = exponent;
        }
    }
    if double > end {
        let value = rest[..double].parse().unwrap_or(f64::INFINITY);
        if !value.is_finite() {
            return At::new(start, "this number is too large");
        }
        return finish(rest, start, Token::Double(value), double);
    }
    match rest[..end].parse() {
        Ok(value) => finish(rest, start, Token::Int(value), unsigned(end)),
        Err(_) => At::new(start, "this number is no integer of 64 bits"),
    }
}

fn finish(rest: &str, start: usize, token: Token, length: usize) -> Result<(Token, usize), At> {
    if rest[length..].starts_with(|c: char| c == '_' || c.is_ascii_alphanumeric()) {
        return At::new(start + length, "a number ends here, but letters follow");
    }
    Ok((token, length))
}

/// A text literal at the beginning of `rest` and its length in the source.
fn text(rest: &str, start: usize) -> Result<Option<(String, usize)>, At> {
    // At most two letters stand before the quote.
    let Some(quote_at) = rest.bytes().take(3).position(|b| b == b'"' || b == b'\'') else { return Ok(None) };
    let raw = match &rest[..quote_at] {
        "" => false,
        "r" | "R" => true,
        prefix if prefix.chars().all(|c| "bBrR".contains(c)) => return At::new(start, "bytes are not supported; use a text"),
        _ => return Ok(None),
    };
    let quoted = &rest[quote_at..];
    let one = &quoted[..1];
    let triple = quoted.starts_with(&one.repeat(3));
    let quote = if triple { one.repeat(3) } else { one.to_owned() };
    let mut literal = String::new();
    let mut at = quote.len();
    loop {
        let ahead = &quoted[at..];
        let here = start + quote_at + at;
        if ahead.starts_with(&quote) {
            return Ok(Some((literal, quote_at + at + quote.len())));
        }
        match ahead.chars().next() {
            None => return At::new(start, "this text does not end"),
            Some('\n') if !triple => return At::new(start, "this text does not end on its line"),
            Some('\\') if !raw => {
                let (c, length) = escape(ahead, here)?;
                literal.push(c);
                at += length;
            }
            Some(c) => {
                literal.push(c);
                at += c.len_utf8();
            }
        }
    }
}

/// The character that an escape stands for, and the length of the escape.
fn escape(ahead: &str, here: usize) -> Result<(char, usize), At> {
    let Some(kind) = ahead[1..].chars().next() else {
        return At::new(here, "this text does not end");
    };
    let simple = match kind {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' | '?' | '"' | '\'' | '`' => kind,
        'x' | 'X' => return coded(ahead, here, 2, 2, 16),
        'u' => return coded(ahead, here, 2, 4, 16),
        'U' => return coded(ahead, here, 2, 8, 16),
        '0'..='3' => return coded(ahead, here, 1, 3, 8),
        _ => return At::new(here, format!("`\\{kind}` stands for nothing; a backslash is written `\\\\`")),
    };
    Ok((simple, 2))
}

fn coded(ahead: &str, here: usize, from: usize, digits: usize, radix: u32) -> Result<(char, usize), At> {
    let code = ahead.get(from..from + digits).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
    match code.and_then(|code| u32::from_str_radix(code, radix).ok()).and_then(char::from_u32) {
        Some(c) => Ok((c, from + digits)),
        None => At::new(here, "this escape stands for no character"),
    }
}
