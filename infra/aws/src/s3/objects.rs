//! Buckets and their objects: in memory, and in a folder too if they are kept.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use md5::{Digest, Md5};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// One object as it was last put.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub content: Bytes,
    /// The ETag, with its quotation marks.
    pub tag: String,
    /// When it was put, UTC.
    pub at: DateTime<Utc>,
}

impl Object {
    pub fn new(content: Bytes, at: DateTime<Utc>) -> Self {
        let tag = format!("\"{}\"", hex(&Md5::digest(&content)));
        Self { content, tag, at }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The folder of a bucket cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the folder {0} of a bucket: {1}")]
pub struct KeptError(PathBuf, io::Error);

/// A bucket with its objects by key.
#[derive(Debug)]
pub struct Bucket {
    name: String,
    objects: BTreeMap<String, Object>,
    kept: Option<PathBuf>,
}

impl Bucket {
    /// An empty bucket in memory.
    #[must_use]
    pub fn memory(name: impl Into<String>) -> Self {
        Self { name: name.into(), objects: BTreeMap::new(), kept: None }
    }

    /// A bucket whose objects are files of a folder: those that are there, and those to come.
    ///
    /// # Errors
    /// The folder cannot be made or read.
    pub fn folder(name: impl Into<String>, folder: &Path) -> Result<Self, KeptError> {
        let failed = |error| KeptError(folder.to_owned(), error);
        fs::create_dir_all(folder).map_err(failed)?;
        let mut bucket = Self { kept: Some(folder.to_owned()), ..Self::memory(name) };
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // A file that was being written when the process ended.
            if name.starts_with('.') {
                fs::remove_file(entry.path()).map_err(failed)?;
                continue;
            }
            let content = fs::read(entry.path()).map_err(failed)?;
            let at = entry.metadata().and_then(|it| it.modified()).map_err(failed)?;
            let key = percent_decode_str(&name).decode_utf8_lossy().into_owned();
            bucket.objects.insert(key, Object::new(content.into(), at.into()));
        }
        Ok(bucket)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn object(&self, key: &str) -> Option<&Object> {
        self.objects.get(key)
    }

    pub(super) fn objects<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a String, &'a Object)> {
        self.objects.range(prefix.to_owned()..).take_while(move |(key, _)| key.starts_with(prefix))
    }

    pub(super) fn keys<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a String> {
        self.objects(prefix).map(|(key, _)| key)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.objects.values().map(|object| object.content.len() as u64).sum()
    }

    pub(super) fn put(&mut self, key: &str, object: Object) -> io::Result<()> {
        if let Some(folder) = &self.kept {
            let name = file_name(key);
            let draft = folder.join(format!(".{name}"));
            fs::write(&draft, &object.content)?;
            fs::rename(draft, folder.join(name))?;
        }
        self.objects.insert(key.to_owned(), object);
        Ok(())
    }

    pub(super) fn delete(&mut self, key: &str) -> io::Result<()> {
        if self.objects.remove(key).is_some()
            && let Some(folder) = &self.kept
        {
            fs::remove_file(folder.join(file_name(key)))?;
        }
        Ok(())
    }
}

/// A key as the name of a file: all but letters and digits as `%2F`.
fn file_name(key: &str) -> String {
    utf8_percent_encode(key, NON_ALPHANUMERIC).to_string()
}

/// Buckets by name.
#[derive(Debug, Default)]
pub(super) struct Buckets(BTreeMap<String, Bucket>);

impl Buckets {
    pub fn get(&self, name: &str) -> Option<&Bucket> {
        self.0.get(name)
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Bucket> {
        self.0.get_mut(name)
    }
}

impl FromIterator<Bucket> for Buckets {
    fn from_iter<T: IntoIterator<Item = Bucket>>(buckets: T) -> Self {
        Self(buckets.into_iter().map(|bucket| (bucket.name.clone(), bucket)).collect())
    }
}
