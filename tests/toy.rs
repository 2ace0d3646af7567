//! A small problem that is learned in no time: 24 statements on peace, with a tone.

use detente::data::corpus::{Corpus, Layout, LayoutParams};
use detente::model::Model;
use detente::train::{TrainParams, train};
use std::sync::LazyLock;

const PLACES: [&str; 8] = [
    "river", "border", "harbor", "valley", "island", "capital", "north", "coast",
];

/// Rows of the file, without its header: id, document, text, peace, tone, weight.
pub(crate) fn rows() -> Vec<[String; 6]> {
    let mut rows = Vec::new();
    for (at, place) in PLACES.iter().enumerate() {
        let kinds = [
            ("We welcome the ceasefire at the", "favor", "positive", "2"),
            ("They shell the town on the", "against", "negative", "1"),
            ("The committee met near the", "none", "neutral", "0.5"),
        ];
        for (kind, (words, peace, tone, weight)) in kinds.into_iter().enumerate() {
            rows.push([
                format!("r{:02}", 3 * at + kind),
                format!("d{at}"),
                format!("{words} {place}."),
                peace.to_owned(),
                tone.to_owned(),
                weight.to_owned(),
            ]);
        }
    }
    rows
}

/// A CSV of a header and rows.
pub(crate) fn csv<const N: usize>(header: &str, rows: &[[String; N]]) -> String {
    let mut text = format!("{header}\n");
    for row in rows {
        text.push_str(&row.join(","));
        text.push('\n');
    }
    text
}

/// Columns `id,doc,text,peace,tone,weight`.
pub(crate) fn wide() -> String {
    csv("id,doc,text,peace,tone,weight", &rows())
}

/// Columns `id,doc,text,target,stance`, one row for each text and target.
pub(crate) fn long() -> String {
    let rows: Vec<[String; 5]> = rows()
        .into_iter()
        .flat_map(|[id, doc, text, peace, tone, _]| {
            let on = |target: &str, label: String| {
                [
                    id.clone(),
                    doc.clone(),
                    text.clone(),
                    target.to_owned(),
                    label,
                ]
            };
            [on("peace", peace), on("tone", tone)]
        })
        .collect();
    csv("id,doc,text,target,stance", &rows)
}

/// Where texts and labels stand in [`wide`].
pub(crate) fn layout() -> LayoutParams {
    LayoutParams {
        layout: Layout::Wide {
            targets: vec!["peace".into(), "tone".into()],
        },
        group: Some("doc".into()),
        ..LayoutParams::default()
    }
}

/// A recipe that takes the default features and one strength.
pub(crate) fn params() -> TrainParams {
    let mut params = TrainParams::DEFAULT;
    params.search = false;
    params.head.l2 = 0.1;
    params
}

/// Trains on a CSV as [`wide`] has it.
pub(crate) fn train_on(csv: &str) -> Model {
    let mut corpus = Corpus::from_reader(csv.as_bytes(), &layout(), &[]).unwrap();
    train(&mut corpus, &params(), &|_, _| {}).unwrap().0
}

static MODEL: LazyLock<Model> = LazyLock::new(|| train_on(&wide()));
static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| MODEL.to_bytes());

/// The model of [`wide`].
pub(crate) fn model() -> &'static Model {
    &MODEL
}

/// Its file.
pub(crate) fn model_bytes() -> &'static [u8] {
    &BYTES
}

/// The features of a row by their ids: training has those of one view after the other, scoring as they
/// come.
pub(crate) fn by_id(ids: &[u32], values: &[f32]) -> Vec<(u32, f32)> {
    let pairs = ids.iter().copied().zip(values.iter().copied());
    let mut pairs: Vec<(u32, f32)> = pairs.collect();
    pairs.sort_by_key(|(id, _)| *id);
    pairs
}
