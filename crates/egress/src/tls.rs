//! How one request secures its connection, beyond what holds for all.
//!
//! Requests with the same options share a client and its connections; those of others never use them.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};

use crate::error::Error;

/// Bytes of PEM in one place.
const MAX_PEM: usize = 256 * 1024;
/// Clients that are kept.
const CLIENTS: usize = 32;

/// Options of one request.
#[derive(Clone)]
pub struct Tls {
    verify: bool,
    ca: Option<String>,
    /// Certificates and key.
    identity: Option<SecretString>,
}

impl Default for Tls {
    fn default() -> Self {
        Self { verify: true, ca: None, identity: None }
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { verify, ca, identity } = self;
        f.debug_struct("Tls").field("verify", verify).field("ca", &ca.is_some()).field("identity", &identity.is_some()).finish()
    }
}

impl Tls {
    /// Whether the server's certificate is checked. Without: only where the operator allows it (`tls_verify_required`).
    #[must_use]
    pub fn verify(mut self, verify: bool) -> Self {
        self.verify = verify;
        self
    }

    /// Trusts these certificates (PEM) besides those of the system. Fails with `tls_options_invalid`.
    pub fn trust(mut self, ca: &str) -> Result<Self, Error> {
        certificates(ca)?;
        self.ca = Some(ca.to_owned());
        Ok(self)
    }

    /// Shows this certificate (PEM, with those between it and its authority) to a server that asks for one; it never goes to
    /// another origin. Fails with `tls_options_invalid`.
    pub fn identity(mut self, certificate: &str, key: &SecretString) -> Result<Self, Error> {
        let chain = certificates(certificate)?;
        let text = key.expose_secret();
        let no_key = || invalid("the private key is no PEM private key without a passphrase");
        if text.len() > MAX_PEM {
            return Err(no_key());
        }
        let private = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| no_key())?;
        CertifiedKey::from_der(chain, private, &ring::default_provider()).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => invalid("the private key is not the one of the certificate"),
            _ => invalid("the private key or the certificate is of a kind that cannot be used"),
        })?;
        // Other parts (parameters of curves, words around) are in nobody's way.
        let pem = format!("{}{}", blocks(certificate, "CERTIFICATE"), blocks(text, "PRIVATE KEY"));
        self.identity = Some(pem.into());
        Ok(self)
    }

    /// What goes to another origin.
    #[must_use]
    pub(crate) fn without_identity(mut self) -> Self {
        self.identity = None;
        self
    }

    pub(crate) fn verifies(&self) -> bool {
        self.verify
    }

    /// Nothing differs from what holds for all.
    fn is_usual(&self) -> bool {
        self.verify && self.ca.is_none() && self.identity.is_none()
    }

    fn fingerprint(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let identity = self.identity.as_ref().map(ExposeSecret::expose_secret);
        for part in [Some(if self.verify { "1" } else { "0" }), self.ca.as_deref(), identity] {
            let part = part.unwrap_or_default();
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().into()
    }

    fn apply(&self, mut builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        builder = builder.tls_danger_accept_invalid_certs(!self.verify);
        if let Some(ca) = &self.ca {
            let found = reqwest::Certificate::from_pem_bundle(ca.as_bytes());
            builder = builder.tls_certs_merge(found.map_err(|_| invalid("a trusted certificate cannot be used"))?);
        }
        if let Some(pem) = &self.identity {
            let identity = reqwest::Identity::from_pem(pem.expose_secret().as_bytes());
            builder = builder.identity(identity.map_err(|_| invalid("the certificate and its key cannot be used"))?);
        }
        Ok(builder)
    }
}

/// The certificates of a PEM text. Fails with `tls_options_invalid`.
pub fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let none = || invalid("this is no PEM certificate (-----BEGIN CERTIFICATE-----)");
    if pem.len() > MAX_PEM {
        return Err(none());
    }
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let found = found.map_err(|_| none())?;
    // What is not a certificate inside is found when a key or a root is made of it; better now.
    let mut roots = rustls::RootCertStore::empty();
    let (_, wrong) = roots.add_parsable_certificates(found.iter().cloned());
    if found.is_empty() || wrong > 0 { Err(none()) } else { Ok(found) }
}

fn blocks(pem: &str, what: &str) -> String {
    let (mut kept, mut inside) = (String::new(), false);
    for line in pem.lines().map(str::trim) {
        inside |= line.starts_with("-----BEGIN ") && line.ends_with(&format!("{what}-----"));
        if inside {
            kept.extend([line, "\n"]);
        }
        inside &= !line.starts_with("-----END ");
    }
    kept
}

fn invalid(reason: &str) -> Error {
    Error::TlsOptions { reason: reason.to_owned() }
}

/// Clients by their options, those used last at the end.
#[derive(Default)]
pub(crate) struct Clients(Mutex<VecDeque<([u8; 32], reqwest::Client)>>);

impl Clients {
    /// The client for these options, made by `make` out of what holds for all; `None`: nothing differs.
    pub(crate) fn get(
        &self,
        tls: &Tls,
        make: impl FnOnce() -> Result<reqwest::ClientBuilder, Error>,
    ) -> Result<Option<reqwest::Client>, Error> {
        if tls.is_usual() {
            return Ok(None);
        }
        let fingerprint = tls.fingerprint();
        if let Some(client) = self.take(&fingerprint) {
            self.keep(fingerprint, client.clone());
            return Ok(Some(client));
        }
        let client = tls.apply(make()?)?.build().map_err(|_| invalid("no client can be built with these certificates"))?;
        self.keep(fingerprint, client.clone());
        Ok(Some(client))
    }

    fn take(&self, fingerprint: &[u8; 32]) -> Option<reqwest::Client> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = clients.iter().position(|(known, _)| known == fingerprint)?;
        clients.remove(at).map(|(_, client)| client)
    }

    fn keep(&self, fingerprint: [u8; 32], client: reqwest::Client) {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        clients.retain(|(known, _)| *known != fingerprint);
        clients.push_back((fingerprint, client));
        if clients.len() > CLIENTS {
            clients.pop_front();
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}
