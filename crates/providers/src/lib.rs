//! Model vendors: one folder each, all behind [`model::Vendor`].
//!
//! * `openai_compatible`: everybody who speaks OpenAI's chat completions; who they are and
//!   how they differ is data, in `vendors.toml`;
//! * `anthropic`, `gemini`, `ollama`: their own protocols;
//! * `offline`: a built-in model without a network, to try Hearth with;
//! * `wire`: what the adapters share: requests, error texts, frames, the answer stream;
//! * `layers`: what is not a vendor's business: retry, concurrency cap, metrics;
//! * `probe`: finds out what a model can do by asking it.
//!
//! Reading order: `wire::sink` → `wire::frames` → `wire::answer` → one vendor.
//! Invariant: no adapter opens a connection itself; all go through `egress`.

mod anthropic;
mod gemini;
mod layers;
mod offline;
mod ollama;
mod openai_compatible;
mod probe;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use egress::Egress;
use model::vendor::Vendors;

pub use layers::{Limiter, Retry, RetryPolicy};

/// All vendors, in the order shown to people.
pub fn registry(egress: &Egress) -> Vendors {
    let host = wire::Host { egress: egress.clone(), limiter: Limiter::default(), retry: RetryPolicy::default() };
    let mut compatible = openai_compatible::vendors(&host);
    let own: [(usize, Arc<dyn model::Vendor>); 3] = [
        (1, Arc::new(anthropic::Anthropic::new(&host))),
        (2, Arc::new(gemini::Gemini::new(&host))),
        (7, Arc::new(ollama::Ollama::new(&host))),
    ];
    for (place, vendor) in own {
        compatible.insert(place.min(compatible.len()), vendor);
    }
    compatible.push(Arc::new(offline::Offline));
    Vendors::new(compatible)
}
