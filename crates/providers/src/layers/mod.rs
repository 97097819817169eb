//! What is nobody's vendor-specific business, as wrappers around [`model::Chat`].

mod concurrency;
mod measure;
mod retry;

pub use concurrency::Limiter;
pub use measure::Measured;
pub use retry::{Retry, RetryPolicy};
