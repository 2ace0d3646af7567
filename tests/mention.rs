//! What a statement says of a target that it mentions: training, measuring, scoring, model files.

use crate::run::Run;
use crate::toy;
use detente::data::article::Article;
use detente::data::corpus::{Corpus, Layout, LayoutParams, MentionColumns};
use detente::model::Model;
use detente::model::features::{Lexicon, VectorizerParams};
use detente::score::{ScoreParams, ScoredArticle, score_articles};
use detente::text::{Analyzer, AnalyzerParams, Passage, Span, mentions_of};
use detente::train::counts::TermCounts;
use detente::train::train;
use proptest::prelude::*;
use std::sync::LazyLock;

const NAMES: [&str; 8] = ["Ann", "Bob", "Cid", "Dan", "Eva", "Fay", "Gil", "Hal"];
const TRAIN: [&str; 7] = [
    "train",
    "a.csv",
    "-o",
    "m.detente",
    "--targets",
    "tone",
    "--l2=0.1",
];

/// Texts in which one name is praised and another blamed: without the target no row can be told from
/// its twin. Columns: id, doc, text, target, tone, from, to.
pub(crate) fn csv() -> String {
    let mut text = String::from("id,doc,text,target,tone,from,to\n");
    for (at, name) in NAMES.iter().enumerate() {
        let other = NAMES[(at + 3) % NAMES.len()];
        let words = format!("We praise {name} while they condemn {other}.");
        for (target, tone) in [(name, "positive"), (&other, "negative")] {
            let from = words.find(*target).unwrap();
            let to = from + target.len();
            text.push_str(&format!(
                "{at}{tone},d{at},{words},{target},{tone},{from},{to}\n"
            ));
        }
    }
    text
}

fn model_of(mention: MentionColumns, min_df: u32) -> Model {
    let layout = LayoutParams {
        layout: Layout::Wide {
            targets: vec!["tone".into()],
        },
        group: Some("doc".into()),
        mention: Some(mention),
        ..LayoutParams::default()
    };
    let mut corpus = Corpus::from_reader(csv().as_bytes(), &layout, &[]).unwrap();
    let mut params = toy::params();
    params.vectorizer.weighting.min_df = min_df;
    train(&mut corpus, &params, &|_, _| {}).unwrap().0
}

/// The file of the model of [`csv`].
pub(crate) fn model_bytes() -> Vec<u8> {
    MODEL.to_bytes()
}

static MODEL: LazyLock<Model> =
    LazyLock::new(|| model_of(MentionColumns::Text("target".into()), 2));

fn label(model: &Model, passage: Passage<'_>) -> String {
    let scores = model.score(&mut Default::default(), passage);
    let labels = model.heads()[0].labels.labels();
    labels[scores.targets[0].label_idx].clone()
}

#[test]
fn a_statement_has_two_answers_for_two_mentions() {
    let text = "We praise Zoe while they condemn Yan.";
    let toward = |name| {
        let mentions = mentions_of(text, name);
        label(&MODEL, Passage::toward(text, &mentions))
    };
    assert_eq!([toward("Zoe"), toward("Yan")], ["positive", "negative"]);
}

#[test]
fn offsets_and_words_of_the_mention_give_one_model() {
    let by_span = MentionColumns::Span {
        from: "from".into(),
        to: "to".into(),
    };
    assert!(model_of(by_span, 2).to_bytes() == MODEL.to_bytes());
}

#[test]
fn a_model_with_mentions_is_the_same_after_its_file() {
    for model in [&*MODEL, &model_of(MentionColumns::Text("target".into()), 1)] {
        let bytes = model.to_bytes();
        let read = Model::from_bytes(&bytes).unwrap();
        assert!(read.to_bytes() == bytes, "the bytes differ");
        assert!(read.wants_mentions());
        let (vocabulary, read_vocabulary) = (
            model.vectorizer().vocabulary(),
            read.vectorizer().vocabulary(),
        );
        assert_eq!(read_vocabulary.views(), vocabulary.views());
        let text = "They condemn Ann, but we praise the plan of Ann's friends.";
        let mentions = mentions_of(text, "Ann");
        assert_eq!(mentions.len(), 2);
        let (mut state, mut read_state) = Default::default();
        for mentions in [&mentions[..], &mentions[..1], &[]] {
            let passage = Passage::toward(text, mentions);
            assert_eq!(
                read.score(&mut read_state, passage),
                model.score(&mut state, passage)
            );
            assert_eq!(
                read.explain(&mut read_state, passage, 0),
                model.explain(&mut state, passage, 0)
            );
        }
    }
}

#[test]
fn explanations_toward_a_mention_add_up() {
    let text = "They did not condemn Ann; Bob was praised.";
    for mentions in [mentions_of(text, "Ann"), Vec::new()] {
        let passage = Passage::toward(text, &mentions);
        for n_features in [0, 2] {
            let explained = MODEL.explain(&mut Default::default(), passage, n_features);
            let parts = explained[0].contributions.iter().map(|p| p.contribution);
            let sum = explained[0].intercept + parts.sum::<f64>() + explained[0].remainder;
            assert!((sum - explained[0].margin).abs() < 1e-9);
            let words = explained[0].words.iter().map(|word| word.contribution);
            let sum = explained[0].intercept + words.sum::<f64>() + explained[0].elsewhere;
            assert!((sum - explained[0].margin).abs() < 1e-9);
        }
        let explained = &MODEL.explain(&mut Default::default(), passage, 0)[0];
        let views = ["near-word:", "near-char:", "mention:", "near-lexicon:"];
        for view in views {
            let is_shown = explained
                .contributions
                .iter()
                .any(|p| p.feature.starts_with(view));
            assert_eq!(is_shown, !mentions.is_empty(), "{view}");
        }
    }
}

#[test]
fn threads_and_row_order_do_not_change_a_model_with_mentions() {
    let expected = MODEL.to_bytes();
    let csv = csv();
    let (header, rows) = csv.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.reverse();
    for n_threads in ["1", "3"] {
        let done = Run::new()
            .file("a.csv", format!("{header}\n{}\n", rows.join("\n")))
            .args(TRAIN)
            .args([
                "--group",
                "doc",
                "--target-text",
                "target",
                "--threads",
                n_threads,
            ])
            .stderr("wrote m.detente\n")
            .success();
        assert!(done.read("m.detente") == expected, "{n_threads} threads");
        rows.rotate_left(5);
    }
}

#[test]
fn rows_without_their_mention_are_counted() {
    let csv = csv().replacen(
        "0positive,d0,We praise Ann",
        "0positive,d0,We praise Amy",
        1,
    );
    let done = Run::new()
        .file("a.csv", csv)
        .args(TRAIN)
        .args(["--group", "doc", "--target-text", "target"])
        .stderr("note: 1 of 16 rows does not contain the mention named: read as a whole\nwrote m.detente\n")
        .success();
    done.then()
        .args(["inspect", "m.detente"])
        .success()
        .stdout
        .lines()
        .find(|line| line.starts_with("mention "))
        .expect("the model says that it wants mentions");
}

#[test]
fn a_long_file_may_name_its_mentions() {
    let csv: String = csv()
        .lines()
        .enumerate()
        .map(|(at, line)| match at {
            0 => format!("{line},about\n"),
            _ => format!("{line},person\n"),
        })
        .collect();
    let done = Run::new()
        .file("a.csv", csv)
        .args([
            "train",
            "a.csv",
            "-o",
            "m.detente",
            "--l2=0.1",
            "--group",
            "doc",
        ])
        .args(["--target-column", "about", "--label-column", "tone"])
        .args(["--target-span", "from,to"])
        .stderr("wrote m.detente\n")
        .success();
    let evaluated = done
        .then()
        .args([
            "evaluate",
            "a.csv",
            "--model",
            "m.detente",
            "--format",
            "json",
        ])
        .args(["--target-column", "about", "--label-column", "tone"])
        .args(["--target-span", "from,to", "--resamples", "0"])
        .success()
        .json();
    assert_eq!(
        evaluated["targets"]["person"]["accuracy"], 1.0,
        "{evaluated:#}"
    );
}

#[test]
fn a_text_with_two_targets_is_no_duplicate() {
    let audited = |more: &[&str]| {
        let done = Run::new()
            .file("a.csv", csv())
            .args([
                "audit",
                "a.csv",
                "--targets",
                "tone",
                "--group",
                "doc",
                "--no-model",
            ])
            .args(["--format", "json"])
            .args(more.iter().copied())
            .success();
        done.json()["exact_duplicates"].clone()
    };
    assert_eq!(
        audited(&[]).as_array().map(Vec::len),
        Some(8),
        "{}",
        audited(&[])
    );
    let with_mentions = audited(&["--target-text", "target"]);
    assert_eq!(
        with_mentions.as_array().map(Vec::len),
        Some(0),
        "{with_mentions}"
    );
}

#[test]
fn only_statements_with_the_mention_are_scored() {
    let scored = |args: &[&str], stderr: &str| {
        Run::new()
            .file("m.detente", MODEL.to_bytes())
            .file("a.txt", "We praise Ann. Nobody came. They condemn Bob.\n")
            .file(
                "a.jsonl",
                "{\"text\":\"We praise Ann.\",\"who\":\"ann\"}\n{\"text\":\"We met.\",\"who\":\"\"}\n",
            )
            .file("a.csv", "text,who\n\"They condemn Bob. Ann left.\",Bob\n")
            .args(["score", "--model", "m.detente", "--format", "jsonl"])
            .args(args.iter().copied())
            .stderr(stderr)
            .success()
            .json_lines()
    };
    let left_out = |n: usize| match n {
        1 => "note: 1 statement without the mention not scored\n".to_owned(),
        n => format!("note: {n} statements without the mention not scored\n"),
    };
    let articles = scored(&["a.txt", "--mention", "Bob"], &left_out(2));
    let statements = articles[0]["statements"].as_array().unwrap();
    assert_eq!(statements.len(), 1);
    assert_eq!(statements[0]["text"], "They condemn Bob.");
    assert_eq!(statements[0]["targets"]["tone"]["label"], "negative");
    assert_eq!(articles[0]["without_mention"], 2);
    let articles = scored(
        &["a.jsonl", "--target-text", "who"],
        &format!("1 statement in 2 articles\n{}", left_out(1)),
    );
    assert_eq!(
        articles[0]["statements"][0]["targets"]["tone"]["label"],
        "positive"
    );
    assert_eq!(articles[1]["statements"].as_array().map(Vec::len), Some(0));
    let articles = scored(&["a.csv", "--target-text", "who"], &left_out(1));
    assert_eq!(articles[0]["statements"][0]["text"], "They condemn Bob.");
    let articles = scored(
        &["a.txt"],
        "note: the model learned what is said around a mention; without `--mention` or \
         `--target-text` it reads statements as a whole\n",
    );
    assert_eq!(articles[0]["statements"].as_array().map(Vec::len), Some(3));
    assert!(articles[0].get("without_mention").is_none());
}

/// Text with names, and a place in it that may begin and end anywhere.
fn passage() -> impl Strategy<Value = (String, Vec<Span>)> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec!["Ann", "Ann's", "praise", "condemn", "war", "not", "Bob", "1992", "мир"])
            .prop_map(str::to_owned),
        3 => prop::sample::select(vec![" ", " ", ", ", ". ", "\"", "’", "-", "\n"])
            .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    let text = prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat());
    (
        text,
        prop::collection::vec(any::<prop::sample::Index>(), 0..5),
    )
        .prop_map(|(text, cuts)| {
            let bounds: Vec<usize> = text
                .char_indices()
                .map(|(at, _)| at)
                .chain([text.len()])
                .collect();
            let mut cuts: Vec<usize> = cuts
                .iter()
                .map(|cut| bounds[cut.index(bounds.len())])
                .collect();
            cuts.sort_unstable();
            let spans = cuts.chunks_exact(2).map(|pair| Span::new(pair[0], pair[1]));
            let spans = spans.filter(|span| !span.is_empty()).collect();
            (text, spans)
        })
}

fn scored(articles: Vec<Article>) -> Vec<ScoredArticle> {
    let mut all = Vec::new();
    let params = ScoreParams {
        explain: Some(0),
        ..ScoreParams::DEFAULT
    };
    let sink = |article| {
        all.push(article);
        Ok::<_, detente::data::Error>(())
    };
    score_articles(&MODEL, articles.into_iter().map(Ok), &params, sink).unwrap();
    all
}

proptest! {
    #[test]
    fn mentions_anywhere_give_the_row_they_were_trained_with(
        passages in prop::collection::vec(passage(), 1..8),
        char_max in prop::sample::select(vec![0_usize, 4]),
        min_df in 1_u32..3,
        lexicon in any::<bool>(),
        frames in any::<bool>(),
    ) {
        let passages: Vec<Passage<'_>> = passages
            .iter()
            .map(|(text, mentions)| Passage::toward(text, mentions))
            .collect();
        let analyzer = Analyzer::new(AnalyzerParams::DEFAULT);
        let mut params = VectorizerParams::DEFAULT;
        params.ngrams.char_max = char_max;
        params.ngrams.mention = true;
        params.ngrams.frames = frames;
        params.weighting.min_df = min_df;
        let lexicon = lexicon.then(Lexicon::english);
        let counts = TermCounts::collect(&passages, &analyzer, &params.ngrams, min_df, lexicon);
        let vectorizer = counts.vectorizer(&params);
        let vocabulary = vectorizer.vocabulary();
        prop_assert_eq!(counts.views(), vocabulary.views());
        prop_assert_eq!(vocabulary.views().last().map(|(_, ids)| ids.end), Some(vocabulary.len()));
        let all: Vec<usize> = (0..passages.len()).collect();
        let rows = counts.weigh(&all, vectorizer.idf(), &params.weighting);
        let mut state = Default::default();
        for (row_idx, passage) in passages.iter().enumerate() {
            let row = vectorizer.transform(&analyzer, &mut state, *passage).row;
            // Training has the features of one view after the other, scoring as they come.
            let (ids, values) = rows.row(row_idx);
            prop_assert_eq!(toy::by_id(ids, values), toy::by_id(&row.ids, &row.values));
            for id in &row.ids {
                let name = vocabulary.name(detente::model::features::FeatureId(*id));
                prop_assert!(!name.ends_with(':'), "feature {} has no name", id);
            }
        }
    }

    #[test]
    fn a_score_toward_a_mention_does_not_depend_on_its_batch(
        texts in prop::collection::vec(passage(), 1..10),
        name in prop::sample::select(vec!["Ann", "bob", "мир"]),
    ) {
        let article = |(text, _): &(String, Vec<Span>)| {
            Article::plain("a".into(), text.clone()).toward(Some(name.to_owned()))
        };
        let together = scored(texts.iter().map(article).collect());
        let alone: Vec<ScoredArticle> =
            texts.iter().flat_map(|text| scored(vec![article(text)])).collect();
        prop_assert_eq!(together, alone);
    }
}
