//! Making parts of parts.

use crate::builder::PartBuilder;
use crate::part::Part;
use crate::row::Row;
use crate::snapshot::Layer;
use bytes::Bytes;
use fixedbitset::FixedBitSet;
use std::collections::BTreeSet;

/// Rows to be merged, and which of them to leave out.
pub(crate) struct Source<'a> {
    part: &'a Part,
    hidden: &'a FixedBitSet,
}

impl<'a> Source<'a> {
    pub(crate) fn of(layer: &'a Layer) -> Self {
        Self { part: &layer.part, hidden: &layer.hidden }
    }
}

/// A part that was made, and not written yet.
pub(crate) struct Made {
    pub(crate) object: Bytes,
    pub(crate) rows: usize,
}

impl Made {
    /// Without rows.
    pub(crate) fn empty() -> Self {
        Self::of(PartBuilder::default())
    }

    fn of(builder: PartBuilder) -> Self {
        Self { rows: builder.len(), object: builder.end().into() }
    }
}

/// The rows of the sources, from the oldest to the newest, and then those that are newer than all: of each customer the
/// newest, and none of a customer who is removed. The rows of a part are at most so many, and a part follows the other by
/// id.
pub(crate) fn merge<'a>(
    sources: &[Source<'a>],
    newest: impl Iterator<Item = &'a Row>,
    removed: &BTreeSet<u128>,
    most: usize,
) -> Vec<Made> {
    let mut parts = Vec::new();
    let mut builder = PartBuilder::default();
    let mut newest = newest.peekable();
    let rows = |source: &Source<'a>| {
        let (part, hidden) = (source.part, source.hidden);
        let shown = (0..part.len()).filter(|row| !hidden.contains(*row));
        (part, shown.map(|row| (part.key(row), row)).peekable())
    };
    let mut sources: Vec<_> = sources.iter().map(rows).collect();
    loop {
        let older = sources.iter_mut().filter_map(|(_, rows)| rows.peek().map(|(key, _)| *key)).min();
        let newer = newest.peek().map(|row| row.key());
        let Some(key) = older.into_iter().chain(newer).min() else { break };
        if builder.len() >= most {
            parts.push(Made::of(std::mem::take(&mut builder)));
        }
        let mut last = None;
        for (part, rows) in &mut sources {
            if let Some((_, row)) = rows.next_if(|(next, _)| *next == key) {
                last = Some((*part, row));
            }
        }
        let own = newest.next_if(|row| row.key() == key);
        if removed.contains(&key) {
            continue;
        }
        match (own, last) {
            (Some(row), _) => builder.push(row),
            (None, Some((part, row))) => builder.push(&part.row(row)),
            (None, None) => {}
        }
    }
    if builder.len() > 0 {
        parts.push(Made::of(builder));
    }
    parts
}
