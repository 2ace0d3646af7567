//! What answers look like, for the OpenAPI document.
//!
//! An answer itself is written by [`report`](crate::report), field by field; a test holds the two
//! together.

use detente_model::Model;
use detente_model::label::TargetKind;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A model that can be asked for.
#[derive(Serialize, ToSchema)]
#[schema(as = Model)]
pub(super) struct ServedModel {
    /// The name by which to ask for it.
    name: String,
    /// Its targets.
    targets: Vec<ServedTarget>,
    /// Rows that it learned from.
    n_rows: usize,
    /// Documents that they come from.
    n_documents: usize,
    /// Hash of those rows, which tells two trainings apart.
    fingerprint: String,
    /// Whether it learned what is said around a `mention`.
    wants_mention: bool,
}

/// What a model judges statements on.
#[derive(Serialize, ToSchema)]
#[schema(as = Target)]
pub(super) struct ServedTarget {
    /// The name.
    target: String,
    /// Whether it has a score from -1 to 1.
    is_stance: bool,
    /// Its labels.
    labels: Vec<String>,
}

impl ServedModel {
    pub(super) fn of(name: &str, model: &Model) -> Self {
        let targets = model.heads().iter().map(|head| ServedTarget {
            target: head.target.clone(),
            is_stance: head.labels.kind() == TargetKind::Stance,
            labels: head.labels.labels().to_vec(),
        });
        let record = model.record();
        Self {
            name: name.to_owned(),
            targets: targets.collect(),
            n_rows: record.n_rows,
            n_documents: record.n_groups,
            fingerprint: record.fingerprint.clone(),
            wants_mention: model.wants_mentions(),
        }
    }
}

/// An article with its scores; several are a list of these.
#[derive(ToSchema)]
#[expect(dead_code, reason = "report writes it; this says how it looks")]
pub(super) struct Article {
    id: String,
    title: Option<String>,
    date: Option<String>,
    /// Statements that were not scored, since the mention is not in them; only where one was given.
    #[schema(required = false)]
    without_mention: usize,
    statements: Vec<Statement>,
    /// The scores of the whole, by target.
    article: BTreeMap<String, Share>,
    /// The text as it was; only with `full`.
    #[schema(required = false)]
    full_text: String,
}

/// A sentence, or a clause that stands alone.
#[derive(ToSchema)]
#[expect(dead_code, reason = "report writes it; this says how it looks")]
pub(super) struct Statement {
    /// Where it begins in the text, in bytes; null for a title that stands apart.
    start: Option<usize>,
    /// Where it ends.
    end: Option<usize>,
    /// Whether it is the title.
    title: bool,
    /// Whether the model knows anything in it. If not, its labels are those that are most common.
    has_known_features: bool,
    text: String,
    /// The answers, by target.
    targets: BTreeMap<String, Score>,
}

/// The answer for one target.
#[derive(ToSchema)]
#[expect(dead_code, reason = "report writes it; this says how it looks")]
pub(super) struct Score {
    label: String,
    /// P(favor) - P(against), from -1 to 1; null for a target without sides.
    score: Option<f64>,
    /// By label; they add up to 1.
    probabilities: BTreeMap<String, f64>,
    /// The labels that cannot be ruled out at `max_risk`; only where one was given.
    #[schema(required = false)]
    prediction_set: Vec<String>,
    /// Whether the answer is left to a person; only where `max_risk` was given.
    #[schema(required = false)]
    deferred: bool,
    /// Why; only where it was asked for.
    #[schema(required = false)]
    explanation: Explanation,
}

/// What moved a label. `intercept`, the contributions of the features and `remainder` add up to `margin`;
/// so do `intercept`, the contributions of the words and `elsewhere`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "report writes it; this says how it looks")]
pub(super) struct Explanation {
    label: String,
    /// Log-odds before calibration.
    margin: f64,
    intercept: f64,
    /// The features that moved it most, the strongest first.
    features: Vec<Feature>,
    /// What the other features contribute together.
    remainder: f64,
    /// How many those are.
    n_remaining: usize,
    /// The same by view of the features.
    remaining: Vec<Remaining>,
    /// The same margin by the words of the statement, in their order.
    words: Vec<Word>,
    /// What features contribute that stand for no word.
    elsewhere: f64,
}

/// A word of a statement.
#[derive(ToSchema)]
#[expect(dead_code, reason = "report writes it; this says how it looks")]
pub(super) struct Word {
    word: String,
    /// Where it begins in the statement's text, in bytes of UTF-8.
    start: usize,
    /// Where it has ended.
    end: usize,
    /// Its shares of all features that it is a part of.
    contribution: f64,
}

/// What the features of one view that are not listed contribute together.
#[derive(ToSchema)]
#[expect(dead_code, reason = "report writes it; this says how it looks")]
pub(super) struct Remaining {
    view: String,
    /// How many they are.
    n: usize,
    contribution: f64,
}

/// A feature of a statement.
#[derive(ToSchema)]
#[expect(dead_code, reason = "report writes it; this says how it looks")]
pub(super) struct Feature {
    feature: String,
    value: f64,
    weight: f64,
    /// The value times the weight.
    contribution: f64,
}

/// The score of a whole article on one target: `score`, `favor`, `against` and `relevant` where the
/// target has sides, else `shares` and `counts`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "report writes it; this says how it looks")]
pub(super) struct Share {
    /// Mean of the statements' scores, weighted by relevance; null where none is relevant.
    #[schema(required = false)]
    score: Option<f64>,
    /// Statements in favor.
    #[schema(required = false)]
    favor: usize,
    /// Statements against.
    #[schema(required = false)]
    against: usize,
    /// Statements that are either.
    #[schema(required = false)]
    relevant: usize,
    /// Mean probability, by label; null where no statement is known.
    #[schema(required = false)]
    shares: Option<BTreeMap<String, f64>>,
    /// Statements, by label.
    #[schema(required = false)]
    counts: BTreeMap<String, usize>,
    /// Statements that are known.
    n_scored: usize,
    /// Statements that are left to a person; only where `max_risk` was given.
    #[schema(required = false)]
    n_deferred: usize,
    /// Where the score of such articles lies, at 95 %; only with `full`.
    #[schema(required = false)]
    interval: Option<Vec<f64>>,
    /// The same of each share.
    #[schema(required = false)]
    intervals: BTreeMap<String, Option<Vec<f64>>>,
}
