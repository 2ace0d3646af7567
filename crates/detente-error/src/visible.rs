//! Text of others shown to people: what would steer a terminal or turn the line around is written out.

use std::borrow::Cow;

/// A text with every character written out that is not seen but does something.
///
/// These are the control characters (C0, delete, C1), the line separators, the marks that turn the direction of a
/// line (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), the byte order mark and the invisible tags. Each
/// becomes what Rust would write for it, as `\u{1b}`, `\n` or `\t`. A text without any is given back as it is.
///
/// Tables, messages and errors show titles, labels, names of files and cells in this form. CSV and JSON do not: they
/// are data.
///
/// ```
/// use detente_error::visible;
///
/// assert_eq!(visible("Ra\u{1b}[31mmallah \u{202e}txt"), "Ra\\u{1b}[31mmallah \\u{202e}txt");
/// assert_eq!(visible("naïve – 日本"), "naïve – 日本");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    written_out(text, steers)
}

/// As [`visible`], with the ends of lines left as they are: for a text of several lines.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    written_out(text, |letter| letter != '\n' && steers(letter))
}

fn written_out(text: &str, is_hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match is_hidden(letter) {
            true => shown.extend(letter.escape_default()),
            false => shown.push(letter),
        }
    }
    Cow::Owned(shown)
}

/// Whether a character does something instead of being seen.
fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_written_out() {
        for (text, expected) in [
            ("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
            ("\u{9b}2J\u{7f}\0", "\\u{9b}2J\\u{7f}\\u{0}"),
            ("a\tb\r\nc", "a\\tb\\r\\nc"),
            (
                "\u{202a}\u{202e}\u{2066}\u{2069}",
                "\\u{202a}\\u{202e}\\u{2066}\\u{2069}",
            ),
            (
                "\u{200e}\u{200f}\u{61c}\u{2028}",
                "\\u{200e}\\u{200f}\\u{61c}\\u{2028}",
            ),
        ] {
            assert_eq!(visible(text), expected);
        }
        assert_eq!(visible_lines("a\u{8}\nb"), "a\\u{8}\nb");
    }

    #[test]
    fn what_is_seen_stays() {
        // A zero-width joiner holds emoji together, and a non-joiner is spelled in Persian.
        let text = "é ﷺ 👩\u{200d}🚀 می\u{200c}خواهم \u{a0}";
        assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
    }
}
