//! `detente audit`: what is planted in a file is found, and nothing else.

use crate::run::Run;
use serde_json::Value;

const SMALL: &str = "\
id,text,peace,doc,split,peace_2
1,The parties agreed to withdraw their forces from the valley before spring,favor,a,train,favor
2,The parties refused to withdraw their forces from the valley before spring,against,a,train,none
3,the parties agreed to withdraw  their forces from the valley before spring,against,b,test,
4,Ministers met in the capital to speak of fisheries and of nothing else at all,none,b,test,none
5,Ministers met in the capital to speak of fisheries and of little else at all,none,c,train,none
6,,none,c,train,
7,A sentence nobody has labelled,,c,train,
";

const FIRST_SCREEN: &str = "\
a.csv: 5 rows, 1 target

 check             verdict  cases  what
 labels            note         2  rarest labels peace: favor .200; 1 row unlabelled; 1 row blank
 groups            -               no --group; each distinct text is its own
 splits            -               no --split
 exact duplicates  finding      1  2 rows in 1 cluster
 contradictions    finding      1  2 rows with the text of another and a different label
 near-duplicates   finding      1  2 rows in 1 cluster
 leak              -               no --against
 openings          ok              none gives a label away
 n-grams           ok              none gives a label away
 parties           ok              none gives a label away
 label errors      -               --no-model
 agreement         -               no --second
 lengths           ok              words mean 13.2, quartiles 12 12 15, 12 to 15; 0.0 % outside 8 to 60; 25
                                   stems, type-token ratio .379

 target  rows  labels
 peace      5  favor 1 (.20), against 2 (.40), none 2 (.40)
";

fn audit<'a>(csv: &str, args: impl IntoIterator<Item = &'a str>) -> Run {
    let layout = ["audit", "a.csv", "--targets", "peace"];
    Run::new().file("a.csv", csv).args(layout).args(args)
}

fn verdict<'a>(json: &'a Value, check: &str) -> (&'a str, u64) {
    let checks = json["checks"].as_array().unwrap();
    let found = checks.iter().find(|found| found["check"] == check).unwrap();
    (
        found["verdict"].as_str().unwrap(),
        found["cases"].as_u64().unwrap(),
    )
}

fn ids(rows: &Value) -> Vec<&str> {
    let rows = rows.as_array().unwrap();
    rows.iter().map(|row| row["id"].as_str().unwrap()).collect()
}

/// Statements of twelve drawn words, whose first says the label, five to a document.
fn drawn(n_rows: u64) -> Vec<[String; 5]> {
    let mut state = 7_u64;
    let mut draw = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    };
    let mut row = |at: u64| {
        let (word, label) = [
            ("welcome", "favor"),
            ("reject", "against"),
            ("discuss", "none"),
        ][draw(3) as usize];
        let filler: Vec<String> = (0..11).map(|_| format!("w{}x", draw(400))).collect();
        let text = format!("{word} {}", filler.join(" "));
        let document = format!("d{}", at / 5);
        [
            format!("r{at}"),
            text,
            label.into(),
            document,
            String::new(),
        ]
    };
    (0..n_rows).map(&mut row).collect()
}

fn csv(rows: &[[String; 5]]) -> String {
    let lines = rows.iter().map(|row| row.join(",") + "\n");
    "id,text,peace,doc,holder\n".to_owned() + &lines.collect::<String>()
}

#[test]
fn json_holds_what_a_small_file_has() {
    let args = "--group doc --split split --second-suffix _2 --no-model --format json";
    let done = audit(SMALL, args.split(' ')).success();
    let json = done.json();
    assert_eq!(
        (&json["n"], &json["unlabelled"], &json["blank"]),
        (&5.into(), &1.into(), &1.into())
    );
    assert_eq!(json["targets"]["peace"]["labels"]["against"]["n"], 2);
    assert_eq!(json["groups"]["n"], 3);
    let exact = &json["exact_duplicates"][0];
    assert_eq!(ids(&exact["rows"]), ["1", "3"]);
    assert_eq!(exact["splits"], serde_json::json!(["test", "train"]));
    assert_eq!(exact["contested"], serde_json::json!(["peace"]));
    // 1 and 3 are one text, and 2 differs from it by a word.
    let near: Vec<_> = json["near_duplicates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| ids(&c["rows"]))
        .collect();
    assert_eq!(near, [vec!["4", "5"]]);
    let found = [
        ("splits", ("note", 1)),
        ("exact duplicates", ("finding", 1)),
        ("contradictions", ("finding", 1)),
        ("near-duplicates", ("finding", 1)),
        ("label errors", ("skipped", 0)),
        ("agreement", ("finding", 1)),
    ];
    for (check, expected) in found {
        assert_eq!(verdict(&json, check), expected, "{check}: {}", done.stdout);
    }
    let agreement = &json["agreement"][0];
    assert_eq!(
        (&agreement["n"], &agreement["agreement"]),
        (&4.into(), &0.75.into())
    );
    assert_eq!(agreement["disagreements"][0]["second"], "none");
    assert_eq!(ids(&agreement["disagreements"][0]["rows"]), ["2"]);
}

#[test]
fn strict_fails_where_there_are_findings_and_only_there() {
    audit(SMALL, ["--no-model", "--strict", "--top", "0"])
        .stdout(FIRST_SCREEN)
        .stderr("error: the audit has findings in 3 checks; expected none with `--strict`\n")
        .failure(1);
    audit(&csv(&drawn(120)), ["--group", "doc", "--strict"])
        .stderr("")
        .success();
}

#[test]
fn flipped_labels_and_shortcuts_are_found() {
    let mut rows = drawn(300);
    let flipped = [11, 57, 123, 222];
    for at in flipped {
        rows[at][2] = if rows[at][2] == "favor" {
            "against"
        } else {
            "favor"
        }
        .into();
    }
    for (at, row) in rows.iter_mut().enumerate().filter(|(at, _)| at % 12 == 0) {
        row[1] = format!("verily I declare {}", row[1]);
        row[2] = "favor".into();
        row[4] = "Atlantis".into();
        assert!(!flipped.contains(&at));
    }
    let json = audit(&csv(&rows), ["--group", "doc", "--format", "json"])
        .success()
        .json();
    assert_eq!(verdict(&json, "parties"), ("finding", 1));
    let predictors = json["predictors"].as_array().unwrap();
    for (kind, feature) in [
        ("opening", "verily i declare"),
        ("n-gram", "verily i declare"),
        ("cell", "holder: Atlantis"),
    ] {
        let found = predictors
            .iter()
            .find(|p| p["kind"] == kind && p["feature"] == feature);
        let found = found.unwrap_or_else(|| panic!("{kind} {feature}"));
        assert_eq!(
            (&found["label"], &found["rows"], &found["with_label"]),
            (&"favor".into(), &25.into(), &25.into())
        );
    }
    let errors = json["label_errors"]["peace"]["errors"].as_array().unwrap();
    for at in flipped {
        let id = format!("r{at}");
        assert!(errors.iter().any(|error| error["row"]["id"] == *id), "{id}");
    }
}

#[test]
fn a_leak_needs_no_labels_in_the_other_file() {
    let other = "text,doc\nMinisters met in the capital to speak of fisheries and of nothing else at all!,z\n\
                 THE PARTIES refused to withdraw their forces from the valley before spring,c\n";
    let done = Run::new()
        .file("a.csv", SMALL)
        .file("b.csv", other)
        .args(
            "audit a.csv --targets peace --group doc --against b.csv --no-model --format json"
                .split(' '),
        )
        .success();
    let json = done.json();
    let leak = &json["leak"];
    assert_eq!(leak["exact"][0]["row"]["id"], "2");
    let near: Vec<_> = leak["near"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| &l["row"]["id"])
        .collect();
    assert_eq!(near, ["4", "5"]);
    assert_eq!(leak["shared_groups"], serde_json::json!(["c"]));
    assert_eq!(verdict(&json, "leak"), ("finding", 4));
}

#[test]
fn the_same_text_under_two_targets_is_no_duplicate() {
    let csv = "text,target,stance\nWe met,a,favor\nWe met,b,against\nWe met,b,against\n";
    let done = Run::new()
        .file("a.csv", csv)
        .args(
            "audit a.csv --target-column target --label-column stance --no-model --format json"
                .split(' '),
        )
        .success();
    let json = done.json();
    assert_eq!(json["exact_duplicates"].as_array().unwrap().len(), 1);
    assert_eq!(verdict(&json, "contradictions"), ("ok", 0));
}

#[test]
fn misuse_is_refused_with_what_is_expected() {
    let cases = [
        (
            "--split part",
            1,
            "error: a.csv:1: there is no column `part`; the columns are `id`, `text`, `peace`, `doc`, \
             `split`, and `peace_2`\nhint: name the column with `--split COLUMN`\n",
        ),
        (
            "--second peace",
            2,
            "error: `--second` is `peace`; expected `LABELS=COLUMN`, as in `peace=peace_b`\n",
        ),
        (
            "--second piece=peace_2",
            2,
            "error: the label column of `--second` is `piece`; expected `peace`\n",
        ),
        (
            "--resemblance 2",
            2,
            "error: the resemblance is 2; expected a number from 0.3 to 1\n",
        ),
        (
            "--min-rows 0",
            2,
            "error: the least number of rows is 0; expected 1 or more\n",
        ),
    ];
    for (args, code, stderr) in cases {
        audit(SMALL, args.split(' ')).stderr(stderr).failure(code);
    }
}
