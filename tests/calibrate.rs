//! Calibration to rows of somebody's own domain, and calibration on a part of the training rows.

use crate::run::{Done, Run};
use crate::toy;
use detente::model::{Model, StatePool};
use serde_json::json;
use std::fmt::Write;

/// Rows in which nine of ten take no stance on peace; six words of the toy model turn up in them.
fn domain() -> String {
    let mut csv = "text,peace,tone,doc\n".to_owned();
    let rows = toy::rows();
    for at in 0..120 {
        let [_, _, text, ..] = &rows[at % rows.len()];
        let label = if at % 10 == 0 { "favor" } else { "none" };
        writeln!(csv, "{text} case {at},{label},neutral,d{}", at / 3).unwrap();
    }
    csv
}

fn calibrate(csv: &str, more: &[&str]) -> Done {
    Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("mine.csv", csv)
        .args(["calibrate", "toy.detente", "mine.csv", "-o", "mine.detente"])
        .args(["--group", "doc"])
        .args(more.iter().copied())
        .success()
}

const PEACE: [&str; 2] = ["--targets", "peace"];

#[test]
fn probabilities_follow_the_rows_and_weights_stay() {
    let done = calibrate(&domain(), &[PEACE, ["--format", "json"]].concat());
    let record = done.json();
    let peace = &record["targets"]["peace"];
    let number = |path: [&str; 2]| peace[path[0]][path[1]].as_f64().unwrap();
    assert!(
        number(["after", "log_loss"]) < 0.7 * number(["before", "log_loss"]),
        "{peace}"
    );
    assert!(number(["shifts", "none"]) > 0.5 && number(["shifts", "against"]) < 0.0);
    assert_eq!(
        (&record["rows"], &record["documents"]),
        (&json!(120), &json!(40))
    );
    assert_eq!(
        peace["has_new_decision"],
        json!(false),
        "120 rows are too few"
    );

    let mine = Model::from_bytes(&done.read("mine.detente")).unwrap();
    let pool = StatePool::default();
    let margins = |model: &Model, text: &str| {
        let scores = pool.with(|state| model.score(state, text));
        scores.targets[0].margins.clone()
    };
    for [_, _, text, ..] in toy::rows() {
        let moved = margins(&mine, &text)
            .into_iter()
            .zip(margins(toy::model(), &text));
        for (label, (is, was)) in moved.enumerate() {
            let names = mine.heads()[0].labels.labels();
            let shift = peace["shifts"][&names[label]].as_f64().unwrap();
            assert!((is - was - shift).abs() < 1e-9, "only the intercept moves");
        }
    }
    assert_eq!(
        mine.heads()[1],
        toy::model().heads()[1],
        "`tone` was not given"
    );
    let calibrated = mine.record().calibrated.as_ref().unwrap();
    assert_eq!((calibrated.n_rows, calibrated.n_groups), (120, 40));
}

#[test]
fn the_order_of_rows_and_the_number_of_threads_do_not_matter() {
    let csv = domain();
    let (header, rows) = csv.split_once('\n').unwrap();
    let turned: Vec<&str> = rows.lines().rev().collect();
    let turned = format!("{header}\n{}\n", turned.join("\n"));
    let bytes = |csv: &str, threads: &str| {
        calibrate(csv, &[PEACE, ["--threads", threads]].concat()).read("mine.detente")
    };
    assert!(bytes(&csv, "1") == bytes(&turned, "3"));
}

#[test]
fn inspect_says_what_it_was_calibrated_on() {
    let done = calibrate(&domain(), &PEACE);
    assert!(
        done.stdout
            .contains("peace: too few rows to decide labels anew; the thresholds stay")
    );
    let inspected = done.then().args(["inspect", "mine.detente"]).success();
    assert!(
        inspected
            .stdout
            .contains("calibrated on 120 other rows in 40 documents, fingerprint ")
    );
}

#[test]
fn a_target_of_few_rows_keeps_what_it_had() {
    // `tone` is labelled in three rows of three documents: fewer than folds.
    let mut csv = "text,peace,tone,doc\n".to_owned();
    for (at, line) in domain().lines().skip(1).enumerate() {
        let tone = if at % 3 == 0 && at < 9 { "neutral" } else { "" };
        writeln!(csv, "{}", line.replace(",neutral,", &format!(",{tone},"))).unwrap();
    }
    let done = calibrate(&csv, &["--targets", "peace,tone"]);
    let said = "tone: keeps its calibration; 3 rows are labelled on it\n";
    assert!(done.stdout.ends_with(said), "{}", done.stdout);
    let mine = Model::from_bytes(&done.read("mine.detente")).unwrap();
    assert_eq!(mine.heads()[1], toy::model().heads()[1]);
}

#[test]
fn rows_that_cannot_calibrate_are_refused_with_what_to_do() {
    let run = |csv: &str| {
        Run::new()
            .file("toy.detente", toy::model_bytes())
            .file("mine.csv", csv)
            .args(["calibrate", "toy.detente", "mine.csv", "-o", "mine.detente"])
    };
    let few: String = domain()
        .lines()
        .take(8)
        .map(|line| format!("{line}\n"))
        .collect();
    run(&few)
        .args(["--targets", "peace"])
        .stderr(
            "error: no target of the model has more than 7 labelled rows; expected at least 20\n",
        )
        .failure(1);
    run("text,trade\nWe met.,up\n")
        .args(["--targets", "trade"])
        .stderr("error: no row is labelled on a target of the model; it has `peace` and `tone`\n")
        .failure(1);
    run("text,peace\nWe met.,perhaps\n")
        .args(["--targets", "peace"])
        .stderr(
            "error: mine.csv:2: column `peace` is `perhaps`; expected `favor`, `against`, or `none`\n\
             hint: rename your own labels with `--label perhaps=favor`\n",
        )
        .failure(1);
}

#[test]
fn rows_to_calibrate_on_that_are_too_few_are_counted() {
    Run::new()
        .file("a.csv", marked())
        .args(["train", "a.csv", "-o", "m.detente", "--targets", "peace"])
        .args(["--calibrate-where", "kind=reel"])
        .stderr(
            "error: target `peace` has 0 documents to calibrate on; expected at least 5, one for each fold\n\
             hint: give more rows, fewer `--folds`, or a finer `--group` column\n",
        )
        .failure(1);
}

/// The toy's rows, those of four documents marked as real.
fn marked() -> String {
    let rows = toy::wide();
    let mut lines = rows.lines();
    let mut csv = format!("{},kind\n", lines.next().unwrap());
    for (at, line) in lines.enumerate() {
        writeln!(csv, "{line},{}", if at % 2 == 0 { "real" } else { "own" }).unwrap();
    }
    csv
}

#[test]
fn a_part_of_the_rows_calibrates_and_all_are_learned_from() {
    let done = Run::new()
        .file("a.csv", marked())
        .args([
            "train",
            "a.csv",
            "-o",
            "m.detente",
            "--targets",
            "peace,tone",
        ])
        .args(["--l2=0.1", "--folds", "2", "--calibrate-where", "kind=real"])
        .success();
    let model = Model::from_bytes(&done.read("m.detente")).unwrap();
    let head = &model.heads()[0];
    assert_eq!(head.record.label_counts.iter().sum::<usize>(), 24);
    assert_eq!(head.record.calibration_counts().iter().sum::<u64>(), 12);
    assert_eq!(head.conformal.n_rows(), 12);
}

#[test]
fn a_column_to_calibrate_by_that_is_missing_is_named() {
    let run = Run::new()
        .file("a.csv", toy::wide())
        .args([
            "train",
            "a.csv",
            "-o",
            "m.detente",
            "--calibrate-where",
            "kind=real",
        ])
        .failure(1);
    assert!(
        run.stderr
            .starts_with("error: a.csv:1: there is no column `kind`"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("--calibrate-where"), "{}", run.stderr);
}
