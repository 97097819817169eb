//! Failures as the Coze wire numbers them.
//!
//! Official clients act on these numbers (`create_and_poll` looks for 4104) and pick the class of
//! the exception by HTTP status or number, so both are fixed here and listed in
//! `docs/reference/coze-api.md`.

use flow::node::NodeError;
use types::{ErrorKind, Failure};

/// A parameter is missing or cannot be right; also everything the state forbids that has no number of its own.
pub const PARAMETER: i64 = 4000;
/// Too many requests.
pub const RATE_LIMITED: i64 = 4013;
/// The bot was never published (to the API).
pub const NOT_PUBLISHED: i64 = 4015;
/// Another chat of the conversation is still in progress.
pub const CONVERSATION_BUSY: i64 = 4016;
/// No token, or one that is not (or no longer) good.
pub const TOKEN: i64 = 4100;
/// The token is good but may not do this.
pub const PERMISSION: i64 = 4101;
/// The chat has ended and cannot be cancelled.
pub const CANNOT_CANCEL: i64 = 4104;
/// Does not exist, or is not the caller's.
pub const NOT_FOUND: i64 = 4200;
/// Hearth, or a model behind it, failed.
pub const INTERNAL: i64 = 5000;

/// The workflow cannot run: never published, or unsound.
pub const WORKFLOW_NOT_PUBLISHED: i64 = 6031;
/// A run that is waited for came to wait for somebody.
pub const INTERRUPTED: i64 = 6039;
/// A node took too long.
pub const NODE_TIMEOUT: i64 = 777_777_776;
/// The run was cancelled.
pub const CANCELLED: i64 = 777_777_777;
/// No conversation has this name.
pub const NO_CONVERSATION: i64 = 777_777_762;
/// Outside apps there is only one conversation.
pub const DEFAULT_ONLY: i64 = 720_712_033;

/// The number of a failure.
pub fn number(failure: &Failure) -> i64 {
    match failure.code.as_ref() {
        "agent_not_published" => NOT_PUBLISHED,
        "conversation_busy" | "conversation_waiting" | "conversation_queue_full" => CONVERSATION_BUSY,
        "run_finished" | "chat_cannot_cancel" => CANNOT_CANCEL,
        "workflow_not_published" => WORKFLOW_NOT_PUBLISHED,
        "workflow_interrupted" => INTERRUPTED,
        "conversation_not_found" => NO_CONVERSATION,
        "conversation_default_only" => DEFAULT_ONLY,
        _ => of_kind(failure.kind),
    }
}

fn of_kind(kind: ErrorKind) -> i64 {
    match kind {
        ErrorKind::Invalid | ErrorKind::Conflict | ErrorKind::TooLarge => PARAMETER,
        ErrorKind::Unauthenticated => TOKEN,
        ErrorKind::Forbidden => PERMISSION,
        ErrorKind::NotFound => NOT_FOUND,
        ErrorKind::RateLimited => RATE_LIMITED,
        ErrorKind::Cancelled | ErrorKind::Internal | ErrorKind::Upstream | ErrorKind::Unavailable | ErrorKind::Timeout => INTERNAL,
    }
}

/// The number of `last_error` of a failed chat.
pub fn of_run(code: &str) -> i64 {
    if code == "model_rate_limited" { RATE_LIMITED } else { INTERNAL }
}

/// The number of the error of a failed run of a workflow: that of the node, but for those that the Open API calls a parameter.
pub fn of_workflow(code: &str) -> i64 {
    match code {
        "missing_required" | "type_mismatch" | "template_index" => PARAMETER,
        "run_timeout" => NODE_TIMEOUT,
        other => NodeError::number_of(other).unwrap_or_else(|| of_run(other)),
    }
}

/// A parameter that must be there and is not.
pub fn missing(field: &str) -> Failure {
    Failure::invalid(field, format!("The parameter `{field}` is required."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_find_the_numbers_they_act_on() {
        let conflict = |code: &'static str| number(&Failure::new(ErrorKind::Conflict, code, "x"));
        assert_eq!(conflict("agent_not_published"), 4015);
        assert_eq!(conflict("conversation_busy"), 4016);
        assert_eq!(conflict("run_finished"), 4104);
        assert_eq!(conflict("run_not_waiting"), 4000);
        assert_eq!(number(&rest::auth::unauthenticated()), 4100);
        assert_eq!(number(&Failure::not_found("bot")), 4200);
        assert_eq!(number(&missing("bot_id")), 4000);
    }

    #[test]
    fn failures_of_nodes_have_numbers_that_are_explained() {
        let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
        let page = std::fs::read_to_string(page).unwrap();
        let check = |code: &str, number: i64| {
            assert_eq!(of_workflow(code), number, "{code}");
            assert!(page.contains(&format!("\n| `{number}` |")), "docs/errors.md lacks {number}");
        };
        check("missing_required", 4000);
        check("type_mismatch", 4000);
        check("template_index", 4000);
        check("template_null", 777_777_774);
        check("question_without_options", 720_712_049);
        check("node_timeout", NODE_TIMEOUT);
        check("run_timeout", NODE_TIMEOUT);
        check("run_cancelled", CANCELLED);
        check("conversation_not_found", NO_CONVERSATION);
        check("conversation_needs_app", 702_093_204);
        check("conversation_default_only", DEFAULT_ONLY);
        check("conversation_fixed", 720_702_250);
        check("code_failed", 305_000_002);
        check("sandbox_memory", 305_000_002);
        check("model_rate_limited", RATE_LIMITED);
        check("http_status", INTERNAL);
    }
}
