//! The parts of the page that are about measures.

use super::{EvaluationPage, plots};
use crate::evaluation_record::SliceRecord;
use crate::measures_record::MeasureRecord;
use crate::table::{fine, measure};
use detente_eval::evaluate::EvaluatedTarget;
use detente_metrics::{Evaluation, Measure, Metric, Predictions};
use detente_train::baselines::{Baseline, BaselineKind};
use maud::{Markup, html};

/// The answers to one target, measured.
pub(super) struct Part<'a> {
    pub(super) target: &'a str,
    pub(super) predictions: &'a Predictions,
    pub(super) evaluation: &'a Evaluation,
    /// The accuracy of always giving the commonest label, where it is known.
    pub(super) majority: Option<Option<f64>>,
}

/// The targets of an evaluation.
pub(super) fn parts<'a>(report: &EvaluationPage<'a>) -> Vec<Part<'a>> {
    let baselines = &report.details.baselines;
    let targets = report.evaluated.targets.iter().zip(baselines);
    let part = |((target, evaluation), baselines): (&'a (_, _), &'a Vec<Baseline>)| {
        let target: &EvaluatedTarget = target;
        let majority = baselines.iter().find(|b| b.kind == BaselineKind::Majority);
        Part {
            target: target.given.target(),
            predictions: target.given.predictions(),
            evaluation,
            majority: majority.map(|baseline| baseline.evaluation.accuracy.value),
        }
    };
    targets.map(part).collect()
}

/// What a reader must know first, and the main measure of each target.
pub(super) fn headline(notices: &[String], parts: &[Part]) -> Markup {
    html! {
        @for notice in notices {
            p.notice.warning[notice.starts_with("warning")] { (notice) }
        }
        ul.cards aria-label="Headline" {
            @for part in parts {
                @let evaluation = part.evaluation;
                @let (name, main) = main_measure(evaluation);
                li {
                    h2 { (part.target) }
                    p.big { (fine(main.value)) }
                    p { (name) @if let Some(i) = main.interval {
                        ", 95 % between " (fine(Some(i.low))) " and " (fine(Some(i.high)))
                    } }
                    p.faint {
                        "accuracy " (fine(evaluation.accuracy.value))
                        @if let Some(majority) = part.majority {
                            "; always the commonest label: " (fine(majority))
                        }
                    }
                    p.faint { (evaluation.n_rows) " rows, " (evaluation.n_documents) " documents" }
                }
            }
        }
    }
}

/// F avg where labels take sides, else macro-F1.
pub(super) fn main_measure(evaluation: &Evaluation) -> (&'static str, Measure) {
    match evaluation.f_avg.value {
        Some(_) => ("F avg", evaluation.f_avg),
        None => ("macro-F1", evaluation.macro_f1),
    }
}

/// For each target: what is taken for what, and whether its confidence can be believed.
pub(super) fn targets(parts: &[Part]) -> Markup {
    html! {
        section id="targets" aria-labelledby="targets-h" {
            h2 id="targets-h" { "Each target" }
            @for Part { target, predictions, evaluation, .. } in parts {
                h3 { (target) }
                div.pair {
                    (confusion(target, evaluation))
                    @if let Some(reliability) = &evaluation.reliability {
                        figure {
                            (plots::reliability(target, reliability))
                            figcaption {
                                "Reliability: each dot is a bin of answers, its size their number. On the \
                                 diagonal the confidence is right; the bars are the gaps. Expected \
                                 calibration error " (fine(evaluation.ece.value)) "."
                            }
                        }
                    }
                    @if let Some(curve) = &evaluation.risk_coverage {
                        figure {
                            (plots::risk_coverage(target, curve))
                            figcaption {
                                "Risk and coverage: the share wrong when only the most confident rows are \
                                 answered. Mean over all coverages " (fine(evaluation.aurc.value)) "."
                            }
                        }
                    }
                    (distributions(target, predictions))
                }
            }
        }
    }
}

fn confusion(target: &str, evaluation: &Evaluation) -> Markup {
    let names: Vec<&str> = evaluation.labels.iter().map(|l| l.label.as_str()).collect();
    html! {
        div.scroll tabindex="0" role="region" aria-label={ "Confusion of " (target) } {
            table.matrix {
                caption { "Gold labels by row, answers by column" }
                thead {
                    tr {
                        th scope="col" { "gold" }
                        @for name in &names { th.number scope="col" { (name) } }
                    }
                }
                tbody {
                    @for (gold, name) in names.iter().enumerate() {
                        @let support = evaluation.confusion.support(gold);
                        tr {
                            th scope="row" { (name) }
                            @for given in 0..names.len() {
                                @let count = evaluation.confusion.count(gold, given);
                                @let share = count as f64 / support.max(1) as f64;
                                td.right[gold == given] style={ "--share:" (format!("{share:.3}")) } {
                                    (count) small { (format!("{:.0} %", 100.0 * share)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Stance scores where there are any, else the confidence of the answers; by gold label.
fn distributions(target: &str, predictions: &Predictions) -> Markup {
    let Some(probabilities) = predictions.probabilities() else {
        return html! {};
    };
    let position = |name: &str| predictions.labels().iter().position(|label| label == name);
    let sides = position(detente_model::label::FAVOR).zip(position(detente_model::label::AGAINST));
    let (axis, range) = match sides {
        Some(_) => ("P(favor) - P(against)", -1.0..1.0),
        None => ("probability of the gold label", 0.0..1.0),
    };
    let mut scores: Vec<(String, Vec<f64>)> = predictions
        .labels()
        .iter()
        .map(|label| (label.clone(), Vec::new()))
        .collect();
    for (row, gold) in predictions.gold().iter().enumerate() {
        let p = probabilities.row(row);
        scores[*gold].1.push(match sides {
            Some((favor, against)) => p[favor] - p[against],
            None => p[*gold],
        });
    }
    html! {
        figure {
            (plots::distributions(target, axis, range, &scores))
            figcaption { "Scores: how many rows of each gold label got which " (axis) "." }
        }
    }
}

/// Macro-F1 by the values of columns, as dots with intervals.
pub(super) fn slices(report: &EvaluationPage) -> Markup {
    let details = report.record.details.iter();
    let slices: Vec<&SliceRecord> = details.flat_map(|details| &details.slices).collect();
    html! {
        section id="slices" aria-labelledby="slices-h" {
            h2 id="slices-h" { "Slices" }
            p {
                "Macro-F1 of the rows with each value, from 0 to 1, with its interval; the dashed line is \
                 the whole. A slice is called below the rest when the difference is beyond chance after \
                 correction for all slices of the target (diamond). Fewer than 30 rows say little."
            }
            @for part in slices.chunk_by(|a, b| (&a.target, &a.column) == (&b.target, &b.column)) {
                (slice_table(report, part))
            }
        }
    }
}

fn slice_table(report: &EvaluationPage, slices: &[&SliceRecord]) -> Markup {
    let (target, record) = (&slices[0].target, report.record);
    let of_target = record.targets.get(target).map(|one| &one.measures);
    let whole = of_target.or(record.pooled.as_ref());
    let whole = whole.map_or_else(MeasureRecord::default, |whole| {
        whole.measure(Metric::MacroF1)
    });
    let caption = format!("{target} by {}", slices[0].column);
    html! {
        h3 { (caption) }
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.slices {
                caption.sr { "Macro-F1 of " (caption) }
                thead {
                    tr {
                        th scope="col" { (slices[0].column) }
                        th.number scope="col" { "n" }
                        th scope="col" { "macro-F1, 0 to 1" }
                        th scope="col" { "macro-F1" }
                        th scope="col" { "note" }
                    }
                }
                tbody {
                    @for slice in slices {
                        tr.below[slice.is_below_rest] {
                            th scope="row" {
                                @if slice.value.is_empty() { "(empty)" } @else { (slice.value) }
                            }
                            td.number { (slice.measures.n_rows) }
                            td.plot { (dots(slice.measures.measure(Metric::MacroF1), whole)) }
                            td { (measure(slice.measures.measure(Metric::MacroF1))) }
                            td {
                                @if slice.is_below_rest { "below the rest" }
                                @if slice.is_below_rest && slice.is_small { ", " }
                                @if slice.is_small { "few rows" }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn dots(here: MeasureRecord, whole: MeasureRecord) -> Markup {
    let percent = |value: f64| format!("{:.1}%", 100.0 * value.clamp(0.0, 1.0));
    html! {
        div.dots aria-hidden="true" {
            @if let Some(value) = whole.value {
                span.whole style={ "left:" (percent(value)) } {}
            }
            @if let Some([low, high]) = here.interval {
                span.interval style={ "left:" (percent(low)) ";width:" (percent(high - low)) } {}
            }
            @if let Some(value) = here.value {
                span.point style={ "left:" (percent(value)) } {}
            }
        }
    }
}

/// What was measured with what.
pub(super) fn settings(report: &EvaluationPage) -> Markup {
    let EvaluationPage {
        record: evaluation,
        model,
        corpus,
        ..
    } = *report;
    let record = model.record();
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    let mut rows = vec![
        ("data", evaluation.data.joined()),
        ("rows evaluated", evaluation.n_rows.to_string()),
        ("rows without a label", corpus.n_unlabelled.to_string()),
        ("rows with a blank text", corpus.n_blank.to_string()),
        (
            "rows passed over by --where",
            corpus.n_passed_over.to_string(),
        ),
        ("model", evaluation.model.clone()),
        ("its name", or_dash(&record.name)),
        ("its date", or_dash(&record.date)),
        ("training rows", record.n_rows.to_string()),
        ("training documents", record.n_groups.to_string()),
        (
            "fingerprint of the training rows",
            record.fingerprint.clone(),
        ),
        (
            "features",
            model.vectorizer().vocabulary().len().to_string(),
        ),
        (
            "language",
            model.analyzer().params().language.code().to_owned(),
        ),
        ("detente", env!("CARGO_PKG_VERSION").to_owned()),
    ];
    if let Some(note) = evaluation.intervals_note() {
        rows.push((
            "intervals",
            note.trim_start_matches("intervals: ").to_owned(),
        ));
    }
    for (target, n) in &evaluation.unknown_targets {
        rows.push((
            "not scored, since the model lacks it",
            format!("{target} ({n} rows)"),
        ));
    }
    settings_table(&rows)
}

/// Names and values.
pub(super) fn settings_table(rows: &[(&str, String)]) -> Markup {
    html! {
        section id="data" aria-labelledby="data-h" {
            h2 id="data-h" { "Data and settings" }
            div.scroll tabindex="0" role="region" aria-label="Data and settings" {
                table {
                    caption.sr { "Data and settings" }
                    tbody {
                        @for (name, value) in rows {
                            tr { th scope="row" { (name) } td { (value) } }
                        }
                    }
                }
            }
        }
    }
}
