//! What the tests of a comparison say, in sentences.

use super::sheet::capitalised;
use super::table::{fine, share};
use detente_error::list;
use detente_eval::compare::{Compared, Comparison, Tested};
use detente_metrics::Interval;

/// What the tests say of two classifiers on one target, in a sentence, and in a second one where an interval seems to
/// say otherwise.
pub(super) fn verdict(compared: &Compared, one: &Comparison) -> String {
    match disagreement(compared, one) {
        Some(disagreement) => format!("{}. {disagreement}", of_tests(compared, one)),
        None => of_tests(compared, one),
    }
}

/// Where an interval lies on one side of 0 and the test finds no difference, or the other way round: that this is so,
/// and which of the two to trust.
fn disagreement(compared: &Compared, one: &Comparison) -> Option<String> {
    let (alpha, n_tests) = (compared.params.alpha, compared.n_tests);
    let against_interval = |is_decided: bool| -> Vec<String> {
        let tested = one.tested.iter().filter(|tested| {
            let interval = tested.difference.difference.interval;
            let excludes = interval.is_some_and(|ends| ends.low > 0.0 || ends.high < 0.0);
            let has_both = interval.is_some() && tested.p_holm.is_some();
            has_both && tested.is_decided(alpha) == is_decided && excludes != is_decided
        });
        tested
            .map(|tested| word(tested.difference.metric.name()).to_owned())
            .collect()
    };
    let clause = |names: &[String], verb: &str, found: &str| match names {
        [] => None,
        [only] => Some(format!(
            "the interval of {only} {verb}s 0, but the test finds {found}"
        )),
        several => {
            let names = list(several);
            Some(format!(
                "the intervals of {names} {verb} 0, but the test finds {found}"
            ))
        }
    };
    let clauses = [
        clause(&against_interval(false), "exclude", "no difference"),
        clause(&against_interval(true), "include", "a difference"),
    ];
    let clauses: Vec<String> = clauses.into_iter().flatten().collect();
    let corrected = match n_tests {
        0 | 1 => String::new(),
        n => format!(" and is corrected for {n} tests"),
    };
    (!clauses.is_empty()).then(|| {
        let clauses = capitalised(&clauses.join("; "));
        format!(
            "{clauses}: trust the test, which holds for few documents{corrected}, as an interval does not"
        )
    })
}

fn of_tests(compared: &Compared, one: &Comparison) -> String {
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
                    word(tested.difference.metric.name()),
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
        word(tested.difference.metric.name()),
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

/// What a measure is called in sentences and tables.
pub(super) fn word(metric: &str) -> &str {
    match metric {
        "macro_f1" => "macro-F1",
        "f_avg" => "F avg",
        other => other,
    }
}

/// A p-value with the digits that 10,000 shuffles support.
pub(super) fn p_digits(p: f64) -> String {
    match p {
        _ if p < 0.0005 => "<.001".to_owned(),
        _ if p < 0.0995 => fine(Some(p)),
        _ => share(Some(p)),
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
    use crate::comparison_record::ComparisonRecord;
    use detente_eval::compare::{CompareParams, Contestant, ContestantTarget, compare};
    use detente_eval::target_predictions::TargetPredictions;
    use detente_model::label::LabelSet;

    fn contestant(name: &str, misses: impl Fn(usize) -> bool) -> Contestant {
        let gold = (0..200).map(|row| row % 2).collect();
        let predicted = (0..200).map(|row| (row + usize::from(misses(row))) % 2);
        let documents: Vec<u32> = (0..200).map(|row| row / 2).collect();
        let labels = LabelSet::new(["calm", "tense"]);
        let mood = "mood".to_owned();
        let given =
            TargetPredictions::new(mood, labels, gold, predicted.collect(), None, &documents);
        let ids: Vec<String> = (0..200).map(|row| format!("{row:04}")).collect();
        let target = ContestantTarget::new(&given.unwrap(), false, &ids, ids.clone());
        Contestant {
            name: name.into(),
            targets: vec![target.unwrap()],
            contamination: None,
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
        let record = ComparisonRecord::of(&[], &compared);
        let accuracy = record.comparisons[0].measures.get("accuracy").unwrap();
        assert_eq!(accuracy.difference, Some(-0.25));
        let test = accuracy.test.as_ref().unwrap();
        assert_eq!(test.better.as_deref(), Some("good.csv"));
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

    /// Two contestants on a few documents of many rows: the first is a little better in each.
    fn close(n_documents: usize, alpha: f64) -> Compared {
        let given = |name: &str, misses: &dyn Fn(usize) -> bool| {
            let n_rows = 40 * n_documents;
            let gold = (0..n_rows).map(|row| row % 2).collect();
            let predicted = (0..n_rows).map(|row| (row + usize::from(misses(row))) % 2);
            let documents: Vec<u32> = (0..n_rows as u32).map(|row| row / 40).collect();
            let labels = LabelSet::new(["calm", "tense"]);
            let mood = "mood".to_owned();
            let given =
                TargetPredictions::new(mood, labels, gold, predicted.collect(), None, &documents);
            let ids: Vec<String> = (0..n_rows).map(|row| format!("{row:04}")).collect();
            let target = ContestantTarget::new(&given.unwrap(), false, &ids, ids.clone());
            Contestant {
                name: name.into(),
                targets: vec![target.unwrap()],
                contamination: None,
            }
        };
        let params = CompareParams {
            alpha,
            ..CompareParams::DEFAULT
        };
        let other = move |row: usize| match n_documents {
            // Better in each document.
            4 => row.is_multiple_of(8),
            // Better in one document of several, by far.
            _ => row < 40,
        };
        let contestants = [given("a.csv", &|_| false), given("b.csv", &other)];
        compare(&contestants, &params).unwrap()
    }

    #[test]
    fn an_interval_that_seems_to_say_otherwise_is_named_with_what_to_trust() {
        // Four documents have sixteen exchanges, of which two are as extreme: p = 1/8, whatever the interval.
        let compared = close(4, 0.05);
        let sentence = verdict(&compared, &compared.comparisons[0]);
        let expected = ". The intervals of accuracy and macro-F1 exclude 0, but the test finds no difference: trust \
                        the test, which holds for few documents and is corrected for 2 tests, as an interval does not";
        assert!(sentence.starts_with("no difference between"), "{sentence}");
        assert!(sentence.ends_with(expected), "{sentence}");
        // One document decides: it is drawn in two of three resamples, and exchanged in each second shuffle.
        let compared = close(6, 1.0 - 1e-9);
        let mut one = compared.comparisons[0].clone();
        for tested in &mut one.tested {
            tested.p_holm = Some(0.5);
        }
        let sentence = verdict(&compared, &one);
        assert!(
            sentence.contains(" include 0, but the test finds a difference: trust the test"),
            "{sentence}"
        );
    }

    #[test]
    fn p_values_are_written_to_their_digits() {
        assert_eq!(p_words(0.0001), "p < .001");
        assert_eq!(p_words(0.0042), "p = .004");
        assert_eq!(p_words(0.4561), "p = .46");
        assert_eq!(p_digits(1.0), "1.00");
    }
}
