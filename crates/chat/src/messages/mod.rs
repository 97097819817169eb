//! Messages: what was said, in the order of their ids.
//!
//! Questions come from people, everything else from runs (through [`crate::Recorder`]) or by hand
//! through the Coze API. `question_id` ties a message to the question of its round. `ephemeral`
//! messages (a turn that is not to be remembered) are neither listed nor shown to the model;
//! `superseded` ones (an answer that was generated again) are listed but not shown to the model.
//!
//! Reading order: `model` → `service` → `http`.

mod content;
mod error;
mod http;
mod model;
pub(crate) mod repo;
mod service;

pub use content::{Content, ContentPart};
pub(crate) use content::{check, is_empty, text_of};
pub use error::Error;
pub use http::routes;
pub use model::{Feedback, Message, MessageChanges, MessageRole, MessageStatus, MessageType, NewMessage, Rating, Window, WindowPage};
pub use service::Messages;
