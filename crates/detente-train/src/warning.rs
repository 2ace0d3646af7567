//! What to think about before a model is used.

use super::head_report::HeadLog;
use detente_data::article::Example;
use detente_data::corpus::Corpus;
use detente_text::Sketch;
use std::collections::BTreeMap;

/// The rows below which a label is hardly learned.
pub const FEW_ROWS: usize = 20;

/// One thing to think about.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// A label has fewer than [`FEW_ROWS`] rows.
    FewRows {
        /// The target.
        target: String,
        /// The label.
        label: String,
        /// Its rows.
        n_rows: usize,
    },
    /// One document has more than half of the rows, so that most folds learn from little else.
    OneDocument {
        /// The document.
        group: String,
        /// Its rows.
        n_rows: usize,
        /// All rows.
        n_all: usize,
    },
    /// Rows whose text is that of another document's row, or nearly; out-of-fold scores flatter the
    /// model by them.
    NearDuplicates {
        /// These rows.
        n_rows: usize,
        /// All rows.
        n_all: usize,
    },
    /// The out-of-fold loss is least at the strongest or the weakest penalty tried, so a better one
    /// may lie beyond.
    EdgeOfSearch {
        /// The target.
        target: String,
        /// What the head with this penalty was fitted on.
        features: String,
        /// The penalty.
        l2: f64,
    },
}

impl Warning {
    /// All warnings, in the order of the variants; `sketches` are those of the rows.
    pub(super) fn all(corpus: &Corpus, sketches: &[Sketch], heads: &[HeadLog]) -> Vec<Self> {
        let mut all = Vec::new();
        for head in heads {
            for (label, n_rows) in &head.label_counts {
                if *n_rows < FEW_ROWS {
                    all.push(Self::FewRows {
                        target: head.target.clone(),
                        label: label.clone(),
                        n_rows: *n_rows,
                    });
                }
            }
        }
        let n_all = corpus.examples.len();
        if let Some((group, n_rows)) = largest_document(&corpus.examples)
            && 2 * n_rows > n_all
        {
            let group = group.to_owned();
            all.push(Self::OneDocument {
                group,
                n_rows,
                n_all,
            });
        }
        let n_rows = near_duplicates(&corpus.examples, sketches);
        if n_rows > 0 {
            all.push(Self::NearDuplicates { n_rows, n_all });
        }
        for head in heads {
            for (features, l2) in &head.edges {
                all.push(Self::EdgeOfSearch {
                    target: head.target.clone(),
                    features: features.clone(),
                    l2: *l2,
                });
            }
        }
        all
    }
}

/// The named document with the most rows, the first by name of several.
fn largest_document(examples: &[Example]) -> Option<(&str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for group in examples.iter().filter_map(|e| e.group.as_deref()) {
        *counts.entry(group).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(group, n_rows)| (*n_rows, std::cmp::Reverse(*group)))
}

/// Rows whose text, or nearly, also stands in another document.
fn near_duplicates(examples: &[Example], sketches: &[Sketch]) -> usize {
    let keys = examples.iter().map(Example::group_key);
    let mut rows: Vec<(Sketch, &str)> = sketches.iter().copied().zip(keys).collect();
    rows.sort_unstable();
    let same = rows.chunk_by(|a, b| a.0 == b.0);
    let mut texts: Vec<Text> = same.map(Text::of).collect();
    // Near-duplicates share at least two bands, so some pair of bands brings any two together.
    // Bands above the text's place in one number, which sorts faster than a pair.
    let mut keys: Vec<u64> = Vec::with_capacity(texts.len());
    for first in 0..Sketch::N_BANDS {
        for second in first + 1..Sketch::N_BANDS {
            keys.clear();
            keys.extend(texts.iter().enumerate().map(|(at, text)| {
                let bands = text.sketch.band(first) << 12 | text.sketch.band(second);
                (bands as u64) << 32 | at as u64
            }));
            keys.sort_unstable();
            for bucket in keys.chunk_by(|a, b| a >> 32 == b >> 32) {
                for (at, one) in bucket.iter().enumerate() {
                    let one = *one as u32 as usize;
                    for other in &bucket[at + 1..] {
                        let other = *other as u32 as usize;
                        if texts[one].is_alike_elsewhere(&texts[other]) {
                            texts[one].is_found = true;
                            texts[other].is_found = true;
                        }
                    }
                }
            }
        }
    }
    let found = texts.iter().filter(|text| text.is_found);
    found.map(|text| text.n_rows).sum()
}

/// Rows with one sketch.
struct Text<'a> {
    sketch: Sketch,
    /// The document they stand in; `None` for several.
    document: Option<&'a str>,
    n_rows: usize,
    /// Whether another document has the like.
    is_found: bool,
}

impl<'a> Text<'a> {
    fn of(rows: &[(Sketch, &'a str)]) -> Self {
        let (sketch, document) = rows[0];
        let is_in_one = rows.iter().all(|row| row.1 == document);
        Self {
            sketch,
            document: is_in_one.then_some(document),
            n_rows: rows.len(),
            is_found: !is_in_one,
        }
    }

    /// Whether the two are alike, stand in different documents, and that is news.
    fn is_alike_elsewhere(&self, other: &Self) -> bool {
        let is_news = !(self.is_found && other.is_found);
        let is_elsewhere = self.document.is_none() || self.document != other.document;
        is_news && is_elsewhere && self.sketch.is_near(other.sketch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "the parties agreed to withdraw their forces from the whole of the valley by \
                        the spring of next year under the eyes of observers";

    fn examples(rows: &[(&str, &str)]) -> Vec<Example> {
        let example = |(text, group): &(&str, &str)| Example {
            mentions: Vec::new(),
            text: (*text).to_owned(),
            group: Some((*group).into()),
            id: None,
            labels: vec![Some("a".into())],
            weight: 1.0,
            calibrates: true,
            file_idx: 0,
            line: 1,
            kept: Vec::new(),
        };
        rows.iter().map(example).collect()
    }

    fn n_found(rows: &[(&str, &str)]) -> usize {
        let sketches: Vec<Sketch> = rows.iter().map(|(text, _)| Sketch::of(text)).collect();
        near_duplicates(&examples(rows), &sketches)
    }

    #[test]
    fn only_what_stands_in_two_documents_is_a_duplicate() {
        let again = format!("{LONG} again");
        let rows = [(LONG, "a"), (&again, "a"), ("they left", "b")];
        assert_eq!(n_found(&rows), 0);
        let rows = [(LONG, "a"), (&again, "b"), ("they left", "b")];
        assert_eq!(n_found(&rows), 2);
        let rows = [(LONG, "a"), (&again, "a"), (LONG, "b"), ("they left", "b")];
        assert_eq!(n_found(&rows), 3);
    }

    #[test]
    fn the_largest_document_is_the_first_of_equals() {
        let rows = examples(&[("x", "b"), ("y", "a"), ("z", "a"), ("u", "b")]);
        assert_eq!(largest_document(&rows), Some(("a", 2)));
    }
}
