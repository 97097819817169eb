//! How domains meet: each file fits one domain's port to another domain's service.

pub mod code;
pub mod conversations;
pub mod fetch;
pub mod files;
pub mod names;
pub mod recorder;
pub mod retention;
pub mod runs;
pub mod sealer;
pub mod stories;
pub mod triggers;
