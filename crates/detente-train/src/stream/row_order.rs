//! The rows of one pass, in the order in which they are learned from.

use super::StreamParams;
use super::row::Row;
use super::source::Source;
use super::survey::Survey;
use super::targets::Targets;
use crate::error::Result;
use detente_data::corpus::RowStream;
use detente_metrics::random::below;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

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
