//! What training found out, for its report.

use super::curve::LearningCurve;
use super::selection::SelectedStack;
use super::warning::Warning;
use crate::baselines::{Baseline, Baselines, Question};
use crate::error::Result;
use detente_data::corpus::Corpus;
use detente_metrics::{BootstrapParams, Evaluation, Predictions};
use detente_model::MemberRecord;
use detente_model::label::LabelSet;
use detente_text::Analyzer;
use ndarray::{Array2, ArrayView1};

/// What a training finds out beside what the model needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AppraisalParams {
    /// How the intervals of the out-of-fold scores are made; default 500 resamples of documents, a
    /// quarter of what an evaluation takes, since these scores are slightly hopeful in any case.
    pub bootstrap: BootstrapParams,
    /// Whether learning curves are drawn, which takes an eighth of the time of a search; default yes.
    /// A learner of linfa may refuse a quarter of the rows, where a label can be missing.
    pub curve: bool,
}

impl AppraisalParams {
    /// 500 resamples, with learning curves.
    pub const DEFAULT: Self = Self {
        bootstrap: BootstrapParams {
            resamples: 500,
            ..BootstrapParams::DEFAULT
        },
        curve: true,
    };
}

/// What training found out, for the report.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainLog {
    /// Rows learned from.
    pub n_rows: usize,
    /// Documents they come from; distinct texts where no group column was given.
    pub n_groups: usize,
    /// Rows without a label on any target.
    pub n_unlabelled: usize,
    /// Rows whose text is blank.
    pub n_blank: usize,
    /// Number of features.
    pub n_features: usize,
    /// Number of folds.
    pub n_folds: usize,
    /// Folds whose rows were answered; all but where a strength was given and fewer have
    /// [`ENOUGH_ROWS`](super::ENOUGH_ROWS) rows.
    pub n_answered_folds: usize,
    /// One for each target.
    pub heads: Vec<HeadLog>,
    /// How scores grow with the rows.
    pub curve: LearningCurve,
    /// What to think about before the model is used; empty without an appraisal.
    pub warnings: Vec<Warning>,
}

/// What training found out on one target.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadLog {
    /// The target.
    pub target: String,
    /// Rows of each label.
    pub label_counts: Vec<(String, usize)>,
    /// What its head was fitted on, with the strengths chosen.
    pub members: Vec<MemberRecord>,
    /// Members whose out-of-fold loss was least at the strongest or the weakest penalty tried, by what
    /// they were fitted on, with that penalty.
    pub edges: Vec<(String, f64)>,
    /// The temperature fitted.
    pub temperature: f64,
    /// How right the out-of-fold answers are. Slightly hopeful: strength and temperature were chosen
    /// on the same rows. With intervals if an appraisal was asked for.
    pub out_of_fold: Evaluation,
    /// How right baselines are on the same rows; empty without an appraisal.
    pub baselines: Vec<Baseline>,
}

impl HeadLog {
    /// The label with the lowest out-of-fold F1, and the one that its rows are most often taken for
    /// with how many of them; `None` where no label was missed.
    pub fn hardest(&self) -> Option<(usize, usize, u64)> {
        let labels = self.out_of_fold.labels.iter().enumerate();
        let scored = labels.filter_map(|(label, report)| Some((label, report.f1.value?)));
        let (hardest, _) = scored.min_by(|a, b| a.1.total_cmp(&b.1))?;
        let confusion = &self.out_of_fold.confusion;
        let others = (0..confusion.n_labels()).filter(|label| *label != hardest);
        let (count, other) = others
            .map(|label| (confusion.count(hardest, label), label))
            .max_by_key(|(count, label)| (*count, std::cmp::Reverse(*label)))?;
        (count > 0).then_some((hardest, other, count))
    }
}

impl SelectedStack {
    /// The out-of-fold answers to the target's rows; `documents` are those of all rows.
    pub(super) fn answers(&self, labels: &LabelSet, documents: &[u32]) -> Result<Predictions> {
        let mut probabilities = Array2::zeros((self.rows.len(), labels.len()));
        for (mut row, p) in probabilities
            .rows_mut()
            .into_iter()
            .zip(&self.probabilities)
        {
            row.assign(&ArrayView1::from(p));
        }
        let documents: Vec<u32> = self.rows.iter().map(|row| documents[*row]).collect();
        Ok(Predictions::new(
            labels.labels().to_vec(),
            self.gold.clone(),
            self.predicted.clone(),
            Some(probabilities),
            &documents,
        )?)
    }
}

/// The baselines on the rows of a target.
pub(super) fn baselines(
    corpus: &Corpus,
    analyzer: &Analyzer,
    target_idx: usize,
    rows: &[usize],
    labels: &LabelSet,
    answers: &Predictions,
    label_counts: &[usize],
) -> Result<Vec<Baseline>> {
    let texts = rows.iter().map(|row| &*corpus.examples[*row].text);
    let question = Question {
        target: &corpus.targets[target_idx].name,
        labels,
        label_counts,
        predictions: answers,
        texts: &texts.collect::<Vec<_>>(),
    };
    Baselines::new(analyzer).answer(&question, None)
}
