//! The cross-validation inside training: strengths, stacks and decisions from rows left out.

use super::fold::{FoldRows, others};
use super::member::{Member, Path, features_of, sharing_groups};
use super::params::{DecisionMetric, TrainParams};
use super::prepared_training::{PreparedTraining, Task};
use crate::calibration::fit_temperature;
use crate::calibration::{Stack, log_loss, row_loss};
use crate::calibration::{TiltChoice, fit_logit_adjustment};
use crate::counts::Csr;
use crate::error::Result;
use crate::linear::{Learner, LinearHead};
use crate::standard_error::mean_and_error;
use detente_data::corpus::Corpus;
use detente_model::MemberRecord;
use detente_model::calibrate::LogitAdjustment;
use ndarray::{Array2, ArrayView1};
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rows left out that are enough to calibrate a head of given strength: the standard error of a share is
/// below .004 with them.
pub const ENOUGH_ROWS: usize = 20_000;

/// The strength, before the learner's scale, at which it is tried whether targets learn from each other.
const TRIAL_STRENGTH: f64 = 1.0;

/// Strengths of the head that targets share, from the strongest on: a weaker penalty costs most, and is chosen least.
const MOST_SHARED_STRENGTHS: usize = 3;

/// How many folds of so many rows hold [`ENOUGH_ROWS`].
fn enough_of(n_folds: usize, n_rows: usize) -> usize {
    let enough = (ENOUGH_ROWS * n_folds).div_ceil(n_rows.max(1));
    enough.clamp(2, n_folds.max(2))
}

/// What one strength gives out of fold.
struct Tried {
    margins: Array2<f64>,
    /// The mean log-loss over all rows, and over those of each fold.
    loss: f64,
    fold_losses: Vec<f64>,
}

/// The strongest penalty whose loss is within one standard error of the least: the error of the
/// mean over the folds of the difference between the two. Among models that the folds cannot tell
/// apart the smoother one carries further from home.
///
/// # References
/// Breiman, Friedman, Olshen and Stone 1984, Classification and Regression Trees, section 3.4.3.
fn strongest_within_one_error(tried: &[Tried]) -> usize {
    let best = least(tried);
    let within = |candidate: &Tried| {
        let differences = candidate.fold_losses.iter().zip(&tried[best].fold_losses);
        let differences: Vec<f64> = differences.map(|(a, b)| a - b).collect();
        let (mean, error) = mean_and_error(&differences);
        mean <= error
    };
    (0..best).find(|at| within(&tried[*at])).unwrap_or(best)
}

/// The place of the least loss, the first of equal ones.
fn least(tried: &[Tried]) -> usize {
    let mut best = 0;
    for (at, candidate) in tried.iter().enumerate() {
        if candidate.loss < tried[best].loss {
            best = at;
        }
    }
    best
}

/// The place of the least loss if it is the first or the last of several strengths.
fn edge(tried: &[Tried], n_strengths: usize) -> Option<usize> {
    let least = least(tried);
    (n_strengths > 1 && (least == 0 || least + 1 == n_strengths)).then_some(least)
}

impl Task {
    /// The rows that some folds leave out, and the places of those of each fold among them.
    pub(super) fn answered(&self, folds: &[&[usize]]) -> (Self, Vec<Vec<usize>>) {
        let mut is_answered = vec![false; self.rows.len()];
        folds
            .iter()
            .copied()
            .flatten()
            .for_each(|place| is_answered[*place] = true);
        let answered: Vec<usize> = (0..self.rows.len()).filter(|at| is_answered[*at]).collect();
        let place = |place: &usize| answered.partition_point(|other| other < place);
        let places = folds.iter().map(|fold| fold.iter().map(place).collect());
        (self.part(&answered), places.collect())
    }

    /// The weighted log-loss of each row by the stack of the members' margins that is fitted on the other half of the
    /// rows, every second one.
    fn losses_by_halves(&self, margins: &[Array2<f64>]) -> Vec<f64> {
        let half = |odd: usize| (odd..self.rows.len()).step_by(2).collect::<Vec<usize>>();
        let stacks =
            [1, 0].map(|other| Stack::fit(margins, &self.gold, &self.weights, &half(other)));
        let rows = (0..self.rows.len()).map(|at| {
            let stack = &stacks[at % 2];
            let margins = stack.margins(margins.iter().map(|of_member| of_member.row(at)));
            let temperature = stack.temperature().value();
            f64::from(self.weights[at])
                * row_loss(ArrayView1::from(&margins), self.gold[at], temperature)
        });
        rows.collect()
    }

    /// Puts the folds' margins of one member at one strength together and calibrates them.
    fn try_strength(&self, paths: &[(&[usize], &Path)], at: usize) -> Tried {
        let mut margins = Array2::zeros((self.rows.len(), self.labels.len()));
        for (places, path) in paths {
            for (place, row) in places.iter().zip(path.margins[at].rows()) {
                margins.row_mut(*place).assign(&row);
            }
        }
        let temperature = fit_temperature(&margins, &self.gold, &self.weights);
        let fold_losses = paths.iter().map(|(places, path)| {
            let part = self.part(places);
            log_loss(temperature, &path.margins[at], &part.gold, &part.weights)
        });
        Tried {
            loss: log_loss(temperature, &margins, &self.gold, &self.weights),
            fold_losses: fold_losses.collect(),
            margins,
        }
    }
}

impl PreparedTraining {
    /// What the heads of every target are fitted on: the views of the features apart, or all features together
    /// where no stack is wanted. Targets that have the same labels on other rows also learn from
    /// each other.
    fn members(&self, params: &TrainParams) -> Vec<Member> {
        let views = self
            .counts
            .views()
            .into_iter()
            .filter(|(_, ids)| !ids.is_empty());
        let mut members: Vec<Member> = views.map(|(view, _)| Member::View(view)).collect();
        if !sharing_groups(&self.tasks).is_empty() {
            members.push(Member::Shared);
        }
        let is_sparse = params.head.learner != Learner::LinfaLogistic;
        let mut members = match params.stack && is_sparse && members.len() > 1 {
            true => members,
            false => vec![Member::All],
        };
        members.extend(self.encoded.as_ref().map(|_| Member::Encoder));
        members
    }

    /// The [members](Self::members) but for [`Member::Shared`] where a trial says that it does not help. It costs many
    /// times what the others do, so the trial is small: one strength, on rows of one fold.
    pub(super) fn useful_members(&self, params: &TrainParams) -> Result<Vec<Member>> {
        let mut members = self.members(params);
        if members.contains(&Member::Shared) && !self.sharing_helps(&members, params)? {
            members.retain(|member| *member != Member::Shared);
        }
        Ok(members)
    }

    /// Whether the log-loss of stacks with [`Member::Shared`] is below that of stacks without it by more than two
    /// standard errors over rows. Each half of the first fold is answered by stacks fitted on the other.
    fn sharing_helps(&self, members: &[Member], params: &TrainParams) -> Result<bool> {
        let strength = TRIAL_STRENGTH * params.head.learner.scale();
        let mut tried = members.to_vec();
        // Slow to fit, and no help to tell whether the others need a shared one.
        tried.retain(|member| *member != Member::Encoder);
        let left_out = fold_margins(self, 0, &tried, &[strength], params)?;
        let mut gains = Vec::new();
        for group in sharing_groups(&self.tasks) {
            for task_idx in group {
                let task = self.tasks[task_idx].part(&left_out.places[task_idx]);
                let margins = |kept: &dyn Fn(Member) -> bool| -> Vec<Array2<f64>> {
                    let paths = left_out.paths[task_idx].iter();
                    let kept = paths.filter(|(member, _)| kept(*member));
                    kept.map(|(_, path)| path.margins[0].clone()).collect()
                };
                let with = task.losses_by_halves(&margins(&|_| true));
                let without = task.losses_by_halves(&margins(&|member| member != Member::Shared));
                gains.extend(
                    without
                        .iter()
                        .zip(&with)
                        .map(|(without, with)| without - with),
                );
            }
        }
        let (gain, error) = mean_and_error(&gains);
        let helps = gain > 2.0 * error;
        tracing::info!(gain, helps, "tried the head that targets share");
        Ok(helps)
    }

    /// As many folds as hold [`ENOUGH_ROWS`] rows of every target, but two at the least: what is fitted
    /// on some answers is tried on others.
    pub(super) fn enough_folds(&self) -> usize {
        let n_rows = self.tasks.iter().map(|task| {
            let rows = task.rows.iter();
            rows.filter(|row| self.calibrates[**row]).count()
        });
        let n_rows = n_rows.min();
        enough_of(self.folds.n_folds(), n_rows.unwrap_or(0))
    }

    /// The margins that the rows of each of the first `n_answered` folds get from the others;
    /// `fold_done` is called with how many folds are done.
    pub(super) fn cross_validate(
        &self,
        n_answered: usize,
        members: &[Member],
        strengths: &[f64],
        params: &TrainParams,
        fold_done: &(dyn Fn(usize) + Sync),
    ) -> Result<Vec<FoldMargins>> {
        let n_done = AtomicUsize::new(0);
        (0..n_answered)
            .into_par_iter()
            .map(|fold| {
                let margins = fold_margins(self, fold, members, strengths, params);
                fold_done(1 + n_done.fetch_add(1, Ordering::Relaxed));
                margins
            })
            .collect()
    }

    /// Takes for each member the strongest penalty within one standard error of the least calibrated
    /// out-of-fold log-loss, of those that every fold reached (a fold stops where its own loss has
    /// risen over two strengths in a row), then stacks the members.
    pub(super) fn select(
        &self,
        task_idx: usize,
        left_out: &[FoldMargins],
        strengths: &[f64],
        decision: (DecisionMetric, TiltChoice),
    ) -> SelectedStack {
        let places: Vec<&[usize]> = left_out.iter().map(|f| &f.places[task_idx][..]).collect();
        let (task, places) = self.tasks[task_idx].answered(&places);
        let mut members = Vec::new();
        let mut margins: Vec<Array2<f64>> = Vec::new();
        let mut edges = Vec::new();
        for (at, (member, _)) in left_out[0].paths[task_idx].iter().enumerate() {
            let paths: Vec<(&[usize], &Path)> = left_out
                .iter()
                .zip(&places)
                .map(|(fold, places)| (&places[..], &fold.paths[task_idx][at].1))
                .collect();
            let n_reached = paths.iter().map(|(_, path)| path.margins.len()).min();
            let mut tried: Vec<Tried> = (0..n_reached.unwrap_or(0))
                .map(|at| task.try_strength(&paths, at))
                .collect();
            let edge = edge(&tried, strengths.len());
            edges.extend(edge.map(|at| (*member, strengths[at])));
            let best = strongest_within_one_error(&tried);
            margins.push(tried.swap_remove(best).margins);
            members.push((*member, strengths[best]));
        }
        let folds: Vec<&[usize]> = places.iter().map(|places| &places[..]).collect();
        SelectedStack {
            edges,
            ..task.stack(members, &margins, &folds, decision)
        }
    }
}

/// A way to fit a stack: from margins by member, classes, weights and the places of the rows that count.
type FitStack<'a> = dyn Fn(&[Array2<f64>], &[usize], &[f32], &[usize]) -> Stack + 'a;
/// A way to decide labels: from rows of probabilities and their classes.
type Decide<'a> = dyn Fn(&[&[f64]], &[usize]) -> LogitAdjustment + 'a;

/// How a stack is fitted, and labels are decided.
pub(super) struct StackRecipe<'a> {
    pub(super) fit: &'a FitStack<'a>,
    pub(super) decide: &'a Decide<'a>,
}

impl Task {
    /// Stacks the members' out-of-fold margins; `folds` are the places of the rows that each fold
    /// leaves out.
    ///
    /// Each fold's margins are stacked and decided by what is best on all other folds; the stack
    /// that is kept is fitted on all folds, and the decision is the mean of theirs.
    pub(super) fn stack(
        &self,
        members: Vec<(Member, f64)>,
        margins: &[Array2<f64>],
        folds: &[&[usize]],
        decision: (DecisionMetric, TiltChoice),
    ) -> SelectedStack {
        let recipe = StackRecipe {
            fit: &Stack::fit,
            decide: &|rows, gold| self.decide(rows, gold, &self.count(gold), decision),
        };
        self.stack_by(&recipe, members, margins, folds)
    }

    /// The decision that serves a measure best on these rows, by the shares of these label counts.
    pub(super) fn decide(
        &self,
        probabilities: &[&[f64]],
        gold: &[usize],
        label_counts: &[usize],
        decision: (DecisionMetric, TiltChoice),
    ) -> LogitAdjustment {
        let (metric, tilt) = decision;
        match metric.metric(&self.labels) {
            Some(metric) => {
                let labels = (&self.labels, label_counts);
                fit_logit_adjustment(probabilities, gold, (metric, tilt), labels)
            }
            None => LogitAdjustment::most_probable(&self.labels),
        }
    }

    /// How many of these rows each label has.
    pub(super) fn count(&self, gold: &[usize]) -> Vec<usize> {
        let mut counts = vec![0; self.labels.len()];
        gold.iter().for_each(|label| counts[*label] += 1);
        counts
    }

    /// As [`stack`](Self::stack), by this recipe.
    pub(super) fn stack_by(
        &self,
        recipe: &StackRecipe,
        members: Vec<(Member, f64)>,
        margins: &[Array2<f64>],
        folds: &[&[usize]],
    ) -> SelectedStack {
        let all: Vec<usize> = (0..self.rows.len()).collect();
        let stack = (recipe.fit)(margins, &self.gold, &self.weights, &all);
        let mut probabilities = vec![Vec::new(); self.rows.len()];
        for held_out in folds {
            let others = others(held_out, self.rows.len());
            let stack = (recipe.fit)(margins, &self.gold, &self.weights, &others);
            for place in *held_out {
                let margins = stack.margins(margins.iter().map(|of_member| of_member.row(*place)));
                probabilities[*place] = stack.temperature().apply(&margins);
            }
        }

        let mut predicted = vec![0; self.rows.len()];
        let mut decisions = Vec::new();
        for held_out in folds {
            let others = others(held_out, self.rows.len());
            let rows: Vec<&[f64]> = others.iter().map(|at| &probabilities[*at][..]).collect();
            let gold: Vec<usize> = others.iter().map(|at| self.gold[*at]).collect();
            let decision = (recipe.decide)(&rows, &gold);
            for place in *held_out {
                predicted[*place] = decision.apply(&probabilities[*place]);
            }
            decisions.push(decision);
        }
        SelectedStack {
            rows: self.rows.clone(),
            gold: self.gold.clone(),
            members,
            edges: Vec::new(),
            stack,
            decision: LogitAdjustment::mean_of(&decisions),
            probabilities,
            predicted,
        }
    }
}

/// The recipe of a head, with the out-of-fold answers it gives.
pub(super) struct SelectedStack {
    /// The rows answered, and their classes.
    pub(super) rows: Vec<usize>,
    pub(super) gold: Vec<usize>,
    /// The members of its stack with their strengths.
    pub(super) members: Vec<(Member, f64)>,
    /// The members whose loss was least at the strongest or the weakest penalty tried, with it.
    edges: Vec<(Member, f64)>,
    pub(super) stack: Stack,
    pub(super) decision: LogitAdjustment,
    pub(super) probabilities: Vec<Vec<f64>>,
    pub(super) predicted: Vec<usize>,
}

impl SelectedStack {
    /// The members that have a share in the stack, with their strengths.
    pub(super) fn sharing(&self) -> impl Iterator<Item = (Member, f64)> {
        let members = self.members.iter().zip(self.stack.shares());
        members.filter(|(_, share)| **share > 0.0).map(|(m, _)| *m)
    }

    /// What the members at the edge of the search were fitted on, with the penalty there; only those
    /// that have a share.
    pub(super) fn edges(&self) -> Vec<(String, f64)> {
        let has_share = |member: &Member| self.sharing().any(|(known, _)| known == *member);
        let edges = self.edges.iter().filter(|(member, _)| has_share(member));
        edges.map(|(m, l2)| (m.name().to_owned(), *l2)).collect()
    }

    pub(super) fn member_records(&self) -> Vec<MemberRecord> {
        let members = self.members.iter().zip(self.stack.shares());
        members
            .map(|((member, l2), share)| MemberRecord {
                features: member.name().to_owned(),
                l2: *l2,
                share: *share,
            })
            .collect()
    }
}

/// Margins of the rows that one fold leaves out.
pub(super) struct FoldMargins {
    /// For each target: the places of the rows in the target's task.
    places: Vec<Vec<usize>>,
    /// For each target and member.
    paths: Vec<Vec<(Member, Path)>>,
    /// The heads of every target, of the first fold where a single strength is tried: the fits on all rows
    /// begin at them.
    heads: Vec<LinearHead>,
}

impl FoldMargins {
    /// The head of a target, if it is kept.
    pub(super) fn head(&self, task_idx: usize) -> Option<&LinearHead> {
        self.heads.get(task_idx)
    }

    /// The places of a target's rows in this fold.
    pub(super) fn places(&self, task_idx: usize) -> &[usize] {
        &self.places[task_idx]
    }
}

/// Fits the paths of all members on all folds but one and takes the margins of the rows left out.
fn fold_margins(
    prepared: &PreparedTraining,
    fold: usize,
    members: &[Member],
    strengths: &[f64],
    params: &TrainParams,
) -> Result<FoldMargins> {
    let rows = FoldRows::new(prepared, fold, &|_| true, &params.vectorizer.weighting);
    let fitting = rows.fitting(&params.head);
    let path_of = |task_idx: usize| -> (&Csr, &Task) {
        (&rows.held_out_rows[task_idx], &rows.held_out[task_idx])
    };
    let mut paths: Vec<Vec<(Member, Path)>> = prepared.tasks.iter().map(|_| Vec::new()).collect();
    let keeps_heads = fold == 0 && strengths.len() == 1 && members == [Member::All];
    let mut heads = Vec::new();
    for member in members {
        if let (Member::Encoder, Some(encoded)) = (member, &prepared.encoded) {
            for (task_idx, paths) in paths.iter_mut().enumerate() {
                let (kept, held_out) = (&rows.kept[task_idx], &rows.held_out[task_idx]);
                let mut path = Path::new();
                encoded.path(kept, held_out, &fitting.params, strengths, |margins| {
                    path.push_margins(margins, held_out);
                    path.is_falling()
                })?;
                paths.push((*member, path));
            }
        } else if *member == Member::Shared {
            for group in sharing_groups(&prepared.tasks) {
                let mut found: Vec<Path> = group.iter().map(|_| Path::new()).collect();
                let mut n_tried = 0;
                fitting.shared_path(&group, strengths, |heads| {
                    for ((path, head), task_idx) in found.iter_mut().zip(&heads).zip(&group) {
                        let (rows, task) = path_of(*task_idx);
                        path.push(head, rows, task);
                    }
                    n_tried += 1;
                    n_tried < MOST_SHARED_STRENGTHS && found.iter().any(Path::is_falling)
                })?;
                for (task_idx, path) in group.into_iter().zip(found) {
                    paths[task_idx].push((*member, path));
                }
            }
        } else if let Some(range) = features_of(prepared, *member) {
            for (task_idx, paths) in paths.iter_mut().enumerate() {
                let (rows, task) = path_of(task_idx);
                let mut path = Path::new();
                fitting.own_path(task_idx, (*member, range.clone()), strengths, |head| {
                    path.push(&head, rows, task);
                    if keeps_heads {
                        heads.push(head);
                    }
                    path.is_falling()
                })?;
                paths.push((*member, path));
            }
        }
    }
    Ok(FoldMargins {
        places: rows.done(prepared),
        paths,
        heads,
    })
}

/// Calibrated probabilities of one target's rows, each from a model that did not see the row's
/// document.
#[derive(Clone, Debug, PartialEq)]
pub struct OutOfFold {
    /// The rows labelled on the target, as places among the corpus's examples.
    pub rows: Vec<usize>,
    /// Their classes, as places in the target's prediction set.
    pub gold: Vec<usize>,
    /// For each row, one probability a label.
    pub probabilities: Vec<Vec<f64>>,
}

/// Cross-validates at the fixed strength `params.head.l2` and gives, for each target, the
/// probabilities of the rows left out. The caller sorts the corpus where row order must not matter.
///
/// # Errors
/// As [`train`](crate::train).
pub fn out_of_fold(
    corpus: &Corpus,
    params: &TrainParams,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<OutOfFold>> {
    let params = &params.for_corpus(corpus);
    params.check()?;
    let prepared = PreparedTraining::new(corpus, params)?;
    let strengths = [params.head.l2];
    let n_folds = prepared.folds.n_folds();
    let left_out =
        prepared.cross_validate(n_folds, &[Member::All], &strengths, params, &|done| {
            progress(done, n_folds)
        })?;
    let all = (0..prepared.tasks.len()).map(|task_idx| {
        let selected = prepared.select(task_idx, &left_out, &strengths, params.decision());
        OutOfFold {
            rows: selected.rows,
            gold: selected.gold,
            probabilities: selected.probabilities,
        }
    });
    Ok(all.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Strengths whose loss in each of two folds is this.
    fn tried(losses: &[[f64; 2]]) -> Vec<Tried> {
        let tried = losses.iter().map(|fold_losses| Tried {
            margins: Array2::zeros((0, 0)),
            loss: (fold_losses[0] + fold_losses[1]) / 2.0,
            fold_losses: fold_losses.to_vec(),
        });
        tried.collect()
    }

    #[test]
    fn as_many_folds_are_answered_as_hold_enough_rows() {
        let folds_of = [100, 24_999, 25_000, 40_000, 50_000, 1_000_000].map(|n| enough_of(5, n));
        assert_eq!(folds_of, [5, 5, 4, 3, 2, 2]);
        assert_eq!(enough_of(2, 1_000_000), 2);
    }

    #[test]
    fn the_strongest_within_one_error_is_taken() {
        // The first is worse than the third by .1 and .3: mean .2, error .1. The second is worse by .3
        // and -.1: mean .1, error .2.
        let tried = tried(&[[0.6, 0.8], [0.8, 0.4], [0.5, 0.5]]);
        assert_eq!(strongest_within_one_error(&tried), 1);
    }

    #[test]
    fn the_edge_is_where_the_loss_is_least_and_nothing_lies_beyond() {
        let falling = tried(&[[0.6, 0.6], [0.5, 0.5], [0.4, 0.4]]);
        assert_eq!(edge(&falling, 3), Some(2));
        assert_eq!(
            edge(&falling, 4),
            None,
            "a weaker one was left out by the path"
        );
        assert_eq!(edge(&tried(&[[0.4, 0.4], [0.5, 0.5]]), 2), Some(0));
        assert_eq!(
            edge(&tried(&[[0.4, 0.4]]), 1),
            None,
            "a strength that was given"
        );
    }
}
