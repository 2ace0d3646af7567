//! How pairs of parties stand to each other over time, and how groups of articles differ.

use crate::run::{Done, Run, Table};

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
    let rows = relations(&["--format", "csv"]).csv();
    let lines = relations(&["--format", "jsonl"]).json_lines();
    assert_eq!(lines.len(), rows.rows.len());
    let peace = |row: &serde_json::Value| row["scores"]["peace"].as_f64().unwrap();
    assert!(lines.iter().all(|row| peace(row).abs() <= 1.0));
}

#[test]
fn the_mean_of_a_pair_is_that_of_its_statements_by_relevance() {
    let json = relations(&["--format", "json"]).json();
    let score = json["pairs"][0]["scores"]["relation"]["score"]
        .as_f64()
        .unwrap();
    let scored = Run::new()
        .file("news.csv", articles())
        .args(["score", "news.csv", "--format", "jsonl", "--quiet"])
        .success();
    let (mut sum, mut weight, mut n) = (0.0, 0.0, 0);
    for article in scored.json_lines() {
        for statement in article["statements"].as_array().unwrap() {
            let relation = &statement["relation"];
            let (Some(friendly), Some(hostile)) =
                (relation["friendly"].as_f64(), relation["hostile"].as_f64())
            else {
                continue;
            };
            let relevance = friendly + hostile;
            sum += (friendly - hostile) * relevance;
            weight += relevance;
            n += 1;
        }
    }
    assert_eq!(n, 33);
    assert!(sum < 0.0, "more months are harsh than kind");
    assert!(
        (score - sum / weight).abs() < 1e-9,
        "{score} {}",
        sum / weight
    );
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
fn what_is_read_is_not_written_over() {
    for command in [
        &["relations", "news.csv", "-o", "news.csv"][..],
        &[
            "relations",
            "news.csv",
            "--format",
            "csv",
            "-o",
            "./news.csv",
        ],
        &["contrast", "news.csv", "--by", "source", "-o", "news.csv"],
    ] {
        let path = command[command.len() - 1];
        let done = Run::new()
            .file("news.csv", articles())
            .args(command.iter().copied())
            .stderr(format!(
                "error: {path}: cannot write: this file is read as data; expected another name\n"
            ))
            .failure(1);
        assert_eq!(done.read("news.csv"), articles().as_bytes());
    }
}

#[test]
#[cfg(unix)]
fn parties_may_come_through_a_pipe() {
    let watch = [
        "watch",
        "--rule",
        "relation drops .5 in 4 weeks",
        "--pair",
        "the Hill,UGA",
    ];
    for (command, is_found) in [
        (&["relations", "--holder", "the Hill"][..], "Kenya"),
        (&watch[..], "turned: KEN toward UGA"),
    ] {
        let done = Run::new()
            .file("news.csv", articles())
            .args(command.iter().copied())
            .args(["news.csv", "--parties", "/dev/stdin", "--quiet"])
            .stdin("alias,party\nthe Hill,KEN\n");
        let done = match command[0] {
            "watch" => done.args(["--day", "2023-07-20"]).code(3),
            _ => done.success(),
        };
        assert!(done.stdout.contains(is_found), "{}", done.stdout);
    }
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
        &["relations", "news.csv", "--resamples", "19"],
        "error: the number of resamples is 19; expected 20 to 1,000,000\n",
    );
    run(
        &["relations", "news.csv", "--from", "2024", "--to", "2023"],
        "error: --to is 2023-12-31; expected a day that is not before `--from`\n",
    );
    run(
        &["contrast", "news.csv", "--by", "source", "--alpha", "2"],
        "error: --alpha is 2; expected a number from 0 to 1\n",
    );
    run(
        &["relations", "news.csv", "--threads", "1025"],
        "error: --threads is 1025; expected at most 1024, and 0 for one a processor\n",
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
fn a_story_that_is_printed_again_counts_once_and_once_in_each_group() {
    let again = articles().replace("id,date,source,text\n", "");
    // The harsh articles again, three months later, when the watch looks.
    let later = again
        .lines()
        .filter(|line| line.contains("2023-07"))
        .map(|line| line.replace("2023-07", "2023-10") + "\n");
    let news = articles() + &later.collect::<String>();
    let watch = |news: &str| {
        let rule = "relation drops .5 in 4 weeks";
        let done = Run::new()
            .file("news.csv", news)
            .args(["watch", "news.csv", "--pair", "KEN,UGA", "--rule", rule])
            .args(["--day", "2023-10-20", "--quiet"])
            .code(3);
        done.stdout.clone()
    };
    assert_eq!(watch(&news), watch(&articles()));
    let contrast = |news: String, args: &[&str]| {
        let done = Run::new()
            .file("news.csv", news)
            .args(["contrast", "news.csv", "--by", "source", "--format", "json"])
            .args(["--quiet", "--shuffles", "9", "--resamples", "20"])
            .args(args.iter().copied())
            .success();
        done.json()["n_articles"].as_u64().unwrap()
    };
    let twice = articles() + &again;
    assert_eq!(contrast(twice.clone(), &[]), 33);
    assert_eq!(contrast(twice, &["--repeats"]), 66);
    let other = again.replace("Morning", "Noon").replace("Evening", "Noon");
    assert_eq!(contrast(articles() + &other, &[]), 66);
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
