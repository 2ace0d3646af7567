//! The rows that the default model is trained on.
//!
//! Own statements are in `datasets/diplomatic`. Of real ones `datasets/real/labels.csv` has the labels, and the texts
//! stay where they are published: they are looked up in a folder that may not be there.

use csv::StringRecord;
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Targets of the default model.
pub(crate) const TARGETS: [&str; 4] = ["peace", "cooperation", "conflict", "sentiment"];
/// Files of own statements, whose rows of the split `train` are learned from.
const OWN: [&str; 5] = [
    "statements.csv",
    "modern.csv",
    "news.csv",
    "reversals.csv",
    "press.csv",
];
/// Files with texts of real statements, and the column by which `labels.csv` names a text of theirs.
const REAL: [(&str, &str); 2] = [
    ("real_statements_train.csv", "sha1"),
    ("newsmtsc_train.csv", "id"),
];
/// A file with whole speeches, of which `labels.csv` names a document and a place in it.
const SPEECHES: &str = "un_general_debate_1200.jsonl.gz";
/// How much more a real statement counts than an own one; chosen by the out-of-fold log-loss of real rows.
const REAL_WEIGHT: &str = "2";

/// A table in memory, a row as a map from its columns.
fn read(path: &Path) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("a file of the project, or of its data");
    let header: StringRecord = reader.headers().expect("a header").clone();
    let rows = reader.records().map(|row| {
        let row = row.expect("a row");
        let cells = header.iter().zip(&row);
        cells
            .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
            .collect()
    });
    rows.collect()
}

/// The speeches of a file by their names; none if it is not there.
fn speeches(path: &Path) -> HashMap<String, String> {
    let Ok(file) = std::fs::File::open(path) else {
        return HashMap::new();
    };
    let lines = BufReader::new(flate2::read::GzDecoder::new(file)).lines();
    let speeches = lines.map(|line| {
        let speech: serde_json::Value =
            serde_json::from_str(&line.expect("a text")).expect("an object");
        let text = |name: &str| speech[name].as_str().expect("a text").to_owned();
        (text("id"), text("text"))
    });
    speeches.collect()
}

/// What stands from one character of a speech to another, `17361-17476`, with runs of white space as one blank.
fn cut(speech: &str, place: &str) -> Option<String> {
    let (start, end) = place.split_once('-')?;
    let (start, end): (usize, usize) = (start.parse().ok()?, end.parse().ok()?);
    let text: String = speech.chars().take(end).skip(start).collect();
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The rows as CSV: `id, text`, the targets, `document, kind` (own or real), `weight`, and `calibrates`: `no` for those
/// of `press.csv` that are off topic, which are many and easy; for what was left of NewsMTSC when all in which a model
/// saw a stance were gone, which is easy too; and for what was drawn of the General Debate because a model was unsure
/// of it; else `yes`. Of the last the sentiment alone is learned, and their stances are empty. Goes with it: how many
/// real texts were not found in the folder `real_texts`.
pub(crate) fn default_rows(root: &Path, real_texts: &Path) -> (Vec<u8>, usize) {
    let mut csv = csv::Writer::from_writer(Vec::new());
    let mut write =
        |row: &HashMap<String, String>,
         [id, text, document, kind, weight, calibrates]: [&str; 6]| {
            let labels = TARGETS.map(|target| row[target].as_str());
            let cells = [id, text]
                .into_iter()
                .chain(labels)
                .chain([document, kind, weight, calibrates]);
            csv.write_record(cells).expect("memory takes it");
        };
    let names = TARGETS.map(|target| (target.to_owned(), target.to_owned()));
    write(
        &HashMap::from(names),
        ["id", "text", "document", "kind", "weight", "calibrates"],
    );
    for file in OWN {
        for row in read(&root.join("datasets/diplomatic").join(file)) {
            if row["split"] == "train" {
                let is_easy = file == "press.csv" && row["register"] == "offtopic";
                let calibrates = if is_easy { "no" } else { "yes" };
                write(
                    &row,
                    [
                        &row["id"],
                        &row["text"],
                        &row["document"],
                        "own",
                        "1",
                        calibrates,
                    ],
                );
            }
        }
    }
    let mut texts: HashMap<String, String> = HashMap::new();
    for (file, key) in REAL {
        let path = real_texts.join(file);
        if path.exists() {
            texts.extend(
                read(&path)
                    .into_iter()
                    .map(|row| (row[key].clone(), row["text"].clone())),
            );
        }
    }
    let speeches = speeches(&real_texts.join(SPEECHES));
    let mut n_missing = 0;
    for mut row in read(&root.join("datasets/real/labels.csv")) {
        let (has_stances, calibrates) = match row["drawn"].as_str() {
            "" | "random" => (true, "yes"),
            "all" => (true, "no"),
            _ => (false, "no"),
        };
        if !has_stances {
            for stance in &TARGETS[..3] {
                row.insert((*stance).to_owned(), String::new());
            }
        }
        let id = format!("{}:{}:{}", row["source"], row["key"], row["place"]);
        let document = format!("{}/{}", row["source"], row["document"]);
        let whole = texts.get(&row["sha1"]).or_else(|| texts.get(&row["key"]));
        let of_speech = || cut(speeches.get(&row["key"])?, &row["place"]);
        match whole.cloned().or_else(of_speech) {
            Some(text) => write(
                &row,
                [&id, &text, &document, "real", REAL_WEIGHT, calibrates],
            ),
            None => n_missing += 1,
        }
    }
    (csv.into_inner().expect("memory takes it"), n_missing)
}
