//! Everything between the socket and the routes.
//!
//! * `listener`: accepts connections, plain or TLS, and lets them finish when the server stops;
//! * `client`: where a request comes from, proxies considered;
//! * `layers`: log id, metrics, CORS, limits, headers, in their order;
//! * `unread`: bodies of refused requests, read before their answer;
//! * `health`: `/health`, `/ready`; `ops`: the operator's listener.

pub mod client;
pub mod health;
pub mod layers;
pub mod listener;
pub mod ops;
mod unread;
