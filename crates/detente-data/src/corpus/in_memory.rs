//! Labelled rows that a program already has, as a corpus.

use super::csv::{Corpus, Reading};
use super::labelled::{Found, LabelledRow};
use super::layout::{Layout, LayoutParams};
use crate::article::Example;
use crate::error::{Error, ErrorKind, Result};
use detente_error::IN_MEMORY;
use detente_text::mentions_of;
use std::iter;
use std::path::PathBuf;

/// A text with its label on one target: a row as a CSV file in the long layout has it.
///
/// # Example
/// ```
/// use detente_data::corpus::{Corpus, LabelledText};
///
/// let rows = [
///     LabelledText::new("We welcome the accord.", "peace", "favor").document("speech 1"),
///     LabelledText::new("We reject the accord.", "peace", "against").document("speech 2"),
/// ];
/// let corpus = Corpus::from_rows(rows)?;
/// assert_eq!(corpus.examples.len(), 2);
/// assert_eq!(corpus.targets[0].labels.labels(), ["favor", "against"]);
/// # Ok::<(), detente_data::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LabelledText {
    /// The text of one statement.
    pub text: String,
    /// What the label is about; blank where the text is not labelled.
    pub target: String,
    /// The label; blank where the text is not labelled.
    pub label: String,
    /// The document it comes from; rows of one document stay together in every fold. Default: each
    /// distinct text its own.
    pub document: Option<String>,
    /// The row's id. Default: none, the row is named by its number.
    pub id: Option<String>,
    /// How much the row counts in fitting, a number from 0. Default: 1.
    pub weight: f64,
    /// Whether calibration and the measures of training may rest on it. Default: yes.
    pub calibrates: bool,
    /// The words by which the text mentions what its label is about: all places count where they stand in
    /// the text. Default: none.
    pub mention: Option<String>,
    /// Labels of the text on more targets, as a row of the wide layout has them: (target, label). Default: none.
    pub also: Vec<(String, String)>,
    /// What errors call the column of a label: its target in a row of the wide layout, else `label`.
    is_wide: bool,
}

impl LabelledText {
    /// A text and its label, with the defaults for all else.
    pub fn new(
        text: impl Into<String>,
        target: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self {
            text: text.into(),
            target: target.into(),
            label: label.into(),
            document: None,
            id: None,
            weight: 1.0,
            calibrates: true,
            mention: None,
            also: Vec::new(),
            is_wide: false,
        }
    }

    /// A text and its labels on several targets, (target, label), as a row of a CSV file in the wide layout has them; a
    /// blank label is none.
    pub fn wide<T: Into<String>, L: Into<String>>(
        text: impl Into<String>,
        labels: impl IntoIterator<Item = (T, L)>,
    ) -> Self {
        let pair = |(target, label): (T, L)| (target.into(), label.into());
        let mut labels = labels.into_iter().map(pair);
        let (target, label) = labels.next().unwrap_or_default();
        Self {
            also: labels.collect(),
            is_wide: true,
            ..Self::new(text, target, label)
        }
    }

    /// Names the document it comes from.
    pub fn document(mut self, document: impl Into<String>) -> Self {
        self.document = Some(document.into());
        self
    }

    /// Names the row.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Says how much the row counts in fitting.
    pub fn weight(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }

    /// Says whether calibration and the measures of training may rest on the row.
    pub fn calibrates(mut self, calibrates: bool) -> Self {
        self.calibrates = calibrates;
        self
    }

    /// Says by which words the text mentions what its label is about.
    pub fn mention(mut self, mention: impl Into<String>) -> Self {
        self.mention = Some(mention.into());
        self
    }
}

impl<T: Into<String>, U: Into<String>, L: Into<String>> From<(T, U, L)> for LabelledText {
    /// A text, its target, its label.
    fn from((text, target, label): (T, U, L)) -> Self {
        Self::new(text, target, label)
    }
}

impl Corpus {
    /// Takes labelled rows from memory, as [`Corpus::read`] takes those of a CSV file in the long layout: a
    /// row is an example with a label on one target, targets are sorted by name, spellings such as `Favour`
    /// are brought to the one used here, and rows without a text or a label are left out and counted.
    ///
    /// # Errors
    /// A weight that is no number from 0; a label that is probably a misspelt stance label; no row with both
    /// a text and a label. Each names the row by its number, from 1.
    pub fn from_rows(rows: impl IntoIterator<Item = LabelledText>) -> Result<Self> {
        let (target_column, label_column) = ("target".to_owned(), "label".to_owned());
        let params = LayoutParams {
            layout: Layout::Long {
                target_column,
                label_column,
            },
            ..LayoutParams::default()
        };
        let mut reading = Reading::default();
        let mut has_mentions = false;
        for (number, row) in (1..).zip(rows) {
            has_mentions |= row.mention.is_some();
            let found = found(row, number, &params, &mut reading)
                .map_err(|error| error.in_file(IN_MEMORY).at_line(number))?;
            reading.take(found);
        }
        let mut corpus = reading.finish(vec![PathBuf::from(IN_MEMORY)], &params)?;
        corpus.has_mentions = has_mentions;
        Ok(corpus)
    }
}

/// What a row is; in the order in which a table's rows are looked at.
fn found(
    row: LabelledText,
    number: u64,
    params: &LayoutParams,
    reading: &mut Reading,
) -> Result<Found> {
    if !(row.weight.is_finite() && row.weight >= 0.0) {
        return Err(Error::new(ErrorKind::BadNumber {
            column: "weight".to_owned(),
            value: row.weight.to_string(),
            expected: "a number from 0",
        }));
    }
    let targets = reading.long_targets();
    let also = (row.also.iter()).map(|(target, label)| (target.as_str(), label.as_str()));
    let cells: Vec<(&str, &str)> = iter::once((row.target.as_str(), row.label.as_str()))
        .chain(also)
        .collect();
    let mut labels = Vec::new();
    let mut labelled_cells = Vec::new();
    for (target, cell) in cells {
        let column = if row.is_wide { target } else { "label" };
        let label = targets.labelled(target, column, cell, params);
        labelled_cells.extend(label.iter().map(|_| cell));
        labels.extend(label);
    }
    if row.text.trim().is_empty() {
        return Ok(Found::Blank);
    }
    if labels.is_empty() {
        return Ok(Found::Unlabelled);
    }
    for ((target_idx, _), cell) in labels.iter().zip(labelled_cells) {
        targets.spellings[*target_idx].count(cell);
    }
    let filled = |value: Option<String>| value.filter(|value| !value.is_empty());
    let example = Example {
        mentions: row
            .mention
            .map_or(Vec::new(), |mention| mentions_of(&row.text, &mention)),
        id: filled(row.id),
        labels: Vec::new(),
        group: filled(row.document).map(|document| targets.shared(&document)),
        weight: row.weight,
        calibrates: row.calibrates,
        file_idx: 0,
        line: number,
        kept: Vec::new(),
        text: row.text,
    };
    Ok(Found::Labelled(LabelledRow { example, labels }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::MentionColumns;

    fn rows() -> Vec<LabelledText> {
        vec![
            LabelledText::new("We met them.", "trade", "up")
                .document("a")
                .id("7")
                .mention("them"),
            LabelledText::new("We met them.", "peace", " Favour ")
                .document("a")
                .id("7")
                .mention("them"),
            LabelledText::new("They left.", "peace", "against").weight(0.5),
            LabelledText::new("They left.", "peace", " "),
            LabelledText::new(" ", "peace", "against"),
        ]
    }

    /// Where rows stand is all that differs: a file has a header.
    fn as_in_memory(mut of_file: Corpus) -> Corpus {
        of_file.paths = vec![IN_MEMORY.into()];
        let examples = of_file.examples.iter_mut();
        examples.for_each(|example| example.line -= 1);
        of_file
    }

    #[test]
    fn rows_in_memory_are_the_corpus_of_a_long_file() {
        let mut csv = "id,text,target,label,doc,weight,about\n".to_owned();
        for row in rows() {
            let [id, doc, about] =
                [row.id, row.document, row.mention].map(Option::unwrap_or_default);
            csv += &format!(
                "{id},{},{},{},{doc},{},{about}\n",
                row.text, row.target, row.label, row.weight
            );
        }
        let params = LayoutParams {
            layout: Layout::Long {
                target_column: "target".into(),
                label_column: "label".into(),
            },
            group: Some("doc".into()),
            weight: Some("weight".into()),
            mention: Some(MentionColumns::Text("about".into())),
            ..LayoutParams::default()
        };
        let of_file = as_in_memory(Corpus::from_reader(csv.as_bytes(), &params, &[]).unwrap());
        let in_memory = Corpus::from_rows(rows()).unwrap();
        assert_eq!((in_memory.n_unlabelled, in_memory.n_blank), (1, 1));
        assert_eq!(in_memory, of_file);
    }

    #[test]
    fn wide_rows_in_memory_are_the_corpus_of_a_wide_file() {
        let csv = "id,text,peace,trade,doc\n1,We met.,favor,up,a\n2,They left.,,down,b\n\
                   3,They met.,Against,,b\n4,No.,,,c\n";
        let params = LayoutParams::wide(["peace", "trade"]).with_group("doc");
        let of_file = as_in_memory(Corpus::from_reader(csv.as_bytes(), &params, &[]).unwrap());
        let row = |id: &str, text: &str, labels: [&str; 2], document: &str| {
            let row = LabelledText::wide(text, ["peace", "trade"].into_iter().zip(labels));
            row.id(id).document(document)
        };
        let rows = [
            row("1", "We met.", ["favor", "up"], "a"),
            row("2", "They left.", ["", "down"], "b"),
            row("3", "They met.", ["Against", ""], "b"),
            row("4", "No.", ["", ""], "c"),
        ];
        assert_eq!(Corpus::from_rows(rows).unwrap(), of_file);
        let misspelt = ["favor", "against", "favr"].map(|label| row("", "x", [label, "up"], ""));
        assert_eq!(
            Corpus::from_rows(misspelt).unwrap_err().to_string(),
            "row 3: column `peace` is `favr`; expected `favor`, `against`, or `none`"
        );
    }

    #[test]
    fn what_is_wrong_with_a_row_names_its_number() {
        let message = |rows: Vec<LabelledText>| Corpus::from_rows(rows).unwrap_err().to_string();
        let row = |label: &str| LabelledText::new("x", "peace", label);
        assert_eq!(
            message(vec![row("favor"), row("against"), row("favr")]),
            "row 3: column `label` is `favr`; expected `favor`, `against`, or `none`"
        );
        assert_eq!(
            message(vec![row("favor"), row("against").weight(f64::NAN)]),
            "row 2: column `weight` is `NaN`; expected a number from 0"
        );
        assert_eq!(
            message(vec![row("")]),
            "rows in memory: there is nothing to read: no row has both a text and a label"
        );
        assert_eq!(
            message(vec![]),
            "rows in memory: there is nothing to read: there is no row"
        );
    }
}
