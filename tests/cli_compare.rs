//! Comparing classifiers, as a user does it: whole texts of every format, and what is refused.
//!
//! The texts are in `tests/snapshots`; `INSTA_UPDATE=always cargo test cli_compare` writes them anew.

use crate::run::{Done, Run, Table};
use crate::toy;

/// Answers to 60 rows on two targets, wrong wherever `misses` says so.
fn predictions(misses: impl Fn(usize) -> bool) -> String {
    let labels = ["favor", "against", "none"];
    let mut csv = "id,target,gold,predicted,p_favor,p_against,p_none\n".to_owned();
    for target in ["conflict", "peace"] {
        for row in 0..60 {
            let gold = row % 3;
            let given = (gold + usize::from(misses(row))) % 3;
            let p: Vec<&str> = (0..3)
                .map(|at| if at == given { "0.8" } else { "0.1" })
                .collect();
            let p = p.join(",");
            csv += &format!(
                "r{row:02},{target},{},{},{p}\n",
                labels[gold], labels[given]
            );
        }
    }
    csv
}

/// Which document each of the rows is of.
fn documents() -> String {
    let rows = (0..60).map(|row| format!("r{row:02},text {row},d{}\n", row / 4));
    format!("id,text,doc\n{}", rows.collect::<String>())
}

fn files() -> Run {
    Run::new()
        .file("good.csv", predictions(|row| row % 20 == 0))
        .file("bad.csv", predictions(|row| row % 2 == 0))
        .file("data.csv", documents())
}

fn compared(format: &str) -> String {
    files()
        .args([
            "compare", "bad.csv", "good.csv", "--data", "data.csv", "--group", "doc",
        ])
        .args([
            "--resamples",
            "200",
            "--shuffles",
            "500",
            "--format",
            format,
        ])
        .stderr("")
        .success()
        .stdout
}

#[test]
fn the_table_says_who_is_better() {
    insta::assert_snapshot!(compared("table"));
}

#[test]
fn markdown_is_the_same_in_tables_that_paste() {
    insta::assert_snapshot!(compared("markdown"));
}

#[test]
fn latex_is_the_same_in_tables_that_compile() {
    insta::assert_snapshot!(compared("latex"));
}

#[test]
fn csv_has_every_measure_of_every_pair() {
    insta::assert_snapshot!(compared("csv"));
}

#[test]
fn json_has_all_that_the_tables_have() {
    insta::assert_snapshot!(compared("json"));
}

#[test]
fn three_are_compared_pair_by_pair() {
    let done = files()
        .file("best.csv", predictions(|_| false))
        .args([
            "compare", "bad.csv", "good.csv", "best.csv", "--format", "csv",
        ])
        .success();
    let table = done.csv();
    let mut pairs: Vec<[&str; 2]> = (0..table.rows.len())
        .map(|row| [table.cell(row, "first"), table.cell(row, "second")])
        .collect();
    pairs.dedup();
    let expected = [
        ["bad.csv", "good.csv"],
        ["bad.csv", "best.csv"],
        ["good.csv", "best.csv"],
    ];
    assert_eq!(pairs, expected);
    assert_eq!(
        table.cell(0, "documents"),
        "60",
        "without --data each id is a document"
    );
}

/// Two models; the second was trained on six of the eight documents.
fn models(more: &[&str]) -> Done {
    let most = toy::csv("id,doc,text,peace,tone,weight", &toy::rows()[..18]);
    Run::new()
        .file("all.detente", toy::model_bytes())
        .file("most.detente", toy::train_on(&most).to_bytes())
        .file("data.csv", toy::wide())
        .args([
            "compare",
            "all.detente",
            "most.detente",
            "--data",
            "data.csv",
            "--group",
            "doc",
        ])
        .args(["--resamples", "100", "--shuffles", "200"])
        .args(more.iter().copied())
        .stderr("")
        .success()
}

#[test]
fn a_model_that_has_seen_the_data_is_named_before_the_verdict() {
    let table = models(&[]).stdout;
    let expected = "all.detente and most.detente on data.csv\n\
         warning: `all.detente` has seen this: 24 of 24 rows are training texts and 0 nearly so; 8 of 8 \
         groups, with 24 rows, were in training (`d0`, `d1`, `d2`, ...); the measures flatter it\n\
         warning: `most.detente` has seen this: 18 of 24 rows are training texts and 3 nearly so; 6 of 8 \
         groups, with 18 rows, were in training (`d0`, `d1`, `d2`, ...); the measures flatter it\n";
    assert_eq!(table[..expected.len().min(table.len())], *expected);
    let json = models(&["--format", "json"]).json();
    assert_eq!(json["contamination"]["most.detente"]["exact"], 18);
    assert_eq!(
        json["contamination"]["all.detente"]["rows_of_shared_groups"],
        24
    );
}

#[test]
fn a_model_and_predictions_of_it_do_not_differ() {
    let done = Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("data.csv", toy::wide())
        .args([
            "evaluate",
            "data.csv",
            "--model",
            "toy.detente",
            "--predictions",
            "p.csv",
        ])
        .success();
    let done = done
        .then()
        .args([
            "compare",
            "p.csv",
            "toy.detente",
            "--data",
            "data.csv",
            "--format",
            "csv",
        ])
        .success();
    let table = done.csv();
    for row in 0..table.rows.len() {
        if !table.cell(row, "difference").is_empty() {
            let difference: f64 = table.cell(row, "difference").parse().unwrap();
            assert!(
                difference.abs() < 1e-5,
                "predictions have six digits: {difference}"
            );
        }
    }
    let predictions = Table::read(&done.read("p.csv"));
    assert_eq!(predictions.rows.len(), 48);
}

#[track_caller]
fn refused(args: &[&str], code: i32, stderr: &str) {
    files()
        .file("toy.detente", toy::model_bytes())
        .file(
            "few.csv",
            predictions(|_| false)
                .lines()
                .take(40)
                .collect::<Vec<_>>()
                .join("\n"),
        )
        .file(
            "other.csv",
            predictions(|_| false).replacen("peace,favor", "peace,none", 1),
        )
        .file("law.csv", "id,target,gold,predicted\nr00,law,yes,no\n")
        .file("words.csv", "id,text\n1,x\n")
        .args(["compare"])
        .args(args.iter().copied())
        .stderr(stderr)
        .failure(code);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    refused(
        &["good.csv"],
        2,
        "error: `good.csv` is the only one given; expected two or more models or files of predictions\n",
    );
    refused(
        &["good.csv", "toy.detente"],
        2,
        "error: `toy.detente` is a model; expected `--data DATA.csv` with labelled rows for it to answer\n\
         hint: or compare what `detente evaluate --predictions OUT.csv` wrote\n",
    );
    refused(
        &["good.csv", "few.csv"],
        1,
        "error: `few.csv` lacks 21 rows of target `conflict` that `good.csv` has, the first with id `r39`; \
         expected the same rows\n\
         hint: make the predictions of both from the same labelled file\n",
    );
    refused(
        &["good.csv", "other.csv"],
        1,
        "error: `good.csv` and `other.csv` have different gold for id `r00` on target `peace`: `favor` and \
         `none`\n\
         hint: make the predictions of both from the same labelled file\n",
    );
    refused(
        &["good.csv", "law.csv"],
        1,
        "error: no target is answered by all: `good.csv` has `conflict` and `peace`; `law.csv` has `law`\n",
    );
    refused(
        &["good.csv", "words.csv"],
        1,
        "error: words.csv: this is neither a detente model nor a file of predictions\n\
         hint: expected a file that `detente train -o` wrote, or a CSV with the columns `id`, `target`, \
         `gold`, and `predicted`, as `detente evaluate --predictions` writes\n",
    );
    refused(
        &["good.csv", "bad.csv", "--data", "words.csv"],
        1,
        "error: good.csv:2: id `r00` is not among the rows of `words.csv`\n",
    );
    refused(
        &["good.csv", "absent.csv"],
        1,
        "error: absent.csv: cannot read: No such file or directory (os error 2)\n",
    );
}

#[test]
fn tests_out_of_range_are_misuse() {
    for (flag, value, stderr) in [
        (
            "--alpha",
            "1.5",
            "alpha is 1.5; expected a number between 0 and 1",
        ),
        (
            "--shuffles",
            "0",
            "the number of shuffles is 0; expected 1 or more",
        ),
        (
            "--resamples",
            "19",
            "the number of resamples is 19; expected 20 to 1,000,000",
        ),
    ] {
        let stderr = format!("error: {stderr}\n");
        refused(&["good.csv", "bad.csv", flag, value], 2, &stderr);
    }
}
