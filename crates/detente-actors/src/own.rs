//! The party that speaks in the first person, where its sentence names it.

use crate::mention::{Mention, MentionKind};
use crate::sentence::Sentence;

/// Whether the one who speaks is the holder without being named: the first person, or a paragraph of a resolution
/// ("Calls upon", "Deeply concerned").
pub(super) fn speaks_itself(sentence: &Sentence<'_>) -> bool {
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

/// Words between "my" and the name of the country.
#[rustfmt::skip]
const COUNTRY_WORDS: &[&str] = &[
    "capital", "country", "delegation", "government", "homeland", "land", "nation", "people", "republic", "state",
];

/// Words between "on behalf of" and the party.
#[rustfmt::skip]
const BEHALF_WORDS: &[&str] = &[
    "all", "and", "citizens", "delegation", "entire", "government", "his", "its", "king", "kingdom", "majesty", "my",
    "nation", "of", "our", "parliament", "people", "peoples", "president", "republic", "royal", "state", "the",
    "whole",
];

/// Nouns for a stance that a party has: "Peru's commitment", "the position of Peru".
#[rustfmt::skip]
const STANCES: &[&str] = &[
    "admiration", "aid", "appreciation", "approach", "assistance", "attachment", "aspiration", "aspirations",
    "belief", "commitment", "concern", "concerns", "condolences", "confidence",
    "congratulations", "contribution", "contributions", "conviction", "decision", "dedication", "desire",
    "determination", "devotion", "faith", "goal",
    "gratitude", "greetings", "hope", "hopes", "intention", "objective", "opposition", "pledge", "policy",
    "position", "priority", "readiness", "resolve", "respect", "responsibility", "solidarity", "stance", "support",
    "sympathies", "sympathy", "thanks", "view", "views", "vision", "willingness", "wish", "wishes",
];

/// Verbs by which somebody gives their own stance out.
#[rustfmt::skip]
const GIVES_OUT: &[&str] = &[
    "affirm", "attest", "attests", "bring", "bringing", "confirm", "confirming", "confirms", "convey", "conveying",
    "conveyed", "demonstrate", "demonstrates", "demonstrating", "express",
    "expressed", "expresses", "expressing", "extend", "extending", "offer", "offering", "pledge", "reaffirm",
    "reaffirmed",
    "reaffirming", "reaffirms", "reflect", "reflects", "reflecting", "reiterate", "reiterated", "reiterating",
    "renew", "restate", "send", "show", "shows", "stress", "stressed", "underline", "underlined", "underlines",
    "underlining", "underscore", "underscores",
];

/// Verbs of the first person that promise something of one's own party.
#[rustfmt::skip]
const PROMISES: &[&str] = &[
    "announce", "assure", "confirm", "declare", "emphasise", "emphasize", "glad", "happy", "honoured", "pleased",
    "pledge", "proud", "reaffirm", "reiterate", "underline",
];

/// The mention of the party that speaks, in a sentence in the first person: "on behalf of Peru", "my country, Peru",
/// "we in Peru", "I assure you that Peru will".
pub(super) fn own_party<'m>(sentence: &Sentence<'_>, named: &[&'m Mention]) -> Option<&'m Mention> {
    let has_behalf = (0..sentence.len()).any(|at| sentence.is(at, "behalf"));
    named
        .iter()
        .copied()
        .filter(|one| one.kind != MentionKind::Body)
        .find(|one| {
            let from = behind_article(sentence, one.from);
            has_behalf && is_behalf(sentence, from)
                || is_country(sentence, from)
                || is_we_in(sentence, one, from)
                || is_promised(sentence, one, from)
        })
}

/// The first token of a name with its article.
fn behind_article(sentence: &Sentence<'_>, from: usize) -> usize {
    match from.checked_sub(1) {
        Some(before) if sentence.is(before, "the") => before,
        _ => from,
    }
}

fn is_behalf(sentence: &Sentence<'_>, from: usize) -> bool {
    let mut at = from;
    while at > 0 && from - at < 14 {
        at -= 1;
        if sentence.is(at, "behalf") {
            return true;
        }
        if !(sentence.is_any(at, BEHALF_WORDS) || sentence.is_capital(at)) {
            return false;
        }
    }
    false
}

/// "My country, Peru", "our nation, the people of Peru".
fn is_country(sentence: &Sentence<'_>, from: usize) -> bool {
    let reach = from.saturating_sub(8);
    let country = (reach..from)
        .rev()
        .find(|at| sentence.word(at + 1) == "," && sentence.is_any(*at, COUNTRY_WORDS));
    country.is_some_and(|country| {
        let n_others = (country + 2..from)
            .filter(|at| !sentence.is_any(*at, BEHALF_WORDS))
            .count();
        let is_clause = (country + 2..from).any(|at| {
            sentence.is_mark(at) || sentence.is_any(at, &["which", "who", "that", "with", "in"])
        });
        let is_apposed = n_others <= 1 && !is_clause;
        let is_own =
            (country.saturating_sub(2)..country).any(|at| sentence.is_any(at, &["my", "our"]));
        is_apposed && is_own
    })
}

/// "We in Peru", "we, the people of Peru", "we Peruvians".
fn is_we_in(sentence: &Sentence<'_>, one: &Mention, from: usize) -> bool {
    let is_land = matches!(one.kind, MentionKind::State | MentionKind::Demonym);
    let mut at = from;
    while at > 0 && from - at < 5 {
        at -= 1;
        if matches!(sentence.word(at), "we" | "We" | "us") {
            return is_land;
        }
        if !(sentence.is_any(at, &["in", "from", "of", "people", "peoples", "the"])
            || sentence.word(at) == ",")
        {
            return false;
        }
    }
    false
}

/// "I assure you that Peru will", "I am proud that Peru".
fn is_promised(sentence: &Sentence<'_>, one: &Mention, from: usize) -> bool {
    let Some(that) = from.checked_sub(1).filter(|at| sentence.is(*at, "that")) else {
        return false;
    };
    one.kind == MentionKind::State
        && (that.saturating_sub(8)..that).any(|at| {
            sentence.is_any(at, PROMISES)
                && (at.saturating_sub(7)..at)
                    .any(|at| sentence.is_any(at, &["i", "we", "me", "us"]))
        })
}

/// The mention of a party whose stance the sentence gives out: "reaffirms Peru's commitment to".
pub(super) fn stance_of<'m>(sentence: &Sentence<'_>, named: &[&'m Mention]) -> Option<&'m Mention> {
    named
        .iter()
        .copied()
        .filter(|one| one.kind != MentionKind::Body)
        .find(|one| {
            let from = behind_article(sentence, one.from);
            let is_possessive =
                one.kind == MentionKind::Demonym || sentence.is_possessive(one.to - 1);
            // "Peru's firm commitment", "the Peruvian Government's support".
            let has_stance = || {
                (one.to..one.to + 4)
                    .take_while(|at| !sentence.is_mark(*at))
                    .any(|at| sentence.is_any(at, STANCES))
            };
            let given = |until: usize| {
                (until.saturating_sub(9)..until).any(|at| sentence.is_any(at, GIVES_OUT))
                    || sentence.is_any(0, &["it"]) && sentence.is_any(1, &["is", "was", "remains"])
            };
            if is_possessive && has_stance() {
                return given(from);
            }
            // "the gratitude of the people and the Government of Peru".
            if !(from.saturating_sub(10)..from).any(|at| sentence.is(at, "of")) {
                return false;
            }
            let mut at = from;
            while at > 0
                && from - at < 10
                && (sentence.is_any(at - 1, BEHALF_WORDS) || sentence.is_capital(at - 1) && at > 1)
            {
                at -= 1;
            }
            at > 0
                && at < from
                && sentence.is(at, "of")
                && sentence.is_any(at - 1, STANCES)
                && given(at - 1)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::Gazetteer;
    use crate::homonym::Homonyms;
    use crate::mention::mentions;
    use detente_text::Span;

    fn id(
        text: &str,
        find: impl Fn(&Sentence<'_>, &[&Mention]) -> Option<String>,
    ) -> Option<String> {
        let sentence = Sentence::new(text, Span::new(0, text.len()));
        let found = mentions(&sentence, Gazetteer::embedded(), &Homonyms::new(text), None);
        let named: Vec<&Mention> = found.iter().collect();
        find(&sentence, &named)
    }

    #[test]
    fn who_speaks_is_named_in_many_ways() {
        let own = |text| {
            id(text, |sentence, named| {
                own_party(sentence, named).map(|one| one.party.id.to_string())
            })
        };
        for (text, expected) in [
            (
                "On behalf of the Government and people of Peru, I thank Japan.",
                Some("PER"),
            ),
            ("I thank Japan on behalf of Peru.", Some("PER")),
            ("My country, Peru, owes Japan a great deal.", Some("PER")),
            ("We in Peru have not forgotten what Japan did.", Some("PER")),
            ("We, the people of Peru, thank Japan.", Some("PER")),
            (
                "I assure the members that Peru will stand by Japan.",
                Some("PER"),
            ),
            ("I am proud that Peru has signed.", Some("PER")),
            ("We thank Japan.", None),
            ("We know that Japan has signed.", None),
            ("We are proud that the United Nations has grown.", None),
            ("My country, which borders Peru, thanks Japan.", None),
            (
                "We share it with others, including the US, China and Japan.",
                None,
            ),
        ] {
            assert_eq!(own(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_stance_is_of_the_party_that_has_it() {
        let stance = |text| {
            id(text, |sentence, named| {
                stance_of(sentence, named).map(|one| one.party.id.to_string())
            })
        };
        for (text, expected) in [
            (
                "The visit reflects Peru's firm commitment to Japan.",
                Some("PER"),
            ),
            (
                "I wish to convey the gratitude of the people of Peru to Japan.",
                Some("PER"),
            ),
            (
                "The minister reaffirmed the Peruvian Government's support for Japan.",
                Some("PER"),
            ),
            ("It is the hope of Peru that Japan will sign.", Some("PER")),
            ("We welcome Peru's commitment.", None),
            ("The visit reflects a long friendship.", None),
        ] {
            assert_eq!(stance(text).as_deref(), expected, "{text}");
        }
    }
}
