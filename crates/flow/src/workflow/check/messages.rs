//! Texts in both languages.

use crate::tool::Localized;
use crate::value::{FileKind, Type};
use crate::workflow::Node;
use crate::workflow::NodeId;

/// A text in both languages.
pub(super) fn both(zh: impl Into<String>, en: impl Into<String>) -> Localized {
    Localized { zh: zh.into(), en: en.into() }
}

/// What people know a node by.
pub(super) fn title<'a>(id: &'a NodeId, node: &'a Node) -> &'a str {
    if node.title.is_empty() { id.as_str() } else { &node.title }
}

/// A type for people.
pub(super) fn type_name(ty: &Type) -> Localized {
    let (zh, en) = match ty {
        Type::String => ("文本", "string"),
        Type::Integer => ("整数", "integer"),
        Type::Number => ("数字", "number"),
        Type::Boolean => ("布尔值", "boolean"),
        Type::Time => ("时间", "time"),
        Type::Object(_) => ("对象", "object"),
        Type::List(_) => ("数组", "list"),
        Type::File(FileKind::Image | FileKind::Svg) => ("图片", "image"),
        Type::File(_) => ("文件", "file"),
        Type::Any => ("任意值", "anything"),
    };
    both(zh, en)
}
