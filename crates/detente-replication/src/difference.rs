//! Where two files begin to differ.

use detente_error::visible;
use serde::Serialize;
use std::io::{BufRead, Result};

/// Bytes of a line that are compared at once; a longer one is taken in pieces.
const PIECE: usize = 1 << 16;
/// Letters that are shown before the first one that differs.
const BEFORE: usize = 40;
/// Letters that are shown of a line.
const SHOWN: usize = 120;

/// How two files differ.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Difference {
    /// What is no text: sizes alone are told.
    Bytes {
        /// Bytes of the old file.
        old: u64,
        /// Bytes of the new file.
        new: u64,
    },
    /// The first line that differs, around the first letter that does.
    Line {
        /// Its number, from 1.
        line: u64,
        /// The line of the old file; `None` where it has ended.
        old: Option<String>,
        /// The line of the new file; `None` where it has ended.
        new: Option<String>,
    },
}

/// Finds the first line that differs, in memory that does not grow with the files; `None` if they are the same. The
/// sizes are told where a line is no text.
///
/// # Errors
/// Reading fails.
///
/// # Example
/// ```
/// use detente_replication::{Difference, first_difference};
/// let found = first_difference((&b"a\nb\n"[..], 4), (&b"a\nc\n"[..], 4))?;
/// let (old, new) = (Some("b".to_owned()), Some("c".to_owned()));
/// assert_eq!(found, Some(Difference::Line { line: 2, old, new }));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn first_difference(
    (mut old, n_old): (impl BufRead, u64),
    (mut new, n_new): (impl BufRead, u64),
) -> Result<Option<Difference>> {
    let (mut line, mut a, mut b) = (1, Vec::new(), Vec::new());
    loop {
        read_piece(&mut old, &mut a)?;
        read_piece(&mut new, &mut b)?;
        if a == b {
            if a.is_empty() {
                return Ok(None);
            }
            line += u64::from(a.ends_with(b"\n"));
            continue;
        }
        let at = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
        let shown = [&a, &b].map(|piece| match piece.is_empty() {
            true => Some(None),
            false => around(piece, at).map(Some),
        });
        return Ok(Some(match shown {
            [Some(old), Some(new)] => Difference::Line { line, old, new },
            _ => Difference::Bytes {
                old: n_old,
                new: n_new,
            },
        }));
    }
}

/// Reads a line with its end, or the next piece of a long one.
fn read_piece(reader: &mut impl BufRead, piece: &mut Vec<u8>) -> Result<()> {
    piece.clear();
    while piece.len() < PIECE {
        let available = reader.fill_buf()?;
        if available.is_empty() {
            break;
        }
        let available = &available[..available.len().min(PIECE - piece.len())];
        let end = available.iter().position(|byte| *byte == b'\n');
        let n_taken = end.map_or(available.len(), |end| end + 1);
        piece.extend_from_slice(&available[..n_taken]);
        reader.consume(n_taken);
        if end.is_some() {
            break;
        }
    }
    Ok(())
}

/// The letters around a byte, written out where they would steer a terminal; `None` if this is no text.
fn around(piece: &[u8], at: usize) -> Option<String> {
    // A long line may have been cut inside a letter.
    let text = match std::str::from_utf8(piece) {
        Ok(text) => text,
        Err(error) if piece.len() == PIECE && piece.len() - error.valid_up_to() < 4 => {
            std::str::from_utf8(&piece[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    if text.contains('\0') {
        return None;
    }
    let line = text.strip_suffix('\n').unwrap_or(text);
    let n_before = line.char_indices().take_while(|(i, _)| *i < at).count();
    let n_skipped = match line.chars().count() <= SHOWN {
        true => 0,
        false => n_before.saturating_sub(BEFORE),
    };
    let mut shown: String = line.chars().skip(n_skipped).take(SHOWN).collect();
    if n_skipped > 0 {
        shown.insert(0, '…');
    }
    if line.chars().count() > n_skipped + SHOWN {
        shown.push('…');
    }
    // The end of a line, where that alone differs.
    if !text.ends_with('\n') && at >= line.len() {
        shown.push_str(" (no end of line)");
    }
    Some(visible(&shown).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(old: &[u8], new: &[u8]) -> Option<Difference> {
        // Small buffers, so that lines come in pieces.
        let reader = |bytes| std::io::BufReader::with_capacity(7, bytes);
        let sizes = (old.len() as u64, new.len() as u64);
        first_difference((reader(old), sizes.0), (reader(new), sizes.1)).unwrap()
    }

    fn line(line: u64, old: Option<&str>, new: Option<&str>) -> Option<Difference> {
        let [old, new] = [old, new].map(|text| text.map(str::to_owned));
        Some(Difference::Line { line, old, new })
    }

    #[test]
    fn the_first_line_that_differs_is_told() {
        assert_eq!(between(b"", b""), None);
        assert_eq!(between(b"a\nb\nc\n", b"a\nb\nc\n"), None);
        assert_eq!(
            between(b"a\nb\nc\n", b"a\nx\ny\n"),
            line(2, Some("b"), Some("x"))
        );
        assert_eq!(between(b"a\n", b"a\nb\n"), line(2, None, Some("b")));
        assert_eq!(between(b"a\nb\n", b""), line(1, Some("a"), None));
        assert_eq!(
            between(b"a\n", b"a"),
            line(1, Some("a"), Some("a (no end of line)"))
        );
        let found = between("é\u{1b}[31m\n".as_bytes(), "è\n".as_bytes());
        assert_eq!(found, line(1, Some("é\\u{1b}[31m"), Some("è")));
    }

    #[test]
    fn of_what_is_no_text_the_sizes_are_told() {
        let sizes = |old, new| Some(Difference::Bytes { old, new });
        assert_eq!(between(b"a\n\0b", b"a\n\0bc"), sizes(4, 5));
        assert_eq!(between(b"\x1f\x8b\xff", b"text"), sizes(3, 4));
        assert_eq!(between(b"\xff", b"\xfe"), sizes(1, 1));
    }

    #[test]
    fn of_a_long_line_the_place_is_shown() {
        let long = "é".repeat(200_000);
        let (old, new) = (format!("{long}a{long}"), format!("{long}b{long}"));
        let Some(Difference::Line { line: 1, old, new }) = between(old.as_bytes(), new.as_bytes())
        else {
            panic!("it is text");
        };
        let (old, new) = (old.unwrap(), new.unwrap());
        assert!(old.contains('a') && new.contains('b'), "{old}\n{new}");
        assert!(old.chars().count() < 2 * SHOWN);
    }
}
