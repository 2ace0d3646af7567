//! The worst errors, with the words that led to them.

use crate::corpus::Corpus;
use crate::evaluate::{Mistake, spoken_for};
use crate::model::Model;
use crate::report::details::EvaluationReport;
use crate::report::mistakes::N_LISTED;
use crate::report::table::fine;
use maud::{Markup, html};

/// The share of the strongest word's part from which a word is marked.
const MARKED: f64 = 0.25;
/// The share from which it is marked strongly.
const STRONG: f64 = 0.7;

/// The first of `n_all` wrong answers.
pub(super) fn errors(
    report: &EvaluationReport,
    model: &Model,
    corpus: &Corpus,
    mistakes: &[Mistake],
    n_all: usize,
) -> Markup {
    html! {
        section id="errors" aria-labelledby="errors-h" {
            h2 id="errors-h" { "Worst errors" }
            p {
                "The " (mistakes.len()) " most confident of " (n_all) " wrong answers. Marked words spoke for \
                 the answer given, underlined ones most."
            }
            @for mistake in mistakes { (error(report, model, corpus, mistake)) }
        }
    }
}

fn error(report: &EvaluationReport, model: &Model, corpus: &Corpus, mistake: &Mistake) -> Markup {
    let target = &report.evaluated.targets[mistake.target_idx].0;
    let (answers, example) = (&target.answers, &corpus.examples[mistake.row]);
    let label = |class: usize| &answers.labels()[class];
    let gold = answers.gold()[mistake.place];
    html! {
        article.error {
            p {
                strong { (target.target) } ": answered "
                strong { (label(answers.predicted()[mistake.place])) }
                " with " (fine(Some(mistake.confidence))) ", gold is "
                strong { (label(gold)) }
                @if let Some(p) = answers.probabilities() { " with " (fine(Some(p[(mistake.place, gold)]))) }
            }
            blockquote { (marked(model, &example.text, mistake)) }
            details {
                summary {
                    @if let Some(id) = &example.id { (id) ", " }
                    "line " (example.line) ": features"
                }
                ul {
                    @for part in mistake.contributions.iter().take(N_LISTED) {
                        li { (part.feature) " " (format!("{:+.3}", part.contribution)) }
                    }
                }
            }
        }
    }
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
