//! Sentence encoders as a view: what is learned, kept, explained and refused. The encoder here is a rule, no network.

use detente::data::corpus::{Corpus, LabelledText};
use detente::model::encoder::{EncoderIdentity, SentenceEncoder, SharedEncoder};
use detente::model::{ENCODER_FEATURE, ErrorKind, Model};
use detente::train::linear::Learner;
use detente::train::{TrainParams, train};

/// Hears how many letters `e` a text has, which no n-gram of these texts tells, and a sum of letters besides.
#[derive(Debug)]
struct Listener {
    identity: EncoderIdentity,
}

impl Listener {
    fn new(hash: &str) -> Self {
        Self {
            identity: EncoderIdentity {
                name: "listener".into(),
                hash: hash.into(),
                pooling: "none".into(),
                n_columns: 3,
            },
        }
    }

    fn shared() -> SharedEncoder {
        SharedEncoder::new(Self::new("0a"))
    }
}

impl SentenceEncoder for Listener {
    fn identity(&self) -> &EncoderIdentity {
        &self.identity
    }

    fn encode(&self, text: &str) -> Vec<f32> {
        let n_e = text.matches("eh").count() as f32;
        let sum: u32 = text.bytes().map(u32::from).sum();
        vec![n_e + 7.0, (sum % 13) as f32, 5.0]
    }
}

/// Texts of words that occur once; the target `sound` asks whether there are more than three `eh`, which stand inside
/// of them. Of `rare` only a fifth of the rows are labelled, most of them loud.
fn rows() -> Vec<LabelledText> {
    let word = |row: usize, at: usize, is_eh: bool| {
        let number = row * 10 + at;
        let letters: String = (0..5)
            .map(|k| char::from(b'a' + (number * 7 + k * 11) as u8 % 4))
            .collect();
        let middle = if is_eh { "eh" } else { "oo" };
        format!("{letters}{middle}{number}")
    };
    let mut rows = Vec::new();
    for row in 0..150 {
        let is_loud = row % 2 == 0;
        let n_eh = if is_loud { 4 + row % 3 } else { row % 3 };
        let words: Vec<String> = (0..8).map(|at| word(row, at, at < n_eh)).collect();
        let text = words.join(" ");
        let label = if is_loud { "loud" } else { "quiet" };
        let group = format!("d{}", row / 3);
        rows.push(LabelledText::new(text.clone(), "sound", label).document(group.clone()));
        if row % 10 < 3 && row % 10 != 1 || row % 50 == 1 {
            rows.push(LabelledText::new(text, "rare", label).document(group));
        }
    }
    rows
}

fn params() -> TrainParams {
    TrainParams {
        encoder: Some(Listener::shared()),
        ..TrainParams::DEFAULT
    }
}

fn trained(params: &TrainParams, is_reversed: bool) -> Model {
    let mut rows = rows();
    if is_reversed {
        rows.reverse();
    }
    let mut corpus = Corpus::from_rows(rows).unwrap();
    train(&mut corpus, params, &|_, _| {}).unwrap().0
}

const LOUD: &str = "xehx yehy zehz uehu weh";
const QUIET: &str = "xoox yooy zooz uoou wehw";

#[test]
fn what_only_the_encoder_hears_is_learned() {
    let model = trained(&params(), false);
    let mut state = Default::default();
    for (text, label) in [(LOUD, "loud"), (QUIET, "quiet")] {
        let scores = model.score(&mut state, text);
        assert!(scores.is_known, "no n-gram is, but what the encoder says");
        for (head, score) in model.heads().iter().zip(&scores.targets) {
            assert_eq!(
                head.labels.labels()[score.label_idx],
                label,
                "{}",
                head.target
            );
        }
    }
    for head in model.heads() {
        let member = head.record.members.last().unwrap();
        assert_eq!(member.features, "encoder");
        assert!(member.share > 0.1, "{}: {}", head.target, member.share);
    }
}

#[test]
fn an_encoder_that_tells_nothing_leaves_the_model_without_one() {
    #[derive(Debug)]
    struct Deaf(EncoderIdentity);
    impl SentenceEncoder for Deaf {
        fn identity(&self) -> &EncoderIdentity {
            &self.0
        }
        fn encode(&self, _: &str) -> Vec<f32> {
            vec![1.0; 3]
        }
    }
    let deaf = TrainParams {
        encoder: Some(SharedEncoder::new(Deaf(Listener::new("0b").identity))),
        ..TrainParams::DEFAULT
    };
    let model = trained(&deaf, false);
    let is_finite = |model: &Model| {
        let scores = model.score(&mut Default::default(), LOUD);
        scores
            .targets
            .iter()
            .all(|score| score.margins.iter().all(|m| m.is_finite()))
    };
    assert!(is_finite(&model));
}

#[test]
fn a_model_names_its_encoder_and_takes_no_other() {
    let model = trained(&params(), false);
    let bytes = model.to_bytes();
    assert!(bytes.starts_with(b"DETENTE-MODEL 4 "));
    let said = Model::from_bytes(&bytes).unwrap_err();
    assert!(matches!(said.kind(), ErrorKind::EncoderMissing { .. }));
    assert_eq!(
        said.to_string(),
        "this model reads what a sentence encoder says (`listener`, hash 0a); expected the folder of that encoder"
    );
    let alone = Model::from_shared_alone(&bytes.clone().into()).unwrap();
    assert_eq!(alone.missing_encoder().unwrap().name, "listener");
    assert_eq!(
        alone.to_bytes(),
        bytes,
        "it can be written without its encoder"
    );
    let said = alone
        .clone()
        .with_encoder(SharedEncoder::new(Listener::new("0b")))
        .unwrap_err();
    assert!(
        said.to_string()
            .starts_with("the sentence encoder is `listener` (hash 0b, none); expected")
    );
    let read = alone.with_encoder(Listener::shared()).unwrap();
    for text in [LOUD, QUIET, ""] {
        let scores = read.score(&mut Default::default(), text);
        assert_eq!(scores, model.score(&mut Default::default(), text));
    }
}

#[test]
fn explanations_add_up_with_the_encoder_as_one_line() {
    let model = trained(&params(), false);
    for (text, n_features) in [(LOUD, 0), (LOUD, 2), (QUIET, 1), ("", 3)] {
        for explained in model.explain(&mut Default::default(), text, n_features) {
            let parts = &explained.contributions;
            assert_eq!(
                parts
                    .iter()
                    .filter(|part| part.feature == ENCODER_FEATURE)
                    .count(),
                1
            );
            assert!(parts.is_sorted_by(|a, b| a.contribution.abs() >= b.contribution.abs()));
            let sum: f64 = parts.iter().map(|part| part.contribution).sum();
            let margin = explained.intercept + sum + explained.remainder;
            assert!((margin - explained.margin).abs() < 1e-9);
            let words: f64 = explained.words.iter().map(|word| word.contribution).sum();
            let margin = explained.intercept + words + explained.elsewhere;
            assert!((margin - explained.margin).abs() < 1e-9);
        }
    }
}

#[test]
fn row_order_and_threads_change_no_byte() {
    let on = |threads: usize, is_reversed: bool| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap()
            .install(|| trained(&params(), is_reversed).to_bytes())
    };
    let bytes = on(1, false);
    assert!(bytes == on(3, true));
}

#[test]
fn a_model_with_an_encoder_can_be_shrunk() {
    let model = trained(&params(), false);
    let small = model.shrunk(model.to_bytes().len() - 500).unwrap();
    let score = small.score(&mut Default::default(), LOUD);
    assert_eq!(
        small.heads()[0].labels.labels()[score.targets[0].label_idx],
        "loud"
    );
}

#[test]
fn learners_that_cannot_stand_beside_an_encoder_are_refused() {
    let mut params = params();
    params.head.learner = Learner::LinfaBayes;
    assert_eq!(
        params.check().unwrap_err().to_string(),
        "the learner is `linfa-bayes`; expected `logistic` or `svm` beside a sentence encoder"
    );
}

#[test]
fn targets_share_a_head_beside_an_encoder_as_without_one() {
    let members = |encoder: Option<SharedEncoder>| {
        let params = TrainParams {
            encoder,
            ..TrainParams::DEFAULT
        };
        let mut corpus = crate::stacking::corpus(true, false);
        let model = train(&mut corpus, &params, &|_, _| {}).unwrap().0;
        let members = crate::stacking::members(&model).into_iter().flatten();
        members.map(str::to_owned).collect::<Vec<String>>()
    };
    let without = members(None);
    let mut with = members(Some(Listener::shared()));
    with.retain(|member| member != "encoder");
    assert!(without.contains(&"shared".to_owned()));
    assert_eq!(with, without);
}
