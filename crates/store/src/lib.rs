//! Storage contracts beside the relational one. So far: blobs.
//!
//! * [`Blobs`]: bytes by their hash, on whatever `opendal` reaches (a folder, memory; S3 later);
//! * [`conformance`]: what every such place must do, as a function that tests call.
//!
//! No path ever comes from a client (rule R4): a blob is named by the hash of its content, and its
//! place is made from that hash alone.

mod blobs;
pub mod conformance;
mod error;

pub use blobs::{Blob, BlobId, Blobs, ByteStream, Incoming, NotABlobId};
pub use error::Error;
