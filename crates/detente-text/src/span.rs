/// A stretch of a text, in bytes: from `start` up to, not including, `end`.
///
/// A span always refers to the text it was found in; both ends lie on character boundaries
/// of that text.
///
/// # Example
/// ```
/// use detente_text::Span;
/// let span = Span::new(3, 8);
/// assert_eq!(span.slice("We agree."), "agree");
/// assert_eq!(span.shifted(10), Span::new(13, 18));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset of the byte after the last.
    pub end: usize,
}

impl Span {
    /// Makes the span from `start` up to `end`; `start` is at most `end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Self { start, end }
    }

    /// Gives the text under the span.
    ///
    /// # Panics
    ///
    /// If the span was found in another text and does not fit this one.
    pub fn slice<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }

    /// Gives the length in bytes.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Tells whether the span covers nothing.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Gives the span moved `offset` bytes to the right: from a statement into its text.
    pub fn shifted(&self, offset: usize) -> Self {
        Self::new(self.start + offset, self.end + offset)
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn a_span_slices_the_text_it_came_from() {
        let span = Span::new(3, 8);
        assert_eq!(span.slice("We agree."), "agree");
        assert_eq!((span.len(), span.is_empty()), (5, false));
        assert_eq!(span.shifted(2), Span::new(5, 10));
    }
}
