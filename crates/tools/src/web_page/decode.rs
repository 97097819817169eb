//! Bytes to text: byte order mark, header, `<meta>`, then a guess.

use encoding_rs::{Encoding, GB18030, UTF_8, WINDOWS_1252};

/// How far into the page a `<meta charset>` is looked for.
const HEAD: usize = 2048;

/// The text of a body.
pub fn text(body: &[u8], content_type: Option<&str>) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(body) {
        return encoding.decode_without_bom_handling(&body[mark..]).0.into_owned();
    }
    let declared = content_type.and_then(|t| charset(t.as_bytes())).or_else(|| meta(&body[..body.len().min(HEAD)]));
    if let Some(encoding) = declared {
        return encoding.decode_without_bom_handling(body).0.into_owned();
    }
    // A page that was cut may end within a character, so a few errors at the end are no proof.
    let (utf8, broken) = UTF_8.decode_without_bom_handling(body);
    if !broken || utf8.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count() <= 2 {
        return utf8.into_owned();
    }
    let (chinese, broken) = GB18030.decode_without_bom_handling(body);
    if !broken {
        return chinese.into_owned();
    }
    WINDOWS_1252.decode_without_bom_handling(body).0.into_owned()
}

fn meta(head: &[u8]) -> Option<&'static Encoding> {
    let lower = head.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = find(&lower[from..], b"<meta") {
        let begin = from + at;
        let end = find(&lower[begin..], b">").map_or(lower.len(), |e| begin + e);
        if let Some(encoding) = charset(&lower[begin..end]) {
            // A page that says UTF-16 in ASCII cannot mean it.
            return Some(if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE { UTF_8 } else { encoding });
        }
        from = end;
    }
    None
}

/// What stands after `charset=`.
fn charset(text: &[u8]) -> Option<&'static Encoding> {
    let lower = text.to_ascii_lowercase();
    let after = find(&lower, b"charset=")? + b"charset=".len();
    let label: Vec<u8> = lower[after..]
        .iter()
        .copied()
        .skip_while(|b| matches!(b, b'"' | b'\'' | b' '))
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'))
        .collect();
    Encoding::for_label(&label)
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
