//! What an HTTP request asks for.

use flow::node::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The request. In texts `{{name}}` stands for an input.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// The method.
    #[serde(default)]
    #[schema(default = "GET")]
    pub method: Method,
    /// Where to.
    pub url: String,
    /// Headers.
    #[serde(default)]
    #[schema(default = json!([]))]
    pub headers: Vec<Pair>,
    /// Added to the query of the URL.
    #[serde(default)]
    #[schema(default = json!([]))]
    pub query: Vec<Pair>,
    /// How the request proves who sends it.
    #[serde(default)]
    pub auth: Option<Auth>,
    /// What is sent.
    #[serde(default)]
    pub body: Body,
    /// How the connection is secured, where that differs from the usual.
    #[serde(default)]
    pub tls: Option<Tls>,
    /// Milliseconds for one attempt. Nothing: 30 seconds.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 600_000)]
    pub timeout_ms: Option<u64>,
    /// Attempts after the first when no answer came.
    #[serde(default)]
    #[schema(default = 0, maximum = 10)]
    pub retries: u32,
}

/// A method of HTTP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    #[default]
    Get,
    /// Creates or does.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Deletes.
    Delete,
    /// Reads headers only.
    Head,
    /// Asks what is possible.
    Options,
}

/// A name and a text.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The name.
    pub name: String,
    /// The text.
    pub value: String,
}

/// How the request proves who sends it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Auth {
    /// `Authorization: Bearer …`.
    Bearer {
        /// The token.
        token: Secret,
    },
    /// `Authorization: Basic …`.
    Basic {
        /// The user.
        username: String,
        /// The password.
        password: Secret,
    },
    /// A header of this name.
    Header {
        /// Name of the header.
        name: String,
        /// Its value.
        value: Secret,
    },
    /// A parameter of the query.
    Query {
        /// Name of the parameter.
        name: String,
        /// Its value.
        value: Secret,
    },
}

/// How the connection is secured.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The server's certificate is checked. Without: only where the operator allows it.
    #[serde(default = "checked")]
    #[schema(default = true)]
    pub verify: bool,
    /// Certificates that are trusted besides those of the system (PEM).
    #[serde(default)]
    pub ca: Option<String>,
    /// The certificate that is shown to the server, with those between it and its authority (PEM). It goes to no other server.
    #[serde(default)]
    pub certificate: Option<String>,
    /// The private key of that certificate (PEM, without a passphrase).
    #[serde(default)]
    pub key: Option<Secret>,
}

const fn checked() -> bool {
    true
}

/// What is sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Body {
    /// Nothing.
    #[default]
    None,
    /// JSON.
    Json {
        /// The JSON. An input between quotation marks is escaped.
        content: String,
    },
    /// Plain text.
    Text {
        /// The text.
        content: String,
    },
    /// A form with files (`multipart/form-data`).
    Form {
        /// Its fields.
        fields: Vec<Field>,
    },
    /// A form without files (`application/x-www-form-urlencoded`).
    Urlencoded {
        /// Its fields.
        fields: Vec<Pair>,
    },
    /// The content of a file.
    Binary {
        /// The input that is the file.
        file: String,
    },
}

/// A field of a form.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The text; of a file its URL.
    pub value: String,
    /// It is a file: what lies at the URL is sent.
    #[serde(default)]
    #[schema(default = false)]
    pub file: bool,
}
