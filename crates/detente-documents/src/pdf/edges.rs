//! What stands at the edges of pages again and again: running headers, footers, numbers of pages.

use super::lines::Fragment;
use rustc_hash::FxHashMap;

/// Rows from the edge among which it stands.
const N_ROWS: usize = 3;
/// Words for a page, before its number.
const PAGE_WORDS: [&str; 14] = [
    "page",
    "pages",
    "p",
    "pg",
    "seite",
    "página",
    "pagina",
    "pág",
    "pag",
    "стр",
    "страница",
    "с",
    "صفحة",
    "الصفحة",
];
/// Words between the number of a page and how many there are.
const OF_WORDS: [&str; 9] = ["of", "de", "sur", "von", "из", "di", "/", "من", "|"];

/// Takes from every page what stands at its edges again and again; numbers count as the same.
pub(super) fn remove_edges(pages: &mut [Vec<Fragment>]) {
    let rows: Vec<Vec<Row>> = pages.iter().map(|page| rows(page)).collect();
    let mut n_of: FxHashMap<(bool, &str), usize> = FxHashMap::default();
    for page in &rows {
        let mut seen: Vec<(bool, &str)> = Vec::new();
        for (is_top, row) in edges(page) {
            let key = (is_top, row.shape.as_str());
            if !seen.contains(&key) {
                seen.push(key);
                *n_of.entry(key).or_default() += 1;
            }
        }
    }
    let n_pages = pages.len();
    // A line on odd pages only is as good as one on all; twice on ten pages may be chance.
    let n_needed = (n_pages * 3).div_ceil(10).max(2);
    let mut is_out: Vec<Vec<bool>> = pages.iter().map(|page| vec![false; page.len()]).collect();
    for (page, out) in rows.iter().zip(&mut is_out) {
        let n_rows = page.len();
        for (is_top, row) in edges(page) {
            let is_again = n_of
                .get(&(is_top, row.shape.as_str()))
                .is_some_and(|n| *n >= n_needed);
            let is_outermost = row.at == if is_top { 0 } else { n_rows - 1 };
            // A page of one line is that line.
            if is_again || is_outermost && n_rows > 1 && is_page_number(&row.shape) {
                row.fragments.iter().for_each(|at| out[*at] = true);
            }
        }
    }
    for (page, out) in pages.iter_mut().zip(is_out) {
        // A page on which nothing else stands says it again on purpose.
        if out.iter().all(|is_out| *is_out) {
            continue;
        }
        let mut out = out.into_iter();
        page.retain(|_| !out.next().unwrap_or(false));
    }
}

struct Row {
    at: usize,
    fragments: Vec<usize>,
    /// Its words, with `#` for numbers.
    shape: String,
}

fn rows(page: &[Fragment]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut y = f32::INFINITY;
    for (at, fragment) in page.iter().enumerate() {
        if rows.is_empty() || y - fragment.y > 0.5 * fragment.size {
            y = fragment.y;
            rows.push(Row {
                at: rows.len(),
                fragments: Vec::new(),
                shape: String::new(),
            });
        }
        // Invariant: a row was pushed.
        if let Some(row) = rows.last_mut() {
            row.fragments.push(at);
            let mut was_digit = false;
            for c in fragment.text.chars() {
                let is_digit = c.is_numeric();
                if !(is_digit && was_digit) {
                    match is_digit {
                        true => row.shape.push('#'),
                        false => row.shape.extend(c.to_lowercase()),
                    }
                }
                was_digit = is_digit;
            }
            row.shape.push(' ');
        }
    }
    rows.iter_mut()
        .for_each(|row| row.shape.truncate(row.shape.trim_end().len()));
    rows
}

/// The first and the last rows, with whether they are the first.
fn edges(rows: &[Row]) -> impl Iterator<Item = (bool, &Row)> {
    let n_top = N_ROWS.min(rows.len());
    let n_end = rows.len().saturating_sub(N_ROWS).max(n_top);
    let top = rows[..n_top].iter().map(|row| (true, row));
    // The last row of a page with few is looked at from below, too.
    let short = rows.len() <= N_ROWS && rows.len() > 1;
    let last = rows.last().filter(|_| short).map(|row| (false, row));
    top.chain(rows[n_end..].iter().map(|row| (false, row)))
        .chain(last)
}

fn is_page_number(shape: &str) -> bool {
    let is_sign = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '-' | '–' | '—' | '.' | '(' | ')' | '[' | ']' | ':' | '·' | '•'
            )
    };
    let words: Vec<&str> = shape
        .split(is_sign)
        .filter(|word| !word.is_empty())
        .collect();
    let words: Vec<&str> = match words.split_first() {
        Some((first, rest)) if PAGE_WORDS.contains(first) => rest.to_vec(),
        _ => words,
    };
    match words.as_slice() {
        ["#" | "#/#"] => true,
        ["#", of, "#"] => OF_WORDS.contains(of),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lines: &[&str]) -> Vec<Fragment> {
        let fragment = |(at, text): (usize, &&str)| Fragment {
            left: 0.0,
            right: 100.0,
            y: 800.0 - 12.0 * at as f32,
            size: 10.0,
            text: (*text).to_owned(),
        };
        lines.iter().enumerate().map(fragment).collect()
    }

    #[test]
    fn what_stands_on_pages_again_and_again_is_taken_out() {
        let of = |n: usize, word: &str| {
            let words = |text: &str| format!("{text} {word}");
            let (second, third) = (words("We met"), words("They"));
            page(&[
                "S/PV.9001",
                &second,
                &third,
                &words("left"),
                &words("us"),
                &format!("{n}/3"),
            ])
        };
        let mut pages = vec![of(1, "once"), of(2, "twice"), of(3, "often")];
        remove_edges(&mut pages);
        let texts: Vec<&str> = pages[1]
            .iter()
            .map(|fragment| fragment.text.as_str())
            .collect();
        assert_eq!(
            texts,
            ["We met twice", "They twice", "left twice", "us twice"]
        );
    }

    #[test]
    fn the_number_of_a_page_is_known_by_its_form() {
        for shape in ["#", "– # –", "page # of #", "#/#", "стр. #", "(#)"] {
            assert!(is_page_number(shape), "{shape}");
        }
        for shape in ["article #", "# may", "resolution # (#)", ""] {
            assert!(!is_page_number(shape), "{shape}");
        }
        let mut pages = vec![page(&["We met.", "1"]), page(&["7"])];
        remove_edges(&mut pages);
        assert_eq!((pages[0].len(), pages[1].len()), (1, 1));
    }
}
