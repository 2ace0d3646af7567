//! How far a second coder's labels agree with the first's.

use detente_data::corpus::Corpus;
use detente_metrics::agreement::{cohen_kappa, krippendorff_alpha, percent_agreement};
use detente_model::label::{LabelRenames, LabelSet};
use serde::Serialize;
use std::collections::BTreeMap;

/// The least alpha on which even tentative conclusions may rest (Krippendorff 2004, page 241).
pub const ALPHA_TENTATIVE: f64 = 0.667;
/// The least alpha of reliable data (Krippendorff 2004, page 241).
pub const ALPHA_RELIABLE: f64 = 0.8;

/// Rows that two coders label differently in the same way.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Disagreement {
    /// The first coder's label.
    pub first: String,
    /// The second coder's label.
    pub second: String,
    /// The rows, as places among the corpus's examples.
    pub rows: Vec<usize>,
}

/// How far two coders agree on one target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CoderAgreement {
    /// The target.
    pub target: String,
    /// The column of the second coder's labels.
    pub column: String,
    /// Rows that both coded.
    pub n_rows: usize,
    /// The share of rows with the same label; `None` where no row was coded twice.
    pub percent: Option<f64>,
    /// Cohen's kappa; `None` where it is undefined.
    pub kappa: Option<f64>,
    /// Krippendorff's alpha for nominal labels; `None` where it is undefined.
    pub alpha: Option<f64>,
    /// The ways in which they disagree, the commonest first.
    pub disagreements: Vec<Disagreement>,
}

/// Compares the labels of each target with those of a second column, given as (label column, second
/// column). Second labels are renamed as the first were.
pub(super) fn agreement(
    corpus: &Corpus,
    second: &[(String, String)],
    renames: &LabelRenames,
) -> Vec<CoderAgreement> {
    let mut all = Vec::new();
    for (target_idx, target) in corpus.targets.iter().enumerate() {
        for (_, column) in second.iter().filter(|(first, _)| *first == target.column) {
            let Some(kept_idx) = corpus.kept_idx(column) else {
                continue;
            };
            let pairs: Vec<(Option<&str>, Option<String>)> = corpus
                .examples
                .iter()
                .map(|example| {
                    let label = renames.apply(&example.kept[kept_idx]);
                    let first = example.labels[target_idx].as_deref();
                    (first, Some(label).filter(|label| !label.is_empty()))
                })
                .collect();
            all.push(compare(&target.name, column, &pairs));
        }
    }
    all
}

fn compare(target: &str, column: &str, pairs: &[(Option<&str>, Option<String>)]) -> CoderAgreement {
    let given = pairs
        .iter()
        .flat_map(|(first, second)| [*first, second.as_deref()]);
    let labels = LabelSet::new(given.flatten());
    let first: Vec<_> = pairs
        .iter()
        .map(|(first, _)| labels.position((*first)?))
        .collect();
    let second: Vec<_> = pairs
        .iter()
        .map(|(_, second)| labels.position(second.as_deref()?))
        .collect();
    let mut rows_of: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    let mut n_rows = 0;
    for (row, pair) in pairs.iter().enumerate() {
        if let (Some(first), Some(second)) = pair {
            n_rows += 1;
            if first != second {
                rows_of.entry((first, second)).or_default().push(row);
            }
        }
    }
    let disagreements = rows_of
        .into_iter()
        .map(|((first, second), rows)| Disagreement {
            first: first.to_owned(),
            second: second.to_owned(),
            rows,
        });
    let mut disagreements: Vec<Disagreement> = disagreements.collect();
    disagreements.sort_by_key(|disagreement| std::cmp::Reverse(disagreement.rows.len()));
    CoderAgreement {
        target: target.to_owned(),
        column: column.to_owned(),
        n_rows,
        percent: percent_agreement(&first, &second),
        kappa: cohen_kappa(&first, &second),
        alpha: krippendorff_alpha(&[first, second]),
        disagreements,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::corpus_keeping;

    #[test]
    fn agreement_is_that_worked_out_by_hand() {
        let csv = "text,peace,peace2\na,favor,FAVOR\nb,favor,favor\nc,against,favor\nd,none,against\n\
                   e,none,\nf,against,against\n";
        let corpus = corpus_keeping(csv, &["peace2"]);
        let second = [("peace".to_owned(), "peace2".to_owned())];
        let found = &agreement(&corpus, &second, &LabelRenames::default())[0];
        assert_eq!((found.n_rows, found.percent), (5, Some(0.6)));
        // p_e = .4 * .6 + .4 * .4 + .2 * 0 = .4, so kappa = .2 / .6.
        assert!((found.kappa.unwrap() - 1.0 / 3.0).abs() < 1e-12);
        // m = 10 with 5 favor, 4 against, 1 none: alpha = 1 - 9 * 4 / (100 - 42).
        assert!((found.alpha.unwrap() - (1.0 - 36.0 / 58.0)).abs() < 1e-12);
        let rows: Vec<_> = found.disagreements.iter().map(|d| d.rows.clone()).collect();
        assert_eq!(rows, [[2], [3]]);
    }
}
