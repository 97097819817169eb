//! Files among the inputs of a run.

use flow::value::{Field, Values, file};
use serde_json::{Value, json};
use types::{Actor, Failure, WorkspaceId};

use super::Workflows;
use crate::error::Error;
use crate::ports::Uploaded;

impl Workflows {
    /// Inputs with the addresses of the files that they name by id: a text becomes the address, an object has it
    /// beside name, type and size. Fails with `file_not_found` for a file that the caller has no access to.
    pub(super) async fn with_files(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        mut inputs: Values,
        fields: &[Field],
    ) -> Result<Values, Error> {
        let Some(files) = self.runs.files() else { return Ok(inputs) };
        for (at, value) in file::places(&mut inputs, fields) {
            let named = file::named(value);
            let Some(id) = named.or_else(|| file::address(value).filter(|url| url.starts_with('/')).and_then(|url| file::uploaded(&url)))
            else {
                continue;
            };
            let refuse = |failure: Failure| Failure {
                code: "file_not_found".into(),
                field: Some(format!("inputs.{at}")),
                message: "This file does not exist, or you have no access to it.".to_owned(),
                ..failure
            };
            let found = files.take(actor, workspace, id).await;
            let Uploaded { url, name, content_type, size } =
                found.map_err(|failure| if failure.kind == types::ErrorKind::NotFound { refuse(failure) } else { failure })?;
            *value = match value {
                Value::Object(_) => json!({ "url": url, "name": name, "content_type": content_type, "size": size }),
                _ => Value::String(url),
            };
        }
        Ok(inputs)
    }
}
