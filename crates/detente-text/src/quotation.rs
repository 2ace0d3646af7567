//! What is said in quotation marks: what each mark does, and where a quotation goes on from an earlier statement.

use crate::span::Span;

/// What a mark does.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Mark {
    /// Ends a clause, and is no term.
    Clause,
    /// "?" and "!": ends a clause, and is a term.
    Loud,
    Open,
    Close,
    /// A straight quotation mark that may do either.
    Toggle,
    /// A mark without meaning of its own.
    Idle,
}

/// What the mark at a span of the text does.
pub(super) fn mark(text: &str, span: Span) -> Mark {
    match span.slice(text) {
        "?" | "!" | "؟" | "？" | "！" => Mark::Loud,
        "\"" => straight_mark(text, span),
        "«" | "「" | "『" => Mark::Open,
        "»" | "」" | "』" => Mark::Close,
        "‹" | "›" | "¿" | "¡" | "・" => Mark::Idle,
        _ => Mark::Clause,
    }
}

/// The same in Chinese, where a mark of its own parts the members of a list, and titles stand in brackets.
pub(super) fn chinese_mark(text: &str, span: Span) -> Mark {
    match span.slice(text) {
        "、" | "《" | "》" | "〈" | "〉" => Mark::Idle,
        _ => mark(text, span),
    }
}

/// What a straight quotation mark does, by what stands on both sides; where they do not tell, it changes
/// whatever was before.
fn straight_mark(text: &str, span: Span) -> Mark {
    let before = text[..span.start].chars().next_back();
    let after = text[span.end..].chars().next();
    let is_outside = |c: char| c.is_whitespace() || "([{—–".contains(c);
    let begins = before.is_none_or(is_outside);
    let ends = after.is_none_or(|c| is_outside(c) || ".,;:!?)]}".contains(c));
    match (begins, ends) {
        (true, false) => Mark::Open,
        // A figure may be followed by the sign for inches.
        (false, true) if !before.is_some_and(char::is_numeric) => Mark::Close,
        _ => Mark::Toggle,
    }
}

/// Gives whether text is quoted before and after a mark.
pub(super) fn step_quote(mark: Mark, quoted: bool) -> (bool, bool) {
    match mark {
        Mark::Open => (quoted, true),
        Mark::Close => (quoted, false),
        Mark::Toggle => (quoted, !quoted),
        Mark::Clause | Mark::Loud | Mark::Idle => (quoted, quoted),
    }
}

/// Tells whether the first quotation mark of a statement closes a quotation that was opened in an earlier
/// statement, by all marks of the statement with their spans.
pub(super) fn starts_quoted(marks: impl Iterator<Item = (Mark, Span)>, text: &str) -> bool {
    let mut quotes =
        marks.filter(|(mark, _)| matches!(mark, Mark::Open | Mark::Close | Mark::Toggle));
    let Some((first, span)) = quotes.next() else {
        return false;
    };
    match first {
        Mark::Close => true,
        Mark::Toggle => {
            let is_odd = quotes.filter(|(mark, _)| *mark == Mark::Toggle).count() % 2 == 0;
            let before = text[..span.start].chars().next_back();
            let after = text[span.end..].chars().next();
            is_odd
                && before.is_some_and(|c| !c.is_whitespace())
                && !after.is_some_and(char::is_alphanumeric)
        }
        _ => false,
    }
}
