//! What training found out, on one screen.

use super::table::{self, fine, head, render, right};
use crate::error::counted;
use crate::model::strengths;
use crate::train::TrainLog;
use comfy_table::Cell;

/// The report that `train` prints.
pub fn training_table(log: &TrainLog) -> String {
    let mut text = format!(
        "{} in {}, {}, {} features\n",
        counted(log.n_rows, "row"),
        counted(log.n_groups, "document"),
        counted(log.n_folds, "fold"),
        log.n_features
    );
    let left_out = [
        (log.n_unlabelled, "without a label"),
        (log.n_blank, "with a blank text"),
    ];
    for (n, why) in left_out {
        if n > 0 {
            text.push_str(&format!("{} {why} left out\n", counted(n, "row")));
        }
    }
    let mut table = table::table();
    let names = [
        "target", "labels", "l2", "T", "macro-F1", "F avg", "accuracy", "majority", "log-loss",
        "ECE",
    ];
    table.set_header(names.map(head));
    for head in &log.heads {
        let total: usize = head.label_counts.iter().map(|(_, n)| n).sum();
        let largest = head.label_counts.iter().map(|(_, n)| *n).max().unwrap_or(0);
        let labels: Vec<String> = head
            .label_counts
            .iter()
            .map(|(label, n)| format!("{label} {n}"))
            .collect();
        let scores = &head.out_of_fold;
        table.add_row([
            Cell::new(&head.target),
            Cell::new(labels.join(", ")),
            Cell::new(strengths(&head.members)),
            right(format!("{:.2}", head.temperature)),
            right(fine(scores.macro_f1.value)),
            right(fine(scores.f_avg.value)),
            right(fine(scores.accuracy.value)),
            right(fine(Some(largest as f64 / total as f64))),
            right(fine(scores.log_loss.value)),
            right(fine(scores.ece.value)),
        ]);
    }
    text.push_str(&render(&table));
    text.push_str(
        "scores are out of fold, by document; l2 is the penalty chosen for each view, T the temperature, \
         majority the accuracy of always giving the commonest label\n",
    );
    text
}
