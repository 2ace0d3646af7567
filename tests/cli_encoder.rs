//! `--encoder` on the command line, with a network of one layer that the test writes.

use crate::run::{DETENTE, Run};
use crate::toy;
use std::path::Path;
use std::process::{Command, Output};

const WORDS: [&str; 16] = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "welcome",
    "ceasefire",
    "shell",
    "town",
    "committee",
    "met",
    "the",
    "at",
    "river",
    "we",
    "they",
    ".",
];

/// A file of tensors in the format safetensors: the length of a header, the header, the numbers.
fn weights(seed: u64) -> Vec<u8> {
    let layer = "encoder.layer.0";
    let mut shapes: Vec<(String, Vec<usize>)> = vec![
        ("embeddings.word_embeddings.weight".into(), vec![16, 4]),
        ("embeddings.position_embeddings.weight".into(), vec![64, 4]),
        ("embeddings.token_type_embeddings.weight".into(), vec![2, 4]),
    ];
    let linears = [
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
    ];
    let linears = linears.into_iter().chain([
        "attention.output.dense",
        "intermediate.dense",
        "output.dense",
    ]);
    for name in linears {
        shapes.push((format!("{layer}.{name}.weight"), vec![4, 4]));
        shapes.push((format!("{layer}.{name}.bias"), vec![4]));
    }
    let norms =
        ["attention.output.LayerNorm", "output.LayerNorm"].map(|name| format!("{layer}.{name}"));
    for name in norms.into_iter().chain(["embeddings.LayerNorm".to_owned()]) {
        shapes.push((format!("{name}.weight"), vec![4]));
        shapes.push((format!("{name}.bias"), vec![4]));
    }
    let (mut entries, mut data) = (Vec::new(), Vec::new());
    let mut state = seed;
    for (name, shape) in shapes {
        let start = data.len();
        for _ in 0..shape.iter().product::<usize>() {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let value = (state >> 40) as f32 / (1 << 23) as f32 - 1.0;
            data.extend_from_slice(&value.to_le_bytes());
        }
        let end = data.len();
        entries.push(format!(
            r#""{name}": {{"dtype": "F32", "shape": {shape:?}, "data_offsets": [{start}, {end}]}}"#
        ));
    }
    let header = format!("{{{}}}", entries.join(", "));
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(&data);
    bytes
}

const CONFIG: &str = r#"{"model_type": "bert", "hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 2,
    "intermediate_size": 4, "vocab_size": 16, "max_position_embeddings": 64}"#;

fn tokenizer() -> String {
    let words: Vec<String> = (0..)
        .zip(WORDS)
        .map(|(id, word): (usize, _)| format!("\"{word}\": {id}"))
        .collect();
    let mark =
        |name, id| format!(r#""{name}": {{"id": "{name}", "ids": [{id}], "tokens": ["{name}"]}}"#);
    format!(
        r#"{{"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer":
        {{"type": "Lowercase"}}, "pre_tokenizer": {{"type": "Whitespace"}}, "post_processor": {{"type":
        "TemplateProcessing", "single": [{{"SpecialToken": {{"id": "[CLS]", "type_id": 0}}}}, {{"Sequence": {{"id": "A",
        "type_id": 0}}}}, {{"SpecialToken": {{"id": "[SEP]", "type_id": 0}}}}], "pair": [{{"Sequence": {{"id": "A",
        "type_id": 0}}}}, {{"Sequence": {{"id": "B", "type_id": 0}}}}], "special_tokens": {{{}, {}}}}}, "decoder": null,
        "model": {{"type": "WordLevel", "vocab": {{{}}}, "unk_token": "[UNK]"}}}}"#,
        mark("[CLS]", 2),
        mark("[SEP]", 3),
        words.join(", ")
    )
}

/// A folder with the encoders `tiny` and `other` and the rows of the toy.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, seed) in [("tiny", 1), ("other", 2)] {
        let encoder = folder.path().join(name);
        std::fs::create_dir(&encoder).unwrap();
        std::fs::write(encoder.join("config.json"), CONFIG).unwrap();
        std::fs::write(encoder.join("tokenizer.json"), tokenizer()).unwrap();
        std::fs::write(encoder.join("model.safetensors"), weights(seed)).unwrap();
    }
    std::fs::write(folder.path().join("toy.csv"), toy::wide()).unwrap();
    std::fs::write(
        folder.path().join("a.txt"),
        "We welcome the ceasefire at the river.\n",
    )
    .unwrap();
    folder
}

fn run(folder: &Path, variables: &[(&str, &str)], line: &str) -> Output {
    let mut command = Command::new(DETENTE);
    command
        .current_dir(folder)
        .env_remove("DETENTE_ENCODER")
        .env("XDG_CACHE_HOME", folder.join("cache"));
    command
        .envs(variables.iter().copied())
        .args(line.split(' '))
        .output()
        .unwrap()
}

#[track_caller]
fn good(folder: &Path, variables: &[(&str, &str)], line: &str) -> Output {
    let output = run(folder, variables, line);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

#[track_caller]
fn said(folder: &Path, variables: &[(&str, &str)], line: &str) -> String {
    let output = run(folder, variables, line);
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

const TRAIN: &str =
    "train toy.csv --targets peace,tone --group doc --folds 3 --no-curve --encoder tiny";

#[test]
fn a_model_is_trained_and_scores_with_its_encoder() {
    let folder = folder();
    let path = folder.path();
    let first = good(path, &[], &format!("{TRAIN} -o a.detente --threads 1"));
    let notes = String::from_utf8(first.stderr).unwrap();
    assert!(notes.starts_with("encoded 24 statements ("), "{notes}");
    assert!(notes.contains(" a second), 0 from the cache\n"), "{notes}");
    // From the cache, without one, and on other numbers of threads.
    let again = good(path, &[], &format!("{TRAIN} -o b.detente"));
    assert!(!String::from_utf8(again.stderr).unwrap().contains("encoded"));
    let threads = [("RAYON_NUM_THREADS", "3")];
    good(
        path,
        &threads,
        &format!("{TRAIN} -o c.detente --encoder-cache none --threads 2"),
    );
    let bytes = |name: &str| std::fs::read(path.join(name)).unwrap();
    assert!(bytes("a.detente") == bytes("b.detente") && bytes("a.detente") == bytes("c.detente"));

    let score = "score a.txt --model a.detente --format json --explain";
    let flag = good(path, &[], &format!("{score} --encoder tiny"));
    let variable = good(path, &[("DETENTE_ENCODER", "tiny")], score);
    assert_eq!(flag.stdout, variable.stdout);
    assert!(
        String::from_utf8(flag.stdout)
            .unwrap()
            .contains("\"sentence encoder\"")
    );
    good(
        path,
        &[],
        "evaluate toy.csv --model a.detente --group doc --encoder tiny",
    );
    good(
        path,
        &[],
        "compare a.detente default --data toy.csv --targets peace --group doc --encoder tiny",
    );
    let shown = String::from_utf8(good(path, &[], "inspect a.detente").stdout).unwrap();
    assert!(shown.contains("\nencoder    tiny, hash "), "{shown}");
}

#[test]
fn what_is_missing_is_said_in_a_sentence() {
    let folder = folder();
    let path = folder.path();
    good(path, &[], &format!("{TRAIN} -o a.detente"));
    let missing = said(path, &[], "score a.txt --model a.detente");
    assert!(missing.starts_with(
        "error: a.detente: this model reads what a sentence encoder says (`tiny`, hash "
    ));
    let hint = "hint: name the folder with `--encoder DIR`, or in the environment variable DETENTE_ENCODER\n";
    assert!(missing.ends_with(hint), "{missing}");
    let other = said(path, &[], "score a.txt --model a.detente --encoder other");
    assert!(
        other.starts_with("error: a.detente: the sentence encoder is `other` (hash "),
        "{other}"
    );
    let nowhere = said(path, &[], "score a.txt --model a.detente --encoder nowhere");
    assert_eq!(
        nowhere,
        "error: nowhere: there is no such folder; expected that of a sentence encoder\n"
    );
    std::fs::remove_file(path.join("other/tokenizer.json")).unwrap();
    let files = said(path, &[], &TRAIN.replace("tiny", "other -o b.detente"));
    assert!(
        files.starts_with("error: other: this folder has no `tokenizer.json`; expected"),
        "{files}"
    );
}

#[test]
fn a_stream_has_no_encoder() {
    let stream = "train toy.csv --targets peace --group doc --stream --encoder tiny -o a.detente";
    Run::new().args(stream.split(' ')).failure(2);
}
