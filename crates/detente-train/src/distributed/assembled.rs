//! Heads that are fitted into a calibrated, measured model, as a streamed one is made.

use super::distributed_params::DistributedParams;
use super::plan::Plan;
use super::problem::{Problem, spreads};
use super::tally::Tally;
use crate::calibration::Stack;
use crate::error::Result;
use crate::head_report::{Detail, HeadLog, HeadReport, uncalibrated};
use crate::linear::FtrlParams;
use crate::member::Member;
use crate::prepared_training::{Task, document_idx};
use crate::recipe;
use crate::selection::StackRecipe;
use crate::stream::to_byte;
use detente_data::corpus::Corpus;
use detente_model::features::{Vectorizer, Vocabulary};
use detente_model::{Head, LearnerState, Model, ModelRecord, Streamed, UsedWeights};
use ndarray::Array2;

/// What a training found out, for the report.
#[derive(Clone, Debug, PartialEq)]
pub struct DistributedLog {
    /// Rows with a text and a label, those held out included.
    pub n_rows: usize,
    /// Rows that were held out.
    pub n_held_out: usize,
    /// Those of them that it was calibrated and measured on.
    pub n_measured: usize,
    /// Rows without a label on any target.
    pub n_unlabelled: usize,
    /// Rows whose text is blank.
    pub n_blank: usize,
    /// Passes over the rows.
    pub n_passes: usize,
    /// Number of features of the model.
    pub n_features: usize,
    /// One for each target.
    pub heads: Vec<HeadLog>,
}

/// All that is known when the last head is fitted.
pub(super) struct Fitted<'a> {
    pub(super) n_passes: usize,
    pub(super) plan: &'a Plan,
    pub(super) params: &'a DistributedParams,
    pub(super) tally: &'a Tally,
    pub(super) corpus: &'a Corpus,
    pub(super) tasks: &'a [Task],
    pub(super) problems: &'a [Problem],
}

/// Calibrates the heads of each target on rows held out, each half by the other, and puts them together.
pub(super) fn assembled(fitted: &Fitted) -> Result<(Model, DistributedLog)> {
    let Fitted {
        plan,
        params,
        tally,
        corpus,
        ..
    } = fitted;
    let documents = document_idx(corpus);
    let report = HeadReport {
        corpus,
        analyzer: plan.analyzer(),
        documents: &documents,
        detail: Detail::Measures,
    };
    let mut log = DistributedLog {
        n_rows: tally.n_rows as usize,
        n_held_out: tally.n_held_out as usize,
        n_measured: corpus.examples.len(),
        n_unlabelled: tally.n_unlabelled as usize,
        n_blank: tally.n_blank as usize,
        n_passes: fitted.n_passes,
        n_features: 0,
        heads: Vec::new(),
    };
    let mut heads = Vec::new();
    for (target_idx, (target, task)) in plan.targets().iter().zip(fitted.tasks).enumerate() {
        let mut head = uncalibrated(
            &target.name,
            &target.labels,
            recipe::of_head(&params.head()),
        );
        let counts = &tally.label_counts[plan.labels_of(target_idx)];
        head.record.label_counts = counts.iter().map(|count| *count as usize).collect();
        let in_half = |half: bool| -> Vec<usize> {
            let places = 0..task.rows.len();
            places
                .filter(|at| tally.is_in_first_half(task.rows[*at]) == half)
                .collect()
        };
        let halves = [in_half(true), in_half(false)];
        let own = fitted.of_target(target_idx);
        let margins: Vec<Array2<f64>> = own.clone().map(|p| p.chosen().1.clone()).collect();
        let members: Vec<(Member, f64)> = own.clone().map(|p| (p.member, p.chosen().0)).collect();
        let counts = &head.record.label_counts;
        let recipe = StackRecipe {
            fit: &Stack::fit_shares,
            decide: &|rows, gold| {
                task.decide(rows, gold, counts, (params.decision_metric, params.tilt))
            },
        };
        let halves = [&halves[0][..], &halves[1]];
        let selected = task.stack_by(&recipe, members, &margins, &halves);
        let mut head_log = report.finish(&mut head, target_idx, &selected)?;
        let edges = own.filter_map(|p| Some((p.member.name().to_owned(), p.edge()?)));
        head_log.edges = edges.collect();
        log.heads.push(head_log);
        heads.push(head);
    }
    let model = fitted.model(heads);
    log.n_features = model.vectorizer().vocabulary().len();
    Ok((model, log))
}

impl Fitted<'_> {
    /// The heads of a target, in the order of the views.
    fn of_target(&self, target_idx: usize) -> impl Iterator<Item = &Problem> + Clone {
        self.problems
            .iter()
            .filter(move |problem| problem.target_idx == target_idx)
    }

    /// The weights of a feature of a view for all labels of all targets; behind the last one the intercepts.
    fn weights(&self, view_idx: usize, feature: usize) -> impl Iterator<Item = f64> {
        let own = self
            .problems
            .iter()
            .filter(move |problem| problem.view_idx == view_idx);
        own.flat_map(move |problem| problem.weights(feature))
    }

    fn model(&self, mut heads: Vec<Head>) -> Model {
        let vocabulary = self.plan.vectorizer().vocabulary();
        let views = self.plan.views();
        let place = |feature: usize| {
            // Invariant: the views hold every feature.
            let at = views.iter().position(|(_, range)| range.contains(&feature));
            let view_idx = at.expect("a view of each feature");
            (view_idx, feature - views[view_idx].1.start)
        };
        // Invariant: a plan hashes its n-grams.
        let buckets = vocabulary.buckets().expect("n-grams are hashed");
        let n_buckets = buckets.n_buckets();
        let shares: Vec<Vec<f64>> = (0..views.len()).map(|view| shares(&heads, view)).collect();
        let weights = UsedWeights::round(
            vocabulary.len(),
            self.plan.n_columns(),
            |feature, row| {
                let (view_idx, feature) = place(feature);
                let own = self.weights(view_idx, feature).zip(&shares[view_idx]);
                row.clear();
                row.extend(own.map(|(weight, share)| weight * share));
            },
            |feature| feature >= n_buckets,
        );
        let mut intercepts = vec![0.0; self.plan.n_columns()];
        let mut state = LearnerState::default();
        let spreads = self.spreads();
        for (view_idx, (_, range)) in views.iter().enumerate() {
            let own: Vec<f64> = self.weights(view_idx, range.len()).collect();
            for ((sum, own), share) in intercepts.iter_mut().zip(&own).zip(&shares[view_idx]) {
                *sum += own * share;
            }
            state.intercepts.extend(own);
            let gathered = spreads
                .iter()
                .map(|(total, spread)| (total * spread) as f32);
            state.gathered_intercepts.extend(gathered);
        }
        let gathered = weights.features().iter().flat_map(|feature| {
            let (view_idx, feature) = place(*feature as usize);
            let square = self.tally.views[view_idx].square(feature);
            spreads
                .iter()
                .map(move |(_, spread)| to_byte((square * spread) as f32))
        });
        state.gathered = gathered.collect();
        for head in &mut heads {
            let others = intercepts.split_off(head.labels.len());
            let mean = intercepts.iter().sum::<f64>() / intercepts.len() as f64;
            head.intercept = intercepts.iter().map(|b| b - mean).collect();
            intercepts = others;
        }
        let mut is_kept = vec![false; vocabulary.len()];
        weights
            .features()
            .iter()
            .for_each(|id| is_kept[*id as usize] = true);
        let only = buckets.only(|bucket| is_kept[bucket as usize]);
        let vectorizer = Vectorizer::hashed(
            *self.plan.vectorizer().params(),
            Vocabulary::hashed(only, vocabulary.lexicon().cloned()),
        );
        let record = self.record(state);
        Model::hashed(
            self.plan.analyzer().clone(),
            vectorizer,
            heads,
            weights,
            record,
        )
    }

    /// For each target the weight of its rows, and the squared gradients of one at the labels' shares.
    fn spreads(&self) -> Vec<(f64, f64)> {
        let weights = self.tally.label_weights();
        let targets = 0..self.plan.targets().len();
        let of_target = targets.map(|target_idx| {
            let own = &weights[self.plan.labels_of(target_idx)];
            (own.iter().sum(), spreads(own).iter().sum())
        });
        of_target.collect()
    }

    /// Where it learns on, it does so row by row.
    fn record(&self, state: LearnerState) -> ModelRecord {
        let ftrl = FtrlParams::DEFAULT;
        ModelRecord {
            name: self.params.name.clone(),
            date: self.params.date.clone(),
            n_rows: self.tally.n_rows as usize,
            fingerprint: format!("{:032x}", self.tally.digest),
            streamed: Some(Streamed {
                rate: ftrl.rate,
                damping: ftrl.damping,
                sparsity: ftrl.sparsity,
                l2: ftrl.l2,
                n_passes: 0,
                n_held_out: self.tally.n_held_out as usize,
                state,
            }),
            ..ModelRecord::default()
        }
    }
}

/// The share of a view in each column.
fn shares(heads: &[Head], view_idx: usize) -> Vec<f64> {
    let columns = heads.iter().flat_map(|head| {
        let share = head.record.members[view_idx].share;
        std::iter::repeat_n(share, head.labels.len())
    });
    columns.collect()
}
