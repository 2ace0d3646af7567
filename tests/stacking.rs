//! Heads that are stacks of one for each view of the features.

use crate::toy;
use detente::data::corpus::{Corpus, Layout, LayoutParams};
use detente::model::Model;
use detente::train::{TrainParams, train};

/// Statements of two targets with the same labels, on the same rows or on rows of their own. A tenth
/// of the labels is wrong, so that no strength is the best by far.
pub(crate) fn corpus(is_long: bool, is_reversed: bool) -> Corpus {
    let mut rows = Vec::new();
    for at in 0..600 {
        let (words, label) = [
            ("We welcome the offer of", "favor"),
            ("They rejected every word of", "against"),
            ("The session heard reports from", "none"),
        ][at % 3];
        let place = ["Lima", "Oslo", "Rabat", "Quito", "Hanoi"][at % 5];
        let given = if at % 10 == 0 { "none" } else { label };
        let text = format!("{words} {place} on day {}.", at % 7);
        let target = ["talks", "trade"][at % 2];
        rows.push([
            format!("r{at:03}"),
            format!("d{}", at / 3),
            text,
            target.to_owned(),
            given.to_owned(),
        ]);
    }
    if is_reversed {
        rows.reverse();
    }
    let (csv, layout) = if is_long {
        let layout = Layout::Long {
            target_column: "target".into(),
            label_column: "stance".into(),
        };
        (toy::csv("id,doc,text,target,stance", &rows), layout)
    } else {
        let rows: Vec<[String; 5]> = rows
            .into_iter()
            .map(|[id, doc, text, _, stance]| [id, doc, text, stance.clone(), stance])
            .collect();
        let layout = Layout::Wide {
            targets: vec!["talks".into(), "trade".into()],
        };
        (toy::csv("id,doc,text,talks,trade", &rows), layout)
    };
    let params = LayoutParams {
        layout,
        group: Some("doc".into()),
        ..LayoutParams::default()
    };
    Corpus::from_reader(csv.as_bytes(), &params, &[]).unwrap()
}

fn trained(is_long: bool, is_reversed: bool, params: &TrainParams) -> Model {
    let mut corpus = corpus(is_long, is_reversed);
    train(&mut corpus, params, &|_, _| {}).unwrap().0
}

pub(crate) fn members(model: &Model) -> Vec<Vec<&str>> {
    let heads = model.heads().iter();
    heads
        .map(|head| {
            let members = head.record.members.iter();
            members.map(|member| member.features.as_str()).collect()
        })
        .collect()
}

#[test]
fn each_view_has_a_head_and_targets_of_other_rows_share() {
    let views = ["word", "char", "lexicon"];
    let wide = trained(false, false, &TrainParams::DEFAULT);
    assert_eq!(members(&wide), [views, views]);
    let shared = ["word", "char", "lexicon", "shared"];
    let long = trained(true, false, &TrainParams::DEFAULT);
    assert_eq!(members(&long), [shared, shared]);
    for head in wide.heads().iter().chain(long.heads()) {
        let shares = head.record.members.iter().map(|member| member.share);
        assert!(shares.clone().all(|share| (0.0..=1.0).contains(&share)));
        assert!((shares.sum::<f64>() - 1.0).abs() < 1e-12);
    }
    let one = TrainParams {
        stack: false,
        ..TrainParams::DEFAULT
    };
    assert_eq!(members(&trained(true, false, &one)), [["all"], ["all"]]);
    let fixed = TrainParams {
        search: false,
        ..TrainParams::DEFAULT
    };
    let fixed = trained(true, false, &fixed);
    assert_eq!(members(&fixed), [shared, shared]);
    let mut all = fixed.heads().iter().flat_map(|head| &head.record.members);
    assert!(all.all(|member| member.l2 == TrainParams::DEFAULT.head.l2));
}

#[test]
fn a_stack_is_one_head_whose_explanations_add_up() {
    let model = trained(true, false, &TrainParams::DEFAULT);
    let mut state = Default::default();
    for text in ["We welcome the offer of Lima.", "Nobody rejected it.", ""] {
        for explanation in model.explain(&mut state, text, 3) {
            let listed = explanation.contributions.iter();
            let sum: f64 = listed.map(|part| part.contribution).sum();
            let whole = explanation.intercept + sum + explanation.remainder;
            assert!((whole - explanation.margin).abs() < 1e-9, "{text}");
            let words: f64 = explanation.words.iter().map(|word| word.contribution).sum();
            let whole = explanation.intercept + words + explanation.elsewhere;
            assert!((whole - explanation.margin).abs() < 1e-9, "{text}");
            assert_eq!(explanation.elsewhere, 0.0, "every feature is a word's");
        }
    }
}

#[test]
fn a_stack_has_the_same_bytes_at_any_thread_count_and_row_order() {
    let on = |threads: usize, is_reversed: bool| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let train = || trained(true, is_reversed, &TrainParams::DEFAULT).to_bytes();
        pool.unwrap().install(train)
    };
    let bytes = on(1, false);
    assert!(on(3, false) == bytes, "three threads");
    assert!(on(2, true) == bytes, "rows in another order");
}
