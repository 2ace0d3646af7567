//! The party that holds the stance of a statement, and the one that it is taken toward.
//!
//! The rules follow the codebook, section "The holder": who is quoted or says so holds the stance, else who speaks,
//! else who acts. Each rule has a rough confidence.

use crate::gazetteer::PartyIdentity;
use crate::mention::{Mention, MentionKind};
use crate::sentence::Sentence;
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

/// Prepositions that make a place or a time of what follows at the beginning of a sentence.
#[rustfmt::skip]
const LEADING: &[&str] = &[
    "about", "after", "against", "ahead", "along", "alongside", "amid", "among", "as", "at", "because", "before",
    "behind", "beside", "besides",
    "between", "beyond", "by", "concerning", "considering", "contrary", "despite", "during", "even", "following",
    "for", "from",
    "given", "if", "in", "inside", "instead", "like", "near", "of", "on", "once", "over", "regarding", "since",
    "though", "through", "to",
    "together", "toward", "towards", "under", "unless", "unlike", "until", "upon", "when", "whereas", "while",
    "with", "within", "without",
];

/// Pronouns and phrases that stand for the holder as a subject.
const SUBJECTS_BACK: &[&str] = &["he", "she", "it", "they"];

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

/// Whether the one who speaks is the holder without being named: the first person, or a paragraph of a resolution
/// ("Calls upon", "Deeply concerned").
fn speaks_itself(sentence: &Sentence<'_>) -> bool {
    let is_first_person = (0..sentence.len()).any(|at| {
        matches!(
            sentence.word(at),
            "I" | "we" | "We" | "our" | "Our" | "us" | "my" | "My" | "ourselves" | "ours"
        ) && !sentence.is(at + 1, ".")
    });
    is_first_person || begins_as_resolution(sentence)
}

/// Words that paragraphs of resolutions begin with.
#[rustfmt::skip]
const RESOLUTION_STARTS: &[&str] = &[
    "acknowledging", "acknowledges", "affirming", "affirms", "alarmed", "appeals", "appealing", "appreciating",
    "appreciates", "approves", "authorizes", "aware", "bearing", "calling",
    "calls", "commending", "commends", "concerned", "condemning", "condemns", "confirms", "congratulates",
    "conscious", "considering", "considers", "convinced", "decides", "declares", "deeply",
    "demands", "demanding", "deploring", "deplores", "deprecates", "determined", "determines", "disturbed",
    "emphasises", "emphasising", "emphasizes", "emphasizing", "encourages", "encouraging", "endorses",
    "expresses", "expressing", "gravely", "guided", "having", "insists", "invites", "inviting", "mindful", "notes",
    "noting", "outraged", "pays", "proclaims", "profoundly", "reaffirming",
    "reaffirms", "recalling", "recalls", "recognising", "recognizes", "recognizing", "recommends", "regrets",
    "regretting", "reiterates", "reiterating", "rejects", "rejecting", "reminds",
    "renews", "requests", "requires", "resolves", "seriously", "shocked", "stresses", "stressing", "strongly",
    "supports", "supporting", "takes", "taking", "underlines", "underlining", "underscores", "urges",
    "urging", "warns", "welcomes", "welcoming",
];

fn begins_as_resolution(sentence: &Sentence<'_>) -> bool {
    // A paragraph number may stand before it.
    let first =
        (0..sentence.len().min(4)).find(|at| sentence.word(*at).starts_with(char::is_alphabetic));
    first.is_some_and(|at| {
        sentence.is_capital(at)
            && sentence.is_any(at, RESOLUTION_STARTS)
            && !matches!(sentence.word(at), "Having" | "Considering" | "Deeply")
                | sentence.is_any(at + 1, &["considered", "concerned", "regretting", "that"])
    })
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
    if speaks_itself(sentence) && !begins_with_party {
        return None;
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
        return Some((Role::new(&subject.party, Rule::Subject, false), subject.to));
    }
    let begins = behind_comma.map_or(0, |comma| comma + 1);
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

/// Prepositions before a party to whom something is done.
const TOWARD: &[&str] = &[
    "against", "from", "into", "on", "to", "toward", "towards", "upon", "with",
];

/// Bodies and offices that act without being named: "The Committee removed Liberia from the list".
#[rustfmt::skip]
const UNNAMED: &[&str] = &[
    "ambassador", "assembly", "bloc", "board", "bureau", "cabinet", "commission", "committee", "community",
    "conference", "congress", "council", "delegation", "delegations", "foreign", "governments",
    "group", "heads", "leaders", "mediator", "mediators", "meeting", "members", "minister", "ministers", "ministry",
    "movement", "parliament", "participants", "parties", "president", "secretariat",
    "secretary", "spokesman", "spokesperson", "spokeswoman", "summit", "tribunal",
];

/// Participles that tell how somebody feels, not what is done to them.
#[rustfmt::skip]
const FEELINGS: &[&str] = &[
    "alarmed", "ashamed", "committed", "concerned", "convinced", "dedicated", "delighted", "determined",
    "disappointed", "engaged", "expected", "interested", "involved", "open", "pleased",
    "prepared", "worried",
];

/// Whether a party that is named first acts, rather than being acted on.
fn is_subject(sentence: &Sentence<'_>, one: &Mention, behind_comma: Option<usize>) -> bool {
    let begins = behind_comma.map_or(0, |comma| comma + 1);
    let mut before = one.from;
    while before > begins && sentence.is_any(before - 1, &["the", "neighbouring", "neighboring"]) {
        before -= 1;
    }
    if before > begins
        && behind_comma.is_none_or(|_| one.from > begins)
        && sentence.is_any(before - 1, TOWARD)
        && before - begins > 1
    {
        return false;
    }
    // "The Committee removed Liberia": a subject without a party stands before a verb.
    let is_other = (begins..one.from).any(|at| sentence.is_any(at, UNNAMED))
        && (begins + 1..one.from).any(|at| {
            is_participle(sentence, at)
                || sentence.is_any(
                    at,
                    &[
                        "has", "have", "will", "had", "is", "are", "was", "were", "would",
                        "agreed", "decided",
                    ],
                )
        });
    if is_other {
        return false;
    }
    // "Brown thanked Chad": a name that is no party's acts.
    let mut name_end = begins;
    while name_end < one.from
        && sentence.is_capital(name_end)
        && !sentence.is_any(name_end, LEADING)
    {
        name_end += 1;
    }
    let is_attribute = sentence.text[..sentence.start(name_end)].ends_with('-');
    if name_end > begins
        && name_end < one.from
        && !is_attribute
        && is_participle(sentence, name_end)
    {
        return false;
    }
    // "Paraguay was suspended": it is done to it.
    let be = (one.to..sentence.len().min(one.to + 4))
        .find(|at| sentence.is_any(*at, &["was", "were", "been", "be"]));
    let is_passive = be.is_some_and(|be| {
        let next = be + 1;
        is_participle(sentence, next) && !sentence.is_any(next, FEELINGS)
    });
    !is_passive
}

/// "The ministry", "his country", "the two countries": a subject that stands for a party named earlier.
fn back_phrase(sentence: &Sentence<'_>, named: &[&Mention], idx: usize) -> bool {
    let office = (idx + 1..idx + 4).find(|at| is_office(sentence, *at));
    let Some(office) = office else {
        return false;
    };
    // "The Iranian president", "the ministry in Nairobi" name their party themselves.
    let is_named = named.iter().any(|one| {
        let is_before = idx < one.from && one.from < office;
        let is_behind = office < one.from
            && one.from <= office + 4
            && sentence.is_any(one.from - 1, &["at", "in", "of", "the"]);
        is_before || is_behind
    });
    let is_definite = sentence.is_any(idx, &["the", "his", "her", "their", "its", "both", "this"]);
    is_definite && !is_named
}

/// Whether a token is an office or what stands for a state, in lower case.
fn is_office(sentence: &Sentence<'_>, at: usize) -> bool {
    !sentence.is_capital(at)
        && sentence.is_any(
            at,
            &[
                "ambassador",
                "army",
                "countries",
                "country",
                "delegation",
                "envoy",
                "foreign",
                "government",
                "leader",
                "leaders",
                "military",
                "minister",
                "ministry",
                "neighbours",
                "neighbors",
                "parties",
                "premier",
                "president",
                "republic",
                "sides",
                "spokesman",
                "spokesperson",
                "spokeswoman",
                "states",
            ],
        )
}

/// The party behind "by" in a passive.
fn agent<'m>(sentence: &Sentence<'_>, named: &[&'m Mention]) -> Option<&'m Mention> {
    named.iter().copied().find(|one| {
        let mut by = one.from;
        // "by the Iranian", "by neighbouring Iran".
        let reach = by.saturating_sub(4);
        while by > reach && !sentence.is(by - 1, "by") {
            by -= 1;
        }
        if by == 0 || !sentence.is(by - 1, "by") {
            return false;
        }
        let verb = (0..by - 1)
            .rev()
            .take(5)
            .find(|at| is_participle(sentence, *at));
        let be = verb.and_then(|verb| {
            (0..verb).rev().take(5).find(|at| {
                sentence.is_any(*at, &["was", "were", "been", "is", "are", "being", "be"])
            })
        });
        let first = named.first().map_or(0, |first| first.to);
        // Only of the main clause: nothing relative before it, and its subject is what is named first.
        be.is_some_and(|be| {
            let is_main = !(0..be)
                .any(|at| sentence.is_any(at, &["that", "which", "who", "if", "whether", "said"]));
            let is_first = named.first().is_some_and(|first| first.from == one.from);
            is_main && (is_first || first <= be && be - first <= 6)
        })
    })
}

fn is_participle(sentence: &Sentence<'_>, at: usize) -> bool {
    const NONE: &[&str] = &[
        "been", "between", "children", "citizen", "eleven", "even", "garden", "green", "hundred",
        "indeed", "men", "need", "often", "open", "red", "seven", "speed", "ten", "then", "when",
        "women",
    ];
    const IRREGULAR: &[&str] = &[
        "bought", "built", "cut", "held", "hit", "hurt", "made", "met", "put", "sent", "shot",
        "sold", "struck", "told", "torn",
    ];
    let word = sentence.word(at);
    !sentence.is_capital(at)
        && !NONE.contains(&word)
        && (word.ends_with("ed") || word.ends_with("en") || IRREGULAR.contains(&word))
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
    if let Some(object) = others().filter(stands).find(|one| one.from >= behind) {
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
