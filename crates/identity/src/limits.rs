//! Limits on guessing: token buckets by client address and by account.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use moka::future::Cache;
use types::{ErrorKind, Failure};

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
            setup: Limiter::new(rates.setup),
            sign_in_address: Limiter::new(rates.sign_in_address),
            sign_in_account: Limiter::new(rates.sign_in_account),
            sign_up: Limiter::new(rates.sign_up),
            oauth_address: Limiter::new(rates.oauth_address),
            oauth_client: Limiter::new(rates.oauth_client),
            codes: Limiter::new(rates.codes),
        }
    }
}

/// One bucket per key; buckets that were full for long are dropped, and their number is bounded.
pub struct Limiter {
    quota: Quota,
    buckets: Cache<String, Arc<DefaultDirectRateLimiter>>,
}

impl Limiter {
    fn new(rate: Rate) -> Self {
        let burst = NonZeroU32::new(rate.burst).unwrap_or(NonZeroU32::MIN);
        let period = Duration::from_secs(u64::from(rate.refill_seconds.max(1)));
        let quota = Quota::with_period(period).unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN)).allow_burst(burst);
        // A bucket untouched until it is full again says nothing.
        let idle = period.saturating_mul(burst.get()).max(Duration::from_mins(1));
        Self { quota, buckets: Cache::builder().max_capacity(100_000).time_to_idle(idle).build() }
    }

    /// Takes one from the bucket of `key`.
    pub async fn check(&self, key: &str) -> Result<(), Failure> {
        let bucket = self.buckets.get_with_by_ref(key, async { Arc::new(RateLimiter::direct(self.quota)) }).await;
        bucket.check().map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
            let message = format!("Too many attempts. Try again in {wait} seconds.");
            let mut failure = Failure::new(ErrorKind::RateLimited, "rate_limited", message);
            failure.retry_after = Some(wait);
            failure
        })
    }

    /// Takes one from the bucket of an address.
    pub async fn check_address(&self, ip: IpAddr) -> Result<(), Failure> {
        self.check(&network(ip)).await
    }

    /// Fills the bucket of `key` again.
    pub async fn clear(&self, key: &str) {
        self.buckets.invalidate(key).await;
    }
}

/// The address; of IPv6 the /64, since a household has that many.
fn network(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}
