//! An evaluation with everything that stands beside its measures, in every format.

use super::evaluation::{
    evaluation_json, headline, interval_json, label_sheet, measure, measures_json, more_sheet,
    target_sheet,
};
use super::evaluation_csv;
use super::sheet::Sheet;
use super::table::fine;
use crate::error::counted;
use crate::evaluate::{
    Details, Drift, Evaluated, N_COMPARED, Overlap, SHARE_RESAMPLES, SHIFT_LEVEL, SMALL_SLICE,
};
use crate::metrics::Measure;
use serde_json::{Map, Value, json};

/// Words shown of those whose frequency differs from training.
const N_SHIFTS: usize = 10;
/// Names of shared groups shown.
const N_GROUPS: usize = 3;

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
        let mut value = evaluation_json(self.model, self.data, self.evaluated);
        let Details {
            baselines,
            shares,
            slices,
            overlap,
            drift,
        } = self.details;
        for (target_idx, (target, evaluation)) in self.evaluated.targets.iter().enumerate() {
            let value = &mut value["targets"][&target.target];
            let of_kind = baselines[target_idx].iter().map(|baseline| {
                let name = baseline.kind.name().to_owned();
                (name, measures_json(&baseline.evaluation))
            });
            value["baselines"] = Value::Object(of_kind.collect());
            let shares = &shares[target_idx];
            let of_label = evaluation.labels.iter().enumerate().map(|(idx, label)| {
                let value = json!({
                    "training": shares.training.get(idx),
                    "gold": shares.gold[idx],
                    "counted": measure_json(shares.counted.get(idx)),
                    "corrected": measure_json(shares.corrected.get(idx)),
                });
                (label.label.clone(), value)
            });
            value["shares"] = Value::Object(of_label.collect());
        }
        let slice_json = |slice: &crate::evaluate::Slice| {
            let mut value = measures_json(&slice.evaluation);
            let difference = &slice.difference;
            value["target"] = json!(self.evaluated.targets[slice.target_idx].0.target);
            value["column"] = json!(slice.column);
            value["value"] = json!(slice.value);
            value["small"] = json!(slice.is_small());
            value["below_rest"] = json!(slice.is_below());
            value["against_rest"] = json!({
                "metric": difference.metric.name(),
                "rest": difference.rest,
                "difference": difference.difference.value,
                "interval": interval_json(difference.difference.interval),
                "p_value": difference.p_value,
                "corrected_p_value": slice.corrected,
            });
            value
        };
        value["slices"] = slices.iter().map(slice_json).collect();
        value["overlap"] = json!({
            "n": overlap.n_rows,
            "training_texts": overlap.n_training_texts,
            "exact": overlap.exact.len(),
            "near": overlap.near.len(),
            "groups": overlap.n_groups,
            "shared_groups": overlap.shared_groups,
            "rows_of_shared_groups": overlap.n_rows_of_shared,
        });
        value["drift"] = drift_json(drift);
        value
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
        let mut text = headline(self.model, self.data, self.evaluated);
        for line in self.notices() {
            text += &format!("\n{line}\n");
        }
        for sheet in self.sheets() {
            text += &format!("\n{}", sheet.markdown());
        }
        text
    }

    /// As LaTeX tables; the package `booktabs` is needed.
    pub fn latex(&self) -> String {
        let mut text = format!("% {}", headline(self.model, self.data, self.evaluated));
        for line in self.notices() {
            text += &format!("% {line}\n");
        }
        for sheet in self.sheets() {
            text += &format!("\n{}", sheet.latex());
        }
        text
    }

    /// As CSV: one number a line.
    pub fn csv(&self) -> Vec<u8> {
        evaluation_csv::csv(self.evaluated, self.details)
    }

    /// What a reader must know before the first number.
    pub(super) fn notices(&self) -> Vec<String> {
        let Details { overlap, drift, .. } = self.details;
        overlap_line(overlap)
            .into_iter()
            .chain(drift_lines(drift))
            .collect()
    }

    /// The tables: measures and labels first.
    pub(super) fn sheets(&self) -> Vec<Sheet> {
        let evaluated = self.evaluated;
        let mut sheets = vec![target_sheet(evaluated), label_sheet(evaluated)];
        sheets.push(self.baseline_sheet());
        if !self.details.slices.is_empty() {
            sheets.push(self.slice_sheet());
        }
        if self.all {
            sheets.push(more_sheet(evaluated));
            sheets.push(self.selective_sheet());
            sheets.push(self.share_sheet());
            sheets.push(self.shift_sheet());
        }
        sheets.retain(|sheet| !sheet.is_empty());
        sheets
    }

    fn baseline_sheet(&self) -> Sheet {
        let columns = [
            "target", "baseline", "macro-F1", "F avg", "accuracy", "log-loss", "Brier",
        ];
        let mut sheet = Sheet::new("Baselines", &columns);
        for (target_idx, (target, _)) in self.evaluated.targets.iter().enumerate() {
            for (idx, baseline) in self.details.baselines[target_idx].iter().enumerate() {
                let evaluation = &baseline.evaluation;
                sheet.row([
                    if idx == 0 {
                        target.target.clone()
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

    fn slice_sheet(&self) -> Sheet {
        let mut columns = vec!["target", "column", "value", "#n", "macro-F1", "accuracy"];
        if self.all {
            columns.extend(["F avg", "log-loss", "ECE"]);
        }
        columns.extend(["less the rest", "#p", "note"]);
        let mut sheet = Sheet::new("Slices", &columns);
        let mut before = (usize::MAX, "");
        for slice in &self.details.slices {
            let here = (slice.target_idx, slice.column.as_str());
            let target = &self.evaluated.targets[slice.target_idx].0.target;
            let difference = slice.difference.difference;
            let mut notes = Vec::new();
            if slice.is_below() {
                notes.push("below the rest");
            }
            if slice.is_small() {
                notes.push("few rows");
            }
            let mut cells = vec![
                if here.0 == before.0 {
                    String::new()
                } else {
                    target.clone()
                },
                if here == before {
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
            if self.all {
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
            before = here;
        }
        sheet.note = Some(format!(
            "less the rest: macro-F1 in the slice minus outside it; p: corrected for the slices of the \
             target (Holm); few rows: fewer than {SMALL_SLICE}"
        ));
        sheet
    }

    fn selective_sheet(&self) -> Sheet {
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
        for (target, evaluation) in &self.evaluated.targets {
            for (idx, report) in evaluation.selective.iter().enumerate() {
                let Some(point) = report.point else { continue };
                sheet.row([
                    if idx == 0 {
                        target.target.clone()
                    } else {
                        String::new()
                    },
                    format!("{} %", report.percent),
                    percent(point.coverage),
                    point.n_rows.to_string(),
                    measure(report.accuracy),
                    fine(Some(point.confidence)),
                ]);
            }
        }
        sheet
    }

    fn share_sheet(&self) -> Sheet {
        let mut sheet = Sheet::new(
            "Shares of the labels",
            &[
                "target",
                "label",
                "#training",
                "#gold",
                "counted",
                "corrected",
            ],
        );
        for (target_idx, (target, evaluation)) in self.evaluated.targets.iter().enumerate() {
            let shares = &self.details.shares[target_idx];
            for (idx, label) in evaluation.labels.iter().enumerate() {
                let of = |shares: &[Measure]| shares.get(idx).copied().map_or("-".into(), measure);
                sheet.row([
                    if idx == 0 {
                        target.target.clone()
                    } else {
                        String::new()
                    },
                    label.label.clone(),
                    fine(shares.training.get(idx).copied()),
                    fine(shares.gold.get(idx).copied()),
                    of(&shares.counted),
                    of(&shares.corrected),
                ]);
            }
        }
        sheet.note = Some(format!(
            "counted: among the answers; corrected: by expectation-maximisation from the probabilities \
             and the shares of training (at most {SHARE_RESAMPLES} resamples)"
        ));
        sheet
    }

    fn shift_sheet(&self) -> Sheet {
        let mut sheet = Sheet::new(
            "Words more or less common than in training",
            &["word", "#training", "#here", "#chi-square", "#p"],
        );
        for (name, shift) in self.details.drift.differing().take(N_SHIFTS) {
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
}

/// What the model has seen of the data, in one line; `None` where there is nothing to say.
pub fn overlap_line(overlap: &Overlap) -> Option<String> {
    if overlap.is_clean() {
        return None;
    }
    let mut parts = Vec::new();
    if !overlap.exact.is_empty() || !overlap.near.is_empty() {
        parts.push(format!(
            "{} of {} are training texts and {} nearly so",
            overlap.exact.len(),
            counted(overlap.n_rows, "row"),
            overlap.near.len()
        ));
    }
    if !overlap.shared_groups.is_empty() {
        let shown = overlap.shared_groups.iter().take(N_GROUPS);
        let shown: Vec<String> = shown.map(|name| format!("`{name}`")).collect();
        let dots = match overlap.shared_groups.len() > N_GROUPS {
            true => ", ...",
            false => "",
        };
        parts.push(format!(
            "{} of {}, with {}, were in training ({}{dots})",
            overlap.shared_groups.len(),
            counted(overlap.n_groups, "group"),
            counted(overlap.n_rows_of_shared, "row"),
            shown.join(", ")
        ));
    }
    Some(format!(
        "warning: the model has seen this: {}; the measures flatter it",
        parts.join("; ")
    ))
}

fn drift_lines(drift: &Drift) -> Vec<String> {
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
    let kind = match crate::evaluate::is_high(share, training) {
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

fn drift_json(drift: &Drift) -> Value {
    let shift_json = |(name, shift): &(String, crate::metrics::drift::Shift)| {
        json!({
            "feature": name,
            "training": shift.training,
            "here": shift.here,
            "chi_square": shift.chi_square,
            "design_effect": shift.design_effect,
            "corrected_p_value": shift.p_value,
        })
    };
    let mut value = Map::new();
    value.insert("words".into(), json!(drift.n_words));
    value.insert("unknown_words".into(), json!(drift.n_unknown_words));
    value.insert("unknown_word_share".into(), json!(drift.unknown_words()));
    value.insert(
        "training_unknown_word_share".into(),
        json!(drift.training_unknown_words),
    );
    value.insert(
        "rows_without_known_word".into(),
        json!(drift.n_unknown_rows),
    );
    value.insert(
        "training_share_of_rows_without_known_word".into(),
        json!(drift.training_unknown_rows),
    );
    value.insert("high".into(), json!(drift.is_high()));
    value.insert("compared_features".into(), json!(drift.shifts.len()));
    let differing = drift.differing().map(shift_json);
    value.insert("differing_features".into(), differing.collect());
    Value::Object(value)
}

fn measure_json(measure: Option<&Measure>) -> Value {
    match measure {
        Some(measure) => json!({
            "value": measure.value,
            "interval": interval_json(measure.interval),
        }),
        None => Value::Null,
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
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
