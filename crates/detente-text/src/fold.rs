//! The form in which a word of a language is counted, and in which the entries of a lexicon are found.

use crate::clitics::{bare, folded_letters};
use crate::elision::tokens_of;
use crate::simplified::simplified;
use crate::stem::Language;
use crate::token::TokenKind;

/// A word in lower case, in the one form that its language writes in several:
///
/// - English: contractions that lost their apostrophe have it again;
/// - Arabic: letters in one form, without an "and" and the article before it;
/// - French: elided words are whole (`l'` is `le`), `œ` is `oe`;
/// - Chinese: traditional characters are simplified ones;
/// - Russian: `ё` is `е`.
pub(super) fn surface(word: &str, language: Language) -> String {
    let lower = word.to_lowercase();
    match language {
        Language::English => match lower.strip_suffix("nt") {
            Some(verb) if CONTRACTIONS.contains(&lower.as_str()) => format!("{verb}n't"),
            _ => lower,
        },
        Language::Arabic => bare(&folded_letters(&lower)).to_owned(),
        Language::French => match lower.strip_suffix(['\'', '’']) {
            Some("ç") => "ça".to_owned(),
            Some(elided) if !elided.is_empty() => format!("{elided}e"),
            _ if lower.contains('œ') => lower.replace('œ', "oe"),
            _ => lower,
        },
        Language::Chinese => simplified(&lower),
        Language::Russian => match lower.contains('ё') {
            true => lower.replace('ё', "е"),
            false => lower,
        },
        _ => lower,
    }
}

/// An entry of a lexicon as its words stand in a text's terms, parted by blanks; a word that ends in `*` keeps it.
///
/// # Example
/// ```
/// use detente_text::{Language, lexicon_entry};
/// assert_eq!(lexicon_entry(Language::French, "appel à l'aide"), "appel à le aide");
/// assert_eq!(lexicon_entry(Language::Chinese, "停火"), "停 火");
/// assert_eq!(lexicon_entry(Language::Russian, "чёрн* день"), "черн* день");
/// ```
pub fn lexicon_entry(language: Language, entry: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for part in entry.split_whitespace() {
        let (body, star) = match part.strip_suffix('*') {
            Some(body) => (body, "*"),
            None => (part, ""),
        };
        let tokens = tokens_of(body, language);
        let tokens = tokens.iter().filter(|token| token.kind == TokenKind::Word);
        let before = words.len();
        words.extend(tokens.map(|token| surface(token.span.slice(body), language)));
        if words.len() > before
            && let Some(last) = words.last_mut()
        {
            last.push_str(star);
        }
    }
    words.join(" ")
}

/// Contractions without their apostrophe that are no words of their own, or hardly ever.
const CONTRACTIONS: &[&str] = &[
    "arent", "cant", "couldnt", "didnt", "doesnt", "dont", "hadnt", "hasnt", "havent", "isnt",
    "mustnt", "neednt", "shouldnt", "wasnt", "werent", "wont", "wouldnt",
];

#[cfg(test)]
mod tests {
    use super::{lexicon_entry, surface};
    use crate::stem::Language;

    #[test]
    fn each_language_has_one_form_of_a_word() {
        for (language, word, expected) in [
            (Language::English, "Dont", "don't"),
            (Language::Arabic, "والسَّلام", "سلام"),
            (Language::French, "L'", "le"),
            (Language::French, "Cœur", "coeur"),
            (Language::Russian, "Ещё", "еще"),
            (Language::Chinese, "戰", "战"),
            (Language::German, "Frieden", "frieden"),
        ] {
            assert_eq!(surface(word, language), expected, "{word}");
        }
    }

    #[test]
    fn entries_are_folded_as_words_are() {
        assert_eq!(
            lexicon_entry(Language::Arabic, "وقف إطلاق النار"),
            "وقف اطلاق نار"
        );
        assert_eq!(
            lexicon_entry(Language::Spanish, "alto el fuego*"),
            "alto el fuego*"
        );
        assert_eq!(lexicon_entry(Language::Chinese, "不可接受"), "不 可 接 受");
        assert_eq!(lexicon_entry(Language::French, "*"), "");
    }
}
