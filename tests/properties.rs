//! What must hold for any input: spans, batches, row order, threads.

use crate::toy;
use detente::data::article::{Article, Title};
use detente::model::Model;
use detente::model::calibrate::Risk;
use detente::model::features::{Lexicon, VectorizerParams};
use detente::score::{ScoreParams, ScoredArticle, score_article, score_articles, statement_spans};
use detente::text::{Analyzer, AnalyzerParams, LineBreaks, Span, statements, tokens};
use detente::train::counts::TermCounts;
use proptest::prelude::*;

/// Text of the kinds of characters that rules look at, and of any others.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "We", "welcome", "the", "U.S.", "Mr.", "not", "Ankara", "accord", "1992", "e.g.", "a",
            "said", "(see", "para.", "4)", "новый", "停火。", "été", "M23", "S/2014/189",
        ]).prop_map(str::to_owned),
        3 => prop::sample::select(vec![
            " ", " ", "\n", "\n\n", "\r\n", ". ", "? ", "! ", "; ", ": ", ", ", "\t", "\u{a0}",
        ]).prop_map(str::to_owned),
        2 => prop::sample::select(vec![
            "\"", "“", "”", "«", "»", "'", "’", "(", ")", "- ", "* ", "# ", "> ", "| ", "|---|\n",
            "`", "```\n", "**", "_", "[a](b)", "<b>", "---\n", "title: x\n", "date: 2024-01-02\n",
            " date 2024-01-02 Talks\n", "\u{feff}", "\u{0}", "1. ", "&amp;", "\\", "[^1]", "~~",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Spans are in order, apart, not empty, and cut no character; with the gaps they give the text.
fn check_spans(text: &str, spans: &[Span]) -> Result<(), TestCaseError> {
    let mut rebuilt = String::new();
    let mut end = 0;
    for span in spans {
        prop_assert!(end <= span.start && span.start < span.end);
        rebuilt.push_str(&text[end..span.start]);
        rebuilt.push_str(span.slice(text));
        end = span.end;
    }
    rebuilt.push_str(&text[end..]);
    prop_assert_eq!(rebuilt, text);
    Ok(())
}

fn check_article(article: Article) -> Result<(), TestCaseError> {
    let text = article.text.clone();
    prop_assert_eq!(article.readable().len(), text.len());
    let spans = statement_spans(&article);
    check_spans(&text, &spans)?;
    check_spans(article.readable(), &spans)?;
    if let Some(Title::Inside(span)) = &article.title {
        prop_assert!(span.slice(&text).len() == span.len());
    }
    let params = ScoreParams {
        who: Some(detente::score::who::Who::embedded()),
        explain: Some(3),
        max_risk: Some(Risk::new(0.1).unwrap()),
        full: true,
        ..ScoreParams::DEFAULT
    };
    let scored = score_article(toy::model(), &mut Default::default(), article, &params);
    for statement in &scored.statements {
        if let Some(span) = statement.span {
            prop_assert_eq!(span.slice(&text), &statement.text);
        }
        for score in &statement.scores.targets {
            let sum: f64 = score.probabilities.iter().sum();
            prop_assert!((sum - 1.0).abs() < 1e-9);
        }
        for explanation in statement.explanations.iter().flatten() {
            let words: Vec<Span> = explanation.words.iter().map(|word| word.span).collect();
            check_spans(&statement.text, &words)?;
            let sum: f64 = explanation.words.iter().map(|word| word.contribution).sum();
            let whole = explanation.intercept + sum + explanation.elsewhere;
            prop_assert!((whole - explanation.margin).abs() < 1e-9);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_split_and_rebuilt(text in text()) {
        for breaks in LineBreaks::ALL {
            let spans = statements(&text, breaks);
            check_spans(&text, &spans)?;
            for span in spans {
                let tokens: Vec<Span> = tokens(span.slice(&text)).iter().map(|t| t.span).collect();
                check_spans(span.slice(&text), &tokens)?;
            }
        }
    }

    #[test]
    fn any_text_is_an_article(text in text()) {
        check_article(Article::plain("a".into(), text.clone()))?;
        check_article(Article::markdown("a".into(), text.clone()))?;
        check_article(Article::record("a".into(), None, Some(text.clone()), text))?;
    }

    #[test]
    fn any_unicode_is_an_article(text in any::<String>()) {
        check_article(Article::plain("a".into(), text.clone()))?;
        check_article(Article::markdown("a".into(), text))?;
    }

    #[test]
    fn a_training_row_is_the_row_of_its_text(
        texts in prop::collection::vec(text(), 1..12),
        char_max in prop::sample::select(vec![0_usize, 3, 5]),
        min_df in 1_u32..3,
        lexicon in any::<bool>(),
        frames in any::<bool>(),
    ) {
        let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        texts.extend(["They did not lift the sanctions; the truce was broken.", "Lift no sanctions!"]);
        let analyzer = Analyzer::new(AnalyzerParams::DEFAULT);
        let mut params = VectorizerParams::DEFAULT;
        params.ngrams.char_max = char_max;
        params.weighting.min_df = min_df;
        params.ngrams.lexicon = lexicon;
        params.ngrams.frames = frames;
        let lexicon = lexicon.then(Lexicon::english);
        let counts = TermCounts::collect(&texts, &analyzer, &params.ngrams, min_df, lexicon);
        let vectorizer = counts.vectorizer(&params);
        let all: Vec<usize> = (0..texts.len()).collect();
        let rows = counts.weigh(&all, vectorizer.idf(), &params.weighting);
        let mut state = Default::default();
        for (row_idx, text) in texts.iter().enumerate() {
            let row = vectorizer.transform(&analyzer, &mut state, *text).row;
            // Training has the features of one view after the other, scoring as they come.
            let (ids, values) = rows.row(row_idx);
            prop_assert_eq!(toy::by_id(ids, values), toy::by_id(&row.ids, &row.values));
        }
    }

    #[test]
    fn a_score_does_not_depend_on_its_batch(texts in prop::collection::vec(text(), 1..20)) {
        let articles = |texts: &[String]| -> Vec<Article> {
            let article = |text: &String| Article::plain("a".into(), text.clone());
            texts.iter().map(article).collect()
        };
        let together = scored(toy::model(), articles(&texts));
        let mut alone = Vec::new();
        for article in articles(&texts) {
            alone.extend(scored(toy::model(), vec![article]));
        }
        prop_assert_eq!(&together, &alone);
        let mut backward = texts.clone();
        backward.reverse();
        let mut backward = scored(toy::model(), articles(&backward));
        backward.reverse();
        prop_assert_eq!(&together, &backward);
    }
}

fn scored(model: &Model, articles: Vec<Article>) -> Vec<ScoredArticle> {
    let mut all = Vec::new();
    let articles = articles.into_iter().map(Ok::<_, detente::data::Error>);
    score_articles(
        model,
        articles,
        &ScoreParams {
            explain: Some(0),
            ..ScoreParams::DEFAULT
        },
        |article| {
            all.push(article);
            Ok(())
        },
    )
    .unwrap();
    all
}

fn with_threads<T: Send>(n_threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads);
    pool.build().unwrap().install(work)
}

#[test]
fn row_order_and_threads_do_not_change_a_model() {
    let expected = toy::model_bytes();
    let mut rows = toy::rows();
    for (turn, n_threads) in [1, 2, 3].into_iter().enumerate() {
        // 5 has no divisor in common with 24, so this is a permutation.
        rows = (0..rows.len())
            .map(|at| rows[(at * 5 + turn) % rows.len()].clone())
            .collect();
        let csv = toy::csv("id,doc,text,peace,tone,weight", &rows);
        let bytes = with_threads(n_threads, || toy::train_on(&csv).to_bytes());
        assert!(bytes == expected, "{n_threads} threads");
    }
}

#[test]
fn threads_do_not_change_a_score() {
    let texts = toy::rows().into_iter().map(|[_, _, text, ..]| text);
    let articles: Vec<Article> = texts
        .map(|text| Article::plain("a".into(), text.repeat(30)))
        .collect();
    let alone = with_threads(1, || scored(toy::model(), articles.clone()));
    for n_threads in [2, 5] {
        let together = with_threads(n_threads, || scored(toy::model(), articles.clone()));
        assert_eq!(together, alone);
    }
}
