use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use crate::clitics::{bare, folded_letters, without_clitics};
use crate::elision::tokens_of;
use crate::simplified::simplified;
use crate::span::Span;
use crate::stem::Language;
use crate::token::{Token, TokenKind};

/// What kind of name stands for a party.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PartyKind {
    /// A body of several states that acts as one, or its seat: "NATO", "ASEAN", "Brussels".
    Body,
    /// A capital that stands for its government: "Ankara".
    Capital,
    /// The people of a party, or its adjective: "Russians", "Congolese".
    Demonym,
    /// An armed group or movement: "Hamas".
    Group,
    /// A well-known leader, who stands for the party: "Arafat".
    Leader,
    /// A contested city or region: "Crimea".
    Region,
    /// An office or building that stands for a government: "the Kremlin".
    Seat,
    /// A state or territory, present or past: "Zaire".
    State,
}

impl PartyKind {
    /// All members, in the order of their names.
    pub const ALL: [Self; 8] = [
        Self::Body,
        Self::Capital,
        Self::Demonym,
        Self::Group,
        Self::Leader,
        Self::Region,
        Self::Seat,
        Self::State,
    ];

    /// Gives the name, as in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Capital => "capital",
            Self::Demonym => "demonym",
            Self::Group => "group",
            Self::Leader => "leader",
            Self::Region => "region",
            Self::Seat => "seat",
            Self::State => "state",
        }
    }
}

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

pub(super) struct Name {
    language: Language,
    /// Keys and capitals of the tokens, the first included.
    words: Box<[NameWord]>,
    needs_capital: bool,
    /// Index of the row; `None` for a phrase that only looks like a party.
    row: Option<u32>,
}

struct NameWord {
    key: Box<str>,
    is_acronym: bool,
    is_capital: bool,
}

static PARTIES: LazyLock<Parties> =
    LazyLock::new(|| Parties::read(include_str!("parties.tsv"), Language::English));
static ARABIC: LazyLock<Parties> =
    LazyLock::new(|| Parties::read(include_str!("parties.ar.tsv"), Language::Arabic));
static SPANISH: LazyLock<Parties> =
    LazyLock::new(|| Parties::read(include_str!("parties.es.tsv"), Language::Spanish));
static FRENCH: LazyLock<Parties> =
    LazyLock::new(|| Parties::read(include_str!("parties.fr.tsv"), Language::French));
static RUSSIAN: LazyLock<Parties> =
    LazyLock::new(|| Parties::read(include_str!("parties.ru.tsv"), Language::Russian));
static CHINESE: LazyLock<Parties> =
    LazyLock::new(|| Parties::read(include_str!("parties.zh.tsv"), Language::Chinese));

impl Parties {
    /// Gives the English table, which is read on first use.
    pub fn table() -> &'static Self {
        &PARTIES
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
        match language {
            Language::Arabic => &ARABIC,
            Language::Spanish => &SPANISH,
            Language::French => &FRENCH,
            Language::Russian => &RUSSIAN,
            Language::Chinese => &CHINESE,
            _ => &PARTIES,
        }
    }

    /// Gives all rows, sorted by canonical name, kind and name.
    pub fn rows(&self) -> &[Party] {
        &self.rows
    }

    /// Finds the names of parties among the tokens of a text, in order and without overlap. The tokens are those of
    /// the table's language ([`tokens_of`]).
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
            let name = Name::new(name, kind, *row, self.language);
            let Some(head) = name.words.first().map(|word| word.key.clone()) else {
                continue;
            };
            match by_head.iter_mut().find(|(known, _)| *known == head) {
                Some((_, names)) => names.push(name),
                None => by_head.push((head, vec![name])),
            }
        }
        for (_, names) in &mut by_head {
            names.sort_by_key(|name| std::cmp::Reverse(name.words.len()));
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

/// The key of the first word of a name.
fn head_key(name: &str, language: Language) -> String {
    let tokens = tokens_of(name, language);
    let head = tokens.iter().find(|token| token.kind != TokenKind::Mark);
    head.map_or_else(String::new, |head| key(head.span.slice(name), language))
}

/// How a name or a word starts: up to eight ASCII letters and digits in lower case, as a number; else its first
/// letter. A name starts as its first word does, wherever that ends.
fn start(name: &str) -> u64 {
    if name.bytes().next().is_some_and(|byte| !byte.is_ascii()) {
        let first = name.chars().flat_map(char::to_lowercase).next();
        return 1 << 63 | first.map_or(0, u64::from);
    }
    let letters = name.bytes().take(8);
    letters
        .take_while(u8::is_ascii_alphanumeric)
        .fold(0, |start, byte| {
            start << 8 | u64::from(byte.to_ascii_lowercase())
        })
}

impl Name {
    fn new(name: &str, kind: Option<PartyKind>, row: Option<u32>, language: Language) -> Self {
        let words: Box<[NameWord]> = tokens_of(name, language)
            .iter()
            .filter(|token| token.kind != TokenKind::Mark)
            .map(|token| NameWord::new(token.span.slice(name), language))
            .collect();
        let is_plain_kind = match language {
            Language::English => matches!(
                kind,
                Some(
                    PartyKind::State | PartyKind::Demonym | PartyKind::Capital | PartyKind::Region
                )
            ),
            _ => kind == Some(PartyKind::Demonym),
        };
        let needs_capital = !is_plain_kind
            || (language == Language::English
                && words
                    .iter()
                    .any(|word| CAPITAL_ONLY.binary_search(&&*word.key).is_ok()));
        Self {
            language,
            words,
            needs_capital,
            row,
        }
    }

    /// Gives the token after the name if it stands at token `idx`.
    fn end(&self, text: &str, tokens: &[Token], idx: usize) -> Option<usize> {
        let mut at = idx;
        for (n_before, word) in self.words.iter().enumerate() {
            if n_before > 0 && is_period_of_name(text, tokens, at) {
                at += 1;
            }
            let token = tokens
                .get(at)
                .filter(|token| token.kind != TokenKind::Mark)?;
            if !word.matches(token.span.slice(text), self.needs_capital, self.language) {
                return None;
            }
            at += 1;
        }
        if self.language == Language::Spanish && self.is_shouted_word(text, tokens, idx..at) {
            return None;
        }
        // "GIVE US PEACE": in a text without lower case, "US" is no acronym for sure.
        let is_us = self.words.len() == 1 && &*self.words[0].key == "us";
        if is_us && !text.contains(char::is_lowercase) {
            return None;
        }
        Some(at)
    }

    /// Whether a name that is a word of the language too stands in a text without lower case: "LA PAZ ES POSIBLE".
    fn is_shouted_word(&self, text: &str, tokens: &[Token], at: Range<usize>) -> bool {
        let is_word = self
            .words
            .iter()
            .any(|word| SPANISH_WORDS.contains(&&*word.key));
        let mut spans = tokens[at].iter().map(|token| token.span.slice(text));
        is_word
            && spans.all(|word| !word.contains(char::is_lowercase))
            && !text.contains(char::is_lowercase)
    }
}

/// Tells whether token `at` is the period after "St" or an initial.
fn is_period_of_name(text: &str, tokens: &[Token], at: usize) -> bool {
    let is_period = tokens
        .get(at)
        .is_some_and(|token| token.span.slice(text) == ".");
    is_period && tokens[at - 1].span.len() <= 2 && tokens[at - 1].span.end == tokens[at].span.start
}

impl NameWord {
    fn new(word: &str, language: Language) -> Self {
        let n_letters = word.chars().filter(|c| c.is_alphabetic()).count();
        Self {
            key: key(word, language).into(),
            is_acronym: n_letters >= 2 && !word.contains(char::is_lowercase),
            // The article of Arabic names is written either way: "al-Qaida", "Al-Qaida".
            is_capital: word.starts_with(char::is_uppercase) && !matches!(word, "Al" | "El"),
        }
    }

    fn matches(&self, word: &str, needs_capital: bool, language: Language) -> bool {
        if needs_capital && self.is_capital && !word.starts_with(char::is_uppercase) {
            return false;
        }
        let stripped = strip_possessive(word);
        if self.is_acronym && stripped.contains(char::is_lowercase) {
            return false;
        }
        let bare = stripped.trim_end_matches('.');
        if bare.is_ascii() {
            bare.eq_ignore_ascii_case(&self.key)
        } else {
            let key = key(bare, language);
            match language {
                Language::Arabic => without_clitics(&key).any(|key| *key == *self.key),
                _ => *key == *self.key,
            }
        }
    }
}

/// Gives the form under which a word is looked up: a [plain one](plain_key), and what its language writes in several
/// ways in one.
fn key(word: &str, language: Language) -> String {
    let plain = plain_key(word);
    match language {
        Language::Arabic => bare(&folded_letters(&plain)).to_owned(),
        Language::Chinese => simplified(&plain),
        Language::Russian if plain.contains('ё') => plain.replace('ё', "е"),
        // A capital may stand without its accent: "Etats-Unis", "MEXICO".
        Language::French | Language::Spanish if !plain.is_ascii() => unaccented(&plain),
        _ => plain,
    }
}

/// Lower case, straight apostrophes, no possessive 's, no period at the end.
#[inline]
fn plain_key(word: &str) -> String {
    let lower = strip_possessive(word).trim_end_matches('.').to_lowercase();
    if lower.contains('’') {
        lower.replace('’', "'")
    } else {
        lower
    }
}

fn unaccented(lower: &str) -> String {
    let letters = lower.nfd().filter(|c| canonical_combining_class(*c) == 0);
    letters.collect()
}

/// A word without a possessive `'s` at its end.
pub fn strip_possessive(word: &str) -> &str {
    ["'s", "’s", "'S", "’S"]
        .iter()
        .find_map(|suffix| word.strip_suffix(suffix))
        .unwrap_or(word)
}

/// Words that mean something else in lower case; sorted.
#[rustfmt::skip]
const CAPITAL_ONLY: &[&str] = &[
    "aden", "america", "antigua", "bern", "berne", "chad", "chile", "china", "colombo", "congo", "dane", "danes",
    "danish", "dominica", "emirates", "finn", "finns", "formosa", "georgetown", "georgia", "goa", "golan", "goma",
    "guinea", "holland", "homs", "jammu", "japan", "jericho", "jordan", "lagos", "lao", "lima", "mali", "malé",
    "manila", "marib", "muscat", "niger", "occupied", "odessa", "oman", "panama", "paris", "pole", "poles",
    "polish", "praia",
    "quito", "rafah", "riga", "roc", "rome", "scots", "sirte", "sofia", "somali", "soviet", "soviets", "suva",
    "swede", "swedes", "swiss", "thai", "tonga", "tripoli", "turk", "turkey", "turks", "ulster",
];

/// Names of parties that are words of Spanish.
const SPANISH_WORDS: &[&str] = &[
    "paz", "asuncion", "salvador", "chile", "lima", "santiago", "costa", "puerto",
];

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
    use super::{CAPITAL_ONLY, NOT_PARTIES, Parties};
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
        for (language, lines) in [
            (
                Language::Arabic,
                include_str!("parties.ar.tsv").lines().count(),
            ),
            (
                Language::Spanish,
                include_str!("parties.es.tsv").lines().count(),
            ),
            (
                Language::French,
                include_str!("parties.fr.tsv").lines().count(),
            ),
            (
                Language::Russian,
                include_str!("parties.ru.tsv").lines().count(),
            ),
            (
                Language::Chinese,
                include_str!("parties.zh.tsv").lines().count(),
            ),
        ] {
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
        for language in [
            Language::Arabic,
            Language::Spanish,
            Language::French,
            Language::Russian,
            Language::Chinese,
        ] {
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
