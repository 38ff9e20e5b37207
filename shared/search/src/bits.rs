//! Whole numbers side by side, each in as many bits as the largest of them needs.

use crate::error::Damage;
use crate::format::{Reader, Writer};
use bytes::Bytes;

/// Zeros at the end, so that a number can be read in one piece wherever it begins.
const PADDING: usize = 16;
/// The widest number that is read as eight bytes: it may begin with the last bit of the first.
const EIGHT_BYTES: u32 = 57;

/// Numbers of one width, any of which can be read.
pub(crate) struct Packed {
    bytes: Bytes,
    width: u32,
    mask: u64,
    len: usize,
}

impl Packed {
    /// Writes the numbers.
    pub(crate) fn write(numbers: &[u64], to: &mut Writer) {
        let (width, bytes) = pack(numbers);
        to.u8(u8::try_from(width).unwrap_or(64));
        to.bytes(&bytes);
    }

    /// Numbers that are kept in memory alone.
    pub(crate) fn of(numbers: &[u64]) -> Self {
        let (width, bytes) = pack(numbers);
        Self { bytes: Bytes::from(bytes), width, mask: mask(width), len: numbers.len() }
    }

    /// Reads as many numbers as `len`.
    pub(crate) fn read(from: &mut Reader, len: usize) -> Result<Self, Damage> {
        let width = u32::from(from.u8()?);
        let bytes = from.bytes()?;
        if width > 64 || bytes.len() != size(width, len) {
            return Err(Damage("a column does not have its length"));
        }
        Ok(Self { bytes, width, mask: mask(width), len })
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// In bits.
    pub(crate) fn width(&self) -> u32 {
        self.width
    }

    /// 0 beyond the end.
    #[inline]
    pub(crate) fn get(&self, nth: usize) -> u64 {
        let bit = nth * self.width as usize;
        let rest = self.bytes.get(bit / 8..).unwrap_or_default();
        if self.width <= EIGHT_BYTES {
            let Some(word) = rest.first_chunk::<8>() else { return 0 };
            (u64::from_le_bytes(*word) >> (bit % 8)) & self.mask
        } else {
            let Some(word) = rest.first_chunk::<16>() else { return 0 };
            #[expect(clippy::cast_possible_truncation, reason = "the rest is the next number")]
            let number = (u128::from_le_bytes(*word) >> (bit % 8)) as u64;
            number & self.mask
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        (0..self.len).map(|nth| self.get(nth))
    }
}

fn mask(width: u32) -> u64 {
    1u64.checked_shl(width).unwrap_or(0).wrapping_sub(1)
}

/// In bytes.
fn size(width: u32, len: usize) -> usize {
    (width as usize).saturating_mul(len).div_ceil(8).saturating_add(PADDING)
}

fn pack(numbers: &[u64]) -> (u32, Vec<u8>) {
    let width = 64 - numbers.iter().fold(0, |all, number| all | number).leading_zeros();
    let mut bytes = Vec::with_capacity(size(width, numbers.len()));
    let (mut waiting, mut bits) = (0u128, 0u32);
    for number in numbers {
        waiting |= u128::from(*number) << bits;
        bits += width;
        while bits >= 8 {
            #[expect(clippy::cast_possible_truncation, reason = "the lowest byte")]
            bytes.push(waiting as u8);
            waiting >>= 8;
            bits -= 8;
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "less than a byte is left")]
    if bits > 0 {
        bytes.push(waiting as u8);
    }
    bytes.resize(bytes.len() + PADDING, 0);
    (width, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_number_is_read_back(numbers in prop::collection::vec(any::<u64>(), 0..80), width in 0..=64u32) {
            let numbers: Vec<u64> = numbers.into_iter().map(|number| number & mask(width)).collect();
            let mut writer = Writer::default();
            Packed::write(&numbers, &mut writer);
            let mut reader = Reader::new(writer.end().into());
            let packed = Packed::read(&mut reader, numbers.len()).unwrap();
            reader.end().unwrap();
            prop_assert_eq!(packed.iter().collect::<Vec<_>>(), numbers.clone());
            prop_assert_eq!(Packed::of(&numbers).iter().collect::<Vec<_>>(), numbers.clone());
            prop_assert_eq!(packed.get(numbers.len() + 1_000), 0);
        }
    }
}
