//! What `evaluate` says beside the measures, in every format: whole texts, and what is refused.
//!
//! The texts are in `tests/snapshots`; `INSTA_UPDATE=always cargo test cli_measures` writes them anew,
//! as is needed when training gives other models.

use crate::run::{Done, Run, Table};
use crate::toy;

/// The toy's rows under other words, half of them new to the model, with a source for each row; one
/// row is not labelled, one has no text.
fn data() -> String {
    let mut rows = toy::rows();
    for (at, row) in rows.iter_mut().enumerate() {
        // The weight makes room for the source.
        row[5] = ["radio", "paper", "archive"][at % 4 % 3].into();
        if at % 2 == 0 {
            row[1] = format!("n{}", at / 4);
            row[2] = format!("Delegates said on day {at}: {}", row[2]);
        }
        if at % 7 == 6 {
            row[3] = "against".into();
        }
    }
    toy::csv("id,doc,text,peace,tone,source", &rows)
        + "x1,n9,They met.,,,radio\nx2,n9,,none,neutral,radio\n"
}

fn run(args: &[&str]) -> Done {
    Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("data.csv", data())
        .args([
            "evaluate",
            "data.csv",
            "--model",
            "toy.detente",
            "--group",
            "doc",
        ])
        .args(["--resamples", "100"])
        .args(args.iter().copied())
        .success()
}

#[test]
fn the_table_has_slices_and_says_what_was_left_out() {
    insta::assert_snapshot!(run(&["--by", "source"]).stdout);
}

#[test]
fn all_measures_are_shown_on_demand() {
    insta::assert_snapshot!(run(&["--by", "source", "--all"]).stdout);
}

#[test]
fn rows_passed_over_are_counted() {
    let done = run(&["--where", "source=radio", "--format", "json"]);
    let left_out = serde_json::json!({"unlabelled": 1, "blank": 1, "passed_over": 12});
    let json = done.json();
    assert_eq!(
        (&json["left_out"], &json["n"]),
        (&left_out, &serde_json::json!(12))
    );
    let table = run(&["--where", "source=radio"]).stdout;
    let line = "\nleft out: 1 row without a label, 1 row with a blank text, 12 rows passed over by \
                `--where`\n";
    assert!(table.contains(line), "{table}");
}

#[test]
fn markdown_pastes() {
    insta::assert_snapshot!(run(&["--by", "source", "--format", "markdown"]).stdout);
}

#[test]
fn latex_compiles() {
    insta::assert_snapshot!(run(&["--format", "latex"]).stdout);
}

#[test]
fn csv_has_a_line_for_each_number_of_targets_baselines_shares_and_slices() {
    let done = run(&["--by", "source", "--format", "csv"]);
    let table = done.csv();
    let header = "target,part,column,value,label,measure,n,documents,estimate,low,high,p_value";
    assert_eq!(table.header.join(","), header);
    let mut parts: Vec<String> = (0..table.rows.len())
        .map(|row| {
            ["target", "part", "column", "value"]
                .map(|name| table.cell(row, name))
                .join("/")
        })
        .collect();
    parts.dedup();
    insta::assert_snapshot!(parts.join("\n"));
}

#[test]
fn errors_come_with_the_most_confident_first_and_why() {
    let done = run(&["--errors", "e.csv"]);
    let table = Table::read(&done.read("e.csv"));
    let header = "id,file,line,target,text,gold,predicted,p_favor,p_against,p_none,p_negative,p_neutral,\
                  p_positive,features";
    assert_eq!(table.header.join(","), header);
    let confidence: Vec<f64> = (0..table.rows.len())
        .map(|row| {
            let given = format!("p_{}", table.cell(row, "predicted"));
            assert_ne!(table.cell(row, "gold"), table.cell(row, "predicted"));
            assert!(
                table.cell(row, "features").contains("word:"),
                "features say why"
            );
            table.cell(row, &given).parse().unwrap()
        })
        .collect();
    assert!(confidence.is_sorted_by(|a, b| a >= b), "{confidence:?}");
    let json = run(&["--format", "json"]).json();
    let wrong = |target: &str| {
        let target = &json["targets"][target];
        let n = target["n"].as_f64().unwrap();
        (n * (1.0 - target["accuracy"].as_f64().unwrap())).round() as usize
    };
    assert_eq!(table.rows.len(), wrong("peace") + wrong("tone"));
    assert!(!table.rows.is_empty());
}

#[cfg(feature = "html")]
#[test]
fn the_report_is_one_file_with_every_part() {
    let done = run(&["--by", "source", "--report", "r.html"]);
    let page = String::from_utf8(done.read("r.html")).unwrap();
    for part in [
        "<h1>Evaluation of toy.detente</h1>",
        "<p class=\"notice warning\">warning: the model has seen this: 12 of 24 rows are training texts",
        "<h3>peace by source</h3>",
        "<h2 id=\"errors-h\">Worst errors</h2>",
        "<h2 id=\"methods-h\">How each figure is computed</h2>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert_eq!(done.stderr, "");
}

#[track_caller]
fn refused(args: &[&str], code: i32, stderr: &str) {
    Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("data.csv", data())
        .args(["evaluate", "data.csv", "--model", "toy.detente"])
        .args(args.iter().copied())
        .stderr(stderr)
        .failure(code);
}

#[test]
fn what_cannot_be_measured_is_refused() {
    let columns = "the columns are `id`, `doc`, `text`, `peace`, `tone`, and `source`";
    for (flag, value, column) in [
        ("--by", "sources", "sources"),
        ("--where", "sorce=tv", "sorce"),
    ] {
        let stderr = format!(
            "error: data.csv:1: there is no column `{column}`; {columns}\n\
             hint: did you mean `source`? name the column with `{flag} COLUMN`\n"
        );
        refused(&[flag, value], 1, &stderr);
    }
    refused(
        &["--where", "source=tv"],
        1,
        "error: data.csv: there is nothing to read: no row passes the filters\n\
         hint: `--where COLUMN=VALUE` keeps the rows with that value in that column\n",
    );
}

#[test]
fn outputs_that_cannot_be_written_are_refused_before_the_work() {
    let stderr = |path: &str| format!("error: {path}: cannot write: its folder does not exist\n");
    refused(&["--errors", "no/e.csv"], 1, &stderr("no/e.csv"));
    #[cfg(feature = "html")]
    refused(&["--report", "no/r.html"], 1, &stderr("no/r.html"));
}

#[test]
fn the_pool_has_slices_too() {
    let rows = (0..40).map(|row| {
        let (text, peace) = [("We welcome the truce.", "favor"), ("They met.", "none")][row % 2];
        let source = ["radio", "paper"][row / 20];
        format!("{text},{peace},none,none,{source}\n")
    });
    let csv = format!(
        "text,peace,cooperation,conflict,source\n{}",
        rows.collect::<String>()
    );
    let args = ["evaluate", "a.csv", "--by", "source", "--resamples", "20"];
    let run = Run::new().file("a.csv", csv).args(args);
    let done = run.args(["--format", "json"]).success();
    let json = done.json();
    let slices = json["slices"].as_array().unwrap().iter();
    let pooled = slices.filter(|slice| slice["target"] == "pooled");
    let found: Vec<_> = pooled.map(|slice| (&slice["value"], &slice["n"])).collect();
    assert_eq!(
        format!("{found:?}"),
        r#"[(String("paper"), Number(60)), (String("radio"), Number(60))]"#
    );
    let table = done.then().args(args).success().stdout;
    let pooled = table
        .lines()
        .find(|line| line.starts_with(" pooled") && line.contains("source"));
    assert!(pooled.is_some_and(|line| line.contains(" 60 ")), "{table}");
}
