//! Texts to typed values.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use secrecy::SecretString;

/// A type that a setting can have.
pub trait Value: Sized {
    /// What may be written, for the reference and for error messages.
    const ALLOWED: &'static str;
    /// Whether the value is never shown.
    const SECRET: bool = false;
    /// Reads it; the text is trimmed. The error says nothing but why, when `ALLOWED` is not enough.
    fn parse(text: &str) -> Result<Self, String>;
}

impl Value for String {
    const ALLOWED: &'static str = "text";
    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl Value for bool {
    const ALLOWED: &'static str = "`true`/`false` (also `1`/`0`, `yes`/`no`, `on`/`off`)";
    fn parse(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" | "" => Ok(false),
            _ => Err(String::new()),
        }
    }
}

impl Value for u32 {
    const ALLOWED: &'static str = "a whole number";
    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| String::new())
    }
}

impl Value for u64 {
    const ALLOWED: &'static str = "a whole number";
    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| String::new())
    }
}

/// Optional values are empty when absent.
impl<T: Value> Value for Option<T> {
    const ALLOWED: &'static str = T::ALLOWED;
    const SECRET: bool = T::SECRET;
    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(None) } else { T::parse(text).map(Some) }
    }
}

/// Something never shown.
#[derive(Debug, Clone)]
pub struct Secret(pub SecretString);

impl Value for Secret {
    const ALLOWED: &'static str = "secret text";
    const SECRET: bool = true;
    fn parse(text: &str) -> Result<Self, String> {
        Ok(Self(SecretString::from(text.to_owned())))
    }
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period(pub Duration);

impl Value for Period {
    const ALLOWED: &'static str = "a number of seconds, or with a unit: `500ms`, `30s`, `5m`, `12h`, `30d`";
    fn parse(text: &str) -> Result<Self, String> {
        let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let number: u64 = text[..split].parse().map_err(|_| String::new())?;
        let millis = match text[split..].trim() {
            "ms" => Some(1),
            "" | "s" => Some(1000),
            "m" => Some(60_000),
            "h" => Some(3_600_000),
            "d" => Some(86_400_000),
            _ => None,
        };
        let total = millis.and_then(|m: u64| number.checked_mul(m)).ok_or_else(String::new)?;
        Ok(Self(Duration::from_millis(total)))
    }
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteSize(pub u64);

impl Value for ByteSize {
    const ALLOWED: &'static str = "a number of bytes, or with a unit: `64KiB`, `200MB`, `1GiB`";
    fn parse(text: &str) -> Result<Self, String> {
        let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let number: u64 = text[..split].parse().map_err(|_| String::new())?;
        let unit: u64 = match text[split..].trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "k" | "kb" => 1000,
            "kib" => 1 << 10,
            "m" | "mb" => 1_000_000,
            "mib" => 1 << 20,
            "g" | "gb" => 1_000_000_000,
            "gib" => 1 << 30,
            _ => return Err(String::new()),
        };
        number.checked_mul(unit).map(Self).ok_or_else(String::new)
    }
}

/// Where to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listen(pub SocketAddr);

impl Value for Listen {
    const ALLOWED: &'static str = "`:port` (all addresses), `host:port`; port 0 takes a free one";
    fn parse(text: &str) -> Result<Self, String> {
        if let Some(port) = text.strip_prefix(':') {
            let port = port.parse().map_err(|_| String::new())?;
            return Ok(Self(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port)));
        }
        let text = text.replacen("localhost:", "127.0.0.1:", 1);
        text.parse().map(Self).map_err(|_| "the host must be an IP address or `localhost`".to_owned())
    }
}

/// Several values, separated by commas.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List(pub Vec<String>);

impl Value for List {
    const ALLOWED: &'static str = "values separated by commas";
    fn parse(text: &str) -> Result<Self, String> {
        Ok(Self(text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_and_sizes_have_units() {
        assert_eq!(Period::parse("30s").unwrap().0, Duration::from_secs(30));
        assert_eq!(Period::parse("3600").unwrap().0, Duration::from_hours(1));
        assert_eq!(ByteSize::parse("1GiB").unwrap().0, 1_073_741_824);
        for bad in ["", "s", "-1", "1 year", "99999999999999999999"] {
            assert!(Period::parse(bad).is_err(), "{bad}");
            assert!(ByteSize::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn listen_addresses() {
        assert_eq!(Listen::parse(":8888").unwrap().0.to_string(), "0.0.0.0:8888");
        assert_eq!(Listen::parse("localhost:1").unwrap().0.to_string(), "127.0.0.1:1");
        assert_eq!(Listen::parse("[::1]:80").unwrap().0.to_string(), "[::1]:80");
        for bad in ["8888", ":99999", "host.example:1", ""] {
            assert!(Listen::parse(bad).is_err(), "{bad}");
        }
    }
}
