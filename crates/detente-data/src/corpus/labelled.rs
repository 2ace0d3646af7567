//! The labelled rows of tables, one at a time.

use super::label_forms::{Forms, Spellings};
use super::layout::{Columns, Layout, LayoutParams};
use super::mention::{MentionColumns, MentionPositions, mentions};
use super::notices::Notice;
use super::numbers::parse_number;
use super::shared::SharedNames;
use super::table::Table;
use crate::article::Example;
use crate::error::{ColumnRole, Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::io::{BufRead, Read};
use std::path::PathBuf;
use std::sync::Arc;

/// The targets of the files read so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Targets {
    /// The name of each and the column of its labels, in the order in which they were met.
    pub(super) names: Vec<(String, String)>,
    /// The ways in which the labels of each are written.
    pub(super) spellings: Vec<Spellings>,
    /// Labels that were taken away on demand, and how often.
    dropped: BTreeMap<String, usize>,
    /// Whether a label is at once the first that was met of its form; else they are brought together at the end.
    folds: bool,
    /// Their labels, and the documents of rows.
    shared: SharedNames,
}

impl Targets {
    /// A label on a target of the long layout, with the target's place; `None` where either is blank.
    pub(super) fn labelled(
        &mut self,
        target: &str,
        column: &str,
        cell: &str,
        params: &LayoutParams,
    ) -> Option<(usize, Arc<str>)> {
        let target = target.trim();
        // A target of which no row is labelled is none.
        if target.is_empty() || cell.trim().is_empty() {
            return None;
        }
        match self.names.iter().position(|(known, _)| known == target) {
            Some(idx) => self.label(idx, cell, params).map(|label| (idx, label)),
            None => {
                let (shared, dropped) = (&mut self.shared, &mut self.dropped);
                let label = Spellings::default()
                    .label(cell, params, (false, dropped), |name| shared.get(name))?;
                let idx = self.idx(target, column);
                Some((idx, self.label(idx, cell, params).unwrap_or(label)))
            }
        }
    }

    /// The label that a cell of a target means.
    pub(super) fn label(
        &mut self,
        idx: usize,
        cell: &str,
        params: &LayoutParams,
    ) -> Option<Arc<str>> {
        let (shared, dropped) = (&mut self.shared, &mut self.dropped);
        self.spellings[idx].label(cell, params, (self.folds, dropped), |name| shared.get(name))
    }

    /// What the labels of each target come to, which is also told.
    ///
    /// # Errors
    /// Two labels of a target print alike.
    pub(super) fn forms(&self, params: &LayoutParams) -> Result<Vec<Forms>> {
        for (label, n_labels) in &self.dropped {
            params.reading.notices.add(Notice::DroppedLabels {
                label: label.clone(),
                n_labels: *n_labels,
            });
        }
        let targets = self.names.iter().zip(&self.spellings);
        targets
            .map(|((target, _), spellings)| spellings.forms(target, params))
            .collect()
    }

    /// The one copy of a document's name.
    pub(super) fn shared(&mut self, name: &str) -> Arc<str> {
        self.shared.get(name)
    }

    fn idx(&mut self, name: &str, column: &str) -> usize {
        match self.names.iter().position(|(known, _)| known == name) {
            Some(idx) => idx,
            None => {
                self.names.push((name.to_owned(), column.to_owned()));
                self.spellings.push(Spellings::default());
                self.names.len() - 1
            }
        }
    }
}

/// What a row of a table is to somebody who looks for labelled texts.
pub(super) enum Found {
    /// A text with a label on each of these targets.
    Labelled(LabelledRow),
    /// A text without a label on any.
    Unlabelled,
    /// No text.
    Blank,
    /// A row without what the filters ask for.
    PassedOver,
}

/// The rows of one table.
pub(super) struct LabelledRows<R> {
    table: Table<R>,
    columns: Columns,
    file_idx: usize,
    text: usize,
    id: Option<usize>,
    group: Option<usize>,
    weight: Option<usize>,
    mention: Option<MentionPositions>,
    kept: Vec<Option<usize>>,
    filters: Vec<(usize, String)>,
    exclusions: Vec<(usize, String)>,
    calibration: Vec<(usize, String)>,
    /// In the wide layout: positions of labels, with their targets.
    wide: Vec<(usize, usize)>,
    /// In the long layout: the positions of target and label.
    long: Option<(usize, usize)>,
}

impl<R: Read> LabelledRows<R> {
    /// Finds the columns that a layout names.
    pub(super) fn open(
        mut table: Table<R>,
        file_idx: usize,
        params: &LayoutParams,
        known_targets: &[&str],
        targets: &mut Targets,
    ) -> Result<Self> {
        let columns = Columns::of(&mut table)?;
        let text = columns.require(&params.text, ColumnRole::Text)?;
        let id = match &params.id {
            Some(name) => Some(columns.require(name, ColumnRole::Id)?),
            None => columns.position("id"),
        };
        let group = columns.optional(params.group.as_ref(), ColumnRole::Group)?;
        let weight = columns.optional(params.weight.as_ref(), ColumnRole::Weight)?;
        let mention = match &params.mention {
            Some(MentionColumns::Text(name)) => Some(MentionPositions::Text(
                columns.require(name, ColumnRole::TargetText)?,
            )),
            Some(MentionColumns::Span { from, to }) => Some(MentionPositions::Span {
                from: columns.require(from, ColumnRole::TargetSpan)?,
                to: columns.require(to, ColumnRole::TargetSpan)?,
            }),
            None => None,
        };
        let kept = params.keep.iter().map(|kept| match kept.role {
            Some(role) => columns.require(&kept.name, role).map(Some),
            None => Ok(columns.position(&kept.name)),
        });
        let kept: Vec<Option<usize>> = kept.collect::<Result<_>>()?;
        let filters = values(&params.filters, ColumnRole::Filter, &columns)?;
        let exclusions = values(&params.exclusions, ColumnRole::Filter, &columns)?;
        let calibration = values(&params.calibration, ColumnRole::Calibration, &columns)?;
        let mut wide = Vec::new();
        let mut long = None;
        match &params.layout {
            Layout::Wide { targets: asked } => {
                let mut found: Vec<String> = if asked.is_empty() {
                    let known = known_targets
                        .iter()
                        .filter(|t| columns.position(t).is_some());
                    known.map(|name| (*name).to_owned()).collect()
                } else {
                    asked.clone()
                };
                if found.is_empty() {
                    found = table.targets().to_vec();
                }
                if found.is_empty() {
                    return Err(Error::new(ErrorKind::NoTargets {
                        available: columns.named(),
                    }));
                }
                for name in found {
                    let position = columns.require(&name, ColumnRole::Targets)?;
                    wide.push((position, targets.idx(&name, &name)));
                }
            }
            Layout::Texts => {}
            Layout::Long {
                target_column,
                label_column,
            } => {
                long = Some((
                    columns.require(target_column, ColumnRole::Target)?,
                    columns.require(label_column, ColumnRole::Label)?,
                ));
            }
        }
        table.want(&columns.asked())?;
        Ok(Self {
            table,
            columns,
            file_idx,
            text,
            id,
            group,
            weight,
            mention,
            kept,
            filters,
            exclusions,
            calibration,
            wide,
            long,
        })
    }

    /// The next row; `None` at the end.
    pub(super) fn next(
        &mut self,
        params: &LayoutParams,
        targets: &mut Targets,
    ) -> Result<Option<Found>> {
        let Some(line) = self.table.next()? else {
            return Ok(None);
        };
        let cell = |position: usize| self.table.cell(position);
        let has = |values: &[(usize, String)]| {
            let mut values = values.iter();
            values.all(|(position, value)| cell(*position) == *value)
        };
        let is_excluded = |(position, value): &(usize, String)| cell(*position) == *value;
        if !has(&self.filters) || self.exclusions.iter().any(is_excluded) {
            return Ok(Some(Found::PassedOver));
        }
        let named = |position: Option<usize>| {
            position
                .map(|position| cell(position).to_owned())
                .filter(|value| !value.is_empty())
        };
        let weight = match self.weight {
            Some(position) => parse_weight(cell(position), &self.columns.names()[position])
                .map_err(|error| error.at_line(line))?,
            None => 1.0,
        };
        let mut labels = Vec::new();
        // Where the cells of these labels are.
        let mut positions = Vec::new();
        match self.long {
            Some((target, label)) => {
                let column = &self.columns.names()[label];
                let labelled = targets.labelled(cell(target), column, cell(label), params);
                positions.extend(labelled.iter().map(|_| label));
                labels.extend(labelled);
            }
            None => {
                for (position, target_idx) in &self.wide {
                    if let Some(label) = targets.label(*target_idx, cell(*position), params) {
                        labels.push((*target_idx, label));
                        positions.push(*position);
                    }
                }
            }
        }
        if cell(self.text).trim().is_empty() {
            return Ok(Some(Found::Blank));
        }
        if labels.is_empty() && params.layout != Layout::Texts {
            return Ok(Some(Found::Unlabelled));
        }
        let mentions = match &self.mention {
            Some(positions) => {
                mentions(cell(self.text), positions, cell).map_err(|error| error.at_line(line))?
            }
            None => Vec::new(),
        };
        let example = Example {
            mentions,
            id: named(self.id),
            text: cell(self.text).to_owned(),
            labels: Vec::new(),
            group: (self.group.map(cell))
                .filter(|group| !group.is_empty())
                .map(|group| targets.shared.get(group)),
            weight,
            calibrates: has(&self.calibration),
            file_idx: self.file_idx,
            line,
            kept: (self.kept.iter())
                .map(|column| column.map_or("", cell).to_owned())
                .collect(),
        };
        for ((target_idx, _), position) in labels.iter().zip(&positions) {
            targets.spellings[*target_idx].count(cell(*position));
        }
        Ok(Some(Found::Labelled(LabelledRow { example, labels })))
    }
}

/// The positions of columns, each with the value that is looked for.
fn values(
    wanted: &[(String, String)],
    role: ColumnRole,
    columns: &Columns,
) -> Result<Vec<(usize, String)>> {
    let found = wanted.iter().map(|(column, value)| {
        let position = columns.require(column, role)?;
        Ok((position, value.clone()))
    });
    found.collect()
}

fn parse_weight(cell: &str, column: &str) -> Result<f64> {
    parse_number(cell)
        .filter(|weight| weight.is_finite() && *weight >= 0.0)
        .ok_or_else(|| {
            Error::new(ErrorKind::BadNumber {
                column: column.to_owned(),
                value: cell.to_owned(),
                expected: "a number from 0",
            })
        })
}

/// A labelled row as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledRow {
    /// The row; its own list of labels is empty: who has met all targets knows how long it is.
    pub example: Example,
    /// Its labels, renamed, each with the place of its target among [`RowStream::targets`].
    pub labels: Vec<(usize, Arc<str>)>,
}

/// The labelled rows of one or more files in their order, of which one is held at a time.
pub struct RowStream<'a> {
    paths: &'a [PathBuf],
    params: &'a LayoutParams,
    known_targets: &'a [&'a str],
    rows: Option<LabelledRows<Box<dyn BufRead + Send>>>,
    next_file: usize,
    targets: Targets,
    /// Rows without a label on any target so far.
    pub n_unlabelled: usize,
    /// Rows whose text is blank so far.
    pub n_blank: usize,
}

impl<'a> RowStream<'a> {
    /// Prepares to read files of one layout; `-` is standard input. `known_targets` are the targets to
    /// look for when a wide layout names none.
    pub fn new(
        paths: &'a [PathBuf],
        params: &'a LayoutParams,
        known_targets: &'a [&'a str],
    ) -> Self {
        Self {
            paths,
            params,
            known_targets,
            rows: None,
            next_file: 0,
            targets: Targets {
                folds: true,
                ..Targets::default()
            },
            n_unlabelled: 0,
            n_blank: 0,
        }
    }

    /// The targets met so far, each with the column of its labels.
    pub fn targets(&self) -> &[(String, String)] {
        &self.targets.names
    }

    /// The next row with a text and a label; `None` behind the last file.
    ///
    /// # Errors
    /// As [`Corpus::read`](super::Corpus::read), but that no label is taken for misspelt.
    pub fn next_row(&mut self) -> Result<Option<LabelledRow>> {
        loop {
            if let Some(rows) = &mut self.rows {
                let path = &self.paths[self.next_file - 1];
                let found = rows.next(self.params, &mut self.targets);
                match found.map_err(|error| error.in_file(path))? {
                    Some(Found::Labelled(row)) => return Ok(Some(row)),
                    Some(Found::Unlabelled) => self.n_unlabelled += 1,
                    Some(Found::Blank) => self.n_blank += 1,
                    Some(Found::PassedOver) => {}
                    None => self.rows = None,
                }
                continue;
            }
            let Some(path) = self.paths.get(self.next_file) else {
                self.targets.forms(self.params)?;
                return Ok(None);
            };
            let table = Table::open(path, &self.params.reading)?;
            let (file_idx, params) = (self.next_file, self.params);
            let rows = LabelledRows::open(
                table,
                file_idx,
                params,
                self.known_targets,
                &mut self.targets,
            );
            self.rows = Some(rows.map_err(|error| error.in_file(path))?);
            self.next_file += 1;
        }
    }
}
