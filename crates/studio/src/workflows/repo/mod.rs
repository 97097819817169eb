//! Rows of workflows. Every read of `workflows` takes workspaces; drafts, versions and references are
//! read by the id of a workflow that was read so.

mod drafts;
mod references;
mod rows;
mod versions;
mod workflows;

pub(super) use drafts::{SavedBy, draft, drafts, insert_draft, save_draft, saved_by};
pub(super) use references::{Use, forget_uses, replace_uses, uses_of};
pub(super) use versions::{NewVersion, last_number, publish, rewrite, unpublish, version, versions};
pub(super) use workflows::{count, find, find_all, folders, insert, list, rename, set_deleted, set_workspace, touch_draft};

use db::Error;
use flow::workflow::Document;

/// A document as stored.
pub(super) fn print(document: &Document) -> Result<String, Error> {
    crate::rows::print("workflows", document)
}

/// A stored document.
pub(super) fn parse(text: &str) -> Result<Document, Error> {
    crate::rows::parse("workflows", text)
}
