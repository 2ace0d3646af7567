//! A cross-validation as tables and as CSV.

use super::cross_validation_record::{CrossValidationRecord, SplitRecord, SpreadRecord};
use super::evaluation_csv::Rows;
use super::measures_record::MeasuresRecord;
use super::sheet::{self, Sheet};
use super::table::{fine, measure};
use detente_error::{counted, visible};
use detente_metrics::Metric;
use std::fmt;

/// The measures that tables show.
const SHOWN: [Metric; 4] = [
    Metric::MacroF1,
    Metric::FAvg,
    Metric::Accuracy,
    Metric::LogLoss,
];

impl fmt::Display for CrossValidationRecord {
    /// The tables that `detente cross-validate` prints, with colors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sheet::terminal_lead(&self.lead()))?;
        for (idx, sheet) in self.sheets().iter().enumerate() {
            if idx > 0 {
                writeln!(f, "\n{}", visible(&sheet.caption))?;
            }
            f.write_str(&sheet.terminal())?;
        }
        Ok(())
    }
}

impl CrossValidationRecord {
    /// As Markdown.
    pub fn markdown(&self) -> String {
        sheet::markdown(&self.lead(), &self.sheets())
    }

    /// As LaTeX tables; the package `booktabs` is needed.
    pub fn latex(&self) -> String {
        sheet::latex(&self.lead(), &self.sheets())
    }

    /// As CSV: one number a line, with the columns of [`EvaluationRecord::csv`]; `part` is `whole`, `majority`, `fold`
    /// (whose name is the value) or `learning curve` (whose share is).
    ///
    /// [`EvaluationRecord::csv`]: super::EvaluationRecord::csv
    pub fn csv(&self) -> Vec<u8> {
        let mut rows = Rows::new();
        for (name, target) in self.targets.iter() {
            rows.measures([name, "whole", "", ""], &target.measures);
            rows.measures([name, "majority", "", ""], &target.majority);
            for fold in &self.folds {
                let repeat = fold.repeat.to_string();
                if let Some(one) = fold.targets.get(name) {
                    rows.measures([name, "fold", &repeat, &fold.name], &one.measures);
                }
            }
            for point in &self.learning_curve {
                let share = format!("{:.6}", point.share);
                if let Some(one) = point.targets.get(name) {
                    rows.measures([name, "learning curve", "", &share], &one.measures);
                }
            }
        }
        if let Some(pooled) = &self.pooled {
            rows.measures(["pooled", "whole", "", ""], pooled);
        }
        rows.finish()
    }

    /// The measures of every target, then those of every fold, then the learning curve.
    pub(super) fn sheets(&self) -> Vec<Sheet> {
        let mut sheets = vec![targets(self), folds(self)];
        if !self.learning_curve.is_empty() {
            sheets.push(curve(self));
        }
        sheets
    }

    fn lead(&self) -> Vec<String> {
        std::iter::once(format!("{}: {}", self.data.join(", "), self.how()))
            .chain(self.notices())
            .collect()
    }

    /// What a reader must know before the first number.
    pub(super) fn notices(&self) -> Vec<String> {
        let mut notices: Vec<String> = self.left_out.line().into_iter().collect();
        let n_purged: usize = self.folds.iter().map(|fold| fold.n_purged).sum();
        if n_purged > 0 {
            notices.push(format!(
                "{} kept from training, since their document is tested in the same fold",
                counted(n_purged, "row")
            ));
        }
        if self.n_never_tested > 0 {
            notices.push(format!(
                "{} trained on and never tested",
                counted(self.n_never_tested, "row")
            ));
        }
        for fold in &self.folds {
            for (target, n) in &fold.unanswered {
                notices.push(format!(
                    "fold {}: {} of target `{target}` not answered: its training part has a single \
                     label or fewer than {} documents",
                    fold.name,
                    counted(*n, "row"),
                    self.n_inner_folds
                ));
            }
        }
        notices
    }

    /// What was cut how.
    pub(super) fn how(&self) -> String {
        let outer = match &self.split {
            SplitRecord::Folds {
                n_folds,
                n_repeats: 1,
            } => format!("{n_folds} folds"),
            SplitRecord::Folds { n_folds, n_repeats } => {
                format!("{n_folds} folds, {n_repeats} times")
            }
            SplitRecord::Time { column, n_folds } => format!(
                "{} of `{column}`, each tested by a model of all before",
                counted(*n_folds, "window")
            ),
            SplitRecord::LeaveOut { column } => {
                format!("each `{column}` tested by a model of the others")
            }
        };
        format!(
            "{} in {}, {outer}; settings chosen inside each training part by {} folds",
            counted(self.n_rows, "row"),
            counted(self.n_documents, "document"),
            self.n_inner_folds
        )
    }

    /// How the intervals were made, in one line; `None` where there are none.
    pub(super) fn intervals_note(&self) -> Option<String> {
        let bootstrap = self.targets.values().next()?.measures.bootstrap?;
        Some(format!(
            "{:.0} %, {} bootstrap by document, {} resamples, seed {}",
            100.0 * bootstrap.confidence,
            bootstrap.method.name(),
            bootstrap.resamples,
            bootstrap.seed
        ))
    }
}

fn targets(record: &CrossValidationRecord) -> Sheet {
    let columns = [
        "target",
        "#n",
        "macro-F1",
        "F avg",
        "accuracy",
        "log-loss",
        "#folds",
        "#majority",
    ];
    let mut sheet = Sheet::new("Measures", &columns);
    let mut add = |name: &str, measures: &MeasuresRecord, last: [String; 2]| {
        let lead = [name.to_owned(), measures.n_rows.to_string()];
        sheet.row(lead.into_iter().chain(shown(measures)).chain(last));
    };
    for (name, target) in record.targets.iter() {
        let folds = target.folds.get(Metric::MacroF1).copied().flatten();
        let majority = target.majority.measure(Metric::MacroF1).value;
        add(
            name,
            &target.measures,
            [folds.map_or("-".into(), spread), fine(majority)],
        );
    }
    if let Some(pooled) = &record.pooled {
        add("pooled", pooled, [String::new(), String::new()]);
    }
    let kinds = "folds: mean and standard deviation of macro-F1; majority: macro-F1 of always giving \
                 the commonest label";
    sheet.note = Some(match record.intervals_note() {
        Some(intervals) => format!("intervals: {intervals}; {kinds}"),
        None => kinds.to_owned(),
    });
    sheet
}

fn shown(measures: &MeasuresRecord) -> impl Iterator<Item = String> + '_ {
    SHOWN
        .iter()
        .map(|metric| measure(measures.measure(*metric)))
}

fn spread(spread: SpreadRecord) -> String {
    match spread.deviation {
        Some(deviation) => format!("{} ± {}", fine(Some(spread.mean)), fine(Some(deviation))),
        None => fine(Some(spread.mean)),
    }
}

fn folds(record: &CrossValidationRecord) -> Sheet {
    let is_repeated = record.folds.iter().any(|fold| fold.repeat > 1);
    let mut columns = vec!["fold"];
    columns.extend(is_repeated.then_some("#repeat"));
    columns.extend(["#trained on", "#tested on"]);
    let names = record
        .targets
        .iter()
        .map(|(target, _)| format!("#{target}"));
    let names: Vec<String> = names.collect();
    for name in &names {
        columns.extend([name, "l2"]);
    }
    let mut sheet = Sheet::new("Folds", &columns);
    for fold in &record.folds {
        let mut row = vec![fold.name.clone()];
        row.extend(is_repeated.then(|| fold.repeat.to_string()));
        row.extend([fold.n_train.to_string(), fold.n_test.to_string()]);
        for (target, _) in record.targets.iter() {
            match fold.targets.get(target) {
                Some(one) => row.extend([fine(one.macro_f1), one.l2.clone()]),
                None => row.extend(["-".to_owned(), "-".to_owned()]),
            }
        }
        sheet.row(row);
    }
    sheet.note = Some(
        "under each target its macro-F1, and the penalty chosen without the rows tested".into(),
    );
    sheet
}

fn curve(record: &CrossValidationRecord) -> Sheet {
    let columns = [
        "target",
        "#share",
        "#trained on",
        "#n",
        "macro-F1",
        "F avg",
        "accuracy",
        "log-loss",
    ];
    let mut sheet = Sheet::new("Learning curve", &columns);
    let mut n_unanswered = 0;
    for (name, _) in record.targets.iter() {
        let points = record.learning_curve.iter();
        let points = points.filter_map(|point| Some((point, point.targets.get(name)?)));
        for (at, (point, one)) in points.enumerate() {
            n_unanswered += one.n_unanswered;
            let lead = [
                if at == 0 {
                    name.to_owned()
                } else {
                    String::new()
                },
                format!("{:.0} %", 100.0 * point.share),
                format!("{:.0}", point.n_train),
                one.measures.n_rows.to_string(),
            ];
            sheet.row(lead.into_iter().chain(shown(&one.measures)));
        }
    }
    let mut note =
        "share of the training documents of every fold, and the rows they have on average; \
                    the same rows are tested each time"
            .to_owned();
    if n_unanswered > 0 {
        note += ", but for those whose fold could not be trained on so little";
    }
    sheet.note = Some(note);
    sheet
}
