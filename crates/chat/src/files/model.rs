//! Files.

use serde::Serialize;
use types::{FileId, Timestamp, WorkspaceId};
use utoipa::ToSchema;

/// Longest kept name, characters.
const NAME: usize = 200;

/// An uploaded file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct File {
    /// Its id.
    pub id: FileId,
    /// Where it was uploaded.
    pub workspace_id: WorkspaceId,
    /// Its name, for people.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// As Hearth found it.
    pub content_type: String,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

impl File {
    /// A picture of a type that browsers show and models read.
    pub fn is_image(&self) -> bool {
        super::sniff::is_image(&self.content_type)
    }

    /// Text that a model can read as it is.
    pub fn is_text(&self) -> bool {
        super::sniff::is_text(&self.content_type)
    }
}

/// A name as it is kept: the last piece of a path, without control characters.
pub(crate) fn kept_name(name: Option<&str>) -> String {
    let last = name.unwrap_or("").rsplit(['/', '\\']).next().unwrap_or("");
    let clean: String = last.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.trim();
    if clean.chars().all(|c| c == '.') {
        return "file".to_owned();
    }
    if clean.chars().count() <= NAME {
        return clean.to_owned();
    }
    // The extension says what it is: it stays.
    let extension: String = clean.rsplit_once('.').map(|(_, e)| e).filter(|e| e.len() <= 10).map(|e| format!(".{e}")).unwrap_or_default();
    let stem: String = clean.chars().take(NAME - extension.chars().count()).collect();
    format!("{stem}{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_data() {
        assert_eq!(kept_name(Some("测试 文件.txt")), "测试 文件.txt");
        assert_eq!(kept_name(Some("../../etc/passwd")), "passwd");
        assert_eq!(kept_name(Some("C:\\x\\y.txt")), "y.txt");
        assert_eq!(kept_name(Some("a\r\nb\0.txt")), "ab.txt");
        for empty in [None, Some(""), Some(".."), Some("a/")] {
            assert_eq!(kept_name(empty), "file");
        }
        let long = kept_name(Some(&format!("{}.pdf", "x".repeat(500))));
        assert_eq!((long.chars().count(), long.split('.').next_back()), (NAME, Some("pdf")));
    }
}
