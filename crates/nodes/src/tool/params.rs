//! What the tool node asks for.

use serde::Deserialize;
use utoipa::ToSchema;

/// The tool.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its name.
    pub tool: String,
    /// The plugin it comes from.
    #[serde(default)]
    pub plugin: Option<Plugin>,
}

/// Where a tool comes from; kept for exports.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only the plugin's id is read; the rest is kept in the document for exports")]
#[expect(clippy::struct_field_names, reason = "the names are those of the document")]
pub struct Plugin {
    /// Id of the plugin.
    pub plugin_id: String,
    /// Id of the tool in it.
    pub tool_id: String,
    /// Version of the plugin; absent: the draft.
    #[serde(default)]
    pub version: Option<String>,
}
