//! What the operator decides about outbound traffic.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::allow::AllowList;
use crate::resolve::{Resolver, SystemResolver};

/// Why a request is made; it decides what may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A model endpoint, whose URL an administrator has set.
    Model,
    /// Anything whose URL may come from a user, a model or a web page.
    Tool,
}

/// Settings of the client. Built by the binary from its configuration.
#[derive(Clone)]
pub struct Policy {
    /// Allowed for every purpose beyond public addresses (`HEARTH_EGRESS_ALLOW`).
    pub allow: AllowList,
    /// Allowed for model endpoints in addition (`HEARTH_MODEL_EGRESS_ALLOW`).
    pub model_allow: AllowList,
    /// `http://[user:password@]host:port` of a forward proxy.
    pub proxy: Option<secrecy::SecretString>,
    /// Hosts that are reached without the proxy, in the usual `NO_PROXY` form.
    pub no_proxy: String,
    /// PEM certificates trusted besides those of the system.
    pub ca_pem: Option<Vec<u8>>,
    /// Requests may leave the certificates of servers unchecked (`HEARTH_EGRESS_INSECURE_TLS`).
    pub insecure_tls: bool,
    /// Time for resolving, connecting and the TLS handshake together.
    pub connect_timeout: Duration,
    /// Sent unless the request sets its own.
    pub user_agent: String,
    /// How names become addresses.
    pub resolver: Arc<dyn Resolver>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            allow: AllowList::none(),
            model_allow: AllowList::model_default(),
            proxy: None,
            no_proxy: "localhost,127.0.0.0/8,::1".to_owned(),
            ca_pem: None,
            insecure_tls: false,
            connect_timeout: Duration::from_secs(10),
            user_agent: concat!("Hearth/", env!("CARGO_PKG_VERSION")).to_owned(),
            resolver: Arc::new(SystemResolver),
        }
    }
}

impl Policy {
    /// What may be reached for `purpose` beyond public addresses.
    pub(crate) fn list_for(&self, purpose: Purpose) -> AllowList {
        match purpose {
            Purpose::Model => self.allow.clone().union(&self.model_allow),
            Purpose::Tool => self.allow.clone(),
        }
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("allow", &self.allow)
            .field("model_allow", &self.model_allow)
            .field("proxy", &self.proxy.is_some())
            .field("no_proxy", &self.no_proxy)
            .field("ca_pem", &self.ca_pem.is_some())
            .field("insecure_tls", &self.insecure_tls)
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

/// Bounds of one request. Every request has them; the purpose gives the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Decoded body bytes.
    pub max_bytes: u64,
    /// Longest silence: until the response head, and between two pieces of the body.
    pub idle: Duration,
    /// From sending to the last byte of the body.
    pub total: Duration,
    /// Redirects followed.
    pub redirects: u8,
}

impl Limits {
    /// The bounds that fit most requests of this purpose.
    pub fn of(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Model => Self { max_bytes: 64 << 20, idle: Duration::from_mins(1), total: Duration::from_mins(10), redirects: 5 },
            Purpose::Tool => Self { max_bytes: 8 << 20, idle: Duration::from_secs(15), total: Duration::from_secs(30), redirects: 5 },
        }
    }
}
