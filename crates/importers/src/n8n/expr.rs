//! Expressions of n8n: `={{ $json.a }}`, `=Hello {{ $('A').item.json.name }}`. Paths become references; what else is simple
//! becomes CEL; the rest is told.

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<'a> {
    /// As it stands.
    Text(&'a str),
    /// Between `{{` and `}}`.
    Code(&'a str),
}

/// The parts of a text that begins with `=` (without it).
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start..].find("}}") else { break };
        if start > 0 {
            found.push(Part::Text(&rest[..start]));
        }
        found.push(Part::Code(rest[start + 2..start + length].trim()));
        rest = &rest[start + length + 2..];
    }
    if !rest.is_empty() {
        found.push(Part::Text(rest));
    }
    found
}

/// Whose data a path reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// What comes in.
    Current,
    /// What the node of this name gave.
    Node(String),
}

/// A path into data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Whose.
    pub of: Of,
    /// All items as a list, not the one at hand.
    pub all: bool,
    /// Keys, indexes as numbers.
    pub keys: Vec<String>,
}

/// The path that a source begins with, and how long it is.
pub fn path_at(source: &str) -> Option<(Path, usize)> {
    let mut at = Cursor { source, at: 0 };
    let of;
    let mut all = false;
    if at.take("$json") {
        of = Of::Current;
    } else if at.take("$input") {
        of = Of::Current;
        all = at.selector()?;
    } else if at.take("$node") {
        of = Of::Node(at.key()?);
        if !at.take(".json") {
            return None;
        }
    } else if at.take("$items(") {
        of = Of::Node(at.quoted()?);
        if !at.take(")") {
            return None;
        }
        all = true;
    } else if at.take("$(") {
        of = Of::Node(at.quoted()?);
        if !at.take(")") {
            return None;
        }
        all = at.selector()?;
    } else {
        return None;
    }
    if at.rest().starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$') {
        return None;
    }
    let mut keys = Vec::new();
    while let Some(key) = at.key() {
        keys.push(key);
        if keys.len() > 40 {
            return None;
        }
    }
    // Items of the list are plain objects here.
    if all && keys.len() > 1 && keys[1] == "json" {
        keys.remove(1);
    }
    Some((Path { of, all, keys }, at.at))
}

struct Cursor<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn take(&mut self, text: &str) -> bool {
        let there = self.rest().starts_with(text);
        if there {
            self.at += text.len();
        }
        there
    }

    /// `.item.json`, `.first().json`, `.last().json`, `.all()`: whether it is all.
    fn selector(&mut self) -> Option<bool> {
        if self.take(".all()") {
            return Some(true);
        }
        (self.take(".item.json") || self.take(".first().json") || self.take(".last().json")).then_some(false)
    }

    fn quoted(&mut self) -> Option<String> {
        let quote = self.rest().chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
        let inside = &self.rest()[1..];
        let end = inside.find(quote)?;
        let text = &inside[..end];
        if text.contains('\\') || text.contains("${") {
            return None;
        }
        self.at += end + 2;
        Some(text.to_owned())
    }

    /// `.a`, `?.a`, `["a"]`, `[0]`.
    fn key(&mut self) -> Option<String> {
        let before = self.at;
        let found = self.try_key();
        if found.is_none() {
            self.at = before;
        }
        found
    }

    fn try_key(&mut self) -> Option<String> {
        if self.take("?.[") || self.take("[") {
            let key = self.quoted().unwrap_or_else(|| {
                let digits: String = self.rest().chars().take_while(char::is_ascii_digit).collect();
                self.at += digits.len();
                digits
            });
            return (!key.is_empty() && self.take("]")).then_some(key);
        }
        if !self.take("?.") && !self.take(".") {
            return None;
        }
        let name: String = self.rest().chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$')).collect();
        self.at += name.len();
        // `.name(` is a call, not a key.
        (!name.is_empty() && !self.rest().starts_with('(')).then_some(name)
    }
}

/// Methods of JavaScript and what they are in CEL.
const METHODS: &[(&str, &str)] = &[
    (".toUpperCase(", ".upperAscii("),
    (".toLowerCase(", ".lowerAscii("),
    (".includes(", ".contains("),
    (".trim(", ".trim("),
    (".startsWith(", ".startsWith("),
    (".endsWith(", ".endsWith("),
    (".split(", ".split("),
    (".join(", ".join("),
    (".replaceAll(", ".replace("),
    (".indexOf(", ".indexOf("),
];

/// JavaScript that means the same in CEL. `name` gives the name of the input for a path; `None`: it cannot be said.
pub fn cel(source: &str, mut name: impl FnMut(&Path) -> Option<String>) -> Option<String> {
    let mut out = String::new();
    let mut rest = source.trim();
    let mut compares = false;
    let mut joins = false;
    while let Some(c) = rest.chars().next() {
        if let Some((mut path, length)) = path_at(rest) {
            let sized = path.keys.last().is_some_and(|key| key == "length") && path.keys.pop().is_some();
            let input = name(&path)?;
            let (before, behind) = if sized { ("size(", ")") } else { ("", "") };
            out.extend([before, &input, behind]);
            rest = &rest[length..];
            continue;
        }
        if c == '"' || c == '\'' {
            let end = rest[1..].find(c)? + 2;
            if rest[..end].contains('\\') {
                return None;
            }
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        if let Some((from, to)) = METHODS.iter().find(|(from, _)| rest.starts_with(from)) {
            compares |= to.contains("contains") || to.contains("With");
            out.push_str(to);
            rest = &rest[from.len()..];
            continue;
        }
        let (length, said) = match rest {
            _ if rest.starts_with("$now.toISO()") => (12, "string(now)"),
            _ if rest.starts_with("$now") => (4, "now"),
            _ if rest.starts_with("===") => (3, "=="),
            _ if rest.starts_with("!==") => (3, "!="),
            _ if rest.starts_with("&&") => (2, "&&"),
            _ if rest.starts_with("||") => (2, "||"),
            _ if rest.starts_with("=>") || rest.starts_with("??") || rest.starts_with("**") => return None,
            _ => (c.len_utf8(), ""),
        };
        joins |= matches!(said, "&&" | "||");
        compares |= matches!(said, "==" | "!=") || matches!(c, '<' | '>') || (c == '!' && said.is_empty());
        match said {
            "" if matches!(c, '`' | '$' | ';' | '\\' | '{' | '}') => return None,
            "" => out.push(c),
            said => out.push_str(said),
        }
        rest = &rest[length..];
    }
    // `a || "b"` chooses a value there and a truth here.
    (!joins || compares).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(source: &str) -> Option<(Of, bool, String)> {
        path_at(source).filter(|(_, length)| *length == source.len()).map(|(path, _)| (path.of, path.all, path.keys.join("/")))
    }

    #[test]
    fn paths_in_all_their_spellings() {
        let node = |name: &str| Of::Node(name.to_owned());
        for (source, expected) in [
            ("$json.a.b", (Of::Current, false, "a/b")),
            ("$json[\"a b\"][0].c", (Of::Current, false, "a b/0/c")),
            ("$json?.a", (Of::Current, false, "a")),
            ("$json", (Of::Current, false, "")),
            ("$input.first().json.a", (Of::Current, false, "a")),
            ("$input.all()[1].json.x", (Of::Current, true, "1/x")),
            ("$node[\"My node\"].json.x", (node("My node"), false, "x")),
            ("$node.A.json[\"x\"]", (node("A"), false, "x")),
            ("$('A').item.json.x", (node("A"), false, "x")),
            ("$(\"A\").first().json.x", (node("A"), false, "x")),
            ("$items('A')[0].json.x", (node("A"), true, "0/x")),
        ] {
            assert_eq!(path(source), Some((expected.0, expected.1, expected.2.to_owned())), "{source}");
        }
        for none in ["$jsonx.a", "$('A'", "$('A').binary.x", "json.a", "$node[A].json.x", "$vars.x", ""] {
            assert_eq!(path(none), None, "{none}");
        }
    }

    #[test]
    fn simple_code_is_cel_and_other_code_is_not() {
        let say = |source: &str| cel(source, |path| Some(path.keys.join("_")));
        for (source, expected) in [
            ("$json.a + 1", "a + 1"),
            ("$json.a === 'x' && !$json.b", "a == 'x' && !b"),
            ("$json.name.toUpperCase()", "name.upperAscii()"),
            ("$json.list.length > 2 ? 'many' : 'few'", "size(list) > 2 ? 'many' : 'few'"),
        ] {
            assert_eq!(say(source).as_deref(), Some(expected), "{source}");
        }
        for none in ["$json.a || 'x'", "`${$json.a}`", "$json.a.map(x => x)", "$env.KEY", "$json.a ?? 1", "(() => { while (true) {} })()"] {
            assert_eq!(say(none), None, "{none}");
        }
    }

    #[test]
    fn texts_are_cut_at_their_braces() {
        assert_eq!(parts("a {{ $json.x }}{{1}} b {{"), [Part::Text("a "), Part::Code("$json.x"), Part::Code("1"), Part::Text(" b {{")]);
        assert_eq!(parts(""), []);
    }
}
