//! From names to vetted addresses.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address;
use crate::allow::AllowList;
use crate::error::Error;
use crate::policy::Purpose;

/// Turns a host name into addresses. Tests put their own in place.
pub trait Resolver: Send + Sync {
    /// All addresses of `host`; an error or an empty list means that it has none.
    fn resolve(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The resolver of the operating system (`getaddrinfo`).
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// The resolver the connector uses: what it returns has been vetted, and nothing else is
/// ever connected to.
#[derive(Clone)]
pub(crate) struct Vetted {
    pub purpose: Purpose,
    pub allow: Arc<AllowList>,
    pub resolver: Arc<dyn Resolver>,
    /// The operator's proxy, which may be anywhere. A URL that names it as its target is
    /// still vetted, because with a proxy the client checks targets itself.
    pub proxy_host: Option<String>,
}

impl Vetted {
    /// Checks a literal address.
    pub fn check_literal(&self, host: &str, ip: IpAddr) -> Result<(), Error> {
        if self.allow.permits(host, ip) { Ok(()) } else { Err(self.refusal(host, ip)) }
    }

    /// Resolves a name and keeps the addresses that may be reached.
    pub async fn lookup(&self, host: &str) -> Result<Vec<IpAddr>, Error> {
        let dns = || Error::Dns { host: host.to_owned() };
        let found = self.resolver.resolve(host.to_owned()).await.map_err(|error| {
            tracing::debug!(host, %error, "name not resolved");
            dns()
        })?;
        let first = *found.first().ok_or_else(dns)?;
        let kept: Vec<IpAddr> = found.into_iter().filter(|ip| self.allow.permits(host, *ip)).collect();
        if kept.is_empty() { Err(self.refusal(host, first)) } else { Ok(kept) }
    }

    fn refusal(&self, host: &str, ip: IpAddr) -> Error {
        let class = address::classify(ip).name();
        tracing::warn!(host, %ip, class, purpose = ?self.purpose, "outbound request refused");
        // A tool's URL may come from a model or a web page, so the address behind a name
        // is kept from it; an administrator who sets a model's URL may see it.
        let reason = match self.purpose {
            Purpose::Tool => format!("it is a {class} address; an operator can list it in HEARTH_EGRESS_ALLOW"),
            Purpose::Model => format!("{ip} is a {class} address; an operator can list it in HEARTH_MODEL_EGRESS_ALLOW"),
        };
        Error::Refused { host: host.to_owned(), reason }
    }
}

impl Resolve for Vetted {
    fn resolve(&self, name: Name) -> Resolving {
        let this = self.clone();
        Box::pin(async move {
            let host = name.as_str();
            let addresses = if this.proxy_host.as_deref() == Some(host) {
                this.resolver.resolve(host.to_owned()).await.map_err(|_| Error::Dns { host: host.to_owned() })?
            } else {
                this.lookup(host).await?
            };
            // Port 0 tells the connector to take the port of the URL.
            let addresses = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}
