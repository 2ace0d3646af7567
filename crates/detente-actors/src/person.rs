//! Persons whom a text introduces with the party that they speak for.

use crate::gazetteer::PartyIdentity;
use crate::mention::{Mention, MentionKind};
use crate::sentence::Sentence;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Persons by the last word of their name.
#[derive(Default)]
pub(super) struct Persons<'t> {
    /// `None` for a name that several persons of several parties have.
    by_surname: FxHashMap<&'t str, Option<Arc<PartyIdentity>>>,
}

/// Words of offices: who holds one speaks for its party.
#[rustfmt::skip]
const OFFICES: &[&str] = &[
    "adviser", "advisor", "aide", "ambassador", "assistant", "attache", "attaché", "chairman", "chairperson",
    "chairwoman", "chancellor", "chief",
    "commander", "commissioner", "counsellor", "counterpart", "delegate", "delegation", "deputy", "diplomat",
    "director", "emir", "envoy", "foreign", "general", "governor",
    "head", "king", "lawmaker", "leader", "marshal", "minister", "negotiator", "official", "officials",
    "parliamentarian", "permanent",
    "premier", "president", "presidential", "prime", "prince", "princess", "queen", "rapporteur", "representative",
    "ruler", "secretary", "senator", "speaker",
    "spokesman", "spokesperson", "spokeswoman", "sultan", "supreme", "taoiseach", "undersecretary", "vice",
    "vice-president",
];

/// Words with a capital that stand in titles and are no names.
#[rustfmt::skip]
const TITLE_WORDS: &[&str] = &[
    "Acting", "Administration", "Affairs", "Air", "Armed", "Army", "Assembly", "Block", "Brigadier", "Bureau",
    "Cabinet", "Central", "Chair", "Chamber", "Colonel",
    "Commission", "Committee", "Congress", "Council", "Crown", "Defence", "Defense", "Department", "Development",
    "Dr", "Economic", "Economy", "Energy",
    "Excellency", "External", "Federal", "Finance", "First", "Force", "Forces", "Government", "Grand", "High", "His",
    "Home", "House", "Information", "Interior",
    "International", "Justice", "Lieutenant", "Lord", "Major", "Ministry", "Mr", "Mrs", "Ms", "National", "Naval",
    "Navy", "Office", "Parliament", "People's", "Policy", "Press", "Public",
    "Relations", "Representatives", "Republic", "Security", "Senate", "Service", "Sir", "Sheikh", "Staff", "State",
    "Supreme", "The", "Trade", "Transport", "Treasury", "Union", "United", "Upper",
];

/// A name has at most this many words; an office stands at most this many tokens from it.
const LONGEST_NAME: usize = 4;
const REACH: usize = 14;

impl<'t> Persons<'t> {
    /// Learns the persons whom a sentence introduces.
    pub(super) fn learn(&mut self, sentence: &Sentence<'t>, mentions: &[Mention]) {
        if mentions.is_empty() {
            return;
        }
        let covered = |idx: usize| mentions.iter().any(|one| one.from <= idx && idx < one.to);
        let mut idx = 0;
        while idx < sentence.len() {
            if covered(idx) || !is_name_word(sentence, idx) {
                idx += 1;
                continue;
            }
            let from = idx;
            while idx < sentence.len()
                && idx - from < LONGEST_NAME
                && !covered(idx)
                && (is_name_word(sentence, idx) || is_name_link(sentence, idx))
            {
                idx += 1;
            }
            let is_first = from == 0 && idx - from == 1;
            let surname = sentence.word(idx - 1);
            if surname.chars().count() < 3 || is_first {
                continue;
            }
            if let Some(party) = introduced(sentence, mentions, from, idx) {
                // Where the family name goes first: "Pham Thu Ha".
                let first = sentence.word(from);
                if idx - from > 2 && first.chars().count() > 2 {
                    self.add(first, &party);
                }
                self.add(
                    surname.trim_end_matches("'s").trim_end_matches("’s"),
                    &party,
                );
            }
        }
    }

    fn add(&mut self, surname: &'t str, party: &Arc<PartyIdentity>) {
        let known = self
            .by_surname
            .entry(surname)
            .or_insert_with(|| Some(party.clone()));
        if known.as_ref().is_some_and(|known| known != party) {
            *known = None;
        }
    }

    /// The mentions of persons who are known by now, between those of parties.
    pub(super) fn find(&self, sentence: &Sentence<'t>, mentions: &mut Vec<Mention>) {
        if self.by_surname.is_empty() {
            return;
        }
        let n_known = mentions.len();
        for idx in 0..sentence.len() {
            if !sentence.is_capital(idx)
                || mentions[..n_known]
                    .iter()
                    .any(|one| one.from <= idx && idx < one.to)
            {
                continue;
            }
            if let Some(party) = self.party(sentence.word(idx)) {
                mentions.push(Mention {
                    span: sentence.span_of(idx, idx + 1),
                    kind: MentionKind::Person,
                    party,
                    from: idx,
                    to: idx + 1,
                });
            }
        }
        if mentions.len() > n_known {
            mentions.sort_by_key(|one| one.from);
        }
    }

    /// The party that a person speaks for, by the surname.
    pub(super) fn party(&self, surname: &str) -> Option<Arc<PartyIdentity>> {
        let surname = surname.trim_end_matches("'s").trim_end_matches("’s");
        self.by_surname.get(surname).cloned().flatten()
    }
}

/// Whether a token is a word of a person's name: a capital, and no word of an office.
fn is_name_word(sentence: &Sentence<'_>, idx: usize) -> bool {
    let word = sentence.word(idx);
    !sentence.is_mark(idx)
        && sentence.is_capital(idx)
        && word.chars().skip(1).any(char::is_lowercase)
        && !sentence.is_any(idx, OFFICES)
        && !TITLE_WORDS.contains(&word)
}

fn is_name_link(sentence: &Sentence<'_>, idx: usize) -> bool {
    matches!(
        sentence.word(idx),
        "al" | "bin" | "de" | "el" | "van" | "von" | "der" | "ibn" | "da" | "dos" | "Al" | "El"
    ) && is_name_word(sentence, idx + 1)
}

/// The party that the person of these tokens is introduced with.
fn introduced(
    sentence: &Sentence<'_>,
    mentions: &[Mention],
    from: usize,
    to: usize,
) -> Option<Arc<PartyIdentity>> {
    // Before: "Azerbaijan's Presidential Assistant and Head of the Department, Hikmet Hajiyev".
    let mut has_office = false;
    // A party that stands behind its office: "the Minister of Foreign Affairs of Algeria, Karim Benyoucef".
    let mut waiting: Option<&Mention> = None;
    let mut n_commas = 0;
    let mut idx = from;
    while idx > 0 && from - idx < REACH + 6 {
        idx -= 1;
        let mention = mentions.iter().find(|one| one.from <= idx && idx < one.to);
        if let Some(mention) = mention {
            let is_naming =
                mention.kind != MentionKind::Leader && mention.kind != MentionKind::Region;
            if is_naming && (has_office || office_between(sentence, mention.to, from)) {
                return Some(mention.party.clone());
            }
            let is_of =
                mention.from > 0 && sentence.is_any(mention.from - 1, &["of", "the", "for"]);
            waiting = waiting.or(Some(mention).filter(|_| is_naming && is_of));
            if is_naming && mention.kind == MentionKind::Demonym && mention.to == from {
                return None;
            }
        }
        if sentence.is_mark(idx) {
            let is_title_period = sentence.word(idx) == ".";
            n_commas += usize::from(sentence.word(idx) == ",");
            if n_commas > 1 || !(sentence.word(idx) == "," || is_title_period) {
                break;
            }
        } else if sentence.is_any(idx, OFFICES) {
            has_office = true;
            if let Some(waiting) = waiting {
                return Some(waiting.party.clone());
            }
        } else if !is_title_part(sentence, idx) && mention.is_none() {
            break;
        }
    }
    // Behind: "Abbas Araghchi, Iran's foreign minister,", "X, the minister of Iran".
    if sentence.word(to) == "," {
        let end = (to + 1..sentence.len().min(to + REACH))
            .find(|at| matches!(sentence.word(*at), "," | "." | ";" | ":" | "—" | "\"" | "”"));
        let end = end.unwrap_or(sentence.len().min(to + REACH));
        let has_office = (to + 1..end).any(|at| sentence.is_any(at, OFFICES));
        let is_apposition = sentence.is_any(to + 1, &["the", "a", "an", "his", "head", "who"])
            || mentions.iter().any(|one| one.from == to + 1)
            || sentence.is_any(to + 1, OFFICES);
        if has_office && is_apposition {
            let mention = mentions
                .iter()
                .find(|one| to < one.from && one.to <= end && one.kind != MentionKind::Leader);
            return mention.map(|one| one.party.clone());
        }
    }
    None
}

fn office_between(sentence: &Sentence<'_>, from: usize, to: usize) -> bool {
    (from..to).any(|at| sentence.is_any(at, OFFICES))
}

/// Whether a token may stand between a party and the name of its officer.
fn is_title_part(sentence: &Sentence<'_>, idx: usize) -> bool {
    let word = sentence.word(idx);
    sentence.is_any(idx, OFFICES)
        || TITLE_WORDS.contains(&word)
        || sentence.is_any(
            idx,
            &[
                "'s",
                "affairs",
                "and",
                "army",
                "at",
                "cabinet",
                "chief",
                "council",
                "defence",
                "defense",
                "department",
                "economy",
                "finance",
                "first",
                "for",
                "foreign",
                "former",
                "government",
                "government's",
                "in",
                "interior",
                "intelligence",
                "military",
                "ministry",
                "ministry's",
                "national",
                "new",
                "of",
                "office",
                "on",
                "policy",
                "security",
                "senior",
                "special",
                "state",
                "the",
                "to",
                "top",
                "trade",
                "un",
            ],
        )
        || sentence.is_capital(idx)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::Gazetteer;
    use crate::homonym::Homonyms;
    use crate::mention::mentions;
    use detente_text::Span;

    fn learned(text: &str, surname: &str) -> Option<String> {
        let sentence = Sentence::new(text, Span::new(0, text.len()));
        let found = mentions(&sentence, Gazetteer::embedded(), &Homonyms::new(text), None);
        let mut persons = Persons::default();
        persons.learn(&sentence, &found);
        persons.party(surname).map(|party| party.id.to_string())
    }

    #[test]
    fn persons_are_learned_where_they_are_introduced() {
        let cases = [
            (
                "Kenya's Principal Secretary, Kimani Otieno, has stated that talks go on.",
                "Otieno",
                "KEN",
            ),
            (
                "Iranian Deputy Foreign Minister Reza Golestan met him.",
                "Golestan",
                "IRN",
            ),
            (
                "Reza Golestan, Iran's deputy foreign minister, met him.",
                "Golestan",
                "IRN",
            ),
            (
                "Ana Weber, the spokeswoman of the Austrian government, met him.",
                "Weber",
                "AUT",
            ),
            ("NATO spokesperson Linda Maas said so.", "Maas", "NATO"),
            (
                "The head of the Libyan delegation, Omar al Sahli, said so.",
                "Sahli",
                "LBY",
            ),
        ];
        for (text, surname, expected) in cases {
            assert_eq!(learned(text, surname).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(learned("Marta Lopez sells Iranian carpets.", "Lopez"), None);
    }
}
