//! Training from CSV files, as a user does it.

use crate::run::{Done, Run};
use crate::toy;
use serde_json::{Value, json};

const WIDE: [&str; 5] = ["--targets", "peace,tone", "--group", "doc", "--l2=0.1"];

fn train_wide(csv: &str, more: &[&str]) -> Done {
    Run::new()
        .file("a.csv", csv)
        .args(["train", "a.csv", "-o", "m.detente"])
        .args(WIDE)
        .args(more.iter().copied())
        .stderr("wrote m.detente\n")
        .success()
}

fn inspected(done: &Done) -> Value {
    done.then()
        .args(["inspect", "m.detente", "--format", "json"])
        .success()
        .json()
}

#[test]
fn a_wide_file_gives_a_head_for_each_column() {
    let done = train_wide(&toy::wide(), &[]);
    assert!(
        done.stdout.starts_with("24 rows in 8 documents, 5 folds, "),
        "{}",
        done.stdout
    );
    assert!(done.stdout.contains("favor 8, against 8, none 8"));
    assert!(done.stdout.contains("macro-F1"));
    assert_eq!(done.names(), ["a.csv", "m.detente"]);
    assert!(
        done.read("m.detente") == toy::model_bytes(),
        "the library makes the same bytes"
    );
}

#[test]
fn a_long_file_gives_a_head_for_each_target() {
    let done = Run::new()
        .file("a.csv", toy::long())
        .args([
            "train",
            "a.csv",
            "-o",
            "m.detente",
            "--group",
            "doc",
            "--l2=0.1",
        ])
        .args(["--target-column", "target", "--label-column", "stance"])
        .success();
    let targets = &inspected(&done)["targets"];
    assert_eq!(
        (&targets[0]["target"], &targets[0]["kind"]),
        (&json!("peace"), &json!("stance"))
    );
    assert_eq!(
        (&targets[1]["target"], &targets[1]["kind"]),
        (&json!("tone"), &json!("class"))
    );
    assert_eq!(
        targets[1]["labels"],
        json!(["negative", "neutral", "positive"])
    );
}

#[test]
fn known_targets_are_found_without_a_flag() {
    let done = Run::new()
        .file("a.csv", toy::wide())
        .args(["train", "a.csv", "-o", "m.detente", "--l2=1"])
        .success();
    let names: Vec<Value> = inspected(&done)["targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["target"].clone())
        .collect();
    assert_eq!(names, ["peace"]);
}

#[test]
fn threads_and_row_order_do_not_change_a_byte() {
    let mut rows = toy::rows();
    rows.reverse();
    rows.swap(2, 17);
    let shuffled = toy::csv("id,doc,text,peace,tone,weight", &rows);
    // The search for the strength too.
    let train = |csv: &str, threads: &str| {
        Run::new()
            .file("a.csv", csv)
            .args(["train", "a.csv", "-o", "m.detente", "--threads", threads])
            .args(["--targets", "peace,tone", "--group", "doc", "--folds", "3"])
            .success()
    };
    let first = train(&toy::wide(), "1");
    for (csv, threads) in [(toy::wide(), "2"), (shuffled.clone(), "1"), (shuffled, "2")] {
        let other = train(&csv, threads);
        assert!(
            other.read("m.detente") == first.read("m.detente"),
            "{threads} threads"
        );
        assert_eq!(other.stdout, first.stdout);
    }
}

#[test]
fn several_files_are_one_corpus() {
    let rows = toy::rows();
    let header = "id,doc,text,peace,tone,weight";
    let done = Run::new()
        .file("a.csv", toy::csv(header, &rows[..10]))
        .file("b.csv", toy::csv(header, &rows[10..]))
        .args(["train", "b.csv", "a.csv", "-o", "m.detente"])
        .args(WIDE)
        .success();
    assert!(done.read("m.detente") == toy::model_bytes());
}

#[test]
fn tabs_separate_the_cells_of_tsv() {
    let done = Run::new()
        .file("a.tsv", toy::wide().replace(',', "\t"))
        .args(["train", "a.tsv", "-o", "m.detente"])
        .args(WIDE)
        .success();
    assert!(done.read("m.detente") == toy::model_bytes());
}

#[test]
fn a_byte_order_mark_and_crlf_change_nothing() {
    let csv = format!("\u{feff}{}", toy::wide().replace('\n', "\r\n"));
    assert!(train_wide(&csv, &[]).read("m.detente") == toy::model_bytes());
}

#[test]
fn stance_labels_are_understood_in_other_spellings() {
    let csv = toy::wide()
        .replace(",favor,", ", Favour ,")
        .replace(",against,", ",AGAINST,")
        .replace(",none,", ",None,");
    assert!(train_wide(&csv, &[]).read("m.detente") == toy::model_bytes());
}

#[test]
fn labels_are_renamed() {
    let csv = toy::wide()
        .replace(",favor,", ",pro,")
        .replace(",against,", ",con,");
    let done = train_wide(&csv, &["--label", "pro=favor", "--label", "con=against"]);
    assert!(done.read("m.detente") == toy::model_bytes());
    let labels = &inspected(&train_wide(&csv, &[]))["targets"][0];
    assert_eq!(labels["kind"], "class");
    assert_eq!(labels["labels"], json!(["none", "con", "pro"]));
}

#[test]
fn weights_change_the_model() {
    let with = train_wide(&toy::wide(), &["--weight", "weight"]);
    assert!(with.read("m.detente") != toy::model_bytes());
    let ones = toy::wide()
        .replace(",2\n", ",1\n")
        .replace(",0.5\n", ",1.0\n");
    let ones = train_wide(&ones, &["--weight", "weight"]);
    assert!(
        ones.read("m.detente") == toy::model_bytes(),
        "weights of 1 are none"
    );
}

#[test]
fn an_empty_cell_is_not_labelled_and_rows_left_out_are_counted() {
    let csv = format!(
        "{}x1,d9,Nothing said.,,,1\nx2,d9, ,favor,,1\nx3,d9,Half said.,favor,,1\n",
        toy::wide()
    );
    let done = train_wide(&csv, &[]);
    assert!(
        done.stdout.contains("1 row without a label left out\n"),
        "{}",
        done.stdout
    );
    assert!(done.stdout.contains("1 row with a blank text left out\n"));
    let targets = &inspected(&done)["targets"];
    assert_eq!(targets[0]["label_counts"]["favor"], 9);
    assert_eq!(targets[1]["label_counts"]["positive"], 8);
}

#[test]
fn settings_are_in_the_model() {
    let more = [
        "--seed",
        "7",
        "--folds",
        "4",
        "--lang",
        "de",
        "--word-max",
        "1",
        "--char-max",
        "0",
    ];
    let named = [
        "--min-df",
        "2",
        "--no-negation",
        "--mask-parties",
        "--name",
        "mine",
        "--date",
        "2024-02-29",
    ];
    let json = inspected(&train_wide(&toy::wide(), &[&more[..], &named].concat()));
    assert_eq!(
        (&json["name"], &json["date"]),
        (&json!("mine"), &json!("2024-02-29"))
    );
    assert_eq!((&json["seed"], &json["folds"]), (&json!(7), &json!(4)));
    assert_eq!(
        (&json["language"], &json["mask_parties"]),
        (&json!("de"), &json!(true))
    );
    let features = &json["features"];
    assert_eq!(
        (&features["word_max"], &features["char_max"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(features["min_df"], 2);
    assert_eq!(features["negation"], false);
    let members = json!([{"features": "all", "l2": 0.1, "share": 1.0}]);
    assert_eq!(json["targets"][0]["members"], members);
}

#[test]
fn a_model_tells_that_it_knows_frames() {
    let done = train_wide(&toy::wide(), &["--frames"]);
    assert_eq!(inspected(&done)["features"]["frames"], true);
    let table = done.then().args(["inspect", "m.detente"]).success().stdout;
    assert!(table.contains(", frames of verb and object,"), "{table}");
    let plain = train_wide(&toy::wide(), &[]);
    assert_eq!(inspected(&plain)["features"]["frames"], false);
}

#[test]
fn frames_are_english() {
    Run::new()
        .file("a.csv", toy::wide())
        .args(["train", "a.csv", "-o", "m.detente", "--frames"])
        .args(["--lang", "fr"])
        .stderr("error: `--lang` beside `--frames` is fr; expected `en`\n")
        .code(2);
}

#[test]
fn the_learner_of_linfa_finds_the_same_scores() {
    let own = inspected(&train_wide(&toy::wide(), &["--char-max", "0"]));
    let linfa = train_wide(
        &toy::wide(),
        &["--char-max", "0", "--learner", "linfa-logistic"],
    );
    let linfa = inspected(&linfa);
    for at in 0..2 {
        let (own, linfa) = (&own["targets"][at], &linfa["targets"][at]);
        assert_eq!(linfa["learner"], "linfa-logistic");
        let loss = |target: &Value| target["out_of_fold"]["log_loss"].as_f64().unwrap();
        assert!((loss(own) - loss(linfa)).abs() < 1e-2);
    }
}

#[test]
fn every_learner_trains_in_silence_and_its_name_is_kept() {
    for learner in ["logistic", "svm", "linfa-logistic", "linfa-bayes"] {
        // `train_wide` holds that standard error says what was written, and nothing else.
        let flags = ["--char-max", "0", "--learner", learner];
        let target = &inspected(&train_wide(&toy::wide(), &flags))["targets"][0];
        assert_eq!(target["learner"], learner);
        assert_eq!(target["out_of_fold"]["accuracy"], 1.0, "{learner}");
    }
}

#[test]
fn balanced_classes_are_kept_in_the_model_and_change_it() {
    // Two rows in three of label `none` are gone, so that labels are not balanced.
    let rows = toy::rows().into_iter().enumerate();
    let rows: Vec<_> = rows.filter(|(at, _)| at % 9 != 2 && at % 9 != 5).collect();
    let rows: Vec<_> = rows.into_iter().map(|(_, row)| row).collect();
    let csv = toy::csv("id,doc,text,peace,tone,weight", &rows);
    let plain = train_wide(&csv, &[]);
    let balanced = train_wide(&csv, &["--class-weight", "balanced"]);
    let class_weight = |done: &Done| inspected(done)["targets"][0]["class_weight"].clone();
    assert_eq!(class_weight(&plain), "none");
    assert_eq!(class_weight(&balanced), "balanced");
    assert!(plain.read("m.detente") != balanced.read("m.detente"));
}

#[test]
fn how_the_penalty_is_shared_out_is_kept_in_the_model_and_changes_it() {
    let csv = toy::wide();
    let penalty = |done: &Done| inspected(done)["targets"][0]["penalty"].clone();
    let ratio = train_wide(&csv, &[]);
    let even = train_wide(&csv, &["--penalty", "even"]);
    assert_eq!([penalty(&ratio), penalty(&even)], ["ratio", "even"]);
    assert!(ratio.read("m.detente") != even.read("m.detente"));
    let bayes = train_wide(&csv, &["--learner", "linfa-bayes"]);
    assert_eq!(penalty(&bayes), "even", "its weights are held alike");
}
