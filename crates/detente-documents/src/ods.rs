//! Spreadsheets of OpenDocument.
//!
//! `calamine` reads them too, and unfolds a row that is repeated a million times before anyone can count.

use crate::error::Result;
use crate::limits::Allowance;
use crate::markup::{Step, Tag, Visit, walk};
use crate::odt::content;
use crate::package::Package;
use crate::sheet::{Rows, Sheet, date, number};

/// Rows or columns that repeat what stands in a cell, at the most; more fill the rest of a sheet.
const MOST_REPEATS: u64 = 10_000;

/// Reads the first sheet that has rows.
///
/// # Errors
/// It is broken, encrypted or too large.
pub(crate) fn read(bytes: &[u8], allowance: &Allowance) -> Result<Sheet> {
    let mut package = Package::open(bytes, allowance)?;
    let content = content(&mut package)?;
    let mut book = Book {
        allowance,
        sheet: None,
        others: Vec::new(),
        name: String::new(),
        rows: Rows::new(allowance),
        row: 0,
        n_repeats: 1,
        n_tables: 0,
        cells: Vec::new(),
        column: 0,
        cell: None,
    };
    walk(&content, allowance, &mut book)?;
    let mut sheet = book.sheet.unwrap_or_default();
    sheet.others = book.others;
    Ok(sheet)
}

struct Book<'a> {
    allowance: &'a Allowance,
    sheet: Option<Sheet>,
    others: Vec<String>,
    name: String,
    rows: Rows<'a>,
    row: u64,
    /// How often the row at hand stands there.
    n_repeats: u64,
    n_tables: usize,
    /// The cells of the row at hand that hold something.
    cells: Vec<(usize, String)>,
    column: usize,
    cell: Option<Cell>,
}

struct Cell {
    /// What its type says it is, in place of how it is shown.
    value: Option<String>,
    shown: String,
    n_repeats: u64,
    n_paragraphs: usize,
}

impl Visit for Book<'_> {
    fn open(&mut self, name: &str, tag: &Tag<'_>) -> Result<Step> {
        match name {
            "annotation" | "shapes" | "tracked-changes" | "dde-links" => return Ok(Step::Over),
            "table" => {
                self.n_tables += 1;
                // What stands within a cell is no sheet.
                if self.n_tables > 1 {
                    return Ok(Step::Into);
                }
                self.name = tag.get("name").unwrap_or_default();
                self.rows = Rows::new(self.allowance);
                self.row = 0;
            }
            "table-row" => {
                self.cells.clear();
                self.column = 0;
                self.n_repeats = tag.count("number-rows-repeated");
            }
            "table-cell" | "covered-table-cell" => {
                let value = |name| tag.get(name);
                self.cell = Some(Cell {
                    value: match value("value-type").as_deref() {
                        Some("float" | "currency" | "percentage") => {
                            let value = value("value").and_then(|value| value.parse().ok());
                            value.map(number)
                        }
                        Some("date") => value("date-value").map(|value| date(&value)),
                        Some("boolean") => value("boolean-value"),
                        Some("string") => value("string-value"),
                        _ => None,
                    },
                    shown: String::new(),
                    n_repeats: tag.count("number-columns-repeated"),
                    n_paragraphs: 0,
                });
            }
            "p" => {
                if let Some(cell) = &mut self.cell {
                    cell.n_paragraphs += 1;
                    if cell.n_paragraphs > 1 {
                        cell.shown.push('\n');
                    }
                }
            }
            "s" | "tab" | "line-break" => {
                if let Some(cell) = &mut self.cell {
                    cell.shown.push(' ');
                }
            }
            _ => {}
        }
        Ok(Step::Into)
    }

    fn close(&mut self, name: &str) -> Result<()> {
        match name {
            "table-cell" | "covered-table-cell" => {
                let Some(cell) = self.cell.take() else {
                    return Ok(());
                };
                let text = cell.value.unwrap_or(cell.shown);
                let n_repeats = cell.n_repeats.min(MOST_REPEATS) as usize;
                if !text.trim().is_empty() {
                    for column in self.column..self.column + n_repeats {
                        // Counted before it is held: a row may repeat as many cells as it likes.
                        self.allowance.check_cells(self.cells.len() + 1)?;
                        self.allowance.take(text.len())?;
                        self.cells.push((column, text.clone()));
                    }
                }
                self.column += n_repeats;
            }
            "table-row" => {
                let (first, n_repeats) = (self.row, self.n_repeats);
                if !self.cells.is_empty() {
                    for row in first..first + n_repeats.min(MOST_REPEATS) {
                        for (column, text) in &self.cells {
                            self.rows.put(row, *column, text.clone())?;
                        }
                    }
                }
                self.row = first.saturating_add(n_repeats);
            }
            "table" => {
                self.n_tables = self.n_tables.saturating_sub(1);
                if self.n_tables > 0 {
                    return Ok(());
                }
                let rows = std::mem::replace(&mut self.rows, Rows::new(self.allowance)).into_rows();
                let name = std::mem::take(&mut self.name);
                match (rows.is_empty(), &self.sheet) {
                    (true, _) => {}
                    (false, None) => {
                        let others = Vec::new();
                        self.sheet = Some(Sheet { name, rows, others });
                    }
                    (false, Some(_)) => self.others.push(name),
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<()> {
        if let Some(cell) = &mut self.cell
            && cell.n_paragraphs > 0
        {
            self.allowance.take(text.len())?;
            cell.shown.push_str(text);
        }
        Ok(())
    }
}
