//! The one way out of the sandbox: a host function that the server performs.
//!
//! The child has no socket. It writes its wish; the server checks the host against what was
//! granted and sends it through its own client, which vets the address as for any tool.

use serde::{Deserialize, Serialize};

/// Hosts that may be reached: `api.example.com`, `*.example.com` (not `example.com` itself), each
/// perhaps with `:port`. Empty: none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// From patterns; blanks and case do not matter. `*` alone is refused: a grant names hosts.
    pub fn new<T: AsRef<str>>(patterns: impl IntoIterator<Item = T>) -> Result<Self, String> {
        let mut hosts = Vec::new();
        for pattern in patterns {
            let pattern = pattern.as_ref().trim().to_ascii_lowercase();
            let name = pattern.strip_prefix("*.").unwrap_or(&pattern);
            let sound = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '_' | '[' | ']'));
            if name.is_empty() || !sound {
                return Err(format!("`{pattern}` is no host: write `api.example.com` or `*.example.com`, perhaps with `:port`."));
            }
            hosts.push(pattern);
        }
        Ok(Self(hosts))
    }

    /// Whether nothing is granted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this host (lower case, as parsed from the URL) and port are granted.
    pub fn allow(&self, host: &str, port: u16) -> bool {
        self.0.iter().any(|pattern| {
            let (name, wanted) = parts(pattern);
            names(name, host) && wanted.is_none_or(|w| w == port)
        })
    }

    /// Those of `wanted` that reach beyond this.
    pub fn beyond<'a>(&self, wanted: &'a Self) -> Vec<&'a str> {
        wanted.0.iter().map(String::as_str).filter(|wanted| !self.0.iter().any(|granted| covers(granted, wanted))).collect()
    }

    /// The patterns.
    pub fn patterns(&self) -> &[String] {
        &self.0
    }
}

/// Name and port of a pattern.
fn parts(pattern: &str) -> (&str, Option<u16>) {
    match pattern.rsplit_once(':') {
        Some((name, digits)) if digits.parse::<u16>().is_ok() => (name, digits.parse().ok()),
        _ => (pattern, None),
    }
}

fn names(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(domain) => host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
        None => host == pattern,
    }
}

/// Whether all that a pattern reaches, another one does.
fn covers(granted: &str, wanted: &str) -> bool {
    let ((granted, port), (wanted, wanted_port)) = (parts(granted), parts(wanted));
    // A wildcard lies below a wildcard as any host of it does, and is no host itself.
    (granted == wanted || names(granted, wanted)) && (port.is_none() || port == wanted_port)
}

/// What code wants to fetch.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FetchRequest {
    /// Absolute.
    pub url: String,
    /// Upper case.
    #[serde(default = "get")]
    pub method: String,
    /// In order.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// Base64.
    #[serde(default)]
    pub body: Option<String>,
}

fn get() -> String {
    "GET".to_owned()
}

/// What came back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FetchResponse {
    /// HTTP status.
    pub status: u16,
    /// The URL that answered, after redirects.
    pub url: String,
    /// In order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Base64.
    pub body: String,
}

/// Performs fetches of the sandbox; the server implements it over its outbound client.
#[async_trait::async_trait]
pub trait HostFetch: Send + Sync {
    /// Fetches, if `hosts` grants it; on each redirect again. The error is for the person who wrote the code.
    async fn fetch(&self, hosts: &Hosts, request: FetchRequest) -> Result<FetchResponse, String>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_as_narrow_as_it_reads() {
        let hosts = Hosts::new(["API.example.com", "*.trusted.org", "local.test:8080"]).unwrap();
        assert!(hosts.allow("api.example.com", 443));
        assert!(hosts.allow("a.b.trusted.org", 80));
        assert!(hosts.allow("local.test", 8080));
        for (host, port) in [
            ("example.com", 443),
            ("x.api.example.com", 443),
            ("trusted.org", 443),
            ("eviltrusted.org", 443),
            (".trusted.org", 443),
            ("local.test", 80),
            ("api.example.com.evil.net", 443),
        ] {
            assert!(!hosts.allow(host, port), "{host}:{port}");
        }
        let beyond = |wanted: &[&str]| {
            let wanted = Hosts::new(wanted).unwrap();
            hosts.beyond(&wanted).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let within = ["api.example.com", "api.example.com:8443", "*.trusted.org", "*.a.trusted.org", "b.trusted.org:1", "local.test:8080"];
        assert!(beyond(&within).is_empty());
        let over =
            ["*.example.com", "example.com", "*.api.example.com", "trusted.org", "*.org", "eviltrusted.org", "local.test", "local.test:80"];
        assert_eq!(beyond(&over), over);
        for bad in ["*", "", "*.", "http://x", "a b", "x/y", "a@b"] {
            assert!(Hosts::new([bad]).is_err(), "{bad}");
        }
    }
}
