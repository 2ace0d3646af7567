//! A table of strings that can be written for a terminal, for Markdown and for LaTeX.

use super::table;
use comfy_table::CellAlignment;
use detente_error::visible;

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
                true => table::cell(visible(cell)).set_alignment(CellAlignment::Right),
                // Where a number and its interval do not fit on a line, the interval goes below.
                false => table::cell(visible(cell).replace(", ", ",\u{a0}")),
            }));
        }
        let mut text = table::render(&table).replace('\u{a0}', " ");
        if let Some(note) = &self.note {
            text.push_str(&visible(note));
            text.push('\n');
        }
        text
    }

    /// The places of the columns that say anything: not those without a value in any row, but for the first.
    ///
    /// A measure that no row has, as F avg where no label takes a side, is a column of dashes, which a page has no
    /// room for.
    fn told(&self) -> Vec<usize> {
        let is_value = |row: &Vec<String>, at: usize| {
            let cell = row.get(at).map_or("", |cell| cell.trim());
            !cell.is_empty() && cell != "-"
        };
        let columns = 0..self.columns.len();
        columns
            .filter(|at| *at == 0 || self.rows.iter().any(|row| is_value(row, *at)))
            .collect()
    }

    /// For Markdown: a bold caption, a table, the note. Columns without a value are left out.
    pub(super) fn markdown(&self) -> String {
        let told = self.told();
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let names = told.iter().map(|at| markdown_text(&self.columns[*at].0));
        let rules = told.iter().map(|at| match self.columns[*at].1 {
            true => "---:".to_owned(),
            false => "---".to_owned(),
        });
        let mut text = format!("**{}**\n\n", markdown_text(&self.caption));
        text += &line(names.collect());
        text += &line(rules.collect());
        for row in &self.rows {
            text += &line(told.iter().map(|at| markdown_text(&row[*at])).collect());
        }
        if let Some(note) = &self.note {
            text += &format!("\n{}\n", markdown_sentence(note));
        }
        text
    }

    /// For LaTeX: a `table` that needs the package `booktabs`. Columns without a value are left out.
    pub(super) fn latex(&self) -> String {
        let told = self.told();
        let line = |cells: Vec<String>| format!("    {} \\\\\n", cells.join(" & "));
        let alignment: String = told
            .iter()
            .map(|at| if self.columns[*at].1 { 'r' } else { 'l' })
            .collect();
        let mut text = format!(
            "\\begin{{table}}\n  \\centering\n  \\caption{{{}}}\n  \\begin{{tabular}}{{{alignment}}}\n    \\toprule\n",
            tex(&match &self.note {
                Some(note) => format!("{}. {}", self.caption, capitalised(note)),
                None => self.caption.clone(),
            })
        );
        text += &line(told.iter().map(|at| tex(&self.columns[*at].0)).collect());
        text += "    \\midrule\n";
        for row in &self.rows {
            text += &line(told.iter().map(|at| tex(&row[*at])).collect());
        }
        text += "    \\bottomrule\n  \\end{tabular}\n\\end{table}\n";
        text
    }
}

/// Sentences for a terminal, a line each.
pub(super) fn terminal_lead(lead: &[String]) -> String {
    let lines = lead.iter().map(|line| visible(line));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// Sentences, then tables, in Markdown.
pub(super) fn markdown(lead: &[String], sheets: &[Sheet]) -> String {
    let lead = lead.iter().map(|line| markdown_sentence(line));
    let mut text = lead.collect::<Vec<_>>().join("\n\n") + "\n";
    for sheet in sheets {
        text += &format!("\n{}", sheet.markdown());
    }
    text
}

/// Sentences as comments, then tables, in LaTeX.
pub(super) fn latex(lead: &[String], sheets: &[Sheet]) -> String {
    let mut text = String::new();
    for line in lead {
        text += &format!("% {}\n", visible(line));
    }
    for sheet in sheets {
        text += &format!("\n{}", sheet.latex());
    }
    text
}

/// A sentence that begins with a capital letter.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// A text in Markdown as it stands: nothing in it is markup, and it stays on its line.
///
/// Brackets stay, since intervals have them, but for those that would end the text of a link.
fn markdown_text(text: &str) -> String {
    let text = visible(text);
    let mut escaped = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            ']' if matches!(letters.peek(), Some('(' | '[' | ':')) => escaped.push_str("\\]"),
            '\\' | '|' | '`' | '*' | '_' | '#' | '$' | '~' | '^' | '{' | '}' => {
                escaped.extend(['\\', letter]);
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// A sentence of ours in Markdown: what stands between two backticks is code, in which nothing is markup; the rest is
/// text.
fn markdown_sentence(sentence: &str) -> String {
    let sentence = visible(sentence);
    let mut escaped = String::with_capacity(sentence.len());
    let mut rest = &*sentence;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, behind)) = after.split_once('`').filter(|(code, _)| !code.is_empty())
        else {
            break;
        };
        escaped += &format!("{}`{code}`", markdown_text(before));
        rest = behind;
    }
    escaped + &markdown_text(rest)
}

/// A text in LaTeX as it stands: nothing in it is a command, and it stays on its line.
fn tex(text: &str) -> String {
    let text = visible(text);
    let mut escaped = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => escaped.extend(['\\', letter]),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '\\' => escaped.push_str("\\textbackslash{}"),
            '`' => escaped.push_str("\\textasciigrave{}"),
            '|' => escaped.push_str("\\textbar{}"),
            '[' => escaped.push_str("{[}"),
            '<' => escaped.push_str("$<$"),
            '>' => escaped.push_str("$>$"),
            // Two hyphens would be drawn as a dash.
            '-' if letters.peek() == Some(&'-') => escaped.push_str("-{}"),
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
            "**By a\\_b**\n\n| value | n |\n| --- | ---: |\n| a\\|b &amp; c | 12 |\n\n50 % of it\n";
        assert_eq!(sheet().markdown(), expected);
    }

    #[test]
    fn latex_escapes_what_has_a_meaning() {
        let expected = "\\begin{table}\n  \\centering\n  \\caption{By a\\_b. 50 \\% of it}\n  \
                        \\begin{tabular}{lr}\n    \\toprule\n    value & n \\\\\n    \\midrule\n    \
                        a\\textbar{}b \\& c & 12 \\\\\n    \\bottomrule\n  \\end{tabular}\n\\end{table}\n";
        assert_eq!(sheet().latex(), expected);
    }

    #[test]
    fn no_cell_says_anything_to_the_format_it_stands_in() {
        let hostile = "a|b`c<b>&\\_$#%~^{}*\n[x](y)\u{1b}[31m\u{202e}";
        let mut sheet = Sheet::new(hostile, &["value", "none", "#n"]);
        sheet.row([hostile, "-", "1"]);
        sheet.row([hostile, "", "2"]);
        let cell = r"a\|b\`c&lt;b&gt;&amp;\\\_\$\#%\~\^\{\}\*\\n[x\](y)\\u\{1b\}[31m\\u\{202e\}";
        let expected = format!(
            "**{cell}**\n\n| value | n |\n| --- | ---: |\n| {cell} | 1 |\n| {cell} | 2 |\n"
        );
        assert_eq!(sheet.markdown(), expected);
        let cell = [
            r"a\textbar{}b\textasciigrave{}c$<$b$>$\&\textbackslash{}\_\$\#\%\textasciitilde{}",
            r"\textasciicircum{}\{\}*\textbackslash{}n{[}x](y)",
        ]
        .concat();
        let latex = sheet.latex();
        assert!(latex.contains(&format!("    {cell}")), "{latex}");
        assert!(
            latex.contains("\\begin{tabular}{lr}"),
            "a column without a value is left out"
        );
        assert!(!latex.contains('\u{1b}') && !sheet.terminal().contains("\u{1b}[31m"));
        assert!(sheet.terminal().contains("\\u{1b}[31m\\u{202e}"));
    }

    #[test]
    fn code_in_a_sentence_stays_code() {
        let of = markdown_sentence;
        assert_eq!(of("flag `--a_b` of a_b"), "flag `--a_b` of a\\_b");
        assert_eq!(of("``a` <b>"), "\\`\\`a\\` &lt;b&gt;");
        assert_eq!(of("named `x`y` *z*"), "named `x`y\\` \\*z\\*");
    }

    #[test]
    fn the_first_column_stays_and_so_does_one_with_a_single_value() {
        let mut sheet = Sheet::new("", &["target", "F avg", "#p"]);
        sheet.row(["", "-", "-"]);
        sheet.row(["", ".5", "-"]);
        assert!(sheet.markdown().contains("| target | F avg |\n"));
        assert!(!sheet.latex().contains("& p"));
    }
}
