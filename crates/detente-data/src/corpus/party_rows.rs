//! The user's own table of parties.

use super::layout::Columns;
use super::reading::ReadParams;
use super::table::Table;
use crate::error::{ColumnRole, Error, ErrorKind, Result};
use std::path::Path;

/// A row of a table of parties: a name and the party that it stands for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PartyRow {
    /// The name that stands in texts.
    pub alias: String,
    /// The party.
    pub party: String,
    /// The first year in which the name stands for it.
    pub from: Option<i16>,
    /// The last year.
    pub to: Option<i16>,
}

/// Reads a table of parties with the columns `alias` and `party`, and where there are such `from` and `to`: years, or
/// dates that begin with a year.
///
/// # Errors
/// The file cannot be read, lacks a column, has a row without a name or a party, or a year that is none.
pub fn party_rows(path: &Path, params: &ReadParams) -> Result<Vec<PartyRow>> {
    let mut table = Table::open(path, params)?;
    let place = |error: Error| error.in_file(path);
    let columns = Columns::of(&mut table).map_err(place)?;
    let alias = columns.require("alias", ColumnRole::Fixed).map_err(place)?;
    let party = columns.require("party", ColumnRole::Fixed).map_err(place)?;
    let [from, to] = ["from", "to"].map(|name| columns.position(name));
    table.want(&columns.asked()).map_err(place)?;
    let mut rows = Vec::new();
    while let Some(line) = table.next()? {
        let cell = |position: usize| table.cell(position).trim();
        let bad = |column: &str, value: &str, expected| {
            let kind = ErrorKind::BadNumber {
                column: column.to_owned(),
                value: value.to_owned(),
                expected,
            };
            Error::new(kind).in_file(path).at_line(line)
        };
        let year = |position: Option<usize>, name: &'static str| {
            let found = position.map_or("", cell);
            if found.is_empty() {
                return Ok(None);
            }
            let year = found.split(['-', '/', '.']).next().unwrap_or(found);
            let expected = "a year, or a date that begins with one, or nothing";
            let number = Some(year)
                .filter(|year| year.len() == 4)
                .and_then(|year| year.parse().ok());
            number.map(Some).ok_or_else(|| bad(name, found, expected))
        };
        let row = PartyRow {
            alias: cell(alias).to_owned(),
            party: cell(party).to_owned(),
            from: year(from, "from")?,
            to: year(to, "to")?,
        };
        if let (Some(from), Some(to)) = (row.from, row.to)
            && to < from
        {
            return Err(bad(
                "to",
                &to.to_string(),
                "a year that is not before `from`",
            ));
        }
        if row.alias.is_empty() && row.party.is_empty() {
            continue;
        }
        let lacks = [("alias", &row.alias), ("party", &row.party)]
            .into_iter()
            .find(|(_, cell)| cell.is_empty());
        if let Some((column, _)) = lacks {
            let expected = "a name in each row";
            return Err(bad(column, "", expected));
        }
        rows.push(row);
    }
    Ok(rows)
}
