//! The client itself: checks, sends, follows redirects.

use std::sync::Arc;

use http::{HeaderMap, StatusCode};
use secrecy::ExposeSecret;
use tokio::time::{Instant, timeout, timeout_at};
use url::{Host, Url};

use crate::body::Body;
use crate::error::{Error, Phase};
use crate::policy::{Limits, Policy, Purpose};
use crate::redirect;
use crate::request::Request;
use crate::resolve::Vetted;
use crate::tls::{Clients, Tls};

/// The outbound HTTP client. Cheap to clone; connections are pooled per purpose, so that a
/// connection vetted under one policy is never used under another.
#[derive(Clone)]
pub struct Egress {
    model: Arc<Channel>,
    tool: Arc<Channel>,
}

/// What came back. The body has not been read yet.
#[derive(Debug)]
pub struct Response {
    /// Status of the last answer.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// The URL that answered, after redirects.
    pub url: Url,
    /// Its body.
    pub body: Body,
}

struct Channel {
    http: reqwest::Client,
    /// Of requests with TLS options of their own.
    secured: Clients,
    policy: Policy,
    vetted: Vetted,
    proxy: Option<Url>,
}

impl Egress {
    /// Builds the client. Fails with [`Error::Setup`] on a proxy or CA that cannot be used.
    pub fn new(policy: &Policy) -> Result<Self, Error> {
        // Fails when the binary has installed its provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self { model: Arc::new(Channel::new(policy, Purpose::Model)?), tool: Arc::new(Channel::new(policy, Purpose::Tool)?) })
    }

    /// Sends a request and returns when the response head is there.
    ///
    /// Any status is a success here. Dropping the future or the body cancels the request.
    pub async fn send(&self, purpose: Purpose, request: Request) -> Result<Response, Error> {
        let limits = request.limits.unwrap_or_else(|| Limits::of(purpose));
        let channel = match purpose {
            Purpose::Model => &self.model,
            Purpose::Tool => &self.tool,
        };
        channel.send(request, limits).await
    }

    /// Whether requests may leave the certificates of servers unchecked: for forms that want to refuse early.
    pub fn allows_insecure_tls(&self) -> bool {
        self.tool.policy.insecure_tls
    }

    /// Checks a URL without sending anything: for forms that want to refuse early.
    pub async fn check(&self, purpose: Purpose, url: &str) -> Result<(), Error> {
        let channel = match purpose {
            Purpose::Model => &self.model,
            Purpose::Tool => &self.tool,
        };
        let url = parse(url)?;
        match url.host() {
            Some(Host::Domain(name)) if channel.proxy.is_none() => channel.vetted.lookup(name).await.map(drop),
            _ => channel.vet(&url).await,
        }
    }
}

impl std::fmt::Debug for Egress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Egress")
    }
}

impl Channel {
    fn new(policy: &Policy, purpose: Purpose) -> Result<Self, Error> {
        let proxy = policy.proxy.as_ref().map(|text| parse_proxy(text.expose_secret())).transpose()?;
        let vetted = Vetted {
            purpose,
            allow: Arc::new(policy.list_for(purpose)),
            resolver: policy.resolver.clone(),
            proxy_host: proxy.as_ref().and_then(Url::host_str).map(str::to_owned),
        };
        let http = builder(policy, &vetted, proxy.as_ref())?.build();
        let http = match http {
            Ok(http) => http,
            Err(error) if policy.ca_pem.is_none() => {
                // A machine without a certificate store can still talk to a model server
                // in its own network; https then fails with a clear error.
                tracing::warn!(%error, "no system certificates: outbound https will fail");
                builder(policy, &vetted, proxy.as_ref())?.tls_certs_only([]).build().map_err(|error| setup(&error))?
            }
            Err(error) => return Err(setup(&error)),
        };
        Ok(Self { http, secured: Clients::default(), policy: policy.clone(), vetted, proxy })
    }

    async fn send(&self, request: Request, limits: Limits) -> Result<Response, Error> {
        let deadline = Instant::now() + limits.total;
        let Request { mut method, url, mut headers, mut body, limits: _, mut tls } = request;
        let mut url = parse(&url)?;
        let mut hops = 0;
        loop {
            let host = host_and_port(&url);
            self.vet(&url).await?;
            let sending = self.client(&tls, &host)?.request(method.clone(), url.clone()).headers(headers.clone()).body(body.clone()).send();
            let answer = timeout_at(deadline, timeout(limits.idle, sending))
                .await
                .map_err(|_| Error::Timeout { host: host.clone(), phase: Phase::Total })?
                .map_err(|_| Error::Timeout { host: host.clone(), phase: Phase::Idle })?
                .map_err(|error| Error::from_http(&host, error))?;
            let status = answer.status();
            let target = if limits.redirects == 0 { None } else { redirect::target(&host, &url, status, answer.headers())? };
            let Some(to) = target else {
                let headers = answer.headers().clone();
                let inner = Box::pin(answer.bytes_stream());
                return Ok(Response { status, headers, url, body: Body::new(inner, host, limits, deadline) });
            };
            hops += 1;
            if hops > limits.redirects {
                return Err(Error::Redirects { host, reason: "too often" });
            }
            if !redirect::carry_over(status, &url, &to, &mut method, &mut headers) {
                body = bytes::Bytes::new();
            }
            let to = parse(to.as_str())?;
            if to.origin() != url.origin() {
                tls = tls.without_identity();
            }
            url = to;
        }
    }

    /// The client for a request with these options.
    fn client(&self, tls: &Tls, host: &str) -> Result<reqwest::Client, Error> {
        if !tls.verifies() && !self.policy.insecure_tls {
            return Err(Error::VerifyRequired { host: host.to_owned() });
        }
        let own = self.secured.get(tls, || builder(&self.policy, &self.vetted, self.proxy.as_ref()))?;
        Ok(own.unwrap_or_else(|| self.http.clone()))
    }

    /// Checks what can be checked before connecting. A name is checked by the resolver of
    /// the connector, except behind a proxy, which resolves for us.
    async fn vet(&self, url: &Url) -> Result<(), Error> {
        let host = url.host_str().unwrap_or_default();
        match url.host() {
            Some(Host::Ipv4(ip)) => self.vetted.check_literal(host, ip.into()),
            Some(Host::Ipv6(ip)) => self.vetted.check_literal(host, ip.into()),
            Some(Host::Domain(name)) if self.proxy.is_some() => {
                match self.vetted.lookup(name).await {
                    // Inside a closed network only the proxy may know outside names.
                    Ok(_) | Err(Error::Dns { .. }) => Ok(()),
                    Err(error) => Err(error),
                }
            }
            Some(Host::Domain(_)) => Ok(()),
            None => Err(Error::Invalid { reason: "the address has no host".to_owned() }),
        }
    }
}

fn builder(policy: &Policy, vetted: &Vetted, proxy: Option<&Url>) -> Result<reqwest::ClientBuilder, Error> {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .user_agent(policy.user_agent.as_str())
        .connect_timeout(policy.connect_timeout)
        .tcp_nodelay(true)
        .tcp_keepalive(std::time::Duration::from_secs(30))
        .pool_idle_timeout(std::time::Duration::from_mins(1))
        .pool_max_idle_per_host(256)
        .dns_resolver(Arc::new(vetted.clone()))
        // The environment of the process must not reroute traffic behind the policy.
        .no_proxy();
    if let Some(pem) = &policy.ca_pem {
        let certificates = reqwest::Certificate::from_pem_bundle(pem)
            .ok()
            .filter(|found| !found.is_empty())
            .ok_or_else(|| Error::Setup { reason: "the CA file holds no readable PEM certificate".to_owned() })?;
        builder = builder.tls_certs_merge(certificates);
    }
    if let Some(url) = proxy {
        let proxy =
            reqwest::Proxy::all(url.clone()).map_err(|error| setup(&error))?.no_proxy(reqwest::NoProxy::from_string(&policy.no_proxy));
        builder = builder.proxy(proxy);
    }
    Ok(builder)
}

/// Parses a URL and refuses what no outbound request needs.
fn parse(text: &str) -> Result<Url, Error> {
    let invalid = |reason: &str| Error::Invalid { reason: reason.to_owned() };
    let mut url = Url::parse(text).map_err(|error| Error::Invalid { reason: format!("the address is not a URL: {error}") })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid("the address must start with http:// or https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("the address must not hold a user name or password"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(invalid("the address has no host"));
    }
    url.set_fragment(None);
    Ok(url)
}

fn parse_proxy(text: &str) -> Result<Url, Error> {
    let url = Url::parse(text).ok();
    url.filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
        .ok_or_else(|| Error::Setup { reason: "the proxy must be http://host:port".to_owned() })
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn setup(error: &reqwest::Error) -> Error {
    Error::Setup { reason: format!("the outbound HTTP client cannot be built: {error}") }
}
