//! The tables beside those of the measures.

use super::{EvaluationReport, percent};
use crate::evaluation::measure;
use crate::sheet::Sheet;
use crate::table::fine;
use detente_eval::evaluate::SMALL_SLICE;
use detente_metrics::Measure;
use detente_metrics::prevalence::SHARE_RESAMPLES;

/// Words shown of those whose frequency differs from training.
const N_SHIFTS: usize = 10;

pub(super) fn baselines(report: &EvaluationReport) -> Sheet {
    let columns = [
        "target", "baseline", "macro-F1", "F avg", "accuracy", "log-loss", "Brier",
    ];
    let mut sheet = Sheet::new("Baselines", &columns);
    for (target_idx, (target, _)) in report.evaluated.targets.iter().enumerate() {
        for (idx, baseline) in report.details.baselines[target_idx].iter().enumerate() {
            let evaluation = &baseline.evaluation;
            sheet.row([
                if idx == 0 {
                    target.given.target().to_owned()
                } else {
                    String::new()
                },
                baseline.kind.name().to_owned(),
                measure(evaluation.macro_f1),
                measure(evaluation.f_avg),
                measure(evaluation.accuracy),
                measure(evaluation.log_loss),
                measure(evaluation.brier),
            ]);
        }
    }
    sheet
}

pub(super) fn slices(report: &EvaluationReport) -> Sheet {
    let mut columns = vec!["target", "column", "value", "#n", "macro-F1", "accuracy"];
    if report.all {
        columns.extend(["F avg", "log-loss", "ECE"]);
    }
    columns.extend(["less the rest", "#p", "note"]);
    let mut sheet = Sheet::new("Slices", &columns);
    let mut before: Option<(Option<usize>, &str)> = None;
    for slice in &report.details.slices {
        let here = (slice.target_idx, slice.column.as_str());
        let is_same_target = before.is_some_and(|before| before.0 == here.0);
        let target = report.evaluated.part_name(slice.target_idx);
        let difference = slice.difference.difference;
        let mut notes = Vec::new();
        if slice.is_below() {
            notes.push("below the rest");
        }
        if slice.is_small() {
            notes.push("few rows");
        }
        let mut cells = vec![
            if is_same_target {
                String::new()
            } else {
                target.to_owned()
            },
            if before == Some(here) {
                String::new()
            } else {
                slice.column.clone()
            },
            if slice.value.is_empty() {
                "(empty)".into()
            } else {
                slice.value.clone()
            },
            slice.evaluation.n_rows.to_string(),
            measure(slice.evaluation.macro_f1),
            measure(slice.evaluation.accuracy),
        ];
        if report.all {
            cells.extend([
                measure(slice.evaluation.f_avg),
                measure(slice.evaluation.log_loss),
                measure(slice.evaluation.ece),
            ]);
        }
        cells.extend([
            match difference.value {
                Some(value) => signed(value),
                None => "-".into(),
            },
            p_value(slice.corrected),
            notes.join(", "),
        ]);
        sheet.row(cells);
        before = Some(here);
    }
    sheet.note = Some(format!(
        "less the rest: macro-F1 in the slice minus outside it; p: corrected for the slices of the \
         target (Holm); few rows: fewer than {SMALL_SLICE}"
    ));
    sheet
}

pub(super) fn selective(report: &EvaluationReport) -> Sheet {
    let mut sheet = Sheet::new(
        "Accuracy on the most confident rows",
        &[
            "target",
            "#share",
            "#reached",
            "#n",
            "accuracy",
            "#confidence from",
        ],
    );
    for (target, evaluation) in &report.evaluated.targets {
        for (idx, selective) in evaluation.selective.iter().enumerate() {
            let Some(point) = selective.point else {
                continue;
            };
            sheet.row([
                if idx == 0 {
                    target.given.target().to_owned()
                } else {
                    String::new()
                },
                format!("{} %", selective.percent),
                percent(point.coverage),
                point.n_rows.to_string(),
                measure(selective.accuracy),
                fine(Some(point.confidence)),
            ]);
        }
    }
    sheet
}

pub(super) fn shares(report: &EvaluationReport) -> Sheet {
    let mut sheet = Sheet::new(
        "Shares of the labels",
        &[
            "target",
            "label",
            "#training",
            "#gold",
            "counted",
            "adjusted",
            "corrected",
        ],
    );
    for (target_idx, (target, evaluation)) in report.evaluated.targets.iter().enumerate() {
        let shares = &report.details.shares[target_idx];
        for (idx, label) in evaluation.labels.iter().enumerate() {
            let of = |shares: &[Measure]| shares.get(idx).copied().map_or("-".into(), measure);
            sheet.row([
                if idx == 0 {
                    target.given.target().to_owned()
                } else {
                    String::new()
                },
                label.label.clone(),
                fine(shares.training.get(idx).copied()),
                fine(shares.gold.get(idx).copied()),
                of(&shares.counted),
                of(&shares.adjusted),
                of(&shares.corrected),
            ]);
        }
    }
    sheet.note = Some(format!(
        "counted: among the answers; adjusted: by the errors out of fold (Forman 2008); corrected: by \
         expectation-maximisation from the probabilities and the shares of training (Saerens 2002; at \
         most {SHARE_RESAMPLES} resamples for both)"
    ));
    sheet
}

pub(super) fn shifts(report: &EvaluationReport) -> Sheet {
    let mut sheet = Sheet::new(
        "Words more or less common than in training",
        &["word", "#training", "#here", "#chi-square", "#p"],
    );
    for (name, shift) in report.details.drift.differing().take(N_SHIFTS) {
        sheet.row([
            name.strip_prefix("word:").unwrap_or(name).to_owned(),
            percent(shift.training),
            percent(shift.here),
            format!("{:.1}", shift.chi_square),
            p_value(Some(shift.p_value)),
        ]);
    }
    sheet.note = Some(
        "shares of rows; chi-square divided by the design effect of documents, p corrected (Holm)"
            .into(),
    );
    sheet
}

fn signed(value: f64) -> String {
    let text = fine(Some(value));
    match value > 0.0 {
        true => format!("+{text}"),
        false => text,
    }
}

fn p_value(p_value: Option<f64>) -> String {
    match p_value {
        Some(p) if p < 0.001 => "< .001".into(),
        other => fine(other),
    }
}
