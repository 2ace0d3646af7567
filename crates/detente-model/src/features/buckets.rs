//! N-grams by the bucket that their hash falls into: a vocabulary without a list of n-grams.

use super::borders::Borders;
use super::row::NO_FEATURE;
use super::row::SparseRow;
use super::view::View;
use super::weighting::{WeightingParams, term_frequency};
use crate::error::{Error, ErrorKind, Result};

/// Buckets that n-grams are hashed into, some of which are features.
///
/// ```text
/// bucket(view v, n-gram t) = v * B / V + the highest bits of XXH3(t)     B buckets, V views
/// id(bucket)               = how many buckets before it are features
/// ```
///
/// Each view has an equal part of the buckets, so that n-grams of two views never share one. Two
/// n-grams of a view may: with `n` of them, one shares its bucket with a chance of `1 - exp(-n V / B)`.
///
/// # References
/// Weinberger, Dasgupta, Langford, Smola and Attenberg 2009, Feature Hashing for Large Scale Multitask
/// Learning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buckets {
    /// The binary logarithm of the number of buckets.
    log2: u32,
    views: Vec<View>,
    /// A bit for each bucket, set where it is a feature.
    bits: Vec<u64>,
    /// How many features stand before each word of the bits.
    ranks: Vec<u32>,
}

impl Buckets {
    /// The binary logarithms of the least and the largest number of buckets.
    pub const LOG2_RANGE: std::ops::RangeInclusive<u32> = 18..=26;
    /// The binary logarithm of the number of buckets where none is asked for.
    pub const LOG2_DEFAULT: u32 = 22;

    /// Checks the binary logarithm of a number of buckets.
    ///
    /// # Errors
    /// It is out of [`LOG2_RANGE`](Self::LOG2_RANGE).
    pub fn check(log2: u32) -> Result<()> {
        match Self::LOG2_RANGE.contains(&log2) {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::OutOfRange {
                parameter: "the number of buckets",
                value: format!("2^{log2}"),
                expected: "2^18 to 2^26",
            })),
        }
    }

    /// As many buckets as `2^log2`, all of them features, for one or two views.
    pub fn all(log2: u32, views: Vec<View>) -> Self {
        let bits = vec![u64::MAX; 1 << (log2 - 6)];
        Self::with_bits(log2, views, bits)
    }

    /// Saved buckets; `None` unless there is a bit for each, and one or two views.
    pub fn from_bits(log2: u32, views: Vec<View>, bits: Vec<u64>) -> Option<Self> {
        let fits = Self::LOG2_RANGE.contains(&log2)
            && bits.len() == 1 << (log2 - 6)
            && (1..=2).contains(&views.len());
        fits.then(|| Self::with_bits(log2, views, bits))
    }

    fn with_bits(log2: u32, views: Vec<View>, bits: Vec<u64>) -> Self {
        let mut n_before = 0;
        let rank = |word: &u64| {
            let rank = n_before;
            n_before += word.count_ones();
            rank
        };
        let ranks = bits.iter().map(rank).collect();
        Self {
            log2,
            views,
            bits,
            ranks,
        }
    }

    /// The same buckets, of which only those are features for which `is_kept` holds.
    pub fn only(&self, is_kept: impl Fn(u32) -> bool) -> Self {
        let mut bits = vec![0_u64; self.bits.len()];
        for bucket in 0..self.n_buckets() as u32 {
            bits[bucket as usize / 64] |= u64::from(is_kept(bucket)) << (bucket % 64);
        }
        Self::with_bits(self.log2, self.views.clone(), bits)
    }

    /// The binary logarithm of the number of buckets.
    pub fn log2(&self) -> u32 {
        self.log2
    }

    /// Number of buckets.
    pub fn n_buckets(&self) -> usize {
        1 << self.log2
    }

    /// Number of buckets that are features.
    pub fn n_features(&self) -> usize {
        self.bits
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// A bit for each bucket, set where it is a feature.
    pub fn bits(&self) -> &[u64] {
        &self.bits
    }

    /// The buckets that are features, in the order of their ids.
    pub fn features(&self) -> impl Iterator<Item = u32> {
        (0..self.n_buckets() as u32).filter(|bucket| self.id_of(*bucket) != NO_FEATURE)
    }

    /// The borders of the views of features.
    pub(super) fn borders(&self) -> Borders {
        let words_of_view = self.bits.len() / self.views.len();
        let parts = self.bits.chunks(words_of_view);
        let n_features = |words: &[u64]| words.iter().map(|word| word.count_ones() as usize).sum();
        Borders::new(self.views.iter().copied().zip(parts.map(n_features)))
    }

    /// The bucket of an n-gram's hash. A view that has no buckets shares those of the last one.
    pub(super) fn bucket_of(&self, view: View, hash: u64) -> u32 {
        let place = usize::from(view != View::Word).min(self.views.len() - 1);
        let n_bits = self.bits_of_view();
        ((place as u64) << n_bits | hash >> (64 - n_bits)) as u32
    }

    fn bits_of_view(&self) -> u32 {
        self.log2 - (self.views.len() as u32 - 1)
    }

    /// The feature of a bucket, or [`NO_FEATURE`].
    pub(super) fn id_of(&self, bucket: u32) -> u32 {
        let (word, bit) = (bucket as usize / 64, bucket % 64);
        let bits = self.bits[word];
        let before = bits & ((1 << bit) - 1);
        match bits >> bit & 1 {
            1 => self.ranks[word] + before.count_ones(),
            _ => NO_FEATURE,
        }
    }

    /// Turns the counts of a row's buckets into the values of its features.
    ///
    /// ```text
    /// value(b) = tf(b) / sqrt(V sum over the buckets b' of its view of tf(b')^2)
    /// ```
    ///
    /// The sum goes over all buckets of the row, features or not: a value does not depend on which
    /// buckets are, so that the row that is learned from is the row that is scored.
    pub(super) fn weigh(
        &self,
        counts: &BucketCounts,
        row: &mut SparseRow,
        params: &WeightingParams,
    ) {
        let place_of = |bucket: u32| (bucket >> self.bits_of_view()) as usize;
        let mut squares = [0.0_f64; 2];
        for (bucket, count) in &counts.counted {
            squares[place_of(*bucket)] += term_frequency(*count, params).powi(2);
        }
        let scales = squares.map(|sum| 1.0 / (sum * self.views.len() as f64).sqrt());
        row.ids.clear();
        row.values.clear();
        for (bucket, count) in &counts.counted {
            let id = self.id_of(*bucket);
            if id != NO_FEATURE {
                let value = term_frequency(*count, params) * scales[place_of(*bucket)];
                row.ids.push(id);
                row.values.push(value as f32);
            }
        }
    }
}

/// How often each bucket occurs in a row, in the order of their first occurrence: a small table, since
/// an array over all buckets would not stay in the caches.
#[derive(Clone, Debug, Default)]
pub(super) struct BucketCounts {
    /// Buckets with their counts.
    counted: Vec<(u32, u32)>,
    /// One more than a place among `counted`; 0 is empty. Its length is a power of two.
    slots: Vec<u32>,
}

impl BucketCounts {
    /// Prepares for a row of so many n-grams.
    pub(super) fn begin(&mut self, n_ngrams: usize) {
        let n_slots = (2 * n_ngrams).next_power_of_two().max(64);
        self.counted.clear();
        self.slots.clear();
        self.slots.resize(n_slots, 0);
    }

    /// Counts one n-gram.
    pub(super) fn add(&mut self, bucket: u32) {
        let mask = self.slots.len() - 1;
        // The multiplier of Fibonacci hashing: neighbouring buckets go apart.
        let mut slot = (bucket.wrapping_mul(0x9E37_79B9) >> 7) as usize & mask;
        loop {
            match self.slots[slot] {
                0 => {
                    self.counted.push((bucket, 1));
                    self.slots[slot] = self.counted.len() as u32;
                    return;
                }
                place => {
                    let (known, count) = &mut self.counted[place as usize - 1];
                    if *known == bucket {
                        *count += 1;
                        return;
                    }
                }
            }
            slot = (slot + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn features_are_numbered_in_the_order_of_their_buckets() {
        let all = Buckets::all(18, vec![View::Word, View::Char]);
        assert_eq!(all.id_of(70_000), 70_000);
        let half = 1 << 17;
        let some = all.only(|bucket| [3, 64, half + 1].contains(&bucket));
        let ids = [3, 64, half + 1, 4].map(|bucket| some.id_of(bucket));
        assert_eq!(ids, [0, 1, 2, NO_FEATURE]);
        assert_eq!(some.features().collect::<Vec<_>>(), [3, 64, half + 1]);
        let borders = Borders::new([(View::Word, 2), (View::Char, 1)]);
        assert_eq!(some.borders(), borders);
        let read = Buckets::from_bits(18, some.views.clone(), some.bits.clone());
        assert_eq!(read, Some(some));
    }

    #[test]
    fn views_share_no_bucket() {
        let buckets = Buckets::all(18, vec![View::Word, View::Char]);
        assert_eq!(buckets.bucket_of(View::Word, u64::MAX), (1 << 17) - 1);
        assert_eq!(buckets.bucket_of(View::Char, 0), 1 << 17);
        let words = Buckets::all(18, vec![View::Word]);
        assert_eq!(words.bucket_of(View::Word, u64::MAX), (1 << 18) - 1);
    }

    #[test]
    fn values_do_not_depend_on_which_buckets_are_features() {
        let all = Buckets::all(18, vec![View::Word, View::Char]);
        let mut counts = BucketCounts::default();
        counts.begin(4);
        for bucket in [7, 9, 7, 200_000] {
            counts.add(bucket);
        }
        let raw = WeightingParams {
            sublinear_tf: false,
            min_df: 1,
        };
        let mut row = SparseRow::default();
        all.weigh(&counts, &mut row, &raw);
        // 2 and 1 of one view have the norm of sqrt(5), and each view has a norm of 1 / sqrt(2).
        let expected = [2.0, 1.0].map(|tf: f64| (tf / 10.0_f64.sqrt()) as f32);
        assert_eq!(row.ids, [7, 9, 200_000]);
        assert_eq!(row.values[..2], expected);
        all.only(|bucket| bucket == 9)
            .weigh(&counts, &mut row, &raw);
        assert_eq!((&row.ids[..], &row.values[..]), (&[0][..], &expected[1..]));
    }

    proptest! {
        #[test]
        fn counts_are_those_of_a_list(buckets in prop::collection::vec(0_u32..60, 0..80)) {
            let mut counts = BucketCounts::default();
            counts.begin(buckets.len());
            buckets.iter().for_each(|bucket| counts.add(*bucket));
            let mut expected: Vec<(u32, u32)> = Vec::new();
            for bucket in buckets {
                match expected.iter_mut().find(|(known, _)| *known == bucket) {
                    Some((_, count)) => *count += 1,
                    None => expected.push((bucket, 1)),
                }
            }
            prop_assert_eq!(counts.counted, expected);
        }
    }
}
