//! Fragments into blocks, in the order of reading: columns one after the other, rows of a table across.

use super::lines::Fragment;

/// Columns within columns at the most.
const MOST_DEPTH: usize = 5;
/// Letters of a line of a column, in the mean, from which it holds text and is none of a table.
const TEXT_LINE: f32 = 16.0;
/// Places at which a gutter is looked for.
const N_PLACES: usize = 160;
/// Of the size of letters: how wide a gutter is.
const GUTTER: f32 = 0.7;
/// Of the size of letters: a gap in a line that parts cells.
const CELL: f32 = 1.8;

/// A line of a block.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) y: f32,
    pub(super) size: f32,
    /// Its words; cells are parted by tabs.
    pub(super) text: String,
}

/// Lines that follow each other, from above.
pub(super) type Block = Vec<Line>;

/// The blocks of a page.
pub(super) fn blocks(fragments: Vec<Fragment>) -> Vec<Block> {
    let n_right_to_left = fragments
        .iter()
        .filter(|fragment| fragment.is_right_to_left())
        .count();
    let is_right_to_left = 2 * n_right_to_left > fragments.len();
    let mut out = Vec::new();
    split(fragments, is_right_to_left, 0, &mut out);
    out.into_iter()
        .map(|fragments| lines(fragments, is_right_to_left))
        .collect()
}

fn split(
    fragments: Vec<Fragment>,
    is_right_to_left: bool,
    depth: usize,
    out: &mut Vec<Vec<Fragment>>,
) {
    let gutter = if depth < MOST_DEPTH {
        gutter(&fragments)
    } else {
        None
    };
    let Some(gutter) = gutter else {
        if !fragments.is_empty() {
            out.push(fragments);
        }
        return;
    };
    let mut across = Vec::new();
    for band in bands(&fragments, gutter) {
        match band {
            Band::Across(indices) => {
                across.extend(indices.into_iter().map(|at| fragments[at].clone()))
            }
            Band::Columns(left, right) => {
                split(
                    std::mem::take(&mut across),
                    is_right_to_left,
                    depth + 1,
                    out,
                );
                let of = |indices: Vec<usize>| -> Vec<Fragment> {
                    indices
                        .into_iter()
                        .map(|at| fragments[at].clone())
                        .collect()
                };
                let (first, second) = match is_right_to_left {
                    true => (of(right), of(left)),
                    false => (of(left), of(right)),
                };
                split(first, is_right_to_left, depth + 1, out);
                split(second, is_right_to_left, depth + 1, out);
            }
        }
    }
    split(across, is_right_to_left, MOST_DEPTH, out);
}

/// A part of the page between two heights, by the places of its fragments.
enum Band {
    Across(Vec<usize>),
    Columns(Vec<usize>, Vec<usize>),
}

/// The place of the gutter by which the most fragments stand in columns.
fn gutter(fragments: &[Fragment]) -> Option<f32> {
    let left = fragments
        .iter()
        .map(|fragment| fragment.left)
        .fold(f32::INFINITY, f32::min);
    let right = fragments
        .iter()
        .map(|fragment| fragment.right)
        .fold(f32::NEG_INFINITY, f32::max);
    if fragments.len() < 6 || right - left < 100.0 {
        return None;
    }
    let place = |at: usize| left + (right - left) * (0.1 + 0.8 * at as f32 / N_PLACES as f32);
    let mut best: Option<(usize, f32, f32)> = None;
    for at in 0..=N_PLACES {
        let place = place(at);
        let (mut n, mut width) = (0, f32::INFINITY);
        for band in bands(fragments, place) {
            if let Band::Columns(before, behind) = band {
                n += before.len() + behind.len();
                width = width.min(gap(fragments, &before, &behind));
            }
        }
        if n >= 6 && best.is_none_or(|(most, widest, _)| (n, width) > (most, widest)) {
            best = Some((n, width, place));
        }
    }
    best.map(|(_, _, place)| place)
}

fn gap(fragments: &[Fragment], before: &[usize], behind: &[usize]) -> f32 {
    let end = before
        .iter()
        .map(|at| fragments[*at].right)
        .fold(f32::NEG_INFINITY, f32::max);
    let start = behind
        .iter()
        .map(|at| fragments[*at].left)
        .fold(f32::INFINITY, f32::min);
    start - end
}

fn bands(fragments: &[Fragment], place: f32) -> Vec<Band> {
    let mut out = Vec::new();
    let (mut before, mut behind) = (Vec::new(), Vec::new());
    for (at, fragment) in fragments.iter().enumerate() {
        match (fragment.right <= place, fragment.left >= place) {
            (true, _) => before.push(at),
            (_, true) => behind.push(at),
            _ => {
                close(fragments, &mut before, &mut behind, &mut out);
                out.push(Band::Across(vec![at]));
            }
        }
    }
    close(fragments, &mut before, &mut behind, &mut out);
    out
}

/// What stands on both sides of a place is columns where both hold text.
fn close(
    fragments: &[Fragment],
    before: &mut Vec<usize>,
    behind: &mut Vec<usize>,
    out: &mut Vec<Band>,
) {
    let (before, behind) = (std::mem::take(before), std::mem::take(behind));
    // That of most lines: a heading is larger than the text whose gutter this is.
    let mut sizes: Vec<f32> = before.iter().map(|at| fragments[*at].size).collect();
    sizes.sort_by(f32::total_cmp);
    let size = sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
    let is_text = |side: &[usize]| {
        let n: usize = side
            .iter()
            .map(|at| fragments[*at].text.chars().count())
            .sum();
        n as f32 >= TEXT_LINE * side.len() as f32
    };
    let is_long = before.len().min(behind.len()) >= 2 && before.len().max(behind.len()) >= 4;
    if is_long
        && is_text(&before)
        && is_text(&behind)
        && gap(fragments, &before, &behind) >= GUTTER * size
    {
        out.push(Band::Columns(before, behind));
        return;
    }
    let mut across = before;
    across.extend(behind);
    across.sort_unstable();
    if !across.is_empty() {
        out.push(Band::Across(across));
    }
}

/// Fragments on one baseline as lines.
fn lines(fragments: Vec<Fragment>, is_right_to_left: bool) -> Block {
    let mut rows: Vec<Vec<Fragment>> = Vec::new();
    for fragment in fragments {
        match rows.last_mut() {
            Some(row) if (row[0].y - fragment.y).abs() <= 0.5 * row[0].size.min(fragment.size) => {
                row.push(fragment)
            }
            _ => rows.push(vec![fragment]),
        }
    }
    let line = |mut row: Vec<Fragment>| {
        row.sort_by(|a, b| a.left.total_cmp(&b.left));
        if is_right_to_left {
            row.reverse();
        }
        let mut line = Line {
            left: row
                .iter()
                .map(|part| part.left)
                .fold(f32::INFINITY, f32::min),
            right: row
                .iter()
                .map(|part| part.right)
                .fold(f32::NEG_INFINITY, f32::max),
            y: row[0].y,
            size: row.iter().map(|part| part.size).fold(0.0, f32::max),
            text: String::new(),
        };
        for (at, part) in row.iter().enumerate() {
            if let Some(last) = at.checked_sub(1).map(|at| &row[at]) {
                let gap = (part.left - last.right).max(last.left - part.right);
                line.text
                    .push(if gap > CELL * part.size { '\t' } else { ' ' });
            }
            line.text.push_str(&part.text);
        }
        line
    };
    rows.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fragment(left: f32, right: f32, y: f32, text: &str) -> Fragment {
        Fragment {
            left,
            right,
            y,
            size: 10.0,
            text: text.to_owned(),
        }
    }

    fn texts(fragments: Vec<Fragment>) -> Vec<String> {
        let lines = blocks(fragments).into_iter().flatten();
        lines.map(|line| line.text).collect()
    }

    #[test]
    fn columns_are_read_one_after_the_other_below_their_title() {
        let mut fragments = vec![fragment(
            50.0,
            500.0,
            800.0,
            "A title over both of the columns",
        )];
        for n in 0..4_u8 {
            let y = 780.0 - 12.0 * f32::from(n);
            fragments.push(fragment(
                50.0,
                260.0,
                y,
                &format!("a line of the left column {n}"),
            ));
            fragments.push(fragment(
                290.0,
                500.0,
                y - 3.0,
                &format!("a line of the right column {n}"),
            ));
        }
        let texts = texts(fragments);
        assert!(
            texts[1].ends_with("left column 0") && texts[4].ends_with("left column 3"),
            "{texts:?}"
        );
        assert!(texts[5].ends_with("right column 0"), "{texts:?}");
    }

    #[test]
    fn a_gutter_is_as_narrow_as_the_text_beside_it_allows() {
        let mut fragments = Vec::new();
        for n in 0..5_u8 {
            let y = 780.0 - 12.0 * f32::from(n);
            fragments.push(fragment(
                50.0,
                260.0,
                y,
                &format!("a line of the left column {n}"),
            ));
            fragments.push(fragment(
                270.0,
                480.0,
                y,
                &format!("a line of the right column {n}"),
            ));
        }
        fragments[0].size = 18.0;
        let texts = texts(fragments);
        assert!(texts[4].ends_with("left column 4"), "{texts:?}");
    }

    #[test]
    fn rows_of_a_table_are_read_across() {
        let mut fragments = Vec::new();
        for (n, state) in ["Azania", "Borduria", "Caledon", "Dorne"]
            .into_iter()
            .enumerate()
        {
            let y = 780.0 - 12.0 * n as f32;
            fragments.push(fragment(50.0, 100.0, y, state));
            fragments.push(fragment(290.0, 500.0, y, "We will abstain from the vote."));
        }
        assert_eq!(
            texts(fragments)[1],
            "Borduria\tWe will abstain from the vote."
        );
    }
}
