//! What a model listens to, as a page.

use super::{Section, plain_page, table};
use crate::inspection_record::TermsRecord;
use crate::term_sheets::{NOTE, term_sheets};
use detente_error::counted;
use detente_model::Model;
use maud::{Markup, html};

/// The `n` terms that speak most for each label, as one HTML file; `name` is what the model is called.
pub fn terms_html(model: &Model, name: &str, n: usize) -> String {
    let sheets = term_sheets(&TermsRecord::by_target(model, n));
    let ids: Vec<String> = (1..=sheets.len()).map(|at| format!("target{at}")).collect();
    let section = |((target, sheets), id): (&(String, Vec<_>), &String)| -> Markup {
        html! {
            section id=(id) aria-labelledby={ (id) "-h" } {
                h2 id={ (id) "-h" } { (target) }
                @for sheet in sheets { (table(sheet)) }
            }
        }
    };
    let sections: Vec<Section> = (sheets.iter().zip(&ids))
        .map(|(found, id)| Section {
            id,
            name: &found.0,
            body: section((found, id)),
        })
        .collect();
    let n_rows = model.record().n_rows;
    plain_page(
        &format!("What the model {name} listens to"),
        &format!("learned from {}", counted(n_rows, "row")),
        &html! { p { (NOTE) } },
        &sections,
    )
}
