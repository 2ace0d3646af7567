//! A model file that was made by an enemy, with a checksum that is right, is refused with a sentence or is a model
//! like any other: nothing panics, and no score is no number.

use crate::run::Run;
use crate::toy;
use detente::data::corpus::{Corpus, MentionColumns};
use detente::eval::evaluate::{EvaluateParams, evaluate};
use detente::model::{Model, StatementScores};
use detente::report::{InspectionRecord, to_json};
use detente::score::aggregate::CorpusPrevalence;
use detente::text::{Passage, Span};
use detente::train::train;
use flate2::{Compression, write::DeflateEncoder};
use proptest::prelude::*;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use serde_json::Value;
use std::io::Write;
use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_128;

/// A model file in parts that can be changed.
#[derive(Clone)]
struct Crafted {
    format: String,
    metadata: String,
    sections: Vec<(String, Vec<u8>)>,
}

impl Crafted {
    fn of(bytes: &[u8]) -> Self {
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
        let header = std::str::from_utf8(&bytes[..end]).unwrap();
        let body = &bytes[end + 1..];
        let mut documents = serde_json::Deserializer::from_slice(body).into_iter::<Value>();
        let metadata = documents.next().unwrap().unwrap();
        let binary = &body[documents.byte_offset() + 1..];
        let sections = metadata["sections"].as_array().unwrap().iter();
        let number = |section: &Value, name: &str| section[name].as_u64().unwrap() as usize;
        Self {
            format: header.split(' ').nth(1).unwrap().to_owned(),
            metadata: serde_json::to_string(&metadata).unwrap(),
            sections: sections
                .map(|section| {
                    let (at, n) = (number(section, "offset"), number(section, "bytes"));
                    let name = section["name"].as_str().unwrap().to_owned();
                    (name, binary[at..at + n].to_vec())
                })
                .collect(),
        }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.metadata).unwrap()
    }

    fn section(&mut self, name: &str) -> &mut Vec<u8> {
        let found = self.sections.iter_mut().find(|section| section.0 == name);
        &mut found.unwrap().1
    }

    /// The metadata with the text of one value in place of another.
    fn with_value(&self, pointer: &str, value: &str) -> Self {
        let mut json = self.json();
        *json.pointer_mut(pointer).unwrap() = Value::String("\u{1}here\u{1}".into());
        let text = serde_json::to_string(&json).unwrap();
        Self {
            metadata: text.replace("\"\\u0001here\\u0001\"", value),
            ..self.clone()
        }
    }

    /// Where the metadata have numbers, texts and lists.
    fn pointers(&self) -> Vec<String> {
        fn walk(value: &Value, at: String, found: &mut Vec<String>) {
            match value {
                Value::Object(fields) => {
                    let fields = fields.iter();
                    fields.for_each(|(name, value)| walk(value, format!("{at}/{name}"), found));
                }
                Value::Array(items) => {
                    let items = items.iter().enumerate();
                    items.for_each(|(idx, value)| walk(value, format!("{at}/{idx}"), found));
                }
                _ => {}
            }
            found.push(at);
        }
        let mut found = Vec::new();
        walk(&self.json(), String::new(), &mut found);
        found.retain(|pointer| !pointer.is_empty() && !pointer.starts_with("/sections"));
        found
    }

    /// With sections where they are and a checksum that is right.
    fn bytes(&self) -> Vec<u8> {
        let Ok(mut json) = serde_json::from_str::<Value>(&self.metadata) else {
            // Numbers that no program writes: the list of sections is put in as text.
            return self.file(&self.metadata);
        };
        let mut offset = 0;
        let sections = self.sections.iter().map(|(name, bytes)| {
            offset += bytes.len();
            let offset = offset - bytes.len();
            serde_json::json!({"name": name, "offset": offset, "bytes": bytes.len()})
        });
        json["sections"] = Value::Array(sections.collect());
        self.file(&serde_json::to_string(&json).unwrap())
    }

    fn file(&self, metadata: &str) -> Vec<u8> {
        let sections = self.sections.iter().map(|section| &section.1[..]);
        let body = [
            metadata.as_bytes(),
            b"\n",
            &sections.collect::<Vec<_>>().concat(),
        ]
        .concat();
        let Self { format, .. } = self;
        let header = format!(
            "DETENTE-MODEL {format} {} {:032x}\n",
            body.len(),
            xxh3_128(&body)
        );
        [header.as_bytes(), &body].concat()
    }
}

/// Models of every kind: 16 bits, 8 bits, with mentions, hashed.
static MODELS: LazyLock<Vec<Crafted>> = LazyLock::new(|| {
    let wide = toy::model_bytes();
    let shrunk = toy::model().shrunk(wide.len() - 1).unwrap().to_bytes();
    let lines = toy::wide();
    let with_mention = lines.lines().enumerate().map(|(at, line)| match at {
        0 => format!("{line},who\n"),
        _ => format!("{line},the\n"),
    });
    let mut layout = toy::layout();
    layout.mention = Some(MentionColumns::Text("who".into()));
    let csv: String = with_mention.collect();
    let mut corpus = Corpus::from_reader(csv.as_bytes(), &layout, &[]).unwrap();
    let (mention, _) = train(&mut corpus, &toy::params(), &|_, _| {}).unwrap();
    // One of ten documents is held out.
    let mut many = "doc,text,peace,tone\n".to_owned();
    for doc in 0..200 {
        for [_, _, text, peace, tone, _] in toy::rows().drain(..3) {
            many.push_str(&format!("d{doc},{text},{peace},{tone}\n"));
        }
    }
    let streamed = Run::new()
        .file("a.csv", many)
        .args([
            "train",
            "a.csv",
            "--stream",
            "--targets",
            "peace,tone",
            "--group",
            "doc",
        ])
        .args(["--buckets", "2^18", "-o", "m"])
        .success()
        .read("m");
    let all = [wide.to_vec(), shrunk, mention.to_bytes(), streamed];
    all.iter().map(|bytes| Crafted::of(bytes)).collect()
});

static ROWS: LazyLock<Corpus> =
    LazyLock::new(|| Corpus::from_reader(toy::wide().as_bytes(), &toy::layout(), &[]).unwrap());

const TEXTS: [&str; 4] = [
    "We welcome the ceasefire at the river.",
    "They will not shell the town, and condemn the brutal attack on the border.",
    "qqqq zzzz",
    "",
];

fn are_numbers(scores: &StatementScores) -> bool {
    scores.targets.iter().all(|score| {
        let parts = [score.stance, score.relevance].into_iter().flatten();
        let sum: f64 = score.probabilities.iter().sum();
        (sum - 1.0).abs() < 1e-6
            && score
                .margins
                .iter()
                .copied()
                .chain(parts)
                .all(f64::is_finite)
            && score.label_idx < score.probabilities.len()
    })
}

/// Loads a file and does with it all that can be done; whether it is a model.
fn walk(bytes: &[u8]) -> bool {
    let model = match Model::from_bytes(bytes) {
        Ok(model) => model,
        Err(error) => {
            let sentence = error.to_string();
            assert!(
                !sentence.is_empty() && !sentence.contains('\n'),
                "{sentence}"
            );
            return false;
        }
    };
    let mut state = Default::default();
    let mut prevalence = CorpusPrevalence::new(model.heads());
    for text in TEXTS {
        let mention = text.find("the").map(|at| Span::new(at, at + 3));
        let mentions: Vec<Span> = mention.into_iter().collect();
        for passage in [
            Passage::from(text),
            Passage {
                text,
                mentions: &mentions,
            },
        ] {
            let scores = model.score(&mut state, passage);
            assert!(are_numbers(&scores), "{scores:?}");
            prevalence.add([&scores].into_iter(), None).unwrap();
            for explanation in model.explain(&mut state, passage, 0) {
                let parts = explanation
                    .contributions
                    .iter()
                    .map(|part| part.contribution);
                let words = explanation.words.iter().map(|word| word.contribution);
                let sums = [
                    explanation.margin,
                    explanation.remainder,
                    explanation.elsewhere,
                ];
                assert!(parts.chain(words).chain(sums).all(f64::is_finite));
            }
        }
    }
    let shares = prevalence.score(model.heads(), None).unwrap();
    assert!(!format!("{shares:?}").contains("NaN"));
    let record = InspectionRecord::of(&model, bytes.len(), Some(3));
    assert!(!record.to_string().contains("NaN"));
    assert!(!to_json(&record).contains("\"weight\": null"));
    #[cfg(feature = "html")]
    assert!(!detente::report::terms_html(&model, "name", 3).contains("NaN"));
    let _ = model.check_names();
    let index = model.record().training_texts.index();
    let _ = (
        index.likeness(TEXTS[0]),
        model.record().training_texts.has_group("d1"),
    );
    let rows = EvaluateParams { bootstrap: None };
    if let Ok(evaluated) = evaluate(&model, &ROWS, &rows) {
        assert!(!format!("{:?}", evaluated.targets).contains("NaN"));
    }
    let written = model.to_bytes();
    let again = Model::from_bytes(&written).expect("what is written can be read");
    assert!(again.to_bytes() == written);
    if let Ok(small) = model.shrunk(written.len() - 1) {
        let small = Model::from_bytes(&small.to_bytes()).expect("a smaller model is a model");
        assert!(are_numbers(&small.score(&mut Default::default(), TEXTS[0])));
    }
    true
}

#[test]
fn a_model_that_was_taken_apart_and_put_together_is_a_model() {
    assert!(MODELS.iter().all(|model| walk(&model.bytes())));
    assert!(walk(&Model::embedded().to_bytes()));
}

#[test]
fn any_number_of_the_metadata_may_be_any_other() {
    const VALUES: [&str; 12] = [
        "0",
        "-1",
        "1",
        "1e-300",
        "1e308",
        "-1e308",
        "18446744073709551615",
        "4294967296",
        "1099511627775",
        "0.5",
        "NaN",
        "null",
    ];
    let (mut n_refused, mut n_read) = (0, 0);
    for model in MODELS.iter() {
        for pointer in model.pointers() {
            for value in VALUES {
                let crafted = model.with_value(&pointer, value);
                match walk(&crafted.bytes()) {
                    true => n_read += 1,
                    false => n_refused += 1,
                }
            }
        }
    }
    assert!(n_refused > 1000 && n_read > 100, "{n_refused} {n_read}");
}

#[test]
fn numbers_out_of_range_are_named() {
    let cases = [
        (
            "/targets/0/temperature",
            "1e-300",
            "the temperature of target `peace` is 1e-300; expected",
        ),
        (
            "/targets/0/temperature",
            "0",
            "the temperature of target `peace` is 0e0; expected",
        ),
        (
            "/targets/1/intercept/0",
            "1e308",
            "intercept of target `tone` is 1e308; expected",
        ),
        (
            "/targets/0/decision/1",
            "-1e300",
            "decision of target `peace` is -1e300; expected",
        ),
        (
            "/targets/0/label_counts/1",
            "18446744073709551615",
            "label_counts of target `peace` is",
        ),
        (
            "/targets/0/label_counts",
            "[1]",
            "label_counts of target `peace` is 1; expected one for",
        ),
        (
            "/targets/0/out_of_fold/accuracy",
            "7",
            "accuracy of target `peace` is 7; expected",
        ),
        (
            "/targets/0/out_of_fold/confusion/0",
            "18446744073709551615",
            "`peace` is wrong",
        ),
        (
            "/targets/0/kind",
            "\"class\"",
            "the kind of target `peace` is `class`; expected `stance`",
        ),
        (
            "/targets/1/target",
            "\"peace\"",
            "it has the target `peace` twice",
        ),
        (
            "/data/n_rows",
            "18446744073709551615",
            "data.n_rows is 18446744073709551615; expected",
        ),
        (
            "/data/unknown_words",
            "-1",
            "data.unknown_words is -1; expected a number from 0 to 1",
        ),
        (
            "/features/n_word",
            "4000000000",
            "its sections disagree on the features",
        ),
        (
            "/features/char_max",
            "4000000000",
            "the longest character n-gram is 4000000000",
        ),
    ];
    for (pointer, value, expected) in cases {
        let bytes = MODELS[0].with_value(pointer, value).bytes();
        let error = Model::from_bytes(&bytes).unwrap_err().to_string();
        let start = "this model cannot be read: ";
        assert!(
            error.starts_with(start) && error.contains(expected),
            "{pointer}: {error}"
        );
    }
}

#[test]
fn any_section_may_hold_anything() {
    let fills: [&[u8]; 7] = [
        &f32::NAN.to_le_bytes(),
        &f32::INFINITY.to_le_bytes(),
        &1e38_f32.to_le_bytes(),
        &1e-45_f32.to_le_bytes(),
        &[0xff],
        &[0x80],
        &[0],
    ];
    for model in MODELS.iter() {
        for at in 0..model.sections.len() {
            let length = model.sections[at].1.len();
            let changed = |change: &dyn Fn(&mut Vec<u8>)| {
                let mut crafted = model.clone();
                change(&mut crafted.sections[at].1);
                walk(&crafted.bytes());
            };
            for fill in fills {
                changed(&|bytes| {
                    let filling = fill.iter().cycle();
                    bytes
                        .iter_mut()
                        .zip(filling)
                        .for_each(|(byte, fill)| *byte = *fill);
                });
                // One number alone.
                changed(&|bytes| {
                    let n = fill.len().min(bytes.len());
                    bytes[..n].copy_from_slice(&fill[..n]);
                });
            }
            for kept in [0, 1, length / 2, length.saturating_sub(1)] {
                changed(&|bytes| bytes.truncate(kept));
            }
            changed(&|bytes| bytes.extend_from_within(..));
            changed(&|bytes| bytes.extend([0; 8]));
            changed(&|bytes| bytes.reverse());
            let mut without = model.clone();
            let section = without.sections.remove(at);
            walk(&without.bytes());
            without.sections.extend([section.clone(), section]);
            assert!(!walk(&without.bytes()), "a section is there twice");
        }
    }
}

fn deflated(text: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn what_unpacks_to_fill_the_memory_is_refused() {
    let mut crafted = MODELS[0].clone();
    *crafted.section("names") = deflated(&vec![b'\n'; 200_000_000]);
    let run = |command: &[&str]| {
        let run = Run::new()
            .file("m", crafted.bytes())
            .file("a.txt", "We met.");
        run.args(command.iter().copied())
    };
    for command in [
        &["inspect", "m"][..],
        &["shrink", "m", "--to", "100KB", "-o", "s"],
    ] {
        let done = run(command).failure(1);
        let expected =
            "error: m: this model cannot be read: the texts of its n-grams cannot be unpacked";
        assert!(done.stderr.starts_with(expected), "{}", done.stderr);
    }
    // Scoring has no use for them.
    run(&["score", "a.txt", "--model", "m", "--explain"]).success();
    let mut crafted = MODELS[0].clone();
    let entries = "good\tpositive\t1\n".repeat(1_000_000);
    *crafted.section("lexicon") =
        deflated(format!("entry\tcategory\tweight\n{entries}").as_bytes());
    let error = Model::from_bytes(&crafted.bytes()).unwrap_err().to_string();
    assert!(
        error.contains("its lexicon unpacks to more than 4194304 bytes"),
        "{error}"
    );
}

#[test]
fn a_lexicon_of_huge_weights_is_refused() {
    for weight in ["3e38", "inf", "NaN", "1e-40", "-1", "0"] {
        let mut crafted = MODELS[0].clone();
        let text = format!("entry\tcategory\tweight\nceasefire\tpositive\t{weight}\n");
        *crafted.section("lexicon") = deflated(text.as_bytes());
        let error = Model::from_bytes(&crafted.bytes()).unwrap_err().to_string();
        assert!(error.contains("weight from 0.001 to 1000"), "{error}");
    }
}

#[test]
fn hashes_that_are_equal_or_crowded_are_refused() {
    let equal = |bytes: &mut Vec<u8>| bytes.copy_within(..8, 8);
    let crowded = |bytes: &mut Vec<u8>| {
        let numbers = bytes.chunks_exact_mut(8).enumerate();
        numbers.for_each(|(at, number)| number.copy_from_slice(&(at as u64).to_le_bytes()));
    };
    let mut crafted = Crafted::of(&Model::embedded().to_bytes());
    crowded(crafted.section("hashes"));
    let mut crafted_equal = MODELS[0].clone();
    equal(crafted_equal.section("hashes"));
    for crafted in [crafted, crafted_equal] {
        let error = Model::from_bytes(&crafted.bytes()).unwrap_err().to_string();
        assert!(error.contains("equal or crowded"), "{error}");
    }
}

/// Changes a model in a few places, as the numbers of a seed say.
fn change(model: &Crafted, rng: &mut Xoshiro256PlusPlus) -> Crafted {
    let mut crafted = model.clone();
    let mut below = |n: usize| (rng.next_u64() % n.max(1) as u64) as usize;
    for _ in 0..=below(3) {
        match below(4) {
            0 => {
                let pointers = crafted.pointers();
                let numbers = [
                    "0",
                    "-1",
                    "2",
                    "1e-9",
                    "1e9",
                    "999999999",
                    "-0.0",
                    "1e-6",
                    "1000000",
                    "3",
                    "[]",
                    "{}",
                    "\"\"",
                    "[0,0,0]",
                    "[1e9,-1e9,1e9]",
                    "true",
                    "[0,0,0,0,0,0,0,0,0]",
                ];
                let pointer = &pointers[below(pointers.len())];
                crafted = crafted.with_value(pointer, numbers[below(numbers.len())]);
            }
            1 => {
                let at = below(crafted.sections.len());
                let bytes = &mut crafted.sections[at].1;
                for _ in 0..=below(8) {
                    let at = below(bytes.len());
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << below(8);
                    }
                }
            }
            2 => {
                let numbers = [1e9, -1e9, 30000.0, 0.5, 100.0, 1e-38, 0.0, -1.0, f32::NAN];
                let at = below(crafted.sections.len());
                let bytes = &mut crafted.sections[at].1;
                let at = below(bytes.len() / 4) * 4;
                let number = numbers[below(numbers.len())];
                if let Some(place) = bytes.get_mut(at..at + 4) {
                    place.copy_from_slice(&number.to_le_bytes());
                }
            }
            _ => {
                let at = below(crafted.sections.len());
                let length = crafted.sections[at].1.len();
                let (from, n) = (below(length), below(64));
                let part = crafted.sections[at].1[from..(from + n).min(length)].to_vec();
                match below(2) {
                    0 => drop(crafted.sections[at].1.drain(from..from + part.len())),
                    _ => crafted.sections[at].1.extend(part),
                }
            }
        }
    }
    crafted
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn a_model_changed_in_a_few_places_is_refused_or_a_model(seed in any::<u64>()) {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        // Several a case, as this is quick.
        for _ in 0..8 {
            let model = &MODELS[(rng.next_u64() % MODELS.len() as u64) as usize];
            walk(&change(model, &mut rng).bytes());
        }
    }
}
