//! Who takes a stance toward whom, and how pairs of parties stand to each other over time.

use crate::run::{Done, Run, Table, root};
use detente::actors::{ArticleFacts, Gazetteer, actors};
use detente::text::{LineBreaks, statements};
use serde_json::Value;

/// An article of the kind that the project began with: an official of one state, quoted on two neighbours.
const ARTICLE: &str = include_str!("../datasets/actors/lake-talks-2024-03-09.txt");

fn scored(article: &str, args: &[&str]) -> Vec<Value> {
    let done = Run::new()
        .file("a.txt", article)
        .args(["score", "a.txt", "--format", "json", "--quiet"])
        .args(args.iter().copied())
        .success();
    done.json()[0]["statements"].as_array().unwrap().clone()
}

fn ids(statement: &Value) -> (&str, &str, &str) {
    let id = |role: &str| statement[role]["id"].as_str().unwrap_or("");
    (
        id("holder"),
        id("counterpart"),
        statement["speaker"].as_str().unwrap_or(""),
    )
}

#[test]
fn an_official_quoted_on_two_neighbours_speaks_for_a_state_toward_each() {
    let statements = scored(ARTICLE, &[]);
    let found: Vec<(&str, &str, &str)> = statements.iter().map(ids).collect();
    let long = "Kenya's Principal Secretary for Foreign Affairs, Kimani Otieno";
    let expected = [
        ("KEN", "UGA", ""),
        ("KEN", "UGA", long),
        ("KEN", "UGA", "Otieno"),
        ("KEN", "UGA", "Otieno"),
        ("KEN", "SOM", ""),
        ("KEN", "SOM", "He"),
        ("KEN", "SOM", "Otieno"),
        ("KEN", "SOM", "Otieno"),
        ("KEN", "SOM", "Otieno"),
    ];
    assert_eq!(found, expected);
    let relation = |at: usize| statements[at]["relation"]["label"].as_str().unwrap();
    assert_eq!([relation(0), relation(1), relation(3)], ["friendly"; 3]);
    assert_eq!(statements[3]["quote"]["kind"], "direct");
    assert_eq!(statements[2]["quote"]["kind"], "indirect");
    let last = &statements[8];
    assert_eq!(
        (
            &last["counterpart"]["rule"],
            &last["counterpart"]["inferred"]
        ),
        (&"anaphor".into(), &true.into())
    );
}

#[test]
fn without_parties_a_statement_has_its_scores_alone() {
    for statement in scored(ARTICLE, &["--no-parties"]) {
        let keys: Vec<&String> = statement.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            [
                "start",
                "end",
                "title",
                "has_known_features",
                "text",
                "targets"
            ]
        );
    }
    let with = scored(ARTICLE, &[]);
    let without = scored(ARTICLE, &["--no-parties"]);
    for (with, without) in with.iter().zip(&without) {
        assert_eq!(
            with["targets"], without["targets"],
            "parties change no score"
        );
    }
}

#[test]
fn the_party_that_speaks_a_text_holds_its_stances() {
    let done = Run::new()
        .file(
            "s.csv",
            "id,country,date,text\n1,Kenya,1988,We thank Uganda for its help.\n2,,1989,We thank \
            Uganda for its help.\n",
        )
        .args([
            "relations",
            "s.csv",
            "--author",
            "country",
            "--format",
            "csv",
            "--quiet",
        ])
        .success();
    let rows = done.csv();
    assert_eq!(rows.rows.len(), 1);
    assert_eq!(
        [
            rows.cell(0, "holder"),
            rows.cell(0, "holder_rule"),
            rows.cell(0, "counterpart")
        ],
        ["KEN", "author", "UGA"]
    );
    Run::new()
        .file("s.csv", "text\nWe met.\n")
        .args(["relations", "s.csv", "--author", "country"])
        .stderr("error: s.csv:1: there is no column `country`; the columns are `text`\nhint: name the column \
            with `--author COLUMN`\n")
        .failure(1);
}

#[test]
fn names_of_the_users_own_are_parties() {
    let done = Run::new()
        .file(
            "p.csv",
            "alias,party,from,to\nthe Lake Pact,Lake Pact,2000,\nthe old ministry,KEN,,1999\n",
        )
        .file(
            "a.txt",
            " date 2024-03-09 Talks\nThe ministry in Nairobi praised the Lake Pact for its help.\n",
        )
        .args([
            "score",
            "a.txt",
            "--parties",
            "p.csv",
            "--format",
            "json",
            "--quiet",
        ])
        .success();
    let json = done.json();
    let statement = &json[0]["statements"][1];
    assert_eq!(statement["counterpart"]["id"], "LAKE-PACT", "{statement}");
    Run::new()
        .file("p.csv", "alias,party,from\nthe Pact,Pact,soon\n")
        .file("a.txt", "We met.\n")
        .args(["score", "a.txt", "--parties", "p.csv", "--format", "json"])
        .stderr(
            "error: p.csv:2: column `from` is `soon`; expected a year, or a date that begins with one, or nothing\n",
        )
        .failure(1);
}

/// Articles by month: Kenya toward Uganda, kind until June and harsh from July on; each month has three.
fn articles() -> String {
    let mut csv = "id,date,source,text\n".to_owned();
    let kind = [
        "Kenya thanked Uganda for its help at the border post of number",
        "Kenya praised Uganda and welcomed the trade agreement of lot",
        "Kenya offered Uganda a loan and deepened its cooperation in district",
    ];
    let harsh = [
        "Kenya condemned Uganda for the attack on the post of number",
        "Kenya accused Uganda of shelling the village of lot",
        "Kenya imposed sanctions on Uganda and expelled its envoy from district",
    ];
    for month in 1..=12 {
        // Nothing in April.
        if month == 4 {
            continue;
        }
        let sentences = if month < 7 { kind } else { harsh };
        for (n, sentence) in sentences.iter().enumerate() {
            let source = if month < 7 { "Morning" } else { "Evening" };
            csv += &format!(
                "{month}-{n},2023-{month:02}-{:02},{source},{sentence} {month} {n}.\n",
                5 * n + 3
            );
        }
    }
    csv
}

fn relations(args: &[&str]) -> Done {
    Run::new()
        .file("news.csv", articles())
        .args(["relations", "news.csv", "--by", "month", "--quiet"])
        .args(args.iter().copied())
        .success()
}

#[test]
fn a_series_has_its_gap_its_turn_and_its_intervals() {
    let json = relations(&[
        "--format",
        "json",
        "--holder",
        "Nairobi",
        "--counterpart",
        "uga",
    ])
    .json();
    assert_eq!(
        (&json["n_articles"], &json["n_statements"]),
        (&33.into(), &33.into())
    );
    let pair = &json["pairs"][0];
    assert_eq!(
        (&pair["holder"]["id"], &pair["counterpart"]["id"]),
        (&"KEN".into(), &"UGA".into())
    );
    let series = pair["series"].as_array().unwrap();
    let periods: Vec<&str> = series
        .iter()
        .map(|point| point["period"].as_str().unwrap())
        .collect();
    assert_eq!(periods.len(), 11);
    assert!(!periods.contains(&"2023-04"), "a gap is a gap");
    let score = |at: usize| series[at]["scores"]["relation"]["score"].as_f64().unwrap();
    assert!(
        score(0) > 0.5 && score(10) < -0.5,
        "{} {}",
        score(0),
        score(10)
    );
    let interval = series[0]["scores"]["relation"]["interval"]
        .as_array()
        .unwrap();
    assert!(interval[0].as_f64().unwrap() <= score(0) && score(0) <= interval[1].as_f64().unwrap());
    let turns = pair["turning_points"].as_array().unwrap();
    let turn = turns
        .iter()
        .find(|turn| turn["measure"] == "relation")
        .expect("a turn");
    assert_eq!(turn["date"], "2023-07-03");
    assert!(turn["p"].as_f64().unwrap() < 0.05);
    // The mean of a whole is that of its rows, worked out here.
    let rows = relations(&["--format", "csv"]).csv();
    let (mut sum, mut weight) = (0.0, 0.0);
    for row in relations(&["--format", "jsonl"]).json_lines() {
        let score = row["scores"]["peace"].as_f64().unwrap();
        assert!(score.abs() <= 1.0);
        let relation = row["relation_score"].as_f64().unwrap();
        sum += relation;
        weight += 1.0;
    }
    assert_eq!(weight as usize, rows.rows.len());
    assert!(sum < 0.0, "more months are harsh than kind");
}

#[test]
fn series_as_csv_have_a_row_for_each_pair_period_and_measure() {
    let series = relations(&["--format", "series-csv"]).csv();
    assert_eq!(series.rows.len(), 11 * 5);
    assert_eq!(
        [
            series.cell(0, "holder"),
            series.cell(0, "period"),
            series.cell(0, "measure")
        ],
        ["KEN", "2023-01", "peace"]
    );
}

#[test]
fn threads_and_order_of_formats_change_no_byte() {
    for format in ["json", "csv", "table", "html"] {
        let one = relations(&["--format", format, "--threads", "1"]);
        let two = relations(&["--format", format, "--threads", "2"]);
        assert!(!one.stdout.is_empty());
        assert_eq!(one.stdout, two.stdout, "{format}");
    }
}

#[test]
fn days_are_limited_and_repeats_count_once() {
    let json = relations(&["--format", "json", "--from", "2023-07-01"]).json();
    assert_eq!(
        (&json["n_statements"], &json["n_outside"]),
        (&18.into(), &15.into())
    );
    let twice = format!(
        "{}{}",
        articles(),
        articles().replace("id,date,source,text\n", "")
    );
    let run = |args: &[&str]| {
        let done = Run::new()
            .file("news.csv", &twice)
            .args(["relations", "news.csv", "--format", "json", "--quiet"])
            .args(args.iter().copied())
            .success();
        done.json()["n_statements"].as_u64().unwrap()
    };
    assert_eq!((run(&[]), run(&["--repeats"])), (33, 66));
}

#[test]
fn wrong_flags_get_one_sentence() {
    let run = |args: &[&str], expected: &str| {
        Run::new()
            .file("news.csv", articles())
            .args(args.iter().copied())
            .stderr(expected)
            .failure_of_any_kind();
    };
    run(
        &["relations", "news.csv", "--holder", "Keyna"],
        "error: the holder is `Keyna`; expected the id or a name of a party, as in `AZE` or `Azerbaijan`\n\
         hint: did you mean `Kenya`?\n",
    );
    run(
        &["relations", "news.csv", "--smooth", "2"],
        "error: --smooth is 2; expected an odd number up to 99\n",
    );
    run(
        &["relations", "news.csv", "--from", "soon"],
        "error: --from is soon; expected a date, as in 2023-05-01 or 2023\n",
    );
    run(
        &[
            "watch",
            "news.csv",
            "--pair",
            "KEN",
            "--rule",
            "peace drops .2 in 14 days",
        ],
        "error: --pair is KEN; expected two parties with a comma between them, as in AZE,ARM\n",
    );
    run(
        &[
            "watch",
            "news.csv",
            "--pair",
            "KEN,UGA",
            "--rule",
            "peace falls",
        ],
        "error: --rule is peace falls; expected a rule as in `conflict drops .2 in 14 days`: drops, rises or \
            moves; days, \
         weeks or months\n",
    );
    run(
        &[
            "watch",
            "news.csv",
            "--pair",
            "KEN,UGA",
            "--rule",
            "tone drops .2 in 14 days",
        ],
        "error: the target of the rule is `tone`; expected `peace`, `cooperation`, `conflict`, `relation`, \
        or `event`\n",
    );
    run(
        &["contrast", "news.csv", "--by", "period:week"],
        "error: the period is `week`; expected `decade`, `year`, `quarter`, or `month`\n",
    );
}

#[test]
fn a_turn_of_tone_is_an_exit_code_and_a_line() {
    let watch = |day: &str, args: &[&str], code: i32| {
        let done = Run::new()
            .file("news.csv", articles())
            .args([
                "watch",
                "news.csv",
                "--pair",
                "Kenya,Uganda",
                "--rule",
                "relation drops .5 in 4 weeks",
            ])
            .args(["--day", day, "--quiet"])
            .args(args.iter().copied())
            .code(code);
        done.stdout.clone()
    };
    let quiet = watch("2023-06-20", &[], 0);
    assert!(
        quiet.starts_with("quiet: KEN toward UGA, relation up to 2023-06-20: +"),
        "{quiet}"
    );
    let turned = watch("2023-07-20", &[], 3);
    assert!(
        turned.starts_with("turned: KEN toward UGA, relation up to 2023-07-20: -"),
        "{turned}"
    );
    assert!(
        turned.contains("would have been called on 0 of "),
        "{turned}"
    );
}

#[test]
fn groups_are_contrasted_with_a_corrected_test_and_their_words() {
    let contrast = |args: &[&str]| {
        let done = Run::new()
            .file("news.csv", articles())
            .args(["contrast", "news.csv", "--quiet"])
            .args(args.iter().copied())
            .success();
        done.stdout.clone()
    };
    let quarters = Table::read(contrast(&["--by", "period:quarter", "--format", "csv"]).as_bytes());
    assert_eq!(quarters.rows.len(), 4 * 3);
    assert_eq!(
        [
            quarters.cell(0, "period:quarter"),
            quarters.cell(0, "target")
        ],
        ["2023-Q1", "peace"]
    );
    let sources = Table::read(contrast(&["--by", "source", "--format", "csv"]).as_bytes());
    assert_eq!(sources.rows.len(), 2 * 3);
    let row = sources
        .rows
        .iter()
        .position(|row| row[0] == "Morning" && row[1] == "cooperation")
        .unwrap();
    let number = |column: &str| sources.cell(row, column).parse::<f64>().unwrap();
    assert!(number("difference") > 0.5 && number("p_corrected") < 0.01);
    assert!(number("low") > 0.0 && number("low") <= number("difference"));
    for side in ["more_often", "less_often"] {
        assert!(!sources.cell(row, side).is_empty(), "{side}");
    }
    let table = contrast(&["--by", "source"]);
    assert!(table.contains("corrected by Holm"), "{table}");
}

/// One of our articles with its quotations as they were labelled.
struct Labelled {
    text: String,
    quotes: Vec<(std::ops::Range<usize>, String, String)>,
}

fn own_articles() -> Vec<Labelled> {
    let path = root().join("datasets/actors/articles.jsonl");
    let lines = std::fs::read_to_string(path).unwrap();
    let read = |line: &str| {
        let json: Value = serde_json::from_str(line).unwrap();
        let text = json["text"].as_str().unwrap().to_owned();
        let quotes = json["quotes"].as_array().unwrap().iter().map(|quote| {
            let of = |key: &str| quote[key].as_str().unwrap().to_owned();
            let words = of("quote");
            let start = text.find(&words).unwrap();
            (start..start + words.len(), of("speaker"), of("party"))
        });
        let quotes = quotes.collect();
        Labelled { text, quotes }
    };
    lines.lines().map(read).collect()
}

/// The share of two ranges that both hold.
fn overlap(a: &std::ops::Range<usize>, b: &std::ops::Range<usize>) -> f64 {
    let shared = a.end.min(b.end).saturating_sub(a.start.max(b.start));
    let all = a.end.max(b.end) - a.start.min(b.start);
    shared as f64 / all as f64
}

#[test]
fn quotations_and_speakers_of_our_articles_are_found() {
    let (mut n_found, mut n_gold, mut n_given, mut n_right) = (0, 0, 0, 0);
    for article in own_articles() {
        let spans = statements(&article.text, LineBreaks::Detect);
        let found = actors(
            &article.text,
            &spans,
            Gazetteer::embedded(),
            &ArticleFacts::default(),
        );
        let mut free: Vec<_> = found.quotations.iter().collect();
        n_given += free.len();
        n_gold += article.quotes.len();
        for (range, speaker, _) in &article.quotes {
            let at = free
                .iter()
                .position(|one| overlap(range, &(one.span.start..one.span.end)) >= 0.8);
            let Some(at) = at else { continue };
            let one = free.remove(at);
            n_found += 1;
            let written = one.speaker.map_or("", |span| span.slice(&article.text));
            let bare = |name: &str| {
                name.trim_start_matches("the ")
                    .trim_start_matches("The ")
                    .to_lowercase()
            };
            let (written, speaker) = (bare(written), bare(speaker));
            let is_right = if speaker.is_empty() {
                written.is_empty()
            } else {
                !written.is_empty() && (written.contains(&speaker) || speaker.contains(&written))
            };
            n_right += usize::from(is_right);
        }
    }
    let f1 = 2.0 * f64::from(n_found) / (n_given + n_gold) as f64;
    let right = n_right as f64 / f64::from(n_found);
    // Measured: .94 and .98; see docs/relations.md.
    assert!(f1 >= 0.92, "F1 of spans {f1:.3}");
    assert!(right >= 0.95, "speakers right {right:.3}");
}
