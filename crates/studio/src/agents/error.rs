//! What can go wrong with agents.

types::errors! {
    /// An error of the feature.
    #[derive(Debug, thiserror::Error)]
    pub enum Error {
        /// Not there, or not the caller's.
        NotFound => NotFound, "not_found", "This agent does not exist, or you have no access to it.";
        /// No such version of the agent.
        NoVersion => NotFound, "version_not_found", "This agent has no such version.";
        /// No such template.
        NoTemplate(String) => Invalid, "invalid_request" about "template_id", "There is no template `{0}`.";
        /// Somebody saved the draft in between.
        DraftChanged {
            /// The revision now.
            now: i64,
        } => Conflict, "draft_changed",
            "Somebody else changed this draft since you loaded it (it is at revision {now}). Load it again, then make your change.";
        /// The document cannot be published.
        Incomplete(String) => Invalid, "agent_incomplete", "This agent cannot be published yet: {0}";
        /// Nothing is published.
        NotPublished => Conflict, "agent_not_published", "This agent is not published yet. Publish it first.";
    }
    from db::Error;
}

impl From<types::NotAnId> for Error {
    fn from(error: types::NotAnId) -> Self {
        Self::invalid("cursor", error.to_string())
    }
}
