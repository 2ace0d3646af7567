//! The recipe of a model that is fitted on rows in many places.

use crate::calibration::TiltChoice;
use crate::error::{Error, ErrorKind, Result};
use crate::linear::{HeadParams, Penalty};
use crate::params::{DecisionMetric, STRENGTHS, check_date};

/// The recipe of a model that is fitted on rows in many places.
#[derive(Clone, Debug, PartialEq)]
pub struct DistributedParams {
    /// How the penalty is shared out among the weights; default [`Penalty::Ratio`], as on one machine.
    pub penalty: Penalty,
    /// The strengths that are tried, from the strongest; default [`STRENGTHS`]. Each takes 30 to 140 passes, by
    /// `tolerance`; a head stops where its loss on rows held out has risen over two strengths in a row.
    pub strengths: Vec<f64>,
    /// The gradient's norm at which a head is fitted, relative to that at the start; default 1e-4.
    pub tolerance: f64,
    /// Newton steps after which a head is fitted in any case; default 100.
    pub max_steps: usize,
    /// Whether the penalty on the weight of an n-gram is divided by the square of its inverse document frequency, as
    /// if rows were weighted by it, which hashed rows are not; default yes.
    pub document_frequencies: bool,
    /// Whether a head whose strength is chosen goes on to its optimum on all rows, those held out included; default
    /// yes. It takes a few passes more.
    pub all_rows: bool,
    /// The measure that labels are decided for.
    pub decision_metric: DecisionMetric,
    /// How far labels are tilted towards that measure; default cautiously.
    pub tilt: TiltChoice,
    /// What the model is called.
    pub name: Option<String>,
    /// The date that the model shall carry.
    pub date: Option<String>,
}

impl Default for DistributedParams {
    fn default() -> Self {
        Self {
            penalty: HeadParams::DEFAULT.penalty,
            strengths: STRENGTHS.to_vec(),
            tolerance: HeadParams::DEFAULT.tolerance,
            max_steps: HeadParams::DEFAULT.max_steps,
            document_frequencies: true,
            all_rows: true,
            decision_metric: DecisionMetric::Auto,
            tilt: TiltChoice::Cautious,
            name: None,
            date: None,
        }
    }
}

impl DistributedParams {
    /// Checks every range.
    ///
    /// # Errors
    /// No strength, strengths that do not fall, or a number out of its range.
    pub fn check(&self) -> Result<()> {
        for l2 in &self.strengths {
            HeadParams {
                l2: *l2,
                tolerance: self.tolerance,
                ..HeadParams::DEFAULT
            }
            .check()?;
        }
        let falls = self.strengths.is_sorted_by(|a, b| a > b);
        if self.strengths.is_empty() || !falls {
            let strengths = self.strengths.iter().map(f64::to_string);
            return Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the list of strengths",
                value: format!("`{}`", strengths.collect::<Vec<_>>().join(",")),
                expected: "one or more, each below the one before",
            }));
        }
        check_date(self.date.as_deref())
    }

    pub(super) fn head(&self) -> HeadParams {
        HeadParams {
            penalty: self.penalty,
            tolerance: self.tolerance,
            max_steps: self.max_steps,
            ..HeadParams::DEFAULT
        }
    }
}
