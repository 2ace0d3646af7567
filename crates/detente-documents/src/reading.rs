//! A document read, whatever its kind.

use crate::document::Document;
use crate::document_kind::DocumentKind;
use crate::docx;
use crate::epub;
use crate::error::{Error, ErrorKind, Result};
use crate::guarded::guarded;
use crate::limits::{Allowance, Limits};
use crate::ods;
use crate::odt;
use crate::pdf;
use crate::rtf;
use crate::sheet::Sheet;
use crate::xlsx;

/// What a document holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// Text.
    Text(Document),
    /// Rows.
    Sheet(Sheet),
}

/// Reads the bytes of a document of this kind.
///
/// # Errors
/// It is broken, encrypted, has no text or row, or takes more than it may.
pub fn read(bytes: &[u8], kind: DocumentKind, limits: Limits) -> Result<Contents> {
    let what = kind.title();
    let broken = || Error::new(ErrorKind::Broken { what });
    guarded(
        || {
            let allowance = Allowance::new(kind, limits);
            Ok(match kind {
                DocumentKind::Docx => Contents::Text(docx::read(bytes, &allowance)?),
                DocumentKind::Odt => Contents::Text(odt::read(bytes, &allowance)?),
                DocumentKind::Rtf => Contents::Text(rtf::read(bytes, &allowance)?),
                DocumentKind::Epub => Contents::Text(epub::read(bytes, &allowance)?),
                DocumentKind::Pdf => Contents::Text(pdf::read(bytes, &allowance)?),
                DocumentKind::Xlsx => Contents::Sheet(xlsx::read(bytes, &allowance)?),
                DocumentKind::Ods => Contents::Sheet(ods::read(bytes, &allowance)?),
            })
        },
        broken,
    )
    .and_then(|contents| match &contents {
        Contents::Text(document) if document.text.is_empty() => {
            Err(Error::new(match document.n_without_text {
                0 => ErrorKind::Empty { what },
                _ => ErrorKind::NoText { what },
            }))
        }
        Contents::Sheet(sheet) if sheet.rows.is_empty() => {
            Err(Error::new(ErrorKind::NoRows { what }))
        }
        _ => Ok(contents),
    })
}
