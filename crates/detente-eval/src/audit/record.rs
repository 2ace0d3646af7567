//! The recipe for an audit, and what comes of one.

use super::agreement::CoderAgreement;
use super::checks::{Check, Verdict};
use super::counts::{Groups, LabelCounts, Slice, Splits};
use super::duplicates::{Duplicates, Leak};
use super::label_errors::LabelNoise;
use super::predictors::Predictor;
use super::texts::Texts;
use crate::error::{Error, ErrorKind, Result};
use detente_model::label::LabelRenames;
use detente_text::{AnalyzerParams, Language};
use detente_train::TrainParams;
use serde::Serialize;

/// The recipe for an [`Audit`]. Columns named here are those that the corpus keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditParams {
    /// The language of the texts; default English.
    pub language: Language,
    /// The resemblance from which texts are near-duplicates, from 0.3 to 1; default 0.8, about one
    /// word changed in 15. Lower values find looser copies and take longer.
    pub resemblance: f64,
    /// Rows that a predictor needs, 1 or more; default 20. Fewer rows show rarer shortcuts and
    /// stricter corrections.
    pub min_rows: usize,
    /// The share of one label above which a predictor is reported, from 0 to 1; default 0.7.
    pub max_share: f64,
    /// The column that says which split a row is in; default none.
    pub split: Option<String>,
    /// A second coder's columns, as (label column, second column); default none.
    pub second: Vec<(String, String)>,
    /// How the second coder's labels are renamed.
    pub renames: LabelRenames,
    /// Columns that name parties.
    pub party_columns: Vec<String>,
    /// Columns by whose values the labels are counted; default none.
    pub by: Vec<String>,
    /// How the model that looks for label errors is fitted, at its fixed strength; `None` for no
    /// model.
    pub model: Option<TrainParams>,
}

impl Default for AuditParams {
    fn default() -> Self {
        Self {
            language: Language::English,
            resemblance: 0.8,
            min_rows: 20,
            max_share: 0.7,
            split: None,
            second: Vec::new(),
            renames: LabelRenames::default(),
            party_columns: Vec::new(),
            by: Vec::new(),
            model: Some(TrainParams::DEFAULT),
        }
    }
}

impl AuditParams {
    /// How texts are read: as the model that looks for label errors reads them.
    pub(super) fn analyzer(&self) -> AnalyzerParams {
        let of_model = self.model.as_ref().map(|train| train.mask_parties);
        AnalyzerParams {
            language: self.language,
            mask_parties: of_model.unwrap_or(AnalyzerParams::DEFAULT.mask_parties),
        }
    }

    /// Checks every range.
    ///
    /// # Errors
    /// The first parameter that is out of its range.
    pub fn check(&self) -> Result<()> {
        let refuse = |parameter, value: String, expected| {
            Err(Error::new(ErrorKind::OutOfRange {
                parameter,
                value,
                expected,
            }))
        };
        if !(0.3..=1.0).contains(&self.resemblance) {
            let value = self.resemblance.to_string();
            return refuse("the resemblance", value, "a number from 0.3 to 1");
        }
        if !(0.0..=1.0).contains(&self.max_share) {
            let value = self.max_share.to_string();
            return refuse("the largest share", value, "a number from 0 to 1");
        }
        if self.min_rows == 0 {
            return refuse("the least number of rows", "0".into(), "1 or more");
        }
        Ok(self.model.as_ref().map_or(Ok(()), TrainParams::check)?)
    }
}

/// What there is to know of a corpus before training.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Audit {
    /// What was checked and what came of it, in the order of the parts below.
    pub checks: Vec<Check>,
    /// Labels of each target.
    pub targets: Vec<LabelCounts>,
    /// Rows per group; `None` without a group column.
    pub groups: Option<Groups>,
    /// What the splits hold; `None` without a split column.
    pub splits: Option<Splits>,
    /// Texts that occur more than once.
    pub duplicates: Duplicates,
    /// What the other corpus has in common; `None` without one.
    pub leak: Option<Leak>,
    /// What gives a label away, the worst first.
    pub predictors: Vec<Predictor>,
    /// Probable label errors of each target that a model could be fitted on.
    pub label_noise: Vec<LabelNoise>,
    /// Targets that no model could be fitted on, with the reason.
    pub unmodelled: Vec<(String, String)>,
    /// The agreement with a second coder, for each target that has one.
    pub agreement: Vec<CoderAgreement>,
    /// Lengths and vocabulary.
    pub texts: Texts,
    /// Labels by the values of columns.
    pub slices: Vec<Slice>,
}

impl Audit {
    /// Number of checks with findings.
    pub fn n_findings(&self) -> usize {
        let checks = self.checks.iter();
        checks
            .filter(|check| check.verdict == Verdict::Finding)
            .count()
    }
}
