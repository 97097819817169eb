//! Code (5).

use super::{Reading, Writing};
use crate::canvas::json;
use crate::canvas::report::Reason;

/// `language`.
const LANGUAGES: &[(i64, &str)] = &[(3, "python"), (5, "javascript")];

pub fn read(reading: &mut Reading<'_>) {
    let inputs = reading.inputs;
    reading.author_inputs();
    reading.param("code", json::text(&inputs["code"]).unwrap_or_default());
    let number = json::int(&inputs["language"]);
    if let Some((_, language)) = LANGUAGES.iter().find(|(known, _)| number.unwrap_or(3) == *known) {
        reading.param("language", *language);
    } else {
        let other = number.unwrap_or_default().to_string();
        reading.note(Reason::UnknownOperator, format!("language {other}"));
        reading.param("language", other);
    }
}

pub fn write(writing: &mut Writing<'_>) {
    writing.author_inputs();
    writing.inputs.insert("code".into(), writing.text("code").into());
    let language = writing.text("language");
    let number = LANGUAGES.iter().find(|(_, name)| *name == language).map(|(number, _)| *number);
    writing.inputs.insert("language".into(), number.or_else(|| language.parse().ok()).unwrap_or(3).into());
    if writing.param("network").as_array().is_some_and(|hosts| !hosts.is_empty()) {
        writing.note(Reason::NoCozeForm, "network");
    }
}
