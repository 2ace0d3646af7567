//! One form for texts that only look different.

use crate::span::Span;
use memchr::memchr2_iter;
use std::borrow::Cow;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// A text in the one form in which it is read, with the way back into the original.
///
/// Four things are done, in this order: characters that are not seen are left out (zero-width, soft,
/// directional: those that Unicode calls default ignorable); quotation marks, apostrophes and hyphens
/// become the straight ones of ASCII, but for guillemets; what stands together is put into NFKC
/// (composed letters, no ligatures, no wide letters); a word that a hyphen breaks at the end of a line is
/// joined, and a vertical tab ends its line. The wide punctuation of Chinese and Japanese is left as it is.
///
/// A text that was normalised is not changed by being normalised again.
///
/// # Example
/// ```
/// use detente_text::{Normalised, Span};
/// let text = "a “cease\u{fb01}re” in the Coun-\ncil";
/// let normalised = Normalised::of(text);
/// assert_eq!(normalised.text(), "a \"ceasefire\" in the Council");
/// let council = normalised.original(Span::new(21, 28));
/// assert_eq!(council.slice(text), "Coun-\ncil");
/// ```
///
/// # References
/// Unicode Standard Annex #15, Unicode Normalization Forms, section 1.2; Unicode Standard Annex #44,
/// Default_Ignorable_Code_Point.
pub struct Normalised<'t> {
    text: Cow<'t, str>,
    changes: Vec<Change>,
}

/// A stretch of the original that became another.
#[derive(Clone, Copy)]
struct Change {
    normalised: Span,
    original: Span,
}

impl<'t> Normalised<'t> {
    /// Normalises a text. One that is in the form already, as most are, is not copied.
    pub fn of(text: &'t str) -> Self {
        let mut changes = Vec::new();
        let mut out = String::new();
        let mut copied = 0;
        let mut pos = 0;
        let mut hyphens = hyphens_at_line_ends(text).peekable();
        let is_ascii = text.is_ascii();
        // The blank behind a joined word, where its line ends now: the widths of lines tell how they were broken.
        let mut blank: Option<usize> = None;
        loop {
            while hyphens.next_if(|at| *at < pos).is_some() {}
            let hyphen = hyphens.peek().copied();
            let unsettled = match is_ascii {
                true => None,
                false => next_unsettled(&text[pos..hyphen.unwrap_or(text.len())]),
            };
            let unsettled = unsettled.map(|at| pos + at).or(hyphen);
            let Some(at) = [unsettled, blank].into_iter().flatten().min() else {
                break;
            };
            let source = match blank == Some(at) {
                true => Span::new(at, at + 1),
                false => segment(text, at, pos),
            };
            let mut change = |source: Span, replacement: &str| {
                let (source, replacement) = narrowed(text, source, replacement);
                if source.slice(text) == replacement {
                    return;
                }
                out.push_str(&text[copied..source.start]);
                let start = out.len();
                out.push_str(replacement);
                changes.push(Change {
                    normalised: Span::new(start, out.len()),
                    original: source,
                });
                copied = source.end;
            };
            match broken_word(text, source) {
                _ if blank == Some(at) => {
                    change(source, "\u{b}");
                    blank = None;
                    pos = source.end;
                }
                Some((broken, joint)) => {
                    change(broken, joint);
                    pos = broken.end;
                    let end = text[pos..].find(char::is_whitespace).map(|len| pos + len);
                    blank = end.filter(|end| text.as_bytes()[*end] == b' ');
                }
                None => {
                    // What is not seen at the end belongs to nothing.
                    let visible = source.slice(text).trim_end_matches(is_ignorable);
                    let visible = Span::new(source.start, source.start + visible.len());
                    let seen = visible.slice(text).chars().filter(|c| !is_ignorable(*c));
                    // Before and after, since some marks are decomposed into others.
                    let composed: String = seen.nfc().map(plain).nfkc().map(plain).collect();
                    change(visible, &composed);
                    change(Span::new(visible.end, source.end), "");
                    pos = source.end;
                }
            }
        }
        let text = match changes.is_empty() {
            true => Cow::Borrowed(text),
            false => {
                out.push_str(&text[copied..]);
                Cow::Owned(out)
            }
        };
        Self { text, changes }
    }

    /// The normalised text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the text is the original.
    pub fn is_original(&self) -> bool {
        self.changes.is_empty()
    }

    /// What a span of the normalised text is in the original. A span that begins or ends inside of what
    /// one character became takes in that character.
    pub fn original(&self, span: Span) -> Span {
        if self.changes.is_empty() {
            return span;
        }
        // What is not seen before the start, and after the end, is left outside.
        let started = |change: &Change| change.normalised.start <= span.start;
        let before = self.changes.partition_point(started);
        let start = match before.checked_sub(1).map(|idx| self.changes[idx]) {
            Some(change) if span.start < change.normalised.end => change.original.start,
            Some(change) => change.original.end + (span.start - change.normalised.end),
            None => span.start,
        };
        let ended = |change: &Change| change.normalised.start < span.end;
        let before = self.changes.partition_point(ended);
        let end = match before.checked_sub(1).map(|idx| self.changes[idx]) {
            Some(change) if span.end <= change.normalised.end => change.original.end,
            Some(change) => change.original.end + (span.end - change.normalised.end),
            None => span.end,
        };
        Span::new(start, end.max(start))
    }
}

/// A change without the characters at its start and end that stay as they are.
fn narrowed<'r>(text: &str, source: Span, replacement: &'r str) -> (Span, &'r str) {
    let both = |old: &str, new: &str| (old.chars().next(), new.chars().next());
    let (mut span, mut new) = (source, replacement);
    while let (Some(c), Some(same)) = both(span.slice(text), new)
        && c == same
    {
        span = Span::new(span.start + c.len_utf8(), span.end);
        new = &new[c.len_utf8()..];
    }
    while let (Some(c), Some(same)) = (
        span.slice(text).chars().next_back(),
        new.chars().next_back(),
    ) && c == same
    {
        span = Span::new(span.start, span.end - c.len_utf8());
        new = &new[..new.len() - c.len_utf8()];
    }
    (span, new)
}

/// The places of hyphens with nothing but blanks between them and the end of their line.
fn hyphens_at_line_ends(text: &str) -> impl Iterator<Item = usize> + '_ {
    memchr2_iter(b'\n', b'\r', text.as_bytes()).filter_map(|at| {
        let before = text[..at].trim_end_matches([' ', '\t']);
        before.ends_with('-').then(|| before.len() - 1)
    })
}

/// The place of the first character that may have to be changed.
fn next_unsettled(text: &str) -> Option<usize> {
    let mut unsettled = text.char_indices().filter(|(_, c)| !is_settled(*c));
    unsettled.next().map(|(at, _)| at)
}

/// The characters that are normalised together with the one at `at`: from the last one before it that may
/// begin such a group, but not before `from`, to the first one after it.
fn segment(text: &str, at: usize, from: usize) -> Span {
    let starts = |c: char| is_settled(c) || (is_starter(c) && !is_ignorable(c));
    let mut chars = text[at..].char_indices();
    let first = chars.next().map(|(_, c)| c);
    let end = chars
        .find(|(_, c)| starts(*c))
        .map_or(text.len(), |(after, _)| at + after);
    let mut start = at;
    if !first.is_some_and(starts) {
        let before = text[from..at].char_indices().rev();
        let begin = before.into_iter().find(|(_, c)| starts(*c));
        start = begin.map_or(start, |(before, _)| from + before);
    }
    Span::new(start, end)
}

/// Whether a character begins a group: it does not combine with what stands before it.
fn is_starter(c: char) -> bool {
    canonical_combining_class(c) == 0 && is_nfkc_quick(std::iter::once(c)) != IsNormalized::Maybe
}

/// Whether a character is for sure in the form already: nearly all of a text.
fn is_settled(c: char) -> bool {
    match c {
        '\0'..='\x7f' => true,
        'ĳ' | 'Ĳ' | 'Ŀ' | 'ŀ' | 'ŉ' | '¬' => false,
        'À'..='ž' | 'Ѐ'..='ҁ' | 'ء'..='ي' | '一'..='鿿' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' => {
            true
        }
        '«' | '»' | '–' | '—' | '•' | '§' | '€' | '、' | '。' => true,
        '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' => true,
        _ => {
            !is_ignorable(c)
                && plain(c) == c
                && canonical_combining_class(c) == 0
                && is_nfkc_quick(std::iter::once(c)) == IsNormalized::Yes
        }
    }
}

/// Whether a character is not seen and bears on nothing: marks of width, direction, joining and variation, the soft
/// hyphen.
///
/// # References
/// Unicode Standard Annex #44, Default_Ignorable_Code_Point.
pub fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The character of ASCII that stands for a mark in another shape.
fn plain(c: char) -> char {
    match c {
        '‘' | '’' | '‚' | '‛' | '´' | 'ʼ' | 'ʹ' | '′' | '＇' => '\'',
        '“' | '”' | '„' | '‟' | '″' | '＂' => '"',
        '‐' | '‑' | '‒' | '−' | '﹣' | '－' => '-',
        '―' | '﹘' => '—',
        _ => c,
    }
}

/// First parts of words that keep their hyphen when it stands at the end of a line.
#[rustfmt::skip]
const COMPOUND_STARTS: &[&str] = &[
    "all", "anti", "cross", "counter", "ex", "far", "fact", "five", "four", "full", "half", "hard", "high", "ill",
    "inter", "large", "long", "low", "mid", "middle", "multi", "much", "non", "one", "peace", "post", "pro", "quasi",
    "right", "second", "self", "semi", "short", "single", "six", "small", "so", "sub", "ten", "third", "three",
    "trans", "two", "under", "war", "well", "wide", "year",
];

/// Finds the place where the end of a line breaks a word: what is to be replaced, and by what.
///
/// The hyphen, or a soft one, stands behind a letter; after the line's end, and no more than one empty line,
/// a small letter follows. The hyphen of a compound (`long-`) stays.
fn broken_word(text: &str, hyphen: Span) -> Option<(Span, &'static str)> {
    let is_soft = match hyphen.slice(text) {
        "-" | "‐" => false,
        "\u{ad}" | "¬" => true,
        mark if mark.ends_with('\u{ad}') => {
            let before = hyphen.end - '\u{ad}'.len_utf8();
            return broken_word(text, Span::new(before, hyphen.end));
        }
        _ => return None,
    };
    let rest = &text[hyphen.end..];
    let next = rest.trim_start_matches([' ', '\t', '\r', '\n']);
    let gap = &rest[..rest.len() - next.len()];
    let n_lines = gap.matches('\n').count().max(gap.matches('\r').count());
    let before = text[..hyphen.start].trim_end_matches(is_ignorable);
    if !(1..=2).contains(&n_lines)
        || !next.starts_with(char::is_lowercase)
        || !before.ends_with(char::is_lowercase)
    {
        return None;
    }
    let word = before.rsplit(|c: char| !c.is_alphabetic()).next();
    let is_compound = !is_soft
        && word.is_some_and(|word| COMPOUND_STARTS.contains(&word.to_lowercase().as_str()));
    let joint = if is_compound { "-" } else { "" };
    Some((Span::new(hyphen.start, hyphen.end + gap.len()), joint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normalised(text: &str) -> String {
        Normalised::of(text).text().to_owned()
    }

    #[test]
    fn texts_that_only_look_different_become_one() {
        let cases = [
            ("plain text, 1990", "plain text, 1990"),
            ("cease\u{fb01}re", "ceasefire"),
            ("cafe\u{301} na\u{ef}ve", "caf\u{e9} na\u{ef}ve"),
            ("pea\u{200b}ce tre\u{ad}aty\u{feff}", "peace treaty"),
            ("e\u{200b}\u{301}", "\u{e9}"),
            (
                "can\u{2019}t \u{2018}we\u{2019} \u{201c}go\u{201d}",
                "can't 'we' \"go\"",
            ),
            ("\u{201e}Friede\u{201c} can\u{b4}t", "\"Friede\" can't"),
            ("\u{ff30}\u{ff25}\u{ff21}\u{ff23}\u{ff25}", "PEACE"),
            ("5\u{a0}km\u{b2}", "5 km2"),
            ("wait\u{2026}", "wait..."),
            (
                "\u{5f00}\u{ff0c}\u{597d}\u{ff01}",
                "\u{5f00}\u{ff0c}\u{597d}\u{ff01}",
            ),
            ("\u{202e}peace\u{202c}", "peace"),
            ("co\u{2011}operation", "co-operation"),
            ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
        ];
        for (text, expected) in cases {
            assert_eq!(normalised(text), expected, "{text:?}");
        }
    }

    #[test]
    fn words_broken_at_the_end_of_a_line_are_joined() {
        let cases = [
            ("the Coun-\ncil met", "the Council\u{b}met"),
            ("the Coun- \r\n  cil", "the Council"),
            ("the Coun\u{ad}\ncil", "the Council"),
            ("the Coun\u{ac}\ncil", "the Council"),
            ("the Coun\u{2010}\n\ncil", "the Council"),
            ("a long-\nterm plan", "a long-term\u{b}plan"),
            ("non-\nproliferation", "non-proliferation"),
            ("Addis-\nAbaba", "Addis-\nAbaba"),
            ("- one\n- two", "- one\n- two"),
            ("peace -\nwar", "peace -\nwar"),
            ("1990-\nend", "1990-\nend"),
            ("the Coun-\n\n\ncil", "the Coun-\n\n\ncil"),
        ];
        for (text, expected) in cases {
            assert_eq!(normalised(text), expected, "{text:?}");
        }
    }

    #[test]
    fn spans_leave_out_what_is_not_seen_beside_them() {
        let text = "a \u{200b}pea\u{ad}ce\u{200b} \u{fb01}rst";
        let back = |start, end| {
            let normalised = Normalised::of(text);
            normalised.original(Span::new(start, end)).slice(text)
        };
        assert_eq!(normalised(text), "a peace first");
        assert_eq!(back(2, 7), "pea\u{ad}ce");
        assert_eq!(back(8, 13), "\u{fb01}rst");
        assert_eq!(
            back(9, 10),
            "\u{fb01}",
            "half of a ligature is the ligature"
        );
        assert_eq!(back(0, 13), text);
    }

    const ANY: &str = "([a-c .\"'\n-]|[\u{300}-\u{304}]|[\u{ad}\u{200b}\u{feff}\u{2019}\u{201c}\u{fb01}\u{e9}\
        \u{ff21}\u{1112}\u{1161}\u{11ab}\u{2026}\u{b4}]|\\PC){0,24}";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]
        #[test]
        fn a_normalised_text_stays_as_it_is(text in ANY) {
            let once = normalised(&text);
            prop_assert_eq!(normalised(&once), once);
        }

        #[test]
        fn other_forms_of_a_text_become_the_same(text in ANY) {
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(normalised(&decomposed), normalised(&text));
            let composed: String = text.nfc().collect();
            prop_assert_eq!(normalised(&composed), normalised(&text));
        }

        #[test]
        fn spans_lie_in_the_original(text in ANY, start in 0usize..40, len in 0usize..20) {
            let normalised = Normalised::of(&text);
            let start = normalised.text().ceil_char_boundary(start.min(normalised.text().len()));
            let end = normalised.text().ceil_char_boundary((start + len).min(normalised.text().len()));
            let original = normalised.original(Span::new(start, end));
            prop_assert!(text.get(original.start..original.end).is_some());
            let whole = normalised.original(Span::new(0, normalised.text().len()));
            prop_assert!(original.end <= text.len() && whole.end <= text.len());
        }
    }
}
