//! The driver's side: what is asked of all rows pass by pass, and what becomes of their answers.

use super::assembled::{DistributedLog, Fitted, assembled};
use super::distributed_params::DistributedParams;
use super::exact_sum::{loss_exponent, power};
use super::plan::Plan;
use super::problem::Problem;
use super::request::{Answer, Question, Request};
use super::tally::Tally;
use crate::error::{Error, ErrorKind, Result};
use crate::prepared_training::{Task, tasks};
use crate::stream::LEAST_CALIBRATION_ROWS;
use detente_data::article::Example;
use detente_data::corpus::Corpus;
use detente_model::Model;
use rayon::prelude::*;

/// A training on its way, in the one process that drives it.
///
/// [`request`](Self::request) says what all rows have to answer next, [`told`](Self::told) takes the sum of their
/// answers, [`finish`](Self::finish) gives the model. All that a training has gathered is here: executors keep nothing
/// between passes, so that one that dies is only asked again. It takes, for each feature and column of all heads, about
/// 80 bytes, and 4 more for each strength.
pub struct Training {
    plan: Plan,
    params: DistributedParams,
    tally: Tally,
    corpus: Corpus,
    tasks: Vec<Task>,
    problems: Vec<Problem>,
    round: u32,
    loss_exponent: i32,
}

impl Training {
    /// Begins by what was counted of all rows.
    ///
    /// # Errors
    /// A parameter out of its range; a tally of another plan; no row; a label of a target without a row to learn from
    /// in any other; too few rows held out.
    pub fn new(plan: Plan, params: DistributedParams, tally: Tally) -> Result<Self> {
        params.check()?;
        if tally.plan_id != plan.id() {
            return Err(Error::new(ErrorKind::PartOther));
        }
        if tally.n_rows == 0 {
            return Err(Error::new(ErrorKind::Empty {
                what: "no row has both a text and a label",
            }));
        }
        let corpus = held_out_corpus(&plan, &tally);
        let tasks = tasks(&corpus)?;
        let label_weights = tally.label_weights();
        for (target_idx, (target, task)) in plan.targets().iter().zip(&tasks).enumerate() {
            let counts = &tally.label_counts[plan.labels_of(target_idx)];
            let weights = &label_weights[plan.labels_of(target_idx)];
            let n_used = weights.iter().filter(|weight| **weight > 0.0).count();
            if counts.iter().all(|count| *count == 0) {
                return Err(Error::new(ErrorKind::NoLabels {
                    target: target.name.clone(),
                }));
            }
            if n_used < 2 {
                let used = weights.iter().position(|weight| *weight > 0.0).unwrap_or(0);
                return Err(Error::new(ErrorKind::OneLabel {
                    target: target.name.clone(),
                    label: target.labels.labels()[used].clone(),
                    n_rows: counts[used] as usize,
                }));
            }
            let is_first = |row: &&usize| tally.is_in_first_half(**row);
            let n_first = task.rows.iter().filter(is_first).count();
            let n_rows = task.rows.len();
            if n_rows < LEAST_CALIBRATION_ROWS || n_first == 0 || n_first == n_rows {
                return Err(Error::new(ErrorKind::TooFewHeldOut {
                    target: target.name.clone(),
                    found: n_rows,
                    least: LEAST_CALIBRATION_ROWS,
                }));
            }
        }
        let targets = 0..plan.targets().len();
        let heads =
            targets.flat_map(|target| (0..plan.views().len()).map(move |view| (target, view)));
        let problems = heads
            .map(|head| Problem::new(&plan, &params, &tally, head))
            .collect();
        Ok(Self {
            loss_exponent: loss_exponent(tally.largest_weight()),
            round: 1,
            plan,
            params,
            tally,
            corpus,
            tasks,
            problems,
        })
    }

    /// What every executor has to know.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What was counted of all rows.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// What has to be asked of all rows next; `None` when all heads are fitted.
    pub fn request(&self) -> Option<Request> {
        let questions: Vec<Question> = self.problems.iter().filter_map(Problem::question).collect();
        (!questions.is_empty()).then(|| Request {
            plan_id: self.plan.id(),
            round: self.round,
            loss_exponent: self.loss_exponent,
            questions,
        })
    }

    /// Goes on by what all rows together answered to the [request](Self::request).
    ///
    /// # Errors
    /// An answer to another request, or by other rows than were counted.
    pub fn told(&mut self, answer: &Answer) -> Result<()> {
        let is_own = answer.plan_id == self.plan.id() && answer.round == self.round;
        let asked = self.problems.iter().filter_map(Problem::n_asked);
        let fits = asked.eq(answer.parts.iter().map(|part| part.sums.len()));
        if !is_own || !fits {
            return Err(Error::new(ErrorKind::PartOther));
        }
        if (answer.n_rows, answer.digest) != (self.tally.n_rows, self.tally.digest) {
            return Err(Error::new(ErrorKind::RowsChanged {
                found: answer.n_rows,
                expected: self.tally.n_rows,
            }));
        }
        let loss_scale = power(self.loss_exponent);
        let (tally, tasks) = (&self.tally, &self.tasks);
        let problems = self.problems.iter_mut();
        let asked = problems.filter(|problem| problem.n_asked().is_some());
        let asked: Vec<_> = asked.zip(&answer.parts).collect();
        asked.into_par_iter().for_each(|(problem, part)| {
            problem.told(part, loss_scale, tally, &tasks[problem.target_idx]);
        });
        self.round += 1;
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Passes over the rows so far.
    pub fn n_passes(&self) -> usize {
        self.round as usize - 1
    }

    /// The model, calibrated and measured on rows held out.
    ///
    /// # Errors
    /// A head that is not fitted yet; measures that cannot be computed.
    pub fn finish(self) -> Result<(Model, DistributedLog)> {
        if self.problems.iter().any(|one| one.n_asked().is_some()) {
            return Err(Error::new(ErrorKind::PartOther));
        }
        assembled(&Fitted {
            n_passes: self.n_passes(),
            plan: &self.plan,
            params: &self.params,
            tally: &self.tally,
            corpus: &self.corpus,
            tasks: &self.tasks,
            problems: &self.problems,
        })
    }
}

/// The rows held out, whose texts were left where they are.
fn held_out_corpus(plan: &Plan, tally: &Tally) -> Corpus {
    let n_targets = plan.targets().len();
    let rows = tally.held_out.classes.chunks_exact(n_targets).enumerate();
    let examples = rows.map(|(row_idx, classes)| {
        let labels = classes.iter().zip(plan.targets()).map(|(class, target)| {
            let label = target.labels.labels().get(usize::from(*class))?;
            Some(label.as_str().into())
        });
        Example {
            id: None,
            text: String::new(),
            labels: labels.collect(),
            group: Some(format!("{:016x}", tally.held_out.group_hashes[row_idx]).into()),
            weight: f64::from(tally.held_out.weights[row_idx]),
            calibrates: true,
            file_idx: 0,
            line: 0,
            kept: Vec::new(),
            mentions: Vec::new(),
        }
    });
    Corpus {
        paths: vec![detente_error::IN_MEMORY.into()],
        targets: plan.targets().to_vec(),
        examples: examples.collect(),
        ..Corpus::default()
    }
}
