//! What the operator decides about accounts.

use secrecy::SecretString;

/// Settings of this crate.
#[derive(Debug, Clone)]
pub struct Config {
    /// Who may create an account (`DISABLE_USER_REGISTRATION`, `ALLOW_REGISTRATION_EMAIL`).
    pub registration: Registration,
    /// Asked for by the set-up page when the server listens beyond loopback.
    pub setup_code: Option<SecretString>,
    /// `https://host[:port]` under which people reach this server; what the request says when absent.
    pub public_url: Option<String>,
    /// Further `host[:port]` that a JWT assertion may name as its audience.
    pub trusted_hosts: Vec<String>,
    /// How long a browser stays signed in without a visit, in days.
    pub session_days: u32,
    /// Version of the product, shown by `GET /setup`.
    pub version: String,
    /// Limits on guessing.
    pub rates: Rates,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            registration: Registration::Open,
            setup_code: None,
            public_url: None,
            trusted_hosts: Vec::new(),
            session_days: 30,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rates: Rates::default(),
        }
    }
}

/// Who may create an account. An invitation always may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registration {
    /// Anybody.
    Open,
    /// Only these e-mail addresses.
    Listed(Vec<String>),
    /// Nobody.
    Closed,
}

impl Registration {
    /// The wire name.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Listed(_) => "listed",
            Self::Closed => "closed",
        }
    }

    /// Whether this address (already lower case) may register without an invitation.
    pub fn admits(&self, email: &str) -> bool {
        match self {
            Self::Open => true,
            Self::Listed(list) => list.iter().any(|listed| listed.trim().eq_ignore_ascii_case(email)),
            Self::Closed => false,
        }
    }
}

/// A bucket: so many at once, then one every so many seconds.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// At once.
    pub burst: u32,
    /// Seconds until one more.
    pub refill_seconds: u32,
}

impl Rate {
    /// A bucket.
    pub const fn new(burst: u32, refill_seconds: u32) -> Self {
        Self { burst, refill_seconds }
    }
}

/// Limits on guessing, per client address (IPv6: per /64) or per account.
#[derive(Debug, Clone)]
pub struct Rates {
    /// Set-up attempts of an address.
    pub setup: Rate,
    /// Sign-in attempts of an address.
    pub sign_in_address: Rate,
    /// Failed sign-ins (and password changes) of an account; a success clears it.
    pub sign_in_account: Rate,
    /// Sign-ups of an address.
    pub sign_up: Rate,
    /// OAuth token and device requests of an address.
    pub oauth_address: Rate,
    /// OAuth token requests of a client id.
    pub oauth_client: Rate,
    /// Looking at or accepting invitations and device codes, of an address.
    pub codes: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            setup: Rate::new(10, 30),
            sign_in_address: Rate::new(60, 2),
            sign_in_account: Rate::new(10, 30),
            sign_up: Rate::new(20, 30),
            oauth_address: Rate::new(240, 1),
            oauth_client: Rate::new(240, 1),
            codes: Rate::new(60, 2),
        }
    }
}
