//! A scored article as JSON.

use detente_metrics::Interval;
use detente_model::{Explanation, Head, Model, Score};
use detente_score::aggregate::ArticleScore;
use detente_score::{ScoredArticle, ScoredStatement};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Value, json};

/// An article scored by `model` as the JSON object that `detente score --format jsonl` prints.
pub fn article_json(model: &Model, article: &ScoredArticle) -> String {
    let record = ArticleRecord(model.heads(), article);
    // Invariant: all keys are strings, and a string takes whatever is written to it.
    serde_json::to_string(&record).expect("an article is JSON")
}

/// The labels that cannot be ruled out at the risk asked for, and what follows.
#[derive(Clone, Copy)]
pub(super) struct Deferral<'a> {
    head: &'a Head,
    prediction_set: &'a [usize],
    pub(super) is_deferred: bool,
}

impl<'a> Deferral<'a> {
    pub(super) fn of(
        head: &'a Head,
        statement: &'a ScoredStatement,
        head_idx: usize,
    ) -> Option<Self> {
        Some(Self {
            head,
            prediction_set: &statement.prediction_sets.as_ref()?[head_idx],
            is_deferred: statement.is_deferred(head_idx)?,
        })
    }

    pub(super) fn names(self) -> impl Iterator<Item = &'a str> + Clone {
        let labels = self.head.labels.labels();
        self.prediction_set.iter().map(|idx| labels[*idx].as_str())
    }
}

/// An article as a JSON object. It is written field by field without a tree in between, which on
/// large inputs saves a third of the time.
pub(super) struct ArticleRecord<'a>(pub(super) &'a [Head], pub(super) &'a ScoredArticle);

impl Serialize for ArticleRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(heads, article) = self;
        let statements = article.statements.iter().map(|s| StatementRecord(heads, s));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &article.id)?;
        map.serialize_entry("title", &article.title)?;
        map.serialize_entry("date", &article.date)?;
        if let Some(n) = &article.n_without_mention {
            map.serialize_entry("without_mention", n)?;
        }
        map.serialize_entry("statements", &Listed(|| statements.clone()))?;
        let scores = heads.iter().zip(&article.scores).enumerate();
        let scores = scores.map(|(head_idx, (head, score))| {
            let deferred = article.deferred.as_ref().map(|all| all[head_idx]);
            let intervals = article.intervals.as_ref().map(|all| &all[head_idx][..]);
            (&head.target, ShareRecord(head, score, deferred, intervals))
        });
        map.serialize_entry("article", &Named(|| scores.clone()))?;
        if let Some(text) = &article.full_text {
            map.serialize_entry("full_text", text)?;
        }
        map.end()
    }
}

#[derive(Clone)]
struct StatementRecord<'a>(&'a [Head], &'a ScoredStatement);

impl Serialize for StatementRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(heads, statement) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("start", &statement.span.map(|span| span.start))?;
        map.serialize_entry("end", &statement.span.map(|span| span.end))?;
        map.serialize_entry("title", &statement.is_title)?;
        map.serialize_entry("has_known_features", &statement.scores.is_known)?;
        map.serialize_entry("text", &statement.text)?;
        let targets = heads.iter().enumerate().map(|(head_idx, head)| {
            let score = &statement.scores.targets[head_idx];
            let explanation = statement.explanations.as_ref().map(|all| &all[head_idx]);
            let deferral = Deferral::of(head, statement, head_idx);
            (
                &head.target,
                ScoreRecord(
                    head,
                    score,
                    deferral,
                    explanation.map(|e| (e, &statement.text)),
                ),
            )
        });
        map.serialize_entry("targets", &Named(|| targets.clone()))?;
        map.end()
    }
}

struct ScoreRecord<'a>(
    &'a Head,
    &'a Score,
    Option<Deferral<'a>>,
    Option<(&'a Explanation, &'a String)>,
);

impl Serialize for ScoreRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(head, score, deferral, explanation) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("label", &head.labels.labels()[score.label_idx])?;
        map.serialize_entry("score", &score.stance)?;
        let probabilities = by_label(head, &score.probabilities);
        map.serialize_entry("probabilities", &Named(|| probabilities.clone()))?;
        if let Some(deferral) = deferral {
            map.serialize_entry("prediction_set", &Listed(|| deferral.names()))?;
            map.serialize_entry("deferred", &deferral.is_deferred)?;
        }
        if let Some((explanation, text)) = explanation {
            map.serialize_entry("explanation", &explanation_json(head, explanation, text))?;
        }
        map.end()
    }
}

struct ShareRecord<'a>(
    &'a Head,
    &'a ArticleScore,
    Option<usize>,
    Option<&'a [Option<Interval>]>,
);

impl Serialize for ShareRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.1 {
            ArticleScore::Stance(share) => {
                map.serialize_entry("score", &share.score)?;
                map.serialize_entry("favor", &share.favor)?;
                map.serialize_entry("against", &share.against)?;
                map.serialize_entry("relevant", &share.relevant)?;
                map.serialize_entry("n_scored", &share.n)?;
            }
            ArticleScore::Class(share) => {
                let shares = share.shares.as_ref().map(|shares| by_label(self.0, shares));
                map.serialize_entry("shares", &shares.map(|s| Named(move || s.clone())))?;
                let counts = by_label(self.0, &share.counts);
                map.serialize_entry("counts", &Named(|| counts.clone()))?;
                map.serialize_entry("n_scored", &share.n)?;
            }
        }
        if let Some(deferred) = self.2 {
            map.serialize_entry("n_deferred", &deferred)?;
        }
        if let Some(intervals) = self.3 {
            let mut ends = intervals.iter().map(|i| i.map(|i| [i.low, i.high]));
            match self.1 {
                ArticleScore::Stance(_) => {
                    map.serialize_entry("interval", &ends.next().flatten())?
                }
                ArticleScore::Class(_) => {
                    let ends: Vec<Option<[f64; 2]>> = ends.collect();
                    let intervals = by_label(self.0, &ends);
                    map.serialize_entry("intervals", &Named(|| intervals.clone()))?;
                }
            }
        }
        map.end()
    }
}

/// A JSON array of what the function gives.
struct Listed<F>(F);

impl<I: Iterator<Item: Serialize>, F: Fn() -> I> Serialize for Listed<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0())
    }
}

/// A JSON object of the names and values that the function gives.
struct Named<F>(F);

impl<K: Serialize, V: Serialize, I: Iterator<Item = (K, V)>, F: Fn() -> I> Serialize for Named<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0())
    }
}

fn by_label<'a, T>(
    head: &'a Head,
    values: &'a [T],
) -> impl Iterator<Item = (&'a String, &'a T)> + Clone {
    head.labels.labels().iter().zip(values)
}

fn explanation_json(head: &Head, explanation: &Explanation, text: &str) -> Value {
    let features: Vec<Value> = explanation
        .contributions
        .iter()
        .map(|part| {
            json!({
                "feature": part.feature,
                "value": part.value,
                "weight": part.weight,
                "contribution": part.contribution,
            })
        })
        .collect();
    let remaining: Vec<Value> = explanation
        .remaining
        .iter()
        .map(|part| {
            json!({
                "view": part.view.name(),
                "n": part.n,
                "contribution": part.contribution,
            })
        })
        .collect();
    let words: Vec<Value> = explanation
        .words
        .iter()
        .map(|part| {
            json!({
                "word": part.span.slice(text),
                "start": part.span.start,
                "end": part.span.end,
                "contribution": part.contribution,
            })
        })
        .collect();
    json!({
        "label": head.labels.labels()[explanation.label_idx],
        "margin": explanation.margin,
        "intercept": explanation.intercept,
        "features": features,
        "remainder": explanation.remainder,
        "n_remaining": explanation.n_remaining,
        "remaining": remaining,
        "words": words,
        "elsewhere": explanation.elsewhere,
    })
}
