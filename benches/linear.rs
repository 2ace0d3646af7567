//! Fitting a head of three labels at a fixed strength.
//!
//! Rows are word 1-2-grams of generated statements. A row's class is drawn, and two in three rows
//! say it in a word of their own, so that there is something to learn.

mod generated;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use detente::model::features::VectorizerParams;
use detente::text::{Analyzer, AnalyzerParams};
use detente::train::counts::{Csr, TermCounts};
use detente::train::linear::{Classes, HeadParams};
use generated::Writer;
use linfa::DatasetBase;
use linfa::traits::Fit;

/// Numbers of rows.
const SIZES: [usize; 2] = [1000, 8000];

const SIGNS: [&str; 3] = ["favorable", "hostile", "factual"];

fn problem(n_rows: usize) -> (Csr, Vec<usize>) {
    let mut writer = Writer::new(11);
    let (mut texts, mut gold) = (Vec::new(), Vec::new());
    for _ in 0..n_rows {
        let class = writer.below(3);
        let sign = if writer.below(3) > 0 {
            SIGNS[class]
        } else {
            ""
        };
        texts.push(format!("{sign} {}", writer.statement()));
        gold.push(class);
    }
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut params = VectorizerParams::DEFAULT;
    params.ngrams.char_max = 0;
    params.ngrams.lexicon = false;
    let analyzer = Analyzer::new(AnalyzerParams::DEFAULT);
    let min_df = params.weighting.min_df;
    let counts = TermCounts::collect(&texts, &analyzer, &params.ngrams, min_df, None);
    let vectorizer = counts.vectorizer(&params);
    let all: Vec<usize> = (0..n_rows).collect();
    (
        counts.weigh(&all, vectorizer.idf(), &params.weighting),
        gold,
    )
}

fn fit(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("linear");
    group.sample_size(10);
    for size in SIZES {
        let (rows, gold) = problem(size);
        let classes = Classes {
            idx: &gold,
            n_classes: 3,
        };
        let dataset = DatasetBase::new(&rows, classes);
        let params = HeadParams {
            l2: 0.3,
            ..HeadParams::DEFAULT
        };
        let name = format!("{size} rows, {} features", rows.n_features());
        group.bench_function(BenchmarkId::new("fit", name), |bencher| {
            bencher.iter(|| params.fit(&dataset).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, fit);
criterion_main!(benches);
