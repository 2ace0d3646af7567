//! The binary sections of a model file, by name and with a type.

use super::metadata::{SectionMeta, malformed};
use crate::error::Result;
use crate::features::{LittleEndian, Numbers};
use bytes::Bytes;
use flate2::read::DeflateDecoder;
use std::io::Read;

/// No text section of a sensible model is longer; guards against a small file that inflates to fill
/// the memory.
const LONGEST_TEXT: u64 = 1 << 30;

/// The sections of a model file, which are read where they lie.
pub(super) struct Sections<'a> {
    /// The file.
    file: &'a Bytes,
    /// The part of it that the offsets count from.
    binary: &'a [u8],
    metas: &'a [SectionMeta],
}

impl<'a> Sections<'a> {
    /// The sections that `metas` describe, in `binary`, which is a part of `file`.
    pub(super) fn new(file: &'a Bytes, binary: &'a [u8], metas: &'a [SectionMeta]) -> Self {
        Self {
            file,
            binary,
            metas,
        }
    }

    /// A section as it is.
    pub(super) fn bytes(&self, name: &str) -> Result<Bytes> {
        self.metas
            .iter()
            .find(|section| section.name == name)
            .and_then(|s| (self.binary).get(s.offset..s.offset.checked_add(s.bytes)?))
            .map(|section| self.file.slice_ref(section))
            .ok_or_else(|| malformed(format!("it has no section `{name}`")))
    }

    /// A section of little-endian numbers.
    pub(super) fn numbers<T: LittleEndian<N>, const N: usize>(
        &self,
        name: &str,
    ) -> Result<Numbers<T, N>> {
        Numbers::from_bytes(self.bytes(name)?).ok_or_else(|| {
            malformed(format!(
                "the last number of its section `{name}` is not whole"
            ))
        })
    }

    /// A section of deflated text.
    pub(super) fn text(&self, name: &str) -> Result<String> {
        let mut text = String::new();
        DeflateDecoder::new(&*self.bytes(name)?)
            .take(LONGEST_TEXT)
            .read_to_string(&mut text)
            .map_err(|error| malformed(format!("its {name} cannot be read ({error})")))?;
        Ok(text)
    }
}
