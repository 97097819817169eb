//! Where a request comes from.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header::{HOST, USER_AGENT};
use ipnet::IpNet;
use rest::Client;

use super::listener::Peer;
use crate::config::Http;

/// What is needed to tell.
#[derive(Debug)]
pub struct Origins {
    proxies: Vec<IpNet>,
    public: Option<String>,
    tls: bool,
}

impl Origins {
    /// From the (checked) settings.
    pub fn new(settings: &Http) -> Arc<Self> {
        let network = |text: &String| text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        let public = settings.public_url.as_ref().and_then(|u| url::Url::parse(u).ok()).map(|u| u.origin().ascii_serialization());
        Arc::new(Self { proxies: settings.trusted_proxies.0.iter().filter_map(network).collect(), public, tls: settings.use_ssl })
    }

    fn trusted(&self, ip: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(&ip))
    }

    /// The client of a request from `peer`. Forwarding headers count only from a trusted proxy; of
    /// `X-Forwarded-For` the last address that is not itself a trusted proxy is the client.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Client {
        let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
        let behind_proxy = self.trusted(peer);
        let mut ip = peer;
        let mut tls = self.tls;
        if behind_proxy {
            let hops = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(','));
            let hops: Vec<IpAddr> = hops.filter_map(|hop| hop.trim().parse().ok()).collect();
            ip = hops.iter().rev().find(|hop| !self.trusted(**hop)).or(hops.first()).copied().unwrap_or(peer);
            tls = header("x-forwarded-proto").map_or(tls, |proto| proto == "https");
        }
        let origin = self.public.clone().unwrap_or_else(|| {
            let host = headers.get(HOST).and_then(|v| v.to_str().ok()).unwrap_or("localhost");
            format!("{}://{host}", if tls { "https" } else { "http" })
        });
        let secure = origin.starts_with("https://");
        let user_agent = headers.get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("").chars().take(200).collect();
        Client { ip: ip.to_canonical(), origin, secure, user_agent }
    }
}

/// Adds the [`Client`] to the request.
pub async fn identify(State(origins): State<Arc<Origins>>, mut request: Request, next: Next) -> Response {
    // In-process callers (tests) have no socket.
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::from([127, 0, 0, 1]), |p| p.0.ip());
    let client = origins.client(peer, request.headers());
    request.extensions_mut().insert(client);
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Origin, Sources};

    fn client(settings: &[(&str, &str)], peer: &str, headers: &[(&'static str, &str)]) -> Client {
        let mut sources = Sources::default();
        sources.add(Origin::Flag, settings.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())));
        let headers = headers.iter().map(|(n, v)| (http::HeaderName::from_static(n), v.parse().unwrap())).collect();
        Origins::new(&Http::read(&sources).unwrap()).client(peer.parse().unwrap(), &headers)
    }

    #[test]
    fn forwarding_headers_count_only_from_trusted_proxies() {
        let headers = [("x-forwarded-for", "6.6.6.6, 9.9.9.9, 10.0.0.2"), ("x-forwarded-proto", "https"), ("host", "h")];
        let direct = client(&[], "8.8.8.8", &headers);
        assert_eq!((direct.ip.to_string().as_str(), direct.origin.as_str()), ("8.8.8.8", "http://h"));
        let proxied = client(&[("HEARTH_TRUSTED_PROXIES", "10.0.0.0/8")], "10.0.0.1", &headers);
        assert_eq!((proxied.ip.to_string().as_str(), proxied.origin.as_str(), proxied.secure), ("9.9.9.9", "https://h", true));
    }

    #[test]
    fn public_url_wins() {
        let c = client(&[("SERVER_HOST", "https://hearth.example.com/")], "127.0.0.1", &[("host", "inner")]);
        assert_eq!((c.origin.as_str(), c.secure), ("https://hearth.example.com", true));
    }
}
