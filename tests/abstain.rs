//! Answers that are left to a person: what is promised, what is kept, and what a user is shown.

use crate::run::Run;
use crate::toy;
use detente::data::corpus::{Corpus, Layout, LayoutParams};
use detente::eval::evaluate::{EvaluateParams, evaluate};
use detente::metrics::conformal::SetReport;
use detente::model::Model;
use detente::model::calibrate::{Risk, is_deferred};
use detente::model::features::VectorizerState;
use detente::train::{TrainParams, train};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use serde_json::Value;

const LABELS: [&str; 3] = ["favor", "against", "none"];
/// Words of each label; a text has five words, of its own label's with a chance of 1/2.
const WORDS: [[&str; 4]; 3] = [
    ["welcome", "accord", "embrace", "praise"],
    ["reject", "shell", "threaten", "blame"],
    ["meeting", "agenda", "hour", "table"],
];

const N_TRAINING: usize = 400;
const N_NEW: usize = 600;
const SEEDS: u64 = 8;

/// Rows that are drawn alike and are documents of their own, so that they are exchangeable.
fn simulated(random: &mut Xoshiro256PlusPlus, n_rows: usize) -> Corpus {
    let mut below = |n: u64| (random.next_u64() % n) as usize;
    let mut csv = "text,peace\n".to_owned();
    for row in 0..n_rows {
        // Shares of 1/2, 1/4 and 1/4.
        let label = [0, 0, 1, 2][below(4)];
        for _ in 0..5 {
            let of = if below(2) == 0 { label } else { below(3) };
            csv += WORDS[of][below(4)];
            csv.push(' ');
        }
        // The number makes every text another one, and so a document.
        csv += &format!("n{row},{}\n", LABELS[label]);
    }
    let layout = LayoutParams {
        layout: Layout::Wide {
            targets: vec!["peace".into()],
        },
        ..LayoutParams::default()
    };
    Corpus::from_reader(csv.as_bytes(), &layout, &[]).unwrap()
}

/// Rows that miss their gold label, and that are answered wrong, at each risk.
fn missed(seed: u64, risks: &[Risk]) -> Vec<[usize; 2]> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut params = TrainParams::DEFAULT;
    params.search = false;
    params.head.l2 = 1.0;
    params.vectorizer.ngrams.char_max = 0;
    params.vectorizer.ngrams.word_max = 1;
    params.vectorizer.ngrams.lexicon = false;
    let mut training = simulated(&mut random, N_TRAINING);
    let (model, _) = train(&mut training, &params, &|_, _| {}).unwrap();
    let head = &model.heads()[0];
    assert_eq!(head.conformal.n_rows(), N_TRAINING);
    let mut state = VectorizerState::default();
    let new = simulated(&mut random, N_NEW);
    let scored = new.examples.iter().map(|example| {
        let gold = head.labels.position(example.labels[0].as_deref().unwrap());
        let score = model.score(&mut state, &example.text).targets.remove(0);
        (gold.unwrap(), score)
    });
    let scored: Vec<_> = scored.collect();
    let at_risk = |risk: &Risk| {
        let threshold = head.conformal.threshold(*risk);
        let mut found = [0; 2];
        for (gold, score) in &scored {
            let set = threshold.prediction_set(&score.probabilities);
            let is_answered = !is_deferred(&set, score.label_idx);
            found[0] += usize::from(!set.contains(gold));
            found[1] += usize::from(is_answered && score.label_idx != *gold);
        }
        found
    };
    risks.iter().map(at_risk).collect()
}

/// Given the calibration rows, the share missed is a Beta(r, n + 1 - r) number with r = (n + 1) risk,
/// and the misses among m new rows are binomial with it. So over the seeds the mean share missed has
/// the mean `risk` at the most and the variance `risk (1 - risk) (1 / m + 1 / (n + 2)) / seeds`, about.
#[test]
fn the_risk_promised_is_kept_on_rows_held_out() {
    let risks = [0.05, 0.1, 0.2].map(|risk| Risk::new(risk).unwrap());
    let mut sums = [[0; 2]; 3];
    for seed in 0..SEEDS {
        for (sum, found) in sums.iter_mut().zip(missed(seed, &risks)) {
            (0..2).for_each(|at| sum[at] += found[at]);
        }
    }
    let (n, m, seeds) = (N_TRAINING as f64, N_NEW as f64, SEEDS as f64);
    for (risk, found) in risks.into_iter().map(Risk::value).zip(sums) {
        let [missed, wrong] = found.map(|count| count as f64 / (m * seeds));
        let deviation = (risk * (1.0 - risk) * (1.0 / m + 1.0 / (n + 2.0)) / seeds).sqrt();
        // Four standard deviations, and below one rank of n + 1 more, since ranks are whole numbers.
        assert!(missed <= risk + 4.0 * deviation, "{missed} at {risk}");
        // The folds learn from a fifth fewer rows, so that the promise may be overfulfilled a little.
        let below = 4.0 * deviation + 1.0 / (n + 1.0) + 0.1 * risk;
        assert!(missed >= risk - below, "{missed} at {risk}");
        assert!(wrong <= missed && wrong > 0.0, "{wrong} of {missed}");
    }
}

/// The scores of prediction sets come from all training rows, of which a third are real ones and easier than the own
/// statements of the test splits: sets hold less than promised here, and about what is promised on real text, as the
/// card states (`evaluate --all`).
#[test]
fn the_embedded_model_keeps_near_its_promise_on_its_test_splits() {
    let layout = LayoutParams {
        group: Some("document".into()),
        filters: vec![("split".into(), "test".into())],
        ..LayoutParams::default()
    };
    let folder = crate::run::root().join("datasets/diplomatic");
    let data = ["statements.csv", "modern.csv", "news.csv"].map(|file| folder.join(file));
    let model = Model::embedded();
    let corpus = Corpus::read(&data, &layout, &model.target_names()).unwrap();
    let params = EvaluateParams { bootstrap: None };
    let evaluated = evaluate(model, &corpus, &params).unwrap();
    let mut held = 0.0;
    for (target, _) in &evaluated.targets {
        for risk in [0.05, 0.1, 0.2] {
            let conformal = &model.heads()[target.head_idx].conformal;
            let threshold = conformal.threshold(Risk::new(risk).unwrap());
            let probabilities = target.given.predictions().probabilities().unwrap();
            let rows = probabilities.rows().into_iter();
            let sets: Vec<Vec<usize>> = rows
                .map(|p| threshold.prediction_set(&p.to_vec()))
                .collect();
            let report = SetReport::of(target.given.predictions(), &sets, None).unwrap();
            let coverage = report.coverage.value.unwrap();
            let place = format!("{} at {risk}: {coverage}", target.given.target());
            assert!(coverage >= 1.0 - risk - 0.06, "{place}");
            held += coverage - (1.0 - risk);
        }
    }
    // On average over targets and risks the promise is kept to two hundredths.
    assert!(held / 12.0 > -0.02, "{}", held / 12.0);
}

const TEXT: &str = "We welcome the ceasefire at the border. They shell the committee near the coast!\n\n\
                    Мы приветствуем перемирие.\n";

fn score(more: &[&str]) -> Run {
    Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("a.txt", TEXT)
        .file("b.txt", "The committee met near the harbor.")
        .args(["score", "--model", "toy.detente"])
        .args(more.iter().copied())
}

#[test]
fn answers_carry_their_prediction_sets_where_a_risk_is_asked_for() {
    let plain = score(&["a.txt", "--format", "jsonl"])
        .success()
        .json_lines();
    let done = score(&["a.txt", "--format", "jsonl", "--max-risk", "0.3"]).success();
    let mut article = done.json_lines().remove(0);
    let mut n_deferred = [0, 0];
    for statement in article["statements"].as_array_mut().unwrap() {
        let is_known = statement["has_known_features"] == true;
        for (at, target) in ["peace", "tone"].into_iter().enumerate() {
            let answer = statement["targets"][target].as_object_mut().unwrap();
            let label = answer["label"].clone();
            let set = answer.remove("prediction_set").unwrap();
            let deferred = answer.remove("deferred").unwrap();
            let is_single = set == Value::Array(vec![label]);
            assert_eq!(deferred, !is_single, "{set}");
            n_deferred[at] += usize::from(is_known && !is_single);
        }
    }
    for (at, target) in ["peace", "tone"].into_iter().enumerate() {
        let share = article["article"][target].as_object_mut().unwrap();
        assert_eq!(share.remove("n_deferred").unwrap(), n_deferred[at]);
    }
    // Nothing else changes.
    assert_eq!(article, plain[0]);
}

#[test]
fn csv_has_two_more_columns_a_target() {
    let header = |more: &[&str]| {
        let done = score(&[&["a.txt", "--format", "csv"], more].concat()).success();
        crate::run::Table::read(done.stdout.as_bytes())
    };
    let (plain, with_sets) = (header(&[]), header(&["--max-risk", "0.3"]));
    let added: Vec<&String> = with_sets
        .header
        .iter()
        .filter(|name| !plain.header.contains(name))
        .collect();
    let expected = [
        "peace_prediction_set",
        "peace_deferred",
        "tone_prediction_set",
        "tone_deferred",
    ];
    assert_eq!(added, expected);
    for row in &with_sets.rows {
        assert_eq!(row.len(), plain.header.len() + 4);
    }
}

#[test]
fn a_risk_that_no_rows_can_promise_defers_everything_and_says_so() {
    let done = score(&["a.txt", "--max-risk", "0.001"])
        .stderr(
            "warning: every answer on `peace` is deferred: 24 rows of training cannot promise a risk of 0.001\n\
             warning: every answer on `tone` is deferred: 24 rows of training cannot promise a risk of 0.001\n\
             note: 1 statement not scored, in Russian: the model knows English; `--any-language` scores such too\n",
        )
        .success();
    let is_deferred = |line: &&str| line.contains("deferred favor");
    assert_eq!(
        done.stdout.lines().filter(is_deferred).count(),
        2,
        "{}",
        done.stdout
    );
    assert!(done.stdout.contains("2 deferred"), "{}", done.stdout);
    assert!(done.stdout.contains("not scored"), "{}", done.stdout);
}

#[test]
fn several_articles_end_with_the_shares_of_their_labels() {
    let one = score(&["a.txt"]).success();
    assert!(!one.stdout.contains("all articles"), "{}", one.stdout);
    let more = ["a.txt", "b.txt", "--max-risk", "0.3", "--summary", "s.json"];
    let done = score(&more).success();
    assert!(
        done.stdout
            .contains("\nall articles: 2 articles, 4 statements, 1 of them unknown"),
        "{}",
        done.stdout
    );
    let summary: Value = serde_json::from_slice(&done.read("s.json")).unwrap();
    assert_eq!(
        (
            &summary["articles"],
            &summary["statements"],
            &summary["unknown_statements"]
        ),
        (&2.into(), &4.into(), &1.into())
    );
    for target in ["peace", "tone"] {
        let labels = summary["targets"][target]["shares"].as_object().unwrap();
        for kind in ["counted", "adjusted", "corrected"] {
            let sum: f64 = labels
                .values()
                .map(|label| label[kind]["value"].as_f64().unwrap())
                .sum();
            assert!((sum - 1.0).abs() < 1e-9, "{target} {kind}: {sum}");
        }
        assert!(summary["targets"][target]["n_deferred"].is_u64());
    }
    let jsonl =
        |more: &[&str]| score(&[&["a.txt", "b.txt", "--format", "jsonl"], more].concat()).success();
    let with_summary = jsonl(&["--summary", "s.json"]);
    assert_eq!(with_summary.stdout, jsonl(&[]).stdout);
    assert!(with_summary.names().contains(&"s.json".to_owned()));
}

#[test]
fn threads_do_not_change_a_summary() {
    let summary = |threads: &str| {
        let more = [
            "a.txt",
            "b.txt",
            "--summary",
            "s.json",
            "--threads",
            threads,
        ];
        score(&more).success().read("s.json")
    };
    assert!(summary("1") == summary("4"));
}

#[test]
fn evaluation_shows_what_was_kept_of_the_promise() {
    let evaluate = |more: &[&str]| {
        Run::new()
            .file("toy.detente", toy::model_bytes())
            .file("a.csv", toy::wide())
            .args([
                "evaluate",
                "a.csv",
                "--model",
                "toy.detente",
                "--group",
                "doc",
            ])
            .args(["--resamples", "50"])
            .args(more.iter().copied())
            .success()
    };
    let json = evaluate(&["--format", "json"]).json();
    let reports = json["targets"]["peace"]["conformal"].as_array().unwrap();
    let risks: Vec<&Value> = reports.iter().map(|report| &report["risk"]).collect();
    assert_eq!(risks, [0.05, 0.1, 0.2]);
    for report in reports {
        let value = |key: &str| report[key]["value"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&value("coverage")));
        assert!((0.0..=3.0).contains(&value("mean_set_size")));
        let answered = report["n_answered"].as_f64().unwrap() / 24.0;
        assert!((value("answered") - answered).abs() < 1e-12);
    }
    let table = evaluate(&["--all"]).stdout;
    assert!(
        table.contains("Prediction sets of a bounded risk"),
        "{table}"
    );
    let csv = evaluate(&["--format", "csv"]).stdout;
    let is_conformal = |line: &&str| line.starts_with("peace,conformal,risk,0.1,");
    assert_eq!(csv.lines().filter(is_conformal).count(), 4);
}
