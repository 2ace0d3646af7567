//! Bytes that go between a driver and its executors, and back.
//!
//! ```text
//! DETENTE-SYNC <kind> <format>    16 bytes
//! fields                          little-endian; sums of 64 bits as below
//! checksum                        XXH3 of all before it, 8 bytes
//! ```
//!
//! Sums are zigzag numbers of 7 bits a byte, the lowest first, and a 0 is followed by how many more follow it: most
//! sums are small next to 64 bits, and many are 0.

use crate::error::{Error, ErrorKind, Result};
use std::ops::RangeInclusive;
use xxhash_rust::xxh3::xxh3_64;

const MAGIC: &[u8; 12] = b"DETENTE-SYNC";
const FORMAT: u8 = 1;
const HEADER: usize = 16;
const CHECKSUM: usize = 8;

/// What bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Plan,
    Shard,
    Tally,
    Request,
    Answer,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Shard => "shard of rows",
            Self::Tally => "tally of rows",
            Self::Request => "request",
            Self::Answer => "answer",
        }
    }
}

/// Writes fields one after the other.
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn new(kind: Kind) -> Self {
        let mut bytes = MAGIC.to_vec();
        bytes.extend([kind as u8, FORMAT, 0, 0]);
        Self(bytes)
    }

    /// The bytes with their checksum.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let checksum = xxh3_64(&self.0);
        self.u64(checksum);
        self.0
    }

    pub(super) fn u32(&mut self, number: u32) {
        self.0.extend(number.to_le_bytes());
    }

    pub(super) fn u64(&mut self, number: u64) {
        self.0.extend(number.to_le_bytes());
    }

    pub(super) fn u128(&mut self, number: u128) {
        self.0.extend(number.to_le_bytes());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.u64(text.len() as u64);
        self.0.extend(text.as_bytes());
    }

    pub(super) fn u16s(&mut self, numbers: &[u16]) {
        self.u64(numbers.len() as u64);
        self.0
            .extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }

    pub(super) fn u32s(&mut self, numbers: &[u32]) {
        self.u64(numbers.len() as u64);
        self.0
            .extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }

    pub(super) fn u64s(&mut self, numbers: &[u64]) {
        self.u64(numbers.len() as u64);
        self.0
            .extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }

    pub(super) fn u128s(&mut self, numbers: &[u128]) {
        self.u64(numbers.len() as u64);
        self.0
            .extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }

    pub(super) fn f32s(&mut self, numbers: &[f32]) {
        self.u64(numbers.len() as u64);
        self.0
            .extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }

    /// Sums, in as few bytes as each takes.
    pub(super) fn sums(&mut self, sums: &[i64]) {
        self.u64(sums.len() as u64);
        let mut at = 0;
        while at < sums.len() {
            let sum = sums[at];
            at += 1;
            self.varint((sum << 1 ^ sum >> 63) as u64);
            if sum == 0 {
                let n_more = sums[at..].iter().take_while(|sum| **sum == 0).count();
                self.varint(n_more as u64);
                at += n_more;
            }
        }
    }

    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }
}

/// Reads what a [`Writer`] wrote.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    kind: Kind,
}

impl<'a> Reader<'a> {
    /// Checks that the bytes are whole and of this kind.
    pub(super) fn new(bytes: &'a [u8], kind: Kind) -> Result<Self> {
        let broken = || Error::new(ErrorKind::PartBroken { what: kind.name() });
        let end = bytes
            .len()
            .checked_sub(CHECKSUM)
            .filter(|end| *end >= HEADER);
        let (body, checksum) = bytes.split_at(end.ok_or_else(broken)?);
        let is_whole = checksum == xxh3_64(body).to_le_bytes();
        let (header, rest) = body.split_at(HEADER);
        match is_whole && header[..12] == *MAGIC && header[12..14] == [kind as u8, FORMAT] {
            true => Ok(Self { rest, kind }),
            false => Err(broken()),
        }
    }

    fn broken(&self) -> Error {
        Error::new(ErrorKind::PartBroken {
            what: self.kind.name(),
        })
    }

    /// An error unless this holds.
    pub(super) fn check(&self, holds: bool) -> Result<()> {
        match holds {
            true => Ok(()),
            false => Err(self.broken()),
        }
    }

    /// An error unless all was read.
    pub(super) fn finish(self) -> Result<()> {
        self.check(self.rest.is_empty())
    }

    fn take(&mut self, n_bytes: usize) -> Result<&'a [u8]> {
        match self.rest.split_at_checked(n_bytes) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => Err(self.broken()),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(super) fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(super) fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub(super) fn u128(&mut self) -> Result<u128> {
        Ok(u128::from_le_bytes(self.array()?))
    }

    /// A number of things that have place in memory.
    pub(super) fn count(&mut self) -> Result<usize> {
        usize::try_from(self.u64()?).map_err(|_| self.broken())
    }

    pub(super) fn text(&mut self) -> Result<String> {
        let n_bytes = self.count()?;
        let bytes = self.take(n_bytes)?.to_vec();
        String::from_utf8(bytes).map_err(|_| self.broken())
    }

    /// Numbers of `N` bytes each; no more memory than there are bytes.
    fn numbers<T, const N: usize>(&mut self, of: impl Fn([u8; N]) -> T) -> Result<Vec<T>> {
        let n_numbers = self.count()?;
        let n_bytes = n_numbers.checked_mul(N).ok_or_else(|| self.broken())?;
        let (numbers, _) = self.take(n_bytes)?.as_chunks::<N>();
        Ok(numbers.iter().map(|number| of(*number)).collect())
    }

    pub(super) fn u16s(&mut self) -> Result<Vec<u16>> {
        self.numbers(u16::from_le_bytes)
    }

    pub(super) fn u32s(&mut self) -> Result<Vec<u32>> {
        self.numbers(u32::from_le_bytes)
    }

    pub(super) fn u64s(&mut self) -> Result<Vec<u64>> {
        self.numbers(u64::from_le_bytes)
    }

    pub(super) fn u128s(&mut self) -> Result<Vec<u128>> {
        self.numbers(u128::from_le_bytes)
    }

    pub(super) fn f32s(&mut self) -> Result<Vec<f32>> {
        self.numbers(f32::from_le_bytes)
    }

    /// Sums, of which there are just so many.
    pub(super) fn sums(&mut self, n_sums: usize) -> Result<Vec<i64>> {
        self.sums_within(n_sums..=n_sums)
    }

    /// Sums, of which there may be so many.
    pub(super) fn sums_within(&mut self, allowed: RangeInclusive<usize>) -> Result<Vec<i64>> {
        let n_sums = self.count()?;
        self.check(allowed.contains(&n_sums))?;
        let mut sums = Vec::with_capacity(n_sums);
        while sums.len() < n_sums {
            let zigzag = self.varint()?;
            sums.push((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64));
            if zigzag == 0 {
                let n_more = self.varint()?;
                self.check(n_more <= (n_sums - sums.len()) as u64)?;
                sums.resize(sums.len() + n_more as usize, 0);
            }
        }
        Ok(sums)
    }

    fn varint(&mut self) -> Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(self.broken())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_are_the_same_after_their_bytes(
            sums in prop::collection::vec(prop_oneof![Just(0), -3_i64..3, any::<i64>()], 0..50),
        ) {
            let mut writer = Writer::new(Kind::Answer);
            writer.sums(&sums);
            let bytes = writer.finish();
            let mut reader = Reader::new(&bytes, Kind::Answer).unwrap();
            prop_assert_eq!(reader.sums(sums.len()).unwrap(), sums);
            reader.finish().unwrap();
        }

        #[test]
        fn any_changed_byte_is_found(at in 0_usize..100, bit in 0_u32..8) {
            let mut writer = Writer::new(Kind::Tally);
            writer.text("peace");
            let mut bytes = writer.finish();
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            prop_assert!(Reader::new(&bytes, Kind::Tally).is_err());
        }
    }

    #[test]
    fn bytes_of_another_kind_are_refused() {
        let bytes = Writer::new(Kind::Shard).finish();
        let error = Reader::new(&bytes, Kind::Tally).err().unwrap();
        assert_eq!(
            error.to_string(),
            "these bytes are not a whole tally of rows"
        );
    }
}
