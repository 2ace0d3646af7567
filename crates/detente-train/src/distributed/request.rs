//! What a driver asks of all rows in one pass, and what parts of them answer.

use super::plan::Plan;
use super::tally::add_up;
use super::wire::{Kind, Reader, Writer};
use crate::error::{Error, ErrorKind, Result};
use crate::linear::n_columns;

/// What a driver asks of all rows in one pass: of each head that is still fitted, its loss and gradient at some
/// parameters, or the product of the Hessian there with a direction.
///
/// It takes 4 bytes for each feature and column of a head, or 8 for a product.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub(super) plan_id: u64,
    /// Which pass it is, so that no answer is taken for another.
    pub(super) round: u32,
    /// Bits after the point in sums of losses.
    pub(super) loss_exponent: i32,
    pub(super) questions: Vec<Question>,
}

/// What is asked of one head, which sees one view of the rows that are labelled on one target.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    pub(super) target_idx: usize,
    pub(super) view_idx: usize,
    /// Whether rows held out are asked too.
    pub(super) of_all_rows: bool,
    /// Bits after the point in the sums.
    pub(super) exponent: i32,
    /// Feature by feature, the intercepts last: shape `(n_features + 1, n_columns)`.
    pub(super) parameters: Vec<f32>,
    /// The same, or nothing where loss and gradient are asked for.
    pub(super) direction: Vec<f32>,
}

impl Request {
    /// The number of the pass, from 1.
    pub fn round(&self) -> u32 {
        self.round
    }

    /// The request as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::Request);
        writer.u64(self.plan_id);
        writer.u32(self.round);
        writer.u32(self.loss_exponent as u32);
        writer.u32(self.questions.len() as u32);
        for question in &self.questions {
            writer.u32(question.target_idx as u32);
            writer.u32(question.view_idx as u32);
            writer.u32(u32::from(question.of_all_rows));
            writer.u32(question.exponent as u32);
            writer.f32s(&question.parameters);
            writer.f32s(&question.direction);
        }
        writer.finish()
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// Bytes that are cut off, altered, no request, or of another plan.
    pub fn from_bytes(plan: &Plan, bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes, Kind::Request)?;
        if reader.u64()? != plan.id() {
            return Err(Error::new(ErrorKind::PartOther));
        }
        let round = reader.u32()?;
        let loss_exponent = reader.u32()? as i32;
        let n_questions = reader.u32()? as usize;
        reader.check(n_questions <= plan.targets().len() * plan.views().len())?;
        let mut questions = Vec::new();
        for _ in 0..n_questions {
            let question = Question {
                target_idx: reader.u32()? as usize,
                view_idx: reader.u32()? as usize,
                of_all_rows: reader.u32()? == 1,
                exponent: reader.u32()? as i32,
                parameters: reader.f32s()?,
                direction: reader.f32s()?,
            };
            let (target_idx, view_idx) = (question.target_idx, question.view_idx);
            reader.check(target_idx < plan.targets().len() && view_idx < plan.views().len())?;
            let n_features = plan.views()[view_idx].1.len();
            let n = (n_features + 1) * n_columns(plan.labels_of(target_idx).len());
            reader.check(
                question.parameters.len() == n && [0, n].contains(&question.direction.len()),
            )?;
            questions.push(question);
        }
        reader.finish()?;
        Ok(Self {
            plan_id: plan.id(),
            round,
            loss_exponent,
            questions,
        })
    }
}

/// What some rows, or all, answer to a [`Request`].
///
/// Answers of parts add up to the answer of all, in any order and however rows are cut.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub(super) plan_id: u64,
    pub(super) round: u32,
    /// Rows gone over, those held out included.
    pub(super) n_rows: u64,
    /// The sum of their hashes.
    pub(super) digest: u128,
    pub(super) parts: Vec<Part>,
}

/// The answer to one question.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Part {
    pub(super) loss: i128,
    /// Gradient or product, times a power of two; shape as the parameters.
    pub(super) sums: Vec<i64>,
}

impl Answer {
    /// Adds the answer of other rows.
    ///
    /// # Errors
    /// It answers another request.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        let lengths = |answer: &Self| -> Vec<usize> {
            answer.parts.iter().map(|part| part.sums.len()).collect()
        };
        if (self.plan_id, self.round) != (other.plan_id, other.round)
            || lengths(self) != lengths(other)
        {
            return Err(Error::new(ErrorKind::PartOther));
        }
        self.n_rows += other.n_rows;
        self.digest = self.digest.wrapping_add(other.digest);
        for (own, others) in self.parts.iter_mut().zip(&other.parts) {
            own.loss = own.loss.wrapping_add(others.loss);
            add_up(&mut own.sums, &others.sums);
        }
        Ok(())
    }

    /// The answer as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::Answer);
        writer.u64(self.plan_id);
        writer.u32(self.round);
        writer.u64(self.n_rows);
        writer.u128(self.digest);
        writer.u32(self.parts.len() as u32);
        for part in &self.parts {
            writer.u128(part.loss as u128);
            writer.sums(&part.sums);
        }
        writer.finish()
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote. Whether it answers a request is seen where it is used.
    ///
    /// # Errors
    /// Bytes that are cut off, altered, no answer, or of another plan.
    pub fn from_bytes(plan: &Plan, bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes, Kind::Answer)?;
        if reader.u64()? != plan.id() {
            return Err(Error::new(ErrorKind::PartOther));
        }
        let mut answer = Self {
            plan_id: plan.id(),
            round: reader.u32()?,
            n_rows: reader.u64()?,
            digest: reader.u128()?,
            parts: Vec::new(),
        };
        let n_parts = reader.u32()? as usize;
        reader.check(n_parts <= plan.targets().len() * plan.views().len())?;
        let n_most = (plan.vectorizer().vocabulary().len() + 1) * plan.n_columns();
        for _ in 0..n_parts {
            let loss = reader.u128()? as i128;
            let sums = reader.sums_within(0..=n_most)?;
            answer.parts.push(Part { loss, sums });
        }
        reader.finish()?;
        Ok(answer)
    }
}
