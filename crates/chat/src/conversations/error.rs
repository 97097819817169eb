//! What can go wrong with a conversation.

types::errors! {
    /// An error.
    #[derive(Debug, thiserror::Error)]
    pub enum Error {
        /// Unknown, deleted, or somebody else's.
        NotFound => NotFound, "not_found", "This conversation does not exist, or you have no access to it.";
    }
    from db::Error, sea_orm::DbErr as db::Error;
}
