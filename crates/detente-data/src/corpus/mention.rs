//! Where a row of a CSV file says what its text mentions.

use crate::error::{Error, ErrorKind, Result};
use detente_text::{Span, mentions_of};

/// The columns that say where a row's text mentions what its label is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MentionColumns {
    /// A column with the mention as text: all places count where it stands in the row's text.
    Text(String),
    /// Two columns with the characters, counted from 0, where the mention begins and after its end.
    Span {
        /// The column of beginnings.
        from: String,
        /// The column of ends.
        to: String,
    },
}

/// The positions of the columns in one file.
pub(super) enum MentionPositions {
    Text(usize),
    Span { from: usize, to: usize },
}

/// The span of `from..to` in characters, in bytes.
///
/// # Errors
/// A cell that is no whole number, or a range that is empty or leaves the text.
pub(super) fn span_of_cells(text: &str, from: &str, to: &str) -> Result<Span> {
    let n_chars = text.chars().count();
    let byte_at = |pos: usize| {
        let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        ends.into_iter().nth(pos)
    };
    let parse = |cell: &str| cell.trim().parse::<usize>().ok();
    let range = parse(from).zip(parse(to)).filter(|(from, to)| from < to);
    let span = range.and_then(|(from, to)| Some(Span::new(byte_at(from)?, byte_at(to)?)));
    span.ok_or_else(|| {
        Error::new(ErrorKind::BadMention {
            from: from.to_owned(),
            to: to.to_owned(),
            n_chars,
        })
    })
}

/// The mentions of a row: none where its cells are blank, or do not occur in the text.
pub(super) fn mentions<'a>(
    text: &str,
    positions: &MentionPositions,
    cell: impl Fn(usize) -> &'a str,
) -> Result<Vec<Span>> {
    match positions {
        MentionPositions::Text(name) => Ok(mentions_of(text, cell(*name))),
        MentionPositions::Span { from, to } => {
            let (from, to) = (cell(*from), cell(*to));
            if from.trim().is_empty() && to.trim().is_empty() {
                return Ok(Vec::new());
            }
            Ok(vec![span_of_cells(text, from, to)?])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_characters() {
        let span = |from, to| span_of_cells("Он « met »", from, to);
        assert_eq!(span("0", "2").unwrap(), Span::new(0, 4));
        assert_eq!(span(" 5", "10 ").unwrap().end, "Он « met »".len());
        assert_eq!(
            span("5", "11").unwrap_err().to_string(),
            "the mention is from `5` to `11`; expected whole numbers that rise, from 0 to 10, the \
             number of characters in the text"
        );
        for (from, to) in [("2", "2"), ("3", "1"), ("-1", "2"), ("a", "2"), ("", "2")] {
            assert!(span(from, to).is_err());
        }
    }
}
