//! Frames of a verb and what it is done to, from rows to explanations.

use crate::toy;
use detente::data::corpus::{Corpus, Layout, LayoutParams};
use detente::model::Model;
use detente::train::{TrainParams, train};

const UNDO: [&str; 6] = [
    "lifted", "eased", "waived", "repealed", "scrapped", "loosened",
];
const IMPOSE: [&str; 6] = [
    "imposed",
    "tightened",
    "renewed",
    "extended",
    "prolonged",
    "widened",
];
const MEASURES: [&str; 6] = [
    "sanctions",
    "embargo",
    "tariffs",
    "blockade",
    "boycott",
    "curbs",
];

/// Rows in which no verb and no object tells the label alone: whoever undoes or imposes nothing is on the other
/// side. Of the pairs of verb and object a third are missing.
fn rows() -> String {
    let mut csv = String::from("id,doc,text,cooperation\n");
    for (at, measure) in MEASURES.iter().enumerate() {
        for (verb_at, (undo, impose)) in UNDO.iter().zip(IMPOSE).enumerate() {
            if (at + verb_at) % 3 == 0 {
                continue;
            }
            for (verb, negator, label) in [
                (*undo, "", "favor"),
                (*undo, "never ", "against"),
                (impose, "", "against"),
                (impose, "never ", "favor"),
            ] {
                let id = format!("{negator}{verb}{at}");
                csv += &format!("{id},d{at},The council {negator}{verb} the {measure}.,{label}\n");
            }
        }
    }
    csv
}

fn trained(frames: bool) -> Model {
    let layout = LayoutParams {
        layout: Layout::Wide {
            targets: vec!["cooperation".into()],
        },
        group: Some("doc".into()),
        ..LayoutParams::default()
    };
    let mut params: TrainParams = toy::params();
    params.vectorizer.ngrams.frames = frames;
    let mut corpus = Corpus::from_reader(rows().as_bytes(), &layout, &[]).unwrap();
    train(&mut corpus, &params, &|_, _| {}).unwrap().0
}

/// The probability of `favor`.
fn favor(model: &Model, text: &str) -> f64 {
    let scores = model.score(&mut Default::default(), text);
    let at = model.heads()[0].labels.position("favor").unwrap();
    scores.targets[0].probabilities[at]
}

#[test]
fn a_verb_that_never_stood_before_an_object_is_understood() {
    let (plain, framed) = (trained(false), trained(true));
    let mut gains = 0;
    for (at, measure) in MEASURES.iter().enumerate() {
        for (verb_at, (undo, impose)) in UNDO.iter().zip(IMPOSE).enumerate() {
            if (at + verb_at) % 3 != 0 {
                continue;
            }
            for (verb, is_favor) in [(*undo, true), (impose, false)] {
                let text = format!("The {measure} was at last {verb}.");
                assert_eq!(favor(&framed, &text) > 0.5, is_favor, "{text}");
                let gain = favor(&framed, &text) - favor(&plain, &text);
                gains += i32::from((gain > 0.0) == is_favor);
            }
        }
    }
    assert!(gains >= 20, "{gains} of 24");
}

#[test]
fn a_model_keeps_its_frames_in_its_file() {
    let model = trained(true);
    let read = Model::from_bytes(&model.to_bytes()).unwrap();
    assert!(read.vectorizer_params().ngrams.frames);
    let text = "The curbs were eased.";
    let score = |model: &Model| model.score(&mut Default::default(), text);
    assert_eq!(score(&read), score(&model));
    let plain = trained(false);
    assert!(!String::from_utf8_lossy(&plain.to_bytes()).contains("\"frames\""));
}

#[test]
fn a_frame_is_explained_by_its_two_words() {
    let model = trained(true);
    for text in [
        "The council lifted the sanctions.",
        "“The sanctions were never lifted”, he said; and they imposed curbs.",
        "\u{fb01}nally lifted all the sanctions",
    ] {
        for explained in model.explain(&mut Default::default(), text, 0) {
            let names: Vec<&str> = (explained.contributions.iter())
                .map(|part| part.feature.as_str())
                .collect();
            assert!(
                names.iter().any(|name| name.ends_with("undo→measure")),
                "{names:?}"
            );
            let words: f64 = explained.words.iter().map(|word| word.contribution).sum();
            let margin = explained.intercept + words + explained.elsewhere;
            assert!((margin - explained.margin).abs() < 1e-9);
        }
    }
}
