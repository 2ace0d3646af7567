//! What training found out, on one screen.

use super::measures_record::MeasuresRecord;
use super::named::Named;
use super::table::{self, cell, fine, head, measure, render, right};
use super::training_record::{
    HardestRecord, StreamingRecord, TargetCurveRecord, TrainedTargetRecord, TrainingRecord,
    TuningRecord, WarningRecord,
};
use comfy_table::Cell;
use detente_error::{counted, visible, visible_lines};
use detente_metrics::Metric;
use detente_train::baselines::BaselineKind;
use detente_train::{CURVE_DOCUMENTS, CURVE_ROWS, FEW_ROWS, Warning};
use std::fmt;

type Targets = Named<'static, TrainedTargetRecord>;

/// Warnings of one kind that are shown; of more, how many there are.
const N_WARNINGS: usize = 3;

impl fmt::Display for TrainingRecord {
    /// The tables that `detente train` prints, with colors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} in {}, {}, {} features",
            counted(self.n_rows, "row"),
            counted(self.n_documents, "document"),
            counted(self.n_folds, "fold"),
            self.n_features
        )?;
        f.write_str(&left_out(self.n_unlabelled, self.n_blank))?;
        f.write_str(&self.tuning.as_ref().map_or(String::new(), tuning_part))?;
        f.write_str(&settings(&self.targets))?;
        f.write_str(&scores(&self.targets, &answered_rows(self)))?;
        f.write_str(&curves(self))?;
        f.write_str(&visible_lines(&warnings(&self.warnings)))
    }
}

impl fmt::Display for StreamingRecord {
    /// The tables that `detente train --stream` prints, with colors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} in {}, {} never learned from; {} features, n-grams in {} buckets",
            counted(self.n_rows, "row"),
            match self.n_passes {
                1 => "1 pass".to_owned(),
                n => format!("{n} passes"),
            },
            self.n_held_out,
            self.n_features,
            self.n_buckets
        )?;
        f.write_str(&left_out(self.n_unlabelled, self.n_blank))?;
        for target in &self.kept {
            writeln!(
                f,
                "{}: too few of the new rows are held out to calibrate on, so its calibration stays as it was",
                visible(target)
            )?;
        }
        if self.targets.is_empty() {
            return Ok(());
        }
        let mut table = table::table();
        table.set_header(["target", "labels", "T"].map(head));
        for (name, target) in self.targets.iter() {
            table.add_row([
                cell(name),
                cell(label_counts(target)),
                right(format!("{:.2}", target.temperature)),
            ]);
        }
        writeln!(f, "{}T is the temperature", render(&table))?;
        let rows = format!(
            "scores are of {} of one in ten documents that were not learned from, each half calibrated on \
             the other",
            counted(self.n_measured, "row")
        );
        f.write_str(&scores(&self.targets, &rows))
    }
}

fn label_counts(target: &TrainedTargetRecord) -> String {
    let labels = target.label_counts.iter();
    let labels: Vec<String> = labels.map(|(label, n)| format!("{label} {n}")).collect();
    labels.join(", ")
}

/// What was left out, and why.
fn left_out(n_unlabelled: usize, n_blank: usize) -> String {
    let left_out = [
        (n_unlabelled, "without a label"),
        (n_blank, "with a blank text"),
    ];
    let lines = left_out.into_iter().filter(|(n, _)| *n > 0);
    lines
        .map(|(n, why)| format!("{} {why} left out\n", counted(n, "row")))
        .collect()
}

fn settings(targets: &Targets) -> String {
    let mut table = table::table();
    table.set_header(["target", "labels", "l2", "T"].map(head));
    for (name, target) in targets.iter() {
        table.add_row([
            cell(name),
            cell(label_counts(target)),
            cell(&target.l2),
            right(format!("{:.2}", target.temperature)),
        ]);
    }
    format!(
        "{}l2 is the penalty chosen for each view, T the temperature\n",
        render(&table)
    )
}

/// What the scores of a cross-validation are scores of.
fn answered_rows(log: &TrainingRecord) -> String {
    let mut text = "scores are out of fold, by document".to_owned();
    if log.n_answered_folds < log.n_folds {
        text.push_str(&format!(
            ", of the rows in {} of {} folds",
            log.n_answered_folds, log.n_folds
        ));
    }
    text
}

/// The scores on all targets; `rows` says what they are scores of.
fn scores(targets: &Targets, rows: &str) -> String {
    let mut table = table::table();
    let names = [
        "target", "", "macro-F1", "F avg", "accuracy", "log-loss", "ECE",
    ];
    table.set_header(names.map(head));
    let [majority, prior] = [BaselineKind::Majority, BaselineKind::Prior].map(BaselineKind::name);
    for (name, target) in targets.iter() {
        table.add_row(score_row(name, "model", &target.measures));
        for (kind, baseline) in target.baselines.iter() {
            // The prior says the commonest label too, and has the probabilities to go with it.
            if kind != majority {
                let kind = if kind == prior { majority } else { kind };
                table.add_row(score_row("", kind, baseline));
            }
        }
    }
    let mut text = format!("\n{}{rows}", render(&table));
    if let Some(bootstrap) = targets
        .values()
        .next()
        .and_then(|target| target.measures.bootstrap)
    {
        text.push_str(&format!(
            "; in brackets {:.0} % intervals from {} resamples of documents",
            100.0 * bootstrap.confidence,
            bootstrap.resamples
        ));
    }
    text.push('\n');
    if targets.values().any(|target| !target.baselines.is_empty()) {
        text.push_str(
            "majority always gives the commonest label, with the labels' shares as probabilities\n",
        );
    }
    for (name, target) in targets.iter() {
        let line = target
            .hardest
            .as_ref()
            .map(|hardest| hardest_line(name, hardest));
        text.push_str(&visible_lines(&line.unwrap_or_default()));
    }
    text
}

fn score_row(target: &str, name: &str, measures: &MeasuresRecord) -> [Cell; 7] {
    let number = |metric| cell(measure(measures.measure(metric)));
    [
        cell(target),
        cell(name),
        number(Metric::MacroF1),
        number(Metric::FAvg),
        number(Metric::Accuracy),
        number(Metric::LogLoss),
        cell(fine(measures.measure(Metric::Ece).value)),
    ]
}

/// The label that is hardest to tell, with what it is most often taken for.
fn hardest_line(target: &str, hardest: &HardestRecord) -> String {
    format!(
        "{target}: hardest is `{}`, F1 {}; {} of its {} taken for `{}`\n",
        hardest.label,
        fine(hardest.f1),
        hardest.n_taken,
        counted(hardest.support as usize, "row"),
        hardest.taken_for
    )
}

fn curves(record: &TrainingRecord) -> String {
    let Some(curve) = &record.learning_curve else {
        return String::new();
    };
    if curve.targets.is_empty() {
        return format!(
            "\nno learning curve: it takes {CURVE_ROWS} rows in {CURVE_DOCUMENTS} documents on each target\n"
        );
    }
    let mut table = table::table();
    let names = ["target", "documents", "rows", "macro-F1", "log-loss"];
    table.set_header(names.map(head));
    let mut guesses = String::new();
    for (target, curve) in curve.targets.iter() {
        let parts = ["1/4", "1/2", "all"];
        for (at, (point, part)) in curve.points.iter().zip(parts).enumerate() {
            table.add_row([
                cell(if at == 0 { target } else { "" }),
                cell(part),
                right(format!("{:.0}", point.n_rows)),
                right(fine(point.macro_f1)),
                right(fine(point.log_loss)),
            ]);
        }
        guesses.push_str(&format!("{}: {}\n", visible(target), guess(curve)));
    }
    format!(
        "\nlearning curve, with the documents of a fold that were learned from\n{}{guesses}",
        render(&table)
    )
}

/// What more rows would buy, in one sentence.
fn guess(curve: &TargetCurveRecord) -> String {
    let digits = |gain: f64| match fine(Some(gain)) {
        tiny if tiny == ".000" => "less than .001".to_owned(),
        digits => format!("about {digits}"),
    };
    match (curve.gain_of_more_rows, curve.gain_of_twice_the_rows) {
        (Some(gain), Some(double)) => format!(
            "{} more rows would buy {} macro-F1, twice the rows {} (a guess from three sizes)",
            TargetCurveRecord::MORE_ROWS,
            digits(gain),
            digits(double)
        ),
        _ => {
            "macro-F1 does not rise from each size to the next, so there is no guess at what more \
              rows would buy"
                .into()
        }
    }
}

fn tuning_part(tuning: &TuningRecord) -> String {
    let mut text = format!(
        "{} tried, from a log-loss of {:.4}; a change is kept when its gain is above its error\n",
        counted(tuning.trials.len(), "change"),
        tuning.first_loss
    );
    let mut table = table::table();
    table.set_header(["change", "log-loss", "gain", "error", ""].map(head));
    for trial in &tuning.trials {
        table.add_row([
            cell(&trial.change),
            right(format!("{:.4}", trial.log_loss)),
            right(format!("{:+.4}", trial.gain)),
            right(format!("{:.4}", trial.error)),
            cell(if trial.is_kept { "kept" } else { "" }),
        ]);
    }
    if !tuning.trials.is_empty() {
        text.push_str(&render(&table));
    }
    text.push_str(match tuning.is_finished {
        true => "nothing was left to try\n",
        false => "the time was over before everything was tried\n",
    });
    text.push_str(&format!(
        "the same model without --tune: {}\n\
         the scores below come from the rows that chose these settings, which flatters them\n\n",
        tuning.flags
    ));
    text
}

/// Warnings, of each kind at most a few.
fn warnings(warnings: &[WarningRecord]) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    let mut text = "\nwarnings\n".to_owned();
    for kind in warnings.chunk_by(|a, b| a.kind == b.kind) {
        for warning in kind.iter().take(N_WARNINGS) {
            text.push_str(&format!("- {}\n", warning.sentence));
        }
        if kind.len() > N_WARNINGS {
            text.push_str(&format!(
                "- and {} more of this kind\n",
                kind.len() - N_WARNINGS
            ));
        }
    }
    text
}

/// A warning in a sentence.
pub(super) fn sentence(warning: &Warning) -> String {
    match warning {
        Warning::FewRows {
            target,
            label,
            n_rows,
        } => format!(
            "{target}: `{label}` has {}; below {FEW_ROWS} a label is hardly learned",
            counted(*n_rows, "row")
        ),
        Warning::OneDocument {
            group,
            n_rows,
            n_all,
        } => format!("document `{group}` has {n_rows} of {n_all} rows, so the folds say little"),
        Warning::NearDuplicates { n_rows, n_all } => format!(
            "{n_rows} of {n_all} rows nearly repeat a row of another document, which flatters these \
             scores; `detente audit` lists them"
        ),
        Warning::EdgeOfSearch {
            target,
            features,
            l2,
        } => format!(
            "{target}: {features} did best with {l2}, at the edge of the penalties tried; a better one \
             may lie beyond"
        ),
    }
}
