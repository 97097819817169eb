//! coze
