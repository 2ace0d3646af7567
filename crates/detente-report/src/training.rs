//! What training found out, on one screen.

use super::table::{self, fine, head, render, right};
use comfy_table::Cell;
use detente_error::counted;
use detente_metrics::{Evaluation, Measure};
use detente_model::strengths;
use detente_train::baselines::BaselineKind;
use detente_train::stream::StreamLog;
use detente_train::{
    CURVE_DOCUMENTS, CURVE_ROWS, Curve, FEW_ROWS, HeadLog, LearningCurve, TrainLog, Tuning, Warning,
};

/// Rows whose worth a learning curve is asked for.
const MORE_ROWS: usize = 200;
/// Warnings of one kind that are shown; of more, how many there are.
const N_WARNINGS: usize = 3;

/// The report that `train` prints.
pub fn training_table(log: &TrainLog, tuning: Option<&Tuning>) -> String {
    let mut text = format!(
        "{} in {}, {}, {} features\n",
        counted(log.n_rows, "row"),
        counted(log.n_groups, "document"),
        counted(log.n_folds, "fold"),
        log.n_features
    );
    text.push_str(&left_out(log.n_unlabelled, log.n_blank));
    if let Some(tuning) = tuning {
        text.push_str(&tuning_part(tuning));
    }
    text.push_str(&settings(&log.heads));
    text.push_str(&scores(&log.heads, &answered_rows(log)));
    text.push_str(&curves(log));
    text.push_str(&warnings(&log.warnings));
    text
}

/// The report that `train --stream` prints.
pub fn streaming_table(log: &StreamLog) -> String {
    let mut text = format!(
        "{} in {}, {} never learned from; {} features, n-grams in {} buckets\n",
        counted(log.n_rows, "row"),
        match log.n_passes {
            1 => "1 pass".to_owned(),
            n => format!("{n} passes"),
        },
        log.n_held_out,
        log.n_features,
        log.n_buckets
    );
    text.push_str(&left_out(log.n_unlabelled, log.n_blank));
    for target in &log.kept {
        text.push_str(&format!(
            "{target}: too few of the new rows are held out to calibrate on, so its calibration stays as it was\n"
        ));
    }
    if log.heads.is_empty() {
        return text;
    }
    let mut table = table::table();
    table.set_header(["target", "labels", "T"].map(head));
    for head in &log.heads {
        let labels = head.label_counts.iter();
        let labels: Vec<String> = labels.map(|(label, n)| format!("{label} {n}")).collect();
        table.add_row([
            Cell::new(&head.target),
            Cell::new(labels.join(", ")),
            right(format!("{:.2}", head.temperature)),
        ]);
    }
    text.push_str(&format!("{}T is the temperature\n", render(&table)));
    let rows = format!(
        "scores are of {} of one in ten documents that were not learned from, each half calibrated on \
         the other",
        counted(log.n_measured, "row")
    );
    text.push_str(&scores(&log.heads, &rows));
    text
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

fn settings(heads: &[HeadLog]) -> String {
    let mut table = table::table();
    table.set_header(["target", "labels", "l2", "T"].map(head));
    for head in heads {
        let labels = head.label_counts.iter();
        let labels: Vec<String> = labels.map(|(label, n)| format!("{label} {n}")).collect();
        table.add_row([
            Cell::new(&head.target),
            Cell::new(labels.join(", ")),
            Cell::new(strengths(&head.members)),
            right(format!("{:.2}", head.temperature)),
        ]);
    }
    format!(
        "{}l2 is the penalty chosen for each view, T the temperature\n",
        render(&table)
    )
}

/// What the scores of a cross-validation are scores of.
fn answered_rows(log: &TrainLog) -> String {
    let mut text = "scores are out of fold, by document".to_owned();
    if log.n_answered_folds < log.n_folds {
        text.push_str(&format!(
            ", of the rows in {} of {} folds",
            log.n_answered_folds, log.n_folds
        ));
    }
    text
}

/// The scores of all heads; `rows` says what they are scores of.
fn scores(heads: &[HeadLog], rows: &str) -> String {
    let mut table = table::table();
    let names = [
        "target", "", "macro-F1", "F avg", "accuracy", "log-loss", "ECE",
    ];
    table.set_header(names.map(head));
    for head in heads {
        table.add_row(score_row(&head.target, "model", &head.out_of_fold));
        for baseline in &head.baselines {
            // The prior says the commonest label too, and has the probabilities to go with it.
            let name = match baseline.kind {
                BaselineKind::Majority => continue,
                BaselineKind::Prior => BaselineKind::Majority.name(),
                BaselineKind::Lexicon => BaselineKind::Lexicon.name(),
            };
            table.add_row(score_row("", name, &baseline.evaluation));
        }
    }
    let mut text = format!("\n{}{rows}", render(&table));
    if let Some(bootstrap) = heads.first().and_then(|h| h.out_of_fold.bootstrap) {
        text.push_str(&format!(
            "; in brackets {:.0} % intervals from {} resamples of documents",
            100.0 * bootstrap.confidence,
            bootstrap.resamples
        ));
    }
    text.push('\n');
    if heads.iter().any(|head| !head.baselines.is_empty()) {
        text.push_str(
            "majority always gives the commonest label, with the labels' shares as probabilities\n",
        );
    }
    for head in heads {
        text.push_str(&hardest(head).unwrap_or_default());
    }
    text
}

fn score_row(target: &str, name: &str, scores: &Evaluation) -> [Cell; 7] {
    let cell = |measure: Measure| {
        let interval = measure
            .interval
            .map(|i| format!(" [{}, {}]", fine(Some(i.low)), fine(Some(i.high))));
        Cell::new(fine(measure.value) + &interval.unwrap_or_default())
    };
    [
        Cell::new(target),
        Cell::new(name),
        cell(scores.macro_f1),
        cell(scores.f_avg),
        cell(scores.accuracy),
        cell(scores.log_loss),
        Cell::new(fine(scores.ece.value)),
    ]
}

/// The label that is hardest to tell, with what it is most often taken for.
fn hardest(head: &HeadLog) -> Option<String> {
    let (label, other, n_taken) = head.hardest()?;
    let labels = &head.out_of_fold.labels;
    Some(format!(
        "{}: hardest is `{}`, F1 {}; {} of its {} taken for `{}`\n",
        head.target,
        labels[label].label,
        fine(labels[label].f1.value),
        n_taken,
        counted(labels[label].support as usize, "row"),
        labels[other].label
    ))
}

fn curves(log: &TrainLog) -> String {
    let curves = match &log.curve {
        LearningCurve::NotAsked => return String::new(),
        LearningCurve::TooSmall => {
            return format!(
                "\nno learning curve: it takes {CURVE_ROWS} rows in {CURVE_DOCUMENTS} documents on each target\n"
            );
        }
        LearningCurve::Drawn(curves) => curves,
    };
    let mut table = table::table();
    let names = ["target", "documents", "rows", "macro-F1", "log-loss"];
    table.set_header(names.map(head));
    let mut guesses = String::new();
    for (head, curve) in log.heads.iter().zip(curves) {
        let parts = ["1/4", "1/2", "all"];
        for (at, (point, part)) in curve.points.iter().zip(parts).enumerate() {
            table.add_row([
                Cell::new(if at == 0 { &head.target } else { "" }),
                Cell::new(part),
                right(format!("{:.0}", point.n_rows)),
                right(fine(point.macro_f1)),
                right(fine(point.log_loss)),
            ]);
        }
        guesses.push_str(&format!("{}: {}\n", head.target, guess(curve)));
    }
    format!(
        "\nlearning curve, with the documents of a fold that were learned from\n{}{guesses}",
        render(&table)
    )
}

/// What more rows would buy, in one sentence.
fn guess(curve: &Curve) -> String {
    let digits = |gain: f64| match fine(Some(gain)) {
        tiny if tiny == ".000" => "less than .001".to_owned(),
        digits => format!("about {digits}"),
    };
    match (curve.gain(MORE_ROWS), curve.gain(curve.n_rows)) {
        (Some(gain), Some(double)) => format!(
            "{MORE_ROWS} more rows would buy {} macro-F1, twice the rows {} (a guess from three sizes)",
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

fn tuning_part(tuning: &Tuning) -> String {
    let mut text = format!(
        "{} tried, from a log-loss of {:.4}; a change is kept when its gain is above its error\n",
        counted(tuning.trials.len(), "change"),
        tuning.first_loss
    );
    let mut table = table::table();
    table.set_header(["change", "log-loss", "gain", "error", ""].map(head));
    for trial in &tuning.trials {
        table.add_row([
            Cell::new(trial.setting.flag()),
            right(format!("{:.4}", trial.loss)),
            right(format!("{:+.4}", trial.gain)),
            right(format!("{:.4}", trial.error)),
            Cell::new(if trial.is_kept { "kept" } else { "" }),
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
        tuning.flags()
    ));
    text
}

/// Warnings, of each kind at most a few.
fn warnings(warnings: &[Warning]) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    let mut text = "\nwarnings\n".to_owned();
    let is_alike =
        |a: &Warning, b: &Warning| std::mem::discriminant(a) == std::mem::discriminant(b);
    for kind in warnings.chunk_by(is_alike) {
        for warning in kind.iter().take(N_WARNINGS) {
            text.push_str(&format!("- {}\n", sentence(warning)));
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

fn sentence(warning: &Warning) -> String {
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
