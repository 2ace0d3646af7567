//! The party that holds the stance of a statement, and the one that it is taken toward.
//!
//! The rules follow the codebook, section "The holder": who is quoted or says so holds the stance, else who speaks,
//! else who acts. Each rule has a rough confidence.

use crate::gazetteer::PartyIdentity;
use crate::mention::{Mention, MentionKind};
use crate::own::{own_party, speaks_itself, stance_of};
use crate::sentence::Sentence;
use crate::subject::{
    LEADING, SUBJECTS_BACK, agent, back_phrase, deed_of, is_described, is_subject, main_party,
};
use serde::Serialize;
use std::sync::Arc;

/// The rule that found a holder or a counterpart.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The one who acts in a passive: "was condemned by Iran".
    Agent,
    /// A pronoun or "the two countries" points back to a party named earlier.
    Anaphor,
    /// The whole text is the speech of this party.
    Author,
    /// It stands before the holder: "With Iran, Baku has agreed".
    Before,
    /// The holder goes on to speak, and spoke of this party last.
    Context,
    /// It stands behind the holder: "Baku thanked Iran".
    Object,
    /// It acts together with the holder: "Iran and Iraq agreed".
    Partner,
    /// The subject of a passive, whom it is done to: "Iran was condemned by".
    Patient,
    /// The place of a visit: "arrived in Tehran".
    Place,
    /// The one who is quoted or reported speaks for it.
    Speaker,
    /// It is what the sentence begins with: the one who acts.
    Subject,
    /// The turn of a transcript is its.
    Turn,
}

impl Rule {
    /// All members.
    pub const ALL: [Self; 12] = [
        Self::Agent,
        Self::Anaphor,
        Self::Author,
        Self::Before,
        Self::Context,
        Self::Object,
        Self::Partner,
        Self::Patient,
        Self::Place,
        Self::Speaker,
        Self::Subject,
        Self::Turn,
    ];

    /// Gives the name, as in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Anaphor => "anaphor",
            Self::Author => "author",
            Self::Before => "before",
            Self::Context => "context",
            Self::Object => "object",
            Self::Partner => "partner",
            Self::Patient => "patient",
            Self::Place => "place",
            Self::Speaker => "speaker",
            Self::Subject => "subject",
            Self::Turn => "turn",
        }
    }

    /// About how often the rule is right, from 0 to 1: a rounded guess after our own training rows, not a calibrated
    /// probability.
    fn confidence(self) -> f64 {
        match self {
            Self::Author | Self::Turn => 0.9,
            Self::Agent | Self::Speaker => 0.9,
            Self::Object | Self::Partner | Self::Patient | Self::Subject => 0.8,
            Self::Before => 0.7,
            Self::Anaphor | Self::Context | Self::Place => 0.5,
        }
    }
}

/// The part of a party in a statement: its holder or its counterpart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Role {
    /// The party.
    #[serde(flatten)]
    pub party: Arc<PartyIdentity>,
    /// The rule that found it.
    pub rule: Rule,
    /// About how often that rule is right, from 0 to 1; a rounded guess, not a calibrated probability.
    pub confidence: f64,
    /// Whether it is not named in the statement itself.
    pub inferred: bool,
}

impl Role {
    pub(super) fn new(party: &Arc<PartyIdentity>, rule: Rule, inferred: bool) -> Self {
        Self {
            party: party.clone(),
            rule,
            confidence: rule.confidence(),
            inferred,
        }
    }
}

/// Tokens of a sentence, from and up to.
type TokenRange = (usize, usize);

/// The holder and the counterpart of a statement that came before.
pub(super) type KnownPair = (Option<Arc<PartyIdentity>>, Option<Arc<PartyIdentity>>);

/// What is known of a statement before its holder is.
pub(super) struct Known<'a, 't> {
    pub sentence: &'a Sentence<'t>,
    pub mentions: &'a [Mention],
    /// The party of the one who is quoted or reported, with the tokens that name it where they stand here.
    pub speaker: Option<(Arc<PartyIdentity>, Option<TokenRange>)>,
    /// The party of a transcript's turn, or of the whole text.
    pub author: Option<(Arc<PartyIdentity>, Rule)>,
    /// Holder and counterpart of the statements before, the latest last.
    pub before: &'a [KnownPair],
    /// Whether some one speaks here who has no party, so that the sentence's own subject is no witness.
    pub has_other_speaker: bool,
}

/// Words that point back to a counterpart.
#[rustfmt::skip]
const OBJECTS_BACK: &[&str] = &[
    "bilateral", "both", "counterpart", "counterparts", "each", "mutual", "neighbor", "neighbors", "neighbour",
    "neighbours", "other", "side", "sides",
    "them", "their", "they", "two",
];

/// Verbs of a visit, whose place is the one visited.
#[rustfmt::skip]
const VISITS: &[&str] = &[
    "arrive", "arrived", "arrives", "arriving", "fly", "flew", "landed", "received", "tour", "travel", "traveled",
    "travelled", "travelling", "traveling", "trip", "visit", "visited",
    "visiting", "visits", "welcomed",
];

/// Statements that a pronoun reaches back over.
const REACH_BACK: usize = 4;

/// Statements over which a speaker is taken to go on about the same party.
const REACH_OF_SPEAKER: usize = 8;

/// Statements that "the two countries" reaches back over.
pub(super) const REACH_OF_BOTH: usize = 12;

/// Finds the holder and the counterpart of a statement. A statement in the first person has a holder; where nothing
/// says which party speaks, it is `None`, and the counterpart is still found.
pub(super) fn holder_and_counterpart(known: &Known<'_, '_>) -> (Option<Role>, Option<Role>) {
    let named: Vec<&Mention> = known.mentions.iter().collect();
    match holder(known, &named) {
        Some((holder, at)) => {
            let counterpart = counterpart(known, &named, Some(&holder), at);
            (Some(holder), counterpart)
        }
        None => (None, counterpart(known, &named, None, 0)),
    }
}

/// The holder, and the token behind which its counterpart stands.
fn holder(known: &Known<'_, '_>, named: &[&Mention]) -> Option<(Role, usize)> {
    let sentence = known.sentence;
    if let Some((party, tokens)) = &known.speaker {
        let is_here = named.iter().any(|one| one.party == *party);
        return Some((
            Role::new(party, Rule::Speaker, !is_here),
            tokens.map_or(0, |(_, to)| to),
        ));
    }
    if let Some((party, rule)) = &known.author {
        let is_here = named.iter().any(|one| one.party == *party);
        return Some((Role::new(party, *rule, !is_here), 0));
    }
    let begins_with_party = named
        .first()
        .is_some_and(|one| one.from == 0 || one.from == 1 && sentence.is(0, "the"));
    if speaks_itself(sentence) {
        if let Some(own) = own_party(sentence, named) {
            return Some((Role::new(&own.party, Rule::Speaker, false), 0));
        }
        if !begins_with_party {
            let own = main_party(sentence, named).or_else(|| stance_of(sentence, named));
            return own.and_then(|own| subject_role(sentence, own));
        }
    }
    if let Some(agent) = agent(sentence, named) {
        return Some((Role::new(&agent.party, Rule::Agent, false), agent.to));
    }
    let first_comma = (0..sentence.len().min(24)).find(|at| sentence.word(*at) == ",");
    let is_leading = sentence.is_any(0, LEADING);
    let acts = |one: &&&Mention| !one.is_place(sentence);
    let behind_comma = first_comma.filter(|_| is_leading);
    let subject = match behind_comma {
        Some(comma) => {
            let next = comma + 1;
            if sentence.is_any(next, SUBJECTS_BACK) || back_phrase(sentence, named, next) {
                // "In Tehran, he": the pronoun is the subject.
                named
                    .iter()
                    .filter(acts)
                    .find(|one| one.from < comma && one.kind == MentionKind::Leader)
            } else {
                named
                    .iter()
                    .filter(acts)
                    .find(|one| one.from > comma)
                    .or_else(|| named.iter().find(acts))
            }
        }
        None => {
            let starts_back = sentence.is_any(0, SUBJECTS_BACK) || back_phrase(sentence, named, 0);
            match starts_back {
                true => None,
                false => named.iter().find(acts),
            }
        }
    };
    let subject = subject.filter(|one| is_subject(sentence, one, behind_comma));
    if let Some(subject) = subject {
        return subject_role(sentence, subject);
    }
    let begins = behind_comma.map_or(0, |comma| comma + 1);
    let subject = main_party(sentence, named)
        .or_else(|| stance_of(sentence, named))
        .or_else(|| deed_of(sentence, named));
    if let Some(subject) = subject {
        return subject_role(sentence, subject);
    }
    let points_back =
        sentence.is_any(begins, SUBJECTS_BACK) || back_phrase(sentence, named, begins);
    if points_back && !known.has_other_speaker {
        let latest = known
            .before
            .iter()
            .rev()
            .take(REACH_BACK)
            .find_map(|(holder, _)| holder.clone());
        if let Some(party) = latest {
            return Some((Role::new(&party, Rule::Anaphor, true), begins));
        }
    }
    None
}

/// The party that acts as holder, unless somebody else says what it is or ought to do.
fn subject_role(sentence: &Sentence<'_>, subject: &Mention) -> Option<(Role, usize)> {
    let role = Role::new(&subject.party, Rule::Subject, false);
    (!is_described(sentence, subject)).then_some((role, subject.to))
}

fn counterpart(
    known: &Known<'_, '_>,
    named: &[&Mention],
    holder: Option<&Role>,
    behind: usize,
) -> Option<Role> {
    let sentence = known.sentence;
    let others = || {
        named
            .iter()
            .filter(|one| holder.is_none_or(|holder| one.party != holder.party))
    };
    if holder.is_some_and(|holder| holder.rule == Rule::Agent)
        && let Some(patient) = others().find(|one| one.to < behind)
    {
        return Some(Role::new(&patient.party, Rule::Patient, false));
    }
    // Who acts together with the holder: "Iran and Iraq agreed". What they do to a third is done to that one.
    let mut behind = behind;
    let mut partner = None;
    if holder.is_some_and(|holder| holder.rule == Rule::Subject) {
        while let Some(next) = others().find(|one| one.from >= behind)
            && next.from > behind
            && next.from - behind <= 3
            && (behind..next.from).all(|at| sentence.is_any(at, &["and", ",", "the", "both"]))
        {
            behind = next.to;
            partner = partner.or(Some(next));
        }
    }
    let stands = |one: &&&Mention| !one.is_place(sentence) && one.kind != MentionKind::Region;
    let mut objects = others().filter(stands).filter(|one| one.from >= behind);
    let object = objects.next().map(|object| {
        // A body or the place of a treaty is often named by the way: "backed the Council's embargo on Iraq".
        let is_aside = |one: &Mention| {
            let next = one.to;
            one.kind == MentionKind::Body
                || one.kind == MentionKind::Capital && sentence.is_capital(next)
        };
        match is_aside(object) {
            true => objects.find(|one| !is_aside(one)).unwrap_or(object),
            false => object,
        }
    });
    if let Some(object) = object {
        return Some(Role::new(&object.party, Rule::Object, false));
    }
    if let Some(partner) = partner {
        return Some(Role::new(&partner.party, Rule::Partner, false));
    }
    if let Some(before) = others().filter(stands).rfind(|one| one.from < behind) {
        return Some(Role::new(&before.party, Rule::Before, false));
    }
    if holder.is_none_or(|holder| holder.rule == Rule::Speaker || holder.rule == Rule::Author)
        && let Some(place) =
            others().find(|one| matches!(one.kind, MentionKind::State | MentionKind::Region))
    {
        return Some(Role::new(&place.party, Rule::Place, false));
    }
    let is_visit = (0..sentence.len()).any(|at| sentence.is_any(at, VISITS));
    if let Some(place) = others().find(|one| is_visit || one.kind == MentionKind::Region) {
        return Some(Role::new(&place.party, Rule::Place, false));
    }
    let points_back = (0..sentence.len()).any(|at| sentence.is_any(at, OBJECTS_BACK));
    // "The two countries" reaches further back than a pronoun.
    let names_both = (0..sentence.len()).any(|at| {
        sentence.is_any(at, &["both", "two"])
            && sentence.is_any(
                at + 1,
                &[
                    "countries",
                    "nations",
                    "neighbors",
                    "neighbours",
                    "parties",
                    "peoples",
                    "sides",
                    "states",
                ],
            )
    });
    if (points_back || names_both) && holder.is_some() {
        let reach = if names_both {
            REACH_OF_BOTH
        } else {
            REACH_BACK
        };
        let mut before = known.before.iter().rev().take(reach);
        let latest = before.find_map(|(of_holder, of_counterpart)| {
            [of_counterpart, of_holder]
                .into_iter()
                .flatten()
                .find(|party| holder.is_none_or(|holder| **party != holder.party))
                .cloned()
        });
        if let Some(party) = latest {
            return Some(Role::new(&party, Rule::Anaphor, true));
        }
    }
    // Who goes on to speak, speaks to the same party until another is named.
    let speaks =
        holder.filter(|holder| matches!(holder.rule, Rule::Anaphor | Rule::Speaker | Rule::Turn));
    if let Some(holder) = speaks
        && named.iter().all(|one| one.party == holder.party)
    {
        let mut before = known.before.iter().rev().take(REACH_OF_SPEAKER);
        let latest = before.find_map(|pair| match pair {
            (Some(of_holder), Some(of_counterpart)) if *of_holder == holder.party => {
                Some(of_counterpart.clone())
            }
            (Some(of_holder), Some(of_counterpart)) if *of_counterpart == holder.party => {
                Some(of_holder.clone())
            }
            _ => None,
        });
        if let Some(party) = latest {
            return Some(Role::new(&party, Rule::Context, true));
        }
    }
    None
}
