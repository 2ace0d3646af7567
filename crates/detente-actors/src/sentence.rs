//! A statement with its tokens, as the rules look at it.

use detente_text::{Span, Token, TokenKind, tokens};

/// One statement of a text.
pub(super) struct Sentence<'t> {
    /// Where it stands in the text.
    pub span: Span,
    /// The whole text.
    pub text: &'t str,
    /// Its tokens; their spans lie in the whole text.
    pub tokens: Vec<Token>,
    /// Their letters.
    words: Vec<&'t str>,
}

impl<'t> Sentence<'t> {
    pub(super) fn new(text: &'t str, span: Span) -> Self {
        let mut found = tokens(span.slice(text));
        for token in &mut found {
            token.span = token.span.shifted(span.start);
        }
        let words = found.iter().map(|token| token.span.slice(text)).collect();
        Self {
            span,
            text,
            tokens: found,
            words,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The letters of a token; empty behind the last one.
    pub(super) fn word(&self, idx: usize) -> &'t str {
        self.words.get(idx).copied().unwrap_or("")
    }

    /// Whether a token is this word, whatever its case.
    pub(super) fn is(&self, idx: usize, word: &str) -> bool {
        self.word(idx).eq_ignore_ascii_case(word)
    }

    /// Whether a token ends in a possessive `'s`.
    pub(super) fn is_possessive(&self, idx: usize) -> bool {
        let word = self.word(idx);
        word.ends_with("'s") || word.ends_with("’s")
    }

    /// Whether a token is one of these words, whatever its case.
    pub(super) fn is_any(&self, idx: usize, words: &[&str]) -> bool {
        let word = self.word(idx);
        match word.split_once('’') {
            None => words.iter().any(|one| one.eq_ignore_ascii_case(word)),
            // "couldn’t" is "couldn't".
            Some((head, tail)) => words.iter().any(|one| {
                let parts = one.split_once('\'');
                parts.is_some_and(|(a, b)| {
                    a.eq_ignore_ascii_case(head) && b.eq_ignore_ascii_case(tail)
                })
            }),
        }
    }

    pub(super) fn is_mark(&self, idx: usize) -> bool {
        self.tokens
            .get(idx)
            .is_some_and(|token| token.kind == TokenKind::Mark)
    }

    /// Whether a token is a word that begins with a capital.
    pub(super) fn is_capital(&self, idx: usize) -> bool {
        self.word(idx).starts_with(char::is_uppercase)
    }

    /// Where a token begins; the statement's end behind the last one.
    pub(super) fn start(&self, idx: usize) -> usize {
        self.tokens
            .get(idx)
            .map_or(self.span.end, |token| token.span.start)
    }

    /// Where a token ends; the statement's start before the first one.
    pub(super) fn end(&self, idx: usize) -> usize {
        self.tokens
            .get(idx)
            .map_or(self.span.end, |token| token.span.end)
    }

    /// The span of the tokens from `from` up to, not including, `to`.
    pub(super) fn span_of(&self, from: usize, to: usize) -> Span {
        debug_assert!(from < to);
        Span::new(self.start(from), self.end(to - 1))
    }

    /// The first token at or behind a place of the text.
    pub(super) fn at(&self, pos: usize) -> usize {
        self.tokens.partition_point(|token| token.span.start < pos)
    }

    /// Whether a token is the mark that closes what stands in this span.
    pub(super) fn is_quote_end(&self, idx: usize, outer: Span) -> bool {
        self.is_mark(idx) && self.end(idx) == outer.end
    }
}
