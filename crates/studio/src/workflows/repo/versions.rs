//! Rows of `workflow_versions`, of workflows that were read through a scope.

use db::Error;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect};
use types::{Timestamp, UserId, WorkflowId};

use super::super::VersionNumber;
use super::super::model::Version;
use super::rows::version::{ActiveModel, Column, Entity, Model};
use super::rows::workflow;
use crate::rows::latest;

/// What a publication adds.
pub struct NewVersion {
    /// Of which workflow.
    pub workflow: WorkflowId,
    /// Its number.
    pub version: VersionNumber,
    /// The number before it, as it was read.
    pub after: Option<VersionNumber>,
    /// For people.
    pub notes: String,
    /// The document, as JSON.
    pub document: String,
    /// By whom.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// Adds a version and puts it in use. Its place in the order; `None` when somebody published at the same time.
pub async fn publish(conn: &impl ConnectionTrait, new: NewVersion) -> Result<Option<i64>, Error> {
    let NewVersion { workflow, version, after, notes, document, by, at } = new;
    let id = workflow.get();
    let last: Option<i64> =
        workflow::Entity::find_by_id(id).select_only().column(workflow::Column::LastSequence).into_tuple().one(conn).await?;
    let Some(last) = last else { return Ok(None) };
    let row = workflow::ActiveModel {
        last_sequence: Set(last + 1),
        published_version: Set(Some(version.to_string())),
        published_at: Set(Some(at.millis())),
        unpublished_changes: Set(false),
        updated_at: Set(at.millis()),
        ..<workflow::ActiveModel as Default>::default()
    };
    let before = match after {
        Some(after) => workflow::Column::PublishedVersion.eq(after.to_string()),
        None => workflow::Column::PublishedVersion.is_null(),
    };
    let done = workflow::Entity::update_many()
        .set(row)
        .filter(workflow::Column::Id.eq(id))
        .filter(workflow::Column::LastSequence.eq(last))
        .filter(before)
        .exec(conn)
        .await?;
    if done.rows_affected != 1 {
        return Ok(None);
    }
    let row = ActiveModel {
        id: Set(types::next_id()),
        workflow_id: Set(id),
        sequence: Set(last + 1),
        version: Set(version.to_string()),
        notes: Set(notes),
        document: Set(document),
        published_by: Set(by.get()),
        published_at: Set(at.millis()),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(Some(last + 1))
}

/// Takes what is in use out of use; versions stay.
pub async fn unpublish(conn: &impl ConnectionTrait, id: WorkflowId, at: Timestamp) -> Result<(), Error> {
    let row = workflow::ActiveModel {
        published_version: Set(None),
        published_at: Set(None),
        unpublished_changes: Set(true),
        updated_at: Set(at.millis()),
        ..<workflow::ActiveModel as Default>::default()
    };
    workflow::Entity::update_many().set(row).filter(workflow::Column::Id.eq(id.get())).exec(conn).await?;
    Ok(())
}

/// The number that was published last, whether or not it is in use.
pub async fn last_number(conn: &impl ConnectionTrait, id: WorkflowId) -> Result<Option<VersionNumber>, Error> {
    let query = Entity::find().select_only().column(Column::Version).filter(Column::WorkflowId.eq(id.get()));
    let last: Option<String> = query.order_by_desc(Column::Sequence).into_tuple().one(conn).await?;
    last.as_deref().map(number).transpose()
}

/// One version.
pub async fn version(conn: &impl ConnectionTrait, id: WorkflowId, number: VersionNumber) -> Result<Option<Version>, Error> {
    let found = Entity::find().filter(Column::WorkflowId.eq(id.get())).filter(Column::Version.eq(number.to_string()));
    found.one(conn).await?.map(read).transpose()
}

/// Latest first, before the place `after` in the order; one more than `limit`.
pub async fn versions(conn: &impl ConnectionTrait, id: WorkflowId, after: Option<i64>, limit: u64) -> Result<Vec<Version>, Error> {
    let query = Entity::find().filter(Column::WorkflowId.eq(id.get()));
    latest(conn, query, Column::Sequence, after, limit).await?.into_iter().map(read).collect()
}

/// Writes the document of a version again: its secrets are sealed for another workspace, nothing else differs.
pub async fn rewrite(conn: &impl ConnectionTrait, id: WorkflowId, sequence: i64, document: String) -> Result<(), Error> {
    let row = ActiveModel { document: Set(document), ..<ActiveModel as Default>::default() };
    let version = Entity::update_many().set(row).filter(Column::WorkflowId.eq(id.get())).filter(Column::Sequence.eq(sequence));
    version.exec(conn).await?;
    Ok(())
}

/// A stored number.
pub fn number(text: &str) -> Result<VersionNumber, Error> {
    text.parse().map_err(|_| Error::Other(format!("workflows: `{text}` is stored as a version")))
}

fn read(row: Model) -> Result<Version, Error> {
    Ok(Version {
        version: number(&row.version)?,
        sequence: row.sequence,
        notes: row.notes,
        published_by: UserId(row.published_by),
        published_by_name: String::new(),
        published_at: Timestamp(row.published_at),
        document: super::parse(&row.document)?,
    })
}
