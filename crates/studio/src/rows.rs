//! What rows of agents, workflows and models have in common: looking for them, pages of them, documents in them.

use db::Error;
use sea_orm::sea_query::{IntoCondition as _, LikeExpr};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Columns that lists are filtered by.
pub struct Columns<C> {
    /// Whose.
    pub workspace: C,
    /// Empty: it is there.
    pub deleted_at: C,
    /// What [`search_text`] made.
    pub search: C,
    /// Empty: nothing is in use.
    pub published_version: C,
}

impl<C: ColumnTrait> Columns<C> {
    /// In one of these workspaces, and not deleted.
    pub fn alive(&self, workspaces: &[i64]) -> Condition {
        Condition::all().add(self.workspace.is_in(workspaces.iter().copied())).add(self.deleted_at.is_null())
    }

    /// Of these, what has the text in its name or description, and is or is not published.
    pub fn matching(&self, workspaces: &[i64], text: Option<&str>, published: Option<bool>) -> Condition {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        self.alive(workspaces).add_option(text.map(|text| self.search.like(contains(text)).into_condition())).add_option(
            published.map(|published| if published { self.published_version.is_not_null() } else { self.published_version.is_null() }),
        )
    }
}

/// `%text%`, where the text's own wildcards mean themselves. (`!` escapes alike on all engines.)
fn contains(text: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('!')
}

/// What is looked at when somebody looks for a text.
pub fn search_text(name: &str, description: &str) -> String {
    format!("{name}\n{description}").to_lowercase()
}

/// Latest first in an order, before the place `after` in it; one more than `limit`.
pub async fn latest<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    query: Select<E>,
    order: E::Column,
    after: Option<i64>,
    limit: u64,
) -> Result<Vec<E::Model>, Error> {
    let query = query.filter(Condition::all().add_option(after.map(|after| order.lt(after))));
    Ok(query.order_by_desc(order).limit(limit + 1).all(conn).await?)
}

/// A document as stored.
pub fn print(feature: &str, document: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(document).map_err(|e| Error::Other(format!("{feature}: {e}")))
}

/// A stored document.
pub fn parse<T: DeserializeOwned>(feature: &str, text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|e| Error::Other(format!("{feature}: a stored document cannot be read: {e}")))
}
