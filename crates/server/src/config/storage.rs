//! Where data lies.

use super::{ByteSize, settings};

settings! {
    /// Where data lies.
    pub struct Storage {
        /// The data directory: SQLite database, files, instance key. Created with mode 0700.
        data_dir: String = "HEARTH_DATA_DIR", "./data";
        /// Largest uploaded file.
        max_file: ByteSize = "HEARTH_MAX_FILE_SIZE", "200MiB";
    }
}
