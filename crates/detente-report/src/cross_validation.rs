//! What a cross-validation found, in every format.

mod json;
mod predictions;
mod sheets;

pub use predictions::cross_validation_predictions;

use super::details::left_out_line;
use super::sheet::{self, Sheet};
use detente_error::counted;
use detente_eval::cross_validate::{CrossValidated, Split};
use serde_json::Value;

/// All that a report on a cross-validation is made of.
#[derive(Clone, Copy)]
pub struct CrossValidationReport<'a> {
    /// The names of the data files.
    pub data: &'a [String],
    /// What was found.
    pub result: &'a CrossValidated,
}

impl CrossValidationReport<'_> {
    /// As one JSON object. Undefined numbers are `null`.
    pub fn json(&self) -> Value {
        json::json(self.data, self.result)
    }

    /// As tables for a terminal.
    pub fn table(&self) -> String {
        let mut text = self.lead().join("\n") + "\n";
        for (idx, sheet) in self.sheets().iter().enumerate() {
            if idx > 0 {
                text += &format!("\n{}\n", sheet.caption);
            }
            text += &sheet.terminal();
        }
        text
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        sheet::markdown(&self.lead(), &self.sheets())
    }

    /// As LaTeX tables; the package `booktabs` is needed.
    pub fn latex(&self) -> String {
        sheet::latex(&self.lead(), &self.sheets())
    }

    /// As CSV: one number a line, with the columns of [`EvaluationReport::csv`].
    ///
    /// [`EvaluationReport::csv`]: super::EvaluationReport::csv
    pub fn csv(&self) -> Vec<u8> {
        sheets::csv(self.result)
    }

    /// The tables.
    pub(super) fn sheets(&self) -> Vec<Sheet> {
        sheets::sheets(self.result)
    }

    fn lead(&self) -> Vec<String> {
        std::iter::once(format!("{}: {}", self.data.join(", "), how(self.result)))
            .chain(self.notices())
            .collect()
    }

    /// What a reader must know before the first number.
    pub(super) fn notices(&self) -> Vec<String> {
        let result = self.result;
        let mut notices: Vec<String> = left_out_line(&result.left_out).into_iter().collect();
        let n_purged: usize = result.folds.iter().map(|fold| fold.n_purged).sum();
        if n_purged > 0 {
            notices.push(format!(
                "{} kept from training, since their document is tested in the same fold",
                counted(n_purged, "row")
            ));
        }
        if result.n_never_tested > 0 {
            notices.push(format!(
                "{} trained on and never tested",
                counted(result.n_never_tested, "row")
            ));
        }
        for fold in &result.folds {
            for (target, n) in &fold.unanswered {
                notices.push(format!(
                    "fold {}: {} of target `{target}` not answered: its training part has a single \
                     label or fewer than {} documents",
                    fold.name,
                    counted(*n, "row"),
                    result.params.train.folds.n_folds
                ));
            }
        }
        notices
    }
}

/// What was cut how.
pub(super) fn how(result: &CrossValidated) -> String {
    let inner = result.params.train.folds.n_folds;
    let outer = match &result.params.split {
        Split::Folds {
            n_folds,
            repeats: 1,
            ..
        } => format!("{n_folds} folds"),
        Split::Folds {
            n_folds, repeats, ..
        } => format!("{n_folds} folds, {repeats} times"),
        Split::Time { column, n_folds } => format!(
            "{} of `{column}`, each tested by a model of all before",
            counted(*n_folds, "window")
        ),
        Split::LeaveOut { column } => format!("each `{column}` tested by a model of the others"),
    };
    format!(
        "{} in {}, {outer}; settings chosen inside each training part by {inner} folds",
        counted(result.n_rows, "row"),
        counted(result.n_groups, "document")
    )
}
