//! Lines into paragraphs, and notes at the foot of a page apart.

use super::columns::{Block, Line};
use super::lines::{digit_of, is_right_to_left, most_common};
use rustc_hash::FxHashSet;

/// Of the usual distance of lines: one that parts paragraphs.
const PARTED: f32 = 1.3;
/// Of the size of the text: that of a note, at the most.
const SMALL: f32 = 0.93;
/// Units of measure, behind which a raised digit is a power.
const UNITS: [&str; 7] = ["m", "km", "cm", "mm", "ft", "mi", "dm"];

/// Paragraphs and notes of pages that are read in their order.
pub(super) struct Paragraphs {
    /// The size of most letters.
    size: f32,
    /// Words of the document, without those at the ends of lines.
    words: FxHashSet<String>,
    paragraphs: Vec<String>,
    notes: Vec<String>,
    /// The last line of text, with whether it reaches the end of its column.
    last: Option<(Line, bool)>,
}

impl Paragraphs {
    pub(super) fn of(pages: &[Vec<Block>]) -> (Vec<String>, Vec<String>) {
        let mut all = Self {
            size: body_size(pages),
            words: words(pages),
            paragraphs: Vec::new(),
            notes: Vec::new(),
            last: None,
        };
        for page in pages {
            let ys = || page.iter().flatten().map(|line| line.y);
            let (low, high) = (
                ys().fold(f32::INFINITY, f32::min),
                ys().fold(f32::NEG_INFINITY, f32::max),
            );
            let middle = (low + high) / 2.0;
            for block in page {
                all.block(block, middle);
            }
        }
        let clean = |texts: Vec<String>| texts.iter().map(|text| without_signs(text)).collect();
        (clean(all.paragraphs), clean(all.notes))
    }

    fn block(&mut self, block: &Block, middle: f32) {
        let (text, notes) = block.split_at(self.note_start(block, middle));
        self.take_notes(notes);
        let leading = leading(text);
        let left = text
            .iter()
            .map(|line| line.left)
            .fold(f32::INFINITY, f32::min);
        let right = text
            .iter()
            .map(|line| line.right)
            .fold(f32::NEG_INFINITY, f32::max);
        let is_right_to_left = text
            .iter()
            .filter(|line| is_right_to_left(&line.text))
            .count()
            * 2
            > text.len();
        for (at, line) in text.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| &text[at]);
            // Distances from the side at which lines begin.
            let indent = |line: &Line| {
                if is_right_to_left {
                    right - line.right
                } else {
                    line.left - left
                }
            };
            let rest = |line: &Line| {
                if is_right_to_left {
                    line.left - left
                } else {
                    right - line.right
                }
            };
            let goes_on = match (before, &self.last) {
                (Some(before), _) => {
                    let is_near = before.y - line.y <= PARTED * leading.unwrap_or(1.6 * line.size);
                    let is_short = rest(before) > 0.15 * (right - left);
                    let is_ended = ends_sentence(&before.text);
                    // Behind the number of an item, its lines are indented.
                    let is_indented = !begins_item(&before.text)
                        && indent(line) > 0.8 * line.size
                        && indent(line) > indent(before) + 0.8 * line.size;
                    let is_new = is_ended && (is_short || is_indented || begins_item(&line.text))
                        || is_short && before.text.ends_with([':', ';']) && begins_item(&line.text);
                    is_near && is_like(before, line) && !is_new
                }
                (None, Some((last, is_full))) => {
                    let begins_low = line.text.chars().next().is_some_and(char::is_lowercase);
                    let is_open = !ends_sentence(&last.text)
                        && (*is_full || begins_low || last.text.ends_with(is_hyphen));
                    is_open && is_like(last, line) && !begins_item(&line.text)
                }
                (None, None) => false,
            };
            match self.paragraphs.last_mut().filter(|_| goes_on) {
                Some(paragraph) => join(paragraph, &line.text, &self.words),
                None => self.paragraphs.push(line.text.clone()),
            }
            self.last = Some((
                line.clone(),
                rest(line) < 0.1 * (right - left) && text.len() > 1,
            ));
        }
    }

    /// The place of the first line of the notes at the foot of a block.
    fn note_start(&self, block: &Block, middle: f32) -> usize {
        let is_small = |line: &&Line| line.size <= SMALL * self.size && line.y < middle;
        let n_small = block.iter().rev().take_while(is_small).count();
        let small = block.len() - n_small;
        let first = block[small..]
            .iter()
            .position(|line| sign_of(&line.text).is_some());
        match first {
            Some(first) => small + first,
            None => block.len(),
        }
    }

    fn take_notes(&mut self, lines: &[Line]) {
        for line in lines {
            let text: String = line
                .text
                .chars()
                .map(|c| digit_of(c).unwrap_or(c))
                .collect();
            match (sign_of(&line.text), self.notes.last_mut()) {
                (Some(n_bytes), _) => {
                    // The sign is as long in digits, but for those that are raised.
                    let sign = line.text[..n_bytes].chars().count();
                    let text: String = text.chars().skip(sign).collect();
                    self.notes
                        .push(text.trim_start_matches(['.', ')', ' ']).to_owned());
                }
                (None, Some(note)) => join(note, &text, &self.words),
                (None, None) => self.notes.push(text),
            }
        }
    }
}

/// Whether lines may be of one paragraph by how they look.
fn is_like(before: &Line, line: &Line) -> bool {
    let ratio = before.size / line.size;
    (0.88..1.14).contains(&ratio) && !before.text.contains('\t') && !line.text.contains('\t')
}

/// How many bytes of a line are the sign of a note: a number, a star, a raised number.
fn sign_of(text: &str) -> Option<usize> {
    let n_raised: usize = text
        .chars()
        .take_while(|c| digit_of(*c).is_some())
        .map(char::len_utf8)
        .sum();
    if n_raised > 0 {
        return Some(n_raised);
    }
    let n_digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let n_stars: usize = text
        .chars()
        .take_while(|c| "*†‡§".contains(*c))
        .map(char::len_utf8)
        .sum();
    let n = match n_digits {
        0 => n_stars,
        1..=3 => n_digits,
        _ => 0,
    };
    let behind = text[n..].trim_start_matches(['.', ')']);
    // Some programs set no blank behind the number.
    let is_parted = behind.starts_with([' ', '\t']) || behind.starts_with(char::is_uppercase);
    (n > 0 && is_parted && behind.trim_start().len() > 1).then_some(n)
}

/// Takes out signs of notes, and puts back powers.
fn without_signs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_power = false;
    for c in text.chars() {
        match digit_of(c) {
            Some(digit) => {
                let before = out
                    .rsplit(|c: char| !c.is_alphabetic())
                    .next()
                    .unwrap_or_default();
                is_power = UNITS.contains(&before)
                    || is_power && out.ends_with(|c: char| c.is_ascii_digit());
                if is_power {
                    out.push(digit);
                }
            }
            None => {
                is_power = false;
                // Where a word may be parted is no letter of it.
                out.extend((c != '\u{ad}').then_some(c));
            }
        }
    }
    out
}

/// Adds a line to a paragraph; a word that was parted at its end is one again.
fn join(paragraph: &mut String, line: &str, words: &FxHashSet<String>) {
    if paragraph.ends_with('\u{ad}') {
        paragraph.pop();
        paragraph.push_str(line);
        return;
    }
    if !paragraph.ends_with(is_hyphen) {
        paragraph.push(' ');
        paragraph.push_str(line);
        return;
    }
    let is_part = |c: char| c.is_alphabetic() || is_hyphen(c) || c == '\u{ad}';
    let head = paragraph.trim_end_matches(is_hyphen);
    let start = head
        .char_indices()
        .rev()
        .take_while(|(_, c)| is_part(*c))
        .last()
        .map_or(head.len(), |(at, _)| at);
    let head_word = head[start..].to_lowercase();
    let tail_word: String = line
        .chars()
        .take_while(|c| is_part(*c))
        .collect::<String>()
        .to_lowercase();
    let begins_low = line.chars().next().is_some_and(char::is_lowercase);
    let whole = format!("{head_word}{tail_word}");
    let parted = format!("{head_word}-{tail_word}");
    let is_parted =
        words.contains(&parted) || head_word.contains(is_hyphen) && !words.contains(&whole);
    if begins_low && head_word.chars().count() > 1 && (words.contains(&whole) || !is_parted) {
        let n = head.len();
        paragraph.truncate(n);
    }
    paragraph.push_str(line);
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}')
}

fn ends_sentence(text: &str) -> bool {
    let is_behind = |c: char| "»”’\"')]".contains(c) || digit_of(c).is_some();
    text.trim_end_matches(is_behind)
        .ends_with(['.', '!', '?', '…', '؟', '۔', '。', ':'])
}

/// Whether a line begins an item of a list.
fn begins_item(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    if first.is_some_and(|c| "•–—‣▪●○*".contains(c)) {
        return true;
    }
    let head: String = text
        .chars()
        .take_while(|c| !c.is_whitespace())
        .take(6)
        .collect();
    let inner = head.trim_start_matches('(').trim_end_matches(['.', ')']);
    let is_number = !inner.is_empty() && inner.chars().all(|c| c.is_ascii_digit());
    let is_letter = inner.chars().count() == 1 && head.ends_with(')');
    (is_number || is_letter) && head.ends_with(['.', ')'])
}

/// The usual distance of lines.
fn leading(lines: &[Line]) -> Option<f32> {
    let mut distances: Vec<f32> = (lines.windows(2))
        .filter(|pair| is_like(&pair[0], &pair[1]))
        .map(|pair| pair[0].y - pair[1].y)
        .filter(|distance| *distance > 0.0)
        .collect();
    distances.sort_by(f32::total_cmp);
    // Most lines of a text follow one in their paragraph; of a short text, the nearest do.
    let at = if distances.len() < 6 {
        0
    } else {
        distances.len() * 2 / 5
    };
    let nearest = distances.get(at).copied();
    nearest.filter(|distance| {
        lines
            .first()
            .is_some_and(|line| *distance < 2.5 * line.size)
    })
}

fn body_size(pages: &[Vec<Block>]) -> f32 {
    let lines = pages.iter().flatten().flatten();
    let sizes = lines.map(|line| {
        let size = (line.size * 2.0).round() as i32;
        (size, line.text.chars().count())
    });
    most_common(sizes).map_or(0.0, |size| size as f32 / 2.0)
}

fn words(pages: &[Vec<Block>]) -> FxHashSet<String> {
    let mut words = FxHashSet::default();
    for line in pages.iter().flatten().flatten() {
        let all: Vec<&str> = line
            .text
            .split(|c: char| !(c.is_alphabetic() || is_hyphen(c)))
            .collect();
        let is_cut = line.text.ends_with(is_hyphen);
        let n = all.len() - usize::from(is_cut);
        words.extend(
            all[..n]
                .iter()
                .filter(|word| word.len() > 3)
                .map(|word| word.to_lowercase()),
        );
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(left: f32, right: f32, y: f32, size: f32, text: &str) -> Line {
        Line {
            left,
            right,
            y,
            size,
            text: text.to_owned(),
        }
    }

    #[test]
    fn words_parted_at_the_end_of_a_line_are_one_again() {
        let words: FxHashSet<String> = ["ceasefire", "follow-up"]
            .map(str::to_owned)
            .into_iter()
            .collect();
        for (head, tail, expected) in [
            ("the cease-", "fire held", "the ceasefire held"),
            ("the follow-", "up talks", "the follow-up talks"),
            ("a dele\u{ad}", "gation", "a delegation"),
            ("a long-", "standing claim", "a longstanding claim"),
            ("the state-of-the-", "art ship", "the state-of-the-art ship"),
            ("in 1990-", "95", "in 1990-95"),
            ("the Franco-", "German pact", "the Franco-German pact"),
            ("we", "met", "we met"),
        ] {
            let mut paragraph = head.to_owned();
            join(&mut paragraph, tail, &words);
            assert_eq!(paragraph, expected);
        }
    }

    #[test]
    fn notes_stand_apart_and_their_signs_are_no_text() {
        let block = vec![
            line(
                0.0,
                400.0,
                700.0,
                11.0,
                "We met in Geneva\u{e001} and agreed on all that had been asked",
            ),
            line(0.0, 200.0, 687.0, 11.0, "for, on 12 km\u{e002} of land."),
            line(0.0, 300.0, 120.0, 9.0, "\u{e001} See the report"),
            line(0.0, 300.0, 110.0, 9.0, "of the envoy."),
        ];
        let (paragraphs, notes) = Paragraphs::of(&[vec![block]]);
        assert_eq!(
            paragraphs,
            ["We met in Geneva and agreed on all that had been asked for, on 12 km2 of land."]
        );
        assert_eq!(notes, ["See the report of the envoy."]);
    }

    #[test]
    fn a_sentence_goes_on_over_columns_and_a_heading_does_not() {
        let heading = vec![line(0.0, 200.0, 800.0, 16.0, "Talks resume")];
        let left = vec![
            line(
                0.0,
                200.0,
                700.0,
                11.0,
                "They met on Monday for the first time in",
            ),
            line(
                0.0,
                198.0,
                687.0,
                11.0,
                "the history of both, and agreed that the",
            ),
        ];
        let right = vec![
            line(220.0, 400.0, 700.0, 11.0, "talks go on."),
            line(220.0, 400.0, 670.0, 11.0, "They left."),
        ];
        let (paragraphs, _) = Paragraphs::of(&[vec![heading, left, right]]);
        assert_eq!(paragraphs.len(), 3, "{paragraphs:?}");
        assert!(paragraphs[1].ends_with("that the talks go on."));
    }
}
