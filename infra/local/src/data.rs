//! The things that a run keeps in its folder (`--data`), for its owner's eyes only. The tables are always there. At a
//! clean end come the messages in queues, the changes in streams, and the part of the outside world that must not be
//! forgotten.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why the folder cannot be used; one clear line.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// Another run uses it.
    #[error("{} is in use by another run", .0.display())]
    InUse(PathBuf),
    /// It cannot be read or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// The error of the file system.
        error: io::Error,
    },
}

/// A run's folder, locked.
pub struct Data {
    folder: PathBuf,
    lock: File,
}

impl Drop for Data {
    /// Closing is not enough: a process that is just being started may have a copy of the file.
    fn drop(&mut self) {
        let _ = self.lock.unlock();
    }
}

impl Data {
    /// Takes the folder, made if it is not there.
    pub fn open(folder: &Path) -> Result<Self, DataError> {
        let at = |path: &Path| {
            let path = path.to_path_buf();
            move |error| DataError::Io { path, error }
        };
        private_folder(folder).map_err(at(folder))?;
        let path = folder.join("lock");
        let lock = private(&path).map_err(at(&path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { folder: folder.to_path_buf(), lock }),
            Err(TryLockError::WouldBlock) => Err(DataError::InUse(folder.to_path_buf())),
            Err(TryLockError::Error(error)) => Err(at(&path)(error)),
        }
    }

    /// File in which the embedded DynamoDB keeps the tables. It is there for its owner alone before a table is in it,
    /// and SQLite gives the files that it makes beside it the same mode.
    pub fn tables(&self) -> Result<PathBuf, DataError> {
        let path = self.folder.join("tables.sqlite");
        let mut options = fs::OpenOptions::new();
        let made = owners_only(options.append(true).create(true)).open(&path).and_then(|file| restrict(&file));
        made.map_err(|error| DataError::Io { path: path.clone(), error })?;
        for beside in ["tables.sqlite-wal", "tables.sqlite-shm"] {
            let path = self.folder.join(beside);
            match File::open(&path).and_then(|file| restrict(&file)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(DataError::Io { path, error }),
                _ => {}
            }
        }
        Ok(path)
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The sealing key of this folder, base64; made at its first use.
    pub fn sealing_key(&self) -> Result<String, DataError> {
        let path = self.folder.join("sealing-key");
        match fs::read_to_string(&path) {
            Ok(key) => Ok(key.trim().to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = random_key().map_err(|error| DataError::Io { path: path.clone(), error })?;
                self.write("sealing-key", key.as_bytes())?;
                Ok(key)
            }
            Err(error) => Err(DataError::Io { path, error }),
        }
    }

    /// The value that was kept under `name`, if it is there and can be read.
    pub fn load<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_slice(&fs::read(self.folder.join(name)).ok()?).ok()
    }

    /// Keeps `value` under `name`, whole or not at all.
    pub fn save(&self, name: &str, value: &impl Serialize) -> Result<(), DataError> {
        let bytes = serde_json::to_vec(value).unwrap_or_default();
        self.write(name, &bytes)
    }

    /// Forgets what was kept under `name`.
    pub fn forget(&self, name: &str) {
        // A file that is not there is forgotten already.
        let _ = fs::remove_file(self.folder.join(name));
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), DataError> {
        let path = self.folder.join(name);
        let new = self.folder.join(format!("{name}.new"));
        let written = private(&new).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
        written.and_then(|()| fs::rename(&new, &path)).map_err(|error| DataError::Io { path, error })
    }
}

/// A new file that only its owner may read.
fn private(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    let file = owners_only(options.write(true).create(true).truncate(true)).open(path)?;
    restrict(&file)?;
    Ok(file)
}

/// A file that is made now may be read by its owner only.
fn owners_only(options: &mut fs::OpenOptions) -> &mut fs::OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600)
}

/// A file that an earlier version made may be read by its owner only from now on.
fn restrict(file: &File) -> io::Result<()> {
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

/// Makes a folder that only its owner may enter. One that is there stays as it is: it may hold other things.
fn private_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// 32 bytes from the system's source of chance, base64.
pub fn random_key() -> io::Result<String> {
    let mut key = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut key)?;
    Ok(STANDARD.encode(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_owner_may_read_what_is_kept() {
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let path = folder.path().join("new/inner");
        let data = Data::open(&path).unwrap();
        assert_eq!((mode(folder.path()), mode(&path)), (0o755, 0o700));
        let tables = data.tables().unwrap();
        drop(Data::open(&path));
        fs::set_permissions(&tables, fs::Permissions::from_mode(0o644)).unwrap();
        fs::write(&tables, "kept").unwrap();
        fs::write(path.join("tables.sqlite-wal"), "of an earlier version").unwrap();
        assert_eq!(data.tables().unwrap(), tables);
        assert_eq!((mode(&tables), fs::read_to_string(&tables).unwrap().as_str()), (0o600, "kept"));
        data.save("state", &1).unwrap();
        data.sealing_key().unwrap();
        for file in fs::read_dir(&path).unwrap() {
            assert_eq!(mode(&file.unwrap().path()), 0o600);
        }
    }

    #[test]
    fn a_folder_serves_one_run_and_keeps_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new");
        let data = Data::open(&path).unwrap();
        assert!(matches!(Data::open(&path), Err(DataError::InUse(_))));
        let key = data.sealing_key().unwrap();
        data.save("state", &vec![1, 2]).unwrap();
        drop(data);
        let data = Data::open(&path).unwrap();
        assert_eq!(data.sealing_key().unwrap(), key);
        assert_eq!(STANDARD.decode(key).unwrap().len(), 32);
        assert_eq!(data.load::<Vec<u8>>("state"), Some(vec![1, 2]));
        data.forget("state");
        assert_eq!(data.load::<Vec<u8>>("state"), None);
    }
}
