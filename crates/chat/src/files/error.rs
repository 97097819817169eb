//! What can go wrong with a file.

types::errors! {
    /// An error.
    #[derive(Debug, thiserror::Error)]
    pub enum Error {
        /// Unknown, or somebody else's.
        NotFound => NotFound, "not_found", "This file does not exist, or you have no access to it.";
        /// No part named `file`.
        NoFile => Invalid, "file_missing", "Send the file as a multipart part named `file`.";
        /// More than one part.
        ManyParts => Invalid, "too_many_files", "Send exactly one part, named `file`.";
        /// The body is no multipart form, or is cut.
        NotMultipart => Invalid, "invalid_request", "The body is not a complete multipart form.";
        /// A file that is no picture where one is needed.
        NotAnImage(String) => Invalid, "not_an_image", "The file `{0}` is not a PNG, JPEG, GIF or WebP picture. Attach it as a file.";
        /// A picture over the limit.
        ImageTooLarge(u64) => TooLarge, "image_too_large", "The picture is larger than {0} bytes, more than is sent to a model.";
    }
    from store::Error, db::Error, sea_orm::DbErr as db::Error;
}
