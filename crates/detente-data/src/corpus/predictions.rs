//! Files of predictions: what a classifier said row by row, as `evaluate --predictions` writes it.

use super::layout::Columns;
use super::numbers::parse_number;
use super::reading::ReadParams;
use super::table::Table;
use crate::error::{Error, ErrorKind, Result};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

/// What begins the name of a column of probabilities.
const PROBABILITY: &str = "p_";

/// What a classifier said about one row.
#[derive(Clone, Debug, PartialEq)]
pub struct PredictionRow {
    /// The row's id.
    pub id: String,
    /// The target.
    pub target: String,
    /// The true label.
    pub gold: String,
    /// The label said.
    pub predicted: String,
    /// For each of [`PredictionFile::labels`] its probability, where the file gives one.
    pub probabilities: Vec<Option<f64>>,
    /// Its line in the file, from 1.
    pub line: u64,
}

/// A CSV file with the columns `id`, `target`, `gold`, `predicted` and any number of `p_<label>`; other
/// columns are passed over.
#[derive(Clone, Debug, PartialEq)]
pub struct PredictionFile {
    /// The labels that have a column of probabilities.
    pub labels: Vec<String>,
    /// The rows in file order.
    pub rows: Vec<PredictionRow>,
}

impl PredictionFile {
    /// Reads a file (`.tsv`: separated by tabs; with the feature `arrow` Parquet and Arrow too).
    ///
    /// # Errors
    /// A file that cannot be read or is not UTF-8; a header without the four columns; a row with too
    /// few or too many fields or without an id; a probability that is no number from 0 to 1; no row.
    pub fn read(path: &Path) -> Result<Self> {
        Self::read_with(path, &ReadParams::default())
    }

    /// As [`read`](Self::read), with what is known of its text and cells.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_with(path: &Path, params: &ReadParams) -> Result<Self> {
        let table = Table::open(path, params).map_err(|error| match error.kind() {
            ErrorKind::BinaryFile | ErrorKind::NotText { .. } => {
                Error::new(ErrorKind::NotPredictions).in_file(path)
            }
            _ => error,
        })?;
        Self::from_table(table).map_err(|error| error.in_file(path))
    }

    fn from_table(mut table: Table<impl Read>) -> Result<Self> {
        let columns = Columns::of(&mut table)?;
        let fixed = ["id", "target", "gold", "predicted"].map(|name| columns.position(name));
        let [Some(id), Some(target), Some(gold), Some(predicted)] = fixed else {
            return Err(Error::new(ErrorKind::NotPredictions));
        };
        let names = columns.names().iter().enumerate();
        let (given, labels): (Vec<usize>, Vec<String>) = names
            .filter_map(|(at, name)| Some((at, name.strip_prefix(PROBABILITY)?.to_owned())))
            .unzip();
        let mut rows = Vec::new();
        let wanted: BTreeSet<usize> = columns.asked().into_iter().chain(given.clone()).collect();
        table.want(&Vec::from_iter(wanted))?;
        while let Some(line) = table.next()? {
            let cell = |at: usize| table.cell(at);
            if cell(id).is_empty() {
                return Err(Error::new(ErrorKind::MissingId).at_line(line));
            }
            let probabilities = given
                .iter()
                .map(|at| parse_probability(cell(*at), &columns.names()[*at]))
                .collect::<Result<_>>()
                .map_err(|error| error.at_line(line))?;
            rows.push(PredictionRow {
                id: cell(id).to_owned(),
                target: cell(target).to_owned(),
                gold: cell(gold).to_owned(),
                predicted: cell(predicted).to_owned(),
                probabilities,
                line,
            });
        }
        if rows.is_empty() {
            return Err(Error::new(ErrorKind::Empty {
                what: "there is a header but no row",
            }));
        }
        Ok(Self { labels, rows })
    }
}

fn parse_probability(cell: &str, column: &str) -> Result<Option<f64>> {
    if cell.trim().is_empty() {
        return Ok(None);
    }
    parse_number(cell)
        .filter(|p| (0.0..=1.0).contains(p))
        .map(Some)
        .ok_or_else(|| {
            Error::new(ErrorKind::BadNumber {
                column: column.to_owned(),
                value: cell.to_owned(),
                expected: "a probability from 0 to 1",
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(csv: &str) -> Result<PredictionFile> {
        PredictionFile::from_table(Table::csv(
            csv.as_bytes(),
            Path::new("a.csv"),
            &ReadParams::default(),
        )?)
    }

    #[test]
    fn columns_are_found_by_name() {
        let file = read("fold,predicted,id,gold,target,p_x,p_y\n1,x,7,y,t,0.9,\n").unwrap();
        assert_eq!(file.labels, ["x", "y"]);
        let row = &file.rows[0];
        assert_eq!((row.id.as_str(), row.gold.as_str()), ("7", "y"));
        assert_eq!(row.probabilities, [Some(0.9), None]);
    }

    #[test]
    fn wrong_files_are_refused() {
        let message = |csv| read(csv).unwrap_err().to_string();
        assert_eq!(
            message("id,text\n1,x\n"),
            "this is neither a detente model nor a file of predictions"
        );
        assert_eq!(
            message("id,target,gold,predicted\n,t,x,y\n"),
            "line 2: column `id` is empty; expected the id of the row"
        );
        assert_eq!(
            message("id,target,gold,predicted,p_x\n1,t,x,y,2\n"),
            "line 2: column `p_x` is `2`; expected a probability from 0 to 1"
        );
    }
}
