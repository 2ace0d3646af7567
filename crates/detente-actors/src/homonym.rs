//! Names that are also something else: Georgia, Jordan, Washington, Korea.

use crate::gazetteer::{Gazetteer, Named, PartyIdentity};
use crate::sentence::Sentence;
use detente_text::PartyKind;
use std::cell::OnceCell;
use std::sync::Arc;

/// What the whole text says about the names that can mean several things. Each question is asked once.
pub(super) struct Homonyms<'t> {
    text: &'t str,
    is_american_georgia: OnceCell<bool>,
    korea: OnceCell<Option<Arc<PartyIdentity>>>,
    congo: OnceCell<Option<Arc<PartyIdentity>>>,
}

/// Signs of the state of the United States, and of the country.
const AMERICAN_GEORGIA: &[&str] = &[
    "Atlanta",
    "Savannah",
    "Augusta",
    "Kemp",
    "Fulton",
    "Raffensperger",
    "Abrams",
    "Ossoff",
    "Warnock",
    "Athens-Clarke",
    "Georgia Tech",
    "Georgia Senate",
    "Georgia House",
    "Macon",
    "Alabama",
    "Carolina",
    "Florida",
    "Democrat",
    "Republican",
    "GOP",
    "gubernatorial",
];
const CAUCASUS: &[&str] = &[
    "Tbilisi",
    "Abkhaz",
    "Ossetia",
    "Saakashvili",
    "Ivanishvili",
    "Georgian",
    "Caucasus",
    "Shevardnadze",
    "Batumi",
    "Kobakhidze",
    "Zourabichvili",
    "Armenia",
    "Azerbaijan",
    "Russia",
    "Moldova",
    "NATO",
];

/// Names that persons bear before a surname, and as a surname.
const FIRST_NAMES: &[&str] = &["Chad", "Georgia", "Paris", "Sofia", "Victoria"];
const SURNAMES: &[&str] = &[
    "Georgia",
    "Holland",
    "Ireland",
    "Israel",
    "Jordan",
    "London",
    "Paris",
    "Washington",
];

/// Words with a capital that stand before the name of a state and are no first names.
#[rustfmt::skip]
const BEFORE_STATES: &[&str] = &[
    "a", "about", "across", "after", "against", "all", "although", "ambassador", "an", "and", "as", "at", "because",
    "before", "between", "both", "but", "by", "central", "chancellor", "colonel", "during", "east", "eastern", "even",
    "for", "former", "from", "general", "government", "greater", "his", "however", "if", "in", "into", "is", "it",
    "its", "king", "kingdom", "like", "minister", "mr", "near", "neighboring", "neighbouring", "new", "north",
    "northern", "not", "now", "of", "on", "only", "or", "our", "outside", "over", "president", "prime", "prince",
    "queen", "republic", "secretary", "since", "so", "south", "southern", "state", "than", "that", "the", "their",
    "then", "this", "though", "to", "toward", "towards", "under", "unless", "unlike", "until", "was", "west", "western",
    "what", "when", "whether", "while", "why", "will", "with", "without", "yes", "yesterday", "yet",
];

/// Words behind a name that make another name of it.
#[rustfmt::skip]
const MAKE_OTHER_NAMES: &[&str] = &[
    "Airlines", "Airways", "Avenue", "Bridge", "Capitals", "Canal", "College", "Examiner", "Heights", "Journal",
    "Monument",
    "Nationals", "Observer", "Post", "Redskins", "River", "Square", "Street", "Times", "University", "Week", "Wizards",
];

/// Nouns that make something to eat, to wear or to play of a demonym.
#[rustfmt::skip]
const EVERYDAY_NOUNS: &[&str] = &[
    "beer", "bread", "cheese", "chocolate", "coffee", "cuisine", "delight", "dressing", "dream", "fashion", "film",
    "football", "footballer", "food", "fries", "grandmaster", "language", "literature", "novel", "novelist", "opera",
    "pop", "restaurant", "restaurants", "roulette", "salad", "shepherd", "singer", "striker", "tea", "toast",
    "translation", "vodka", "watch", "whiskey", "whisky", "wine", "wines",
];

/// Agencies whose name in brackets follows the place of a dateline.
const AGENCIES: &[&str] = &[
    "AFP", "ANI", "AP", "CNN", "dpa", "IPS", "Interfax", "IRNA", "Reuters", "TASS", "UPI", "Xinhua",
];

impl<'t> Homonyms<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            is_american_georgia: OnceCell::default(),
            korea: OnceCell::default(),
            congo: OnceCell::default(),
        }
    }

    fn has_any(&self, signs: &[&str]) -> bool {
        signs.iter().any(|sign| self.text.contains(sign))
    }

    /// The party that a name means here; `None` where it means none.
    pub(super) fn meant(
        &self,
        sentence: &Sentence<'_>,
        named: &Named,
        gazetteer: &Gazetteer,
    ) -> Option<Arc<PartyIdentity>> {
        let name = sentence.word(named.from);
        let is_one_word = named.to == named.from + 1;
        if is_dateline(sentence, named) {
            return None;
        }
        if sentence.is_capital(named.to) && sentence.is_any(named.to, MAKE_OTHER_NAMES) {
            return None;
        }
        if named.kind == PartyKind::Demonym && sentence.is_any(named.to, EVERYDAY_NOUNS) {
            return None;
        }
        if is_one_word && is_person(sentence, named.from) {
            return None;
        }
        let stem = name.trim_end_matches("'s").trim_end_matches("’s");
        match stem {
            "Georgia" if is_one_word && self.is_american_georgia() => None,
            "Korea" | "Korean" | "Koreans" if is_one_word => {
                let meant = self.korea.get_or_init(|| {
                    let north = self.has_any(&["Pyongyang", "North Korea", "Kim Jong", "DPRK"]);
                    let south = self.has_any(&["Seoul", "South Korea", "Republic of Korea"]);
                    match (north, south) {
                        (true, false) => gazetteer.identity("North Korea"),
                        (false, true) => gazetteer.identity("South Korea"),
                        _ => None,
                    }
                });
                Some(meant.clone().unwrap_or_else(|| named.party.clone()))
            }
            "Congo" | "Congolese" if is_one_word => {
                let meant = self.congo.get_or_init(|| {
                    let of_kinshasa = self.has_any(&[
                        "Kinshasa",
                        "Goma",
                        "Kabila",
                        "Tshisekedi",
                        "Mobutu",
                        "Kivu",
                    ]);
                    let of_brazzaville = self.has_any(&["Brazzaville", "Sassou"]);
                    match (of_kinshasa, of_brazzaville) {
                        (true, false) => gazetteer.identity("Democratic Republic of the Congo"),
                        (false, true) => gazetteer.identity("Republic of the Congo"),
                        _ => None,
                    }
                });
                Some(meant.clone().unwrap_or_else(|| named.party.clone()))
            }
            _ => Some(named.party.clone()),
        }
    }

    fn is_american_georgia(&self) -> bool {
        *self
            .is_american_georgia
            .get_or_init(|| self.has_any(AMERICAN_GEORGIA) && !self.has_any(CAUCASUS))
    }
}

/// Whether the name is part of a person's: "Michael Jordan", "Chad Wolf".
fn is_person(sentence: &Sentence<'_>, idx: usize) -> bool {
    // In a headline every word has a capital.
    let n_words = (0..sentence.len())
        .filter(|at| !sentence.is_mark(*at))
        .count();
    let n_capitals = (0..sentence.len())
        .filter(|at| sentence.is_capital(*at))
        .count();
    let is_headline = n_words > 2 && n_capitals * 4 >= n_words * 3;
    let is_surname = idx > 0 && !is_headline && sentence.is_any(idx, SURNAMES);
    if is_surname
        && idx > 1
        && sentence.word(idx - 1) == "."
        && sentence.is_any(idx - 2, &["Rep", "Sen", "Mr", "Ms", "Mrs", "Dr"])
    {
        return true;
    }
    if is_surname && !sentence.is_mark(idx - 1) {
        let is_name = sentence.is_capital(idx - 1)
            && !sentence.is_any(idx - 1, BEFORE_STATES)
            && !sentence.word(idx - 1).ends_with("'s")
            && !is_demonym_like(sentence.word(idx - 1));
        let is_titled = sentence.is_any(
            idx - 1,
            &["Rep", "Rep.", "Sen", "Sen.", "Mr", "Mr.", "Ms.", "Mrs."],
        );
        if is_name || is_titled {
            return true;
        }
    }
    let next = idx + 1;
    !is_headline
        && sentence.is_any(idx, FIRST_NAMES)
        && !sentence.word(idx).ends_with("'s")
        && sentence.is_capital(next)
        && !sentence.is_mark(next)
        && !sentence.is_any(next, BEFORE_STATES)
        && sentence.word(next).chars().count() > 2
        && !sentence.word(next).chars().all(char::is_uppercase)
}

fn is_demonym_like(word: &str) -> bool {
    ["ish", "ian", "ese", "can", "eli"]
        .iter()
        .any(|end| word.ends_with(end))
}

/// Whether the name is the place of a dateline: "BAKU, Azerbaijan (AP) —", "Moscow – ".
fn is_dateline(sentence: &Sentence<'_>, named: &Named) -> bool {
    if named.from > 4 {
        return false;
    }
    (named.to..sentence.len().min(named.to + 6)).any(|idx| {
        sentence.word(idx) == "("
            && sentence.is_any(idx + 1, AGENCIES)
            && sentence.word(idx + 2) == ")"
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_text::Span;

    fn meant(text: &str) -> Vec<String> {
        let gazetteer = Gazetteer::embedded();
        let sentence = Sentence::new(text, Span::new(0, text.len()));
        let homonyms = Homonyms::new(text);
        let named = gazetteer.find(&sentence, None).into_iter();
        let meant = named.filter_map(|named| homonyms.meant(&sentence, &named, gazetteer));
        meant.map(|party| party.id.to_string()).collect()
    }

    #[test]
    fn context_tells_countries_from_what_has_their_name() {
        let cases: &[(&str, &[&str])] = &[
            (
                "Georgia and Russia signed in Tbilisi.",
                &["GEO", "RUS", "GEO"],
            ),
            (
                "Voters in Georgia went to the polls, from Atlanta to Savannah.",
                &[],
            ),
            ("Jordan received the Israeli envoy.", &["JOR", "ISR"]),
            (
                "Rep. Jordan spoke after Barbara Jordan and Michael Jordan.",
                &[],
            ),
            ("King of Jordan, and Jordan's army", &["JOR", "JOR"]),
            (
                "Chad Wolf resigned while Chad recalled its envoy.",
                &["TCD"],
            ),
            ("Niger expelled the envoy of Nigeria.", &["NER", "NGA"]),
            ("Korea said in Seoul that it would wait.", &["KOR", "KOR"]),
            ("The Congolese army in Kinshasa", &["COD", "COD"]),
            ("The Congolese army in Brazzaville", &["COG", "COG"]),
            (
                "MOSCOW (Reuters) - Turkey bought turkey and Turkish delight.",
                &["TUR"],
            ),
            ("Washington warned, the Washington Post wrote.", &["USA"]),
        ];
        for (text, expected) in cases {
            assert_eq!(meant(text), *expected, "{text}");
        }
    }
}
