//! Conversations (38, 39, 51–54) and their messages (37, 55–57): inputs and outputs are all there is, with Coze's names.

/// The kinds.
pub const KINDS: &[&str] = &[
    "conversation_create",
    "conversation_update",
    "conversation_delete",
    "conversation_list",
    "conversation_history",
    "conversation_clear",
    "message_create",
    "message_update",
    "message_delete",
    "message_list",
];
