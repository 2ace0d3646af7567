//! How often each n-gram occurs in a statement.

use super::buckets::BucketCounts;
use super::row::NO_FEATURE;
use super::row::SparseRow;
use super::view::View;
use super::vocabulary::Vocabulary;
use super::weighting::{Idf, WeightingParams};

/// How often each feature occurs in a statement.
///
/// Features are noted first and counted when all are known: n-grams of several words are looked up
/// together, so that the waits for memory overlap.
#[derive(Default)]
pub(super) struct FeatureCounts {
    /// What occurs, in order; [`NO_FEATURE`] where a hash waits to be looked up.
    noted: Vec<u32>,
    /// The hashes of n-grams that wait, with their places among what is noted.
    waiting: Vec<(u64, u32)>,
    /// By feature, with one more at the end for n-grams without one; 0 but for those of the statement.
    counts: Vec<u32>,
    /// The same of n-grams that are hashed, by bucket.
    buckets: BucketCounts,
}

impl FeatureCounts {
    pub(super) fn begin(&mut self, n_features: usize) {
        self.noted.clear();
        self.waiting.clear();
        // All at once: memory that comes zeroed costs nothing before it is touched.
        if self.counts.len() != n_features + 1 {
            self.counts = vec![0; n_features + 1];
        }
    }

    #[inline]
    pub(super) fn note(&mut self, id: u32) {
        self.noted.push(id);
    }

    #[inline]
    pub(super) fn note_all(&mut self, ids: &[u32]) {
        self.noted.extend_from_slice(ids);
    }

    #[inline]
    pub(super) fn note_hash(&mut self, hash: u64) {
        self.waiting.push((hash, self.noted.len() as u32));
        self.noted.push(NO_FEATURE);
    }

    /// Counts what was noted and weighs it: the row of the n-grams of a statement.
    pub(super) fn weigh(
        &mut self,
        vocabulary: &Vocabulary,
        idf: &Idf,
        params: &WeightingParams,
        row: &mut SparseRow,
    ) {
        for (hash, place) in &self.waiting {
            self.noted[*place as usize] = vocabulary.find(View::Word, *hash);
        }
        match vocabulary.buckets() {
            Some(buckets) => {
                self.buckets.begin(self.noted.len());
                for bucket in &self.noted {
                    self.buckets.add(*bucket);
                }
                buckets.weigh(&self.buckets, row, params);
            }
            None => {
                self.count(&mut row.ids);
                idf.weigh(
                    &mut row.ids,
                    |_, id| std::mem::take(&mut self.counts[id as usize]),
                    &mut row.values,
                    vocabulary.borders(),
                    params,
                );
            }
        }
    }

    /// Gives the features noted in the order of their first occurrence.
    fn count(&mut self, ids: &mut Vec<u32>) {
        // One more, since an id is written before it is known to be new.
        ids.clear();
        ids.resize(self.noted.len() + 1, 0);
        let mut counter = Counter {
            counts: &mut self.counts,
            ids,
            n_ids: 0,
        };
        for id in &self.noted {
            counter.add(*id);
        }
        let n_ids = counter.n_ids;
        ids.truncate(n_ids);
        if let Some(unknown) = self.counts.last_mut() {
            *unknown = 0;
        }
    }
}

struct Counter<'a> {
    counts: &'a mut [u32],
    ids: &'a mut [u32],
    n_ids: usize,
}

impl Counter<'_> {
    /// Whether a feature is known, and whether it is new, are coin tosses, which a branch would guess
    /// wrong.
    fn add(&mut self, id: u32) {
        let unknown = self.counts.len() - 1;
        let at = (id as usize).min(unknown);
        let count = &mut self.counts[at];
        self.ids[self.n_ids] = id;
        self.n_ids += usize::from(*count == 0) & usize::from(at != unknown);
        *count += 1;
    }
}
