//! The members of a ZIP archive, unpacked within bounds.

use crate::error::Result;
use crate::limits::Allowance;
use encoding_rs::{Encoding, UTF_8};
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// Members of an archive at the most.
const MOST_MEMBERS: usize = 100_000;

/// An archive of which members are asked for by name.
pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    pub(crate) allowance: &'a Allowance,
}

impl<'a> Package<'a> {
    /// # Errors
    /// The bytes are no archive.
    pub(crate) fn open(bytes: &'a [u8], allowance: &'a Allowance) -> Result<Self> {
        let failed = |error: ZipError| allowance.broken().caused_by(error);
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(failed)?;
        match archive.len() > MOST_MEMBERS {
            true => Err(allowance.too_much("has too many members", MOST_MEMBERS.to_string())),
            false => Ok(Self { archive, allowance }),
        }
    }

    /// The bytes of a member; `None` where there is none of this name.
    ///
    /// # Errors
    /// They cannot be unpacked, are encrypted, or too many.
    pub(crate) fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>> {
        let allowance = self.allowance;
        let member = match self.archive.by_name(name.trim_start_matches('/')) {
            Ok(member) => member,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                return Err(allowance.encrypted());
            }
            Err(error) => return Err(allowance.broken().caused_by(error)),
        };
        let mut bytes = Vec::new();
        let most = allowance.bytes_left();
        let read = member.take(most.saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|error| allowance.broken().caused_by(error))?;
        allowance.take(bytes.len())?;
        Ok(Some(bytes))
    }

    /// A member as text: UTF-8, or what its mark says.
    ///
    /// # Errors
    /// As [`Package::bytes`].
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>> {
        let Some(bytes) = self.bytes(name)? else {
            return Ok(None);
        };
        let encoding = Encoding::for_bom(&bytes).map_or(UTF_8, |(encoding, _)| encoding);
        let (text, _) = encoding.decode_with_bom_removal(&bytes);
        Ok(Some(text.into_owned()))
    }

    /// Unpacks every member once and throws it away, for a parser that knows no bounds.
    ///
    /// # Errors
    /// They unpack to too much.
    pub(crate) fn check_all(&mut self) -> Result<()> {
        let allowance = self.allowance;
        let mut buffer = vec![0; 1 << 16];
        for at in 0..self.archive.len() {
            let Ok(mut member) = self.archive.by_index(at) else {
                continue;
            };
            while let Ok(n) = member.read(&mut buffer)
                && n > 0
            {
                allowance.step()?;
                allowance.take(n)?;
            }
        }
        Ok(())
    }
}
