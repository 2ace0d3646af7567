//! The way from a text to scores, step by step: segment, tokenize, analyze, transform, score, write.
//!
//! The model is the embedded one; the text is generated. Each step holds those before it, but for
//! `tokenize` and `write`.

mod generated;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use detente::data::article::Article;
use detente::model::Model;
use detente::report::{ArticleFormat, ArticleWriter};
use detente::score::{ScoreParams, score_article};
use detente::text::{AnalyzerState, LineBreaks, statements, tokens};
use generated::Writer;
use std::hint::black_box;

/// Numbers of statements.
const SIZES: [usize; 2] = [100, 1000];

fn pipeline(criterion: &mut Criterion) {
    let model = Model::embedded();
    for size in SIZES {
        let mut writer = Writer::new(7);
        let sentences: Vec<String> = (0..size).map(|_| writer.statement()).collect();
        let text = sentences.join(" ");
        let id = |step: &str| BenchmarkId::new(step, format!("{size} statements"));
        let mut group = criterion.benchmark_group("pipeline");
        group.throughput(Throughput::ElementsAndBytes {
            elements: size as u64,
            bytes: text.len() as u64,
        });

        group.bench_function(id("segment"), |bencher| {
            bencher.iter(|| statements(black_box(&text), LineBreaks::Detect).len());
        });
        group.bench_function(id("tokenize"), |bencher| {
            bencher.iter(|| -> usize {
                let counts = sentences.iter().map(|s| tokens(black_box(s)).len());
                counts.sum()
            });
        });
        let mut state = AnalyzerState::default();
        group.bench_function(id("analyze"), |bencher| {
            bencher.iter(|| {
                let mut n_terms = 0;
                for sentence in &sentences {
                    let mut count = |_: detente::text::Term<'_>| n_terms += 1;
                    model
                        .analyzer()
                        .analyze(&mut state, black_box(sentence), &mut count);
                }
                n_terms
            });
        });
        let mut state = Default::default();
        group.bench_function(id("transform"), |bencher| {
            bencher.iter(|| {
                let mut n_values = 0;
                for sentence in &sentences {
                    let sentence = black_box(sentence);
                    let transformed =
                        model
                            .vectorizer()
                            .transform(model.analyzer(), &mut state, sentence);
                    n_values += transformed.row.ids.len();
                }
                n_values
            });
        });
        let mut state = Default::default();
        group.bench_function(id("score"), |bencher| {
            bencher.iter(|| {
                let article = Article::plain("a".to_owned(), text.clone());
                score_article(model, &mut state, article, &ScoreParams::DEFAULT)
            });
        });
        let article = Article::plain("a".to_owned(), text.clone());
        let scored = score_article(model, &mut state, article, &ScoreParams::DEFAULT);
        for format in [ArticleFormat::Csv, ArticleFormat::Jsonl] {
            group.bench_function(id(&format!("write {}", format.name())), |bencher| {
                bencher.iter(|| {
                    let mut out = Vec::new();
                    let mut writer = ArticleWriter::new(model, format, false, &mut out);
                    writer.write(black_box(&scored)).unwrap();
                    writer.finish(None).unwrap();
                    out.len()
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, pipeline);
criterion_main!(benches);
