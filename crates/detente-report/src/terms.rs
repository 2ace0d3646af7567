//! The terms that speak most for each label.

use super::sheet::Sheet;
use detente_model::features::View;
use detente_model::{Model, Term};
use serde_json::{Map, Value, json};

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

    fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Categories => "categories",
        }
    }

    fn caption(self) -> &'static str {
        match self {
            Self::Words => "Words and sequences of words",
            Self::Categories => "Categories of the lexicon",
        }
    }

    fn views(self) -> &'static [View] {
        match self {
            Self::Words => &[View::Word, View::NearWord, View::Mention],
            Self::Categories => &[View::Lexicon, View::NearLexicon],
        }
    }
}

/// The tables of each target, by its name.
pub(super) fn term_sheets(model: &Model, n: usize) -> Vec<(String, Vec<Sheet>)> {
    let heads = model.heads().iter().enumerate();
    let sheets = heads.map(|(head_idx, head)| {
        let labels = head.labels.labels();
        let places: Vec<usize> = (0..labels.len()).collect();
        let mut sheets = Vec::new();
        for kind in Kind::ALL {
            for places in places.chunks(N_BESIDE) {
                let columns: Vec<(&str, Vec<Term>)> = (places.iter())
                    .map(|place| {
                        let terms = model.terms(head_idx, *place, kind.views(), n);
                        (labels[*place].as_str(), terms)
                    })
                    .collect();
                sheets.push(sheet(kind, &columns));
            }
        }
        sheets.retain(|sheet| !sheet.is_empty());
        (head.target.clone(), sheets)
    });
    sheets.collect()
}

fn sheet(kind: Kind, columns: &[(&str, Vec<Term>)]) -> Sheet {
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
fn short(term: &Term) -> &str {
    let is_plain = matches!(term.view, View::Word | View::Lexicon);
    match term.feature.split_once(':') {
        Some((_, name)) if is_plain => name,
        _ => &term.feature,
    }
}

/// The `n` terms that speak most for each label, as tables.
pub(super) fn terms_table(model: &Model, n: usize) -> String {
    let mut text = String::new();
    for (target, sheets) in term_sheets(model, n) {
        for sheet in sheets {
            let caption = sheet.caption.to_lowercase();
            text.push_str(&format!("{target}: {caption}\n{}\n", sheet.terminal()));
        }
    }
    text.push_str(NOTE);
    text.push('\n');
    text
}

/// The `n` terms that speak most for each label, as one JSON object by target and label.
pub(super) fn terms_json(model: &Model, n: usize) -> Value {
    let mut targets = Map::new();
    for (head_idx, head) in model.heads().iter().enumerate() {
        let mut labels = Map::new();
        for (label_idx, label) in head.labels.labels().iter().enumerate() {
            let mut kinds = Map::new();
            for kind in Kind::ALL {
                let terms = model.terms(head_idx, label_idx, kind.views(), n);
                let terms: Vec<Value> = terms.iter().map(term_json).collect();
                kinds.insert(kind.name().into(), json!(terms));
            }
            labels.insert(label.clone(), Value::Object(kinds));
        }
        targets.insert(head.target.clone(), Value::Object(labels));
    }
    Value::Object(targets)
}

fn term_json(term: &Term) -> Value {
    json!({
        "feature": term.feature,
        "weight": term.weight,
        "document_frequency": term.document_frequency,
    })
}
