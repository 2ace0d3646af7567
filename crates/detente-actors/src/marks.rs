//! Quotation marks, in pairs.

use detente_text::Span;

/// What stands between two quotation marks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Quoted {
    /// What stands between the marks.
    pub inner: Span,
    /// The same with its marks.
    pub outer: Span,
    /// Whether it goes on where the one before it was left open: the next paragraph of one quotation.
    pub goes_on: bool,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Pair {
    Curly,
    Guillemets,
    Low,
    Single,
    Straight,
}

/// A quotation that is not closed within this many bytes is none.
const REACH: usize = 20_000;

/// White space between two paragraphs has at most this many bytes.
const GAP: usize = 200;

/// A single mark is an apostrophe unless another one closes it within this many bytes.
const SINGLE_REACH: usize = 600;

/// Finds what stands in quotation marks, in order and without overlap. Of quotations in quotations only the outer one
/// is given. A quotation over several paragraphs, each of which opens anew, is one [`Quoted`] a paragraph.
pub(super) fn quoted(text: &str) -> Vec<Quoted> {
    let mut found = Vec::new();
    let mut open: Option<(usize, Pair)> = None;
    let mut goes_on = false;
    let mut skip_to = 0;
    for (pos, c) in text.char_indices() {
        if pos < skip_to || !matches!(c, '"' | '\'' | '‘' | '“' | '”' | '„' | '«' | '»' | '\n')
        {
            continue;
        }
        if let Some((start, pair)) = open {
            let ends_paragraph = c == '\n' && ends_paragraph(text, pos, pair);
            let is_close = closes(text, pos, c, pair);
            if is_close || ends_paragraph {
                let mark = text[start..].chars().next().map_or(0, char::len_utf8);
                let end = if is_close { pos + c.len_utf8() } else { pos };
                let inner = trimmed(text, Span::new(start + mark, pos.max(start + mark)));
                if !inner.is_empty() {
                    found.push(Quoted {
                        inner,
                        outer: Span::new(start, end),
                        goes_on,
                    });
                }
                goes_on = ends_paragraph && next_paragraph_opens(text, pos, pair);
                open = None;
            } else if pos - start > REACH {
                open = None;
                goes_on = false;
            }
            continue;
        }
        if matches!(c, '”' | '"' | '»') && opens(text, pos, c).is_none() {
            // The text begins inside of a quotation.
            if found.is_empty() && is_orphan_end(text, pos, c) {
                let inner = trimmed(text, Span::new(0, pos));
                found.push(Quoted {
                    inner,
                    outer: Span::new(0, pos + c.len_utf8()),
                    goes_on: false,
                });
            }
            continue;
        }
        let Some(pair) = opens(text, pos, c) else {
            continue;
        };
        if pair == Pair::Single {
            // It is a quotation only if it closes, else an apostrophe.
            if let Some(end) = single_end(text, pos, c) {
                let inner = trimmed(text, Span::new(pos + c.len_utf8(), end));
                let close = text[end..].chars().next().map_or(0, char::len_utf8);
                if inner.slice(text).contains(char::is_whitespace) {
                    found.push(Quoted {
                        inner,
                        outer: Span::new(pos, end + close),
                        goes_on: false,
                    });
                    skip_to = end + close;
                }
            }
            continue;
        }
        open = Some((pos, pair));
    }
    if let Some((start, _)) = open {
        let mark = text[start..].chars().next().map_or(0, char::len_utf8);
        let inner = trimmed(text, Span::new(start + mark, text.len()));
        if !inner.is_empty() && inner.len() <= REACH {
            found.push(Quoted {
                inner,
                outer: Span::new(start, inner.end),
                goes_on,
            });
        }
    }
    found
}

/// Whether a closing mark ends a quotation that began before the text: it is the first mark of its paragraph, at the
/// end of a sentence.
fn is_orphan_end(text: &str, pos: usize, c: char) -> bool {
    if pos > REACH {
        return false;
    }
    let before = &text[..pos];
    let behind = &text[pos + c.len_utf8()..];
    let ends =
        before.ends_with(['.', ',', '!', '?', '…']) || behind.len() < 8 && behind.trim_end() == ".";
    let follows = behind.chars().next();
    ends && pos <= REACH
        && !before.contains('\n')
        && before.contains(char::is_alphabetic)
        && follows.is_none_or(|c| !c.is_alphanumeric())
}

fn trimmed(text: &str, span: Span) -> Span {
    let inner = span.slice(text);
    let start = span.start + (inner.len() - inner.trim_start().len());
    let len = inner.trim().len();
    Span::new(start, start + len)
}

fn before(text: &str, pos: usize) -> Option<char> {
    text[..pos].chars().next_back()
}

fn after(text: &str, pos: usize, c: char) -> Option<char> {
    text[pos + c.len_utf8()..].chars().next()
}

fn is_outside(c: char) -> bool {
    c.is_whitespace() || "([{—–-/".contains(c)
}

fn opens(text: &str, pos: usize, c: char) -> Option<Pair> {
    let begins = before(text, pos).is_none_or(is_outside);
    let is_word_next = after(text, pos, c).is_some_and(|c| !c.is_whitespace());
    match c {
        '“' => Some(Pair::Curly),
        '„' => Some(Pair::Low),
        '«' => Some(Pair::Guillemets),
        '"' if begins && is_word_next => Some(Pair::Straight),
        '‘' | '\'' if begins && after(text, pos, c).is_some_and(char::is_alphabetic) => {
            Some(Pair::Single)
        }
        _ => None,
    }
}

fn closes(text: &str, pos: usize, c: char, pair: Pair) -> bool {
    match (pair, c) {
        (Pair::Curly, '”') | (Pair::Guillemets, '»') | (Pair::Low, '“' | '”') => true,
        // A straight mark closes what a curly one opened where texts mix both.
        (Pair::Straight | Pair::Curly, '"') => {
            let ends = after(text, pos, c).is_none_or(|c| !c.is_alphanumeric());
            let is_word_before = before(text, pos).is_some_and(|c| !c.is_whitespace());
            ends && (is_word_before || pair == Pair::Straight)
        }
        (Pair::Straight, '”') => true,
        _ => false,
    }
}

/// Whether a quotation ends at this line's end although no mark closes it: the paragraph ends, or the next line opens
/// it anew.
fn ends_paragraph(text: &str, pos: usize, pair: Pair) -> bool {
    let rest = &text[pos + 1..];
    let rest = &rest[..rest.floor_char_boundary(GAP.min(rest.len()))];
    let line = rest.trim_start_matches([' ', '\t', '\r']);
    line.starts_with('\n') || next_paragraph_opens(text, pos, pair)
}

fn next_paragraph_opens(text: &str, pos: usize, pair: Pair) -> bool {
    let end = text.floor_char_boundary((pos + GAP).min(text.len()));
    let next = text[pos..end].trim_start();
    let mark = match pair {
        Pair::Curly => '“',
        Pair::Guillemets => '«',
        Pair::Low => '„',
        Pair::Straight => '"',
        Pair::Single => return false,
    };
    next.strip_prefix(mark)
        .is_some_and(|rest| rest.starts_with(|c: char| !c.is_whitespace()))
}

/// Where the single mark at `pos` is closed.
fn single_end(text: &str, pos: usize, c: char) -> Option<usize> {
    let reach = text.floor_char_boundary((pos + SINGLE_REACH).min(text.len()));
    let close = if c == '‘' { '’' } else { '\'' };
    let inside = &text[pos + c.len_utf8()..reach];
    for (at, mark) in inside.match_indices(close) {
        let at = pos + c.len_utf8() + at;
        let ends = text[at + mark.len()..]
            .chars()
            .next()
            .is_none_or(|c| !c.is_alphanumeric());
        let before = before(text, at).unwrap_or(' ');
        // "the states' envoys": a plural with a blank behind it does not close, unless a mark follows or goes before.
        let follows = text[at + mark.len()..].chars().next();
        let is_plural = before == 's' && follows == Some(' ');
        if ends
            && !before.is_whitespace()
            && !is_plural
            && !inside[..at - pos - c.len_utf8()].contains('\n')
        {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<&str> {
        quoted(text)
            .iter()
            .map(|one| one.inner.slice(text))
            .collect()
    }

    #[test]
    fn all_usual_marks_come_in_pairs() {
        assert_eq!(
            found("He said “we came” and \"we saw\"."),
            ["we came", "we saw"]
        );
        assert_eq!(
            found("«Nous partons», „Wir bleiben“"),
            ["Nous partons", "Wir bleiben"]
        );
        assert_eq!(
            found("He said ‘we won’t go’, and 'we shan't stay'."),
            ["we won’t go", "we shan't stay"]
        );
        assert_eq!(found("the states' envoys' cars and the ’90s"), [""; 0]);
        assert_eq!(
            found("“They said ‘no’ to us,” he said."),
            ["They said ‘no’ to us,"]
        );
        assert_eq!(found("a 6\" gun and \"two words\""), ["two words"]);
    }

    #[test]
    fn a_quotation_goes_on_in_the_next_paragraph() {
        let text = "He said: “We came.\n\n“We saw.”\n\nThey left.";
        let all = quoted(text);
        assert_eq!(found(text), ["We came.", "We saw."]);
        assert_eq!(
            all.iter().map(|one| one.goes_on).collect::<Vec<_>>(),
            [false, true]
        );
        // One that nobody closes ends with its paragraph.
        assert_eq!(
            found("“We came.\n\nThey left. “Yes,” he said."),
            ["We came.", "Yes,"]
        );
    }

    proptest! {
        #[test]
        fn quotations_are_in_order_and_apart(text in "[ab“”\"'‘’«»\n .]{0,60}") {
            let mut end = 0;
            for one in quoted(&text) {
                prop_assert!(end <= one.outer.start && one.outer.start <= one.inner.start);
                prop_assert!(one.inner.end <= one.outer.end && !one.inner.is_empty());
                prop_assert!(!one.inner.slice(&text).is_empty() && !one.outer.slice(&text).is_empty());
                end = one.outer.end;
            }
        }
    }
}
