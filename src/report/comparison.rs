//! Whether one classifier is better than another: a sentence, a table, one JSON object.

use super::table::{self, fine, head, render, right};
use crate::compare::{Compared, Comparison, DecidedBy, Tested};
use crate::error::{counted, prose};
use crate::metrics::mcnemar::McNemarForm;
use crate::metrics::{Interval, Metric};
use comfy_table::Cell;
use serde_json::{Map, Value, json};

/// The comparison as one JSON object; `data` are the names of the data's files. Differences are first
/// minus second; undefined numbers are `null`.
pub fn comparison_json(data: &[String], compared: &Compared) -> Value {
    let params = &compared.params;
    let left_out: Map<String, Value> = compared
        .left_out
        .iter()
        .map(|(target, by)| (target.clone(), json!(names(compared, by))))
        .collect();
    let comparisons: Vec<Value> = compared
        .comparisons
        .iter()
        .map(|one| one_json(compared, one))
        .collect();
    json!({
        "compared": compared.names,
        "data": data,
        "alpha": params.alpha,
        "tests": compared.n_tests,
        "correction": "holm",
        "bootstrap": {
            "method": "percentile",
            "resamples": params.bootstrap.resamples,
            "confidence": params.bootstrap.confidence,
            "seed": params.bootstrap.seed,
        },
        "randomization": {
            "shuffles": params.randomization.shuffles,
            "seed": params.randomization.seed,
        },
        "comparisons": comparisons,
        "left_out": left_out,
    })
}

fn one_json(compared: &Compared, one: &Comparison) -> Value {
    let mut measures = Map::new();
    for difference in &one.differences {
        let interval = difference.difference.interval;
        let mut value = json!({
            "first": difference.first,
            "second": difference.second,
            "difference": difference.difference.value,
            "interval": interval.map(|interval| [interval.low, interval.high]),
            "p_bootstrap": difference.p_value,
        });
        let tested = one.tested.iter();
        let tested = tested
            .clone()
            .find(|t| t.difference.metric == difference.metric);
        if let (Some(tested), Value::Object(value)) = (tested, &mut value) {
            value.insert(
                "p_randomization".into(),
                json!(tested.randomization.p_value),
            );
            if difference.metric == Metric::Accuracy {
                value.insert("p_mcnemar".into(), json!(one.mcnemar.p_value));
            }
            value.insert("decided_by".into(), json!(test_name(tested)));
            value.insert("p".into(), json!(tested.p_value));
            value.insert("p_holm".into(), json!(tested.p_holm));
            value.insert("better".into(), json!(better(compared, one, tested)));
        }
        measures.insert(difference.metric.name().into(), value);
    }
    json!({
        "first": compared.names[one.first],
        "second": compared.names[one.second],
        "target": one.target.as_deref().unwrap_or("pooled"),
        "members": one.members,
        "n": one.n_rows,
        "documents": one.n_documents,
        "mcnemar": {
            "first_only": one.mcnemar.first_only,
            "second_only": one.mcnemar.second_only,
            "form": one.mcnemar.form.name(),
            "statistic": one.mcnemar.statistic,
            "p": one.mcnemar.p_value,
        },
        "measures": measures,
        "verdict": verdict(compared, one),
    })
}

/// The comparison as sentences and tables, pair by pair.
pub fn comparison_table(data: &[String], compared: &Compared) -> String {
    let mut text = String::new();
    if !data.is_empty() {
        text.push_str(&format!("on {}\n\n", data.join(", ")));
    }
    for one in &compared.comparisons {
        text.push_str(&format!("{}\n", verdict(compared, one)));
    }
    let mut of_pair = None;
    let mut table = None;
    for one in &compared.comparisons {
        if of_pair != Some((one.first, one.second)) {
            of_pair = Some((one.first, one.second));
            flush(&mut text, table.take());
            text.push_str(&format!(
                "\nA = {}\nB = {}\n",
                compared.names[one.first], compared.names[one.second]
            ));
        }
        add_rows(table.get_or_insert_with(new_table), one);
    }
    flush(&mut text, table);
    for (target, by) in &compared.left_out {
        text.push_str(&format!(
            "target `{target}` is left out: only {} answered it\n",
            prose(&names(compared, by), "and")
        ));
    }
    let params = &compared.params;
    text.push_str(&format!(
        "\nA - B: difference, {:.0} % paired bootstrap by document, {} resamples. McNemar and shuffled \
         (approximate randomisation by document, {} shuffles): p-values. p Holm: corrected over {}, \
         of accuracy the larger of the two. Seed {}\n",
        100.0 * params.bootstrap.confidence,
        params.bootstrap.resamples,
        params.randomization.shuffles,
        counted(compared.n_tests, "test"),
        params.bootstrap.seed
    ));
    text
}

fn flush(text: &mut String, table: Option<comfy_table::Table>) {
    if let Some(table) = table {
        text.push_str(&render(&table));
    }
}

fn new_table() -> comfy_table::Table {
    let mut table = table::table();
    let names = [
        "target",
        "n",
        "documents",
        "measure",
        "A",
        "B",
        "A - B",
        "McNemar",
        "shuffled",
        "p Holm",
    ];
    table.set_header(names.map(head));
    table
}

fn add_rows(table: &mut comfy_table::Table, one: &Comparison) {
    for (at, tested) in one.tested.iter().enumerate() {
        let first = |text: String| if at == 0 { text } else { String::new() };
        let difference = &tested.difference;
        let shown = match difference.difference.interval {
            Some(interval) => format!(
                "{} {}",
                fine(difference.difference.value),
                bounds(interval, false)
            ),
            None => fine(difference.difference.value),
        };
        let form = match one.mcnemar.form {
            McNemarForm::Exact => " exact",
            McNemarForm::ChiSquare => "",
        };
        let mcnemar = match difference.metric {
            Metric::Accuracy => format!("{}{form}", p_digits(one.mcnemar.p_value)),
            _ => String::new(),
        };
        table.add_row([
            Cell::new(first(one.target.clone().unwrap_or("pooled".into()))),
            right(first(one.n_rows.to_string())),
            right(first(one.n_documents.to_string())),
            Cell::new(word(difference.metric)),
            right(fine(difference.first)),
            right(fine(difference.second)),
            right(shown),
            right(mcnemar),
            right(tested.randomization.p_value.map_or("-".into(), p_digits)),
            right(tested.p_holm.map_or("-".into(), p_digits)),
        ]);
    }
}

/// What the tests say of two classifiers on one target, in a sentence.
pub fn verdict(compared: &Compared, one: &Comparison) -> String {
    let [first, second] = [one.first, one.second].map(|at| compared.names[at].as_str());
    let on = match &one.target {
        Some(target) => target.clone(),
        None => format!("{} together", list(&one.members)),
    };
    let alpha = compared.params.alpha;
    let decided = |is_first: bool| -> Vec<&Tested> {
        let decided = one.tested.iter().filter(|t| t.is_decided(alpha));
        let value = |t: &Tested| t.difference.difference.value.unwrap_or(0.0);
        decided.filter(|t| (value(t) > 0.0) == is_first).collect()
    };
    let (for_first, for_second) = (decided(true), decided(false));
    let clause = |better: &str, worse: &str, by: &[&Tested], flip: bool| {
        let by: Vec<String> = by.iter().map(|t| by_how_much(t, flip)).collect();
        format!(
            "{better} is better than {worse} on {on} by {}",
            by.join("; by ")
        )
    };
    match (for_first.as_slice(), for_second.as_slice()) {
        ([], []) => {
            // The last measure tested is the one that counts: F avg of stance, else macro-F1.
            let last = one.tested.last();
            let shown = last.map(|tested| {
                let p = tested
                    .p_holm
                    .map_or(String::new(), |p| format!(", {} after Holm", p_words(p)));
                let difference = &tested.difference.difference;
                let interval = difference.interval.map_or(String::new(), |interval| {
                    format!(" {}", bounds(interval, false))
                });
                format!(
                    "{} differs by {}{interval}{p}",
                    word(tested.difference.metric),
                    fine(difference.value),
                )
            });
            format!(
                "no difference between {first} and {second} on {on} that this data can show: {}",
                shown.unwrap_or_default()
            )
        }
        (by, []) => format!("{} after Holm", clause(first, second, by, false)),
        ([], by) => format!("{} after Holm", clause(second, first, by, true)),
        (by_first, by_second) => format!(
            "{}; but {} after Holm",
            clause(first, second, by_first, false),
            clause(second, first, by_second, true)
        ),
    }
}

fn by_how_much(tested: &Tested, flip: bool) -> String {
    let difference = &tested.difference.difference;
    let value = difference.value.map(f64::abs);
    let interval = difference.interval.map_or(String::new(), |interval| {
        format!(" {}", bounds(interval, flip))
    });
    format!(
        "{} {}{interval}, {}",
        fine(value),
        word(tested.difference.metric),
        tested.p_holm.map_or(String::new(), p_words)
    )
}

/// The ends of an interval, of the second minus the first when flipped.
fn bounds(interval: Interval, flip: bool) -> String {
    let (low, high) = match flip {
        true => (-interval.high, -interval.low),
        false => (interval.low, interval.high),
    };
    format!("[{}, {}]", fine(Some(low)), fine(Some(high)))
}

fn word(metric: Metric) -> &'static str {
    match metric {
        Metric::MacroF1 => "macro-F1",
        Metric::FAvg => "F avg",
        other => other.name(),
    }
}

fn test_name(tested: &Tested) -> &'static str {
    match tested.decided_by {
        DecidedBy::McNemar => "mcnemar",
        DecidedBy::Randomization => "randomization",
    }
}

fn better<'a>(compared: &'a Compared, one: &Comparison, tested: &Tested) -> Option<&'a str> {
    let value = tested.difference.difference.value?;
    let at = if value > 0.0 { one.first } else { one.second };
    let is_decided = tested.is_decided(compared.params.alpha);
    is_decided.then(|| compared.names[at].as_str())
}

fn names<'a>(compared: &'a Compared, places: &[usize]) -> Vec<&'a str> {
    let names = places.iter().map(|at| compared.names[*at].as_str());
    names.collect()
}

fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// A p-value with the digits that 10,000 shuffles support.
fn p_digits(p: f64) -> String {
    match p {
        _ if p < 0.0005 => "<.001".to_owned(),
        _ if p < 0.0995 => fine(Some(p)),
        _ => table::share(Some(p)),
    }
}

fn p_words(p: f64) -> String {
    match p_digits(p) {
        digits if digits.starts_with('<') => format!("p < {}", &digits[1..]),
        digits => format!("p = {digits}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{AnsweredRow, CompareParams, Contestant, ContestantTarget, compare};

    fn contestant(name: &str, misses: impl Fn(usize) -> bool) -> Contestant {
        let labels = ["calm", "tense"];
        let rows = (0..200).map(|row| {
            let answered = AnsweredRow {
                gold: labels[row % 2].into(),
                predicted: labels[(row + usize::from(misses(row))) % 2].into(),
                probabilities: None,
                document: (row / 2).to_string(),
            };
            (format!("{row:04}"), answered)
        });
        let target = ContestantTarget {
            target: "mood".into(),
            labels: None,
            rows: rows.collect(),
        };
        Contestant {
            name: name.into(),
            targets: vec![target],
        }
    }

    #[test]
    fn verdicts_name_the_better_first_and_turn_the_interval() {
        let bad = contestant("bad.csv", |row| row % 4 == 0);
        let good = contestant("good.csv", |_| false);
        let compared = compare(&[bad, good], &CompareParams::DEFAULT).unwrap();
        let sentence = verdict(&compared, &compared.comparisons[0]);
        let expected = "good.csv is better than bad.csv on mood by .250 accuracy [.2";
        assert!(sentence.starts_with(expected), "{sentence}");
        assert!(sentence.ends_with("p < .001 after Holm"), "{sentence}");
        let json = comparison_json(&[], &compared);
        let accuracy = &json["comparisons"][0]["measures"]["accuracy"];
        assert_eq!(accuracy["better"], "good.csv");
        assert_eq!(accuracy["difference"], -0.25);
    }

    #[test]
    fn no_difference_is_said_to_be_what_this_data_cannot_show() {
        let one = contestant("a.csv", |row| row % 50 == 0);
        let other = contestant("b.csv", |row| row % 50 == 1);
        let compared = compare(&[one, other], &CompareParams::DEFAULT).unwrap();
        let sentence = verdict(&compared, &compared.comparisons[0]);
        let expected = "no difference between a.csv and b.csv on mood that this data can show: \
                        macro-F1 differs by ";
        assert!(sentence.starts_with(expected), "{sentence}");
        assert!(sentence.ends_with(", p = 1.00 after Holm"), "{sentence}");
    }

    #[test]
    fn p_values_are_written_to_their_digits() {
        assert_eq!(p_words(0.0001), "p < .001");
        assert_eq!(p_words(0.0042), "p = .004");
        assert_eq!(p_words(0.4561), "p = .46");
        assert_eq!(p_digits(1.0), "1.00");
    }
}
