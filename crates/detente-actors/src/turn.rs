//! Transcripts: lines that begin with the name of the one who speaks.

use detente_text::Span;
use rustc_hash::FxHashSet;

/// A turn of a transcript.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Turn {
    /// The label, without its colon: "MR. PRICE", "Q".
    pub label: Span,
}

/// A label has at most this many bytes.
const LONGEST_LABEL: usize = 80;

/// Labels of those who ask.
const QUESTIONERS: &[&str] = &[
    "Q",
    "QUESTION",
    "Question",
    "REPORTER",
    "Reporter",
    "MODERATOR",
    "Moderator",
    "JOURNALIST",
];

/// Titles that labels begin with.
const TITLES: &[&str] = &[
    "AMBASSADOR",
    "DR",
    "GENERAL",
    "MINISTER",
    "MR",
    "MRS",
    "MS",
    "PRESIDENT",
    "PRIME",
    "SECRETARY",
    "SENATOR",
];

/// Finds the turns of a transcript: labels that stand at the beginnings of lines, at least two of them.
pub(super) fn turns(text: &str) -> Vec<Turn> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some((from, to)) = label(line) {
            found.push(Turn {
                label: Span::new(start + from, start + to),
            });
        }
        start += line.len();
    }
    // Titles and lists have a colon too; a transcript has turns.
    let is_transcript = found.len() >= 2 && {
        let names: Vec<&str> = found.iter().map(|turn| turn.label.slice(text)).collect();
        let is_told = |name: &&str| {
            let first = name.split([' ', '.']).next().unwrap_or(name);
            is_questioner(name) || is_upper(name) && TITLES.contains(&first)
        };
        let distinct: FxHashSet<&str> = names.iter().copied().collect();
        distinct.len() < names.len() || names.iter().any(is_told)
    };
    match is_transcript {
        true => found,
        false => Vec::new(),
    }
}

/// Whether the label is of one who asks and speaks for no party.
pub(super) fn is_questioner(label: &str) -> bool {
    QUESTIONERS.contains(&label.trim_end_matches('.'))
}

fn is_upper(label: &str) -> bool {
    label.chars().any(char::is_uppercase) && !label.chars().any(char::is_lowercase)
}

/// The label of a line, from and up to.
fn label(line: &str) -> Option<(usize, usize)> {
    let indent = line.len() - line.trim_start().len();
    let head = &line[indent..];
    let reach = head.floor_char_boundary(LONGEST_LABEL.min(head.len()));
    let colon = head[..reach].find(':')?;
    let words = head[colon + 1..].trim();
    let name = head[..colon].trim_end();
    // "MR. PRICE (State Department)": what stands in brackets is no part of the name.
    let name = name.split(" (").next().unwrap_or(name).trim_end();
    if words.is_empty() || name.is_empty() || head[colon + 1..].starts_with("//") {
        return None;
    }
    let is_name = name.split_whitespace().count() <= 6
        && name.split_whitespace().all(|word| {
            word.starts_with(|c: char| c.is_uppercase())
                || [
                    "of", "the", "de", "al", "bin", "van", "von", "for", "and", "du", "la",
                ]
                .contains(&word)
        })
        && name.starts_with(|c: char| c.is_uppercase())
        && !name.contains([',', '"', '“', '!', '?', ';']);
    let start = head.as_ptr() as usize - line.as_ptr() as usize;
    is_name.then_some((start, start + name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Vec<&str> {
        turns(text)
            .iter()
            .map(|turn| turn.label.slice(text))
            .collect()
    }

    #[test]
    fn turns_are_told_from_other_lines_with_a_colon() {
        let text = "MR. PRICE: Good afternoon.\nQ: Is there a date?\nMR. PRICE: Not yet: soon.\n";
        assert_eq!(labels(text), ["MR. PRICE", "Q", "MR. PRICE"]);
        assert_eq!(
            labels("Maria Silva: We agree.\nJohn Doe: Fine.\nMaria Silva: Good."),
            ["Maria Silva", "John Doe", "Maria Silva"]
        );
        assert_eq!(labels("Note: the talks go on.\nSource: Ministry"), [""; 0]);
        assert_eq!(labels("He said: yes.\nhttps://un.org: x"), [""; 0]);
    }
}
