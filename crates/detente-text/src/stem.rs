use rust_stemmers::{Algorithm, Stemmer};

/// The language whose words are stemmed.
///
/// The Snowball stemmer for Greek is left out: that of rust-stemmers 1.2.0 panics on `ισαισα`.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Language {
    /// Arabic; "and" and the article are taken off before a word is stemmed.
    Arabic,
    /// Danish.
    Danish,
    /// German.
    German,
    /// English (Snowball's "Porter 2").
    #[default]
    English,
    /// Spanish.
    Spanish,
    /// Finnish.
    Finnish,
    /// French.
    French,
    /// Hungarian.
    Hungarian,
    /// Italian.
    Italian,
    /// Dutch.
    Dutch,
    /// Norwegian.
    Norwegian,
    /// Portuguese.
    Portuguese,
    /// Romanian.
    Romanian,
    /// Russian.
    Russian,
    /// Swedish.
    Swedish,
    /// Tamil.
    Tamil,
    /// Turkish.
    Turkish,
    /// Any other language: each word is its own stem.
    Unstemmed,
    /// Chinese, character by character: each is a word and its own stem.
    Chinese,
}

impl Language {
    /// Those beside English that have roles of words, names of parties and a lexicon of their own.
    #[cfg(test)]
    pub(super) const WITH_TABLES: [Self; 5] = [
        Self::Arabic,
        Self::Spanish,
        Self::French,
        Self::Russian,
        Self::Chinese,
    ];

    /// All members, in the order of their codes.
    pub const ALL: [Self; 19] = [
        Self::Arabic,
        Self::Danish,
        Self::German,
        Self::English,
        Self::Spanish,
        Self::Finnish,
        Self::French,
        Self::Hungarian,
        Self::Italian,
        Self::Dutch,
        Self::Norwegian,
        Self::Portuguese,
        Self::Romanian,
        Self::Russian,
        Self::Swedish,
        Self::Tamil,
        Self::Turkish,
        Self::Unstemmed,
        Self::Chinese,
    ];

    /// Gives the name, in lower-case English.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arabic => "arabic",
            Self::Danish => "danish",
            Self::German => "german",
            Self::English => "english",
            Self::Spanish => "spanish",
            Self::Finnish => "finnish",
            Self::French => "french",
            Self::Hungarian => "hungarian",
            Self::Italian => "italian",
            Self::Dutch => "dutch",
            Self::Norwegian => "norwegian",
            Self::Portuguese => "portuguese",
            Self::Romanian => "romanian",
            Self::Russian => "russian",
            Self::Swedish => "swedish",
            Self::Tamil => "tamil",
            Self::Turkish => "turkish",
            Self::Unstemmed => "unstemmed",
            Self::Chinese => "chinese",
        }
    }

    /// Gives the code of ISO 639-1; `xx` where words are not stemmed.
    pub fn code(self) -> &'static str {
        match self {
            Self::Arabic => "ar",
            Self::Danish => "da",
            Self::German => "de",
            Self::English => "en",
            Self::Spanish => "es",
            Self::Finnish => "fi",
            Self::French => "fr",
            Self::Hungarian => "hu",
            Self::Italian => "it",
            Self::Dutch => "nl",
            Self::Norwegian => "no",
            Self::Portuguese => "pt",
            Self::Romanian => "ro",
            Self::Russian => "ru",
            Self::Swedish => "sv",
            Self::Tamil => "ta",
            Self::Turkish => "tr",
            Self::Unstemmed => "xx",
            Self::Chinese => "zh",
        }
    }

    /// Finds a language by its [code](Self::code); `None` for any other string.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.code() == code)
    }

    fn algorithm(self) -> Option<Algorithm> {
        Some(match self {
            Self::Arabic => Algorithm::Arabic,
            Self::Danish => Algorithm::Danish,
            Self::German => Algorithm::German,
            Self::English => Algorithm::English,
            Self::Spanish => Algorithm::Spanish,
            Self::Finnish => Algorithm::Finnish,
            Self::French => Algorithm::French,
            Self::Hungarian => Algorithm::Hungarian,
            Self::Italian => Algorithm::Italian,
            Self::Dutch => Algorithm::Dutch,
            Self::Norwegian => Algorithm::Norwegian,
            Self::Portuguese => Algorithm::Portuguese,
            Self::Romanian => Algorithm::Romanian,
            Self::Russian => Algorithm::Russian,
            Self::Swedish => Algorithm::Swedish,
            Self::Tamil => Algorithm::Tamil,
            Self::Turkish => Algorithm::Turkish,
            Self::Unstemmed | Self::Chinese => return None,
        })
    }
}

/// Words longer than this many bytes are their own stems: no real word is, and some stemmers
/// take time that grows faster than the word.
const MAX_STEMMED_BYTES: usize = 64;

/// Gives the stem of a lower-case word.
///
/// A word with letters outside the alphabet of the language is its own stem; so is a word
/// whose stem would be empty.
pub(super) fn stem(language: Language, word: &str) -> String {
    let Some(algorithm) = language.algorithm() else {
        return word.to_owned();
    };
    if word.len() > MAX_STEMMED_BYTES || !word.chars().all(|c| is_of(language, c)) {
        return word.to_owned();
    }
    let stem = Stemmer::create(algorithm).stem(word).into_owned();
    if stem.is_empty() {
        word.to_owned()
    } else {
        stem
    }
}

/// The stemmers index into bytes and were tried on words of their own script only.
fn is_of(language: Language, c: char) -> bool {
    match language {
        Language::Arabic => matches!(c, '\u{621}'..='\u{652}'),
        Language::Tamil => matches!(c, '\u{b80}'..='\u{bff}'),
        Language::Russian => matches!(c, 'а'..='я' | 'ё'),
        _ => matches!(c, 'a'..='z' | '0'..='9' | '\'' | '.' | 'ß'..='ɏ'),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Language, stem};

    #[test]
    fn codes_and_names_are_unique_and_read_back() {
        for language in Language::ALL {
            assert_eq!(Language::from_code(language.code()), Some(language));
            assert_eq!(
                Language::ALL
                    .iter()
                    .filter(|other| other.name() == language.name())
                    .count(),
                1
            );
        }
        assert_eq!(
            (Language::from_code("el"), Language::from_code("EN")),
            (None, None)
        );
        assert!(Language::ALL.is_sorted_by_key(|language| language.code()));
    }

    #[test]
    fn stems_are_those_of_snowball() {
        assert_eq!(stem(Language::English, "negotiations"), "negoti");
        assert_eq!(stem(Language::Russian, "переговоры"), "переговор");
        assert_eq!(stem(Language::Unstemmed, "negotiations"), "negotiations");
        assert_eq!(stem(Language::English, "мир"), "мир");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]
        #[test]
        fn no_stemmer_panics(
            latin in "[a-z'.0-9ßàéöüçãșțăığñåøæő]{1,12}", cyrillic in "[а-яё]{1,12}",
            arabic in "[\u{621}-\u{652}]{1,10}", tamil in "[\u{b80}-\u{bff}]{1,10}", other in any::<String>(),
        ) {
            for language in Language::ALL {
                for word in [&latin, &cyrillic, &arabic, &tamil, &other] {
                    prop_assert!(word.is_empty() || !stem(language, word).is_empty());
                }
            }
        }
    }
}
