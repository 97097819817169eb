//! Sub-workflow (9).

use super::{Reading, Writing};
use crate::canvas::json;
use crate::canvas::report::Reason;

pub fn read(reading: &mut Reading<'_>) {
    let inputs = reading.inputs;
    reading.author_inputs();
    let id = json::filled(&inputs["workflowId"]).unwrap_or_default();
    if id.is_empty() {
        reading.note(Reason::Incomplete, "workflowId");
    } else {
        reading.note(Reason::Workflow, id.clone());
    }
    reading.param("workflow_id", id);
    reading.param_if("version", json::filled(&inputs["workflowVersion"]));
    // Both ways to end are kept: either is wrong when the callee ends the other way.
    reading.param_if("answer", json::int(&inputs["type"]).map(|way| way == 1));
}

pub fn write(writing: &mut Writing<'_>) {
    writing.author_inputs();
    writing.inputs.insert("workflowId".into(), writing.text("workflow_id").into());
    writing.inputs.insert("workflowVersion".into(), writing.text("version").into());
    // Without it Coze takes 0; an import of a 0 would be more than the document says.
    if let Some(answers) = writing.param("answer").as_bool() {
        writing.inputs.insert("type".into(), i64::from(answers).into());
    }
}
