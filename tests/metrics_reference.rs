//! Agreement with scikit-learn, scipy, statsmodels and krippendorff to 1e-9.
//!
//! `tests/expected/make_expected.py` says how the expected values were made. 1e-9 is far above the
//! rounding of sums of some tens of numbers, and far below any digit that is printed.

use detente::metrics::agreement::{cohen_kappa, krippendorff_alpha, percent_agreement};
use detente::metrics::compare::{Pair, holm};
use detente::metrics::mcnemar::McNemarForm;
use detente::metrics::{Evaluation, Metric, Predictions, Sides};
use ndarray::Array2;
use serde_json::Value;

fn expected() -> Value {
    serde_json::from_str(include_str!("expected/expected.json")).unwrap()
}

fn indices(value: &Value) -> Vec<usize> {
    let numbers = value.as_array().unwrap().iter();
    numbers
        .map(|number| number.as_u64().unwrap() as usize)
        .collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|number| number.as_f64().unwrap())
        .collect()
}

fn answers(case: &Value) -> Predictions {
    let n_labels = case["n_labels"].as_u64().unwrap() as usize;
    let rows: Vec<Vec<f64>> = case["probabilities"]
        .as_array()
        .unwrap()
        .iter()
        .map(numbers)
        .collect();
    let probabilities = Array2::from_shape_vec((rows.len(), n_labels), rows.concat()).unwrap();
    let labels = (0..n_labels).map(|label| label.to_string()).collect();
    let documents: Vec<u32> = (0..rows.len() as u32).map(|row| row / 3).collect();
    let (gold, predicted) = (indices(&case["gold"]), indices(&case["predicted"]));
    Predictions::new(labels, gold, predicted, Some(probabilities), &documents).unwrap()
}

#[track_caller]
fn assert_close(found: Option<f64>, wanted: &Value, what: &str) {
    match (found, wanted.as_f64()) {
        (Some(found), Some(wanted)) => {
            assert!(
                (found - wanted).abs() < 1e-9,
                "{what}: {found}, expected {wanted}"
            );
        }
        (found, wanted) => assert_eq!(found, wanted, "{what}"),
    }
}

#[test]
fn measures_agree_with_scikit_learn() {
    let sides = Sides {
        favor: 0,
        against: 1,
    };
    for case in expected()["cases"].as_array().unwrap() {
        let evaluation = Evaluation::of(&answers(case), Some(sides), None).unwrap();
        let wanted = &case["expected"];
        let mut compared = 0;
        for (metric, measure) in evaluation.measures() {
            if let Some(wanted) = wanted.get(metric.name()) {
                assert_close(
                    measure.value,
                    wanted,
                    &format!("{} {metric:?}", case["name"]),
                );
                compared += 1;
            }
        }
        assert_eq!(compared, 10);
        assert!(wanted.get(Metric::FAvg.name()).is_some());
        for (report, wanted) in evaluation
            .labels
            .iter()
            .zip(wanted["labels"].as_array().unwrap())
        {
            let what = format!("{} label {}", case["name"], report.label);
            assert_close(report.precision.value, &wanted["precision"], &what);
            assert_close(report.recall.value, &wanted["recall"], &what);
            assert_close(report.f1.value, &wanted["f1"], &what);
            assert_close(report.auc.value, &wanted["auc"], &what);
            assert_eq!(report.support, wanted["support"].as_u64().unwrap());
        }
    }
}

#[test]
fn mcnemar_agrees_with_statsmodels() {
    for test in expected()["mcnemar"].as_array().unwrap() {
        let count = |name: &str| test[name].as_u64().unwrap() as usize;
        let (first_only, second_only) = (count("first_only"), count("second_only"));
        let n_rows = first_only + second_only + 12;
        // Gold is 0 everywhere; the last twelve rows are both right or both wrong.
        let row = |only: bool, other: bool, row: usize| {
            usize::from(if only {
                false
            } else {
                other || row.is_multiple_of(2)
            })
        };
        let in_first = |idx: usize| idx < first_only;
        let in_second = |idx: usize| idx >= first_only && idx < first_only + second_only;
        let first = (0..n_rows)
            .map(|idx| row(in_first(idx), in_second(idx), idx))
            .collect();
        let second = (0..n_rows)
            .map(|idx| row(in_second(idx), in_first(idx), idx))
            .collect();
        let make = |predicted: Vec<usize>| {
            let labels = vec!["a".to_owned(), "b".to_owned()];
            let documents: Vec<u32> = (0..n_rows as u32).collect();
            Predictions::new(labels, vec![0; n_rows], predicted, None, &documents).unwrap()
        };
        let (first, second) = (make(first), make(second));
        let found = Pair::new(&first, &second).unwrap().mcnemar();
        assert_eq!(found.first_only as usize, first_only);
        assert_eq!(found.second_only as usize, second_only);
        assert_eq!(
            found.form == McNemarForm::Exact,
            test["exact"].as_bool().unwrap()
        );
        assert_close(found.statistic, &test["statistic"], "statistic");
        assert_close(Some(found.p_value), &test["p_value"], &format!("{test}"));
    }
}

#[test]
fn alpha_agrees_with_the_package_krippendorff() {
    for case in expected()["krippendorff"].as_array().unwrap() {
        let coder = |row: &Value| {
            let values = row.as_array().unwrap().iter();
            values
                .map(|value| value.as_u64().map(|value| value as usize))
                .collect()
        };
        let codings: Vec<Vec<Option<usize>>> = case["codings"]
            .as_array()
            .unwrap()
            .iter()
            .map(coder)
            .collect();
        assert_close(krippendorff_alpha(&codings), &case["alpha"], "alpha");
    }
}

#[test]
fn agreement_of_two_codings_is_that_of_gold_and_answers() {
    for case in expected()["cases"].as_array().unwrap() {
        let coding = |name: &str| {
            indices(&case[name])
                .into_iter()
                .map(Some)
                .collect::<Vec<_>>()
        };
        let (gold, predicted) = (coding("gold"), coding("predicted"));
        let wanted = &case["expected"];
        assert_close(cohen_kappa(&gold, &predicted), &wanted["kappa"], "kappa");
        assert_close(
            percent_agreement(&gold, &predicted),
            &wanted["accuracy"],
            "agreement",
        );
        assert_close(
            krippendorff_alpha(&[gold, predicted]),
            &wanted["alpha"],
            "alpha",
        );
    }
}

#[test]
fn holm_agrees_with_statsmodels() {
    let expected = &expected()["holm"];
    let corrected = holm(&numbers(&expected["p_values"]));
    for (found, wanted) in corrected
        .iter()
        .zip(expected["corrected"].as_array().unwrap())
    {
        assert_close(Some(*found), wanted, "holm");
    }
}
