//! What can go wrong with a turn.

use types::RunId;

use crate::{conversations, files, messages};

types::errors! {
    /// An error.
    #[derive(Debug, thiserror::Error)]
    pub enum Error {
        /// Another turn is active and the caller does not want to wait.
        Busy => Conflict, "conversation_busy",
            "This conversation is answering another question. Wait for its end, cancel it, or send with `on_busy: queue`.";
        /// The active turn waits for somebody.
        Waiting => Conflict, "conversation_waiting",
            "The conversation waits for tool outputs or an approval. Submit them to the run, or cancel it, then ask again.";
        /// Too many questions wait.
        QueueFull => Conflict, "conversation_queue_full",
            "Too many questions wait in this conversation. Try again when some are answered.";
        /// Nothing in it.
        Empty => Invalid, "empty_message", "Say something: the message is empty.";
        /// The conversation has no agent.
        NoAgent => Invalid, "agent_missing", "This conversation has no agent. Name one.";
        /// Not the latest answer of the section.
        NotLatest => Conflict, "not_latest_answer", "Only the latest answer can be generated again.";
        /// The rendered prompt is too long.
        PromptTooLong(usize) => Invalid, "prompt_too_long",
            "The agent's prompt with its variables is longer than {0} characters. Shorten the prompt or the variables.";
        /// The answer took longer than `POST /api/chat` waits.
        Timeout(RunId) => Timeout, "answer_timeout",
            "The answer is not there yet. The run {0} goes on; read it from the conversation later.";
        /// The run waits for somebody, whom `POST /api/chat` cannot ask.
        NeedsAction(RunId) => Conflict, "run_requires_action",
            "The run {0} waits for a person or a client tool. Go on with it through /api/v1/runs.";
    }
    from db::Error, sea_orm::DbErr as db::Error, conversations::Error, messages::Error, files::Error;
}
