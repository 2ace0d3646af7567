//! Labelled examples into what a user should know before training on them.
//!
//! A [`Corpus`] comes in, and perhaps a second one that must share nothing with it; an [`Audit`] goes
//! out: counts, duplicates, leaks, predictors that give a label away, probable label errors, the
//! agreement of two coders, lengths. Each [`Check`] has a verdict. A *finding* makes measured scores
//! wrong or training fail; a *note* is for a reader to judge. Nothing is repaired here: which of two
//! duplicates is right is not for a program to say.
//!
//! The audit is the same for any order of the rows and any number of threads.

mod agreement;
mod checks;
mod counts;
mod duplicates;
mod label_errors;
mod predictors;
mod record;
mod similar;
mod texts;
mod verdicts;

pub use agreement::{ALPHA_RELIABLE, ALPHA_TENTATIVE, CoderAgreement, Disagreement};
pub use checks::{Check, CheckKind, Verdict};
pub use counts::{Groups, LabelCounts, Slice, Splits};
pub use duplicates::{Cluster, Duplicates, Leak, LeakedRow};
pub use label_errors::{LabelError, LabelNoise};
pub use predictors::{Predictor, PredictorKind, SIGNIFICANCE};
pub use record::{Audit, AuditParams};
pub use texts::{Texts, USUAL_WORDS};

use crate::error::{Error, ErrorKind, Result};
use detente_data::article::Example;
use detente_data::corpus::{Corpus, FoldsParams};
use detente_error::counted;
use detente_train::{TrainParams, out_of_fold};
use label_errors::label_noise;
use rustc_hash::FxHashSet;

/// Audits a corpus. The corpus is sorted first, so that row order does not matter; `progress` is
/// called with (steps done, steps in all) from any thread.
///
/// # Errors
/// A parameter out of range; a second label column of a column that holds no labels.
pub fn audit(
    corpus: &mut Corpus,
    other: Option<&Corpus>,
    params: &AuditParams,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Audit> {
    params.check()?;
    check_second(corpus, &params.second)?;
    corpus.sort();
    let corpus = &*corpus;
    let n_folds = params.model.as_ref().map_or(0, |model| model.folds.n_folds);
    let n_steps = 3 + n_folds;
    let split = params.split.as_deref();
    let targets = counts::label_counts(corpus, corpus.examples.iter());
    let texts = Texts::of(corpus, params.analyzer());
    let split_idx = split.and_then(|column| corpus.kept_idx(column));
    let (duplicates, predictors) = rayon::join(
        || Duplicates::find(corpus, split_idx, params.resemblance),
        || {
            let limits = predictors::Limits {
                min_rows: params.min_rows,
                max_share: params.max_share,
            };
            predictors::predictors(corpus, &targets, &params.party_columns, limits)
        },
    );
    progress(2, n_steps);
    let leak = other.map(|other| Leak::find(corpus, other, params.resemblance));
    progress(3, n_steps);
    let (label_noise, unmodelled) = match &params.model {
        Some(model) => noise(corpus, model, &|done| progress(3 + done, n_steps))?,
        None => (Vec::new(), Vec::new()),
    };
    let mut audit = Audit {
        checks: Vec::new(),
        groups: counts::groups(corpus),
        splits: split.map(|column| counts::splits(corpus, column)),
        agreement: agreement::agreement(corpus, &params.second, &params.renames),
        slices: (params.by.iter())
            .flat_map(|column| counts::slices(corpus, column))
            .collect(),
        targets,
        duplicates,
        leak,
        predictors,
        label_noise,
        unmodelled,
        texts,
    };
    audit.checks = verdicts::checks(&audit, corpus, params);
    Ok(audit)
}

fn check_second(corpus: &Corpus, second: &[(String, String)]) -> Result<()> {
    let columns: Vec<String> = corpus.targets.iter().map(|t| t.column.clone()).collect();
    match second.iter().find(|(first, _)| !columns.contains(first)) {
        Some((first, _)) => Err(Error::new(ErrorKind::UnknownName {
            what: "the label column of `--second`",
            value: first.clone(),
            allowed: columns,
        })),
        None => Ok(()),
    }
}

/// Label noise of the targets that can be cross-validated, and why the others cannot.
#[allow(clippy::type_complexity)]
fn noise(
    corpus: &Corpus,
    model: &TrainParams,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<(Vec<LabelNoise>, Vec<(String, String)>)> {
    let (mut fit, mut unfit) = (Vec::new(), Vec::new());
    for (target_idx, target) in corpus.targets.iter().enumerate() {
        let labelled = (corpus.examples.iter()).filter(|e| e.labels[target_idx].is_some());
        let n_groups = labelled
            .map(Example::group_key)
            .collect::<FxHashSet<_>>()
            .len();
        let FoldsParams { n_folds, .. } = model.folds;
        match (target.labels.len(), n_groups) {
            (0 | 1, _) => unfit.push((target.name.clone(), "it has a single label".to_owned())),
            (_, n) if n < n_folds => {
                let why = format!("it has {} for {n_folds} folds", counted(n, "group"));
                unfit.push((target.name.clone(), why));
            }
            _ => fit.push(target_idx),
        }
    }
    if fit.is_empty() {
        return Ok((Vec::new(), unfit));
    }
    let narrowed;
    let corpus = match unfit.is_empty() {
        true => corpus,
        false => {
            narrowed = narrow(corpus, &fit);
            &narrowed
        }
    };
    let left_out = out_of_fold(corpus, model, &|done, _| progress(done))?;
    let found = corpus.targets.iter().zip(&left_out);
    let found = found
        .map(|(target, left_out)| {
            label_noise(
                target.name.clone(),
                target.labels.labels().to_vec(),
                left_out,
            )
        })
        .collect();
    Ok((found, unfit))
}

/// The corpus with some of its targets only. Rows keep their places.
fn narrow(corpus: &Corpus, target_idx: &[usize]) -> Corpus {
    let mut narrowed = corpus.clone();
    narrowed.targets = target_idx
        .iter()
        .map(|idx| corpus.targets[*idx].clone())
        .collect();
    for example in &mut narrowed.examples {
        example.labels = target_idx
            .iter()
            .map(|idx| example.labels[*idx].take())
            .collect();
    }
    narrowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_data::corpus::{KeptColumn, Layout, LayoutParams};

    /// A corpus with the target `peace`, and `doc` and `split` where there are such columns.
    pub(super) fn corpus(csv: &str) -> Corpus {
        corpus_keeping(csv, &["split"])
    }

    pub(super) fn corpus_keeping(csv: &str, columns: &[&str]) -> Corpus {
        let has_groups = csv
            .lines()
            .next()
            .is_some_and(|header| header.contains("doc"));
        let keep = columns.iter().map(|name| KeptColumn {
            name: (*name).to_owned(),
            role: None,
        });
        let params = LayoutParams {
            layout: Layout::Wide {
                targets: vec!["peace".into()],
            },
            group: has_groups.then(|| "doc".into()),
            keep: keep.collect(),
            ..LayoutParams::default()
        };
        Corpus::from_reader(csv.as_bytes(), &params, &[]).unwrap()
    }

    fn rows(n_rows: usize) -> String {
        let mut csv = "id,text,peace,doc,split\n".to_owned();
        for row in 0..n_rows {
            let (word, label) = [("welcome", "favor"), ("reject", "against")][row % 2];
            csv += &format!(
                "r{row:03},We {word} point {row} of plan {row}x,{label},d{},train\n",
                row / 4
            );
        }
        csv
    }

    #[test]
    fn a_clean_corpus_has_no_finding() {
        let mut corpus = corpus(&rows(60));
        let found = audit(&mut corpus, None, &AuditParams::default(), &|_, _| ()).unwrap();
        assert_eq!(found.n_findings(), 0, "{:?}", found.checks);
        assert!(found.label_noise[0].errors.is_empty());
    }

    #[test]
    fn row_order_does_not_reach_the_audit() {
        let csv = rows(40)
            + "x1,We welcome point 3 of plan 3x,favor,e1,test\nx2,We meet,against,e2,test\n";
        let mut lines: Vec<&str> = csv.lines().collect();
        lines[1..].reverse();
        let params = AuditParams {
            split: Some("split".into()),
            ..AuditParams::default()
        };
        let run = |csv: &str| audit(&mut corpus(csv), None, &params, &|_, _| ()).unwrap();
        assert_eq!(run(&csv), run(&lines.join("\n")));
    }

    #[test]
    fn a_target_that_cannot_be_fitted_is_named_and_the_others_are_not_lost() {
        let mut corpus = corpus("text,peace\na,favor\nb,favor\n");
        let found = audit(&mut corpus, None, &AuditParams::default(), &|_, _| ()).unwrap();
        assert_eq!(
            found.unmodelled,
            [("peace".into(), "it has a single label".into())]
        );
        let finding = found.checks.iter().find(|c| c.verdict == Verdict::Finding);
        assert_eq!(finding.map(|c| c.kind), Some(CheckKind::Labels));
    }

    #[test]
    fn parameters_out_of_range_are_refused() {
        let params = AuditParams {
            resemblance: 1.5,
            ..AuditParams::default()
        };
        assert_eq!(
            params.check().unwrap_err().to_string(),
            "the resemblance is 1.5; expected a number from 0.3 to 1"
        );
    }
}
