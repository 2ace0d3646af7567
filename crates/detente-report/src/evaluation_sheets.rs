//! An evaluation as tables.

use super::evaluation_record::{
    DetailsRecord, EvaluationRecord, TargetDetailsRecord, TargetEvaluationRecord,
};
use super::measures_record::MeasuresRecord;
use super::sheet::{self, Sheet};
use super::table::{fine, measure, percent};
use detente_error::{counted, visible};
use detente_eval::evaluate::SMALL_SLICE;
use detente_metrics::Metric;
use detente_metrics::prevalence::SHARE_RESAMPLES;
use std::fmt;

/// Words shown of those whose frequency differs from training.
const N_SHIFTS: usize = 10;

impl fmt::Display for EvaluationRecord {
    /// The tables that `detente evaluate` prints, with colors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.table(false))
    }
}

impl EvaluationRecord {
    /// As tables for a terminal; `all` asks for every measure.
    pub fn table(&self, all: bool) -> String {
        let mut text = sheet::terminal_lead(&self.lead());
        for (idx, sheet) in self.sheets(all).iter().enumerate() {
            if idx > 0 {
                text += "\n";
            }
            if idx > 1 {
                text += &format!("{}\n", visible(&sheet.caption));
            }
            text += &sheet.terminal();
        }
        text
    }

    /// As Markdown; `all` asks for every measure.
    pub fn markdown(&self, all: bool) -> String {
        sheet::markdown(&self.lead(), &self.sheets(all))
    }

    /// As LaTeX tables, for which the package `booktabs` is needed; `all` asks for every measure.
    pub fn latex(&self, all: bool) -> String {
        sheet::latex(&self.lead(), &self.sheets(all))
    }

    /// What was evaluated on what, then what a reader must know before the first number.
    fn lead(&self) -> Vec<String> {
        let rows = counted(self.n_rows, "row");
        let first = format!("{} on {}: {rows}", self.model, self.data.joined());
        std::iter::once(first).chain(self.notices()).collect()
    }

    /// What a reader must know before the first number.
    pub(super) fn notices(&self) -> Vec<String> {
        let Some(details) = &self.details else {
            return Vec::new();
        };
        let seen = details.contamination.line("the model");
        let lines = seen.into_iter().chain(details.left_out.line());
        lines.chain(details.drift.lines()).collect()
    }

    /// The tables: measures and labels first.
    pub(super) fn sheets(&self, all: bool) -> Vec<Sheet> {
        let mut sheets = vec![target_sheet(self), label_sheet(self), baselines(self)];
        if let Some(details) = &self.details {
            sheets.push(slices(details, all));
        }
        if all {
            sheets.extend([more_sheet(self), selective(self), risks(self), shares(self)]);
            sheets.extend(self.details.as_ref().map(shifts));
        }
        sheets.retain(|sheet| !sheet.is_empty());
        sheets
    }

    /// How the intervals were made, in one line.
    pub(super) fn intervals_note(&self) -> Option<String> {
        let first = &self.targets.values().next()?.measures;
        let bootstrap = first.bootstrap?;
        Some(format!(
            "intervals: {:.0} %, {} bootstrap over {}, {} resamples, seed {}",
            100.0 * bootstrap.confidence,
            bootstrap.method.name(),
            self.documents(),
            bootstrap.resamples,
            bootstrap.seed
        ))
    }

    /// The documents that the intervals rest on: one number where all lines of the table have it, else that of each.
    fn documents(&self) -> String {
        let targets = self.targets.iter();
        let mut counts: Vec<(&str, usize)> = targets
            .map(|(target, record)| (target, record.measures.n_documents))
            .collect();
        if let Some(pooled) = &self.pooled
            && self.targets.len() > 1
        {
            counts.push(("pooled", pooled.n_documents));
        }
        match counts.iter().all(|(_, n)| *n == counts[0].1) {
            true => counted(counts[0].1, "document"),
            false => {
                let counts = counts.iter().map(|(name, n)| format!("{name} {n}"));
                format!("documents ({})", counts.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn detailed(
        &self,
    ) -> impl Iterator<Item = (&str, &TargetEvaluationRecord, &TargetDetailsRecord)> {
        let targets = self.targets.iter();
        targets.filter_map(|(target, record)| Some((target, record, record.details.as_ref()?)))
    }
}

/// The name in the first of the lines that are about it.
fn at_first(idx: usize, name: &str) -> String {
    if idx == 0 {
        name.to_owned()
    } else {
        String::new()
    }
}

/// The main measures: a line for each target and one for all.
fn target_sheet(record: &EvaluationRecord) -> Sheet {
    let columns = [
        "target", "#n", "macro-F1", "F avg", "accuracy", "log-loss", "Brier", "ECE",
    ];
    let metrics = [
        Metric::MacroF1,
        Metric::FAvg,
        Metric::Accuracy,
        Metric::LogLoss,
        Metric::Brier,
        Metric::Ece,
    ];
    let mut sheet = metric_sheet("Measures", &columns, &metrics, record);
    sheet.note = record.intervals_note();
    sheet
}

/// The other measures of the whole.
fn more_sheet(record: &EvaluationRecord) -> Sheet {
    let columns = [
        "target",
        "#n",
        "balanced acc.",
        "MCC",
        "kappa",
        "alpha",
        "AUC",
        "adaptive ECE",
        "AURC",
    ];
    let metrics = [
        Metric::BalancedAccuracy,
        Metric::Mcc,
        Metric::Kappa,
        Metric::Alpha,
        Metric::Auc,
        Metric::AdaptiveEce,
        Metric::Aurc,
    ];
    metric_sheet("More measures", &columns, &metrics, record)
}

fn metric_sheet(
    caption: &str,
    columns: &[&str],
    metrics: &[Metric],
    record: &EvaluationRecord,
) -> Sheet {
    let mut sheet = Sheet::new(caption, columns);
    let mut add = |name: &str, measures: &MeasuresRecord| {
        let found = metrics
            .iter()
            .map(|metric| measure(measures.measure(*metric)));
        let lead = [name.to_owned(), measures.n_rows.to_string()];
        sheet.row(lead.into_iter().chain(found));
    };
    for (target, evaluation) in record.targets.iter() {
        add(target, &evaluation.measures);
    }
    if let Some(pooled) = &record.pooled
        && record.targets.len() > 1
    {
        add("pooled", pooled);
    }
    sheet
}

/// The measures of each label, and what it is mostly taken for.
fn label_sheet(record: &EvaluationRecord) -> Sheet {
    let columns = [
        "target",
        "label",
        "#support",
        "#given",
        "#precision",
        "#recall",
        "#F1",
        "mostly taken for",
    ];
    let mut sheet = Sheet::new("Labels", &columns);
    for (target, evaluation) in record.targets.iter() {
        let MeasuresRecord {
            labels, confusion, ..
        } = &evaluation.measures;
        for (idx, ((gold, label), counts)) in labels.iter().zip(confusion.values()).enumerate() {
            let mistakes = counts
                .iter()
                .enumerate()
                .filter(|(_, (given, n))| *given != gold && **n > 0);
            let mistakes = mistakes.max_by_key(|(place, (_, n))| (**n, std::cmp::Reverse(*place)));
            sheet.row([
                at_first(idx, target),
                gold.to_owned(),
                label.support.to_string(),
                label.predicted.to_string(),
                fine(label.precision),
                fine(label.recall),
                fine(label.f1),
                mistakes.map_or(String::new(), |(_, (given, n))| format!("{given} ({n})")),
            ]);
        }
    }
    sheet
}

/// A line for each target and risk.
fn risks(record: &EvaluationRecord) -> Sheet {
    let columns = [
        "target",
        "#risk",
        "#threshold",
        "set holds gold",
        "labels in a set",
        "answered",
        "wrong among them",
    ];
    let mut sheet = Sheet::new("Prediction sets of a bounded risk", &columns);
    for (target, _, details) in record.detailed() {
        for (idx, found) in details.conformal.iter().enumerate() {
            sheet.row([
                at_first(idx, target),
                percent(found.risk),
                fine(Some(found.threshold)),
                measure(found.coverage),
                measure(found.mean_set_size),
                measure(found.answered),
                measure(found.error),
            ]);
        }
    }
    sheet.note = Some(
        "a set has the labels with 1 - p up to the threshold of the model, which promises that it holds \
         the gold label but for the risk (split conformal); answered: the set is the given label alone, the \
         others `score --max-risk` defers; of all rows at most the risk should be answered and wrong"
            .into(),
    );
    sheet
}

fn baselines(record: &EvaluationRecord) -> Sheet {
    let columns = [
        "target", "baseline", "macro-F1", "F avg", "accuracy", "log-loss", "Brier",
    ];
    let metrics = [
        Metric::MacroF1,
        Metric::FAvg,
        Metric::Accuracy,
        Metric::LogLoss,
        Metric::Brier,
    ];
    let mut sheet = Sheet::new("Baselines", &columns);
    for (target, _, details) in record.detailed() {
        for (idx, (name, baseline)) in details.baselines.iter().enumerate() {
            let measures = metrics
                .iter()
                .map(|metric| measure(baseline.measure(*metric)));
            let lead = [at_first(idx, target), name.to_owned()];
            sheet.row(lead.into_iter().chain(measures));
        }
    }
    sheet
}

fn slices(details: &DetailsRecord, all: bool) -> Sheet {
    let mut columns = vec!["target", "column", "value", "#n", "macro-F1", "accuracy"];
    let mut metrics = vec![Metric::MacroF1, Metric::Accuracy];
    if all {
        columns.extend(["F avg", "log-loss", "ECE"]);
        metrics.extend([Metric::FAvg, Metric::LogLoss, Metric::Ece]);
    }
    columns.extend(["less the rest", "#p", "note"]);
    let mut sheet = Sheet::new("Slices", &columns);
    let mut before: Option<(&str, &str)> = None;
    for slice in &details.slices {
        let here = (slice.target.as_str(), slice.column.as_str());
        let is_same_target = before.is_some_and(|before| before.0 == here.0);
        let notes = [
            (slice.is_below_rest, "below the rest"),
            (slice.is_small, "few rows"),
        ];
        let notes = notes.into_iter().filter(|(is, _)| *is);
        let value = match slice.value.as_str() {
            "" => "(empty)",
            value => value,
        };
        let mut cells = vec![
            at_first(usize::from(is_same_target), here.0),
            at_first(usize::from(before == Some(here)), here.1),
            value.to_owned(),
            slice.measures.n_rows.to_string(),
        ];
        cells.extend(
            metrics
                .iter()
                .map(|metric| measure(slice.measures.measure(*metric))),
        );
        cells.extend([
            slice.against_rest.difference.map_or("-".into(), signed),
            p_value(slice.against_rest.corrected_p_value),
            notes.map(|(_, note)| note).collect::<Vec<_>>().join(", "),
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

fn selective(record: &EvaluationRecord) -> Sheet {
    let columns = [
        "target",
        "#share",
        "#reached",
        "#n",
        "accuracy",
        "#confidence from",
    ];
    let mut sheet = Sheet::new("Accuracy on the most confident rows", &columns);
    for (target, evaluation) in record.targets.iter() {
        let selective = evaluation.measures.selective.iter().flatten();
        for (idx, found) in selective.enumerate() {
            let (Some(coverage), Some(n_rows)) = (found.coverage, found.n_rows) else {
                continue;
            };
            sheet.row([
                at_first(idx, target),
                format!("{} %", found.percent),
                percent(coverage),
                n_rows.to_string(),
                measure(found.measure()),
                fine(found.confidence),
            ]);
        }
    }
    sheet
}

fn shares(record: &EvaluationRecord) -> Sheet {
    let columns = [
        "target",
        "label",
        "#training",
        "#gold",
        "counted",
        "adjusted",
        "corrected",
    ];
    let mut sheet = Sheet::new("Shares of the labels", &columns);
    for (target, _, details) in record.detailed() {
        for (idx, (label, share)) in details.shares.iter().enumerate() {
            sheet.row([
                at_first(idx, target),
                label.to_owned(),
                fine(share.training),
                fine(Some(share.gold)),
                share.counted.map_or("-".into(), measure),
                share.adjusted.map_or("-".into(), measure),
                share.corrected.map_or("-".into(), measure),
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

fn shifts(details: &DetailsRecord) -> Sheet {
    let columns = ["word", "#training", "#here", "#chi-square", "#p"];
    let mut sheet = Sheet::new("Words more or less common than in training", &columns);
    for shift in details.drift.differing_features.iter().take(N_SHIFTS) {
        let name = &shift.feature;
        sheet.row([
            name.strip_prefix("word:").unwrap_or(name).to_owned(),
            percent(shift.training),
            percent(shift.here),
            format!("{:.1}", shift.chi_square),
            p_value(Some(shift.corrected_p_value)),
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
