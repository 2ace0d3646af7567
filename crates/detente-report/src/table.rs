//! What all tables share: their frame, their colors, and how numbers are written.

use super::measures_record::MeasureRecord;
use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, Table, presets};
use detente_error::visible_lines;

/// Width where there is no terminal to ask.
const WIDTH: u16 = 110;

/// An empty table in the frame that all share, as wide as the terminal.
pub(super) fn table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    if !table.is_tty() {
        table.set_width(WIDTH);
    }
    // The stream that the bytes go to takes colors out where they are not wanted.
    table.enforce_styling();
    table
}

/// A cell. All cells are made here, so that what would steer a terminal is written out in all; a line's end in a cell
/// is one.
pub(super) fn cell(text: impl ToString) -> Cell {
    Cell::new(visible_lines(&text.to_string()))
}

/// A column's head.
pub(super) fn head(text: impl ToString) -> Cell {
    cell(text).add_attribute(Attribute::Bold)
}

/// A cell that stands back.
pub(super) fn faint(text: impl ToString) -> Cell {
    cell(text).fg(Color::DarkGrey)
}

/// A number, to the right.
pub(super) fn right(text: impl ToString) -> Cell {
    cell(text).set_alignment(CellAlignment::Right)
}

/// A stance with its score: green for, red against; the word says the same. For a conflict is no good news, so there it
/// is magenta for and cyan against; a score of +.00 is on neither side.
pub(super) fn stance(target: &str, label: &str, score: f64) -> Cell {
    let number = signed(score);
    let cell = cell(format!("{label} {number}"));
    let [favor, against] = match target {
        "conflict" => [Color::Magenta, Color::Cyan],
        _ => [Color::Green, Color::Red],
    };
    match label {
        _ if number == "+.00" => cell.fg(Color::DarkGrey),
        detente_model::label::FAVOR => cell.fg(favor),
        detente_model::label::AGAINST => cell.fg(against),
        _ => cell.fg(Color::DarkGrey),
    }
}

/// A number from 0 to 1 with two digits and no leading zero, or `-` for undefined.
pub(super) fn share(value: Option<f64>) -> String {
    match value {
        None => "-".into(),
        Some(value) => {
            let text = format!("{value:.2}");
            text.strip_prefix('0').map_or(text.clone(), str::to_owned)
        }
    }
}

/// A number from 0 to 1 with three digits and no leading zero, or `-` for undefined.
pub(super) fn fine(value: Option<f64>) -> String {
    match value {
        None => "-".into(),
        Some(value) => {
            let text = format!("{value:.3}");
            match text.strip_prefix("0.") {
                Some(rest) => format!(".{rest}"),
                None => match text.strip_prefix("-0.") {
                    Some(rest) => format!("-.{rest}"),
                    None => text,
                },
            }
        }
    }
}

/// A number with its interval, three digits each.
pub(super) fn measure(measure: MeasureRecord) -> String {
    match measure.interval {
        Some([low, high]) => {
            let [low, high] = [low, high].map(|end| fine(Some(end)));
            format!("{} [{low}, {high}]", fine(measure.value))
        }
        None => fine(measure.value),
    }
}

/// A share of a hundred, one digit behind the point.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// A score from -1 to 1 with its sign and two digits.
pub(super) fn signed(score: f64) -> String {
    let text = format!("{score:+.2}");
    match text.as_str() {
        "-0.00" => "+.00".into(),
        _ => text.replacen("0.", ".", 1),
    }
}

/// The table as text, without spaces at line ends.
pub(super) fn render(table: &Table) -> String {
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(&without_padding(&line));
        text.push('\n');
    }
    text
}

/// Drops the spaces at the end of a line, those before a last change of style too.
fn without_padding(line: &str) -> String {
    let mut rest = line.trim_end();
    let mut styles = Vec::new();
    while let Some(start) = rest.rfind('\u{1b}')
        && rest[start..].find('m') == Some(rest.len() - start - 1)
    {
        styles.push(&rest[start..]);
        rest = rest[..start].trim_end();
    }
    let mut line = rest.to_owned();
    line.extend(styles.into_iter().rev());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_without_padding() {
        assert_eq!(
            without_padding(" a \u{1b}[1m m  \u{1b}[0m "),
            " a \u{1b}[1m m\u{1b}[0m"
        );
        assert_eq!(
            without_padding("\u{1b}[2m  \u{1b}[0m"),
            "\u{1b}[2m\u{1b}[0m"
        );
        assert_eq!(without_padding("am  "), "am");
    }

    #[test]
    fn a_conflict_has_no_color_of_good_news_and_zero_has_none() {
        let drawn = |target, label, score| {
            let mut table = table();
            table.add_row([stance(target, label, score)]);
            render(&table)
        };
        let green = drawn("peace", "favor", 0.5);
        // The number of green among the colors of a terminal.
        assert!(green.contains("5;10m"), "{green:?}");
        for label in ["favor", "against"] {
            let conflict = drawn("conflict", label, 0.5);
            assert!(!conflict.contains("5;10m"), "{conflict:?}");
        }
        assert_eq!(
            drawn("peace", "favor", 0.001),
            drawn("conflict", "favor", 0.001)
        );
    }

    #[test]
    fn numbers_are_written_short() {
        assert_eq!(share(Some(0.456)), ".46");
        assert_eq!(share(Some(1.0)), "1.00");
        assert_eq!(share(None), "-");
        assert_eq!(fine(Some(0.7384)), ".738");
        assert_eq!(fine(Some(-0.0504)), "-.050");
        assert_eq!(signed(-0.421), "-.42");
        assert_eq!(signed(-0.001), "+.00");
        assert_eq!(signed(1.0), "+1.00");
    }
}
