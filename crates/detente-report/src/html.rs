//! Evaluations and cross-validations as one HTML file each: no script, no font, no picture from elsewhere.

mod cross_validation_page;
mod errors;
mod plots;
mod sections;
mod shapes;
mod terms_page;
mod timeline;

pub use cross_validation_page::cross_validation_html;
pub use terms_page::terms_html;
pub(super) use timeline::{Series, timeline};

use super::evaluation_record::EvaluationRecord;
use super::sheet::Sheet;
use detente_data::corpus::Corpus;
use detente_error::counted;
use detente_eval::evaluate::{Details, Evaluated, Mistake};
use detente_metrics::Metric;
use detente_model::Model;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Wrong answers shown.
const N_ERRORS: usize = 20;

/// A part of the page that can be jumped to by its id.
struct Section<'a> {
    id: &'a str,
    name: &'a str,
    body: Markup,
}

/// All that the page of an evaluation is made of.
#[derive(Clone, Copy)]
pub struct EvaluationPage<'a> {
    /// What every format is written from, with its details.
    pub record: &'a EvaluationRecord,
    /// The answers behind the record, which the plots show.
    pub evaluated: &'a Evaluated,
    /// What stands beside them.
    pub details: &'a Details,
    /// The model.
    pub model: &'a Model,
    /// The rows.
    pub corpus: &'a Corpus,
    /// The wrong answers, the most confident first.
    pub mistakes: &'a [Mistake],
}

/// The page of an evaluation.
pub fn evaluation_html(report: &EvaluationPage) -> String {
    let EvaluationPage {
        record, mistakes, ..
    } = *report;
    let sheets = record.sheets(true);
    let parts = sections::parts(report);
    let shown = &mistakes[..N_ERRORS.min(mistakes.len())];
    let has_slices = record
        .details
        .iter()
        .any(|details| !details.slices.is_empty());
    let sections = [
        Some(Section {
            id: "measures",
            name: "All measures",
            body: measures(sheets.iter().filter(|sheet| sheet.caption != "Slices")),
        }),
        Some(Section {
            id: "targets",
            name: "Each target",
            body: sections::targets(&parts),
        }),
        has_slices.then(|| Section {
            id: "slices",
            name: "Slices",
            body: sections::slices(report),
        }),
        (!mistakes.is_empty()).then(|| Section {
            id: "errors",
            name: "Worst errors",
            body: errors::errors(report, shown),
        }),
        Some(Section {
            id: "data",
            name: "Data and settings",
            body: sections::settings(report),
        }),
    ];
    page(
        &format!("Evaluation of {}", record.model),
        &format!(
            "{} of {}",
            counted(record.n_rows, "row"),
            record.data.joined()
        ),
        &sections::headline(&record.notices(), &parts),
        sections.into_iter().flatten().collect(),
    )
}

/// A page of measures: how each figure is computed stands at its end.
fn page(title: &str, subtitle: &str, headline: &Markup, mut sections: Vec<Section>) -> String {
    sections.push(Section {
        id: "methods",
        name: "How each figure is computed",
        body: methods(),
    });
    plain_page(title, subtitle, headline, &sections)
}

/// Everything that all pages share.
fn plain_page(title: &str, subtitle: &str, headline: &Markup, sections: &[Section]) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content={ "detente " (env!("CARGO_PKG_VERSION")) };
                title { (title) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                header {
                    h1 { (title) }
                    p.faint { (subtitle) }
                    nav aria-label="Sections" {
                        ul {
                            @for section in sections {
                                li { a href={ "#" (section.id) } { (section.name) } }
                            }
                        }
                    }
                }
                main {
                    (headline)
                    @for section in sections { (section.body) }
                }
            }
        }
    };
    page.into_string()
}

/// Tables of measures.
fn measures<'a>(sheets: impl Iterator<Item = &'a Sheet>) -> Markup {
    html! {
        section id="measures" aria-labelledby="measures-h" {
            h2 id="measures-h" { "All measures" }
            @for sheet in sheets { (table(sheet)) }
        }
    }
}

/// A sheet as a table that scrolls by itself where the page is narrow.
fn table(sheet: &Sheet) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(sheet.caption) {
            table {
                caption { (sheet.caption) }
                thead {
                    tr {
                        @for (name, is_number) in sheet.columns() {
                            th scope="col" class=[is_number.then_some("number")] { (name) }
                        }
                    }
                }
                tbody {
                    @let mut before = "";
                    @for row in sheet.rows() {
                        @let is_repeat = row[0].is_empty();
                        @let () = if !is_repeat { before = &row[0] };
                        tr.again[is_repeat] {
                            th scope="row" {
                                @if is_repeat { span.sr { (before) } } @else { (row[0]) }
                            }
                            @for (cell, (_, is_number)) in row.iter().zip(sheet.columns()).skip(1) {
                                td class=[is_number.then_some("number")] { (cell) }
                            }
                        }
                    }
                }
            }
        }
        @if let Some(note) = &sheet.note { p.note.faint { (note) } }
    }
}

fn methods() -> Markup {
    html! {
        section id="methods" aria-labelledby="methods-h" {
            h2 id="methods-h" { "How each figure is computed" }
            p {
                "Intervals: whole documents are drawn with replacement, as many as there are, and the \
                 measure is computed anew from their rows (Efron 1979; Davison and Hinkley 1997, section \
                 5.3.1). An undefined number is a dash, never 0."
            }
            dl {
                @for metric in Metric::ALL {
                    @if metric != Metric::SetCoverage && metric != Metric::SetSize {
                        dt { (metric.name().replace('_', " ")) }
                        dd { (metric.definition()) ". " span.faint { (metric.reference()) "." } }
                    }
                }
                dt { "slices" }
                dd {
                    "Macro-F1 in the slice less that outside it, both from the same resampled documents; \
                     p from the standard deviation of the resamples. "
                    span.faint {
                        "Efron and Tibshirani 1993, section 16.2; Holm 1979, A simple sequentially \
                         rejective multiple test procedure."
                    }
                }
                dt { "prediction sets of a bounded risk" }
                dd {
                    "The labels that the model cannot rule out at the risk, by the probabilities that the \
                     true labels of training rows got out of fold. The promise is on average over rows, not \
                     for each label or document. "
                    span.faint {
                        "Vovk, Gammerman and Shafer 2005; Sadinle, Lei and Wasserman 2019; Vovk 2015, \
                         Cross-conformal predictors."
                    }
                }
                dt { "adjusted shares" }
                dd {
                    "The shares that give the counted ones, were the model to err as it did out of fold. "
                    span.faint { "Forman 2008, section 2.2; Hopkins and King 2010." }
                }
                dt { "corrected shares" }
                dd {
                    "The shares under which the probabilities are most likely, beginning with those of \
                     training. "
                    span.faint { "Saerens, Latinne and Decaestecker 2002, section 2.2." }
                }
                dt { "contamination with training" }
                dd {
                    "Exact: the same words but for case and space. Near: an estimated resemblance of words \
                     and word pairs of .72 or more. "
                    span.faint { "Broder 1997; Li and König 2010, b-Bit Minwise Hashing." }
                }
                dt { "changed words" }
                dd {
                    "Chi-square of the shares of rows with the word, divided by the design effect of \
                     documents. "
                    span.faint { "Rao and Scott 1984, section 2; Holm 1979." }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_data::corpus::{KeptColumn, LayoutParams};
    use detente_eval::evaluate::{Details, EvaluateParams, evaluate, mistakes};
    use detente_train::{TrainParams, train};

    /// Elements that have no end.
    const VOID: [&str; 2] = ["meta", "br"];

    fn page() -> String {
        let mut csv = "text,peace,place\n".to_owned();
        for row in 0..60 {
            let (word, label) =
                [("welcome", "favor"), ("reject", "against"), ("met", "none")][row % 3];
            let word = if row % 10 == 9 { "met" } else { word };
            csv += &format!(
                "We {word} the <accord> & number {row}.,{label},p{}\n",
                row % 2
            );
        }
        let layout = LayoutParams {
            keep: vec![KeptColumn {
                name: "place".into(),
                role: Some(detente_data::ColumnRole::Slice),
            }],
            ..LayoutParams::default()
        };
        let mut corpus = Corpus::from_reader(csv.as_bytes(), &layout, &["peace"]).unwrap();
        let (model, _) = train(&mut corpus, &TrainParams::DEFAULT, &|_, _| {}).unwrap();
        let params = EvaluateParams::DEFAULT;
        let evaluated = evaluate(&model, &corpus, &params).unwrap();
        let by = ["place".to_owned()];
        let details = Details::of(&model, &corpus, &evaluated, &by, &params).unwrap();
        assert_eq!(details.contamination.exact.len(), 60);
        let wrong = mistakes(&model, &corpus, &evaluated, 5);
        let record = EvaluationRecord::of("m", &["d.csv".to_owned()], &evaluated);
        evaluation_html(&EvaluationPage {
            record: &record.with_details(&evaluated, &details),
            evaluated: &evaluated,
            details: &details,
            model: &model,
            corpus: &corpus,
            mistakes: &wrong,
        })
    }

    #[test]
    fn the_page_needs_nothing_from_elsewhere_and_is_well_formed() {
        let page = page();
        for outside in [
            "http:", "https:", " src=", "url(", "@import", "<link", "<script",
        ] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(page.matches(" href=\"").count() == page.matches(" href=\"#").count());
        let (before, rest) = page.split_once("<style>").unwrap();
        let body = format!("{before}{}", rest.split_once("</style>").unwrap().1);
        let mut open = Vec::new();
        for piece in body.split('<').skip(1) {
            let (tag, _) = piece.split_once('>').expect("a tag ends");
            let name: String = tag
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '/')
                .collect();
            match name.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop().as_deref(), Some(name)),
                None if tag.starts_with('!') || tag.ends_with('/') => {}
                None if VOID.contains(&name.as_str()) => {}
                None => open.push(name),
            }
        }
        assert_eq!(open, [] as [String; 0]);
        assert_eq!(
            page.matches("<svg").count(),
            page.matches(" role=\"img\" aria-label=\"").count()
        );
    }
}
