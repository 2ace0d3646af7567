//! What a model listens to, as a user asks for it.

use crate::run::Run;
use crate::toy;
use serde_json::Value;

fn inspect<'a>(args: impl IntoIterator<Item = &'a str>) -> Run {
    Run::new()
        .file("toy.detente", toy::model_bytes())
        .args(["inspect", "toy.detente"])
        .args(args)
}

#[test]
fn the_terms_of_each_label_have_weights_and_document_frequencies() {
    let done = inspect(["--features", "3"]).stderr("").success();
    let (_, terms) = done.stdout.split_once("by document\n\n").unwrap();
    insta::assert_snapshot!(terms);
}

#[test]
fn document_frequencies_are_the_counts_of_the_training_rows() {
    let done = inspect(["--features", "500", "--format", "json"]).success();
    let texts: Vec<String> = toy::rows()
        .into_iter()
        .map(|row| row[2].to_lowercase())
        .collect();
    let terms = &done.json()["terms"]["peace"]["favor"]["words"];
    let df = |feature: &str| {
        let mut terms = terms.as_array().unwrap().iter();
        let term = terms.find(|term| term["feature"] == feature);
        term.map(|term| term["document_frequency"].as_u64().unwrap())
    };
    // Each of eight places stands in three rows.
    let count = |word: &str| texts.iter().filter(|text| text.contains(word)).count() as u64;
    assert_eq!((df("word:welcom"), count("welcome")), (Some(8), 8));
    assert_eq!((df("word:we welcom"), count("we welcome")), (Some(8), 8));
    for term in terms.as_array().unwrap() {
        assert!(
            term["document_frequency"]
                .as_u64()
                .is_some_and(|df| (2..=24).contains(&df))
        );
        assert!(term["weight"].as_f64().unwrap() > 0.0);
    }
    for term in done.json()["terms"]["peace"]["favor"]["categories"]
        .as_array()
        .unwrap()
    {
        assert_eq!(term["document_frequency"], Value::Null);
    }
}

#[test]
fn without_the_flag_nothing_is_added() {
    let done = inspect(["--format", "json"]).success();
    assert_eq!(done.json().get("terms"), None);
}

#[test]
fn what_is_written_to_a_file_is_what_is_printed() {
    for format in ["table", "json"] {
        let printed = inspect(["--features", "2", "--format", format]).success();
        let args = ["--features", "2", "--format", format, "-o", "out"];
        let written = inspect(args).stdout("").success();
        assert_eq!(written.read("out"), printed.stdout.as_bytes());
    }
}

#[test]
#[cfg(feature = "html")]
fn the_page_has_a_section_for_each_target() {
    let done = inspect(["--format", "html"]).success();
    for target in ["peace", "tone"] {
        assert!(
            done.stdout.contains(&format!("-h\">{target}</h2>")),
            "{target}"
        );
    }
    assert!(!done.stdout.contains("<script") && !done.stdout.contains("http"));
}
