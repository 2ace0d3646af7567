//! A cross-validation as tables and as CSV.

use crate::evaluation::measure;
use crate::evaluation_csv::Rows;
use crate::sheet::Sheet;
use crate::table::fine;
use detente_eval::cross_validate::{CrossValidated, CurvePoint, Spread};
use detente_metrics::{Evaluation, Metric};

/// The measures of every target, then those of every fold, then the learning curve.
pub(super) fn sheets(result: &CrossValidated) -> Vec<Sheet> {
    let mut sheets = vec![targets(result), folds(result)];
    if !result.curve.is_empty() {
        sheets.push(curve(result));
    }
    sheets
}

fn targets(result: &CrossValidated) -> Sheet {
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
    let mut add = |name: &str, evaluation: &Evaluation, folds: String, majority: String| {
        sheet.row([
            name.to_owned(),
            evaluation.n_rows.to_string(),
            measure(evaluation.macro_f1),
            measure(evaluation.f_avg),
            measure(evaluation.accuracy),
            measure(evaluation.log_loss),
            folds,
            majority,
        ]);
    };
    for target in &result.targets {
        let name = target.given.target();
        let folds = result
            .spread(name, Metric::MacroF1)
            .map_or("-".into(), spread);
        let majority = fine(target.majority.macro_f1.value);
        add(name, &target.evaluation, folds, majority);
    }
    if let Some(pooled) = &result.pooled {
        add("pooled", pooled, String::new(), String::new());
    }
    let kinds = "folds: mean and standard deviation of macro-F1; majority: macro-F1 of always giving \
                 the commonest label";
    let first = result.targets.first().map(|target| &target.evaluation);
    sheet.note = Some(match first.and_then(|evaluation| evaluation.bootstrap) {
        Some(bootstrap) => format!(
            "intervals: {:.0} %, {} bootstrap by document, {} resamples, seed {}; {kinds}",
            100.0 * bootstrap.confidence,
            bootstrap.method.name(),
            bootstrap.resamples,
            bootstrap.seed
        ),
        None => kinds.to_owned(),
    });
    sheet
}

fn spread(spread: Spread) -> String {
    match spread.deviation {
        Some(deviation) => format!("{} ± {}", fine(Some(spread.mean)), fine(Some(deviation))),
        None => fine(Some(spread.mean)),
    }
}

fn folds(result: &CrossValidated) -> Sheet {
    let is_repeated = result.folds.iter().any(|fold| fold.repeat > 1);
    let mut columns = vec!["fold"];
    columns.extend(is_repeated.then_some("#repeat"));
    columns.extend(["#trained on", "#tested on"]);
    let names: Vec<String> = result
        .targets
        .iter()
        .map(|target| format!("#{}", target.given.target()))
        .collect();
    for name in &names {
        columns.extend([name, "l2"]);
    }
    let mut sheet = Sheet::new("Folds", &columns);
    for fold in &result.folds {
        let mut row = vec![fold.name.clone()];
        row.extend(is_repeated.then(|| fold.repeat.to_string()));
        row.extend([fold.n_train.to_string(), fold.n_test.to_string()]);
        for target in &result.targets {
            let mut found = fold.targets.iter();
            match found.find(|one| one.target == target.given.target()) {
                Some(one) => {
                    row.push(fine(one.evaluation.macro_f1.value));
                    row.push(one.strengths.clone());
                }
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

fn curve(result: &CrossValidated) -> Sheet {
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
    for target in &result.targets {
        let name = target.given.target();
        let of = |point: &CurvePoint| {
            let found = point.targets.iter().find(|one| one.target == *name);
            Some((point.share, point.n_train, found?.clone()))
        };
        for (at, (share, n_train, one)) in result.curve.iter().filter_map(of).enumerate() {
            n_unanswered += one.n_unanswered;
            sheet.row([
                if at == 0 {
                    name.to_owned()
                } else {
                    String::new()
                },
                format!("{:.0} %", 100.0 * share),
                format!("{n_train:.0}"),
                one.evaluation.n_rows.to_string(),
                measure(one.evaluation.macro_f1),
                measure(one.evaluation.f_avg),
                measure(one.evaluation.accuracy),
                measure(one.evaluation.log_loss),
            ]);
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

/// Every number of a cross-validation, with the columns of an evaluation's; `part` is `whole`,
/// `majority`, `fold` (whose name is the value) or `learning curve` (whose share is).
pub(super) fn csv(result: &CrossValidated) -> Vec<u8> {
    let mut rows = Rows::new();
    for target in &result.targets {
        let name = target.given.target();
        rows.evaluation([name, "whole", "", ""], &target.evaluation);
        rows.evaluation([name, "majority", "", ""], &target.majority);
        for fold in &result.folds {
            let found = fold.targets.iter().filter(|one| one.target == name);
            let repeat = fold.repeat.to_string();
            for one in found {
                rows.evaluation([name, "fold", &repeat, &fold.name], &one.evaluation);
            }
        }
        for point in &result.curve {
            let found = point.targets.iter().filter(|one| one.target == name);
            let share = format!("{:.6}", point.share);
            for one in found {
                rows.evaluation([name, "learning curve", "", &share], &one.evaluation);
            }
        }
    }
    if let Some(pooled) = &result.pooled {
        rows.evaluation(["pooled", "whole", "", ""], pooled);
    }
    rows.finish()
}
