//! A row with its classes and its hashes.

use super::source::Source;
use super::targets::Targets;
use crate::error::{Error, ErrorKind, Result};
use detente_data::article::Example;
use detente_data::corpus::{LabelledRow, RowStream};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// A row with what a pass has to know of it.
pub(super) struct Row {
    pub(super) example: Example,
    /// Its class on each target.
    pub(super) gold: Vec<Option<usize>>,
    /// A hash of its text, group, weight and labels.
    pub(super) hash: u64,
    /// A hash of what it must not be parted from.
    pub(super) group_hash: u64,
}

/// Of so many groups, one is never learned from.
const HELD_OUT_ONE_IN: u64 = 10;

/// Whether a group of this hash is never learned from.
#[inline]
pub(crate) fn is_held_out(group_hash: u64) -> bool {
    group_hash.is_multiple_of(HELD_OUT_ONE_IN)
}

/// Whether a group that is held out is in the first half of those: a half has whole groups.
pub(crate) fn is_in_first_half(group_hash: u64) -> bool {
    (group_hash / (2 * HELD_OUT_ONE_IN)).is_multiple_of(2)
}

impl Row {
    /// Whether it is never learned from.
    pub(super) fn is_held_out(&self) -> bool {
        is_held_out(self.group_hash)
    }

    pub(super) fn new(
        row: LabelledRow,
        rows: &RowStream,
        targets: &Targets,
        source: &Source,
    ) -> Result<Self> {
        let LabelledRow { example, labels } = row;
        let mut gold = vec![None; targets.0.len()];
        for (stream_idx, label) in labels {
            let (name, column) = &rows.targets()[stream_idx];
            let here = |kind| {
                Error::new(kind)
                    .in_file(&source.paths[example.file_idx])
                    .at_line(example.line)
            };
            let target = targets.0.iter().position(|known| known.name == *name);
            let Some(target) = target else {
                return Err(here(ErrorKind::UnknownName {
                    what: "the target",
                    value: name.clone(),
                    allowed: targets.0.iter().map(|known| known.name.clone()).collect(),
                }));
            };
            let known = &targets.0[target].labels;
            match known.position_of_form(&label) {
                Some(label) => gold[target] = Some(label),
                None => {
                    return Err(here(ErrorKind::UnknownLabel {
                        column: column.clone(),
                        value: label.to_string(),
                        allowed: known.labels().to_vec(),
                    }));
                }
            }
        }
        let group_hash = xxh3_64_with_seed(example.group_key().as_bytes(), GROUP_SEED);
        Ok(Self {
            hash: hash_of(&example, &gold),
            example,
            gold,
            group_hash,
        })
    }
}

/// Keeps the hashes of groups apart from those that models keep of them.
const GROUP_SEED: u64 = 0x6865_6c64;

fn hash_of(example: &Example, gold: &[Option<usize>]) -> u64 {
    let mut bytes = Vec::with_capacity(example.text.len() + 64);
    for field in [Some(&*example.text), example.group.as_deref()] {
        let field = field.unwrap_or("\u{1}");
        bytes.extend_from_slice(&(field.len() as u64).to_le_bytes());
        bytes.extend_from_slice(field.as_bytes());
    }
    bytes.extend_from_slice(&example.weight.to_le_bytes());
    for label in gold {
        let label = label.map_or(u32::MAX, |label| label as u32);
        bytes.extend_from_slice(&label.to_le_bytes());
    }
    xxh3_64(&bytes)
}
