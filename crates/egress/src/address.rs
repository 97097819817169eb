//! What kind of address an IP address is.
//!
//! The sources are the IANA special-purpose registries for IPv4 and IPv6. For IPv6 the
//! rule is inverted: only `2000::/3` is global unicast, everything else is special.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The kind of an address, as far as reaching it from a server matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Globally reachable unicast.
    Public,
    /// This machine: `127.0.0.0/8`, `::1`.
    Loopback,
    /// RFC 1918 networks and IPv6 unique local addresses.
    Private,
    /// `169.254.0.0/16`, `fe80::/10`, and the retired site-local `fec0::/10`.
    LinkLocal,
    /// An address at which a cloud provider hands out credentials.
    Metadata,
    /// Carrier-grade NAT, `100.64.0.0/10`.
    CarrierNat,
    /// One address, many receivers.
    Multicast,
    /// "This host" (`0.0.0.0/8`, `::`); Linux connects it to loopback.
    Unspecified,
    /// An IPv4 address carried inside an IPv6 one: NAT64, 6to4, Teredo, IPv4-compatible.
    Embedded,
    /// Documentation, benchmarking, future use.
    Reserved,
}

impl Class {
    /// The word used in messages and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::LinkLocal => "link-local",
            Self::Metadata => "metadata",
            Self::CarrierNat => "carrier-grade NAT",
            Self::Multicast => "multicast",
            Self::Unspecified => "unspecified",
            Self::Embedded => "IPv4-in-IPv6",
            Self::Reserved => "reserved",
        }
    }
}

/// Metadata services outside the link-local range: Alibaba Cloud, Oracle, Azure's wire server.
const METADATA_V4: [Ipv4Addr; 4] =
    [Ipv4Addr::new(169, 254, 169, 254), Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192), Ipv4Addr::new(168, 63, 129, 16)];

/// Metadata services inside unique local space: AWS and Google.
const METADATA_V6: [Ipv6Addr; 2] =
    [Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254), Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254)];

/// Says what kind of address this is. An IPv4-mapped address is what it maps.
pub fn classify(ip: IpAddr) -> Class {
    match ip {
        IpAddr::V4(ip) => classify_v4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(mapped) => classify_v4(mapped),
            None => classify_v6(ip),
        },
    }
}

fn classify_v4(ip: Ipv4Addr) -> Class {
    if METADATA_V4.contains(&ip) {
        return Class::Metadata;
    }
    match ip.octets() {
        [0, ..] => Class::Unspecified,
        [127, ..] => Class::Loopback,
        [10, ..] | [192, 168, ..] => Class::Private,
        [172, second, ..] if second & 0xf0 == 16 => Class::Private,
        [169, 254, ..] => Class::LinkLocal,
        [100, second, ..] if second & 0xc0 == 64 => Class::CarrierNat,
        [224..=239, ..] => Class::Multicast,
        [192, 0, 0 | 2, _] | [192, 88, 99, _] | [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] | [240..=255, ..] => {
            Class::Reserved
        }
        _ => Class::Public,
    }
}

fn classify_v6(ip: Ipv6Addr) -> Class {
    if METADATA_V6.contains(&ip) {
        return Class::Metadata;
    }
    if ip.is_unspecified() {
        return Class::Unspecified;
    }
    if ip.is_loopback() {
        return Class::Loopback;
    }
    let s = ip.segments();
    match s {
        [first, ..] if first & 0xfe00 == 0xfc00 => Class::Private,
        [first, ..] if first & 0xff80 == 0xfe80 => Class::LinkLocal,
        [first, ..] if first & 0xff00 == 0xff00 => Class::Multicast,
        // IPv4-compatible, NAT64 (well-known and local-use prefixes), Teredo, 6to4.
        [0, 0, 0, 0, 0, 0, ..] | [0x64, 0xff9b, ..] | [0x2001, 0, ..] | [0x2002, ..] => Class::Embedded,
        // IETF protocol assignments, documentation.
        [0x2001, 0x0db8, ..] => Class::Reserved,
        [0x2001, second, ..] if second < 0x0200 => Class::Reserved,
        [first, ..] if first & 0xe000 != 0x2000 => Class::Reserved,
        [0x3fff, second, ..] if second < 0x1000 => Class::Reserved,
        _ => Class::Public,
    }
}
