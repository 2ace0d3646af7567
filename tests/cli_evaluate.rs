//! Measuring a model on labelled files, as a user does it.

use crate::run::{Done, Run, Table};
use crate::toy;
use serde_json::{Value, json};

fn evaluate(csv: &str, more: &[&str]) -> Done {
    Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("a.csv", csv)
        .args([
            "evaluate",
            "a.csv",
            "--model",
            "toy.detente",
            "--format",
            "json",
        ])
        .args(more.iter().copied())
        .success()
}

/// The fields that issue 2 promises of a target and of the pool.
#[track_caller]
fn check_measures(measures: &Value, labels: &[&str]) {
    let n = measures["n"].as_u64().unwrap();
    for key in ["accuracy", "macro_f1", "f_avg", "log_loss", "brier", "ece"] {
        let value = measures
            .get(key)
            .unwrap_or_else(|| panic!("{key} is missing"));
        assert!(
            value.is_null() || value.as_f64().unwrap().is_finite(),
            "{key}"
        );
    }
    let reports = measures["labels"].as_object().unwrap();
    assert_eq!(reports.keys().collect::<Vec<_>>(), labels);
    let mut support = 0;
    for report in reports.values() {
        for key in ["precision", "recall", "f1"] {
            assert!(report.get(key).is_some(), "{key} is missing");
        }
        support += report["support"].as_u64().unwrap();
    }
    assert_eq!(support, n);
    let confusion = measures["confusion"].as_object().unwrap();
    let counts = confusion
        .values()
        .flat_map(|row| row.as_object().unwrap().values());
    assert_eq!(counts.map(|count| count.as_u64().unwrap()).sum::<u64>(), n);
    for (gold, row) in confusion {
        let row: u64 = row
            .as_object()
            .unwrap()
            .values()
            .map(|c| c.as_u64().unwrap())
            .sum();
        assert_eq!(reports[gold]["support"], row);
    }
}

#[test]
fn the_object_has_the_fields_that_scripts_expect() {
    let json = evaluate(&toy::wide(), &["--group", "doc", "--resamples", "50"]).json();
    assert_eq!(
        (&json["model"], &json["data"]),
        (&json!("toy.detente"), &json!("a.csv"))
    );
    assert_eq!(json["n"], 24);
    let stances = ["favor", "against", "none"];
    check_measures(&json["targets"]["peace"], &stances);
    check_measures(
        &json["targets"]["tone"],
        &["negative", "neutral", "positive"],
    );
    assert_eq!(json["targets"]["peace"]["documents"], 8);
    assert_eq!(json["targets"]["tone"]["f_avg"], Value::Null);
    let pooled = json.as_object().unwrap().get("pooled");
    assert_eq!(
        pooled,
        Some(&Value::Null),
        "a single stance target is not pooled"
    );
    let interval = &json["targets"]["peace"]["intervals"]["macro_f1"];
    assert_eq!(interval.as_array().unwrap().len(), 2);
}

#[test]
fn stance_targets_are_pooled_over_all_their_rows() {
    let csv = "text,peace,cooperation,conflict,sentiment\n\
               We welcome the ceasefire.,favor,none,against,positive\n\
               They will trade.,,favor,,\n";
    let json = Run::new()
        .file("a.csv", csv)
        .args(["evaluate", "a.csv", "--format", "json", "--resamples", "0"])
        .success()
        .json();
    assert_eq!((&json["model"], &json["n"]), (&json!("default"), &json!(2)));
    assert_eq!(json["targets"]["cooperation"]["n"], 2);
    check_measures(&json["pooled"], &["favor", "against", "none"]);
    assert_eq!(
        json["pooled"]["n"], 4,
        "the stance set is pooled, not the classes"
    );
    assert_eq!(json["pooled"].get("intervals"), None);
}

#[test]
fn f_avg_is_the_mean_of_both_sides() {
    // 3 of favor, 2 of against, 1 of none, as the toy model answers them: all right but one.
    let csv = "text,peace\n\
               We welcome the ceasefire at the river.,favor\n\
               We welcome the ceasefire at the border.,favor\n\
               We welcome the ceasefire at the coast.,against\n\
               They shell the town on the coast.,against\n\
               The committee met near the north.,none\n";
    let peace = &evaluate(csv, &["--resamples", "0"]).json()["targets"]["peace"];
    // Favor: precision 2/3, recall 1. Against: precision 1, recall 1/2.
    let expected = (2.0 * (2.0 / 3.0) / (5.0 / 3.0) + 2.0 * 0.5 / 1.5) / 2.0;
    assert!((peace["f_avg"].as_f64().unwrap() - expected).abs() < 1e-12);
    assert_eq!(peace["accuracy"], 0.8);
    assert_eq!(peace["confusion"]["against"]["favor"], 1);
    assert_eq!(peace["confusion"]["favor"]["none"], 0);
}

#[test]
fn undefined_numbers_are_null() {
    let csv = "text,peace\nWe welcome the ceasefire at the river.,favor\n";
    let json = evaluate(csv, &[]).json();
    let peace = &json["targets"]["peace"];
    let against = json!({
        "precision": null, "recall": null, "f1": null,
        "support": 0, "predicted": 0, "auc": null,
        "intervals": {"precision": null, "recall": null, "f1": null, "auc": null},
    });
    assert_eq!(peace["labels"]["against"], against);
    assert_eq!(peace["f_avg"], Value::Null);
    assert_eq!(peace["accuracy"], 1.0);
    assert_eq!(
        peace["intervals"]["accuracy"],
        Value::Null,
        "one document has no interval"
    );
    assert_eq!(json["targets"].get("tone"), None);
}

#[test]
fn in_the_long_layout_each_row_goes_to_its_own_head() {
    let long = [
        "--target-column",
        "target",
        "--label-column",
        "stance",
        "--group",
        "doc",
    ];
    let json = evaluate(&toy::long(), &long).json();
    assert_eq!(json["n"], 48);
    assert_eq!(json["targets"]["peace"]["n"], 24);
    assert_eq!(json["targets"]["tone"]["n"], 24);
    let wide = evaluate(&toy::wide(), &["--group", "doc"]).json();
    assert_eq!(json["targets"], wide["targets"]);
    assert_eq!(json["unknown_targets"], json!({}));
}

#[test]
fn rows_of_a_target_that_the_model_lacks_are_counted_and_named() {
    let csv = "text,target,stance\n\
               We welcome the ceasefire.,peace,FAVOR\n\
               We sign.,trade,AGAINST\n\
               We vote.,law,FAVOR\n\
               We pay.,trade,FAVOR\n";
    let done = Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("a.csv", csv)
        .args([
            "evaluate",
            "a.csv",
            "--model",
            "toy.detente",
            "--format",
            "json",
        ])
        .args(["--target-column", "target", "--label-column", "stance"])
        .stderr(
            "note: 1 row of target `law` not scored: the model has no such target\n\
             note: 2 rows of target `trade` not scored: the model has no such target\n",
        )
        .success();
    let json = done.json();
    assert_eq!(json["n"], 1);
    assert_eq!(json["unknown_targets"], json!({"law": 1, "trade": 2}));
}

#[test]
fn predictions_have_a_row_for_each_row_and_target() {
    let done = evaluate(
        &toy::wide(),
        &["--predictions", "p.csv", "--resamples", "0"],
    );
    let table = Table::read(&done.read("p.csv"));
    let expected = [
        "id",
        "target",
        "gold",
        "predicted",
        "p_favor",
        "p_against",
        "p_none",
        "p_negative",
        "p_neutral",
        "p_positive",
    ];
    assert_eq!(table.header, expected);
    assert_eq!(table.rows.len(), 48);
    let json = done.json();
    for (target, labels) in [("peace", &expected[4..7]), ("tone", &expected[7..])] {
        let (mut n_right, mut n) = (0, 0);
        for row in (0..48).filter(|row| table.cell(*row, "target") == target) {
            let p = |label: &&str| table.cell(row, label).parse::<f64>().unwrap();
            assert!((labels.iter().map(p).sum::<f64>() - 1.0).abs() < 3e-6);
            let filled = expected[4..]
                .iter()
                .filter(|l| !table.cell(row, l).is_empty());
            assert_eq!(
                filled.count(),
                3,
                "only the target's own labels have numbers"
            );
            let best = labels.iter().max_by(|a, b| p(a).total_cmp(&p(b))).unwrap();
            assert_eq!(best[2..], *table.cell(row, "predicted"));
            n_right += usize::from(table.cell(row, "gold") == table.cell(row, "predicted"));
            n += 1;
        }
        let accuracy = json["targets"][target]["accuracy"].as_f64().unwrap();
        assert!((accuracy - n_right as f64 / f64::from(n)).abs() < 1e-12);
    }
    assert_eq!(table.cell(0, "id"), "r00");
}

#[test]
fn predictions_without_ids_are_named_by_line() {
    let csv = "text,peace\nWe met.,none\n\"They\nshell.\",against\nWe agree.,favor\n";
    let done = evaluate(csv, &["--predictions", "p.csv"]);
    let table = Table::read(&done.read("p.csv"));
    let ids: Vec<&str> = (0..3).map(|row| table.cell(row, "id")).collect();
    assert_eq!(ids, ["2", "3", "5"]);
}

#[test]
fn labels_are_renamed_and_columns_named_as_in_training() {
    let csv = toy::wide()
        .replace("id,doc,text", "key,doc,body")
        .replace(",favor,", ",pro,");
    let flags = [
        "--text",
        "body",
        "--id",
        "key",
        "--label",
        "pro=favor",
        "--targets",
        "peace",
    ];
    let done = evaluate(&csv, &[&flags[..], &["--predictions", "p.csv"]].concat());
    assert_eq!(
        done.json()["targets"]["peace"]["labels"]["favor"]["support"],
        8
    );
    assert_eq!(Table::read(&done.read("p.csv")).cell(0, "id"), "r00");
}

#[test]
fn threads_do_not_change_a_byte() {
    let run =
        |threads: &str| evaluate(&toy::wide(), &["--group", "doc", "--threads", threads]).stdout;
    assert_eq!(run("1"), run("2"));
}

#[test]
fn the_table_names_every_target_and_label() {
    let done = Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("a.csv", toy::wide())
        .args([
            "evaluate",
            "a.csv",
            "--model",
            "toy.detente",
            "--group",
            "doc",
        ])
        .stderr("")
        .success();
    let lines: Vec<&str> = done.stdout.lines().collect();
    assert_eq!(lines[0], "toy.detente on a.csv: 24 rows");
    for word in ["peace", "tone", "against", "positive", "mostly taken for"] {
        assert!(
            done.stdout.contains(word),
            "{word} is missing:\n{}",
            done.stdout
        );
    }
    assert!(!done.stdout.contains("pooled"), "{}", done.stdout);
    assert!(done.stdout.contains("bootstrap over 8 documents"));
}
