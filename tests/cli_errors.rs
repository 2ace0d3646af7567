//! Every failure is one sentence with its place and leaves nothing behind.

use crate::mention;
use crate::run::Run;
use crate::toy;

const TRAIN: [&str; 6] = ["train", "a.csv", "-o", "m.detente", "--targets", "peace"];
const EVALUATE: [&str; 4] = ["evaluate", "a.csv", "--model", "toy.detente"];

const UTF8_HINT: &str = "hint: save the file as UTF-8 text and try again\n";
const COPY_HINT: &str = "hint: copy the file again from where it was trained, or train it again\n";

/// Training on this file fails so, and the folder is as it was.
#[track_caller]
fn train_fails(csv: impl AsRef<[u8]>, more: &[&str], code: i32, stderr: &str) {
    let old = b"the old model";
    let done = Run::new()
        .file("a.csv", csv)
        .file("m.detente", old)
        .args(TRAIN)
        .args(more.iter().copied())
        .stderr(stderr)
        .failure(code);
    assert_eq!(
        done.names(),
        ["a.csv", "m.detente"],
        "a file was left behind"
    );
    assert_eq!(done.read("m.detente"), old, "the old model was changed");
}

#[track_caller]
fn evaluate_fails(csv: impl AsRef<[u8]>, more: &[&str], stderr: &str) {
    let done = Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("a.csv", csv)
        .args(EVALUATE)
        .args(more.iter().copied())
        .stderr(stderr)
        .failure(1);
    assert_eq!(
        done.names(),
        ["a.csv", "toy.detente"],
        "a file was left behind"
    );
}

#[track_caller]
fn score_fails(name: &str, bytes: impl AsRef<[u8]>, stderr: &str) {
    Run::new()
        .file(name, bytes)
        .args(["score", name, "--format", "jsonl"])
        .stderr(stderr)
        .failure(1);
}

#[track_caller]
fn model_fails(bytes: impl AsRef<[u8]>, stderr: &str) {
    for args in [
        ["inspect", "m.detente", "--format", "json"].as_slice(),
        &["score", "-", "--model", "m.detente"],
        &["evaluate", "a.csv", "--model", "m.detente"],
    ] {
        Run::new()
            .file("m.detente", bytes.as_ref())
            .file("a.csv", toy::wide())
            .args(args.iter().copied())
            .stdin("We met.")
            .stderr(stderr)
            .failure(1);
    }
}

#[test]
fn a_missing_column_names_those_there_are_and_the_nearest() {
    let expected = |column: &str, hint: &str| {
        format!(
            "error: a.csv:1: there is no column `{column}`; the columns are `text`, `peace`, and \
             `speech_id`\nhint: {hint}\n"
        )
    };
    let csv = "text,peace,speech_id\nx,favor,1\n";
    let cases: [(&[&str], &str, &str); 5] = [
        (
            &["--text", "body"],
            "body",
            "name the column with `--text COLUMN`",
        ),
        (
            &["--text", "Texts"],
            "Texts",
            "did you mean `text`? name the column with `--text COLUMN`",
        ),
        (
            &["--group", "speach_id"],
            "speach_id",
            "did you mean `speech_id`? name the column with `--group COLUMN`",
        ),
        (
            &["--weight", "w"],
            "w",
            "name the column with `--weight COLUMN`",
        ),
        (
            &["--id", "key"],
            "key",
            "name the column with `--id COLUMN`",
        ),
    ];
    for (flags, column, hint) in cases {
        train_fails(csv, flags, 1, &expected(column, hint));
        evaluate_fails(csv, flags, &expected(column, hint));
    }
    let long = ["--target-column", "targt", "--label-column", "stance"];
    evaluate_fails(
        "text,target,stance\nx,peace,favor\n",
        &long,
        "error: a.csv:1: there is no column `targt`; the columns are `text`, `target`, and \
         `stance`\nhint: did you mean `target`? name the column with `--target-column COLUMN`\n",
    );
    Run::new()
        .file("a.csv", csv)
        .args(["train", "a.csv", "-o", "m", "--targets", "peace,peac"])
        .stderr(expected(
            "peac",
            "did you mean `peace`? name the column with `--targets COLUMN`",
        ))
        .failure(1);
}

#[test]
fn a_file_without_a_known_target_asks_for_one() {
    Run::new()
        .file("a.csv", "text,war\nx,favor\n")
        .args(["train", "a.csv", "-o", "m"])
        .stderr(
            "error: a.csv: no column is named as a target; the columns are `text` and `war`\n\
             hint: name the label columns with `--targets A,B`, or give `--target-column` and \
             `--label-column`\n",
        )
        .failure(1);
}

#[test]
fn a_ragged_row_names_its_line() {
    let csv = "text,peace\n\"two\nlines\",favor\nx\n";
    let expected = "error: a.csv:4: this row has 1 field; expected 2 as in the header\n";
    train_fails(csv, &[], 1, expected);
    evaluate_fails(csv, &[], expected);
    let csv = "text,peace\nx,favor,more\n";
    let expected = "error: a.csv:2: this row has 3 fields; expected 2 as in the header\n";
    train_fails(csv, &[], 1, expected);
    score_fails("a.csv", csv, expected);
}

#[test]
fn an_unknown_label_names_line_value_and_the_allowed() {
    evaluate_fails(
        "text,peace\nx,favor\ny,favr\n",
        &[],
        "error: a.csv:3: column `peace` is `favr`; expected `favor`, `against`, or `none`\n\
         hint: rename your own labels with `--label favr=favor`\n",
    );
    evaluate_fails(
        "text,tone\nx,positive\ny,glad\n",
        &[],
        "error: a.csv:3: column `tone` is `glad`; expected `negative`, `neutral`, or `positive`\n\
         hint: rename your own labels with `--label glad=negative`\n",
    );
    evaluate_fails(
        "text,target,stance\nx,peace,FAVOR\ny,peace,maybe\n",
        &["--target-column", "target", "--label-column", "stance"],
        "error: a.csv:3: column `stance` is `maybe`; expected `favor`, `against`, or `none`\n\
         hint: rename your own labels with `--label maybe=favor`\n",
    );
}

#[test]
fn learners_of_linfa_refuse_row_weights() {
    for learner in ["linfa-logistic", "linfa-bayes"] {
        let expected = format!(
            "error: the learner `{learner}` takes no row weights; expected every weight to be 1\n\
             hint: use `--learner logistic`, or leave `--weight` and `--class-weight` out\n"
        );
        let flags = ["--group", "doc", "--weight", "weight", "--learner", learner];
        train_fails(toy::wide(), &flags, 1, &expected);
    }
}

#[test]
fn a_learner_that_is_not_known_is_refused_with_those_that_are() {
    let done = Run::new()
        .file("a.csv", toy::wide())
        .args(TRAIN)
        .args(["--learner", "perceptron"])
        .failure(2);
    assert!(
        done.stderr
            .contains("logistic, svm, linfa-logistic, linfa-bayes"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_misspelt_stance_is_refused_in_training() {
    let csv = toy::wide().replacen(",against,", ",agianst,", 1);
    train_fails(
        csv,
        &[],
        1,
        "error: a.csv:3: column `peace` is `agianst`; expected `favor`, `against`, or `none`\n\
         hint: rename your own labels with `--label agianst=against`\n",
    );
}

#[test]
fn a_target_with_one_label_is_refused() {
    train_fails(
        "text,peace\nx,favor\ny,FAVOR\n",
        &[],
        1,
        "note: target `peace`: labels that differ in form only are one, `favor`: `FAVOR` (1 row), \
         `favor` (1 row)\nerror: a.csv: target `peace` has the single label `favor` in 2 rows; expected two or \
         more labels\nhint: add rows of at least one other label, or leave the target out\n",
    );
}

#[test]
fn a_target_without_labels_is_refused() {
    train_fails(
        "text,peace,war\nx,favor,\ny,against,\n",
        &["--targets", "war"],
        1,
        "error: a.csv: no row is labelled for target `war`\n",
    );
}

#[test]
fn an_empty_file_has_nothing_to_read() {
    let expected =
        |name: &str, what: &str| format!("error: {name}: there is nothing to read: {what}\n");
    train_fails("", &[], 1, &expected("a.csv", "the file is empty"));
    evaluate_fails("", &[], &expected("a.csv", "the file is empty"));
    for name in ["a.txt", "a.md", "a.jsonl", "a.csv"] {
        score_fails(name, "", &expected(name, "the file is empty"));
    }
    Run::new()
        .args(["score", "-"])
        .stderr(expected("standard input", "the file is empty"))
        .failure(1);
    train_fails("\n\n", &[], 1, &expected("a.csv", "the file has no header"));
    let no_row = expected("a.csv", "there is a header but no row");
    train_fails("text,peace\n", &[], 1, &no_row);
    evaluate_fails("text,peace\n", &[], &no_row);
    train_fails(
        "text,peace\n ,favor\n",
        &[],
        1,
        &expected("a.csv", "every row has a blank text"),
    );
    let no_label = expected("a.csv", "no row has both a text and a label");
    train_fails("text,peace\nx,\n ,favor\n", &[], 1, &no_label);
}

#[test]
fn an_empty_folder_has_nothing_to_read() {
    Run::new()
        .file("in/a.doc", "x")
        .args(["score", "in"])
        .stderr(
            "error: in: there is nothing to read: the folder has no .txt, .md, .html, .jsonl, .csv, .pdf, .docx, \
             .odt, .rtf, .epub, .xlsx or .ods file\n",
        )
        .failure(1);
}

#[test]
fn a_binary_file_is_refused() {
    let bytes = b"\x01\x02\0\0\x05\x06x\0y\x07\n";
    let expected = |name: &str| {
        format!("error: {name}: this is a binary file; expected UTF-8 text\n{UTF8_HINT}")
    };
    train_fails(bytes, &[], 1, &expected("a.csv"));
    evaluate_fails(bytes, &[], &expected("a.csv"));
    for name in ["a.txt", "a.md", "a.jsonl", "a.csv"] {
        score_fails(name, bytes, &expected(name));
    }
}

#[test]
fn a_zero_byte_in_a_text_is_named_with_its_line_and_offset() {
    let bytes = b"text,peace\nWe welcome the truce,favor\nx\0y,favor\n";
    let expected = |name: &str| {
        format!("error: {name}:3: the byte at offset 39 is NUL; expected text\n{UTF8_HINT}")
    };
    train_fails(bytes, &[], 1, &expected("a.csv"));
    evaluate_fails(bytes, &[], &expected("a.csv"));
    for name in ["a.txt", "a.md"] {
        score_fails(name, bytes, &expected(name));
    }
}

#[test]
fn bytes_that_are_not_utf8_are_named_where_the_rest_is() {
    let expected = |name: &str| {
        format!(
            "error: {name}:3: the byte at offset 26 is not UTF-8; expected UTF-8 text\n{UTF8_HINT}"
        )
    };
    let csv = b"text,peace\nna\xc3\xafve,favor\nna\xffve,favor\n";
    train_fails(csv, &[], 1, &expected("a.csv"));
    evaluate_fails(csv, &[], &expected("a.csv"));
    for name in ["a.txt", "a.md"] {
        score_fails(name, csv, &expected(name));
    }
    let line = b"\n{\"text\": \"\xc3\xaf \xff\"}\n";
    score_fails(
        "a.jsonl",
        line,
        &format!(
            "error: a.jsonl:2: the byte at offset 14 is not UTF-8; expected UTF-8 text\n{UTF8_HINT}"
        ),
    );
}

#[test]
fn a_wrong_json_line_says_what_it_is() {
    let expected = |line: usize, found: &str| {
        format!(
            "error: a.jsonl:{line}: {found}; expected one JSON object with a string field `text` \
             on each line\n"
        )
    };
    score_fails(
        "a.jsonl",
        "{\"txt\": 1}",
        &expected(1, "this object has no field `text`"),
    );
    score_fails(
        "a.jsonl",
        "\n{\"text\": 1}",
        &expected(2, "the field `text` is not a string"),
    );
    score_fails(
        "a.jsonl",
        "[]",
        &expected(1, "this line is JSON but not an object"),
    );
}

#[test]
fn a_missing_file_is_named() {
    let expected = "error: none.txt: cannot read: No such file or directory (os error 2)\n";
    for args in [
        ["score", "none.txt"].as_slice(),
        &["score", "-", "--model", "none.txt"],
        &["inspect", "none.txt"],
        &["evaluate", "none.txt"],
        &["train", "none.txt", "-o", "m"],
    ] {
        Run::new()
            .args(args.iter().copied())
            .stderr(expected)
            .failure(1);
    }
}

#[test]
fn a_truncated_model_says_how_much_is_there() {
    let bytes = toy::model_bytes();
    let half = bytes.len() / 2;
    model_fails(
        &bytes[..half],
        &format!(
            "error: m.detente: this model is truncated: it has {half} bytes; expected {}\n\
             {COPY_HINT}",
            bytes.len()
        ),
    );
}

#[test]
fn an_altered_model_is_refused() {
    let mut bytes = toy::model_bytes().to_vec();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    model_fails(
        &bytes,
        &format!(
            "error: m.detente: this model was altered after it was written: its checksum does not \
             match\n{COPY_HINT}"
        ),
    );
}

#[test]
fn a_model_of_a_newer_version_is_refused() {
    let bytes = toy::model_bytes();
    let newer = [b"DETENTE-MODEL 99", &bytes["DETENTE-MODEL 1".len()..]].concat();
    let expected = "error: m.detente: this model has format version 99; this program reads \
                    versions up to 5\nhint: update detente, or train the model again with this \
                    version\n";
    model_fails(newer, expected);
}

#[test]
fn another_file_is_not_a_model() {
    let expected = "error: m.detente: this is not a detente model\n\
                    hint: `--model` takes a file that `detente train -o FILE` wrote\n";
    for bytes in ["", "text,peace\nx,favor\n", "{}"] {
        model_fails(bytes, expected);
    }
}

#[test]
fn parameters_out_of_range_are_misuse() {
    let csv = toy::wide();
    let cases: [(&[&str], &str); 9] = [
        (&["--l2", "-1"], "l2 is -1; expected a number above 0"),
        (&["--l2", "0"], "l2 is 0; expected a number above 0"),
        (&["--l2", "nan"], "l2 is NaN; expected a number above 0"),
        (
            &["--folds", "1"],
            "the number of folds is 1; expected 2 or more",
        ),
        (
            &["--word-max", "4"],
            "the longest word n-gram is 4; expected 1 to 3",
        ),
        (
            &["--char-max", "9"],
            "the longest character n-gram is 9; expected 0 to 8",
        ),
        (
            &["--char-min", "4", "--char-max", "3"],
            "the shortest character n-gram is 4; expected 1 up to the longest character n-gram",
        ),
        (
            &["--date", "2024-13-01"],
            "the date is `2024-13-01`; expected a day as YYYY-MM-DD",
        ),
        (
            &["--tune", "0"],
            "the time to tune is 0; expected a number of minutes above 0, at most 525600",
        ),
    ];
    for (flags, message) in cases {
        train_fails(&csv, flags, 2, &format!("error: {message}\n"));
    }
}

#[test]
fn a_risk_out_of_range_is_refused_before_anything_is_scored() {
    for (given, shown) in [("0", "0"), ("1", "1"), ("10", "10"), ("nan", "NaN")] {
        Run::new()
            .args(["score", "no-such.txt", "--max-risk", given])
            .stderr(format!(
                "error: the risk is {shown}; expected a number between 0 and 1\n"
            ))
            .failure(2);
    }
}

#[test]
fn a_wrong_renaming_is_misuse() {
    for bad in ["pro", "=favor", "="] {
        let expected = format!(
            "error: `{bad}` is not a renaming of a label; expected `FROM=TO`\n\
             hint: for example `--label pro=favor`\n"
        );
        train_fails(toy::wide(), &["--label", bad], 2, &expected);
    }
}

#[test]
fn an_unknown_language_is_misuse() {
    train_fails(
        toy::wide(),
        &["--lang", "eng"],
        2,
        "error: the language is `eng`; expected `ar`, `da`, `de`, `en`, `es`, `fi`, `fr`, `hu`, \
         `it`, `nl`, `no`, `pt`, `ro`, `ru`, `sv`, `ta`, `tr`, `xx`, or `zh`\n\
         hint: did you mean `en`?\n",
    );
}

#[test]
fn too_few_documents_are_refused() {
    let hint = "hint: give more rows, fewer `--folds`, or a finer `--group` column\n";
    train_fails(
        "text,peace\nx,favor\ny,against\nz,none\n",
        &[],
        1,
        &format!(
            "error: target `peace` has 3 documents; expected at least 5, one for each fold\n{hint}"
        ),
    );
    train_fails(
        "text,peace,doc\nx,favor,a\ny,against,a\nz,none,a\n",
        &["--group", "doc"],
        1,
        &format!(
            "error: target `peace` has 1 document; expected at least 5, one for each fold\n{hint}"
        ),
    );
}

#[test]
fn a_weight_that_is_no_number_names_its_line() {
    for bad in ["heavy", "-1", "inf", ""] {
        train_fails(
            format!("text,peace,w\nx,favor,1\ny,against,{bad}\n"),
            &["--weight", "w"],
            1,
            &format!("error: a.csv:3: column `w` is `{bad}`; expected a number from 0\n"),
        );
    }
}

#[test]
fn a_mention_outside_its_text_names_its_line() {
    let csv = |from: &str, to: &str| {
        format!("text,peace,from,to\nEté: we met.,none,0,3\nEté: we met.,favor,{from},{to}\n")
    };
    for (from, to) in [("5", "13"), ("3", "3"), ("-1", "2"), ("two", "3")] {
        train_fails(
            csv(from, to),
            &["--target-span", "from,to"],
            1,
            &format!(
                "error: a.csv:3: the mention is from `{from}` to `{to}`; expected whole numbers that \
                 rise, from 0 to 12, the number of characters in the text\n"
            ),
        );
    }
    train_fails(
        csv("0", "3"),
        &["--target-span", "from,too"],
        1,
        "error: a.csv:1: there is no column `too`; the columns are `text`, `peace`, `from`, and `to`\n\
         hint: did you mean `to`? name the column with `--target-span COLUMN`\n",
    );
    train_fails(
        csv("0", "3"),
        &["--target-text", "who"],
        1,
        "error: a.csv:1: there is no column `who`; the columns are `text`, `peace`, `from`, and `to`\n\
         hint: name the column with `--target-text COLUMN`\n",
    );
}

#[test]
fn a_text_without_columns_has_no_mention_in_them() {
    for name in ["a.txt", "a.md"] {
        Run::new()
            .file(name, "We met.")
            .args(["score", name, "--target-text", "who"])
            .stderr(format!(
                "note: the model did not learn what is said around a mention: statements that contain \
                 it are read as a whole\nerror: {name}: this text has no columns; expected CSV or JSON \
                 Lines with a column for the mention\nhint: name the mention for all texts with `--mention \
                 TEXT`\n"
            ))
            .failure(1);
    }
}

#[test]
fn measuring_without_mentions_says_what_to_do() {
    let message = "the model learned what is said around the mention of a target; expected rows that \
                   say where theirs is\nhint: name them with `--target-text COLUMN` or `--target-span \
        FROM,TO`\n";
    let with_model = || {
        Run::new()
            .file("a.csv", mention::csv())
            .file("m.detente", mention::model_bytes())
            .file("toy.detente", toy::model_bytes())
    };
    with_model()
        .args(["evaluate", "a.csv", "--model", "m.detente"])
        .stderr(format!("error: {message}"))
        .failure(1);
    with_model()
        .args(["compare", "m.detente", "toy.detente", "--data", "a.csv"])
        .stderr(format!("error: m.detente: {message}"))
        .failure(1);
    let note = "note: `toy.detente` did not learn what is said around a mention: `--target-text` and \
                `--target-span` change none of its answers\n";
    with_model()
        .args([
            "evaluate",
            "a.csv",
            "--model",
            "toy.detente",
            "--target-text",
            "target",
        ])
        .args(["--resamples", "0"])
        .stderr(note)
        .success();
}

#[test]
fn an_output_that_cannot_be_written_is_refused_before_the_work() {
    // The data is wrong too: the output is looked at first.
    let run = || Run::new().file("a.csv", "").file("folder/x", "");
    let no_folder =
        |path: &str| format!("error: {path}: cannot write: its folder does not exist\n");
    run()
        .args(["train", "a.csv", "-o", "none/m.detente"])
        .stderr(no_folder("none/m.detente"))
        .failure(1);
    run()
        .args(["train", "a.csv", "-o", "folder"])
        .stderr("error: folder: cannot write: is a directory\n")
        .failure(1);
    run()
        .args(["evaluate", "a.csv", "--predictions", "none/p.csv"])
        .stderr(no_folder("none/p.csv"))
        .failure(1);
    run()
        .args(["evaluate", "a.csv", "--predictions", "folder"])
        .stderr("error: folder: cannot write: is a directory\n")
        .failure(1);
}

#[test]
fn scores_that_cannot_be_written_are_refused_before_the_work() {
    let run = || Run::new().file("a.txt", [0_u8]).file("folder/x", "");
    run()
        .args(["score", "a.txt", "-o", "none/out"])
        .stderr("error: none/out: cannot write: its folder does not exist\n")
        .failure(1);
    run()
        .args(["score", "a.txt", "--format", "jsonl", "-o", "folder"])
        .stderr("error: folder: cannot write: is a directory\n")
        .failure(1);
    run()
        .args(["inspect", "--features", "3", "-o", "folder"])
        .stderr("error: folder: cannot write: is a directory\n")
        .failure(1);
    run()
        .args(["inspect", "--features", "0"])
        .stderr("error: --features is 0; expected a number of at least 1\n")
        .failure(2);
}

#[test]
#[cfg(feature = "html")]
fn a_page_shows_one_article() {
    let several = "{\"text\": \"We met.\"}\n{\"text\": \"We met.\"}\n";
    let expected = "error: a page shows one article and there are several; expected a folder for their pages\n\
                    hint: `-o DIR/` writes a page for each article and an index that leads to them\n";
    let run = || {
        let run = Run::new().file("a.jsonl", several);
        run.args(["score", "a.jsonl", "--format", "html"])
            .stderr(expected)
    };
    run().failure(2);
    let done = run().args(["-o", "page.html"]).failure(2);
    assert_eq!(done.names(), ["a.jsonl"]);
    let done = run().file("taken", "old").args(["-o", "taken"]).failure(2);
    assert_eq!(done.read("taken"), b"old");
}

#[test]
#[cfg(feature = "html")]
fn pages_without_a_place_or_an_article_are_refused() {
    let run = |path: &'static str| {
        let run = Run::new().file("taken.html", "old").file("a.jsonl", "\n");
        run.args(["score", "a.jsonl", "--format", "html", "-o", path])
    };
    for path in ["taken.html/", "taken.html/more"] {
        run(path)
            .stderr(format!(
                "error: {path}: cannot write: this is not a folder; expected a folder or a new name\n"
            ))
            .failure(1);
    }
    let done = run("page.html")
        .stderr("error: there is nothing to read: the inputs have no article\n")
        .failure(1);
    assert_eq!(done.names(), ["a.jsonl", "taken.html"]);
}

#[test]
fn targets_that_the_model_lacks_are_named() {
    evaluate_fails(
        "text,target,stance\nx,trade,favor\ny,law,favor\n",
        &[
            "--target-column",
            "target",
            "--label-column",
            "stance",
            "--predictions",
            "p.csv",
        ],
        "error: the model has no target `law`, `trade`; it has `peace` and `tone`\n",
    );
}

#[test]
fn a_misused_command_line_shows_how_it_is_used() {
    let done = Run::new().failure(2);
    assert!(
        done.stderr.contains("Usage: detente [OPTIONS] <COMMAND>"),
        "{}",
        done.stderr
    );
    for (args, expected) in [
        (
            ["score", "a.txt", "--frob"].as_slice(),
            "error: unexpected argument '--frob' found\n",
        ),
        (
            &["score"],
            "error: the following required arguments were not provided:\n",
        ),
        (
            &["scroe", "a.txt"],
            "error: unrecognized subcommand 'scroe'\n",
        ),
        (
            &["score", "a.txt", "--format", "xml"],
            "error: invalid value 'xml' for '--format <FORMAT>'\n",
        ),
        (
            &["score", "a.txt", "--top", "3"],
            "error: the following required arguments were not provided:\n",
        ),
        (
            &["train", "a.csv", "-o", "m", "--target-column", "t"],
            "error: the following required arguments were not provided:\n",
        ),
        (
            &[
                "train",
                "a.csv",
                "-o",
                "m",
                "--targets",
                "a",
                "--target-column",
                "t",
            ],
            "error: the argument '--targets <A,B>' cannot be used with",
        ),
    ] {
        let done = Run::new().args(args.iter().copied()).failure(2);
        assert!(
            done.stderr.starts_with(expected),
            "{args:?}: {}",
            done.stderr
        );
    }
}

#[test]
fn a_file_of_flags_is_checked_whole() {
    let fails = |config: &str, stderr: &str| {
        Run::new()
            .file("c.toml", config)
            .args(["score", "--config", "c.toml", "a.txt"])
            .stderr(stderr)
            .failure(2);
    };
    fails(
        "[train]\ntragets = [\"peace\"]\n",
        "error: c.toml: `detente train` has no flag `--tragets`\nhint: did you mean `targets`?\n",
    );
    fails(
        "[score]\nxyz = 1\n",
        "error: c.toml: `detente score` has no flag `--xyz`\nhint: `detente score --help` lists the flags\n",
    );
    fails(
        "xyz = 1\n",
        "error: c.toml: no command has the flag `--xyz`\nhint: put it into the table of its command, as \
            in `[train]`\n",
    );
    fails(
        "[tain]\nseed = 1\n",
        "error: c.toml: the name of a table is `tain`; expected `score`, `relations`, `contrast`, `watch`, \
         `train`, `evaluate`, `calibrate`, `compare`, `cross-validate`, `inspect`, `models`, `audit`, \
         `shrink`, `text`, `replicate`, `serve`, \
             `completions`, or `man`\nhint: did you \
            mean `train`?\n",
    );
    fails(
        "[score]\nexplain = \"yes\"\n",
        "error: c.toml: `explain` is `\"yes\"`; expected `true` or `false`\n",
    );
    fails(
        "[train]\nseed = { a = 1 }\n",
        "error: c.toml: `seed` is `{ a = 1 }`; expected a text, a number or a list of these\n",
    );
    fails(
        "threads = 1\nseed = = 2\n",
        "error: c.toml:2: this is not TOML: extra `=`, expected nothing\n",
    );
    Run::new()
        .args(["score", "--config", "no.toml", "a.txt"])
        .stderr("error: no.toml: cannot read: No such file or directory (os error 2)\n")
        .failure(1);
}

#[test]
fn a_size_that_cannot_be_had_is_refused() {
    let n_bytes = toy::model_bytes().len();
    let shrink = |to: &str, stderr: String, code: i32| {
        let done = Run::new()
            .file("toy.detente", toy::model_bytes())
            .args(["shrink", "toy.detente", "-o", "small.detente", "--to", to])
            .stderr(stderr)
            .failure(code);
        assert_eq!(done.names(), ["toy.detente"]);
    };
    shrink(
        "1GB",
        format!(
            "error: toy.detente: the size asked for is 1000000000 bytes and the model has {n_bytes}; \
             expected less than it has\n"
        ),
        1,
    );
    let least = toy::model().shrunk(1).unwrap_err().to_string();
    let least = least.replacen("is 1 ", "is 1000 ", 1);
    assert!(least.contains("which the model takes without any n-gram"));
    shrink("1KB", format!("error: toy.detente: {least}\n"), 1);
    shrink(
        "small",
        "error: invalid value 'small' for '--to <SIZE>': expected a size such as 800000, 500KB or \
         2MB\n\nFor more information, try '--help'.\n"
            .into(),
        2,
    );
}

#[test]
#[cfg(not(feature = "arrow"))]
fn a_build_without_columns_says_so() {
    let hint = "hint: save the file as CSV, or build detente with `cargo install detente --features \
                arrow`\n";
    let error = |name: &str, format: &str| {
        format!(
            "error: {name}: this build neither reads nor writes {format}; expected CSV or another \
             text format\n{hint}"
        )
    };
    score_fails("a.parquet", b"PAR1\x15\0", &error("a.parquet", "Parquet"));
    score_fails("data", b"ARROW1\0\0", &error("data", "Arrow"));
    train_fails(b"\xff\xff\xff\xff\0", &[], 1, &error("a.csv", "Arrow"));
    evaluate_fails(
        toy::wide(),
        &["--predictions", "p.parquet"],
        &error("p.parquet", "Parquet"),
    );
}

#[test]
fn a_name_that_promises_columns_is_held_to_it() {
    score_fails(
        "a.parquet",
        "text\nWe met.\n",
        "error: a.parquet: this is no Parquet file; expected one, as its name or the kind of input says\n\
         hint: say what the file is with `--input KIND`\n",
    );
}

#[test]
fn training_row_by_row_says_what_it_lacks() {
    const STREAM: [&str; 3] = ["--stream", "--buckets", "2^18"];
    let with = |more: &[&'static str]| [&STREAM[..], more].concat();
    let memory = "memory: 4 MB for 262144 buckets of 3 numbers and 2 bytes, however many the rows; beside it \
                  the rows at hand, up to 50000 rows that wait, and the model as it is written\n";
    let header = "text,peace\n";
    for buckets in ["2^17", "2^27", "300000", "many"] {
        let expected =
            format!("error: the number of buckets is {buckets}; expected 2^18 to 2^26\n");
        train_fails(header, &["--stream", "--buckets", buckets], 2, &expected);
    }
    let zero = |what: &str| format!("error: {what} is 0; expected 1 or more\n");
    let no_passes = zero("the number of passes");
    train_fails(header, &with(&["--passes", "0"]), 2, &no_passes);
    let no_rows = zero("the number of rows between checkpoints");
    let every = with(&["--checkpoint", "c", "--every", "0"]);
    train_fails(header, &every, 2, &no_rows);
    let labels = "error: invalid value 'peace=favor' for '--labels <TARGET=A,B>': expected TARGET=A,B, \
                  for example `peace=favor,against,none`\n\nFor more information, try '--help'.\n";
    train_fails(header, &with(&["--labels", "peace=favor"]), 2, labels);

    let rows = format!("{header}We met.,favor\nThey left.,favor\n");
    train_fails(
        &rows,
        &STREAM,
        1,
        "error: a.csv: target `peace` has the single label `favor` in 2 rows; expected two or more \
         labels\nhint: add rows of at least one other label, or leave the target out\n",
    );
    let rows = format!("{header}We met.,favor\nThey left.,against\nThey go.,favr\n");
    train_fails(
        &rows,
        &STREAM,
        1,
        "error: a.csv:4: column `peace` is `favr`; expected `favor`, `against`, or `none`\n\
         hint: rename your own labels with `--label favr=favor`\n",
    );
    let few = format!("{header}We met.,favor\nThey left.,none\n");
    let few_error = "error: target `peace` has 0 labelled rows that were not learned from; expected at \
                     least 20 to calibrate and measure it\nhint: one of ten documents is never learned \
                     from; so few rows are better trained on without `--stream`\n";
    train_fails(&few, &STREAM, 1, &format!("{memory}{few_error}"));
    let known = with(&["--labels", "peace=favor,none"]);
    let other = format!("{header}We met.,favor\nThey left.,against\n");
    train_fails(
        &other,
        &known,
        1,
        &format!(
            "{memory}error: a.csv:3: column `peace` is `against`; expected `favor` or `none`\n\
             hint: rename your own labels with `--label against=favor`\n"
        ),
    );

    let stdin = |more: &[&'static str], expected: &str| {
        Run::new()
            .args(["train", "-", "-o", "m.detente", "--targets", "peace"])
            .args(with(more))
            .stderr(expected)
            .failure(1);
    };
    stdin(
        &[],
        "error: standard input is read once, so its labels have to be named before\n\
         hint: for example `--labels peace=favor,against,none`\n",
    );
    stdin(
        &["--passes", "2"],
        "error: standard input can be read once; 2 passes were asked for\n\
         hint: write the rows into a file first\n",
    );
}

#[test]
fn a_checkpoint_of_something_else_is_refused() {
    let csv = "text,peace\nWe met.,favor\nThey left.,none\n";
    let flags = [
        "--stream",
        "--buckets",
        "2^18",
        "--passes",
        "1",
        "--checkpoint",
        "c.point",
        "--every",
        "1",
    ];
    // The training fails behind its last checkpoint, since nothing is held out.
    let done = Run::new()
        .file("a.csv", csv)
        .file("b.csv", csv.replace("met", "ate"))
        .args(TRAIN)
        .args(flags)
        .failure(1);
    let fails = |file: &str, more: &[&str], expected: &str| {
        let error = done
            .then()
            .args(["train", file, "-o", "m.detente", "--targets", "peace"])
            .args(flags)
            .args(more.iter().copied())
            .args(["--resume"])
            .failure(1)
            .stderr;
        let error = error.split_once("written\n").map_or("", |(_, error)| error);
        assert_eq!(error, expected);
    };
    let hint = "hint: give the files and flags of the training that was stopped, or leave `--resume` out\n";
    let other = "the checkpoint is of a training with other rows or parameters";
    fails("b.csv", &[], &format!("error: {other}\n{hint}"));
    fails(
        "a.csv",
        &["--seed", "1"],
        &format!("error: c.point: {other}\n{hint}"),
    );
    let whole = done.read("c.point");
    for broken in [&whole[..whole.len() - 1], &whole[..30], b"text,peace\n"] {
        std::fs::write(done.path("c.point"), broken).unwrap();
        let expected = "error: c.point: this is not the whole checkpoint of a training\n";
        fails("a.csv", &[], expected);
    }
    let mut altered = whole.clone();
    altered[whole.len() / 2] ^= 1;
    std::fs::write(done.path("c.point"), altered).unwrap();
    fails(
        "a.csv",
        &[],
        "error: c.point: this is not the whole checkpoint of a training\n",
    );
}

#[test]
fn only_streamed_models_learn_on() {
    Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("a.csv", toy::wide())
        .args(["train", "a.csv", "--update", "toy.detente", "-o", "m.detente"])
        .stderr("error: toy.detente: this model was not trained row by row, so it cannot learn on\nhint: \
            `detente train --stream` makes one that can\n")
        .failure(1);
}

#[test]
fn data_is_never_written_over() {
    let csv = toy::wide();
    let commands: [&[&str]; 4] = [
        &["calibrate", "toy.detente", "mine.csv", "-o", "./mine.csv"],
        &["train", "mine.csv", "-o", "mine.csv"],
        &["train", "mine.csv", "--stream", "-o", "mine.csv"],
        &["evaluate", "mine.csv", "--errors", "mine.csv"],
    ];
    for command in commands {
        let output = command[command.len() - 1];
        let done = Run::new()
            .file("toy.detente", toy::model_bytes())
            .file("mine.csv", &csv)
            .args(command.iter().copied())
            .args(["--targets", "peace"])
            .stderr(format!(
                "error: {output}: cannot write: this file is read as data; expected another name\n"
            ))
            .failure(1);
        assert!(done.read("mine.csv") == csv.as_bytes(), "{command:?}");
    }
}
