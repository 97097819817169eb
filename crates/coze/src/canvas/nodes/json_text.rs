//! JSON to text (58) and back (59): inputs and outputs are all there is.

/// The kinds.
pub const KINDS: &[&str] = &["json_encode", "json_decode"];
