//! How domains meet: each file fits one domain's port to another domain's service.

pub mod names;
pub mod recorder;
pub mod runs;
pub mod sealer;
