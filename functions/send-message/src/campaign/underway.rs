//! The chunks that a runner is at, in their order: who of their people is still to be reached.

use chrono::{DateTime, Utc};
use domain::{Chunk, CustomerId};
use std::collections::VecDeque;
use std::ops::Range;

/// A chunk that has been begun and is not known to be done.
struct Begun {
    number: u32,
    chunk: Chunk,
    /// The place of its first recipient among all that the runner has come to.
    first: usize,
    /// Recipients who were taken, from the first on.
    taken: usize,
    /// Those of them who have no end yet.
    open: usize,
    /// Recipients who were taken and have to be taken again at a time, UTC.
    later: Vec<(usize, DateTime<Utc>)>,
}

impl Begun {
    fn places(&self) -> Range<usize> {
        self.first..self.first + self.chunk.recipients.len()
    }

    fn is_through(&self) -> bool {
        self.taken == self.chunk.recipients.len() && self.open == 0
    }
}

/// Recipients of one chunk, to be prepared together.
pub(crate) struct Page<'a> {
    pub(crate) chunk: &'a Chunk,
    /// The place of the chunk's first recipient.
    pub(crate) first: usize,
    /// The places that were taken.
    pub(crate) places: Vec<usize>,
}

impl Page<'_> {
    /// The place in the chunk, and the recipient.
    pub(crate) fn recipients(&self) -> impl Iterator<Item = (usize, usize, CustomerId)> {
        self.places.iter().filter_map(|place| {
            let nth = place.checked_sub(self.first)?;
            Some((*place, nth, *self.chunk.recipients.get(nth)?))
        })
    }
}

/// All chunks that the runner is at.
pub(crate) struct Underway {
    begun: VecDeque<Begun>,
    next: u32,
    places: usize,
    /// Whether there is no further chunk.
    pub(crate) is_last: bool,
}

impl Underway {
    /// Nothing yet; the runner begins with this chunk.
    pub(crate) fn from(chunk: u32) -> Self {
        Self { begun: VecDeque::new(), next: chunk, places: 0, is_last: false }
    }

    /// The chunk that is loaded next.
    pub(crate) fn next(&self) -> u32 {
        self.next
    }

    /// The first chunk that is not done: there another runner has to begin.
    pub(crate) fn front(&self) -> u32 {
        self.begun.front().map_or(self.next, |begun| begun.number)
    }

    pub(crate) fn is_done(&self) -> bool {
        self.is_last && self.begun.is_empty()
    }

    /// Adds the chunk after the last; without one there is no further chunk.
    pub(crate) fn add(&mut self, chunk: Option<Chunk>) {
        let Some(chunk) = chunk else {
            self.is_last = true;
            return;
        };
        let (number, first) = (self.next, self.places);
        self.places += chunk.recipients.len();
        self.next += 1;
        self.begun.push_back(Begun { number, chunk, first, taken: 0, open: 0, later: Vec::new() });
    }

    /// Whether somebody is left in the chunks that are loaded who has not been taken.
    pub(crate) fn has_fresh(&self) -> bool {
        self.begun.iter().any(|begun| begun.taken < begun.chunk.recipients.len())
    }

    /// Takes at most so many: first those whose time to be taken again has come, then those whose turn it is.
    pub(crate) fn take(&mut self, most: usize, now: DateTime<Utc>) -> Option<Page<'_>> {
        let again = self.begun.iter().position(|it| it.later.iter().any(|(_, at)| *at <= now));
        let fresh = || self.begun.iter().position(|it| it.taken < it.chunk.recipients.len());
        let begun = again.or_else(fresh).and_then(|nth| self.begun.get_mut(nth))?;
        let places: Vec<usize> = if again.is_some() {
            let (due, later): (Vec<_>, Vec<_>) = begun.later.drain(..).partition(|(_, at)| *at <= now);
            begun.later = later;
            let (due, rest) = due.split_at(due.len().min(most));
            begun.later.extend(rest);
            due.iter().map(|(place, _)| *place).collect()
        } else {
            let from = begun.first + begun.taken;
            let places: Vec<_> = (from..begun.places().end).take(most).collect();
            begun.taken += places.len();
            begun.open += places.len();
            places
        };
        Some(Page { chunk: &begun.chunk, first: begun.first, places })
    }

    /// When somebody has to be taken again, UTC.
    pub(crate) fn again_at(&self) -> Option<DateTime<Utc>> {
        self.begun.iter().flat_map(|begun| begun.later.iter().map(|(_, at)| *at)).min()
    }

    /// A recipient has an end, or is to be taken again.
    pub(crate) fn ended(&mut self, place: usize, again_at: Option<DateTime<Utc>>) {
        let Some(begun) = self.begun.iter_mut().find(|begun| begun.places().contains(&place)) else { return };
        match again_at {
            Some(at) => begun.later.push((place, at)),
            None => begun.open = begun.open.saturating_sub(1),
        }
    }

    /// The first chunk, if all of its people have an end.
    pub(crate) fn through(&self) -> Option<(u32, &Chunk)> {
        self.begun.front().filter(|begun| begun.is_through()).map(|begun| (begun.number, &begun.chunk))
    }

    /// The first chunk is known to be done.
    pub(crate) fn drop_first(&mut self) {
        self.begun.pop_front();
    }
}
