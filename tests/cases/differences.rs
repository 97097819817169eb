//! Cases that end differently on purpose.

use std::collections::BTreeMap;
use std::path::Path;

/// Above the table.
const MARK: &str = "<!-- cases -->";

/// By case: why. From the table under the mark in `docs/reference/coze-compatibility.md`.
pub fn listed() -> BTreeMap<String, String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/reference/coze-compatibility.md");
    let text = std::fs::read_to_string(&page).unwrap();
    let Some((_, table)) = text.split_once(MARK) else { return BTreeMap::new() };
    let rows = table.trim_start().lines().take_while(|line| line.starts_with('|'));
    rows.filter_map(|row| {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        let id = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        Some((id.to_owned(), cells.next()?.to_owned()))
    })
    .collect()
}
