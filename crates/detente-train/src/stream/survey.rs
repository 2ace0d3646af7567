//! What is gathered as all rows go by once: counts, and the rows to calibrate on.

use super::CALIBRATION_ROWS;
use super::row::{Row, is_in_first_half};
use super::source::Source;
use super::targets::Targets;
use detente_data::article::Example;
use detente_data::corpus::Corpus;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use xxhash_rust::xxh3::Xxh3;

/// What is gathered as all rows go by once.
pub(super) struct Survey {
    /// Rows of each label of each target.
    pub(super) label_counts: Vec<Vec<usize>>,
    pub(super) n_rows: usize,
    pub(super) n_held_out: usize,
    pub(super) n_unlabelled: usize,
    pub(super) n_blank: usize,
    fingerprint: Xxh3,
    /// The rows held out of the groups whose hashes are lowest.
    held_out: BinaryHeap<HeldOut>,
}

struct HeldOut {
    hash: u64,
    ordinal: usize,
    example: Example,
}

impl HeldOut {
    fn key(&self) -> (u64, usize) {
        (self.hash, self.ordinal)
    }
}

impl PartialEq for HeldOut {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for HeldOut {}

impl PartialOrd for HeldOut {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for HeldOut {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Survey {
    pub(super) fn new(targets: &Targets) -> Self {
        let n_labels = targets.0.iter().map(|target| target.labels.len());
        Self {
            label_counts: n_labels.map(|n| vec![0; n]).collect(),
            n_rows: 0,
            n_held_out: 0,
            n_unlabelled: 0,
            n_blank: 0,
            fingerprint: Xxh3::new(),
            held_out: BinaryHeap::new(),
        }
    }

    /// Counts a row, and keeps it if it is among those to calibrate on.
    pub(super) fn add(&mut self, row: &Row, targets: &Targets) {
        self.fingerprint.update(&row.hash.to_le_bytes());
        self.n_rows += 1;
        for (counts, gold) in self.label_counts.iter_mut().zip(&row.gold) {
            if let Some(label) = gold {
                counts[*label] += 1;
            }
        }
        if !row.is_held_out() {
            return;
        }
        self.n_held_out += 1;
        let labels =
            row.gold.iter().zip(&targets.0).map(|(gold, target)| {
                gold.map(|label| target.labels.labels()[label].as_str().into())
            });
        let held_out = HeldOut {
            hash: row.group_hash,
            ordinal: self.n_rows,
            example: Example {
                labels: labels.collect(),
                ..row.example.clone()
            },
        };
        self.held_out.push(held_out);
        if self.held_out.len() > CALIBRATION_ROWS {
            self.held_out.pop();
        }
    }

    /// A hash of all rows in their order, 128 bits as 32 hexadecimal digits.
    pub(super) fn fingerprint(&self) -> String {
        format!("{:032x}", self.fingerprint.digest128())
    }

    /// The rows to calibrate on, and for each whether it is in the first half of them: a half has whole
    /// groups.
    pub(super) fn into_held_out(self, source: &Source, targets: &Targets) -> (Corpus, Vec<bool>) {
        let rows = self.held_out.into_sorted_vec();
        let is_first = rows.iter().map(|row| is_in_first_half(row.hash)).collect();
        let corpus = Corpus {
            paths: source.paths.to_vec(),
            targets: targets.0.clone(),
            examples: rows.into_iter().map(|row| row.example).collect(),
            ..Corpus::default()
        };
        (corpus, is_first)
    }
}
