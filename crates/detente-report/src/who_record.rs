//! Who takes the stance of a statement, toward whom, as records.

use detente_actors::{PartyIdentity, Quotation, Role};
use detente_score::who::{Event, Relation, StatementWho};
use detente_text::Span;
use serde::Serialize;

/// Who takes the stance of a statement, and toward whom.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Who")
)]
#[non_exhaustive]
pub struct WhoRecord<'a> {
    /// The party that holds the stance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "RoleRecord"))]
    pub holder: Option<RoleRecord<'a>>,
    /// The party that it is taken toward.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "RoleRecord"))]
    pub counterpart: Option<RoleRecord<'a>>,
    /// The one who is quoted or reported, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub speaker: Option<&'a str>,
    /// What of the statement is a quotation or a report of what was said: the one that covers most of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "QuoteRecord"))]
    pub quote: Option<QuoteRecord<'a>>,
    /// How the holder stands toward the counterpart; only where there are both.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "RelationRecord"))]
    pub relation: Option<RelationRecord<'a>>,
    /// The kind of event between the two.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "EventRecord"))]
    pub event: Option<EventRecord<'a>>,
}

/// A party in a statement, and the rule that found it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Role")
)]
#[non_exhaustive]
pub struct RoleRecord<'a> {
    /// ISO 3166 in three letters where there is a code, else an id in capitals.
    pub id: &'a str,
    /// The short English name.
    pub name: &'a str,
    /// The name of the rule.
    pub rule: &'static str,
    /// About how often that rule is right, from 0 to 1; a rounded guess, not a calibrated probability.
    pub confidence: f64,
    /// Whether the statement itself does not name the party.
    pub inferred: bool,
}

/// What of a statement is quoted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Quote")
)]
#[non_exhaustive]
pub struct QuoteRecord<'a> {
    /// `direct`, `indirect` or `mixed`.
    pub kind: &'static str,
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The id of the party that its speaker speaks for; null where that is not known.
    pub party: Option<&'a str>,
}

/// How a holder stands toward a counterpart.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Relation")
)]
#[non_exhaustive]
pub struct RelationRecord<'a> {
    /// `friendly`, `hostile` or `none`.
    pub label: &'a str,
    /// P(friendly) - P(hostile), from -1 to 1.
    pub score: f64,
    /// P(friendly).
    pub friendly: f64,
    /// P(hostile).
    pub hostile: f64,
}

/// The kind of event between a holder and a counterpart.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Event")
)]
#[non_exhaustive]
pub struct EventRecord<'a> {
    /// `verbal cooperation`, `material cooperation`, `verbal conflict`, `material conflict` or `none`.
    pub class: &'a str,
    /// The probability of the class.
    pub probability: f64,
    /// The root of PLOVER that is most probable: `accuse`, `aid`.
    pub root: &'a str,
    /// The mean weight of the roots, by their probabilities, from -10 (conflict) to 10 (cooperation).
    pub weight: f64,
}

impl<'a> WhoRecord<'a> {
    pub(super) fn of(who: &'a StatementWho, span: Span) -> Self {
        Self {
            holder: who.holder.as_ref().map(RoleRecord::of),
            counterpart: who.counterpart.as_ref().map(RoleRecord::of),
            speaker: who.speaker.as_ref().map(|speaker| &*speaker.name),
            quote: who
                .quotations
                .iter()
                .max_by_key(|one| {
                    one.span
                        .end
                        .min(span.end)
                        .saturating_sub(one.span.start.max(span.start))
                })
                .map(QuoteRecord::of),
            relation: who.relation.as_ref().map(RelationRecord::of),
            event: who.event.as_ref().map(EventRecord::of),
        }
    }
}

impl<'a> RoleRecord<'a> {
    fn of(role: &'a Role) -> Self {
        let PartyIdentity { id, name, .. } = &*role.party;
        Self {
            id,
            name,
            rule: role.rule.name(),
            confidence: role.confidence,
            inferred: role.inferred,
        }
    }
}

impl<'a> QuoteRecord<'a> {
    fn of(quotation: &'a Quotation) -> Self {
        Self {
            kind: quotation.kind.name(),
            start: quotation.span.start,
            end: quotation.span.end,
            party: quotation.party.as_ref().map(|party| &*party.id),
        }
    }
}

impl<'a> RelationRecord<'a> {
    fn of(relation: &'a Relation) -> Self {
        Self {
            label: &relation.label,
            score: relation.score(),
            friendly: relation.friendly,
            hostile: relation.hostile,
        }
    }
}

impl<'a> EventRecord<'a> {
    fn of(event: &'a Event) -> Self {
        Self {
            class: &event.class,
            probability: event.probability,
            root: &event.root,
            weight: event.weight,
        }
    }
}
