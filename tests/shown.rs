//! Words of others as people are shown them: titles, labels and names of files do nothing to a terminal, a paper or a
//! spreadsheet.

use crate::run::Run;
use crate::toy;

/// Sets the terminal's title, goes to the left, turns the line around.
const HOSTILE: &str = "a\u{1b}]0;b\u{7}\u{9b}2J\u{8}\u{202e}\u{2066}\u{200f}\u{61c}";
const SHOWN: &str = "a\\u{1b}]0;b\\u{7}\\u{9b}2J\\u{8}\\u{202e}\\u{2066}\\u{200f}\\u{61c}";

#[track_caller]
fn does_nothing(text: &str) {
    let steers = |letter: &char| {
        (letter.is_control() && *letter != '\n')
            || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert_eq!(text.chars().find(steers), None, "{}", text.escape_debug());
}

#[test]
fn titles_and_texts_do_nothing_to_a_terminal() {
    let line = serde_json::json!({
        "id": HOSTILE, "title": HOSTILE, "date": HOSTILE,
        "text": format!("We welcome the {HOSTILE} ceasefire. They\u{1b}[2J shelled the \u{202e}town."),
    });
    let done = Run::new()
        .file("a.jsonl", format!("{line}\n"))
        .args(["score", "a.jsonl", "--explain"])
        .success();
    does_nothing(&done.stdout);
    assert!(done.stdout.contains(SHOWN), "{}", done.stdout);
    // What programs read is as it was.
    let json = done
        .then()
        .args(["score", "a.jsonl", "--format", "json"])
        .success();
    assert_eq!(json.json()[0]["title"], HOSTILE);
    let csv = done
        .then()
        .args(["score", "a.jsonl", "--format", "csv"])
        .success();
    assert!(csv.stdout.contains('\u{1b}'));
}

#[test]
fn labels_columns_and_names_of_files_do_nothing_to_a_terminal() {
    let name = "d\u{1b}[31m\u{202e}.csv";
    let rows: String = toy::rows()
        .iter()
        .map(|[id, doc, text, peace, _, _]| format!("{id},{doc},{text},{peace}\u{1b}[1m\n"))
        .collect();
    let run = || {
        Run::new()
            .file(name, format!("id,doc,text,peace\n{rows}"))
            .file("toy.detente", toy::model_bytes())
    };
    let audit = ["audit", name, "--targets", "peace", "--group", "doc"];
    let done = run().args(audit).success();
    does_nothing(&done.stdout);
    assert!(
        done.stdout.contains("d\\u{1b}[31m\\u{202e}.csv"),
        "{}",
        done.stdout
    );
    let train = [
        "train",
        name,
        "--targets",
        "peace",
        "--group",
        "doc",
        "-o",
        "m.detente",
    ];
    let done = run().args(train).success();
    does_nothing(&(done.stdout + &done.stderr));
    // In an error: the file, the label found, a column, a flag.
    for args in [
        vec![
            "evaluate",
            name,
            "--model",
            "toy.detente",
            "--targets",
            "peace",
        ],
        vec![
            "evaluate",
            name,
            "--model",
            "toy.detente",
            "--targets",
            "no\u{7}thing",
        ],
        vec!["score", "no\u{1b}[2Jfile.txt"],
    ] {
        let done = run().args(args).failure_of_any_kind();
        does_nothing(&done.stderr);
        assert!(done.stderr.contains("\\u{"), "{}", done.stderr);
    }
    let done = run().args(["score", "--no\u{1b}[2Jflag"]).failure(2);
    does_nothing(&done.stderr);
}

#[test]
fn papers_take_nothing_for_a_command() {
    let name = "x|_$#%~^{}&<b>`.csv";
    let rows: String = toy::rows()
        .iter()
        .map(|[id, doc, text, peace, _, _]| format!("{id},{doc}_%|`,{text},{peace}\n"))
        .collect();
    let run = |format: &str| {
        let done = Run::new()
            .file(name, format!("id,doc,text,peace\n{rows}"))
            .file("toy.detente", toy::model_bytes())
            .args([
                "evaluate",
                name,
                "--model",
                "toy.detente",
                "--by",
                "doc",
                "--format",
                format,
            ])
            .success();
        done.stdout
    };
    let markdown = run("markdown");
    assert!(
        markdown.contains("x\\|\\_\\$\\#%\\~\\^\\{\\}&amp;&lt;b&gt;\\`.csv"),
        "{markdown}"
    );
    assert!(markdown.contains("d0\\_%\\|\\`"), "{markdown}");
    let columns: Vec<usize> = markdown
        .lines()
        .filter(|line| line.starts_with('|') && line.contains("d0\\_"))
        .map(|line| line.replace("\\|", "").matches('|').count())
        .collect();
    let head = markdown
        .lines()
        .find(|line| line.starts_with("| target | column"))
        .unwrap();
    assert!(
        columns.iter().all(|n| *n == head.matches('|').count()),
        "{markdown}"
    );
    let latex = run("latex");
    assert!(
        latex.contains("d0\\_\\%\\textbar{}\\textasciigrave{}"),
        "{latex}"
    );
    // Of no column there are dashes alone.
    let table = markdown
        .lines()
        .position(|line| line.starts_with("| target | column"))
        .unwrap();
    let rows: Vec<&str> = markdown
        .lines()
        .skip(table + 2)
        .take_while(|l| l.starts_with('|'))
        .collect();
    for at in 1..head.matches('|').count() {
        let is_empty = rows.iter().all(|row| {
            let row = row.replace("\\|", "");
            matches!(row.split('|').nth(at).unwrap().trim(), "" | "-")
        });
        assert!(!is_empty, "column {at} of {markdown}");
    }
}

#[test]
fn a_column_without_a_value_is_left_out_of_papers() {
    let csv = |csv: &str| {
        Run::new()
            .file("toy.detente", toy::model_bytes())
            .file("a.csv", csv)
            .args([
                "evaluate",
                "a.csv",
                "--model",
                "toy.detente",
                "--targets",
                "tone",
            ])
    };
    for format in ["markdown", "latex"] {
        let done = csv(&toy::wide()).args(["--format", format]).success();
        assert!(!done.stdout.contains("F avg"), "{}", done.stdout);
        assert!(done.stdout.contains("macro-F1"));
    }
    assert!(csv(&toy::wide()).success().stdout.contains("F avg"));
}

#[test]
fn articles_have_a_row_each() {
    let nasty = "One, \"two\"\nthree";
    let first = serde_json::json!({
        "id": "a", "title": nasty, "date": "2024-05-01",
        "text": "We welcome the ceasefire at the river. They shell the town on the coast. Zzq qzz.",
    });
    let done = Run::new()
        .file("toy.detente", toy::model_bytes())
        .file(
            "a.jsonl",
            format!("{first}\n{{\"id\": \"b\", \"text\": \"Zzq qzz xqz qqz zxq.\"}}\n"),
        )
        .args([
            "score",
            "a.jsonl",
            "--model",
            "toy.detente",
            "--format",
            "articles-csv",
        ])
        .success();
    let table = done.csv();
    assert_eq!(table.rows.len(), 2);
    let cell = |row: usize, column: &str| table.cell(row, column);
    assert_eq!(
        (cell(0, "id"), cell(0, "title"), cell(0, "date")),
        ("a", nasty, "2024-05-01")
    );
    assert_eq!(
        (cell(0, "language"), cell(1, "language")),
        ("en", "unknown")
    );
    let json = done
        .then()
        .args([
            "score",
            "a.jsonl",
            "--model",
            "toy.detente",
            "--format",
            "jsonl",
            "--full",
        ])
        .success();
    for (row, article) in json.json_lines().iter().enumerate() {
        let statements = article["statements"].as_array().unwrap();
        let known = |s: &&serde_json::Value| s["has_known_features"] == true;
        let n_known = statements.iter().filter(known).count();
        assert_eq!(cell(row, "statements"), statements.len().to_string());
        assert_eq!(cell(row, "scored"), n_known.to_string());
        assert_eq!(
            cell(row, "unknown"),
            (statements.len() - n_known).to_string()
        );
        let peace = &article["article"]["peace"];
        let same = |column: &str, value: &serde_json::Value| {
            let expected = value
                .as_f64()
                .map_or(String::new(), |value| format!("{value:.6}"));
            assert_eq!(cell(row, column), expected, "{column}");
        };
        same("peace_score", &peace["score"]);
        same("peace_score_low", &peace["interval"][0]);
        same("peace_score_high", &peace["interval"][1]);
        let tone = &article["article"]["tone"];
        same("tone_p_positive", &tone["shares"]["positive"]);
        same("tone_p_positive_high", &tone["intervals"]["positive"][1]);
        let n_favor = peace["favor"].as_u64().unwrap() as f64;
        let share = match n_known {
            0 => String::new(),
            n => format!("{:.6}", n_favor / n as f64),
        };
        assert_eq!(cell(row, "peace_share_favor"), share);
    }
    // Its columns do not depend on the articles, those of deferral stand where a risk was asked for.
    let risky = [
        "score",
        "a.jsonl",
        "--model",
        "toy.detente",
        "--format",
        "articles-csv",
        "--max-risk",
        "0.1",
    ];
    let risky = done.then().args(risky).success();
    assert!(
        risky
            .stdout
            .lines()
            .next()
            .unwrap()
            .contains(",peace_deferred,")
    );
}

#[test]
fn a_spreadsheet_computes_nothing_and_reads_every_letter() {
    let article = |id: &str, text: &str| serde_json::json!({ "id": id, "title": "=HYPERLINK(\"x\")", "text": text });
    let lines = format!(
        "{}\n{}\n",
        article(
            "=cmd|' /C calc'!A0",
            "@SUM(1) We welcome the ceasefire at the river."
        ),
        article("-1", "+ Naïve: they shell the town on the coast."),
    );
    let run = || {
        Run::new()
            .file("toy.detente", toy::model_bytes())
            .file("a.jsonl", &lines)
            .args(["score", "a.jsonl", "--model", "toy.detente"])
    };
    for format in ["csv", "articles-csv"] {
        let plain = run().args(["--format", format]).success();
        assert!(
            plain.stdout.starts_with("id,") && plain.stdout.contains("\n=cmd"),
            "{}",
            plain.stdout
        );
        let excel = run().args(["--format", format, "--csv-excel"]).success();
        assert!(excel.stdout.starts_with("\u{feff}id,"), "{}", excel.stdout);
        assert!(excel.stdout.contains("\n'=cmd|"), "{}", excel.stdout);
        assert!(excel.stdout.contains("'=HYPERLINK"), "{}", excel.stdout);
        assert!(
            excel.stdout.contains("\n-1,"),
            "a number stays: {}",
            excel.stdout
        );
        let undone = excel
            .stdout
            .replace('\u{feff}', "")
            .replace("'=", "=")
            .replace("'@", "@")
            .replace("'+", "+");
        assert_eq!(undone, plain.stdout);
        let file = run()
            .args(["--format", format, "--csv-excel", "-o", "o.csv"])
            .stdout("")
            .success();
        assert_eq!(String::from_utf8(file.read("o.csv")).unwrap(), excel.stdout);
    }
    let refused = run().args(["--csv-excel"]).failure(2);
    assert_eq!(
        refused.stderr,
        "error: the format for `--csv-excel` is `table`; expected `csv`\n"
    );
}

#[test]
fn measures_are_for_spreadsheets_too() {
    let rows: String = toy::rows()
        .iter()
        .map(|[id, _, text, peace, _, _]| format!("=1+{id},=d,{text},{peace}\n"))
        .collect();
    let run = || {
        Run::new()
            .file("toy.detente", toy::model_bytes())
            .file("a.csv", format!("id,doc,text,peace\n{rows}"))
    };
    let args = [
        "evaluate",
        "a.csv",
        "--model",
        "toy.detente",
        "--by",
        "doc",
        "--format",
        "csv",
        "--csv-excel",
    ];
    let done = run().args(args).success();
    assert!(
        done.stdout.starts_with("\u{feff}target,"),
        "{}",
        done.stdout
    );
    assert!(done.stdout.contains(",doc,'=d,"), "{}", done.stdout);
    let args = [
        "cross-validate",
        "a.csv",
        "--format",
        "csv",
        "--csv-excel",
        "--resamples",
        "0",
    ];
    assert!(run().args(args).success().stdout.starts_with('\u{feff}'));
}
