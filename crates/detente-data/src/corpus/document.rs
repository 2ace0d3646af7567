//! Documents: files of Word, OpenDocument, RTF, EPUB, PDF and Excel, known by their bytes.

use super::reading::ReadParams;
use crate::article::Article;
use crate::error::{Error, ErrorKind, Result};
use std::io::Read;
use std::path::Path;
#[cfg(feature = "documents")]
use {
    super::bytes,
    super::notices::Notice,
    crate::file::most_unpacked,
    detente_documents::{Contents, DocumentKind, Limits, SheetRow},
};

/// What a document may take that somebody sent, while others wait.
#[cfg(feature = "documents")]
const SENT: Limits = Limits {
    max_bytes: 128 << 20,
    max_seconds: 15,
};

/// What a document is read as.
pub(super) enum Opened {
    /// Text.
    #[cfg_attr(not(feature = "documents"), expect(dead_code, reason = "none is read"))]
    Article(Box<Article>),
    /// Rows.
    #[cfg(feature = "documents")]
    Rows(SheetRows),
}

/// Whether bytes may begin a document.
#[cfg(feature = "documents")]
pub(super) fn may_begin(start: &[u8]) -> bool {
    DocumentKind::may_begin(start)
}

/// Whether bytes may begin a document: this program reads none.
#[cfg(not(feature = "documents"))]
pub(super) fn may_begin(_: &[u8]) -> bool {
    false
}

/// Whether a file's name says that it is a document.
#[cfg(feature = "documents")]
pub(super) fn is_named(extension: &str) -> bool {
    let mut kinds = DocumentKind::ALL.into_iter();
    kinds.any(|kind| kind.extension() == extension)
}

/// Whether a file's name says that it is a document: this program reads none.
#[cfg(not(feature = "documents"))]
pub(super) fn is_named(_: &str) -> bool {
    false
}

/// Reads a document. Its title and date are those of its text, or else of its properties.
///
/// # Errors
/// It is no document, or one that cannot be read.
#[cfg(feature = "documents")]
pub(super) fn open(
    reader: impl Read,
    path: &Path,
    on_disk: bool,
    params: &ReadParams,
) -> Result<Opened> {
    let bytes = bytes::whole(reader, path)?;
    let Some(kind) = DocumentKind::of(&bytes).map_err(|error| Error::from(error).in_file(path))?
    else {
        return Err(bytes::no_text(&bytes, ErrorKind::NotDocument).in_file(path));
    };
    if path.as_os_str() == "-" {
        params.notices.add(Notice::Kind {
            path: path.to_owned(),
            kind: kind.title(),
        });
    }
    // Whoever gives a program its standard input waits for it alone.
    let is_own = on_disk || path.as_os_str() == "-";
    let limits = if is_own { Limits::DEFAULT } else { SENT };
    let limits = Limits {
        max_bytes: most_unpacked(bytes.len() as u64, limits.max_bytes),
        ..limits
    };
    let read = detente_documents::read(&bytes, kind, limits);
    let document = match read.map_err(|error| Error::from(error).in_file(path))? {
        Contents::Text(document) => document,
        Contents::Sheet(sheet) => {
            if !sheet.others.is_empty() {
                params.notices.add(Notice::Sheets {
                    path: path.to_owned(),
                    sheet: sheet.name,
                    others: sheet.others,
                });
            }
            return Ok(Opened::Rows(SheetRows::new(sheet.rows)));
        }
    };
    if let (Some(n_pages), 1..) = (document.n_pages, document.n_without_text) {
        params.notices.add(Notice::Scanned {
            path: path.to_owned(),
            n_pages,
            n_without_text: document.n_without_text,
        });
    }
    let id = path.display().to_string();
    let article = Article::document(id, document.text, document.title, document.date);
    // A name of one word is that of somebody's account, as in `Jordan`.
    let author = document.author.filter(|author| author.contains(' '));
    let article = article.spoken_by(author);
    Ok(Opened::Article(Box::new(article)))
}

/// Says that documents cannot be read.
///
/// # Errors
/// Always.
#[cfg(not(feature = "documents"))]
pub(super) fn open(_: impl Read, path: &Path, _: bool, _: &ReadParams) -> Result<Opened> {
    let feature = "documents";
    Err(Error::new(ErrorKind::NotBuilt { feature }).in_file(path))
}

/// The rows of a workbook, of which the first is the header.
#[cfg(feature = "documents")]
pub(super) struct SheetRows {
    header: SheetRow,
    rows: std::vec::IntoIter<SheetRow>,
    row: SheetRow,
}

#[cfg(feature = "documents")]
impl SheetRows {
    fn new(rows: Vec<SheetRow>) -> Self {
        let mut rows = rows.into_iter();
        Self {
            header: rows.next().unwrap_or_default(),
            rows,
            row: SheetRow::default(),
        }
    }

    /// The columns' names, and the row in which they stand.
    pub(super) fn header(&self) -> (&[String], u64) {
        (&self.header.cells, self.header.number)
    }

    /// Goes to the next row and gives its number; `None` at the end.
    ///
    /// # Errors
    /// It has a cell behind the last column.
    pub(super) fn next(&mut self) -> Result<Option<u64>> {
        let Some(row) = self.rows.next() else {
            return Ok(None);
        };
        self.row = row;
        let n_columns = self.header.cells.len();
        let mut surplus = self.row.cells.iter().skip(n_columns);
        if surplus.any(|cell| !cell.trim().is_empty()) {
            let found = self.row.cells.len() as u64;
            let expected = n_columns as u64;
            return Err(
                Error::new(ErrorKind::RaggedRow { found, expected }).at_line(self.row.number)
            );
        }
        Ok(Some(self.row.number))
    }

    /// A cell of the row at hand.
    pub(super) fn cell(&self, position: usize) -> &str {
        self.row.cells.get(position).map_or("", String::as_str)
    }
}
