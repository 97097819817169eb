//! What the adapters share.

pub mod answer;
pub mod errors;
pub mod frames;
pub mod images;
pub mod sink;
mod think;
mod transport;

pub use answer::Decoder;
pub use frames::{Frame, Framing};
pub use sink::Sink;
pub use transport::{Auth, Transport};

use std::sync::Arc;

use egress::Egress;
use model::{Chat, Endpoint, Error, Vendor};
use serde_json::Value;

use crate::layers::{self, Limiter, RetryPolicy};

/// What every adapter gets from the binary.
#[derive(Clone)]
pub struct Host {
    pub egress: Egress,
    pub limiter: Limiter,
    pub retry: RetryPolicy,
}

impl Host {
    /// Puts the layers around an adapter.
    pub fn layered(&self, vendor: &dyn Vendor, endpoint: &Endpoint, chat: Arc<dyn Chat>) -> Arc<dyn Chat> {
        let measured = layers::Measured::new(vendor.info().id, chat);
        let limited = self.limiter.wrap(endpoint, Arc::new(measured));
        Arc::new(layers::Retry::new(self.retry, limited))
    }
}

/// The base URL of an endpoint without a trailing slash, or the vendor's default.
pub fn base_url(endpoint: &Endpoint, default: Option<&str>) -> Result<String, Error> {
    let given = endpoint.base_url.as_deref().map(str::trim).filter(|url| !url.is_empty());
    let url = given.or(default).ok_or_else(|| Error::Unavailable("This model needs a base URL.".to_owned()))?;
    Ok(url.trim_end_matches('/').to_owned())
}

/// Adds the vendor-specific fields of a request to its body, on top.
pub fn add_extra(body: &mut Value, extra: &std::collections::BTreeMap<String, Value>) {
    if let Some(object) = body.as_object_mut() {
        for (name, value) in extra {
            object.insert(name.clone(), value.clone());
        }
    }
}

/// Sets a field when there is a value for it.
pub fn set<T: Into<Value>>(body: &mut Value, name: &str, value: Option<T>) {
    if let (Some(object), Some(value)) = (body.as_object_mut(), value) {
        object.insert(name.to_owned(), value.into());
    }
}

/// Arguments that a model wrote, as the object that some vendors want to see again.
pub fn arguments_object(arguments: &str) -> Value {
    match serde_json::from_str(arguments) {
        Ok(Value::Object(object)) => Value::Object(object),
        _ => Value::Object(serde_json::Map::new()),
    }
}

/// A vendor must send one vector for each text.
pub fn expect_vectors(wanted: usize, got: usize) -> Result<(), Error> {
    if wanted == got { Ok(()) } else { Err(Error::Protocol(format!("{got} vectors for {wanted} texts"))) }
}
