use memchr::memchr2;

use crate::front_matter::FrontMatter;
use crate::span::Span;

/// What a single line end means; a blank line ends a statement in any case, and so do a
/// colon at the end of a line and a bullet at the start of the next.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum LineBreaks {
    /// Judges each block of lines: a line end is soft where the next word would not have
    /// fitted into the widest line (at most 120 characters) and no sentence ends there.
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
}

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
    if memchr2(b'\n', b'\r', text.as_bytes()).is_none() {
        let start = text.len() - text.trim_start().len();
        let line = text.trim();
        if !line.is_empty() {
            segments.push(Span::new(start, start + line.len()));
        }
        return segments;
    }
    let mut block: Vec<Line> = Vec::new();
    let mut pos = 0;
    while pos <= text.len() {
        let end = memchr2(b'\n', b'\r', &text.as_bytes()[pos..]).map_or(text.len(), |at| pos + at);
        let raw = &text[pos..end];
        let trimmed = raw.trim();
        if trimmed.is_empty() {
            push_block(&block, breaks, &mut segments);
            block.clear();
        } else {
            let start = pos + (raw.len() - raw.trim_start().len());
            block.push(Line {
                text: trimmed,
                start,
            });
        }
        let is_crlf = text[end..].starts_with("\r\n");
        pos = end + if is_crlf { 2 } else { 1 };
    }
    push_block(&block, breaks, &mut segments);
    segments
}

fn push_block(block: &[Line], breaks: LineBreaks, segments: &mut Vec<Span>) {
    let Some(first) = block.first() else { return };
    let wrap = if breaks == LineBreaks::Detect {
        Wrap::of(block)
    } else {
        None
    };
    let mut start = first.start;
    for pair in block.windows(2) {
        let (line, next) = (pair[0], pair[1]);
        let is_hard = line.text.ends_with(':')
            || starts_with_bullet(next.text)
            || FrontMatter::of(line.text).is_some()
            || FrontMatter::of(next.text).is_some()
            || match breaks {
                LineBreaks::Hard => true,
                LineBreaks::Soft => false,
                LineBreaks::Detect => !wrap.as_ref().is_some_and(|wrap| wrap.is_soft(line, next)),
            };
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
    let closers = ['"', '\'', '”', '’', '»', ')', ']', '」', '』'];
    let bare = line.trim_end_matches(closers);
    match bare.chars().next_back() {
        // A wrapped "Mr." goes on in the next line; the rules for abbreviations see to it.
        Some('.') => {
            let word = bare[..bare.len() - 1]
                .rsplit(|c: char| c.is_whitespace() || c == '(')
                .next();
            !word.is_some_and(|word| word.len() <= 4 && word.starts_with(char::is_uppercase))
        }
        Some(last) => matches!(last, '?' | '!' | '…' | '。' | '！' | '？' | '؟' | '।'),
        None => false,
    }
}

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
