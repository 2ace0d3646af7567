//! A smaller model is a model: of the size asked for, the same whenever made, and honest of its cost.

use crate::run::{Done, Run};
use crate::toy;
use detente::model::{Model, StatePool};
use detente::text::Passage;

/// Shrinks the toy model, and measures that on the rows it learned.
fn shrink(to: usize, more: &[&str]) -> Done {
    Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("a.csv", toy::wide())
        .args(["shrink", "toy.detente", "-o", "small.detente", "--to"])
        .args([to.to_string().as_str()])
        .args(more.iter().copied())
        .success()
}

/// The bytes of the toy model without any n-gram.
fn least() -> usize {
    let error = toy::model().shrunk(1).unwrap_err().to_string();
    let number = error.split("at least ").nth(1).unwrap();
    number.split(',').next().unwrap().parse().unwrap()
}

#[test]
fn a_model_takes_the_bytes_asked_for_and_hardly_less() {
    let whole = toy::model_bytes().len();
    let least = least();
    let mut n_before = 0;
    for to in [least, least + 500, (least + whole) / 2, whole - 1] {
        let done = shrink(to, &[]);
        let bytes = done.read("small.detente");
        let small = Model::from_bytes(&bytes).unwrap();
        let n_features = small.vectorizer().vocabulary().len();
        assert!(bytes.len() <= to && n_features >= n_before);
        let is_whole = n_features == toy::model().vectorizer().vocabulary().len();
        // One more n-gram takes some 30 bytes.
        assert!(is_whole || bytes.len() + 60 > to, "{} of {to}", bytes.len());
        assert!(small.to_bytes() == bytes, "it is written as it was read");
        n_before = n_features;
    }
}

#[test]
fn what_is_left_out_moves_margins_least() {
    let whole = toy::model();
    let small = whole
        .shrunk((least() + toy::model_bytes().len()) / 2)
        .unwrap();
    let pool = StatePool::default();
    let score = |model: &Model, text: &str| {
        pool.with(|state| model.score(state, Passage::from(text)))
            .targets
    };
    for [_, _, text, ..] in toy::rows() {
        for (was, is) in score(whole, &text).iter().zip(score(&small, &text)) {
            assert_eq!(was.label_idx, is.label_idx, "{text}");
        }
    }
}

#[test]
fn narrow_weights_alone_change_next_to_nothing() {
    let small = toy::model().shrunk(toy::model_bytes().len() - 1).unwrap();
    assert_eq!((toy::model().weight_bits(), small.weight_bits()), (16, 8));
    let pool = StatePool::default();
    for [_, _, text, ..] in toy::rows() {
        let [was, is] = [toy::model(), &small]
            .map(|model| pool.with(|state| model.score(state, Passage::from(text.as_str()))));
        for (was, is) in was.targets.iter().zip(&is.targets) {
            for (p, q) in was.probabilities.iter().zip(&is.probabilities) {
                assert!((p - q).abs() < 0.005, "{p} {q}");
            }
        }
    }
}

#[test]
fn the_cost_is_measured_and_told() {
    let to = (least() + toy::model_bytes().len()) / 2;
    let data = ["--data", "a.csv", "--targets", "peace,tone"];
    let done = shrink(to, &[&data[..], &["--format", "json"]].concat());
    let json = done.json();
    assert_eq!(json["bytes"]["before"], toy::model_bytes().len());
    assert_eq!(json["bytes"]["after"], done.read("small.detente").len());
    assert_eq!(json["weight_bits"]["after"], 8);
    let peace = &json["targets"]["peace"];
    assert_eq!(peace["rows"], 24);
    assert_eq!(peace["changed"], 0);
    assert_eq!(peace["before"]["macro_f1"], 1.0);
    assert!(peace["after"]["log_loss"].as_f64().unwrap() > 0.0);
    let table = shrink(to, &data).stdout;
    assert!(table.contains("bits a weight"), "{table}");
    assert!(table.contains("labels changed"), "{table}");
    let again = shrink(to, &["--threads", "1"]);
    assert!(again.read("small.detente") == done.read("small.detente"));
}

#[test]
fn texts_of_training_give_way_to_ngrams() {
    // Numbers are one word, so that there are many texts of few n-grams.
    let rows: Vec<[String; 6]> = (0..80)
        .flat_map(|turn| {
            toy::rows().into_iter().map(move |mut row| {
                row[0] = format!("{}-{turn}", row[0]);
                row[2] = format!("{} On day {turn}.", row[2]);
                row
            })
        })
        .collect();
    let csv = toy::csv("id,doc,text,peace,tone,weight", &rows);
    let model = toy::train_on(&csv);
    let texts_bytes = 1920 * 23;
    let known = |to| model.shrunk(to).unwrap().record().training_texts.n_texts();
    assert_eq!(known(model.to_bytes().len() - 1), 1920);
    let done = Run::new()
        .file("many.detente", model.to_bytes())
        .file("a.csv", csv)
        .args(["shrink", "many.detente", "-o", "small.detente", "--to"])
        .args([(2 * texts_bytes - 1).to_string().as_str()])
        .success();
    assert!(
        done.stdout.contains("training texts known"),
        "{}",
        done.stdout
    );
    let evaluate = ["evaluate", "a.csv", "--model", "small.detente"];
    let evaluated = done.then().args(evaluate).success();
    assert!(
        evaluated.stdout.contains(
            "note: the model does not know the texts of its training, so that nobody can say whether \
             it has seen these"
        ),
        "{}",
        evaluated.stdout
    );
}

#[test]
fn inspect_says_what_it_was_shrunk_from() {
    let done = shrink(least() + 2000, &[]);
    let inspect = |format: &str| {
        let run = done
            .then()
            .args(["inspect", "small.detente", "--format", format]);
        run.success().stdout
    };
    let n_features = toy::model().vectorizer().vocabulary().len();
    let json: serde_json::Value = serde_json::from_str(&inspect("json")).unwrap();
    assert_eq!(json["shrunk_from"]["bytes"], toy::model_bytes().len());
    assert_eq!(json["shrunk_from"]["features"], n_features);
    let said = format!("and {n_features} features; weights in 8 bits");
    assert!(inspect("table").contains(&said));
    // Shrunk again, it still says what it was at first.
    let again = done
        .then()
        .args([
            "shrink",
            "small.detente",
            "--to",
            &least().to_string(),
            "-o",
            "less.detente",
        ])
        .success();
    let record = *detente::data::model_file::read(&again.path("less.detente"))
        .unwrap()
        .record()
        .shrunk
        .as_ref()
        .unwrap();
    assert_eq!(record.n_features, n_features);
}

#[test]
fn a_header_of_another_version_is_altered() {
    let small = toy::model().shrunk(least() + 500).unwrap().to_bytes();
    for (bytes, from, to) in [
        (small.as_slice(), "MODEL 2 ", "MODEL 1 "),
        (toy::model_bytes(), "MODEL 1 ", "MODEL 2 "),
        (toy::model_bytes(), "MODEL 1 ", "MODEL 0 "),
    ] {
        assert!(bytes[8..].starts_with(from.as_bytes()));
        let other = [&bytes[..8], to.as_bytes(), &bytes[16..]].concat();
        let error = Model::from_bytes(&other).unwrap_err().to_string();
        assert!(error.starts_with("this model was altered"), "{error}");
    }
}
