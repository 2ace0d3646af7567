//! A table of strings that can be written for a terminal, for Markdown and for LaTeX.

use super::table;
use comfy_table::{Cell, CellAlignment};

/// Width where there is no terminal to ask: six measures with their intervals.
const WIDTH: u16 = 150;

/// Rows of cells under named columns, with a caption.
pub(super) struct Sheet {
    /// What the table shows.
    pub(super) caption: String,
    /// The columns: name, and whether they hold numbers.
    columns: Vec<(String, bool)>,
    rows: Vec<Vec<String>>,
    /// What a reader must know of it.
    pub(super) note: Option<String>,
}

impl Sheet {
    /// An empty table; columns whose name begins with `#` hold numbers.
    pub(super) fn new(caption: impl Into<String>, columns: &[&str]) -> Self {
        let column = |name: &&str| match name.strip_prefix('#') {
            Some(name) => (name.to_owned(), true),
            None => ((*name).to_owned(), false),
        };
        Self {
            caption: caption.into(),
            columns: columns.iter().map(column).collect(),
            rows: Vec::new(),
            note: None,
        }
    }

    /// Adds a row, one cell a column.
    pub(super) fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The columns: name, and whether they hold numbers.
    #[cfg(feature = "html")]
    pub(super) fn columns(&self) -> &[(String, bool)] {
        &self.columns
    }

    #[cfg(feature = "html")]
    pub(super) fn rows(&self) -> &[Vec<String>] {
        &self.rows
    }

    /// For a terminal: without the caption.
    pub(super) fn terminal(&self) -> String {
        let mut table = table::table();
        if !table.is_tty() {
            table.set_width(WIDTH);
        }
        table.set_header(self.columns.iter().map(|(name, _)| table::head(name)));
        for row in &self.rows {
            let cells = row.iter().zip(&self.columns);
            table.add_row(cells.map(|(cell, (_, is_number))| match is_number {
                true => Cell::new(cell).set_alignment(CellAlignment::Right),
                // Where a number and its interval do not fit on a line, the interval goes below.
                false => Cell::new(cell.replace(", ", ",\u{a0}")),
            }));
        }
        let mut text = table::render(&table).replace('\u{a0}', " ");
        if let Some(note) = &self.note {
            text.push_str(note);
            text.push('\n');
        }
        text
    }

    /// For Markdown: a bold caption, a table, the note.
    pub(super) fn markdown(&self) -> String {
        let escaped = |cell: &str| cell.replace('\\', "\\\\").replace('|', "\\|");
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = format!("**{}**\n\n", self.caption);
        text += &line(self.columns.iter().map(|(name, _)| escaped(name)).collect());
        let rule = |(_, is_number): &(String, bool)| match is_number {
            true => "---:".to_owned(),
            false => "---".to_owned(),
        };
        text += &line(self.columns.iter().map(rule).collect());
        for row in &self.rows {
            text += &line(row.iter().map(|cell| escaped(cell)).collect());
        }
        if let Some(note) = &self.note {
            text += &format!("\n{}\n", escaped(note));
        }
        text
    }

    /// For LaTeX: a `table` that needs the package `booktabs`.
    pub(super) fn latex(&self) -> String {
        let line = |cells: Vec<String>| format!("    {} \\\\\n", cells.join(" & "));
        let alignment: String = self
            .columns
            .iter()
            .map(|(_, is_number)| if *is_number { 'r' } else { 'l' })
            .collect();
        let mut text = format!(
            "\\begin{{table}}\n  \\centering\n  \\caption{{{}}}\n  \\begin{{tabular}}{{{alignment}}}\n    \\toprule\n",
            tex(&match &self.note {
                Some(note) => format!("{}. {}", self.caption, capitalised(note)),
                None => self.caption.clone(),
            })
        );
        text += &line(self.columns.iter().map(|(name, _)| tex(name)).collect());
        text += "    \\midrule\n";
        for row in &self.rows {
            text += &line(row.iter().map(|cell| tex(cell)).collect());
        }
        text += "    \\bottomrule\n  \\end{tabular}\n\\end{table}\n";
        text
    }
}

/// Sentences, then tables, in Markdown.
pub(super) fn markdown(lead: &[String], sheets: &[Sheet]) -> String {
    let mut text = lead.join("\n\n") + "\n";
    for sheet in sheets {
        text += &format!("\n{}", sheet.markdown());
    }
    text
}

/// Sentences as comments, then tables, in LaTeX.
pub(super) fn latex(lead: &[String], sheets: &[Sheet]) -> String {
    let mut text = String::new();
    for line in lead {
        text += &format!("% {line}\n");
    }
    for sheet in sheets {
        text += &format!("\n{}", sheet.latex());
    }
    text
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

fn tex(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => escaped.extend(['\\', letter]),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '\\' => escaped.push_str("\\textbackslash{}"),
            '[' => escaped.push_str("{[}"),
            '<' => escaped.push_str("$<$"),
            '>' => escaped.push_str("$>$"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let mut sheet = Sheet::new("By a_b", &["value", "#n"]);
        sheet.row(["a|b & c", "12"]);
        sheet.note = Some("50 % of it".into());
        sheet
    }

    #[test]
    fn markdown_keeps_its_cells_apart() {
        let expected =
            "**By a_b**\n\n| value | n |\n| --- | ---: |\n| a\\|b & c | 12 |\n\n50 % of it\n";
        assert_eq!(sheet().markdown(), expected);
    }

    #[test]
    fn latex_escapes_what_has_a_meaning() {
        let expected = "\\begin{table}\n  \\centering\n  \\caption{By a\\_b. 50 \\% of it}\n  \
                        \\begin{tabular}{lr}\n    \\toprule\n    value & n \\\\\n    \\midrule\n    \
                        a|b \\& c & 12 \\\\\n    \\bottomrule\n  \\end{tabular}\n\\end{table}\n";
        assert_eq!(sheet().latex(), expected);
    }
}
