//! Intervals hold the truth about as often as they say, when rows come in documents.
//!
//! Documents are easy or hard with probability 1/2, have one to seven rows, and differ in both the
//! labels that occur and the chance of a right answer. So the truth is known exactly, and the rows of
//! one document are far from independent. With 1,000 simulations the standard error of a coverage of
//! 95 % is 0.7 %, so the band of 93 to 97 % is three standard errors wide on either side.

use detente::metrics::interval::Method;
use detente::metrics::{BootstrapParams, Confusion, Evaluation, Measure, Predictions};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

const SIMULATIONS: u64 = 1000;
const N_DOCUMENTS: u32 = 150;

/// The chance of a right answer, and the shares of labels in percent, of easy and hard documents.
const KINDS: [(u64, [u64; 3]); 2] = [(92, [50, 30, 20]), (50, [20, 30, 50])];

/// Of wrong answers, this percentage is the next label and the rest the one after it.
const NEXT: u64 = 70;

fn percent(random: &mut Xoshiro256PlusPlus) -> u64 {
    random.next_u64() % 100
}

/// Predictions whose documents are the simulated ones and, beside them, the same with every row alone.
fn simulate(seed: u64) -> (Predictions, Predictions) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let (mut gold, mut predicted, mut documents) = (Vec::new(), Vec::new(), Vec::new());
    for document in 0..N_DOCUMENTS {
        let (right, shares) = KINDS[(random.next_u64() % 2) as usize];
        for _ in 0..=(random.next_u64() % 7) {
            let place = percent(&mut random);
            let label = if place < shares[0] {
                0
            } else if place < shares[0] + shares[1] {
                1
            } else {
                2
            };
            let wrong = if percent(&mut random) < NEXT { 1 } else { 2 };
            let step = if percent(&mut random) < right {
                0
            } else {
                wrong
            };
            gold.push(label);
            predicted.push((label + step) % 3);
            documents.push(document);
        }
    }
    let labels = ["a", "b", "c"].map(str::to_owned).to_vec();
    let alone: Vec<u32> = (0..gold.len() as u32).collect();
    let make = |documents: &[u32]| {
        Predictions::new(
            labels.clone(),
            gold.clone(),
            predicted.clone(),
            None,
            documents,
        )
        .unwrap()
    };
    (make(&documents), make(&alone))
}

/// The confusion of infinitely many rows, in millionths.
fn truth() -> Confusion {
    let mut cells = [0; 9];
    for (right, shares) in KINDS {
        for (label, share) in shares.into_iter().enumerate() {
            let mut add = |predicted: usize, count: u64| cells[3 * label + predicted % 3] += count;
            add(label, share * right * 100);
            add(label + 1, share * (100 - right) * NEXT);
            add(label + 2, share * (100 - right) * (100 - NEXT));
        }
    }
    Confusion::from_cells(3, &cells).unwrap()
}

/// The share of simulations whose intervals hold the truth, of accuracy and of macro-F1.
fn coverages(method: Method, by_document: bool) -> [f64; 2] {
    let truths = [truth().accuracy().unwrap(), truth().macro_f1().unwrap()];
    let mut held = [0_u64; 2];
    for seed in 0..SIMULATIONS {
        let (answers, alone) = simulate(seed);
        let params = BootstrapParams {
            resamples: 1000,
            seed,
            method,
            ..BootstrapParams::DEFAULT
        };
        let answers = if by_document { &answers } else { &alone };
        let evaluation = Evaluation::of(answers, None, Some(&params)).unwrap();
        let holds = |measure: Measure, truth: f64| {
            let interval = measure.interval.unwrap();
            u64::from(interval.low <= truth && truth <= interval.high)
        };
        held[0] += holds(evaluation.accuracy, truths[0]);
        held[1] += holds(evaluation.macro_f1, truths[1]);
    }
    held.map(|held| held as f64 / SIMULATIONS as f64)
}

#[test]
fn percentile_intervals_by_document_hold_the_truth() {
    let found = coverages(Method::Percentile, true);
    assert!(
        found.iter().all(|share| (0.93..=0.97).contains(share)),
        "{found:?}"
    );
}

#[test]
fn bca_intervals_by_document_hold_the_truth() {
    let found = coverages(Method::Bca, true);
    assert!(
        found.iter().all(|share| (0.93..=0.97).contains(share)),
        "{found:?}"
    );
}

#[test]
fn intervals_by_row_would_be_too_narrow() {
    let found = coverages(Method::Percentile, false);
    assert!(found.iter().all(|&share| share < 0.93), "{found:?}");
}
