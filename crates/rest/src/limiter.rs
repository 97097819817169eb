//! Limits on how often somebody may ask: token buckets.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use moka::future::Cache;
use types::{ErrorKind, Failure};

/// One bucket per key; buckets that were full for long are dropped, and their number is bounded.
pub struct Limiter {
    quota: Quota,
    buckets: Cache<String, Arc<DefaultDirectRateLimiter>>,
}

impl Limiter {
    /// `burst` at once, then one more in each `refill`; neither is less than one (second).
    #[must_use]
    pub fn new(burst: u32, refill: Duration) -> Self {
        Self::of(burst, refill.max(Duration::from_secs(1)))
    }

    fn of(burst: u32, refill: Duration) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(refill).unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN)).allow_burst(burst);
        // A bucket untouched until it is full again says nothing.
        let idle = refill.saturating_mul(burst.get()).max(Duration::from_mins(1));
        Self { quota, buckets: Cache::builder().max_capacity(100_000).time_to_idle(idle).build() }
    }

    /// 60 at once and 60 in a minute: more than a person does, less than a program would.
    #[must_use]
    pub fn of_a_person() -> Self {
        Self::new(60, Duration::from_secs(1))
    }

    /// So many at once and as many in a minute, at least one.
    #[must_use]
    pub fn per_minute(times: u32) -> Self {
        let times = times.max(1);
        Self::of(times, Duration::from_mins(1) / times)
    }

    /// Takes one from the bucket of `key`; `rate_limited` when it is empty.
    pub async fn check(&self, key: &str) -> Result<(), Failure> {
        let bucket = self.buckets.get_with_by_ref(key, async { Arc::new(RateLimiter::direct(self.quota)) }).await;
        bucket.check().map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
            let message = format!("Too many attempts. Try again in {wait} seconds.");
            Failure { retry_after: Some(wait), ..Failure::new(ErrorKind::RateLimited, "rate_limited", message) }
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
