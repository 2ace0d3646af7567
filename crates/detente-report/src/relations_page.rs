//! The page of relations: pick two parties, see their series with turning points, and read the statements behind them.
//!
//! The browser draws it from the same JSON that programs get; the table of pairs stands in the page for readers without
//! a script.

use super::page::{POLICY, inside_script};
use super::relations_record::{RelationsRecord, percent};
use super::table::signed;
use detente_error::counted;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const SCRIPT: &str = include_str!("relations.js");
const STYLE: &str = include_str!("relations.css");

/// Pairs in the table that stands in the page.
const N_ROWS: usize = 40;

/// The page of a run.
pub fn relations_html(record: &RelationsRecord) -> String {
    // Invariant: all keys are strings.
    let json = serde_json::to_string(record).expect("relations are JSON");
    let title = "Who stands how toward whom";
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content={ "detente " (env!("CARGO_PKG_VERSION")) };
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (title) }
                    p.lead {
                        (counted(record.n_statements, "statement")) " of a holder toward a counterpart in "
                        (counted(record.n_articles - record.n_repeats, "article"))
                        @if record.n_repeats > 0 {
                            "; left out as near repeats: " (counted(record.n_repeats, "article"))
                        }
                        "."
                    }
                    div #relations hidden {}
                    noscript { p { "With a script this page draws series and shows the statements behind them." } }
                    section #pairs { (table(record)) }
                }
                (footer(record))
                script #data type="application/json" { (PreEscaped(inside_script(&json))) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn table(record: &RelationsRecord) -> Markup {
    let shown = record.pairs.iter().take(N_ROWS);
    html! {
        h2 { "Pairs" }
        div.scroll tabindex="0" role="region" aria-label="Pairs" {
            table {
                thead {
                    tr {
                        th { "holder" } th { "toward" } th.number { "articles" } th.number { "statements" }
                        @if let Some(first) = record.pairs.first() {
                            @for (measure, _) in first.scores.iter() { th.number { (measure) } }
                        }
                    }
                }
                tbody {
                    @for pair in shown {
                        tr {
                            td { (pair.holder.name) } td { (pair.counterpart.name) }
                            td.number { (pair.n_articles) } td.number { (pair.n_statements) }
                            @for score in pair.scores.values() {
                                td.number {
                                    @match score.score {
                                        Some(value) => { (signed(value).replace('-', "\u{2212}")) }
                                        None => { "\u{2013}" }
                                    }
                                    @if let Some([low, high]) = score.interval {
                                        small {
                                            " " (signed(low).replace('-', "\u{2212}"))
                                            " to " (signed(high).replace('-', "\u{2212}"))
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        @if record.pairs.len() > N_ROWS { p.note { (record.pairs.len() - N_ROWS) " more pairs are not shown." } }
    }
}

fn footer(record: &RelationsRecord) -> Markup {
    html! {
        footer {
            p {
                "Made by detente " (env!("CARGO_PKG_VERSION")) " with the model " (record.model) ". A score is \
                    the mean of the \
                 statements\u{2019} scores, weighted by relevance: stances P(favor) \u{2212} P(against), \
                     relation P(friendly) \
                 \u{2212} P(hostile), from \u{2212}1 to 1; events by their weight, from \u{2212}10 to 10. Bands \
                     are intervals of "
                (format!("{:.0}", 100.0 * record.confidence)) " %, from " (record.resamples) " draws of whole \
                    articles. The line is \
                 a mean over " (record.smooth) " periods; a gap is a period without a statement. A series \
                     without a turn is \
                 given one in " (percent(record.false_alarms)) " % of cases."
            }
            p {
                "Holders and counterparts are found by rules, scores by a linear model. Both err. Read the statements."
            }
        }
    }
}
