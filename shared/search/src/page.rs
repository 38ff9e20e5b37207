//! The customers of a page, out of the matches of all parts.

use crate::cursor::Cursor;
use crate::filter::{self, Query};
use crate::matching::{Conditions, Matches};
use crate::numbers::Numbers;
use crate::part::Part;
use crate::row::Row;
use domain::customer_filter::{Sort, SortKey};
use std::ops::ControlFlow;

/// A page of customers.
#[derive(Clone, Debug)]
pub struct Page {
    /// How many customers match, on all pages.
    pub total: u64,
    /// In their order.
    pub rows: Vec<Row>,
    /// For the next page; `None` if there is none.
    pub cursor: Option<Cursor>,
}

/// Of one of so many rows or more, the order of all rows is walked along.
const DENSE: usize = 8;

/// A place in an order, which goes up: customers without a value last, then by value, then by id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    is_absent: bool,
    /// The value, so that the order goes up.
    rank: u64,
    pub(crate) key: u128,
}

fn rank(value: i64, descending: bool) -> u64 {
    let up = value.cast_unsigned() ^ 1 << 63;
    if descending { !up } else { up }
}

fn value(rank: u64, descending: bool) -> i64 {
    let up = if descending { !rank } else { rank };
    (up ^ 1 << 63).cast_signed()
}

impl Place {
    fn of(cursor: &Cursor) -> Self {
        let descending = cursor.sort.is_some_and(|sort| sort.descending);
        let rank = cursor.value.map_or(0, |value| rank(value, descending));
        Self { is_absent: cursor.sort.is_some() && cursor.value.is_none(), rank, key: cursor.key }
    }

    pub(crate) fn cursor(self, sort: Option<Sort>) -> Cursor {
        let of = |sort: Sort| (!self.is_absent).then(|| value(self.rank, sort.descending));
        Cursor { sort, value: sort.and_then(of), key: self.key }
    }
}

/// The first matches of a part behind a cursor, at most `most` of them, in their order.
pub(crate) fn first(
    part: &Part,
    matches: &Matches,
    conditions: &Conditions<'_>,
    query: &Query,
    most: usize,
) -> Vec<(Place, u32)> {
    let after = query.cursor.as_ref().map(Place::of);
    let Some(sort) = query.sort else {
        let of = |row: u32| (Place { is_absent: false, rank: 0, key: part.key(row as usize) }, row);
        let from = after.map_or(0, |after| part.rows_until(after.key));
        return match matches {
            Matches::Few(rows) => {
                let begin = rows.partition_point(|row| (*row as usize) < from);
                rows.iter().skip(begin).take(most).map(|row| of(*row)).collect()
            }
            Matches::Many { rows, .. } => {
                let behind = (from..part.len()).filter(|row| rows.contains(*row));
                behind.take(most).filter_map(|row| u32::try_from(row).ok()).map(of).collect()
            }
        };
    };
    let numbers = match sort.key {
        SortKey::LastPurchase => &part.last_purchases,
        SortKey::TotalSpent => &part.total_spent,
    };
    let within = conditions.sorted(sort.key);
    let walk = Walk { part, numbers, within, descending: sort.descending, after };
    match matches {
        Matches::Many { rows, count } if *count > part.len() / DENSE => {
            let mut found = Vec::with_capacity(most);
            let _ = walk.along(&mut |row| {
                if rows.contains(row as usize) {
                    found.push((walk.place(row), row));
                }
                if found.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
            found
        }
        _ => walk.sorted(matches, most),
    }
}

/// An order of the rows of a part, from a place on.
struct Walk<'a> {
    part: &'a Part,
    numbers: &'a Numbers,
    /// What the filter lets through of these numbers.
    within: Option<filter::Numbers>,
    descending: bool,
    after: Option<Place>,
}

impl Walk<'_> {
    fn place(&self, row: u32) -> Place {
        let value = self.numbers.get(row as usize);
        let rank = value.map_or(0, |value| rank(value, self.descending));
        Place { is_absent: value.is_none(), rank, key: self.part.key(row as usize) }
    }

    /// Rows in this order are in that of their places: ids are in the order of rows.
    fn nearly(&self, row: u32) -> (bool, u64, u32) {
        let value = self.numbers.get(row as usize);
        (value.is_none(), value.map_or(0, |value| rank(value, self.descending)), row)
    }

    /// The least that a row behind the cursor may be.
    fn least(&self) -> (bool, u64, u32) {
        let row = |after: Place| u32::try_from(self.part.rows_until(after.key)).unwrap_or(u32::MAX);
        self.after.map_or((false, 0, 0), |after| (after.is_absent, after.rank, row(after)))
    }

    /// Looks at the matches, and sorts the first of them.
    fn sorted(&self, matches: &Matches, most: usize) -> Vec<(Place, u32)> {
        let least = self.least();
        let mut found: Vec<_> = matches.rows().map(|row| self.nearly(row)).filter(|it| *it >= least).collect();
        if found.len() > most {
            found.select_nth_unstable(most);
            found.truncate(most);
        }
        found.sort_unstable();
        found.into_iter().map(|(_, _, row)| (self.place(row), row)).collect()
    }

    /// Visits the rows in their order.
    fn along(&self, visit: &mut dyn FnMut(u32) -> ControlFlow<()>) -> ControlFlow<()> {
        let (order, range) = match &self.within {
            Some(within) => self.numbers.within(within).of_order(),
            None => (self.numbers.order(), 0..self.numbers.order().present.len()),
        };
        let least = self.least();
        let rank_of = |row: &u32| self.nearly(*row).1;
        let is_before = |row: &u32| self.nearly(*row) < least;
        if !least.0 {
            let present = order.present.get(range).unwrap_or_default();
            if self.descending {
                // Values go down, and ids up within a value: one value after the other, from the last on.
                let mut end = present.partition_point(|row| rank_of(row) >= least.1);
                while let Some(last) = end.checked_sub(1).and_then(|last| present.get(last)) {
                    let begin = first_of(present.get(..end).unwrap_or_default(), |row| rank_of(row) == rank_of(last));
                    let equal = present.get(begin..end).unwrap_or_default();
                    behind(equal, is_before).iter().try_for_each(|row| visit(*row))?;
                    end = begin;
                }
            } else {
                behind(present, is_before).iter().try_for_each(|row| visit(*row))?;
            }
        }
        let absent = if self.within.is_some() { &[][..] } else { &order.absent };
        behind(absent, is_before).iter().try_for_each(|row| visit(*row))
    }
}

/// The rows after those that are before a place.
fn behind(rows: &[u32], is_before: impl Fn(&u32) -> bool) -> &[u32] {
    rows.get(rows.partition_point(is_before)..).unwrap_or_default()
}

/// Where the rows at the end begin that are like the last: looked for near the end first.
fn first_of(rows: &[u32], is_like: impl Fn(&u32) -> bool) -> usize {
    let (mut known, mut step) = (rows.len(), 1);
    loop {
        let next = known.saturating_sub(step);
        match rows.get(next) {
            Some(row) if next < known && is_like(row) => known = next,
            _ => break,
        }
        step *= 2;
    }
    let from = known.saturating_sub(step);
    let between = rows.get(from..known).unwrap_or_default();
    from + between.partition_point(|row| !is_like(row))
}
