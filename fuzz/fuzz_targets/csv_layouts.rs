//! Any bytes are read as labelled CSV, wide and long.
#![no_main]

use detente::data::corpus::{Corpus, Layout, LayoutParams, MentionColumns, fingerprint};
use detente::model::label::LabelRenames;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let some = |name: &str| Some(name.to_owned());
    let layouts = [
        LayoutParams::default(),
        LayoutParams {
            layout: Layout::Wide {
                targets: vec!["a".into(), "b".into()],
            },
            group: some("g"),
            weight: some("w"),
            mention: Some(MentionColumns::Span {
                from: "b".into(),
                to: "w".into(),
            }),
            ..LayoutParams::default()
        },
        LayoutParams {
            layout: Layout::Long {
                target_column: "t".into(),
                label_column: "l".into(),
            },
            id: some("g"),
            mention: Some(MentionColumns::Text("t".into())),
            // Invariant: this renaming has two sides.
            renames: LabelRenames::parse(["pro=favor"]).unwrap(),
            ..LayoutParams::default()
        },
    ];
    for params in layouts {
        match Corpus::from_reader(data, &params, &["peace", "conflict"]) {
            Ok(mut corpus) => {
                assert!(!corpus.examples.is_empty());
                for example in &corpus.examples {
                    assert!(!example.text.trim().is_empty());
                    assert!(example.weight.is_finite() && example.weight >= 0.0);
                    for mention in &example.mentions {
                        assert!(!mention.slice(&example.text).is_empty());
                    }
                    assert_eq!(example.labels.len(), corpus.targets.len());
                    assert!(example.labels.iter().any(Option::is_some));
                    for (label, target) in example.labels.iter().zip(&corpus.targets) {
                        let is_known = |label: &str| target.labels.position(label).is_some();
                        assert!(label.as_deref().is_none_or(is_known));
                    }
                }
                corpus.sort();
                let first = fingerprint(&corpus);
                corpus.examples.reverse();
                corpus.sort();
                assert_eq!(fingerprint(&corpus), first);
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});
