//! The data directory: who may see it, who owns it, and the instance key.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// The open data directory. While it lives, no other process opens it.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

/// Why it cannot be used; each names the path.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be created or written.
    #[error("The data directory {path} cannot be used: {source}. Set HEARTH_DATA_DIR to a directory this user may write.")]
    Unusable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another Hearth runs on it.
    #[error("Another hearth is running on the data directory {0}. Stop it first, or set HEARTH_DATA_DIR to another one.")]
    InUse(PathBuf),
    /// The key is not what it should be.
    #[error(
        "The instance key {0} is damaged: it must hold 64 hex digits. Put the right one back; without it stored model keys cannot be read."
    )]
    Key(PathBuf),
}

impl DataDir {
    /// Opens it, creating it with mode 0700, and locks it.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let unusable = |source| Error::Unusable { path: path.to_owned(), source };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(unusable)?;
        // An existing directory is narrowed too: it holds the key and the database.
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o700));
        let lock = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path.join("lock")).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(fs::TryLockError::WouldBlock) => Err(Error::InUse(path.to_owned())),
            Err(fs::TryLockError::Error(source)) => Err(unusable(source)),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The instance key: 32 random bytes, made at the first start, mode 0600 (rule R12).
    pub fn instance_key(&self) -> Result<[u8; 32], Error> {
        instance_key(&self.path)
    }
}

/// Reads the key, or makes it. It is written whole or not at all.
pub fn instance_key(directory: &Path) -> Result<[u8; 32], Error> {
    let path = directory.join("instance.key");
    let unusable = |source| Error::Unusable { path: path.clone(), source };
    match File::open(&path) {
        Ok(mut file) => {
            let mut text = String::new();
            file.read_to_string(&mut text).map_err(unusable)?;
            let bytes = hex::decode(text.trim()).map_err(|_| Error::Key(path.clone()))?;
            return bytes.try_into().map_err(|_| Error::Key(path));
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        Err(e) => return Err(unusable(e)),
    }
    let mut key = [0u8; 32];
    getrandom::fill(&mut key).map_err(|e| unusable(io::Error::other(e.to_string())))?;
    let part = directory.join("instance.key.new");
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&part).map_err(unusable)?;
    file.write_all(hex::encode(key).as_bytes()).and_then(|()| file.sync_all()).map_err(unusable)?;
    fs::rename(&part, &path).map_err(unusable)?;
    // The name is on disk only when the directory is.
    File::open(directory).and_then(|d| d.sync_all()).map_err(unusable)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_made_once_and_kept_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data");
        let data = DataDir::open(&path).unwrap();
        let key = data.instance_key().unwrap();
        assert_eq!(key, data.instance_key().unwrap());
        assert_ne!(key, [0; 32]);
        let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&path.join("instance.key"))), (0o700, 0o600));
        fs::write(path.join("instance.key"), "short").unwrap();
        assert!(matches!(data.instance_key(), Err(Error::Key(_))));
    }

    #[test]
    fn one_process_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let first = DataDir::open(dir.path()).unwrap();
        assert!(matches!(DataDir::open(dir.path()), Err(Error::InUse(_))));
        drop(first);
        DataDir::open(dir.path()).unwrap();
    }

    #[test]
    fn unusable_place_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        let error = DataDir::open(&file.join("data")).unwrap_err().to_string();
        assert!(error.contains("HEARTH_DATA_DIR"), "{error}");
    }
}
