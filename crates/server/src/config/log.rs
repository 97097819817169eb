//! Log lines.

use super::{settings, value::Value};

settings! {
    /// Log lines.
    pub struct Log {
        /// What is worth a line; also per module: `info,engine=debug`.
        level: String = "LOG_LEVEL", "info";
        /// Lines for people or for machines.
        format: LogFormat = "LOG_FORMAT", "text";
    }
}

/// Form of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Value for LogFormat {
    const ALLOWED: &'static str = "`text` or `json`";
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(String::new()),
        }
    }
}
