//! Numbers of versions: `v1.2.3`.

use std::fmt;
use std::str::FromStr;

/// The number of a published version; greater means later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct VersionNumber {
    major: u32,
    minor: u32,
    patch: u32,
}

impl VersionNumber {
    /// The one that follows when nobody says which.
    #[must_use]
    pub fn next(self) -> Self {
        Self { patch: self.patch.saturating_add(1), ..self }
    }
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The text was no version number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAVersion;

impl FromStr for VersionNumber {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let mut parts = text.strip_prefix('v').ok_or(NotAVersion)?.split('.').map(part);
        let mut next = || parts.next().ok_or(NotAVersion)?;
        let (major, minor, patch) = (next()?, next()?, next()?);
        if parts.next().is_some() {
            return Err(NotAVersion);
        }
        Ok(Self { major, minor, patch })
    }
}

/// Up to nine digits without leading zeros: one text for each number.
fn part(text: &str) -> Result<u32, NotAVersion> {
    let plain = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !plain || (text.len() > 1 && text.starts_with('0')) {
        return Err(NotAVersion);
    }
    text.parse().map_err(|_| NotAVersion)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_written_and_compared() {
        for text in ["v0.0.1", "v1.2.3", "v10.0.0", "v999999999.0.0"] {
            assert_eq!(text.parse::<VersionNumber>().unwrap().to_string(), text);
        }
        for bad in
            ["", "1.2.3", "v1.2", "v1.2.3.4", "v01.2.3", "v1.-2.3", "v1.2.3 ", "v1.+2.3", "v1..3", "v4294967296.0.0", "V1.2.3", "v١.0.0"]
        {
            assert_eq!(bad.parse::<VersionNumber>(), Err(NotAVersion), "{bad:?}");
        }
        let number = |text: &str| text.parse::<VersionNumber>().unwrap();
        assert!(number("v0.0.9") < number("v0.0.10") && number("v0.9.9") < number("v1.0.0") && number("v2.0.0") > number("v1.10.10"));
        assert_eq!(number("v1.2.9").next(), number("v1.2.10"));
        assert_eq!(VersionNumber::default().next(), number("v0.0.1"));
    }
}
