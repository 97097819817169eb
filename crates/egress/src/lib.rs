//! The one outbound HTTP client of Hearth (rule R14).
//!
//! Everything that leaves the process — model calls, tools, crawlers — goes through
//! [`Egress::send`]. A request names its [`Purpose`]; the purpose decides which addresses
//! may be reached.
//!
//! What is guaranteed for every request and for every redirect it follows:
//!
//! * the URL is parsed once, by the same parser that the connection uses;
//! * a literal address is checked before anything is sent; a name is resolved once, by the
//!   connector, and only the addresses that passed the check are connected to, so a name
//!   that changes its answer in between (DNS rebinding) gains nothing;
//! * loopback, private, link-local, carrier-grade NAT, metadata, multicast, unspecified,
//!   reserved and IPv4-in-IPv6 addresses are refused unless the operator listed them;
//! * a redirect to another origin carries no credentials and no client certificate;
//! * the body is bounded in decoded bytes, in silence and in total time, and dropping it
//!   closes the connection.
//!
//! With a proxy, names are resolved by the proxy: a name that resolves here is still
//! checked here, but the proxy makes the final connection and must apply its own rules.
//!
//! Reading order: `address` (what an address is) → `allow` (what the operator listed)
//! → `policy` → `tls` → `client` → `body`.
//! Invariant: nothing here reads the environment; the binary hands in a [`Policy`].

pub mod address;
pub mod allow;
mod body;
mod client;
mod error;
mod policy;
mod redirect;
mod request;
mod resolve;
#[cfg(test)]
mod tests;
pub mod tls;

pub use allow::AllowList;
pub use body::Body;
pub use client::{Egress, Response};
pub use error::{Error, Phase};
pub use policy::{Limits, Policy, Purpose};
pub use request::Request;
pub use resolve::{Resolver, SystemResolver};
pub use tls::Tls;
