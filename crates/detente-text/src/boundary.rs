use memchr::{memchr_iter, memchr3, memchr3_iter};
use unicode_segmentation::UnicodeSegmentation;

use crate::abbreviation::is_abbreviation;
use crate::address::address_end;
use crate::lines::bullet_len;

/// Classes of UAX 29, table 4, for the characters the short cut knows.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Class {
    Close,
    Continue,
    Lower,
    Number,
    Other,
    Space,
    Stop,
    Terminal,
    Upper,
}

/// Appends the sentence boundaries inside a segment, in ascending order: those of UAX 29,
/// section 5, but for those inside of an address and before the mark of a footnote, and those it misses:
/// where the blank between two sentences is missing, after the mark of a footnote, before each bullet of
/// a list inside a line, and after each point of a Chinese list.
///
/// Newlines count as blanks. Text in Latin or Cyrillic letters takes a short cut that looks
/// at the terminators only; other scripts go through `unicode-segmentation`.
pub(super) fn boundaries(segment: &str, bounds: &mut Vec<usize>) {
    if segment.is_ascii() || segment.chars().all(is_simple) {
        simple_boundaries(segment, bounds);
    } else {
        unicode_boundaries(segment, bounds);
    }
    let bytes = segment.as_bytes();
    bounds.retain(|&at| {
        // UAX 29 ends a sentence behind the bracket of "ceasefire.[3]".
        let mark = if bytes[at - 1] == b'[' { at - 1 } else { at };
        let is_inside = mark > 0
            && !bytes[mark - 1].is_ascii_whitespace()
            && (footnote_end(segment, mark).is_some() || is_in_address(segment, at));
        !is_inside
    });
    let n_known = bounds.len();
    let stops = memchr_iter(b'.', bytes).map(|dot| dot + 1);
    bounds.extend(stops.filter(|&at| is_missed(segment, at)));
    let terminals = memchr3_iter(b'.', b'!', b'?', bytes).map(|terminal| terminal + 1);
    bounds.extend(terminals.filter_map(|at| after_footnote(segment, at)));
    if !segment.is_ascii() {
        let bullets = segment.match_indices(['•', '▪', '●', '■', '‣']);
        bounds.extend(bullets.filter_map(|(at, _)| {
            (at > 0
                && segment[..at].ends_with(char::is_whitespace)
                && bullet_len(&segment[at..]) > 0)
                .then_some(at)
        }));
    }
    if !segment.is_ascii() {
        add_points(segment, n_known, bounds);
    }
    if bounds.len() > n_known {
        bounds.sort_unstable();
        bounds.dedup();
    }
}

/// The semicolon of Chinese and Japanese.
const CHINESE_SEMICOLON: char = '；';

/// Adds the ends of the points of Chinese lists: sentences with two wide semicolons or more. One alone joins two halves
/// of a thought. The first `n_known` bounds are the ends of sentences.
fn add_points(segment: &str, n_known: usize, bounds: &mut Vec<usize>) {
    let mut start = 0;
    for idx in 0..=n_known {
        let end = bounds[..n_known].get(idx).copied().unwrap_or(segment.len());
        let sentence = &segment[start.min(end)..end];
        let ends = sentence.match_indices(CHINESE_SEMICOLON);
        let ends: Vec<usize> = ends.map(|(at, mark)| start + at + mark.len()).collect();
        if ends.len() > 1 {
            let inner = ends
                .into_iter()
                .filter(|&at| at < end && !is_in_wide_bracket(segment, at));
            bounds.extend(inner);
        }
        start = end;
    }
}

/// Tells whether a place stands inside of a wide bracket that opened not far before it.
fn is_in_wide_bracket(segment: &str, at: usize) -> bool {
    let reach = segment.ceil_char_boundary(at.saturating_sub(CHUNK_REACH));
    let before = &segment[reach..at];
    let last = |mark: char| before.rfind(mark);
    last('（') > last('）')
}

fn unicode_boundaries(segment: &str, bounds: &mut Vec<usize>) {
    let blanked = segment.replace(['\n', '\r'], " ");
    bounds.extend(
        blanked
            .split_sentence_bound_indices()
            .map(|(at, _)| at)
            .skip(1),
    );
}

fn is_simple(c: char) -> bool {
    matches!(c,
        '\0'..='\x7f' | '\u{a0}'..='\u{a9}' | '«' | '®'..='´' | '¶'..='¹' | '»'..='ſ'
        | 'Ѐ'..='џ' | '–' | '—' | '‘'..='‟' | '•' | '…' | '€')
}

fn class(c: char) -> Class {
    match c {
        'a'..='z' => Class::Lower,
        'A'..='Z' => Class::Upper,
        ' ' | '\t'..='\r' | '\u{a0}' => Class::Space,
        '0'..='9' => Class::Number,
        '.' => Class::Stop,
        '!' | '?' => Class::Terminal,
        ',' | '-' | ':' | ';' | '–' | '—' => Class::Continue,
        '"' | '\'' | '(' | ')' | '[' | ']' | '{' | '}' | '«' | '»' | '‘'..='‟' => {
            Class::Close
        }
        _ if c.is_lowercase() => Class::Lower,
        _ if c.is_uppercase() => Class::Upper,
        _ => Class::Other,
    }
}

/// Rules SB6 to SB11 of UAX 29, applied at each terminator.
fn simple_boundaries(segment: &str, bounds: &mut Vec<usize>) {
    let bytes = segment.as_bytes();
    let mut pos = 0;
    while let Some(found) = memchr3(b'.', b'!', b'?', &bytes[pos..]) {
        let at = pos + found;
        pos = at + 1;
        let is_stop = bytes[at] == b'.';
        let rest = &segment[pos..];
        let Some(next) = rest.chars().next().map(class) else {
            return;
        };
        if is_stop && next == Class::Number {
            continue;
        }
        if is_stop && next == Class::Upper {
            let before = segment[..at].chars().next_back().map(class);
            if matches!(before, Some(Class::Upper | Class::Lower)) {
                continue;
            }
        }
        let rest = rest.trim_start_matches(|c| class(c) == Class::Close);
        let rest = rest.trim_start_matches(|c| class(c) == Class::Space);
        match rest.chars().next().map(class) {
            None => return,
            Some(Class::Continue | Class::Stop | Class::Terminal) => continue,
            Some(_) => {}
        }
        if is_stop {
            let is_settling = |class| {
                matches!(
                    class,
                    Class::Lower | Class::Upper | Class::Stop | Class::Terminal
                )
            };
            if rest.chars().map(class).find(|&class| is_settling(class)) == Some(Class::Lower) {
                continue;
            }
        }
        bounds.push(segment.len() - rest.len());
    }
}

/// Ends of Internet names that look like the start of a sentence.
const DOMAIN_ENDS: [&str; 10] = [
    "Com", "Org", "Net", "Gov", "Edu", "Info", "Ru", "Ua", "Js", "Io",
];

/// The longest mark of a footnote, in bytes.
const MAX_MARK_BYTES: usize = 16;

/// How far around a period an address is looked for, in bytes.
const CHUNK_REACH: usize = 200;

/// Tells whether a sentence ends just before `at`, after a period that no blank follows:
/// "restored.The Council".
fn is_missed(segment: &str, at: usize) -> bool {
    let (before, after) = (&segment[..at - 1], &segment[at..]);
    // The cheap tests come first: nearly every period is followed by a blank.
    if !after.starts_with(char::is_uppercase) || !before.ends_with(char::is_lowercase) {
        return false;
    }
    let follower = &after[..after
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(after.len())];
    let word = &before[before
        .rfind(|c: char| !c.is_alphanumeric())
        .map_or(0, |cut| next_char(before, cut))..];
    let is_word = follower.chars().skip(1).all(char::is_lowercase)
        && (follower.len() > 1 || follower == "I" || follower == "A");
    let head = &before[..before.len() - word.len()];
    // Names of sites and addresses are short; the reach keeps the work per period small.
    let (left, right) = (
        &before[before.ceil_char_boundary(before.len().saturating_sub(CHUNK_REACH))..],
        &after[..after.floor_char_boundary(CHUNK_REACH)],
    );
    let left = left.rsplit(char::is_whitespace).next().unwrap_or("");
    let right = right.split(char::is_whitespace).next().unwrap_or("");
    let is_address = [left, right]
        .iter()
        .any(|part| part.contains("://") || part.contains('@') || part.contains("www."));
    is_word
        && word.chars().nth(1).is_some()
        && word.chars().skip(1).all(char::is_lowercase)
        && !head.ends_with('.')
        && !is_abbreviation(word)
        && !DOMAIN_ENDS.contains(&follower)
        && !is_address
}

fn next_char(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(0, char::len_utf8)
}

/// Tells whether a place stands inside of an address, a blank nowhere near.
fn is_in_address(segment: &str, at: usize) -> bool {
    let reach = segment.ceil_char_boundary(at.saturating_sub(CHUNK_REACH));
    let before = &segment[reach..at];
    if memchr3(b'/', b'@', b'w', before.as_bytes()).is_none() {
        return false;
    }
    let word = before.rfind(|c: char| c.is_whitespace() || "<>\"(".contains(c));
    let start = word.map_or(reach, |cut| next_char(segment, reach + cut));
    address_end(segment, start).is_some_and(|end| end > at)
}

/// The end of the mark of a footnote that starts at `at`, right behind a sentence: `12`, `3,4`, `[5]`, `*`. A
/// blank, or the end, follows it.
fn footnote_end(segment: &str, at: usize) -> Option<usize> {
    let mut end = mark_end(segment, at)?;
    // Several marks in brackets may follow each other.
    while segment[end..].starts_with('[') {
        end = mark_end(segment, end)?;
    }
    let rest = &segment[end..];
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some(end)
}

fn mark_end(segment: &str, at: usize) -> Option<usize> {
    let near = &segment[at..segment.floor_char_boundary(at + MAX_MARK_BYTES)];
    let is_bracketed = near.starts_with('[');
    let inner = &near[usize::from(is_bracketed)..];
    let marks = inner.find(|c: char| !(c.is_ascii_digit() || ",-*".contains(c)));
    let marks = &inner[..marks.unwrap_or(inner.len())];
    let longest = marks.split([',', '-']).map(str::len).max()?;
    let is_mark = (1..=3).contains(&longest) && !marks.starts_with([',', '-']);
    let is_closed = !is_bracketed || inner[marks.len()..].starts_with(']');
    let n_brackets = if is_bracketed { 2 } else { 0 };
    (is_mark && is_closed).then_some(at + marks.len() + n_brackets)
}

/// The place after the blanks behind a footnote's mark, if one ends a sentence: "the resolution.12 It".
fn after_footnote(segment: &str, terminal: usize) -> Option<usize> {
    let bytes = segment.as_bytes();
    let closed = bytes[terminal..]
        .iter()
        .take_while(|b| matches!(b, b'"' | b'\'' | b')'));
    let at = terminal + closed.count();
    if !matches!(bytes.get(at), Some(b'0'..=b'9' | b'[' | b'*')) {
        return None;
    }
    let end = footnote_end(segment, at)?;
    let next = segment[end..].trim_start();
    let opened = next.trim_start_matches(['"', '\'', '(', '[', '«']);
    let before = &segment[..terminal - 1];
    let word = before
        .rsplit(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("");
    // Behind a figure a period may be a decimal one; behind "No" and its like a number goes on.
    let ends_word = bytes[terminal - 1] != b'.'
        || at > terminal
        || before.ends_with(['"', ')', '\''])
        || (word.chars().nth(1).is_some()
            && word.chars().all(char::is_alphabetic)
            && !is_abbreviation(word));
    (ends_word && opened.starts_with(char::is_uppercase)).then_some(segment.len() - next.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{simple_boundaries, unicode_boundaries};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn the_short_cut_finds_the_boundaries_of_uax_29(
            text in "([a-zA-Z0-9 .!?,;:()\"'\\-éÉžŽжЖ“”‘’«»–—…•§\u{a0}\t]|[.!?] |\\.\")*"
        ) {
            let (mut short, mut full) = (Vec::new(), Vec::new());
            simple_boundaries(&text, &mut short);
            unicode_boundaries(&text, &mut full);
            prop_assert_eq!(short, full);
        }

        #[test]
        fn every_simple_character_has_its_class_of_uax_29(
            parts in proptest::collection::vec(prop_oneof![
                any::<char>().prop_filter("simple", |&c| super::is_simple(c) && !"\n\r".contains(c)),
                (0xa0u32..0x180).prop_filter_map("simple", |c| char::from_u32(c).filter(|&c| super::is_simple(c))),
                Just('.'), Just(' '), Just('a'),
            ], 0..12)
        ) {
            let text: String = parts.into_iter().collect();
            let (mut short, mut full) = (Vec::new(), Vec::new());
            simple_boundaries(&text, &mut short);
            unicode_boundaries(&text, &mut full);
            prop_assert_eq!(short, full);
        }
    }
}
