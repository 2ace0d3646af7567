//! What the words of a lexicon say near a mention, by where they stand from it.

use super::lexicon_match::LexiconMatch;
use super::place::Place;

/// By how much the weight of a word falls with its distance: to 1/e after so many words.
const REACH: f32 = 10.0;
/// How many words of distance another name between counts for.
const NAME: f32 = 3.0;

/// A sum that each category has, with the start of its name: `left~not` in `left~not~blame`.
const KINDS: [&str; 12] = [
    "near",
    "near~not",
    "left",
    "left~not",
    "right",
    "right~not",
    "clause",
    "clause~not",
    "beyond",
    "beyond~not",
    "before",
    "after",
];

/// Sums of lexicon weights, by category and place.
///
/// ```text
/// near, left, right: sum of w exp(-(d + 3 names) / 10)    all words, those before it, those after it
/// clause, beyond:    sum of w                             in the clause of the mention, in others
/// before, after:     sum of w                             with no other name between
/// value:             ln(1 + sum) / 2
/// ```
///
/// `w` is the weight of a word, `d` how many words it stands from the nearest mention, `names` how many
/// other names stand between. Negated words have sums of their own, and none in `before` and `after`.
#[derive(Default)]
pub(super) struct NearSums {
    n_categories: usize,
    sums: Vec<f32>,
}

impl NearSums {
    /// Number of features for a lexicon with so many categories.
    pub(super) fn n_features(n_categories: usize) -> usize {
        KINDS.len() * n_categories
    }

    /// The start of a feature's name and its category.
    pub(super) fn name_of(feature: usize, n_categories: usize) -> (&'static str, usize) {
        (KINDS[feature / n_categories], feature % n_categories)
    }

    /// Begins a statement.
    pub(super) fn begin(&mut self, n_categories: usize) {
        self.n_categories = n_categories;
        self.sums.clear();
        self.sums.resize(Self::n_features(n_categories), 0.0);
    }

    /// Adds an entry of the lexicon that begins at a place.
    pub(super) fn add(&mut self, entry: &LexiconMatch, place: Place) {
        for (kind, value) in Self::parts(entry, place) {
            self.sums[kind * self.n_categories + entry.category] += value;
        }
    }

    /// What an entry that begins at a place adds to the sums of its category, by their kinds.
    pub(super) fn parts(entry: &LexiconMatch, place: Place) -> impl Iterator<Item = (usize, f32)> {
        let distance = place.distance.unsigned_abs() as f32 + NAME * place.n_names as f32;
        let faded = entry.weight * (-distance / REACH).exp();
        let is_left = place.distance < 0;
        let negated = usize::from(entry.negated);
        let is_next = place.n_names == 0 && !entry.negated;
        let parts = [
            (negated, faded),
            (if is_left { 2 } else { 4 } + negated, faded),
            (
                if place.is_in_clause { 6 } else { 8 } + negated,
                entry.weight,
            ),
            (if is_left { 10 } else { 11 }, entry.weight),
        ];
        parts.into_iter().take(if is_next { 4 } else { 3 })
    }

    /// Gives each feature that is not 0 with its value.
    pub(super) fn finish(&self, mut each: impl FnMut(usize, f32)) {
        for (feature, sum) in self.sums.iter().enumerate() {
            if *sum > 0.0 {
                each(feature, 0.5 * sum.ln_1p());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(category: usize, weight: f32, negated: bool) -> LexiconMatch {
        LexiconMatch {
            category,
            weight,
            negated,
            words: 0..1,
        }
    }

    #[test]
    fn sums_are_those_worked_out_by_hand() {
        let mut sums = NearSums::default();
        sums.begin(2);
        let place = Place {
            distance: -4,
            n_names: 2,
            is_in_clause: false,
        };
        sums.add(&entry(1, 2.0, false), place);
        let mut found = Vec::new();
        sums.finish(|feature, value| {
            let (kind, category) = NearSums::name_of(feature, 2);
            found.push((kind, category, value));
        });
        // 2 exp(-(4 + 6) / 10) = 0.735759, ln(1.735759) / 2 = 0.275722; ln(3) / 2 = 0.549306
        let expected = [
            ("near", 1, 0.275_722),
            ("left", 1, 0.275_722),
            ("beyond", 1, 0.549_306),
        ];
        assert_eq!(found.len(), 3);
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!((found.0, found.1), (expected.0, expected.1));
            assert!((found.2 - expected.2).abs() < 1e-5, "{found:?}");
        }
    }

    #[test]
    fn negated_words_have_sums_of_their_own() {
        let mut sums = NearSums::default();
        sums.begin(1);
        let place = Place {
            distance: 1,
            n_names: 0,
            is_in_clause: true,
        };
        sums.add(&entry(0, 1.0, true), place);
        let mut kinds = Vec::new();
        sums.finish(|feature, _| kinds.push(NearSums::name_of(feature, 1).0));
        assert_eq!(kinds, ["near~not", "right~not", "clause~not"]);
    }
}
