//! What can go wrong with workflows.

use types::Timestamp;

use super::VersionNumber;

types::errors! {
    /// An error of the feature.
    #[derive(Debug, thiserror::Error)]
    pub enum Error {
        /// Not there, or not the caller's.
        NotFound => NotFound, "not_found", "This workflow does not exist, or you have no access to it.";
        /// No such version of the workflow.
        NoVersion => NotFound, "version_not_found", "This workflow has no such version.";
        /// Somebody saved the draft in between.
        DraftChanged {
            /// The revision now.
            now: i64,
            /// Name of who saved it.
            who: String,
            /// When.
            at: Timestamp,
        } => Conflict, "draft_changed",
            "{who} changed this draft at {at} (it is at revision {now}). Load it again, then make your change.";
        /// Somebody published in between.
        PublishedMeanwhile => Conflict, "published_meanwhile",
            "Somebody else published this workflow just now. Look at the new version, then publish yours.";
        /// The document cannot be published.
        Incomplete(String) => Invalid, "workflow_incomplete", "This workflow cannot be published yet: {0}";
        /// The number does not follow the last one.
        NotGreater(VersionNumber) => Invalid, "version_not_greater" about "version", "The version must be greater than {0}, the last one.";
        /// Nothing is published.
        NotPublished => Conflict, "workflow_not_published", "This workflow is not published yet. Publish it first.";
        /// Others call it.
        InUse(String) => Conflict, "workflow_in_use", "This workflow is called by {0}. Change them, or set `force=true`.";
        /// It calls more than a run may hold.
        TooManyCallees(usize, usize) => Invalid, "too_many_callees",
            "This workflow calls more than {0} workflows, or calls them in more than {1} levels.";
        /// Too large to be stored.
        TooLarge(String) => TooLarge, "document_too_large", "{0}";
    }
    from db::Error;
}

impl From<types::NotAnId> for Error {
    fn from(error: types::NotAnId) -> Self {
        Self::invalid("cursor", error.to_string())
    }
}
