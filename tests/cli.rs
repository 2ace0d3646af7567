//! Scoring and looking at models, as a user does it.

use crate::run::{Run, command};
use crate::toy;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

const PLAIN: &str = " date 2025-05-18 Talks Resume in “Baku”\n\
                     We welcome the ceasefire at the border. They shell the town on the coast!\n\n\
                     The committee met near the harbor.\n";

fn with_toy() -> Run {
    Run::new().file("toy.detente", toy::model_bytes())
}

#[track_caller]
fn texts(article: &Value) -> Vec<&str> {
    let statements = article["statements"].as_array().unwrap();
    statements
        .iter()
        .map(|s| s["text"].as_str().unwrap())
        .collect()
}

/// What issue 2 promises to scripts of one line of `--format jsonl`.
#[track_caller]
fn check_contract(article: &Value, text: &str) {
    let keys =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(
        keys(article),
        ["id", "title", "date", "language", "statements", "article"]
    );
    for statement in article["statements"].as_array().unwrap() {
        if let (Some(start), Some(end)) = (statement["start"].as_u64(), statement["end"].as_u64()) {
            assert_eq!(&text[start as usize..end as usize], statement["text"]);
        } else {
            assert_eq!(
                (&statement["start"], &statement["end"]),
                (&Value::Null, &Value::Null)
            );
            assert_eq!(statement["text"], article["title"]);
        }
        assert_eq!(keys(&statement["targets"]), keys(&article["article"]));
        for target in statement["targets"].as_object().unwrap().values() {
            let probabilities = target["probabilities"].as_object().unwrap();
            let p = |label: &str| probabilities[label].as_f64().unwrap();
            let sum: f64 = probabilities.keys().map(|label| p(label)).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{sum}");
            assert!(probabilities.contains_key(target["label"].as_str().unwrap()));
            match target["score"].as_f64() {
                Some(score) => assert!((score - (p("favor") - p("against"))).abs() < 1e-12),
                None => assert!(!probabilities.contains_key("favor")),
            }
        }
    }
    for share in article["article"].as_object().unwrap().values() {
        if share.get("score").is_some() {
            assert_eq!(
                keys(share),
                ["score", "favor", "against", "relevant", "n_scored"]
            );
            let n = |key: &str| share[key].as_u64().unwrap();
            assert_eq!(n("relevant"), n("favor") + n("against"));
            assert!(n("relevant") <= n("n_scored"));
        } else {
            assert_eq!(keys(share), ["shares", "counts", "n_scored"]);
        }
    }
}

#[test]
fn plain_text_with_a_header_is_scored() {
    let done = with_toy()
        .file("a.txt", PLAIN)
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
    let article = &done.json_lines()[0];
    check_contract(article, PLAIN);
    assert_eq!(article["id"], "a.txt");
    assert_eq!(article["date"], "2025-05-18");
    assert_eq!(article["title"], "Talks Resume in “Baku”");
    let expected = [
        "Talks Resume in “Baku”",
        "We welcome the ceasefire at the border.",
        "They shell the town on the coast!",
        "The committee met near the harbor.",
    ];
    assert_eq!(texts(article), expected);
    let peace = |at: usize| &article["statements"][at]["targets"]["peace"]["label"];
    assert_eq!([peace(1), peace(2), peace(3)], ["favor", "against", "none"]);
    let count = |label: &str| (0..4).filter(|at| peace(*at) == label).count();
    for label in ["favor", "against"] {
        assert_eq!(article["article"]["peace"][label], count(label));
    }
    assert_eq!(article["article"]["peace"]["n_scored"], 4);
}

#[test]
fn the_embedded_model_scores_by_default() {
    let done = Run::new()
        .args(["score", "-", "--format", "jsonl"])
        .stdin(PLAIN)
        .success();
    let article = &done.json_lines()[0];
    check_contract(article, PLAIN);
    let targets: Vec<&String> = article["article"].as_object().unwrap().keys().collect();
    assert_eq!(targets, ["peace", "cooperation", "conflict", "sentiment"]);
}

#[test]
fn markdown_is_scored_at_its_own_offsets() {
    let text = "# The *accord*\n\nWe **welcome** the [ceasefire](https://a.org/b).\n\n```\ncode\n```\n\n\
                - They shell the town.\n";
    let done = with_toy()
        .file("a.md", text)
        .args([
            "score",
            "a.md",
            "--model",
            "toy.detente",
            "--format",
            "jsonl",
        ])
        .success();
    let article = &done.json_lines()[0];
    check_contract(article, text);
    let found = texts(article);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[1].starts_with("We **welcome**"));
    assert_eq!(found[2], "They shell the town.");
    assert_eq!(article["statements"][0]["title"], true);
    assert_eq!(
        article["statements"][1]["targets"]["peace"]["label"],
        "favor"
    );
}

#[test]
fn json_lines_are_scored_one_object_each() {
    let lines = "{\"id\": 7, \"title\": \"On debt\", \"date\": \"1985\", \"text\": \"We met. They left.\"}\n\n\
                 {\"text\": \"Ünsere\\nWorte: “ja”.\", \"country\": \"X\"}\n";
    let done = with_toy()
        .file("a.jsonl", lines)
        .args([
            "score",
            "a.jsonl",
            "--model",
            "toy.detente",
            "--format",
            "jsonl",
        ])
        .stderr("3 statements in 2 articles\n".replace('3', "5"))
        .success();
    let articles = done.json_lines();
    check_contract(&articles[0], "We met. They left.");
    check_contract(&articles[1], "Ünsere\nWorte: “ja”.");
    assert_eq!(articles[0]["id"], "7");
    assert_eq!(articles[0]["date"], "1985");
    assert_eq!(texts(&articles[0]), ["On debt", "We met.", "They left."]);
    assert_eq!(articles[1]["id"], "a.jsonl:3");
    assert_eq!(articles[1]["title"], Value::Null);
}

#[test]
fn csv_rows_are_scored_one_article_each() {
    let rows = "id,title,text,date\nx,On debt,\"We met, \"\"all\"\".\nThey left.\",1985-01-02\n,,We agree.,\n";
    for (name, rows) in [
        ("a.csv", rows.to_owned()),
        ("a.tsv", rows.replace(',', "\t")),
    ] {
        let done = with_toy()
            .file(name, rows)
            .args(["score", name, "--model", "toy.detente", "--format", "jsonl"])
            .success();
        let articles = done.json_lines();
        assert_eq!(articles.len(), 2);
        assert_eq!(articles[0]["id"], "x");
        assert_eq!(articles[0]["date"], "1985-01-02");
        assert_eq!(articles[0]["title"], "On debt");
        assert_eq!(articles[1]["id"], format!("{name}:4"));
        check_contract(&articles[1], "We agree.");
    }
}

#[test]
fn a_folder_is_walked_in_name_order() {
    let done = with_toy()
        .file("in/b.txt", "They shell the town.")
        .file("in/a.txt", "We met.")
        .file("in/sub/c.md", "We agree.")
        .file("in/sub/d.jsonl", "{\"text\": \"We sign.\"}\n")
        .file("in/notes.doc", "%PDF")
        .file("in/.hidden.txt", "No.")
        .args(["score", "in", "--model", "toy.detente", "--format", "jsonl"])
        .stderr(format!(
            "note: files passed over: 1 .doc, 1 hidden; read are .txt, .md, .html, .jsonl, .csv, .pdf, .docx, .odt, \
             .rtf, .epub, .xlsx{}\n4 statements in 4 articles\n",
            if cfg!(feature = "arrow") {
                ", .ods, .parquet or .arrow"
            } else {
                " or .ods"
            },
        ))
        .success();
    let ids: Vec<Value> = done.json_lines().iter().map(|a| a["id"].clone()).collect();
    assert_eq!(
        ids,
        ["in/a.txt", "in/b.txt", "in/sub/c.md", "in/sub/d.jsonl:1"]
    );
}

#[test]
fn standard_input_is_text_or_json_lines() {
    let score = |stdin: &str, kind: &str| {
        with_toy()
            .args(["score", "-", "--model", "toy.detente", "--format", "jsonl"])
            .stdin(stdin)
            .stderr(format!("note: standard input: read as {kind}\n"))
            .success()
            .json_lines()
    };
    assert_eq!(score(PLAIN, "text")[0]["date"], "2025-05-18");
    assert_eq!(
        texts(&score("\n {\"text\": \"We met.\"}\n", "JSON Lines")[0]),
        ["We met."]
    );
}

#[test]
fn a_kind_of_input_can_be_forced() {
    let done = with_toy()
        .file("a.txt", "text\n\"We met.\nThey left.\"\n")
        .args([
            "score",
            "a.txt",
            "--input",
            "csv",
            "--model",
            "toy.detente",
            "--format",
            "jsonl",
        ])
        .success();
    assert_eq!(done.json_lines()[0]["id"], "a.txt:2");
}

#[test]
fn the_table_is_read_by_people() {
    let done = with_toy()
        .file("a.txt", PLAIN)
        .args(["score", "a.txt", "--model", "toy.detente"])
        .stderr("")
        .success();
    let is_number = |c: char| c.is_ascii_digit() || "+-.".contains(c);
    let lines: Vec<String> = done
        .stdout
        .lines()
        .map(|line| {
            let words = line.split_whitespace();
            // Numbers change with the learner; where they stand does not.
            words
                .map(|word| {
                    if word.chars().all(is_number) {
                        "0"
                    } else {
                        word
                    }
                })
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    assert_eq!(lines[0], "Talks Resume in “Baku” | 0 | a.txt");
    assert_eq!(lines[1], "# statement peace tone");
    assert!(
        lines[2].starts_with("title Talks Resume in “Baku” "),
        "{}",
        lines[2]
    );
    let expected = [
        "0 We welcome the ceasefire at the border. favor 0 positive 0",
        "0 They shell the town on the coast! against 0 negative 0",
        "0 The committee met near the harbor. none 0 neutral 0",
    ];
    assert_eq!(lines[3..6], expected);
    assert!(
        lines[6].starts_with("the article: 0 statements"),
        "{}",
        lines[6]
    );
    assert!(!done.stdout.contains('\u{1b}'), "colors are for terminals");
    assert!(done.stdout.lines().all(|line| line.trim_end() == line));
}

#[test]
fn all_formats_say_the_same() {
    let run = |format: &str| {
        with_toy()
            .file("a.txt", PLAIN)
            .file("b.txt", "We agree.")
            .args([
                "score",
                "a.txt",
                "b.txt",
                "--model",
                "toy.detente",
                "--format",
                format,
            ])
            .stderr("5 statements in 2 articles\n")
            .success()
    };
    let lines = run("jsonl").json_lines();
    assert_eq!(run("json").json(), Value::Array(lines.clone()));
    let table = run("csv").csv();
    let fixed = [
        "id",
        "date",
        "statement",
        "start",
        "end",
        "title",
        "has_known_features",
        "text",
    ];
    assert_eq!(table.header[..8], fixed);
    assert_eq!(table.rows.len(), 5);
    let statements = lines
        .iter()
        .flat_map(|a| a["statements"].as_array().unwrap());
    for (row, statement) in statements.enumerate() {
        assert_eq!(table.cell(row, "text"), statement["text"]);
        assert_eq!(table.cell(row, "start"), statement["start"].to_string());
        let peace = &statement["targets"]["peace"];
        assert_eq!(table.cell(row, "peace_label"), peace["label"]);
        let score: f64 = table.cell(row, "peace_score").parse().unwrap();
        assert!((score - peace["score"].as_f64().unwrap()).abs() <= 5e-7);
        let p: f64 = table.cell(row, "tone_p_neutral").parse().unwrap();
        let neutral = &statement["targets"]["tone"]["probabilities"]["neutral"];
        assert!((p - neutral.as_f64().unwrap()).abs() <= 5e-7);
    }
    assert!(table.header.iter().all(|name| name != "tone_score"));
}

#[test]
fn explanations_add_up_to_the_margin() {
    for top in ["0", "3"] {
        let done = with_toy()
            .file("a.txt", PLAIN)
            .args([
                "score",
                "a.txt",
                "--model",
                "toy.detente",
                "--format",
                "jsonl",
            ])
            .args(["--explain", "--top", top])
            .success();
        let article = &done.json_lines()[0];
        let mut n_features = 0;
        for statement in article["statements"].as_array().unwrap() {
            for target in statement["targets"].as_object().unwrap().values() {
                let explanation = &target["explanation"];
                assert_eq!(explanation["label"], target["label"]);
                let number = |value: &Value| value.as_f64().unwrap();
                let mut sum = number(&explanation["intercept"]);
                let features = explanation["features"].as_array().unwrap();
                for feature in features {
                    let product = number(&feature["value"]) * number(&feature["weight"]);
                    assert!((product - number(&feature["contribution"])).abs() < 1e-12);
                    assert!(feature["feature"].as_str().unwrap().contains(':'));
                    sum += number(&feature["contribution"]);
                }
                if top == "0" {
                    assert_eq!(explanation["n_remaining"], 0);
                    assert_eq!(explanation["remainder"], 0.0);
                } else {
                    assert!(features.len() <= 3);
                }
                sum += number(&explanation["remainder"]);
                assert!((sum - number(&explanation["margin"])).abs() < 1e-9);
                n_features += features.len();
            }
        }
        assert!(n_features > 10, "{n_features} features explain the article");
    }
}

#[test]
fn threads_do_not_change_the_output() {
    let lines: String = (0..40)
        .map(|at| {
            format!("{{\"id\": {at}, \"text\": \"We met {at} times. They shell the town.\"}}\n")
        })
        .collect();
    let run = |threads: &str| {
        with_toy()
            .file("a.jsonl", &lines)
            .args([
                "score",
                "a.jsonl",
                "--model",
                "toy.detente",
                "--format",
                "jsonl",
            ])
            .args(["--threads", threads])
            .success()
            .stdout
    };
    assert_eq!(run("1"), run("2"));
}

#[test]
fn a_statement_without_a_known_word_says_so() {
    let done = with_toy()
        .args(["score", "-", "--model", "toy.detente", "--format", "jsonl"])
        .stdin("Ж.")
        .success();
    let article = &done.json_lines()[0];
    assert_eq!(article["statements"][0]["has_known_features"], false);
    assert_eq!(article["article"]["peace"]["n_scored"], 0);
    assert_eq!(article["article"]["peace"]["score"], Value::Null);
    let table = with_toy()
        .args(["score", "-", "--model", "toy.detente"])
        .stdin("Ж.")
        .success();
    assert!(table.stdout.contains("unknown"), "{}", table.stdout);
}

#[test]
fn a_closed_pipe_is_quiet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    std::fs::write(
        &path,
        "{\"text\": \"We met. They left. We signed.\"}\n".repeat(3000),
    )
    .unwrap();
    let mut child = command(&["score", path.to_str().unwrap(), "--format", "csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert!(first.starts_with("id,date,statement"));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

/// A long article is handed on in pieces before it is whole.
#[test]
fn a_closed_pipe_is_quiet_in_the_middle_of_an_article() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    std::fs::write(&path, "We met. They left. ".repeat(20_000)).unwrap();
    for format in ["csv", "jsonl", "articles-csv"] {
        let mut child = command(&["score", path.to_str().unwrap(), "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
        assert_eq!(output.status.code(), Some(0), "{format}");
    }
}

#[test]
fn inspect_says_what_a_model_is() {
    let done = with_toy()
        .args(["inspect", "toy.detente", "--format", "json"])
        .stderr("")
        .success();
    let json = done.json();
    assert_eq!(json["bytes"], toy::model_bytes().len());
    assert_eq!(json["data"]["rows"], 24);
    assert_eq!(json["data"]["documents"], 8);
    assert_eq!(
        (&json["language"], &json["seed"]),
        (&"en".into(), &42.into())
    );
    let peace = &json["targets"][0];
    assert_eq!(
        (&peace["target"], &peace["kind"]),
        (&"peace".into(), &"stance".into())
    );
    let counts = serde_json::json!({"favor": 8, "against": 8, "none": 8});
    assert_eq!(peace["label_counts"], counts);
    assert_eq!(json["targets"][1]["out_of_fold"]["f_avg"], Value::Null);

    let table = done
        .then()
        .args(["inspect", "toy.detente"])
        .success()
        .stdout;
    assert!(
        table.starts_with("model      unnamed\ndate       not recorded\n"),
        "{table}"
    );
    assert!(table.contains("24 rows in 8 documents, fingerprint "));
    assert!(table.contains("5 folds by document, seed 42, penalty ratio"));

    let default = Run::new()
        .args(["inspect", "--format", "json"])
        .success()
        .json();
    assert_eq!(default["targets"].as_array().unwrap().len(), 4);
}

#[test]
fn a_model_can_be_read_with_head() {
    let text = String::from_utf8_lossy(toy::model_bytes());
    let head: Vec<&str> = text.lines().take(10).collect();
    assert!(head[0].starts_with("DETENTE-MODEL "));
    assert_eq!(head[1], "{");
    assert!(head.contains(&"  \"language\": \"en\","), "{head:#?}");
}

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = Run::new().args(["--help"]).stderr("").success().stdout;
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    list.lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty() && *name != "help")
        .map(str::to_owned)
        .collect()
}

/// The examples below a help text; what is wrapped does not count as one.
#[track_caller]
fn examples(help: &str) -> Vec<&str> {
    let (_, examples) = help.split_once("Examples:\n").expect("there are examples");
    examples.lines().map(str::trim).collect()
}

#[test]
fn help_shows_examples_for_every_command() {
    let commands = commands();
    for name in ["score", "train", "evaluate", "inspect"] {
        assert!(commands.iter().any(|command| command == name), "{name}");
    }
    let help = Run::new().args(["--help"]).success().stdout;
    assert!(!examples(&help).is_empty());
    for name in commands {
        let help = Run::new()
            .args([name.as_str(), "--help"])
            .stderr("")
            .success()
            .stdout;
        let own = format!("detente {name}");
        let examples = examples(&help);
        assert!(
            examples.iter().any(|example| example.contains(&own)),
            "{help}"
        );
    }
}

#[test]
fn the_examples_of_the_help_are_understood() {
    for name in commands() {
        let help = Run::new().args([name.as_str(), "--help"]).success().stdout;
        for example in examples(&help) {
            // A wrapped line would be no example any more.
            let (_, command_line) = example.split_once("detente ").expect(example);
            // What stands in quotation marks is one word; what stands behind `||` is the shell's.
            let mut words: Vec<String> = Vec::new();
            for (at, part) in command_line.split('"').enumerate() {
                match at % 2 {
                    0 => words.extend(part.split_whitespace().map(str::to_owned)),
                    _ => words.push(part.to_owned()),
                }
            }
            let ends = |word: &String| [">", "||"].contains(&word.as_str());
            let words = words.split(ends).next().unwrap();
            let folder = tempfile::tempdir().unwrap();
            // A server would run on; one without its model does not begin.
            let without: &[&str] = match name.as_str() {
                "serve" => &["--model", "missing=no.detente"],
                _ => &[],
            };
            let output = command(words)
                .args(without)
                .current_dir(folder.path())
                .stdin(Stdio::null())
                .output()
                .unwrap();
            // The files are not there, but nothing is misused.
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_ne!(output.status.code(), Some(2), "{example}\n{stderr}");
        }
    }
}

#[test]
fn version_is_that_of_the_package() {
    let version = format!("detente {}\n", env!("CARGO_PKG_VERSION"));
    Run::new().args(["--version"]).stdout(version).success();
}

#[test]
fn json_is_whole_when_a_later_input_fails() {
    let text = "We welcome the ceasefire.";
    let done = Run::new()
        .file("a.txt", text)
        .args(["score", "a.txt", "--format", "json"])
        .success();
    let failed = done
        .then()
        .file("b.txt", "a\0b")
        .args(["score", "a.txt", "b.txt", "--format", "json"])
        .stdout(done.stdout.clone())
        .stderr(
            "error: b.txt:1: the byte at offset 1 is NUL; expected text\n\
             hint: save the file as UTF-8 text and try again\n\
             error: 1 of 2 files could not be read; the others are scored\n",
        )
        .failure(1);
    assert_eq!(failed.json().as_array().unwrap().len(), 1);
}

#[test]
fn lines_are_counted_in_files_from_windows() {
    let csv = "text,peace\r\nWe met.,none\r\n\r\nThey shell.,agaisnt\r\n";
    Run::new()
        .file("a.csv", csv)
        .args(["evaluate", "a.csv"])
        .stderr(
            "error: a.csv:4: column `peace` is `agaisnt`; expected `favor`, `against`, or `none`\n\
             hint: rename your own labels with `--label agaisnt=against`\n",
        )
        .failure(1);
}
