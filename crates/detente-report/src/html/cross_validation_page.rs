//! A cross-validation as one HTML file.

use super::errors::{place, told};
use super::sections::{self, Part, main_measure};
use super::{N_ERRORS, Section, measures, page, plots};
use crate::cross_validation_record::CrossValidationRecord;
use crate::error::Result;
use detente_data::corpus::Corpus;
use detente_eval::cross_validate::{CrossValidated, CurveTarget};
use detente_metrics::Predictions;
use maud::{Markup, html};

/// The page of a cross-validation: `record` is that of `result`, `corpus` the one that was cross-validated.
///
/// # Errors
/// Answers that cannot be measured, which those of a cross-validation can.
pub fn cross_validation_html(
    record: &CrossValidationRecord,
    result: &CrossValidated,
    corpus: &Corpus,
) -> Result<String> {
    let answers = result.targets.iter().map(|one| one.given.predictions());
    let answers: Vec<&Predictions> = answers.collect();
    let parts: Vec<Part> = result
        .targets
        .iter()
        .zip(&answers)
        .map(|(one, answers)| Part {
            target: one.given.target(),
            predictions: answers,
            evaluation: &one.evaluation,
            majority: Some(one.majority.accuracy.value),
        })
        .collect();
    let wrong = wrong(&answers);
    let sections = [
        Some(Section {
            id: "measures",
            name: "All measures",
            body: measures(record.sheets().iter()),
        }),
        (!result.curve.is_empty()).then(|| Section {
            id: "curve",
            name: "Learning curve",
            body: curve(result),
        }),
        Some(Section {
            id: "targets",
            name: "Each target",
            body: sections::targets(&parts),
        }),
        (!wrong.is_empty()).then(|| Section {
            id: "errors",
            name: "Worst errors",
            body: errors(result, corpus, &answers, &wrong),
        }),
        Some(Section {
            id: "data",
            name: "Data and settings",
            body: settings(record, result),
        }),
    ];
    Ok(page(
        &format!("Cross-validation on {}", record.data.join(", ")),
        &record.how(),
        &sections::headline(&record.notices(), &parts),
        sections.into_iter().flatten().collect(),
    ))
}

/// The wrong answers as places of targets and of answers, the most confident first.
fn wrong(answers: &[&Predictions]) -> Vec<(usize, usize)> {
    let mut wrong = Vec::new();
    for (target_idx, answers) in answers.iter().enumerate() {
        let rows = answers.gold().iter().zip(answers.predicted()).enumerate();
        for (at, (_, given)) in rows.filter(|(_, (gold, given))| gold != given) {
            let confidence = answers.probabilities().map_or(0.0, |p| p[(at, *given)]);
            wrong.push((confidence, target_idx, at));
        }
    }
    wrong.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    wrong
        .into_iter()
        .map(|(_, target, at)| (target, at))
        .collect()
}

fn errors(
    result: &CrossValidated,
    corpus: &Corpus,
    answers: &[&Predictions],
    wrong: &[(usize, usize)],
) -> Markup {
    let shown = &wrong[..N_ERRORS.min(wrong.len())];
    html! {
        section id="errors" aria-labelledby="errors-h" {
            h2 id="errors-h" { "Worst errors" }
            p { "The " (shown.len()) " most confident of " (wrong.len()) " wrong answers." }
            @for (target_idx, at) in shown {
                @let target = &result.targets[*target_idx];
                @let example = &corpus.examples[target.rows[*at]];
                article.error {
                    (told(target.given.target(), answers[*target_idx], *at))
                    blockquote { (example.text) }
                    p.faint { (place(example)) ", fold " (result.folds[target.fold_of[*at]].name) }
                }
            }
        }
    }
}

/// The main measure of each target against the rows trained on.
fn curve(result: &CrossValidated) -> Markup {
    html! {
        section id="curve" aria-labelledby="curve-h" {
            h2 id="curve-h" { "Learning curve" }
            p {
                "How right models of growing shares of every fold's training documents are on the same test \
                 rows, with intervals by document. A larger share holds every smaller one. Where the curve \
                 still rises at its end, more documents would help."
            }
            div.pair {
                @for target in &result.targets {
                    @let name = target.given.target();
                    @let (metric, _) = main_measure(&target.evaluation);
                    figure {
                        (plots::learning_curve(name, metric, &points(result, name, metric)))
                        figcaption { (name) ": " (metric) " by rows trained on." }
                    }
                }
            }
        }
    }
}

/// Rows trained on, and the measure.
fn points(result: &CrossValidated, name: &str, metric: &str) -> Vec<plots::CurveDot> {
    let value = |one: &CurveTarget| match metric {
        "F avg" => one.evaluation.f_avg,
        _ => one.evaluation.macro_f1,
    };
    let dots = result.curve.iter().filter_map(|point| {
        let one = point.targets.iter().find(|one| one.target == name)?;
        let measure = value(one);
        Some(plots::CurveDot {
            n_train: point.n_train,
            value: measure.value?,
            interval: measure
                .interval
                .map(|interval| (interval.low, interval.high)),
        })
    });
    dots.collect()
}

fn settings(record: &CrossValidationRecord, result: &CrossValidated) -> Markup {
    let (params, left_out) = (&result.params.train, &record.left_out);
    let mut rows = vec![
        ("data", record.data.join(", ")),
        ("rows", record.n_rows.to_string()),
        ("documents", record.n_documents.to_string()),
        ("rows without a label", left_out.n_unlabelled.to_string()),
        ("rows with a blank text", left_out.n_blank.to_string()),
        (
            "rows passed over by --where",
            left_out.n_passed_over.to_string(),
        ),
        ("rows never tested", record.n_never_tested.to_string()),
        ("how", record.how()),
        ("seed of the folds", record.seed.to_string()),
        ("language", params.language.code().to_owned()),
        (
            "names masked",
            if params.mask_parties { "yes" } else { "no" }.to_owned(),
        ),
        (
            "longest word n-gram",
            params.vectorizer.ngrams.word_max.to_string(),
        ),
        (
            "characters",
            match params.vectorizer.ngrams.char_max {
                0 => "none".to_owned(),
                most => format!("{} to {most}", params.vectorizer.ngrams.char_min),
            },
        ),
        (
            "penalty",
            match params.search {
                true => "chosen inside each training part".to_owned(),
                false => params.head.l2.to_string(),
            },
        ),
        (
            "labels decided for",
            params.decision_metric.name().to_owned(),
        ),
        ("detente", env!("CARGO_PKG_VERSION").to_owned()),
    ];
    if let Some(intervals) = record.intervals_note() {
        rows.push(("intervals", intervals));
    }
    sections::settings_table(&rows)
}
