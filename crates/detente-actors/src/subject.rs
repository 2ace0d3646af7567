//! Who acts in a sentence: the party that is its subject, or the agent of its passive.

use crate::grammar::{FINITE, has_verb, is_past};
use crate::mention::{Mention, MentionKind};
use crate::sentence::Sentence;

/// Prepositions that make a place or a time of what follows at the beginning of a sentence.
#[rustfmt::skip]
pub(super) const LEADING: &[&str] = &[
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
pub(super) const SUBJECTS_BACK: &[&str] = &["he", "she", "it", "they"];

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
pub(super) fn is_subject(
    sentence: &Sentence<'_>,
    one: &Mention,
    behind_comma: Option<usize>,
) -> bool {
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
    // "The minister has called Chad": somebody else acts.
    let acts = takes_verb(sentence, one) || !has_verb(sentence, begins + 1, one.from);
    acts && !is_passive(sentence, one)
}

/// "Paraguay was suspended": it is done to it.
fn is_passive(sentence: &Sentence<'_>, one: &Mention) -> bool {
    let be = (one.to..sentence.len().min(one.to + 4))
        .find(|at| sentence.is_any(*at, &["was", "were", "been", "be"]));
    be.is_some_and(|be| {
        let next = be + 1;
        is_participle(sentence, next) && !sentence.is_any(next, FEELINGS)
    })
}

/// "The ministry", "his country", "the two countries": a subject that stands for a party named earlier.
pub(super) fn back_phrase(sentence: &Sentence<'_>, named: &[&Mention], idx: usize) -> bool {
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
pub(super) fn agent<'m>(sentence: &Sentence<'_>, named: &[&'m Mention]) -> Option<&'m Mention> {
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
                .any(|at| sentence.is_any(at, &["that", "which", "who", "if", "whether", "said"]))
                // "It must be accepted by Peru": somebody else asks for it.
                && !(0..be).any(|at| sentence.is_any(at, &["must", "ought", "should"]));
            let is_first = named.first().is_some_and(|first| first.from == one.from);
            is_main && (is_first || first <= be && be - first <= 6)
        })
    })
}

pub(super) fn is_participle(sentence: &Sentence<'_>, at: usize) -> bool {
    const NONE: &[&str] = &["hundred", "indeed", "need", "red", "speed"];
    #[rustfmt::skip]
    const IRREGULAR: &[&str] = &[
        "beaten", "bitten", "bought", "broken", "built", "chosen", "cut", "driven", "eaten", "fallen", "forbidden",
        "forgotten", "frozen", "given", "held", "hidden", "hit", "hurt", "made", "met", "proven", "put", "risen",
        "seen", "sent", "shaken", "shot", "sold", "spoken", "stolen", "stricken", "struck", "taken", "threatened",
        "told", "torn", "woken", "written",
    ];
    let word = sentence.word(at);
    !sentence.is_capital(at)
        && !NONE.contains(&word)
        && (word.ends_with("ed") || IRREGULAR.contains(&word))
}

/// Words that a party with a verb stands behind in a cleft: "This is why Peru welcomes".
const CLEFTS: &[&str] = &["that", "why", "who"];

/// Words that begin a sentence before its subject.
#[rustfmt::skip]
const OPENERS: &[&str] = &[
    "accordingly", "additionally", "also", "and", "but", "finally", "first", "furthermore", "hence", "however",
    "indeed",
    "lastly", "likewise", "meanwhile", "moreover", "nevertheless", "now", "second", "similarly", "so", "still", "then",
    "therefore", "third", "thirdly", "thus", "today", "yet",
];

/// The party that is the subject of a main clause with its own verb, wherever that clause stands: behind an adverbial
/// ("Despite the war, Peru has"), in a cleft ("This is why Peru welcomes").
pub(super) fn main_party<'m>(
    sentence: &Sentence<'_>,
    named: &[&'m Mention],
) -> Option<&'m Mention> {
    let begins = usize::from(sentence.is_any(0, &["and", "but", "so", "yet"]));
    // "Last month, while on leave, Aliyev".
    let is_time = sentence.is_any(
        begins,
        &["earlier", "early", "last", "late", "later", "next", "this"],
    ) && sentence.is_any(
        begins + 1,
        &[
            "in", "month", "night", "on", "summer", "that", "this", "week", "winter", "year",
        ],
    );
    let is_leading = sentence.is_any(begins, LEADING) || is_time || is_participial(sentence);
    let is_cleft = sentence.is_any(0, &["it", "this", "that"])
        && sentence.is_any(1, &["is", "was", "remains"])
        && (sentence.is_any(
            2,
            &[
                "for", "in", "on", "through", "under", "with", "why", "the", "also",
            ],
        ) || sentence.is_capital(2));
    // "In Peru, he": the main clause has begun.
    let main = (1..sentence.len()).find(|at| {
        sentence.word(at - 1) == ","
            && sentence.is_any(
                *at,
                &["he", "i", "it", "she", "there", "they", "this", "we"],
            )
    });
    let is_main = |one: &&&Mention| {
        let mut from = one.from;
        // "The Government of Peru", "the people of Peru", "Mr. X".
        loop {
            if from > 0 && sentence.is(from - 1, "the") {
                from -= 1;
            } else if from > 1
                && sentence.is(from - 1, "of")
                && sentence.is_any(
                    from - 2,
                    &[
                        "government",
                        "people",
                        "delegation",
                        "republic",
                        "president",
                        "parliament",
                    ],
                )
            {
                from -= 2;
            } else {
                break;
            }
        }
        let begins = match from.checked_sub(1) {
            None => true,
            Some(before) if sentence.is_mark(before) => {
                matches!(
                    sentence.word(before),
                    "\"" | "“" | "." | ":" | ";" | ")" | "—"
                ) || sentence.word(before) == ","
                    && (is_leading || before == 1 && sentence.is_any(0, OPENERS))
            }
            Some(0) => {
                sentence.is_any(0, OPENERS)
                    || sentence.word(0).starts_with(|c: char| c.is_ascii_digit())
            }
            Some(before) if is_cleft => sentence.is_any(before, CLEFTS),
            Some(before) => sentence.is_any(before, &["but"]),
        };
        begins
            && main.is_none_or(|main| from < main)
            && takes_verb(sentence, one)
            && !is_passive(sentence, one)
    };
    named.iter().find(is_main).copied()
}

/// "Aware of its role, Peru", "Having joined, Peru".
fn is_participial(sentence: &Sentence<'_>) -> bool {
    let at = usize::from(sentence.word(0).ends_with("ly") && is_participle(sentence, 1));
    let first = sentence.word(at);
    first.ends_with("ing")
        || first.ends_with("ed")
        || matches!(first, "Aware" | "Mindful" | "Conscious" | "Eager")
}

/// Whether a verb stands behind a party, so that it is the subject.
pub(super) fn takes_verb(sentence: &Sentence<'_>, one: &Mention) -> bool {
    let mut at = one.to;
    if sentence.word(at) == "(" {
        at = (at..at + 8)
            .find(|at| sentence.word(*at) == ")")
            .map_or(at, |at| at + 1);
    }
    // ", together with others,".
    if sentence.word(at) == "," {
        let close = (at + 1..at + 14).find(|at| sentence.word(*at) == ",");
        at = close.map_or(at, |at| at + 1);
    }
    let is_adjective = one.kind == MentionKind::Demonym;
    let reach = at + if is_adjective { 4 } else { 3 };
    for idx in at..reach {
        if sentence.is_mark(idx) {
            return false;
        }
        let word = sentence.word(idx);
        let is_present = !is_adjective
            && idx <= at + 1
            && word.len() > 3
            && word.ends_with('s')
            && !sentence.is_capital(idx)
            && !sentence.is_any(
                idx,
                &[
                    "across", "always", "besides", "perhaps", "towards", "whereas",
                ],
            );
        if sentence.is_any(idx, FINITE) || is_past(sentence, idx) || is_present {
            return true;
        }
        if sentence.is_any(idx, &["in", "of", "to", "with", "from", "by", "for", "on"]) {
            return false;
        }
    }
    false
}

/// Nouns for what a party does: "Peru's visit to Chile".
#[rustfmt::skip]
const DEEDS: &[&str] = &[
    "accusation", "accusations", "answer", "appeal", "attack", "attacks", "call", "comment", "comments", "criticism",
    "denial", "friendship", "invasion", "offer", "refusal", "remarks", "reply", "speech", "threat", "threats", "tour",
    "trip", "tweets", "visit", "withdrawal",
];

/// The party of a deed or of a bond where no clause has a party as its subject: "Peru's visit to Chile was short",
/// "the friendship between Peru and Chile".
pub(super) fn deed_of<'m>(sentence: &Sentence<'_>, named: &[&'m Mention]) -> Option<&'m Mention> {
    let is_next = |one: &Mention| {
        named.iter().any(|other| {
            one.to < other.from
                && other.from <= one.to + 4
                && other.party != one.party
                && (one.to..other.from).all(|at| sentence.is_any(at, &["and", "the", ","]))
        })
    };
    named.iter().copied().find(|one| {
        let from = match one.from {
            0 => 0,
            from if sentence.is(from - 1, "the") => from - 1,
            from => from,
        };
        let is_between = from > 0 && sentence.is(from - 1, "between") && is_next(one);
        let is_possessive = sentence.is_possessive(one.to - 1);
        is_between
            || is_possessive
                && (one.to..one.to + 3)
                    .take_while(|at| !sentence.is_mark(*at))
                    .any(|at| sentence.is_any(at, DEEDS))
    })
}

/// Whether a sentence says of a party what it is or has to do, as somebody else would: "Peru must", "Peru is a danger".
pub(super) fn is_described(sentence: &Sentence<'_>, one: &Mention) -> bool {
    #[rustfmt::skip]
    const COMPANIONS: &[&str] = &[
        "advocate", "ally", "allies", "champion", "firm", "founder", "founding", "friend", "friends", "guarantor",
        "host",
        "member", "neighbour", "neighbor", "partner", "partners", "party", "signatory", "staunch", "strong",
        "supporter",
    ];
    let verb = (one.to..one.to + 4)
        .take_while(|at| !sentence.is_mark(*at))
        .find(|at| {
            sentence.is_any(*at, FINITE) || is_past(sentence, *at) || sentence.is(*at, "ought")
        });
    let Some(verb) = verb else {
        return false;
    };
    if sentence.is_any(verb, &["must", "ought", "should"]) {
        return true;
    }
    let mut at = verb + 1;
    if sentence.is_any(verb, &["has", "have", "had"]) && sentence.is(at, "been") {
        at += 1;
    } else if !sentence.is_any(verb, &["is", "are", "was", "were", "remains"]) {
        return false;
    }
    while sentence.is_any(
        at,
        &["also", "always", "clearly", "no", "not", "now", "still"],
    ) {
        at += 1;
    }
    sentence.is_any(at, &["a", "an", "another", "my", "one", "our", "the"])
        && !(at..at + 6).any(|at| sentence.is_any(at, COMPANIONS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::Gazetteer;
    use crate::homonym::Homonyms;
    use crate::mention::mentions;
    use detente_text::Span;

    fn with<T>(text: &str, find: impl Fn(&Sentence<'_>, &[&Mention]) -> T) -> T {
        let sentence = Sentence::new(text, Span::new(0, text.len()));
        let found = mentions(&sentence, Gazetteer::embedded(), &Homonyms::new(text), None);
        let named: Vec<&Mention> = found.iter().collect();
        find(&sentence, &named)
    }

    #[test]
    fn the_main_clause_may_stand_late() {
        for (text, expected) in [
            (
                "Despite a war, a flood and a drought, Peru has kept its word to Japan.",
                Some("PER"),
            ),
            ("Aware of what it owes, Peru thanked Japan.", Some("PER")),
            (
                "Yet in a note to the press, Peru vouched for Japan.",
                Some("PER"),
            ),
            (
                "Last month, while on leave in Rome, Peru condemned Japan.",
                Some("PER"),
            ),
            ("Widely mocked for its plan, Peru has left.", Some("PER")),
            ("This is why Peru welcomes Japan.", Some("PER")),
            (
                "It is in this spirit that Peru and Japan signed.",
                Some("PER"),
            ),
            (
                "Along with our Japanese friends, Peru rejects the plan.",
                Some("PER"),
            ),
            (
                "While in Japan, I will meet the minister, Peru has said.",
                None,
            ),
            ("It is regrettable that Japan has left.", None),
            ("Finally, the United Nations was founded.", None),
        ] {
            let found = with(text, |sentence, named| {
                main_party(sentence, named).map(|one| one.party.id.to_string())
            });
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_deed_or_a_bond_has_its_party() {
        for (text, expected) in [
            ("This was Peru's second visit to Chile.", Some("PER")),
            (
                "Never have relations between Peru and Chile been so good.",
                Some("PER"),
            ),
            ("This is the road between Peru and the sea.", None),
            ("This was a visit to Chile.", None),
        ] {
            let found = with(text, |sentence, named| {
                deed_of(sentence, named).map(|one| one.party.id.to_string())
            });
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_a_party_is_or_must_do_somebody_else_says() {
        for (text, expected) in [
            ("Peru must leave the valley.", true),
            ("Peru should at last sign.", true),
            ("Peru has been our largest market.", true),
            ("Peru is still a danger to Chile.", true),
            ("Peru is a friend of Chile.", false),
            ("Peru is ready to sign.", false),
            ("Peru has left the valley.", false),
        ] {
            let found = with(text, |sentence, named| is_described(sentence, named[0]));
            assert_eq!(found, expected, "{text}");
        }
    }
}
