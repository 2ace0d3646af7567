//! Glyphs into fragments of lines: letters that stand close to each other on one baseline.

use super::glyphs::Glyph;
use rustc_hash::FxHashMap;

/// Of the size of a letter: how far from each other baselines of one line are, at the most.
const SAME_LINE: f32 = 0.5;
/// A gap in which a blank stands that no glyph shows.
const BLANK: f32 = 0.15;
/// A gap that parts columns and cells.
const PARTED: f32 = 0.8;
/// The same where a blank stands in it: lines are stretched to the margin.
const PARTED_BY_BLANK: f32 = 1.3;
/// How small, and how far above the line, a sign of a note is.
const RAISED_SIZE: f32 = 0.85;
const RAISED: f32 = 0.15;
/// Stands for the digit zero of such a sign; the other digits follow.
pub(super) const RAISED_ZERO: char = '\u{e000}';

/// A piece of a line, in the order in which it is read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fragment {
    pub(super) left: f32,
    pub(super) right: f32,
    /// The height of its baseline.
    pub(super) y: f32,
    pub(super) size: f32,
    pub(super) text: String,
}

impl Fragment {
    pub(super) fn is_right_to_left(&self) -> bool {
        is_right_to_left(&self.text)
    }
}

/// The fragments of a page, from above.
pub(super) fn fragments(mut glyphs: Vec<Glyph>) -> Vec<Fragment> {
    let mut n_of = [0_usize; 4];
    glyphs
        .iter()
        .for_each(|glyph| n_of[usize::from(glyph.n_quarters)] += 1);
    // What is turned otherwise than the text stands at its margin.
    let turned = (0..4_u8).rev().max_by_key(|turn| n_of[usize::from(*turn)]);
    glyphs.retain(|glyph| Some(glyph.n_quarters) == turned);
    glyphs.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut out = Vec::new();
    let mut row: Vec<Glyph> = Vec::new();
    for glyph in glyphs {
        let is_same = row.first().is_none_or(|first| {
            let size = first
                .size
                .max(glyph.size)
                .min(4.0 * first.size.min(glyph.size));
            first.y - glyph.y <= SAME_LINE * size
        });
        if !is_same {
            cut(std::mem::take(&mut row), &mut out);
        }
        row.push(glyph);
    }
    cut(row, &mut out);
    out
}

/// Cuts a row where a gap is wide.
fn cut(mut row: Vec<Glyph>, out: &mut Vec<Fragment>) {
    row.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut piece: Vec<Glyph> = Vec::new();
    let mut has_blank = false;
    for glyph in row {
        if glyph.letters.trim().is_empty() {
            has_blank = true;
            continue;
        }
        if let Some(last) = piece.last() {
            // What is drawn twice is meant to look bold.
            let near = (0.1 * glyph.size).min(0.5 * glyph.width);
            let is_twice = last.letters == glyph.letters && (glyph.x - last.x).abs() < near;
            if is_twice && (glyph.y - last.y).abs() < 0.2 * glyph.size {
                continue;
            }
            let size = last.size.max(glyph.size);
            let gap = glyph.x - end_of(&piece);
            let most = if has_blank { PARTED_BY_BLANK } else { PARTED };
            if gap > most * size {
                out.extend(fragment(std::mem::take(&mut piece)));
            } else if has_blank && gap > -0.5 * size || gap > BLANK * size {
                let mut blank = glyph.clone();
                (blank.letters, blank.width) = (" ".into(), 0.0);
                piece.push(blank);
            }
        }
        has_blank = false;
        piece.push(glyph);
    }
    out.extend(fragment(piece));
}

fn end_of(piece: &[Glyph]) -> f32 {
    let last = piece
        .iter()
        .rev()
        .take(3)
        .map(|glyph| glyph.x + glyph.width);
    last.fold(f32::NEG_INFINITY, f32::max)
}

fn fragment(piece: Vec<Glyph>) -> Option<Fragment> {
    let first = piece.first()?;
    let left = first.x;
    let right = piece
        .iter()
        .map(|glyph| glyph.x + glyph.width)
        .fold(left, f32::max);
    let (size, y) = main_size(&piece);
    let mut letters: Vec<String> = Vec::with_capacity(piece.len());
    for glyph in &piece {
        let is_raised = glyph.size < RAISED_SIZE * size && glyph.y > y + RAISED * size;
        let is_number = glyph.letters.chars().all(|c| c.is_ascii_digit());
        letters.push(match is_raised && is_number {
            true => glyph.letters.chars().filter_map(raised).collect(),
            false => glyph.letters.to_string(),
        });
    }
    let text = in_order(letters);
    let text = text.trim();
    (!text.is_empty()).then(|| Fragment {
        left,
        right,
        y,
        size,
        text: text.to_owned(),
    })
}

/// The size of most letters, and the baseline of the first of that size.
fn main_size(piece: &[Glyph]) -> (f32, f32) {
    let size_of = |glyph: &Glyph| (glyph.size * 10.0).round() as i32;
    let size = most_common(piece.iter().map(|glyph| (size_of(glyph), 1)));
    let main = piece.iter().find(|glyph| Some(size_of(glyph)) == size);
    main.map_or((0.0, 0.0), |glyph| (glyph.size, glyph.y))
}

/// The size that weighs most, and of such the largest.
pub(super) fn most_common(sizes: impl Iterator<Item = (i32, usize)>) -> Option<i32> {
    let mut weights: FxHashMap<i32, usize> = FxHashMap::default();
    sizes.for_each(|(size, weight)| *weights.entry(size).or_default() += weight);
    let most = weights
        .into_iter()
        .max_by_key(|(size, weight)| (*weight, *size));
    most.map(|(size, _)| size)
}

/// What stands for a raised digit until it is known whether it is the sign of a note.
fn raised(digit: char) -> Option<char> {
    char::from_u32(u32::from(RAISED_ZERO) + digit.to_digit(10)?)
}

/// The digit behind what stands for a raised one.
pub(super) fn digit_of(c: char) -> Option<char> {
    char::from_digit(u32::from(c).checked_sub(u32::from(RAISED_ZERO))?, 10)
}

/// Letters from left to right, in the order in which they are read.
fn in_order(mut letters: Vec<String>) -> String {
    let has_right_to_left = letters.iter().any(|text| text.chars().any(is_rtl));
    if !has_right_to_left {
        return letters.concat();
    }
    let is_base = is_right_to_left(&letters.concat());
    if is_base {
        letters.reverse();
    }
    // Runs of the other direction stand reversed now.
    let is_other = |text: &String| match is_base {
        true => text.chars().any(is_ltr) || text.chars().any(char::is_numeric),
        false => text.chars().any(is_rtl),
    };
    let is_neutral = |text: &String| {
        !text
            .chars()
            .any(|c| is_rtl(c) || is_ltr(c) || c.is_numeric())
    };
    let mut at = 0;
    while at < letters.len() {
        if !is_other(&letters[at]) {
            at += 1;
            continue;
        }
        let (mut end, mut next) = (at + 1, at + 1);
        let mut is_word = letters[at].chars().any(is_ltr);
        while next < letters.len() && (is_other(&letters[next]) || is_neutral(&letters[next])) {
            // Numbers side by side are read in the order of the line, words in their own.
            if is_base && letters[next].trim().is_empty() && !is_word {
                break;
            }
            is_word |= letters[next].chars().any(is_ltr);
            if is_other(&letters[next]) {
                end = next + 1;
            }
            next += 1;
        }
        letters[at..end].reverse();
        at = end;
    }
    letters.concat()
}

/// Whether most letters are of a script that is written from right to left.
pub(super) fn is_right_to_left(text: &str) -> bool {
    let n = |is: fn(char) -> bool| text.chars().filter(|c| is(*c)).count();
    n(is_rtl) > n(is_ltr)
}

fn is_rtl(c: char) -> bool {
    // Without the digits, which stand in the order of others.
    let is_form = matches!(c, '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
    is_form || matches!(c, '\u{590}'..='\u{65f}' | '\u{66a}'..='\u{6ef}' | '\u{6fa}'..='\u{8ff}')
}

fn is_ltr(c: char) -> bool {
    c.is_alphabetic() && !is_rtl(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyph(x: f32, y: f32, size: f32, letters: &str) -> Glyph {
        Glyph {
            x,
            y,
            width: 0.5 * size,
            size,
            letters: letters.into(),
            n_quarters: 0,
        }
    }

    fn word(x: f32, y: f32, size: f32, letters: &str) -> Vec<Glyph> {
        let at = |n: usize| x + 0.5 * size * n as f32;
        letters
            .chars()
            .enumerate()
            .map(|(n, c)| glyph(at(n), y, size, &c.to_string()))
            .collect()
    }

    #[test]
    fn gaps_are_blanks_or_part_columns() {
        let mut glyphs = word(0.0, 700.0, 10.0, "We");
        glyphs.extend(word(13.0, 700.0, 10.0, "met."));
        glyphs.extend(word(60.0, 701.0, 10.0, "They"));
        glyphs.extend(word(80.0, 704.0, 6.0, "12"));
        let found = fragments(glyphs);
        let texts: Vec<&str> = found
            .iter()
            .map(|fragment| fragment.text.as_str())
            .collect();
        assert_eq!(texts, ["We met.", "They\u{e001}\u{e002}"]);
    }

    #[test]
    fn letters_from_right_to_left_are_in_the_order_of_reading() {
        let of = |visual: &str| in_order(visual.chars().map(|c| c.to_string()).collect());
        let visual: String = "نرحب باتفاق 2025 مع NATO اليوم".chars().rev().collect();
        // Numbers and words of other scripts stand in their own order on paper.
        let visual = visual.replace("5202", "2025").replace("OTAN", "NATO");
        assert_eq!(of(&visual), "نرحب باتفاق 2025 مع NATO اليوم");
        assert_eq!(of("the word םולש here"), "the word שלום here");
    }
}
