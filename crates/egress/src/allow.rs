//! What the operator allows beyond public addresses.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use crate::address::{self, Class};

/// Addresses and hosts that may be reached although they are not public.
///
/// Text form: entries separated by commas or white space. An entry is an address, a CIDR
/// (`10.1.0.0/16`), a host name (`ollama.lan`), a suffix (`*.corp.example`), or one of the
/// words `loopback` and `private`.
///
/// Words and host names never open link-local, metadata, multicast or unspecified
/// addresses: those need their address or CIDR.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowList {
    loopback: bool,
    private: bool,
    nets: Vec<IpNet>,
    hosts: Vec<String>,
    suffixes: Vec<String>,
}

/// An entry of an allow-list that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{entry}` is neither an address, a CIDR, a host name, `*.suffix`, `loopback` nor `private`")]
pub struct ParseError {
    /// The entry as it was written.
    pub entry: String,
}

impl AllowList {
    /// Nothing beyond public addresses.
    pub fn none() -> Self {
        Self::default()
    }

    /// What model endpoints may reach unless the operator says otherwise: an administrator
    /// sets their URL, and a model server on the same machine or network is common.
    pub fn model_default() -> Self {
        Self { loopback: true, private: true, ..Self::default() }
    }

    /// Both lists together.
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        self.loopback |= other.loopback;
        self.private |= other.private;
        self.nets.extend_from_slice(&other.nets);
        self.hosts.extend_from_slice(&other.hosts);
        self.suffixes.extend_from_slice(&other.suffixes);
        self
    }

    /// Whether `ip` may be connected to for a URL whose host is `host`.
    pub fn permits(&self, host: &str, ip: IpAddr) -> bool {
        let canonical = ip.to_canonical();
        if self.nets.iter().any(|net| net.contains(&canonical) || net.contains(&ip)) {
            return true;
        }
        match address::classify(ip) {
            Class::Public => true,
            Class::Loopback => self.loopback || self.names(host),
            Class::Private => self.private || self.names(host),
            Class::CarrierNat | Class::Reserved => self.names(host),
            Class::LinkLocal | Class::Metadata | Class::Multicast | Class::Unspecified | Class::Embedded => false,
        }
    }

    fn names(&self, host: &str) -> bool {
        let host = normal(host);
        self.hosts.contains(&host)
            || self.suffixes.iter().any(|suffix| host.strip_suffix(suffix.as_str()).is_some_and(|rest| rest.ends_with('.')))
    }
}

impl FromStr for AllowList {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut list = Self::default();
        let entries = text.split(|c: char| c == ',' || c.is_whitespace());
        for entry in entries.filter(|entry| !entry.is_empty()) {
            list.add(entry)?;
        }
        Ok(list)
    }
}

impl AllowList {
    fn add(&mut self, entry: &str) -> Result<(), ParseError> {
        let wrong = || ParseError { entry: entry.to_owned() };
        if entry.eq_ignore_ascii_case("loopback") {
            self.loopback = true;
        } else if entry.eq_ignore_ascii_case("private") {
            self.private = true;
        } else if let Ok(net) = entry.parse::<IpNet>() {
            self.nets.push(net);
        } else if let Ok(ip) = entry.trim_matches(['[', ']']).parse::<IpAddr>() {
            self.nets.push(IpNet::from(ip));
        } else if let Some(suffix) = entry.strip_prefix("*.") {
            self.suffixes.push(host_name(suffix).ok_or_else(wrong)?);
        } else {
            self.hosts.push(host_name(entry).ok_or_else(wrong)?);
        }
        Ok(())
    }
}

/// Reads a host name with the URL parser, so that it compares equal to what a URL holds.
fn host_name(text: &str) -> Option<String> {
    let plain = !text.contains(['/', ':', '@', '*', '?', '#']);
    match url::Host::parse(text) {
        Ok(url::Host::Domain(name)) if plain => Some(normal(&name)),
        _ => None,
    }
}

fn normal(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}
