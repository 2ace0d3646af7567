//! The parts of a model file are changed, and its offsets, lengths and checksum put right: numbers of the
//! metadata, bytes
//! and numbers of its sections. What loads is scored, explained, evaluated, inspected and made smaller. The first byte
//! chooses the model, the others say what is changed.
#![no_main]

use detente::data::corpus::{Corpus, Layout, LayoutParams};
use detente::eval::evaluate::{EvaluateParams, evaluate};
use detente::model::Model;
use detente::report::{InspectionRecord, to_json};
use detente::train::{TrainParams, train};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_128;

const NUMBERS: [&str; 16] = [
    "0", "-1", "1", "2", "0.5", "1e-6", "1e-300", "1e9", "-1e9", "1e308", "-1e308", "4294967296",
    "18446744073709551615", "1099511627775", "null", "[]",
];
const FLOATS: [f32; 12] = [
    f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e38, 1e9, -1e9, 1e-45, 1e-38, 100.0, 0.5, 0.0, -1.0,
];

struct Parts {
    format: String,
    metadata: Value,
    sections: Vec<(String, Vec<u8>)>,
}

static CORPUS: LazyLock<Corpus> = LazyLock::new(|| {
    let mut csv = "text,peace,doc\n".to_owned();
    for (at, place) in ["river", "border", "harbor", "valley", "island", "coast"].iter().enumerate() {
        csv += &format!("We welcome the ceasefire at the {place}.,favor,d{at}\n");
        csv += &format!("They shell the town on the {place}.,against,d{at}\n");
        csv += &format!("The committee met near the {place}.,none,d{at}\n");
    }
    let layout = LayoutParams {
        layout: Layout::Wide { targets: vec!["peace".into()] },
        group: Some("doc".into()),
        ..LayoutParams::default()
    };
    Corpus::from_reader(csv.as_bytes(), &layout, &[]).unwrap()
});

static MODELS: LazyLock<Vec<Parts>> = LazyLock::new(|| {
    let mut params = TrainParams::DEFAULT;
    params.search = false;
    params.head.l2 = 0.1;
    let (wide, _) = train(&mut CORPUS.clone(), &params, &|_, _| {}).unwrap();
    let bytes = wide.to_bytes();
    let narrow = wide.shrunk(bytes.len() - 1).unwrap().to_bytes();
    [bytes, narrow].iter().map(|bytes| parts(bytes)).collect()
});

fn parts(bytes: &[u8]) -> Parts {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    let header = std::str::from_utf8(&bytes[..end]).unwrap();
    let body = &bytes[end + 1..];
    let mut documents = serde_json::Deserializer::from_slice(body).into_iter::<Value>();
    let metadata = documents.next().unwrap().unwrap();
    let binary = &body[documents.byte_offset() + 1..];
    let number = |section: &Value, name: &str| section[name].as_u64().unwrap() as usize;
    let sections = metadata["sections"].as_array().unwrap().iter().map(|section| {
        let (at, n) = (number(section, "offset"), number(section, "bytes"));
        (section["name"].as_str().unwrap().to_owned(), binary[at..at + n].to_vec())
    });
    Parts {
        format: header.split(' ').nth(1).unwrap().to_owned(),
        sections: sections.collect(),
        metadata,
    }
}

/// Every value below one that is no object.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| pointers(value, &format!("{at}/{name}"), found));
        }
        Value::Array(items) => {
            found.push(at.to_owned());
            let items = items.iter().enumerate();
            items.for_each(|(idx, value)| pointers(value, &format!("{at}/{idx}"), found));
        }
        _ => found.push(at.to_owned()),
    }
}

fn changed(model: &Parts, data: &[u8]) -> Vec<u8> {
    let mut metadata = model.metadata.clone();
    let mut sections = model.sections.clone();
    for change in data.chunks_exact(6).take(8) {
        let [kind, which, high, low, how, more] = change else { continue };
        let place = usize::from(*high) << 8 | usize::from(*low);
        let n_sections = sections.len();
        let section = &mut sections[usize::from(*which) % n_sections].1;
        let at = place % section.len().max(1);
        match kind % 6 {
            0 => {
                let mut all = Vec::new();
                pointers(&metadata, "", &mut all);
                let number = NUMBERS[usize::from(*how) % NUMBERS.len()];
                if let Some(value) = metadata.pointer_mut(&all[place % all.len()]) {
                    *value = serde_json::from_str(number).unwrap();
                }
            }
            1 => section[at..].iter_mut().take(1).for_each(|byte| *byte ^= how),
            2 => {
                let number = FLOATS[usize::from(*how) % FLOATS.len()].to_le_bytes();
                if let Some(bytes) = section.get_mut(at / 4 * 4..at / 4 * 4 + 4) {
                    bytes.copy_from_slice(&number);
                }
            }
            3 => section.truncate(at),
            4 => {
                let end = (at + usize::from(*how)).min(section.len());
                section.extend_from_within(at..end);
            }
            _ => section.iter_mut().skip(at).take(usize::from(*how)).for_each(|byte| *byte = *more),
        }
    }
    let mut offset = 0;
    let list = sections.iter().map(|(name, bytes)| {
        offset += bytes.len();
        json!({"name": name, "offset": offset - bytes.len(), "bytes": bytes.len()})
    });
    metadata["sections"] = Value::Array(list.collect());
    let mut body = serde_json::to_vec(&metadata).unwrap();
    body.push(b'\n');
    sections.iter().for_each(|(_, bytes)| body.extend(bytes));
    let header = format!("DETENTE-MODEL {} {} {:032x}\n", model.format, body.len(), xxh3_128(&body));
    [header.as_bytes(), &body].concat()
}

fuzz_target!(|data: &[u8]| {
    let Some((which, data)) = data.split_first() else { return };
    let bytes = changed(&MODELS[usize::from(*which) % MODELS.len()], data);
    let model = match Model::from_bytes(&bytes) {
        Ok(model) => model,
        Err(error) => return assert!(!error.to_string().contains('\n')),
    };
    let mut state = Default::default();
    for text in ["We welcome the ceasefire, but they will not sign at the river.", "zzzz", ""] {
        let scores = model.score(&mut state, text);
        for score in &scores.targets {
            let sum: f64 = score.probabilities.iter().sum();
            assert!((sum - 1.0).abs() < 1e-6 && score.margins.iter().all(|m| m.is_finite()));
        }
        for explanation in model.explain(&mut state, text, 0) {
            let words = explanation.words.iter().map(|word| word.contribution);
            assert!(words.chain([explanation.margin]).all(f64::is_finite));
        }
    }
    assert!(!InspectionRecord::of(&model, bytes.len(), Some(3)).to_string().contains("NaN"));
    let _ = to_json(&InspectionRecord::of(&model, bytes.len(), None));
    if let Ok(evaluated) = evaluate(&model, &CORPUS, &EvaluateParams { bootstrap: None }) {
        assert!(!format!("{:?}", evaluated.targets).contains("NaN"));
    }
    let written = model.to_bytes();
    // Invariant: what a model wrote is a model.
    let again = Model::from_bytes(&written).expect("a written model can be read");
    assert!(again.to_bytes() == written);
    if let Ok(small) = model.shrunk(written.len() - 1) {
        Model::from_bytes(&small.to_bytes()).expect("a smaller model can be read");
    }
});
