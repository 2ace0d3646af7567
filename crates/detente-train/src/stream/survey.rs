//! What has to be known of all rows: their targets and labels, and the rows to calibrate on.

use super::CALIBRATION_ROWS;
use super::source::{Row, Source};
use crate::error::{Error, ErrorKind, Result};
use detente_data::article::Example;
use detente_data::corpus::{Corpus, LabelledRow, TargetColumn};
use detente_model::label::{LabelSet, STANCE_LABELS};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};
use xxhash_rust::xxh3::Xxh3;

/// The targets of a stream with their labels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Targets(pub(super) Vec<TargetColumn>);

impl Targets {
    /// Those of labels that are known before the first row.
    pub(super) fn known(labels: &[(String, Vec<String>)]) -> Result<Self> {
        let target = |(name, labels): &(String, Vec<String>)| TargetColumn {
            name: name.clone(),
            labels: LabelSet::new(labels.iter().cloned()),
            column: name.clone(),
        };
        Self(labels.iter().map(target).collect()).checked()
    }

    /// Finds the labels of every target by going over all rows once.
    pub(super) fn find(source: &Source) -> Result<Self> {
        let mut rows = source.rows();
        // The line where each label was met first, for what is said of one that is misspelt.
        let mut found: Vec<FoundLabels> = Vec::new();
        while let Some(LabelledRow { example, labels }) = rows.next_row()? {
            found.resize_with(rows.targets().len(), BTreeMap::new);
            for (target, label) in labels {
                let place = (0, example.file_idx, example.line);
                found[target].entry(label.to_string()).or_insert(place).0 += 1;
            }
        }
        found.resize_with(rows.targets().len(), BTreeMap::new);
        let mut targets: Vec<(TargetColumn, FoundLabels)> = (rows.targets().iter().zip(found))
            .map(|((name, column), found)| {
                let target = TargetColumn {
                    name: name.clone(),
                    labels: LabelSet::new(found.keys().cloned()),
                    column: column.clone(),
                };
                (target, found)
            })
            .collect();
        // The order in which a long file happens to name its targets must not matter.
        if source.is_long() {
            targets.sort_by(|a, b| a.0.name.cmp(&b.0.name));
        }
        for (target, found) in &targets {
            let in_file = |error: Error| match source.paths {
                [only] => error.in_file(only),
                _ => error,
            };
            if let [only] = target.labels.labels() {
                return Err(in_file(Error::new(ErrorKind::OneLabel {
                    target: target.name.clone(),
                    label: only.clone(),
                    n_rows: found[only].0,
                })));
            }
            if let Some(wrong) = target.labels.misspelt_stance() {
                let (_, file_idx, line) = found[wrong];
                return Err(Error::new(ErrorKind::UnknownLabel {
                    column: target.column.clone(),
                    value: wrong.to_owned(),
                    allowed: STANCE_LABELS.map(str::to_owned).to_vec(),
                })
                .in_file(&source.paths[file_idx])
                .at_line(line));
            }
        }
        Self(targets.into_iter().map(|(target, _)| target).collect()).checked()
    }

    fn checked(self) -> Result<Self> {
        for target in &self.0 {
            if target.labels.is_empty() {
                return Err(Error::new(ErrorKind::NoLabels {
                    target: target.name.clone(),
                }));
            }
        }
        Ok(self)
    }
}

/// The labels of a target: how many rows, and the file and the line of the first.
type FoundLabels = BTreeMap<String, (usize, usize, u64)>;

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
        let is_first = rows.iter().map(|row| row.hash / 20 % 2 == 0).collect();
        let corpus = Corpus {
            paths: source.paths.to_vec(),
            targets: targets.0.clone(),
            examples: rows.into_iter().map(|row| row.example).collect(),
            n_unlabelled: 0,
            n_blank: 0,
            n_passed_over: 0,
            kept: Vec::new(),
            has_mentions: false,
        };
        (corpus, is_first)
    }
}
