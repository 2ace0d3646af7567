//! Which rows train and which are tested, fold by fold.

use crate::error::{Error, ErrorKind, Result};
use detente_data::article::Example;
use detente_data::corpus::{ColumnDate, Corpus, Folds, FoldsParams, column_dates};
use detente_error::counted;
use std::collections::{BTreeMap, BTreeSet};

/// How rows are held out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Split {
    /// Stratified folds that keep documents whole.
    Folds {
        /// Number of folds, 2 or more.
        n_folds: usize,
        /// How often the whole is cut anew, 1 or more.
        repeats: usize,
        /// Seed of the first cut; the next cuts take the next seeds.
        seed: u64,
    },
    /// Windows of time: each is tested by a model of all rows before it.
    Time {
        /// The kept column of dates.
        column: String,
        /// Number of windows, 1 or more; a first one is trained on and never tested.
        n_folds: usize,
    },
    /// Each value of a column is tested by a model of all others.
    LeaveOut {
        /// The kept column. Rows where it is blank are trained on and never tested.
        column: String,
    },
}

impl Split {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Too few folds or repeats.
    pub fn check(&self) -> Result<()> {
        let (parameter, value, least, expected) = match self {
            Self::Folds { n_folds, .. } if *n_folds < 2 => {
                ("the number of folds", *n_folds, 2, "2 or more")
            }
            Self::Folds { repeats, .. } => ("the number of repeats", *repeats, 1, "1 or more"),
            Self::Time { n_folds, .. } => ("the number of folds", *n_folds, 1, "1 or more"),
            Self::LeaveOut { .. } => return Ok(()),
        };
        if value >= least {
            return Ok(());
        }
        Err(Error::new(ErrorKind::OutOfRange {
            parameter,
            value: value.to_string(),
            expected,
        }))
    }
}

/// The rows of one fold, as places among the examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) repeat: usize,
    pub(super) training: Vec<usize>,
    pub(super) test: Vec<usize>,
    /// Rows that could train but belong to a document that is tested.
    pub(super) n_purged: usize,
}

/// Cuts a sorted corpus.
pub(super) fn parts(corpus: &Corpus, split: &Split) -> Result<Vec<Part>> {
    split.check()?;
    match split {
        Split::Folds {
            n_folds,
            repeats,
            seed,
        } => stratified(corpus, *n_folds, *repeats, *seed),
        Split::Time { column, n_folds } => windows(corpus, column, *n_folds),
        Split::LeaveOut { column } => left_out(corpus, column),
    }
}

fn stratified(corpus: &Corpus, n_folds: usize, repeats: usize, seed: u64) -> Result<Vec<Part>> {
    let (labels, n_labels) = corpus.label_numbers();
    let mut all = Vec::new();
    for repeat in 0..repeats {
        let params = FoldsParams {
            n_folds,
            seed: seed.wrapping_add(repeat as u64),
        };
        let folds = Folds::cut(&corpus.examples, &labels, n_labels, &params)?;
        for fold in 0..n_folds {
            let rows = 0..corpus.examples.len();
            let (test, training) = rows.partition(|row| folds.fold_of()[*row] == fold);
            all.push(Part {
                name: (fold + 1).to_string(),
                repeat: repeat + 1,
                training,
                test,
                n_purged: 0,
            });
        }
    }
    Ok(all)
}

fn windows(corpus: &Corpus, column: &str, n_folds: usize) -> Result<Vec<Part>> {
    let examples = &corpus.examples;
    let dates = column_dates(examples.iter().map(|e| kept(corpus, column, e))).dates;
    let undated =
        (examples.iter().zip(&dates)).filter(|(_, date)| !matches!(date, ColumnDate::Day(_)));
    if let Some((example, date)) = undated.min_by_key(|(e, _)| (e.file_idx, e.line)) {
        let value = kept(corpus, column, example).to_owned();
        let column = column.to_owned();
        let kind = match date {
            ColumnDate::Ambiguous {
                day_first,
                month_first,
            } => ErrorKind::AmbiguousDate {
                column,
                value,
                day_first: day_first.to_string(),
                month_first: month_first.to_string(),
            },
            _ => ErrorKind::BadDate { column, value },
        };
        return Err(Error::new(kind).at(corpus.place_of(example)));
    }
    let days = dates.into_iter().filter_map(|date| match date {
        ColumnDate::Day(day) => Some(day),
        _ => None,
    });
    let dates: Vec<_> = days.collect();
    let mut rows_of = BTreeMap::new();
    for date in &dates {
        *rows_of.entry(*date).or_insert(0_usize) += 1;
    }
    let (days, sizes): (Vec<_>, Vec<usize>) = rows_of.into_iter().unzip();
    if days.len() <= n_folds {
        return Err(few_values(
            corpus,
            column,
            counted(days.len(), "distinct date"),
            format!(
                "{} or more: one to start from and one for each of {}",
                n_folds + 1,
                counted(n_folds, "fold")
            ),
        ));
    }
    let starts = cuts(&sizes, n_folds + 1);
    let parts = (0..n_folds).map(|fold| {
        let (from, to) = (starts[fold], starts[fold + 1]);
        let is_test = |row: usize| days[from] <= dates[row] && dates[row] <= days[to - 1];
        let rows = 0..corpus.examples.len();
        let test: Vec<usize> = rows.clone().filter(|row| is_test(*row)).collect();
        let before = rows.filter(|row| dates[*row] < days[from]);
        let name = match to - from {
            1 => days[from].to_string(),
            _ => format!("{} to {}", days[from], days[to - 1]),
        };
        purged(corpus, name, before, test)
    });
    Ok(parts.collect())
}

/// Where each block but the first begins, and the end: contiguous blocks of nearly equal size, none
/// empty.
fn cuts(sizes: &[usize], n_blocks: usize) -> Vec<usize> {
    let total: usize = sizes.iter().sum();
    let before = |at: usize| sizes[..at].iter().sum::<usize>();
    let mut starts = vec![];
    let mut least = 1;
    for block in 1..n_blocks {
        let share = total * block;
        let most = sizes.len() - (n_blocks - block);
        let nearest = (least..=most).min_by_key(|at| (before(*at) * n_blocks).abs_diff(share));
        // Invariant: there are at least as many sizes as blocks, so the range is not empty.
        let start = nearest.expect("a block for each size");
        starts.push(start);
        least = start + 1;
    }
    starts.push(sizes.len());
    starts
}

fn left_out(corpus: &Corpus, column: &str) -> Result<Vec<Part>> {
    let cells: Vec<&str> = corpus
        .examples
        .iter()
        .map(|example| kept(corpus, column, example))
        .collect();
    let values: BTreeSet<&str> = cells.iter().copied().filter(|v| !v.is_empty()).collect();
    if values.len() < 2 {
        let found = match values.first() {
            Some(only) => format!("the single value `{only}`"),
            None => "no value".to_owned(),
        };
        return Err(few_values(corpus, column, found, "two or more".to_owned()));
    }
    let parts = values.into_iter().map(|value| {
        let (test, others): (Vec<usize>, Vec<usize>) =
            (0..cells.len()).partition(|row| cells[*row] == value);
        purged(corpus, value.to_owned(), others.into_iter(), test)
    });
    Ok(parts.collect())
}

fn kept<'a>(corpus: &Corpus, column: &str, example: &'a Example) -> &'a str {
    let cell = corpus.kept_idx(column).map(|idx| example.kept[idx].trim());
    cell.unwrap_or_default()
}

fn few_values(corpus: &Corpus, column: &str, found: String, expected: String) -> Error {
    let error = Error::new(ErrorKind::FewValues {
        column: column.to_owned(),
        found,
        expected,
    });
    match corpus.paths.as_slice() {
        [only] => error.in_file(only),
        _ => error,
    }
}

/// A part whose training rows share no document with its test rows.
fn purged(
    corpus: &Corpus,
    name: String,
    candidates: impl Iterator<Item = usize>,
    test: Vec<usize>,
) -> Part {
    let key = |row: &usize| corpus.examples[*row].group_key();
    let tested: BTreeSet<&str> = test.iter().map(key).collect();
    let (training, dropped): (Vec<usize>, Vec<usize>) =
        candidates.partition(|row| !tested.contains(key(row)));
    Part {
        name,
        repeat: 1,
        training,
        test,
        n_purged: dropped.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_data::corpus::{KeptColumn, LayoutParams};

    fn corpus(rows: &[(&str, &str)]) -> Corpus {
        let mut csv = "text,group,when,peace\n".to_owned();
        for (idx, (group, when)) in rows.iter().enumerate() {
            let label = ["favor", "none"][idx % 2];
            csv.push_str(&format!("text {idx},{group},{when},{label}\n"));
        }
        let params = LayoutParams {
            group: Some("group".into()),
            keep: vec![KeptColumn {
                name: "when".into(),
                role: None,
            }],
            ..LayoutParams::default()
        };
        Corpus::from_reader(csv.as_bytes(), &params, &["peace"]).unwrap()
    }

    fn time(n_folds: usize) -> Split {
        Split::Time {
            column: "when".into(),
            n_folds,
        }
    }

    #[test]
    fn blocks_are_nearly_equal_and_never_empty() {
        assert_eq!(cuts(&[1, 1, 1, 1, 1, 1], 3), [2, 4, 6]);
        assert_eq!(cuts(&[100, 1, 1], 3), [1, 2, 3]);
        assert_eq!(cuts(&[1, 1, 100], 3), [1, 2, 3]);
    }

    #[test]
    fn windows_train_on_the_past_without_documents_of_the_future() {
        let corpus = corpus(&[
            ("a", "2001"),
            ("a", "2002-05-01"),
            ("b", "2001"),
            ("c", "1 June 2003"),
            ("b", "2003"),
        ]);
        let found = parts(&corpus, &time(2)).unwrap();
        let names: Vec<&str> = found.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["2002-05-01", "2003-01-01 to 2003-06-01"]);
        assert_eq!(
            (&found[0].training[..], &found[0].test[..]),
            (&[2][..], &[1][..])
        );
        assert_eq!(found[0].n_purged, 1);
        assert_eq!(
            (&found[1].training[..], &found[1].test[..]),
            (&[0, 1][..], &[3, 4][..])
        );
        assert_eq!(found[1].n_purged, 1);
    }

    #[test]
    fn dates_that_do_not_serve_are_refused() {
        let message = |rows: &[_], n_folds| {
            let error = parts(&corpus(rows), &time(n_folds)).unwrap_err();
            error.to_string()
        };
        assert_eq!(
            message(&[("a", "2001"), ("b", "soon")], 1),
            "-:3: column `when` is `soon`; expected a date such as `2014`, `2014-03-15`, or \
             `15 March 2014`"
                .replace("-:3", "standard input:3")
        );
        assert_eq!(
            message(&[("a", "2001"), ("b", "2002")], 2),
            "standard input: column `when` has 2 distinct dates; expected 3 or more: one to start \
             from and one for each of 2 folds"
        );
    }

    #[test]
    fn each_value_is_left_out_and_blank_ones_only_train() {
        let corpus = corpus(&[("a", "x"), ("b", "y"), ("c", ""), ("d", "x"), ("b", "x")]);
        let split = Split::LeaveOut {
            column: "when".into(),
        };
        let found = parts(&corpus, &split).unwrap();
        assert_eq!(found[0].test, [0, 3, 4]);
        assert_eq!((&found[0].training[..], found[0].n_purged), (&[2][..], 1));
        assert_eq!((&found[1].test[..], found[1].n_purged), (&[1][..], 1));
        assert_eq!(found[1].training, [0, 2, 3]);
    }
}
