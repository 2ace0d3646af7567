//! Any bytes are read as a model, as they are and with a header that fits them, so that changes
//! get past the checksum. A model that loads also scores and can be written and read again. The
//! lexicon, which lies compressed in a model, is read from the bytes themselves.
#![no_main]

use detente::model::features::Lexicon;
use detente::model::Model;
use detente::report::InspectionRecord;
use libfuzzer_sys::fuzz_target;
use xxhash_rust::xxh3::xxh3_128;

fn with_header(body: &[u8]) -> Vec<u8> {
    let header = format!("DETENTE-MODEL 1 {} {:032x}\n", body.len(), xxh3_128(body));
    [header.as_bytes(), body].concat()
}

fn check(bytes: &[u8]) {
    let model = match Model::from_bytes(bytes) {
        Ok(model) => model,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let mut state = Default::default();
    let text = "We welcome the ceasefire, but Ankara will not sign.";
    let scores = model.score(&mut state, text);
    assert_eq!(scores.targets.len(), model.heads().len());
    assert_eq!(model.explain(&mut state, text, 0).len(), model.heads().len());
    let _ = InspectionRecord::of(&model, bytes.len(), Some(5)).to_string();
    let written = model.to_bytes();
    // Invariant: what a model wrote is a model.
    let again = Model::from_bytes(&written).expect("a written model can be read");
    assert!(again.to_bytes() == written);
}

fuzz_target!(|data: &[u8]| {
    check(data);
    check(&with_header(data));
    // A whole model file whose body was changed.
    if let Some(end) = data.iter().position(|byte| *byte == b'\n') {
        check(&with_header(&data[end + 1..]));
    }
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(lexicon) = Lexicon::parse(text.to_owned())
    {
        assert_eq!(lexicon.source(), text);
    }
});
