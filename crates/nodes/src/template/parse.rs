//! Reading a template.
//!
//! What is shown and asked is CEL, which is paid for step by step, so that no template can take more
//! time or memory than [`super::run`] grants.

use std::collections::BTreeSet;

use flow::value::expr::Expression;

/// Bytes of a template.
const MAX_SOURCE: usize = 64 * 1024;
/// Blocks inside each other.
const MAX_NESTING: usize = 16;

/// A template that was read.
#[derive(Debug)]
pub struct Parsed {
    /// In order.
    pub pieces: Vec<Piece>,
    /// Names that no loop around them gives.
    pub names: BTreeSet<String>,
}

/// A piece of a template.
#[derive(Debug)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// A value.
    Show(Expression),
    /// The first whose condition holds.
    If(Vec<(Expression, Vec<Piece>)>, Vec<Piece>),
    /// Once for each element.
    For(Box<For>),
}

/// A repetition.
#[derive(Debug)]
pub struct For {
    /// Name of the element.
    pub name: String,
    /// The list.
    pub list: Expression,
    /// For each.
    pub body: Vec<Piece>,
    /// For none.
    pub otherwise: Vec<Piece>,
}

/// Reads a template; the error names the line.
pub fn parse(source: &str) -> Result<Parsed, String> {
    if source.len() > MAX_SOURCE {
        return Err(format!("it is longer than {MAX_SOURCE} bytes"));
    }
    let mut reader = Reader { source, at: 0, trim: false, scope: Vec::new(), names: BTreeSet::new(), depth: 0 };
    let (pieces, end) = reader.pieces()?;
    match end {
        None => Ok(Parsed { pieces, names: reader.names }),
        Some(tag) => Err(reader.fault(&format!("`{}` has no beginning", tag.word))),
    }
}

/// A `{% … %}`.
struct Tag<'a> {
    word: &'a str,
    rest: &'a str,
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    /// The tag before ended with `-`: the blanks that follow are not shown.
    trim: bool,
    scope: Vec<&'a str>,
    names: BTreeSet<String>,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// Pieces up to the end or to a tag that continues or ends a block.
    fn pieces(&mut self) -> Result<(Vec<Piece>, Option<Tag<'a>>), String> {
        let mut pieces = Vec::new();
        loop {
            let rest = &self.source[self.at..];
            let open = ["{{", "{%", "{#"].iter().filter_map(|mark| rest.find(mark)).min();
            let text = &rest[..open.unwrap_or(rest.len())];
            let stripped = open.is_some_and(|open| rest[open + 2..].starts_with('-'));
            let text = if self.trim { text.trim_start() } else { text };
            let text = if stripped { text.trim_end() } else { text };
            if !text.is_empty() {
                pieces.push(Piece::Text(text.to_owned()));
            }
            self.trim = false;
            let Some(open) = open else {
                self.at = self.source.len();
                return Ok((pieces, None));
            };
            self.at += open;
            let kind = rest.as_bytes()[open + 1];
            let inside = self.inside(kind)?;
            match kind {
                b'{' => pieces.push(Piece::Show(self.expression(inside)?)),
                b'#' => {}
                _ => {
                    let (word, rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
                    match word {
                        "if" => pieces.push(self.nested(|reader| reader.choice(rest))?),
                        "for" => pieces.push(self.nested(|reader| reader.repetition(rest))?),
                        "elif" | "else" | "endif" | "endfor" => return Ok((pieces, Some(Tag { word, rest }))),
                        _ => return Err(self.fault(&format!("there is no `{word}`; write if, elif, else, endif, for or endfor"))),
                    }
                }
            }
        }
    }

    /// What stands between the marks; moves behind the closing one.
    fn inside(&mut self, kind: u8) -> Result<&'a str, String> {
        let begin = self.at + 2;
        let close = match kind {
            b'{' => "}}",
            b'#' => "#}",
            _ => "%}",
        };
        let rest = &self.source[begin..];
        let end = if kind == b'#' { rest.find(close) } else { outside_quotes(rest, close) };
        let Some(end) = end else { return Err(self.fault(&format!("`{close}` is missing"))) };
        let inside = &rest[..end];
        self.at = begin + end + 2;
        self.trim = inside.len() > 1 && inside.ends_with('-');
        let inside = inside.strip_prefix('-').unwrap_or(inside);
        Ok(inside.strip_suffix('-').filter(|_| self.trim).unwrap_or(inside).trim())
    }

    fn nested(&mut self, block: impl FnOnce(&mut Self) -> Result<Piece, String>) -> Result<Piece, String> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(self.fault(&format!("more than {MAX_NESTING} blocks stand inside each other")));
        }
        let piece = block(self)?;
        self.depth -= 1;
        Ok(piece)
    }

    fn choice(&mut self, condition: &'a str) -> Result<Piece, String> {
        let mut branches = Vec::new();
        let mut condition = self.expression(condition)?;
        loop {
            let (body, tag) = self.pieces()?;
            branches.push((condition, body));
            match tag {
                Some(Tag { word: "elif", rest }) => condition = self.expression(rest)?,
                Some(Tag { word: "else", .. }) => {
                    let (otherwise, tag) = self.pieces()?;
                    self.expect(tag, "endif")?;
                    return Ok(Piece::If(branches, otherwise));
                }
                tag => {
                    self.expect(tag, "endif")?;
                    return Ok(Piece::If(branches, Vec::new()));
                }
            }
        }
    }

    fn repetition(&mut self, head: &'a str) -> Result<Piece, String> {
        let (name, list) = head.split_once(" in ").ok_or_else(|| self.fault("write `for item in list`"))?;
        let name = name.trim();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') || name.as_bytes()[0].is_ascii_digit() {
            return Err(self.fault(&format!("`{name}` is no name for an element")));
        }
        let list = self.expression(list)?;
        self.scope.extend([name, "loop"]);
        let (body, mut tag) = self.pieces()?;
        self.scope.truncate(self.scope.len() - 2);
        let mut otherwise = Vec::new();
        if matches!(tag, Some(Tag { word: "else", .. })) {
            (otherwise, tag) = self.pieces()?;
        }
        self.expect(tag, "endfor")?;
        Ok(Piece::For(Box::new(For { name: name.to_owned(), list, body, otherwise })))
    }

    fn expect(&self, tag: Option<Tag<'_>>, word: &str) -> Result<(), String> {
        match tag {
            Some(tag) if tag.word == word => Ok(()),
            Some(tag) => Err(self.fault(&format!("expected `{word}`, found `{}`", tag.word))),
            None => Err(self.fault(&format!("`{word}` is missing"))),
        }
    }

    fn expression(&mut self, source: &str) -> Result<Expression, String> {
        let expression = Expression::parse(source).map_err(|error| self.fault(&format!("`{}`: {}", shortened(source), error.message)))?;
        for name in expression.names() {
            if !self.scope.contains(&name) {
                self.names.insert(name.to_owned());
            }
        }
        Ok(expression)
    }

    fn fault(&self, message: &str) -> String {
        let line = self.source[..self.at].matches('\n').count() + 1;
        format!("line {line}: {message}")
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Where a mark stands outside of quotation marks and of braces that were opened.
fn outside_quotes(text: &str, mark: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    let mut braces = 0_usize;
    for (at, c) in text.char_indices() {
        if let Some(q) = quote {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                c if c == q => quote = None,
                _ => {}
            }
            continue;
        }
        match c {
            '"' | '\'' => quote = Some(c),
            _ if braces == 0 && text[at..].starts_with(mark) => return Some(at),
            '{' => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            _ => {}
        }
    }
    None
}
