//! The targets of a stream and their labels, given or found in a pass of their own.

use super::source::Source;
use crate::error::{Error, ErrorKind, Result};
use detente_data::corpus::{LabelledRow, TargetColumn};
use detente_model::label::{LabelSet, STANCE_LABELS};
use std::collections::BTreeMap;

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
