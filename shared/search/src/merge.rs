//! Making one part of several.

use crate::builder::PartBuilder;
use crate::part::Part;
use crate::row::Row;
use fixedbitset::FixedBitSet;
use std::collections::BTreeSet;

/// Rows to be merged, and which of them to leave out.
pub(crate) struct Source<'a> {
    pub(crate) part: &'a Part,
    pub(crate) hidden: &'a FixedBitSet,
}

/// The rows of the sources, from the oldest to the newest, and then those that are newer than all: of each customer the
/// newest, and none of a customer who is removed.
pub(crate) fn merge<'a>(
    sources: &[Source<'a>],
    newest: impl Iterator<Item = &'a Row>,
    removed: &BTreeSet<u128>,
) -> PartBuilder {
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
        let Some(key) = older.into_iter().chain(newer).min() else { return builder };
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
}
