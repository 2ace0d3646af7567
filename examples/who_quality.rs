//! Measures how often parties, quotations, speakers, holders and counterparts are found right.
//!
//! ```text
//! cargo run --release --example who_quality -- DATA
//! ```
//!
//! DATA is the folder with the texts of the real sentences, which are no part of the repository; without it only our
//! own
//! rows are measured. The labels are in `datasets/actors`; docs/relations.md has what this prints.

#![allow(clippy::print_stdout, reason = "an example speaks")]

use detente::actors::{ArticleActors, ArticleFacts, Gazetteer, actors};
use detente::metrics::{BootstrapParams, Measure};
use detente::text::{LineBreaks, Span, statements};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let labels = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/actors");
    let lines = |name: &str| -> Result<Vec<Value>, Failure> {
        let text = std::fs::read_to_string(labels.join(name))?;
        text.lines()
            .map(|line| Ok(serde_json::from_str(line)?))
            .collect()
    };
    let texts = match std::env::args_os().nth(1) {
        Some(folder) => texts(Path::new(&folder))?,
        None => BTreeMap::new(),
    };
    let own: Vec<Quoted> = lines("articles.jsonl")?.iter().map(Quoted::own).collect();
    quotations("quotations, 14 own articles", &own);
    let real = lines("quotations-real.jsonl")?;
    for part in ["dev", "test", "dev-2", "test-2"] {
        for reader in ["reader_1", "reader_2"] {
            let of_part = real.iter().filter(|one| one["split"] == part);
            let found: Vec<Quoted> = of_part
                .filter_map(|one| Quoted::real(one, reader, &texts))
                .collect();
            if !found.is_empty() {
                quotations(
                    &format!("quotations, real sentences ({part}, {reader})"),
                    &found,
                );
            }
        }
    }
    parties(&lines("parties-real.jsonl")?, &texts);
    let mut rows = csv::Reader::from_path(labels.join("relations.csv"))?;
    let header = rows.headers()?.clone();
    let place = |name: &str| header.iter().position(|one| one == name).unwrap_or(0);
    let mut own = Vec::new();
    for row in rows.records() {
        let row = row?;
        if &row[place("split")] == "test" {
            own.push(["text", "holder", "counterpart"].map(|name| row[place(name)].to_owned()));
        }
    }
    holders("holders, own rows (test)", &own);
    let mut rows = csv::Reader::from_path(labels.join("holders-real.csv"))?;
    let mut real = [Vec::new(), Vec::new()];
    for row in rows.records() {
        let row = row?;
        if let Some(text) = texts.get(&row[0]) {
            for (reader, found) in real.iter_mut().enumerate() {
                found.push([
                    text.clone(),
                    row[2 + 3 * reader].to_owned(),
                    row[3 + 3 * reader].to_owned(),
                ]);
            }
        }
    }
    for (reader, rows) in real.iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
        holders(
            &format!("holders, real sentences (reader {})", reader + 1),
            rows,
        );
    }
    Ok(())
}

/// The texts of real sentences and speeches by their ids.
fn texts(folder: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let mut found = BTreeMap::new();
    for (name, id) in [
        ("real_statements_train.csv", "id"),
        ("newsmtsc_train.csv", "id"),
    ] {
        let mut rows = csv::Reader::from_path(folder.join(name))?;
        let header = rows.headers()?.clone();
        let place = |name: &str| header.iter().position(|one| one == name).unwrap_or(0);
        let source = header.iter().position(|one| one == "source");
        for row in rows.records() {
            let row = row?;
            let (id, text) = (&row[place(id)], &row[place("text")]);
            match source {
                Some(source) => {
                    found.insert(format!("{}{id}", &row[source]), text.to_owned());
                    found.insert(id.to_owned(), text.to_owned());
                }
                None => {
                    found.insert(format!("n{id}"), text.to_owned());
                }
            }
        }
    }
    let bytes = std::fs::read(folder.join("un_general_debate_1200.jsonl.gz"))?;
    let mut speeches = String::new();
    flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_string(&mut speeches)?;
    for line in speeches.lines() {
        let speech: Value = serde_json::from_str(line)?;
        let id = format!("u{}", speech["id"].as_str().unwrap_or_default());
        found.insert(id, speech["text"].as_str().unwrap_or_default().to_owned());
    }
    Ok(found)
}

/// A text with its quotations: the words, the speaker as written.
struct Quoted {
    text: String,
    quotes: Vec<(Span, String)>,
}

/// Characters of a text as bytes.
fn span(text: &str, start: &Value, end: &Value) -> Span {
    let byte = |chars: &Value| {
        let chars = chars.as_u64().unwrap_or(0) as usize;
        text.char_indices()
            .nth(chars)
            .map_or(text.len(), |(at, _)| at)
    };
    Span::new(byte(start), byte(end))
}

impl Quoted {
    fn own(json: &Value) -> Self {
        let text = json["text"].as_str().unwrap_or_default().to_owned();
        let quotes = json["quotes"].as_array().into_iter().flatten();
        let quotes = quotes.filter_map(|quote| {
            let words = quote["quote"].as_str()?;
            let start = text.find(words)?;
            Some((
                Span::new(start, start + words.len()),
                quote["speaker"].as_str()?.to_owned(),
            ))
        });
        Self {
            quotes: quotes.collect(),
            text: text.clone(),
        }
    }

    fn real(json: &Value, reader: &str, texts: &BTreeMap<String, String>) -> Option<Self> {
        let text = texts.get(json["id"].as_str()?)?.clone();
        let quotes = json[reader].as_array()?.iter().map(|quote| {
            let speaker = match &quote["speaker"] {
                Value::Array(ends) => span(&text, &ends[0], &ends[1]).slice(&text).to_owned(),
                _ => String::new(),
            };
            (span(&text, &quote["start"], &quote["end"]), speaker)
        });
        Some(Self {
            quotes: quotes.collect(),
            text: text.clone(),
        })
    }
}

fn found(text: &str) -> (Vec<Span>, ArticleActors) {
    let spans = statements(text, LineBreaks::Detect);
    let found = actors(
        text,
        &spans,
        Gazetteer::embedded(),
        &ArticleFacts::default(),
    );
    (spans, found)
}

/// Intersection over union.
fn overlap(a: Span, b: Span) -> f64 {
    let shared = a.end.min(b.end).saturating_sub(a.start.max(b.start));
    shared as f64 / (a.end.max(b.end) - a.start.min(b.start)).max(1) as f64
}

fn is_same(a: &str, b: &str) -> bool {
    let bare = |name: &str| {
        let lower = name.trim().to_lowercase();
        ["the ", "a ", "an "]
            .iter()
            .find_map(|article| lower.strip_prefix(article).map(str::to_owned))
            .unwrap_or(lower)
    };
    let (a, b) = (bare(a), bare(b));
    a == b || !a.is_empty() && !b.is_empty() && (a.contains(&b) || b.contains(&a))
}

fn quotations(name: &str, texts: &[Quoted]) {
    // By text: found, labelled, given, speakers right.
    let counts: Vec<[f64; 4]> = texts
        .iter()
        .map(|quoted| {
            let (_, actors) = found(&quoted.text);
            let mut free: Vec<_> = actors.quotations.iter().collect();
            let mut counts = [0.0, quoted.quotes.len() as f64, free.len() as f64, 0.0];
            for (span, speaker) in &quoted.quotes {
                let best = (0..free.len()).max_by(|a, b| {
                    overlap(*span, free[*a].span).total_cmp(&overlap(*span, free[*b].span))
                });
                let Some(at) = best.filter(|at| overlap(*span, free[*at].span) >= 0.8) else {
                    continue;
                };
                let one = free.remove(at);
                counts[0] += 1.0;
                let written = one.speaker.map_or("", |span| span.slice(&quoted.text));
                counts[3] += f64::from(u8::from(is_same(written, speaker)));
            }
            counts
        })
        .collect();
    say(
        name,
        &counts,
        &["F1 of spans", "speaker right"],
        |[hits, gold, given, right]| vec![share(2.0 * hits, gold + given), share(right, hits)],
    );
}

fn parties(labels: &[Value], texts: &BTreeMap<String, String>) {
    let gazetteer = Gazetteer::embedded();
    let counts: Vec<[f64; 4]> = labels
        .iter()
        .filter_map(|one| {
            let mut text = texts.get(one["id"].as_str()?)?.as_str();
            if let Value::Array(ends) = &one["speech"] {
                text = span(text, &ends[0], &ends[1]).slice(text);
            }
            let found = actors(
                text,
                &[Span::new(0, text.len())],
                gazetteer,
                &ArticleFacts::default(),
            );
            let mut free: Vec<_> = found.statements[0].mentions.iter().collect();
            let gold = one["mentions"].as_array()?;
            let mut counts = [0.0, gold.len() as f64, free.len() as f64, 0.0];
            for mention in gold {
                let place = span(text, &mention["start"], &mention["end"]);
                let Some(at) = free.iter().position(|one| overlap(one.span, place) > 0.0) else {
                    continue;
                };
                let one = free.remove(at);
                counts[0] += 1.0;
                let party = mention["party"].as_str().unwrap_or_default();
                let is_right = gazetteer
                    .identity(party)
                    .is_some_and(|known| known == one.party);
                counts[3] += f64::from(u8::from(is_right));
            }
            Some(counts)
        })
        .collect();
    if !counts.is_empty() {
        say(
            "parties, real sentences",
            &counts,
            &["precision", "recall", "party right"],
            |[hits, gold, given, right]| {
                vec![share(hits, given), share(hits, gold), share(right, hits)]
            },
        );
    }
}

fn holders(name: &str, rows: &[[String; 3]]) {
    let gazetteer = Gazetteer::embedded();
    let ids = |named: &str| -> Vec<String> {
        let parts = named.split([';', ',']).flat_map(|part| part.split(" and "));
        parts
            .filter_map(|part| Some(gazetteer.identity(part)?.id.to_string()))
            .collect()
    };
    // Of holders that the sentence names: right, all; the same of counterparts.
    let counts: Vec<[f64; 4]> = rows
        .iter()
        .map(|[text, holder, counterpart]| {
            let found = actors(
                text,
                &[Span::new(0, text.len())],
                gazetteer,
                &ArticleFacts::default(),
            );
            let one = &found.statements[0];
            let named: Vec<&str> = one
                .mentions
                .iter()
                .map(|mention| &*mention.party.id)
                .collect();
            let count = |wanted: Vec<String>, given: Option<&str>| {
                let is_named = wanted.iter().any(|id| named.contains(&id.as_str()));
                let is_right = given.is_some_and(|id| wanted.iter().any(|one| one == id));
                [
                    f64::from(u8::from(is_named && is_right)),
                    f64::from(u8::from(is_named)),
                ]
            };
            let id = |role: &Option<detente::actors::Role>| {
                role.as_ref().map(|role| role.party.id.to_string())
            };
            let [a, b] = count(ids(holder), id(&one.holder).as_deref());
            let [c, d] = count(ids(counterpart), id(&one.counterpart).as_deref());
            [a, b, c, d]
        })
        .collect();
    say(
        name,
        &counts,
        &["holder right", "counterpart right"],
        |[a, b, c, d]| vec![share(a, b), share(c, d)],
    );
}

fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// Prints measures with 95 % intervals, by texts drawn anew.
fn say(
    name: &str,
    counts: &[[f64; 4]],
    names: &[&str],
    of: impl Fn([f64; 4]) -> Vec<Option<f64>> + Sync,
) {
    let values = |weights: &[u32]| {
        let mut sums = [0.0; 4];
        for (counts, times) in counts.iter().zip(weights) {
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += f64::from(*times) * count;
            }
        }
        of(sums)
    };
    let totals = counts.iter().fold([0.0; 4], |mut sums, counts| {
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
        sums
    });
    let measures =
        Measure::all(counts.len(), Some(&BootstrapParams::DEFAULT), values).unwrap_or_default();
    println!("{name}: {} texts, counts {totals:?}", counts.len());
    for (name, measure) in names.iter().zip(measures) {
        if let (Some(value), Some(interval)) = (measure.value, measure.interval) {
            println!(
                "  {name} {value:.3} [{:.3}, {:.3}]",
                interval.low, interval.high
            );
        }
    }
}
