//! Where the features of each view begin and end.

use super::lexicon::Lexicon;
use super::view::View;
use std::ops::Range;

/// Views of n-grams at the most; what one row needs of each stands in an array of this length.
pub(super) const MAX_VIEWS: usize = 5;

/// The views of n-grams in the order of feature ids, each with the id after its last feature.
///
/// ```text
/// view at place v has the ids end(v - 1) .. end(v), with end(-1) = 0
/// ```
///
/// A view that is made but has no feature yet has an empty range; a view that is not made is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Borders(Vec<(View, u32)>);

impl Borders {
    /// The borders of views with so many features each, in the order of feature ids.
    ///
    /// # Panics
    /// More than four billion features, or views out of order.
    ///
    /// # Example
    /// ```
    /// use detente_model::features::{Borders, View};
    /// let borders = Borders::new([(View::Word, 3), (View::Char, 5)]);
    /// assert_eq!(borders.ranges(), [(View::Word, 0..3), (View::Char, 3..8)]);
    /// ```
    pub fn new(views: impl IntoIterator<Item = (View, usize)>) -> Self {
        let mut end = 0;
        let ends = views.into_iter().map(|(view, n_features)| {
            end += n_features;
            (view, u32::try_from(end).expect("ids are 32 bits wide"))
        });
        let ends: Vec<(View, u32)> = ends.collect();
        assert!(
            ends.is_sorted_by(|a, b| a.0 < b.0) && ends.len() <= MAX_VIEWS,
            "each view once, in order"
        );
        Self(ends)
    }

    /// Every view with its ids.
    pub fn ranges(&self) -> Vec<(View, Range<usize>)> {
        let mut start = 0;
        let ranges = self.0.iter().map(|(view, end)| {
            let range = start..*end as usize;
            start = range.end;
            (*view, range)
        });
        ranges.collect()
    }

    /// Every view with its ids, those of the lexicon's features last.
    pub fn with_lexicon(&self, lexicon: Option<&Lexicon>) -> Vec<(View, Range<usize>)> {
        let mut ranges = self.ranges();
        if let Some(lexicon) = lexicon {
            let start = self.n_features();
            let end = start + lexicon.n_features(false);
            ranges.push((View::Lexicon, start..end));
            if self.has_near() {
                let near_end = start + lexicon.n_features(true);
                ranges.push((View::NearLexicon, end..near_end));
            }
        }
        ranges
    }

    /// Number of views.
    pub fn n_views(&self) -> usize {
        self.0.len()
    }

    /// Number of features of all views.
    pub fn n_features(&self) -> usize {
        self.0.last().map_or(0, |(_, end)| *end as usize)
    }

    /// Whether there are views around a mention.
    pub fn has_near(&self) -> bool {
        self.0.iter().any(|(view, _)| *view == View::NearWord)
    }

    /// The id after the last feature of each view but the last: the place of an n-gram's view is how
    /// many of these are not above its id.
    pub(super) fn ends<const N: usize>(&self) -> [u32; N] {
        let mut ends = [u32::MAX; N];
        let n_ends = self.0.len().saturating_sub(1);
        for (end, (_, known)) in ends.iter_mut().zip(&self.0[..n_ends]) {
            *end = *known;
        }
        ends
    }

    /// The place of an n-gram's view among the views.
    fn place_of(&self, id: u32) -> usize {
        let before = self.0.iter().take_while(|(_, end)| *end <= id);
        before.count()
    }

    /// The view of an n-gram; `None` from the number of features on.
    pub fn view_of(&self, id: u32) -> Option<View> {
        self.0.get(self.place_of(id)).map(|(view, _)| *view)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_has_its_view() {
        let borders = Borders::new([(View::Word, 2), (View::Char, 1)]);
        let views: Vec<Option<View>> = (0..4).map(|id| borders.view_of(id)).collect();
        let expected = [View::Word, View::Word, View::Char].map(Some);
        assert_eq!(views[..3], expected);
        assert_eq!(views[3], None);
        assert_eq!(borders.n_features(), 3);
    }

    #[test]
    fn an_empty_view_has_no_id() {
        let borders = Borders::new([(View::Word, 0), (View::Char, 2)]);
        assert_eq!(borders.view_of(0), Some(View::Char));
        assert_eq!(borders.ranges()[0], (View::Word, 0..0));
        assert_eq!(Borders::default().n_features(), 0);
    }
}
