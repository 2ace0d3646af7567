//! The member of a stack that sees what a sentence encoder gives.

use super::encoded::{EncodedRows, Scaling};
use super::prepared_training::Task;
use crate::error::Result;
use crate::linear::{HeadParams, LinearHead, Penalty, margins_of};
use linfa::traits::Fit;
use ndarray::Array2;

impl EncodedRows {
    /// The margins that rows held out get from a head on those kept, at each strength in turn; `visit` says whether
    /// to go on.
    pub(super) fn path(
        &self,
        kept: &Task,
        held_out: &Task,
        params: &HeadParams,
        strengths: &[f64],
        mut visit: impl FnMut(Array2<f64>) -> bool,
    ) -> Result<()> {
        let scaling = self.scaling(&kept.rows);
        let rows = self.scaled(&kept.rows, &scaling);
        let others = self.scaled(&held_out.rows, &scaling);
        head_params(params).fit_path(&kept.dataset(&rows), strengths, None, |head| {
            visit(margins_of(head, &others))
        })
    }

    /// A head on all rows of a target.
    pub(super) fn fit(&self, task: &Task, params: &HeadParams, l2: f64) -> Result<EncodedHead> {
        let scaling = self.scaling(&task.rows);
        let rows = self.scaled(&task.rows, &scaling);
        let params = HeadParams {
            l2,
            ..head_params(params)
        };
        let head = params.fit(&task.dataset(&rows))?;
        Ok(EncodedHead { scaling, head })
    }
}

/// Columns of an encoder have no sign and no rarity that would tell them apart beforehand.
fn head_params(params: &HeadParams) -> HeadParams {
    HeadParams {
        penalty: Penalty::Even,
        ..*params
    }
}

/// A head on scaled rows.
pub(super) struct EncodedHead {
    scaling: Scaling,
    head: LinearHead,
}

impl EncodedHead {
    /// The weights of a column for rows as the encoder gives them.
    pub(super) fn weights(&self, column: usize) -> impl Iterator<Item = f64> {
        let factor = f64::from(self.scaling.factors[column]);
        let weights = self.head.weights(column).iter();
        weights.map(move |weight| weight * factor)
    }

    /// The margins of a row that is the means.
    pub(super) fn intercept(&self) -> &[f64] {
        self.head.intercept()
    }

    pub(super) fn means(&self) -> &[f32] {
        &self.scaling.means
    }
}
