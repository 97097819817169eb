//! Whether a call can be performed, and by whom.

use flow::agent::Approval;
use flow::run::RunError;
use model::ToolCall;
use serde_json::Value;

use super::super::schema;
use super::state::{Host, Offer, Route};

/// Finds the tool and checks the arguments.
pub(super) fn route(offers: &[Offer], call: &ToolCall) -> Route {
    let Some(offer) = offers.iter().find(|offer| offer.spec.name == call.name) else {
        let known: Vec<&str> = offers.iter().map(|o| o.spec.name.as_str()).collect();
        return bad("unknown_tool", format!("There is no tool `{}`. Tools: {}.", call.name, known.join(", ")));
    };
    let arguments = match read(&call.arguments) {
        Ok(arguments) => arguments,
        Err(problem) => return bad("invalid_arguments", problem),
    };
    if let Some(problem) = schema::violation(&offer.spec.parameters, &arguments) {
        return bad("invalid_arguments", problem);
    }
    match offer.host {
        Host::Client => Route::Client { arguments },
        Host::Workflow(tool) => Route::Workflow { arguments, tool },
        Host::Server { effect, approval: Approval::Never } => Route::Server { arguments, effect },
        Host::Server { effect, approval: Approval::Always } => Route::Approval { arguments, effect },
    }
}

fn bad(code: &str, message: String) -> Route {
    Route::Bad(RunError { code: code.to_owned(), message })
}

/// Models without arguments to give write nothing at all, or `null`.
fn read(text: &str) -> Result<Value, String> {
    let text = text.trim();
    if text.is_empty() || text == "null" {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    match serde_json::from_str::<Value>(text) {
        Ok(value) if value.is_object() => Ok(value),
        Ok(_) => Err("The arguments must be a JSON object.".to_owned()),
        Err(error) => Err(format!("The arguments are not valid JSON: {error}.")),
    }
}

/// An error as the model reads it.
pub(super) fn told(error: &RunError) -> String {
    format!("Error ({}): {}", error.code, error.message)
}
