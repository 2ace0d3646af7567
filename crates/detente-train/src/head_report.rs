//! A target's chosen stack into what its head keeps and what the report says of it.
//!
//! Predictions to rows that the head was not fitted on come in; the calibration and the measures of a [`Head`] and a
//! [`HeadLog`] go out, the same from a training on all rows and from one row by row. No weights are fitted here.

use super::baselines::{Baseline, Baselines, Question};
use super::params::sides;
use super::selection::SelectedStack;
use crate::calibration::fit_conformal;
use crate::error::Result;
use detente_data::corpus::Corpus;
use detente_metrics::{BootstrapParams, Evaluation, Predictions};
use detente_model::calibrate::{LogitAdjustment, Temperature};
use detente_model::label::LabelSet;
use detente_model::{Head, HeadRecipe, HeadRecord, MemberRecord};
use detente_text::Analyzer;
use ndarray::{Array2, ArrayView1};

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

/// What is found out beside the measures that a model keeps.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Detail {
    /// Nothing.
    Measures,
    /// Intervals of the measures that follow from each document's counts, and baselines.
    DocumentIntervals(BootstrapParams),
    /// Intervals of every measure, and baselines.
    AllIntervals(BootstrapParams),
}

/// The rows that heads are measured on, and how closely.
pub(crate) struct HeadReport<'a> {
    pub(crate) corpus: &'a Corpus,
    pub(crate) analyzer: &'a Analyzer,
    /// The document of each row of the corpus.
    pub(crate) documents: &'a [u32],
    pub(crate) detail: Detail,
}

impl HeadReport<'_> {
    /// Gives a head the calibration and the measures of its chosen stack. How many rows each label has stands in
    /// the head's record already, which may count more rows than were answered.
    pub(crate) fn finish(
        &self,
        head: &mut Head,
        target_idx: usize,
        selected: &SelectedStack,
    ) -> Result<HeadLog> {
        let answers = selected.answers(&head.labels, self.documents)?;
        self.finish_with(head, target_idx, selected, answers)
    }

    /// The same with the answers of the chosen stack, which may stand in a table with others.
    pub(crate) fn finish_with(
        &self,
        head: &mut Head,
        target_idx: usize,
        selected: &SelectedStack,
        answers: Predictions,
    ) -> Result<HeadLog> {
        let out_of_fold = self.measure(&answers, &head.labels)?;
        head.temperature = selected.stack.temperature();
        head.decision = selected.decision.clone();
        head.conformal = fit_conformal(&selected.probabilities, &selected.gold);
        head.record = HeadRecord {
            recipe: head.record.recipe.clone(),
            label_counts: std::mem::take(&mut head.record.label_counts),
            members: selected.member_records(),
            confusion: out_of_fold.confusion.cells(),
            accuracy: out_of_fold.accuracy.value,
            macro_f1: out_of_fold.macro_f1.value,
            f_avg: out_of_fold.f_avg.value,
            log_loss: out_of_fold.log_loss.value,
            ece: out_of_fold.ece.value,
        };
        let names = head.labels.labels().iter().cloned();
        let label_counts = names.zip(head.record.label_counts.iter().copied());
        Ok(HeadLog {
            target: head.target.clone(),
            label_counts: label_counts.collect(),
            members: selected.member_records(),
            edges: selected.edges(),
            temperature: head.temperature.value(),
            baselines: match self.detail {
                Detail::Measures => Vec::new(),
                _ => self.baselines(head, target_idx, selected, &answers)?,
            },
            out_of_fold,
        })
    }

    /// How right answers to a target are, as closely as it is asked.
    pub(crate) fn measure(&self, answers: &Predictions, labels: &LabelSet) -> Result<Evaluation> {
        let sides = sides(labels);
        Ok(match &self.detail {
            Detail::Measures => Evaluation::of(answers, sides, None)?,
            Detail::DocumentIntervals(params) => {
                Evaluation::by_document(answers, sides, Some(params))?
            }
            Detail::AllIntervals(params) => Evaluation::of(answers, sides, Some(params))?,
        })
    }

    /// The baselines on the rows of a target.
    fn baselines(
        &self,
        head: &Head,
        target_idx: usize,
        selected: &SelectedStack,
        answers: &Predictions,
    ) -> Result<Vec<Baseline>> {
        let examples = &self.corpus.examples;
        let texts: Vec<&str> = selected
            .rows
            .iter()
            .map(|row| &*examples[*row].text)
            .collect();
        let question = Question {
            target: &self.corpus.targets[target_idx].name,
            labels: &head.labels,
            label_counts: &head.record.label_counts,
            predictions: answers,
            texts: &texts,
        };
        Baselines::new(self.analyzer).answer(&question, None)
    }
}

/// A head that is not calibrated or measured yet: its intercepts are 0, no label has a row.
pub(crate) fn uncalibrated(target: &str, labels: &LabelSet, recipe: HeadRecipe) -> Head {
    let n_labels = labels.len();
    Head {
        target: target.to_owned(),
        labels: labels.clone(),
        intercept: vec![0.0; n_labels],
        temperature: Temperature::ONE,
        decision: LogitAdjustment::most_probable(labels),
        conformal: fit_conformal(&[], &[]),
        record: HeadRecord {
            recipe,
            members: Vec::new(),
            label_counts: vec![0; n_labels],
            confusion: vec![0; n_labels.pow(2)],
            accuracy: None,
            macro_f1: None,
            f_avg: None,
            log_loss: None,
            ece: None,
        },
    }
}

impl SelectedStack {
    /// The out-of-fold answers to the target's rows; `documents` are those of all rows.
    pub(super) fn answers(&self, labels: &LabelSet, documents: &[u32]) -> Result<Predictions> {
        let answers = (self.predicted.clone(), self.probabilities.iter());
        predictions(labels, (&self.rows, &self.gold), answers, documents)
    }
}

/// Answers to some rows with these classes: the class given to each and its probabilities by label. `documents` are
/// those of all rows.
pub(crate) fn predictions(
    labels: &LabelSet,
    (rows, gold): (&[usize], &[usize]),
    (predicted, probabilities): (Vec<usize>, impl Iterator<Item = impl AsRef<[f64]>>),
    documents: &[u32],
) -> Result<Predictions> {
    let documents: Vec<u32> = rows.iter().map(|row| documents[*row]).collect();
    Ok(Predictions::new(
        labels.labels().to_vec(),
        gold.to_vec(),
        predicted,
        Some(matrix((rows.len(), labels.len()), probabilities)),
        &documents,
    )?)
}

/// A matrix of this shape of its rows.
pub(crate) fn matrix(
    shape: (usize, usize),
    rows: impl Iterator<Item = impl AsRef<[f64]>>,
) -> Array2<f64> {
    let mut matrix = Array2::zeros(shape);
    for (mut row, values) in matrix.rows_mut().into_iter().zip(rows) {
        row.assign(&ArrayView1::from(values.as_ref()));
    }
    matrix
}
