//! One statement of a holder toward a counterpart.

use detente_actors::{PartyIdentity, Role, Rule};
use detente_data::corpus::parse_date;
use detente_model::Head;
use detente_model::label::TargetKind;
use detente_score::ScoredArticle;
use detente_score::who::{Event, Relation};
use jiff::civil::Date;
use std::sync::Arc;

/// A statement with its two parties and its scores. Where two parties act together it gives two rows, one from the
/// side of each.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StatementRow {
    /// The article's id.
    pub article: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Its date, where it has one that can be read.
    pub date: Option<Date>,
    /// Where the statement begins in the text, in bytes.
    pub start: Option<usize>,
    /// Where it ends.
    pub end: Option<usize>,
    /// Its words.
    pub text: Arc<str>,
    /// Who holds the stance.
    pub holder: Role,
    /// Toward whom.
    pub counterpart: Role,
    /// The one who is quoted or reported, as written.
    pub speaker: Option<Arc<str>>,
    /// Score and relevance on each stance target of the model, in the order of its heads.
    pub stances: Vec<(f64, f64)>,
    /// The label given on each stance target.
    pub labels: Vec<String>,
    /// How the holder stands toward the counterpart.
    pub relation: Option<Relation>,
    /// The kind of event between them.
    pub event: Option<Event>,
}

/// The names of the measures of a pair: the stance targets of the model, `relation` and `event`.
pub fn measures_of(heads: &[Head]) -> Vec<String> {
    let stances = heads
        .iter()
        .filter(|head| head.labels.kind() == TargetKind::Stance);
    let stances = stances.map(|head| head.target.clone());
    stances
        .chain(["relation".to_owned(), "event".to_owned()])
        .collect()
}

/// The rows of an article that was scored by a model with these heads.
pub fn statement_rows(heads: &[Head], article: &ScoredArticle) -> Vec<StatementRow> {
    let id: Arc<str> = article.id.as_str().into();
    let title: Option<Arc<str>> = article.title.as_deref().map(Into::into);
    let date = article.date.as_deref().and_then(parse_date);
    let is_stance = |head: &Head| head.labels.kind() == TargetKind::Stance;
    let mut rows = Vec::new();
    for statement in &article.statements {
        let Some(who) = &statement.who else {
            continue;
        };
        let (Some(holder), Some(counterpart)) = (&who.holder, &who.counterpart) else {
            continue;
        };
        if !statement.scores.is_known {
            continue;
        }
        let scores = || {
            heads
                .iter()
                .zip(&statement.scores.targets)
                .filter(|(head, _)| is_stance(head))
        };
        let row = StatementRow {
            article: id.clone(),
            title: title.clone(),
            date,
            start: statement.span.map(|span| span.start),
            end: statement.span.map(|span| span.end),
            text: statement.text.as_str().into(),
            holder: holder.clone(),
            counterpart: counterpart.clone(),
            speaker: who
                .speaker
                .as_ref()
                .map(|speaker| speaker.name.as_str().into()),
            stances: scores()
                .map(|(_, score)| (score.stance.unwrap_or(0.0), score.relevance.unwrap_or(1.0)))
                .collect(),
            labels: scores()
                .map(|(head, score)| head.labels.labels()[score.label_idx].clone())
                .collect(),
            relation: who.relation.clone(),
            event: who.event.clone(),
        };
        if counterpart.rule == Rule::Partner {
            rows.push(StatementRow {
                holder: counterpart.clone(),
                counterpart: holder.clone(),
                ..row.clone()
            });
        }
        rows.push(row);
    }
    rows
}

impl StatementRow {
    /// The two parties.
    pub fn pair(&self) -> (&Arc<PartyIdentity>, &Arc<PartyIdentity>) {
        (&self.holder.party, &self.counterpart.party)
    }

    /// What the statement adds to each measure: the score times its weight, and the weight. A stance and the relation
    /// weigh as much as they are relevant, an event is counted.
    pub(super) fn sums(&self) -> Vec<(f64, f64)> {
        let stances = self
            .stances
            .iter()
            .map(|(score, relevance)| (score * relevance, *relevance));
        let relation = self.relation.as_ref().map_or((0.0, 0.0), |relation| {
            let relevance = relation.friendly + relation.hostile;
            (relation.score() * relevance, relevance)
        });
        let event = self
            .event
            .as_ref()
            .map_or((0.0, 0.0), |event| (event.weight, 1.0));
        stances.chain([relation, event]).collect()
    }

    /// How much the statement says: the greatest of the relevant scores.
    pub(super) fn strength(&self) -> f64 {
        let stances = self
            .stances
            .iter()
            .map(|(score, relevance)| (score * relevance).abs());
        let relation = self.relation.iter().map(|relation| relation.score().abs());
        stances.chain(relation).fold(0.0, f64::max)
    }
}
