//! What a file is, from its first bytes and its extension. The client's word does not count.

/// So many first bytes are looked at.
pub const HEAD: usize = 4096;

const OTHER: &str = "application/octet-stream";
const IMAGES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// Extensions of office files, which are all zips.
const ZIPS: [(&str, &str); 6] = [
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("epub", "application/epub+zip"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
];

/// Texts with a type of their own. What a browser could execute (HTML, SVG, scripts) is plain text.
const TEXTS: [(&str, &str); 8] = [
    ("md", "text/markdown"),
    ("markdown", "text/markdown"),
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("json", "application/json"),
    ("jsonl", "application/jsonl"),
    ("yaml", "application/yaml"),
    ("yml", "application/yaml"),
];

/// The content type that is stored and served.
pub fn content_type(name: &str, head: &[u8]) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    let by = |table: &[(&str, &'static str)]| table.iter().find(|(e, _)| *e == extension).map(|(_, t)| *t);
    match head {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => "audio/wav",
        [b'I', b'D', b'3', ..] | [0xff, 0xfb, ..] => "audio/mpeg",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "video/mp4",
        [b'%', b'P', b'D', b'F', b'-', ..] => "application/pdf",
        [b'P', b'K', 3, 4, ..] => by(&ZIPS).unwrap_or("application/zip"),
        [0x1f, 0x8b, ..] => "application/gzip",
        _ if is_readable(head) => by(&TEXTS).unwrap_or("text/plain"),
        _ => OTHER,
    }
}

/// UTF-8 without control characters; the last character may be cut.
fn is_readable(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(e) if e.error_len().is_none() => std::str::from_utf8(&head[..e.valid_up_to()]).unwrap_or("\0"),
        Err(_) => return false,
    };
    !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'))
}

/// A type that may be shown in place.
pub fn is_image(content_type: &str) -> bool {
    IMAGES.contains(&content_type)
}

/// A type whose bytes are text.
pub fn is_text(content_type: &str) -> bool {
    content_type.starts_with("text/") || TEXTS.iter().any(|(_, t)| *t == content_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_decide() {
        assert_eq!(content_type("x.html", b"<script>alert(1)</script>"), "text/plain");
        assert_eq!(content_type("x.svg", b"<svg onload=x>"), "text/plain");
        assert_eq!(content_type("x.png", b"MZ\x90\0"), OTHER);
        assert_eq!(content_type("x.txt", b"\x89PNG\r\n\x1a\n"), "image/png");
        assert_eq!(content_type("a.docx", b"PK\x03\x04..."), ZIPS[0].1);
        assert_eq!(content_type("a.csv", "é,ü".as_bytes()), "text/csv");
        assert_eq!(content_type("cut", &"é".as_bytes()[..1]), "text/plain");
        assert_eq!(content_type("bad", &[0xff, 0xfe, 0x41]), OTHER);
        assert_eq!(content_type("empty", b""), "text/plain");
    }
}
