//! How scores grow with the rows: the settings chosen, fitted on a part of the documents.

use super::fold::FoldRows;
use super::head_report::HeadLog;
use super::member::{Member, features_of, sharing_groups};
use super::params::{TrainParams, sides};
use super::prepared_training::PreparedTraining;
use super::selection::SelectedStack;
use crate::error::Result;
use crate::linear::{LinearHead, margins_of};
use detente_metrics::Evaluation;
use ndarray::Array2;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The parts of the documents that are fitted on, beside all: one of so many.
const PARTS: [usize; 2] = [4, 2];
/// The fewest rows of a target for which a curve is drawn: a quarter of fewer says little.
pub const CURVE_ROWS: usize = 200;
/// The fewest documents.
pub const CURVE_DOCUMENTS: usize = 40;

/// Out-of-fold scores with fewer rows to learn from.
#[derive(Clone, Debug, PartialEq)]
pub enum LearningCurve {
    /// It was not asked for.
    NotAsked,
    /// A target has fewer than [`CURVE_ROWS`] rows or [`CURVE_DOCUMENTS`] documents.
    TooSmall,
    /// One curve for each target.
    Drawn(Vec<Curve>),
}

/// The scores of one target by the number of rows learned from.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The target's rows in all folds together.
    pub n_rows: usize,
    /// From a quarter of the documents to all of them.
    pub points: Vec<CurvePoint>,
}

/// The scores at one number of rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// Rows learned from, as the mean over folds.
    pub n_rows: f64,
    /// The mean out-of-fold log-loss.
    pub log_loss: Option<f64>,
    /// The out-of-fold macro-F1.
    pub macro_f1: Option<f64>,
}

impl Curve {
    /// What so many more rows of the same kind would add to macro-F1, guessed from the line of least
    /// squares through the points.
    ///
    /// ```text
    /// F(n) = a + b ln n       gain = b ln((n_rows + more) / n_rows)
    /// ```
    ///
    /// `None` unless macro-F1 rises from each point to the next: three points cannot tell a flat curve
    /// from chance.
    ///
    /// # References
    /// Banko and Brill 2001, Scaling to Very Very Large Corpora for Natural Language Disambiguation
    /// (scores grow about linearly with the logarithm of the rows).
    pub fn gain(&self, more: usize) -> Option<f64> {
        let points: Vec<(f64, f64)> = (self.points.iter())
            .map(|point| Some((point.n_rows.ln(), point.macro_f1?)))
            .collect::<Option<_>>()?;
        let rises = points
            .windows(2)
            .all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1);
        if points.len() < 2 || !rises {
            return None;
        }
        let n = points.len() as f64;
        let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / n;
        let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / n;
        let products = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y));
        let squares = points.iter().map(|(x, _)| (x - mean_x).powi(2));
        let slope = products.sum::<f64>() / squares.sum::<f64>();
        Some(slope * ((self.n_rows + more) as f64 / self.n_rows as f64).ln())
    }
}

impl LearningCurve {
    /// Fits the members of each target's stack, at the strengths chosen, on a quarter and on half of
    /// the training documents of each fold; the full size is known from the search.
    pub(super) fn draw(
        prepared: &PreparedTraining,
        selected: &[SelectedStack],
        documents: &[u32],
        params: &TrainParams,
        logs: &[HeadLog],
    ) -> Result<Self> {
        let is_large = logs.iter().all(|log| {
            let found = &log.out_of_fold;
            found.n_rows >= CURVE_ROWS && found.n_documents >= CURVE_DOCUMENTS
        });
        if !is_large {
            return Ok(Self::TooSmall);
        }
        let ranks = shuffled_ranks(documents, params.folds.seed);
        let n_documents = ranks.len();
        let mut curves: Vec<Curve> = (prepared.tasks.iter())
            .map(|task| Curve {
                n_rows: task.rows.len(),
                points: Vec::new(),
            })
            .collect();
        for part in PARTS {
            let is_kept = |row: usize| part * ranks[documents[row] as usize] < n_documents;
            let folds: Vec<PartMargins> = (0..prepared.folds.n_folds())
                .into_par_iter()
                .map(|fold| part_margins(prepared, fold, selected, &is_kept, params))
                .collect::<Result<_>>()?;
            for (task_idx, curve) in curves.iter_mut().enumerate() {
                let n_rows = folds.iter().map(|fold| fold.n_rows[task_idx]);
                if n_rows.clone().min() == Some(0) {
                    return Ok(Self::TooSmall);
                }
                let n_rows = n_rows.sum::<usize>() as f64 / folds.len() as f64;
                let answered = restacked(prepared, task_idx, &selected[task_idx], &folds, params);
                let task = &prepared.tasks[task_idx];
                let answers = answered.answers(&task.labels, documents)?;
                let measures = Evaluation::of(&answers, sides(&task.labels), None)?;
                curve.points.push(CurvePoint::of(n_rows, &measures));
            }
        }
        let n_folds = prepared.folds.n_folds() as f64;
        for (curve, log) in curves.iter_mut().zip(logs) {
            let n_rows = curve.n_rows as f64 * (n_folds - 1.0) / n_folds;
            curve.points.push(CurvePoint::of(n_rows, &log.out_of_fold));
        }
        Ok(Self::Drawn(curves))
    }
}

impl CurvePoint {
    fn of(n_rows: f64, measures: &Evaluation) -> Self {
        Self {
            n_rows,
            log_loss: measures.log_loss.value,
            macro_f1: measures.macro_f1.value,
        }
    }
}

/// The place of each document in an order drawn from the seed, so that a quarter of the documents is
/// part of the half.
fn shuffled_ranks(documents: &[u32], seed: u64) -> Vec<usize> {
    let n_documents = documents.iter().max().map_or(0, |last| *last as usize + 1);
    let mut order: Vec<(u64, usize)> = (0..n_documents)
        .map(|document| (xxh3_64_with_seed(&document.to_le_bytes(), seed), document))
        .collect();
    order.sort_unstable();
    let mut ranks = vec![0; n_documents];
    for (rank, (_, document)) in order.into_iter().enumerate() {
        ranks[document] = rank;
    }
    ranks
}

/// What one fold's fits on a part of its documents give.
struct PartMargins {
    /// For each target: the places of the rows left out.
    places: Vec<Vec<usize>>,
    /// For each target: the rows learned from.
    n_rows: Vec<usize>,
    /// For each target and each member that has a share: the margins of the rows left out.
    margins: Vec<Vec<Array2<f64>>>,
}

fn part_margins(
    prepared: &PreparedTraining,
    fold: usize,
    selected: &[SelectedStack],
    is_kept: &(dyn Fn(usize) -> bool + Sync),
    params: &TrainParams,
) -> Result<PartMargins> {
    let rows = FoldRows::new(prepared, fold, is_kept, &params.vectorizer.weighting);
    let fitting = rows.fitting(&params.head);
    let n_rows: Vec<usize> = rows.kept.iter().map(|task| task.rows.len()).collect();
    let mut margins = Vec::new();
    for (task_idx, selected) in selected.iter().enumerate() {
        let mut of_members = Vec::new();
        let margins_by = |head: &LinearHead| margins_of(head, &rows.held_out_rows[task_idx]);
        for (member, l2) in selected.sharing() {
            // Without rows there is nothing to fit, and no curve either.
            if n_rows.contains(&0) {
                continue;
            }
            if let (Member::Encoder, Some(encoded)) = (member, &prepared.encoded) {
                let (kept, held_out) = (&rows.kept[task_idx], &rows.held_out[task_idx]);
                encoded.path(kept, held_out, &fitting.params, &[l2], |margins| {
                    of_members.push(margins);
                    false
                })?;
            } else if member == Member::Shared {
                for group in sharing_groups(&prepared.tasks) {
                    if let Some(at) = group.iter().position(|idx| *idx == task_idx) {
                        of_members.push(margins_by(&fitting.shared(&group, l2)?[at]));
                    }
                }
            } else if let Some(range) = features_of(prepared, member) {
                of_members.push(margins_by(&fitting.own(
                    task_idx,
                    (member, range),
                    l2,
                    None,
                )?));
            }
        }
        margins.push(of_members);
    }
    Ok(PartMargins {
        places: rows.done(prepared),
        n_rows,
        margins,
    })
}

/// Puts the folds' margins together and stacks them anew, as the search did with those of all rows.
fn restacked(
    prepared: &PreparedTraining,
    task_idx: usize,
    selected: &SelectedStack,
    folds: &[PartMargins],
    params: &TrainParams,
) -> SelectedStack {
    let places: Vec<&[usize]> = folds.iter().map(|f| &f.places[task_idx][..]).collect();
    let (task, places) = prepared.tasks[task_idx].answered(&places);
    let members: Vec<(Member, f64)> = selected.sharing().collect();
    let empty = Array2::zeros((task.rows.len(), task.labels.len()));
    let mut margins: Vec<Array2<f64>> = vec![empty; members.len()];
    for (fold, places) in folds.iter().zip(&places) {
        for (all, part) in margins.iter_mut().zip(&fold.margins[task_idx]) {
            for (place, row) in places.iter().zip(part.rows()) {
                all.row_mut(*place).assign(&row);
            }
        }
    }
    let places: Vec<&[usize]> = places.iter().map(|places| &places[..]).collect();
    task.stack(members, &margins, &places, params.decision())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(scores: [f64; 3]) -> Curve {
        let points = [100.0, 200.0, 400.0].into_iter().zip(scores);
        Curve {
            n_rows: 500,
            points: points
                .map(|(n_rows, macro_f1)| CurvePoint {
                    n_rows,
                    log_loss: None,
                    macro_f1: Some(macro_f1),
                })
                .collect(),
        }
    }

    #[test]
    fn the_guess_is_that_worked_out_by_hand() {
        // Each doubling brings .05, so going from 500 rows to 1,000 does too.
        let gain = curve([0.50, 0.55, 0.60]).gain(500).unwrap();
        assert!((gain - 0.05).abs() < 1e-12);
        // .04 and .02 by doubling: least squares on three evenly spaced points takes the mean, .03;
        // 200 more rows are log2(1.4) doublings.
        let gain = curve([0.50, 0.54, 0.56]).gain(200).unwrap();
        assert!((gain - 0.03 * 1.4_f64.log2()).abs() < 1e-12);
    }

    #[test]
    fn a_curve_that_does_not_rise_gives_no_guess() {
        assert_eq!(curve([0.50, 0.55, 0.55]).gain(200), None);
        assert_eq!(curve([0.50, 0.49, 0.60]).gain(200), None);
    }

    #[test]
    fn ranks_are_an_order_of_the_documents() {
        let ranks = shuffled_ranks(&[0, 0, 3, 1, 2, 2], 42);
        let mut sorted = ranks.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3]);
        assert_eq!(ranks, shuffled_ranks(&[3, 2, 1, 0], 42));
    }
}
