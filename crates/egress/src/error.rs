//! Why an outbound request failed.
//!
//! Messages name the host at most: a path or a query may carry a key.

/// A failed outbound request. The variant is the kind; [`Error::code`] is stable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The URL or a header cannot be used at all.
    #[error("{reason}")]
    Invalid {
        /// What is wrong, without the value.
        reason: String,
    },
    /// The address is not allowed for this purpose.
    #[error("the address of `{host}` is not allowed: {reason}")]
    Refused {
        /// Host of the URL.
        host: String,
        /// Which rule refuses it and who can allow it.
        reason: String,
    },
    /// The name has no address.
    #[error("the name `{host}` cannot be resolved")]
    Dns {
        /// Host of the URL.
        host: String,
    },
    /// No connection could be made.
    #[error("cannot connect to `{host}`: {reason}")]
    Connect {
        /// Host and port.
        host: String,
        /// Cause, as the system says it.
        reason: String,
    },
    /// The TLS handshake failed.
    #[error("no secure connection to `{host}`: {reason}")]
    Tls {
        /// Host and port.
        host: String,
        /// Cause, as the TLS library says it.
        reason: String,
    },
    /// A time limit ran out.
    #[error("`{host}` took too long: {phase}")]
    Timeout {
        /// Host and port.
        host: String,
        /// Which limit.
        phase: Phase,
    },
    /// The body is larger than the limit.
    #[error("`{host}` answered with more than {limit} bytes")]
    TooLarge {
        /// Host and port.
        host: String,
        /// The limit, in decoded bytes.
        limit: u64,
    },
    /// A redirect that is not followed.
    #[error("`{host}` redirects {reason}")]
    Redirects {
        /// Host and port of the last answer.
        host: String,
        /// Why it is not followed.
        reason: &'static str,
    },
    /// The connection broke while the request or the body was under way.
    #[error("the connection to `{host}` broke: {reason}")]
    Broken {
        /// Host and port.
        host: String,
        /// Cause, as the HTTP library says it.
        reason: String,
    },
    /// A certificate or a key of the request cannot be used.
    #[error("{reason}")]
    TlsOptions {
        /// What is wrong with which, without the value.
        reason: String,
    },
    /// The request wants the server's certificate unchecked.
    #[error("the certificate of `{host}` must be checked: the operator does not allow otherwise (HEARTH_EGRESS_INSECURE_TLS)")]
    VerifyRequired {
        /// Host and port.
        host: String,
    },
    /// The policy cannot be put into force.
    #[error("{reason}")]
    Setup {
        /// What is wrong with which part.
        reason: String,
    },
}

/// Which time limit ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Resolving, connecting and the TLS handshake.
    Connect,
    /// Silence: nothing came for the idle limit.
    Idle,
    /// The whole request.
    Total,
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Connect => "no connection in time",
            Self::Idle => "nothing came within the idle limit",
            Self::Total => "the time limit of the request ran out",
        })
    }
}

impl Error {
    /// The stable code, for programs and for the error reference.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "egress_invalid",
            Self::Refused { .. } => "egress_refused",
            Self::Dns { .. } => "egress_dns",
            Self::Connect { .. } => "egress_connect",
            Self::Tls { .. } => "egress_tls",
            Self::TlsOptions { .. } => "tls_options_invalid",
            Self::VerifyRequired { .. } => "tls_verify_required",
            Self::Timeout { .. } => "egress_timeout",
            Self::TooLarge { .. } => "egress_too_large",
            Self::Redirects { .. } => "egress_redirects",
            Self::Broken { .. } => "egress_broken",
            Self::Setup { .. } => "egress_setup",
        }
    }

    /// Whether the same request may succeed when it is sent again.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Dns { .. } | Self::Connect { .. } | Self::Timeout { .. } | Self::Broken { .. } => true,
            Self::Invalid { .. }
            | Self::Refused { .. }
            | Self::Tls { .. }
            | Self::TlsOptions { .. }
            | Self::VerifyRequired { .. }
            | Self::TooLarge { .. }
            | Self::Redirects { .. }
            | Self::Setup { .. } => false,
        }
    }

    /// Translates an error of the HTTP library. `host` is host and port of the URL.
    pub(crate) fn from_http(host: &str, error: reqwest::Error) -> Self {
        let error = error.without_url();
        if let Some(own) = own_cause(&error) {
            return own;
        }
        let host = host.to_owned();
        let reason = root_cause(&error);
        if error.is_timeout() {
            let phase = if error.is_connect() { Phase::Connect } else { Phase::Total };
            return Self::Timeout { host, phase };
        }
        if is_tls(&error) {
            return Self::Tls { host, reason };
        }
        if error.is_connect() {
            return Self::Connect { host, reason };
        }
        Self::Broken { host, reason }
    }
}

type Cause<'a> = &'a (dyn std::error::Error + 'static);

/// Walks an error chain, looking inside `io::Error` too (its `source` skips its payload).
fn find<T>(error: Cause<'_>, pick: impl Fn(Cause<'_>) -> Option<T>) -> Option<T> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(found) = pick(cause) {
            return Some(found);
        }
        let inner = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if let Some(found) = inner.and_then(|inner| find(inner, &pick as &dyn Fn(Cause<'_>) -> Option<T>)) {
            return Some(found);
        }
        next = cause.source();
    }
    None
}

fn own_cause(error: Cause<'_>) -> Option<Error> {
    find(error, |cause| cause.downcast_ref::<Error>().cloned())
}

fn is_tls(error: Cause<'_>) -> bool {
    find(error, |cause| cause.downcast_ref::<rustls::Error>().map(|_| ())).is_some()
}

fn root_cause(error: Cause<'_>) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

impl types::Coded for Error {
    fn kind(&self) -> types::ErrorKind {
        match self {
            Self::Invalid { .. } | Self::TlsOptions { .. } => types::ErrorKind::Invalid,
            Self::Refused { .. } | Self::VerifyRequired { .. } => types::ErrorKind::Forbidden,
            Self::Timeout { .. } => types::ErrorKind::Timeout,
            Self::Setup { .. } => types::ErrorKind::Internal,
            Self::Dns { .. }
            | Self::Connect { .. }
            | Self::Tls { .. }
            | Self::TooLarge { .. }
            | Self::Redirects { .. }
            | Self::Broken { .. } => types::ErrorKind::Upstream,
        }
    }

    fn code(&self) -> &'static str {
        self.code()
    }
}

types::coded!(Error);
