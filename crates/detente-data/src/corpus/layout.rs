//! Which columns of a table mean what.

use super::mention::MentionColumns;
use super::reading::ReadParams;
use super::table::Table;
use crate::error::{ColumnRole, Error, ErrorKind, Result};
use detente_model::label::LabelRenames;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::Read;

/// How targets and labels stand in the columns of a CSV file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One column a target; an empty cell is not labelled for it. Empty: take the known names.
    Wide {
        /// The target columns.
        targets: Vec<String>,
    },
    /// One row for each text and target.
    Long {
        /// The column that names the target.
        target_column: String,
        /// The column that holds the label.
        label_column: String,
    },
    /// No labels are read, and every row with a text is kept.
    Texts,
}

/// Which columns of a CSV file mean what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutParams {
    /// The column of texts; default `text`.
    pub text: String,
    /// Where targets and labels stand.
    pub layout: Layout,
    /// The column of ids; default `id` where there is one.
    pub id: Option<String>,
    /// The column that names the document of a row; default none, each distinct text its own.
    pub group: Option<String>,
    /// The column of weights, numbers from 0; default none, every row counts 1.
    pub weight: Option<String>,
    /// How labels are renamed.
    pub renames: LabelRenames,
    /// Other columns whose cells are kept with each row; default none.
    pub keep: Vec<KeptColumn>,
    /// Only rows whose cells have these values are read: (column, value); default all rows.
    pub filters: Vec<(String, String)>,
    /// Only rows whose cells have these values are calibrated and measured on: (column, value); default all rows. All
    /// rows are learned from in any case.
    pub calibration: Vec<(String, String)>,
    /// The columns that say where a text mentions what its labels are about; default none.
    pub mention: Option<MentionColumns>,
    /// Rows whose cells have these values are passed over: (column, value); default none.
    pub exclusions: Vec<(String, String)>,
    /// Cells that stand for no label, beside empty ones; default none.
    pub missing: Vec<String>,
    /// Labels that are taken away, as they are after renaming; default none.
    pub dropped: Vec<String>,
    /// How bytes become text and cells.
    pub reading: ReadParams,
}

/// A column that is kept as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptColumn {
    /// The column's name.
    pub name: String,
    /// What it is for, which an error names; without a role, a file may lack the column and its cells are
    /// empty.
    pub role: Option<ColumnRole>,
}

impl Default for LayoutParams {
    fn default() -> Self {
        Self {
            text: "text".into(),
            layout: Layout::Wide {
                targets: Vec::new(),
            },
            id: None,
            group: None,
            weight: None,
            renames: LabelRenames::default(),
            keep: Vec::new(),
            filters: Vec::new(),
            calibration: Vec::new(),
            mention: None,
            exclusions: Vec::new(),
            missing: Vec::new(),
            dropped: Vec::new(),
            reading: ReadParams::default(),
        }
    }
}

impl LayoutParams {
    /// A row for each text, with a column of labels for each target. The text is in the column `text`.
    pub fn wide(targets: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let targets = targets.into_iter().map(Into::into).collect();
        Self {
            layout: Layout::Wide { targets },
            ..Self::default()
        }
    }

    /// A row for each text and target, with columns that name the target and the label.
    pub fn long(target_column: impl Into<String>, label_column: impl Into<String>) -> Self {
        Self {
            layout: Layout::Long {
                target_column: target_column.into(),
                label_column: label_column.into(),
            },
            ..Self::default()
        }
    }

    /// Names the column of the text.
    pub fn with_text(mut self, column: impl Into<String>) -> Self {
        self.text = column.into();
        self
    }

    /// Names the column of the document: rows that share it never stand on both sides of a fold.
    pub fn with_group(mut self, column: impl Into<String>) -> Self {
        self.group = Some(column.into());
        self
    }

    /// Names the column of the row's id.
    pub fn with_id(mut self, column: impl Into<String>) -> Self {
        self.id = Some(column.into());
        self
    }

    /// Names the column that says how much a row counts in training.
    pub fn with_weight(mut self, column: impl Into<String>) -> Self {
        self.weight = Some(column.into());
        self
    }

    /// Keeps only the rows with this value in this column. With several filters, rows have to pass all.
    pub fn with_filter(mut self, column: impl Into<String>, value: impl Into<String>) -> Self {
        self.filters.push((column.into(), value.into()));
        self
    }

    /// Calibrates and measures only on the rows with this value in this column; all rows are learned from. With several
    /// of these, rows have to have all the values.
    pub fn with_calibration(mut self, column: impl Into<String>, value: impl Into<String>) -> Self {
        self.calibration.push((column.into(), value.into()));
        self
    }
}

/// The columns of one file by position.
#[derive(Clone, Debug)]
pub struct Columns {
    names: Vec<String>,
    /// The line of the header, where it has one.
    line: Option<u64>,
    /// Positions that were asked for: what has to be read.
    asked: RefCell<BTreeSet<usize>>,
}

impl Columns {
    pub(super) fn of<R: Read>(table: &mut Table<R>) -> Result<Self> {
        let (names, line) = table.header()?;
        if names.iter().all(String::is_empty) {
            return Err(Error::new(ErrorKind::Empty {
                what: "the file has no header",
            }));
        }
        if let Some(error) = doubled(&names) {
            return Err(match line {
                Some(line) => error.at_line(line),
                None => error,
            });
        }
        let asked = RefCell::default();
        Ok(Self { names, line, asked })
    }

    /// The columns' names, in order.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The names that are not empty, in order.
    pub(super) fn named(&self) -> Vec<String> {
        let named = self.names.iter().filter(|name| !name.is_empty());
        named.cloned().collect()
    }

    pub(super) fn position(&self, name: &str) -> Option<usize> {
        let is_named = |known: &String| known == name && !name.is_empty();
        let position = self.names.iter().position(is_named);
        self.asked.borrow_mut().extend(position);
        position
    }

    /// The positions that were asked for, in order.
    pub(super) fn asked(&self) -> Vec<usize> {
        self.asked.borrow().iter().copied().collect()
    }

    pub(super) fn require(&self, name: &str, role: ColumnRole) -> Result<usize> {
        self.position(name).ok_or_else(|| {
            let error = Error::new(ErrorKind::MissingColumn {
                column: name.to_owned(),
                role,
                available: self.named(),
            });
            match self.line {
                Some(line) => error.at_line(line),
                None => error,
            }
        })
    }

    pub(super) fn optional(
        &self,
        name: Option<&String>,
        role: ColumnRole,
    ) -> Result<Option<usize>> {
        name.map(|name| self.require(name, role)).transpose()
    }
}

/// What is wrong with names of which two are the same; columns without a name may be several.
fn doubled(names: &[String]) -> Option<Error> {
    let is_again = |(at, name): &(usize, &String)| !name.is_empty() && names[..*at].contains(name);
    let (_, column) = names.iter().enumerate().find(is_again)?;
    let numbers = (1..).zip(names).filter(|(_, name)| *name == column);
    Some(Error::new(ErrorKind::DuplicateColumn {
        column: column.clone(),
        numbers: numbers.map(|(number, _)| number).collect(),
    }))
}
