//! The list of the parts of an index, with its newest rows.

use crate::error::Damage;
use crate::format::{pack, unpack};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The beginning of every manifest. Its last byte is the version of the format.
const MAGIC: [u8; 8] = *b"recadom\x01";

/// What a manifest says, but for its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// Its number: the first is 1.
    pub(crate) generation: u64,
    /// The writer's mark: two writers never have the same.
    pub(crate) attempt: String,
    /// When it was written.
    pub(crate) as_of: DateTime<Utc>,
    /// From the oldest to the newest.
    pub(crate) parts: Vec<PartEntry>,
    /// Parts of older manifests, which a reader may still be about to read.
    pub(crate) retired: Vec<Retired>,
    /// Older manifests, now and then one.
    pub(crate) marks: Vec<Mark>,
    /// All manifests below this number are deleted.
    pub(crate) kept_from: u64,
}

/// A part of the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PartEntry {
    /// The last piece of its path.
    pub(crate) name: String,
    /// The commit that merged its rows: parts of one merge have different customers, and are merged again together.
    pub(crate) tier: u64,
    /// Hidden ones included.
    pub(crate) rows: u64,
    /// Of the object.
    pub(crate) bytes: u64,
}

/// A part that the index no longer has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Retired {
    /// The last piece of its path.
    pub(crate) name: String,
    /// When a manifest without it was written.
    pub(crate) at: DateTime<Utc>,
}

/// The number that was the newest at a moment: all below it had been superseded by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    pub(crate) generation: u64,
    pub(crate) at: DateTime<Utc>,
}

impl Manifest {
    /// The object: what it says, and the newest rows as a part.
    pub(crate) fn write(&self, newest: &[u8]) -> Vec<u8> {
        // Numbers, texts and times are always written.
        let said = serde_json::to_vec(self).unwrap_or_default();
        pack(MAGIC, &[said, newest.to_vec()])
    }

    /// What it says, and its rows as a part.
    pub(crate) fn read(object: &Bytes) -> Result<(Self, Bytes), Damage> {
        let [said, newest] = unpack::<2>(MAGIC, object)?;
        let manifest = serde_json::from_slice(&said).map_err(|_| Damage("it does not say what a manifest says"))?;
        Ok((manifest, newest))
    }
}
