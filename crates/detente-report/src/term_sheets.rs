//! The terms that speak most for each label.

use super::inspection_record::{TermRecord, TermsRecord};
use super::named::Named;
use super::sheet::Sheet;
use detente_model::features::View;

/// Terms by target and label.
type TermsByTarget = Named<'static, Named<'static, TermsRecord>>;

/// Views that a table tells of by its caption.
const PLAIN: [View; 2] = [View::Word, View::Lexicon];

/// What a reader must know of weights.
pub(super) const NOTE: &str = "Weights are log-odds before calibration for a feature of value 1; compare \
                               them inside a table. Rows: how many of the training rows the term stands in. \
                               Terms are stems; not~ marks the scope of a negation. Pieces of words \
                               are left out.";

/// Labels that stand side by side.
const N_BESIDE: usize = 3;

/// Kinds of terms that are ranked apart, since their values are not of one size. Pieces of words are left
/// out: alone they say nothing to a reader.
#[derive(Clone, Copy)]
enum Kind {
    Words,
    Categories,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Words, Self::Categories];

    fn caption(self) -> &'static str {
        match self {
            Self::Words => "Words and sequences of words",
            Self::Categories => "Categories of the lexicon",
        }
    }

    fn terms(self, of_label: &TermsRecord) -> &[TermRecord] {
        match self {
            Self::Words => &of_label.words,
            Self::Categories => &of_label.categories,
        }
    }
}

/// The tables of each target, by its name.
pub(super) fn term_sheets(terms: &TermsByTarget) -> Vec<(String, Vec<Sheet>)> {
    let targets = terms.iter().map(|(target, by_label)| {
        let labels: Vec<(&str, &TermsRecord)> = by_label.iter().collect();
        let mut sheets = Vec::new();
        for kind in Kind::ALL {
            for labels in labels.chunks(N_BESIDE) {
                let columns = labels
                    .iter()
                    .map(|(label, terms)| (*label, kind.terms(terms)));
                sheets.push(sheet(kind, &columns.collect::<Vec<_>>()));
            }
        }
        sheets.retain(|sheet| !sheet.is_empty());
        (target.to_owned(), sheets)
    });
    targets.collect()
}

fn sheet(kind: Kind, columns: &[(&str, &[TermRecord])]) -> Sheet {
    let mut names = vec!["##".to_owned()];
    for (label, _) in columns {
        names.extend([format!("for {label}"), "#weight".to_owned()]);
        if let Kind::Words = kind {
            names.push("#rows".to_owned());
        }
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut sheet = Sheet::new(kind.caption(), &names);
    let n_rows = columns.iter().map(|(_, terms)| terms.len()).max();
    for rank in 0..n_rows.unwrap_or(0) {
        let mut cells = vec![(rank + 1).to_string()];
        for (_, terms) in columns {
            let term = terms.get(rank);
            cells.push(term.map_or(String::new(), |term| short(term).to_owned()));
            cells.push(term.map_or(String::new(), |term| format!("{:.2}", term.weight)));
            if let Kind::Words = kind {
                let df = term.map(|term| term.document_frequency);
                cells.push(df.map_or(String::new(), |df| {
                    df.map_or("-".into(), |df| df.to_string())
                }));
            }
        }
        sheet.row(cells);
    }
    sheet
}

/// A term without the view that its table tells of.
fn short(term: &TermRecord) -> &str {
    match term.feature.split_once(':') {
        Some((view, name)) if PLAIN.iter().any(|plain| plain.name() == view) => name,
        _ => &term.feature,
    }
}

/// The terms as tables for a terminal.
pub(super) fn terms_table(terms: &TermsByTarget) -> String {
    let mut text = String::new();
    for (target, sheets) in term_sheets(terms) {
        for sheet in sheets {
            let caption = sheet.caption.to_lowercase();
            text.push_str(&format!("{target}: {caption}\n{}\n", sheet.terminal()));
        }
    }
    text.push_str(NOTE);
    text.push('\n');
    text
}
