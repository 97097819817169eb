//! Rows of agents. Every read of `agents` takes a scope; drafts and versions are read by the id of
//! an agent that was read so.

mod agents;
mod rows;
mod versions;

pub(crate) use agents::names_in;
pub(super) use agents::{count, find, insert, list, page, rename, set_deleted, touch_draft};
pub(super) use versions::{draft, insert_draft, publish, save_draft, unpublish, users_of_model, version, versions};

pub(super) use versions::{Published, StoredDraft};
