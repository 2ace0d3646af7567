//! Phrases whose words together have another role than each alone.

use super::role::Role;
use super::{arabic_roles, chinese_roles, french_roles, russian_roles, spanish_roles};
use crate::stem::Language;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// A phrase without its first word.
pub(crate) struct Phrase {
    rest: Vec<&'static str>,
    role: Role,
}

impl Phrase {
    /// Whether the words after the first are those of the phrase, by how far they are from it.
    pub(crate) fn goes_on<'t>(&self, word: impl Fn(usize) -> Option<&'t str>) -> bool {
        let mut rest = (1..).zip(&self.rest);
        rest.all(|(at, expected)| word(at) == Some(expected))
    }

    /// Number of words.
    pub(crate) fn n_words(&self) -> usize {
        self.rest.len() + 1
    }

    /// The role of the first word; the others have none.
    pub(crate) fn role(&self) -> Role {
        self.role
    }
}

/// Whether a language has phrases.
pub(crate) fn has_phrases(language: Language) -> bool {
    !table(language).is_empty()
}

/// The phrases that begin with a word, the longest first.
pub(crate) fn phrases(language: Language, first: &str) -> Option<&'static [Phrase]> {
    static TABLES: [OnceLock<FxHashMap<&'static str, Vec<Phrase>>>; Language::ALL.len()] =
        [const { OnceLock::new() }; Language::ALL.len()];
    if language == Language::English || !has_phrases(language) {
        return None;
    }
    let table = TABLES[language as usize].get_or_init(|| by_first(language));
    table.get(first).map(Vec::as_slice)
}

fn by_first(language: Language) -> FxHashMap<&'static str, Vec<Phrase>> {
    let mut by_first: FxHashMap<&'static str, Vec<Phrase>> = FxHashMap::default();
    for (text, role) in table(language) {
        let words: Vec<&'static str> = match language {
            Language::Chinese => text.split_inclusive(|_| true).collect(),
            _ => text.split([' ', '-']).collect(),
        };
        by_first.entry(words[0]).or_default().push(Phrase {
            rest: words[1..].to_vec(),
            role: *role,
        });
    }
    for phrases in by_first.values_mut() {
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.rest.len()));
    }
    by_first
}

fn table(language: Language) -> &'static [(&'static str, Role)] {
    match language {
        Language::Arabic => arabic_roles::PHRASES,
        Language::Spanish => spanish_roles::PHRASES,
        Language::French => french_roles::PHRASES,
        Language::Russian => russian_roles::PHRASES,
        Language::Chinese => chinese_roles::PHRASES,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::table;
    use crate::fold::lexicon_entry;
    use crate::stem::Language;

    #[test]
    fn phrases_are_unique_and_folded_as_words_are() {
        for language in Language::ALL {
            let mut texts: Vec<&str> = table(language).iter().map(|(text, _)| *text).collect();
            texts.sort_unstable();
            assert!(
                texts.windows(2).all(|pair| pair[0] != pair[1]),
                "{}",
                language.name()
            );
            for text in texts {
                let folded = lexicon_entry(language, text).replace(' ', "");
                assert_eq!(folded, text.replace([' ', '-'], ""), "{}", language.name());
            }
        }
    }
}
