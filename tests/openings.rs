//! What opens a text: headlines, dates, letterheads, salutations.

use detente::data::article::Article;
use detente::model::Model;
use detente::score::aggregate::ArticleScore;
use detente::score::{ScoreParams, ScoredArticle, score_article};
use detente::text::FrontMatter;

fn scored(article: Article) -> ScoredArticle {
    score_article(
        Model::embedded(),
        &mut Default::default(),
        article,
        &ScoreParams::DEFAULT,
    )
}

fn plain(text: &str) -> ScoredArticle {
    scored(Article::plain("a".into(), text.into()))
}

#[test]
fn salutations_and_letterheads_are_statements_of_their_own_that_take_no_side() {
    let body = "We welcome the ceasefire and we are ready for talks.";
    let speech = format!("Mr. President,\nExcellencies,\nLadies and gentlemen,\n{body}");
    let release = format!(
        "MINISTRY OF FOREIGN AFFAIRS\nPress Release No. 12/2023\nTel.: +99 1 555 01 00\n{body}"
    );
    let letter = format!("Dear colleagues,\n\n{body}");
    for (text, n_lines, kind) in [
        (speech, 3, FrontMatter::Salutation),
        (release, 3, FrontMatter::Letterhead),
        (letter, 1, FrontMatter::Salutation),
    ] {
        let article = plain(&text);
        assert_eq!(article.statements.len(), n_lines + 1, "{text}");
        for statement in &article.statements[..n_lines] {
            assert_eq!(statement.front_matter, Some(kind), "{}", statement.text);
            assert!(!statement.scores.is_known);
        }
        for statement in &article.statements {
            assert_eq!(statement.span.unwrap().slice(&text), statement.text);
        }
        let last = &article.statements[n_lines];
        assert_eq!((last.front_matter, last.text.as_str()), (None, body));
        let alone = plain(body);
        let score = |article: &ScoredArticle| match &article.scores[0] {
            ArticleScore::Stance(share) => share.score,
            ArticleScore::Class(_) => None,
        };
        assert!(score(&alone).is_some());
        assert_eq!(score(&article), score(&alone), "{text}");
    }
}

#[test]
fn a_headline_is_the_title_and_its_date_is_no_statement() {
    let text = "Talks resume in Geneva\n18 Oct 2023, 23:25\n\nThe sides met. They agreed.";
    let article = plain(text);
    assert_eq!(article.title.as_deref(), Some("Talks resume in Geneva"));
    assert_eq!(article.date.as_deref(), Some("2023-10-18"));
    let words: Vec<&str> = article.statements.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(
        words,
        ["Talks resume in Geneva", "The sides met.", "They agreed."]
    );
    assert!(article.statements[0].is_title);
    let markdown = "Talks resume\n============\n\n*18 Oct 2023, 23:25*\n\nThe sides met.\n";
    let article = scored(Article::markdown("a".into(), markdown.into()));
    assert_eq!(
        (article.title.as_deref(), article.date.as_deref()),
        (Some("Talks resume"), Some("2023-10-18"))
    );
    assert_eq!(article.statements.len(), 2);
}
