//! Certificates: the operator's CA is trusted, nothing else that the system does not trust,
//! and never for another name. The key beside this file protects nothing.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{Names, limits};
use crate::{Egress, Policy, Purpose, Request};

const CA: &[u8] = include_bytes!("tls_ca.pem");

/// Answers over TLS with a certificate for `site.test`.
async fn tls_site() -> SocketAddr {
    let chain = vec![CertificateDer::from_pem_slice(include_bytes!("tls_cert.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls_key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(chain, key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let Ok(mut socket) = acceptor.accept(socket).await else { continue };
            let mut request = [0; 1024];
            let _ = socket.read(&mut request).await;
            socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.ok();
        }
    });
    address
}

#[tokio::test]
async fn the_operators_ca_counts_and_only_for_its_name() {
    let port = tls_site().await.port();
    let names = Names::of(&[("site.test", &["127.0.0.1"]), ("other.test", &["127.0.0.1"])]);
    let policy = Policy { allow: "127.0.0.1".parse().unwrap(), resolver: names, ..Policy::default() };
    let trusting = Egress::new(&Policy { ca_pem: Some(CA.to_vec()), ..policy.clone() }).unwrap();
    let get = |name: &str| Request::get(format!("https://{name}:{port}/")).limits(limits());
    let answer = trusting.send(Purpose::Tool, get("site.test")).await.unwrap();
    assert_eq!(answer.body.bytes().await.unwrap(), "ok");
    let wrong_name = trusting.send(Purpose::Tool, get("other.test")).await.unwrap_err();
    assert_eq!(wrong_name.code(), "egress_tls", "{wrong_name}");
    let unknown_ca = Egress::new(&policy).unwrap().send(Purpose::Tool, get("site.test")).await.unwrap_err();
    assert_eq!(unknown_ca.code(), "egress_tls", "{unknown_ca}");
}
