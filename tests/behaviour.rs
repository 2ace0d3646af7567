//! The behavioural suite of `datasets/diplomatic/behaviour.csv` on the embedded model: what share of
//! each family passes. The table is that of `models/README.md`; the test prints it when it differs.

use detente::model::Model;
use detente::model::features::VectorizerState;
use std::collections::BTreeMap;
use std::path::Path;

/// Label of a text on a target.
fn label(model: &Model, state: &mut VectorizerState, text: &str, target: &str) -> String {
    let head_idx = model.head_idx(target).expect("the default model's target");
    let scores = model.score(state, text);
    model.heads()[head_idx].labels.labels()[scores.targets[head_idx].label_idx].clone()
}

/// (passed, all) for each family.
fn pass_counts() -> BTreeMap<String, (usize, usize)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/diplomatic/behaviour.csv");
    let mut reader = csv::Reader::from_path(path).expect("the suite is in the repository");
    let model = Model::embedded();
    let mut state = VectorizerState::default();
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for row in reader.records() {
        let row = row.expect("a well-formed row");
        let [
            family,
            kind,
            text,
            variant,
            target,
            expected,
            expected_variant,
        ] = [1, 2, 3, 4, 5, 6, 7].map(|at| row.get(at).expect("a field"));
        let targets: Vec<&str> = match target {
            "all" => model.target_names(),
            one => vec![one],
        };
        let mut passed = true;
        for target in targets {
            let given = label(model, &mut state, text, target);
            passed &= match kind {
                "label" => given == expected,
                "contrast" => {
                    given == expected
                        && label(model, &mut state, variant, target) == expected_variant
                }
                _ => given == label(model, &mut state, variant, target),
            };
        }
        let count = counts.entry(family.to_owned()).or_default();
        count.0 += usize::from(passed);
        count.1 += 1;
    }
    counts
}

#[test]
fn families_pass_as_the_model_card_says() {
    let counts = pass_counts();
    let card = include_str!("../models/README.md");
    let lines: Vec<String> = counts
        .iter()
        .map(|(family, (passed, all))| format!("| {family} | {passed} of {all} |"))
        .collect();
    let is_told = lines.iter().all(|line| card.contains(line));
    assert!(is_told, "models/README.md shall say:\n{}", lines.join("\n"));
}

#[test]
fn one_country_for_another_changes_few_labels() {
    let (passed, all) = pass_counts()["countries"];
    assert!(
        (all - passed) * 50 <= all,
        "{} of {all} cases change a label",
        all - passed
    );
}
