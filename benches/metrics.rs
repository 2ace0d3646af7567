//! Every measure of answers with intervals from 1,000 resamples, by document.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use detente::metrics::{BootstrapParams, Evaluation, Predictions, Sides};
use ndarray::Array2;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

/// Numbers of rows; a document has six.
const SIZES: [usize; 2] = [300, 3000];

fn answers(n_rows: usize) -> Predictions {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(13);
    let mut below = |n: u64| (random.next_u64() % n) as usize;
    let mut probabilities = Array2::zeros((n_rows, 3));
    let (mut gold, mut predicted) = (Vec::new(), Vec::new());
    for mut row in probabilities.rows_mut() {
        let class = below(3);
        let parts = [0, 1, 2].map(|label| {
            let hint = if label == class { 600 } else { 0 };
            (1 + below(1000) + hint) as f64
        });
        let sum: f64 = parts.iter().sum();
        let best = (0..3).max_by(|a, b| parts[*a].total_cmp(&parts[*b]));
        for (label, part) in parts.into_iter().enumerate() {
            row[label] = part / sum;
        }
        gold.push(class);
        predicted.push(best.unwrap());
    }
    let labels = ["favor", "against", "none"].map(str::to_owned).to_vec();
    let documents: Vec<u32> = (0..n_rows as u32).map(|row| row / 6).collect();
    Predictions::new(labels, gold, predicted, Some(probabilities), &documents).unwrap()
}

fn evaluate(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("metrics");
    group.sample_size(10);
    let params = BootstrapParams {
        resamples: 1000,
        ..BootstrapParams::DEFAULT
    };
    let sides = Some(Sides {
        favor: 0,
        against: 1,
    });
    for size in SIZES {
        let answers = answers(size);
        let id = BenchmarkId::new("evaluation", format!("{size} rows"));
        group.bench_function(id, |bencher| {
            bencher.iter(|| Evaluation::of(&answers, sides, Some(&params)).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, evaluate);
criterion_main!(benches);
