//! Limits on guessing: token buckets by client address and by account.

use std::time::Duration;

use rest::Limiter;

use crate::config::{Rate, Rates};

/// All limits of one process.
pub struct Limits {
    pub setup: Limiter,
    pub sign_in_address: Limiter,
    pub sign_in_account: Limiter,
    pub sign_up: Limiter,
    pub oauth_address: Limiter,
    pub oauth_client: Limiter,
    pub codes: Limiter,
}

impl Limits {
    pub fn new(rates: &Rates) -> Self {
        Self {
            setup: limiter(rates.setup),
            sign_in_address: limiter(rates.sign_in_address),
            sign_in_account: limiter(rates.sign_in_account),
            sign_up: limiter(rates.sign_up),
            oauth_address: limiter(rates.oauth_address),
            oauth_client: limiter(rates.oauth_client),
            codes: limiter(rates.codes),
        }
    }
}

fn limiter(rate: Rate) -> Limiter {
    Limiter::new(rate.burst, Duration::from_secs(u64::from(rate.refill_seconds)))
}
