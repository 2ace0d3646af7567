//! The text of a study: one command a line.

use crate::error::{Error, ErrorKind, Result};

/// Commands that a study may have.
pub const MAX_COMMANDS: usize = 1000;
/// Bytes that the text of a study may have.
pub const MAX_STUDY_BYTES: u64 = 1_000_000;

/// Signs that a shell takes for more than a letter, outside quotation marks.
const SIGNS: &str = "|<>;&$`()*?[";

/// One command.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StudyLine {
    /// The line where it begins, from 1.
    pub number: u64,
    /// As it is written, without comments.
    pub command: String,
    /// Its words after the program's name, as a shell would give them.
    pub words: Vec<String>,
}

/// Reads the text of a study: one `detente` command a line, quoted as for a shell. Empty lines, and what stands behind
/// a `#` at the begin of a word, are passed over; a backslash at the end of a line goes on with the next one.
///
/// # Errors
/// There is no command, or too many; a line is no `detente` command, has an open quotation mark, or needs a shell. The
/// error names the line.
///
/// # Example
/// ```
/// let lines = detente_replication::parse_study("# all texts\ndetente score 'my texts/' -o a.csv # rows\n")?;
/// assert_eq!(lines[0].number, 2);
/// assert_eq!(lines[0].words, ["score", "my texts/", "-o", "a.csv"]);
/// # Ok::<(), detente_replication::Error>(())
/// ```
pub fn parse_study(text: &str) -> Result<Vec<StudyLine>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = Vec::new();
    let mut rest = (1_u64..).zip(text.lines());
    while let Some((number, first)) = rest.next() {
        let mut line = first.to_owned();
        while goes_on(&line) {
            line.pop();
            match rest.next() {
                Some((_, next)) => line.push_str(next),
                None => break,
            }
        }
        let at = |kind| Error::new(kind).at_line(number);
        let command = without_comment(&line).map_err(at)?.trim();
        if command.is_empty() {
            continue;
        }
        let words = shlex::split(command).ok_or_else(|| at(ErrorKind::OpenQuote))?;
        let mut words = words.into_iter();
        match words.next() {
            Some(word) if word == "detente" => {}
            word => {
                let word = word.unwrap_or_default();
                return Err(at(ErrorKind::NotDetente { word }));
            }
        }
        lines.push(StudyLine {
            number,
            command: command.to_owned(),
            words: words.collect(),
        });
    }
    match lines.len() {
        0 => Err(Error::new(ErrorKind::EmptyStudy)),
        n if n > MAX_COMMANDS => Err(Error::new(ErrorKind::TooManyCommands {
            n,
            most: MAX_COMMANDS,
        })),
        _ => Ok(lines),
    }
}

/// Whether a line ends in a backslash that is not itself behind one, and not in a comment.
fn goes_on(line: &str) -> bool {
    let n_backslashes = line.chars().rev().take_while(|c| *c == '\\').count();
    n_backslashes % 2 == 1 && without_comment(line).is_ok_and(|rest| rest.len() == line.len())
}

/// The line up to its comment.
///
/// # Errors
/// A sign needs a shell, or a quotation mark is open.
fn without_comment(line: &str) -> Result<&str, ErrorKind> {
    let mut quote = None;
    let mut is_escaped = false;
    let mut is_word_begin = true;
    for (at, letter) in line.char_indices() {
        if std::mem::take(&mut is_escaped) {
            is_word_begin = false;
            continue;
        }
        let is_sign = match quote {
            Some('\'') => false,
            Some(_) => letter == '$' || letter == '`',
            None if letter == '#' && is_word_begin => return Ok(&line[..at]),
            None => SIGNS.contains(letter) || (letter == '~' && is_word_begin),
        };
        if is_sign {
            return Err(ErrorKind::ShellSign { sign: letter });
        }
        match (letter, quote) {
            ('\\', None | Some('"')) => is_escaped = true,
            ('\'' | '"', None) => quote = Some(letter),
            (_, Some(open)) if letter == open => quote = None,
            _ => {}
        }
        is_word_begin = quote.is_none() && letter.is_whitespace();
    }
    match quote {
        Some(_) => Err(ErrorKind::OpenQuote),
        None => Ok(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        parse_study(line).unwrap().remove(0).words
    }

    #[test]
    fn quotation_marks_make_one_word() {
        assert_eq!(words("detente a 'b c'"), ["a", "b c"]);
        assert_eq!(words("detente a \"b c\" d\\ e"), ["a", "b c", "d e"]);
        assert_eq!(words("detente a '|' '$x' \"a;b\""), ["a", "|", "$x", "a;b"]);
        assert_eq!(
            words("  detente score a.txt#1 # why\r\n"),
            ["score", "a.txt#1"]
        );
        assert_eq!(
            words("detente --where 'a!=b' \\\n  x"),
            ["--where", "a!=b", "x"]
        );
    }

    #[test]
    fn lines_keep_their_numbers() {
        let text = "\u{feff}# title\n\ndetente a\n# a comment \\\ndetente b \\\n c\ndetente d\n";
        let lines = parse_study(text).unwrap();
        let numbers: Vec<u64> = lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [3, 5, 7]);
        assert_eq!(lines[1].words, ["b", "c"]);
        let lines = parse_study("detente a x # all \\\ndetente b\n").unwrap();
        assert_eq!(lines.len(), 2, "a comment does not go on");
    }

    #[test]
    fn what_needs_a_shell_is_refused_with_its_line() {
        for line in [
            "detente score a | head",
            "detente score a > b",
            "detente score a 2>&1",
            "detente score < a",
            "detente score $HOME/a",
            "detente score \"$HOME/a\"",
            "detente score `ls`",
            "detente a; detente b",
            "detente a && detente b",
            "detente score *.txt",
            "detente score ~/a",
        ] {
            let error = parse_study(&format!("\n{line}\n")).unwrap_err().to_string();
            let found = error.starts_with("line 2: ") && error.contains(" is a sign of the shell");
            assert!(found, "{line}: {error}");
        }
        for line in ["detente 'a", "detente \"a", "detente a\\\""] {
            let is_open = parse_study(line).is_err();
            assert_eq!(is_open, line != "detente a\\\"", "{line}");
        }
        let error = parse_study("python x.py").unwrap_err().to_string();
        assert!(
            error.starts_with("line 1: the line begins with `python`; expected"),
            "{error}"
        );
        for empty in ["", "# nothing\n", "\n\n"] {
            let error = parse_study(empty).unwrap_err().to_string();
            assert!(error.starts_with("there is no command"), "{error}");
        }
        assert!(parse_study(&"detente a\n".repeat(MAX_COMMANDS + 1)).is_err());
    }
}
