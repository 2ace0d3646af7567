//! Files of other programs are read at once, or get one true sentence.

use crate::run::Run;
use crate::toy;

/// The rows of the toy corpus as lines of cells: id, text, label on `peace`, document.
fn rows() -> Vec<[String; 4]> {
    let favor = [
        "We welcome the ceasefire",
        "We support the accord",
        "We thank the mediators",
    ];
    let against = [
        "We reject the truce",
        "We condemn the accord",
        "They shell the town",
    ];
    let row = |at: usize| {
        let (text, label) = match at % 2 {
            0 => (favor[at / 2 % 3], "favor"),
            _ => (against[at / 2 % 3], "against"),
        };
        [
            format!("r{at:02}"),
            format!("{text}, point {at}."),
            label.to_owned(),
            format!("d{at}"),
        ]
    };
    (0..40).map(row).collect()
}

/// The corpus as CSV, with a change made to the cells of each row.
fn csv(header: &str, delimiter: &str, change: impl Fn(usize, &mut [String; 4])) -> String {
    let mut text = format!("{}\n", header.replace(',', delimiter));
    for (at, mut row) in rows().into_iter().enumerate() {
        change(at, &mut row);
        let cells = row.map(|cell| match cell.contains(delimiter) {
            true => format!("\"{cell}\""),
            false => cell,
        });
        text += &format!("{}\n", cells.join(delimiter));
    }
    text
}

fn plain() -> String {
    csv("id,text,peace,document", ",", |_, _| ())
}

/// Cross-validation is what is quickest to train; the errors of reading are the same everywhere.
fn audit(name: &str, contents: impl AsRef<[u8]>) -> Run {
    Run::new()
        .file(name, contents)
        .args(["audit", name, "--no-model", "--format", "json"])
}

#[test]
fn columns_are_separated_as_the_first_rows_show() {
    for (delimiter, said) in [(";", "`;`"), ("\t", "tabs"), ("|", "`|`")] {
        let contents = csv("id,text,peace,document", delimiter, |_, _| ());
        let note = format!("note: a.csv: columns are separated by {said}\n");
        let json = audit("a.csv", &contents)
            .args(["--group", "document"])
            .stderr(&note)
            .success()
            .json();
        assert_eq!(json["n"], 40);
        let scored = Run::new()
            .file("toy.detente", toy::model_bytes())
            .file("a.csv", &contents)
            .args([
                "score",
                "a.csv",
                "--model",
                "toy.detente",
                "--format",
                "jsonl",
            ])
            .success();
        assert!(scored.stderr.starts_with(&note), "{}", scored.stderr);
        assert_eq!(scored.json_lines()[3]["id"], "r03");
        for command in ["evaluate", "calibrate"] {
            let args: &[&str] = match command {
                "evaluate" => &[
                    "evaluate",
                    "a.csv",
                    "--model",
                    "toy.detente",
                    "--resamples",
                    "20",
                ],
                _ => &["calibrate", "toy.detente", "a.csv", "-o", "new.detente"],
            };
            let done = Run::new()
                .file("toy.detente", toy::model_bytes())
                .file("a.csv", &contents)
                .args(args.iter().copied())
                .success();
            assert!(done.stderr.starts_with(&note), "{}", done.stderr);
        }
    }
}

#[test]
fn a_first_line_or_a_flag_names_the_separator() {
    let contents = format!("sep=;\r\n{}", csv("id,text,peace,document", ";", |_, _| ()));
    audit("a.csv", contents)
        .stderr("note: a.csv: columns are separated by `;`, as its first line says\n")
        .success();
    let contents = csv("id,text,peace,document", "~", |_, _| ());
    audit("a.csv", &contents)
        .args(["--delimiter", "~"])
        .stderr("")
        .success();
    for name in ["tab", "\\t"] {
        let contents = csv("id,text,peace,document", "\t", |_, _| ());
        audit("a.csv", &contents)
            .args(["--delimiter", name])
            .stderr("")
            .success();
    }
    let done = audit("a.csv", plain())
        .args(["--delimiter", "::"])
        .failure(2);
    assert!(
        done.stderr
            .contains("the delimiter is `::`; expected one character"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_header_may_lack_names_but_not_have_one_twice() {
    let contents = csv("id,text,peace,document", ",", |_, _| ()).replacen("document", "", 1);
    audit("a.csv", contents).stderr("").success();
    for (header, found) in [
        (
            "id,text,peace,peace",
            "columns 3 and 4 share the name `peace`",
        ),
        (
            "text,text,peace,text",
            "columns 1, 2 and 4 share the name `text`",
        ),
    ] {
        audit("a.csv", csv(header, ",", |_, _| ()))
            .stderr(format!(
                "error: a.csv:1: {found}; expected each to have its own\nhint: rename all but one of them in the file\n"
            ))
            .failure(1);
    }
}

#[test]
fn empty_cells_behind_the_last_column_are_passed_over() {
    let contents = csv("id,text,peace,document", ",", |at, row| {
        if at < 3 {
            row[3].push_str(",,");
        }
    });
    let contents = contents
        .replace("\"d0,,\"", "d0,,")
        .replace("\"d1,,\"", "d1, ")
        .replace("\"d2,,\"", "d2,");
    let json = audit("a.csv", contents)
        .stderr("note: a.csv: 3 rows with empty cells behind the last column: the cells are passed over\n")
        .success()
        .json();
    assert_eq!(json["n"], 40);
}

#[test]
fn a_weight_may_have_a_decimal_comma() {
    let contents = csv("id,text,peace,weight", ";", |_, row| row[3] = "0,5".into());
    audit("a.csv", contents)
        .args(["--weight", "weight"])
        .success();
    let contents = csv("id,text,peace,weight", ";", |_, row| {
        row[3] = "1,234.5".into()
    });
    audit("a.csv", contents)
        .args(["--weight", "weight", "--quiet"])
        .stderr("error: a.csv:2: column `weight` is `1,234.5`; expected a number from 0\n")
        .failure(1);
}

fn utf16(text: &str, mark: &str) -> Vec<u8> {
    format!("{mark}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect()
}

#[test]
fn texts_are_read_whatever_their_encoding() {
    let text = "The minister said “we welcome the truce” — in Genève.";
    let latin: Vec<u8> =
        b"The minister said \x93we welcome the truce\x94 \x97 in Gen\xe8ve.".to_vec();
    let page = b"<html><head><meta charset='windows-1252'></head><body><article><h1>Talks</h1><p>The minister said \
        \x93we welcome the truce\x94 \x97 in Gen\xe8ve.</p></article></body></html>";
    for (name, bytes, encoding) in [
        ("a.txt", latin.clone(), "windows-1252"),
        ("a.md", latin.clone(), "windows-1252"),
        ("a.txt", utf16(text, "\u{feff}"), "UTF-16LE"),
        ("a.txt", utf16(text, ""), "UTF-16LE"),
        ("a.html", page.to_vec(), "windows-1252"),
        (
            "a.csv",
            [b"text\n\"", &latin[..], b"\"\n"].concat(),
            "windows-1252",
        ),
        (
            "a.jsonl",
            [b"{\"text\": \"", &latin[..], b"\"}\n"].concat(),
            "windows-1252",
        ),
    ] {
        let done = Run::new()
            .file("toy.detente", toy::model_bytes())
            .file(name, bytes)
            .args(["score", name, "--model", "toy.detente", "--format", "jsonl"])
            .stderr(format!("note: {name}: read as {encoding}\n"))
            .success();
        let article = &done.json_lines()[0];
        assert_eq!(article["encoding"], encoding, "{name}");
        let statements = article["statements"].as_array().unwrap();
        assert!(
            statements.iter().any(|statement| statement["text"] == text),
            "{name}: {}",
            done.stdout
        );
    }
    let done = Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("a.txt", text)
        .args([
            "score",
            "a.txt",
            "--model",
            "toy.detente",
            "--format",
            "jsonl",
        ])
        .stderr("")
        .success();
    assert!(done.json_lines()[0].get("encoding").is_none());
}

#[test]
fn a_table_is_read_whatever_its_encoding() {
    let contents = csv("id,text,peace,document", ";", |_, row| {
        row[1] = row[1].replace("We ", "Wé ");
    });
    let latin: Vec<u8> = contents.chars().map(|letter| letter as u8).collect();
    for (bytes, encoding) in [
        (latin, "windows-1252"),
        (utf16(&contents, "\u{feff}"), "UTF-16LE"),
    ] {
        let done = audit("a.csv", bytes).success();
        let mut said: Vec<&str> = done.stderr.lines().collect();
        said.sort_unstable();
        let encoding = format!("note: a.csv: read as {encoding}");
        assert_eq!(
            said,
            ["note: a.csv: columns are separated by `;`", &encoding]
        );
        assert_eq!(done.json()["n"], 40);
    }
}

#[test]
fn an_encoding_can_be_named() {
    let score = |flag: &str| {
        Run::new()
            .file("toy.detente", toy::model_bytes())
            .file("a.txt", b"\xcf\xf0\xe8\xe2\xe5\xf2.")
            .args([
                "score",
                "a.txt",
                "--model",
                "toy.detente",
                "--format",
                "jsonl",
                "--encoding",
                flag,
            ])
    };
    let done = score("cp1251")
        .stderr(
            "note: a.txt: read as windows-1251\n\
             note: 1 statement not scored, in Russian: the model knows English; `--any-language` scores such too\n",
        )
        .success();
    assert_eq!(done.json_lines()[0]["statements"][0]["text"], "Привет.");
    score("utf-8")
        .stderr(
            "error: a.txt:1: the byte at offset 0 is not UTF-8; expected UTF-8 text\nhint: save the file as UTF-8 \
             text and try again\n",
        )
        .failure(1);
    let done = score("klingon").failure(2);
    assert!(
        done.stderr.contains("the encoding is `klingon`"),
        "{}",
        done.stderr
    );
}

#[test]
fn files_that_are_no_text_are_told_as_what_they_are() {
    for (name, bytes, what) in [
        ("a.txt", &b"\x89PNG\r\n\x1a\n\0\0"[..], "a PNG image"),
        (
            "a.csv",
            b"PK\x03\x04\x14\0\x06\0\x08\0a.txt",
            "a ZIP archive",
        ),
        ("a.md", b"7z\xbc\xaf\x27\x1c\0\0", "a 7z archive"),
    ] {
        let done = Run::new()
            .file(name, bytes)
            .args(["score", name])
            .failure(1);
        let expected = format!("error: {name}: this is {what}; expected text\nhint: ");
        assert!(done.stderr.starts_with(&expected), "{}", done.stderr);
    }
}

#[test]
fn marks_for_no_label_are_named_and_can_be_left_out() {
    for mark in ["NaN", "NULL", "n/a", "-"] {
        let contents = csv("id,text,tone,document", ",", |at, row| {
            row[2] = if at < 4 {
                mark.to_owned()
            } else {
                row[2].replace("favor", "up").replace("against", "down")
            };
        });
        let warning = format!(
            "warning: target `tone`: label `{mark}` (4 rows) looks like a mark for no label; `--missing {mark}` reads \
             it as not labelled\n"
        );
        let tone = ["--targets", "tone"];
        let json = audit("a.csv", &contents)
            .args(tone)
            .stderr(&warning)
            .success()
            .json();
        assert_eq!(json["odd_labels"][0]["kind"], "missing");
        assert_eq!(json["checks"][0]["verdict"], "finding");
        let json = audit("a.csv", &contents)
            .args(tone)
            .args(["--missing", &format!("x,{mark}")])
            .stderr("")
            .success();
        let json = json.json();
        assert_eq!((&json["n"], &json["unlabelled"]), (&36.into(), &4.into()));
        let trained = Run::new()
            .file("a.csv", &contents)
            .args([
                "train",
                "a.csv",
                "-o",
                "m",
                "--targets",
                "tone",
                "--l2",
                "1",
                "--folds",
                "2",
            ])
            .success();
        assert!(trained.stderr.starts_with(&warning), "{}", trained.stderr);
    }
}

#[test]
fn labels_that_differ_in_form_only_are_one_and_it_is_said() {
    let contents = csv("id,text,tone,document", ",", |at, row| {
        let word = if at % 2 == 0 { "up" } else { "down" };
        row[2] = match at {
            0 => "Up".to_owned(),
            2 => "up\u{200b}".to_owned(),
            _ => word.to_owned(),
        };
    });
    let json = audit("a.csv", &contents)
        .args(["--targets", "tone"])
        .stderr(
            "note: target `tone`: labels that differ in form only are one, `up`: `up` (18 rows), `Up` (1 row), \
             `up\\u{200b}` (1 row)\n",
        )
        .success()
        .json();
    assert_eq!(json["odd_labels"][0]["kind"], "form");
    // Too few rows to be held out, which is told when all are read.
    let done = Run::new()
        .file("a.csv", &contents)
        .args(["train", "a.csv", "-o", "m", "--targets", "tone", "--stream"])
        .args(["--buckets", "2^18"])
        .failure(1);
    assert!(
        done.stderr.contains("differ in form only are one, `Up`"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_model_knows_its_labels_in_any_form() {
    let contents = csv("id,text,peace,document", ",", |_, row| {
        row[2] = format!("{} ", row[2].to_uppercase())
    });
    Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("a.csv", contents)
        .args([
            "evaluate",
            "a.csv",
            "--model",
            "toy.detente",
            "--resamples",
            "20",
        ])
        .success();
}

#[test]
fn rows_and_labels_are_left_out_by_name() {
    let contents = csv("id,text,peace,document", ",", |at, row| {
        match at {
            0..4 => row[2] = "mixed".to_owned(),
            4..6 => row[3] = "test".to_owned(),
            _ => {}
        }
        row[2] = row[2].replace("against", "-1");
    });
    for drop in [&["--drop-label", "mixed"][..], &["--label", "mixed="]] {
        let json = audit("a.csv", &contents)
            .args(drop.iter().copied())
            .args([
                "--label",
                "-1=against",
                "--where",
                "document!=test",
                "--where",
                "document!=d7",
            ])
            .stderr("note: 4 labels `mixed` dropped\n")
            .success()
            .json();
        assert_eq!(json["n"], 33, "{drop:?}");
        assert_eq!(json["unlabelled"], 4);
    }
}

#[test]
fn labelled_json_is_read_by_every_command_that_reads_rows() {
    let lines = rows().into_iter().map(|[id, text, label, document]| {
        format!(
            "{{\"id\": \"{id}\", \"text\": \"{text}\", \
             \"meta\": {{\"peace\": \"{label}\", \"doc\": \"{document}\"}}}}"
        )
    });
    let lines: Vec<String> = lines.collect();
    let layout = ["--targets", "meta.peace", "--group", "meta.doc"];
    for contents in [lines.join("\n"), format!("[{}]", lines.join(",\n"))] {
        for args in [
            &["audit", "a.json", "--no-model"][..],
            &["train", "a.json", "-o", "m", "--l2", "1", "--folds", "2"],
            &[
                "cross-validate",
                "a.json",
                "--folds",
                "2",
                "--l2",
                "1",
                "--resamples",
                "20",
                "--inner-folds",
                "2",
            ],
        ] {
            Run::new()
                .file("a.json", &contents)
                .args(args.iter().copied())
                .args(layout)
                .success();
        }
    }
    let flat = lines
        .iter()
        .map(|line| line.replace("\"meta\": {", "").replace("}}", "}"));
    let flat: Vec<String> = flat.collect();
    for args in [
        &[
            "evaluate",
            "a.jsonl",
            "--model",
            "toy.detente",
            "--resamples",
            "20",
        ][..],
        &["calibrate", "toy.detente", "a.jsonl", "-o", "new.detente"],
    ] {
        Run::new()
            .file("toy.detente", toy::model_bytes())
            .file("a.jsonl", flat.join("\n"))
            .args(args.iter().copied())
            .success();
    }
}

#[test]
fn an_export_is_said_to_be_one() {
    let lines = rows().into_iter().map(|[id, text, label, _]| {
        format!("{{\"id\": \"{id}\", \"text\": \"{text}\", \"label\": [\"{label}\"]}}\n")
    });
    let json = audit("a.jsonl", lines.collect::<String>())
        .stderr("note: a.jsonl: read as an export of doccano; labels are in `label`\n")
        .success()
        .json();
    assert_eq!(json["n"], 40);
}

#[test]
fn windows_of_time_take_dates_as_people_write_them() {
    let dated = |date: &dyn Fn(usize) -> String| {
        let contents = csv("id,text,peace,date", ",", |at, row| row[3] = date(at));
        Run::new().file("a.csv", contents).args([
            "cross-validate",
            "a.csv",
            "--time",
            "date",
            "--folds",
            "2",
            "--l2",
            "1",
            "--inner-folds",
            "2",
            "--resamples",
            "20",
        ])
    };
    dated(&|at| format!("2015-01-{:02}T10:00:00Z", at % 28 + 1))
        .stderr("")
        .success();
    dated(&|at| format!("201501{:02}", at % 28 + 1))
        .stderr("")
        .success();
    dated(&|at| format!("{} Oct 2015, 23:25", at % 28 + 1)).success();
    dated(&|at| format!("{:02}/04/2015", at % 28 + 1))
        .stderr("note: column `date`: the day comes first in dates such as `01/04/2015`, as other rows show\n")
        .success();
    dated(&|at| format!("{:02}/04/2015", at % 12 + 1))
        .stderr(
            "error: a.csv:2: column `date` is `01/04/2015`, which is 2015-04-01 or 2015-01-04, and no other row shows \
             which; expected dates such as `2015-04-01`\n",
        )
        .failure(1);
}

#[test]
fn a_statement_is_scored_from_the_command_line() {
    let score = |texts: &[&str]| {
        let texts = texts.iter().flat_map(|text| ["--text", text]);
        Run::new()
            .file("toy.detente", toy::model_bytes())
            .args(["score", "--model", "toy.detente", "--format", "jsonl"])
            .args(texts.collect::<Vec<_>>())
    };
    let done = score(&["We welcome the ceasefire."]).stderr("").success();
    assert_eq!(done.json_lines()[0]["id"], "text");
    let done = score(&["We met.", "- They left."]).success();
    assert_eq!(done.json_lines()[1]["id"], "text:2");
    score(&[" "])
        .stderr("error: there is nothing to read: the text given is blank\n")
        .failure(1);
    Run::new().args(["score"]).failure(2);
}

#[test]
fn standard_input_is_looked_at() {
    for (stdin, kind) in [
        ("id,text\nr1,We met.\n", "CSV"),
        ("id;text\nr1;We met.\n", "CSV"),
        ("{\"id\": \"r1\", \"text\": \"We met.\"}\n", "JSON Lines"),
        ("[{\"id\": \"r1\", \"text\": \"We met.\"}]", "JSON"),
        (
            "<!DOCTYPE html><html><body><article><h1>Talks</h1><p>We met them at noon.</p></article></body></html>",
            "HTML",
        ),
        ("We met, and left.\n", "text"),
    ] {
        let done = Run::new()
            .file("toy.detente", toy::model_bytes())
            .args(["score", "-", "--model", "toy.detente", "--format", "jsonl"])
            .stdin(stdin)
            .success();
        let note = format!("note: standard input: read as {kind}\n");
        assert!(done.stderr.contains(&note), "{}", done.stderr);
        let id = if ["HTML", "text"].contains(&kind) {
            "-"
        } else {
            "r1"
        };
        assert_eq!(done.json_lines()[0]["id"], id, "{stdin}");
    }
}

#[test]
fn a_folder_is_scored_but_for_its_bad_files() {
    let folder = || {
        Run::new()
            .file("toy.detente", toy::model_bytes())
            .file("in/a.txt", "We met.")
            .file("in/b.txt", b"We met.\nWe\0 left.")
            .file("in/c.txt", "We sign.")
            .file("in/d.txt", "")
            .file("in/README.md", "About these.")
            .file("in/x.doc", "")
            .file("in/y.doc", "")
            .file("in/.z.txt", "No.")
            .args(["score", "in", "--model", "toy.detente", "--format", "jsonl"])
    };
    let passed_over = "note: files passed over: 2 .doc, 1 README.md, 1 hidden; read are ";
    let args = |run: Run, flag: Option<&'static str>| run.args(flag);
    let done = args(folder(), None).code(1);
    let ids: Vec<String> = done
        .json_lines()
        .iter()
        .map(|line| line["id"].to_string())
        .collect();
    assert_eq!(ids, ["\"in/a.txt\"", "\"in/c.txt\""]);
    assert!(done.stderr.starts_with(passed_over), "{}", done.stderr);
    assert!(
        done.stderr.ends_with(
            "error: in/b.txt:2: the byte at offset 10 is NUL; expected text\nhint: save the file as UTF-8 text and try \
             again\nerror: in/d.txt: there is nothing to read: the file is empty\nerror: 2 of 4 files could not be \
             read; the others are scored\n"
        ),
        "{}",
        done.stderr
    );
    let done = args(folder(), Some("--fail-fast")).code(1);
    assert_eq!(done.json_lines().len(), 1);
    assert!(!done.stderr.contains("in/d.txt"), "{}", done.stderr);
}

#[test]
fn of_bad_files_alone_none_is_said_to_be_scored() {
    let run = Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("in/b.txt", "")
        .file("in/d.txt", "")
        .args(["score", "in", "--model", "toy.detente", "--format", "jsonl"]);
    let done = run.code(1);
    assert_eq!(done.stdout, "");
    assert!(
        done.stderr
            .ends_with("error: none of 2 files could be read\n"),
        "{}",
        done.stderr
    );
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_does_not_end_a_folder() {
    let run = Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("in/a.txt", "We met.");
    std::os::unix::fs::symlink("gone.txt", run.folder().join("in/b.txt")).unwrap();
    let done = run
        .args(["score", "in", "--model", "toy.detente", "--format", "jsonl"])
        .code(1);
    assert_eq!(done.json_lines().len(), 1);
    assert!(
        done.stderr
            .contains("error: in/b.txt: cannot read: No such file or directory"),
        "{}",
        done.stderr
    );
}
