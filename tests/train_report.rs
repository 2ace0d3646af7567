//! What `train` says of the model that it made, and what a wider search brings.

use crate::run::{Done, Run};
use crate::toy;

const REPORT: &str = "\
24 rows in 8 documents, 4 folds, 583 features
 target  labels                             l2                         T
 peace   favor 8, against 8, none 8         word 2, char 2, lexicon 6  0.11
 tone    negative 8, neutral 8, positive 8  word 2, char 2, lexicon 6  0.11
l2 is the penalty chosen for each view, T the temperature

 target            macro-F1              F avg                 accuracy              log-loss           ECE
 peace   model     1.000 [1.000, 1.000]  1.000 [1.000, 1.000]  1.000 [1.000, 1.000]  .000 [.000, .000]  .000
         majority  .167                  .250                  .333                  1.099              .000
         lexicon   .556                  .500                  .667                  -                  -
 tone    model     1.000 [1.000, 1.000]  -                     1.000 [1.000, 1.000]  .000 [.000, .000]  .000
         majority  .167                  -                     .333                  1.099              .000
         lexicon   .556                  -                     .667                  -                  -
scores are out of fold, by document; in brackets 95 % intervals from 500 resamples of documents
majority always gives the commonest label, with the labels' shares as probabilities

no learning curve: it takes 200 rows in 40 documents on each target

warnings
- peace: `favor` has 8 rows; below 20 a label is hardly learned
- peace: `against` has 8 rows; below 20 a label is hardly learned
- peace: `none` has 8 rows; below 20 a label is hardly learned
- and 3 more of this kind
- 15 of 24 rows nearly repeat a row of another document, which flatters these scores; `detente audit` lists them
";

fn train(csv: &str, more: &[&str]) -> Done {
    Run::new()
        .file("a.csv", csv)
        .args(["train", "a.csv", "-o", "m.detente", "--group", "doc"])
        .args(["--targets", "peace,tone"])
        .args(more.iter().copied())
        .stderr("wrote m.detente\n")
        .success()
}

/// The toy's statements at 75 places, with a word that tells nothing in each.
fn many() -> String {
    let mut csv = "doc,text,peace,tone\n".to_owned();
    for at in 0..75 {
        let place = format!(
            "{}{}",
            ["ash", "elm", "oak"][at % 3],
            "abcde".as_bytes()[at % 5] as char
        );
        // Every fifth document says the contrary of what its words do.
        let (for_peace, against_it) = match at % 5 {
            0 => ("against,negative", "favor,positive"),
            _ => ("favor,positive", "against,negative"),
        };
        csv.push_str(&format!(
            "d{at},We welcome the truce at {place} {at}.,{for_peace}\n"
        ));
        csv.push_str(&format!(
            "d{at},They shell the town of {place} {at}.,{against_it}\n"
        ));
        csv.push_str(&format!(
            "d{at},The committee met near {place} {at}.,none,neutral\n"
        ));
    }
    csv
}

#[test]
fn the_report_is_one_screen() {
    let done = train(&toy::wide(), &["--folds", "4"]);
    assert_eq!(done.stdout, REPORT);
}

#[test]
fn a_curve_is_drawn_where_there_are_rows_enough() {
    let done = train(&many(), &[]);
    let part = done.stdout.split("learning curve").nth(1).unwrap();
    let rows: Vec<Vec<&str>> = part
        .lines()
        .filter(|line| ["1/4", "1/2", "all"].iter().any(|part| line.contains(part)))
        .map(|line| line.split_whitespace().rev().take(3).collect())
        .collect();
    assert_eq!(rows.len(), 6, "{part}");
    assert_eq!(rows[2][2], "180", "four of five folds of 225 rows");
    for flags in [&["--no-curve"][..], &["--l2=1"]] {
        assert!(!train(&many(), flags).stdout.contains("learning curve"));
    }
    let without = train(&many(), &["--no-curve"]);
    assert!(
        without.read("m.detente") == done.read("m.detente"),
        "a curve does not reach the model"
    );
}

#[test]
fn of_many_rows_fewer_folds_are_answered_where_a_strength_is_given() {
    let mut csv = "doc,text,peace\n".to_owned();
    for at in 0..25_000 {
        let text = ["We welcome", "They shell"][at % 2];
        let label = if at % 3 == 0 { "favor" } else { "against" };
        csv.push_str(&format!("d{},{text},{label}\n", at / 100));
    }
    let done = Run::new()
        .file("a.csv", csv)
        .args([
            "train",
            "a.csv",
            "-o",
            "m.detente",
            "--group",
            "doc",
            "--targets",
            "peace",
            "--l2=1",
        ])
        .success();
    let line = "scores are out of fold, by document, of the rows in 4 of 5 folds; in brackets";
    assert!(done.stdout.contains(line), "{}", done.stdout);
    assert!(
        done.stdout
            .starts_with("25000 rows in 250 documents, 5 folds, ")
    );
}

#[test]
fn what_flatters_the_scores_is_said() {
    let mut csv = "doc,text,peace,tone\n".to_owned();
    for at in 0..30 {
        let doc = if at < 20 {
            "long".to_owned()
        } else {
            format!("d{at}")
        };
        let peace = if at % 2 == 0 { "favor" } else { "against" };
        csv.push_str(&format!(
            "{doc},Post{at} was{at} calm{at} all{at} week{at}.,{peace},plain\n"
        ));
    }
    csv.push_str("d31,They left.,none,loud\nd32,POST3  was3 calm3 all3 week3.,against,plain\n");
    let done = Run::new()
        .file("a.csv", csv)
        .args(["train", "a.csv", "-o", "m.detente", "--group", "doc"])
        .args(["--targets", "peace", "--l2=1"])
        .success();
    let (_, warnings) = done.stdout.split_once("\nwarnings\n").unwrap();
    assert_eq!(
        warnings,
        "- peace: `favor` has 15 rows; below 20 a label is hardly learned
- peace: `against` has 16 rows; below 20 a label is hardly learned
- peace: `none` has 1 row; below 20 a label is hardly learned
- document `long` has 20 of 32 rows, so the folds say little
- 2 of 32 rows nearly repeat a row of another document, which flatters these scores; `detente audit` lists them
"
    );
}

#[test]
fn the_flags_that_a_wider_search_names_give_its_model() {
    let done = train(&toy::wide(), &["--tune", "60", "--l2=0.1"]);
    assert!(
        done.stdout.contains("nothing was left to try\n"),
        "{}",
        done.stdout
    );
    assert!(done.stdout.contains("--no-lexicon"), "{}", done.stdout);
    let named = done.stdout.lines();
    let named = named.filter_map(|line| line.strip_prefix("the same model without --tune: "));
    let flags: Vec<&str> = named.flat_map(|flags| flags.split(' ')).collect();
    let again = train(&toy::wide(), &[&flags[..], &["--l2=0.1"]].concat());
    assert!(again.read("m.detente") == done.read("m.detente"));
}

#[test]
fn a_search_without_time_changes_nothing() {
    let done = train(&toy::wide(), &["--tune", "0.000001", "--l2=0.1"]);
    assert!(
        done.stdout.contains("0 changes tried, from a log-loss of "),
        "{}",
        done.stdout
    );
    assert!(done.read("m.detente") == toy::model_bytes());
}
