//! The bytes of a document into its text, or of a workbook into its rows.
//!
//! ```text
//! bytes                -> DocumentKind   document_kind.rs  by what they are, never by a name
//! docx, odt, rtf, epub -> Document       docx.rs, odt.rs, rtf.rs, epub.rs   paragraphs in their order, notes apart
//! pdf                  -> Document       pdf.rs            glyphs, lines, columns, paragraphs
//! xlsx, ods            -> Sheet          xlsx.rs, ods.rs   cells as text, each row with its number
//! ```
//!
//! It imports the shared errors only. Bytes come from whoever opened the file; what comes out is text, so every offset
//! is one of that text. What stands at the edge of a page again and again, and what stands at its foot as a note, is no
//! part of the text. It opens no file, says nothing about labels, and recognises no letters in pictures.
//!
//! Cost is bounded before it is paid ([`Limits`]): bytes that a file unpacks to, depth, cells, steps and time. What a
//! foreign parser panics at is an error like any other.
//!
//! # Example
//! ```
//! use detente_documents::{Contents, DocumentKind, Limits, read};
//! let rtf = br"{\rtf1\ansi We met.\par They left.\par}";
//! let kind = DocumentKind::of(rtf).unwrap().unwrap();
//! let Contents::Text(document) = read(rtf, kind, Limits::DEFAULT).unwrap() else { panic!() };
//! assert_eq!(document.text, "We met.\n\nThey left.\n");
//! ```

#![deny(missing_docs)]

mod error;
mod document;
mod document_kind;
mod limits;
mod sheet;
mod guarded;
mod package;
mod markup;
mod property;
mod writing;
mod docx;
mod odt;
mod ods;
mod xlsx;
mod epub;
mod rtf;
mod pdf;
mod reading;

pub use document::Document;
pub use document_kind::DocumentKind;
pub use error::{Error, ErrorKind, Result};
pub use limits::Limits;
pub use reading::{Contents, read};
pub use sheet::{Sheet, SheetRow};
