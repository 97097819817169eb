//! Tools that come with Hearth.
//!
//! * [`current_time`]: the time in a time zone;
//! * [`calculator`]: arithmetic, exact where decimals allow it;
//! * [`web_page`]: a page of the web as Markdown, through the one egress client.
//!
//! A tool lives in its own module and knows only the contract (`flow::tool`). Its description and
//! the names of its parameters are what models read: changing them changes how agents behave.

pub mod calculator;
pub mod current_time;
pub mod web_page;

use std::sync::Arc;

use flow::tool::{Tool, ToolError, Toolbox};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// All built-in tools.
pub fn toolbox(fetcher: Arc<dyn web_page::Fetcher>) -> Toolbox {
    let tools: Vec<Arc<dyn Tool>> =
        vec![Arc::new(current_time::CurrentTime), Arc::new(calculator::Calculator), Arc::new(web_page::FetchWebPage::new(fetcher))];
    Toolbox::new(tools)
}

/// Reads arguments; what does not fit is told to the model.
fn arguments<T: DeserializeOwned>(arguments: Value) -> Result<T, ToolError> {
    serde_json::from_value(arguments).map_err(|error| ToolError::new("invalid_arguments", format!("The arguments do not fit: {error}.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_says_what_it_is() {
        for info in toolbox(web_page::tests::nowhere()).infos() {
            assert!(!info.title.zh.is_empty() && !info.title.en.is_empty(), "{}", info.name);
            assert!(info.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", info.name);
            assert!(info.description.len() > 60, "{}", info.name);
            assert_eq!(info.parameters["type"], "object");
            assert_eq!(info.parameters["additionalProperties"], false);
            jsonschema::validator_for(&info.parameters).unwrap();
        }
    }
}
