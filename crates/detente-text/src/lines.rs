use memchr::memchr3;

use crate::front_matter::FrontMatter;
use crate::span::Span;

/// What a single line end means; a blank line ends a statement in any case, and so do a
/// colon at the end of a line and a bullet at the start of the next.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum LineBreaks {
    /// Judges each block of lines: a line end is soft where no sentence ends there and the next word would
    /// not have fitted into the widest line (at most 120 characters), or a line of 40 characters or more
    /// plainly goes on in the next: with a small letter, or after a word such as "of". An empty line is soft
    /// where a line goes on with a small letter after it, and in a text whose every second line is empty.
    #[default]
    Detect,
    /// Each line end ends a statement.
    Hard,
    /// No single line end ends a statement.
    Soft,
}

impl LineBreaks {
    /// All members, in the order of their names.
    pub const ALL: [Self; 3] = [Self::Detect, Self::Hard, Self::Soft];

    /// Gives the name used in flags and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Detect => "detect",
            Self::Hard => "hard",
            Self::Soft => "soft",
        }
    }
}

/// The widest line, in characters, that is still taken for hard-wrapped text.
const MAX_WRAP_WIDTH: usize = 120;

/// The widest line of a block must reach this many characters, or its lines are not wrapped:
/// a list of short headlines looks the same otherwise.
const MIN_WRAP_WIDTH: usize = 40;

/// A line without its line end and the blanks around it.
#[derive(Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    start: usize,
    /// Empty lines before it.
    n_empty: usize,
    /// Whether the line before it goes on in it for sure.
    goes_on: bool,
    /// Whether it is of the form of a letter or a speech, and stands for itself.
    is_front_matter: bool,
}

/// A vertical tab ends a line, and nothing else.
const SOFT: u8 = b'\x0b';

/// Where words were joined at the ends of lines, these are longer or shorter than they were by so many characters.
const JOINED_WIDTH: usize = 6;

impl Line<'_> {
    fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Cuts a text where a line end or a blank line ends a statement; newlines that remain inside
/// a segment are soft and count as spaces.
pub(super) fn segments(text: &str, breaks: LineBreaks) -> Vec<Span> {
    let mut segments = Vec::new();
    // A text of one line, as most rows of a table are, needs no block.
    if memchr3(b'\n', b'\r', SOFT, text.as_bytes()).is_none() {
        let start = text.len() - text.trim_start().len();
        let line = text.trim();
        if !line.is_empty() {
            segments.push(Span::new(start, start + line.len()));
        }
        return segments;
    }
    let mut lines: Vec<Line> = Vec::new();
    let mut n_empty = 0;
    let mut pos = 0;
    while pos <= text.len() {
        let end =
            memchr3(b'\n', b'\r', SOFT, &text.as_bytes()[pos..]).map_or(text.len(), |at| pos + at);
        let raw = &text[pos..end];
        let trimmed = raw.trim();
        if trimmed.is_empty() {
            n_empty += 1;
        } else {
            lines.push(Line {
                text: trimmed,
                start: pos + (raw.len() - raw.trim_start().len()),
                n_empty: std::mem::take(&mut n_empty),
                goes_on: pos > 0 && text.as_bytes()[pos - 1] == SOFT,
                is_front_matter: FrontMatter::of(trimmed).is_some(),
            });
        }
        let is_crlf = text[end..].starts_with("\r\n");
        pos = end + if is_crlf { 2 } else { 1 };
    }
    let gap = match breaks {
        LineBreaks::Detect => Gap::of(&lines),
        LineBreaks::Hard | LineBreaks::Soft => Gap::Ends,
    };
    for block in lines.chunk_by(|line, next| !gap.ends(*line, *next)) {
        push_block(block, breaks, &mut segments);
    }
    segments
}

/// What an empty line means.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Gap {
    /// The end of a statement.
    Ends,
    /// The end of a statement, unless a line goes on after it, as where a page ends.
    EndsOrGoesOn,
    /// Nothing: every second line is empty. Two of them end a statement.
    Doubled,
}

impl Gap {
    /// Judges by all lines of a text. In a text with doubled lines nearly all stand apart by one empty line,
    /// and one of five or more begins in the middle of a sentence.
    fn of(lines: &[Line]) -> Self {
        let pairs = || lines.windows(2).map(|pair| (pair[0], pair[1]));
        let n_pairs = pairs().count();
        let n_single = pairs().filter(|(_, next)| next.n_empty == 1).count();
        let n_going_on = pairs().filter(|(line, next)| goes_on(*line, *next)).count();
        let is_doubled =
            n_going_on >= 2 && n_single * 10 >= n_pairs * 8 && n_going_on * 5 >= n_pairs;
        if is_doubled {
            Self::Doubled
        } else {
            Self::EndsOrGoesOn
        }
    }

    fn ends(self, line: Line, next: Line) -> bool {
        next.n_empty > 0
            && match self {
                Self::Ends => true,
                Self::EndsOrGoesOn => !goes_on(line, next),
                Self::Doubled => next.n_empty > 1,
            }
    }
}

/// Tells whether a line of some width goes on in the next, which begins with a small letter.
fn goes_on(line: Line, next: Line) -> bool {
    next.text.starts_with(char::is_lowercase)
        && width(line.text) >= MIN_WRAP_WIDTH
        && !ends_sentence(line.text)
        && !line.text.ends_with([':', ';'])
        && !starts_with_bullet(next.text)
}

fn push_block(block: &[Line], breaks: LineBreaks, segments: &mut Vec<Span>) {
    let Some(first) = block.first() else { return };
    let wrap = match breaks {
        LineBreaks::Detect => Wrap::of(block),
        LineBreaks::Hard | LineBreaks::Soft => None,
    };
    let mut start = first.start;
    for pair in block.windows(2) {
        let (line, next) = (pair[0], pair[1]);
        let is_hard = !next.goes_on
            && (line.text.ends_with(':')
                || starts_with_bullet(next.text)
                || line.is_front_matter
                || next.is_front_matter
                || match breaks {
                    LineBreaks::Hard => true,
                    LineBreaks::Soft => false,
                    LineBreaks::Detect => {
                        !goes_on(line, next)
                            && !ends_openly(line, next)
                            && !wrap.as_ref().is_some_and(|wrap| wrap.is_soft(line, next))
                    }
                });
        if is_hard {
            segments.push(Span::new(start, line.end()));
            start = next.start;
        }
    }
    segments.push(Span::new(start, block[block.len() - 1].end()));
}

/// What the lines of one block say about how it was wrapped.
struct Wrap {
    widest: usize,
    is_wrapped: bool,
}

impl Wrap {
    /// Measures a block; `None` if it has one line or is too wide to be wrapped by hand.
    fn of(block: &[Line]) -> Option<Self> {
        if block.len() < 2 {
            return None;
        }
        let widest = block.iter().map(|line| width(line.text)).max()?;
        let is_joined = block.iter().any(|line| line.goes_on);
        let widest = widest.saturating_sub(if is_joined { JOINED_WIDTH } else { 0 });
        if widest > MAX_WRAP_WIDTH {
            return None;
        }
        let n_full = block
            .windows(2)
            .filter(|pair| is_full(pair[0], pair[1], widest))
            .count();
        // The widest line always looks full, so one full line among many proves nothing.
        let is_wrapped = widest >= MIN_WRAP_WIDTH && n_full * 2 >= block.len() - 1;
        Some(Self { widest, is_wrapped })
    }

    fn is_soft(&self, line: Line, next: Line) -> bool {
        let starts_lower = next.text.starts_with(char::is_lowercase);
        is_full(line, next, self.widest)
            && (self.is_wrapped || starts_lower)
            && !ends_sentence(line.text)
            && !ends_clause(line.text, next.text)
    }
}

fn width(line: &str) -> usize {
    line.chars().count()
}

/// Tells whether the next line's first word would not have fitted on this line.
fn is_full(line: Line, next: Line, widest: usize) -> bool {
    let word = next.text.split_whitespace().next().map_or(0, width);
    width(line.text) + 1 + word > widest
}

fn ends_sentence(line: &str) -> bool {
    let closers = ['"', '\'', '»', ')', ']', '」', '』'];
    let bare = line.trim_end_matches(closers);
    match bare.chars().next_back() {
        // A wrapped "Mr." goes on in the next line; the rules for abbreviations see to it.
        Some('.') => {
            let word = bare[..bare.len() - 1]
                .rsplit(|c: char| c.is_whitespace() || c == '(')
                .next();
            !word.is_some_and(|word| word.len() <= 4 && word.starts_with(char::is_uppercase))
        }
        Some(last) => matches!(last, '?' | '!' | '。' | '！' | '？' | '؟' | '।'),
        None => false,
    }
}

/// Tells whether a line of some width ends in a word that none ends with, and the next begins with a word.
fn ends_openly(line: Line, next: Line) -> bool {
    let last = line.text.rsplit(char::is_whitespace).next().unwrap_or("");
    OPEN_WORDS.contains(&last)
        && width(line.text) >= MIN_WRAP_WIDTH
        && next.text.starts_with(char::is_alphanumeric)
        && !starts_with_bullet(next.text)
}

/// Words with which no sentence and no headline ends.
#[rustfmt::skip]
const OPEN_WORDS: &[&str] = &[
    "a", "an", "and", "at", "between", "by", "for", "from", "in", "into", "its", "of", "on", "or", "our",
    "the", "their", "these", "this", "to", "which", "whose", "with", "de", "der", "des", "die", "du", "et",
    "la", "le", "les", "und", "y", "и", "в", "на", "с",
];

/// Tells whether a line is a clause of its own, as in the lists of a resolution.
fn ends_clause(line: &str, next: &str) -> bool {
    let first = next
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("");
    let is_capital = first.starts_with(char::is_uppercase);
    (line.ends_with(';') && is_capital)
        || (line.ends_with(',') && is_capital && first.ends_with("ing"))
}

/// Tells whether a line starts with a bullet, a letter in brackets or a paragraph number.
fn starts_with_bullet(line: &str) -> bool {
    if bullet_len(line) > 0 {
        return true;
    }
    let is_open = line.starts_with('(');
    let body = &line[usize::from(is_open)..];
    let label = body.len()
        - body
            .trim_start_matches(|c: char| c.is_ascii_alphanumeric())
            .len();
    let (label, rest) = body.split_at(label);
    let is_number =
        !label.is_empty() && label.len() <= 3 && label.bytes().all(|b| b.is_ascii_digit());
    let is_letter = label.len() == 1 || (!label.is_empty() && is_roman(label));
    let mut rest = rest.chars();
    let close = rest.next();
    let has_blank = rest.clone().next().is_some_and(char::is_whitespace);
    match close {
        Some(')') => (is_number || is_letter) && (is_open || has_blank),
        Some('.') => {
            is_number && has_blank && !rest.as_str().trim_start().starts_with(char::is_lowercase)
        }
        _ => false,
    }
}

/// Tells whether a label is a small Roman numeral, all in one case.
pub(super) fn is_roman(label: &str) -> bool {
    let in_set = |set: &str| label.chars().all(|c| set.contains(c));
    label.len() <= 5 && (in_set("ivxl") || in_set("IVXL"))
}

/// Gives the length of a bullet sign and the blank after it, or 0.
pub(super) fn bullet_len(line: &str) -> usize {
    let mut chars = line.chars();
    let Some('-' | '*' | '•' | '–' | '—' | '·' | '▪' | '◦' | '●' | '‣' | '■') = chars.next()
    else {
        return 0;
    };
    let rest = chars.as_str();
    let body = rest.trim_start();
    if body.len() == rest.len() {
        0
    } else {
        line.len() - body.len()
    }
}
