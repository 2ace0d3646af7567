//! Hashed rows, cut to go over a network and to be kept.

use super::exact_sum::{WEIGHTS_IN_WORDS, is_weight};
use super::plan::Plan;
use super::wire::{Kind, Reader, Writer};
use crate::error::{Error, ErrorKind, Result};
use crate::stream::is_held_out;
use xxhash_rust::xxh3::{Xxh3, xxh3_64_with_seed};

/// A labelled text as it comes from a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainingRow<'a> {
    /// The text of one statement.
    pub text: &'a str,
    /// The document that it belongs to, which is held out as a whole or not at all; where there is none, the text.
    pub group: Option<&'a str>,
    /// How much it counts, 0 or from .001 to 1,000; 1 unless there is a reason.
    pub weight: f64,
    /// The label on each target of the plan; `None` is not labelled.
    pub labels: &'a [Option<&'a str>],
}

/// Keeps the hashes of groups apart from those that models keep of them.
const GROUP_SEED: u64 = 0x6865_6c64;
/// The class of a row that is not labelled on a target.
pub(super) const NO_CLASS: u16 = u16::MAX;

/// Hashed rows with what passes have to know of each.
///
/// A value takes 8 bytes and a row 30 more, and 4 for each view. Rows without a text or a label are only counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shard {
    pub(super) plan_id: u64,
    pub(super) n_unlabelled: u64,
    pub(super) n_blank: u64,
    /// A hash of what a row must not be parted from.
    pub(super) group_hashes: Vec<u64>,
    /// A hash of text, group, weight and labels.
    pub(super) hashes: Vec<u128>,
    pub(super) weights: Vec<f32>,
    /// Shape `(n_rows, n_targets)`.
    pub(super) classes: Vec<u16>,
    pub(super) views: Vec<ViewRows>,
}

/// The features of the rows in one view, whose ids begin at 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ViewRows {
    /// Where each row begins, and where the last one ends.
    starts: Vec<u32>,
    ids: Vec<u32>,
    values: Vec<f32>,
}

impl ViewRows {
    fn new() -> Self {
        Self {
            starts: vec![0],
            ..Self::default()
        }
    }

    #[inline]
    pub(super) fn row(&self, row_idx: usize) -> (&[u32], &[f32]) {
        let range = self.starts[row_idx] as usize..self.starts[row_idx + 1] as usize;
        (&self.ids[range.clone()], &self.values[range])
    }

    fn push(&mut self, row: impl IntoIterator<Item = (u32, f32)>) {
        for (id, value) in row {
            self.ids.push(id);
            self.values.push(value);
        }
        self.starts.push(self.ids.len() as u32);
    }

    /// Whether the numbers are those of so many rows of so many features.
    fn fits(&self, n_rows: usize, n_features: usize) -> bool {
        self.starts.len() == n_rows + 1
            && self.starts[0] == 0
            && self.starts.is_sorted()
            && self.starts[n_rows] as usize == self.ids.len()
            && self.ids.len() == self.values.len()
            && self.ids.iter().all(|id| (*id as usize) < n_features)
            && self.values.iter().all(|value| value.is_finite())
    }
}

impl Plan {
    /// Turns rows into hashed ones.
    ///
    /// # Errors
    /// A label that the plan does not know, a weight out of its range, or not one label for each target; the place
    /// says which row, from 1. Rows of more values together than 32 bits can count.
    pub fn shard(&self, rows: &[TrainingRow]) -> Result<Shard> {
        let mut shard = Shard::empty(self);
        self.states.with(|state| {
            for (row_idx, row) in rows.iter().enumerate() {
                let here = |kind| {
                    Error::new(kind)
                        .in_file(detente_error::IN_MEMORY)
                        .at_line(row_idx as u64 + 1)
                };
                let classes = self.classes(row).map_err(here)?;
                if classes.iter().all(|class| *class == NO_CLASS) {
                    shard.n_unlabelled += 1;
                    continue;
                }
                if row.text.trim().is_empty() {
                    shard.n_blank += 1;
                    continue;
                }
                shard.hashes.push(hash_of(row, &classes));
                shard.classes.extend(classes);
                let group = row.group.unwrap_or(row.text);
                (shard.group_hashes).push(xxh3_64_with_seed(group.as_bytes(), GROUP_SEED));
                shard.weights.push(row.weight as f32);
                let made = self
                    .vectorizer()
                    .transform(self.analyzer(), state, row.text)
                    .row;
                for ((_, range), of_view) in self.views().iter().zip(&mut shard.views) {
                    let features = made.ids.iter().zip(&made.values);
                    let own = features.filter(|(id, _)| range.contains(&(**id as usize)));
                    of_view.push(own.map(|(id, value)| (id - range.start as u32, *value)));
                    if u32::try_from(of_view.ids.len()).is_err() {
                        return Err(here(ErrorKind::OutOfRange {
                            parameter: "the number of values of a shard",
                            value: of_view.ids.len().to_string(),
                            expected: "fewer than 4,294,967,296: shards of fewer rows",
                        }));
                    }
                }
            }
            Ok::<(), Error>(())
        })?;
        Ok(shard)
    }

    fn classes(&self, row: &TrainingRow) -> std::result::Result<Vec<u16>, ErrorKind> {
        if !is_weight(row.weight) {
            return Err(ErrorKind::OutOfRange {
                parameter: "the weight of a row",
                value: row.weight.to_string(),
                expected: WEIGHTS_IN_WORDS,
            });
        }
        if row.labels.len() != self.targets().len() {
            return Err(ErrorKind::OutOfRange {
                parameter: "the number of labels of a row",
                value: row.labels.len().to_string(),
                expected: "one for each target, or none in its place",
            });
        }
        let labels = row.labels.iter().zip(self.targets());
        let classes = labels.map(|(label, target)| match label {
            None => Ok(NO_CLASS),
            Some(label) if label.trim().is_empty() => Ok(NO_CLASS),
            Some(label) => match target.labels.position_of_form(label) {
                Some(class) => Ok(class as u16),
                None => Err(ErrorKind::UnknownLabel {
                    column: target.name.clone(),
                    value: (*label).to_owned(),
                    allowed: target.labels.labels().to_vec(),
                }),
            },
        });
        classes.collect()
    }
}

fn hash_of(row: &TrainingRow, classes: &[u16]) -> u128 {
    let mut hash = Xxh3::new();
    for field in [Some(row.text), row.group] {
        let field = field.unwrap_or("\u{1}");
        hash.update(&(field.len() as u64).to_le_bytes());
        hash.update(field.as_bytes());
    }
    hash.update(&row.weight.to_le_bytes());
    classes
        .iter()
        .for_each(|class| hash.update(&class.to_le_bytes()));
    hash.digest128()
}

impl Shard {
    /// No rows of a plan.
    pub(super) fn empty(plan: &Plan) -> Self {
        Self {
            plan_id: plan.id(),
            views: plan.views().iter().map(|_| ViewRows::new()).collect(),
            ..Self::default()
        }
    }

    /// No rows of the same plan.
    pub(super) fn without_rows(&self) -> Self {
        Self {
            plan_id: self.plan_id,
            views: self.views.iter().map(|_| ViewRows::new()).collect(),
            ..Self::default()
        }
    }

    /// Number of rows that have a text and a label.
    pub fn n_rows(&self) -> usize {
        self.hashes.len()
    }

    /// Bytes that it takes in memory.
    pub fn n_bytes(&self) -> usize {
        let values = self
            .views
            .iter()
            .map(|view| 8 * view.ids.len() + 4 * view.starts.len());
        28 * self.n_rows() + 2 * self.classes.len() + values.sum::<usize>()
    }

    /// Whether a row is held out: as [`stream`](crate::stream) holds groups out.
    #[inline]
    pub(super) fn is_held_out(&self, row_idx: usize) -> bool {
        is_held_out(self.group_hashes[row_idx])
    }

    /// The sum of the hashes of all rows: the same in any order, another with one row more or less.
    pub(super) fn digest(&self) -> u128 {
        let hashes = self.hashes.iter();
        hashes.fold(0, |sum, hash| sum.wrapping_add(*hash))
    }

    /// Adds a row of another shard of the same plan.
    pub(super) fn push_row(&mut self, other: &Self, row_idx: usize) {
        self.group_hashes.push(other.group_hashes[row_idx]);
        self.hashes.push(other.hashes[row_idx]);
        self.weights.push(other.weights[row_idx]);
        let n_targets = other.classes.len() / other.n_rows();
        let classes = row_idx * n_targets..(row_idx + 1) * n_targets;
        self.classes.extend_from_slice(&other.classes[classes]);
        for (own, others) in self.views.iter_mut().zip(&other.views) {
            let (ids, values) = others.row(row_idx);
            own.push(ids.iter().copied().zip(values.iter().copied()));
        }
    }

    /// The shard as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::Shard);
        self.write(&mut writer);
        writer.finish()
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.u64(self.plan_id);
        writer.u64(self.n_unlabelled);
        writer.u64(self.n_blank);
        writer.u64s(&self.group_hashes);
        writer.u128s(&self.hashes);
        writer.f32s(&self.weights);
        writer.u16s(&self.classes);
        for view in &self.views {
            writer.u32s(&view.starts);
            writer.u32s(&view.ids);
            writer.f32s(&view.values);
        }
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// Bytes that are cut off, altered, no shard, or of another plan.
    pub fn from_bytes(plan: &Plan, bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes, Kind::Shard)?;
        let shard = Self::read(plan, &mut reader)?;
        reader.finish()?;
        Ok(shard)
    }

    pub(super) fn read(plan: &Plan, reader: &mut Reader) -> Result<Self> {
        let plan_id = reader.u64()?;
        if plan_id != plan.id() {
            return Err(Error::new(ErrorKind::PartOther));
        }
        let mut shard = Self {
            plan_id,
            n_unlabelled: reader.u64()?,
            n_blank: reader.u64()?,
            group_hashes: reader.u64s()?,
            hashes: reader.u128s()?,
            weights: reader.f32s()?,
            classes: reader.u16s()?,
            views: Vec::new(),
        };
        let n_rows = shard.n_rows();
        reader.check(
            shard.group_hashes.len() == n_rows
                && shard.weights.len() == n_rows
                && shard
                    .weights
                    .iter()
                    .all(|weight| is_weight(f64::from(*weight)))
                && shard.classes.len() == n_rows * plan.targets().len(),
        )?;
        for (target_idx, target) in plan.targets().iter().enumerate() {
            let of_target = shard
                .classes
                .iter()
                .skip(target_idx)
                .step_by(plan.targets().len());
            let mut of_target = of_target.copied();
            reader
                .check(of_target.all(|c| c == NO_CLASS || usize::from(c) < target.labels.len()))?;
        }
        for (_, range) in plan.views() {
            let view = ViewRows {
                starts: reader.u32s()?,
                ids: reader.u32s()?,
                values: reader.f32s()?,
            };
            reader.check(view.fits(n_rows, range.len()))?;
            shard.views.push(view);
        }
        Ok(shard)
    }
}
