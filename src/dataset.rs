//! Labelled rows to train and evaluate on.

use crate::error::Result;
use detente_data::corpus::{Corpus, LabelledText, LayoutParams};
use std::path::{Path, PathBuf};

/// Labelled rows: statements with a label on one or several targets. It always has a row.
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
/// let row = Row::new("Trade will resume.", "trade", "up").document("speech 1");
/// assert_eq!(Dataset::from_rows([row])?.len(), 1);
/// # Ok::<(), detente::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Dataset {
    corpus: Corpus,
    name: String,
}

impl Dataset {
    /// Takes rows from memory: `(text, target, label)`, or [`Row`](crate::Row)s, which can also name their document.
    ///
    /// # Errors
    /// A weight that is no number from 0; a label that is probably a misspelt stance label; no row with both a text and
    /// a label. The error names the row.
    pub fn from_rows<R: Into<LabelledText>>(rows: impl IntoIterator<Item = R>) -> Result<Self> {
        let rows = rows.into_iter().map(Into::into);
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

    /// Number of labelled rows.
    pub fn len(&self) -> usize {
        self.corpus.examples.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.corpus.examples.is_empty()
    }

    /// The targets' names.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.corpus
            .targets
            .iter()
            .map(|target| target.name.as_str())
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
