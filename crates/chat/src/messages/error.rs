//! What can go wrong with a message.

use crate::conversations;

types::errors! {
    /// An error.
    #[derive(Debug, thiserror::Error)]
    pub enum Error {
        /// Unknown, of another conversation, or somebody else's.
        NotFound => NotFound, "not_found", "This message does not exist, or you have no access to it.";
        /// It is being written.
        Streaming => Conflict, "message_streaming", "This message is still being written. Wait for the end of the run, or cancel it.";
        /// Nothing in it.
        Empty => Invalid, "empty_message", "Say something: the message is empty.";
        /// Only answers are rated.
        NotAnAnswer => Invalid, "not_an_answer", "Only answers can be rated.";
    }
    from db::Error, sea_orm::DbErr as db::Error, conversations::Error;
}
