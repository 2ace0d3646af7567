//! A model that is written and read again is the same, and one that was changed is never read.

use crate::toy;
use detente::model::ErrorKind;
use detente::model::Model;
use proptest::prelude::*;

const TEXTS: [&str; 5] = [
    "We welcome the ceasefire at the river.",
    "They will not shell the town, she said.",
    "Ankara met Moscow near the border in 1992!",
    "Мы приветствуем перемирие.",
    "",
];

fn header_len(bytes: &[u8]) -> usize {
    1 + bytes.iter().position(|byte| *byte == b'\n').unwrap()
}

#[test]
fn a_model_is_the_same_after_its_file() {
    for model in [toy::model(), Model::embedded()] {
        let bytes = model.to_bytes();
        let read = Model::from_bytes(&bytes).unwrap();
        assert!(read.to_bytes() == bytes, "the bytes differ");
        assert_eq!(read.heads(), model.heads());
        assert_eq!(read.record(), model.record());
        let (mut state, mut read_state) = Default::default();
        for text in TEXTS {
            assert_eq!(
                read.score(&mut read_state, text),
                model.score(&mut state, text)
            );
            assert_eq!(
                read.explain(&mut read_state, text, 0),
                model.explain(&mut state, text, 0)
            );
        }
    }
}

#[test]
fn the_embedded_model_is_the_file_in_the_repository() {
    let file = std::fs::read(crate::run::root().join("models/default.detente")).unwrap();
    assert!(Model::embedded().to_bytes() == file);
}

#[test]
fn any_change_of_the_header_is_refused() {
    let bytes = toy::model_bytes();
    for at in 0..header_len(bytes) {
        for value in 0..=u8::MAX {
            let mut altered = bytes.to_vec();
            altered[at] = value;
            let read = Model::from_bytes(&altered);
            let is_same = value == bytes[at];
            assert_eq!(read.is_ok(), is_same, "byte {at} as {value}");
        }
    }
}

#[test]
fn a_longer_header_is_refused() {
    let bytes = toy::model_bytes();
    for at in 0..header_len(bytes) {
        for added in [b" ".as_slice(), b"0", b"+", b"\n", b"\r", b" 1", &[0]] {
            let altered = [&bytes[..at], added, &bytes[at..]].concat();
            let read = Model::from_bytes(&altered);
            assert!(read.is_err(), "{added:?} before byte {at}");
        }
    }
}

#[test]
fn a_shorter_file_is_truncated() {
    let bytes = toy::model_bytes();
    let step = bytes.len() / 500;
    let lengths = (1..header_len(bytes)).chain((header_len(bytes)..bytes.len()).step_by(step));
    for length in lengths {
        let error = Model::from_bytes(&bytes[..length]).unwrap_err();
        let is_truncated = matches!(error.kind(), ErrorKind::ModelTruncated { .. });
        assert!(is_truncated, "{length} bytes: {error}");
    }
    let error = Model::from_bytes(&[]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::ModelMagic));
}

proptest! {
    #[test]
    fn a_changed_model_is_never_read(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..), 1..4),
    ) {
        let bytes = toy::model_bytes();
        let mut altered = bytes.to_vec();
        for (at, mask) in changes {
            altered[at.index(bytes.len())] ^= mask;
        }
        prop_assert_eq!(Model::from_bytes(&altered).is_ok(), altered == bytes);
    }

    #[test]
    fn a_model_with_a_stretch_lost_or_added_is_never_read(
        at in any::<prop::sample::Index>(),
        lost in 0_usize..40,
        added in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let bytes = toy::model_bytes();
        let at = at.index(bytes.len());
        let rest = &bytes[(at + lost).min(bytes.len())..];
        let altered = [&bytes[..at], &added, rest].concat();
        prop_assert_eq!(Model::from_bytes(&altered).is_ok(), altered == bytes);
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Model::from_bytes(&bytes).is_err());
        let with_magic = [b"DETENTE-MODEL 1 ".as_slice(), &bytes].concat();
        prop_assert!(Model::from_bytes(&with_magic).is_err());
    }
}

#[test]
fn rows_in_memory_train_the_model_of_a_long_file() {
    use detente::data::corpus::{Corpus, LabelledText, Layout, LayoutParams};
    use detente::train::train;
    let rows = toy::rows()
        .into_iter()
        .flat_map(|[id, doc, text, peace, tone, _]| {
            let on = |target: &str, label: String| {
                let row = LabelledText::new(text.as_str(), target, label);
                row.id(id.as_str()).document(doc.as_str())
            };
            [on("peace", peace), on("tone", tone)]
        });
    let layout = LayoutParams {
        layout: Layout::Long {
            target_column: "target".into(),
            label_column: "stance".into(),
        },
        group: Some("doc".into()),
        ..LayoutParams::default()
    };
    let of_file = Corpus::from_reader(toy::long().as_bytes(), &layout, &[]).unwrap();
    let bytes = |mut corpus: Corpus| {
        let (model, _) = train(&mut corpus, &toy::params(), &|_, _| {}).unwrap();
        model.to_bytes()
    };
    assert!(bytes(Corpus::from_rows(rows).unwrap()) == bytes(of_file));
}

/// Names and dates of the commands of models/README.md.
fn default_params() -> detente::train::TrainParams {
    use detente::train::TrainParams;
    let mut vectorizer = TrainParams::DEFAULT.vectorizer;
    vectorizer.ngrams.frames = true;
    TrainParams {
        vectorizer,
        mask_parties: true,
        name: Some("detente default".into()),
        date: Some("2026-11-30".into()),
        ..TrainParams::DEFAULT
    }
}

/// Bytes that the default model may have.
const DEFAULT_BYTES: usize = 2_950_000;

#[test]
fn the_default_model_is_of_the_rows_and_commands_that_its_card_names() {
    let root = crate::run::root();
    let model = Model::embedded();
    let card = std::fs::read_to_string(root.join("models/README.md")).unwrap();
    let record = model.record();
    for said in [
        format!("fingerprint {}", record.fingerprint),
        format!("{} rows in {} documents", record.n_rows, record.n_groups),
        format!("--date {}", record.date.as_deref().unwrap()),
        format!("--name \"{}\"", record.name.as_deref().unwrap()),
        "--weight weight --mask-parties --frames".to_owned(),
        "--calibrate-where calibrates=yes".to_owned(),
        format!("--to {}", DEFAULT_BYTES as f64 / 1e6),
    ] {
        assert!(card.contains(&said), "the card says {said}");
    }
    let shrunk = record.shrunk.expect("the default model is a smaller one");
    assert!(shrunk.n_bytes > DEFAULT_BYTES && model.to_bytes().len() <= DEFAULT_BYTES);
    let params = default_params();
    assert_eq!(record.name, params.name);
    assert_eq!(record.date, params.date);
}

#[test]
fn the_model_of_relations_is_of_the_rows_and_commands_that_its_card_names() {
    let card = std::fs::read_to_string(crate::run::root().join("models/README.md")).unwrap();
    let model = Model::embedded_relations();
    let record = model.record();
    for said in [
        format!("`{}`", record.fingerprint),
        format!("--date {}", record.date.as_deref().unwrap()),
        format!("--name \"{}\"", record.name.as_deref().unwrap()),
        "5,438 rows".to_owned(),
    ] {
        assert!(card.contains(&said), "the card says {said}");
    }
    assert_eq!(record.n_rows, 5438);
    let targets: Vec<&str> = model.target_names();
    assert_eq!(targets, ["relation", "event", "root"]);
    assert!(model.wants_mentions() && model.to_bytes().len() <= 900_000);
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that is passed over says so")]
fn training_the_default_model_again_gives_the_same_bytes() {
    use crate::default_rows::{TARGETS, default_rows};
    use detente::data::corpus::{Corpus, LayoutParams};
    use detente::train::train;
    let root = crate::run::root();
    let (csv, n_missing) = default_rows(root, &root.join("../shared/data"));
    if n_missing > 0 {
        eprintln!("not tried: the texts of {n_missing} real statements are not in ../shared/data");
        return;
    }
    let layout = LayoutParams {
        group: Some("document".into()),
        weight: Some("weight".into()),
        calibration: vec![("calibrates".into(), "yes".into())],
        ..LayoutParams::default()
    };
    let mut corpus = Corpus::from_reader(&csv[..], &layout, &TARGETS).unwrap();
    let (model, _) = train(&mut corpus, &default_params(), &|_, _| {}).unwrap();
    let file = std::fs::read(root.join("models/default.detente")).unwrap();
    let small = model.shrunk(DEFAULT_BYTES).unwrap();
    assert!(small.to_bytes() == file, "the default model is another one");
}
