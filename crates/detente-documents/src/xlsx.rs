//! Excel workbooks, of 2007 and later.

use crate::error::Result;
use crate::limits::Allowance;
use crate::package::Package;
use crate::sheet::{Rows, Sheet, SheetRow, date, number};
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, Xlsx, XlsxError};
use std::io::Cursor;

/// Reads the first sheet that has rows, cell by cell: a cell in the last corner of an empty sheet costs no more than
/// another.
///
/// # Errors
/// It is broken or too large.
pub(crate) fn read(bytes: &[u8], allowance: &Allowance) -> Result<Sheet> {
    Package::open(bytes, allowance)?.check_all()?;
    let failed = |error: XlsxError| match error {
        XlsxError::Password => allowance.encrypted(),
        error => allowance.broken().caused_by(error),
    };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(failed)?;
    let mut sheet: Option<Sheet> = None;
    let mut others = Vec::new();
    // A sheet that is a chart has no cells.
    let with_cells = book.sheets_metadata().iter();
    let with_cells = with_cells.filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = with_cells.map(|sheet| sheet.name.clone()).collect();
    for name in names {
        let rows = rows_of(&mut book, &name, allowance, sheet.is_some())?;
        match (rows.is_empty(), &sheet) {
            (true, _) => {}
            (false, None) => {
                let others = Vec::new();
                sheet = Some(Sheet { name, rows, others });
            }
            (false, Some(_)) => others.push(name),
        }
    }
    let mut sheet = sheet.unwrap_or_default();
    sheet.others = others;
    Ok(sheet)
}

/// The rows of a sheet, or only the first of them.
fn rows_of(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    allowance: &Allowance,
    is_first_enough: bool,
) -> Result<Vec<SheetRow>> {
    let failed = |error: XlsxError| allowance.broken().caused_by(error);
    let mut cells = book.worksheet_cells_reader(name).map_err(failed)?;
    let mut rows = Rows::new(allowance);
    while let Some(cell) = cells.next_cell().map_err(failed)? {
        let (row, column) = cell.get_position();
        let text = text_of(cell.get_value());
        let is_filled = !text.trim().is_empty();
        rows.put(u64::from(row), column as usize, text)?;
        if is_first_enough && is_filled {
            break;
        }
    }
    Ok(rows.into_rows())
}

fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(value) => value.to_string(),
        DataRef::Float(value) => number(*value),
        DataRef::String(value) => value.clone(),
        DataRef::SharedString(value) => (*value).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(value) => day_of(value),
        DataRef::DateTimeIso(value) => date(value),
        DataRef::DurationIso(value) => value.clone(),
        DataRef::Error(value) => value.to_string(),
        DataRef::Empty => String::new(),
        // A kind that a later calamine knows.
        #[allow(unreachable_patterns, reason = "the enum may grow")]
        _ => String::new(),
    }
}

fn day_of(value: &ExcelDateTime) -> String {
    if value.is_duration() || value.as_f64() < 1.0 {
        return number(value.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    date(&format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    ))
}
