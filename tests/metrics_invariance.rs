//! What must not change a number: the order of rows, of labels, and the number of threads.

use detente::metrics::compare::Pair;
use detente::metrics::interval::Method;
use detente::metrics::metric::CountMetric;
use detente::metrics::randomization::RandomizationParams;
use detente::metrics::{BootstrapParams, Evaluation, Predictions, Sides};
use ndarray::Array2;
use proptest::prelude::*;

const N_LABELS: usize = 3;

/// A row: gold, predicted, document, and the weights that its probabilities come from.
type Row = (usize, usize, u32, [u8; N_LABELS]);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        0..N_LABELS,
        0..N_LABELS,
        0..12_u32,
        prop::array::uniform3(1..6_u8),
    );
    prop::collection::vec(row, 2..60)
}

/// The answers of rows, whose label `label` is put at index `place[label]`.
fn answers(rows: &[Row], place: [usize; N_LABELS]) -> Predictions {
    let mut probabilities = Array2::zeros((rows.len(), N_LABELS));
    for (idx, (_, _, _, weights)) in rows.iter().enumerate() {
        let total: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
        for (label, &weight) in weights.iter().enumerate() {
            probabilities[(idx, place[label])] = f64::from(weight) / total;
        }
    }
    let mut labels = vec![String::new(); N_LABELS];
    place
        .iter()
        .enumerate()
        .for_each(|(label, &place)| labels[place] = label.to_string());
    let gold = rows.iter().map(|row| place[row.0]).collect();
    let predicted = rows.iter().map(|row| place[row.1]).collect();
    let documents: Vec<u32> = rows.iter().map(|row| row.2).collect();
    Predictions::new(labels, gold, predicted, Some(probabilities), &documents).unwrap()
}

/// Every value and end of interval, those of labels by the name of the label.
fn numbers(answers: &Predictions, sides: Sides) -> Vec<Option<f64>> {
    let params = BootstrapParams {
        resamples: 20,
        ..BootstrapParams::DEFAULT
    };
    let evaluation = Evaluation::of(answers, Some(sides), Some(&params)).unwrap();
    let mut measures: Vec<_> = evaluation.measures().map(|(_, measure)| measure).collect();
    let mut labels = evaluation.labels.clone();
    labels.sort_by(|first, second| first.label.cmp(&second.label));
    labels
        .iter()
        .for_each(|l| measures.extend([l.precision, l.recall, l.f1, l.auc]));
    measures.extend(evaluation.selective.iter().map(|report| report.accuracy));
    let ends = |measure: &detente::metrics::Measure| {
        let interval = measure.interval;
        [
            measure.value,
            interval.map(|i| i.low),
            interval.map(|i| i.high),
        ]
    };
    measures.iter().flat_map(ends).collect()
}

fn assert_same(first: &[Option<f64>], second: &[Option<f64>]) {
    assert_eq!(first.len(), second.len());
    for (idx, pair) in first.iter().zip(second).enumerate() {
        match pair {
            (Some(first), Some(second)) => {
                assert!(first.is_finite());
                // Sums of floats in another order.
                assert!((first - second).abs() < 1e-12, "{idx}: {first}, {second}");
            }
            (first, second) => assert_eq!(first, second, "{idx}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn row_order_does_not_matter((rows, shuffled) in rows().prop_flat_map(|rows| {
        (Just(rows.clone()), Just(rows).prop_shuffle())
    })) {
        let sides = Sides { favor: 0, against: 1 };
        let place = [0, 1, 2];
        assert_same(
            &numbers(&answers(&rows, place), sides),
            &numbers(&answers(&shuffled, place), sides),
        );
    }

    #[test]
    fn label_order_does_not_matter(
        rows in rows(),
        place in Just([0, 1, 2]).prop_shuffle(),
    ) {
        assert_same(
            &numbers(&answers(&rows, [0, 1, 2]), Sides { favor: 0, against: 1 }),
            &numbers(&answers(&rows, place), Sides { favor: place[0], against: place[1] }),
        );
    }

    #[test]
    fn values_are_in_range(rows in rows()) {
        let evaluation = Evaluation::of(&answers(&rows, [0, 1, 2]), None, None).unwrap();
        for (metric, measure) in evaluation.measures() {
            if let Some(value) = measure.value {
                prop_assert!(value.is_finite() && (-1.0..=36.05).contains(&value), "{:?}", metric);
            }
        }
        let total: u64 = evaluation.reliability.unwrap().bins.iter().map(|bin| bin.n_rows).sum();
        prop_assert_eq!(total as usize, rows.len());
    }
}

fn fixed_rows() -> Vec<Row> {
    let row = |idx: u32| {
        let mixed = idx.wrapping_mul(2_654_435_761) >> 7;
        let (gold, noise) = (mixed as usize % 3, mixed as usize / 7 % 4);
        let predicted = if noise == 0 { (gold + 1) % 3 } else { gold };
        (
            gold,
            predicted,
            idx / 5,
            [1 + (mixed % 5) as u8, 1 + (mixed / 5 % 5) as u8, 3],
        )
    };
    (0..300).map(row).collect()
}

#[test]
fn the_number_of_threads_does_not_change_a_byte() {
    let first = answers(&fixed_rows(), [0, 1, 2]);
    let second = answers(&fixed_rows(), [1, 0, 2]);
    let second = Predictions::new(
        first.labels().to_vec(),
        first.gold().to_vec(),
        second.predicted().to_vec(),
        None,
        first.document_idx(),
    )
    .unwrap();
    let run = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(n_threads)
            .build()
            .unwrap();
        pool.install(|| {
            let mut text = String::new();
            for method in Method::ALL {
                let params = BootstrapParams {
                    resamples: 200,
                    method,
                    ..BootstrapParams::DEFAULT
                };
                let sides = Some(Sides {
                    favor: 0,
                    against: 1,
                });
                let evaluation = Evaluation::of(&first, sides, Some(&params)).unwrap();
                let pair = Pair::new(&first, &second).unwrap();
                let shuffles = RandomizationParams {
                    shuffles: 500,
                    seed: 1,
                };
                let test = pair.randomization(CountMetric::MacroF1, &shuffles).unwrap();
                let differences = pair.bootstrap(sides, &params).unwrap();
                // `{:?}` of a float is its shortest exact form.
                text += &format!("{evaluation:?} {test:?} {differences:?}");
            }
            text
        })
    };
    let alone = run(1);
    assert!(!alone.contains("NaN") && !alone.contains("inf,"));
    for n_threads in [2, 3, 8] {
        assert_eq!(run(n_threads), alone);
    }
}

#[test]
fn answers_without_rows_or_with_one_document_have_no_interval() {
    let nothing = answers(&[], [0, 1, 2]);
    let evaluation = Evaluation::of(&nothing, None, Some(&BootstrapParams::DEFAULT)).unwrap();
    assert!(
        evaluation
            .measures()
            .all(|(_, m)| m.value.is_none() && m.interval.is_none())
    );
    let one: Vec<Row> = fixed_rows()
        .into_iter()
        .map(|row| (row.0, row.1, 4, row.3))
        .collect();
    let one = Evaluation::of(
        &answers(&one, [0, 1, 2]),
        None,
        Some(&BootstrapParams::DEFAULT),
    );
    let evaluation = one.unwrap();
    assert!(evaluation.accuracy.value.is_some());
    assert!(
        evaluation
            .measures()
            .all(|(_, measure)| measure.interval.is_none())
    );
}
