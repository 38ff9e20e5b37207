//! A column with one of a few values in each row.

use crate::bits::Packed;
use crate::error::Damage;
use crate::format::{Reader, Writer};
use domain::{Gender, ProfileStatus};
use fixedbitset::FixedBitSet;
use std::sync::OnceLock;

/// The most values of such a column, the absent one included.
const MOST: usize = 8;

/// The rows of a block of a bit set.
const BLOCK: usize = usize::BITS as usize;

/// The code of each is its place in the list, counted from 1; 0 is none.
const GENDERS: [Gender; 3] = [Gender::Female, Gender::Male, Gender::Other];
const STATUSES: [ProfileStatus; 7] = [
    ProfileStatus::Lead,
    ProfileStatus::Interested,
    ProfileStatus::Quoted,
    ProfileStatus::Booked,
    ProfileStatus::Customer,
    ProfileStatus::Inactive,
    ProfileStatus::Lost,
];

/// A value that such a column holds.
pub(crate) trait Kind: Sized {
    /// Below [`MOST`]; it stands in objects and never changes.
    fn code(self) -> u8;
    /// An unknown code is the first value.
    fn of_code(code: u64) -> Self;
}

fn place<T: PartialEq>(list: &[T], value: &T) -> u8 {
    (1..).zip(list).find(|(_, listed)| *listed == value).map_or(0, |(code, _)| code)
}

fn at<T: Copy>(list: &[T], code: u64) -> Option<T> {
    list.get(usize::try_from(code.checked_sub(1)?).ok()?).copied()
}

impl Kind for Option<Gender> {
    fn code(self) -> u8 {
        self.map_or(0, |gender| place(&GENDERS, &gender))
    }
    fn of_code(code: u64) -> Self {
        at(&GENDERS, code)
    }
}

impl Kind for Option<ProfileStatus> {
    fn code(self) -> u8 {
        self.map_or(0, |status| place(&STATUSES, &status))
    }
    fn of_code(code: u64) -> Self {
        at(&STATUSES, code)
    }
}

impl Kind for Option<bool> {
    fn code(self) -> u8 {
        self.map_or(0, |yes| if yes { 1 } else { 2 })
    }
    fn of_code(code: u64) -> Self {
        at(&[true, false], code)
    }
}

impl Kind for bool {
    fn code(self) -> u8 {
        u8::from(self)
    }
    fn of_code(code: u64) -> Self {
        code == 1
    }
}

/// A code for each row.
pub(crate) struct Kinds {
    packed: Packed,
    rows: [OnceLock<FixedBitSet>; MOST],
}

impl Kinds {
    pub(crate) fn write(codes: &[u8], to: &mut Writer) {
        let codes: Vec<u64> = codes.iter().map(|code| u64::from(*code)).collect();
        Packed::write(&codes, to);
    }

    pub(crate) fn read(from: &mut Reader, rows: usize) -> Result<Self, Damage> {
        Ok(Self { packed: Packed::read(from, rows)?, rows: [const { OnceLock::new() }; MOST] })
    }

    #[inline]
    pub(crate) fn code(&self, row: usize) -> u64 {
        self.packed.get(row)
    }

    /// The rows that have a value, found when they are first asked for.
    pub(crate) fn rows(&self, code: u8) -> Option<&FixedBitSet> {
        let code = u64::from(code);
        let rows = self.rows.get(usize::try_from(code).ok()?)?;
        Some(rows.get_or_init(|| {
            let mut bits = FixedBitSet::with_capacity(self.packed.len());
            for (block, bits) in bits.as_mut_slice().iter_mut().enumerate() {
                let first = block * BLOCK;
                for nth in 0..BLOCK.min(self.packed.len() - first) {
                    *bits |= usize::from(self.packed.get(first + nth) == code) << nth;
                }
            }
            bits
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    fn read_back<T: Kind + Copy + PartialEq + std::fmt::Debug>(value: T) {
        assert!(usize::from(value.code()) < MOST);
        assert_eq!(T::of_code(u64::from(value.code())), value);
    }

    #[test]
    fn every_value_has_a_code() {
        Gender::iter().for_each(|gender| read_back(Some(gender)));
        ProfileStatus::iter().for_each(|status| read_back(Some(status)));
        [None, Some(true), Some(false)].into_iter().for_each(read_back);
        [true, false].into_iter().for_each(read_back);
        read_back(None::<Gender>);
        read_back(None::<ProfileStatus>);
    }
}
