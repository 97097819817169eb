//! Certificates: the operator's CA is trusted, nothing else that the system does not trust, and never for another name; what a
//! request brings itself holds for itself alone. The keys beside this file protect nothing.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{Names, limits};
use crate::tls::certificates;
use crate::{Egress, Error, Policy, Purpose, Request, Tls};

const CA: &[u8] = include_bytes!("tls/tls_ca.pem");
const SELF_SIGNED: &str = include_str!("tls/self_signed.pem");
const CLIENT: &str = include_str!("tls/client.pem");
const CLIENT_KEY: &str = include_str!("tls/client.key");

/// A server's certificate and key.
type Pair = (&'static str, &'static str);
const SIGNED: Pair = (include_str!("tls/tls_cert.pem"), include_str!("tls/tls_key.pem"));
const OWN: Pair = (SELF_SIGNED, include_str!("tls/self_signed.key"));
const EXPIRED: Pair = (include_str!("tls/expired.pem"), include_str!("tls/expired.key"));

/// Whether clients show a certificate.
#[derive(Clone, Copy, PartialEq)]
enum Clients {
    May,
    Must,
}

/// Answers over TLS with who was shown: `a client` or `nobody`. `/to/<url>` redirects there.
async fn site((certificate, key): Pair, clients: Clients) -> SocketAddr {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(include_bytes!("tls/client_ca.pem")).unwrap()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let verifier = if clients == Clients::May { verifier.allow_unauthenticated() } else { verifier }.build().unwrap();
    let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_client_cert_verifier(verifier).with_single_cert(chain, key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut socket) = acceptor.accept(socket).await else { return };
                let shown = socket.get_ref().1.peer_certificates().is_some();
                let mut request = [0; 1024];
                let read = socket.read(&mut request).await.unwrap_or_default();
                let line = String::from_utf8_lossy(&request[..read]).lines().next().unwrap_or_default().to_owned();
                let to = line.split(' ').nth(1).and_then(|path| path.strip_prefix("/to/"));
                let head = to.map_or("HTTP/1.1 200 OK".to_owned(), |to| format!("HTTP/1.1 307 There\r\nlocation: {to}"));
                let said = if shown { "a client" } else { "nobody" };
                let answer = format!("{head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{said}", said.len());
                socket.write_all(answer.as_bytes()).await.ok();
                socket.shutdown().await.ok();
            });
        }
    });
    address
}

fn policy() -> Policy {
    let names = Names::of(&[("site.test", &["127.0.0.1"]), ("other.test", &["127.0.0.1"])]);
    Policy { allow: "127.0.0.1".parse().unwrap(), resolver: names, ..Policy::default() }
}

/// What a site says to a request with these options.
async fn said(egress: &Egress, url: &str, tls: Tls) -> Result<String, Error> {
    let answer = egress.send(Purpose::Tool, Request::get(url).limits(limits()).tls(tls)).await?;
    Ok(String::from_utf8(answer.body.bytes().await?.to_vec()).unwrap())
}

fn client(certificate: &str, key: &str) -> Result<Tls, Error> {
    Tls::default().trust(SELF_SIGNED).unwrap().identity(certificate, &SecretString::from(key))
}

#[tokio::test]
async fn the_operators_ca_counts_and_only_for_its_name() {
    let port = site(SIGNED, Clients::May).await.port();
    let trusting = Egress::new(&Policy { ca_pem: Some(CA.to_vec()), ..policy() }).unwrap();
    let usual = async |egress: &Egress, name: &str| said(egress, &format!("https://{name}:{port}/"), Tls::default()).await;
    assert_eq!(usual(&trusting, "site.test").await.unwrap(), "nobody");
    let wrong_name = usual(&trusting, "other.test").await.unwrap_err();
    assert_eq!(wrong_name.code(), "egress_tls", "{wrong_name}");
    let unknown_ca = usual(&Egress::new(&policy()).unwrap(), "site.test").await.unwrap_err();
    assert_eq!(unknown_ca.code(), "egress_tls", "{unknown_ca}");
}

#[tokio::test]
async fn a_request_may_trust_more_and_only_itself() {
    let egress = Egress::new(&policy()).unwrap();
    let (own, expired) = (site(OWN, Clients::May).await.port(), site(EXPIRED, Clients::May).await.port());
    let url = format!("https://site.test:{own}/");
    let trusting = || Tls::default().trust(SELF_SIGNED).unwrap();
    assert_eq!(said(&egress, &url, Tls::default()).await.unwrap_err().code(), "egress_tls");
    assert_eq!(said(&egress, &url, trusting()).await.unwrap(), "nobody");
    assert_eq!(said(&egress, &url, Tls::default()).await.unwrap_err().code(), "egress_tls", "nobody else trusts it now");
    assert_eq!(said(&egress, &format!("https://other.test:{own}/"), trusting()).await.unwrap_err().code(), "egress_tls");
    let old = Tls::default().trust(EXPIRED.0).unwrap();
    let failed = said(&egress, &format!("https://site.test:{expired}/"), old).await.unwrap_err();
    assert!(failed.code() == "egress_tls" && failed.to_string().contains("xpired"), "{failed}");
    // Addresses are vetted as ever.
    let inner = Egress::new(&Policy { allow: crate::AllowList::none(), ..policy() }).unwrap();
    assert_eq!(said(&inner, &url, trusting()).await.unwrap_err().code(), "egress_refused");
}

#[tokio::test]
async fn nothing_is_left_unchecked_unless_the_operator_says_so() {
    let port = site(EXPIRED, Clients::May).await.port();
    let url = format!("https://other.test:{port}/");
    let strict = Egress::new(&policy()).unwrap();
    let failed = said(&strict, &url, Tls::default().verify(false)).await.unwrap_err();
    assert_eq!((failed.code(), strict.allows_insecure_tls()), ("tls_verify_required", false));
    let open = Egress::new(&Policy { insecure_tls: true, ..policy() }).unwrap();
    assert_eq!(said(&open, &url, Tls::default().verify(false)).await.unwrap(), "nobody");
    assert_eq!(said(&open, &url, Tls::default()).await.unwrap_err().code(), "egress_tls", "only who asks for it");
}

#[tokio::test]
async fn a_certificate_is_shown_where_it_is_demanded_and_nowhere_else() {
    let egress = Egress::new(&policy()).unwrap();
    let (must, may) = (site(OWN, Clients::Must).await.port(), site(OWN, Clients::May).await.port());
    let (must, may) = (format!("https://site.test:{must}/"), format!("https://site.test:{may}/"));
    let nobody = said(&egress, &must, Tls::default().trust(SELF_SIGNED).unwrap()).await.unwrap_err();
    assert!(["egress_tls", "egress_broken"].contains(&nobody.code()), "{nobody}");
    for key in [CLIENT_KEY, include_str!("tls/client_ec.key")] {
        assert_eq!(said(&egress, &must, client(CLIENT, key).unwrap()).await.unwrap(), "a client");
    }
    let stranger = client(include_str!("tls/stranger.pem"), include_str!("tls/stranger.key")).unwrap();
    let refused = said(&egress, &must, stranger).await.unwrap_err();
    assert!(["egress_tls", "egress_broken"].contains(&refused.code()), "{refused}");
    // Connections of who has a certificate are not used by who has none.
    let mine = || client(CLIENT, CLIENT_KEY).unwrap();
    assert_eq!(said(&egress, &may, mine()).await.unwrap(), "a client");
    assert_eq!(said(&egress, &may, Tls::default().trust(SELF_SIGNED).unwrap()).await.unwrap(), "nobody");
    // The same origin gets it after a redirect, another one does not, not even the way back.
    assert_eq!(said(&egress, &format!("{must}to/{must}"), mine()).await.unwrap(), "a client");
    assert_eq!(said(&egress, &format!("{must}to/{may}"), mine()).await.unwrap(), "nobody");
    let back = said(&egress, &format!("{must}to/{may}to/{must}"), mine()).await.unwrap_err();
    assert!(["egress_tls", "egress_broken"].contains(&back.code()), "{back}");
}

#[test]
fn what_is_no_certificate_or_key_is_refused() {
    let broken = SELF_SIGNED.replace("MII", "AAA");
    for pem in ["", "PEM", CLIENT_KEY, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", &broken, &"x".repeat(300_000)] {
        let shown: String = pem.chars().take(60).collect();
        assert_eq!(certificates(pem).unwrap_err().code(), "tls_options_invalid", "{shown}");
        assert_eq!(Tls::default().trust(pem).unwrap_err().code(), "tls_options_invalid", "{shown}");
        assert_eq!(client(pem, CLIENT_KEY).unwrap_err().code(), "tls_options_invalid", "{shown}");
    }
    let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE\n-----END ENCRYPTED PRIVATE KEY-----\n";
    for (key, why) in [("", "no PEM"), (CLIENT, "no PEM"), (locked, "no PEM"), (include_str!("tls/stranger.key"), "not the one")] {
        let error = client(CLIENT, key).unwrap_err();
        assert!(error.code() == "tls_options_invalid" && error.to_string().contains(why), "{error}");
        assert!(key.is_empty() || !error.to_string().contains(key));
    }
    let tls = client(CLIENT, CLIENT_KEY).unwrap();
    let shown = format!("{tls:?} {:?}", Request::get("https://a.example/?key=secret").body("text/plain", "secret").tls(tls.clone()));
    assert!(!shown.contains("secret") && !shown.contains("BEGIN"), "{shown}");
}

#[test]
fn so_many_clients_are_kept() {
    let clients = crate::tls::Clients::default();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let make = || Ok(reqwest::Client::builder().no_proxy().tls_certs_only([]));
    assert!(clients.get(&Tls::default(), make).unwrap().is_none());
    for n in 0..40 {
        // Words around a certificate make another text of it.
        let tls = Tls::default().trust(&format!("{n}\n{SELF_SIGNED}")).unwrap();
        for _ in 0..2 {
            assert!(clients.get(&tls, make).unwrap().is_some());
        }
    }
    assert_eq!(clients.len(), 32);
}
