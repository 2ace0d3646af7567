//! What a reader must know before the first number: has the model seen the data, does it know them.

use super::percent;
use detente_data::corpus::LeftOut;
use detente_error::counted;
use detente_eval::contamination::Contamination;
use detente_eval::evaluate::{Drift, N_COMPARED, SHIFT_LEVEL};

/// Names of shared groups shown.
const N_GROUPS: usize = 3;

/// What a model has seen of the data, in one line; `None` where there is nothing to say.
pub fn contamination_line(model: &str, contamination: &Contamination) -> Option<String> {
    if contamination.is_clean() {
        let is_unknown = contamination.n_training_texts == 0 && contamination.n_rows > 0;
        return is_unknown.then(|| {
            format!(
                "note: {model} does not know the texts of its training, so that nobody can say whether it \
                 has seen these"
            )
        });
    }
    let mut parts = Vec::new();
    if !contamination.exact.is_empty() || !contamination.near.is_empty() {
        parts.push(format!(
            "{} of {} are training texts and {} nearly so",
            contamination.exact.len(),
            counted(contamination.n_rows, "row"),
            contamination.near.len()
        ));
    }
    if !contamination.shared_groups.is_empty() {
        let shown = contamination.shared_groups.iter().take(N_GROUPS);
        let shown: Vec<String> = shown.map(|name| format!("`{name}`")).collect();
        let dots = match contamination.shared_groups.len() > N_GROUPS {
            true => ", ...",
            false => "",
        };
        parts.push(format!(
            "{} of {}, with {}, were in training ({}{dots})",
            contamination.shared_groups.len(),
            counted(contamination.n_groups, "group"),
            counted(contamination.n_rows_of_shared, "row"),
            shown.join(", ")
        ));
    }
    Some(format!(
        "warning: {model} has seen this: {}; the measures flatter it",
        parts.join("; ")
    ))
}

/// Rows of the files that were not measured, in one line; `None` where all were.
pub(crate) fn left_out_line(left_out: &LeftOut) -> Option<String> {
    let reasons = [
        (left_out.n_unlabelled, "without a label"),
        (left_out.n_blank, "with a blank text"),
        (left_out.n_passed_over, "passed over by `--where`"),
    ];
    let parts = reasons.iter().filter(|(n, _)| *n > 0);
    let parts: Vec<String> = parts
        .map(|(n, why)| format!("{} {why}", counted(*n, "row")))
        .collect();
    (!parts.is_empty()).then(|| format!("left out: {}", parts.join(", ")))
}

/// How far the data are from those of training, in up to two lines.
pub(super) fn drift_lines(drift: &Drift) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(share) = drift.unknown_words() {
        let rows = match drift.n_unknown_rows {
            0 => "no row is without a known word".to_owned(),
            n => format!("{} without a known word", counted(n, "row")),
        };
        lines.push(unknown_line(share, drift.training_unknown_words, &rows));
    }
    let n_differing = drift.differing().count();
    if !drift.shifts.is_empty() {
        lines.push(format!(
            "drift: {n_differing} of the {} commonest words of training differ in frequency (p at most \
             {SHIFT_LEVEL}, corrected)",
            drift.shifts.len().min(N_COMPARED)
        ));
    }
    lines
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
