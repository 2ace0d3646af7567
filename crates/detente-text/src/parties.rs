mod party_kind;
mod party_name;

use std::ops::Range;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::clitics::without_clitics;
use crate::span::Span;
use crate::stem::Language;
use crate::token::{Token, TokenKind};

pub use party_kind::PartyKind;
pub(super) use party_name::Name;
pub use party_name::strip_possessive;
use party_name::{head_key, key, plain_key, start};

/// One name of a party.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Party {
    /// The name under which all names of the party are gathered: "Russia".
    pub canonical: &'static str,
    /// What kind of name it is.
    pub kind: PartyKind,
    /// The name itself, with its capitals: "Kremlin".
    pub name: &'static str,
}

/// A name of a party found in a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PartyMatch {
    /// Where the name stands, a possessive 's included.
    pub span: Span,
    /// The tokens it covers.
    pub tokens: Range<usize>,
    /// The row of the table.
    pub party: &'static Party,
}

/// A table of party names: states, bodies of states, demonyms, capitals, seats, contested regions, groups and
/// leaders from 1945 to 2025, in English or in another language.
///
/// The United Nations are no party here: nearly every party speaks before them. The longest name wins ("South Sudan"
/// before "Sudan"). A name matches with a capital letter, and without one only where the
/// lower-case word means nothing else ("russian", not "turkey"); acronyms match as they are. In the tables of other
/// languages all names but demonyms take their capital. An Arabic name is found behind what is written together with
/// it ("and", "in", "for"), a Chinese one wherever its characters stand.
///
/// # Example
/// ```
/// use detente_text::{Parties, PartyKind, tokens};
/// let text = "South Sudan and the Kremlin discussed turkey exports.";
/// let found = Parties::table().find(text, &tokens(text));
/// let names: Vec<&str> = found.iter().map(|found| found.party.canonical).collect();
/// assert_eq!(names, ["South Sudan", "Russia"]);
/// assert_eq!(found[1].party.kind, PartyKind::Seat);
/// ```
pub struct Parties {
    language: Language,
    rows: Vec<Party>,
    /// The names by how they start, see [`start`]. They are taken apart when a word of a text starts so:
    /// all of them would take a fifth of the time in which a short article is scored.
    starts: FxHashMap<u64, Start>,
}

/// The names that start in the same way.
#[derive(Default)]
struct Start {
    /// Those of rows, then phrases that only look like a party.
    names: Vec<(&'static str, Option<u32>)>,
    /// The same by their first words, the longest names first.
    by_head: OnceLock<Vec<(Box<str>, Vec<Name>)>>,
}

/// The table of a language that has one.
fn table_of(language: Language) -> Option<&'static str> {
    Some(match language {
        Language::English => include_str!("parties.tsv"),
        Language::Arabic => include_str!("parties.ar.tsv"),
        Language::Spanish => include_str!("parties.es.tsv"),
        Language::French => include_str!("parties.fr.tsv"),
        Language::Russian => include_str!("parties.ru.tsv"),
        Language::Chinese => include_str!("parties.zh.tsv"),
        _ => return None,
    })
}

impl Parties {
    /// Gives the English table, which is read on first use.
    pub fn table() -> &'static Self {
        Self::of(Language::English)
    }

    /// Gives the table of a language, which is read on first use; the English one where there is none.
    ///
    /// # Example
    /// ```
    /// use detente_text::{Language, Parties, tokens_of};
    /// let text = "وأعلنت وروسيا";
    /// let found = Parties::of(Language::Arabic).find(text, &tokens_of(text, Language::Arabic));
    /// assert_eq!(found[0].party.canonical, "Russia");
    /// ```
    pub fn of(language: Language) -> &'static Self {
        static TABLES: [OnceLock<Parties>; Language::ALL.len()] =
            [const { OnceLock::new() }; Language::ALL.len()];
        let (language, table) = match table_of(language) {
            Some(table) => (language, table),
            None => (Language::English, include_str!("parties.tsv")),
        };
        TABLES[language as usize].get_or_init(|| Self::read(table, language))
    }

    /// Gives all rows, sorted by canonical name, kind and name.
    pub fn rows(&self) -> &[Party] {
        &self.rows
    }

    /// Finds the names of parties among the tokens of a text, in order and without overlap. The tokens are those of
    /// the table's language (`tokens_of`).
    pub fn find(&'static self, text: &str, tokens: &[Token]) -> Vec<PartyMatch> {
        let mut matches = Vec::new();
        let mut idx = 0;
        while idx < tokens.len() {
            let found = match tokens[idx].kind {
                TokenKind::Word => self
                    .head(tokens[idx].span.slice(text))
                    .and_then(|names| Self::longest(names, text, tokens, idx)),
                _ => None,
            };
            let Some((end, row)) = found else {
                idx += 1;
                continue;
            };
            if let Some(row) = row {
                let span = Span::new(tokens[idx].span.start, tokens[end - 1].span.end);
                matches.push(PartyMatch {
                    span,
                    tokens: idx..end,
                    party: &self.rows[row as usize],
                });
            }
            idx = end;
        }
        matches
    }

    /// Gives the names whose first word is this, whatever its case.
    pub(super) fn head(&'static self, word: &str) -> Option<&'static [Name]> {
        match self.language {
            // Every word of an English text comes by here.
            Language::English => self.of_key(&plain_key(word)),
            Language::Arabic => {
                let key = key(word, self.language);
                without_clitics(&key).find_map(|key| self.of_key(key))
            }
            _ => self.of_key(&key(word, self.language)),
        }
    }

    #[inline]
    fn of_key(&'static self, key: &str) -> Option<&'static [Name]> {
        let same_start = self.starts.get(&start(key))?;
        let by_head = same_start.by_head.get_or_init(|| self.by_head(same_start));
        let names = by_head.iter().find(|(head, _)| **head == *key);
        names.map(|(_, names)| names.as_slice())
    }

    /// Finds the longest of names with the same head at token `idx`: the token after it, and its row
    /// unless the phrase only looks like a party.
    pub(super) fn longest(
        names: &[Name],
        text: &str,
        tokens: &[Token],
        idx: usize,
    ) -> Option<(usize, Option<u32>)> {
        names
            .iter()
            .find_map(|name| Some((name.end(text, tokens, idx)?, name.row)))
    }

    fn by_head(&self, same_start: &Start) -> Vec<(Box<str>, Vec<Name>)> {
        let mut by_head: Vec<(Box<str>, Vec<Name>)> = Vec::new();
        for (name, row) in &same_start.names {
            let kind = row.map(|row| self.rows[row as usize].kind);
            let is_plain = kind.is_some_and(|kind| kind.is_plain(self.language));
            let name = Name::new(name, is_plain, *row, self.language);
            let Some(head) = name.head() else {
                continue;
            };
            match by_head.iter_mut().find(|(known, _)| **known == *head) {
                Some((_, names)) => names.push(name),
                None => by_head.push((head.into(), vec![name])),
            }
        }
        for (_, names) in &mut by_head {
            names.sort_by_key(|name| std::cmp::Reverse(name.n_words()));
        }
        by_head
    }

    fn read(table: &'static str, language: Language) -> Self {
        let mut rows = Vec::with_capacity(table.len() / 24);
        for line in table.lines().skip(1) {
            let mut cells = line.split('\t');
            let (Some(canonical), Some(kind), Some(name)) =
                (cells.next(), cells.next(), cells.next())
            else {
                continue;
            };
            let Some(kind) = PartyKind::ALL
                .into_iter()
                .find(|member| member.name() == kind)
            else {
                continue;
            };
            rows.push(Party {
                canonical,
                kind,
                name,
            });
        }
        let mut starts: FxHashMap<u64, Start> = FxHashMap::default();
        starts.reserve(rows.len());
        let of_rows = rows.iter().zip(0..).map(|(row, at)| (row.name, Some(at)));
        let others = not_parties(language).lines().map(|phrase| (phrase, None));
        for (name, row) in of_rows.chain(others) {
            let start = match language {
                Language::English => start(name),
                _ => start(&head_key(name, language)),
            };
            starts.entry(start).or_default().names.push((name, row));
        }
        Self {
            language,
            rows,
            starts,
        }
    }
}

/// Phrases with the name of a party that mean something else; they keep their words.
const NOT_PARTIES: &str = include_str!("not_parties.txt");

/// The same of a language.
fn not_parties(language: Language) -> &'static str {
    match language {
        Language::Arabic => include_str!("not_parties.ar.txt"),
        Language::Spanish => include_str!("not_parties.es.txt"),
        Language::French => include_str!("not_parties.fr.txt"),
        Language::Russian => include_str!("not_parties.ru.txt"),
        Language::Chinese => include_str!("not_parties.zh.txt"),
        _ => NOT_PARTIES,
    }
}

#[cfg(test)]
mod tests {
    use super::party_name::CAPITAL_ONLY;
    use super::{NOT_PARTIES, Parties, table_of};
    use crate::elision::tokens_of;
    use crate::stem::Language;
    use crate::token::tokens;
    use std::collections::HashSet;

    fn found(text: &str) -> Vec<(&str, &'static str)> {
        let matches = Parties::table().find(text, &tokens(text));
        matches
            .into_iter()
            .map(|found| (found.span.slice(text), found.party.canonical))
            .collect()
    }

    #[test]
    fn the_table_is_sorted_unique_and_complete() {
        let rows = Parties::table().rows();
        let lines: Vec<&str> = include_str!("parties.tsv").lines().collect();
        assert_eq!(lines[0], "canonical\tkind\tname");
        assert_eq!(rows.len(), lines.len() - 1, "a row does not parse");
        assert!(rows.is_sorted_by_key(|row| (row.canonical, row.kind.name(), row.name)));
        let mut names: Vec<&str> = rows.iter().map(|row| row.name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
        for row in rows {
            assert!(
                !row.name.trim().is_empty() && row.name.trim() == row.name,
                "{}",
                row.name
            );
            assert!(
                rows.iter().any(|other| other.name == row.canonical),
                "{} has no row of its own",
                row.canonical
            );
        }
        assert!(CAPITAL_ONLY.is_sorted() && NOT_PARTIES.lines().is_sorted());
        for name in names {
            assert!(NOT_PARTIES.lines().all(|phrase| phrase != name), "{name}");
        }
    }

    #[test]
    fn the_tables_of_other_languages_are_sorted_and_of_the_parties_of_the_english_one() {
        let known: HashSet<&str> = Parties::table()
            .rows()
            .iter()
            .map(|row| row.canonical)
            .collect();
        for language in Language::WITH_TABLES {
            let lines = table_of(language).map_or(0, |table| table.lines().count());
            let rows = Parties::of(language).rows();
            assert_eq!(
                rows.len(),
                lines - 1,
                "a row of {} does not parse",
                language.name()
            );
            assert!(rows.is_sorted_by_key(|row| (row.canonical, row.kind.name(), row.name)));
            let names: HashSet<&str> = rows.iter().map(|row| row.name).collect();
            assert_eq!(names.len(), rows.len(), "{}", language.name());
            assert!(rows.iter().all(|row| known.contains(row.canonical)));
        }
    }

    #[test]
    fn nearly_every_name_of_another_language_is_found_as_its_party() {
        for language in Language::WITH_TABLES {
            let parties = Parties::of(language);
            let missed: Vec<&str> = (parties.rows().iter())
                .filter(|row| {
                    let found = parties.find(row.name, &tokens_of(row.name, language));
                    !matches!(found.as_slice(), [one] if one.party.canonical == row.canonical)
                })
                .map(|row| row.name)
                .collect();
            let share = missed.len() as f64 / parties.rows().len() as f64;
            assert!(share < 0.01, "{} {share}: {missed:?}", language.name());
        }
    }

    #[test]
    fn every_name_is_found_as_itself() {
        for row in Parties::table().rows() {
            let text = format!("we met {} there", row.name);
            let matches = Parties::table().find(&text, &tokens(&text));
            assert_eq!(matches.len(), 1, "{}", row.name);
            assert_eq!(matches[0].party.canonical, row.canonical, "{}", row.name);
        }
    }

    #[test]
    fn names_are_found_longest_first() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            (
                "the Democratic Republic of the Congo agreed",
                &[(
                    "Democratic Republic of the Congo",
                    "Democratic Republic of the Congo",
                )],
            ),
            (
                "the Republic of Korea and the Democratic People's Republic of Korea",
                &[
                    ("Republic of Korea", "South Korea"),
                    ("Democratic People's Republic of Korea", "North Korea"),
                ],
            ),
            (
                "The United Kingdom of Great Britain and Northern Ireland voted",
                &[(
                    "United Kingdom of Great Britain and Northern Ireland",
                    "United Kingdom",
                )],
            ),
            (
                "Her Majesty’s Government regrets",
                &[("Her Majesty’s Government", "United Kingdom")],
            ),
            (
                "South Sudan and Sudan",
                &[("South Sudan", "South Sudan"), ("Sudan", "Sudan")],
            ),
            (
                "Papua New Guinea, Guinea-Bissau, Equatorial Guinea",
                &[
                    ("Papua New Guinea", "Papua New Guinea"),
                    ("Guinea-Bissau", "Guinea-Bissau"),
                    ("Equatorial Guinea", "Equatorial Guinea"),
                ],
            ),
            (
                "RUSSIAN TROOPS ENTER UKRAINE",
                &[("RUSSIAN", "Russia"), ("UKRAINE", "Ukraine")],
            ),
            (
                "russian and ukrainian troops",
                &[("russian", "Russia"), ("ukrainian", "Ukraine")],
            ),
            ("Turkey's army", &[("Turkey's", "Turkey")]),
            (
                "Polish troops met TURKISH ones",
                &[("Polish", "Poland"), ("TURKISH", "Turkey")],
            ),
            (
                "Moscow, Ankara and the Kremlin",
                &[
                    ("Moscow", "Russia"),
                    ("Ankara", "Turkey"),
                    ("Kremlin", "Russia"),
                ],
            ),
            (
                "the White House and the State Department",
                &[
                    ("White House", "United States"),
                    ("State Department", "United States"),
                ],
            ),
            (
                "the Élysée and Downing Street",
                &[("Élysée", "France"), ("Downing Street", "United Kingdom")],
            ),
            (
                "Hamas, Hezbollah, al-Qaida and Al-Shabaab",
                &[
                    ("Hamas", "Hamas"),
                    ("Hezbollah", "Hezbollah"),
                    ("al-Qaida", "Al-Qaida"),
                    ("Al-Shabaab", "Al-Shabaab"),
                ],
            ),
            (
                "M23 rebels and UNITA",
                &[("M23", "M23"), ("UNITA", "UNITA")],
            ),
            (
                "ISIL/Da'esh must be defeated",
                &[("ISIL/Da'esh", "Islamic State")],
            ),
            (
                "Putin, Zelenskyy and Trump met",
                &[
                    ("Putin", "Russia"),
                    ("Zelenskyy", "Ukraine"),
                    ("Trump", "United States"),
                ],
            ),
            (
                "George W. Bush and President Bush",
                &[
                    ("George W. Bush", "United States"),
                    ("President Bush", "United States"),
                ],
            ),
            (
                "Kim Jong Un and Kim Jong-un",
                &[
                    ("Kim Jong Un", "North Korea"),
                    ("Kim Jong-un", "North Korea"),
                ],
            ),
            (
                "Côte d’Ivoire and Cote d'Ivoire",
                &[
                    ("Côte d’Ivoire", "Côte d'Ivoire"),
                    ("Cote d'Ivoire", "Côte d'Ivoire"),
                ],
            ),
            (
                "St. Lucia and Saint Lucia",
                &[("St. Lucia", "Saint Lucia"), ("Saint Lucia", "Saint Lucia")],
            ),
            (
                "the U.S. and the US, the UK",
                &[
                    ("U.S.", "United States"),
                    ("US", "United States"),
                    ("UK", "United Kingdom"),
                ],
            ),
            (
                "the USSR and the Soviet Union",
                &[("USSR", "Soviet Union"), ("Soviet Union", "Soviet Union")],
            ),
            (
                "Upper Volta, Zaire, Ceylon and Rhodesia",
                &[
                    ("Upper Volta", "Burkina Faso"),
                    ("Zaire", "Democratic Republic of the Congo"),
                    ("Ceylon", "Sri Lanka"),
                    ("Rhodesia", "Zimbabwe"),
                ],
            ),
            (
                "Viet Nam's and South Vietnam's aims",
                &[
                    ("Viet Nam's", "Vietnam"),
                    ("South Vietnam's", "South Vietnam"),
                ],
            ),
            (
                "Nagorno-Karabakh and Abkhazia",
                &[
                    ("Nagorno-Karabakh", "Nagorno-Karabakh"),
                    ("Abkhazia", "Abkhazia"),
                ],
            ),
            (
                "Bosnia and Herzegovina, Bosnia and Croatia",
                &[
                    ("Bosnia and Herzegovina", "Bosnia and Herzegovina"),
                    ("Bosnia", "Bosnia and Herzegovina"),
                    ("Croatia", "Croatia"),
                ],
            ),
            (
                "the Congolese people of Congo-Brazzaville",
                &[
                    ("Congolese", "Republic of the Congo"),
                    ("Congo-Brazzaville", "Republic of the Congo"),
                ],
            ),
            ("Jordan and Chad", &[("Jordan", "Jordan"), ("Chad", "Chad")]),
            (
                "the GDR, East Germany and Germany",
                &[
                    ("GDR", "East Germany"),
                    ("East Germany", "East Germany"),
                    ("Germany", "Germany"),
                ],
            ),
            (
                "Azerbaijan-Iran relations",
                &[("Azerbaijan", "Azerbaijan"), ("Iran", "Iran")],
            ),
            (
                "the Islamic State of Afghanistan",
                &[("Islamic State of Afghanistan", "Afghanistan")],
            ),
            ("non-Russian", &[("Russian", "Russia")]),
        ];
        for (text, expected) in cases {
            assert_eq!(&found(text), expected, "{text}");
        }
    }

    #[test]
    fn bodies_of_states_are_parties() {
        let text =
            "NATO, ASEAN and the European Union ordered it from Brussels, and the EU's envoy left.";
        let names: Vec<&str> = found(text).into_iter().map(|found| found.1).collect();
        let eu = "European Union";
        assert_eq!(names, ["NATO", "ASEAN", eu, eu, eu]);
    }

    #[test]
    fn other_words_are_no_parties() {
        for text in [
            "they ate turkey and polish sausage from china",
            "the chad and the guinea pig",
            "tell us what you want",
            "GIVE US PEACE",
            "the United Nations",
            "the Security Council met",
            "Latin American and Caribbean states",
            "the Vienna Convention and the Rome Statute",
            "the Indian Ocean and the South China Sea",
            "we may rice and bush the brown power",
            "a white house in the state department store",
            "it will trump the rest",
            "the republic of letters",
            "Bush fires spread",
            "a marble pole",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
