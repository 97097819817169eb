//! Listeners, TLS, limits, CORS.

use super::{ByteSize, List, Listen, Period, Problem, settings};

settings! {
    /// Listeners, TLS, limits, CORS.
    pub struct Http {
        /// Where people and programs reach Hearth.
        /// Beyond loopback, the first set-up asks for the code that is in the log.
        listen: Listen = "LISTEN_ADDR", ":8888";
        /// Where health, readiness and metrics are served for the operator. Keep it on loopback or behind a firewall.
        ops_listen: Listen = "HEARTH_OPS_ADDR", "127.0.0.1:8889";
        /// Public base URL, as browsers see it (links, OAuth). Empty: taken from each request.
        public_url: Option<String> = "SERVER_HOST", "";
        /// Serve TLS with the two files below.
        use_ssl: bool = "USE_SSL", "0";
        /// Certificate chain, PEM.
        ssl_cert_file: Option<String> = "SSL_CERT_FILE", "";
        /// Private key, PEM.
        ssl_key_file: Option<String> = "SSL_KEY_FILE", "";
        /// Largest request body.
        max_body: ByteSize = "MAX_REQUEST_BODY_SIZE", "200MiB";
        /// A request that is not answered by then gets 504; streams are not cut. Requests that wait for the end of a run have limits of their own (ten minutes; `HEARTH_CHAT_TIMEOUT`).
        request_timeout: Period = "REQUEST_TIMEOUT", "120s";
        /// Other sites whose pages may call the API (`https://app.example.com`). `*`: any site, but then never with cookies.
        cors_origins: List = "CORS_ALLOW_ORIGINS", "";
        /// Methods they may use.
        cors_methods: List = "CORS_ALLOW_METHODS", "GET,POST,PUT,PATCH,DELETE,OPTIONS";
        /// Headers they may send; `*`: any.
        cors_headers: List = "CORS_ALLOW_HEADERS", "*";
        /// Whether they may send cookies. Needs sites listed by name.
        cors_credentials: bool = "CORS_ALLOW_CREDENTIALS", "false";
        /// Networks of reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed (`10.0.0.0/8`).
        trusted_proxies: List = "HEARTH_TRUSTED_PROXIES", "";
        /// How long a stopping server lets open streams finish; what is not done by then goes on at the next start.
        shutdown: Period = "HEARTH_SHUTDOWN_TIMEOUT", "20s";
    }
}

impl Http {
    /// What one setting alone cannot tell.
    pub fn check(&self) -> Result<(), Problem> {
        if self.use_ssl && (self.ssl_cert_file.is_none() || self.ssl_key_file.is_none()) {
            return Err(Problem::value("USE_SSL", "1", "1 together with SSL_CERT_FILE and SSL_KEY_FILE", "one of the files is not named"));
        }
        if self.cors_credentials && self.cors_origins.0.iter().any(|o| o == "*") {
            return Err(Problem::value(
                "CORS_ALLOW_ORIGINS",
                "*",
                "sites by name when CORS_ALLOW_CREDENTIALS is true",
                "`*` with cookies would let any site act for your users",
            ));
        }
        if let Some(url) = &self.public_url {
            let parsed = url::Url::parse(url).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
            if parsed.is_none() {
                return Err(Problem::value("SERVER_HOST", url, "a URL such as `https://hearth.example.com`", ""));
            }
        }
        for network in &self.trusted_proxies.0 {
            if network.parse::<ipnet::IpNet>().is_err() && network.parse::<std::net::IpAddr>().is_err() {
                return Err(Problem::value("HEARTH_TRUSTED_PROXIES", network, "addresses or networks such as `10.0.0.0/8`", ""));
            }
        }
        Ok(())
    }
}
