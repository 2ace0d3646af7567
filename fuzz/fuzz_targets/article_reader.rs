//! Any text is read as plain text and as Markdown, split in every way, and scored.
#![no_main]

use detente::data::article::Article;
use detente::model::{Model, StatePool};
use detente::score::who::Who;
use detente::score::{ScoreParams, score_article, statement_spans};
use detente::text::{
    Analyzer, AnalyzerParams, AnalyzerState, Language, LineBreaks, MAX_STATEMENT_BYTES, Normalised,
    Span, statements, tokens,
};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static STATES: LazyLock<StatePool> = LazyLock::new(StatePool::default);

/// Spans are in order, apart, and cut no character of any of the texts.
fn check_spans(spans: &[Span], texts: &[&str]) {
    let mut end = 0;
    for span in spans {
        assert!(end <= span.start && span.start < span.end);
        // What is split is one of the texts, in the form in which it is read.
        let n_bytes = |text: &&str| Normalised::of(span.slice(text)).text().len();
        assert!(texts.iter().map(n_bytes).min() <= Some(MAX_STATEMENT_BYTES));
        for text in texts {
            assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
        }
        end = span.end;
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((&choice, bytes)) = data.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for breaks in LineBreaks::ALL {
        let spans = statements(text, breaks);
        check_spans(&spans, &[text]);
        for span in spans {
            let statement = span.slice(text);
            assert!(statement.contains(char::is_alphanumeric));
            let mut end = 0;
            for token in tokens(statement) {
                assert!(end <= token.span.start && !token.span.is_empty());
                assert!(!token.span.slice(statement).is_empty());
                end = token.span.end;
            }
        }
    }

    let language = Language::ALL[usize::from(choice) % Language::ALL.len()];
    let analyzer = Analyzer::new(AnalyzerParams {
        language,
        mask_parties: choice < 128,
    });
    analyzer.analyze(&mut AnalyzerState::default(), text, &mut |term| {
        assert!(!term.span.slice(text).is_empty());
    });

    let read = [
        Article::plain("a".into(), text.into()),
        Article::markdown("a".into(), text.into()),
        Article::record("a".into(), None, Some(text.into()), text.into()),
    ];
    for article in read {
        assert_eq!(article.text, text);
        assert_eq!(article.readable().len(), text.len());
        assert!(article.text.ends_with(&text[article.body_start()..]));
        check_spans(&statement_spans(&article), &[text, article.readable()]);
        let params = ScoreParams {
            explain: (choice % 4 == 0).then_some(0),
            who: Some(Who::embedded()),
            ..ScoreParams::DEFAULT
        };
        let scored =
            STATES.with(|state| score_article(Model::embedded(), state, article, &params));
        for statement in &scored.statements {
            if let Some(span) = statement.span {
                assert_eq!(span.slice(text), statement.text);
            }
            if let (Some(who), Some(span)) = (&statement.who, statement.span) {
                for mention in &who.mentions {
                    assert!(span.start <= mention.span.start && mention.span.end <= span.end);
                    assert!(!mention.span.slice(text).is_empty());
                }
                for quotation in &who.quotations {
                    assert!(!quotation.span.slice(text).is_empty());
                }
            }
            for score in &statement.scores.targets {
                assert!((score.probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            }
            for explanation in statement.explanations.iter().flatten() {
                let parts: f64 = explanation.contributions.iter().map(|c| c.contribution).sum();
                let sum = explanation.intercept + parts + explanation.remainder;
                assert!((sum - explanation.margin).abs() < 1e-9);
            }
        }
    }
});
