//! The lines that open a text: letterhead, headline, date, byline.

use crate::date_line::{date_in_line, date_of_line};
use detente_text::{FrontMatter, Span};

/// A headline has at most so many bytes.
const MOST_BYTES: usize = 250;
/// A headline has at most so many words.
const MOST_WORDS: usize = 30;
/// Lines of a letterhead before it, at most.
const MOST_LINES: usize = 15;
/// Lines with a date or names under it, at most.
const MOST_BESIDE: usize = 4;

/// What the first lines of a text are.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Opening {
    /// The headline, where there is one.
    pub(crate) title: Option<Span>,
    /// The day in a line that says nothing else.
    pub(crate) date: Option<String>,
    /// Lines that are no statements: dates and names of authors.
    pub(crate) beside: Vec<Span>,
}

/// Reads the first lines of plain text from `start` on: a line above a blank line is the headline, if it is not a
/// sentence and does not go on in the body; a letterhead may stand above it, and dates and names of authors above or
/// below.
pub(crate) fn opening(text: &str, start: usize) -> Opening {
    let mut opening = Opening::default();
    let lines = lines(text, start).take(MOST_LINES);
    for line in lines {
        let words = line.slice(text);
        if words.is_empty() || FrontMatter::of(words) == Some(FrontMatter::Letterhead) {
            continue;
        }
        if let Some(day) = date_of_line(words) {
            opening.date.get_or_insert(day.to_string());
            opening.beside.push(line);
            continue;
        }
        // What stands under it, after lines of dates and names, must be a blank line and then the body.
        let under = under_title(text, line.end);
        let is_apart = under.is_apart || (!under.beside.is_empty() && is_headline(words));
        // A line that goes on below with a small letter is the first of a text whose every second line is empty.
        let body = text[under.end..].trim();
        let is_body = !body.is_empty() && !body.starts_with(char::is_lowercase);
        if is_apart && is_headline(words) && is_body {
            opening.title = Some(line);
            opening.date = opening.date.or(under.date);
            opening.beside.extend(under.beside);
        }
        break;
    }
    // Without a headline, several dates are a list, and one date alone is all that the text says.
    let is_dated = match opening.beside[..] {
        [line] => !text[line.end..].trim().is_empty(),
        _ => false,
    };
    if opening.title.is_none() && !is_dated {
        return Opening::default();
    }
    opening
}

/// The lines under a title.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct UnderTitle {
    /// The day in one of them.
    pub(crate) date: Option<String>,
    /// Those that only give dates or names.
    pub(crate) beside: Vec<Span>,
    /// Whether a blank line stands before the body.
    is_apart: bool,
    /// Where they end.
    end: usize,
}

/// Reads the lines under a title that ends at `title_end`: dates and names of authors are no statements.
pub(crate) fn under_title(text: &str, title_end: usize) -> UnderTitle {
    let rest = text[title_end..]
        .find('\n')
        .map_or(text.len(), |at| title_end + at + 1);
    let mut under = UnderTitle {
        end: rest,
        ..UnderTitle::default()
    };
    for line in lines(text, rest) {
        let words = line.slice(text);
        if words.is_empty() {
            under.is_apart = true;
            continue;
        }
        let is_date = date_of_line(words);
        if under.beside.len() >= MOST_BESIDE || (is_date.is_none() && !is_byline(words)) {
            break;
        }
        let date = is_date.or_else(|| date_in_line(words));
        under.date = under.date.or(date.map(|date| date.to_string()));
        under.beside.push(line);
        under.end = line.end;
    }
    under
}

/// The lines of a text from `start` on, each without the blanks around it.
fn lines(text: &str, start: usize) -> impl Iterator<Item = Span> + '_ {
    let mut at = start;
    text[start..].split_inclusive('\n').map(move |line| {
        let words = line.trim();
        let lead = line.len() - line.trim_start().len();
        let start = at + if words.is_empty() { 0 } else { lead };
        at += line.len();
        Span {
            start,
            end: start + words.len(),
        }
    })
}

fn is_headline(line: &str) -> bool {
    let n_words = line.split_whitespace().count();
    let first = line
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .chars()
        .next();
    // Bullets, numbers of paragraphs and markup open other lines than headlines.
    let is_item = line.starts_with(['-', '*', '•', '–', '#', '>', '|', '(', '[', '<', '{']);
    // A sentence inside it shows that it is a paragraph.
    let has_sentence = line
        .split_whitespace()
        .zip(line.split_whitespace().skip(1))
        .any(|(word, next)| {
            let word = word.trim_end_matches(['"', '”', '’', ')']);
            word.len() > 5
                && word.ends_with(['.', '?', '!'])
                && next.starts_with(char::is_uppercase)
        });
    (2..=MOST_WORDS).contains(&n_words)
        && line.len() <= MOST_BYTES
        && first.is_some_and(|first| !first.is_lowercase())
        && !is_item
        && !line.ends_with(['.', ',', ';', ':', '。', '।', '”', '"', '»'])
        && !has_sentence
        && FrontMatter::of(line).is_none()
}

/// Tells whether a line under a title names its authors: `By Anna Lind`, `By ANNA LIND and Bo Ek, Geneva`.
fn is_byline(line: &str) -> bool {
    let Some(names) = line
        .strip_prefix("By ")
        .or_else(|| line.strip_prefix("BY "))
    else {
        return false;
    };
    let is_name = |word: &str| {
        let small = [
            "and", "in", "for", "of", "the", "at", "de", "van", "von", "&", "|", "-", "–", "—", "·",
        ];
        small.contains(&word) || !word.starts_with(char::is_lowercase)
    };
    line.len() <= 160
        && !line.ends_with(['.', ':', '?', '!'])
        && names.split_whitespace().all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(text: &str) -> (Option<&str>, Option<String>) {
        let opening = opening(text, 0);
        (opening.title.map(|span| span.slice(text)), opening.date)
    }

    #[test]
    fn a_first_line_above_a_blank_line_is_the_headline() {
        for text in [
            "Talks resume in Geneva\n\nThe sides met.",
            "Talks resume in Geneva\r\n\r\nThe sides met.",
            "\n\nTalks resume in Geneva\n \nThe sides met.",
            "MINISTRY OF FOREIGN AFFAIRS\nPress Release No. 12/2023\n\nTalks resume in Geneva\n\nThe sides met.",
        ] {
            assert_eq!(
                title(text),
                (Some("Talks resume in Geneva"), None),
                "{text}"
            );
        }
        for text in [
            "The sides met.\n\nThey agreed.",
            "Talks resume in Geneva\nThe sides met.",
            "Mr. President,\n\nWe welcome the accord.",
            "Talks resume in Geneva\n\n",
            "The sides met again. They agreed on most points\n\nMore.",
            "- one thing\n\n- two things",
            "lower case goes on\n\nMore.",
            "He said this:\n\nMore.",
            "",
        ] {
            assert_eq!(title(text), (None, None), "{text}");
        }
    }

    #[test]
    fn a_date_beside_the_headline_is_that_of_the_text() {
        let day = Some("2023-10-18".to_owned());
        for text in [
            "Talks resume in Geneva\n18 Oct 2023, 23:25\n\nThe sides met.",
            "Talks resume in Geneva\n\n18 October 2023\n\nThe sides met.",
            "Talks resume in Geneva\nBy Anna Lind\nWednesday, October 18, 2023\n\nThe sides met.",
            "Talks resume in Geneva\n\nBy Anna Lind | 18 October 2023\n\nThe sides met.",
            "Talks resume in Geneva\n18.10.2023\nThe sides met.",
            "18 October 2023\n\nTalks resume in Geneva\n\nThe sides met.",
            "FOR IMMEDIATE RELEASE\n18 October 2023\n\nTalks resume in Geneva\n\nThe sides met.",
        ] {
            assert_eq!(
                title(text),
                (Some("Talks resume in Geneva"), day.clone()),
                "{text}"
            );
        }
        let untitled = "18 October 2023\n\nThe sides met.";
        assert_eq!(title(untitled), (None, day));
        let list = "18 October 2023\n19 October 2023\n20 October 2023\n";
        assert_eq!(title(list), (None, None));
    }
}
