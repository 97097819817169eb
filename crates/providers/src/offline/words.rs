//! Script, words and a guess at tokens.

/// Whether a text is Chinese, as far as choosing a language for the answer goes.
pub fn is_chinese(text: &str) -> bool {
    text.chars().any(is_han)
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// The pieces in which a text is streamed: words with the white space after them, and
/// single Chinese characters.
pub fn split(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut open = false;
    let mut space = false;
    for c in text.chars() {
        let starts = !open || is_han(c) || (space && !c.is_whitespace());
        match pieces.last_mut() {
            Some(last) if !starts => last.push(c),
            _ => pieces.push(c.to_string()),
        }
        open = !is_han(c) || c.is_whitespace();
        space = c.is_whitespace();
    }
    pieces
}

/// About as many tokens as common tokenisers make: one for a Chinese character, one for
/// four other characters.
pub fn tokens(text: &str) -> u64 {
    let (han, other) = text.chars().fold((0u64, 0u64), |(han, other), c| if is_han(c) { (han + 1, other) } else { (han, other + 1) });
    han + other.div_ceil(4)
}

/// The first `max` characters, with an ellipsis when something is left out.
pub fn shorten(text: &str, max: usize) -> String {
    let text = text.trim();
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
