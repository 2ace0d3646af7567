//! What a reader must know before the first number: has the model seen the data, does it know them.

use super::evaluation_record::{ContaminationRecord, DriftRecord, LeftOutRecord};
use super::table::percent;
use detente_error::counted;
use detente_eval::evaluate::{N_COMPARED, SHIFT_LEVEL};

/// Names of shared groups shown.
const N_GROUPS: usize = 3;

impl ContaminationRecord {
    /// What a model has seen of the data, in one line; `None` where there is nothing to say.
    pub fn line(&self, model: &str) -> Option<String> {
        let mut parts = Vec::new();
        if self.n_exact + self.n_near > 0 {
            parts.push(format!(
                "{} of {} are training texts and {} nearly so",
                self.n_exact,
                counted(self.n_rows, "row"),
                self.n_near
            ));
        }
        if !self.shared_groups.is_empty() {
            let shown = self.shared_groups.iter().take(N_GROUPS);
            let shown: Vec<String> = shown.map(|name| format!("`{name}`")).collect();
            let dots = match self.shared_groups.len() > N_GROUPS {
                true => ", ...",
                false => "",
            };
            parts.push(format!(
                "{} of {}, with {}, were in training ({}{dots})",
                self.shared_groups.len(),
                counted(self.n_groups, "group"),
                counted(self.n_rows_of_shared_groups, "row"),
                shown.join(", ")
            ));
        }
        if !parts.is_empty() {
            let seen = parts.join("; ");
            return Some(format!(
                "warning: {model} has seen this: {seen}; the measures flatter it"
            ));
        }
        let is_unknown = self.n_training_texts == 0 && self.n_rows > 0;
        is_unknown.then(|| {
            format!(
                "note: {model} does not know the texts of its training, so that nobody can say whether it \
                 has seen these"
            )
        })
    }
}

impl LeftOutRecord {
    /// Rows of the files that were not measured, in one line; `None` where all were.
    pub(super) fn line(&self) -> Option<String> {
        let reasons = [
            (self.n_unlabelled, "without a label"),
            (self.n_blank, "with a blank text"),
            (self.n_passed_over, "passed over by `--where`"),
        ];
        let parts = reasons.iter().filter(|(n, _)| *n > 0);
        let parts: Vec<String> = parts
            .map(|(n, why)| format!("{} {why}", counted(*n, "row")))
            .collect();
        (!parts.is_empty()).then(|| format!("left out: {}", parts.join(", ")))
    }
}

impl DriftRecord {
    /// How far the data are from those of training, in up to two lines.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(share) = self.unknown_word_share {
            let rows = match self.n_rows_without_known_word {
                0 => "no row is without a known word".to_owned(),
                n => format!("{} without a known word", counted(n, "row")),
            };
            lines.push(unknown_line(share, self.training_unknown_word_share, &rows));
        }
        if self.n_compared_features > 0 {
            lines.push(format!(
                "drift: {} of the {} commonest words of training differ in frequency (p at most \
                 {SHIFT_LEVEL}, corrected)",
                self.differing_features.len(),
                self.n_compared_features.min(N_COMPARED)
            ));
        }
        lines
    }
}

/// How many words the model does not know, in one line; a warning where it is many.
pub fn unknown_line(share: f64, training: Option<f64>, rows: &str) -> String {
    let kind = match detente_eval::evaluate::is_high(share, training) {
        true => "warning: many unknown words",
        false => "unknown words",
    };
    let beside = training.map_or(String::new(), |training| {
        format!(
            " (in training, each fold by the others: {})",
            percent(training)
        )
    });
    format!("{kind}: {}{beside}; {rows}", percent(share))
}
