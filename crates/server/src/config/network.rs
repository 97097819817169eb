//! The way out.

use super::{List, Secret, settings};

settings! {
    /// The way out: what Hearth may connect to.
    pub struct Network {
        /// Private hosts and networks that tools may reach (`intranet.example.com`, `10.1.0.0/16`). Without it: public addresses only.
        allow: List = "HEARTH_EGRESS_ALLOW", "";
        /// The same for model endpoints. `loopback` and `private` (networks) fit a local Ollama; link-local and metadata addresses must be named.
        model_allow: List = "HEARTH_MODEL_EGRESS_ALLOW", "loopback,private";
        /// Proxy for outbound connections (`http://proxy:3128`).
        proxy: Option<Secret> = "HEARTH_EGRESS_PROXY", "";
        /// Hosts reached without the proxy.
        no_proxy: String = "HEARTH_EGRESS_NO_PROXY", "localhost,127.0.0.0/8,::1";
        /// More certificate authorities, PEM file.
        ca_file: Option<String> = "HEARTH_EGRESS_CA_FILE", "";
        /// HTTP nodes may leave the certificates of servers unchecked. Whoever stands between can then read and change what is sent.
        insecure_tls: bool = "HEARTH_EGRESS_INSECURE_TLS", "false";
    }
}
