//! Limits that the operator may change.

use std::time::Duration;

/// Limits of conversations and files.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Largest upload, bytes.
    pub max_file_bytes: u64,
    /// Largest picture that is handed to a model, bytes.
    pub max_image_bytes: u64,
    /// So much of the text of attached files goes to the model, characters.
    pub max_file_text_chars: usize,
    /// Longest text of one message, characters.
    pub max_message_chars: usize,
    /// Questions that may wait in one conversation.
    pub max_queued: u64,
    /// How long `POST /api/chat` waits for the answer.
    pub answer_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_file_bytes: 200 << 20,
            max_image_bytes: 10 << 20,
            max_file_text_chars: 100_000,
            max_message_chars: 1_000_000,
            max_queued: 20,
            answer_timeout: Duration::from_mins(5),
        }
    }
}
