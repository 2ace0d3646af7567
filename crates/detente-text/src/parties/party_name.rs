//! One name of a party: its words, and whether it stands in a text.

use crate::clitics::without_clitics;
use crate::elision::tokens_of;
use crate::fold::surface;
use crate::stem::Language;
use crate::token::{Token, TokenKind};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// A name, or a phrase that only looks like one.
pub(crate) struct Name {
    language: Language,
    /// Keys and capitals of the tokens, the first included.
    words: Box<[NameWord]>,
    needs_capital: bool,
    /// Index of the row; `None` for a phrase that only looks like a party.
    pub(super) row: Option<u32>,
}

struct NameWord {
    key: Box<str>,
    is_acronym: bool,
    is_capital: bool,
}

impl Name {
    /// Reads a name; a plain one is of a kind whose names stand in lower case too.
    pub(super) fn new(name: &str, is_plain: bool, row: Option<u32>, language: Language) -> Self {
        let words: Box<[NameWord]> = tokens_of(name, language)
            .iter()
            .filter(|token| token.kind != TokenKind::Mark)
            .map(|token| NameWord::new(token.span.slice(name), language))
            .collect();
        let needs_capital = !is_plain
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

    /// The key of its first word; `None` for a name without one.
    pub(super) fn head(&self) -> Option<&str> {
        self.words.first().map(|word| &*word.key)
    }

    pub(super) fn n_words(&self) -> usize {
        self.words.len()
    }

    /// Gives the token after the name if it stands at token `idx`.
    pub(super) fn end(&self, text: &str, tokens: &[Token], idx: usize) -> Option<usize> {
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
        // "GIVE US PEACE", "LA PAZ ES POSIBLE": in a text without lower case these are no names for sure.
        let is_us = self.words.len() == 1 && &*self.words[0].key == "us";
        let is_word = is_us || self.is_spanish();
        (!is_word || text.contains(char::is_lowercase)).then_some(at)
    }

    /// Whether a word of the name is one of Spanish too: "La Paz".
    fn is_spanish(&self) -> bool {
        let mut words = self.words.iter();
        self.language == Language::Spanish && words.any(|word| SPANISH_WORDS.contains(&&*word.key))
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
pub(super) fn key(word: &str, language: Language) -> String {
    let plain = plain_key(word);
    match language {
        Language::Arabic | Language::Chinese | Language::Russian => surface(&plain, language),
        // A capital may stand without its accent: "Etats-Unis", "MEXICO".
        Language::French | Language::Spanish if !plain.is_ascii() => unaccented(&plain),
        _ => plain,
    }
}

/// Lower case, straight apostrophes, no possessive 's, no period at the end.
#[inline]
pub(super) fn plain_key(word: &str) -> String {
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
pub(super) const CAPITAL_ONLY: &[&str] = &[
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

/// The key of the first word of a name.
pub(super) fn head_key(name: &str, language: Language) -> String {
    let tokens = tokens_of(name, language);
    let head = tokens.iter().find(|token| token.kind != TokenKind::Mark);
    head.map_or_else(String::new, |head| key(head.span.slice(name), language))
}

/// How a name or a word starts: up to eight ASCII letters and digits in lower case, as a number; else its first
/// letter. A name starts as its first word does, wherever that ends.
pub(super) fn start(name: &str) -> u64 {
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
