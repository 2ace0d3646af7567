//! Articles that say the same: one that several papers print counts once.

use detente_score::ScoredArticle;
use detente_text::{Sketch, text_hash};
use rustc_hash::{FxHashMap, FxHashSet};

/// Finds articles that nearly repeat an earlier one.
#[derive(Default)]
pub struct Repeats {
    hashes: FxHashSet<u64>,
    sketches: Vec<Sketch>,
    /// Articles by the place and value of a band.
    by_band: FxHashMap<u32, Vec<u32>>,
}

/// Texts shorter than this resemble each other for want of words; only equal ones are the same.
const SHORTEST: usize = 400;

impl Repeats {
    /// Whether nearly the same article by the same author came before; if not, it is remembered.
    pub fn is_repeated(&mut self, article: &ScoredArticle) -> bool {
        if article.statements.is_empty() {
            return false;
        }
        let author = article.author.as_deref().unwrap_or_default();
        let statements = article.statements.iter().map(|statement| &*statement.text);
        let text = std::iter::once(author)
            .chain(statements)
            .collect::<Vec<_>>()
            .join(" ");
        self.is_repeat(&text)
    }

    /// Whether nearly the same text came before; if not, it is remembered.
    fn is_repeat(&mut self, text: &str) -> bool {
        if !self.hashes.insert(text_hash(text)) {
            return true;
        }
        if text.len() < SHORTEST {
            return false;
        }
        let sketch = Sketch::of(text);
        let bands = || (0..Sketch::N_BANDS).map(|idx| (idx << 16 | sketch.band(idx)) as u32);
        let is_near = |at: &u32| self.sketches[*at as usize].is_near(sketch);
        let is_repeat = bands().any(|band| {
            self.by_band
                .get(&band)
                .is_some_and(|known| known.iter().any(is_near))
        });
        if is_repeat {
            return true;
        }
        let at = self.sketches.len() as u32;
        for band in bands() {
            self.by_band.entry(band).or_default().push(at);
        }
        self.sketches.push(sketch);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_syndicated_article_counts_once() {
        let mut seen = Repeats::default();
        let sentence = |n: usize| {
            format!("The envoy of party {n} said that the talks on river {n} would go on. ")
        };
        let article: String = (0..20).map(sentence).collect();
        let other: String = (40..60).map(sentence).collect();
        assert!(!seen.is_repeat(&article));
        assert!(seen.is_repeat(&article));
        assert!(seen.is_repeat(&format!("{article}(Reporting by our own staff.)")));
        assert!(!seen.is_repeat(&other));
        assert!(
            !seen.is_repeat("Short.") && !seen.is_repeat("Short too.") && seen.is_repeat("Short.")
        );
    }
}
