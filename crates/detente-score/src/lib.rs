//! Articles into scored articles.
//!
//! ```text
//! article -> statements (text) -> scores (model) -> the article's scores (aggregate)
//! ```
//!
//! A model and articles come in; each [`ScoredArticle`] goes out as soon as it is ready, in the order of the articles.
//! [`aggregate`] makes the score of an article, its interval, and over all articles of a run the shares of labels. What
//! goes out implements `serde::Serialize`. This crate reads no file, writes no report and fits nothing; statements are
//! found by `detente-text`, and each is scored by `detente-model`.

#![deny(missing_docs)]

pub mod aggregate;
mod error;
mod languages;
pub mod who;

pub use error::{Error, ErrorKind, Result};
pub use languages::{LanguageCounts, LanguageParams, ModelsBeside, OF_RULES, UnknownLanguages};

use crate::aggregate::{ArticleScore, ScoreIntervals, article_intervals_while, article_scores};
use crate::who::{StatementWho, Who};
use detente_data::article::{Article, Title};
use detente_model::calibrate::{ConformalThreshold, Risk, is_deferred};
use detente_model::features::VectorizerState;
use detente_model::{
    Contribution, Explanation, Model, Remaining, Score, StatePool, StatementScores,
    WordContribution,
};
use detente_text::{FrontMatter, LineBreaks, Passage, Span, mentions_of, statements};
use rayon::prelude::*;
use serde::{Serialize, Serializer};
use std::convert::Infallible;

/// What scoring gives beside scores.
#[derive(Clone, Copy, Debug)]
pub struct ScoreParams<'a> {
    /// Finds who takes a stance toward whom; `None` for scores alone.
    pub who: Option<&'a Who>,
    /// How many features explain each label: `None` for no explanation, 0 for all of them.
    pub explain: Option<usize>,
    /// The share of prediction sets that may miss the true label: predictions whose set is not just the label
    /// given are deferred. `None` for no sets. A smaller risk defers more.
    pub max_risk: Option<Risk>,
    /// Whether an article keeps its whole text and gets the intervals of its scores, as a page of it needs
    /// them. It costs a fraction of a millisecond an article.
    pub full: bool,
    /// What is done about statements of other languages than the model's.
    pub languages: LanguageParams<'a>,
}

impl ScoreParams<'_> {
    /// No parties, no explanation, no prediction sets, no text, no intervals; one model for its own language.
    pub const DEFAULT: ScoreParams<'static> = ScoreParams {
        who: None,
        explain: None,
        max_risk: None,
        full: false,
        languages: LanguageParams::DEFAULT,
    };
}

/// One statement with its scores.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ScoredStatement {
    /// Where it stands in the article's text; `None` for a title that stands apart from it.
    #[serde(serialize_with = "span_ends")]
    pub span: Option<Span>,
    /// The statement's words as they stand there.
    pub text: String,
    /// Whether it is the article's title.
    pub is_title: bool,
    /// What it is where it takes no side: a salutation, a line of a letterhead. Then none of its words is
    /// scored, and it counts as one without a known feature.
    #[serde(serialize_with = "front_matter_name")]
    pub front_matter: Option<FrontMatter>,
    /// The language that it is written in, as a code of ISO 639-1: that of its own words where they are sure, else
    /// its article's; `None` where neither is known.
    pub language: Option<&'static str>,
    /// Whether no model knows that language. Then none of its words is scored, and it counts as one without a known
    /// feature.
    pub is_of_unknown_language: bool,
    /// Whether the model given scored it, and no other of its language.
    #[serde(skip)]
    pub is_of_given_model: bool,
    /// The scores, in the order of the model's heads.
    pub scores: StatementScores,
    /// Why, one for each head, where it was asked for.
    pub explanations: Option<Vec<Explanation>>,
    /// The labels that cannot be ruled out at the risk asked for, one set for each head, as places
    /// among its labels. They are those of the model's priors where no feature is known.
    pub prediction_sets: Option<Vec<Vec<usize>>>,
    /// Who takes the stance, and toward whom, where that was asked for.
    pub who: Option<StatementWho>,
}

/// What a statement is beside what it says, as its name.
fn front_matter_name<S: Serializer>(
    front_matter: &Option<FrontMatter>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    front_matter.map(FrontMatter::name).serialize(serializer)
}

/// A span as its two ends.
fn span_ends<S: Serializer>(span: &Option<Span>, serializer: S) -> Result<S::Ok, S::Error> {
    span.map(|span| [span.start, span.end])
        .serialize(serializer)
}

impl ScoredStatement {
    /// Whether the prediction of a head is left to a person, since its prediction set is not just the label
    /// given, or no model knows its language; `None` where no risk was asked for, or there is no such head.
    pub fn is_deferred(&self, head_idx: usize) -> Option<bool> {
        let given = self.scores.targets.get(head_idx)?.label_idx;
        let prediction_set = self.prediction_sets.as_ref()?.get(head_idx)?;
        Some(self.is_of_unknown_language || is_deferred(prediction_set, given))
    }

    /// About the memory that it takes beside its own size, in bytes.
    fn n_bytes_held(&self) -> usize {
        // What the allocator takes for itself.
        const EACH: usize = 16;
        let numbers = |n: usize| n * size_of::<f64>() + EACH;
        let of_target = |score: &Score| {
            size_of::<Score>() + numbers(score.margins.len()) + numbers(score.probabilities.len())
        };
        let of_explanation = |explanation: &Explanation| {
            let features = explanation.contributions.iter();
            size_of::<Explanation>()
                + features
                    .map(|part| size_of::<Contribution>() + part.feature.len() + EACH)
                    .sum::<usize>()
                + explanation.words.len() * size_of::<WordContribution>()
                + explanation.remaining.len() * size_of::<Remaining>()
        };
        let sets = self.prediction_sets.iter().flatten();
        self.text.len()
            + EACH
            + self.scores.targets.iter().map(of_target).sum::<usize>()
            + sets.map(|set| numbers(set.len())).sum::<usize>()
            + self.who.as_ref().map_or(0, StatementWho::n_bytes_held)
            + self
                .explanations
                .iter()
                .flatten()
                .map(of_explanation)
                .sum::<usize>()
    }
}

/// One article with the scores of its statements and its own.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ScoredArticle {
    /// The article's id.
    pub id: String,
    /// Its date as given.
    pub date: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// The party that speaks it, as named, where one was asked for.
    #[serde(skip)]
    pub author: Option<String>,
    /// The group that it belongs to, where one was asked for.
    #[serde(skip)]
    pub group: Option<String>,
    /// Its statements in order, the title first.
    pub statements: Vec<ScoredStatement>,
    /// Its scores, in the order of the model's heads.
    pub scores: Vec<ArticleScore>,
    /// How many predictions of each head are deferred, among the statements with a known feature; they
    /// keep their part in the scores. `None` where no risk was asked for.
    pub deferred: Option<Vec<usize>>,
    /// How many statements are not scored, since the article's [`mention`](Article::mention) does not
    /// stand in them; `None` where all are scored.
    pub n_without_mention: Option<usize>,
    /// The language of most of it, as a code of ISO 639-1; `None` where that is not known.
    pub language: Option<&'static str>,
    /// Its statements that are not scored, since no model knows their language; `None` where there is none.
    pub unknown_languages: Option<UnknownLanguages>,
    /// The encoding that its text was decoded from, where that is not UTF-8; spans point into the decoded text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'static str>,
    /// Size of its text, in bytes.
    pub n_bytes: usize,
    /// The intervals of its scores, in the order of the model's heads; `None` where they were not asked
    /// for.
    pub intervals: Option<Vec<ScoreIntervals>>,
    /// Its input text, unchanged: the spans point into it. `None` where it was not asked for.
    pub full_text: Option<String>,
    /// The stretches of that text that are markup and not words, in their order; empty where there is no markup, or
    /// the text was not asked for.
    #[serde(skip)]
    pub markup: Vec<Span>,
}

/// Text that is read before it is scored together; bounds memory whatever the number of inputs.
const BATCH_BYTES: usize = 1 << 20;
/// Articles that a thread has to score before all meet again, at the most: so few that short ones are
/// still in the processor's cache when they are written.
const BATCH_ARTICLES: usize = 128;

/// Scores articles in their order and hands each to `sink`. Articles are read and scored batch by
/// batch on all threads; neither the batches nor the threads can change a score.
///
/// # Errors
/// The first error of reading, or of `sink`; what came before it has been handed over.
pub fn score_articles<E>(
    model: &Model,
    articles: impl Iterator<Item = Result<Article, E>>,
    params: &ScoreParams,
    mut sink: impl FnMut(ScoredArticle) -> Result<(), E>,
) -> Result<(), E> {
    if rayon::current_num_threads() == 1 {
        return score_in_turn(model, articles, params, sink);
    }
    let pool = StatePool::default();
    let mut articles = articles.peekable();
    let most_articles = BATCH_ARTICLES * rayon::current_num_threads();
    while articles.peek().is_some() {
        let mut batch = Vec::new();
        let mut n_bytes = 0;
        let mut failure = None;
        while batch.len() < most_articles && n_bytes < BATCH_BYTES {
            match articles.next() {
                Some(Ok(article)) => {
                    n_bytes += article.text.len();
                    batch.push(article);
                }
                Some(Err(error)) => {
                    failure = Some(error);
                    break;
                }
                None => break,
            }
        }
        let score = |article| pool.with(|state| score_article(model, state, article, params));
        let scored: Vec<ScoredArticle> = batch.into_par_iter().map(score).collect();
        tracing::debug!(n_articles = scored.len(), n_bytes, "scored a batch");
        for article in scored {
            sink(article)?;
        }
        if let Some(error) = failure {
            return Err(error);
        }
    }
    Ok(())
}

/// The same on one thread, which has nobody to meet: an article is handed over before the next one is read,
/// so that its memory is used again at once.
fn score_in_turn<E>(
    model: &Model,
    articles: impl Iterator<Item = Result<Article, E>>,
    params: &ScoreParams,
    mut sink: impl FnMut(ScoredArticle) -> Result<(), E>,
) -> Result<(), E> {
    let mut state = VectorizerState::default();
    let (mut n_articles, mut n_bytes) = (0, 0);
    let say = |n_articles: usize, n_bytes: usize| {
        tracing::debug!(n_articles, n_bytes, "scored a batch");
    };
    for article in articles {
        let article = article?;
        n_articles += 1;
        n_bytes += article.text.len();
        sink(score_article(model, &mut state, article, params))?;
        if n_articles == BATCH_ARTICLES || n_bytes >= BATCH_BYTES {
            say(n_articles, n_bytes);
            (n_articles, n_bytes) = (0, 0);
        }
    }
    if n_articles > 0 {
        say(n_articles, n_bytes);
    }
    Ok(())
}

/// Scores one article.
pub fn score_article(
    model: &Model,
    state: &mut VectorizerState,
    article: Article,
    params: &ScoreParams,
) -> ScoredArticle {
    let scored = score_article_while(model, state, article, params, |_| Ok::<_, Infallible>(()));
    match scored {
        Ok(scored) => scored,
        Err(never) => match never {},
    }
}

/// Scores one article as long as `go_on` lets it. It is asked when the statements are known, before each of them, and
/// before each resample of an interval, with the bytes of memory that were taken since it was asked last. So what an
/// article may cost is bounded before it is paid, but for a single statement, which is short; only a title may have
/// any length.
///
/// # Errors
/// The first that `go_on` gives.
pub fn score_article_while<E>(
    model: &Model,
    state: &mut VectorizerState,
    article: Article,
    params: &ScoreParams,
    mut go_on: impl FnMut(usize) -> Result<(), E>,
) -> Result<ScoredArticle, E> {
    let spans = statement_spans(&article);
    // A span, and the room that is made below for its statement.
    let n_planned = size_of::<Span>() + size_of::<ScoredStatement>() + size_of::<&str>() * 2;
    go_on(spans.len() * n_planned)?;
    let (title, spans) = parts(&article, spans);
    let n_statements = spans.len() + usize::from(title.is_some());
    let mut scored: Vec<ScoredStatement> = Vec::with_capacity(n_statements);
    let languages = params.languages.of_article(
        (title.iter().map(|title| title.readable))
            .chain(spans.iter().map(|span| span.slice(article.readable()))),
    );
    let thresholds_of = |model: &Model| -> Option<Vec<ConformalThreshold>> {
        let risk = params.max_risk?;
        let heads = model.heads().iter();
        Some(heads.map(|head| head.conformal.threshold(risk)).collect())
    };
    let of_given = thresholds_of(model);
    let mut who = params.who.map(|who| who.of_article(&article, &spans));
    let mut n_without_mention = article.mention.as_ref().map(|_| 0);
    let mut score = |at: usize, text: &str, readable: &str, span: Option<Span>, is_title: bool| {
        go_on(scored.last().map_or(0, ScoredStatement::n_bytes_held))?;
        let mentions = match &article.mention {
            Some(mention) => mentions_of(readable, mention),
            None => Vec::new(),
        };
        if let (Some(n), []) = (&mut n_without_mention, &mentions[..]) {
            *n += 1;
            return Ok(());
        }
        let front_matter = FrontMatter::of(readable).filter(|_| !is_title);
        let language = languages.of_statement(at);
        let knowing = params.languages.model_of(model, language);
        let passage = match (front_matter, knowing) {
            (None, Some(_)) => Passage::toward(readable, &mentions),
            _ => Passage::toward("", &[]),
        };
        let knows_none = knowing.is_none();
        let knowing = knowing.unwrap_or(model);
        let scores = knowing.score(state, passage);
        let of_other = match std::ptr::eq(knowing, model) {
            true => None,
            false => thresholds_of(knowing),
        };
        let thresholds = of_other.as_ref().or(of_given.as_ref());
        let prediction_sets = thresholds.map(|thresholds| {
            let targets = thresholds.iter().zip(&scores.targets);
            targets
                .map(|(threshold, score)| threshold.prediction_set(&score.probabilities))
                .collect()
        });
        let explanations = params
            .explain
            .map(|n_features| knowing.explain_scores(state, passage, &scores, n_features));
        let of_statement = match (&mut who, front_matter) {
            (Some(who), None) if language.is_none_or(|code| code == OF_RULES) => {
                Some(who.next(readable, span))
            }
            _ => None,
        };
        scored.push(ScoredStatement {
            who: of_statement,
            span,
            text: text.to_owned(),
            is_title,
            front_matter,
            language,
            is_of_unknown_language: knows_none,
            is_of_given_model: !knows_none && std::ptr::eq(knowing, model),
            prediction_sets,
            scores,
            explanations,
        });
        Ok(())
    };
    let mut at = 0;
    if let Some(title) = &title {
        score(at, title.text, title.readable, title.span, true)?;
        at += 1;
    }
    for span in spans {
        let readable = span.slice(article.readable());
        score(at, span.slice(&article.text), readable, Some(span), false)?;
        at += 1;
    }
    let scores = article_scores(model.heads(), scored.iter().map(|s| &s.scores));
    let deferred = params.max_risk.map(|_| {
        let known = || scored.iter().filter(|s| s.scores.is_known);
        let heads = 0..model.heads().len();
        let n_deferred = heads.map(|head_idx| {
            let deferred = known().filter(|s| s.is_deferred(head_idx) == Some(true));
            deferred.count()
        });
        n_deferred.collect()
    });
    let intervals = match params.full {
        true => {
            let statements = scored.iter().map(|s| &s.scores);
            Some(article_intervals_while(model.heads(), statements, || {
                go_on(0)
            })?)
        }
        false => None,
    };
    let markup = match params.full {
        true => markup(&article),
        false => Vec::new(),
    };
    let unknown = scored.iter().filter(|s| s.is_of_unknown_language);
    let unknown_languages = UnknownLanguages::of(unknown.filter_map(|s| s.language), || {
        params.languages.known(model)
    });
    Ok(ScoredArticle {
        language: languages.article,
        unknown_languages,
        deferred,
        intervals,
        n_without_mention,
        title: article.title_text().map(str::to_owned),
        id: article.id,
        date: article.date,
        author: article.author,
        group: article.group,
        encoding: article.encoding,
        statements: scored,
        scores,
        n_bytes: article.text.len(),
        markup,
        full_text: params.full.then_some(article.text),
    })
}

/// A title that is a statement.
struct TitleText<'a> {
    text: &'a str,
    readable: &'a str,
    span: Option<Span>,
}

/// The title of an article, and the statements of its body that do not stand inside of it.
fn parts(article: &Article, spans: Vec<Span>) -> (Option<TitleText<'_>>, Vec<Span>) {
    match &article.title {
        Some(Title::Inside(known)) if !known.is_empty() => {
            let is_inside = |span: &Span| known.start <= span.start && span.end <= known.end;
            let title = TitleText {
                text: known.slice(&article.text),
                readable: known.slice(article.readable()),
                span: Some(*known),
            };
            let spans = spans.into_iter().filter(|span| !is_inside(span));
            (Some(title), spans.collect())
        }
        Some(Title::Apart(title)) if !title.trim().is_empty() => {
            let title = TitleText {
                text: title,
                readable: title,
                span: None,
            };
            (Some(title), spans)
        }
        _ => (None, spans),
    }
}

/// The stretches of an article's text that reading blanked: where the two differ, letter by letter.
fn markup(article: &Article) -> Vec<Span> {
    let readable = article.readable().as_bytes();
    let mut found: Vec<Span> = Vec::new();
    for (start, letter) in article.text.char_indices() {
        let end = start + letter.len_utf8();
        let is_same = readable.get(start..end) == article.text.as_bytes().get(start..end);
        match found.last_mut() {
            _ if is_same => {}
            Some(last) if last.end == start => last.end = end,
            _ => found.push(Span::new(start, end)),
        }
    }
    found
}

/// The statements of an article's body, as spans of its whole text.
pub fn statement_spans(article: &Article) -> Vec<Span> {
    let offset = article.body_start();
    let breaks: LineBreaks = article.breaks();
    statements(article.body(), breaks)
        .into_iter()
        .map(|span| Span {
            start: span.start + offset,
            end: span.end + offset,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores as long as less than this is held, and tells how often it was asked.
    fn scored_while(most: usize, params: &ScoreParams) -> (Result<ScoredArticle, usize>, usize) {
        let text = "We welcome the ceasefire. They shelled the town. ".repeat(50);
        let article = Article::record("a".into(), None, Some("Talks".into()), text);
        let (mut n_held, mut n_asked) = (0, 0);
        let mut state = VectorizerState::default();
        let go_on = |n_bytes| {
            n_asked += 1;
            n_held += n_bytes;
            if n_held > most { Err(n_held) } else { Ok(()) }
        };
        let scored = score_article_while(Model::embedded(), &mut state, article, params, go_on);
        (scored, n_asked)
    }

    #[test]
    fn work_ends_where_it_is_told_to() {
        let full = ScoreParams {
            explain: Some(0),
            full: true,
            ..ScoreParams::DEFAULT
        };
        let (whole, n_asked) = scored_while(usize::MAX, &full);
        // Once, before each statement, and before each resample and the score itself.
        assert_eq!(n_asked, 1 + 101 + 1001);
        let text = "We welcome the ceasefire. They shelled the town. ".repeat(50);
        let article = Article::record("a".into(), None, Some("Talks".into()), text);
        let plain = score_article(Model::embedded(), &mut Default::default(), article, &full);
        assert_eq!(whole, Ok(plain));
        let (stopped, n_asked) = scored_while(200_000, &full);
        assert!(stopped.is_err_and(|n_held| n_held > 200_000));
        assert!(n_asked < 50, "{n_asked}");
        let (stopped, n_asked) = scored_while(0, &ScoreParams::DEFAULT);
        assert!(stopped.is_err() && n_asked == 1);
    }

    #[test]
    fn intervals_end_where_they_are_told_to() {
        let full = ScoreParams {
            full: true,
            ..ScoreParams::DEFAULT
        };
        let text = "We welcome the ceasefire. They shelled the town. ".repeat(5);
        let article = Article::record("a".into(), None, None, text);
        let mut n_asked = 0;
        let go_on = |_| {
            n_asked += 1;
            if n_asked == 300 {
                Err("enough")
            } else {
                Ok(())
            }
        };
        let mut state = VectorizerState::default();
        let scored = score_article_while(Model::embedded(), &mut state, article, &full, go_on);
        assert_eq!((scored, n_asked), (Err("enough"), 300));
    }
}
