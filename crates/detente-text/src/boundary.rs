use memchr::{memchr_iter, memchr3, memmem};
use unicode_segmentation::UnicodeSegmentation;

use crate::abbreviation::is_abbreviation;

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
/// section 5, and those it misses where the blank between two sentences is missing.
///
/// Newlines count as blanks. Text in Latin or Cyrillic letters takes a short cut that looks
/// at the terminators only; other scripts go through `unicode-segmentation`.
pub(super) fn boundaries(segment: &str, bounds: &mut Vec<usize>) {
    if segment.is_ascii() || segment.chars().all(is_simple) {
        simple_boundaries(segment, bounds);
    } else {
        unicode_boundaries(segment, bounds);
    }
    let n_known = bounds.len();
    bounds.extend(
        memchr_iter(b'.', segment.as_bytes())
            .map(|dot| dot + 1)
            .filter(|&at| is_missed(segment, at)),
    );
    if !segment.is_ascii() {
        bounds.extend(
            memmem::find_iter(segment.as_bytes(), "…").filter_map(|at| after_ellipsis(segment, at)),
        );
    }
    if bounds.len() > n_known {
        bounds.sort_unstable();
        bounds.dedup();
    }
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

/// UAX 29 never ends a sentence after "…", though it does after "..."; this treats both alike.
fn after_ellipsis(segment: &str, at: usize) -> Option<usize> {
    let rest = &segment[at + '…'.len_utf8()..];
    let rest = rest.trim_start_matches(['"', '”', '»', '’', ')']);
    let next = rest.trim_start();
    let opened = next.trim_start_matches(['"', '“', '«', '‘', '(']);
    (next.len() < rest.len() && opened.starts_with(char::is_uppercase))
        .then_some(segment.len() - next.len())
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
