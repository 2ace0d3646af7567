//! Results as a workbook of Excel: the rows of CSV, with a header that stays, widths, and the colors of the pages.
//!
//! Words are written as words, whatever they begin with, so no cell of an input becomes a formula.

use crate::error::{Error, ErrorKind, Result};
use csv::{Reader, StringRecord};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

/// Rows of a sheet at the most, with its header.
const MOST_ROWS: usize = 1 << 20;
/// Characters of a cell at the most, each of UTF-16.
const MOST_CHARACTERS: usize = 32_767;
/// Columns that hold words even where all of them look like numbers.
const WORDS: [&str; 9] = [
    "article",
    "counterpart",
    "date",
    "event",
    "holder",
    "id",
    "text",
    "title",
    "value",
];
/// How wide columns are, in characters.
const NARROWEST: usize = 8;
const WIDEST: usize = 70;

/// The colors of the pages: ink, the ground of a header, its rule, and what is for, against and neither.
const INK: u32 = 0x1c1d1f;
const GROUND: u32 = 0xf4f2ec;
const RULE: u32 = 0xdcd8cf;
const FOR: u32 = 0x175c9e;
const AGAINST: u32 = 0x8f3f06;
const NEITHER: u32 = 0x74777c;
/// The same of conflict, which nobody shall take for approval.
const FOR_CONFLICT: u32 = 0x8e1650;
const AGAINST_CONFLICT: u32 = 0x2f6472;

/// Makes a workbook of sheets, each of its name and the bytes of a CSV with a header.
///
/// Columns whose cells are all numbers hold numbers. The same sheets give the same bytes.
///
/// # Errors
/// A sheet has more rows than a workbook holds.
pub fn workbook(sheets: &[(&str, &[u8])]) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    // A day that is no clock's: the same results are the same file.
    let day = ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    for (name, csv) in sheets {
        let mut reader = Reader::from_reader(*csv);
        // Invariant: the CSV is one that this crate wrote.
        let header = reader.headers().cloned().unwrap_or_default();
        let rows: Vec<StringRecord> = reader.records().flatten().collect();
        if rows.len() >= MOST_ROWS {
            return Err(Error::new(ErrorKind::TooManyRows { found: rows.len() }));
        }
        let sheet = book.add_worksheet();
        sheet.set_name(*name).map_err(failed)?;
        fill(sheet, &header, &rows).map_err(failed)?;
    }
    book.save_to_buffer().map_err(failed)
}

fn failed(source: XlsxError) -> Error {
    Error::new(ErrorKind::Workbook).caused_by(source)
}

fn fill(
    sheet: &mut Worksheet,
    header: &StringRecord,
    rows: &[StringRecord],
) -> std::result::Result<(), XlsxError> {
    let head = Format::new()
        .set_bold()
        .set_font_color(Color::RGB(INK))
        .set_background_color(Color::RGB(GROUND));
    let head = head
        .set_border_bottom(FormatBorder::Thin)
        .set_border_bottom_color(Color::RGB(RULE));
    let top = || Format::new().set_align(FormatAlign::Top);
    let (plain, wrapped, number) = (top(), top().set_text_wrap(), top().set_num_format("0.000"));
    let colored = |color| top().set_font_color(Color::RGB(color));
    for (column, name) in (0_u16..).zip(header) {
        let cells = || {
            rows.iter()
                .map(|row| row.get(usize::from(column)).unwrap_or_default())
        };
        sheet.write_string_with_format(0, column, name, &head)?;
        let longest = cells()
            .map(|cell| cell.chars().count())
            .fold(name.chars().count() + 2, usize::max);
        sheet.set_column_width(column, longest.clamp(NARROWEST, WIDEST) as f64)?;
        let is_number = !WORDS.contains(&name) && cells().all(is_number_or_empty);
        let is_whole = cells().all(|cell| !cell.contains(['.', 'e', 'E']));
        for (row, cell) in (1_u32..).zip(cells()) {
            match cell.parse::<f64>() {
                _ if cell.is_empty() => {}
                Ok(value) if is_number => {
                    let format = if is_whole { &plain } else { &number };
                    sheet.write_number_with_format(row, column, value, format)?;
                }
                _ => {
                    let format = match color_of(name, cell) {
                        Some(color) => &colored(color),
                        None if longest > WIDEST => &wrapped,
                        None => &plain,
                    };
                    sheet.write_string_with_format(
                        row,
                        column,
                        shortened(cell).as_ref(),
                        format,
                    )?;
                }
            }
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    if !rows.is_empty() && !header.is_empty() {
        sheet.autofilter(0, 0, rows.len() as u32, header.len() as u16 - 1)?;
    }
    Ok(())
}

fn is_number_or_empty(cell: &str) -> bool {
    // A number with a zero in front is a name.
    let is_name = cell.len() > 1 && cell.starts_with('0') && !cell.starts_with("0.");
    cell.is_empty() || !is_name && cell.parse::<f64>().is_ok_and(f64::is_finite)
}

/// The color of a label.
fn color_of(column: &str, cell: &str) -> Option<u32> {
    let is_conflict = column.starts_with("conflict");
    Some(match (cell, is_conflict) {
        ("favor", true) => FOR_CONFLICT,
        ("against", true) => AGAINST_CONFLICT,
        ("favor" | "positive" | "cooperative", _) => FOR,
        ("against" | "negative" | "hostile", _) => AGAINST,
        ("none" | "neutral", _) => NEITHER,
        _ => return None,
    })
}

/// A text as long as a cell may be; one that is cut ends in an ellipsis.
fn shortened(cell: &str) -> std::borrow::Cow<'_, str> {
    if cell.encode_utf16().count() <= MOST_CHARACTERS {
        return cell.into();
    }
    let mut n_units = 0;
    let kept = cell.chars().take_while(|letter| {
        n_units += letter.len_utf16();
        n_units < MOST_CHARACTERS
    });
    format!("{}…", kept.collect::<String>()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_rows_are_the_same_workbook() {
        let csv = b"id,text,peace,peace_score\n007,=1+1,favor,0.5\n8,-2,none,\n";
        let book = workbook(&[("statements", csv)]).unwrap();
        assert_eq!(book, workbook(&[("statements", csv)]).unwrap());
        assert!(book.starts_with(b"PK"));
    }

    #[test]
    fn names_of_digits_and_long_texts_are_words() {
        assert!(
            is_number_or_empty("-0.5")
                && is_number_or_empty("")
                && is_number_or_empty("0.5")
                && is_number_or_empty("0")
        );
        assert!(
            !is_number_or_empty("007") && !is_number_or_empty("NaN") && !is_number_or_empty("a")
        );
        let long = "é".repeat(40_000);
        assert_eq!(shortened(&long).chars().count(), MOST_CHARACTERS);
        assert!(shortened(&long).ends_with('…'));
        assert_eq!(shortened("a"), "a");
        for emojis in ["😀".repeat(20_000), format!("a{}b", "😀".repeat(16_383))] {
            let cut = shortened(&emojis);
            assert!(cut.ends_with('…') && cut.encode_utf16().count() <= MOST_CHARACTERS);
        }
    }
}
