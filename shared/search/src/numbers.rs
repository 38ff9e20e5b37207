//! A column of numbers: amounts, counts and times. Some of them may be absent.

use crate::bits::Packed;
use crate::error::Damage;
use crate::format::{Reader, Writer};
use std::ops::{Range, RangeInclusive};
use std::sync::OnceLock;

/// A number of each row, packed as its distance from the smallest.
pub(crate) struct Numbers {
    packed: Packed,
    smallest: i64,
    /// If some are absent, 0 stands for those, and each other number is one higher.
    some_absent: bool,
    order: OnceLock<Order>,
}

/// Rows by their number.
pub(crate) struct Order {
    /// From the smallest on, and by row where they are equal.
    pub(crate) present: Vec<u32>,
    /// By row.
    pub(crate) absent: Vec<u32>,
}

impl Numbers {
    pub(crate) fn write(numbers: &[Option<i64>], to: &mut Writer) {
        let (smallest, some_absent, distances) = distances(numbers);
        to.u64(smallest.cast_unsigned());
        to.u8(u8::from(some_absent));
        Packed::write(&distances, to);
    }

    /// Numbers that are kept in memory alone.
    pub(crate) fn of(numbers: &[Option<i64>]) -> Self {
        let (smallest, some_absent, distances) = distances(numbers);
        Self { packed: Packed::of(&distances), smallest, some_absent, order: OnceLock::new() }
    }

    pub(crate) fn read(from: &mut Reader, rows: usize) -> Result<Self, Damage> {
        let smallest = from.u64()?.cast_signed();
        let some_absent = from.u8()? != 0;
        Ok(Self { packed: Packed::read(from, rows)?, smallest, some_absent, order: OnceLock::new() })
    }

    #[inline]
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        let distance = self.packed.get(row);
        if self.some_absent && distance == 0 {
            return None;
        }
        Some(self.smallest.wrapping_add_unsigned(distance - u64::from(self.some_absent)))
    }

    /// The packed numbers from `least` until before `end`.
    pub(crate) fn within(&self, range: &Range<i128>) -> Within<'_> {
        let least = u64::from(self.some_absent);
        let distance = |number: i128| number - i128::from(self.smallest) + i128::from(least);
        let from = distance(range.start).clamp(i128::from(least), i128::from(u64::MAX) + 1);
        let until = distance(range.end).clamp(from, i128::from(u64::MAX) + 1);
        // Both are within the numbers of 64 bits, but for an empty range at their end.
        let distances = match (u64::try_from(from), u64::try_from(until - 1)) {
            (Ok(from), Ok(last)) if from <= last => Some(from..=last),
            _ => None,
        };
        Within { numbers: self, distances }
    }

    /// The rows by their number, sorted when they are first asked for.
    pub(crate) fn order(&self) -> &Order {
        self.order.get_or_init(|| {
            let (mut present, mut absent) = (Vec::new(), Vec::new());
            if self.packed.width() <= 32 {
                // A number and its row in one word: words are sorted faster than pairs.
                let mut words = Vec::with_capacity(self.packed.len());
                for (row, distance) in (0u32..).zip(self.packed.iter()) {
                    if self.some_absent && distance == 0 {
                        absent.push(row);
                    } else {
                        words.push(distance << 32 | u64::from(row));
                    }
                }
                words.sort_unstable();
                #[expect(clippy::cast_possible_truncation, reason = "the lower half is the row")]
                present.extend(words.into_iter().map(|word| word as u32));
            } else {
                let mut pairs = Vec::with_capacity(self.packed.len());
                for (row, distance) in (0u32..).zip(self.packed.iter()) {
                    if self.some_absent && distance == 0 {
                        absent.push(row);
                    } else {
                        pairs.push((distance, row));
                    }
                }
                pairs.sort_unstable();
                present.extend(pairs.into_iter().map(|(_, row)| row));
            }
            Order { present, absent }
        })
    }
}

/// The rows whose number is in a range.
pub(crate) struct Within<'a> {
    numbers: &'a Numbers,
    distances: Option<RangeInclusive<u64>>,
}

impl<'a> Within<'a> {
    #[inline]
    pub(crate) fn has(&self, row: usize) -> bool {
        self.distances.as_ref().is_some_and(|distances| distances.contains(&self.numbers.packed.get(row)))
    }

    /// The part of the order that they are.
    pub(crate) fn of_order(&self) -> (&'a Order, Range<usize>) {
        let order = self.numbers.order();
        let Some(distances) = &self.distances else { return (order, 0..0) };
        let get = |row: &u32| self.numbers.packed.get(*row as usize);
        let from = order.present.partition_point(|row| get(row) < *distances.start());
        let until = order.present.partition_point(|row| get(row) <= *distances.end());
        (order, from..until)
    }
}

/// The smallest number, whether some are absent, and the distances.
fn distances(numbers: &[Option<i64>]) -> (i64, bool, Vec<u64>) {
    let present = || numbers.iter().flatten().copied();
    let smallest = present().min().unwrap_or(0);
    let some_absent = numbers.iter().any(Option::is_none);
    let of = |number: i64| number.abs_diff(smallest).saturating_add(u64::from(some_absent));
    (smallest, some_absent, numbers.iter().map(|number| number.map_or(0, of)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number() -> impl Strategy<Value = i64> {
        prop_oneof![-5..5i64, any::<i64>(), Just(i64::MIN), Just(i64::MAX)]
    }

    proptest! {
        #[test]
        fn ranges_and_order_are_those_of_the_numbers(
            numbers in prop::collection::vec(prop::option::of(-5..5i64), 0..40),
            whole in prop::collection::vec(number(), 0..40),
            (from, until) in (number(), number()),
        ) {
            for numbers in [numbers, whole.into_iter().map(Some).collect()] {
                let column = Numbers::of(&numbers);
                let range = i128::from(from)..i128::from(until) + 1;
                let within = column.within(&range);
                let wanted: Vec<usize> = (0..numbers.len())
                    .filter(|row| numbers[*row].is_some_and(|number| (from..=until).contains(&number)))
                    .collect();
                prop_assert_eq!((0..numbers.len()).filter(|row| within.has(*row)).collect::<Vec<_>>(), wanted.clone());
                let (order, range) = within.of_order();
                let mut rows: Vec<usize> = order.present[range].iter().map(|row| *row as usize).collect();
                prop_assert!(rows.is_sorted_by_key(|row| (numbers[*row], *row)));
                rows.sort_unstable();
                prop_assert_eq!(rows, wanted);
                prop_assert_eq!(order.present.len() + order.absent.len(), numbers.len());
                let read: Vec<_> = (0..numbers.len()).map(|row| column.get(row)).collect();
                prop_assert_eq!(read, numbers);
            }
        }
    }
}
