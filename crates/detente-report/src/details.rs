//! An evaluation with everything that stands beside its measures, in every format.

mod conformal;
mod json;
mod notices;
mod sheets;

pub(super) use json::{contamination_json, left_out_json, measure_json};
pub(super) use notices::left_out_line;
pub use notices::{contamination_line, unknown_line};

use super::evaluation::{headline, label_sheet, more_sheet, target_sheet};
use super::evaluation_csv;
use super::sheet::{self, Sheet};
use detente_eval::evaluate::{Details, Evaluated};
use serde_json::Value;

/// All that a report on an evaluation is made of.
#[derive(Clone, Copy)]
pub struct EvaluationReport<'a> {
    /// The name of the model.
    pub model: &'a str,
    /// The names of the data files.
    pub data: &'a [String],
    /// The measures.
    pub evaluated: &'a Evaluated,
    /// What stands beside them.
    pub details: &'a Details,
    /// Whether the tables show every measure.
    pub all: bool,
}

impl EvaluationReport<'_> {
    /// As one JSON object.
    pub fn json(&self) -> Value {
        json::json(self)
    }

    /// As tables for a terminal.
    pub fn table(&self) -> String {
        let mut text = headline(self.model, self.data, self.evaluated);
        for line in self.notices() {
            text += &format!("{line}\n");
        }
        for (idx, sheet) in self.sheets().iter().enumerate() {
            if idx > 0 {
                text += "\n";
            }
            if idx > 1 {
                text += &format!("{}\n", sheet.caption);
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

    /// As CSV: one number a line.
    pub fn csv(&self) -> Vec<u8> {
        evaluation_csv::csv(self.evaluated, self.details)
    }

    fn lead(&self) -> Vec<String> {
        let first = headline(self.model, self.data, self.evaluated);
        std::iter::once(first.trim_end().to_owned())
            .chain(self.notices())
            .collect()
    }

    /// What a reader must know before the first number.
    pub(super) fn notices(&self) -> Vec<String> {
        let Details {
            contamination,
            drift,
            ..
        } = self.details;
        contamination_line("the model", contamination)
            .into_iter()
            .chain(left_out_line(&self.evaluated.left_out))
            .chain(notices::drift_lines(drift))
            .collect()
    }

    /// The tables: measures and labels first.
    pub(super) fn sheets(&self) -> Vec<Sheet> {
        let evaluated = self.evaluated;
        let mut sheets = vec![target_sheet(evaluated), label_sheet(evaluated)];
        sheets.push(sheets::baselines(self));
        if !self.details.slices.is_empty() {
            sheets.push(sheets::slices(self));
        }
        if self.all {
            sheets.push(more_sheet(evaluated));
            sheets.push(sheets::selective(self));
            sheets.push(conformal::sheet(self));
            sheets.push(sheets::shares(self));
            sheets.push(sheets::shifts(self));
        }
        sheets.retain(|sheet| !sheet.is_empty());
        sheets
    }
}

/// A share of a hundred, one digit behind the point.
fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}
