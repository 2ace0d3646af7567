//! The worst errors, with the words that led to them.

use super::EvaluationPage;
use crate::mistakes::N_LISTED;
use crate::table::fine;
use detente_data::article::Example;
use detente_eval::evaluate::{Mistake, spoken_for};
use detente_metrics::Predictions;
use detente_model::Model;
use maud::{Markup, html};

/// The share of the strongest word's part from which a word is marked.
const MARKED: f64 = 0.25;
/// The share from which it is marked strongly.
const STRONG: f64 = 0.7;

/// The wrong answers that are shown.
pub(super) fn errors(report: &EvaluationPage, shown: &[Mistake]) -> Markup {
    html! {
        section id="errors" aria-labelledby="errors-h" {
            h2 id="errors-h" { "Worst errors" }
            p {
                "The " (shown.len()) " most confident of " (report.mistakes.len()) " wrong predictions. \
                 Marked words spoke for the answer given, underlined ones most."
            }
            @for mistake in shown { (error(report, mistake)) }
        }
    }
}

fn error(report: &EvaluationPage, mistake: &Mistake) -> Markup {
    let target = &report.evaluated.targets[mistake.target_idx].0;
    let example = &report.corpus.examples[mistake.row];
    html! {
        article.error {
            (told(target.given.target(), target.given.predictions(), mistake.place))
            blockquote { (marked(report.model, &example.text, mistake)) }
            details {
                summary { (place(example)) ": features" }
                ul {
                    @for part in mistake.contributions.iter().take(N_LISTED) {
                        li { (part.feature) " " (format!("{:+.3}", part.contribution)) }
                    }
                }
            }
        }
    }
}

/// What was answered, and what is true.
pub(super) fn told(target: &str, predictions: &Predictions, at: usize) -> Markup {
    let label = |class: usize| &predictions.labels()[class];
    let (gold, given) = (predictions.gold()[at], predictions.predicted()[at]);
    let p = |class: usize| predictions.probabilities().map(|p| p[(at, class)]);
    html! {
        p {
            strong { (target) } ": answered " strong { (label(given)) }
            @if let Some(p) = p(given) { " with " (fine(Some(p))) }
            ", gold is " strong { (label(gold)) }
            @if let Some(p) = p(gold) { " with " (fine(Some(p))) }
        }
    }
}

/// Where a row stands.
pub(super) fn place(example: &Example) -> String {
    let id = example
        .id
        .as_ref()
        .map_or(String::new(), |id| format!("{id}, "));
    format!("{id}line {}", example.line)
}

/// The text with the words that spoke for the answer marked.
fn marked(model: &Model, text: &str, mistake: &Mistake) -> Markup {
    let words = spoken_for(model, text, &mistake.contributions);
    let mut parts = Vec::new();
    let mut end = 0;
    for (span, part) in words {
        if part < MARKED || span.start < end {
            continue;
        }
        parts.push((&text[end..span.start], 0.0));
        parts.push((span.slice(text), part));
        end = span.end;
    }
    parts.push((&text[end..], 0.0));
    html! {
        @for (piece, part) in parts {
            @if part > 0.0 { mark.strong[part >= STRONG] { (piece) } } @else { (piece) }
        }
    }
}
