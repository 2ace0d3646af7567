//! Cross-validating, as a user does it: whole texts of every format, and what is refused.
//!
//! The texts are in `tests/snapshots`; `INSTA_UPDATE=always cargo test cli_cross_validate` writes them
//! anew, as is needed when training gives other models.

use crate::run::{Done, Run, Table};
use crate::toy;

/// The toy with a column of years, some rows blank or without a label, and some answers noisy.
fn data() -> String {
    let mut rows = toy::rows();
    for (at, row) in rows.iter_mut().enumerate() {
        // The weight makes room for the year.
        row[5] = (2001 + at / 6).to_string();
        if at % 5 == 4 {
            row[3] = "none".into();
        }
    }
    toy::csv("id,doc,text,peace,tone,year", &rows)
        + "x1,d8,They met.,,,2001\nx2,d8,,none,neutral,2001\n"
}

fn run(args: &[&str]) -> Done {
    Run::new()
        .file("data.csv", data())
        .args([
            "cross-validate",
            "data.csv",
            "--targets",
            "peace,tone",
            "--group",
            "doc",
        ])
        .args(["--inner-folds", "2", "--l2", "0.1", "--resamples", "100"])
        .args(args.iter().copied())
        .success()
}

const CURVE: [&str; 5] = ["--folds", "2", "--learning-curve", "2", "--format"];

fn curve(format: &str) -> String {
    run(&[&CURVE[..], &[format]].concat()).stdout
}

#[test]
fn the_table_has_targets_folds_and_the_learning_curve() {
    insta::assert_snapshot!(curve("table"));
}

#[test]
fn markdown_is_the_same_in_tables_that_paste() {
    insta::assert_snapshot!(curve("markdown"));
}

#[test]
fn latex_is_the_same_in_tables_that_compile() {
    insta::assert_snapshot!(curve("latex"));
}

#[test]
fn csv_has_every_number() {
    let table = Table::read(curve("csv").as_bytes());
    let mut parts: Vec<[&str; 4]> = (0..table.rows.len())
        .map(|row| ["target", "part", "column", "value"].map(|name| table.cell(row, name)))
        .collect();
    parts.dedup();
    let of = |target| {
        [
            [target, "whole", "", ""],
            [target, "majority", "", ""],
            [target, "fold", "1", "1"],
            [target, "fold", "1", "2"],
            [target, "learning curve", "", "0.500000"],
            [target, "learning curve", "", "1.000000"],
        ]
    };
    assert_eq!(parts, [of("peace"), of("tone")].concat());
}

#[test]
fn json_has_the_curve_and_what_was_left_out() {
    let json = run(&[&CURVE[..], &["json"]].concat()).json();
    let left_out = serde_json::json!({"unlabelled": 1, "blank": 1, "passed_over": 0});
    assert_eq!(json["left_out"], left_out);
    let curve = json["learning_curve"].as_array().unwrap();
    assert_eq!(curve.len(), 2);
    assert_eq!(curve[1]["share"], 1.0);
    assert_eq!(curve[1]["trained_on"], 12.0);
    let last = &curve[1]["targets"]["peace"];
    assert_eq!(last["macro_f1"], json["targets"]["peace"]["macro_f1"]);
    assert_eq!(last["unanswered"], 0);
}

#[test]
fn windows_of_time_are_tested_by_the_past() {
    insta::assert_snapshot!(run(&["--time", "year", "--folds", "2"]).stdout);
}

#[test]
fn each_value_of_a_column_is_left_out() {
    insta::assert_snapshot!(run(&["--leave-out", "year"]).stdout);
}

#[test]
fn repeats_are_told_apart() {
    let done = run(&["--folds", "2", "--repeats", "2", "--predictions", "p.csv"]);
    assert_eq!(done.stderr, "wrote p.csv\n");
    let table = Table::read(&done.read("p.csv"));
    let expected = [
        "id",
        "target",
        "gold",
        "predicted",
        "fold",
        "repeat",
        "p_favor",
    ];
    assert_eq!(table.header[..7], expected);
    assert_eq!(table.rows.len(), 2 * 48);
}

#[test]
fn threads_and_row_order_do_not_change_a_byte() {
    let mut lines: Vec<String> = data().lines().map(str::to_owned).collect();
    lines[1..].reverse();
    let turned = Run::new()
        .file("data.csv", lines.join("\n"))
        .args([
            "cross-validate",
            "data.csv",
            "--targets",
            "peace,tone",
            "--group",
            "doc",
        ])
        .args([
            "--inner-folds",
            "2",
            "--l2",
            "0.1",
            "--resamples",
            "100",
            "--threads",
            "1",
        ])
        .args(CURVE)
        .args(["json"])
        .success();
    assert_eq!(turned.stdout, curve("json"));
}

#[cfg(feature = "html")]
#[test]
fn the_report_has_the_curve_and_the_errors() {
    let done = run(&[
        "--folds",
        "2",
        "--learning-curve",
        "2",
        "--report",
        "r.html",
    ]);
    let page = String::from_utf8(done.read("r.html")).unwrap();
    for part in [
        "<h1>Cross-validation on data.csv</h1>",
        "<h2 id=\"curve-h\">Learning curve</h2>",
        "aria-label=\"Learning curve of tone: macro-F1: ",
        "left out: 1 row without a label, 1 row with a blank text",
        "<h2 id=\"errors-h\">Worst errors</h2>",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[track_caller]
fn refused(args: &[&str], code: i32, stderr: &str) {
    Run::new()
        .file("data.csv", data())
        .file("dates.csv", "text,peace,when\na,favor,2001\nb,none,soon\n")
        .args(["cross-validate"])
        .args(args.iter().copied())
        .stderr(stderr)
        .failure(code);
}

#[test]
fn what_cannot_be_cut_is_refused() {
    refused(
        &["data.csv", "--time", "month"],
        1,
        "error: data.csv:1: there is no column `month`; the columns are `id`, `doc`, `text`, `peace`, \
         `tone`, and `year`\n\
         hint: name the column with `--time COLUMN`\n",
    );
    refused(
        &["dates.csv", "--time", "when"],
        1,
        "error: dates.csv:3: column `when` is `soon`; expected a date such as `2014`, `2014-03-15`, or \
         `15 March 2014`\n",
    );
    refused(
        &["data.csv", "--time", "year", "--folds", "9"],
        1,
        "error: data.csv: column `year` has 4 distinct dates; expected 10 or more: one to start from and \
         one for each of 9 folds\n",
    );
    refused(
        &["data.csv", "--leave-out", "peace", "--where", "peace=favor"],
        1,
        "error: data.csv: column `peace` has the single value `favor`; expected two or more\n",
    );
    refused(
        &["data.csv", "--inner-folds", "60"],
        1,
        "error: data.csv: no fold can be trained: in the training part of each, every target has a single \
         label or fewer than 60 documents\n\
         hint: give more rows, or fewer `--inner-folds`\n",
    );
}

#[test]
fn outputs_that_cannot_be_written_are_refused_before_the_work() {
    let stderr = |path: &str| format!("error: {path}: cannot write: its folder does not exist\n");
    refused(
        &["data.csv", "--predictions", "no/p.csv"],
        1,
        &stderr("no/p.csv"),
    );
    #[cfg(feature = "html")]
    refused(
        &["data.csv", "--report", "no/r.html"],
        1,
        &stderr("no/r.html"),
    );
}

#[test]
fn numbers_out_of_range_are_misuse() {
    for (flag, value, stderr) in [
        (
            "--folds",
            "1",
            "the number of folds is 1; expected 2 or more",
        ),
        (
            "--repeats",
            "0",
            "the number of repeats is 0; expected 1 or more",
        ),
        (
            "--learning-curve",
            "1",
            "the number of points of the learning curve is 1; expected 2 or more",
        ),
    ] {
        let stderr = format!("error: {stderr}\n");
        refused(&["data.csv", flag, value], 2, &stderr);
    }
}
