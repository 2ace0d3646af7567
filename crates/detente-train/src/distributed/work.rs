//! One pass over some rows: what they answer to a request.

use super::exact_sum::{power, rounded, rounded_loss};
use super::plan::Plan;
use super::request::{Answer, Part, Question, Request};
use super::shard::{NO_CLASS, Shard, ViewRows};
use crate::error::{Error, ErrorKind, Result};
use crate::linear::{Loss, n_columns};

/// One pass over some rows, shard by shard, on one thread.
///
/// ```text
/// gradient of W:  sum_i s_i (softmax(m_i)_k - [k is gold]) x_ij             m_i = W' x_i + b
/// product:        sum_i s_i p_ik (z_ik - sum_l p_il z_il) x_ij              z_i = V' x_i + c
/// ```
///
/// Each summand is rounded to a multiple of a power of two, alone; the sums are exact, so that rows may come in any
/// order and from any part. It takes 16 bytes for each feature and column of the heads that are asked for, however
/// many the rows.
pub struct Work {
    plan_id: u64,
    n_targets: usize,
    round: u32,
    n_rows: u64,
    digest: u128,
    heads: Vec<HeadWork>,
}

struct HeadWork {
    target_idx: usize,
    view_idx: usize,
    n_columns: usize,
    of_all_rows: bool,
    is_product: bool,
    scale: f64,
    loss_scale: f64,
    /// Feature by feature, the intercepts last.
    cells: Vec<Cell>,
    loss: i128,
}

/// A parameter with what belongs to it, so that a feature is waited for once.
#[derive(Clone, Copy)]
struct Cell {
    parameter: f32,
    direction: f32,
    sum: i64,
}

impl Work {
    /// Prepares to answer a request.
    pub fn new(plan: &Plan, request: &Request) -> Self {
        let heads = request.questions.iter().map(|question| {
            let n_columns = n_columns(plan.labels_of(question.target_idx).len());
            HeadWork::new(question, n_columns, power(request.loss_exponent))
        });
        Self {
            plan_id: request.plan_id,
            n_targets: plan.targets().len(),
            round: request.round,
            n_rows: 0,
            digest: 0,
            heads: heads.collect(),
        }
    }

    /// Goes over the rows of a shard.
    ///
    /// # Errors
    /// The shard is of another plan.
    pub fn add(&mut self, shard: &Shard) -> Result<()> {
        if shard.plan_id != self.plan_id {
            return Err(Error::new(ErrorKind::PartOther));
        }
        self.n_rows += shard.n_rows() as u64;
        self.digest = self.digest.wrapping_add(shard.digest());
        for head in &mut self.heads {
            let classes = shard
                .classes
                .iter()
                .skip(head.target_idx)
                .step_by(self.n_targets);
            let of_all_rows = head.of_all_rows;
            let is_asked = |row_idx: usize| of_all_rows || !shard.is_held_out(row_idx);
            let rows = classes
                .enumerate()
                .filter(|(row_idx, class)| **class != NO_CLASS && is_asked(*row_idx));
            let rows = rows.map(|(row_idx, class)| {
                let weight = f64::from(shard.weights[row_idx]);
                (row_idx, usize::from(*class), weight)
            });
            let of_view = &shard.views[head.view_idx];
            match head.n_columns {
                1 => head.add(Known::<1>, of_view, rows),
                3 => head.add(Known::<3>, of_view, rows),
                4 => head.add(Known::<4>, of_view, rows),
                5 => head.add(Known::<5>, of_view, rows),
                6 => head.add(Known::<6>, of_view, rows),
                8 => head.add(Known::<8>, of_view, rows),
                n_columns => head.add(Any(n_columns), of_view, rows),
            }
        }
        Ok(())
    }

    /// What all rows gone over answer.
    pub fn finish(self) -> Answer {
        let parts = self.heads.into_iter().map(|head| Part {
            loss: head.loss,
            sums: head.cells.iter().map(|cell| cell.sum).collect(),
        });
        Answer {
            plan_id: self.plan_id,
            round: self.round,
            n_rows: self.n_rows,
            digest: self.digest,
            parts: parts.collect(),
        }
    }
}

/// A number of columns, which lets loops be unrolled where it is known when compiling.
trait Columns: Copy {
    fn n(self) -> usize;
}

#[derive(Clone, Copy)]
struct Known<const N: usize>;

impl<const N: usize> Columns for Known<N> {
    #[inline(always)]
    fn n(self) -> usize {
        N
    }
}

#[derive(Clone, Copy)]
struct Any(usize);

impl Columns for Any {
    #[inline(always)]
    fn n(self) -> usize {
        self.0
    }
}

impl HeadWork {
    fn new(question: &Question, n_columns: usize, loss_scale: f64) -> Self {
        let directions = question.direction.iter().copied();
        let directions = directions.chain(std::iter::repeat(0.0));
        let parameters = question.parameters.iter().zip(directions);
        let cells = parameters.map(|(parameter, direction)| Cell {
            parameter: *parameter,
            direction,
            sum: 0,
        });
        Self {
            target_idx: question.target_idx,
            view_idx: question.view_idx,
            n_columns,
            of_all_rows: question.of_all_rows,
            is_product: !question.direction.is_empty(),
            scale: power(question.exponent),
            loss_scale,
            cells: cells.collect(),
            loss: 0,
        }
    }

    /// Goes over rows of which number, class and weight are given.
    fn add(
        &mut self,
        columns: impl Columns,
        of_view: &ViewRows,
        rows: impl Iterator<Item = (usize, usize, f64)>,
    ) {
        let n = columns.n();
        let loss = Loss::Logistic;
        let (mut margins, mut changes) = (vec![0.0; n], vec![0.0; n]);
        let (margins, changes) = (&mut margins[..n], &mut changes[..n]);
        let (features, intercepts) = {
            let first_intercept = self.cells.len() - n;
            self.cells.split_at_mut(first_intercept)
        };
        for (row_idx, gold, weight) in rows {
            let (ids, values) = of_view.row(row_idx);
            for column in 0..n {
                margins[column] = f64::from(intercepts[column].parameter);
                changes[column] = f64::from(intercepts[column].direction);
            }
            for (id, value) in ids.iter().zip(values) {
                let value = f64::from(*value);
                let cells = &features[*id as usize * n..][..n];
                for (column, cell) in cells.iter().enumerate() {
                    margins[column] += value * f64::from(cell.parameter);
                    if self.is_product {
                        changes[column] += value * f64::from(cell.direction);
                    }
                }
            }
            let row_loss = loss.evaluate(margins, gold);
            match self.is_product {
                true => loss.hessian_product(margins, changes, weight),
                false => {
                    self.loss += rounded_loss(row_loss, weight, self.loss_scale);
                    loss.gradient(margins, gold);
                    for (change, gradient) in changes.iter_mut().zip(&*margins) {
                        *change = weight * gradient;
                    }
                }
            }
            changes.iter_mut().for_each(|change| *change *= self.scale);
            for (cell, change) in intercepts.iter_mut().zip(&*changes) {
                cell.sum += rounded(*change);
            }
            for (id, value) in ids.iter().zip(values) {
                let value = f64::from(*value);
                let cells = &mut features[*id as usize * n..][..n];
                for (cell, change) in cells.iter_mut().zip(&*changes) {
                    cell.sum += rounded(value * change);
                }
            }
        }
    }
}
