//! Rows of a workbook.

use crate::error::Result;
use crate::limits::Allowance;

/// The first sheet of a workbook that has rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Its rows that have a cell with something in it; the first is the header.
    pub rows: Vec<SheetRow>,
    /// The names of other sheets that have rows, which are passed over.
    pub others: Vec<String>,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetRow {
    /// Its number in the sheet, from 1.
    pub number: u64,
    /// Its cells as text, to the last that has some. Dates are `YYYY-MM-DD`, with `THH:MM:SS` where they have a time;
    /// truth values `true` and `false`; formulas their values.
    pub cells: Vec<String>,
}

/// A sheet as it grows.
pub(crate) struct Rows<'a> {
    allowance: &'a Allowance,
    rows: Vec<SheetRow>,
    n_cells: usize,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(allowance: &'a Allowance) -> Self {
        Self {
            allowance,
            rows: Vec::new(),
            n_cells: 0,
        }
    }

    /// Puts text into a cell of a row, both counted from 0; rows come in their order.
    ///
    /// # Errors
    /// There are too many cells, or too much text.
    pub(crate) fn put(&mut self, row: u64, column: usize, text: String) -> Result<()> {
        self.allowance.step()?;
        if text.trim().is_empty() {
            return Ok(());
        }
        self.allowance.take(text.len())?;
        let number = row + 1;
        if self.rows.last().is_none_or(|last| last.number != number) {
            self.rows.push(SheetRow {
                number,
                cells: Vec::new(),
            });
        }
        // Invariant: a row was pushed.
        let Some(last) = self.rows.last_mut() else {
            return Ok(());
        };
        if last.cells.len() <= column {
            self.n_cells += column + 1 - last.cells.len();
            self.allowance.check_cells(self.n_cells)?;
            last.cells.resize(column + 1, String::new());
        }
        last.cells[column] = text;
        Ok(())
    }

    pub(crate) fn into_rows(self) -> Vec<SheetRow> {
        self.rows
    }
}

/// A number as a spreadsheet shows it: fifteen digits, without those that are zero at the end.
pub(crate) fn number(value: f64) -> String {
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    match rounded == 0.0 {
        true => "0".to_owned(),
        false => rounded.to_string(),
    }
}

/// A date with its time, where that is not midnight.
pub(crate) fn date(text: &str) -> String {
    let text = text.split_once('.').map_or(text, |(whole, _)| whole);
    text.strip_suffix("T00:00:00").unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_are_written_as_a_person_does() {
        for (value, expected) in [
            (0.1 + 0.2, "0.3"),
            (2024.0, "2024"),
            (-0.0, "0"),
            (1.5e-3, "0.0015"),
            (12345678901.25, "12345678901.25"),
        ] {
            assert_eq!(number(value), expected);
        }
        assert_eq!(date("2025-05-18T00:00:00"), "2025-05-18");
        assert_eq!(date("2025-05-18T09:30:00.000"), "2025-05-18T09:30:00");
    }
}
