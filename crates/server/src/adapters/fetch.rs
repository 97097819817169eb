//! The sandbox's `fetch` over the outbound client: granted hosts only, and of those only what tools may reach.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use egress::{Egress, Limits, Purpose, Request};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use sandbox::{FetchRequest, FetchResponse, HostFetch, Hosts};
use url::Url;

/// Redirects followed, each to a granted host.
const REDIRECTS: usize = 5;

/// Headers that belong to the connection, not to the code.
const OURS: [HeaderName; 5] = [header::HOST, header::CONTENT_LENGTH, header::CONNECTION, header::TRANSFER_ENCODING, header::UPGRADE];

/// The port `sandbox::HostFetch`.
pub struct Fetch(pub Egress);

#[async_trait::async_trait]
impl HostFetch for Fetch {
    async fn fetch(&self, hosts: &Hosts, request: FetchRequest) -> Result<FetchResponse, String> {
        let FetchRequest { url, method, headers, body } = request;
        let mut url = granted(hosts, &url)?;
        let mut method: Method = method.parse().map_err(|_| format!("{method} is no HTTP method"))?;
        let mut body = match body {
            None => Vec::new(),
            Some(text) => STANDARD.decode(text).map_err(|_| "the body is not base64".to_owned())?,
        };
        let mut headers = read(headers)?;
        for _ in 0..=REDIRECTS {
            // The client would follow to any public host; here each step needs its grant.
            let limits = Limits { redirects: 0, ..Limits::of(Purpose::Tool) };
            let mut request = Request::new(method.clone(), url.as_str()).limits(limits);
            for (name, value) in &headers {
                request = request.header(name.clone(), value.clone());
            }
            if !body.is_empty() {
                let kind = headers.get(header::CONTENT_TYPE).cloned();
                request = request.body("text/plain;charset=UTF-8", body.clone());
                if let Some(kind) = kind {
                    request = request.header(header::CONTENT_TYPE, kind);
                }
            }
            let response = self.0.send(Purpose::Tool, request).await.map_err(|e| e.to_string())?;
            let status = response.status.as_u16();
            let location = response.headers.get(header::LOCATION).and_then(|l| l.to_str().ok());
            if let (301 | 302 | 303 | 307 | 308, Some(location)) = (status, location) {
                let next = url.join(location).map_err(|_| "a redirect to an unreadable address".to_owned())?;
                let next = granted(hosts, next.as_str())?;
                if next.origin() != url.origin() {
                    headers.remove(header::AUTHORIZATION);
                    headers.remove(header::COOKIE);
                }
                if status == 303 || (status < 303 && method == Method::POST) {
                    method = Method::GET;
                    body.clear();
                    headers.remove(header::CONTENT_TYPE);
                }
                url = next;
                continue;
            }
            let told = response.headers.iter().map(|(n, v)| (n.as_str().to_owned(), String::from_utf8_lossy(v.as_bytes()).into_owned()));
            let headers = told.collect();
            let bytes = response.body.bytes().await.map_err(|e| e.to_string())?;
            return Ok(FetchResponse { status, url: url.to_string(), headers, body: STANDARD.encode(bytes) });
        }
        Err("too many redirects".to_owned())
    }
}

fn granted(hosts: &Hosts, text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| "this is no absolute URL".to_owned())?;
    let ("http" | "https", Some(host), Some(port)) = (url.scheme(), url.host_str(), url.port_or_known_default()) else {
        return Err("only http and https can be fetched".to_owned());
    };
    if hosts.allow(host, port) { Ok(url) } else { Err(format!("{host} is not among the hosts granted to this code")) }
}

fn read(headers: Vec<(String, String)>) -> Result<HeaderMap, String> {
    let mut read = HeaderMap::new();
    for (name, value) in headers {
        let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) else {
            return Err(format!("the header {name} cannot be sent"));
        };
        if !OURS.contains(&name) {
            read.insert(name, value);
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_granted_hosts() {
        let hosts = Hosts::new(["api.example.com"]).unwrap();
        assert!(granted(&hosts, "https://api.example.com/x").is_ok());
        assert!(granted(&hosts, "https://API.example.com:443/").is_ok());
        for bad in [
            "https://api.example.com@evil.net/",
            "https://evil.net/?api.example.com",
            "http://api.example.com.evil.net",
            "file:///etc/passwd",
            "gopher://api.example.com",
            "/relative",
            "https://api.example.com\u{2024}evil.net",
            "http://127.0.0.1/",
        ] {
            assert!(granted(&hosts, bad).is_err(), "{bad}");
        }
        assert!(granted(&Hosts::default(), "https://api.example.com/").is_err());
    }
}
