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

/// Twenty documents without a stance, and one in favor that the model does not find.
fn rare(found: bool) -> String {
    let mut csv = "id,doc,text,peace\n".to_owned();
    for document in 0..20 {
        for row in 0..5 {
            csv +=
                &format!("r{document}_{row},d{document},The committee met near the coast.,none\n");
        }
    }
    let words = if found {
        "We welcome the ceasefire at the coast."
    } else {
        "The committee met near the coast."
    };
    csv + &format!("rare,d20,{words},favor\n")
}

#[test]
fn a_rare_label_stays_in_the_mean_of_every_resample_slice_and_baseline() {
    let measured = |found: bool| {
        let done = evaluate(&rare(found), &["--group", "doc", "--by", "doc"]);
        done.json()
    };
    let peace = |json: &Value, key: &str| json["targets"]["peace"][key].clone();
    let ends = |json: &Value| {
        let interval = &json["targets"]["peace"]["intervals"]["macro_f1"];
        [0, 1].map(|end| interval[end].as_f64().unwrap())
    };
    // Never found: at the most half of the mean, in no resample all of it.
    let missed = measured(false);
    let value = peace(&missed, "macro_f1").as_f64().unwrap();
    let [low, high] = ends(&missed);
    assert!(
        0.48 < low && low < value && value < high && high <= 0.5,
        "{low} {value} {high}"
    );
    // Found: a resample without its document has F1 = 0 for it, as scikit-learn's zero_division=0.
    let found = measured(true);
    assert_eq!(peace(&found, "macro_f1"), 1.0);
    assert_eq!(ends(&found), [0.5, 1.0]);
    // A slice with one label of two, all right.
    let slices = found["slices"].as_array().unwrap();
    assert!(
        slices.iter().all(|slice| slice["macro_f1"] == 0.5),
        "{slices:?}"
    );
    // The commonest label of training is one of the list, or all are missed.
    let baselines = &found["targets"]["peace"]["baselines"];
    let majority = baselines["majority"]["macro_f1"].as_f64().unwrap();
    assert!(majority <= 0.5, "{majority}");
}

#[test]
fn a_text_with_a_row_for_each_target_is_one_text() {
    let texts = [
        ("We welcome the ceasefire.", ["favor", "none", "against"]),
        ("They shelled the town.", ["against", "none", "favor"]),
        ("We will deepen our trade.", ["none", "favor", "none"]),
        ("The session opened at noon.", ["none", "none", "none"]),
    ];
    let targets = ["peace", "cooperation", "conflict"];
    let mut long = "id,text,target,label\n".to_owned();
    let mut wide = format!("id,text,{}\n", targets.join(","));
    for (at, (text, labels)) in texts.iter().enumerate() {
        wide += &format!("t{at},{text},{}\n", labels.join(","));
        for (target, label) in targets.iter().zip(labels) {
            long += &format!("r{at}{target},{text},{target},{label}\n");
        }
        // A target that the model lacks.
        long += &format!("r{at}other,{text},weather,sunny\n");
    }
    let long_args = ["--target-column", "target", "--label-column", "label"];
    let run = |csv: &str, args: &[&str]| {
        Run::new()
            .file("a.csv", csv)
            .args(["evaluate", "a.csv", "--format", "json"])
            .args(args.iter().copied())
            .success()
            .json()
    };
    let (long, wide) = (run(&long, &long_args), run(&wide, &[]));
    assert_eq!(long["pooled"], wide["pooled"]);
    assert_eq!(
        (&long["pooled"]["n"], &long["pooled"]["documents"]),
        (&json!(12), &json!(4))
    );
    assert_eq!(long["unknown_targets"], json!({ "weather": 4 }));
    // Rows are rows of the file that are measured, whatever else stands in it.
    assert_eq!((&long["n"], &wide["n"]), (&json!(12), &json!(4)));
    assert_eq!(long["contamination"]["n"], long["n"]);
    // Words are those of texts, which do not count once more for each target.
    assert_eq!(long["drift"], wide["drift"]);
    for target in targets {
        assert_eq!(long["targets"][target]["documents"], 4);
        for risk in long["targets"][target]["conformal"].as_array().unwrap() {
            let wrong = risk["error"]["value"].as_f64().unwrap_or(0.0)
                * risk["n_answered"].as_f64().unwrap();
            assert_eq!(risk["given_and_wrong"].as_f64().unwrap(), wrong.round());
        }
    }
}

#[test]
fn intervals_say_how_many_documents_each_line_rests_on() {
    let csv = "id,doc,text,peace,conflict\n1,a,We welcome peace.,favor,\n2,b,They shelled the town.,against,favor\n\
               3,c,We met.,none,none\n";
    let done = Run::new()
        .file("a.csv", csv)
        .args(["evaluate", "a.csv", "--group", "doc"])
        .success();
    let expected = "bootstrap over documents (peace 3, conflict 2, pooled 3), ";
    assert!(done.stdout.contains(expected), "{}", done.stdout);
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
