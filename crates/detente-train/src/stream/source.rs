//! The rows that are learned from, in the order in which they are.

use super::StreamParams;
use super::survey::{Survey, Targets};
use crate::error::{Error, ErrorKind, Result};
use detente_data::article::Example;
use detente_data::corpus::{LabelledRow, Layout, LayoutParams, RowStream};
use detente_metrics::random::below;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use std::path::PathBuf;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Where the rows of a training come from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The files; `-` is standard input, which can be read once.
    pub paths: &'a [PathBuf],
    /// Which columns mean what.
    pub layout: &'a LayoutParams,
    /// The targets to look for when a wide layout names none.
    pub known_targets: &'a [&'a str],
}

impl<'a> Source<'a> {
    pub(super) fn rows(&self) -> RowStream<'a> {
        RowStream::new(self.paths, self.layout, self.known_targets)
    }

    /// Whether it cannot be read a second time.
    pub(super) fn is_once(&self) -> bool {
        self.paths.iter().any(|path| path.as_os_str() == "-")
    }

    pub(super) fn is_long(&self) -> bool {
        matches!(self.layout.layout, Layout::Long { .. })
    }
}

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
pub(super) const HELD_OUT_ONE_IN: u64 = 10;

impl Row {
    /// Whether it is never learned from.
    pub(super) fn is_held_out(&self) -> bool {
        self.group_hash.is_multiple_of(HELD_OUT_ONE_IN)
    }

    fn new(row: LabelledRow, rows: &RowStream, targets: &Targets, source: &Source) -> Result<Self> {
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
            match known.position(&label) {
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

/// One pass over the rows.
pub(super) struct Pass<'a> {
    source: Source<'a>,
    targets: &'a Targets,
    rows: RowStream<'a>,
    /// Rows that wait for their turn; `None` where rows keep their order.
    waiting: Option<Waiting>,
}

struct Waiting {
    rows: Vec<Row>,
    n_most: usize,
    random: Xoshiro256PlusPlus,
}

impl<'a> Pass<'a> {
    pub(super) fn new(
        source: Source<'a>,
        targets: &'a Targets,
        params: &StreamParams,
        pass: usize,
    ) -> Self {
        let waiting = (params.shuffle > 0).then(|| Waiting {
            rows: Vec::new(),
            n_most: params.shuffle,
            random: Xoshiro256PlusPlus::seed_from_u64(params.seed.wrapping_add(pass as u64)),
        });
        Self {
            waiting,
            ..Self::in_order(source, targets)
        }
    }

    /// A pass in which no row waits.
    pub(super) fn in_order(source: Source<'a>, targets: &'a Targets) -> Self {
        Self {
            source,
            targets,
            rows: source.rows(),
            waiting: None,
        }
    }

    /// Rows without a label on any target so far, and rows whose text is blank.
    pub(super) fn left_out(&self) -> (usize, usize) {
        (self.rows.n_unlabelled, self.rows.n_blank)
    }

    /// The next row of the files, held out or not, counted where somebody counts; `None` at the end.
    fn read(&mut self, survey: &mut Option<&mut Survey>) -> Result<Option<Row>> {
        let Some(row) = self.rows.next_row()? else {
            return Ok(None);
        };
        let row = Row::new(row, &self.rows, self.targets, &self.source)?;
        if let Some(survey) = survey {
            survey.add(&row, self.targets);
        }
        Ok(Some(row))
    }

    /// The next row to learn from; `None` at the end.
    pub(super) fn next(&mut self, survey: &mut Option<&mut Survey>) -> Result<Option<Row>> {
        loop {
            let row = self.read(survey)?;
            if row.as_ref().is_some_and(Row::is_held_out) {
                continue;
            }
            let Some(waiting) = &mut self.waiting else {
                return Ok(row);
            };
            match row {
                Some(row) if waiting.rows.len() < waiting.n_most => waiting.rows.push(row),
                Some(row) => {
                    let at = waiting.draw();
                    return Ok(Some(std::mem::replace(&mut waiting.rows[at], row)));
                }
                None if waiting.rows.is_empty() => return Ok(None),
                None => {
                    let at = waiting.draw();
                    return Ok(Some(waiting.rows.swap_remove(at)));
                }
            }
        }
    }

    /// Only counts the rows.
    pub(super) fn survey(&mut self, survey: &mut Survey) -> Result<()> {
        while self.read(&mut Some(survey))?.is_some() {}
        (survey.n_unlabelled, survey.n_blank) = self.left_out();
        Ok(())
    }
}

impl Waiting {
    /// A place among the rows.
    fn draw(&mut self) -> usize {
        below(self.random.next_u64(), self.rows.len())
    }
}
