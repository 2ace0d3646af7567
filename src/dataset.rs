//! Labelled rows to train and evaluate on.

use crate::error::Result;
use detente_data::corpus::{Corpus, LabelledText, LayoutParams};
use std::path::{Path, PathBuf};

/// Labelled rows: statements with a label on one or several targets.
///
/// Rows of one document, where rows name theirs, never stand on both sides of a fold. Their order does not matter.
///
/// # Example
/// ```
/// use detente::{Dataset, Row};
/// let data = Dataset::from_rows([
///     ("We welcome the truce.", "peace", "favor"),
///     ("We reject the truce.", "peace", "against"),
/// ])?;
/// assert_eq!((data.len(), data.targets().collect::<Vec<_>>()), (2, vec!["peace"]));
///
/// let row = Row::new("Trade will resume.", "trade", "up").in_document("speech 1");
/// assert_eq!(Dataset::from_rows([row])?.len(), 1);
/// # Ok::<(), detente::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Dataset {
    corpus: Corpus,
    name: String,
}

/// A statement with its label on one target.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(LabelledText);

impl Row {
    /// A row that counts once and is a document of its own.
    pub fn new(
        text: impl Into<String>,
        target: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self(LabelledText::new(text, target, label))
    }

    /// Names the document that the row is of.
    pub fn in_document(self, document: impl Into<String>) -> Self {
        Self(self.0.in_document(document))
    }

    /// Names the row itself.
    pub fn with_id(self, id: impl Into<String>) -> Self {
        Self(self.0.with_id(id))
    }

    /// Says how much the row counts in training; 1 if nothing is said.
    pub fn with_weight(self, weight: f32) -> Self {
        Self(self.0.with_weight(weight))
    }
}

impl<T: Into<String>, U: Into<String>, L: Into<String>> From<(T, U, L)> for Row {
    fn from((text, target, label): (T, U, L)) -> Self {
        Self::new(text, target, label)
    }
}

impl Dataset {
    /// Takes rows from memory: [`Row`]s, or `(text, target, label)`. Rows of one text with different targets become
    /// one statement with several labels.
    ///
    /// # Errors
    /// A row without text, or two labels for one text on one target; the error names the row.
    pub fn from_rows<R: Into<Row>>(rows: impl IntoIterator<Item = R>) -> Result<Self> {
        let rows = rows.into_iter().map(|row| row.into().0);
        Ok(Self::new(Corpus::from_rows(rows)?, "rows in memory".into()))
    }

    /// Reads a CSV file (`.tsv`: separated by tabs; `.gz` and `.zst` are decompressed) by a layout, which says which
    /// columns mean what.
    ///
    /// # Errors
    /// The file cannot be read, or does not have the layout; the error says where, and what there is.
    ///
    /// # Example
    /// ```no_run
    /// use detente::{Dataset, LayoutParams};
    /// let layout = LayoutParams::wide(["peace", "conflict"]).with_group("document");
    /// let data = Dataset::from_csv("labelled.csv", &layout)?;
    /// # Ok::<(), detente::Error>(())
    /// ```
    pub fn from_csv(path: impl AsRef<Path>, layout: &LayoutParams) -> Result<Self> {
        Self::from_files(&[path.as_ref().to_owned()], layout)
    }

    /// Reads several files of one layout; with the feature `arrow` also Parquet and Arrow files.
    ///
    /// # Errors
    /// As [`from_csv`](Self::from_csv).
    pub fn from_files(paths: &[PathBuf], layout: &LayoutParams) -> Result<Self> {
        let names = paths.iter().map(|path| path.display().to_string());
        let name = names.collect::<Vec<_>>().join(", ");
        Ok(Self::new(Corpus::read(paths, layout, &[])?, name))
    }

    fn new(mut corpus: Corpus, name: String) -> Self {
        corpus.sort();
        Self { corpus, name }
    }

    /// Number of statements.
    pub fn len(&self) -> usize {
        self.corpus.examples.len()
    }

    /// Whether there is no statement.
    pub fn is_empty(&self) -> bool {
        self.corpus.examples.is_empty()
    }

    /// The targets' names.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.corpus.targets.iter().map(|target| target.name.as_str())
    }

    /// Where the rows come from, as reports say it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The corpus of `detente-data` behind it, for what the front door does not offer.
    pub fn inner(&self) -> &Corpus {
        &self.corpus
    }
}
