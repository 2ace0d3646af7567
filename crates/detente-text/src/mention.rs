//! Where a statement mentions what it is scored toward.

use crate::span::Span;
use crate::token::{TokenKind, tokens};
use unicode_segmentation::UnicodeSegmentation;

/// A statement's text, and where it mentions what it is scored toward.
///
/// A text alone is a passage without mentions: `"We met.".into()`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Passage<'a> {
    /// The text of one statement.
    pub text: &'a str,
    /// The spans of the mentions in the text; none for a statement that is scored as a whole.
    pub mentions: &'a [Span],
}

impl<'a> Passage<'a> {
    /// A text with the mentions of its target.
    pub fn toward(text: &'a str, mentions: &'a [Span]) -> Self {
        Self { text, mentions }
    }

    /// The place of the first mention that shares a byte with a span of the text.
    pub fn mention_at(&self, span: Span) -> Option<usize> {
        let touches = |mention: &Span| mention.start < span.end && span.start < mention.end;
        self.mentions.iter().position(touches)
    }
}

impl<'a> From<&'a str> for Passage<'a> {
    fn from(text: &'a str) -> Self {
        Self::toward(text, &[])
    }
}

impl<'a> From<&'a String> for Passage<'a> {
    fn from(text: &'a String) -> Self {
        text.as_str().into()
    }
}

/// Finds a name in a text: all places where it stands as words of its own, in order and apart. The
/// letters' case is heeded where that finds any, else not.
///
/// A name in Cyrillic letters is found in its case forms too (`Россия`, `России`), one in Arabic letters also behind
/// what is written together with it (`وروسيا`, `للأردن`).
///
/// White space around the name is no part of it; a blank name is found nowhere. An end of the name
/// stands as a word's does unless a letter or digit goes on on both sides of it and the word
/// boundaries of UAX 29 see one word there.
///
/// # Example
/// ```
/// use detente_text::mentions_of;
/// let text = "Iran’s envoy said Iranians want what IRAN wants.";
/// let found = |name| -> Vec<&str> {
///     mentions_of(text, name).into_iter().map(|span| span.slice(text)).collect()
/// };
/// assert_eq!(found("Iran"), ["Iran"]);
/// assert_eq!(found("iran"), ["Iran", "IRAN"]);
/// assert_eq!(found("Iraq"), [""; 0]);
/// ```
///
/// # References
///
/// Unicode Standard Annex #29, Unicode Text Segmentation, section 4, Word Boundaries.
pub fn mentions_of(text: &str, name: &str) -> Vec<Span> {
    let name = name.trim();
    if name.is_empty() {
        return Vec::new();
    }
    let exact = |rest: &str| rest.starts_with(name).then_some(name.len());
    let mut found = places(text, exact);
    let others = match name.chars().next() {
        Some('а'..='я' | 'А'..='Я' | 'ё' | 'Ё') => inflected_places(text, name),
        Some('ء'..='ي') => after_preposition(text, name),
        _ => Vec::new(),
    };
    if !others.is_empty() {
        found.extend(others);
        found.sort_unstable();
        found.dedup_by(|next, kept| next.start < kept.end);
    }
    if !found.is_empty() {
        return found;
    }
    let folded: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
    places(text, |rest| folded_prefix(rest, &folded))
}

/// The places that `matches` finds from left to right, each with the length it gives.
fn places(text: &str, matches: impl Fn(&str) -> Option<usize>) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let span = matches(&text[at..]).map(|len| Span::new(at, at + len));
        match span.filter(|span| is_bounded(text, *span)) {
            Some(span) => {
                at = span.end;
                found.push(span);
            }
            None => at += c.len_utf8(),
        }
    }
    found
}

/// The places where the words of a Russian name stand in any case, with its capitals.
fn inflected_places(text: &str, name: &str) -> Vec<Span> {
    let words = |text: &str| -> Vec<Span> {
        let words = tokens(text)
            .into_iter()
            .filter(|token| token.kind == TokenKind::Word);
        words.map(|token| token.span).collect()
    };
    let is_capital = |word: &str| word.starts_with(char::is_uppercase);
    let wanted: Vec<(String, bool)> = words(name)
        .iter()
        .map(|span| (lower(span.slice(name)), is_capital(span.slice(name))))
        .collect();
    let all = words(text);
    if wanted.is_empty() || wanted.len() > all.len() {
        return Vec::new();
    }
    let fits = |window: &[Span]| {
        let mut pairs = window.iter().zip(&wanted);
        pairs.all(|(span, (wanted, needs_capital))| {
            let word = span.slice(text);
            (is_capital(word) || !needs_capital) && is_case_of(&lower(word), wanted)
        })
    };
    let found = all.windows(wanted.len()).filter(|window| fits(window));
    let spans = found.map(|window| Span::new(window[0].start, window[window.len() - 1].end));
    let is_whole = |span: &Span| !span.slice(text).contains(['.', ',', ';', '!', '?']);
    spans.filter(is_whole).collect()
}

fn lower(word: &str) -> String {
    word.to_lowercase().replace('ё', "е")
}

/// Whether a Russian word is a name in one of its cases: the same but for an ending of nouns or adjectives. Names such
/// as `Мали` and `Перу`, which have no cases, and short ones are found as they are.
fn is_case_of(word: &str, name: &str) -> bool {
    if word == name {
        return true;
    }
    let endings = ["ая", "ий", "ый", "ой", "ое", "ые", "а", "я", "ь", "й"];
    let ending = endings.iter().find(|ending| name.ends_with(**ending));
    let base = &name[..name.len() - ending.map_or(0, |ending| ending.len())];
    let has_cases = ending.is_some() || base.ends_with(is_consonant);
    has_cases
        && base.chars().nth(2).is_some()
        && word
            .strip_prefix(base)
            .is_some_and(|rest| CASE_ENDINGS.contains(&rest))
}

fn is_consonant(c: char) -> bool {
    "бвгджзклмнпрстфхцчшщ".contains(c)
}

/// Endings of nouns and adjectives in all cases.
#[rustfmt::skip]
const CASE_ENDINGS: &[&str] = &[
    "а", "у", "ом", "ем", "е", "ы", "и", "я", "ю", "ой", "ей", "ью", "ам", "ями", "ами", "ах", "ов", "ь", "й", "ого",
    "его", "ому", "ым", "им", "ых", "их", "ая", "ую", "ое", "ые", "ий", "ый",
];

/// The places where an Arabic name stands behind "and" or "so", and a preposition of one letter; with an article also
/// where that is contracted with "for".
fn after_preposition(text: &str, name: &str) -> Vec<Span> {
    let contracted = name.strip_prefix("ال").map(|rest| format!("لل{rest}"));
    let mut found = Vec::new();
    for (at, _) in text.match_indices(name) {
        found.push((at, name.len(), false));
    }
    if let Some(contracted) = &contracted {
        let places = text.match_indices(contracted.as_str());
        found.extend(places.map(|(at, _)| (at, contracted.len(), true)));
    }
    let spans = found.into_iter().filter_map(|(at, len, is_contracted)| {
        let before = &text[..at];
        let head = before
            .rfind(|c: char| !c.is_alphanumeric())
            .map_or(0, |cut| {
                cut + before[cut..].chars().next().map_or(0, char::len_utf8)
            });
        let clitics = &before[head..];
        let rest = clitics.strip_prefix(['و', 'ف']).unwrap_or(clitics);
        let is_known = rest.is_empty() || (!is_contracted && matches!(rest, "ب" | "ل" | "ك"));
        let ends = !text[at + len..].starts_with(char::is_alphanumeric);
        (is_known && ends).then(|| Span::new(at, at + len))
    });
    spans.collect()
}

/// How many bytes of a text are these letters in some case, if it starts with them.
fn folded_prefix(text: &str, folded: &[char]) -> Option<usize> {
    let mut expected = folded;
    for (at, c) in text.char_indices() {
        if expected.is_empty() {
            return Some(at);
        }
        for lower in c.to_lowercase() {
            expected = expected.strip_prefix(&[lower])?;
        }
    }
    expected.is_empty().then_some(text.len())
}

fn is_bounded(text: &str, span: Span) -> bool {
    let is_open = |pos: usize| {
        let before = text[..pos].chars().next_back();
        let after = text[pos..].chars().next();
        [before, after]
            .iter()
            .all(|c| c.is_some_and(char::is_alphanumeric))
    };
    let is_end = |pos: usize| {
        !is_open(pos)
            || text
                .split_word_bound_indices()
                .any(|(start, _)| start == pos)
    };
    is_end(span.start) && is_end(span.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str, name: &str) -> Vec<(usize, usize)> {
        let spans = mentions_of(text, name);
        spans.iter().map(|span| (span.start, span.end)).collect()
    }

    #[test]
    fn names_stand_as_words_of_their_own() {
        assert_eq!(found("Ma said Mali and ma", "Ma"), [(0, 2)]);
        assert_eq!(found("U.S.-led, the U.S. said", "U.S."), [(0, 4), (14, 18)]);
        assert_eq!(found("the WHO; who?", " WHO "), [(4, 7)]);
        assert_eq!(found("aaaa aa", "aa"), [(5, 7)]);
        assert_eq!(found("any", "  "), []);
    }

    #[test]
    fn case_is_heeded_only_where_it_finds_the_name() {
        assert_eq!(found("It was it.", "it"), [(7, 9)]);
        assert_eq!(found("ÉCOLE, école", "École"), [(0, 6), (8, 14)]);
        // The capital dotted i becomes two characters in lower case.
        assert_eq!(found("İzmir", "i\u{307}zmir"), [(0, 6)]);
        assert_eq!(found("İzmir", "i"), []);
    }

    #[test]
    fn scripts_without_spaces_are_searched() {
        assert_eq!(found("我们中国人", "中国"), [(6, 12)]);
    }

    #[test]
    fn russian_names_are_found_in_their_cases() {
        let found = |text: &'static str, name| -> Vec<&str> {
            mentions_of(text, name)
                .into_iter()
                .map(|span| span.slice(text))
                .collect()
        };
        assert_eq!(
            found("Россия и Китай: России верят", "Россия"),
            ["Россия", "России"]
        );
        assert_eq!(found("С Ираном и с Китаем", "Иран"), ["Ираном"]);
        assert_eq!(found("В Китае видели кита", "Китай"), ["Китае"]);
        assert_eq!(
            found("Южной Осетии, Южная Осетия", "Южная Осетия"),
            ["Южной Осетии", "Южная Осетия"]
        );
    }

    #[test]
    fn arabic_names_are_found_behind_what_is_written_together_with_them() {
        let found = |text: &'static str, name| -> Vec<&str> {
            mentions_of(text, name)
                .into_iter()
                .map(|span| span.slice(text))
                .collect()
        };
        assert_eq!(found("روسيا وبروسيا ولروسيا", "روسيا"), ["روسيا"; 3]);
        assert_eq!(found("نشكر الأردن وللأردن", "الأردن"), ["الأردن", "للأردن"]);
        assert_eq!(found("السوريون", "سوريا"), [""; 0]);
    }

    proptest! {
        #[test]
        fn spans_are_in_order_and_hold_the_name(text in "\\PC{0,40}", name in "\\PC{1,4}") {
            let mut end = 0;
            for span in mentions_of(&text, &name) {
                prop_assert!(end <= span.start && span.start < span.end);
                let lower = |s: &str| s.chars().flat_map(char::to_lowercase).collect::<String>();
                prop_assert_eq!(lower(span.slice(&text)), lower(name.trim()));
                end = span.end;
            }
        }
    }
}
