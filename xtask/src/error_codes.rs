//! Every stable code that the sources can produce is explained in `docs/errors.md`, and the other way round.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Beginnings of calls whose n-th argument (from 0) is a code when it is written out.
const CALLS: &[(&str, usize)] = &[
    ("Failure::new(", 1),
    ("ToolError::new(", 0),
    ("NodeError::new(", 0),
    ("NodeError::lasting(", 0),
    ("Self::lasting(", 0),
    ("Finding::error(", 0),
    ("Finding::warning(", 0),
    (".error(", 1),
    ("fault(", 2),
    ("Refused::because(", 0),
    ("Self::because(", 0),
    ("refuse(", 0),
    ("bad(", 0),
    (".blocking(", 1),
    (".warning(", 1),
    // `Variant => Kind, "code", "message";` of `types::errors!`.
    ("=> Invalid, ", 0),
    ("=> Unauthenticated, ", 0),
    ("=> Forbidden, ", 0),
    ("=> NotFound, ", 0),
    ("=> Conflict, ", 0),
    ("=> Unavailable, ", 0),
    ("=> TooLarge, ", 0),
    ("=> Timeout, ", 0),
    ("StatusCode::UNAUTHORIZED,", 0),
    ("code: ", 0),
];

/// Beginnings of blocks in which every `=> "…"` is a code.
const BLOCKS: &[&str] = &["fn code(&self) -> &'static str {", "fn as_code(self) -> &'static str {", "let code = match"];

/// On the page, but made in a way this scan does not see; each with its place.
const ELSEWHERE: &[(&str, &str)] = &[
    ("run_failed", "chat/turns/simple.rs: a run without an error of its own"),
    ("chat_cannot_cancel", "coze/error.rs: reserved by the wire"),
    ("no_end", "flow/workflow/check/structure.rs: made of the kind's name"),
    ("second_start", "flow/workflow/check/structure.rs: made of the kind's name"),
    ("second_end", "flow/workflow/check/structure.rs: made of the kind's name"),
    ("knowledge_failed", "nodes/ports/knowledge.rs: what a service behind the port says"),
    ("database_failed", "nodes/ports/databases.rs: what a service behind the port says"),
    ("conversation_failed", "nodes/ports/conversations.rs: what a service behind the port says"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Sources of the product, without tests.
fn sources(dir: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() {
            if !["tests", "testdata"].contains(&name.as_str()) {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|e| e == "rs") && !["tests.rs", "testkit.rs", "testing.rs"].contains(&name.as_str()) {
            let text = fs::read_to_string(&path).unwrap();
            let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let lines: Vec<&str> = product.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
            found.push((path, lines.join("\n")));
        }
    }
}

fn is_code(text: &str) -> bool {
    text.len() > 2
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// The string literal that the text begins with.
fn literal(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix('"')?.split('"').next().filter(|t| is_code(t))
}

/// The text from its n-th argument on; commas inside brackets and strings do not count.
fn argument(text: &str, n: usize) -> Option<&str> {
    let (mut depth, mut quoted, mut commas) = (0, false, 0);
    for (at, c) in text.char_indices() {
        if commas == n {
            return Some(&text[at..]);
        }
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return None,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => commas += 1,
            _ => {}
        }
    }
    None
}

/// From an opening brace to its closing one.
fn block(text: &str) -> &str {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return &text[..at],
            '}' => depth -= 1,
            _ => {}
        }
    }
    text
}

/// Each code with one place that makes it.
fn produced() -> BTreeMap<String, String> {
    let mut files = Vec::new();
    sources(&root().join("crates"), &mut files);
    let mut codes = BTreeMap::new();
    for (path, text) in &files {
        let place = path.strip_prefix(root()).unwrap().display().to_string();
        let mut add = |code: Option<&str>| codes.extend(code.map(|c| (c.to_owned(), place.clone())));
        for (call, n) in CALLS {
            // `code: "x".into()` is a code, a field `setup_code: …` or `refuse_all(` is none.
            let word = call.starts_with(|c: char| c.is_ascii_alphabetic());
            for (at, _) in text.match_indices(call) {
                let before = text[..at].chars().next_back();
                if word && before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.') {
                    continue;
                }
                add(argument(&text[at + call.len()..], *n).and_then(literal));
            }
        }
        for begin in BLOCKS {
            for (at, _) in text.match_indices(begin) {
                let open = at + text[at..].find('{').unwrap_or_default();
                block(&text[open..]).split("=> ").skip(1).for_each(|arm| add(literal(arm)));
            }
        }
    }
    codes
}

/// Whether a source names the code at all: tables of codes and helpers of features make them too.
fn named(code: &str, files: &[(PathBuf, String)]) -> bool {
    let literal = format!("\"{code}\"");
    files.iter().any(|(_, text)| text.contains(&literal))
}

/// First cells of the tables: `code` or several of them.
fn explained(page: &str) -> BTreeSet<String> {
    let rows = page.lines().filter_map(|l| l.strip_prefix("| ")).filter_map(|l| l.split(" |").next());
    rows.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

#[test]
fn every_code_is_explained() {
    let page = fs::read_to_string(root().join("docs/errors.md")).unwrap();
    let (produced, explained) = (produced(), explained(&page));
    for known in ["disk_full", "setup_code_wrong", "invalid_grant", "budget_cost", "unreachable", "too_long", "body_too_large"] {
        assert!(produced.contains_key(known), "the scan does not see {known} any more");
    }
    let missing: Vec<_> = produced.iter().filter(|(c, _)| !explained.contains(*c)).map(|(c, p)| format!("{c} ({p})")).collect();
    assert!(missing.is_empty(), "add these to docs/errors.md:\n{}", missing.join("\n"));
    let elsewhere = |code: &str| ELSEWHERE.iter().any(|(c, _)| *c == code);
    let number = |code: &str| code.bytes().all(|b| b.is_ascii_digit());
    let mut files = Vec::new();
    sources(&root().join("crates"), &mut files);
    let made = |code: &str| produced.contains_key(code) || named(code, &files);
    let gone: Vec<_> = explained.iter().filter(|c| !made(c) && !elsewhere(c) && !number(c)).collect();
    assert!(gone.is_empty(), "docs/errors.md explains codes that nothing makes: {gone:?}");
}

#[test]
fn every_number_of_the_coze_wire_is_explained() {
    let source = fs::read_to_string(root().join("crates/coze/src/error.rs")).unwrap();
    let number = |l: &str| Some(l.strip_prefix("pub const ")?.split_once(": i64 = ")?.1.strip_suffix(';')?.replace('_', ""));
    let numbers: Vec<String> = source.lines().filter_map(number).collect();
    assert!(numbers.len() >= 9, "the numbers are where this test looks: {numbers:?}");
    let explained = explained(&fs::read_to_string(root().join("docs/errors.md")).unwrap());
    let missing: Vec<_> = numbers.iter().filter(|n| !explained.contains(n.as_str())).collect();
    assert!(missing.is_empty(), "docs/errors.md does not explain {missing:?}");
}
