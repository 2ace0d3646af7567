//! Files into articles and labelled examples, and examples into folds.
//!
//! Paths come in; [`Article`](crate::article::Article)s stream out one at a time, and a labelled [`Corpus`] comes out
//! whole. Rows that a program already has become a corpus by [`Corpus::from_rows`]. Nothing here touches the text
//! inside a cell.

mod bytes;
mod columnar;
#[cfg(feature = "arrow")]
mod columnar_rows;
mod csv;
mod dates;
mod decoded;
mod folds;
mod notices;
mod reading;
mod document;
#[cfg(feature = "html-in")]
mod page_hints;
#[cfg(feature = "html-in")]
mod page_tags;
#[cfg(feature = "html-in")]
mod page_attributes;
#[cfg(feature = "html-in")]
mod page;
#[cfg(feature = "html-in")]
mod page_reduction;
#[cfg(feature = "html-in")]
mod page_facts;
mod html;
mod in_memory;
mod input_kind;
mod json_rows;
mod json_shape;
mod label_forms;
mod labelled;
mod layout;
mod left_out;
mod mention;
mod numbers;
mod predictions;
mod rows;
mod shared;
mod source;
mod party_rows;
mod subset;
mod table;

pub use self::columnar::ColumnarFormat;
pub use self::csv::{Corpus, TargetColumn, fingerprint};
pub use dates::{ColumnDate, ColumnDates, column_dates, parse_date, parse_last_date};
pub use folds::{Folds, FoldsParams};
pub use in_memory::LabelledText;
pub use input_kind::{InputKind, READ_IN_FOLDERS};
pub use labelled::{LabelledRow, RowStream};
pub use layout::{Columns, KeptColumn, Layout, LayoutParams};
pub use left_out::LeftOut;
pub use mention::MentionColumns;
pub use notices::{Notice, Notices};
pub use party_rows::{PartyRow, party_rows};
pub use predictions::{PredictionFile, PredictionRow};
pub use reading::{Delimiter, ReadParams, TextEncoding};
pub use source::Articles;
