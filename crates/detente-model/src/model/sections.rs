//! The binary sections of a model file, by name and with a type.

use super::metadata::{SectionMeta, malformed};
use crate::error::Result;
use crate::features::{LittleEndian, Numbers};
use bytes::Bytes;
use flate2::read::DeflateDecoder;
use std::collections::HashSet;
use std::io::Read;

/// No lexicon is longer; guards against a small file that inflates to fill the memory.
const LONGEST_LEXICON: u64 = 1 << 22;

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

    /// Checks that the sections are as a model file has them: each once, one behind the other, and nothing behind the
    /// last.
    ///
    /// # Errors
    /// They are not.
    pub(super) fn check(&self) -> Result<()> {
        let mut end = 0_usize;
        let mut seen = HashSet::new();
        for section in self.metas {
            let name = &section.name;
            if !seen.insert(name) {
                return Err(malformed(format!("it has the section `{name}` twice")));
            }
            if section.offset != end {
                let found = section.offset;
                return Err(malformed(format!(
                    "its section `{name}` begins at byte {found}; expected {end}, where the one before it ends"
                )));
            }
            end = end.saturating_add(section.bytes);
        }
        match self.binary.len() == end {
            true => Ok(()),
            false => Err(malformed(format!(
                "its sections have {end} bytes; expected {}, which follow its metadata",
                self.binary.len()
            ))),
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

    /// The deflated text of a lexicon. No more of it is unpacked than a lexicon can have.
    pub(super) fn lexicon(&self) -> Result<String> {
        let mut text = String::new();
        DeflateDecoder::new(&*self.bytes("lexicon")?)
            .take(LONGEST_LEXICON + 1)
            .read_to_string(&mut text)
            .map_err(|error| malformed(format!("its lexicon cannot be read ({error})")))?;
        match text.len() as u64 > LONGEST_LEXICON {
            true => Err(malformed(format!(
                "its lexicon unpacks to more than {LONGEST_LEXICON} bytes; expected at most as many"
            ))),
            false => Ok(text),
        }
    }
}
