//! A scored article as the record that every format is written from.
//!
//! A record borrows the article and the labels of its model: on large inputs an article is looked at once, and what is
//! written of it is not copied before.

use super::language::language_note;
use super::named::Named;
use super::who_record::WhoRecord;
use detente_metrics::Interval;
use detente_model::{Explanation, Head, Model, Score};
use detente_score::aggregate::ArticleScore;
use detente_score::{ScoredArticle, ScoredStatement};
use detente_text::{FrontMatter, Span};
use serde::Serialize;

/// An article with its scores.
///
/// As JSON it is the object that `detente score --format jsonl` prints; [`Display`](std::fmt::Display) writes the table
/// that `detente score` prints.
///
/// # Example
/// ```
/// use detente_data::article::Article;
/// use detente_model::Model;
/// use detente_report::ArticleRecord;
/// use detente_score::{ScoreParams, score_article};
///
/// let model = Model::embedded();
/// let article = Article::record("a".into(), None, None, "We welcome the ceasefire.".into());
/// let scored = score_article(model, &mut Default::default(), article, &ScoreParams::DEFAULT);
/// let record = ArticleRecord::of(model, &scored);
/// assert_eq!(record.statements[0].targets.get("peace").unwrap().label, "favor");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Article")
)]
#[non_exhaustive]
pub struct ArticleRecord<'a> {
    /// The id.
    pub id: &'a str,
    /// The title.
    pub title: Option<&'a str>,
    /// The date as it was given.
    pub date: Option<&'a str>,
    /// The language of most of it, as a code of ISO 639-1; null where that is not known.
    pub language: Option<&'static str>,
    /// Which statements are not scored, since no model knows their language, in a sentence; only where there are such.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub language_note: Option<String>,
    /// The encoding that the text was decoded from; only where that is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub encoding: Option<&'static str>,
    /// Statements that were not scored, since the mention is not in them; only where one was given.
    #[serde(rename = "without_mention", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "usize"))]
    pub n_without_mention: Option<usize>,
    /// The statements in their order, the title first.
    pub statements: Vec<StatementRecord<'a>>,
    /// The scores of the whole, by target.
    #[serde(rename = "article")]
    pub scores: Named<'a, ArticleScoreRecord<'a>>,
    /// The text as it was; only where the whole article was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub full_text: Option<&'a str>,
}

/// A sentence, or a clause that stands alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Statement")
)]
#[non_exhaustive]
pub struct StatementRecord<'a> {
    /// Where it begins in the text, in bytes; null for a title that stands apart.
    pub start: Option<usize>,
    /// Where it ends.
    pub end: Option<usize>,
    /// Whether it is the title.
    #[serde(rename = "title")]
    pub is_title: bool,
    /// Whether the model knows anything in it. If not, its labels are those that are most common.
    pub has_known_features: bool,
    /// The language that it is written in, as a code of ISO 639-1: that of its own words where they are sure, else its
    /// article's; null where neither is known.
    pub language: Option<&'static str>,
    /// Whether no model knows that language, so that its words are not scored; only where it is so.
    #[serde(
        rename = "unknown_language",
        skip_serializing_if = "std::ops::Not::not"
    )]
    #[cfg_attr(feature = "schema", schemars(with = "Option<bool>"))]
    pub is_of_unknown_language: bool,
    /// `letterhead` or `salutation`, for lines that take no side; only for those. Their words are not scored.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub front_matter: Option<&'static str>,
    /// Its words as they stand there.
    pub text: &'a str,
    /// The answers, by target.
    pub targets: Named<'a, TargetScoreRecord<'a>>,
    /// Who takes the stance, and toward whom: only where parties were looked for, and of it only what was found.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub who: Option<WhoRecord<'a>>,
}

/// The answer for one target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Score")
)]
#[non_exhaustive]
pub struct TargetScoreRecord<'a> {
    /// The label that is given.
    pub label: &'a str,
    /// The most probable label; only where the threshold of the model moved the answer away from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub moved_from: Option<&'a str>,
    /// P(favor) - P(against), from -1 to 1; null for a target without sides.
    pub score: Option<f64>,
    /// By label; they add up to 1.
    pub probabilities: Named<'a, f64>,
    /// The labels that cannot be ruled out at the risk asked for; only where one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub prediction_set: Option<Vec<&'a str>>,
    /// Whether the answer is left to a person; only where a risk was asked for.
    #[serde(rename = "deferred", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "bool"))]
    pub is_deferred: Option<bool>,
    /// Why; only where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "ExplanationRecord"))]
    pub explanation: Option<ExplanationRecord<'a>>,
}

/// What moved a label. `intercept`, the contributions of the features and `remainder` add up to `margin`;
/// so do `intercept`, the contributions of the words and `elsewhere`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Explanation")
)]
#[non_exhaustive]
pub struct ExplanationRecord<'a> {
    /// The label.
    pub label: &'a str,
    /// Log-odds before calibration.
    pub margin: f64,
    /// What the label has before a feature is looked at.
    pub intercept: f64,
    /// The features that moved it most, the strongest first.
    pub features: Vec<FeatureRecord<'a>>,
    /// What the other features contribute together.
    pub remainder: f64,
    /// How many those are.
    pub n_remaining: usize,
    /// The same by view of the features.
    pub remaining: Vec<RemainingRecord>,
    /// The same margin by the words of the statement, in their order.
    pub words: Vec<WordRecord<'a>>,
    /// What features contribute that stand for no word.
    pub elsewhere: f64,
}

/// A feature of a statement.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Feature")
)]
#[non_exhaustive]
pub struct FeatureRecord<'a> {
    /// Its view and what it stands for.
    pub feature: &'a str,
    /// Its value in the statement.
    pub value: f64,
    /// Its weight for the label.
    pub weight: f64,
    /// The value times the weight.
    pub contribution: f64,
}

/// What the features of one view that are not listed contribute together.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Remaining")
)]
#[non_exhaustive]
pub struct RemainingRecord {
    /// The view.
    pub view: &'static str,
    /// How many they are.
    pub n: usize,
    /// What they contribute.
    pub contribution: f64,
}

/// A word of a statement.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Word")
)]
#[non_exhaustive]
pub struct WordRecord<'a> {
    /// The word.
    pub word: &'a str,
    /// Where it begins in the statement's text, in bytes of UTF-8.
    pub start: usize,
    /// Where it has ended.
    pub end: usize,
    /// Its shares of all features that it is a part of.
    pub contribution: f64,
}

/// The ends of an interval; nothing where there is none, for want of statements.
pub type Ends = Option<[f64; 2]>;

/// The score of a whole article on one target: `score`, `favor`, `against` and `relevant` where the
/// target has sides, else `shares` and `counts`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Share")
)]
#[non_exhaustive]
pub struct ArticleScoreRecord<'a> {
    /// Mean of the statements' scores, weighted by relevance; null where none is relevant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub score: Option<Option<f64>>,
    /// Statements in favor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "usize"))]
    pub favor: Option<usize>,
    /// Statements against.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "usize"))]
    pub against: Option<usize>,
    /// Statements that are either.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "usize"))]
    pub relevant: Option<usize>,
    /// Mean probability, by label; null where no statement is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Named<f64>>"))]
    pub shares: Option<Option<Named<'a, f64>>>,
    /// Statements, by label.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Named<usize>"))]
    pub counts: Option<Named<'a, usize>>,
    /// Statements that are known.
    pub n_scored: usize,
    /// Statements that are left to a person; only where a risk was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "usize"))]
    pub n_deferred: Option<usize>,
    /// Where the score of such articles lies, at 95 %; only where the whole article was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Ends"))]
    pub interval: Option<Ends>,
    /// The same of each share.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Named<Ends>"))]
    pub intervals: Option<Named<'a, Ends>>,
}

impl<'a> ArticleRecord<'a> {
    /// The record of an article that `model` scored.
    pub fn of(model: &'a Model, article: &'a ScoredArticle) -> Self {
        let heads = model.heads();
        let statements = article.statements.iter();
        let scores = heads.iter().enumerate().map(|(head_idx, head)| {
            let score = ArticleScoreRecord::of(head, article, head_idx);
            (head.target.as_str(), score)
        });
        Self {
            id: &article.id,
            title: article.title.as_deref(),
            date: article.date.as_deref(),
            language: article.language,
            language_note: language_note(article),
            encoding: article.encoding,
            n_without_mention: article.n_without_mention,
            statements: statements
                .map(|statement| StatementRecord::of(heads, statement))
                .collect(),
            scores: scores.collect(),
            full_text: article.full_text.as_deref(),
        }
    }

    /// The article as one line of JSON.
    pub fn to_json(&self) -> String {
        // Invariant: all keys are strings, and a string takes whatever is written to it.
        serde_json::to_string(self).expect("an article is JSON")
    }

    /// The title, or the id of an article without one.
    #[cfg(feature = "html")]
    pub(super) fn title_or_id(&self) -> &'a str {
        self.title.unwrap_or(self.id)
    }
}

impl<'a> StatementRecord<'a> {
    fn of(heads: &'a [Head], statement: &'a ScoredStatement) -> Self {
        let targets = heads.iter().enumerate().map(|(head_idx, head)| {
            let score = TargetScoreRecord::of(head, statement, head_idx);
            (head.target.as_str(), score)
        });
        Self {
            start: statement.span.map(|span| span.start),
            end: statement.span.map(|span| span.end),
            is_title: statement.is_title,
            has_known_features: statement.scores.is_known,
            language: statement.language,
            is_of_unknown_language: statement.is_of_unknown_language,
            front_matter: statement.front_matter.map(FrontMatter::name),
            text: &statement.text,
            targets: targets.collect(),
            who: statement.who.as_ref().map(|who| {
                let span = statement.span.unwrap_or(Span::new(0, statement.text.len()));
                WhoRecord::of(who, span)
            }),
        }
    }
}

impl<'a> TargetScoreRecord<'a> {
    fn of(head: &'a Head, statement: &'a ScoredStatement, head_idx: usize) -> Self {
        let labels = head.labels.labels();
        let score: &Score = &statement.scores.targets[head_idx];
        let prediction_sets = statement.prediction_sets.as_ref();
        let prediction_set = prediction_sets.map(|sets| {
            let names = sets[head_idx].iter().map(|idx| labels[*idx].as_str());
            names.collect()
        });
        let explanations = statement.explanations.as_ref();
        Self {
            label: &labels[score.label_idx],
            moved_from: (score.most_probable_idx() != score.label_idx)
                .then(|| labels[score.most_probable_idx()].as_str()),
            score: score.stance,
            probabilities: Named::beside(labels, &score.probabilities),
            prediction_set,
            is_deferred: statement.is_deferred(head_idx),
            explanation: explanations
                .map(|all| ExplanationRecord::of(head, &all[head_idx], &statement.text)),
        }
    }

    /// The cells that a row has for the answer, but for whether it is deferred: label, score, probabilities and
    /// prediction set, where there are such.
    pub(super) fn n_cells(&self) -> usize {
        let n_sets = self.prediction_set.iter().len();
        1 + self.score.iter().len() + self.probabilities.len() + n_sets
    }

    /// The place of the label among those of its target.
    #[cfg(feature = "html")]
    pub(super) fn label_idx(&self) -> usize {
        let mut names = self.probabilities.iter().map(|(name, _)| name);
        names.position(|name| name == self.label).unwrap_or(0)
    }

    /// The probability of the label.
    pub(super) fn probability(&self) -> Option<f64> {
        self.probabilities.get(self.label).copied()
    }
}

impl<'a> ExplanationRecord<'a> {
    fn of(head: &'a Head, explanation: &'a Explanation, text: &'a str) -> Self {
        let features = explanation.contributions.iter().map(|part| FeatureRecord {
            feature: &part.feature,
            value: part.value,
            weight: part.weight,
            contribution: part.contribution,
        });
        let remaining = explanation.remaining.iter().map(|part| RemainingRecord {
            view: part.view.name(),
            n: part.n,
            contribution: part.contribution,
        });
        let words = explanation.words.iter().map(|part| WordRecord {
            word: part.span.slice(text),
            start: part.span.start,
            end: part.span.end,
            contribution: part.contribution,
        });
        Self {
            label: &head.labels.labels()[explanation.label_idx],
            margin: explanation.margin,
            intercept: explanation.intercept,
            features: features.collect(),
            remainder: explanation.remainder,
            n_remaining: explanation.n_remaining,
            remaining: remaining.collect(),
            words: words.collect(),
            elsewhere: explanation.elsewhere,
        }
    }
}

impl<'a> ArticleScoreRecord<'a> {
    fn of(head: &'a Head, article: &'a ScoredArticle, head_idx: usize) -> Self {
        let labels = head.labels.labels();
        let intervals = article.intervals.as_ref().map(|all| &all[head_idx]);
        let ends = |interval: &Option<Interval>| interval.map(|ends| [ends.low, ends.high]);
        let n_deferred = article.deferred.as_ref().map(|all| all[head_idx]);
        match &article.scores[head_idx] {
            ArticleScore::Stance(share) => Self {
                score: Some(share.score),
                favor: Some(share.favor),
                against: Some(share.against),
                relevant: Some(share.relevant),
                shares: None,
                counts: None,
                n_scored: share.n,
                n_deferred,
                interval: intervals.map(|all| all.first().and_then(ends)),
                intervals: None,
            },
            ArticleScore::Class(share) => Self {
                score: None,
                favor: None,
                against: None,
                relevant: None,
                shares: Some(
                    share
                        .shares
                        .as_ref()
                        .map(|shares| Named::beside(labels, shares)),
                ),
                counts: Some(Named::beside(labels, &share.counts)),
                n_scored: share.n,
                n_deferred,
                interval: None,
                intervals: intervals.map(|all| {
                    let ends = all.iter().map(ends);
                    labels.iter().map(String::as_str).zip(ends).collect()
                }),
            },
        }
    }
}
