//! Adapters against the scripted model server and against hostile peers.

mod hostile;
mod scripted;

use std::time::Duration;

use egress::{Egress, Policy};
use model::vendor::{Capabilities, Endpoint, Vendors};

/// An endpoint with a key and short patience.
pub fn endpoint(base_url: &str, model: &str) -> Endpoint {
    Endpoint {
        base_url: Some(base_url.to_owned()),
        api_key: Some("sk-test-1234".to_owned().into()),
        model: model.to_owned(),
        capabilities: Capabilities::default(),
        extra: std::collections::BTreeMap::new(),
        timeout: Duration::from_millis(1500),
        max_concurrency: None,
        key: base_url.to_owned(),
    }
}

/// All vendors over a client that may reach this machine.
pub fn vendors() -> Vendors {
    crate::registry(&Egress::new(&Policy::default()).unwrap())
}
