//! What a document is, by its bytes.

use crate::error::{Error, ErrorKind, Result};

/// A kind of file that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// Word, of 2007 and later.
    Docx,
    /// A text of OpenDocument.
    Odt,
    /// Rich Text Format.
    Rtf,
    /// An electronic book.
    Epub,
    /// Portable Document Format.
    Pdf,
    /// An Excel workbook, of 2007 and later.
    Xlsx,
    /// A spreadsheet of OpenDocument.
    Ods,
}

/// The first bytes of a ZIP archive.
const ZIP: &[u8] = b"PK\x03\x04";
/// The first bytes of a compound file.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// Bytes before the sign of a PDF, at the most: some servers put a line there.
const BEFORE_PDF: usize = 1024;

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Docx,
        Self::Odt,
        Self::Rtf,
        Self::Epub,
        Self::Pdf,
        Self::Xlsx,
        Self::Ods,
    ];

    /// The end of the names of such files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Odt => "odt",
            Self::Rtf => "rtf",
            Self::Epub => "epub",
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Rtf => "application/rtf",
            Self::Epub => "application/epub+zip",
            Self::Pdf => "application/pdf",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
        }
    }

    /// What it is, for a sentence.
    pub fn title(self) -> &'static str {
        match self {
            Self::Docx => "Word document",
            Self::Odt => "OpenDocument text",
            Self::Rtf => "file of Rich Text Format",
            Self::Epub => "EPUB book",
            Self::Pdf => "PDF file",
            Self::Xlsx => "Excel workbook",
            Self::Ods => "OpenDocument spreadsheet",
        }
    }

    /// Whether bytes may begin a document, so that it is worth to read all of them for [`DocumentKind::of`].
    pub fn may_begin(start: &[u8]) -> bool {
        let is_pdf = memchr::memmem::find(&start[..start.len().min(8)], b"%PDF-").is_some();
        is_pdf
            || start.starts_with(ZIP)
            || start.starts_with(COMPOUND)
            || start.starts_with(b"{\\rtf")
    }

    /// What these bytes are, all of them; `None` for what is no document.
    ///
    /// # Errors
    /// They are a document of a kind that is not read, or an encrypted one.
    pub fn of(bytes: &[u8]) -> Result<Option<Self>> {
        if bytes.starts_with(ZIP) {
            return of_zip(bytes);
        }
        if bytes.starts_with(COMPOUND) {
            return Err(of_compound(bytes));
        }
        if bytes.starts_with(b"{\\rtf") {
            return Ok(Some(Self::Rtf));
        }
        let start = &bytes[..bytes.len().min(BEFORE_PDF)];
        let is_pdf = memchr::memmem::find(start, b"%PDF-").is_some();
        Ok(is_pdf.then_some(Self::Pdf))
    }
}

/// The names of members stand before their bytes, and all of them once more at the end.
fn of_zip(bytes: &[u8]) -> Result<Option<DocumentKind>> {
    let has = |name: &[u8]| memchr::memmem::find(bytes, name).is_some();
    // The first member of OpenDocument and EPUB is stored, and says what they are.
    let start = &bytes[..bytes.len().min(256)];
    let says = |word: &[u8]| memchr::memmem::find(start, word).is_some();
    if says(b"mimetype") {
        let of = |kind: DocumentKind| says(kind.media_type().as_bytes());
        // A template, too, is named by the longer word.
        return match [DocumentKind::Ods, DocumentKind::Odt, DocumentKind::Epub]
            .into_iter()
            .find(|kind| of(*kind))
        {
            Some(kind) => Ok(Some(kind)),
            None if says(b"opendocument") => Err(not_read(
                "a file of OpenDocument that is neither text nor spreadsheet",
                "an .odt, an .ods, or its text",
            )),
            None => Ok(None),
        };
    }
    if has(b"word/document") || has(b"word/_rels") {
        return Ok(Some(DocumentKind::Docx));
    }
    if has(b"xl/workbook.bin") {
        return Err(not_read(
            "a binary Excel workbook (.xlsb)",
            "one that is saved as .xlsx or as CSV",
        ));
    }
    if has(b"xl/workbook") || has(b"xl/worksheets") {
        return Ok(Some(DocumentKind::Xlsx));
    }
    if has(b"ppt/slides") || has(b"ppt/presentation") {
        return Err(not_read(
            "a PowerPoint presentation (.pptx)",
            "a .docx or .pdf, or its text",
        ));
    }
    if has(b"META-INF/container.xml") {
        return Ok(Some(DocumentKind::Epub));
    }
    Ok(None)
}

fn of_compound(bytes: &[u8]) -> Error {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(bytes, &name).is_some()
    };
    if has("EncryptedPackage") || has("EncryptionInfo") {
        let what = "document of Microsoft Office";
        return Error::new(ErrorKind::Encrypted { what });
    }
    if has("WordDocument") {
        let expected = "one that is saved as .docx, or its text";
        return not_read("a file of an old Microsoft Word (.doc)", expected);
    }
    if has("Workbook") || has("Book") {
        let expected = "one that is saved as .xlsx or as CSV";
        return not_read("a file of an old Microsoft Excel (.xls)", expected);
    }
    not_read(
        "a file of an old Microsoft Office",
        "one that is saved as .docx or .xlsx, or its text",
    )
}

fn not_read(what: &'static str, expected: &'static str) -> Error {
    Error::new(ErrorKind::NotRead { what, expected })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_their_bytes() {
        let of = |bytes: &[u8]| DocumentKind::of(bytes).unwrap();
        assert_eq!(of(b"%PDF-1.7\n"), Some(DocumentKind::Pdf));
        assert_eq!(of(b"\n%PDF-1.7\n"), Some(DocumentKind::Pdf));
        assert_eq!(of(b"{\\rtf1 x}"), Some(DocumentKind::Rtf));
        assert_eq!(
            of(b"PK\x03\x04 word/document.xml"),
            Some(DocumentKind::Docx)
        );
        assert_eq!(of(b"PK\x03\x04 xl/workbook.xml"), Some(DocumentKind::Xlsx));
        assert_eq!(
            of(b"PK\x03\x04 mimetypeapplication/epub+zip"),
            Some(DocumentKind::Epub)
        );
        assert_eq!(
            of(b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
            Some(DocumentKind::Ods)
        );
        assert_eq!(of(b"PK\x03\x04 a.txt"), None);
        assert_eq!(of(b"We met."), None);
        for bytes in [&b"We met."[..], b"PDF", b"", b"P"] {
            assert!(!DocumentKind::may_begin(bytes));
        }
    }

    #[test]
    fn what_is_not_read_says_what_to_do() {
        let utf16 = |name: &str| -> Vec<u8> {
            let name = name.encode_utf16().flat_map(u16::to_le_bytes);
            COMPOUND
                .iter()
                .copied()
                .chain([0; 64])
                .chain(name)
                .collect()
        };
        for (name, sentence) in [
            (
                "WordDocument",
                "this is a file of an old Microsoft Word (.doc); expected one that is saved as .docx, or its text",
            ),
            (
                "Workbook",
                "this is a file of an old Microsoft Excel (.xls); expected one that is saved as .xlsx or as CSV",
            ),
            (
                "EncryptedPackage",
                "this document of Microsoft Office is encrypted; expected one that is saved without a password, or its \
                 text",
            ),
        ] {
            assert_eq!(
                DocumentKind::of(&utf16(name)).unwrap_err().to_string(),
                sentence
            );
        }
    }
}
