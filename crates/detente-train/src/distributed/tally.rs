//! What is counted of all rows before the first pass, part by part.

use super::exact_sum::{power, rounded, rounded_weight, weight_of};
use super::plan::Plan;
use super::shard::{NO_CLASS, Shard};
use super::wire::{Kind, Reader, Writer};
use crate::error::{Error, ErrorKind, Result};
use crate::stream::{CALIBRATION_ROWS, is_in_first_half};

/// The bits after the point in sums of squares.
const SQUARES_EXPONENT: i32 = 20;

/// What is counted of rows before the first pass: how many there are of each kind, how many of each label have each
/// feature, and the rows held out to calibrate on.
///
/// Tallies of parts add up to the tally of all, in any order and however rows are cut. It takes 8 bytes for each
/// feature and label, and 8 more for each feature.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    pub(super) plan_id: u64,
    pub(super) n_rows: u64,
    pub(super) n_held_out: u64,
    pub(super) n_unlabelled: u64,
    pub(super) n_blank: u64,
    /// The sum of the hashes of all rows.
    pub(super) digest: u128,
    /// Rows of each label of each target, one target after the other.
    pub(super) label_counts: Vec<u64>,
    /// Weights of the rows to learn from by label.
    label_weights: Vec<i64>,
    /// The same of all rows, those held out included.
    all_label_weights: Vec<i64>,
    /// Of all rows.
    largest_weight: f32,
    pub(super) views: Vec<ViewTally>,
    /// The rows held out of the groups whose hashes are lowest, in order.
    pub(super) held_out: Shard,
}

/// What is counted in one view.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ViewTally {
    /// The largest size of a value of any row.
    pub(super) largest_value: f32,
    /// The largest sum of the squares of the values of any row.
    pub(super) largest_square: f64,
    /// Weights of the rows to learn from that have a feature, shape `(n_features, n_columns)`.
    counts: Vec<i64>,
    /// Weighted squares of a feature's values in the rows to learn from.
    squares: Vec<i64>,
}

impl Tally {
    /// Of no rows.
    pub fn new(plan: &Plan) -> Self {
        let n_columns = plan.n_columns();
        let views = plan.views().iter().map(|(_, range)| ViewTally {
            largest_value: 0.0,
            largest_square: 0.0,
            counts: vec![0; range.len() * n_columns],
            squares: vec![0; range.len()],
        });
        Self {
            plan_id: plan.id(),
            n_rows: 0,
            n_held_out: 0,
            n_unlabelled: 0,
            n_blank: 0,
            digest: 0,
            label_counts: vec![0; n_columns],
            label_weights: vec![0; n_columns],
            all_label_weights: vec![0; n_columns],
            largest_weight: 0.0,
            views: views.collect(),
            held_out: Shard::empty(plan),
        }
    }

    /// Rows that have a text and a label.
    pub fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// Rows of them that are held out.
    pub fn n_held_out(&self) -> u64 {
        self.n_held_out
    }

    /// Counts the rows of a shard.
    ///
    /// # Errors
    /// The shard is of another plan.
    pub fn add(&mut self, plan: &Plan, shard: &Shard) -> Result<()> {
        self.check(shard.plan_id)?;
        self.n_rows += shard.n_rows() as u64;
        self.n_unlabelled += shard.n_unlabelled;
        self.n_blank += shard.n_blank;
        self.digest = self.digest.wrapping_add(shard.digest());
        let n_columns = self.label_counts.len();
        let n_targets = plan.targets().len();
        let mut columns: Vec<usize> = Vec::new();
        let mut held_out = Vec::new();
        for row_idx in 0..shard.n_rows() {
            let classes = &shard.classes[row_idx * n_targets..(row_idx + 1) * n_targets];
            columns.clear();
            let mut first = 0;
            for (class, target) in classes.iter().zip(plan.targets()) {
                if *class != NO_CLASS {
                    columns.push(first + usize::from(*class));
                }
                first += target.labels.len();
            }
            columns
                .iter()
                .for_each(|column| self.label_counts[*column] += 1);
            let is_held_out = shard.is_held_out(row_idx);
            if is_held_out {
                held_out.push(row_idx);
            }
            let weight = shard.weights[row_idx];
            let rounded_weight = rounded_weight(f64::from(weight));
            self.largest_weight = self.largest_weight.max(weight);
            for column in &columns {
                self.all_label_weights[*column] += rounded_weight;
                if !is_held_out {
                    self.label_weights[*column] += rounded_weight;
                }
            }
            for (of_view, rows) in self.views.iter_mut().zip(&shard.views) {
                let (ids, values) = rows.row(row_idx);
                let mut square = 0.0;
                for (id, value) in ids.iter().zip(values) {
                    of_view.largest_value = of_view.largest_value.max(value.abs());
                    let value = f64::from(*value);
                    square += value * value;
                    if is_held_out {
                        continue;
                    }
                    let counts = &mut of_view.counts[*id as usize * n_columns..][..n_columns];
                    columns
                        .iter()
                        .for_each(|column| counts[*column] += rounded_weight);
                    let weighted = f64::from(weight) * value * value;
                    of_view.squares[*id as usize] += rounded(weighted * power(SQUARES_EXPONENT));
                }
                of_view.largest_square = of_view.largest_square.max(square);
            }
        }
        self.n_held_out += held_out.len() as u64;
        self.keep_lowest(shard, held_out);
        Ok(())
    }

    /// Adds the tally of other rows.
    ///
    /// # Errors
    /// It is of another plan.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.check(other.plan_id)?;
        self.n_rows += other.n_rows;
        self.n_held_out += other.n_held_out;
        self.n_unlabelled += other.n_unlabelled;
        self.n_blank += other.n_blank;
        self.digest = self.digest.wrapping_add(other.digest);
        add_up(&mut self.label_weights, &other.label_weights);
        add_up(&mut self.all_label_weights, &other.all_label_weights);
        for (sum, count) in self.label_counts.iter_mut().zip(&other.label_counts) {
            *sum += count;
        }
        self.largest_weight = self.largest_weight.max(other.largest_weight);
        for (own, others) in self.views.iter_mut().zip(&other.views) {
            own.largest_value = own.largest_value.max(others.largest_value);
            own.largest_square = own.largest_square.max(others.largest_square);
            add_up(&mut own.counts, &others.counts);
            add_up(&mut own.squares, &others.squares);
        }
        let all = (0..other.held_out.n_rows()).collect();
        self.keep_lowest(&other.held_out, all);
        Ok(())
    }

    fn check(&self, plan_id: u64) -> Result<()> {
        match plan_id == self.plan_id {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::PartOther)),
        }
    }

    /// Keeps of the rows held out and these ones those whose hashes are lowest. Rows of one hash are the same.
    fn keep_lowest(&mut self, added: &Shard, row_idxs: Vec<usize>) {
        if row_idxs.is_empty() {
            return;
        }
        let own = std::mem::replace(&mut self.held_out, added.without_rows());
        let all = (0..own.n_rows()).map(|row_idx| (&own, row_idx));
        let added = row_idxs.into_iter().map(|row_idx| (added, row_idx));
        let mut rows: Vec<(&Shard, usize)> = all.chain(added).collect();
        rows.sort_by_key(|(shard, row_idx)| (shard.group_hashes[*row_idx], shard.hashes[*row_idx]));
        rows.truncate(CALIBRATION_ROWS);
        for (shard, row_idx) in rows {
            self.held_out.push_row(shard, row_idx);
        }
    }

    /// Whether a row held out is in the first half of them.
    pub(super) fn is_in_first_half(&self, row_idx: usize) -> bool {
        is_in_first_half(self.held_out.group_hashes[row_idx])
    }

    /// The weight of all rows to learn from by label.
    pub(super) fn label_weights(&self) -> Vec<f64> {
        let sums = self.label_weights.iter();
        sums.map(|sum| weight_of(*sum)).collect()
    }

    /// The weight of all rows of some labels, those held out included.
    pub(super) fn weight_of_all(&self, labels: std::ops::Range<usize>) -> f64 {
        let sums = self.all_label_weights[labels].iter();
        sums.map(|sum| weight_of(*sum)).sum()
    }

    /// The largest weight of a row.
    pub(super) fn largest_weight(&self) -> f64 {
        f64::from(self.largest_weight)
    }

    /// The tally as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::Tally);
        writer.u64(self.plan_id);
        let numbers = [
            self.n_rows,
            self.n_held_out,
            self.n_unlabelled,
            self.n_blank,
        ];
        numbers.into_iter().for_each(|number| writer.u64(number));
        writer.u128(self.digest);
        writer.u64s(&self.label_counts);
        writer.sums(&self.label_weights);
        writer.sums(&self.all_label_weights);
        writer.u32(self.largest_weight.to_bits());
        for view in &self.views {
            writer.u32(view.largest_value.to_bits());
            writer.u64(view.largest_square.to_bits());
            writer.sums(&view.counts);
            writer.sums(&view.squares);
        }
        self.held_out.write(&mut writer);
        writer.finish()
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// Bytes that are cut off, altered, no tally, or of another plan.
    pub fn from_bytes(plan: &Plan, bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes, Kind::Tally)?;
        if reader.u64()? != plan.id() {
            return Err(Error::new(ErrorKind::PartOther));
        }
        let n_columns = plan.n_columns();
        let mut tally = Self {
            plan_id: plan.id(),
            n_rows: reader.u64()?,
            n_held_out: reader.u64()?,
            n_unlabelled: reader.u64()?,
            n_blank: reader.u64()?,
            digest: reader.u128()?,
            label_counts: reader.u64s()?,
            label_weights: reader.sums(n_columns)?,
            all_label_weights: reader.sums(n_columns)?,
            largest_weight: f32::from_bits(reader.u32()?),
            views: Vec::new(),
            held_out: Shard::empty(plan),
        };
        reader.check(tally.label_counts.len() == n_columns)?;
        for (_, range) in plan.views() {
            tally.views.push(ViewTally {
                largest_value: f32::from_bits(reader.u32()?),
                largest_square: f64::from_bits(reader.u64()?),
                counts: reader.sums(range.len() * n_columns)?,
                squares: reader.sums(range.len())?,
            });
        }
        tally.held_out = Shard::read(plan, &mut reader)?;
        reader.finish()?;
        Ok(tally)
    }
}

impl ViewTally {
    /// Weights of the rows that have a feature, of these columns of all `n_columns`: shape
    /// `(n_features, columns.len())`.
    pub(super) fn counts(&self, columns: std::ops::Range<usize>, n_columns: usize) -> Vec<f32> {
        let features = self.counts.chunks_exact(n_columns);
        let counts = features.flat_map(|feature| &feature[columns.clone()]);
        counts.map(|sum| weight_of(*sum) as f32).collect()
    }

    /// Weighted squares of a feature's values.
    pub(super) fn square(&self, feature: usize) -> f64 {
        self.squares[feature] as f64 / power(SQUARES_EXPONENT)
    }
}

/// Adds sums to sums.
pub(super) fn add_up(sums: &mut [i64], others: &[i64]) {
    for (sum, other) in sums.iter_mut().zip(others) {
        *sum = sum.wrapping_add(*other);
    }
}
