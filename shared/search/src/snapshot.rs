//! The index as one manifest says, in memory.

use crate::cursor::BadCursor;
use crate::filter::Query;
use crate::manifest::Manifest;
use crate::matching::Conditions;
use crate::page::{Page, first};
use crate::part::Part;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{BusinessId, CustomerFilter, CustomerId};
use fixedbitset::FixedBitSet;
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// What a customer search is answered from: the index of a business as it was at one commit. Copies share their parts.
#[derive(Clone)]
pub struct Snapshot {
    pub(crate) business: BusinessId,
    pub(crate) manifest: Manifest,
    /// As in the manifest, and at the end its own rows.
    pub(crate) layers: Vec<Layer>,
    /// The manifest's own rows as they are stored.
    pub(crate) newest: Bytes,
    pub(crate) cost: Cost,
}

/// A part, and its rows that newer parts hide.
#[derive(Clone)]
pub(crate) struct Layer {
    /// `None` for the rows of the manifest.
    pub(crate) name: Option<String>,
    pub(crate) part: Arc<Part>,
    pub(crate) hidden: Arc<FixedBitSet>,
}

impl Layer {
    /// How many rows are not hidden.
    pub(crate) fn shown(&self) -> usize {
        self.part.len() - self.hidden.count_ones(..)
    }
}

/// What an operation asked of the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Objects that were read, or asked for and not there.
    pub gets: u64,
    /// Pages of listings.
    pub lists: u64,
    /// Objects that were written, or refused.
    pub puts: u64,
    /// Objects that were deleted.
    pub deletes: u64,
    /// Bytes that were read.
    pub bytes_read: u64,
    /// Bytes that were written.
    pub bytes_written: u64,
}

impl Snapshot {
    /// The number of the manifest; 0 for an index that nobody has written yet.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.manifest.generation
    }

    /// When the manifest was written. All changes that were committed by then are in it.
    #[must_use]
    pub fn as_of(&self) -> DateTime<Utc> {
        self.manifest.as_of
    }

    /// What it took to come by this snapshot: to open, to refresh or to write it.
    #[must_use]
    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// The bytes of all its objects, which a reader that begins with nothing has to read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.layers.iter().map(|layer| layer.part.bytes()).sum()
    }

    /// How many objects it has besides the manifest.
    #[must_use]
    pub fn parts(&self) -> usize {
        self.manifest.parts.len()
    }

    /// How many customers there are.
    #[must_use]
    pub fn customers(&self) -> u64 {
        self.layers.iter().map(|layer| layer.shown() as u64).sum()
    }

    /// A page of the customers who match, as of `now` in the business's zone.
    ///
    /// # Errors
    /// If the cursor is of a search with another sort.
    pub fn search(&self, query: &Query, now: DateTime<Utc>, zone: Tz) -> Result<Page, BadCursor> {
        if query.cursor.is_some_and(|cursor| cursor.sort != query.sort) {
            return Err(BadCursor);
        }
        let conditions = Conditions::of(&query.filter, now, zone);
        let mut total = 0;
        let mut found = Vec::new();
        for layer in &self.layers {
            let matches = conditions.matches(&layer.part, &layer.hidden);
            total += matches.count() as u64;
            // One more says whether there is another page.
            let most = query.limit.saturating_add(1).min(matches.count());
            let first = first(&layer.part, &matches, &conditions, query, most);
            found.extend(first.into_iter().map(|(place, row)| (place, row, &layer.part)));
        }
        found.sort_unstable_by_key(|(place, ..)| *place);
        let is_last = found.len() <= query.limit;
        found.truncate(query.limit);
        let cursor = found.last().filter(|_| !is_last).map(|(place, ..)| place.cursor(query.sort));
        let rows = found.iter().map(|(_, row, part)| part.row(*row as usize)).collect();
        Ok(Page { total, rows, cursor })
    }

    /// How many customers match.
    #[must_use]
    pub fn count(&self, filter: &CustomerFilter, now: DateTime<Utc>, zone: Tz) -> u64 {
        let conditions = Conditions::of(filter, now, zone);
        self.layers.iter().map(|layer| conditions.matches(&layer.part, &layer.hidden).count() as u64).sum()
    }

    /// The customers who match, by id. At most a bit for each row is held.
    pub fn ids(
        &self,
        filter: &CustomerFilter,
        now: DateTime<Utc>,
        zone: Tz,
    ) -> impl Iterator<Item = CustomerId> + use<> {
        let conditions = Conditions::of(filter, now, zone);
        let of_layer = |layer: &Layer| {
            let part = Arc::clone(&layer.part);
            let rows = conditions.matches(&part, &layer.hidden).into_rows();
            rows.map(move |row| part.key(row as usize)).peekable()
        };
        let mut layers: Vec<_> = self.layers.iter().map(of_layer).collect();
        std::iter::from_fn(move || {
            let next = layers.iter_mut().filter_map(|keys| Some((*keys.peek()?, keys))).min_by_key(|(key, _)| *key);
            next.and_then(|(_, keys)| keys.next())
        })
        .map(|key| CustomerId(Uuid::from_u128(key)))
    }

    /// The customer with this id, if the index has one.
    #[must_use]
    pub fn row(&self, customer: CustomerId) -> Option<crate::Row> {
        let key = customer.0.as_u128();
        self.layers.iter().rev().find_map(|layer| {
            let row = layer.part.rows_of(std::iter::once(key)).next()?;
            Some(layer.part.row(row))
        })
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { business, manifest, .. } = self;
        f.debug_struct("Snapshot")
            .field("business", business)
            .field("generation", &manifest.generation)
            .finish_non_exhaustive()
    }
}
