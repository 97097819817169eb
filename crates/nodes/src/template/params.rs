//! What a template asks for.

use serde::Deserialize;
use utoipa::ToSchema;

/// The template.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// The text. `{{ expression }}` shows a value, `{% if expression %}…{% elif expression %}…{% else %}…{% endif %}` chooses,
    /// `{% for item in list %}…{% else %}…{% endfor %}` repeats, `{# … #}` is a note. Expressions are CEL over the inputs.
    pub template: String,
}
