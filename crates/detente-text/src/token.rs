use unicode_segmentation::UnicodeSegmentation;

use crate::address::{address_end, handle_end, hashtag_words, may_go_on};
use crate::span::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum TokenKind {
    /// An address on the Internet, of mail, the name of a file or a handle: `https://un.org`, `press@un.org`,
    /// `report.pdf`, `@UN_Spokesperson`. Its letters are no words.
    Address,
    /// Letters, or letters and digits: "peace", "can't", "U.S.", "M23".
    Word,
    /// Digits, with periods and commas between them: "1325", "1,000.5".
    Number,
    /// One punctuation mark that bears on the meaning: question and exclamation marks,
    /// quotation marks, brackets, dashes, and the marks that end a clause.
    Mark,
}

/// A word, number or mark with its place in the text it was found in.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Token {
    /// Where the token stands.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
}

/// Finds the tokens of a statement, in order and without overlap.
///
/// Words keep apostrophes between letters ("d'Ivoire", straight or curly) and the periods of
/// initialisms ("U.S."); a hyphen parts them. The words of a hashtag are parted where its case changes.
/// Text in Latin, Greek or Cyrillic letters is read
/// through a table of bytes; from the first other letter on, the word boundaries of UAX 29
/// are taken, narrowed by the same rules.
///
/// # Example
/// ```
/// use detente_text::tokens;
/// let text = "The U.S. can't accept S/2014/189!";
/// let found = tokens(text);
/// let found: Vec<&str> = found.iter().map(|token| token.span.slice(text)).collect();
/// assert_eq!(found, ["The", "U.S.", "can't", "accept", "S", "2014", "189", "!"]);
/// ```
///
/// # References
///
/// Unicode Standard Annex #29, Unicode Text Segmentation, section 4, Word Boundaries.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    tokens_into(text, &mut out);
    out
}

/// Clears `out` and fills it with the tokens of `text`, to reuse its memory.
pub(super) fn tokens_into(text: &str, out: &mut Vec<Token>) {
    out.clear();
    if let Err(pos) = scan(text, 0, text.len(), out) {
        unicode_tokens(text, pos, out);
    }
}

/// What a character does to a word.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Class {
    Apostrophe,
    Digit,
    /// A script or sign that is left to UAX 29.
    Foreign,
    Hyphen,
    Letter,
    Mark,
    /// Begins a handle or a hashtag.
    Sign,
    Skip,
}

const ASCII: [Class; 128] = {
    let mut table = [Class::Skip; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'\'' => Class::Apostrophe,
            b'-' => Class::Hyphen,
            b'@' | b'#' => Class::Sign,
            b'?' | b'!' | b'"' | b',' | b';' | b':' | b'.' | b'(' | b')' | b'[' | b']' => {
                Class::Mark
            }
            _ => Class::Skip,
        };
        byte += 1;
    }
    table
};

fn class(c: char) -> Class {
    match c {
        '\0'..='\x7f' => ASCII[c as usize],
        'À'..='Ö'
        | 'Ø'..='ö'
        | 'ø'..='ɏ'
        | 'Ͱ'..='ͳ'
        | 'Ά'
        | 'Έ'..='Ί'
        | 'Ό'
        | 'Ύ'..='Ρ'
        | 'Σ'..='ϵ'
        | 'Ѐ'..='ҁ'
        | 'Ҋ'..='ԯ' => Class::Letter,
        '‘'..='‛' => Class::Apostrophe,
        '«' | '»' | '¿' | '¡' | '–' | '—' | '“'..='‟' | '…' | '‹' | '›' => {
            Class::Mark
        }
        '\u{a0}'..='©'
        | '¬'
        | '®'..='´'
        | '¶'..='¹'
        | '¼'..='¾'
        | '×'
        | '÷'
        | '‐'..='‖'
        | '†'..='‣'
        | '‰'..='‵'
        | '€' => Class::Skip,
        _ => Class::Foreign,
    }
}

fn char_at(text: &str, pos: usize) -> Option<(Class, usize)> {
    let byte = *text.as_bytes().get(pos)?;
    if byte < 128 {
        return Some((ASCII[usize::from(byte)], 1));
    }
    let c = text[pos..].chars().next()?;
    Some((class(c), c.len_utf8()))
}

/// Reads tokens from `pos` up to `limit`; stops at a foreign character and gives the start of
/// the token it stands in.
fn scan(text: &str, mut pos: usize, limit: usize, out: &mut Vec<Token>) -> Result<usize, usize> {
    while pos < limit {
        let Some((class, len)) = char_at(text, pos) else {
            break;
        };
        match class {
            Class::Letter | Class::Digit => {
                let (mut end, mut kind) = match plain_word_end(text.as_bytes(), pos) {
                    Some(end) => (end, TokenKind::Word),
                    None => word_end(text, pos).ok_or(pos)?,
                };
                if may_go_on(text.as_bytes(), end)
                    && let Some(after) = address_end(text, pos)
                    && after > end
                {
                    (end, kind) = (after, TokenKind::Address);
                }
                out.push(Token {
                    span: Span::new(pos, end),
                    kind,
                });
                // Behind most words stands a blank.
                pos = end + usize::from(text.as_bytes().get(end) == Some(&b' '));
            }
            Class::Mark => {
                out.push(Token {
                    span: Span::new(pos, pos + len),
                    kind: TokenKind::Mark,
                });
                pos += len;
            }
            Class::Hyphen => {
                if is_dash(text, pos) {
                    out.push(Token {
                        span: Span::new(pos, pos + len),
                        kind: TokenKind::Mark,
                    });
                }
                pos += len;
            }
            Class::Sign => match sign_end(text, pos, out) {
                Some(end) => pos = end,
                None => pos += len,
            },
            Class::Apostrophe | Class::Skip => pos += len,
            Class::Foreign => return Err(pos),
        }
    }
    Ok(pos)
}

/// Reads the handle or the hashtag whose sign stands at `at`; gives its end, or `None` if it is neither.
fn sign_end(text: &str, at: usize, out: &mut Vec<Token>) -> Option<usize> {
    if text.as_bytes()[at] == b'@' {
        let end = handle_end(text, at)?;
        out.push(Token {
            span: Span::new(at, end),
            kind: TokenKind::Address,
        });
        return Some(end);
    }
    let is_inner = |c: char| c == '_' || matches!(class(c), Class::Letter | Class::Digit);
    if text[..at].ends_with(char::is_alphanumeric) {
        return None;
    }
    let body = &text[at + 1..];
    let len = body.find(|c| !is_inner(c)).unwrap_or(body.len());
    let is_foreign = (body[len..].chars().next()).is_some_and(|c| class(c) == Class::Foreign);
    let body = &body[..len];
    if is_foreign || !body.contains(|c| class(c) == Class::Letter) {
        return None;
    }
    for (from, to) in hashtag_words(body) {
        let kind = match body[from..to].contains(char::is_alphabetic) {
            true => TokenKind::Word,
            false => TokenKind::Number,
        };
        out.push(Token {
            span: Span::new(at + 1 + from, at + 1 + to),
            kind,
        });
    }
    Some(at + 1 + len)
}

/// A hyphen between blanks stands for a dash.
fn is_dash(text: &str, pos: usize) -> bool {
    text[..pos].ends_with(char::is_whitespace) && text[pos + 1..].starts_with(char::is_whitespace)
}

/// Finds the end of a word of ASCII letters that nothing but a letter, a digit, an apostrophe or the
/// period of an initialism could make longer, and is not followed by one: nearly every word of an
/// English text. `None` for any other, which [`word_end`] can tell.
fn plain_word_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut end = start;
    while let Some(eight) = bytes[end..].first_chunk() {
        let n_letters = letters_before_another(*eight);
        end += n_letters;
        if n_letters < eight.len() {
            break;
        }
    }
    // At the end of the text; elsewhere there is no further letter.
    while bytes.get(end).is_some_and(u8::is_ascii_alphabetic) {
        end += 1;
    }
    let ends = match bytes.get(end) {
        None => true,
        Some(b'.') => end - start > 1,
        Some(next) => next.is_ascii() && !next.is_ascii_digit() && *next != b'\'',
    };
    (ends && end > start).then_some(end)
}

/// How many ASCII letters stand before the first other byte: all eight are looked at together, since most
/// words are shorter.
fn letters_before_another(eight: [u8; 8]) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGHEST: u64 = 0x80 * EACH;
    let bytes = u64::from_le_bytes(eight);
    let lower = (bytes | (0x20 * EACH)) & !HIGHEST;
    // Sums of numbers below 128 that reach the highest bit of their byte from `a`, and from behind `z`.
    let from_a = lower + u64::from(0x80 - b'a') * EACH;
    let behind_z = lower + u64::from(0x7f - b'z') * EACH;
    let others = !(from_a & !behind_z & !bytes) & HIGHEST;
    others.trailing_zeros() as usize / 8
}

/// Finds the end of the word or number that starts at `start`; `None` if it meets a foreign
/// character.
fn word_end(text: &str, start: usize) -> Option<(usize, TokenKind)> {
    if let Some(end) = initialism_end(text, start) {
        return Some((end, TokenKind::Word));
    }
    let bytes = text.as_bytes();
    let mut pos = start;
    let mut has_letter = false;
    let mut last = Class::Skip;
    while let Some((class, len)) = char_at(text, pos) {
        match class {
            Class::Letter => has_letter = true,
            Class::Digit => {}
            Class::Apostrophe if last == Class::Letter => match char_at(text, pos + len) {
                Some((Class::Letter, _)) => {}
                Some((Class::Foreign, _)) => return None,
                _ => break,
            },
            Class::Mark if !has_letter && matches!(bytes[pos], b'.' | b',') => {
                if last != Class::Digit || !bytes.get(pos + 1).is_some_and(u8::is_ascii_digit) {
                    break;
                }
            }
            Class::Foreign => return None,
            _ => break,
        }
        last = class;
        pos += len;
    }
    Some((
        pos,
        if has_letter {
            TokenKind::Word
        } else {
            TokenKind::Number
        },
    ))
}

/// Finds the end of two or more single letters with periods between them; a period after the
/// last one belongs to it.
fn initialism_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let letter = |pos| {
        char_at(text, pos)
            .filter(|&(class, _)| class == Class::Letter)
            .map(|(_, len)| pos + len)
    };
    let mut end = letter(start)?;
    let mut n_letters = 1;
    while bytes.get(end) == Some(&b'.') {
        let Some(next) = letter(end + 1) else { break };
        if matches!(
            char_at(text, next),
            Some((
                Class::Letter | Class::Digit | Class::Apostrophe | Class::Foreign,
                _
            ))
        ) {
            break;
        }
        end = next;
        n_letters += 1;
    }
    if n_letters < 2 {
        return None;
    }
    Some(if bytes.get(end) == Some(&b'.') {
        end + 1
    } else {
        end
    })
}

/// Reads the tokens from `from` on along the word boundaries of UAX 29.
fn unicode_tokens(text: &str, from: usize, out: &mut Vec<Token>) {
    let mut pos = from;
    for (at, piece) in text[from..].split_word_bound_indices() {
        let (start, end) = (from + at, from + at + piece.len());
        pos = pos.max(start);
        while pos < end {
            match scan(text, pos, end, out) {
                Ok(reached) => pos = reached,
                Err(stuck) => {
                    push_foreign(text, Span::new(stuck, end), out);
                    pos = end;
                }
            }
        }
    }
}

/// Takes the rest of a piece of UAX 29 as one token, if it is one.
fn push_foreign(text: &str, span: Span, out: &mut Vec<Token>) {
    let piece = span.slice(text);
    let is_mark = |c: char| "，、；：。．！？؟،؛।॥「」『』〈〉《》（）‼⁇⁈⁉・¿¡".contains(c);
    let kind = if piece.chars().any(char::is_alphabetic) {
        TokenKind::Word
    } else if piece.chars().any(char::is_numeric) {
        TokenKind::Number
    } else if piece.chars().any(is_mark) {
        TokenKind::Mark
    } else {
        return;
    };
    out.push(Token { span, kind });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Token, TokenKind, tokens, unicode_tokens};

    fn by_uax_29(text: &str) -> Vec<Token> {
        let mut out = Vec::new();
        unicode_tokens(text, 0, &mut out);
        out
    }

    fn words(text: &str) -> Vec<&str> {
        tokens(text)
            .into_iter()
            .filter(|token| token.kind != TokenKind::Mark)
            .map(|token| token.span.slice(text))
            .collect()
    }

    #[test]
    fn words_keep_apostrophes_and_periods_of_initialisms() {
        let cases: &[(&str, &[&str])] = &[
            (
                "The U.S. can't go on.",
                &["The", "U.S.", "can't", "go", "on"],
            ),
            (
                "Côte d’Ivoire's co-operation",
                &["Côte", "d’Ivoire's", "co", "operation"],
            ),
            ("said.The M23 rebels", &["said", "The", "M23", "rebels"]),
            (
                "1,325.5 people, in 1990.",
                &["1,325.5", "people", "in", "1990"],
            ),
            ("A/RES/1325 (2000)", &["A", "RES", "1325", "2000"]),
            ("3.5bn, 20th, 5'10", &["3.5bn", "20th", "5", "10"]),
            ("the parties' 'deal'", &["the", "parties", "deal"]),
            ("в т.е. США и ЕС", &["в", "т.е.", "США", "и", "ЕС"]),
            ("J.F. Kennedy", &["J.F.", "Kennedy"]),
            (
                "we met at 5 p.m. today",
                &["we", "met", "at", "5", "p.m.", "today"],
            ),
            ("أين السلام؟", &["أين", "السلام"]),
            (
                "a_b a:b example.com #NoWar",
                &["a", "b", "a", "b", "example.com", "No", "War"],
            ),
            (
                "see https://un.org/war, @UN_News or a.b@un.org.",
                &["see", "https://un.org/war", "@UN_News", "or", "a.b@un.org"],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(&words(text), expected, "{text}");
        }
    }

    #[test]
    fn marks_that_end_a_clause_are_seen() {
        let text = "“No, never; but (why?) - yes…”";
        let marks: Vec<_> = tokens(text)
            .into_iter()
            .filter(|token| token.kind == TokenKind::Mark)
            .map(|token| token.span.slice(text))
            .collect();
        assert_eq!(marks, ["“", ",", ";", "(", "?", ")", "-", "…", "”"]);
        let text = "أين السلام؟";
        assert_eq!(
            tokens(text).last().map(|token| token.kind),
            Some(TokenKind::Mark)
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn the_table_agrees_with_uax_29_on_ascii(text in "[ -~\n\t]{0,40}|([a-cA-C0-9.,'_:;\\-/ ]){0,30}") {
            prop_assert_eq!(tokens(&text), by_uax_29(&text));
        }

        #[test]
        fn the_table_agrees_with_uax_29_on_european_letters(text in "[a-cA-C0-9 .,'’éЖжαΩ«»“”–—…\u{a0}中]{0,30}") {
            prop_assert_eq!(tokens(&text), by_uax_29(&text));
        }

        #[test]
        fn tokens_are_ordered_and_on_character_boundaries(text in any::<String>()) {
            let mut pos = 0;
            for token in tokens(&text) {
                prop_assert!(token.span.start >= pos && !token.span.is_empty());
                prop_assert!(text.get(token.span.start..token.span.end).is_some());
                pos = token.span.end;
            }
        }

        #[test]
        fn no_letter_is_lost(text in any::<String>()) {
            let mut rest = text.clone();
            for token in tokens(&text).iter().rev() {
                rest.replace_range(token.span.start..token.span.end, " ");
            }
            prop_assert!(!rest.contains(char::is_alphabetic), "{}", rest);
        }
    }
}
