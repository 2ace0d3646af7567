//! Paragraphs, rows of tables and notes, put together as text.

use crate::error::Result;
use crate::limits::Allowance;

/// Characters of a cell up to which it is a word or a number, and no statement.
const SHORT_CELL: usize = 80;

/// A text that grows paragraph by paragraph.
pub(crate) struct Writing<'a> {
    allowance: &'a Allowance,
    /// Whether white space is layout, as in HTML, and not text.
    is_collapsed: bool,
    current: String,
    /// Paragraphs begun around the one at hand: that of a box, or of a note.
    around: Vec<String>,
    /// What a paragraph that ends goes to, the last first.
    into: Vec<Into>,
    blocks: Vec<String>,
    notes: Vec<String>,
}

/// What paragraphs go to.
enum Into {
    Note(Vec<String>),
    Row {
        cells: Vec<Vec<String>>,
        cell: Vec<String>,
    },
}

impl<'a> Writing<'a> {
    pub(crate) fn new(allowance: &'a Allowance, is_collapsed: bool) -> Self {
        Self {
            allowance,
            is_collapsed,
            current: String::new(),
            around: Vec::new(),
            into: Vec::new(),
            blocks: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Adds text to the paragraph at hand.
    pub(crate) fn text(&mut self, text: &str) -> Result<()> {
        self.allowance.take(text.len())?;
        for c in text.chars() {
            match c {
                // Where a word may be parted is no letter of it.
                '\u{ad}' | '\u{feff}' => {}
                '\t' | '\n' | '\r' if self.is_collapsed => self.blank(),
                ' ' if self.is_collapsed => self.blank(),
                '\t' | '\n' => self.current.push(c),
                '\r' => self.current.push('\n'),
                '\u{2028}' | '\u{2029}' | '\u{b}' => self.current.push('\n'),
                c if c.is_control() => {}
                c => self.current.push(c),
            }
        }
        Ok(())
    }

    fn blank(&mut self) {
        if !self.current.is_empty() && !self.current.ends_with([' ', '\n', '\t']) {
            self.current.push(' ');
        }
    }

    /// Adds a character that is text, whatever it is.
    pub(crate) fn push(&mut self, c: char) {
        self.current.push(c);
    }

    /// Ends the paragraph at hand.
    pub(crate) fn end_paragraph(&mut self) {
        let text = trimmed(&std::mem::take(&mut self.current));
        if text.is_empty() {
            return;
        }
        match self.into.last_mut() {
            Some(
                Into::Note(paragraphs)
                | Into::Row {
                    cell: paragraphs, ..
                },
            ) => paragraphs.push(text),
            None => self.blocks.push(text),
        }
    }

    /// Begins a paragraph inside of the one at hand, which goes on behind it.
    pub(crate) fn begin_inner(&mut self) {
        self.around.push(std::mem::take(&mut self.current));
    }

    /// Ends what [`begin_inner`](Self::begin_inner) began.
    pub(crate) fn end_inner(&mut self) {
        self.end_paragraph();
        self.current = self.around.pop().unwrap_or_default();
    }

    pub(crate) fn open_note(&mut self) {
        self.begin_inner();
        self.into.push(Into::Note(Vec::new()));
    }

    pub(crate) fn close_note(&mut self) {
        self.end_inner();
        match self.into.pop() {
            Some(Into::Note(paragraphs)) if !paragraphs.is_empty() => {
                self.notes.push(paragraphs.join("\n"))
            }
            Some(other @ Into::Row { .. }) => self.into.push(other),
            _ => {}
        }
    }

    pub(crate) fn open_row(&mut self) {
        self.begin_inner();
        self.into.push(Into::Row {
            cells: Vec::new(),
            cell: Vec::new(),
        });
    }

    /// Begins a row with the text at hand as the first of its first cell.
    pub(crate) fn row_of_current(&mut self) {
        let current = std::mem::take(&mut self.current);
        self.open_row();
        self.current = current;
    }

    /// Ends a row that was left open before the text at hand, which is none of it.
    pub(crate) fn close_row_before(&mut self) {
        let current = std::mem::take(&mut self.current);
        self.close_row();
        self.current = current;
    }

    pub(crate) fn close_cell(&mut self) {
        self.end_paragraph();
        if let Some(Into::Row { cells, cell }) = self.into.last_mut() {
            cells.push(std::mem::take(cell));
        }
    }

    /// Ends a row: a line of its cells, where these are words and numbers; their paragraphs, where one holds more.
    pub(crate) fn close_row(&mut self) {
        if !matches!(self.into.last(), Some(Into::Row { .. })) {
            return;
        }
        self.end_inner();
        let Some(Into::Row { mut cells, cell }) = self.into.pop() else {
            return;
        };
        cells.push(cell);
        cells.retain(|cell| !cell.is_empty());
        let is_short = |cell: &Vec<String>| matches!(cell.as_slice(), [only] if only.chars().count() <= SHORT_CELL);
        let is_line = cells.iter().all(is_short);
        let paragraphs = cells.into_iter().flatten();
        let paragraphs: Vec<String> = match is_line {
            true => vec![
                paragraphs
                    .map(|text| text.replace('\n', " "))
                    .collect::<Vec<_>>()
                    .join("\t"),
            ],
            false => paragraphs.collect(),
        };
        let paragraphs = paragraphs.into_iter().filter(|text| !text.is_empty());
        match self.into.last_mut() {
            Some(Into::Note(into) | Into::Row { cell: into, .. }) => into.extend(paragraphs),
            None => self.blocks.extend(paragraphs),
        }
    }

    /// Whether a row is open that no note stands in.
    pub(crate) fn is_in_row(&self) -> bool {
        matches!(self.into.last(), Some(Into::Row { .. }))
    }

    /// The text and the notes.
    pub(crate) fn finish(mut self) -> (String, Vec<String>) {
        self.end_paragraph();
        while let Some(into) = self.into.last() {
            match into {
                Into::Note(_) => self.close_note(),
                Into::Row { .. } => self.close_row(),
            }
        }
        (joined(&self.blocks), self.notes)
    }
}

/// Paragraphs as one text.
pub(crate) fn joined(blocks: &[String]) -> String {
    match blocks.is_empty() {
        true => String::new(),
        false => blocks.join("\n\n") + "\n",
    }
}

/// Lines without blanks at their ends, and without blank lines.
fn trimmed(text: &str) -> String {
    let lines = text
        .split('\n')
        .map(str::trim)
        .filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document_kind::DocumentKind;
    use crate::limits::Limits;

    #[test]
    fn rows_are_lines_or_paragraphs_and_notes_stand_apart() {
        let allowance = Allowance::new(DocumentKind::Docx, Limits::DEFAULT);
        let mut writing = Writing::new(&allowance, false);
        writing.text("We me\u{ad}t").unwrap();
        writing.open_note();
        writing.text("See below.").unwrap();
        writing.close_note();
        writing.text(".").unwrap();
        writing.end_paragraph();
        for cells in [
            ["State", "Sum"],
            ["Azania", &"We support the truce. ".repeat(5)],
        ] {
            writing.open_row();
            for cell in cells {
                writing.text(cell).unwrap();
                writing.close_cell();
            }
            writing.close_row();
        }
        let (text, notes) = writing.finish();
        let long = "We support the truce. ".repeat(5);
        assert_eq!(
            text,
            format!("We met.\n\nState\tSum\n\nAzania\n\n{}\n", long.trim())
        );
        assert_eq!(notes, ["See below."]);
    }
}
