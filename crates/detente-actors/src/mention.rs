//! Where a text names parties.

use crate::gazetteer::{Gazetteer, PartyIdentity};
use crate::homonym::Homonyms;
use crate::sentence::Sentence;
use detente_text::{PartyKind, Span};
use serde::Serialize;
use std::sync::Arc;

/// How a mention names its party.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MentionKind {
    /// The name of a body.
    Body,
    /// A capital.
    Capital,
    /// A people or an adjective.
    Demonym,
    /// The name of an armed group.
    Group,
    /// A leader whom the table knows.
    Leader,
    /// A person whom the text introduces with a party: "Iran's envoy Ali Bahreini", and later "Bahreini".
    Person,
    /// A contested region.
    Region,
    /// A building or an office.
    Seat,
    /// The name of a state, or one of the user's own names.
    State,
}

impl From<PartyKind> for MentionKind {
    fn from(kind: PartyKind) -> Self {
        match kind {
            PartyKind::Body => Self::Body,
            PartyKind::Capital => Self::Capital,
            PartyKind::Demonym => Self::Demonym,
            PartyKind::Group => Self::Group,
            PartyKind::Leader => Self::Leader,
            PartyKind::Region => Self::Region,
            PartyKind::Seat => Self::Seat,
            PartyKind::State => Self::State,
        }
    }
}

/// A place in a text that names a party.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Mention {
    /// Where the name stands in the text.
    #[serde(serialize_with = "crate::ends::span_ends")]
    pub span: Span,
    /// How it names the party.
    pub kind: MentionKind,
    /// The party.
    pub party: Arc<PartyIdentity>,
    /// The tokens that it covers in its sentence.
    #[serde(skip)]
    pub(super) from: usize,
    #[serde(skip)]
    pub(super) to: usize,
}

impl Mention {
    /// Whether it is the name of a place where something happens: "in Tehran".
    pub(super) fn is_place(&self, sentence: &Sentence<'_>) -> bool {
        let is_place_name = matches!(
            self.kind,
            MentionKind::Capital | MentionKind::State | MentionKind::Region | MentionKind::Seat
        );
        let is_possessive = sentence.is_possessive(self.to - 1);
        let mut before = self.from;
        while before > 0
            && sentence.is_any(
                before - 1,
                &[
                    "the", "central", "eastern", "northern", "southern", "western",
                ],
            )
        {
            before -= 1;
        }
        // "the Government in Minsk": who sits there is meant.
        let is_seat = before > 1 && sentence.is_any(before - 2, SITS);
        is_place_name
            && !is_possessive
            && !is_seat
            && before > 0
            && sentence.is_any(
                before - 1,
                &[
                    "across",
                    "around",
                    "at",
                    "in",
                    "inside",
                    "near",
                    "outside",
                    "throughout",
                    "within",
                ],
            )
    }
}

/// Words behind a hyphen that make an attribute of a party.
#[rustfmt::skip]
const ATTRIBUTES: &[&str] = &[
    "aligned", "allied", "backed", "based", "born", "brokered", "built", "controlled", "educated", "funded", "led",
    "made", "mediated",
    "occupied", "owned", "run", "sponsored", "style", "supplied", "supported", "trained",
];

/// Words before "in" and a capital that make a party of it.
#[rustfmt::skip]
const SITS: &[&str] = &[
    "administration", "authorities", "briefer", "cabinet", "government", "junta", "leadership", "ministry", "office",
    "officials", "palace", "parliament", "presidency",
    "president", "regime", "rulers", "spokesman", "spokesperson", "spokeswoman",
];

/// Finds the parties that a sentence names, without those that only look so.
pub(super) fn mentions(
    sentence: &Sentence<'_>,
    gazetteer: &Gazetteer,
    homonyms: &Homonyms<'_>,
    year: Option<i16>,
) -> Vec<Mention> {
    let named = gazetteer.find(sentence, year).into_iter();
    let meant = named.filter_map(|named| {
        let party = homonyms.meant(sentence, &named, gazetteer)?;
        // "Iran-backed Houthis": what is said is said of the Houthis.
        let is_attribute = sentence.text[..sentence.start(named.to)].ends_with('-')
            && sentence.is_any(named.to, ATTRIBUTES);
        if is_attribute {
            return None;
        }
        Some(Mention {
            span: sentence.span_of(named.from, named.to),
            kind: named.kind.into(),
            party,
            from: named.from,
            to: named.to,
        })
    });
    meant.collect()
}
