//! Real texts, which lie beside the repository and are never part of it. Where they are absent,
//! these tests say so and end.

use crate::run::{Run, root};
use detente::data::Error;
use detente::data::corpus::{
    Articles, Corpus, Folds, FoldsParams, InputKind, Layout, LayoutParams,
};
use detente::model::Model;
use detente::score::{ScoreParams, score_articles, statement_spans};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;

/// A file beside the repository.
fn shared(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared").join(name);
    if !path.is_file() {
        let note = format!("passed over: {} is absent\n", path.display());
        std::io::stderr().write_all(note.as_bytes()).unwrap();
        return None;
    }
    Some(path)
}

#[test]
fn the_seed_article_is_scored() {
    let Some(path) = shared("seed/hajiyev-2025-05-18.txt") else {
        return;
    };
    let text = std::fs::read_to_string(&path).unwrap();
    let done = Run::new()
        .args(["score", path.to_str().unwrap(), "--format", "jsonl"])
        .stderr("")
        .success();
    let article = &done.json_lines()[0];
    assert_eq!(article["date"], "2025-05-18");
    let statements = article["statements"].as_array().unwrap();
    assert!(statements.len() >= 12, "{} statements", statements.len());
    assert_eq!(statements[0]["title"], true);
    assert_eq!(statements[0]["text"], article["title"]);
    let mut end = 0;
    for statement in statements {
        let at = |key: &str| statement[key].as_u64().unwrap() as usize;
        assert!(end <= at("start"));
        end = at("end");
        assert_eq!(&text[at("start")..end], statement["text"]);
        assert_eq!(statement["has_known_features"], true);
    }
}

#[test]
fn a_council_debate_is_read_by_speech() {
    let Some(path) = shared("data/unscon_dev.csv") else {
        return;
    };
    let layout = LayoutParams {
        layout: Layout::Wide {
            targets: vec!["dispute".into()],
        },
        group: Some("speech_id".into()),
        ..LayoutParams::default()
    };
    let corpus = Corpus::read(&[path], &layout, &[]).unwrap();
    assert_eq!(corpus.examples.len(), 1558);
    assert_eq!((corpus.n_blank, corpus.n_unlabelled), (0, 0));
    assert_eq!(
        corpus.targets[0].labels.labels(),
        ["conflict", "no_conflict"]
    );
    let labels: Vec<Vec<usize>> = corpus
        .examples
        .iter()
        .map(|e| vec![usize::from(e.labels[0].as_deref() == Some("conflict"))])
        .collect();
    let folds = Folds::cut(&corpus.examples, &labels, 2, &FoldsParams::DEFAULT).unwrap();
    let mut fold_of = BTreeMap::new();
    for (example, fold) in corpus.examples.iter().zip(folds.fold_of()) {
        let first = *fold_of.entry(example.group_key()).or_insert(*fold);
        assert_eq!(first, *fold, "a speech is in two folds");
    }
}

#[test]
fn two_hundred_speeches_stream() {
    let Some(path) = shared("data/un_general_debate_1200.jsonl.gz") else {
        return;
    };
    let file = std::fs::File::open(path).unwrap();
    let lines = BufReader::new(flate2::read::GzDecoder::new(file)).lines();
    let folder = tempfile::tempdir().unwrap();
    let speeches = folder.path().join("speeches.jsonl");
    let text: Vec<String> = lines.take(200).map(Result::unwrap).collect();
    std::fs::write(&speeches, text.join("\n")).unwrap();

    let open = || Articles::open(std::slice::from_ref(&speeches), InputKind::Auto).unwrap();
    let spans: Vec<_> = open()
        .map(|article| statement_spans(&article.unwrap()))
        .collect();
    let (mut n_articles, mut n_statements) = (0, 0);
    score_articles(
        Model::embedded(),
        open(),
        &ScoreParams::DEFAULT,
        |article| {
            let inside = article.statements.iter().filter_map(|s| s.span);
            assert!(inside.eq(spans[n_articles].iter().copied()));
            n_articles += 1;
            n_statements += article.statements.len();
            Ok::<(), Error>(())
        },
    )
    .unwrap();
    assert_eq!(n_articles, 200);
    assert!(n_statements > 15_000, "{n_statements} statements");
}
