//! Pages of a list.

use crate::NotAnId;

/// One page.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// Give it back as `cursor` for the next page; `null` at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A list that always fits one page.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }

    /// From `limit + 1` rows: the extra row proves that there is a next page.
    pub fn from_extra(mut items: Vec<T>, limit: u64, id: impl Fn(&T) -> i64) -> Self {
        let more = items.len() as u64 > limit;
        items.truncate(limit as usize);
        let next_cursor = if more { items.last().map(|last| id(last).to_string()) } else { None };
        Self { items, next_cursor }
    }

    /// The same page with other items.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next_cursor: self.next_cursor }
    }
}

/// Where a page starts: after the row with this id.
pub type Cursor = i64;

/// What the caller asked for.
#[derive(Debug, Clone, Default, serde::Deserialize, utoipa::IntoParams, utoipa::ToSchema)]
#[into_params(parameter_in = Query)]
pub struct PageRequest {
    /// How many items, 1 to 100; 20 when absent.
    pub limit: Option<u64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl PageRequest {
    /// The limit within its bounds.
    pub fn limit(&self) -> u64 {
        self.limit.unwrap_or(20).clamp(1, 100)
    }

    /// The parsed cursor; empty means absent.
    pub fn after(&self) -> Result<Option<Cursor>, NotAnId> {
        self.cursor.as_deref().filter(|c| !c.is_empty()).map(crate::id::parse_id).transpose()
    }
}
