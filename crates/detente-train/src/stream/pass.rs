//! One pass of a learner over rows.

use super::checkpoint::{Checkpoint, Saved, Saving};
use super::row::Row;
use super::row_order::Pass;
use super::survey::Survey;
use crate::error::{Error, ErrorKind, Result};
use crate::linear::FtrlClassifier;
use detente_model::StatePool;
use detente_model::features::{SparseRow, Vectorizer, View};
use detente_text::Analyzer;
use rayon::prelude::*;
use std::ops::Range;
use xxhash_rust::xxh3::Xxh3;

/// Rows that are made together while those before them are learned from.
const CHUNK: usize = 1024;

/// A learner on its way over the rows.
pub(super) struct Learning<'a> {
    pub(super) analyzer: &'a Analyzer,
    pub(super) vectorizer: &'a Vectorizer,
    pub(super) learner: &'a mut FtrlClassifier,
    pub(super) saving: Option<Saving<'a>>,
    /// What to go on from, until it is reached.
    pub(super) found: Option<Checkpoint>,
    /// Rows learned from in all passes, those before the checkpoint included.
    pub(super) n_learned: usize,
}

/// A row that is ready to be learned from.
pub(super) struct Ready {
    pub(super) ids: Vec<u32>,
    values: Vec<f32>,
    pub(super) gold: Vec<Option<usize>>,
    pub(super) weight: f32,
    hash: u64,
}

impl Learning<'_> {
    /// Learns from every row of a pass, or from those behind the checkpoint that was found.
    pub(super) fn pass(
        &mut self,
        pass: usize,
        rows: &mut Pass,
        survey: Option<&mut Survey>,
        learned: &(dyn Fn(usize) + Sync),
    ) -> Result<()> {
        let views = self.vectorizer.vocabulary().views();
        let mut reader = Reader::new(self.analyzer, self.vectorizer, &views, survey);
        let mut digest = Xxh3::new();
        let mut n_rows = 0;
        if let Some(found) = self.found.take() {
            n_rows = found.n_rows;
            reader.skip(n_rows, rows, &mut digest)?;
            if digest.digest128() != found.digest {
                return Err(Error::new(ErrorKind::CheckpointOther));
            }
            self.n_learned = found.n_learned;
            self.learner.set_state(found.state);
        }
        reader.each_chunk(rows, |chunk| {
            for row in chunk {
                self.learner
                    .learn(&row.ids, &row.values, &row.gold, row.weight);
                digest.update(&row.hash.to_le_bytes());
                n_rows += 1;
                self.n_learned += 1;
                if let Some(saving) = &self.saving
                    && self.n_learned.is_multiple_of(saving.params.every)
                {
                    saving.save(&Saved {
                        pass,
                        n_rows,
                        n_learned: self.n_learned,
                        digest: digest.digest128(),
                        state: self.learner.state(),
                    })?;
                }
            }
            learned(self.n_learned);
            Ok(())
        })
    }
}

/// The features of a row, those of a view together.
pub(super) fn by_view(row: &SparseRow, views: &[(View, Range<usize>)]) -> (Vec<u32>, Vec<f32>) {
    let (mut ids, mut values) = (Vec::new(), Vec::new());
    for (_, range) in views {
        for (id, value) in row.ids.iter().zip(&row.values) {
            if range.contains(&(*id as usize)) {
                ids.push(*id);
                values.push(*value);
            }
        }
    }
    (ids, values)
}

/// Makes rows ready to be learned from.
pub(super) struct Reader<'a> {
    analyzer: &'a Analyzer,
    vectorizer: &'a Vectorizer,
    views: &'a [(View, Range<usize>)],
    pool: StatePool,
    survey: Option<&'a mut Survey>,
}

impl<'a> Reader<'a> {
    /// A reader that has the survey, if there is one, count each row.
    pub(super) fn new(
        analyzer: &'a Analyzer,
        vectorizer: &'a Vectorizer,
        views: &'a [(View, Range<usize>)],
        survey: Option<&'a mut Survey>,
    ) -> Self {
        Self {
            analyzer,
            vectorizer,
            views,
            pool: StatePool::default(),
            survey,
        }
    }

    /// Hands over all rows in their order; the next ones are made while those before them are used.
    pub(super) fn each_chunk(
        &mut self,
        rows: &mut Pass,
        mut with: impl FnMut(&[Ready]) -> Result<()> + Send,
    ) -> Result<()> {
        let mut chunk = self.chunk(rows)?;
        while !chunk.is_empty() {
            let (used, next) = rayon::join(|| with(&chunk), || self.chunk(rows));
            used?;
            chunk = next?;
        }
        if let Some(survey) = &mut self.survey {
            (survey.n_unlabelled, survey.n_blank) = rows.left_out();
        }
        Ok(())
    }

    fn next(&mut self, rows: &mut Pass) -> Result<Option<Row>> {
        rows.next(&mut self.survey)
    }

    /// Passes over the rows that were learned from before.
    fn skip(&mut self, n_rows: usize, rows: &mut Pass, digest: &mut Xxh3) -> Result<()> {
        for _ in 0..n_rows {
            if let Some(row) = self.next(rows)? {
                digest.update(&row.hash.to_le_bytes());
            }
        }
        Ok(())
    }

    /// The next rows; none at the end.
    fn chunk(&mut self, rows: &mut Pass) -> Result<Vec<Ready>> {
        let mut read = Vec::with_capacity(CHUNK);
        while read.len() < CHUNK {
            match self.next(rows)? {
                Some(row) => read.push(row),
                None => break,
            }
        }
        let ready = read.into_par_iter().map(|row| {
            self.pool.with(|state| {
                let passage = row.example.text.as_str();
                let made = self.vectorizer.transform(self.analyzer, state, passage);
                let (ids, values) = by_view(made.row, self.views);
                Ready {
                    ids,
                    values,
                    gold: row.gold,
                    weight: row.example.weight as f32,
                    hash: row.hash,
                }
            })
        });
        Ok(ready.collect())
    }
}
